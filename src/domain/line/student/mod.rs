//! 学生: who is helped, from being put forward to leaving, under a pseudonym and nothing else.
//!
//! [`nominate`] → [`visit`] → [`admit`] → [`leave`]; each line moves a student one stage on.

pub mod admit;
pub mod leave;
pub mod nominate;
pub mod visit;

use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, texts};
use crate::domain::text::Id;
use crate::domain::time::Day;
use crate::{record, tables, words};

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

tables! {
    /// What the books know of students.
    pub struct Students {
        /// All there ever were, by pseudonym.
        known: Table<Id, Student> = "known",
    }
}

texts! {
    /// Why a line about a student is refused.
    StudentRefusal:
    StudentExists { student: Id }
        "代号 {student} 已经登记；请换一个代号",
        "the pseudonym {student} is taken; choose another";
    UnknownStudent { student: Id }
        "没有代号为 {student} 的学生；请先 yishan student nominate",
        "there is no student {student}; nominate them first";
    StudentIs { student: Id, stage: Both, need: Both }
        "学生 {student} 现为{stage}，这里需要{need}",
        "the student {student} is {stage}, and must be {need} here";
    VisitAhead { on: Day, today: Day }
        "家访日期 {on} 晚于今天 {today}；请核对日期",
        "the visit is dated {on}, after this day {today}; check the date";
}

impl Act<'_> {
    /// The student called `student`.
    pub(crate) fn student(&self, student: Id) -> Result<Student, StudentRefusal> {
        self.books
            .students
            .known
            .get(&student)
            .cloned()
            .ok_or(StudentRefusal::UnknownStudent { student })
    }

    /// The student called `student`, who must be at the stage `need`.
    pub(crate) fn student_at(&self, student: Id, need: Stage) -> Result<Student, StudentRefusal> {
        let known = self.student(student)?;
        if known.stage == need {
            return Ok(known);
        }
        Err(StudentRefusal::StudentIs { student, stage: known.stage.both(), need: need.both() })
    }
}
