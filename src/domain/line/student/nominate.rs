//! 推荐: a student is put forward, under a pseudonym.

use super::{Level, Source, Stage, Student, StudentRefusal};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Puts a student forward. The pseudonym is random; who it stands for is in the vault alone.
    pub struct Nominate {
        /// The pseudonym.
        student: Id = "student",
        /// The school level.
        level: Level = "level",
        /// Who put them forward.
        source: Source = "source",
    }
}

impl Kind for Nominate {
    const NAME: Both = Both("推荐", "nomination");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if act.books.students.known.get(&self.student).is_some() {
            return Err(StudentRefusal::StudentExists { student: self.student }.into());
        }
        let student = Student {
            level: self.level,
            source: self.source,
            stage: Stage::Nominated,
            nominated: act.by,
            visited: List::empty(),
            lot: None,
            check: None,
        };
        act.books.students.known.set(self.student, student);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (student, level, source) =
            (self.student, self.level.name(lang), self.source.name(lang));
        lang.pick(
            format!("{source}推荐 {student}（{level}）"),
            format!("nomination of {student} ({level}) by the {source}"),
        )
    }
}
