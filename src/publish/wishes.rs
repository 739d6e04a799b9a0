//! `v1/wishes.json`: wishes for programs, and the counts that their page shows too. No wish and no
//! person stands in either.

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, json};
use crate::domain::books::Books;
use crate::domain::line::wishes::{Category, Rank, State, Want, Wishes};
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether there is a wish or a beneficiary.
pub(super) fn any(books: &Books) -> bool {
    !books.wishes.helpers.is_empty()
}

/// How many wishes are in each state.
pub(super) type ByState = BTreeMap<&'static str, u64>;

/// The wishes that are `wanted`, by state.
pub(super) fn by_state(
    wishes: &Wishes,
    wanted: impl Fn(&crate::domain::line::wishes::Wish) -> bool,
) -> ByState {
    let mut counts: ByState = State::ALL.iter().map(|state| (state.word(), 0)).collect();
    for (_, wish) in wishes.wishes.iter().filter(|(_, wish)| wanted(wish)) {
        *counts.entry(wish.state.word()).or_default() += 1;
    }
    counts
}

/// How many beneficiaries there are, and how many have as many helpers as the terms ask for.
pub(super) fn coverage(wishes: &Wishes) -> (u64, u64) {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let total = count(wishes.helpers.len());
    (total, total.saturating_sub(count(wishes.lacking().count())))
}

#[derive(Serialize)]
struct File {
    schema: u32,
    origin: String,
    days: Days,
    kinds: BTreeMap<&'static str, ByState>,
    categories: BTreeMap<&'static str, ByState>,
    ranks: BTreeMap<&'static str, ByState>,
    routes: BTreeMap<&'static str, ByState>,
    helpers: Helpers,
}

#[derive(Serialize)]
struct Days {
    open: u64,
    claimed: u64,
    delivered: u64,
}

#[derive(Serialize)]
struct Helpers {
    need: u64,
    persons: u64,
    covered: u64,
}

/// The file; `None` if there is neither a wish nor a beneficiary.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let wishes = &history.books().wishes;
    if !any(history.books()) {
        return Ok(None);
    }
    let terms = wishes.terms();
    let (persons, covered) = coverage(wishes);
    let by_kind = |kind: &Want| (kind.word(), by_state(wishes, |wish| wish.kind == *kind));
    let by_category =
        |about: &Category| (about.word(), by_state(wishes, |wish| wish.category == *about));
    let by_rank = |rank: &Rank| (rank.word(), by_state(wishes, |wish| wish.rank == *rank));
    let routes = [("volunteers", false), ("office", true)];
    json(&File {
        schema: SCHEMA,
        origin: history.facts.replay().origin().to_string(),
        days: Days { open: terms.open, claimed: terms.claimed, delivered: terms.delivered },
        kinds: Want::ALL.iter().map(by_kind).collect(),
        categories: Category::ALL.iter().map(by_category).collect(),
        ranks: Rank::ALL.iter().map(by_rank).collect(),
        routes: routes
            .into_iter()
            .map(|(name, office)| (name, by_state(wishes, |w| w.office.is_some() == office)))
            .collect(),
        helpers: Helpers { need: terms.helpers, persons, covered },
    })
    .map(Some)
}
