//! 学生统计: how many students, and how much money, by level and by something else; small cells are
//! not told.
//!
//! How many are in the programme at each level stands in every close, so those numbers stay told.

use super::term::Term;
use super::{Level, Source, Stage};
use crate::domain::books::Books;
use crate::domain::cells::{Grid, Hidden};
use crate::domain::line::allocate::Proposed;
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::domain::text::{Id, Lang};
use crate::words;
use std::collections::BTreeMap;

/// A table of students by level and one thing more.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Its name for programs.
    pub word: &'static str,
    /// What it is about.
    pub name: Both,
    /// What its money is.
    pub sum: Sum,
    /// Its columns, without that of totals. The rows are the levels.
    columns: Vec<Column>,
    /// Students.
    pub students: Grid,
    /// Money, in fen.
    pub fen: Grid,
    /// What is not told; nothing is if this is `None`.
    pub hidden: Option<Hidden>,
    /// Fewer people than this are not told.
    least: u64,
}

/// A name for programs, and one for people.
#[derive(Clone, Debug)]
pub struct Column(pub String, pub Named);

/// A name for people: words of ours, or a term.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// Words in both languages.
    Words(Both),
    /// A school term.
    Term(Term),
}

impl From<Both> for Named {
    fn from(words: Both) -> Named {
        Named::Words(words)
    }
}

impl Named {
    /// The name in the reader's language.
    pub fn pick(self, lang: Lang) -> String {
        match self {
            Named::Words(words) => words.pick(lang).to_owned(),
            Named::Term(term) => term.name(lang),
        }
    }
}

words! {
    /// What the money of a table is.
    pub enum Sum {
        /// Paid since the founding.
        Paid = "paid", "已付", "paid";
        /// Promised within a term, paid or not.
        Promised = "promised", "答应", "promised";
    }
}

/// How many terms are told apart: the last ones.
const TERMS: usize = 6;

const SOURCE: (&str, Both, Sum) = (
    "source",
    Both("在资助的学生，按推荐来源", "students in the programme, by who put them forward"),
    Sum::Paid,
);
const STAGE: (&str, Both, Sum) = (
    "stage",
    Both("登记过的学生，按进度", "all students ever put forward, by how far they have come"),
    Sum::Paid,
);
const TERM: (&str, Both, Sum) =
    ("term", Both("学期资助的学生", "students promised money within a term"), Sum::Promised);

/// The table of the last terms; in its totals a student counts in each term.
fn by_term(books: &Books, least: u64) -> Cohort {
    let mut terms: Vec<Term> = books.students.terms.iter().map(|(term, _)| *term).collect();
    terms.drain(..terms.len().saturating_sub(TERMS));
    let shares = books.students.shares.iter().filter(|(_, fen)| **fen > Fen::ZERO);
    let shares = shares.filter_map(|(share, fen)| {
        let level = books.students.known.get(&share.student)?.level;
        Some((level, terms.iter().position(|term| *term == share.term)?, fen.get()))
    });
    let columns = terms.iter().map(|term| Column(term.to_string(), Named::Term(*term))).collect();
    Cohort::new(TERM, columns, shares, least, |_, _| false)
}

/// The name of the row and the column of totals.
pub const ALL: Both = Both("合计", "all together");

impl Cohort {
    /// The tables of a fund, in which fewer than `least` people are not told.
    pub fn tables(books: &Books, least: u64) -> Vec<Cohort> {
        let paid = paid(books);
        let known = || books.students.known.iter();
        let sum = |id: &Id| paid.get(id).map_or(0, |fen| fen.get());
        let here = known().filter(|(_, s)| s.stage == Stage::Admitted);
        let by_source = here.filter_map(|(id, s)| {
            Some((s.level, Source::ALL.iter().position(|source| *source == s.source)?, sum(id)))
        });
        let by_stage = known().filter_map(|(id, s)| {
            Some((s.level, Stage::ALL.iter().position(|stage| *stage == s.stage)?, sum(id)))
        });
        let sources =
            Source::ALL.iter().map(|s| Column(s.word().into(), s.both().into())).collect();
        let stages = Stage::ALL.iter().map(|s| Column(s.word().into(), s.both().into())).collect();
        let totals = Source::ALL.len();
        let admitted = Stage::ALL.iter().position(|s| *s == Stage::Admitted);
        let source = Cohort::new(SOURCE, sources, by_source, least, |_, c| c == totals);
        let stage = Cohort::new(STAGE, stages, by_stage, least, |_, c| Some(c) == admitted);
        vec![source, stage, by_term(books, least)]
    }

    fn new(
        (word, name, sum): (&'static str, Both, Sum),
        columns: Vec<Column>,
        students: impl Iterator<Item = (Level, usize, u64)>,
        least: u64,
        open: impl Fn(usize, usize) -> bool,
    ) -> Cohort {
        let mut counts = vec![vec![0_u64; columns.len()]; Level::ALL.len()];
        let mut sums = counts.clone();
        for (level, column, fen) in students {
            let Some(row) = Level::ALL.iter().position(|own| *own == level) else { continue };
            for (table, more) in [(&mut counts, 1), (&mut sums, fen)] {
                if let Some(cell) = table.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *cell = cell.saturating_add(more);
                }
            }
        }
        let grids = [Grid::new(&counts), Grid::new(&sums)];
        let hidden = Hidden::new(&grids, open, least);
        let [students, fen] = grids;
        Cohort { word, name, sum, columns, students, fen, hidden, least }
    }

    /// The number of students in a row and column, the last of each being the totals; `None` if it
    /// is not told.
    pub fn told(&self, row: usize, column: usize) -> Option<u64> {
        let told = self.hidden.as_ref().is_some_and(|hidden| !hidden.is(row, column));
        told.then(|| self.students.at(row, column))
    }

    /// Their money, in fen; `None` if it is not told. Where everyone is promised the standard, a
    /// sum is a number of people in another unit. So none is told of fewer people than are told,
    /// also where their number is known from the closes, and none that sums up such a cell.
    pub fn money_told(&self, row: usize, column: usize) -> Option<u64> {
        let hidden = self.hidden.as_ref()?;
        let few = 1..self.least;
        let keeps = |(r, c)| hidden.is(r, c) || few.contains(&self.students.at(r, c));
        let (all_rows, all_columns) = (self.students.height() - 1, self.students.width() - 1);
        let rows = (0..all_rows).filter(|own| row == all_rows || *own == row);
        let mut parts = rows.flat_map(|own| {
            let columns = (0..all_columns).filter(|own| column == all_columns || *own == column);
            columns.map(move |column| (own, column))
        });
        let told = !keeps((row, column)) && !parts.any(keeps);
        told.then(|| self.fen.at(row, column))
    }

    /// The rows' names, for programs and people; the last is that of totals.
    pub fn rows() -> impl Iterator<Item = (&'static str, Both)> {
        Level::ALL.iter().map(|level| (level.word(), level.both())).chain([("total", ALL)])
    }

    /// The columns' names, likewise.
    pub fn columns(&self) -> impl Iterator<Item = Column> {
        self.columns.iter().cloned().chain([Column("total".into(), ALL.into())])
    }
}

/// What every student was paid, after the last entry.
fn paid(books: &Books) -> BTreeMap<Id, Fen> {
    let mut paid = BTreeMap::new();
    for (_, proposal) in books.proposals.iter() {
        if let Proposed::Allocation(student, _) = proposal.what {
            let sum: &mut Fen = paid.entry(student).or_default();
            *sum = sum.plus(proposal.paid).unwrap_or(Fen::MAX);
        }
    }
    paid
}
