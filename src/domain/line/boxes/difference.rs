//! 长款与短款: a later count finds more or less than the openers did.

use super::{BoxRefusal, Opening};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::gift::with_pot;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::words::Amount;
use crate::{record, words};

words! {
    /// Which way a count differs.
    pub enum Way {
        /// More was there.
        Surplus = "surplus", "长款", "surplus";
        /// Less was there.
        Shortage = "shortage", "短款", "shortage";
    }
}

record! {
    /// What a later count of an opening's cash found; said by somebody who did not open the box.
    pub struct Difference {
        /// The opening.
        of: Place = "of",
        /// Which way it differs.
        way: Way = "way",
        /// By how much, in fen.
        fen: Amount = "fen",
        /// The cash account.
        account: Id = "account",
        /// Why; nothing about a person.
        why: Text = "why",
        /// The pot that the box's money is for.
        pot: Option<Id> = "for",
    }
}

impl Difference {
    fn posting(&self) -> (Move, Posting) {
        let (held, fund, fen) =
            (Book::Held(self.account), Book::pot_or_free(self.pot), self.fen.fen());
        match self.way {
            Way::Surplus => (Move::Surplus, Posting { debit: held, credit: fund, fen }),
            Way::Shortage => (Move::Shortage, Posting { debit: fund, credit: held, fen }),
        }
    }

    /// The opening with what was counted corrected. What is in the bank is no longer missing.
    fn corrected(&self, opening: Opening, way: Way) -> Result<Opening, Refusal> {
        let (place, need, left) = (self.of, self.fen.fen(), opening.left());
        let fen = match way {
            Way::Surplus => opening.fen.plus(need),
            Way::Shortage => opening.fen.minus(need).filter(|_| need <= left),
        };
        let fen = fen.ok_or(BoxRefusal::MoreThanLeft { place, left, need })?;
        Ok(Opening { fen, ..opening })
    }
}

impl Kind for Difference {
    const NAME: Both = Both("长短款", "difference of a count");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver, Role::Auditor])?;
        let (opening, booked) = act.counted(self.of)?;
        act.open_account(self.account)?;
        let (did, now) =
            (Both("开箱点算", "counting the box"), Both("认定长短款", "stating the difference"));
        act.another_than(opening.by, did, now)?;
        act.another_than(booked.by, did, now)?;
        if self.account != booked.account {
            let (place, account, found) = (self.of, booked.account, self.account);
            return Err(BoxRefusal::OtherCash { place, account, found }.into());
        }
        act.boxs_pot(opening.cash_box, self.pot)?;
        let opening = self.corrected(opening, self.way)?.touched(act.place, false);
        act.books.boxes.openings.set(self.of, opening);
        let (kind, posting) = self.posting();
        act.post(kind, posting)
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver, Role::Auditor])?;
        act.open_account(self.account)?;
        let back = match self.way {
            Way::Surplus => Way::Shortage,
            Way::Shortage => Way::Surplus,
        };
        let opening = self.corrected(act.opening(self.of)?, back)?.touched(of, true);
        act.books.boxes.openings.set(self.of, opening);
        let (kind, posting) = self.posting();
        act.unpost(kind, posting)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, way, fen, why) = (self.of, self.way.name(lang), self.fen, &self.why);
        let told = lang.pick(
            format!("开箱 {of} {way} {fen} 元（{why}）"),
            format!("{way} of {fen} yuan in the opening {of} ({why})"),
        );
        with_pot(told, self.pot, lang)
    }
}
