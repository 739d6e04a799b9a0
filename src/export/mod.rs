//! A ledger as accounts that other people's programs read and check: [`hledger`], [`beancount`], a
//! table, a list of objects.
//!
//! ```text
//! entries ── the rules once more ── Movement: debit, credit, fen ── one transaction each
//!                                └─ Close: what every account must hold then ── assertions
//! ```
//!
//! The movements are not described here a second time: the entries are replayed, and the rules say
//! what they booked. What an account is called and holds is in [`chart`], for all formats.

pub mod beancount;
pub mod chart;
pub mod hledger;
pub mod rows;

use crate::domain::books::{Books, Past, Refs};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::close::Close;
use crate::domain::refusal::Both;
use crate::domain::sums::{Move, Posting};
use crate::domain::text::{Place, Ref};
use crate::domain::time::{Day, Stamp};
use crate::replay::{Read, Replay, Wrong};

/// One movement of money, as it was booked.
#[derive(Clone, Debug)]
pub struct Movement<'l> {
    /// The line that says so.
    pub place: Place,
    /// The line itself.
    pub line: &'l Line,
    /// The business day: the one that the next close names; before it, the day of `at`, or the
    /// first that may still be closed.
    pub day: Day,
    /// When the entry was taken in.
    pub at: Stamp,
    /// What moved.
    pub kind: Move,
    /// Whether an earlier movement is taken back by it.
    pub undone: bool,
    /// Debit, credit and fen, as they are booked: turned around already if it is taken back.
    pub posting: Posting,
}

impl Movement<'_> {
    /// What people read in front of it: `捐款 gift`, `冲正捐款 reversal of gifts`.
    fn title(&self) -> String {
        let Both(zh, en) = self.kind.both();
        let (back, taken) = if self.undone { ("冲正", "reversal of ") } else { ("", "") };
        format!("{back}{zh} {taken}{en}")
    }
}

/// What becomes of a ledger in another program's spelling: pieces of text, in order.
pub trait Format {
    /// What stands before everything else. With `opening`, the accounts begin with what that close
    /// left in them.
    fn head(&mut self, books: &Books, opening: Option<&Close>) -> String {
        let _ = (books, opening);
        String::new()
    }

    /// One movement.
    fn movement(&mut self, movement: &Movement<'_>) -> String;

    /// An entry whose movements were told, for whoever looks at lines that move no money. `day` is
    /// its business day.
    fn entry(&mut self, entry: &Entry, day: Day) {
        let _ = (entry, day);
    }

    /// The end of a day: what the accounts hold then. `place` is the close's own.
    fn close(&mut self, close: &Close, place: Place) -> String {
        let _ = (close, place);
        String::new()
    }
}

/// The days that are written out: all, or those from one day to another, both included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first day; what was before is the opening balance.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

/// Why a ledger cannot be written out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Stop<E> {
    /// An entry could not be had, or the text not be put anywhere.
    Outside(E),
    /// An entry is not what it was when the ledger was opened.
    Wrong(Wrong),
}

impl<E> From<E> for Stop<E> {
    fn from(why: E) -> Self {
        Stop::Outside(why)
    }
}

/// Writes a ledger out in `format`, piece by piece to `put`, and says how many movements there
/// were. `known` is the state after the last entry; `entry` gives the bytes of one by its number,
/// `past` answers the rules. Costs one replay of every entry up to the last of `span`, whose
/// signatures are not checked again: that is for whoever opens the ledger or verifies it.
pub fn write<E>(
    known: &Replay,
    span: Span,
    past: &dyn Past,
    mut entry: impl FnMut(u64) -> Result<Vec<u8>, E>,
    format: &mut dyn Format,
    mut put: impl FnMut(&str) -> Result<(), E>,
) -> Result<u64, Stop<E>> {
    let books = known.books();
    let mut read = |number| Read::new(number, &entry(number)?).map_err(Stop::Wrong);
    let mut closes = books.days.iter().map(|(day, last)| (*day, *last)).peekable();
    let before = |(day, _): &(&Day, &u64)| span.from.is_some_and(|from| **day < from);
    let opening = books.days.iter().take_while(before).last();
    let opening = opening.map(|(_, last)| read(*last)).transpose()?;
    put(&format.head(books, opening.as_ref().and_then(close_of)))?;
    let first = opening.map_or(0, |close| close.entry.seq + 1);
    let next = books.closed().and_then(|(day, _)| day.offset(1)).unwrap_or(Day::FIRST);
    let (mut now, mut heard, mut count) =
        (Replay::new(known.origin().clone()), Heard::default(), 0);
    for number in 0..books.size {
        while closes.next_if(|(_, last)| *last < number).is_some() {}
        let one = read(number)?;
        let at = one.entry.at;
        let day = closes.peek().map_or_else(|| at.wall.day().max(next), |(day, _)| *day);
        if span.until.is_some_and(|until| day > until) {
            break;
        }
        heard.moved.clear();
        now.enter_unsigned(&one, past, &mut heard, &mut |_, _| {}).map_err(Stop::Wrong)?;
        if number < first {
            continue;
        }
        let mut text = String::new();
        for (place, kind, undone, posting) in heard.moved.drain(..) {
            if let Some(line) = one.entry.voucher.lines.get(usize::from(place.line)) {
                text += &format.movement(&Movement { place, line, day, at, kind, undone, posting });
                count += 1;
            }
        }
        format.entry(&one.entry, day);
        if let Some(close) = close_of(&one) {
            text += &format.close(close, Place { entry: number, line: 0 });
        }
        put(&text)?;
    }
    Ok(count)
}

fn close_of(read: &Read) -> Option<&Close> {
    match &*read.entry.voucher.lines {
        [Line::Close(close)] => Some(close),
        _ => None,
    }
}

/// Hears what the rules book. That no reference is used twice was seen when the ledger was opened.
#[derive(Debug, Default)]
pub struct Heard {
    moved: Vec<(Place, Move, bool, Posting)>,
}

impl Heard {
    /// What was booked since this was asked last.
    pub fn take(&mut self) -> Vec<(Place, Move, bool, Posting)> {
        std::mem::take(&mut self.moved)
    }
}

impl Refs for Heard {
    fn claim(&mut self, _: Ref, _: Place) -> Result<(), Place> {
        Ok(())
    }

    fn listens(&self) -> bool {
        true
    }

    fn moved(&mut self, place: Place, kind: Move, undone: bool, posting: Posting) {
        let Posting { debit, credit, fen } = posting;
        let posting = if undone { Posting { debit: credit, credit: debit, fen } } else { posting };
        self.moved.push((place, kind, undone, posting));
    }
}
