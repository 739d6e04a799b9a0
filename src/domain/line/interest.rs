//! 利息: what a bank or wallet credited.

use super::Kind;
use super::appoint::Role;
use super::gift::with_pot;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// What a bank or wallet credited.
    pub struct Interest {
        /// How much, in fen.
        fen: Amount = "fen",
        /// The account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
        /// The pot whose money earned it; left out if it is for anything.
        pot: Option<Id> = "for",
    }
}

impl Interest {
    fn posting(&self) -> Posting {
        Posting::arrival(self.to, self.pot, self.fen.fen())
    }
}

impl Kind for Interest {
    const NAME: Both = Both("利息", "interest");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        if let Some(pot) = self.pot {
            act.pot(pot)?;
        }
        act.claim(self.reference)?;
        act.post(Move::Interest, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.unpost(Move::Interest, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, to) = (self.fen, self.to);
        let told = lang
            .pick(format!("利息 {fen} 元，入 {to}"), format!("interest of {fen} yuan into {to}"));
        with_pot(told, self.pot, lang)
    }
}
