//! Money in and out, one list: what the page of a month shows and its table for spreadsheets holds.
//!
//! The gifts of a day are one row, whose count and sum the day's close states; every other movement
//! is a row of its own: refund, interest, fee, transfer, payment, and what a reversal books back.
//! For each day, what came in less what went out is what the accounts hold more at its close.

use super::FactError;
use super::history::{Closed, History};
use super::path::Month;
use crate::domain::books::Books;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::allocate::Proposed;
use crate::domain::line::boxes::difference::Way as Found;
use crate::domain::line::close::Close;
use crate::domain::money::Fen;
use crate::domain::sums::{Move, Tally};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::time::{Day, Stamp};
use std::rc::Rc;

/// How many rows of a month are listed at most, the days' gifts aside. The rest is counted: no
/// entry is read for it, and no file grows beyond what is read back.
pub(super) const MAX_MONEY_ROWS: usize = 100_000;

/// Which way money went. The filters of the list are these, and all of them together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Way {
    /// Into the fund's accounts.
    In,
    /// Out of them.
    Out,
    /// From one of them to another.
    Within,
}

impl Way {
    /// The word that programs and filters use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Way::In => "in",
            Way::Out => "out",
            Way::Within => "within",
        }
    }

    /// What people call it.
    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            Way::In => lang.pick("流入", "in"),
            Way::Out => lang.pick("流出", "out"),
            Way::Within => lang.pick("内部", "within"),
        }
    }

    /// The way money goes that is booked back.
    pub(super) fn back(self) -> Way {
        match self {
            Way::In => Way::Out,
            Way::Out => Way::In,
            Way::Within => Way::Within,
        }
    }
}

/// One row of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct MoneyRow {
    /// The business day.
    pub(super) day: Day,
    /// When it was recorded; of the gifts, when their day was closed.
    pub(super) at: Stamp,
    /// Which way it went.
    pub(super) way: Way,
    /// What moved, or what a reversal books back.
    pub(super) kind: Move,
    /// Whether a reversal books it back.
    pub(super) reversal: bool,
    /// How many movements the row stands for: 1, but of gifts.
    pub(super) count: u64,
    /// Their sum.
    pub(super) fen: Fen,
    /// The account it left.
    pub(super) from: Option<Id>,
    /// The account it came to.
    pub(super) to: Option<Id>,
    /// The student it was paid to.
    pub(super) student: Option<Id>,
    /// The line that says so; of the gifts, none.
    pub(super) place: Option<Place>,
    /// The line it refunds, pays or books back.
    pub(super) of: Option<Place>,
    /// Why a reversal was made.
    pub(super) why: Option<Text>,
}

/// The rows of a month, the oldest first, and how many are not listed.
pub(super) struct MonthMoney {
    /// At most [`MAX_MONEY_ROWS`], and one for each day's gifts.
    pub(super) rows: Vec<MoneyRow>,
    /// How many more there are.
    pub(super) rest: u64,
}

/// Which entries of a span move money beside gifts. Known once they have been read, and kept from
/// one publication to the next: so a day's publication reads those and not the month's gifts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Movers {
    /// The first entry of the span.
    from: u64,
    /// The entry after its last.
    to: u64,
    /// Those that do, in order.
    entries: Vec<u64>,
}

impl Movers {
    /// Those of the newest month that has closed days.
    pub(super) fn newest(history: &History<'_>) -> Result<Movers, FactError> {
        let Some((month, days)) = history.months().next_back() else {
            return Ok(Movers::default());
        };
        let money = of_month(history, month)?;
        if money.rest > 0 {
            // Not all of them were looked for.
            return Ok(Movers::default());
        }
        let mut entries: Vec<u64> =
            money.rows.iter().filter_map(|row| Some(row.place?.entry)).collect();
        entries.dedup();
        let from = days.first().map_or(0, |closed| closed.from);
        let to = days.last().map_or(0, |closed| closed.entry);
        Ok(Movers { from, to, entries })
    }

    /// Whether entry `number` may move money beside gifts: no only if it is known.
    pub fn may_move(&self, number: u64) -> bool {
        let known = (self.from..self.to).contains(&number);
        !known || self.entries.binary_search(&number).is_ok()
    }

    /// Span and entries, each number in eight bytes, big-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.from, self.to].into_iter().chain(self.entries.iter().copied());
        numbers.flat_map(u64::to_be_bytes).collect()
    }

    /// Reads what `to_bytes` wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Movers> {
        let (numbers, []) = bytes.as_chunks::<8>() else { return None };
        let mut numbers = numbers.iter().copied().map(u64::from_be_bytes);
        let (from, to) = (numbers.next()?, numbers.next()?);
        let entries: Vec<u64> = numbers.collect();
        let inside = entries.iter().all(|number| (from..to).contains(number));
        let found = Movers { from, to, entries };
        (inside && found.entries.is_sorted_by(|a, b| a < b)).then_some(found)
    }
}

/// The rows of a month; empty if it has no closed day. What was made last is kept: it is wanted for
/// a page in two languages, and for the table.
pub(super) fn of_month(history: &History<'_>, month: Month) -> Result<Rc<MonthMoney>, FactError> {
    if let Some((known, money)) = &*history.money.borrow()
        && *known == month
    {
        return Ok(money.clone());
    }
    let mut money = MonthMoney { rows: Vec::new(), rest: 0 };
    let mut room = MAX_MONEY_ROWS;
    for closed in history.in_month(month) {
        let listed = of_day(history, *closed, room, &mut money)?;
        room -= listed;
    }
    let money = Rc::new(money);
    history.money.replace(Some((month, money.clone())));
    Ok(money)
}

/// The rows of the newest closed days, about `most` of them, the newest day first and each day in
/// its own order. Looks at `days` days, and reads no entries but those it takes.
pub(super) fn latest(
    history: &History<'_>,
    most: usize,
    days: usize,
) -> Result<Vec<MoneyRow>, FactError> {
    let mut rows = Vec::new();
    for closed in history.closed.iter().rev().take(days) {
        let room = most.saturating_sub(rows.len());
        if room == 0 {
            break;
        }
        let mut money = MonthMoney { rows: Vec::new(), rest: 0 };
        of_day(history, *closed, room, &mut money)?;
        rows.extend(money.rows);
    }
    rows.truncate(most);
    Ok(rows)
}

/// Adds the rows of a day, with at most `room` of them beside its gifts; says how many.
fn of_day(
    history: &History<'_>,
    closed: Closed,
    room: usize,
    money: &mut MonthMoney,
) -> Result<usize, FactError> {
    let known = history.close(closed)?;
    let (at, close) = (known.0, &known.1);
    let Tally { count, fen } = close.moved.done.gift;
    if count > 0 {
        let gifts = MoneyRow { place: None, ..row(closed.day, at, (Move::Gift, fen), None) };
        money.rows.push(MoneyRow { count, ..gifts });
    }
    // The close says how many there are: on most days none, and then no entry is read.
    let all = others(close);
    let wanted = usize::try_from(all).unwrap_or(room).min(room);
    money.rest += all - wanted as u64;
    let mut left = wanted;
    let mut number = closed.from;
    while left > 0 && number < closed.entry {
        if history.facts.only_gifts(number).is_none() && history.facts.may_move(number) {
            let entry = history.entry(number)?;
            let rows = of_entry(history, closed.day, &entry)?;
            let listed = rows.len().min(left);
            money.rows.extend(rows.into_iter().take(left));
            left -= listed;
        }
        number += 1;
    }
    Ok(wanted)
}

/// How many movements of a day have a row of their own.
fn others(close: &Close) -> u64 {
    // Approvals move money from one purpose to another, and between no accounts.
    let inward = [Move::Promise, Move::Rededicate];
    let kinds = Move::ALL.iter().filter(|kind| !inward.contains(kind));
    kinds.fold(0, |sum: u64, kind| {
        let done = if *kind == Move::Gift { 0 } else { close.moved.done.of(*kind).count };
        sum.saturating_add(done).saturating_add(close.moved.undone.of(*kind).count)
    })
}

/// The rows of one entry, gifts aside.
fn of_entry(history: &History<'_>, day: Day, entry: &Entry) -> Result<Vec<MoneyRow>, FactError> {
    let books = history.facts.replay().books();
    let mut rows = Vec::new();
    for (line, at) in entry.voucher.lines.iter().zip(0..) {
        let place = Place { entry: entry.seq, line: at };
        match line {
            Line::Gift(_) => {}
            Line::Reverse(reverse) => {
                let earlier = history.line(reverse.of)?;
                let booked = earlier.and_then(|line| moved(books, day, entry.at, &line));
                rows.extend(booked.map(|booked| MoneyRow {
                    way: booked.way.back(),
                    reversal: true,
                    from: booked.to,
                    to: booked.from,
                    place: Some(place),
                    of: Some(reverse.of),
                    why: Some(reverse.why.clone()),
                    ..booked
                }));
            }
            line => {
                let booked = moved(books, day, entry.at, line);
                rows.extend(booked.map(|booked| MoneyRow { place: Some(place), ..booked }));
            }
        }
    }
    Ok(rows)
}

fn row(day: Day, at: Stamp, (kind, fen): (Move, Fen), of: Option<Place>) -> MoneyRow {
    let way = match kind {
        Move::Gift
        | Move::Interest
        | Move::Grant
        | Move::Match
        | Move::Proceeds
        | Move::Clawback
        | Move::Collect
        | Move::Surplus
        | Move::Entrust => Way::In,
        Move::Transfer | Move::Rededicate => Way::Within,
        Move::Shortage
        | Move::Refund
        | Move::Fee
        | Move::Pay
        | Move::Promise
        | Move::Pass
        | Move::Spend => Way::Out,
    };
    MoneyRow {
        day,
        at,
        way,
        kind,
        reversal: false,
        count: 1,
        fen,
        from: None,
        to: None,
        student: None,
        place: None,
        of,
        why: None,
    }
}

/// What `line` moved between the fund's accounts and the world; `None` if it moved no money.
fn moved(books: &Books, day: Day, at: Stamp, line: &Line) -> Option<MoneyRow> {
    let row = |kind, fen, of| row(day, at, (kind, fen), of);
    Some(match line {
        Line::Gift(gift) => MoneyRow { to: Some(gift.to), ..row(Move::Gift, gift.fen.fen(), None) },
        Line::Interest(interest) => {
            MoneyRow { to: Some(interest.to), ..row(Move::Interest, interest.fen.fen(), None) }
        }
        Line::Grant(grant) => {
            MoneyRow { to: Some(grant.to), ..row(Move::Grant, grant.fen.fen(), None) }
        }
        Line::Match(matching) => {
            MoneyRow { to: Some(matching.to), ..row(Move::Match, matching.fen.fen(), None) }
        }
        Line::Proceeds(proceeds) => {
            let row = row(Move::Proceeds, proceeds.fen.fen(), Some(proceeds.of));
            MoneyRow { to: Some(proceeds.to), ..row }
        }
        Line::Clawback(back) => {
            MoneyRow { to: Some(back.to), ..row(Move::Clawback, back.fen.fen(), Some(back.of)) }
        }
        Line::Entrust(entrust) => {
            MoneyRow { to: Some(entrust.to), ..row(Move::Entrust, entrust.fen.fen(), None) }
        }
        Line::Pass(pass) => {
            MoneyRow { from: Some(pass.from), ..row(Move::Pass, pass.fen.fen(), None) }
        }
        Line::Refund(refund) => MoneyRow {
            from: Some(refund.from),
            ..row(Move::Refund, refund.fen.fen(), Some(refund.of))
        },
        Line::Fee(fee) => MoneyRow { from: Some(fee.from), ..row(Move::Fee, fee.fen.fen(), None) },
        Line::Transfer(transfer) => MoneyRow {
            from: Some(transfer.from),
            to: Some(transfer.to),
            ..row(Move::Transfer, transfer.fen.fen(), None)
        },
        Line::Collect(collect) => {
            let row = row(Move::Collect, collect.fen.fen(), Some(collect.of));
            MoneyRow { to: Some(collect.to), ..row }
        }
        Line::Difference(found) => {
            let (fen, account) = (found.fen.fen(), Some(found.account));
            match found.way {
                Found::Surplus => {
                    MoneyRow { to: account, ..row(Move::Surplus, fen, Some(found.of)) }
                }
                Found::Shortage => {
                    MoneyRow { from: account, ..row(Move::Shortage, fen, Some(found.of)) }
                }
            }
        }
        Line::Deposit(deposit) => MoneyRow {
            from: Some(deposit.from),
            to: Some(deposit.to),
            ..row(Move::Transfer, deposit.fen.fen(), None)
        },
        Line::Pay(pay) => {
            let proposal = books.proposals.get(&pay.of);
            let (kind, student) = match proposal.map(|proposal| proposal.what) {
                Some(Proposed::Allocation(student, _)) => (Move::Pay, Some(student)),
                Some(Proposed::Expense(_)) => (Move::Spend, None),
                _ => (Move::Pay, None),
            };
            let row = row(kind, pay.fen.fen(), Some(pay.of));
            MoneyRow { from: Some(pay.from), student, ..row }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_passed_over_only_if_it_is_known_to_move_nothing() {
        let movers = Movers { from: 3, to: 9, entries: vec![4, 7] };
        let may: Vec<u64> = (0..12).filter(|number| movers.may_move(*number)).collect();
        assert_eq!(may, [0, 1, 2, 4, 7, 9, 10, 11]);
        assert_eq!(Movers::from_bytes(&movers.to_bytes()), Some(movers));
        assert!((0..9).all(|number| Movers::default().may_move(number)));
    }

    #[test]
    fn what_was_not_written_so_is_not_read() {
        let bytes = |numbers: &[u64]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        let read = |numbers: &[u64]| {
            let bytes: Vec<u8> = bytes(numbers);
            Movers::from_bytes(&bytes)
        };
        assert!(read(&[3, 9, 4, 7]).is_some() && read(&[0, 0]).is_some());
        for bad in [&[][..], &[3], &[3, 9, 7, 4], &[3, 9, 4, 4], &[3, 9, 2], &[3, 9, 9]] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
        assert_eq!(Movers::from_bytes(&[0; 17]), None);
    }
}
