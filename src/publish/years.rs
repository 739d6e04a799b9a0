//! `v1/years.json`: closed years, for programs.
//!
//! ```text
//! v1/years.json    {"schema":1,"origin":…,"years":[YEAR,…]}
//! YEAR             {"year":2026,"place":"412/0","at":…,"from":0,"to":398,"days":31,"opening":SUMS,
//!                   "moved":MOVES,"prior":{"gift":{"count":1,"fen":100}},"closing":SUMS,
//!                   "students":STUDENTS,"waiting":0,"unacknowledged":0,"unreconciled":["bank"],
//!                   "why":…|null}
//! ```
//! SUMS, MOVES and STUDENTS are those of [`v1`](super::v1). Everything comes from the lines that
//! closed the years, so the file changes with them only.

use super::FactError;
use super::history::History;
use super::v1::{Moved, SCHEMA, Students, Sums, json, moved, students, sums};
use crate::domain::line::Line;
use crate::domain::line::years::year::Year;
use crate::domain::sums::{Move, Tallies, Tally};
use crate::domain::text::Place;
use crate::domain::time::Stamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// The entry of the last line about a year; `None` if there is none.
pub(super) fn last(history: &History<'_>) -> Option<u64> {
    history.books().years.last().map(|(_, closed)| closed.by.entry)
}

/// The line that closed a year, where it stands and when it was taken in.
pub(super) struct Told {
    pub(super) place: Place,
    pub(super) at: Stamp,
    pub(super) year: Box<Year>,
}

/// Every closed year, the oldest first.
pub(super) fn all(history: &History<'_>) -> Result<Vec<Told>, FactError> {
    let closed = history.books().years.closed.iter().map(|(_, closed)| closed.by);
    let told = closed.map(|place| match history.line(place)? {
        Some(Line::Year(year)) => Ok(Told { place, at: history.entry(place.entry)?.at, year }),
        _ => Err(FactError::new("a closed year", "its line is none")),
    });
    told.collect()
}

/// Of what was taken back in the year, what belonged to years closed before, by kind.
pub(super) fn prior(year: &Year) -> impl Iterator<Item = (Move, Tally)> {
    let all: Tallies = year.prior.0;
    Move::ALL.iter().map(move |kind| (*kind, all.of(*kind))).filter(|(_, tally)| tally.count > 0)
}

#[derive(Serialize)]
struct File {
    schema: u32,
    origin: String,
    years: Vec<Numbers>,
}

#[derive(Serialize)]
struct Numbers {
    year: u64,
    place: String,
    at: String,
    from: u64,
    to: u64,
    days: u64,
    opening: Sums,
    moved: BTreeMap<&'static str, Moved>,
    prior: BTreeMap<&'static str, Taken>,
    closing: Sums,
    students: Students,
    waiting: u64,
    unacknowledged: u64,
    unreconciled: Vec<String>,
    why: Option<String>,
}

#[derive(Serialize)]
struct Taken {
    count: u64,
    fen: u64,
}

/// The file; `None` if no year is closed.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    if last(history).is_none() {
        return Ok(None);
    }
    let years = all(history)?.into_iter().map(|Told { place, at, year }| Numbers {
        year: year.year,
        place: place.to_string(),
        at: at.to_string(),
        from: year.from,
        to: year.to,
        days: year.days,
        opening: sums(&year.opening),
        moved: moved(&year.moved),
        prior: prior(&year)
            .map(|(kind, Tally { count, fen })| (kind.word(), Taken { count, fen: fen.get() }))
            .collect(),
        closing: sums(&year.closing),
        students: students(year.students),
        waiting: year.waiting,
        unacknowledged: year.unacknowledged,
        unreconciled: year.unreconciled.iter().map(ToString::to_string).collect(),
        why: year.why.as_ref().map(ToString::to_string),
    });
    let origin = history.facts.replay().origin().to_string();
    json(&File { schema: SCHEMA, origin, years: years.collect() }).map(Some)
}
