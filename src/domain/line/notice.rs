//! 更正公告: a figure that was published means something else now, or was wrong; both stay.

use super::Kind;
use super::appoint::Role;
use crate::domain::books::{Act, Step};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Lang, Place, Text};
use crate::record;

record! {
    /// Says that a figure told before is another one, and why. It changes no book.
    pub struct Notice {
        /// The line that the figure is about: a close, the document of a report.
        of: Place = "of",
        /// Which figure.
        what: Text = "what",
        /// What was told.
        was: u64 = "was",
        /// What is right.
        now: u64 = "now",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Notice {
    const NAME: Both = Both("更正公告", "notice of correction");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Steward, Role::Auditor])?;
        act.earlier(self.of)?;
        if self.was == self.now {
            return Err(Refusal::NothingCorrected { figure: self.now });
        }
        act.trace(self.of, Step::Notice);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Notice { of, what, was, now, why } = self;
        lang.pick(
            format!("更正 {of} 的「{what}」：{was} → {now}（{why}）"),
            format!("correction of {what} at {of}: {was} → {now} ({why})"),
        )
    }
}
