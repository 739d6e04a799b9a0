//! 资助标准: how much a student of a level is given a term, by versions that only follow each other.

use super::term::Term;
use super::{Level, StudentRefusal};
use crate::domain::books::{Act, Books};
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::record;
use std::ops::RangeInclusive;

record! {
    /// Sets the standard of a level from a day on.
    pub struct Standard {
        /// The school level.
        level: Level = "level",
        /// The version: 1, and then the next after the last.
        version: u64 = "version",
        /// How much a term, in fen.
        fen: Amount = "fen",
        /// The first day; terms that begin from then on go by it.
        from: Day = "from",
        /// The digest of the decision.
        decision: Option<Digest> = "sha256",
    }
}

record! {
    /// A version of a level's standard.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct Version {
        /// The level.
        level: Level = "level",
        /// The version.
        version: u64 = "version",
    }
}

record! {
    /// What a version says.
    #[derive(Copy)]
    pub struct Rate {
        /// How much a term, in fen.
        fen: Fen = "fen",
        /// The first day.
        from: Day = "from",
    }
}

record! {
    /// A student in a term.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct Share {
        /// The student.
        student: Id = "student",
        /// The term.
        term: Term = "term",
    }
}

record! {
    /// The term of an allocation, and the standard that it goes by.
    pub struct Within {
        /// The term.
        term: Term = "term",
        /// The version of the standard of the student's level.
        version: u64 = "version",
        /// Why the student gets another amount than the standard; nothing about the child.
        why: Option<Text> = "why",
    }
}

impl Books {
    /// The version of a level's standard that a term goes by, and how much it is in fen: the last
    /// that begins on or before the term's first day.
    pub fn standard_in(&self, level: Level, term: Term) -> Option<(u64, Fen)> {
        let day = self.students.terms.get(&term)?.from;
        let mut versions = self.students.standards.range(Version::all(level)).rev();
        versions.find(|(_, rate)| rate.from <= day).map(|(key, rate)| (key.version, rate.fen))
    }

    /// Whether a level has a standard on `day`.
    pub fn has_standard(&self, level: Level, day: Day) -> bool {
        let mut versions = self.students.standards.range(Version::all(level));
        versions.any(|(_, rate)| rate.from <= day)
    }
}

impl Version {
    /// All versions of a level.
    fn all(level: Level) -> RangeInclusive<Version> {
        Version { level, version: 0 }..=Version { level, version: u64::MAX }
    }
}

impl Act<'_> {
    /// Counts an allocation of `fen` within a term, and answers whether all that the student is
    /// promised for it is above the standard.
    pub(crate) fn allocate_within(
        &mut self,
        student: Id,
        level: Level,
        fen: Fen,
        within: &Within,
    ) -> Result<bool, StudentRefusal> {
        let Within { term, version, why } = within;
        let (term, stated) = (*term, *version);
        let span = self.books.students.terms.get(&term).copied();
        let span = span.ok_or(StudentRefusal::UnknownTerm { term })?;
        let (day, name) = (span.from, level.both());
        let (need, standard) = self
            .books
            .standard_in(level, term)
            .ok_or(StudentRefusal::NoStandard { level: name, day })?;
        if stated != need {
            return Err(StudentRefusal::OtherStandard { level: name, stated, need });
        }
        let share = Share { student, term };
        let given = self.books.students.shares.get(&share).copied().unwrap_or_default();
        let sum = given.plus(fen).unwrap_or(Fen::MAX);
        if sum != standard && why.is_none() {
            return Err(StudentRefusal::OffStandard { sum, standard });
        }
        self.books.students.shares.set(share, sum);
        Ok(sum > standard)
    }

    /// Counts `fen` of an allocation within `term` no more.
    pub(crate) fn give_back(&mut self, student: Id, term: Option<Term>, fen: Fen) {
        self.change_share(student, term, |given| given.minus(fen).unwrap_or_default());
    }

    /// Counts `fen` within `term` again that was given back.
    pub(crate) fn take_again(&mut self, student: Id, term: Option<Term>, fen: Fen) {
        self.change_share(student, term, |given| given.plus(fen).unwrap_or(Fen::MAX));
    }

    fn change_share(&mut self, student: Id, term: Option<Term>, by: impl Fn(Fen) -> Fen) {
        let Some(term) = term else { return };
        let share = Share { student, term };
        let given = self.books.students.shares.get(&share).copied().unwrap_or_default();
        self.books.students.shares.set(share, by(given));
    }
}

impl Kind for Standard {
    const NAME: Both = Both("资助标准", "stipend standard");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver, Role::Steward])?;
        let Standard { level, version, fen, from, .. } = *self;
        let last = act.books.students.standards.range(Version::all(level)).next_back();
        let last = last.map(|(key, rate)| (key.version, rate.from));
        let (name, next) = (level.both(), last.map_or(1, |(version, _)| version + 1));
        if version != next {
            return Err(StudentRefusal::StandardVersion { level: name, version, next }.into());
        }
        if let Some(last) = last.map(|(_, day)| day).filter(|day| from <= *day) {
            return Err(StudentRefusal::StandardDay { level: name, from, last }.into());
        }
        let rate = Rate { fen: fen.fen(), from };
        act.books.students.standards.set(Version { level, version }, rate);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (level, fen, from, version) =
            (self.level.name(lang), self.fen, self.from, self.version);
        lang.pick(
            format!("{level}资助标准第 {version} 版：每学期 {fen} 元，自 {from} 起"),
            format!("standard of {level}, version {version}: {fen} yuan a term from {from} on"),
        )
    }
}
