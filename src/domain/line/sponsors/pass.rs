//! 代付: money of a sponsor is passed on to the student, or goes back.

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
use crate::{record, words};

words! {
    /// Whom the money goes to.
    pub enum Target {
        /// The student of the pair.
        Student = "student", "付给学生", "to the student";
        /// Back to the sponsor.
        Sponsor = "sponsor", "退还资助方", "back to the sponsor";
    }
}

record! {
    /// Passes money of a pair on, never more than it has; not by who made the pair or keeps away
    /// from its student.
    pub struct Pass {
        /// The pair.
        pair: Id = "pair",
        /// How much, in fen.
        fen: Amount = "fen",
        /// Whom it goes to.
        target: Target = "way",
        /// The money account it left.
        from: Id = "from",
        /// When it was paid.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
    }
}

impl Pass {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Agency, credit: Book::Held(self.from), fen: self.fen.fen() }
    }
}

impl Kind for Pass {
    const NAME: Both = Both("代付", "money passed on");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.from)?;
        act.not_ahead(self.paid)?;
        let (known, need) = (act.pair(self.pair)?, self.fen.fen());
        let did = Both("建立该结对", "making the pair");
        let now = Both("代付该结对", "paying its money");
        act.another_than(known.by, did, now)?;
        act.unbiased(known.student, now)?;
        let left = known.left();
        if left < need {
            return Err(SponsorRefusal::PairHolds { pair: self.pair, left, need }.into());
        }
        act.claim(self.reference)?;
        act.post(Move::Pass, self.posting())?;
        let passed = known.passed.plus(need).unwrap_or(Fen::MAX);
        act.books.sponsors.pairs.set(self.pair, Pair { passed, ..known });
        Ok(())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.from)?;
        let known = act.pair(self.pair)?;
        let passed = known.passed.minus(self.fen.fen()).unwrap_or_default();
        act.books.sponsors.pairs.set(self.pair, Pair { passed, ..known });
        act.unpost(Move::Pass, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (pair, fen, from, target) = (self.pair, self.fen, self.from, self.target.name(lang));
        lang.pick(
            format!("代付结对 {pair} 的 {fen} 元（{target}），出 {from}"),
            format!("{fen} yuan of the pair {pair} passed on ({target}), from {from}"),
        )
    }
}
