//! 变卖: goods that cannot be used or kept are sold at a price that an approver agrees to
//! (慈善法 §53, §54); what is paid for them is a line of its own ([`proceeds`](super::proceeds)).

use super::stock::{Flow, Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, Id, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::money::Fen;
use crate::domain::text::Text;
use crate::domain::words::Amount;

record! {
    /// What the books know of a sale that took effect.
    #[derive(Copy)]
    pub struct Sale {
        /// The price, in fen.
        fen: Fen = "fen",
        /// What was paid of it so far, in fen.
        received: Fen = "received",
        /// The last line that says so.
        then: Option<Place> = "then",
    }
}

impl Sale {
    /// What is not paid yet, in fen.
    pub fn left(&self) -> Fen {
        self.fen.minus(self.received).unwrap_or_default()
    }
}

record! {
    /// Proposes to sell goods.
    pub struct Sell {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How far they have come.
        stage: Stage = "stage",
        /// How many.
        units: Units = "units",
        /// The price of all of them, in fen.
        fen: Amount = "fen",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Sell {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, units) = (self.shelf(), self.units.get());
        let (up, down) = ([Slot::Flow(Flow::Sold)], [Slot::At(self.stage)]);
        act.shift(&Shift { shelf, units, up: &up, down: &down }, back)
    }

    /// Takes effect: the goods at `of` leave the stock, and their price is due.
    pub(super) fn settle(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.shelf(self.shelf())?;
        self.shift(act, false)?;
        let sale = Sale { fen: self.fen.fen(), received: Fen::ZERO, then: None };
        act.books.goods.sales.set(of, sale);
        Ok(())
    }
}

impl Kind for Sell {
    const NAME: Both = Both("变卖", "sale of goods");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        act.wait();
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Approver])?;
        let sale = act.books.goods.sales.get(&of).copied();
        if let Some(by) = sale.filter(|sale| sale.received > Fen::ZERO).and_then(|sale| sale.then) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        if act.withdraw(of)? {
            return Ok(());
        }
        act.open_site(self.site)?;
        act.books.goods.sales.remove(&of);
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let shelf = super::stock::tell(self.shelf(), self.units.get(), lang);
        let (stage, fen, why) = (self.stage.name(lang), self.fen, &self.why);
        lang.pick(
            format!("变卖 {shelf}（{stage}），售价 {fen} 元：{why}"),
            format!("sale of {shelf} ({stage}) for {fen} yuan: {why}"),
        )
    }
}
