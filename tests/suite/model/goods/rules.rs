//! What lines about goods break: sections 6.23 and on of the specification.

use super::super::line::{Line, Place};
use super::super::rules::{Now, Rules};
use super::super::view::Said;
use super::store::Store;
use super::{Good, STAGES, Shelf};

impl Now<'_> {
    pub(in crate::model) fn goods(&self, good: &Good, rules: &mut Rules) {
        let store = Store::of(self.view);
        match good {
            Good::Site { .. } | Good::Vacate { .. } | Good::Category { .. } => {
                rules.unless(self.has(&["steward"]), "NoRole");
                places(&store, good, rules);
            }
            Good::Countersign { of } => self.countersign(&store, *of, rules),
            Good::Arrive { of, units, why } => self.arrive(&store, *of, *units, *why, rules),
            _ => self.on_shelf(&store, good, rules),
        }
    }

    /// Lines about one shelf.
    fn on_shelf(&self, store: &Store, good: &Good, rules: &mut Rules) {
        let role: &[&str] = match good {
            Good::Carry { .. } => &["steward"],
            Good::Stocktake { .. } => &["clerk", "auditor"],
            _ => &["clerk"],
        };
        rules.unless(self.has(role), "NoRole");
        let shelf = shelf_of(good);
        known_shelf(store, shelf, rules);
        match good {
            Good::Carry { units, received, .. } => {
                rules.unless(store.shelf(shelf).is_untouched(), "ShelfInUse");
                rules.unless(units <= received, "MoreThanReceived");
            }
            Good::Receive { basis, fen, .. } => {
                rules.unless((*basis == "unmeasurable") == fen.is_none(), "ValueBasis");
            }
            Good::Inspect { usable, unfit, .. } => {
                rules.unless(usable + unfit > 0, "NothingMoved");
            }
            Good::Dispatch { to, .. } => {
                open_site(store, to, rules);
                rules.unless(*to != shelf.0, "SameSite");
            }
            Good::Issue { student, wish, to, .. } => {
                let named =
                    [student.is_some(), wish.is_some(), *to].into_iter().filter(|n| *n).count();
                rules.unless(named == 1, "OneRecipient");
                let known = student.as_ref().is_none_or(|id| self.view.stage(id).is_some());
                rules.unless(known, "UnknownStudent");
                if let Some(wish) = wish {
                    let known = self.view.undelivered(wish);
                    rules.unless(known.is_some(), "UnknownWish");
                    rules.unless(known != Some(false), "WishIs");
                }
            }
            Good::Stocktake { stage, book, counted, why, .. } => {
                let right = store.shelf(shelf).of(stage) == i128::from(*book);
                rules.unless(right, "StockDiffers");
                rules.unless(book == counted || *why, "ReasonNeeded");
            }
            _ => {}
        }
        if !good.waits() && store.categories.contains_key(&shelf.1) {
            self.suffices(store, good, 1, rules);
        }
    }

    /// Whether no stage falls below zero by what the line changes, and no value grows too large.
    fn suffices(&self, store: &Store, good: &Good, sign: i128, rules: &mut Rules) {
        let mut after = store.stock.clone();
        for (shelf, name, by) in store.changes(self.view, good, sign) {
            let sum = after.entry(shelf).or_default().numbers.entry(name).or_default();
            *sum += by;
            rules.unless(*sum <= super::super::sums::MOST, "TooMany");
        }
        let stages = after.values().flat_map(|stock| STAGES.map(|stage| stock.of(stage)));
        rules.unless(stages.into_iter().all(|count| count >= 0), "NotEnoughGoods");
    }

    fn countersign(&self, store: &Store, of: Place, rules: &mut Rules) {
        let Some(Said { line: Line::Goods(good), .. }) = self.earlier(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        let Some((state, by, _)) = store.slips.get(&of) else {
            return rules.unless(false, "NoSuchLine");
        };
        rules.unless(*state == "waiting", "SlipIs");
        let scraps = matches!(good, Good::Scrap { .. } | Good::Sell { .. });
        let role: &[&str] = if scraps { &["approver"] } else { &["clerk", "auditor"] };
        rules.unless(self.has(role), "NoRole");
        self.another_than(by, rules);
        if *state != "waiting" {
            return;
        }
        let shelf = shelf_of(good);
        known_shelf(store, shelf, rules);
        match good {
            Good::Carry { .. } => {
                rules.unless(store.shelf(shelf).is_untouched(), "ShelfInUse");
            }
            Good::Stocktake { stage, book, .. } => {
                let right = store.shelf(shelf).of(stage) == i128::from(*book);
                rules.unless(right, "StockDiffers");
                if let Some(mover) = &store.sites[&shelf.0].mover {
                    self.another_than(mover, rules);
                }
            }
            _ => {}
        }
        self.suffices(store, good, 1, rules);
    }

    /// Section 6.71.
    pub(in crate::model) fn proceeds(&self, of: Place, fen: u64, rules: &mut Rules) {
        let store = Store::of(self.view);
        let (Some(earlier), Some((state, by, _))) = (self.earlier(of), store.slips.get(&of)) else {
            return rules.unless(false, "NoSuchLine");
        };
        rules.unless(*state == "done", "SlipIs");
        self.another_than(by, rules);
        match &earlier.line {
            Line::Goods(Good::Sell { fen: price, .. }) => {
                let paid = u128::from(self.view.proceeds_of(of)) + u128::from(fen);
                rules.unless(paid <= u128::from(*price), "OverSold");
            }
            _ => rules.unless(false, "NotA"),
        }
    }

    fn arrive(&self, store: &Store, of: Place, units: u64, why: bool, rules: &mut Rules) {
        rules.unless(self.has(&["clerk", "auditor"]), "NoRole");
        let earlier = self.earlier(of).map(|said| &said.line);
        let Some(Line::Goods(Good::Dispatch { units: sent, .. })) = earlier else {
            return rules.unless(false, "NoSuchLine");
        };
        let (state, by, _) = &store.slips[&of];
        rules.unless(*state == "travelling", "SlipIs");
        self.another_than(by, rules);
        rules.unless(units <= *sent, "MoreThanSent");
        rules.unless(units >= *sent || why, "ReasonNeeded");
    }

    /// What the reversal of a line about goods breaks.
    pub(in crate::model) fn reverse_good(&self, of: Place, good: &Good, rules: &mut Rules) {
        let store = Store::of(self.view);
        let role: &[&str] = match good {
            Good::Site { .. }
            | Good::Vacate { .. }
            | Good::Category { .. }
            | Good::Countersign { .. } => return rules.unless(false, "NotReversible"),
            Good::Carry { .. } => &["steward"],
            Good::Scrap { .. } | Good::Sell { .. } => &["clerk", "approver"],
            Good::Arrive { .. } | Good::Stocktake { .. } => &["clerk", "auditor"],
            _ => &["clerk"],
        };
        rules.unless(self.has(role), "NoRole");
        let slip = store.slips.get(&of);
        match (good, slip.and_then(|slip| slip.2)) {
            (Good::Dispatch { .. }, Some(_)) => return rules.unless(false, "StillNeeded"),
            (Good::Sell { .. }, _) if self.view.proceeds_of(of) > 0 => {
                return rules.unless(false, "StillNeeded");
            }
            (Good::Issue { .. }, Some(_)) => rules.unless(false, "Acknowledged"),
            _ => {}
        }
        if slip.is_some_and(|slip| slip.0 == "waiting") {
            return;
        }
        // A site to which something comes back must be open.
        match good {
            Good::Dispatch { shelf, .. }
            | Good::Issue { shelf, .. }
            | Good::Scrap { shelf, .. }
            | Good::Sell { shelf, .. }
            | Good::Stocktake { shelf, .. } => open_site(&store, &shelf.0, rules),
            Good::Arrive { of, .. } => {
                if let Some((_, Said { line: Line::Goods(Good::Dispatch { to, .. }), .. })) =
                    self.view.at(*of)
                {
                    open_site(&store, to, rules);
                }
            }
            _ => {}
        }
        self.suffices(&store, good, -1, rules);
    }
}

/// The shelf that a line is about.
pub(super) fn shelf_of(good: &Good) -> &Shelf {
    match good {
        Good::Carry { shelf, .. }
        | Good::Receive { shelf, .. }
        | Good::Inspect { shelf, .. }
        | Good::Disinfect { shelf, .. }
        | Good::Dispatch { shelf, .. }
        | Good::Issue { shelf, .. }
        | Good::Scrap { shelf, .. }
        | Good::Sell { shelf, .. }
        | Good::Stocktake { shelf, .. } => shelf,
        _ => unreachable!("about one shelf"),
    }
}

/// A line that names a site needs it to be there and open.
fn open_site(store: &Store, id: &str, rules: &mut Rules) {
    rules.unless(store.sites.contains_key(id), "UnknownSite");
    rules.unless(store.sites.get(id).is_none_or(|site| !site.shut), "SiteShut");
}

fn known_shelf(store: &Store, shelf: &Shelf, rules: &mut Rules) {
    open_site(store, &shelf.0, rules);
    rules.unless(store.categories.contains_key(&shelf.1), "UnknownCategory");
}

/// Lines about sites and categories as such.
fn places(store: &Store, good: &Good, rules: &mut Rules) {
    match good {
        Good::Site { site, under } => {
            rules.unless(!store.sites.contains_key(site), "SiteExists");
            rules.unless(store.sites.len() < 1_000, "TooMany");
            if let Some(under) = under {
                open_site(store, under, rules);
                let level = store.sites.get(under).map_or(0, |site| site.level);
                rules.unless(level < 4, "SiteTooDeep");
            }
        }
        Good::Vacate { site } => {
            open_site(store, site, rules);
            let below = store.sites.values().any(|s| !s.shut && s.under.as_ref() == Some(site));
            rules.unless(!below, "SiteHasBelow");
            rules.unless(!store.holds(site), "SiteNotEmpty");
        }
        Good::Category { category, .. } => {
            rules.unless(!store.categories.contains_key(category), "CategoryExists");
            rules.unless(store.categories.len() < 50, "TooMany");
        }
        _ => unreachable!("a site or category"),
    }
}
