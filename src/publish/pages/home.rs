//! The first page, and the lists of days.

use super::{Frame, HOME_DAYS, clock, net, yuan};
use crate::domain::line::close::Close;
use crate::domain::line::found::Found;
use crate::domain::line::open::Owner;
use crate::domain::sums::Move;
use crate::fingerprint::fingerprint;
use crate::publish::FactError;
use crate::publish::history::{Closed, History};
use crate::publish::path::Month;
use crate::publish::v1::key_fingerprint;
use askama::Template;

/// The first page.
#[derive(Template)]
#[template(path = "home.html", config = "src/publish/pages/askama.toml")]
pub(super) struct Home {
    f: Frame,
    origin: String,
    licence: Option<String>,
    filing: Option<String>,
    as_of: String,
    as_of_stamp: String,
    size: u64,
    since_close: u64,
    totals: Option<Totals>,
    days: Vec<DayRow>,
    vkey: String,
    key_fingerprint: String,
    root: String,
    root_fingerprint: String,
}

/// The numbers of the last close.
struct Totals {
    day: String,
    received: String,
    interest: String,
    paid: String,
    fees: String,
    held: String,
    promised: String,
    free: String,
    students: Vec<(&'static str, u64)>,
    accounts: Vec<AccountRow>,
}

struct AccountRow {
    id: String,
    kind: &'static str,
    owner: &'static str,
    pass_through: bool,
    held: String,
}

/// The days of a month; the newest also lists all months.
#[derive(Template)]
#[template(path = "days.html", config = "src/publish/pages/askama.toml")]
pub(super) struct DayList {
    f: Frame,
    month: String,
    days: Vec<DayRow>,
    /// Every month and how many closed days it has, the newest first.
    months: Vec<(String, usize)>,
}

/// One closed day in a table.
struct DayRow {
    day: String,
    received: String,
    gifts: u64,
    paid: String,
    fees: String,
    held: String,
}

impl Home {
    pub(super) fn new(history: &History<'_>, fund: &Found, f: Frame) -> Result<Home, FactError> {
        let (facts, replay) = (history.facts, history.facts.replay());
        let (size, root, last) = (history.size(), replay.tree().root(), history.closed.last());
        let close = last.map(|closed| history.close(*closed)).transpose()?;
        let totals = close.map(|known| totals(history, &known.1, &f));
        let at = replay.books().last;
        Ok(Home {
            origin: fund.origin.to_string(),
            licence: fund.licence.as_ref().map(ToString::to_string),
            filing: fund.filing.as_ref().map(ToString::to_string),
            as_of: at.map(clock).unwrap_or_default(),
            as_of_stamp: at.map(|at| at.to_string()).unwrap_or_default(),
            size,
            since_close: size - last.map_or(0, |closed| closed.entry + 1),
            totals,
            days: day_rows(history, history.closed.iter().rev().take(HOME_DAYS))?,
            vkey: facts.vkey().to_owned(),
            key_fingerprint: key_fingerprint(facts.vkey())?,
            root: root.to_string(),
            root_fingerprint: fingerprint(&root.0),
            f,
        })
    }
}

impl DayList {
    /// The days of the newest month, and all months.
    pub(super) fn newest(history: &History<'_>, f: Frame) -> Result<DayList, FactError> {
        let months = history.months().rev();
        let months = months.map(|(month, days)| (month.to_string(), days.len())).collect();
        let days = history.months().next_back();
        let month = days.map(|(month, _)| month.to_string()).unwrap_or_default();
        let days = days.map(|(_, days)| days).unwrap_or_default();
        Ok(DayList { f, month, days: day_rows(history, days.iter().rev())?, months })
    }

    /// The days of `month`; `None` if it has none.
    pub(super) fn of(
        history: &History<'_>,
        month: Month,
        f: Frame,
    ) -> Result<Option<DayList>, FactError> {
        let days = history.in_month(month);
        if days.is_empty() {
            return Ok(None);
        }
        let days = day_rows(history, days.iter().rev())?;
        Ok(Some(DayList { f, month: month.to_string(), days, months: Vec::new() }))
    }
}

fn totals(history: &History<'_>, close: &Close, f: &Frame) -> Totals {
    let ever = |kind| yuan(close.ever.net(kind));
    let accounts = &history.facts.replay().books().accounts;
    let rows = close.closing.held.0.iter().filter_map(|(id, fen)| {
        let account = accounts.get(id)?;
        Some(AccountRow {
            id: id.to_string(),
            kind: account.kind.name(f.lang),
            owner: account.owner.name(f.lang),
            pass_through: account.owner == Owner::Person,
            held: yuan(*fen),
        })
    });
    Totals {
        day: close.day.to_string(),
        received: yuan(close.ever.received()),
        interest: ever(Move::Interest),
        paid: ever(Move::Pay),
        fees: ever(Move::Fee),
        held: yuan(close.closing.held.total()),
        promised: yuan(close.closing.promised),
        free: yuan(close.closing.free),
        students: f.students(close.students),
        accounts: rows.collect(),
    }
}

fn day_rows<'c>(
    history: &History<'_>,
    closed: impl Iterator<Item = &'c Closed>,
) -> Result<Vec<DayRow>, FactError> {
    closed.map(|closed| Ok(day_row(&history.close(*closed)?.1))).collect()
}

fn day_row(close: &Close) -> DayRow {
    let (done, undone) = (&close.moved.done, &close.moved.undone);
    // A reversed refund was given after all.
    let mut gifts = done.gift;
    gifts.fen = gifts.fen.plus(undone.refund.fen).unwrap_or(gifts.fen);
    DayRow {
        day: close.day.to_string(),
        received: net(gifts, &[undone.gift, done.refund]),
        gifts: done.gift.count,
        paid: net(done.pay, &[undone.pay]),
        fees: net(done.fee, &[undone.fee]),
        held: yuan(close.closing.held.total()),
    }
}
