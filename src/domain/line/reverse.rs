//! 冲正: an earlier line is booked back. Nothing is ever edited.

use super::Kind;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Lang, Place, Text};
use crate::record;

record! {
    /// Books an earlier line back, in the open day; once.
    pub struct Reverse {
        /// The line.
        of: Place = "of",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Reverse {
    const NAME: Both = Both("冲正", "reversal");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let line = act.earlier(self.of)?;
        act.not_reversed(self.of)?;
        let before = act.books.sums.ever;
        line.unbook(self.of, act)?;
        act.note_prior(self.of, &before);
        let mut touched = act.touched(self.of);
        touched.reversed = Some(act.place);
        act.books.touched.set(self.of, touched);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, why) = (self.of, &self.why);
        lang.pick(format!("冲正 {of}（{why}）"), format!("reversal of {of} ({why})"))
    }
}
