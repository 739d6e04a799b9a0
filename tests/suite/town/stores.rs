//! What the town does with goods.

use super::{Dice, Town, amount, id, text};
use yishan::domain::line::Line;
use yishan::domain::line::goods::arrive::Arrive;
use yishan::domain::line::goods::carry::{Carry, Sure};
use yishan::domain::line::goods::category::Category;
use yishan::domain::line::goods::countersign::Countersign;
use yishan::domain::line::goods::dispatch::Dispatch;
use yishan::domain::line::goods::inspect::Inspect;
use yishan::domain::line::goods::issue::Issue;
use yishan::domain::line::goods::receive::{Condition, Receive};
use yishan::domain::line::goods::scrap::Scrap;
use yishan::domain::line::goods::site::{Site, SiteKind};
use yishan::domain::line::goods::stock::{Basis, Stage, Units};
use yishan::domain::line::goods::stocktake::Stocktake;
use yishan::domain::line::goods::vacate::Vacate;
use yishan::domain::text::{Id, Place};

/// So many units.
pub(crate) fn units(count: u64) -> Units {
    Units::new(count).unwrap()
}

impl Town {
    /// A site, under another or at the top.
    pub(crate) fn site(site: &str, under: Option<&str>) -> Line {
        let (kind, name) = (SiteKind::Branch, text(&format!("{site} <b>&")));
        Line::Site(Box::new(Site { site: id(site), kind, name, under: under.map(id) }))
    }

    /// A category whose goods need no disinfecting.
    pub(crate) fn category(category: &str) -> Line {
        let (zh, en, unit) = (text("衣物"), text("clothes"), text("件"));
        Line::Category(Box::new(Category { category: id(category), zh, en, unit, wash: false }))
    }

    /// Goods that were there before the ledger, at least so many.
    pub(crate) fn carry(site: &str, category: &str, units: u64, received: u64) -> Line {
        let (site, category, stage) = (id(site), id(category), Stage::Usable);
        let sure = Sure::Least;
        Line::Carry(Box::new(Carry { site, category, stage, units, received, sure }))
    }

    /// Goods received.
    pub(crate) fn receive(site: &str, category: &str, count: u64, fen: Option<u64>) -> Line {
        let (site, category, units) = (id(site), id(category), units(count));
        let (condition, fen) = (Condition::Good, fen.map(amount));
        let basis = if fen.is_some() { Basis::Market } else { Basis::Unmeasurable };
        Line::Receive(Box::new(Receive { site, category, units, condition, basis, fen }))
    }

    /// Goods inspected, all of them usable.
    pub(crate) fn inspect(site: &str, category: &str, usable: u64) -> Line {
        Line::Inspect(Inspect { site: id(site), category: id(category), usable, unfit: 0 })
    }

    /// Goods handed out to a student, or to a school.
    pub(crate) fn issue(site: &str, category: &str, count: u64, student: Option<&str>) -> Line {
        let (site, category, units) = (id(site), id(category), units(count));
        let (student, wish) = (student.map(id), None);
        let to = student.is_none().then(|| text("school"));
        Line::Issue(Box::new(Issue { site, category, units, student, wish, to }))
    }

    /// Any line about goods, at two sites.
    pub(super) fn any_goods(&self, dice: &mut Dice, of: Place) -> Line {
        let names = ["zong", "fen"];
        let [from, to] = [dice.below(2), dice.below(2)].map(|n| names[usize::try_from(n).unwrap()]);
        let count = 1 + dice.below(9);
        let (site, category): (Id, Id) = (id(from), id("clothes"));
        let stage = Stage::ALL[usize::try_from(dice.below(4)).unwrap()];
        match dice.below(12) {
            0 if from == "zong" => Town::site("zong", None),
            0 => Town::site("fen", Some("zong")),
            1 if dice.below(3) > 0 => Town::category("clothes"),
            1 => Line::Vacate(Vacate { site }),
            2 => Town::receive(from, "clothes", count, Some(count)),
            3 => Town::carry(from, "clothes", count, 2 * count),
            4..=6 => Line::Countersign(Countersign { of }),
            7 => Town::inspect(from, "clothes", count),
            8 => Town::issue(from, "clothes", count, (count > 5).then_some("s-1")),
            9 => {
                let (from, to, units) = (site, id(to), units(count));
                Line::Dispatch(Box::new(Dispatch { from, to, category, stage, units }))
            }
            10 => Line::Arrive(Box::new(Arrive { of, units: 1, why: Some(text("lost")) })),
            _ if dice.below(2) == 0 => {
                let (units, why) = (units(count), text("old"));
                Line::Scrap(Box::new(Scrap { site, category, stage, units, why }))
            }
            _ => {
                let shelf = yishan::domain::line::goods::stock::Shelf { site, category };
                let stock = self.replay.books().goods.stock.get(&shelf);
                let book = stock.map_or(0, |stock| stock.of(stage));
                let (counted, why) = (book + count, Some(text("found")));
                Line::Stocktake(Box::new(Stocktake { site, category, stage, book, counted, why }))
            }
        }
    }
}
