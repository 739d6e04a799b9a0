//! Students by school level: now, by month, and what was paid. Nothing about one child.

use super::amount::sum;
use super::{Frame, yuan};
use crate::domain::books::Books;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::student::Level;
use crate::domain::money::Fen;
use crate::publish::FactError;
use crate::publish::history::History;
use askama::Template;

/// How many months the page lists.
const MONTHS: usize = 12;

/// Students by level.
#[derive(Template)]
#[template(path = "students.html", config = "src/publish/pages/askama.toml")]
pub(super) struct StudentsPage {
    f: Frame,
    /// By level, and all together.
    now: Vec<LevelRow>,
    /// The newest months first, each with its levels and their sum.
    months: Vec<MonthRow>,
    levels: Vec<&'static str>,
}

struct LevelRow {
    name: &'static str,
    students: u64,
    promised: String,
    paid: String,
}

struct MonthRow {
    name: String,
    month: String,
    counts: Vec<(&'static str, u64)>,
}

impl StudentsPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<StudentsPage, FactError> {
        let levels = Level::ALL.iter().map(|level| level.name(f.lang)).collect();
        let mut months = Vec::new();
        for (month, days) in history.months().rev().take(MONTHS) {
            let Some(last) = days.last() else { continue };
            let counts = f.students(history.close(*last)?.1.students);
            months.push(MonthRow { name: f.month(month), month: month.to_string(), counts });
        }
        Ok(StudentsPage { now: now(history, &f), months, levels, f })
    }
}

/// Students, money promised and money paid, by level, after the last entry.
fn now(history: &History<'_>, f: &Frame) -> Vec<LevelRow> {
    let money = by_level(history.books());
    let counts = f.students(history.books().levels);
    let all = (sum(&money.map(|(promised, _)| promised)), sum(&money.map(|(_, paid)| paid)));
    let row = |((name, students), (promised, paid)): ((&'static str, u64), (Fen, Fen))| LevelRow {
        name,
        students,
        promised: yuan(promised),
        paid: yuan(paid),
    };
    counts.into_iter().zip(money.into_iter().chain([all])).map(row).collect()
}

/// Money promised and money paid, by school level, after the last entry.
pub(super) fn by_level(books: &Books) -> [(Fen, Fen); Level::ALL.len()] {
    let mut money = [(Fen::ZERO, Fen::ZERO); Level::ALL.len()];
    for (_, proposal) in books.proposals.iter() {
        let Proposed::Allocation(student, fen) = proposal.what else { continue };
        let Some(student) = books.students.known.get(&student) else { continue };
        let promised = match proposal.state {
            State::Approved => fen,
            // What was taken back is not promised.
            State::Released => proposal.paid,
            State::Waiting | State::Rejected => Fen::ZERO,
        };
        let at = Level::ALL.iter().position(|level| *level == student.level);
        if let Some(sums) = at.and_then(|at| money.get_mut(at)) {
            *sums = (sum(&[sums.0, promised]), sum(&[sums.1, proposal.paid]));
        }
    }
    money
}
