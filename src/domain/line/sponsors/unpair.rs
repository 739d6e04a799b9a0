//! 结束结对: a pair ends with nothing left, or with the sponsor's consent to what becomes of it.

use super::SponsorRefusal;
use super::pair::Pair;
use crate::domain::books::Act;
use crate::domain::line::appoint::Role;
use crate::domain::line::document::Document;
use crate::domain::line::{Kind, Line};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Ends a pair. What is left was returned before, or becomes free by the sponsor's consent.
    pub struct Unpair {
        /// The pair.
        pair: Id = "pair",
        /// Why; nothing about a person.
        why: Text = "why",
        /// What is left and becomes free, in fen.
        fen: Option<Amount> = "fen",
        /// The sponsor's consent to that: an earlier document.
        consent: Option<Place> = "consent",
    }
}

impl Kind for Unpair {
    const NAME: Both = Both("结束结对", "end of a pair");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let (pair, known) = (self.pair, act.pair(self.pair)?);
        let (left, stated) = (known.left(), self.fen.map_or(Fen::ZERO, Amount::fen));
        if left != stated || self.fen.is_some() != self.consent.is_some() {
            return Err(SponsorRefusal::PairNotEmpty { pair, left, stated }.into());
        }
        if let Some(place) = self.consent {
            let line = act.earlier(place)?;
            if !matches!(line, Line::Document(_)) {
                let (found, want) = (line.name(), <Document as Kind>::NAME);
                return Err(Refusal::NotA { place, found, want });
            }
            let posting = Posting { debit: Book::Agency, credit: Book::Free, fen: left };
            act.post(Move::Rededicate, posting)?;
        }
        let passed = known.received;
        act.books.sponsors.pairs.set(pair, Pair { passed, ended: true, ..known });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (pair, why) = (self.pair, &self.why);
        let told = lang
            .pick(format!("结束结对 {pair}（{why}）"), format!("end of the pair {pair} ({why})"));
        match self.fen {
            Some(fen) => lang.pick(
                format!("{told}，余款 {fen} 元经同意转为不限用途"),
                format!("{told}, {fen} yuan become free by consent"),
            ),
            None => told,
        }
    }
}
