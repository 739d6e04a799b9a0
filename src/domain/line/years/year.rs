//! 年度结账: the numbers of a year, refused unless they are exactly the replay's.

use super::{Closed, YearRefusal};
use crate::domain::books::{Act, Books, Past};
use crate::domain::codec::{List, Rare, Spell, spelling};
use crate::domain::english::agreed;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::appoint::Role;
use crate::domain::line::close::Close;
use crate::domain::line::funds::year_of;
use crate::domain::line::open::Place as Kept;
use crate::domain::line::student::Levels;
use crate::domain::line::{Kind, Line};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Balance, MAX_ACCOUNTS, Moves, Tallies};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Closes a year.
    pub struct Year {
        /// The year.
        year: u64 = "year",
        /// The entry after the last day close of the years before.
        from: u64 = "from",
        /// The entry of the year's last day close.
        to: u64 = "to",
        /// How many of its days are closed.
        days: u64 = "days",
        /// Where the money was when the year began.
        opening: Balance = "opening",
        /// What moved in it.
        moved: Moves = "moved",
        /// Of what was taken back in it, what lines of closed years had moved.
        prior: Rare<Tallies> = "prior",
        /// Where the money was when it ended.
        closing: Balance = "closing",
        /// Students in the programme when it ended, by level.
        students: Levels = "students",
        /// Proposals of the year that still wait.
        waiting: u64 = "waiting",
        /// Payments of the year that nobody has acknowledged.
        unacknowledged: u64 = "unacknowledged",
        /// Bank accounts that are not reconciled up to its last closed day.
        unreconciled: List<Id, 0, MAX_ACCOUNTS> = "unreconciled",
        /// Why something still waits; nothing about a person.
        why: Option<Text> = "why",
    }
}

/// The close in entry `entry`, which the books know as one.
fn close_at(past: &dyn Past, entry: u64) -> Result<Close, Refusal> {
    let place = Place { entry, line: 0 };
    match past.line(place) {
        Some(Line::Close(close)) => Ok(*close),
        _ => Err(Refusal::NoSuchLine { place }),
    }
}

/// Whether what the place belongs to is left open at the end of the year.
fn stands(books: &Books, place: Place) -> bool {
    books.touched.get(&place).is_none_or(|touched| touched.reversed.is_none())
}

impl Year {
    /// The only line about `year` that the rules accept now, but for its `why`.
    pub fn of(books: &Books, past: &dyn Past, year: u64) -> Result<Year, Refusal> {
        match books.next_year() {
            None => return Err(YearRefusal::YearNothing { year }.into()),
            Some(next) if next != year => return Err(YearRefusal::YearOrder { year, next }.into()),
            Some(_) => {}
        }
        let before = books.days.iter().rev().find(|(day, _)| year_of(**day) < year);
        let before = before.map(|(_, entry)| close_at(past, *entry).map(|close| (*entry, close)));
        let before = before.transpose()?;
        let of_year = books.days.iter().filter(|(day, _)| year_of(**day) == year);
        let of_year: Vec<(Day, u64)> = of_year.map(|(day, to)| (*day, *to)).collect();
        let nothing = YearRefusal::YearNothing { year };
        let (last, to) = of_year.last().copied().ok_or(nothing)?;
        let close = close_at(past, to)?;
        let from = before.as_ref().map_or(0, |(entry, _)| entry + 1);
        let (opening, ever) = match before {
            Some((_, before)) => (before.closing, before.ever),
            None => (Balance::default(), Moves::default()),
        };
        let (waiting, unacknowledged) = waiting(books, to);
        Ok(Year {
            year,
            from,
            to,
            days: of_year.len() as u64,
            opening,
            moved: close.ever.since(&ever),
            prior: Rare(prior(books, from, to)?),
            closing: close.closing,
            students: close.students,
            waiting,
            unacknowledged,
            unreconciled: unreconciled(books, last),
            why: None,
        })
    }

    /// Whether nothing waits.
    pub fn is_settled(&self) -> bool {
        self.waiting == 0 && self.unacknowledged == 0 && self.unreconciled.is_empty()
    }
}

/// How many proposals up to entry `to` wait, and how many payments to students nobody acknowledged.
fn waiting(books: &Books, to: u64) -> (u64, u64) {
    let end = Place { entry: to, line: u16::MAX };
    let proposals = books.proposals.range(Place { entry: 0, line: 0 }..=end);
    let waiting = proposals.filter(|(_, known)| known.state == State::Waiting).count();
    let payments = books.payments.range(Place { entry: 0, line: 0 }..=end);
    let student = |of: &Place| {
        let known = books.proposals.get(of);
        known.is_some_and(|known| matches!(known.what, Proposed::Allocation(..)))
    };
    let open = payments
        .filter(|(_, paid)| paid.acknowledged.is_none() && student(&paid.of))
        .filter(|(place, _)| stands(books, **place));
    (waiting as u64, open.count() as u64)
}

/// The bank accounts that are not reconciled up to `last`.
fn unreconciled(books: &Books, last: Day) -> List<Id, 0, MAX_ACCOUNTS> {
    let banks = books.accounts.iter().filter(|(_, a)| a.kind == Kept::Bank && !a.shut);
    let open = banks.filter(|(id, _)| {
        let period = books.bank.periods.get(id);
        period.is_none_or(|period| period.to < last)
    });
    // A ledger has no more accounts than fit.
    List::new(open.map(|(id, _)| *id).collect()).unwrap_or_else(List::empty)
}

/// What reversals in the entries from `from` to `to` took back of closed years.
fn prior(books: &Books, from: u64, to: u64) -> Result<Tallies, Refusal> {
    let mut sums = Tallies::default();
    let range = Place { entry: from, line: 0 }..=Place { entry: to, line: u16::MAX };
    for (_, prior) in books.years.prior.range(range) {
        sums.add(prior.kind, 1, prior.fen)?;
    }
    Ok(sums)
}

/// Refuses a stated value that is not the replayed one.
fn same<T: Spell + PartialEq>(field: &str, stated: &T, replayed: &T) -> Result<(), Refusal> {
    if stated == replayed {
        return Ok(());
    }
    let (stated, replayed) = (spelling(stated), spelling(replayed));
    Err(YearRefusal::YearDiffers { field: field.to_owned(), stated, replayed }.into())
}

impl Kind for Year {
    const NAME: Both = Both("年度结账", "close of a year");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward, Role::Auditor])?;
        let (year, today) = (self.year, act.today());
        if year >= year_of(today) {
            return Err(YearRefusal::YearAhead { year, today }.into());
        }
        let right = Year::of(act.books, act.past, year)?;
        if let Some((last, _)) = act.books.closed()
            && year_of(last) <= year
            && act.books.sums.day != Moves::default()
        {
            return Err(YearRefusal::YearDaysOpen { year, last }.into());
        }
        same("from", &self.from, &right.from)?;
        same("to", &self.to, &right.to)?;
        same("days", &self.days, &right.days)?;
        same("opening", &self.opening, &right.opening)?;
        same("moved", &self.moved, &right.moved)?;
        same("prior", &self.prior.0, &right.prior.0)?;
        same("closing", &self.closing, &right.closing)?;
        same("students", &self.students, &right.students)?;
        same("waiting", &self.waiting, &right.waiting)?;
        same("unacknowledged", &self.unacknowledged, &right.unacknowledged)?;
        same("unreconciled", &self.unreconciled, &right.unreconciled)?;
        if !self.is_settled() && self.why.is_none() {
            let unreconciled = self.unreconciled.len() as u64;
            let (waiting, unacknowledged) = (self.waiting, self.unacknowledged);
            let open = YearRefusal::YearUnexplained { waiting, unacknowledged, unreconciled };
            return Err(open.into());
        }
        act.books.years.closed.set(year, Closed { by: act.place, to: self.to });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (year, days, held) = (self.year, self.days, self.closing.held.total());
        let told = lang.pick(
            format!("{year} 年结账，日结 {days} 天，年末账上 {held:#} 元"),
            agreed!("close of {year}, {days} days closed, {held:#} yuan held at its end"),
        );
        match &self.why {
            Some(why) => lang.pick(format!("{told}（{why}）"), format!("{told} ({why})")),
            None => told,
        }
    }
}
