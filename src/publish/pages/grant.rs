//! One allocation: proposal, approvals, payments, acknowledgements and papers, in their order.

use super::amount::Amount;
use super::link::Link;
use super::out::GrantRow;
use super::{Frame, minute};
use crate::domain::books::{Books, Step};
use crate::domain::line::Line;
use crate::domain::line::allocate::Proposal;
use crate::domain::text::Place;
use crate::publish::FactError;
use crate::publish::history::History;
use crate::publish::money::Way;
use askama::Template;
use std::collections::BTreeSet;

/// How many steps the page lists; the rest is counted.
const MAX_STEPS: usize = 100;

/// One allocation.
#[derive(Template)]
#[template(path = "grant.html", config = "src/publish/pages/askama.toml")]
pub(super) struct GrantPage {
    f: Frame,
    row: GrantRow,
    purpose: String,
    /// How much of it is paid, in thousandths of the bar.
    share: u64,
    /// How many officers must approve, and how many have.
    need: u64,
    have: usize,
    steps: Vec<StepRow>,
    rest: usize,
}

/// One step.
struct StepRow {
    /// Which picture it has.
    class: &'static str,
    name: &'static str,
    text: String,
    amount: Option<Amount>,
    by: String,
    at: String,
    at_stamp: String,
    link: Link,
    /// The paper's digest.
    sha256: Option<String>,
    reversed: bool,
}

impl GrantPage {
    pub(super) fn new(
        history: &History<'_>,
        place: Place,
        proposal: &Proposal,
        f: Frame,
    ) -> Result<GrantPage, FactError> {
        let missing = || FactError::new(format!("the allocation {place}"), "it is none");
        let row = GrantRow::new(history, place, proposal, &f).ok_or_else(missing)?;
        let fund = history.books().founded().map_err(|why| FactError::new("the fund", &why))?;
        let all = steps_of(history.books(), place);
        let rest = all.len().saturating_sub(MAX_STEPS);
        let mut steps = Vec::with_capacity(all.len().min(MAX_STEPS));
        let mut purpose = String::new();
        let mut fen = proposal.paid;
        for at in all.into_iter().take(MAX_STEPS) {
            let entry = history.kept_entry(at.entry)?;
            let Some(line) = entry.voucher.lines.get(usize::from(at.line)) else { continue };
            if let Line::Allocate(allocate) = line {
                purpose = allocate.purpose.to_string();
                fen = allocate.fen.fen();
            }
            let (class, name, text, amount) = tell(history, line, &f);
            let sha256 = match line {
                Line::Document(paper) => Some(paper.sha256.to_string()),
                _ => None,
            };
            let touched = history.books().touched.get(&at);
            steps.push(StepRow {
                class,
                name,
                text,
                amount,
                by: entry.voucher.by.to_string(),
                at: minute(entry.at),
                at_stamp: entry.at.to_string(),
                link: Link::from("../../d/", history, at),
                sha256,
                reversed: touched.is_some_and(|t| t.reversed.is_some()),
            });
        }
        let share = proposal.paid.get().min(fen.get()) * 1000 / fen.get().max(1);
        let (need, have) = (fund.policy.approvals(fen), proposal.approvals.len());
        Ok(GrantPage { f, row, purpose, share, need, have, steps, rest })
    }
}

/// Every line about the allocation at `place`, itself among them, in the order of the ledger.
fn steps_of(books: &Books, place: Place) -> BTreeSet<Place> {
    let mut all = BTreeSet::from([place]);
    let reversed = |place| books.touched.get(&place).and_then(|touched| touched.reversed);
    all.extend(reversed(place));
    for (by, step) in books.steps(place) {
        all.insert(by);
        if step == Step::Pay {
            all.extend(books.payments.get(&by).and_then(|payment| payment.acknowledged));
            all.extend(reversed(by));
            all.extend(books.steps(by).map(|(paper, _)| paper));
        }
        if step == Step::Back {
            all.extend(reversed(by));
        }
    }
    all
}

/// What a step says: its picture, its name, its text, and money that moved.
fn tell(
    history: &History<'_>,
    line: &Line,
    f: &Frame,
) -> (&'static str, &'static str, String, Option<Amount>) {
    match line {
        Line::Allocate(allocate) => {
            ("ask", f.t("提出", "Proposed"), allocate.purpose.to_string(), None)
        }
        Line::Approve(_) => ("yes", f.t("批准", "Approved"), String::new(), None),
        Line::Reject(reject) => ("no", f.t("没有批准", "Rejected"), reject.why.to_string(), None),
        Line::Pay(pay) => {
            let (kind, id) = f.account(history, pay.from);
            let text = f.lang.pick(format!("从{kind}（{id}）付出"), format!("from {kind} ({id})"));
            ("pay", f.t("付款", "Paid"), text, Some(Amount::new(Way::Out, pay.fen.fen())))
        }
        Line::Clawback(back) => {
            let (kind, id) = f.account(history, back.to);
            let why = back.why.name(f.lang);
            let text =
                f.lang.pick(format!("{why}，入{kind}（{id}）"), format!("{why}, to {kind} ({id})"));
            ("pay", f.t("收回", "Clawed back"), text, Some(Amount::new(Way::In, back.fen.fen())))
        }
        Line::Acknowledge(acknowledge) => {
            let way = acknowledge.way.name(f.lang);
            let text = f.lang.pick(format!("{way}确认收到"), format!("confirmed by {way}"));
            ("yes", f.t("签收", "Acknowledged"), text, None)
        }
        Line::Document(paper) => {
            ("paper", f.t("凭据", "Paper"), paper.kind.name(f.lang).to_owned(), None)
        }
        Line::Reverse(reverse) => ("no", f.t("冲正", "Reversed"), reverse.why.to_string(), None),
        other => ("paper", other.name().pick(f.lang), String::new(), None),
    }
}
