//! 调出: goods leave a site for another, and are on the way until somebody there signs for them.

use super::slip::{Slip, State};
use super::stock::{Flow, Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record};

record! {
    /// Sends goods to another site.
    pub struct Dispatch {
        /// The site they leave.
        from: Id = "from",
        /// The site they go to.
        to: Id = "to",
        /// The category.
        category: Id = "category",
        /// How far they have come.
        stage: Stage = "stage",
        /// How many.
        units: Units = "units",
    }
}

impl Dispatch {
    /// The shelf they leave and the one they go to.
    pub(super) fn shelves(&self) -> [Shelf; 2] {
        [self.from, self.to].map(|site| Shelf { site, category: self.category })
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let ([from, to], units) = (self.shelves(), self.units.get());
        let (up, down) = ([Slot::Flow(Flow::Sent)], [Slot::At(self.stage)]);
        act.shift(&Shift { shelf: from, units, up: &up, down: &down }, back)?;
        act.shift(&Shift { shelf: to, units, up: &[Slot::Coming], down: &[] }, back)
    }
}

impl Kind for Dispatch {
    const NAME: Both = Both("调出", "dispatch");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if self.from == self.to {
            return Err(GoodsRefusal::SameSite { site: self.from }.into());
        }
        for shelf in self.shelves() {
            act.shelf(shelf)?;
        }
        self.shift(act, false)?;
        act.write_slip(State::Travelling);
        Ok(())
    }

    /// Takes goods back that did not leave; what arrived is sent back instead.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let slip = act.slip(of)?;
        if let Some(by) = slip.then {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        act.open_site(self.from)?;
        act.books.goods.slips.set(of, Slip { state: State::Withdrawn, ..slip });
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let (from, to, category) = (self.from, self.to, self.category);
        let (stage, units) = (self.stage.name(lang), self.units);
        lang.pick(
            format!("调出 {category} {units}（{stage}），{from} 往 {to}"),
            format!("dispatch of {units} of {category} ({stage}) from {from} to {to}"),
        )
    }
}
