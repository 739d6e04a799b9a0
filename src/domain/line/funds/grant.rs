//! 财政拨款: money that a government office granted, for one budget year.

use super::pot::Source;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::gift::with_pot;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Money that a government office granted; always for a pot of fiscal money.
    pub struct Grant {
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
        /// The pot of its budget.
        pot: Id = "for",
    }
}

impl Grant {
    fn posting(&self) -> Posting {
        Posting::arrival(self.to, Some(self.pot), self.fen.fen())
    }
}

impl Kind for Grant {
    const NAME: Both = Both("财政拨款", "appropriation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        act.takes(self.pot, &[Source::Fiscal], Self::NAME, self.paid.day())?;
        act.claim(self.reference)?;
        act.post(Move::Grant, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.unpost(Move::Grant, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, to) = (self.fen, self.to);
        let told = lang.pick(
            format!("财政拨款 {fen} 元，入 {to}"),
            format!("appropriation of {fen} yuan into {to}"),
        );
        with_pot(told, Some(self.pot), lang)
    }
}
