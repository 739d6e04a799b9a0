//! What stands on a shelf: goods of one category at one site, by how far they have come, and what
//! became of all that ever was there.
//!
//! ```text
//! receive → unchecked → inspect → sound → disinfect → usable → issue
//!                              ↘ unfit → scrap, sell
//! ```
//!
//! On every shelf, always: carried + received + arrived + found
//! = on hand + issued + scrapped + sold + lost + sent.

use crate::domain::books::Act;
use crate::domain::codec::{Malformed, Reader, Spell, write_number};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::domain::words::Amount;
use crate::{record, words};
use std::fmt;

words! {
    /// How far goods at a site have come.
    pub enum Stage {
        /// Received, not yet looked at.
        Unchecked = "unchecked", "待检", "unchecked";
        /// Found usable, to be disinfected.
        Sound = "sound", "待消毒", "to be disinfected";
        /// May be issued.
        Usable = "usable", "可发放", "usable";
        /// Found unusable: to be scrapped or sold.
        Unfit = "unfit", "不可用", "unusable";
    }
}

words! {
    /// What became of goods, summed up.
    pub enum Flow {
        /// Received before the ledger began, as far as is known.
        Before = "before", "账前累计收到", "received before the ledger";
        /// In stock when the ledger began.
        Carried = "carried", "期初结存", "taken over";
        /// Received and countersigned.
        Received = "received", "收到", "received";
        /// Came from another site, what was lost on the way included.
        Arrived = "arrived", "调入", "came in";
        /// More than the books had, by a stocktake.
        Found = "found", "盘盈", "found";
        /// Handed out.
        Issued = "issued", "发放", "issued";
        /// Of what was handed out: to students.
        Students = "students", "其中发给学生", "of which to students";
        /// Thrown away.
        Scrapped = "scrapped", "报废", "scrapped";
        /// Lost on the way, or fewer than the books had.
        Lost = "lost", "盘亏及短少", "lost";
        /// Sent to another site.
        Sent = "sent", "调出", "sent out";
        /// Sold.
        Sold = "sold", "变卖", "sold";
    }
}

words! {
    /// What the value of goods rests on (民间非营利组织会计制度: the voucher, else the market, else a
    /// reasonable method; what cannot be measured is no income).
    pub enum Basis {
        /// The donor's voucher.
        Voucher = "voucher", "凭据", "voucher";
        /// The market price.
        Market = "market", "市价", "market price";
        /// An estimate.
        Estimate = "estimate", "估价", "estimate";
        /// Cannot be measured reliably: units only.
        Unmeasurable = "unmeasurable", "无法可靠计量", "not measurable";
    }
}

/// How many units a line is about: 1 to [`Units::MAX`].
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Units(u64);

impl Units {
    /// The most units of one line.
    pub const MAX: u64 = 1_000_000_000;

    /// So many units, if a line may be about them.
    pub fn new(units: u64) -> Option<Units> {
        (1..=Units::MAX).contains(&units).then_some(Units(units))
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Spell for Units {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.0, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(1, Units::MAX).map(Units)
    }
}

record! {
    /// One number for each [`Flow`], in units.
    #[derive(Copy, Default)]
    pub struct Flows {
        /// See [`Flow::Before`].
        before: u64 = "before",
        /// See [`Flow::Carried`].
        carried: u64 = "carried",
        /// See [`Flow::Received`].
        received: u64 = "received",
        /// See [`Flow::Arrived`].
        arrived: u64 = "arrived",
        /// See [`Flow::Found`].
        found: u64 = "found",
        /// See [`Flow::Issued`].
        issued: u64 = "issued",
        /// See [`Flow::Students`].
        students: u64 = "students",
        /// See [`Flow::Scrapped`].
        scrapped: u64 = "scrapped",
        /// See [`Flow::Lost`].
        lost: u64 = "lost",
        /// See [`Flow::Sent`].
        sent: u64 = "sent",
        /// See [`Flow::Sold`].
        sold: u64 = "sold",
    }
}

impl Flows {
    /// The number of one flow.
    pub fn of(&self, flow: Flow) -> u64 {
        let mut copy = *self;
        *copy.at(flow)
    }

    /// The number of one flow, to be changed.
    pub fn at(&mut self, flow: Flow) -> &mut u64 {
        match flow {
            Flow::Before => &mut self.before,
            Flow::Carried => &mut self.carried,
            Flow::Received => &mut self.received,
            Flow::Arrived => &mut self.arrived,
            Flow::Found => &mut self.found,
            Flow::Issued => &mut self.issued,
            Flow::Students => &mut self.students,
            Flow::Scrapped => &mut self.scrapped,
            Flow::Lost => &mut self.lost,
            Flow::Sent => &mut self.sent,
            Flow::Sold => &mut self.sold,
        }
    }
}

record! {
    /// What goods received were worth, by what the figure rests on, in fen: a memorandum, never
    /// money held.
    #[derive(Copy, Default)]
    pub struct Worth {
        /// See [`Basis::Voucher`].
        voucher: Fen = "voucher",
        /// See [`Basis::Market`].
        market: Fen = "market",
        /// See [`Basis::Estimate`].
        estimate: Fen = "estimate",
    }
}

impl Worth {
    /// The sum on one basis; `None` of what cannot be measured.
    pub fn at(&mut self, basis: Basis) -> Option<&mut Fen> {
        match basis {
            Basis::Voucher => Some(&mut self.voucher),
            Basis::Market => Some(&mut self.market),
            Basis::Estimate => Some(&mut self.estimate),
            Basis::Unmeasurable => None,
        }
    }
}

record! {
    /// One category of goods at one site.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct Shelf {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
    }
}

record! {
    /// What the books know of a shelf, in units.
    #[derive(Copy, Default)]
    pub struct Stock {
        /// See [`Stage::Unchecked`].
        unchecked: u64 = "unchecked",
        /// See [`Stage::Sound`].
        sound: u64 = "sound",
        /// See [`Stage::Usable`].
        usable: u64 = "usable",
        /// See [`Stage::Unfit`].
        unfit: u64 = "unfit",
        /// On the way to this site.
        coming: u64 = "coming",
        /// At this stage stood at least so many: a figure taken over. See [`Stock::at_least`].
        least: Option<Stage> = "least",
        /// How many stocktakes that stand have counted that figure.
        counts: u64 = "counts",
        /// Whether what was received before the ledger is at least so many.
        vague: bool = "vague",
        /// What became of all that ever was here.
        flows: Flows = "flows",
        /// What the goods received were worth.
        worth: Worth = "worth",
    }
}

impl Stock {
    /// How many stand at `stage`.
    pub fn of(&self, stage: Stage) -> u64 {
        let mut copy = *self;
        *copy.at(stage)
    }

    fn at(&mut self, stage: Stage) -> &mut u64 {
        match stage {
            Stage::Unchecked => &mut self.unchecked,
            Stage::Sound => &mut self.sound,
            Stage::Usable => &mut self.usable,
            Stage::Unfit => &mut self.unfit,
        }
    }

    /// At this stage stand at least so many: a figure taken over that was not counted since.
    pub fn at_least(&self) -> Option<Stage> {
        self.least.filter(|_| self.counts == 0)
    }

    /// All that is here, in units.
    pub fn on_hand(&self) -> u64 {
        self.unchecked + self.sound + self.usable + self.unfit
    }

    /// Whether nothing ever was here or was on the way.
    pub fn is_untouched(&self) -> bool {
        *self == Stock::default()
    }

    fn count(&mut self, slot: Slot) -> &mut u64 {
        match slot {
            Slot::At(stage) => self.at(stage),
            Slot::Coming => &mut self.coming,
            Slot::Flow(flow) => self.flows.at(flow),
        }
    }
}

/// A number of a shelf.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Slot {
    /// What stands at a stage.
    At(Stage),
    /// What is on the way.
    Coming,
    /// What became of goods.
    Flow(Flow),
}

/// Goods moving: some numbers of a shelf grow and some shrink by the same units.
pub(super) struct Shift<'s> {
    pub(super) shelf: Shelf,
    pub(super) units: u64,
    pub(super) up: &'s [Slot],
    pub(super) down: &'s [Slot],
}

impl Act<'_> {
    /// The shelf's stock.
    pub(super) fn stock(&self, shelf: Shelf) -> Stock {
        self.books.goods.stock.get(&shelf).copied().unwrap_or_default()
    }

    /// Moves goods, or moves them back. No stage falls below zero.
    pub(super) fn shift(&mut self, shift: &Shift<'_>, back: bool) -> Result<(), Refusal> {
        let Shift { shelf, units, up, down } = *shift;
        let (up, down) = if back { (down, up) } else { (up, down) };
        let mut stock = self.stock(shelf);
        for slot in down {
            let count = stock.count(*slot);
            let (have, left) = (*count, count.checked_sub(units));
            *count = left.ok_or_else(|| not_enough(shelf, *slot, have, units))?;
        }
        for slot in up {
            let count = stock.count(*slot);
            let sum = count.checked_add(units).filter(|sum| *sum <= Fen::MAX.get());
            *count = sum.ok_or_else(too_many)?;
        }
        self.books.goods.stock.set(shelf, stock);
        self.stirred(shelf.site, self.by);
        Ok(())
    }

    /// Adds to the memorandum what goods are worth, or takes it back.
    pub(super) fn value(
        &mut self,
        shelf: Shelf,
        basis: Basis,
        fen: Option<Amount>,
        back: bool,
    ) -> Result<(), Refusal> {
        let mut stock = self.stock(shelf);
        let Some((sum, fen)) = stock.worth.at(basis).zip(fen) else { return Ok(()) };
        let new = if back { sum.minus(fen.fen()) } else { sum.plus(fen.fen()) };
        *sum = new.ok_or_else(too_many)?;
        self.books.goods.stock.set(shelf, stock);
        Ok(())
    }
}

fn not_enough(shelf: Shelf, slot: Slot, have: u64, need: u64) -> Refusal {
    let stage = match slot {
        Slot::At(stage) => stage.both(),
        Slot::Coming => Both("在途", "on the way"),
        Slot::Flow(flow) => flow.both(),
    };
    let Shelf { site, category } = shelf;
    super::GoodsRefusal::NotEnoughGoods { site, category, stage, have, need }.into()
}

fn too_many() -> Refusal {
    let what = Both("一处物资的累计数", "the sums of goods at a site");
    Refusal::TooMany { what, max: usize::try_from(Fen::MAX.get()).unwrap_or(usize::MAX) }
}

/// So many units of a category, as lines tell them: `clothes 5000`.
pub(super) fn tell(shelf: Shelf, units: u64, lang: Lang) -> String {
    let Shelf { site, category } = shelf;
    lang.pick(format!("{site} {category} {units}"), format!("{units} of {category} at {site}"))
}
