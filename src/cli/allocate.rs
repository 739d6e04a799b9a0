//! `allocate`: money proposed for students, one or many at once.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::read;
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::books::Books;
use crate::domain::line::Line;
use crate::domain::line::allocate::Allocate;
use crate::domain::line::student::standard::{Share, Within};
use crate::domain::line::student::term::Term;
use crate::domain::line::student::{Level, Stage, StudentRefusal};
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Text};
use crate::domain::words::Amount;
use std::path::PathBuf;

/// The longest list of allocations, in bytes.
const LIST_MAX: u64 = 1024 * 1024;

/// Propose money for a student, or for many from a list
#[derive(clap::Args)]
pub(super) struct Args {
    /// The student's pseudonym
    #[arg(value_name = "STUDENT", value_parser = value::id, requires = "amount", conflicts_with = "list", required_unless_present_any = ["list", "level"])]
    student: Option<Id>,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount, conflicts_with = "list")]
    amount: Option<Amount>,
    /// A CSV file of student,amount without a head
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// The school term it is for, such as 2026-autumn
    #[arg(long, value_name = "TERM", value_parser = value::term)]
    term: Option<Term>,
    /// Everyone of this level who has nothing for the term yet, at the standard
    #[arg(long, value_name = "LEVEL", value_parser = value::word!(Level), requires = "term", conflicts_with_all = ["student", "list"])]
    level: Option<Level>,
    /// Why it is not the standard, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text, requires = "term")]
    why: Option<Text>,
    /// What for, in public words: nothing about a person
    #[arg(long = "for", value_name = "TEXT", value_parser = value::text)]
    purpose: Text,
    /// The pot it comes from; from what is free if not said
    #[arg(long, value_name = "POT", value_parser = value::id)]
    from: Option<Id>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let listed = match &args.list {
        Some(file) => Some(rows(&read(&shell.path(file), LIST_MAX)?)?),
        None => None,
    };
    let mut desk = Desk::open(shell)?;
    let books = desk.ledger.books();
    let wanted = match (args.level.zip(args.term), args.student.zip(args.amount), listed) {
        (Some((level, term)), ..) => at_the_standard(books, level, term)?,
        (_, Some(one), _) => vec![one],
        (.., Some(rows)) => rows,
        _ => Vec::new(),
    };
    let within = |student: &Id| within(books, args.term?, *student, args.why.clone());
    let (purpose, pot) = (args.purpose, args.from);
    let line = |(student, fen)| {
        let (purpose, within) = (purpose.clone(), within(&student));
        Line::Allocate(Allocate { student, fen, purpose, pot, within })
    };
    let lines = wanted.into_iter().map(line).collect();
    desk.record(lines)
}

/// What names the term and the standard of a student; the rules say what is wrong with either.
fn within(books: &Books, term: Term, student: Id, why: Option<Text>) -> Option<Within> {
    let level = books.students.known.get(&student)?.level;
    let (version, _) = books.standard_in(level, term).unwrap_or_default();
    Some(Within { term, version, why })
}

/// Everyone of a level in the programme who has nothing for the term, each with the standard.
fn at_the_standard(books: &Books, level: Level, term: Term) -> Result<Vec<(Id, Amount)>, Refusal> {
    let span = books.students.terms.get(&term).ok_or(StudentRefusal::UnknownTerm { term })?;
    let none = StudentRefusal::NoStandard { level: level.both(), day: span.from };
    let (_, rate) = books.standard_in(level, term).ok_or(none)?;
    let fen = Amount::new(rate).ok_or(StudentRefusal::UnknownTerm { term })?;
    let nothing_yet = |student: Id| {
        let share = books.students.shares.get(&Share { student, term });
        share.is_none_or(|fen| *fen == Fen::ZERO)
    };
    let of = books.students.known.iter().filter(|(id, s)| {
        s.level == level && s.stage == Stage::Admitted && !s.is_unfit() && nothing_yet(**id)
    });
    Ok(of.map(|(id, _)| (*id, fen)).collect())
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
