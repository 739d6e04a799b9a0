//! `v1/boxes.json`: donation boxes and collections on squares, for programs, and what the page of
//! the same name says. There only if a box was ever entered. Amounts are whole fen.
//!
//! ```text
//! {"schema":1,"origin":…,"vkey":…,"key_fingerprint":…,"openings":4,"counted":475000,
//!  "deposited":400000,"surplus":0,"shortage":0,
//!  "boxes":[{"box":"square","kind":"square","for":"books"|null,"entered":"3/0","openings":4,
//!            "counted":475000,"deposited":400000},…],
//!  "waiting":[{"opening":"41/0","box":"square","on":"2026-11-22","due":"2026-11-25",
//!              "counted_twice":true,"counted":125000,"deposited":50000},…]}
//! ```
//! Openings that were counted twice count; `waiting` are those not counted twice or not whole in
//! the bank yet, by place, at most 1000. `entered` is the line that says where the box is.

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, json, key_fingerprint};
use crate::domain::books::Books;
use crate::domain::line::boxes::{Total, totals};
use crate::domain::sums::Move;
use crate::domain::text::Id;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most openings that are told as waiting.
const MAX_WAITING: usize = 1_000;

/// Whether there is anything to tell.
pub(super) fn any(books: &Books) -> bool {
    !books.boxes.known.is_empty()
}

#[derive(Serialize)]
struct BoxesFile {
    schema: u32,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    openings: u64,
    counted: u64,
    deposited: u64,
    surplus: u64,
    shortage: u64,
    boxes: Vec<BoxNumbers>,
    waiting: Vec<OpeningNumbers>,
}

#[derive(Serialize)]
struct BoxNumbers {
    #[serde(rename = "box")]
    cash_box: String,
    kind: &'static str,
    #[serde(rename = "for")]
    pot: Option<String>,
    entered: String,
    openings: u64,
    counted: u64,
    deposited: u64,
}

#[derive(Serialize)]
struct OpeningNumbers {
    opening: String,
    #[serde(rename = "box")]
    cash_box: String,
    on: String,
    due: String,
    counted_twice: bool,
    counted: u64,
    deposited: u64,
}

/// The file, as the books are now; `None` if there is nothing to tell.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let (facts, books) = (history.facts, history.books());
    if !any(books) {
        return Ok(None);
    }
    let ((each, all), ever) = (totals(books), &books.sums.ever);
    let file = json(&BoxesFile {
        schema: SCHEMA,
        origin: facts.replay().origin().to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        openings: all.openings,
        counted: all.counted.get(),
        deposited: all.deposited.get(),
        surplus: ever.net(Move::Surplus).get(),
        shortage: ever.net(Move::Shortage).get(),
        boxes: boxes(books, &each),
        waiting: waiting(books),
    });
    file.map(Some)
}

fn boxes(books: &Books, each: &BTreeMap<Id, Total>) -> Vec<BoxNumbers> {
    let all = books.boxes.known.iter().map(|(id, known)| {
        let sums = each.get(id).copied().unwrap_or_default();
        BoxNumbers {
            cash_box: id.to_string(),
            kind: known.kind.word(),
            pot: known.pot.map(|pot| pot.to_string()),
            entered: known.entered.to_string(),
            openings: sums.openings,
            counted: sums.counted.get(),
            deposited: sums.deposited.get(),
        }
    });
    all.collect()
}

fn waiting(books: &Books) -> Vec<OpeningNumbers> {
    let all = books.boxes.openings.iter().filter(|(_, opening)| opening.waits());
    let all = all.map(|(place, opening)| OpeningNumbers {
        opening: place.to_string(),
        cash_box: opening.cash_box.to_string(),
        on: opening.on.to_string(),
        due: opening.due.to_string(),
        counted_twice: opening.booked.is_some(),
        counted: opening.fen.get(),
        deposited: opening.deposited.get(),
    });
    all.take(MAX_WAITING).collect()
}
