//! Lines about goods that may be said now, and what is changed to make them wrong.

use super::super::drafts::Drafts;
use super::super::line::{Line, Place};
use super::super::view::Said;
use super::store::Store;
use super::{Good, STAGES, Shelf};

/// The roles of which one is needed for a line of this kind; none for any officer.
pub(in crate::model) fn roles(kind: &str) -> &'static [&'static str] {
    match kind {
        "site" | "vacate" | "category" | "carry" => &["steward"],
        "countersign" | "arrive" | "stocktake" => &["clerk", "auditor"],
        "proceeds" => &["cashier"],
        _ => &["clerk"],
    }
}

impl Drafts<'_> {
    fn store(&self) -> Store {
        Store::of(self.view())
    }

    /// What has to come before a line of `kind` can be right.
    pub(in crate::model) fn missing_goods(&self, kind: &str) -> Option<&'static str> {
        let store = self.store();
        let at = |stage: &str| store.stock.values().any(|stock| stock.of(stage) > 0);
        let any = STAGES.iter().any(|stage| at(stage));
        let slip = |state: &str| store.slips.values().any(|slip| slip.0 == state);
        let (open, known) = (store.open().len(), !store.categories.is_empty());
        let (there, first) = match kind {
            "site" | "category" => (true, ""),
            "vacate" => (open > 0, "site"),
            "countersign" => (slip("waiting"), "receive"),
            "arrive" => (slip("travelling"), "dispatch"),
            "proceeds" if self.view().accounts().is_empty() => (false, "open"),
            "proceeds" => (!self.unpaid().is_empty(), "countersign"),
            _ if open == 0 => (false, "site"),
            _ if !known => (false, "category"),
            "inspect" => (at("unchecked"), "countersign"),
            "disinfect" => (at("sound"), "inspect"),
            "issue" => (at("usable"), "disinfect"),
            "dispatch" if open < 2 => (false, "site"),
            "dispatch" | "scrap" | "sell" => (any, "countersign"),
            _ => (true, ""),
        };
        (!there).then_some(first)
    }

    /// A shelf at an open site, one with goods at one of `stages` if there is any; the stage, and
    /// how many stand there.
    fn shelf(&mut self, stages: &[&'static str]) -> (Shelf, &'static str, u64) {
        let (store, mut full, mut all) = (self.store(), Vec::new(), Vec::new());
        for site in store.open() {
            for category in store.categories.keys() {
                let shelf = (site.clone(), category.clone());
                let stock = store.shelf(&shelf);
                for stage in stages {
                    let count = u64::try_from(stock.of(stage)).unwrap();
                    let one = (shelf.clone(), *stage, count);
                    if count > 0 { full.push(one) } else { all.push(one) }
                }
            }
        }
        let found = self.pick(&full).or_else(|| self.pick(&all));
        found.unwrap_or((("none".into(), "none".into()), "usable", 0))
    }

    fn open_site(&mut self) -> Option<String> {
        let open = self.store().open();
        self.pick(&open)
    }

    /// The place of a slip in this state, and who wrote it.
    fn slip(&mut self, state: &str) -> (Place, String) {
        let (store, seq) = (self.store(), self.voucher.seq);
        let all = store.slips.iter().filter(|(place, slip)| slip.0 == state && place.0 < seq);
        let all: Vec<_> = all.map(|(place, slip)| (*place, slip.1.clone())).collect();
        self.pick(&all).unwrap_or(((0, 0), String::new()))
    }

    /// A line of `kind` that may be said now; the first chooses the officer.
    pub(in crate::model) fn right_good(&mut self, kind: &'static str, first: bool) -> Line {
        if kind == "proceeds" {
            return self.right_proceeds(first);
        }
        Line::Goods(match kind {
            "countersign" => self.right_countersign(first),
            "arrive" => {
                let (of, by) = self.slip("travelling");
                self.officer(roles(kind), &[by], first);
                let sent = match self.view().at(of) {
                    Some((_, Said { line: Line::Goods(Good::Dispatch { units, .. }), .. })) => {
                        *units
                    }
                    _ => 1,
                };
                let units = if self.once_in(3) { self.below(sent + 1) } else { sent };
                Good::Arrive { of, units, why: units < sent }
            }
            "site" | "vacate" | "category" => {
                self.officer(roles(kind), &[], first);
                self.right_place(kind)
            }
            _ => {
                self.officer(roles(kind), &[], first);
                self.right_on_shelf(kind)
            }
        })
    }

    /// Sales in effect of which something is not paid: the place, who wrote it, how much.
    fn unpaid(&self) -> Vec<(Place, String, u64)> {
        let (store, view, seq) = (self.store(), self.view(), self.voucher.seq);
        let done = store.slips.iter().filter(|(place, slip)| slip.0 == "done" && place.0 < seq);
        let sales = done.filter_map(|(place, slip)| match view.at(*place) {
            Some((_, Said { line: Line::Goods(Good::Sell { fen, .. }), .. })) => {
                Some((*place, slip.1.clone(), fen.saturating_sub(view.proceeds_of(*place))))
            }
            _ => None,
        });
        sales.filter(|(.., left)| *left > 0).collect()
    }

    fn right_proceeds(&mut self, first: bool) -> Line {
        let all = self.unpaid();
        let (of, by, left) = self.pick(&all).unwrap_or(((0, 0), String::new(), 9));
        self.officer(roles("proceeds"), &[by], first);
        let pot = if self.once_in(3) { self.any_pot(&["raised", "other"]) } else { None };
        let (to, fen) = (self.account(false).0, self.amount(left));
        Line::Proceeds { of, fen, to, paid: self.paid(), pot }
    }

    fn right_countersign(&mut self, first: bool) -> Good {
        let (of, by) = self.slip("waiting");
        let good = match self.view().at(of) {
            Some((_, Said { line: Line::Goods(good), .. })) => Some(good.clone()),
            _ => None,
        };
        let mut but = vec![by];
        if let Some(Good::Stocktake { shelf, .. }) = &good {
            but.extend(self.store().sites.get(&shelf.0).and_then(|site| site.mover.clone()));
        }
        let scraps = matches!(good, Some(Good::Scrap { .. } | Good::Sell { .. }));
        let roles: &[_] = if scraps { &["approver"] } else { roles("countersign") };
        self.officer(roles, &but, first);
        Good::Countersign { of }
    }

    fn right_place(&mut self, kind: &'static str) -> Good {
        let store = self.store();
        match kind {
            "site" => {
                let deep = deepest(&store).filter(|_| self.once_in(3));
                let under = deep.or_else(|| self.open_site()).filter(|_| !self.once_in(4));
                // Rather not so deep that nothing fits below.
                let level = |id: &String| store.sites[id].level;
                let under = under.filter(|id| level(id) < 4);
                Good::Site { site: format!("site-{}", store.sites.len()), under }
            }
            "vacate" => {
                let mut open = store.open();
                open.retain(|id| !store.holds(id));
                open.retain(|id| {
                    !store.sites.values().any(|s| !s.shut && s.under.as_ref() == Some(id))
                });
                Good::Vacate { site: self.pick(&open).unwrap_or_else(|| "site-0".into()) }
            }
            _ => {
                let category = format!("c-{}", store.categories.len());
                Good::Category { category, wash: self.once_in(2) }
            }
        }
    }

    fn right_on_shelf(&mut self, kind: &'static str) -> Good {
        let stages: &[&'static str] = match kind {
            "inspect" => &["unchecked"],
            "disinfect" => &["sound"],
            "issue" => &["usable"],
            _ => &STAGES,
        };
        let (shelf, stage, have) = self.shelf(stages);
        let units = self.amount(have);
        match kind {
            "carry" => {
                let (store, units) = (self.store(), self.below(90));
                let open = store.open();
                let all = open.iter().flat_map(|site| {
                    store.categories.keys().map(|category| (site.clone(), category.clone()))
                });
                let new: Vec<_> = all.filter(|shelf| store.shelf(shelf).is_untouched()).collect();
                let (received, least) = (units + self.below(90), self.once_in(2));
                let shelf = self.pick(&new).unwrap_or(shelf);
                Good::Carry { shelf, stage, units, received, least }
            }
            "receive" => {
                let many = if self.once_in(100) { (1 << 53) - 1 } else { 1 + self.below(9_000) };
                let bases = [("unmeasurable", None), ("voucher", Some(many))];
                let more = [("market", Some(many)), ("estimate", Some(many))];
                let (basis, fen) = self.pick(&[&bases[..], &more[..]].concat()).unwrap();
                Good::Receive { shelf, units: self.amount(90), basis, fen }
            }
            "inspect" => {
                let usable = self.below(units + 1);
                Good::Inspect { shelf, usable, unfit: units - usable }
            }
            "disinfect" => Good::Disinfect { shelf, units },
            "dispatch" => {
                let mut others = self.store().open();
                others.retain(|id| *id != shelf.0);
                let to = self.pick(&others).unwrap_or_else(|| "none".into());
                Good::Dispatch { shelf, to, stage, units }
            }
            "issue" => {
                let students: Vec<_> =
                    self.view().students().iter().map(|s| s.0.to_owned()).collect();
                let student = self.pick(&students).filter(|_| self.once_in(3));
                let wish = self.any_wish(&["open", "claimed"]);
                let wish = Some(wish).filter(|_| student.is_none() && !self.once_in(3));
                let to = student.is_none() && wish.is_none();
                Good::Issue { shelf, units, student, wish, to }
            }
            "scrap" => Good::Scrap { shelf, stage, units },
            "sell" => Good::Sell { shelf, stage, units, fen: self.amount(900) },
            _ => {
                let counted = if self.once_in(2) { have } else { self.below(have + 9) };
                Good::Stocktake { shelf, stage, book: have, counted, why: counted != have }
            }
        }
    }

    /// One thing about the line changed, mostly into what is wrong; false if nothing was.
    pub(in crate::model) fn wrong_good(&mut self, good: &mut Good) -> bool {
        let place = self.any_place();
        let (store, student) = (self.store(), self.any_student());
        let mut sites: Vec<_> = store.sites.keys().cloned().collect();
        sites.push("none".into());
        let shut: Vec<_> = sites.iter().filter(|id| !store.open().contains(id)).cloned().collect();
        let some = if self.once_in(2) { shut } else { sites };
        let site = self.pick(&some).unwrap_or_else(|| "none".into());
        let more = 1 + self.below(200);
        let what = self.below(4);
        match good {
            Good::Site { site: id, under } => {
                if what == 0 {
                    *id = site;
                } else {
                    *under = Some(deepest(&store).filter(|_| what > 1).unwrap_or(site));
                }
            }
            Good::Vacate { site: id } => *id = site,
            Good::Category { category, .. } => {
                let all: Vec<_> = store.categories.keys().cloned().collect();
                let Some(known) = self.pick(&all) else { return false };
                *category = known;
            }
            Good::Countersign { of } => *of = place,
            Good::Arrive { of, units, why } => match what {
                0 => *of = place,
                1 => *units += more,
                2 => (*units, *why) = (units.saturating_sub(more), false),
                _ => *why = false,
            },
            good => return self.wrong_on_shelf(good, what, more, (site, student)),
        }
        true
    }

    fn wrong_on_shelf(
        &mut self,
        good: &mut Good,
        what: u64,
        more: u64,
        (site, student): (String, String),
    ) -> bool {
        let (Good::Carry { shelf, .. }
        | Good::Receive { shelf, .. }
        | Good::Inspect { shelf, .. }
        | Good::Disinfect { shelf, .. }
        | Good::Dispatch { shelf, .. }
        | Good::Issue { shelf, .. }
        | Good::Scrap { shelf, .. }
        | Good::Sell { shelf, .. }
        | Good::Stocktake { shelf, .. }) = good
        else {
            return false;
        };
        match what {
            0 => shelf.0 = site,
            1 if self.once_in(3) => shelf.1 = "c-none".into(),
            _ => match good {
                Good::Carry { units, received, .. } => *units = *received + more,
                Good::Receive { fen, basis, .. } => match fen {
                    Some(_) if self.once_in(2) => *basis = "unmeasurable",
                    Some(_) => *fen = None,
                    None => *fen = Some(more),
                },
                Good::Inspect { usable, unfit, .. } => {
                    let nothing = self.once_in(2);
                    (*usable, *unfit) = if nothing { (0, 0) } else { (*usable + more, *unfit) };
                }
                Good::Disinfect { units, .. }
                | Good::Scrap { units, .. }
                | Good::Sell { units, .. } => *units += more,
                Good::Dispatch { shelf, to, units, .. } => match self.below(3) {
                    0 => *to = site,
                    1 => to.clone_from(&shelf.0),
                    _ => *units += more,
                },
                Good::Issue { units, student: id, wish, .. } => match self.below(3) {
                    0 => *units += more,
                    1 => {
                        let any = self.any_wish(&["delivered", "confirmed", "dropped"]);
                        *wish = wish.is_none().then_some(any.clone());
                        if self.once_in(2) {
                            (*wish, *id) = (Some(any), None);
                        }
                    }
                    _ => *id = Some(student),
                },
                Good::Stocktake { book, .. } if self.below(2) == 0 => *book += more,
                Good::Stocktake { counted, why, .. } => {
                    (*counted, *why) = (*counted + more, false);
                }
                _ => return false,
            },
        }
        true
    }
}

/// A site as deep as any.
fn deepest(store: &Store) -> Option<String> {
    let deep = store.sites.iter().max_by_key(|(_, site)| site.level);
    deep.map(|(id, _)| id.clone())
}
