//! What the running balances prove: that no line is missing, doubled, changed or out of place.

use super::{Signed, StatementLine};
use crate::domain::money::Fen;

/// What unbroken balances prove.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proven {
    /// What the account held before the first line.
    pub opening: Fen,
    /// What it held after the last.
    pub closing: Fen,
}

/// Where the balances do not add up.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Break {
    /// No line at all, so nothing is proved.
    Empty,
    /// A balance that cannot be read.
    Unreadable {
        /// The line's row in the file.
        row: u32,
    },
    /// The same line stands there twice.
    Doubled {
        /// The later row.
        row: u32,
        /// The first.
        first: u32,
    },
    /// Two lines stand in each other's place.
    Swapped {
        /// One row.
        row: u32,
        /// The other.
        other: u32,
    },
    /// A line before this one is missing, or an amount or balance was changed.
    Gap {
        /// The line's row in the file.
        row: u32,
        /// The balance before it.
        before: Fen,
        /// What moved.
        amount: Signed,
        /// The balance it states.
        found: Fen,
    },
    /// The balance before the first line would be below nothing.
    Below {
        /// The first line's row in the file.
        row: u32,
    },
    /// The totals under the lines are other than theirs.
    Totals {
        /// What the statement says came in and went out.
        said: (Fen, Fen),
        /// What its lines say.
        found: (Fen, Fen),
    },
}

impl Break {
    /// What is wrong, in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        match self {
            Break::Empty if zh => "对账单没有明细，无法证明余额".into(),
            Break::Empty => "the statement has no lines and proves nothing".into(),
            Break::Unreadable { row } if zh => format!("第{row}行的余额读不出，无法证明没有漏行"),
            Break::Unreadable { row } => {
                format!(
                    "the balance of line {row} cannot be read, so nothing proves that all are there"
                )
            }
            Break::Doubled { row, first } if zh => format!("第{row}行与第{first}行重复"),
            Break::Doubled { row, first } => format!("line {row} repeats line {first}"),
            Break::Swapped { row, other } if zh => format!("第{row}行与第{other}行的次序颠倒"),
            Break::Swapped { row, other } => format!("lines {row} and {other} changed places"),
            Break::Gap { row, before, amount, found } if zh => format!(
                "第{row}行余额不接：上一行余额{before}，本行{amount}，写的余额是{found}；可能缺了行，或金额被改"
            ),
            Break::Gap { row, before, amount, found } => format!(
                "line {row} does not follow: {before} before it, {amount} moved, and it states {found}; a line is missing or an amount was changed"
            ),
            Break::Below { row } if zh => format!("第{row}行之前的余额会是负数"),
            Break::Below { row } => format!("the balance before line {row} would be below nothing"),
            Break::Totals { said, found } if zh => format!(
                "合计不符：对账单写收入{}、支出{}，各行相加是{}、{}",
                said.0, said.1, found.0, found.1
            ),
            Break::Totals { said, found } => format!(
                "the totals differ: the statement says {} in and {} out, its lines make {} and {}",
                said.0, said.1, found.0, found.1
            ),
        }
    }
}

/// Puts the lines into the order in which they happened, oldest first, and says what their balances
/// prove. Banks list them either way round; the balances tell which.
pub(super) fn prove(
    lines: &mut [StatementLine],
    said: Option<(Fen, Fen)>,
) -> Result<Proven, Break> {
    let forward = chain(lines);
    if forward.is_err() {
        lines.reverse();
        let backward = chain(lines);
        // Neither way holds: the way that the days run is the one whose break is told.
        let ascends = lines.first().map(|l| l.time) <= lines.last().map(|l| l.time);
        if backward.is_err() && !ascends {
            lines.reverse();
            return forward;
        }
        backward?;
    }
    let proven = chain(lines)?;
    totals(lines, said)?;
    Ok(proven)
}

fn after(before: Fen, amount: Signed) -> Option<Fen> {
    if amount.inward() { before.plus(amount.fen()) } else { before.minus(amount.fen()) }
}

fn chain(lines: &[StatementLine]) -> Result<Proven, Break> {
    let first = lines.first().ok_or(Break::Empty)?;
    let stated = |line: &StatementLine| line.balance.ok_or(Break::Unreadable { row: line.number });
    let undone = Signed(-first.amount.0);
    let opening = after(stated(first)?, undone).ok_or(Break::Below { row: first.number })?;
    let mut before = opening;
    for (at, line) in lines.iter().enumerate() {
        let found = stated(line)?;
        if after(before, line.amount) != Some(found) {
            return Err(named(lines, at, before, found));
        }
        before = found;
    }
    Ok(Proven { opening, closing: before })
}

/// What happened to the line at `at`, whose balance does not follow.
fn named(lines: &[StatementLine], at: usize, before: Fen, found: Fen) -> Break {
    let Some(line) = lines.get(at) else { return Break::Empty };
    let row = line.number;
    let same = |other: &StatementLine| {
        (other.time, other.amount, other.balance) == (line.time, line.amount, line.balance)
    };
    // A line that moved nothing may well stand there twice.
    let earlier = lines.get(..at).unwrap_or_default().iter().rev().find(|other| same(other));
    if let Some(first) = earlier.filter(|_| line.amount.0 != 0) {
        return Break::Doubled { row, first: first.number };
    }
    let follows = |from: Fen, line: &StatementLine| {
        line.balance.filter(|balance| after(from, line.amount) == Some(*balance))
    };
    let next = lines.get(at + 1);
    let swapped = next.and_then(|next| follows(follows(before, next)?, line).map(|_| next.number));
    match swapped {
        Some(other) => Break::Swapped { row, other },
        None => Break::Gap { row, before, amount: line.amount, found },
    }
}

fn totals(lines: &[StatementLine], said: Option<(Fen, Fen)>) -> Result<(), Break> {
    let sum = |inward: bool| {
        let amounts = lines.iter().map(|l| l.amount).filter(|a| a.inward() == inward);
        amounts.fold(Fen::ZERO, |sum, a| sum.plus(a.fen()).unwrap_or(Fen::MAX))
    };
    let found = (sum(true), sum(false));
    match said.filter(|said| *said != found) {
        Some(said) => Err(Break::Totals { said, found }),
        None => Ok(()),
    }
}
