//! `v1/tickets.json`: receipts for offices (捐赠票据), for programs, and what the page of the same
//! name says. There only if one was recorded. Amounts are whole fen.
//!
//! ```text
//! {"schema":1,"origin":…,"persons":12,"organisations":3,
//!  "codes":[{"code":"11060126","first":"0001","last":"0017","issued":15,"void":1,"red":1,
//!            "fen":120000,"gaps":0,"missing":[["0009","0009"],…]},…]}
//! ```
//! `fen` is of those that stand. Which gifts a receipt is for, these say not; `missing` has at most
//! [`MAX_MISSING`] runs of numbers, `gaps` counts all.

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, json};
use crate::domain::books::Books;
use crate::domain::line::ticket::{Payer, Run, Standing};
use crate::domain::money::Fen;
use serde::Serialize;

/// The most runs of missing numbers that are told of a code.
pub(super) const MAX_MISSING: usize = 100;

/// Whether a receipt was ever recorded.
pub(super) fn any(books: &Books) -> bool {
    !books.tickets.all.is_empty()
}

/// The last entry that records one or voids one.
pub(super) fn last(books: &Books) -> Option<u64> {
    books.tickets.all.iter().map(|(_, known)| known.place.entry).max()
}

/// How many of those that stand name a person, and how many an organisation.
pub(super) fn payers(books: &Books) -> [u64; 2] {
    let count = |payer| {
        let all = books.tickets.all.iter();
        let some = all.filter(|(_, t)| t.standing == Standing::Issued && t.payer == payer);
        u64::try_from(some.count()).unwrap_or(u64::MAX)
    };
    [Payer::Person, Payer::Organisation].map(count)
}

#[derive(Serialize)]
struct File {
    schema: u32,
    origin: String,
    persons: u64,
    organisations: u64,
    codes: Vec<CodeNumbers>,
}

#[derive(Serialize)]
struct CodeNumbers {
    code: String,
    first: String,
    last: String,
    issued: u64,
    void: u64,
    red: u64,
    fen: u64,
    gaps: u64,
    missing: Vec<(String, String)>,
}

/// The file, as the books are now; `None` if no receipt was recorded.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let books = history.books();
    if !any(books) {
        return Ok(None);
    }
    let [persons, organisations] = payers(books);
    let origin = history.facts.replay().origin().to_string();
    let codes = books.tickets.runs().into_iter().map(numbers).collect();
    json(&File { schema: SCHEMA, origin, persons, organisations, codes }).map(Some)
}

fn numbers(run: Run) -> CodeNumbers {
    let [issued, void, red] = run.counts;
    CodeNumbers {
        code: run.code.to_string(),
        first: run.first.to_string(),
        last: run.last.to_string(),
        issued,
        void,
        red,
        fen: run.fen.unwrap_or(Fen::MAX).get(),
        gaps: run.gaps,
        missing: run.missing.into_iter().take(MAX_MISSING).collect(),
    }
}
