//! The state of the log: what is signed, and what was signed after each close.

use super::{Frame, minute};
use crate::fingerprint::fingerprint;
use crate::publish::history::History;
use crate::publish::v1::key_fingerprint;
use crate::publish::{FactError, tiles};
use askama::Template;

/// How many closes the page lists.
const CLOSES: usize = 30;

/// The state of the log.
#[derive(Template)]
#[template(path = "log.html", config = "src/publish/pages/askama.toml")]
pub(super) struct LogPage {
    f: Frame,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    root: String,
    root_fingerprint: String,
    closes: Vec<CloseRow>,
}

/// The log as it was when a day had just been closed.
struct CloseRow {
    day: String,
    date: String,
    at: String,
    at_stamp: String,
    size: u64,
    fingerprint: String,
}

impl LogPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<LogPage, FactError> {
        let (facts, root) = (history.facts, history.facts.replay().tree().root());
        let closed: Vec<_> = history.closed.iter().rev().take(CLOSES).collect();
        let sizes: Vec<u64> = closed.iter().map(|c| c.entry + 1).collect();
        let roots = tiles::roots(facts, &sizes)?;
        let mut closes = Vec::with_capacity(closed.len());
        for (closed, root) in closed.into_iter().zip(roots) {
            let at = history.close(*closed)?.0;
            closes.push(CloseRow {
                day: f.day(closed.day),
                date: closed.day.to_string(),
                at: minute(at),
                at_stamp: at.to_string(),
                size: closed.entry + 1,
                fingerprint: fingerprint(&root.0),
            });
        }
        Ok(LogPage {
            origin: facts.replay().origin().to_string(),
            vkey: facts.vkey().to_owned(),
            key_fingerprint: key_fingerprint(facts.vkey())?,
            root: root.to_string(),
            root_fingerprint: fingerprint(&root.0),
            closes,
            f,
        })
    }
}
