//! 复访: a student whom a lot has drawn is visited again, by somebody else.

use super::visit::Finding;
use super::{Check, Stage, Student, StudentRefusal};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::record;

record! {
    /// A second visit to a student who was drawn, by another officer than those who visited before.
    pub struct Backcheck {
        /// The student's pseudonym.
        student: Id = "student",
        /// The day of the visit.
        on: Day = "on",
        /// What was found.
        finding: Finding = "finding",
    }
}

impl Kind for Backcheck {
    const NAME: Both = Both("复访", "back-check");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let student = self.student;
        let known = act.student_here(student)?;
        act.visit_not_ahead(self.on)?;
        let check = known.check.ok_or(StudentRefusal::NotDrawn { student })?;
        if let Some(officer) = check.by {
            return Err(StudentRefusal::Checked { student, officer }.into());
        }
        let now = Both("复访该学生", "checking the student again");
        act.unbiased(student, now)?;
        for visitor in known.visited.iter() {
            act.another_than(*visitor, Both("家访该学生", "visiting the student"), now)?;
        }
        let check = Some(Check { by: Some(act.by), finding: Some(self.finding), ..check });
        let stage = match (self.finding, known.stage) {
            (Finding::Unfit, Stage::Visited) => Stage::Nominated,
            (_, stage) => stage,
        };
        act.books.students.known.set(student, Student { stage, check, ..known });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (student, on, finding) = (self.student, self.on, self.finding.name(lang));
        lang.pick(
            format!("{on} 复访 {student}：{finding}"),
            format!("back-check of {student} on {on}: {finding}"),
        )
    }
}
