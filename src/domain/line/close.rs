//! 日结: the day's numbers, stated in the ledger and refused unless they are exactly the replay's.

use super::Kind;
use super::appoint::Role;
use super::student::Levels;
use crate::domain::books::{Act, Books};
use crate::domain::codec::{Spell, spelling};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Balance, Moves};
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::record;

record! {
    /// Closes a day: what the entries since the last close moved, and where that leaves the fund.
    pub struct Close {
        /// The business day that these entries belong to.
        day: Day = "day",
        /// The first entry it covers; its own entry is the last.
        from: u64 = "from",
        /// Where the money was at the last close.
        opening: Balance = "opening",
        /// What moved since then.
        moved: Moves = "moved",
        /// Where the money is now.
        closing: Balance = "closing",
        /// What moved since the founding.
        ever: Moves = "ever",
        /// Students in the programme, by level.
        students: Levels = "students",
    }
}

impl Close {
    /// The only close of `day` that the rules accept now.
    pub fn of(books: &Books, day: Day) -> Close {
        Close {
            day,
            from: books.closed().map_or(0, |(_, entry)| entry + 1),
            opening: books.sums.opening.clone(),
            moved: books.sums.day,
            closing: books.sums.now.clone(),
            ever: books.sums.ever,
            students: books.levels,
        }
    }
}

/// Refuses a stated value that is not the replayed one.
fn same<T: Spell + PartialEq>(field: &str, stated: &T, replayed: &T) -> Result<(), Refusal> {
    if stated == replayed {
        return Ok(());
    }
    let (stated, replayed) = (spelling(stated), spelling(replayed));
    Err(Refusal::CloseDiffers { field: field.to_owned(), stated, replayed })
}

impl Kind for Close {
    const NAME: Both = Both("日结", "day close");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier, Role::Steward])?;
        if let Some(last) = act.books.closed().map(|(day, _)| day).filter(|last| self.day <= *last)
        {
            return Err(Refusal::CloseDay { day: self.day, last });
        }
        act.year_is_open(self.day)?;
        if self.day > act.today() {
            return Err(Refusal::CloseAhead { day: self.day, today: act.today() });
        }
        let right = Close::of(act.books, self.day);
        same("from", &self.from, &right.from)?;
        same("opening", &self.opening, &right.opening)?;
        same("moved", &self.moved, &right.moved)?;
        same("closing", &self.closing, &right.closing)?;
        same("ever", &self.ever, &right.ever)?;
        same("students", &self.students, &right.students)?;
        let sums = &mut act.books.sums;
        sums.opening = sums.now.clone();
        sums.day = Moves::default();
        act.books.days.set(self.day, act.place.entry);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (day, held) = (self.day, self.closing.held.total());
        lang.pick(
            format!("{day} 日结，账上共 {held:#} 元"),
            format!("close of {day}, {held:#} yuan held"),
        )
    }
}
