//! 拨款: money proposed for a student; promised once approved.

use super::Kind;
use super::appoint::Role;
use super::found::MAX_FOUNDERS;
use super::student::standard::Within;
use super::student::term::Term;
use crate::domain::books::Act;
use crate::domain::codec::{List, Malformed, Rare, Reader, Spell};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::{record, words};

words! {
    /// What became of a proposal.
    pub enum State {
        /// Waiting for approvals.
        Waiting = "waiting", "待审批", "waiting";
        /// Approved by enough officers.
        Approved = "approved", "已批准", "approved";
        /// Rejected or withdrawn.
        Rejected = "rejected", "已驳回", "rejected";
        /// Approved, and its unpaid rest taken back.
        Released = "released", "已撤回", "released";
    }
}

/// What is proposed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proposed {
    /// Money for a student, in fen.
    Allocation(Id, Fen),
    /// Money for anything else, in fen.
    Expense(Fen),
    /// Another purpose for money of a pot or for the rest of a pair, in fen.
    Rededicate(Fen),
    /// An officer's appointment.
    Appoint(Id),
    /// An officer's retirement.
    Retire(Id),
}

impl Proposed {
    /// How much money it is about, in fen; `None` for changes of officers.
    pub fn fen(&self) -> Option<Fen> {
        match self {
            Proposed::Allocation(_, fen) | Proposed::Expense(fen) | Proposed::Rededicate(fen) => {
                Some(*fen)
            }
            Proposed::Appoint(_) | Proposed::Retire(_) => None,
        }
    }

    /// Whether it is paid once it is approved.
    pub fn is_paid(&self) -> bool {
        matches!(self, Proposed::Allocation(..) | Proposed::Expense(_))
    }
}

/// `["allocation","s-1",500]`, `["expense",500]`, `["appoint","chen"]`; in snapshots only.
impl Spell for Proposed {
    fn write(&self, out: &mut Vec<u8>) {
        let (tag, id): (&[u8], _) = match self {
            Proposed::Allocation(id, _) => (b"[\"allocation\"", Some(id)),
            Proposed::Expense(_) => (b"[\"expense\"", None),
            Proposed::Rededicate(_) => (b"[\"rededicate\"", None),
            Proposed::Appoint(id) => (b"[\"appoint\"", Some(id)),
            Proposed::Retire(id) => (b"[\"retire\"", Some(id)),
        };
        out.extend_from_slice(tag);
        if let Some(id) = id {
            out.push(b',');
            id.write(out);
        }
        if let Some(fen) = self.fen() {
            out.push(b',');
            fen.write(out);
        }
        out.push(b']');
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.expect("[")?;
        let (at, want) = (r.at(), "allocation, expense, rededicate, appoint or retire");
        let tag = r.plain(want)?;
        r.expect(",")?;
        let proposed = match tag {
            b"allocation" => {
                let id = Id::read(r)?;
                r.expect(",")?;
                Proposed::Allocation(id, Fen::read(r)?)
            }
            b"expense" => Proposed::Expense(Fen::read(r)?),
            b"rededicate" => Proposed::Rededicate(Fen::read(r)?),
            b"appoint" => Proposed::Appoint(Id::read(r)?),
            b"retire" => Proposed::Retire(Id::read(r)?),
            _ => return Err(r.spelling_at(at, want)),
        };
        r.expect("]")?;
        Ok(proposed)
    }
}

/// The most approvals of one proposal: what the most founders could ask for.
pub const MAX_APPROVALS: usize = MAX_FOUNDERS;

record! {
    /// What the books know of a proposal.
    pub struct Proposal {
        /// Who proposed it.
        by: Id = "by",
        /// The day on which it was proposed.
        on: Day = "on",
        /// What.
        what: Proposed = "what",
        /// Who approved it.
        approvals: List<Id, 0, MAX_APPROVALS> = "approvals",
        /// What became of it.
        state: State = "state",
        /// Paid of it so far, in fen.
        paid: Fen = "paid",
        /// The pot that the money comes from; left out if it comes from what is free.
        pot: Option<Id> = "pot",
        /// The school term of an allocation.
        term: Option<Term> = "term",
        /// Whether it is above the standard or beside it, and asks for a second approval.
        above: Rare<bool> = "above",
    }
}

impl Proposal {
    /// What `act` proposes.
    pub(crate) fn new(act: &Act<'_>, what: Proposed) -> Proposal {
        let (by, on) = (act.by, act.today());
        let approvals = List::empty();
        let (state, paid, above) = (State::Waiting, Fen::ZERO, Rare(false));
        Proposal { by, on, what, approvals, state, paid, pot: None, term: None, above }
    }

    /// What an allocation or expense has left to pay, in fen; nothing for other proposals.
    pub fn left(&self) -> Fen {
        let fen = self.what.fen().filter(|_| self.what.is_paid());
        fen.and_then(|fen| fen.minus(self.paid)).unwrap_or_default()
    }

    /// What its approval books: from what is free, or its pot, to promised.
    pub(crate) fn promise(&self, fen: Fen) -> Posting {
        Posting { debit: Book::pot_or_free(self.pot), credit: Book::Promised, fen }
    }
}

record! {
    /// Proposes money for a student in the programme.
    pub struct Allocate {
        /// The student's pseudonym.
        student: Id = "student",
        /// How much, in fen.
        fen: Amount = "fen",
        /// What for; nothing about the child.
        purpose: Text = "for",
        /// The pot it comes from; left out if it comes from what is free.
        pot: Option<Id> = "from",
        /// The term it is for, and the standard.
        within: Option<Within> = "within",
    }
}

impl Allocate {
    /// Takes back the unpaid rest of the approved allocation or expense at `of`, which was about
    /// `fen`.
    pub(crate) fn release(of: Place, fen: Fen, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver])?;
        let proposal = act.proposal(of)?;
        if proposal.state != State::Approved {
            return Err(Refusal::NotApproved { place: of, state: proposal.state.both() });
        }
        let left = proposal.left();
        if left == Fen::ZERO {
            return Err(Refusal::NothingLeft { place: of, fen });
        }
        let posting = proposal.promise(left);
        if let Proposed::Allocation(student, _) = proposal.what {
            act.give_back(student, proposal.term, left);
        }
        act.books.proposals.set(of, Proposal { state: State::Released, ..proposal });
        act.unpost(Move::Promise, posting)
    }
}

impl Act<'_> {
    /// The proposal at `place`.
    pub(crate) fn proposal(&self, place: Place) -> Result<Proposal, Refusal> {
        self.books.proposals.get(&place).cloned().ok_or(Refusal::NoSuchLine { place })
    }

    /// The proposal at `place`, which a line that looks back finds in an earlier entry alone: what
    /// others may still object to is not proposed and decided with one signature.
    pub(crate) fn earlier_proposal(&self, place: Place) -> Result<Proposal, Refusal> {
        self.is_earlier(place)?;
        self.proposal(place)
    }
}

impl Kind for Allocate {
    const NAME: Both = Both("拨款", "allocation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let (student, fen) = (self.student, self.fen.fen());
        let level = act.helped(student)?.level;
        if let Some(pot) = self.pot {
            act.pot(pot)?;
        }
        let mut proposal = Proposal::new(act, Proposed::Allocation(student, fen));
        proposal.pot = self.pot;
        // What says no term, where there is a standard, takes a second approval as well.
        let beside = self.within.is_none() && act.books.has_standard(level, act.today());
        proposal.above = Rare(beside);
        if let Some(within) = &self.within {
            proposal.term = Some(within.term);
            proposal.above = Rare(act.allocate_within(student, level, fen, within)?);
        }
        act.books.proposals.set(act.place, proposal);
        Ok(())
    }

    /// Takes back the unpaid rest of an approved allocation.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        Allocate::release(of, self.fen.fen(), act)
    }

    fn tell(&self, lang: Lang) -> String {
        let (student, fen, purpose) = (self.student, self.fen, &self.purpose);
        let told = lang.pick(
            format!("提议拨款 {fen} 元给 {student}（{purpose}）"),
            format!("allocation of {fen} yuan to {student} proposed ({purpose})"),
        );
        let told = match self.pot {
            Some(pot) => {
                lang.pick(format!("{told}，用专项 {pot}"), format!("{told}, from the pot {pot}"))
            }
            None => told,
        };
        let Some(within) = &self.within else { return told };
        let (term, version) = (within.term.name(lang), within.version);
        let why = within.why.as_ref().map_or(String::new(), |why| {
            lang.pick(format!("，与标准不同：{why}"), format!(", not the standard: {why}"))
        });
        lang.pick(
            format!("{told}，{term}，标准第 {version} 版{why}"),
            format!("{told}, {term}, standard version {version}{why}"),
        )
    }
}
