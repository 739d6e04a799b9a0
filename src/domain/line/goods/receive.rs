//! 收物: goods that somebody gave. They count once a second officer countersigned.

use super::stock::{Basis, Flow, Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record, words};
use crate::domain::words::Amount;

words! {
    /// In what condition goods are.
    pub enum Condition {
        /// 全新
        New = "new", "全新", "new";
        /// 完好
        Good = "good", "完好", "good";
        /// 旧
        Worn = "worn", "旧", "worn";
        /// Not sorted yet.
        Mixed = "mixed", "未分拣", "unsorted";
    }
}

record! {
    /// Receives goods at a site. Nothing in it tells who gave them.
    pub struct Receive {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How many.
        units: Units = "units",
        /// In what condition.
        condition: Condition = "condition",
        /// What the value rests on.
        basis: Basis = "basis",
        /// The value, in fen, unless it cannot be measured.
        fen: Option<Amount> = "fen",
    }
}

impl Receive {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let shelf = self.shelf();
        let up = [Slot::At(Stage::Unchecked), Slot::Flow(Flow::Received)];
        act.shift(&Shift { shelf, units: self.units.get(), up: &up, down: &[] }, back)?;
        act.value(shelf, self.basis, self.fen, back)
    }

    /// Takes effect.
    pub(super) fn settle(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.shelf(self.shelf())?;
        self.shift(act, false)
    }
}

impl Kind for Receive {
    const NAME: Both = Both("收物", "receipt of goods");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        if (self.basis == Basis::Unmeasurable) == self.fen.is_some() {
            return Err(GoodsRefusal::ValueBasis { basis: self.basis.both() }.into());
        }
        act.wait();
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if act.withdraw(of)? { Ok(()) } else { self.shift(act, true) }
    }

    fn tell(&self, lang: Lang) -> String {
        let shelf = super::stock::tell(self.shelf(), self.units.get(), lang);
        let (condition, basis) = (self.condition.name(lang), self.basis.name(lang));
        let value = match self.fen {
            None => String::new(),
            Some(fen) => {
                lang.pick(format!("，{basis} {fen} 元"), format!(", worth {fen} yuan by {basis}"))
            }
        };
        lang.pick(
            format!("收物 {shelf}（{condition}{value}）"),
            format!("receipt of {shelf} ({condition}{value})"),
        )
    }
}
