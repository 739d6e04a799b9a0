//! Students by school level: now, by month, and what was paid. Nothing about one child.

use super::amount::sum;
use super::{Frame, yuan};
use crate::domain::books::{Books, Step};
use crate::domain::cells::{Hidden, LEAST};
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::student::Level;
use crate::domain::line::student::cohort::Cohort;
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::publish::FactError;
use crate::publish::history::History;
use askama::Template;

/// How many months the page lists.
const MONTHS: usize = 12;
/// How many corrections it lists.
const NOTICES: usize = 20;

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
    cohorts: Vec<CohortTable>,
    /// Whether a cell of them is not told.
    hidden: bool,
    /// Corrections of figures, the newest first.
    notices: Vec<NoticeRow>,
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

/// Students by level and something else.
struct CohortTable {
    name: &'static str,
    columns: Vec<String>,
    rows: Vec<CohortRow>,
}

/// A level, and for each column its name and the number, if it is told.
struct CohortRow {
    name: &'static str,
    cells: Vec<(String, Option<u64>)>,
}

struct NoticeRow {
    of: String,
    by: String,
    what: String,
    was: u64,
    now: u64,
    why: String,
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
        let tables = Cohort::tables(history.books(), LEAST);
        let tables = tables.iter().filter(|table| table.students.total() > 0);
        let hides = |t: &&Cohort| t.hidden.as_ref().is_none_or(Hidden::any);
        let hidden = tables.clone().any(|table| hides(&table));
        let cohorts = tables.map(|table| cohort(table, &f)).collect();
        let notices = notices(history)?;
        let now = now(history, &f);
        Ok(StudentsPage { f, now, months, levels, cohorts, hidden, notices })
    }
}

/// A table as the page shows it.
fn cohort(of: &Cohort, f: &Frame) -> CohortTable {
    let columns: Vec<_> = of.columns().map(|column| column.1.pick(f.lang)).collect();
    let row = |(at, (_, name)): (usize, (&str, Both))| {
        let cells = columns.iter().enumerate();
        let cells = cells.map(|(c, column)| (column.clone(), of.told(at, c)));
        CohortRow { name: name.pick(f.lang), cells: cells.collect() }
    };
    let rows = Cohort::rows().enumerate().map(row).collect();
    CohortTable { name: of.name.pick(f.lang), columns, rows }
}

/// The newest corrections of figures, with what they correct.
fn notices(history: &History<'_>) -> Result<Vec<NoticeRow>, FactError> {
    let traces = history.books().traces.iter().filter(|(_, step)| **step == Step::Notice);
    let mut places: Vec<_> = traces.map(|(trace, _)| trace.by).collect();
    places.sort_unstable();
    let mut rows = Vec::new();
    for place in places.into_iter().rev().take(NOTICES) {
        if let Some(Line::Notice(notice)) = history.line(place)? {
            let (of, by) = (notice.of.to_string(), place.to_string());
            let (what, why) = (notice.what.to_string(), notice.why.to_string());
            rows.push(NoticeRow { of, by, what, was: notice.was, now: notice.now, why });
        }
    }
    Ok(rows)
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
