//! 大事记: what a ledger tells of its own history, month by month.
//!
//! ```text
//! entries ── the rules once more ── Teller: foundings, firsts, round numbers, corrections, months
//!                                         └─ Chronicle ── text, Markdown, a page
//! ```
//!
//! Everything in it is derived from entries, nothing is written by hand, and each item names the
//! line it comes from with its receipt code. Nobody appears but officers by their handles.

mod render;
mod teller;

pub use render::Format;

use crate::domain::books::Past;
use crate::domain::sums::Tally;
use crate::domain::text::Place;
use crate::domain::time::Day;
use crate::export::{Heard, Stop};
use crate::publish::Code;
use crate::replay::{Read, Replay};
use std::collections::BTreeMap;
use teller::Teller;

/// How many items of a month are told; the rest is counted.
pub const MAX_ITEMS: usize = 200;

/// One thing that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// The business day.
    pub day: Day,
    /// The line that says so.
    pub place: Place,
    /// Its receipt code.
    pub code: Option<Code>,
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// The day of a month on which most was promised.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Largest {
    /// The day.
    pub day: Day,
    /// What was promised on it.
    pub promised: Tally,
    /// The first line of it.
    pub place: Place,
}

/// What a month came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Month {
    /// What is told of it, in order.
    pub items: Vec<Item>,
    /// How many more items there were.
    pub more: u64,
    /// Gifts as they were booked.
    pub gifts: Tally,
    /// Refunds and reversals of gifts.
    pub back: Tally,
    /// Payments to students as they were booked.
    pub paid: Tally,
    /// Students admitted.
    pub admitted: u64,
    /// Students who left the programme.
    pub left: u64,
    /// Days closed, and the last close.
    pub closes: u64,
    /// The last close of it and its receipt code.
    pub close: Option<(Place, Option<Code>)>,
    /// The day on which most was promised.
    pub largest: Option<Largest>,
}

/// The history of a ledger.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chronicle {
    /// The fund's name.
    pub name: String,
    /// The log's name.
    pub origin: String,
    /// How many entries it is made from.
    pub size: u64,
    /// The months by year and number.
    pub months: BTreeMap<(i32, u32), Month>,
}

impl Chronicle {
    /// Tells the history of the ledger whose state after its last entry is `known`; `entry` gives
    /// the bytes of one by its number, `past` answers the rules. Costs one replay, whose signatures
    /// are not checked again: that is for whoever opens the ledger or verifies it.
    pub fn of<E>(
        known: &Replay,
        past: &dyn Past,
        mut entry: impl FnMut(u64) -> Result<Vec<u8>, E>,
    ) -> Result<Chronicle, Stop<E>> {
        let books = known.books();
        let mut closes = books.days.iter().map(|(day, last)| (*day, *last)).peekable();
        let (mut now, mut heard, mut teller) =
            (Replay::new(known.origin().clone()), Heard::default(), Teller::default());
        for number in 0..books.size {
            while closes.next_if(|(_, last)| *last < number).is_some() {}
            let read = Read::new(number, &entry(number)?).map_err(Stop::Wrong)?;
            let at = read.entry.at.wall.day();
            let day = closes.peek().map_or(at, |(day, _)| *day);
            let students = now.books().levels.total();
            now.enter_unsigned(&read, past, &mut heard, &mut |_, _| {}).map_err(Stop::Wrong)?;
            let students = (students, now.books().levels.total());
            teller.hear(day, &read, heard.take(), students);
        }
        Ok(Chronicle {
            name: books.fund.as_ref().map(|fund| fund.name.to_string()).unwrap_or_default(),
            origin: known.origin().to_string(),
            size: books.size,
            months: teller.into_months(),
        })
    }

    /// The same with the months of `year` only.
    #[must_use]
    pub fn in_year(mut self, year: i32) -> Chronicle {
        self.months.retain(|(of, _), _| *of == year);
        self
    }
}
