//! 平台配捐: money that a platform added to gifts.

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
    /// Money that a platform added to gifts, such as on 9 September.
    pub struct Match {
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
        /// The pot it is for; left out if it is for anything.
        pot: Option<Id> = "for",
    }
}

impl Match {
    fn posting(&self) -> Posting {
        Posting::arrival(self.to, self.pot, self.fen.fen())
    }
}

impl Kind for Match {
    const NAME: Both = Both("平台配捐", "platform matching");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        if let Some(pot) = self.pot {
            act.takes(pot, &[Source::Matching], Self::NAME, self.paid.day())?;
        }
        act.claim(self.reference)?;
        act.post(Move::Match, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.unpost(Move::Match, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, to) = (self.fen, self.to);
        let told = lang.pick(
            format!("平台配捐 {fen} 元，入 {to}"),
            format!("platform matching of {fen} yuan into {to}"),
        );
        with_pot(told, self.pot, lang)
    }
}
