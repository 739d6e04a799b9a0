//! 物资: donation stations and what passes through them, counted in units.
//!
//! Sites form trees. A *shelf* is one category of goods at one site ([`stock`]); goods come in by
//! [`receive`] or [`carry`], are sorted and disinfected, travel between sites, and go out by
//! [`issue`], [`scrap`] or [`sell`], of which the [`proceeds`] are money. What one person must not
//! do alone is a [`slip`] that waits for a second signature. What goods were worth is a memorandum
//! and never money held.

pub mod arrive;
pub mod carry;
pub mod category;
pub mod countersign;
pub mod disinfect;
pub mod dispatch;
pub mod inspect;
pub mod issue;
pub mod proceeds;
pub mod receive;
pub mod scrap;
pub mod sell;
pub mod site;
pub mod slip;
pub mod stock;
pub mod stocktake;
pub mod vacate;

use super::Kind;
use super::appoint::Role;
use crate::domain::books::{Act, Books};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal, texts};
use crate::domain::text::{Id, Lang, Place};
use crate::{record, tables, words};
use category::Class;
use sell::Sale;
use site::Station;
use slip::Slip;
use std::collections::BTreeMap;
use stock::{Shelf, Stock};

tables! {
    /// What the books know of goods.
    pub struct Goods {
        /// Every site that was ever opened.
        sites: Table<Id, Station> = "sites",
        /// Every category.
        categories: Table<Id, Class> = "categories",
        /// What stands at the sites, and what became of all that ever was there.
        stock: Table<Shelf, Stock> = "stock",
        /// Slips that something follows, by place.
        slips: Table<Place, Slip> = "slips",
        /// Sales in effect, by place.
        sales: Table<Place, Sale> = "sales",
    }
}

texts! {
    /// Why the rules refuse a line about goods.
    GoodsRefusal:
    SiteExists { site: Id }
        "站点 {site} 已经设过；请换一个名字",
        "the site {site} was opened before; choose another name";
    UnknownSite { site: Id }
        "没有站点 {site}；请先 yishan site open",
        "there is no site {site}; open it first with yishan site open";
    SiteShut { site: Id }
        "站点 {site} 已经撤销；请用仍开放的站点",
        "the site {site} is closed; use one that is open";
    SiteTooDeep { site: Id, level: u64, max: u64 }
        "站点 {site} 会在第 {level} 级，站点最多 {max} 级；请设在更上一级之下",
        "the site {site} would be at level {level}, and {max} is the last; open it further up";
    SiteHasBelow { site: Id, below: Id }
        "站点 {site} 之下还有 {below}；请先撤下级站点",
        "the site {site} has {below} under it; close that first";
    SiteNotEmpty { site: Id, units: u64 }
        "站点 {site} 还有 {units} 件在库或在途，撤站须为 0；请先调出、发放或报废",
        "the site {site} has {units} units there or on the way, and to be closed it must have 0; move them first";
    SameSite { site: Id }
        "调出和调入是同一个站点 {site}",
        "both ends of the dispatch are the site {site}";
    CategoryExists { category: Id }
        "物资类别 {category} 已经有了；请换一个名字",
        "the category {category} was made before; choose another name";
    UnknownCategory { category: Id }
        "没有物资类别 {category}；请先 yishan goods category",
        "there is no category {category}; make it first with yishan goods category";
    NotEnoughGoods { site: Id, category: Id, stage: Both, have: u64, need: u64 }
        "{site} 的 {category}（{stage}）只有 {have}，不够 {need}；库存不能为负，请核对数量",
        "{site} has {have} of {category} ({stage}) and {need} are needed; stock never falls below nothing, so check the number";
    ShelfInUse { site: Id, category: Id }
        "{site} 的 {category} 已有收发，期初数只能在此之前登记；差额请用盘点",
        "{category} at {site} has moved already, and what is taken over is stated before; a stocktake books a difference";
    MoreThanReceived { units: u64, received: u64 }
        "结存 {units} 多于累计收到的 {received}；结存是收到的一部分，请核对",
        "{units} in stock are more than the {received} received, of which they are part; check both";
    ValueBasis { basis: Both }
        "计价依据是{basis}：无法计量的不写金额，其余须写金额",
        "the value rests on: {basis}; what cannot be measured has no amount, and everything else has one";
    OneRecipient { named: usize }
        "写了 {named} 个领用方，须恰好 1 个：学生、心愿或单位",
        "{named} recipients are named, and it must be 1: a student, a wish or an organisation";
    NothingMoved {}
        "可用和不可用都是 0；至少检查 1 件",
        "both usable and unusable are 0; at least one unit is inspected";
    SlipIs { place: Place, state: Both, need: Both }
        "{place} 的单据现为{state}，这里需要{need}",
        "the slip at {place} is {state}, and must be {need} here";
    OverSold { place: Place, left: Fen, need: Fen }
        "{place} 的变卖还有 {left} 元未收，不能收 {need} 元；所得不能超过售价，请核对金额",
        "{left} yuan of the sale at {place} are not paid, and {need} are too much; the proceeds never exceed the price: check the amount";
    MoreThanSent { place: Place, sent: u64, units: u64 }
        "{place} 调出 {sent}，不能实到 {units}；多出的请另行收物",
        "{sent} were sent by {place}, and {units} cannot arrive; receive what is beyond as goods given";
    ReasonNeeded { book: u64, counted: u64 }
        "账面 {book}，实数 {counted}，两者不同须写明原因",
        "the books have {book} and {counted} were counted; a difference needs its reason";
    StockDiffers { site: Id, category: Id, stated: u64, book: u64 }
        "盘点写的账面数是 {stated}，{site} 的 {category} 现为 {book}；盘点之后有收发，请重新盘点",
        "the stocktake states {stated} and the books have {book} of {category} at {site}; something moved since, so count anew";
}

/// The shelves of a site with what stands on them.
pub fn here(books: &Books, site: Id) -> impl Iterator<Item = (Id, &Stock)> {
    let all = books.goods.stock.iter();
    all.filter(move |(shelf, _)| shelf.site == site).map(|(shelf, stock)| (shelf.category, stock))
}

impl Act<'_> {
    /// The site called `site`, if it is open.
    pub(super) fn open_site(&self, site: Id) -> Result<site::Station, Refusal> {
        match self.books.goods.sites.get(&site) {
            None => Err(GoodsRefusal::UnknownSite { site }.into()),
            Some(known) if known.shut => Err(GoodsRefusal::SiteShut { site }.into()),
            Some(known) => Ok(known.clone()),
        }
    }

    /// The category called `category`.
    pub(super) fn class(&self, category: Id) -> Result<Class, Refusal> {
        let known = self.books.goods.categories.get(&category).cloned();
        known.ok_or(GoodsRefusal::UnknownCategory { category }.into())
    }

    /// Refuses a shelf of no category or of a site that is not open.
    pub(super) fn shelf(&self, shelf: Shelf) -> Result<(), Refusal> {
        self.open_site(shelf.site)?;
        self.class(shelf.category).map(drop)
    }

    /// Notes that `by` changed what is at `site` or on the way there.
    pub(super) fn stirred(&mut self, site: Id, by: Id) {
        if let Some(known) = self.books.goods.sites.get(&site) {
            let known = Station { mover: Some(by), entry: self.place.entry, ..known.clone() };
            self.books.goods.sites.set(site, known);
        }
    }
}

impl Goods {
    /// All sites, each behind the one above it.
    pub fn tree(&self) -> Vec<(Id, &Station)> {
        let mut below: BTreeMap<Option<Id>, Vec<(Id, &Station)>> = BTreeMap::new();
        for (id, station) in self.sites.iter() {
            below.entry(station.under).or_default().push((*id, station));
        }
        let mut all = Vec::new();
        let mut next: Vec<_> = below.remove(&None).unwrap_or_default();
        next.reverse();
        while let Some((id, station)) = next.pop() {
            all.push((id, station));
            next.extend(below.remove(&Some(id)).unwrap_or_default().into_iter().rev());
        }
        all
    }
}
