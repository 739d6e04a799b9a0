//! 捐款: money that a donor gave.

use super::Kind;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Money that a donor gave. Nothing in it tells who.
    pub struct Gift {
        /// How much, in fen, at least 1.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When it was paid, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference; unique in the ledger.
        reference: Ref = "ref",
    }
}

impl Gift {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Held(self.to), credit: Book::Free, fen: self.fen.fen() }
    }

    /// How much of it was not refunded yet, in fen.
    pub(crate) fn left(&self, of: Place, act: &Act<'_>) -> Fen {
        self.fen.fen().minus(act.touched(of).refunded).unwrap_or_default()
    }
}

impl Kind for Gift {
    const NAME: Both = Both("捐款", "gift");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        act.claim(self.reference)?;
        act.post(Move::Gift, self.posting())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if let (false, Some(by)) = (self.left(of, act) == self.fen.fen(), act.touched(of).refund) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        act.unpost(Move::Gift, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, to, paid) = (self.fen, self.to, self.paid);
        lang.pick(
            format!("捐款 {fen} 元，入 {to}，{paid}"),
            format!("gift of {fen} yuan into {to}, {paid}"),
        )
    }
}
