//! Closed years: what each began with, what moved, what it left.

use super::{Frame, yuan};
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::publish::FactError;
use crate::publish::history::History;
use crate::publish::years::{Told, all, prior};
use askama::Template;

/// Closed years.
#[derive(Template)]
#[template(path = "years.html", config = "src/publish/pages/askama.toml")]
pub(super) struct YearsPage {
    f: Frame,
    /// The latest first.
    years: Vec<YearRow>,
}

struct YearRow {
    year: u64,
    place: String,
    days: u64,
    opening: String,
    /// Name, how often, and how much.
    moved: Vec<(String, u64, String)>,
    closing: String,
    students: Vec<(&'static str, u64)>,
    /// What still waited, and why.
    open: Vec<(&'static str, String)>,
    why: Option<String>,
}

impl YearsPage {
    /// The page; `None` if no year is closed.
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<Option<YearsPage>, FactError> {
        let told = all(history)?;
        let Some(last) = told.last() else { return Ok(None) };
        let f = f.after(last.at, last.place.entry);
        let years = told.iter().rev().map(|told| YearRow::new(told, &f)).collect();
        Ok(Some(YearsPage { f, years }))
    }
}

impl YearRow {
    fn new(told: &Told, f: &Frame) -> YearRow {
        let (year, lang) = (&told.year, f.lang);
        let mut moved = Vec::new();
        let mut row = |name: String, count: u64, fen: Fen| {
            if count > 0 {
                moved.push((name, count, yuan(fen)));
            }
        };
        for (kind, done, undone) in year.moved.each() {
            let name = kind.name(lang);
            row(name.to_owned(), done.count, done.fen);
            let back = lang.pick(format!("冲正{name}"), format!("{name} reversed"));
            row(back, undone.count, undone.fen);
        }
        for (kind, tally) in prior(year) {
            let name = kind.name(lang);
            let before = match lang {
                Lang::Zh => format!("其中冲正以前年度的{name}"),
                Lang::En => format!("of these, {name} of earlier years"),
            };
            row(before, tally.count, tally.fen);
        }
        let banks: Vec<_> = year.unreconciled.iter().map(ToString::to_string).collect();
        let mut open = vec![
            (f.t("待审批的提案", "Proposals waiting"), year.waiting.to_string()),
            (f.t("未签收的发放", "Payments not acknowledged"), year.unacknowledged.to_string()),
        ];
        if !banks.is_empty() {
            let what = f
                .t("未对账到年末的银行账户", "Bank accounts not reconciled to the end of the year");
            open.push((what, banks.join(" ")));
        }
        YearRow {
            year: year.year,
            place: told.place.to_string(),
            days: year.days,
            opening: yuan(year.opening.held.total()),
            moved,
            closing: yuan(year.closing.held.total()),
            students: f.students(year.students),
            open,
            why: year.why.as_ref().map(ToString::to_string),
        }
    }
}
