//! Goods at the donation stations: what came in, what went out and what stands where, in units.

use super::{Frame, yuan};
use crate::domain::line::goods::here;
use crate::domain::line::goods::stock::{Basis, Flow};
use crate::domain::money::Fen;
use crate::domain::text::Id;
use crate::publish::FactError;
use crate::publish::goods::{Total, as_of};
use crate::publish::history::History;
use askama::Template;

/// Goods at the donation stations.
#[derive(Template)]
#[template(path = "goods.html", config = "src/publish/pages/askama.toml")]
pub(super) struct GoodsPage {
    f: Frame,
    categories: Vec<CategoryRow>,
    sites: Vec<SiteRow>,
    /// How many sites are open.
    open: usize,
    students: u64,
    worth: Option<String>,
}

struct CategoryRow {
    name: String,
    unit: String,
    before: Option<String>,
    received: u64,
    issued: u64,
    gone: u64,
    coming: u64,
    stock: String,
}

struct SiteRow {
    name: String,
    kind: &'static str,
    /// How far it is indented.
    level: u64,
    shut: bool,
    stock: u64,
    usable: u64,
    coming: u64,
}

impl GoodsPage {
    /// The page; `None` if the ledger has no goods.
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<Option<GoodsPage>, FactError> {
        let Some((at, entry)) = as_of(history)? else { return Ok(None) };
        let f = f.after(at, entry);
        let goods = &history.books().goods;
        let all = Total::of(history.books(), None);
        let bases = [Basis::Voucher, Basis::Market, Basis::Estimate];
        let worth = bases.iter().fold(0, |sum: u64, basis| sum.saturating_add(all.worth(*basis)));
        let worth = Fen::new(worth).filter(|fen| *fen > Fen::ZERO).map(yuan);
        let categories = goods.categories.iter();
        let categories = categories
            .map(|(id, class)| CategoryRow::new(history, *id, class.name(f.lang), &class.unit, &f));
        let tree = goods.tree().into_iter();
        Ok(Some(GoodsPage {
            categories: categories.collect(),
            sites: tree
                .map(|(id, station)| SiteRow {
                    name: station.name.to_string(),
                    kind: station.kind.name(f.lang),
                    level: station.level,
                    shut: station.shut,
                    ..SiteRow::counts(history, id)
                })
                .collect(),
            open: goods.sites.iter().filter(|(_, station)| !station.shut).count(),
            students: all.flow(Flow::Students),
            worth,
            f,
        }))
    }
}

impl CategoryRow {
    fn new(
        history: &History<'_>,
        category: Id,
        name: &str,
        unit: &impl ToString,
        f: &Frame,
    ) -> CategoryRow {
        let total = Total::of(history.books(), Some(category));
        let gone = [Flow::Scrapped, Flow::Sold, Flow::Lost].map(|flow| total.flow(flow));
        let before = total.flow(Flow::Before);
        CategoryRow {
            name: name.to_owned(),
            unit: unit.to_string(),
            before: (before > 0).then(|| at_least(before, total.before_at_least, f)),
            received: total.flow(Flow::Received),
            issued: total.flow(Flow::Issued),
            gone: gone.into_iter().fold(0, u64::saturating_add),
            coming: total.coming,
            stock: at_least(total.stock, total.stock_at_least, f),
        }
    }
}

impl SiteRow {
    fn counts(history: &History<'_>, site: Id) -> SiteRow {
        let none = SiteRow {
            name: String::new(),
            kind: "",
            level: 1,
            shut: false,
            stock: 0,
            usable: 0,
            coming: 0,
        };
        here(history.books(), site).fold(none, |row, (_, stock)| SiteRow {
            stock: row.stock.saturating_add(stock.on_hand()),
            usable: row.usable.saturating_add(stock.usable),
            coming: row.coming.saturating_add(stock.coming),
            ..row
        })
    }
}

/// A number; a lower bound says so.
fn at_least(number: u64, least: bool, f: &Frame) -> String {
    if least { format!("{} {number}", f.t("至少", "at least")) } else { number.to_string() }
}
