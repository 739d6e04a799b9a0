//! 退款: a gift given back, whole or in part.

use super::Kind;
use super::Line;
use super::appoint::Role;
use super::gift::Gift;
use crate::domain::books::Act;
use crate::domain::fields::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// A gift given back, whole or in part. All refunds of a gift together never exceed it.
    pub struct Refund {
        /// The gift.
        of: Place = "of",
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it left.
        from: Id = "from",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The refund's own reference.
        reference: Ref = "ref",
    }
}

impl Refund {
    /// It comes from where the gift went: what is free, or the pot.
    fn posting(&self, gift: &Gift) -> Posting {
        let debit = Book::pot_or_free(gift.pot);
        Posting { debit, credit: Book::Held(self.from), fen: self.fen.fen() }
    }

    /// The gift that is given back.
    fn gift(&self, act: &Act<'_>) -> Result<Gift, Refusal> {
        match act.earlier(self.of)? {
            Line::Gift(gift) => Ok(gift),
            other => Err(Refusal::NotA { place: self.of, found: other.name(), want: Gift::NAME }),
        }
    }
}

impl Kind for Refund {
    const NAME: Both = Both("退款", "refund");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.from)?;
        act.not_ahead(self.paid)?;
        let gift = self.gift(act)?;
        act.not_reversed(self.of)?;
        let (left, need) = (gift.left(self.of, act), self.fen.fen());
        let mut touched = act.touched(self.of);
        let refunded = touched.refunded.plus(need).filter(|_| need <= left);
        touched.refunded =
            refunded.ok_or(Refusal::RefundTooLarge { place: self.of, left, need })?;
        touched.refund = Some(act.place);
        let places = touched.refunds.iter().copied().chain([act.place]).collect();
        if let Some(refunds) = List::new(places) {
            touched.refunds = refunds;
        }
        act.books.touched.set(self.of, touched);
        act.claim(self.reference)?;
        act.post(Move::Refund, self.posting(&gift))
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.from)?;
        let gift = self.gift(act)?;
        let mut touched = act.touched(self.of);
        touched.refunded = touched.refunded.minus(self.fen.fen()).unwrap_or_default();
        act.books.touched.set(self.of, touched);
        act.unpost(Move::Refund, self.posting(&gift))
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, of, from) = (self.fen, self.of, self.from);
        lang.pick(
            format!("退还 {of} 的捐款 {fen} 元，出 {from}"),
            format!("refund of {fen} yuan for the gift {of}, from {from}"),
        )
    }
}
