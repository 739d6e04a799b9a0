//! 推荐: a student is put forward, under a pseudonym.

use super::Kind;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::{record, words};

words! {
    /// The school level: all that is public about a student beside the pseudonym.
    pub enum Level {
        /// 小学
        Primary = "primary", "小学", "primary school";
        /// 初中
        Junior = "junior", "初中", "junior secondary";
        /// 高中
        Senior = "senior", "高中", "senior secondary";
        /// 大学
        College = "college", "大学", "college";
    }
}

words! {
    /// Who put the student forward.
    pub enum Source {
        /// The education office.
        Education = "education", "教育部门", "education office";
        /// The civil-affairs office.
        Civil = "civil", "民政部门", "civil affairs";
        /// The community.
        Community = "community", "社区", "community";
        /// The township.
        Township = "township", "乡镇", "township";
        /// The student or family.
        Own = "self", "本人", "the family itself";
    }
}

words! {
    /// How far a student has come.
    pub enum Stage {
        /// Put forward, not yet visited.
        Nominated = "nominated", "已推荐", "nominated";
        /// Visited and found in need.
        Visited = "visited", "已家访", "visited";
        /// In the programme.
        Admitted = "admitted", "在资助", "in the programme";
        /// Out of the programme.
        Left = "left", "已退出", "out of the programme";
    }
}

record! {
    /// Students in the programme, by level.
    #[derive(Copy, Default)]
    pub struct Levels {
        /// 小学
        primary: u64 = "primary",
        /// 初中
        junior: u64 = "junior",
        /// 高中
        senior: u64 = "senior",
        /// 大学
        college: u64 = "college",
    }
}

impl Levels {
    /// The count of one level.
    pub fn of(&self, level: Level) -> u64 {
        let mut copy = *self;
        *copy.at(level)
    }

    /// All levels together.
    pub fn total(&self) -> u64 {
        self.primary + self.junior + self.senior + self.college
    }

    pub(crate) fn at(&mut self, level: Level) -> &mut u64 {
        match level {
            Level::Primary => &mut self.primary,
            Level::Junior => &mut self.junior,
            Level::Senior => &mut self.senior,
            Level::College => &mut self.college,
        }
    }
}

/// The most officers who may visit one student.
pub const MAX_VISITORS: usize = 16;

record! {
    /// What the books know of a student.
    pub struct Student {
        /// The school level.
        level: Level = "level",
        /// How far they have come.
        stage: Stage = "stage",
        /// Who nominated them.
        nominated: Id = "nominated",
        /// Who visited them and found them in need, each once, the latest last.
        visited: List<Id, 0, MAX_VISITORS> = "visited",
    }
}

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

impl Act<'_> {
    /// The student called `student`.
    pub(crate) fn student(&self, student: Id) -> Result<Student, Refusal> {
        self.books.students.get(&student).cloned().ok_or(Refusal::UnknownStudent { student })
    }

    /// The student called `student`, who must be at the stage `need`.
    pub(crate) fn student_at(&self, student: Id, need: Stage) -> Result<Student, Refusal> {
        let known = self.student(student)?;
        if known.stage == need {
            return Ok(known);
        }
        Err(Refusal::StudentIs { student, stage: known.stage.both(), need: need.both() })
    }
}

impl Kind for Nominate {
    const NAME: Both = Both("推荐", "nomination");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if act.books.students.get(&self.student).is_some() {
            return Err(Refusal::StudentExists { student: self.student });
        }
        let visited = List::empty();
        let student =
            Student { level: self.level, stage: Stage::Nominated, nominated: act.by, visited };
        act.books.students.set(self.student, student);
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
