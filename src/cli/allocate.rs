//! `allocate`: money proposed for students, one or many at once.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::read;
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::allocate::Allocate;
use crate::domain::text::{Id, Text};
use crate::domain::words::Amount;
use std::path::PathBuf;

/// The longest list of allocations, in bytes.
const LIST_MAX: u64 = 1024 * 1024;

/// Propose money for a student, or for many from a list
#[derive(clap::Args)]
pub(super) struct Args {
    /// The student's pseudonym
    #[arg(value_name = "STUDENT", value_parser = value::id, requires = "amount", conflicts_with = "list", required_unless_present = "list")]
    student: Option<Id>,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount, conflicts_with = "list")]
    amount: Option<Amount>,
    /// A CSV file of student,amount without a head
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// What for, in public words: nothing about a person
    #[arg(long = "for", value_name = "TEXT", value_parser = value::text)]
    purpose: Text,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let wanted = match (args.student, args.amount, &args.list) {
        (Some(student), Some(fen), _) => vec![(student, fen)],
        (_, _, Some(file)) => rows(&read(&shell.path(file), LIST_MAX)?)?,
        _ => Vec::new(),
    };
    let purpose = args.purpose;
    let lines = wanted
        .into_iter()
        .map(|(student, fen)| Line::Allocate(Allocate { student, fen, purpose: purpose.clone() }));
    Desk::open(shell)?.record(lines.collect())
}

/// The rows of a list, or the first row that is none.
fn rows(bytes: &[u8]) -> Result<Vec<(Id, Amount)>, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(bytes);
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(1_u32..) {
        let record = record.map_err(|why| {
            Error::because(
                say!("清单第 {number} 行读不懂", "row {number} of the list cannot be read"),
                &why,
            )
        })?;
        let cells: Vec<_> = record.iter().collect();
        let row = match &*cells {
            [student, amount] => value::id(student).ok().zip(value::amount(amount).ok()),
            _ => None,
        };
        let found = cells.join(",");
        rows.push(row.ok_or_else(|| {
            let text = say!(
                "清单第 {number} 行是「{found}」，要写成：学生代号,金额",
                "row {number} of the list is {found:?}, and must be student,amount"
            );
            Error::new(Kind::Usage, text)
        })?);
    }
    Ok(rows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_whole_or_the_bad_row_is_named() {
        assert_eq!(rows("s-a,500\r\ns-b, 12.50\n".as_bytes()).unwrap().len(), 2);
        for bad in ["student,amount", "s-a,500,x", "s-a", "s-a,-1", "s-a,0", "s-a,1.001"] {
            let error = rows(format!("s-a,1\n{bad}\n").as_bytes()).unwrap_err();
            assert!(error.text.en.starts_with("row 2"), "{bad}: {}", error.text);
        }
    }
}
