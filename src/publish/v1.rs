//! `v1/*.json`: the numbers of the pages, for programs. Amounts are whole fen.
//!
//! ```text
//! v1/status.json   {"schema":1,"origin":…,"name":…,"holder":…,"licence":…|null,"filing":…|null,
//!                   "solo":false,"quorum":2,"as_of":"2026-11-22T21:04:06+08:00"|null,"size":57,
//!                   "root":"64 hex","vkey":…,"key_fingerprint":…,"root_fingerprint":…,
//!                   "since_close":0,"url":"https://…/"|null,"closed":DAY|null}
//! v1/days.json     {"schema":1,"origin":…,"vkey":…,"key_fingerprint":…,"months":[MONTH,…]}
//! MONTH            {"month":"2026-11","days":11,"file":"days/2026-11.json"}
//! v1/funds.json    see [`funds`](super::funds)
//! v1/boxes.json    see [`boxes`](super::boxes)
//! v1/days/2026-11.json
//!                  {"schema":1,"origin":…,"vkey":…,"key_fingerprint":…,"month":"2026-11",
//!                   "days":[DAY,…]}
//! DAY              {"day":"2026-11-22","from":43,"entry":56,"at":…,"opening":SUMS,"moved":MOVES,
//!                   "closing":SUMS,"ever":MOVES,
//!                   "students":{"primary":0,"junior":2,"senior":0,"college":0,"total":2}}
//! SUMS             {"held":{"bank":101,"wx":63},"total":164,"free":114,"promised":50,
//!                   "pots":{"books":0},"agency":0} (the last two only where there are any)
//! MOVES            {"gift":{"count":3,"fen":303,"undone_count":0,"undone_fen":0},"refund":…,…}
//! ```
//! (indented, with a newline at the end). `as_of` is the time of the last entry, `since_close` the
//! number of entries after the last close, and `closed` that close; `moved` is since the close
//! before, `ever` since the founding, and what was reversed is counted apart as undone. All of
//! `days.json`, of its months and of `closed` comes from closes, so it changes with a close only; a
//! month that is over never changes, so that a day costs its month and not the years before.
//!
//! Objects only ever gain fields within one schema. Nothing in them is signed: whoever needs proof
//! takes the closes of days from the log (`day/…`), which say the same.

use super::FactError;
use super::history::{Closed, History};
use super::path::Month;
use crate::domain::line::close::Close;
use crate::domain::line::student::Levels;
use crate::domain::sums::{Balance, Held, Move, Moves, Tally};
use crate::domain::time::Stamp;
use crate::fingerprint::fingerprint;
use crate::tlog::Verifier;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of these objects.
pub(super) const SCHEMA: u32 = 1;

/// `v1/schema.json`: these objects as a JSON Schema (draft 2020-12), and with them what the command
/// prints with `--json`.
pub(super) const SCHEMA_FILE: &str = include_str!("schema.json");

#[derive(Serialize)]
struct Status {
    schema: u32,
    origin: String,
    name: String,
    holder: String,
    licence: Option<String>,
    filing: Option<String>,
    solo: bool,
    quorum: u64,
    as_of: Option<String>,
    size: u64,
    root: String,
    vkey: String,
    key_fingerprint: String,
    root_fingerprint: String,
    since_close: u64,
    url: Option<String>,
    closed: Option<DayNumbers>,
}

#[derive(Serialize)]
struct AllMonths {
    schema: u32,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    months: Vec<OneMonth>,
}

#[derive(Serialize)]
struct OneMonth {
    month: String,
    days: usize,
    file: String,
}

#[derive(Serialize)]
struct MonthDays {
    schema: u32,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    month: String,
    days: Vec<DayNumbers>,
}

#[derive(Serialize)]
struct DayNumbers {
    day: String,
    from: u64,
    entry: u64,
    at: String,
    opening: Sums,
    moved: BTreeMap<&'static str, Moved>,
    closing: Sums,
    ever: BTreeMap<&'static str, Moved>,
    students: Students,
}

#[derive(Serialize)]
pub(super) struct Sums {
    held: BTreeMap<String, u64>,
    total: u64,
    free: u64,
    promised: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pots: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "is_nothing")]
    agency: u64,
}

/// Whether a number is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
pub(super) fn is_nothing(number: &u64) -> bool {
    *number == 0
}

#[derive(Serialize)]
pub(super) struct Moved {
    count: u64,
    fen: u64,
    undone_count: u64,
    undone_fen: u64,
}

#[derive(Serialize)]
pub(super) struct Students {
    primary: u64,
    junior: u64,
    senior: u64,
    college: u64,
    total: u64,
}

/// The key's fingerprint: of the 32 bytes of the public key.
pub(super) fn key_fingerprint(vkey: &str) -> Result<String, FactError> {
    let key: Verifier = vkey.parse().map_err(|why| FactError::new("the log's key", &why))?;
    Ok(fingerprint(key.public_key()))
}

/// `v1/status.json`: the ledger as it is now.
pub(super) fn status(history: &History<'_>) -> Result<Vec<u8>, FactError> {
    let (facts, books) = (history.facts, history.facts.replay().books());
    let fund = books.founded().map_err(|why| FactError::new("the fund", &why))?;
    let root = facts.replay().tree().root();
    let last = history.closed.last().copied();
    json(&Status {
        schema: SCHEMA,
        origin: fund.origin.to_string(),
        name: fund.name.to_string(),
        holder: fund.holder.to_string(),
        licence: fund.licence.as_ref().map(ToString::to_string),
        filing: fund.filing.as_ref().map(ToString::to_string),
        solo: fund.policy.solo,
        quorum: fund.policy.quorum,
        as_of: books.last.map(|at| at.to_string()),
        size: history.size(),
        root: root.to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        root_fingerprint: fingerprint(&root.0),
        since_close: history.size() - last.map_or(0, |c| c.entry + 1),
        url: facts.address().map(ToString::to_string),
        closed: last.map(|closed| numbers(history, closed)).transpose()?,
    })
}

/// `v1/days.json`: the months with closed days, the oldest first.
pub(super) fn months(history: &History<'_>) -> Result<Vec<u8>, FactError> {
    let facts = history.facts;
    let months = history.months().map(|(month, days)| OneMonth {
        month: month.to_string(),
        days: days.len(),
        file: format!("days/{month}.json"),
    });
    json(&AllMonths {
        schema: SCHEMA,
        origin: facts.replay().origin().to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        months: months.collect(),
    })
}

/// `v1/days/2026-11.json`: the closed days of a month, the oldest first; `None` if it has none.
pub(super) fn month(history: &History<'_>, month: Month) -> Result<Option<Vec<u8>>, FactError> {
    let (facts, days) = (history.facts, history.in_month(month));
    if days.is_empty() {
        return Ok(None);
    }
    let month = MonthDays {
        schema: SCHEMA,
        origin: facts.replay().origin().to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        month: month.to_string(),
        days: days.iter().map(|c| numbers(history, *c)).collect::<Result<_, _>>()?,
    };
    json(&month).map(Some)
}

fn numbers(history: &History<'_>, closed: Closed) -> Result<DayNumbers, FactError> {
    let known = history.close(closed)?;
    let (at, close): &(Stamp, Close) = &known;
    Ok(DayNumbers {
        day: close.day.to_string(),
        from: close.from,
        entry: closed.entry,
        at: at.to_string(),
        opening: sums(&close.opening),
        moved: moved(&close.moved),
        closing: sums(&close.closing),
        ever: moved(&close.ever),
        students: students(close.students),
    })
}

pub(super) fn sums(balance: &Balance) -> Sums {
    Sums {
        held: by_handle(&balance.held),
        total: balance.held.total().get(),
        free: balance.free.get(),
        promised: balance.promised.get(),
        pots: by_handle(&balance.pots.0),
        agency: balance.agency.0.get(),
    }
}

fn by_handle(held: &Held) -> BTreeMap<String, u64> {
    held.0.iter().map(|(id, fen)| (id.to_string(), fen.get())).collect()
}

pub(super) fn moved(moves: &Moves) -> BTreeMap<&'static str, Moved> {
    let one = |(kind, Tally { count, fen }, undone): (Move, Tally, Tally)| {
        let (undone_count, undone_fen) = (undone.count, undone.fen.get());
        (kind.word(), Moved { count, fen: fen.get(), undone_count, undone_fen })
    };
    moves.each().map(one).collect()
}

pub(super) fn students(levels: Levels) -> Students {
    let Levels { primary, junior, senior, college } = levels;
    Students { primary, junior, senior, college, total: levels.total() }
}

/// The bytes of a file of v1.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, FactError> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| (text + "\n").into()).map_err(|why| FactError::new("a file of v1", &why))
}
