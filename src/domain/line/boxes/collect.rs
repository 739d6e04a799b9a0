//! 复点入账: the second opener counts the same, and the money of the box is booked.

use super::{Booked, BoxRefusal, Opening};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::funds::pot::Source;
use crate::domain::line::gift::with_pot;
use crate::domain::line::open;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::words::Amount;
use crate::record;

record! {
    /// The second count of an opening, by another officer; the money is cash from here on.
    pub struct Collect {
        /// The opening.
        of: Place = "of",
        /// What was counted, in fen.
        fen: Amount = "fen",
        /// The cash account that it goes into.
        to: Id = "to",
        /// The reference of the count sheet.
        reference: Ref = "ref",
        /// The pot that the box's money is for.
        pot: Option<Id> = "for",
    }
}

impl Collect {
    fn posting(&self) -> Posting {
        let credit = Book::pot_or_free(self.pot);
        Posting { debit: Book::Held(self.to), credit, fen: self.fen.fen() }
    }
}

impl Kind for Collect {
    const NAME: Both = Both("复点入账", "second count of a box");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.account_of(self.to, open::Place::Cash)?;
        let (place, opening) = (self.of, act.opening(self.of)?);
        if let Some(booked) = opening.booked {
            return Err(BoxRefusal::CountedTwice { place, by: booked.at }.into());
        }
        let did = Both("第一次点算", "counting it first");
        act.another_than(opening.by, did, Both("复点", "counting it again"))?;
        let (first, second) = (opening.fen, self.fen.fen());
        if first != second {
            return Err(BoxRefusal::CountsDiffer { place, first, second }.into());
        }
        act.boxs_pot(opening.cash_box, self.pot)?;
        if let Some(pot) = self.pot {
            act.takes(pot, &[Source::Raised, Source::Other], Self::NAME, opening.on)?;
        }
        act.claim(self.reference)?;
        let booked = Some(Booked { at: act.place, by: act.by, account: self.to });
        act.books.boxes.openings.set(place, Opening { booked, ..opening });
        act.post(Move::Collect, self.posting())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        let opening = act.opening(self.of)?;
        if let (true, Some(by)) = (opening.after > 0, opening.then) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        act.books.boxes.openings.set(self.of, Opening { booked: None, ..opening });
        act.unpost(Move::Collect, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, fen, to) = (self.of, self.fen, self.to);
        let told = lang.pick(
            format!("复点开箱 {of}：{fen} 元，入 {to}"),
            format!("second count of the opening {of}: {fen} yuan into {to}"),
        );
        with_pot(told, self.pot, lang)
    }
}
