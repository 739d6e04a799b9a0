//! 存款: cash of openings is taken to the bank, whole or in part.

use super::{BoxRefusal, Opening};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::english::agreed;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::open;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

/// The most openings of one deposit.
pub const MAX_PARTS: usize = 50;

record! {
    /// What of a deposit is from one opening.
    #[derive(Copy)]
    pub struct Part {
        /// The opening.
        of: Place = "of",
        /// How much, in fen.
        fen: Amount = "fen",
    }
}

record! {
    /// Cash of openings moved into a bank account; a transfer, and what it is of.
    pub struct Deposit {
        /// The openings, and how much of each.
        parts: List<Part, 1, MAX_PARTS> = "parts",
        /// All of it, in fen.
        fen: Amount = "fen",
        /// The cash account.
        from: Id = "from",
        /// The bank account.
        to: Id = "to",
        /// When, as the bank says.
        paid: Wall = "paid",
        /// The reference of the bank's line.
        reference: Ref = "ref",
    }
}

impl Deposit {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Held(self.to), credit: Book::Held(self.from), fen: self.fen.fen() }
    }

    /// Takes one part off what is not in the bank.
    fn take(&self, part: Part, act: &mut Act<'_>) -> Result<(), Refusal> {
        let (place, need) = (part.of, part.fen.fen());
        let (opening, booked) = act.counted(place)?;
        if booked.account != self.from {
            let (account, found) = (booked.account, self.from);
            return Err(BoxRefusal::OtherCash { place, account, found }.into());
        }
        let left = opening.left();
        let deposited = opening.deposited.plus(need).filter(|_| need <= left);
        let deposited = deposited.ok_or(BoxRefusal::MoreThanLeft { place, left, need })?;
        let opening = Opening { deposited, ..opening }.touched(act.place, false);
        act.books.boxes.openings.set(place, opening);
        Ok(())
    }
}

impl Kind for Deposit {
    const NAME: Both = Both("存款", "deposit");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.account_of(self.from, open::Place::Cash)?;
        act.account_of(self.to, open::Place::Bank)?;
        act.not_ahead(self.paid)?;
        let mut parts = self.parts.iter();
        let sum = parts.try_fold(Fen::ZERO, |sum, part| sum.plus(part.fen.fen()));
        let (sum, stated) = (sum.unwrap_or(Fen::MAX), self.fen.fen());
        if sum != stated {
            return Err(BoxRefusal::PartsDiffer { sum, stated }.into());
        }
        for part in self.parts.iter() {
            self.take(*part, act)?;
        }
        act.claim(self.reference)?;
        act.post(Move::Transfer, self.posting())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.open_account(self.from)?;
        for part in self.parts.iter() {
            let opening = act.opening(part.of)?;
            let deposited = opening.deposited.minus(part.fen.fen()).unwrap_or_default();
            let opening = Opening { deposited, ..opening }.touched(of, true);
            act.books.boxes.openings.set(part.of, opening);
        }
        act.unpost(Move::Transfer, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, from, to, count) = (self.fen, self.from, self.to, self.parts.len());
        lang.pick(
            format!("存款 {fen} 元，{from} → {to}，开箱 {count} 次"),
            agreed!("deposit of {fen} yuan from {from} to {to}, of {count} openings"),
        )
    }
}
