//! The list of days and months, and the report of a month.

use super::amount::{Amount, Apart, Summary};
use super::chart::{self, Chart};
use super::flows::FlowRows;
use super::{Frame, yuan};
use crate::domain::line::close::Close;
use crate::publish::FactError;
use crate::publish::history::{Closed, History};
use crate::publish::path::Month;
use askama::Template;

/// The days of the newest month, and all months.
#[derive(Template)]
#[template(path = "days.html", config = "src/publish/pages/askama.toml")]
pub(super) struct DayList {
    f: Frame,
    month: String,
    days: Vec<DayRow>,
    /// Every month, for people and as links name it, and how many closed days it has; the newest
    /// first.
    months: Vec<(String, String, usize)>,
}

/// The report of a month, as it is printed and signed.
#[derive(Template)]
#[template(path = "month.html", config = "src/publish/pages/askama.toml")]
pub(super) struct MonthPage {
    f: Frame,
    name: String,
    /// The month as links name it.
    month: String,
    opening: String,
    closing: String,
    promised: String,
    apart: Apart,
    sums: Summary,
    students: Vec<(&'static str, u64)>,
    days: Vec<DayRow>,
    flows: FlowRows,
    chart: Option<Chart>,
    first: String,
    last: String,
}

/// One closed day in a table.
pub(super) struct DayRow {
    pub(super) day: String,
    pub(super) date: String,
    pub(super) received: Amount,
    pub(super) gifts: u64,
    pub(super) paid: Amount,
    pub(super) fees: Amount,
    /// All else that moved, interest among it.
    pub(super) others: Amount,
    pub(super) held: String,
}

impl DayRow {
    /// Whether anything but gifts, payments and fees moved on one of `days`.
    fn any_others(days: &[DayRow]) -> bool {
        days.iter().any(|day| day.others.class() != "none")
    }
}

impl DayList {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<DayList, FactError> {
        let months = history.months().rev();
        let name =
            |(month, days): (Month, &[Closed])| (f.month(month), month.to_string(), days.len());
        let months = months.map(name).collect();
        let newest = history.months().next_back();
        let month = newest.map(|(month, _)| f.month(month)).unwrap_or_default();
        let days = newest.map(|(_, days)| days).unwrap_or_default();
        let close = days.last().map(|last| history.close(*last)).transpose()?;
        let f = match close {
            Some(close) => f.closed(close.0, days.last()),
            None => f,
        };
        Ok(DayList { month, days: day_rows(history, days.iter().rev(), &f)?, months, f })
    }
}

impl MonthPage {
    /// The report of `month`, which has closed days.
    pub(super) fn new(
        history: &History<'_>,
        month: Month,
        f: Frame,
    ) -> Result<MonthPage, FactError> {
        let closed = history.in_month(month);
        let missing = || FactError::new(format!("the month {month}"), "no day of it is closed");
        let closes = closed.iter().map(|c| history.close(*c));
        let closes = closes.collect::<Result<Vec<_>, _>>()?;
        let (first, last) = closes.first().zip(closes.last()).ok_or_else(missing)?;
        let f = f.closed(last.0, history.in_month(month).last());
        let (first, last) = (&first.1, &last.1);
        Ok(MonthPage {
            name: f.month(month),
            month: month.to_string(),
            opening: yuan(first.opening.held.total()),
            closing: yuan(last.closing.held.total()),
            promised: yuan(last.closing.promised),
            apart: Apart::of(&last.closing),
            sums: Summary::all(&closes.iter().map(|known| &known.1.moved).collect::<Vec<_>>()),
            students: f.students(last.students),
            days: day_rows(history, closed.iter().rev(), &f)?,
            flows: FlowRows::of_month(history, month, &f)?,
            chart: chart::of_days(history, closed, f.lang)?,
            first: f.day(first.day),
            last: f.day(last.day),
            f,
        })
    }
}

pub(super) fn day_rows<'c>(
    history: &History<'_>,
    closed: impl Iterator<Item = &'c Closed>,
    f: &Frame,
) -> Result<Vec<DayRow>, FactError> {
    closed.map(|closed| Ok(day_row(&history.close(*closed)?.1, f))).collect()
}

fn day_row(close: &Close, f: &Frame) -> DayRow {
    let sums = Summary::of(&close.moved);
    DayRow {
        day: f.day(close.day),
        date: close.day.to_string(),
        received: sums.received,
        gifts: sums.gifts,
        paid: sums.paid,
        fees: sums.fees,
        others: sums.others(),
        held: yuan(close.closing.held.total()),
    }
}
