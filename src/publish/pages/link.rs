//! A link from one line of the ledger to another.

use crate::domain::text::Place;
use crate::domain::time::Day;
use crate::publish::history::History;
use std::fmt;

/// The place of a line, linked to its row on the page of its day once that day is closed. Printed
/// as HTML.
pub(super) struct Link {
    /// The way to the folder of the days.
    days: &'static str,
    place: Place,
    day: Option<Day>,
}

impl Link {
    /// From the page of a day.
    pub(super) fn new(history: &History<'_>, place: Place) -> Link {
        Link::from("../", history, place)
    }

    /// From a page that finds the folder of the days at `days`.
    pub(super) fn from(days: &'static str, history: &History<'_>, place: Place) -> Link {
        Link { days, place, day: history.of_entry(place.entry).map(|closed| closed.day) }
    }
}

/// The id of a line's row.
pub(super) fn row_id(place: Place) -> String {
    format!("p{}-{}", place.entry, place.line)
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Some(day) => {
                let (days, place, id) = (self.days, self.place, row_id(self.place));
                write!(f, "<a href=\"{days}{day}/index.html#{id}\">{place}</a>")
            }
            None => write!(f, "{}", self.place),
        }
    }
}

/// Digits, dashes and slashes only, beside the tags written above.
impl askama::filters::HtmlSafe for Link {}
