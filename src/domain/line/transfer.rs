//! 转账: money moved between two of the fund's own accounts.

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
    /// Money moved between two of the fund's own accounts; a withdrawal's fee is a line of its own.
    pub struct Transfer {
        /// How much arrived, in fen.
        fen: Amount = "fen",
        /// The account it left.
        from: Id = "from",
        /// The account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The transfer's reference.
        reference: Ref = "ref",
    }
}

impl Transfer {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Held(self.to), credit: Book::Held(self.from), fen: self.fen.fen() }
    }
}

impl Kind for Transfer {
    const NAME: Both = Both("内部转账", "transfer");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.open_account(self.from)?;
        act.open_account(self.to)?;
        if self.from == self.to {
            return Err(Refusal::SameAccount { account: self.to });
        }
        act.not_ahead(self.paid)?;
        act.claim(self.reference)?;
        act.post(Move::Transfer, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.open_account(self.from)?;
        act.unpost(Move::Transfer, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, from, to) = (self.fen, self.from, self.to);
        lang.pick(
            format!("内部转账 {fen} 元，{from} → {to}"),
            format!("transfer of {fen} yuan from {from} to {to}"),
        )
    }
}
