//! 代收: money of a sponsor arrives, to be passed on.

use super::SponsorRefusal;
use super::pair::Pair;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Money of a sponsor, to be passed on to the student of the pair; never income.
    pub struct Entrust {
        /// The pair.
        pair: Id = "pair",
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
    }
}

impl Entrust {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Held(self.to), credit: Book::Agency, fen: self.fen.fen() }
    }
}

impl Kind for Entrust {
    const NAME: Both = Both("代收", "money entrusted");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        let known = act.pair(self.pair)?;
        act.claim(self.reference)?;
        act.post(Move::Entrust, self.posting())?;
        let received = known.received.plus(self.fen.fen()).unwrap_or(Fen::MAX);
        act.books.sponsors.pairs.set(self.pair, Pair { received, ..known });
        Ok(())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let (known, need) = (act.pair(self.pair)?, self.fen.fen());
        let left = known.left();
        if left < need {
            return Err(SponsorRefusal::PairHolds { pair: self.pair, left, need }.into());
        }
        let received = known.received.minus(need).unwrap_or_default();
        act.books.sponsors.pairs.set(self.pair, Pair { received, ..known });
        act.unpost(Move::Entrust, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (pair, fen, to) = (self.pair, self.fen, self.to);
        lang.pick(
            format!("代收结对 {pair} 的 {fen} 元，入 {to}"),
            format!("{fen} yuan entrusted for the pair {pair}, into {to}"),
        )
    }
}
