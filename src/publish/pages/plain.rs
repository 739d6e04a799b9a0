//! Pages that are the same for every fund but for its name: how to check, and what a damage looks
//! like.

use super::Frame;
use crate::domain::line::Line;
use crate::domain::text::Place;
use crate::publish::FactError;
use crate::publish::history::History;
use askama::Template;

/// How to check, what is proved, whom to tell.
#[derive(Template)]
#[template(path = "how.html", config = "src/publish/pages/askama.toml")]
pub(super) struct HowPage {
    f: Frame,
}

impl HowPage {
    pub(super) fn new(f: Frame) -> HowPage {
        HowPage { f }
    }
}

/// A check of a line that the page itself damages, so that people see the red card once.
#[derive(Template)]
#[template(path = "tamper.html", config = "src/publish/pages/askama.toml")]
pub(super) struct TamperPage {
    f: Frame,
    vkey: String,
    /// The first gift of the newest closed day that has one, its day, and how people write it.
    example: Option<(Place, String, String)>,
}

impl TamperPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<TamperPage, FactError> {
        let mut example = None;
        for closed in history.closed.iter().rev().take(super::HOME_DAYS) {
            let close = history.close(*closed)?;
            if close.1.moved.done.gift.count > 0 {
                let first = first_gift(history, closed.from, closed.entry)?;
                let (day, name) = (closed.day.to_string(), f.day(closed.day));
                example = first.map(|place| (place, day, name));
                break;
            }
        }
        Ok(TamperPage { f, vkey: history.facts.vkey().to_owned(), example })
    }
}

/// The first gift in the entries from `from` on to, but not including, `to`.
fn first_gift(history: &History<'_>, from: u64, to: u64) -> Result<Option<Place>, FactError> {
    for number in from..to {
        let entry = history.kept_entry(number)?;
        let gift = |line: &Line| matches!(line, Line::Gift(_));
        if let Some(at) = entry.voucher.lines.iter().position(gift) {
            let line = u16::try_from(at).unwrap_or_default();
            return Ok(Some(Place { entry: number, line }));
        }
    }
    Ok(None)
}
