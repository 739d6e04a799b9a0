//! What one verified ledger brings to the roll-up: the numbers of its last close.

use crate::domain::books::Books;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::allocate::Proposed;
use crate::domain::line::close::Close;
use crate::domain::line::student::{Level, Levels};
use crate::domain::money::Fen;
use crate::domain::refusal::texts;
use crate::domain::sums::{Move, Moves};
use crate::domain::text::Place;
use crate::domain::time::Day;
use crate::fingerprint::fingerprint;
use crate::publish::{FactError, Facts};
use std::collections::BTreeMap;

/// Sums that add up, in fen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Figures {
    /// Gifts net of refunds.
    pub received: Fen,
    /// Appropriations, matching, interest, and what goods were sold for.
    pub other: Fen,
    /// Paid to students, and not clawed back.
    pub paid: Fen,
    /// Expenses and fees.
    pub spent: Fen,
    /// Money of sponsors that came in, to be passed on.
    pub entrusted: Fen,
    /// Money of sponsors that was passed on.
    pub passed: Fen,
    /// In all accounts together.
    pub held: Fen,
    /// Students in the programme, by level.
    pub students: Levels,
}

/// What a kind of movement is in the roll-up.
enum Column {
    Received,
    Back,
    Other,
    Paid,
    Returned,
    Spent,
    Entrusted,
    Passed,
    Within,
}

fn column(kind: Move) -> Column {
    match kind {
        Move::Gift | Move::Collect => Column::Received,
        Move::Refund => Column::Back,
        Move::Grant | Move::Match | Move::Interest | Move::Proceeds | Move::Surplus => {
            Column::Other
        }
        Move::Pay => Column::Paid,
        Move::Clawback => Column::Returned,
        Move::Spend | Move::Fee | Move::Shortage => Column::Spent,
        Move::Entrust => Column::Entrusted,
        Move::Pass => Column::Passed,
        Move::Transfer | Move::Promise | Move::Rededicate => Column::Within,
    }
}

impl Figures {
    /// The figures of a close. `None` if a sum is more than money can be, which no ledger states.
    pub(super) fn of(close: &Close) -> Option<Figures> {
        let (ever, mut sums): (&Moves, Figures) = (&close.ever, Figures::default());
        let (mut back, mut returned) = (Fen::ZERO, Fen::ZERO);
        for kind in Move::ALL {
            let net = ever.net(*kind);
            let sum = match column(*kind) {
                Column::Received => &mut sums.received,
                Column::Back => &mut back,
                Column::Other => &mut sums.other,
                Column::Paid => &mut sums.paid,
                Column::Returned => &mut returned,
                Column::Spent => &mut sums.spent,
                Column::Entrusted => &mut sums.entrusted,
                Column::Passed => &mut sums.passed,
                Column::Within => continue,
            };
            *sum = sum.plus(net)?;
        }
        sums.received = sums.received.minus(back)?;
        sums.paid = sums.paid.minus(returned)?;
        sums.held = close.closing.held.total();
        sums.students = close.students;
        Some(sums)
    }

    /// Both together; `None` if a sum is more than money can be.
    pub(super) fn plus(&self, more: &Figures) -> Option<Figures> {
        let level = |of: fn(&Levels) -> u64| of(&self.students).checked_add(of(&more.students));
        Some(Figures {
            received: self.received.plus(more.received)?,
            other: self.other.plus(more.other)?,
            paid: self.paid.plus(more.paid)?,
            spent: self.spent.plus(more.spent)?,
            entrusted: self.entrusted.plus(more.entrusted)?,
            passed: self.passed.plus(more.passed)?,
            held: self.held.plus(more.held)?,
            students: Levels {
                primary: level(|l| l.primary)?,
                junior: level(|l| l.junior)?,
                senior: level(|l| l.senior)?,
                college: level(|l| l.college)?,
            },
        })
    }

    /// All income.
    pub fn income(&self) -> Option<Fen> {
        self.received.plus(self.other)
    }

    /// All spending.
    pub fn spending(&self) -> Option<Fen> {
        self.paid.plus(self.spent)
    }

    /// Whether what came in is what went out and what is held.
    pub fn add_up(&self) -> bool {
        let came = self.income().and_then(|sum| sum.plus(self.entrusted));
        let went = self.spending().and_then(|sum| sum.plus(self.passed)?.plus(self.held));
        came.is_some() && came == went
    }

    /// Students of `level`.
    pub fn of_level(&self, level: Level) -> u64 {
        self.students.of(level)
    }
}

texts! {
    /// Why a line of one ledger is not half of a flow between two.
    NoLeg:
    NoLine { place: Place }
        "{place} 没有这样一行",
        "there is no line at {place}";
    NotPaid { place: Place }
        "{place} 不是项目或管理支出的付款",
        "{place} is no payment of an expense";
    NotIncome { place: Place }
        "{place} 不是捐款，也不是财政拨款",
        "{place} is neither a gift nor an appropriation";
    TakenBack { place: Place, by: Place }
        "{place} 已由 {by} 冲正或退款",
        "{place} was reversed or refunded by {by}";
    NotClosedYet { place: Place }
        "{place} 还没有日结，不在上面的数字里",
        "{place} is in no close yet, and not in the figures";
}

/// One end of a flow in its ledger: how much, in fen, or why it is none.
pub type Leg = Result<Fen, NoLeg>;

/// What a verified ledger says.
#[derive(Clone, Debug)]
pub struct Account {
    /// The fund's own name.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// How many entries the checkpoint signs.
    pub size: u64,
    /// The root that it signs, in hex.
    pub root: String,
    /// The root in a form people compare.
    pub root_fingerprint: String,
    /// The last closed day and the entry that closed it.
    pub closed: Option<(Day, u64)>,
    /// How many entries there are after it.
    pub since_close: u64,
    /// Where the folder says that it is served.
    pub address: Option<String>,
    /// The figures of the last close.
    pub figures: Figures,
    /// Its ends of flows, by place and whether the money came in there.
    pub legs: BTreeMap<(Place, bool), Leg>,
}

impl Account {
    /// Takes from the facts what the roll-up needs, among it the lines at `wanted`.
    pub fn of(facts: &dyn Facts, wanted: &[(Place, bool)]) -> Result<Account, FactError> {
        let (replay, books) = (facts.replay(), facts.replay().books());
        let fund = books.founded().map_err(|why| FactError::new("the fund", &why))?;
        let root = replay.tree().root();
        let closed = books.closed();
        let figures = match closed {
            None => Figures::default(),
            Some((_, entry)) => match line(facts, Place { entry, line: 0 })? {
                Some(Line::Close(close)) => {
                    Figures::of(&close).filter(Figures::add_up).ok_or_else(odd)?
                }
                _ => return Err(FactError::new("the last close", "it is none")),
            },
        };
        let legs = wanted
            .iter()
            .map(|(place, income)| Ok(((*place, *income), leg(facts, books, *place, *income)?)));
        Ok(Account {
            name: fund.name.to_string(),
            holder: fund.holder.to_string(),
            size: books.size,
            root: root.to_string(),
            root_fingerprint: fingerprint(&root.0),
            closed,
            since_close: books.size - closed.map_or(0, |(_, entry)| entry + 1),
            address: facts.address().map(ToString::to_string),
            figures,
            legs: legs.collect::<Result<_, FactError>>()?,
        })
    }
}

fn odd() -> FactError {
    FactError::new("the figures", "what came in is not what went out and what is held")
}

/// The line at `place`; `None` if there is none.
fn line(facts: &dyn Facts, place: Place) -> Result<Option<Line>, FactError> {
    if place.entry >= facts.replay().books().size {
        return Ok(None);
    }
    let bytes = facts.entry(place.entry)?;
    let (entry, _) = Entry::decode(&bytes).map_err(|why| FactError::new("an entry", &why))?;
    Ok(entry.voucher.lines.get(usize::from(place.line)).cloned())
}

/// How much the line at `place` moved out of this fund or into it.
fn leg(facts: &dyn Facts, books: &Books, place: Place, income: bool) -> Result<Leg, FactError> {
    let Some(line) = line(facts, place)? else { return Ok(Err(NoLeg::NoLine { place })) };
    let spent = |of: &Place| {
        books.proposals.get(of).is_some_and(|known| matches!(known.what, Proposed::Expense(_)))
    };
    let fen = match (&line, income) {
        (Line::Gift(gift), true) => gift.fen.fen(),
        (Line::Grant(grant), true) => grant.fen.fen(),
        (_, true) => return Ok(Err(NoLeg::NotIncome { place })),
        (Line::Pay(pay), false) if spent(&pay.of) => pay.fen.fen(),
        (_, false) => return Ok(Err(NoLeg::NotPaid { place })),
    };
    let touched = books.touched.get(&place);
    if let Some(by) = touched.and_then(|touched| touched.reversed.or(touched.refund)) {
        return Ok(Err(NoLeg::TakenBack { place, by }));
    }
    if books.closed().is_none_or(|(_, last)| place.entry > last) {
        return Ok(Err(NoLeg::NotClosedYet { place }));
    }
    Ok(Ok(fen))
}
