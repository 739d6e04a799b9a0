//! Goods at the donation stations in numbers, for programs and for the page about them.
//!
//! ```text
//! v1/goods.json    {"schema":1,"origin":…,"vkey":…,"key_fingerprint":…,"entry":57,"as_of":…,
//!                   "categories":[CATEGORY,…],"sites":[SITE,…],"issued_to_students":40}
//! CATEGORY         {"category":"clothes","zh":"衣物","en":"clothes","unit":"件","wash":true,
//!                   "stock":6100,"stock_at_least":false,"coming":300,"before":15000,
//!                   "before_at_least":true,"carried":…,"received":…,"found":…,"issued":…,
//!                   "scrapped":…,"sold":…,"lost":…,"worth":{"voucher":0,"market":0,"estimate":0}}
//! SITE             {"site":"zong","kind":"main","name":…,"under":…|null,"level":1,"shut":false,
//!                   "shelves":[SHELF,…]}
//! SHELF            {"category":"clothes","unchecked":0,"sound":0,"usable":6100,"unfit":0,
//!                   "coming":300,"at_least":"usable"|null}
//! ```
//! Units, and fen where something is worth something; `sold` is left out where nothing was. `entry`
//! is the last one that changed any of it and `as_of` its time, so the file changes only with the
//! goods. Of students nothing is told but how many units all of them together were given.

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, is_nothing, json, key_fingerprint};
use crate::domain::books::Books;
use crate::domain::line::goods::here;
use crate::domain::line::goods::stock::{Basis, Flow, Stage, Stock};
use crate::domain::text::Id;
use crate::domain::time::Stamp;
use serde::Serialize;

/// The numbers of one category at all sites together.
#[derive(Default)]
pub(super) struct Total {
    /// In stock, at any stage.
    pub(super) stock: u64,
    /// Whether that is a lower bound.
    pub(super) stock_at_least: bool,
    /// On the way between sites.
    pub(super) coming: u64,
    /// Whether what was received before the ledger is a lower bound.
    pub(super) before_at_least: bool,
    /// By [`Flow`], in its order.
    flows: [u64; Flow::ALL.len()],
    /// By [`Basis`], in its order, in fen.
    worth: [u64; Basis::ALL.len()],
}

impl Total {
    /// Those of `category`; of all categories if none is named.
    pub(super) fn of(books: &Books, category: Option<Id>) -> Total {
        let all = books.goods.stock.iter();
        let ours = all.filter(|(shelf, _)| category.is_none_or(|only| only == shelf.category));
        ours.fold(Total::default(), |total, (_, stock)| total.with(stock))
    }

    /// A line is about at most 10^9 units, so these sums stay far below what a program can hold.
    fn with(mut self, stock: &Stock) -> Total {
        self.stock = self.stock.saturating_add(stock.on_hand());
        self.stock_at_least |= stock.at_least().is_some();
        self.coming = self.coming.saturating_add(stock.coming);
        self.before_at_least |= stock.vague;
        for (sum, flow) in self.flows.iter_mut().zip(Flow::ALL) {
            *sum = sum.saturating_add(stock.flows.of(*flow));
        }
        let mut worth = stock.worth;
        for (sum, basis) in self.worth.iter_mut().zip(Basis::ALL) {
            *sum = sum.saturating_add(worth.at(*basis).map_or(0, |fen| fen.get()));
        }
        self
    }

    /// The sum of one flow.
    pub(super) fn flow(&self, flow: Flow) -> u64 {
        let at = Flow::ALL.iter().position(|other| *other == flow);
        at.and_then(|at| self.flows.get(at)).copied().unwrap_or_default()
    }

    /// What goods received were worth on one basis, in fen.
    pub(super) fn worth(&self, basis: Basis) -> u64 {
        let at = Basis::ALL.iter().position(|other| *other == basis);
        at.and_then(|at| self.worth.get(at)).copied().unwrap_or_default()
    }
}

/// The last entry that changed anything told about goods; `None` if there are neither sites nor
/// categories.
pub(super) fn last(books: &Books) -> Option<u64> {
    let sites = books.goods.sites.iter().map(|(_, station)| station.entry);
    let categories = books.goods.categories.iter().map(|(_, class)| class.entry);
    sites.chain(categories).max()
}

/// When that entry was taken in, and its number.
pub(super) fn as_of(history: &History<'_>) -> Result<Option<(Stamp, u64)>, FactError> {
    let Some(entry) = last(history.books()) else { return Ok(None) };
    Ok(Some((history.entry(entry)?.at, entry)))
}

#[derive(Serialize)]
struct File<'b> {
    schema: u32,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    entry: u64,
    as_of: String,
    categories: Vec<CategoryNumbers<'b>>,
    sites: Vec<SiteNumbers<'b>>,
    issued_to_students: u64,
}

#[derive(Serialize)]
struct CategoryNumbers<'b> {
    category: String,
    zh: &'b str,
    en: &'b str,
    unit: &'b str,
    wash: bool,
    stock: u64,
    stock_at_least: bool,
    coming: u64,
    before: u64,
    before_at_least: bool,
    carried: u64,
    received: u64,
    found: u64,
    issued: u64,
    scrapped: u64,
    #[serde(skip_serializing_if = "is_nothing")]
    sold: u64,
    lost: u64,
    worth: Worth,
}

#[derive(Serialize)]
struct Worth {
    voucher: u64,
    market: u64,
    estimate: u64,
}

#[derive(Serialize)]
struct SiteNumbers<'b> {
    site: String,
    kind: &'static str,
    name: &'b str,
    under: Option<String>,
    level: u64,
    shut: bool,
    shelves: Vec<ShelfNumbers>,
}

#[derive(Serialize)]
struct ShelfNumbers {
    category: String,
    unchecked: u64,
    sound: u64,
    usable: u64,
    unfit: u64,
    coming: u64,
    at_least: Option<&'static str>,
}

/// `v1/goods.json`; `None` if the ledger has no goods.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let Some((at, entry)) = as_of(history)? else { return Ok(None) };
    let (facts, books) = (history.facts, history.books());
    let file = File {
        schema: SCHEMA,
        origin: facts.replay().origin().to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        entry,
        as_of: at.to_string(),
        categories: categories(books),
        sites: sites(books),
        issued_to_students: Total::of(books, None).flow(Flow::Students),
    };
    json(&file).map(Some)
}

fn categories(books: &Books) -> Vec<CategoryNumbers<'_>> {
    let all = books.goods.categories.iter().map(|(id, class)| {
        let total = Total::of(books, Some(*id));
        let worth = |basis| total.worth(basis);
        CategoryNumbers {
            category: id.to_string(),
            zh: class.zh.as_str(),
            en: class.en.as_str(),
            unit: class.unit.as_str(),
            wash: class.wash,
            stock: total.stock,
            stock_at_least: total.stock_at_least,
            coming: total.coming,
            before: total.flow(Flow::Before),
            before_at_least: total.before_at_least,
            carried: total.flow(Flow::Carried),
            received: total.flow(Flow::Received),
            found: total.flow(Flow::Found),
            issued: total.flow(Flow::Issued),
            scrapped: total.flow(Flow::Scrapped),
            sold: total.flow(Flow::Sold),
            lost: total.flow(Flow::Lost),
            worth: Worth {
                voucher: worth(Basis::Voucher),
                market: worth(Basis::Market),
                estimate: worth(Basis::Estimate),
            },
        }
    });
    all.collect()
}

fn sites(books: &Books) -> Vec<SiteNumbers<'_>> {
    let shelf = |(category, stock): (Id, &Stock)| ShelfNumbers {
        category: category.to_string(),
        unchecked: stock.unchecked,
        sound: stock.sound,
        usable: stock.usable,
        unfit: stock.unfit,
        coming: stock.coming,
        at_least: stock.at_least().map(Stage::word),
    };
    let all = books.goods.tree().into_iter().map(|(id, station)| SiteNumbers {
        site: id.to_string(),
        kind: station.kind.word(),
        name: station.name.as_str(),
        under: station.under.map(|under| under.to_string()),
        level: station.level,
        shut: station.shut,
        shelves: here(books, id).map(shelf).collect(),
    });
    all.collect()
}
