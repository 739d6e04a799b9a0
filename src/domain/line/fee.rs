//! 手续费: what a bank or wallet charged.

use super::Kind;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// What a bank or wallet charged.
    pub struct Fee {
        /// How much, in fen.
        fen: Amount = "fen",
        /// The account it was taken from.
        from: Id = "from",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
    }
}

impl Fee {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Free, credit: Book::Held(self.from), fen: self.fen.fen() }
    }
}

impl Kind for Fee {
    const NAME: Both = Both("手续费", "fee");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.from)?;
        act.not_ahead(self.paid)?;
        act.claim(self.reference)?;
        act.post(Move::Fee, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.from)?;
        act.unpost(Move::Fee, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, from) = (self.fen, self.from);
        lang.pick(format!("手续费 {fen} 元，出 {from}"), format!("fee of {fen} yuan from {from}"))
    }
}
