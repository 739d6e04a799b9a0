//! What stands at the sites after the accepted lines: every line is read again from the first on.

use super::super::fault::Fault;
use super::super::line::{Line, Place, place_text};
use super::super::view::{Said, View};
use super::{Good, STAGES, Shelf};
use std::collections::{BTreeMap, BTreeSet};

/// A site: the one above, its level, whether it was closed, who moved goods last, the last entry.
#[derive(Clone, Debug)]
pub(in crate::model) struct Site {
    pub(super) under: Option<String>,
    pub(super) level: u64,
    pub(super) shut: bool,
    pub(super) mover: Option<String>,
    entry: u64,
}

/// The numbers of a shelf by name, and which of them are lower bounds.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Stock {
    pub(super) numbers: BTreeMap<&'static str, i128>,
    least: Option<&'static str>,
    /// How many stocktakes that stand have counted that figure.
    counts: u64,
    vague: bool,
}

impl Stock {
    pub(super) fn of(&self, name: &str) -> i128 {
        self.numbers.get(name).copied().unwrap_or(0)
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.least.is_none()
            && self.counts == 0
            && !self.vague
            && self.numbers.values().all(|n| *n == 0)
    }
}

/// Everything about goods.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Store {
    pub(in crate::model) sites: BTreeMap<String, Site>,
    /// Whether goods of a category are disinfected.
    pub(in crate::model) categories: BTreeMap<String, bool>,
    pub(super) stock: BTreeMap<Shelf, Stock>,
    /// State, author and what followed.
    pub(super) slips: BTreeMap<Place, (&'static str, String, Option<Place>)>,
    /// Stocktakes that counted a figure taken over.
    counted: BTreeSet<Place>,
}

/// Numbers that change: the shelf, the name, by how much.
pub(super) type Changes = Vec<(Shelf, &'static str, i128)>;

impl Store {
    pub(in crate::model) fn of(view: View<'_>) -> Store {
        let mut store = Store::default();
        for said in view.said {
            store.take(view, said);
        }
        store
    }

    pub(super) fn shelf(&self, shelf: &Shelf) -> Stock {
        self.stock.get(shelf).cloned().unwrap_or_default()
    }

    /// Whether the slip at `place` is in effect.
    pub(in crate::model) fn is_done(&self, place: Place) -> bool {
        self.slips.get(&place).is_some_and(|slip| slip.0 == "done")
    }

    /// The sites that are open.
    pub(super) fn open(&self) -> Vec<String> {
        let open = self.sites.iter().filter(|(_, site)| !site.shut);
        open.map(|(id, _)| id.clone()).collect()
    }

    /// Whether goods are at `site` or on the way there.
    pub(super) fn holds(&self, site: &str) -> bool {
        let mut here = self.stock.iter().filter(|(shelf, _)| shelf.0 == site);
        here.any(|(_, stock)| stock.of("coming") > 0 || STAGES.iter().any(|s| stock.of(s) > 0))
    }

    fn take(&mut self, view: View<'_>, said: &Said) {
        let place = said.place;
        match &said.line {
            Line::Goods(good) => self.take_good(view, said, good),
            Line::Acknowledge { of } => {
                if let Some(slip) = self.slips.get_mut(of) {
                    slip.2 = Some(place);
                }
            }
            Line::Reverse { of } => {
                let Some((_, Said { line: Line::Goods(good), .. })) = view.at(*of) else { return };
                let state = self.slips.get(of).map(|slip| slip.0);
                if state != Some("waiting") {
                    self.change(view, good, -1, &said.by, place.0);
                    if let (Good::Stocktake { shelf, .. }, true) = (good, self.counted.remove(of)) {
                        self.stock.get_mut(shelf).unwrap().counts -= 1;
                    }
                }
                if let Good::Arrive { of, .. } = good {
                    let slip = self.slips.get_mut(of).unwrap();
                    (slip.0, slip.2) = ("travelling", None);
                }
                if let Some(slip) = self.slips.get_mut(of) {
                    slip.0 = "withdrawn";
                }
            }
            _ => {}
        }
    }

    fn take_good(&mut self, view: View<'_>, said: &Said, good: &Good) {
        let (place, entry) = (said.place, said.place.0);
        match good {
            Good::Site { site, under } => {
                let level = under.as_ref().map_or(1, |under| self.sites[under].level + 1);
                let under = under.clone();
                let new = Site { under, level, shut: false, mover: None, entry };
                self.sites.insert(site.clone(), new);
            }
            Good::Vacate { site } => {
                let site = self.sites.get_mut(site).unwrap();
                (site.shut, site.entry) = (true, entry);
            }
            Good::Category { category, wash } => {
                self.categories.insert(category.clone(), *wash);
            }
            good if good.waits() => {
                self.slips.insert(place, ("waiting", said.by.clone(), None));
                if matches!(good, Good::Receive { .. }) && view.errs(Fault::CountsOneSignature) {
                    self.change(view, good, 1, &said.by, entry);
                }
            }
            Good::Countersign { of } => {
                let by = self.slips[of].1.clone();
                if let Some((_, Said { line: Line::Goods(good), .. })) = view.at(*of) {
                    self.change(view, good, 1, &by, entry);
                    self.count(*of, good);
                }
                self.slips.insert(*of, ("done", by, Some(place)));
            }
            good => {
                self.change(view, good, 1, &said.by, entry);
                match good {
                    Good::Dispatch { .. } => {
                        self.slips.insert(place, ("travelling", said.by.clone(), None));
                    }
                    Good::Issue { .. } => {
                        self.slips.insert(place, ("done", said.by.clone(), None));
                    }
                    Good::Arrive { of, .. } => {
                        let slip = self.slips.get_mut(of).unwrap();
                        (slip.0, slip.2) = ("arrived", Some(place));
                    }
                    _ => {}
                }
            }
        }
    }

    /// What a line in effect changes, `sign` times.
    pub(super) fn changes(&self, view: View<'_>, good: &Good, sign: i128) -> Changes {
        let mut all = Changes::new();
        let mut add =
            |shelf: &Shelf, name, by: u64| all.push((shelf.clone(), name, i128::from(by)));
        let mut less = Changes::new();
        let mut take =
            |shelf: &Shelf, name, by: u64| less.push((shelf.clone(), name, -i128::from(by)));
        match good {
            Good::Carry { shelf, stage, units, received, .. } => {
                add(shelf, stage, *units);
                add(shelf, "carried", *units);
                add(shelf, "before", *received);
            }
            Good::Receive { shelf, units, basis, fen } => {
                add(shelf, "unchecked", *units);
                add(shelf, "received", *units);
                add(shelf, basis, fen.unwrap_or(0));
            }
            Good::Inspect { shelf, usable, unfit } => {
                let next = if self.categories[&shelf.1] { "sound" } else { "usable" };
                add(shelf, next, *usable);
                add(shelf, "unfit", *unfit);
                take(shelf, "unchecked", usable + unfit);
            }
            Good::Disinfect { shelf, units } => {
                add(shelf, "usable", *units);
                take(shelf, "sound", *units);
            }
            Good::Dispatch { shelf, to, stage, units } => {
                take(shelf, stage, *units);
                add(shelf, "sent", *units);
                add(&(to.clone(), shelf.1.clone()), "coming", *units);
            }
            Good::Arrive { of, units, .. } => {
                let Some((
                    _,
                    Said {
                        line: Line::Goods(Good::Dispatch { shelf, to, stage, units: sent }),
                        ..
                    },
                )) = view.at(*of)
                else {
                    return all;
                };
                let there = (to.clone(), shelf.1.clone());
                take(&there, "coming", *sent);
                add(&there, "arrived", *sent);
                add(&there, stage, *units);
                if !view.errs(Fault::ForgetsLostGoods) {
                    add(&there, "lost", sent.saturating_sub(*units));
                }
            }
            Good::Issue { shelf, units, student, .. } => {
                take(shelf, "usable", *units);
                add(shelf, "issued", *units);
                add(shelf, "students", if student.is_some() { *units } else { 0 });
            }
            Good::Scrap { shelf, stage, units } => {
                take(shelf, stage, *units);
                add(shelf, "scrapped", *units);
            }
            Good::Sell { shelf, stage, units, .. } => {
                take(shelf, stage, *units);
                add(shelf, "sold", *units);
            }
            Good::Stocktake { shelf, stage, book, counted, .. } => {
                add(shelf, stage, counted.saturating_sub(*book));
                add(shelf, "found", counted.saturating_sub(*book));
                take(shelf, stage, book.saturating_sub(*counted));
                add(shelf, "lost", book.saturating_sub(*counted));
            }
            _ => {}
        }
        all.extend(less);
        all.into_iter().map(|(shelf, name, by)| (shelf, name, by * sign)).collect()
    }

    fn change(&mut self, view: View<'_>, good: &Good, sign: i128, by: &str, entry: u64) {
        for (shelf, name, delta) in self.changes(view, good, sign) {
            let site = self.sites.get_mut(&shelf.0).unwrap();
            (site.mover, site.entry) = (Some(by.to_owned()), entry);
            *self.stock.entry(shelf).or_default().numbers.entry(name).or_default() += delta;
        }
        if let Good::Carry { shelf, stage, least, .. } = good {
            let stock = self.stock.get_mut(shelf).unwrap();
            stock.vague = *least && sign > 0;
            stock.least = (*least && sign > 0).then_some(*stage);
        }
    }

    /// Notes that the stocktake at `of` counted a figure taken over, if it did.
    fn count(&mut self, of: Place, good: &Good) {
        if let Good::Stocktake { shelf, stage, .. } = good {
            let stock = self.stock.get_mut(shelf).unwrap();
            if stock.least == Some(*stage) {
                stock.counts += 1;
                self.counted.insert(of);
            }
        }
    }

    /// Facts by name, as the comparison tells them.
    pub(in crate::model) fn facts(&self) -> Vec<(String, String)> {
        let none = || "nothing".to_owned();
        let mut facts = Vec::new();
        for (id, s) in &self.sites {
            let (under, mover) =
                (s.under.clone().unwrap_or_else(none), s.mover.clone().unwrap_or_else(none));
            let state = if s.shut { "shut" } else { "open" };
            let value =
                format!("under {under} level {} {state} mover {mover} entry {}", s.level, s.entry);
            facts.push((format!("site {id}"), value));
        }
        for (id, wash) in &self.categories {
            facts.push((format!("category {id}"), format!("wash {wash}")));
        }
        for (shelf, stock) in &self.stock {
            let numbers: Vec<_> = stock
                .numbers
                .iter()
                .filter(|(name, n)| **n != 0 && **name != "unmeasurable")
                .map(|(name, n)| format!("{name} {n}"))
                .collect();
            let least = stock.least.filter(|_| stock.counts == 0).unwrap_or("nothing");
            let value = format!("{} least {least} vague {}", numbers.join(" "), stock.vague);
            if !stock.is_untouched() {
                facts.push((format!("shelf {} {}", shelf.0, shelf.1), value));
            }
        }
        for (place, (state, by, then)) in &self.slips {
            let then = then.map_or_else(none, place_text);
            facts.push((
                format!("slip {}", place_text(*place)),
                format!("{state} {by} then {then}"),
            ));
        }
        facts
    }
}
