//! The page of a closed day.

use super::gifts::GiftRows;
use super::link::{Link, row_id};
use super::{Frame, MAX_GIFTS, MAX_ROWS, clock, yuan};
use crate::domain::books::{Books, Touched};
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposal, Proposed};
use crate::domain::line::close::Close;
use crate::domain::line::pay::Pay;
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::{Id, Lang, Place};
use crate::publish::FactError;
use crate::publish::history::{Closed, History, Told};
use askama::Template;

/// The page of a closed day.
#[derive(Template)]
#[template(path = "day.html", config = "src/publish/pages/askama.toml")]
pub(super) struct DayPage {
    f: Frame,
    day: String,
    from: u64,
    entry: u64,
    at: String,
    at_stamp: String,
    previous: Option<String>,
    opening: String,
    closing: String,
    promised: String,
    free: String,
    moves: Vec<MoveRow>,
    accounts: Vec<(String, String, String)>,
    students: Vec<(&'static str, u64)>,
    rows: DayRows,
}

/// Movements of one kind: how many and how much, done and undone.
struct MoveRow {
    name: &'static str,
    done: (u64, String),
    undone: (u64, String),
}

/// The first [`MAX_ROWS`] rows of a kind and how many more there are.
struct Rows<T> {
    rows: Vec<T>,
    rest: u64,
}

impl<T> Rows<T> {
    const NONE: Rows<T> = Rows { rows: Vec::new(), rest: 0 };

    /// Adds a row, which is only made if there is room for it.
    fn push(&mut self, row: impl FnOnce() -> T) {
        if self.rows.len() < MAX_ROWS { self.rows.push(row()) } else { self.rest += 1 }
    }
}

/// What the day's entries say, by kind.
struct DayRows {
    gifts: GiftRows,
    grants: Rows<GrantRow>,
    pays: Rows<PayRow>,
    corrections: Rows<OtherRow>,
    others: Rows<OtherRow>,
}

/// An allocation or an approval of one.
struct GrantRow {
    id: String,
    place: Place,
    what: String,
    of: Option<Link>,
    student: String,
    amount: String,
    proposer: String,
    approver: String,
    reversed: Option<Link>,
}

struct PayRow {
    id: String,
    place: Place,
    of: Link,
    student: String,
    amount: String,
    approvers: String,
    payer: String,
    acknowledged: Option<Link>,
    reversed: Option<Link>,
}

struct OtherRow {
    id: String,
    place: Place,
    text: String,
    of: Option<Link>,
    reversed: Option<Link>,
}

impl DayPage {
    pub(super) fn new(
        history: &History<'_>,
        closed: Closed,
        f: Frame,
    ) -> Result<DayPage, FactError> {
        let known = history.close(closed)?;
        let (at, close) = (known.0, &known.1);
        let previous = history.of_entry(closed.from.saturating_sub(1));
        let previous = previous.filter(|p| p.day < closed.day).map(|p| p.day.to_string());
        Ok(DayPage {
            day: closed.day.to_string(),
            from: closed.from,
            entry: closed.entry,
            at: clock(at),
            at_stamp: at.to_string(),
            previous,
            opening: yuan(close.opening.held.total()),
            closing: yuan(close.closing.held.total()),
            promised: yuan(close.closing.promised),
            free: yuan(close.closing.free),
            moves: moves(close, f.lang),
            accounts: accounts(close),
            students: f.students(close.students),
            rows: DayRows::read(history, closed, f.lang)?,
            f,
        })
    }
}

/// The kinds that moved, and those that people look for even when nothing did.
fn moves(close: &Close, lang: Lang) -> Vec<MoveRow> {
    let (done, undone) = (&close.moved.done, &close.moved.undone);
    let row = |kind: &Move| {
        let (done, undone) = (done.of(*kind), undone.of(*kind));
        MoveRow {
            name: kind.name(lang),
            done: (done.count, yuan(done.fen)),
            undone: (undone.count, yuan(undone.fen)),
        }
    };
    let shown = |kind: &&Move| {
        let always = matches!(kind, Move::Gift | Move::Fee | Move::Pay);
        always || done.of(**kind).count + undone.of(**kind).count > 0
    };
    Move::ALL.iter().filter(shown).map(row).collect()
}

/// Each account with what it held at the opening and at the close.
fn accounts(close: &Close) -> Vec<(String, String, String)> {
    let opening = |id| close.opening.held.0.iter().find(|(other, _)| *other == id);
    let row = |(id, fen): &(Id, Fen)| {
        let before = opening(*id).map_or(Fen::ZERO, |(_, fen)| *fen);
        (id.to_string(), yuan(before), yuan(*fen))
    };
    close.closing.held.0.iter().map(row).collect()
}

impl DayRows {
    /// Sorts the lines of the day's entries, the close aside.
    fn read(history: &History<'_>, closed: Closed, lang: Lang) -> Result<DayRows, FactError> {
        let lines = history.lines(closed, MAX_GIFTS)?;
        let teller = Teller { history, books: history.facts.replay().books(), lang };
        let gifts = GiftRows::new(&teller, &lines);
        let (grants, pays) = (Rows::NONE, Rows::NONE);
        let mut rows = DayRows { gifts, grants, pays, corrections: Rows::NONE, others: Rows::NONE };
        for told in &lines.others {
            rows.add(&teller, told);
        }
        Ok(rows)
    }

    fn add(&mut self, teller: &Teller<'_, '_>, told: &Told) {
        let Told { by, place, line } = told;
        let (by, place) = (*by, *place);
        match line {
            Line::Allocate(allocate) => {
                let (student, fen) = (allocate.student, allocate.fen.fen());
                self.grants.push(|| {
                    let text = &allocate.purpose;
                    let what =
                        teller.lang.pick(format!("提出：{text}"), format!("proposed: {text}"));
                    GrantRow { what, proposer: by.to_string(), ..teller.grant(place, student, fen) }
                });
            }
            Line::Approve(approve) => match teller.allocation(approve.of) {
                Some((proposal, student, fen)) => self.grants.push(|| GrantRow {
                    what: teller.lang.pick("批准", "approved").to_owned(),
                    of: Some(teller.link(approve.of)),
                    proposer: proposal.by.to_string(),
                    approver: by.to_string(),
                    ..teller.grant(place, student, fen)
                }),
                None => self.others.push(|| teller.other(line, place, None)),
            },
            Line::Pay(pay) => self.pays.push(|| teller.pay(pay, by, place)),
            Line::Reverse(reverse) => {
                self.corrections.push(|| teller.other(line, place, Some(reverse.of)));
            }
            Line::Refund(refund) => {
                self.corrections.push(|| teller.other(line, place, Some(refund.of)));
            }
            _ => self.others.push(|| teller.other(line, place, None)),
        }
    }
}

/// What lines need to become rows.
pub(super) struct Teller<'h, 'f> {
    history: &'h History<'f>,
    pub(super) books: &'h Books,
    pub(super) lang: Lang,
}

impl Teller<'_, '_> {
    pub(super) fn link(&self, place: Place) -> Link {
        Link::new(self.history, place)
    }

    fn touched(&self, place: Place) -> Touched {
        self.books.touched.get(&place).cloned().unwrap_or_default()
    }

    fn reversed(&self, place: Place) -> Option<Link> {
        self.touched(place).reversed.map(|by| self.link(by))
    }

    /// The allocation proposed at `place`: to whom and how much.
    fn allocation(&self, place: Place) -> Option<(&Proposal, Id, Fen)> {
        let proposal = self.books.proposals.get(&place)?;
        match proposal.what {
            Proposed::Allocation(student, fen) => Some((proposal, student, fen)),
            _ => None,
        }
    }

    /// The student's pseudonym and school level.
    fn student(&self, student: Id) -> String {
        let level = self.books.students.get(&student).map(|known| known.level.name(self.lang));
        let level = level.unwrap_or_default();
        self.lang.pick(format!("{student}（{level}）"), format!("{student} ({level})"))
    }

    fn grant(&self, place: Place, student: Id, fen: Fen) -> GrantRow {
        GrantRow {
            id: row_id(place),
            place,
            what: String::new(),
            of: None,
            student: self.student(student),
            amount: yuan(fen),
            proposer: String::new(),
            approver: String::new(),
            reversed: self.reversed(place),
        }
    }

    fn pay(&self, pay: &Pay, by: Id, place: Place) -> PayRow {
        let allocation = self.allocation(pay.of);
        let approvers = allocation.map(|(proposal, ..)| {
            proposal.approvals.iter().map(Id::to_string).collect::<Vec<_>>().join(", ")
        });
        let payment = self.books.payments.get(&place);
        PayRow {
            id: row_id(place),
            place,
            of: self.link(pay.of),
            student: allocation.map(|(_, student, _)| self.student(student)).unwrap_or_default(),
            amount: yuan(pay.fen.fen()),
            approvers: approvers.unwrap_or_default(),
            payer: by.to_string(),
            acknowledged: payment.and_then(|p| p.acknowledged).map(|by| self.link(by)),
            reversed: self.reversed(place),
        }
    }

    fn other(&self, line: &Line, place: Place, of: Option<Place>) -> OtherRow {
        OtherRow {
            id: row_id(place),
            place,
            text: line.tell(self.lang),
            of: of.map(|of| self.link(of)),
            reversed: self.reversed(place),
        }
    }
}
