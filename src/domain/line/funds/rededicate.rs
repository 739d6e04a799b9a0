//! 用途变更: money of a pot gets another purpose, filed or with the donors' consent, and approved.

use super::FundsRefusal;
use super::pot::Source;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::allocate::{Proposal, Proposed};
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Code, Id, Lang, Place, Text};
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Proposes another purpose for money of a pot (慈善法 §56).
    pub struct Rededicate {
        /// The pot it leaves.
        from: Id = "from",
        /// The pot it goes to; left out if it becomes free.
        to: Option<Id> = "to",
        /// How much, in fen.
        fen: Amount = "fen",
        /// Why; nothing about a person.
        why: Text = "why",
        /// The filing number of the change.
        filing: Option<Code> = "filing",
        /// The donors' consent: an earlier document.
        consent: Option<Place> = "consent",
    }
}

impl Rededicate {
    /// What the last approval books.
    pub(crate) fn posting(&self) -> Posting {
        let (debit, credit) = (Book::Pot(self.from), Book::pot_or_free(self.to));
        Posting { debit, credit, fen: self.fen.fen() }
    }

    /// Books it, approved.
    pub(crate) fn settle(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.post(Move::Rededicate, self.posting())
    }
}

impl Kind for Rededicate {
    const NAME: Both = Both("用途变更", "change of purpose");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Steward])?;
        let from = act.pot(self.from)?;
        let mut year = None;
        if let Some(pot) = self.to {
            let to = act.pot(pot)?;
            if pot == self.from {
                return Err(FundsRefusal::SamePot { pot }.into());
            }
            if to.source != from.source {
                let (source, found) = (to.source.both(), from.source.both());
                return Err(FundsRefusal::OtherSource { pot, source, found }.into());
            }
            year = to.year;
        }
        if from.source == Source::Fiscal && year != from.year {
            return Err(FundsRefusal::FiscalStays { pot: self.from }.into());
        }
        act.consented(self.from, self.filing.as_ref(), self.consent)?;
        let proposal = Proposal::new(act, Proposed::Rededicate(self.fen.fen()));
        act.books.proposals.set(act.place, proposal);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, from, why) = (self.fen, self.from, &self.why);
        let filed = self.filing.as_ref().map_or(String::new(), |code| {
            lang.pick(format!("；备案号 {code}"), format!("; filed as {code}"))
        });
        let agreed = self.consent.map_or(String::new(), |place| {
            lang.pick(format!("；捐赠人同意书 {place}"), format!("; donors' consent {place}"))
        });
        match self.to {
            Some(to) => lang.pick(
                format!("提议将专项 {from} 的 {fen} 元改用于专项 {to}（{why}{filed}{agreed}）"),
                format!(
                    "{fen} yuan of the pot {from} proposed for the pot {to} ({why}{filed}{agreed})"
                ),
            ),
            None => lang.pick(
                format!("提议将专项 {from} 的 {fen} 元改为不限用途（{why}{filed}{agreed}）"),
                format!(
                    "{fen} yuan of the pot {from} proposed to become free ({why}{filed}{agreed})"
                ),
            ),
        }
    }
}
