//! Receipts for offices: how many stand, are void and are red, and which numbers are missing.

use super::{Frame, yuan};
use crate::domain::line::ticket::Run;
use crate::domain::money::Fen;
use crate::publish::FactError;
use crate::publish::history::History;
use crate::publish::tickets::{MAX_MISSING, last, payers};
use askama::Template;

/// The page of receipts.
#[derive(Template)]
#[template(path = "tickets.html", config = "src/publish/pages/askama.toml")]
pub(super) struct TicketsPage {
    f: Frame,
    /// Whom those that stand name, and how many.
    payers: Vec<(&'static str, u64)>,
    rows: Vec<Row>,
}

/// One code.
struct Row {
    code: String,
    numbers: String,
    counts: [u64; 3],
    yuan: String,
    missing: String,
}

impl TicketsPage {
    /// The page, as it stands since the last receipt; `None` if none was recorded.
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<Option<TicketsPage>, FactError> {
        let books = history.books();
        let Some(last) = last(books) else { return Ok(None) };
        let f = f.after(history.kept_entry(last)?.at, last);
        let names = [f.t("个人", "persons"), f.t("单位", "organisations")];
        let payers = names.into_iter().zip(payers(books)).collect();
        let rows = books.tickets.runs().into_iter().map(|run| row(&run, &f)).collect();
        Ok(Some(TicketsPage { f, payers, rows }))
    }
}

fn row(run: &Run, f: &Frame) -> Row {
    let span = |(a, b): &(String, String)| if a == b { a.clone() } else { format!("{a}–{b}") };
    let mut missing: Vec<String> = run.missing.iter().take(MAX_MISSING).map(span).collect();
    if run.missing.len() > MAX_MISSING {
        missing.push("…".into());
    }
    if missing.is_empty() {
        missing.push(f.t("无", "none").into());
    }
    Row {
        code: run.code.to_string(),
        numbers: format!("{}–{}", run.first, run.last),
        counts: run.counts,
        yuan: yuan(run.fen.unwrap_or(Fen::MAX)),
        missing: missing.join(f.t("、", ", ")),
    }
}
