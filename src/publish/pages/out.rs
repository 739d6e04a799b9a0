//! Allocations and expenses: what was promised to whom or for what, and what was paid of it.

use super::amount::{Amount, Summary};
use super::expenses::ExpenseRows;
use super::link::row_id;
use super::{Frame, MAX_GRANTS, yuan};
use crate::domain::books::Step;
use crate::domain::line::allocate::{Proposal, Proposed, State};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::{Id, Place};
use crate::publish::FactError;
use crate::publish::expenses::MAX_EXPENSES;
use crate::publish::history::{History, entries_of};
use crate::publish::money::Way;
use crate::publish::path::Month;
use askama::Template;

/// The newest allocations and expenses, or those of a month.
#[derive(Template)]
#[template(path = "out.html", config = "src/publish/pages/askama.toml")]
pub(super) struct OutPage {
    f: Frame,
    /// The month, named; of the page with the newest, none.
    month: Option<String>,
    totals: Option<Totals>,
    grants: Vec<GrantRow>,
    rest: usize,
    expenses: ExpenseRows,
    /// Every month with closed days, for people and as links name it, the newest first.
    months: Vec<(String, String)>,
}

/// Sums of the last close.
struct Totals {
    day: String,
    date: String,
    promised: String,
    paid: Amount,
    spent: Amount,
    waiting: String,
}

/// One allocation.
pub(super) struct GrantRow {
    /// Its folder.
    pub(super) name: String,
    pub(super) day: String,
    pub(super) student: String,
    pub(super) promised: String,
    pub(super) paid: Amount,
    pub(super) left: String,
    pub(super) state: &'static str,
    /// How the page marks the state.
    pub(super) class: &'static str,
    /// How many payments there are, and how many of them were acknowledged.
    pub(super) pays: usize,
    pub(super) acknowledged: usize,
}

impl OutPage {
    /// The newest of both.
    pub(super) fn newest(history: &History<'_>, f: Frame) -> Result<OutPage, FactError> {
        let last = history.closed.last();
        let close = last.map(|closed| history.close(*closed)).transpose()?;
        let totals = close.map(|known| {
            let (close, sums) = (&known.1, Summary::of(&known.1.ever));
            Totals {
                day: f.day(close.day),
                date: close.day.to_string(),
                promised: yuan(close.ever.net(Move::Promise)),
                paid: sums.paid,
                spent: sums.spent,
                waiting: yuan(close.closing.promised),
            }
        });
        let with = history.months().rev();
        let with = with.filter(|(_, days)| history.proposals(entries_of(days)).next().is_some());
        let months = with.map(|(month, _)| (f.month(month), month.to_string())).collect();
        let (grants, rest) = rows(history, history.grants().rev(), &f);
        let closed = entries_of(&history.closed);
        let expenses = ExpenseRows::latest(history, closed, MAX_EXPENSES, &f)?;
        Ok(OutPage { f, month: None, totals, grants, rest, expenses, months })
    }

    /// Those of `month`; `None` if it has none.
    pub(super) fn of(
        history: &History<'_>,
        month: Month,
        f: Frame,
    ) -> Result<Option<OutPage>, FactError> {
        let days = history.in_month(month);
        let (grants, rest) = rows(history, history.grants_in(days).rev(), &f);
        let expenses = ExpenseRows::latest(history, entries_of(days), MAX_EXPENSES, &f)?;
        let any = !grants.is_empty() || !expenses.rows.is_empty();
        let (name, totals, months) = (Some(f.month(month)), None, Vec::new());
        let page = OutPage { f, month: name, totals, grants, rest, expenses, months };
        Ok(any.then_some(page))
    }
}

fn rows<'p>(
    history: &History<'_>,
    grants: impl Iterator<Item = (Place, &'p Proposal)>,
    f: &Frame,
) -> (Vec<GrantRow>, usize) {
    let (mut rows, mut rest) = (Vec::new(), 0);
    for (place, proposal) in grants {
        if rows.len() < MAX_GRANTS {
            rows.extend(GrantRow::new(history, place, proposal, f));
        } else {
            rest += 1;
        }
    }
    (rows, rest)
}

impl GrantRow {
    /// The allocation proposed at `place`.
    pub(super) fn new(
        history: &History<'_>,
        place: Place,
        proposal: &Proposal,
        f: &Frame,
    ) -> Option<GrantRow> {
        let Proposed::Allocation(student, fen) = proposal.what else { return None };
        let books = history.books();
        let pays = books.steps(place).filter(|(_, step)| *step == Step::Pay).map(|(by, _)| by);
        let kept = |by: &Place| books.touched.get(by).is_none_or(|t| t.reversed.is_none());
        let pays: Vec<Place> = pays.filter(kept).collect();
        let acknowledged = |by: &&Place| {
            books.payments.get(by).is_some_and(|payment| payment.acknowledged.is_some())
        };
        let (state, class) = state(proposal, fen, f);
        Some(GrantRow {
            name: row_id(place),
            day: history.of_entry(place.entry).map(|c| f.day(c.day)).unwrap_or_default(),
            student: student_of(history, student, f),
            promised: yuan(fen),
            paid: Amount::new(Way::Out, proposal.paid),
            left: yuan(proposal.left()),
            state,
            class,
            pays: pays.len(),
            acknowledged: pays.iter().filter(acknowledged).count(),
        })
    }
}

/// School level and pseudonym.
pub(super) fn student_of(history: &History<'_>, student: Id, f: &Frame) -> String {
    let known = history.books().students.known.get(&student);
    known.map_or_else(|| student.to_string(), |known| f.student(known.level, student))
}

/// What became of an allocation or expense of `fen`, in words and as the page marks it.
pub(super) fn state(proposal: &Proposal, fen: Fen, f: &Frame) -> (&'static str, &'static str) {
    match proposal.state {
        State::Waiting => (f.t("等人批准", "waiting for approval"), "open"),
        State::Rejected => (f.t("没有批准", "rejected"), "off"),
        State::Released => (f.t("余款已撤回", "the rest was taken back"), "off"),
        State::Approved if proposal.paid >= fen => (f.t("已付清", "paid in full"), "done"),
        State::Approved if proposal.paid > Fen::ZERO => (f.t("付了一部分", "paid in part"), "open"),
        State::Approved => (f.t("已批准，等付款", "approved, to be paid"), "open"),
    }
}
