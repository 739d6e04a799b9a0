//! `student`: from nomination to leaving, under a pseudonym.

use super::desk::Desk;
use super::error::Error;
use super::fund::{Fund, read};
use super::person::{fund_disk, people_error};
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::student::admit::Admit;
use crate::domain::line::student::leave::{Leave, Reason};
use crate::domain::line::student::nominate::Nominate;
use crate::domain::line::student::visit::{Finding, Visit};
use crate::domain::line::student::{Level, Source};
use crate::domain::text::Id;
use crate::domain::time::Day;
use crate::ledger::Mode;
use crate::people;
use crate::vault::ITEM_MAX;
use serde_json::json;
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
    /// Take visited students into the programme
    Admit {
        /// The students' pseudonyms
        #[arg(value_name = "STUDENT", value_parser = value::id, required = true)]
        students: Vec<Id>,
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
    /// List the pseudonyms and how far each has come
    List,
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
        What::Admit { students } => {
            let lines = students.into_iter().map(|student| Line::Admit(Admit { student }));
            Desk::open(shell)?.record(lines.collect())
        }
        What::Leave { student, why } => {
            Desk::open(shell)?.record(vec![Line::Leave(Leave { student, why })])
        }
        What::List => list(shell),
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

/// `s-` (or another letter) and eight letters: 40 random bits, nothing about the person.
pub(super) fn pseudonym(prefix: &str, random: [u8; 8]) -> Id {
    let letters = random.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31)));
    let text: String = prefix.chars().chain(letters.map(|b| char::from(*b))).collect();
    #[expect(clippy::expect_used, reason = "ten of a-z, 2-7 and - after a letter are a handle")]
    Id::parse(text.as_bytes()).expect("a pseudonym is a handle")
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, student) in ledger.books().students.known.iter() {
        let visits = student.visited.len();
        rows.push(vec![
            id.to_string(),
            student.level.name(lang).into(),
            student.stage.name(lang).into(),
            visits.to_string(),
        ]);
        json.push(json!({"student": id.as_str(), "level": student.level.word(), "stage": student.stage.word(), "visits": visits}));
    }
    let head =
        lang.pick(["学生", "学段", "进度", "家访次数"], ["student", "level", "stage", "visits"]);
    Ok(Report::new(table(&head, rows, &[3]), json!({"students": json})))
}
