//! 入选: a visited student joins the programme.

use super::{Check, Stage, Student, StudentRefusal};
use crate::domain::books::Act;
use crate::domain::codec::Rare;
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
        /// Whether the officer declares to have no conflict of interest.
        clear: Rare<bool> = "clear",
    }
}

impl Admit {
    /// Refuses a student who was drawn and not checked again, or, where the policy asks for draws,
    /// was in none.
    fn checked(&self, known: &Student, act: &Act<'_>, admit: Both) -> Result<(), Refusal> {
        let student = self.student;
        if act.books.founded()?.policy.backcheck.is_some() {
            let lot = known.lot.and_then(|day| act.books.students.lots.get(&day));
            lot.and_then(|lot| lot.drawn).ok_or(StudentRefusal::NotDrawnYet { student })?;
        }
        match known.check {
            Some(Check { by: None, lot, .. }) => {
                Err(StudentRefusal::NotCheckedYet { student, lot }.into())
            }
            Some(Check { by: Some(officer), .. }) => {
                act.another_than(officer, Both("复访该学生", "checking the student again"), admit)
            }
            None => Ok(()),
        }
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
        act.unbiased(self.student, admit)?;
        act.declared(self.clear.0)?;
        self.checked(&known, act, admit)?;
        *act.books.levels.at(known.level) += 1;
        act.books.students.known.set(self.student, Student { stage: Stage::Admitted, ..known });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let student = self.student;
        lang.pick(format!("{student} 入选"), format!("admission of {student}"))
    }
}
