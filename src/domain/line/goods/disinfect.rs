//! 消毒: goods found usable are disinfected and may then be issued.

use super::stock::{Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, Id, Kind, Lang, Place, Refusal, Role, record, words};

words! {
    /// How goods were disinfected.
    pub enum Means {
        /// 高温
        Heat = "heat", "高温", "heat";
        /// 紫外线
        Ultraviolet = "ultraviolet", "紫外线", "ultraviolet light";
        /// 消毒液
        Chemical = "chemical", "消毒液", "disinfectant";
        /// 洗涤
        Wash = "wash", "洗涤", "washing";
    }
}

record! {
    /// Disinfects goods that were found usable.
    pub struct Disinfect {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How many.
        units: Units = "units",
        /// How.
        by: Means = "by",
    }
}

impl Disinfect {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, units) = (self.shelf(), self.units.get());
        let (up, down) = ([Slot::At(Stage::Usable)], [Slot::At(Stage::Sound)]);
        act.shift(&Shift { shelf, units, up: &up, down: &down }, back)
    }
}

impl Kind for Disinfect {
    const NAME: Both = Both("消毒", "disinfection");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        self.shift(act, false)
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let shelf = super::stock::tell(self.shelf(), self.units.get(), lang);
        let by = self.by.name(lang);
        lang.pick(format!("消毒 {shelf}（{by}）"), format!("disinfection of {shelf} by {by}"))
    }
}
