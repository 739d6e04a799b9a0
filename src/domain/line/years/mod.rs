//! 年度结账: a year whose days are closed is closed as a whole.
//!
//! [`year`] states what the year began with, what moved, and what it leaves to the next one; after
//! it no day of that year is closed any more. What is wrong in a closed year is reversed in a later
//! one, and counted there as a correction of years before (以前年度).

pub mod year;

use crate::domain::books::{Act, Books};
use crate::domain::line::funds::year_of;
use crate::domain::money::Fen;
use crate::domain::refusal::{Refusal, texts};
use crate::domain::sums::{Move, Moves};
use crate::domain::text::Place;
use crate::domain::time::Day;
use crate::{record, tables};

record! {
    /// What the books know of a closed year.
    #[derive(Copy)]
    pub struct Closed {
        /// The line that closed it.
        by: Place = "by",
        /// The entry of its last day close.
        to: u64 = "to",
    }
}

record! {
    /// A reversal of a line of a year that was closed.
    #[derive(Copy)]
    pub struct Prior {
        /// The line.
        of: Place = "of",
        /// What it had moved.
        kind: Move = "kind",
        /// How much was taken back, in fen.
        fen: Fen = "fen",
    }
}

tables! {
    /// What the books know of years.
    pub struct Years {
        /// Closed years.
        closed: Table<u64, Closed> = "closed",
        /// Reversals of lines of closed years, by their own place.
        prior: Table<Place, Prior> = "prior",
    }
}

texts! {
    /// Why a line about a year is refused.
    YearRefusal:
    YearAhead { year: u64, today: Day }
        "今天是 {today}，{year} 年还没有过完，不能结账",
        "this is {today}, and {year} is not over; a year is closed once it is";
    YearNothing { year: u64 }
        "没有可以结账的年度：{year} 年没有日结，或已经结过",
        "there is no year to close: {year} has no closed day, or is closed";
    YearOrder { year: u64, next: u64 }
        "下一个要结的是 {next} 年，这里是 {year} 年；年度按先后结，一年只结一次",
        "the next year to close is {next}, and this says {year}; years are closed once each, in order";
    YearDaysOpen { year: u64, last: Day }
        "{last} 之后还有收支没有日结，可能属于 {year} 年；请先 yishan close",
        "something moved after the close of {last} that may belong to {year}; close its day first with yishan close";
    YearDiffers { field: String, stated: String, replayed: String }
        "年度结账的 {field} 写的是 {stated}，重算为 {replayed}；请重新结账",
        "the year states {stated} for {field}, and the replay gives {replayed}; make it anew";
    YearUnexplained { waiting: u64, unacknowledged: u64, unreconciled: u64 }
        "还有 {waiting} 项提案待审批、{unacknowledged} 笔发放未签收、{unreconciled} 个银行账户未对账到年末；请先办完，或写明原因（--why）",
        "{waiting} proposals wait, {unacknowledged} payments are not acknowledged, {unreconciled} bank accounts are not reconciled to the year's end; settle them first, or say why (--why)";
    YearClosed { day: Day, year: u64 }
        "{year} 年已经结账，不能再结 {day} 这一天；之后的收支记入下一年",
        "{year} is closed, and so {day} cannot be closed any more; what moved since belongs to the next year";
}

impl Years {
    /// The last closed year.
    pub fn last(&self) -> Option<(u64, Closed)> {
        self.closed.iter().next_back().map(|(year, closed)| (*year, *closed))
    }

    /// Whether the line at `place` is covered by a closed year.
    pub fn covers(&self, place: Place) -> bool {
        self.last().is_some_and(|(_, closed)| place.entry <= closed.to)
    }
}

impl Books {
    /// The first year that has a closed day and is not closed itself.
    pub fn next_year(&self) -> Option<u64> {
        let last = self.years.last().map(|(year, _)| year);
        let mut years = self.days.iter().map(|(day, _)| year_of(*day));
        years.find(|year| last.is_none_or(|last| *year > last))
    }
}

impl Act<'_> {
    /// Refuses a day of a closed year.
    pub(crate) fn year_is_open(&self, day: Day) -> Result<(), Refusal> {
        match self.books.years.last() {
            Some((year, _)) if year_of(day) <= year => {
                Err(YearRefusal::YearClosed { day, year }.into())
            }
            _ => Ok(()),
        }
    }

    /// Notes that the line at `of`, which is booked back, belongs to a closed year; `before` is
    /// what had moved before that.
    pub(crate) fn note_prior(&mut self, of: Place, before: &Moves) {
        if !self.books.years.covers(of) {
            return;
        }
        let undone = self.books.sums.ever.since(before).undone;
        // A payment may release its promise with it: what the line itself moved comes last.
        let moved = Move::ALL.iter().rev().find(|kind| undone.of(**kind).count > 0);
        if let Some(kind) = moved {
            let prior = Prior { of, kind: *kind, fen: undone.of(*kind).fen };
            self.books.years.prior.set(self.place, prior);
        }
    }
}
