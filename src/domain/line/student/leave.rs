//! 退出: a student leaves the programme.

use super::{Stage, Student};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::{record, words};

words! {
    /// Why a student leaves. No other word about it is public.
    pub enum Reason {
        /// School is finished.
        Finished = "finished", "毕业", "finished school";
        /// The need is over.
        Better = "better", "家境好转", "no longer in need";
        /// Moved away.
        Moved = "moved", "迁出", "moved away";
        /// At their own wish.
        Wish = "wish", "本人要求", "own wish";
        /// Any other reason.
        Other = "other", "其他", "other";
    }
}

record! {
    /// Takes a student out of the programme. What was promised before stays promised.
    pub struct Leave {
        /// The student's pseudonym.
        student: Id = "student",
        /// Why.
        why: Reason = "why",
    }
}

impl Kind for Leave {
    const NAME: Both = Both("退出", "leaving");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Approver])?;
        let known = act.student_at(self.student, Stage::Admitted)?;
        let count = act.books.levels.at(known.level);
        *count = count.saturating_sub(1);
        act.books.students.known.set(self.student, Student { stage: Stage::Left, ..known });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (student, why) = (self.student, self.why.name(lang));
        lang.pick(format!("{student} 退出（{why}）"), format!("{student} leaves ({why})"))
    }
}
