//! 盘点: what stands at a site is counted; a difference is booked once another officer signed.

use super::stock::{Flow, Shelf, Shift, Slot, Stage, Stock};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::text::Text;

record! {
    /// Counts the goods of a category at one stage.
    pub struct Stocktake {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// The stage.
        stage: Stage = "stage",
        /// What the books have, in units.
        book: u64 = "book",
        /// What was counted, in units.
        counted: u64 = "counted",
        /// Why the two differ.
        why: Option<Text> = "why",
    }
}

impl Stocktake {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, stage) = (self.shelf(), [Slot::At(self.stage)]);
        let found = [Slot::Flow(Flow::Found), Slot::At(self.stage)];
        let units = self.counted.saturating_sub(self.book);
        act.shift(&Shift { shelf, units, up: &found, down: &[] }, back)?;
        let units = self.book.saturating_sub(self.counted);
        act.shift(&Shift { shelf, units, up: &[Slot::Flow(Flow::Lost)], down: &stage }, back)
    }

    /// Takes effect: nobody moved anything since the counting, and the second officer is another
    /// than whoever moved anything here last. Answers whether it counted a figure taken over.
    pub(super) fn settle(&self, act: &mut Act<'_>) -> Result<bool, Refusal> {
        let site = act.open_site(self.site)?;
        if let Some(mover) = site.mover {
            let did = Both("最后经手该站物资", "moving goods there last");
            act.another_than(mover, did, Both("复核盘点", "countersigning the stocktake"))?;
        }
        self.is_right(act)?;
        self.shift(act, false)?;
        let stock = act.stock(self.shelf());
        let counted = stock.least == Some(self.stage);
        let counts = stock.counts.saturating_add(u64::from(counted));
        act.books.goods.stock.set(self.shelf(), Stock { counts, ..stock });
        Ok(counted)
    }

    fn is_right(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let (stated, book) = (self.book, act.stock(self.shelf()).of(self.stage));
        if stated == book {
            return Ok(());
        }
        let Shelf { site, category } = self.shelf();
        Err(GoodsRefusal::StockDiffers { site, category, stated, book }.into())
    }
}

impl Kind for Stocktake {
    const NAME: Both = Both("盘点", "stocktake");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        act.shelf(self.shelf())?;
        self.is_right(act)?;
        if self.book != self.counted && self.why.is_none() {
            return Err(
                GoodsRefusal::ReasonNeeded { book: self.book, counted: self.counted }.into()
            );
        }
        act.wait();
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let counted = act.slip(of)?.counted.0;
        if act.withdraw(of)? {
            return Ok(());
        }
        act.open_site(self.site)?;
        self.shift(act, true)?;
        let stock = act.stock(self.shelf());
        let counts = stock.counts.saturating_sub(u64::from(counted));
        act.books.goods.stock.set(self.shelf(), Stock { counts, ..stock });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (site, category, stage) = (self.site, self.category, self.stage.name(lang));
        let (book, counted) = (self.book, self.counted);
        let why = self.why.as_ref().map(|why| lang.pick(format!("（{why}）"), format!(" ({why})")));
        let why = why.unwrap_or_default();
        lang.pick(
            format!("盘点 {site} {category}（{stage}）：账面 {book}，实点 {counted}{why}"),
            format!(
                "stocktake of {category} ({stage}) at {site}: books {book}, counted {counted}{why}"
            ),
        )
    }
}
