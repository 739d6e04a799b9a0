//! 回避: an officer and a student have something to do with each other.

use super::{Pair, StudentRefusal};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Keeps an officer away from a student: they decide and pay nothing for the student from now
    /// on. What they have to do with each other is nobody's business.
    pub struct Conflict {
        /// The student's pseudonym.
        student: Id = "student",
        /// The officer.
        officer: Id = "officer",
    }
}

impl Kind for Conflict {
    const NAME: Both = Both("回避", "conflict of interest");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let Conflict { student, officer } = *self;
        act.books.in_office(act.by, act.today())?;
        if officer != act.by {
            act.needs(&[Role::Steward, Role::Auditor])?;
        }
        act.student(student)?;
        if act.books.officers.get(&officer).is_none() {
            return Err(Refusal::UnknownOfficer { officer });
        }
        let pair = Pair { student, officer };
        if let Some(by) = act.books.students.conflicts.get(&pair).copied() {
            return Err(StudentRefusal::ConflictKnown { officer, student, by }.into());
        }
        act.books.students.conflicts.set(pair, act.place);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Conflict { student, officer } = self;
        lang.pick(
            format!("{officer} 对学生 {student} 回避"),
            format!("{officer} keeps away from the student {student}"),
        )
    }
}
