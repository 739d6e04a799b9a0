//! The list of expenses: what for, of which class, how much, and what became of it.

use super::amount::Amount;
use super::link::row_id;
use super::out::state;
use super::{Frame, yuan};
use crate::publish::FactError;
use crate::publish::expenses::{Spending, latest};
use crate::publish::history::History;
use crate::publish::money::Way;
use std::ops::Range;

/// Rows of the list and how many more there are.
pub(super) struct ExpenseRows {
    pub(super) rows: Vec<ExpenseRow>,
    pub(super) rest: usize,
}

/// One expense.
pub(super) struct ExpenseRow {
    pub(super) place: String,
    /// Its row on the page of its day, once that is closed: the day as links name it, the mark.
    pub(super) at: Option<(String, String)>,
    pub(super) day: String,
    pub(super) purpose: String,
    /// The campaign and the pot it belongs to; empty if to neither.
    pub(super) of: String,
    pub(super) kind: &'static str,
    pub(super) promised: String,
    pub(super) paid: Amount,
    pub(super) state: &'static str,
    /// How the page marks the state.
    pub(super) class: &'static str,
}

impl ExpenseRows {
    /// At most `most` of those that the entries `within` propose, the newest first.
    pub(super) fn latest(
        history: &History<'_>,
        within: Range<u64>,
        most: usize,
        f: &Frame,
    ) -> Result<ExpenseRows, FactError> {
        let (all, rest) = latest(history, within, most)?;
        Ok(ExpenseRows { rows: all.iter().map(|one| row(history, one, f)).collect(), rest })
    }
}

fn row(history: &History<'_>, one: &Spending<'_>, f: &Frame) -> ExpenseRow {
    let fen = one.line.fen.fen();
    let (state, class) = state(one.proposal, fen, f);
    ExpenseRow {
        place: one.place.to_string(),
        at: one.closed.then(|| (one.day.to_string(), row_id(one.place))),
        day: f.day(one.day),
        purpose: one.line.purpose.to_string(),
        of: of(history, one, f),
        kind: one.line.class.name(f.lang),
        promised: yuan(fen),
        paid: Amount::new(Way::Out, one.proposal.paid),
        state,
        class,
    }
}

/// What the campaign and the pot of an expense are called.
fn of(history: &History<'_>, one: &Spending<'_>, f: &Frame) -> String {
    let funds = &history.books().funds;
    let campaign = one.campaign.and_then(|id| funds.campaigns.get(&id));
    let campaign =
        campaign.map(|known| format!("{}{}", f.t("募捐活动：", "campaign: "), known.name));
    let pot = one.line.pot.and_then(|id| funds.pots.get(&id));
    let pot = pot.map(|known| format!("{}{}", f.t("专项：", "pot: "), known.purpose));
    campaign.into_iter().chain(pot).collect::<Vec<_>>().join(f.t("；", "; "))
}
