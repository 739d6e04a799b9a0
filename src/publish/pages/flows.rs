//! The one list of money in and out, as pages show it.

use super::amount::Amount;
use super::link::row_id;
use super::out::student_of;
use super::{Frame, HOME_DAYS, MAX_FLOWS};
use crate::domain::sums::Move;
use crate::domain::text::{Id, Lang};
use crate::publish::FactError;
use crate::publish::history::History;
use crate::publish::money::{self, MoneyRow, Way};
use crate::publish::path::Month;

/// Rows of the list and how many more there are.
pub(super) struct FlowRows {
    pub(super) rows: Vec<FlowRow>,
    pub(super) rest: u64,
}

/// One row, each with where it comes from.
pub(super) struct FlowRow {
    pub(super) amount: Amount,
    /// What it was, in words.
    pub(super) what: String,
    /// To whom it was paid: school level and pseudonym.
    pub(super) who: Option<String>,
    /// How many lines it stands for, if it may stand for more than one.
    pub(super) count: Option<u64>,
    /// The day for people, and as links name it.
    pub(super) day: String,
    pub(super) date: String,
    /// The row's mark on the page of its day.
    pub(super) mark: String,
    /// The place of the line, as a small reference.
    pub(super) place: String,
    /// The account: its kind and handle.
    pub(super) account: Option<(&'static str, String)>,
    /// Of a transfer, the account it came into.
    pub(super) to: Option<(&'static str, String)>,
    /// Of a payment, the allocation's page.
    pub(super) grant: Option<String>,
}

impl FlowRows {
    /// The newest rows of all, at most `most`.
    pub(super) fn latest(
        history: &History<'_>,
        most: usize,
        f: &Frame,
    ) -> Result<FlowRows, FactError> {
        let latest = money::latest(history, most, HOME_DAYS)?;
        Ok(FlowRows { rows: latest.iter().map(|one| row(history, one, f)).collect(), rest: 0 })
    }

    /// The rows of a month, the newest day first, at most [`MAX_FLOWS`].
    pub(super) fn of_month(
        history: &History<'_>,
        month: Month,
        f: &Frame,
    ) -> Result<FlowRows, FactError> {
        let all = money::of_month(history, month)?;
        // Within a day the gifts stand first, as they do in the books.
        let days = all.rows.chunk_by(|a, b| a.day == b.day).rev().flatten();
        let rows: Vec<FlowRow> = days.take(MAX_FLOWS).map(|one| row(history, one, f)).collect();
        let rest = all.rest + (all.rows.len() - rows.len()) as u64;
        Ok(FlowRows { rows, rest })
    }
}

fn row(history: &History<'_>, one: &MoneyRow, f: &Frame) -> FlowRow {
    let gifts = one.place.is_none();
    let account = |id: Option<Id>| id.map(|id| f.account(history, id));
    let (account, to) = match one.way {
        Way::In => (account(one.to), None),
        Way::Out => (account(one.from), None),
        Way::Within => (account(one.from), account(one.to)),
    };
    // What a payment pays; what a payment that is booked back paid.
    let paid = |of| history.books().payments.get(&of).map_or(of, |payment| payment.of);
    let grant = one.of.filter(|_| one.kind == Move::Pay).map(paid);
    FlowRow {
        amount: Amount::new(one.way, one.fen),
        what: what(one, f.lang),
        who: one.student.map(|student| student_of(history, student, f)),
        count: gifts.then_some(one.count),
        day: f.day(one.day),
        date: one.day.to_string(),
        mark: one.place.map_or("gifts".into(), row_id),
        place: one.place.map(|place| place.to_string()).unwrap_or_default(),
        account,
        to,
        grant: grant.map(row_id),
    }
}

/// What moved, in words.
fn what(one: &MoneyRow, lang: Lang) -> String {
    let name = match (one.kind, lang) {
        (Move::Pay, lang) => lang.pick("发放给", "paid to"),
        // Names of kinds are plural in English.
        (Move::Fee, Lang::En) => "fee",
        (Move::Refund, Lang::En) => "refund",
        (Move::Transfer, Lang::En) => "transfer",
        (Move::Gift, Lang::En) if one.place.is_some() => "gift",
        (kind, lang) => kind.name(lang),
    };
    match one.of.filter(|_| one.reversal) {
        Some(of) => lang.pick(format!("冲正（{of}）：{name}"), format!("reversal ({of}): {name}")),
        None => name.to_owned(),
    }
}
