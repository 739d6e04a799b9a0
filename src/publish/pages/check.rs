//! The page where a donor checks a gift: by itself when a receipt's code is in the address, else by
//! what is typed or chosen.

use super::Frame;
use crate::publish::history::History;
use askama::Template;

/// The page; what it does is in `script/`, by the contract in `script/page.ts`.
#[derive(Template)]
#[template(path = "check.html", config = "src/publish/pages/askama.toml")]
pub(super) struct CheckPage {
    f: Frame,
    vkey: String,
    /// The last closed day, which can be added up again, and how people write it.
    day: Option<(String, String)>,
}

impl CheckPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> CheckPage {
        let day = history.books().closed().map(|(day, _)| (day.to_string(), f.day(day)));
        CheckPage { f, vkey: history.facts.vkey().to_owned(), day }
    }
}
