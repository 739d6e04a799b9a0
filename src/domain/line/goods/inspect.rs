//! 检查: what was received is sorted into usable and unusable.

use super::stock::{Shelf, Shift, Slot, Stage};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record};

record! {
    /// Sorts unchecked goods.
    pub struct Inspect {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// Found usable, in units.
        usable: u64 = "usable",
        /// Found unusable, in units.
        unfit: u64 = "unfit",
    }
}

impl Inspect {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    /// What is found usable is disinfected next, if its category asks for it.
    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let shelf = self.shelf();
        let next = if act.class(self.category)?.wash { Stage::Sound } else { Stage::Usable };
        for (units, stage) in [(self.usable, next), (self.unfit, Stage::Unfit)] {
            let (up, down) = ([Slot::At(stage)], [Slot::At(Stage::Unchecked)]);
            act.shift(&Shift { shelf, units, up: &up, down: &down }, back)?;
        }
        Ok(())
    }
}

impl Kind for Inspect {
    const NAME: Both = Both("检查", "inspection");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        if self.usable == 0 && self.unfit == 0 {
            return Err(GoodsRefusal::NothingMoved {}.into());
        }
        self.shift(act, false)
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let (site, category, usable, unfit) = (self.site, self.category, self.usable, self.unfit);
        lang.pick(
            format!("检查 {site} {category}：可用 {usable}，不可用 {unfit}"),
            format!("inspection of {category} at {site}: {usable} usable, {unfit} not"),
        )
    }
}
