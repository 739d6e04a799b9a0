//! `v1/students.json`: students by level and by something else, for programs; small cells not told.
//!
//! ```text
//! {"schema":1,"origin":…,"least":5,"tables":[{"table":"source","sum":"paid","rows":[
//!  {"row":"primary","cells":[{"column":"education","students":12,"fen":60000},…]},…]},…]}
//! ```
//! `students` and `fen` are null where they are not told (ledger-spec.md, section 10).

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, json};
use crate::domain::cells::LEAST;
use crate::domain::line::student::cohort::{Cohort, Column};
use serde::Serialize;

#[derive(Serialize)]
struct Students {
    schema: u32,
    origin: String,
    least: u64,
    tables: Vec<Counted>,
}

#[derive(Serialize)]
struct Counted {
    table: &'static str,
    sum: &'static str,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    row: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    column: String,
    students: Option<u64>,
    fen: Option<u64>,
}

/// The file; `None` if no student was ever put forward.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let books = history.books();
    if books.students.known.is_empty() {
        return Ok(None);
    }
    let tables = Cohort::tables(books, LEAST).iter().map(table).collect();
    let origin = history.facts.replay().origin().to_string();
    json(&Students { schema: SCHEMA, origin, least: LEAST, tables }).map(Some)
}

fn table(cohort: &Cohort) -> Counted {
    let cells = |row: usize| {
        let cell = |(at, column): (usize, Column)| {
            let (students, fen) = (cohort.told(row, at), cohort.money_told(row, at));
            Cell { column: column.0, students, fen }
        };
        cohort.columns().enumerate().map(cell).collect()
    };
    let rows = Cohort::rows().enumerate();
    let rows = rows.map(|(at, (row, _))| Row { row, cells: cells(at) }).collect();
    Counted { table: cohort.word, sum: cohort.sum.word(), rows }
}
