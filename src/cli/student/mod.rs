//! `student`: from nomination to leaving, under a pseudonym.

mod list;
mod report;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::read;
use super::person::{fund_disk, people_error};
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::books::Books;
use crate::domain::codec::Rare;
use crate::domain::line::Line;
use crate::domain::line::student::StudentRefusal;
use crate::domain::line::student::admit::Admit;
use crate::domain::line::student::backcheck::Backcheck;
use crate::domain::line::student::conflict::Conflict;
use crate::domain::line::student::draw::Draw;
use crate::domain::line::student::leave::{Leave, Reason};
use crate::domain::line::student::nominate::Nominate;
use crate::domain::line::student::standard::Standard;
use crate::domain::line::student::term::{SetTerm, Term};
use crate::domain::line::student::visit::{Finding, Visit};
use crate::domain::line::student::{Level, Source};
use crate::domain::refusal::Refusal;
use crate::domain::text::{Digest, Id};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::people;
use crate::vault::ITEM_MAX;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// What pseudonyms are drawn from: no digit that reads like a letter.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Nominate, visit, admit and list students, under pseudonyms
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Put a student forward, under a new pseudonym
    Nominate {
        /// The school level
        #[arg(long, value_name = "LEVEL", value_parser = value::word!(Level))]
        level: Level,
        /// Who put the student forward
        #[arg(long, value_name = "SOURCE", value_parser = value::word!(Source))]
        source: Source,
        /// Seal this file about the student into the vault
        #[arg(long, value_name = "FILE")]
        dossier: Option<PathBuf>,
    },
    /// Record a home visit by the officer who signs
    Visit {
        /// The students' pseudonyms
        #[arg(value_name = "STUDENT", value_parser = value::id, required = true)]
        students: Vec<Id>,
        /// What was found
        #[arg(long, value_name = "FINDING", value_parser = value::word!(Finding))]
        finding: Finding,
        /// The day of the visit, today if not said
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        on: Option<Day>,
    },
    /// Make known whom the root of a day close has drawn to be visited again
    Draw {
        /// The day whose close it fell with; the first that is not made known, if not said
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        day: Option<Day>,
    },
    /// Record a second visit to students who were drawn
    Backcheck {
        /// The students' pseudonyms
        #[arg(value_name = "STUDENT", value_parser = value::id, required = true)]
        students: Vec<Id>,
        /// What was found
        #[arg(long, value_name = "FINDING", value_parser = value::word!(Finding))]
        finding: Finding,
        /// The day of the visit, today if not said
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        on: Option<Day>,
    },
    /// Declare that an officer keeps away from a student
    Conflict {
        /// The student's pseudonym
        #[arg(value_name = "STUDENT", value_parser = value::id)]
        student: Id,
        /// The officer, the one who signs if not said
        #[arg(long, value_name = "OFFICER", value_parser = value::id)]
        officer: Option<Id>,
    },
    /// Take visited students into the programme
    Admit {
        /// The students' pseudonyms
        #[arg(value_name = "STUDENT", value_parser = value::id, required = true)]
        students: Vec<Id>,
        /// Declare to have no conflict of interest with the students
        #[arg(long)]
        clear: bool,
    },
    /// Take a student out of the programme
    Leave {
        /// The student's pseudonym
        #[arg(value_name = "STUDENT", value_parser = value::id)]
        student: Id,
        /// Why the student leaves
        #[arg(long, value_name = "REASON", value_parser = value::word!(Reason))]
        why: Reason,
    },
    /// Say when a school term begins and ends
    Term {
        /// The term, such as 2026-autumn
        #[arg(value_name = "TERM", value_parser = value::term)]
        term: Term,
        /// Its first day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        from: Day,
        /// Its last day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        to: Day,
    },
    /// Set how much a student of a level is given a term
    Standard {
        /// The school level
        #[arg(long, value_name = "LEVEL", value_parser = value::word!(Level))]
        level: Level,
        /// How much a term, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        amount: Amount,
        /// The first day; terms that begin from then on go by it
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        from: Day,
        /// The decision; its SHA-256 is recorded
        #[arg(long, value_name = "FILE")]
        decision: Option<PathBuf>,
    },
    /// List the pseudonyms and how far each has come
    List,
    /// Count students and money by level, source, progress and term; small cells are not told
    Report {
        /// Write CSV
        #[arg(long)]
        csv: bool,
        /// Tell no cell of fewer people than this, at least 5
        #[arg(long, value_name = "N", value_parser = value::count, default_value = "5")]
        least: u64,
    },
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Nominate { level, source, dossier } => {
            nominate(shell, level, source, dossier.as_deref())
        }
        What::Visit { students, finding, on } => {
            let mut desk = Desk::open(shell)?;
            let on = on.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)?;
            let visit = |student| Line::Visit(Visit { student, on, finding });
            desk.record(students.into_iter().map(visit).collect())
        }
        What::Draw { day } => {
            let mut desk = Desk::open(shell)?;
            let line = draw(desk.ledger.books(), day)?;
            desk.record(vec![Line::Draw(Box::new(line))])
        }
        What::Backcheck { students, finding, on } => {
            let mut desk = Desk::open(shell)?;
            let on = on.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)?;
            let visit = |student| Line::Backcheck(Backcheck { student, on, finding });
            desk.record(students.into_iter().map(visit).collect())
        }
        What::Conflict { student, officer } => {
            let mut desk = Desk::open(shell)?;
            let officer = officer.unwrap_or(desk.by);
            desk.record(vec![Line::Conflict(Conflict { student, officer })])
        }
        What::Admit { students, clear } => {
            let clear = Rare(clear);
            let lines = students.into_iter().map(|student| Line::Admit(Admit { student, clear }));
            Desk::open(shell)?.record(lines.collect())
        }
        What::Leave { student, why } => {
            Desk::open(shell)?.record(vec![Line::Leave(Leave { student, why })])
        }
        What::Term { term, from, to } => {
            Desk::open(shell)?.record(vec![Line::Term(SetTerm { term, from, to })])
        }
        What::Standard { level, amount, from, decision } => {
            let file =
                decision.map(|file| read(&shell.path(&file), ITEM_MAX as u64)).transpose()?;
            let decision = file.map(|bytes| Digest(Sha256::digest(bytes).into()));
            let mut desk = Desk::open(shell)?;
            let known = &desk.ledger.books().students.standards;
            let version = 1 + known.iter().filter(|(key, _)| key.level == level).count() as u64;
            let line = Standard { level, version, fen: amount, from, decision };
            desk.record(vec![Line::Standard(Box::new(line))])
        }
        What::List => list::run(shell),
        What::Report { csv, least } => report::run(shell, csv, least),
    }
}

fn nominate(
    shell: &mut Shell<'_>,
    level: Level,
    source: Source,
    dossier: Option<&Path>,
) -> Result<Report, Error> {
    let dossier = dossier.map(|file| read(&shell.path(file), ITEM_MAX as u64)).transpose()?;
    let mut desk = Desk::open(shell)?;
    let student = pseudonym("s-", desk.random());
    let line = Line::Nominate(Nominate { student, level, source });
    let mut report = desk.record_after(vec![line], |fund| {
        let Some(bytes) = dossier else { return Ok(()) };
        let disk = fund_disk(fund)?;
        people::seal_paper(&disk, student, &bytes).map_err(|why| people_error(&why))
    })?;
    if let Some(json) = report.json.as_object_mut() {
        json.insert("student".into(), student.as_str().into());
    }
    Ok(report)
}

/// The draw of the lot that fell with the close of `day`, or of the first that is not made known.
fn draw(books: &Books, day: Option<Day>) -> Result<Draw, Error> {
    let lots = &books.students.lots;
    let (day, lot) = if let Some(day) = day {
        (day, lots.get(&day).ok_or(Refusal::from(StudentRefusal::NoLot { day }))?)
    } else {
        let open = lots.iter().find(|(_, lot)| lot.drawn.is_none());
        let (day, lot) = open.ok_or_else(|| {
            let text = say!("没有待公布的抽签", "no lot waits to be made known");
            Error::new(Kind::NotFound, text).hint(say!(
                "抽签随日结产生：够抽出一名，或最早的家访已满 7 天；yishan student list 列出在等的学生",
                "a lot falls with a close, once enough students wait or the first has waited 7 days; yishan student list shows who waits"
            ))
        })?;
        (*day, lot)
    };
    Ok(Draw { day, size: lot.size, root: lot.root, of: lot.of, students: lot.students.clone() })
}

/// `s-` (or another letter) and eight letters: 40 random bits, nothing about the person.
pub(super) fn pseudonym(prefix: &str, random: [u8; 8]) -> Id {
    let letters = random.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31)));
    let text: String = prefix.chars().chain(letters.map(|b| char::from(*b))).collect();
    #[expect(clippy::expect_used, reason = "ten of a-z, 2-7 and - after a letter are a handle")]
    Id::parse(text.as_bytes()).expect("a pseudonym is a handle")
}
