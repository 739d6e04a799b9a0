//! 开箱点算: a box is opened and counted by denomination; nothing is booked before a second count.

use super::{BoxRefusal, MAX_DUE_DAYS, NOTES, Opening};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// The first count of an opening. Foreign, damaged and counterfeit pieces are counted apart and
    /// are no money.
    pub struct Unbox {
        /// The box.
        cash_box: Id = "box",
        /// The day.
        on: Day = "on",
        /// The day by which the money is to be in the bank.
        due: Day = "due",
        /// How many there were of each of [`NOTES`].
        notes: List<u64, 8, 8> = "notes",
        /// How many foreign, damaged and counterfeit ones there were.
        aside: Option<List<u64, 3, 3>> = "aside",
        /// What the notes and coins come to, in fen.
        fen: Amount = "fen",
        /// Who of the site stood by: an office, no name.
        witness: Text = "witness",
        /// The digest of the count sheet that all three signed.
        sheet: Digest = "sheet",
    }
}

impl Unbox {
    /// What the notes and coins come to; `None` over the limit.
    pub fn counted(&self) -> Option<Fen> {
        self.notes.iter().zip(NOTES).try_fold(Fen::ZERO, |sum, (count, worth)| {
            sum.plus(Fen::new(count.checked_mul(worth)?)?)
        })
    }
}

impl Kind for Unbox {
    const NAME: Both = Both("开箱点算", "opening of a box");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        let (cash_box, on, due, stated) = (self.cash_box, self.on, self.due, self.fen.fen());
        act.cash_box(cash_box)?;
        if on > act.today() {
            return Err(BoxRefusal::OpeningAhead { on, today: act.today() }.into());
        }
        if !(1..=MAX_DUE_DAYS).contains(&due.since(on)) {
            return Err(BoxRefusal::DueDay { on, due, days: MAX_DUE_DAYS }.into());
        }
        let counted = self.counted().unwrap_or(Fen::MAX);
        if counted != stated {
            return Err(BoxRefusal::CountDiffers { counted, stated }.into());
        }
        let opening = Opening {
            cash_box,
            by: act.by,
            on,
            due,
            fen: stated,
            deposited: Fen::ZERO,
            booked: None,
            after: 0,
            then: None,
        };
        act.books.boxes.openings.set(act.place, opening);
        Ok(())
    }

    /// Withdraws a count that nobody has repeated yet.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        if let Some(booked) = act.opening(of)?.booked {
            return Err(Refusal::StillNeeded { place: of, by: booked.at });
        }
        act.books.boxes.openings.remove(&of);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (cash_box, on, fen, due) = (self.cash_box, self.on, self.fen, self.due);
        lang.pick(
            format!("{on} 开箱 {cash_box}，点算 {fen} 元，最迟 {due} 存入银行"),
            format!("opening of {cash_box} on {on}, {fen} yuan counted, to be banked by {due}"),
        )
    }
}
