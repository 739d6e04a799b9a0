//! 入选: a visited student joins the programme.

use super::{Stage, Student};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Takes a visited student into the programme; not by the one who nominated or visited.
    pub struct Admit {
        /// The student's pseudonym.
        student: Id = "student",
    }
}

impl Kind for Admit {
    const NAME: Both = Both("入选", "admission");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver])?;
        let known = act.student_at(self.student, Stage::Visited)?;
        let admit = Both("批准其入选", "admitting the student");
        act.another_than(known.nominated, Both("推荐该学生", "nominating the student"), admit)?;
        for visitor in known.visited.iter() {
            act.another_than(*visitor, Both("家访该学生", "visiting the student"), admit)?;
        }
        *act.books.levels.at(known.level) += 1;
        act.books.students.known.set(self.student, Student { stage: Stage::Admitted, ..known });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let student = self.student;
        lang.pick(format!("{student} 入选"), format!("admission of {student}"))
    }
}
