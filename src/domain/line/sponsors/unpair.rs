//! 结束结对: a pair ends with nothing left, or with the sponsor's consent to what becomes of it.

use super::SponsorRefusal;
use super::pair::Pair;
use crate::domain::books::Act;
use crate::domain::line::allocate::{Proposal, Proposed, State};
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
    /// Ends a pair. What is left was returned before, or it is proposed that it becomes free by the
    /// sponsor's consent; then the pair ends once others approve, as with every change of purpose.
    pub struct Unpair {
        /// The pair.
        pair: Id = "pair",
        /// Why; nothing about a person.
        why: Text = "why",
        /// What is left and becomes free, in fen.
        fen: Option<Amount> = "fen",
        /// The sponsor's consent to that: an earlier document of the pair.
        consent: Option<Place> = "consent",
    }
}

impl Unpair {
    fn posting(fen: Amount) -> Posting {
        Posting { debit: Book::Agency, credit: Book::Free, fen: fen.fen() }
    }

    /// The pair, which goes on and of which exactly as much is left as this says.
    fn whole(&self, act: &Act<'_>) -> Result<Pair, SponsorRefusal> {
        let (pair, known) = (self.pair, act.pair(self.pair)?);
        let (left, stated) = (known.left(), self.fen.map_or(Fen::ZERO, Amount::fen));
        if left != stated || self.fen.is_some() != self.consent.is_some() {
            return Err(SponsorRefusal::PairNotEmpty { pair, left, stated });
        }
        Ok(known)
    }

    /// Refuses a consent that is no document of the pair.
    fn consented(&self, known: &Pair, place: Place, act: &Act<'_>) -> Result<(), Refusal> {
        let line = act.earlier(place)?;
        let Line::Document(paper) = &line else {
            let (found, want) = (line.name(), <Document as Kind>::NAME);
            return Err(Refusal::NotA { place, found, want });
        };
        let (pair, opened) = (self.pair, known.opened);
        if paper.of != Some(opened) {
            return Err(SponsorRefusal::ConsentOfOther { pair, place, opened }.into());
        }
        Ok(())
    }

    /// Ends the pair: at once if nothing is left, else approved.
    pub(crate) fn settle(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let known = self.whole(act)?;
        if let Some(fen) = self.fen {
            act.post(Move::Rededicate, Unpair::posting(fen))?;
        }
        let freed = known.left();
        act.books.sponsors.pairs.set(self.pair, Pair { freed, ended: true, ..known });
        Ok(())
    }

    /// Takes the end back.
    fn revive(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let pair = self.pair;
        let known = act.books.sponsors.pairs.get(&pair).copied();
        let known = known.ok_or(SponsorRefusal::UnknownPair { pair })?;
        act.books.sponsors.pairs.set(pair, Pair { freed: Fen::ZERO, ended: false, ..known });
        Ok(())
    }
}

impl Kind for Unpair {
    const NAME: Both = Both("结束结对", "end of a pair");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let known = self.whole(act)?;
        let Some((fen, place)) = self.fen.zip(self.consent) else { return self.settle(act) };
        self.consented(&known, place, act)?;
        let proposal = Proposal::new(act, Proposed::Rededicate(fen.fen()));
        act.books.proposals.set(act.place, proposal);
        Ok(())
    }

    /// Lets the pair go on as it was before its end.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        let Some(fen) = self.fen else {
            act.needs(&[Role::Clerk])?;
            return self.revive(act);
        };
        act.needs(&[Role::Approver])?;
        let proposal = act.proposal(of)?;
        if proposal.state != State::Approved {
            return Err(Refusal::NotApproved { place: of, state: proposal.state.both() });
        }
        act.books.proposals.set(of, Proposal { state: State::Released, ..proposal });
        act.unpost(Move::Rededicate, Unpair::posting(fen))?;
        self.revive(act)
    }

    fn tell(&self, lang: Lang) -> String {
        let (pair, why) = (self.pair, &self.why);
        match self.fen {
            Some(fen) => lang.pick(
                format!("提议结束结对 {pair}（{why}），余款 {fen} 元经同意改为不限用途"),
                format!(
                    "end of the pair {pair} proposed ({why}), {fen} yuan to become free by consent"
                ),
            ),
            None => lang.pick(
                format!("结束结对 {pair}（{why}）"),
                format!("end of the pair {pair} ({why})"),
            ),
        }
    }
}
