//! Wishes: how many are in which state. No wish and no person is named.

use super::Frame;
use crate::domain::line::wishes::{Category, State, Wish};
use crate::publish::history::History;
use crate::publish::wishes::{any, by_state, coverage};
use askama::Template;

/// The page of wishes.
#[derive(Template)]
#[template(path = "wishes.html", config = "src/publish/pages/askama.toml")]
pub(super) struct WishesPage {
    f: Frame,
    states: Vec<(&'static str, u64)>,
    /// For volunteers, for offices, and then by what they are about.
    rows: Vec<Row>,
    persons: u64,
    covered: u64,
    need: u64,
    days: [u64; 3],
}

/// Wishes of one sort, by state.
struct Row {
    name: &'static str,
    counts: Vec<u64>,
}

impl WishesPage {
    /// The page; `None` if there is neither a wish nor a beneficiary.
    pub(super) fn new(history: &History<'_>, f: Frame) -> Option<WishesPage> {
        let wishes = &history.books().wishes;
        if !any(history.books()) {
            return None;
        }
        let counts = |wanted: &dyn Fn(&Wish) -> bool| {
            let by = by_state(wishes, wanted);
            let count = |state: &State| by.get(state.word()).copied().unwrap_or_default();
            State::ALL.iter().map(count).collect::<Vec<u64>>()
        };
        let names = State::ALL.iter().map(|state| state.name(f.lang));
        let row = |name, wanted: &dyn Fn(&Wish) -> bool| Row { name, counts: counts(wanted) };
        let mut rows = vec![
            row(f.t("交志愿者", "for volunteers"), &|wish| wish.office.is_none()),
            row(f.t("交有关部门", "for an office"), &|wish| wish.office.is_some()),
        ];
        let sorts = Category::ALL.iter().map(|c| row(c.name(f.lang), &|wish| wish.category == *c));
        rows.extend(sorts.filter(|row| row.counts.iter().any(|count| *count > 0)));
        let (terms, (persons, covered)) = (wishes.terms(), coverage(wishes));
        Some(WishesPage {
            states: names.zip(counts(&|_| true)).collect(),
            rows,
            persons,
            covered,
            need: terms.helpers,
            days: [terms.open, terms.claimed, terms.delivered],
            f,
        })
    }
}
