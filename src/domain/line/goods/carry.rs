//! 期初物资: goods that were at a site before the ledger began, and what had been received by then.

use super::stock::{Flow, Shelf, Shift, Slot, Stage, Stock};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record, words};

words! {
    /// How sure a figure taken over is.
    pub enum Sure {
        /// As it was counted.
        Exact = "exact", "实数", "exact";
        /// "余": a lower bound, never to be read as exact.
        Least = "least", "至少", "at least";
    }
}

record! {
    /// Takes over what a shelf held before the ledger; counts once another officer countersigned.
    pub struct Carry {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How far what is in stock has come.
        stage: Stage = "stage",
        /// In stock, in units.
        units: u64 = "units",
        /// Received up to then, in units; what is in stock is part of it.
        received: u64 = "received",
        /// How sure both are.
        sure: Sure = "sure",
    }
}

impl Carry {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    /// Moves the figures into the books once countersigned, or out of them again.
    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, stage) = (self.shelf(), Slot::At(self.stage));
        let up = [stage, Slot::Flow(Flow::Carried)];
        act.shift(&Shift { shelf, units: self.units, up: &up, down: &[] }, back)?;
        let up = [Slot::Flow(Flow::Before)];
        act.shift(&Shift { shelf, units: self.received, up: &up, down: &[] }, back)?;
        let stock = act.stock(shelf);
        let vague = self.sure == Sure::Least && !back;
        let least = vague.then_some(self.stage);
        act.books.goods.stock.set(shelf, Stock { least, vague, ..stock });
        Ok(())
    }

    /// Takes effect.
    pub(super) fn settle(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.shelf(self.shelf())?;
        self.is_first(act)?;
        self.shift(act, false)
    }

    fn is_first(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let Shelf { site, category } = self.shelf();
        if act.stock(self.shelf()).is_untouched() {
            return Ok(());
        }
        Err(GoodsRefusal::ShelfInUse { site, category }.into())
    }
}

impl Kind for Carry {
    const NAME: Both = Both("期初物资", "goods taken over");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        act.shelf(self.shelf())?;
        self.is_first(act)?;
        if self.units > self.received {
            let (units, received) = (self.units, self.received);
            return Err(GoodsRefusal::MoreThanReceived { units, received }.into());
        }
        act.wait();
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        if act.withdraw(of)? { Ok(()) } else { self.shift(act, true) }
    }

    fn tell(&self, lang: Lang) -> String {
        let (shelf, stage) =
            (super::stock::tell(self.shelf(), self.units, lang), self.stage.name(lang));
        let (received, sure) = (self.received, self.sure.name(lang));
        lang.pick(
            format!("期初物资 {shelf}（{stage}），此前累计收到 {received}，{sure}"),
            format!("taken over: {shelf} ({stage}), received before {received}, {sure}"),
        )
    }
}
