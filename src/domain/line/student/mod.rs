//! 学生: who is helped, from being put forward to leaving, under a pseudonym and nothing else.
//!
//! [`nominate`] → [`visit`] → [`admit`] → [`leave`]; each line moves a student one stage on. Of
//! the visited some are drawn ([`lot`], [`draw`]) and visited again ([`backcheck`]). Who has
//! something to do with a student keeps away ([`conflict`]). How much a student is given a term
//! ([`term`]) is set by level ([`standard`]); what was paid in vain comes back ([`clawback`]).

pub mod admit;
pub mod backcheck;
pub mod clawback;
pub mod cohort;
pub mod conflict;
pub mod draw;
pub mod leave;
pub mod lot;
pub mod nominate;
pub mod standard;
pub mod term;
pub mod visit;

use self::lot::{Lot, Waiting};
use self::standard::{Rate, Share, Version};
use self::term::{Span, Term};
use self::visit::Finding;

use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal, say_as_printed, texts};
use crate::domain::text::{Id, Place};
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
        Own = "self", "本人", "family itself";
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
        /// Who put them forward.
        source: Source = "source",
        /// How far they have come.
        stage: Stage = "stage",
        /// Who nominated them.
        nominated: Id = "nominated",
        /// Who visited them and found them in need, each once, the latest last.
        visited: List<Id, 0, MAX_VISITORS> = "visited",
        /// The day whose lot they were in; nothing while they wait for one.
        lot: Option<Day> = "lot",
        /// The second visit that the lot asks for, if it drew them.
        check: Option<Check> = "check",
    }
}

impl Student {
    /// Whether the last second visit found no need, and no visit has found it since.
    pub fn is_unfit(&self) -> bool {
        self.check.and_then(|check| check.finding) == Some(Finding::Unfit)
    }
}

record! {
    /// A second visit, due or made.
    #[derive(Copy)]
    pub struct Check {
        /// The day whose lot asks for it.
        lot: Day = "lot",
        /// Who made it.
        by: Option<Id> = "by",
        /// What was found.
        finding: Option<Finding> = "finding",
    }
}

record! {
    /// A student and an officer.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct Pair {
        /// The student.
        student: Id = "student",
        /// The officer.
        officer: Id = "officer",
    }
}

tables! {
    /// What the books know of students.
    pub struct Students {
        /// All there ever were, by pseudonym.
        known: Table<Id, Student> = "known",
        /// Visited students who wait for a lot, by the visit.
        waiting: Table<Place, Waiting> = "waiting",
        /// Every lot that fell, by the day whose close it fell with.
        lots: Table<Day, Lot> = "lots",
        /// Officers who keep away from students, and the lines that say so.
        conflicts: Table<Pair, Place> = "conflicts",
        /// School terms and their days.
        terms: Table<Term, Span> = "terms",
        /// Every version of every level's standard.
        standards: Table<Version, Rate> = "standards",
        /// What is promised within terms, rejected and released money left out, in fen.
        shares: Table<Share, Fen> = "shares",
    }
}

say_as_printed!(Term);

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
    NoLot { day: Day }
        "{day} 的日结没有抽签；待抽的人数不够，时间也未到，yishan student list 可查",
        "no lot fell with the close of {day}: too few waited, and not long enough; yishan student list shows them";
    Drawn { day: Day, by: Place }
        "{day} 日结的抽签已在 {by} 公布；一次日结只抽一次，无需再做什么",
        "the lot of the close of {day} was made known at {by}; there is one lot a close, and nothing is left to do";
    DrawDiffers { field: String, stated: String, fell: String }
        "抽签的 {field} 写的是 {stated}，按账本的根应为 {fell}；请用 yishan student draw",
        "the draw states {stated} for {field}, and by the ledger's root it is {fell}; let yishan student draw write it";
    NotDrawn { student: Id }
        "学生 {student} 没有被抽中，不需要复访；家访请用 yishan student visit",
        "no lot has drawn the student {student}, who needs no back-check; record a visit instead";
    Checked { student: Id, officer: Id }
        "学生 {student} 已由 {officer} 复访；同一次抽签只复访一次",
        "the student {student} was checked again by {officer}; one back-check follows one lot";
    NotDrawnYet { student: Id }
        "学生 {student} 还没有经过抽签；章程要求先抽签、抽中的先复访，再批准入选",
        "the student {student} was in no draw yet; by the policy a draw, and the back-checks it asks for, come before admission";
    NotCheckedYet { student: Id, lot: Day }
        "学生 {student} 在 {lot} 日结的抽签中被抽中，复访之前不能入选，也不能再拨款；请安排复访",
        "the student {student} was drawn by the lot of {lot}; before the back-check they are not admitted and promised nothing more: make it first";
    MoreThanPaid { place: Place, left: Fen, need: Fen }
        "{place} 的发放还有 {left} 元可收回，要收 {need} 元；收回不能超过发放",
        "{left} yuan of the payment at {place} can come back, and {need} were asked; no more comes back than was paid";
    NotItsPot { place: Place, pot: String, found: String }
        "{place} 的拨款出自专项 {pot}，收回的钱也要回到那里，这里写的是 {found}（- 为不限用途）",
        "the allocation at {place} came from the pot {pot}, and so goes back there, not to {found} (- is free money)";
    FoundUnfit { student: Id, officer: Id }
        "{officer} 复访学生 {student} 认为不符合；须重新家访，才能再拨款",
        "{officer} checked the student {student} again and found no need; nothing more is promised before a new visit";
    NotDeclared {}
        "章程要求审批人声明与该学生没有利益关系；请加 --clear",
        "by the policy the approver declares to have no conflict of interest; add --clear";
    Conflicted { officer: Id, student: Id, by: Place, now: Both }
        "{officer} 在 {by} 已声明对学生 {student} 回避，不能{now}；请由另一位经办人来做",
        "{officer} keeps away from the student {student} by {by}, which rules out this: {now}; another officer must";
    ConflictKnown { officer: Id, student: Id, by: Place }
        "{officer} 对学生 {student} 的回避已在 {by} 记录，无需再做什么",
        "that {officer} keeps away from the student {student} stands at {by}, and nothing is left to do";
    TermDays { from: Day, to: Day }
        "学期从 {from} 到 {to} 不对；末日不早于首日，最长一年",
        "a term from {from} to {to} is none; it ends after it begins, within a year";
    TermExists { term: Term }
        "学期 {term} 已经登记；请用已登记的",
        "the term {term} was set before; use it as it is";
    UnknownTerm { term: Term }
        "没有学期 {term}；请先 yishan student term",
        "there is no term {term}; set it first with yishan student term";
    StandardVersion { level: Both, version: u64, next: u64 }
        "{level}资助标准的下一版是第 {next} 版，这里写的是第 {version} 版",
        "the next standard of {level} is version {next}, and here stands {version}";
    StandardDay { level: Both, from: Day, last: Day }
        "{level}资助标准的上一版自 {last} 起，新版须更晚，这里是 {from}",
        "the last standard of {level} begins {last}; a new one begins later, and here stands {from}";
    NoStandard { level: Both, day: Day }
        "{day} 时{level}还没有资助标准；请先 yishan student standard",
        "there is no standard of {level} on {day}; set one first with yishan student standard";
    OtherStandard { level: Both, stated: u64, need: u64 }
        "这学期{level}用第 {need} 版标准，这里写的是第 {stated} 版",
        "the standard of {level} in this term is version {need}, and here stands {stated}";
    OffStandard { sum: Fen, standard: Fen }
        "这学期给该学生共 {sum} 元，标准是 {standard} 元；不同于标准须写明理由",
        "the student would get {sum} yuan this term, and the standard is {standard}; say why it differs";
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

    /// The student called `student`, who is in the programme, and whose second visit is not due nor
    /// found no need.
    pub(crate) fn helped(&self, student: Id) -> Result<Student, StudentRefusal> {
        let known = self.student_at(student, Stage::Admitted)?;
        match known.check {
            Some(Check { by: Some(officer), .. }) if known.is_unfit() => {
                Err(StudentRefusal::FoundUnfit { student, officer })
            }
            Some(Check { by: None, lot, .. }) => {
                Err(StudentRefusal::NotCheckedYet { student, lot })
            }
            _ => Ok(known),
        }
    }

    /// The student called `student`, who has not left.
    pub(crate) fn student_here(&self, student: Id) -> Result<Student, StudentRefusal> {
        let known = self.student(student)?;
        if known.stage != Stage::Left {
            return Ok(known);
        }
        let need = Stage::Nominated.both();
        Err(StudentRefusal::StudentIs { student, stage: known.stage.both(), need })
    }

    /// Refuses a visit that happens after it is recorded.
    pub(crate) fn visit_not_ahead(&self, on: Day) -> Result<(), StudentRefusal> {
        let today = self.today();
        if on > today { Err(StudentRefusal::VisitAhead { on, today }) } else { Ok(()) }
    }

    /// Refuses an officer who keeps away from `student`; the one officer of a solo fund cannot.
    pub(crate) fn unbiased(&self, student: Id, now: Both) -> Result<(), Refusal> {
        let pair = Pair { student, officer: self.by };
        match self.books.students.conflicts.get(&pair).copied() {
            Some(by) if !self.books.founded()?.policy.solo => {
                Err(StudentRefusal::Conflicted { officer: self.by, student, by, now }.into())
            }
            _ => Ok(()),
        }
    }

    /// Refuses a decision about a student by somebody who has not declared to be free of conflicts,
    /// where the policy asks for it.
    pub(crate) fn declared(&self, clear: bool) -> Result<(), Refusal> {
        if clear || !self.books.founded()?.policy.declare.0 {
            return Ok(());
        }
        Err(StudentRefusal::NotDeclared {}.into())
    }
}
