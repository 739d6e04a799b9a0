//! 报废: goods that cannot be used are thrown away, once an approver agrees.

use super::stock::{Flow, Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, Id, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::text::Text;

record! {
    /// Proposes to throw goods away.
    pub struct Scrap {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How far they have come.
        stage: Stage = "stage",
        /// How many.
        units: Units = "units",
        /// Why.
        why: Text = "why",
    }
}

impl Scrap {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, units) = (self.shelf(), self.units.get());
        let (up, down) = ([Slot::Flow(Flow::Scrapped)], [Slot::At(self.stage)]);
        act.shift(&Shift { shelf, units, up: &up, down: &down }, back)
    }

    /// Takes effect.
    pub(super) fn settle(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.shelf(self.shelf())?;
        self.shift(act, false)
    }
}

impl Kind for Scrap {
    const NAME: Both = Both("报废", "scrapping");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        act.wait();
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Approver])?;
        if act.withdraw(of)? {
            return Ok(());
        }
        act.open_site(self.site)?;
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let shelf = super::stock::tell(self.shelf(), self.units.get(), lang);
        let (stage, why) = (self.stage.name(lang), &self.why);
        lang.pick(
            format!("报废 {shelf}（{stage}）：{why}"),
            format!("scrapping of {shelf} ({stage}): {why}"),
        )
    }
}
