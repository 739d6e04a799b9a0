//! `hours certificate`: the ledger certifies a period, and a page says so on paper.

use super::super::desk::Desk;
use super::super::error::Error;
use super::super::fund::{ledger_error, write_new};
use super::super::receipt::link;
use super::super::shell::{Report, Shell};
use super::super::value::{self, Unfit};
use super::paper::{Paper, Work};
use crate::domain::books::Books;
use crate::domain::line::Line;
use crate::domain::line::hours::HoursRefusal;
use crate::domain::line::hours::certify::Certify;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Place, is_hidden};
use crate::domain::time::Day;
use crate::publish::Code;
use crate::tlog::leaf_hash;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The longest name, contact or office on a certificate, in characters.
const MAX_WORDS: usize = 60;

#[derive(clap::Args)]
pub(super) struct Certificate {
    /// The volunteer's pseudonym
    #[arg(value_name = "VOLUNTEER", value_parser = value::id)]
    volunteer: Id,
    /// The first day
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    from: Day,
    /// The last day, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    until: Option<Day>,
    /// The volunteer's name and papers, on the certificate and nowhere else
    #[arg(long, value_name = "TEXT", value_parser = words)]
    name: Option<String>,
    /// Whom to ask, on the certificate and nowhere else
    #[arg(long, value_name = "TEXT", value_parser = words)]
    contact: Option<String>,
    /// Write a page to be printed into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// A few words to be printed.
fn words(text: &str) -> Result<String, Unfit> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= MAX_WORDS && !text.contains(is_hidden);
    fits.then(|| text.to_owned()).ok_or(Unfit(Both(
        "最多 60 个字，不能有不可见字符",
        "at most 60 characters, none of them hidden",
    )))
}

pub(super) fn run(args: Certificate, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Certificate { volunteer, from, until, name, contact, html } = args;
    let lang = shell.lang;
    let mut desk = Desk::open(shell)?;
    let today = desk.now()?.wall.day();
    let until = until.unwrap_or(today);
    let hours = &desk.ledger.books().hours;
    if hours.volunteers.get(&volunteer).is_none() {
        return Err(Refusal::from(HoursRefusal::UnknownVolunteer { volunteer }).into());
    }
    let (times, minutes) = hours.sum(volunteer, from, until);
    let line = Certify { volunteer, from, until, times, minutes };
    let work = work(desk.ledger.books(), &line);
    let mut report = desk.record(vec![Line::Certify(line)])?;
    let entry = report.json.get("entries").and_then(|all| all.get(0)?.as_u64());
    let place = Place { entry: entry.unwrap_or_default(), line: 0 };
    let bytes = desk.ledger.entry(place.entry).map_err(|why| ledger_error(&why))?;
    let code = bytes.and_then(|bytes| Code::new(place, leaf_hash(&bytes)));
    let code = code.map(|code| code.to_string()).unwrap_or_default();
    let founded = desk.ledger.books().founded()?;
    let paper = Paper {
        line,
        org: org_name(desk.ledger.books(), volunteer),
        fund: founded.name.to_string(),
        holder: founded.holder.to_string(),
        officer: desk.by,
        name,
        contact,
        work,
        day: today,
        link: link(&desk.fund, &code, lang)?,
        code,
    };
    if let Some(file) = &html {
        write_new(&desk.shell.path(file), paper.html()?.as_bytes(), true)?;
    }
    report.text = format!("{}\n{}", report.text, paper.text(lang));
    if let Some(json) = report.json.as_object_mut() {
        json.insert("place".into(), place.to_string().into());
        json.insert("code".into(), paper.code.into());
        json.insert("minutes".into(), minutes.into());
        json.insert("times".into(), times.into());
    }
    Ok(report)
}

fn org_name(books: &Books, volunteer: Id) -> String {
    let org = books.hours.volunteers.get(&volunteer).map(|known| known.org);
    let org = org.and_then(|org| books.hours.orgs.get(&org));
    org.map(|org| org.name.to_string()).unwrap_or_default()
}

/// What the volunteer did in the period, by title: how often, and how many minutes.
fn work(books: &Books, line: &Certify) -> Vec<Work> {
    let mut all = BTreeMap::<&str, (u64, u64)>::new();
    for (_, span) in books.hours.served(line.volunteer, line.from, line.until) {
        let (minutes, duty) = (span.from.to(span.to), books.hours.duties.get(&span.duty));
        if let Some(duty) = duty.filter(|_| minutes > 0) {
            let sums = all.entry(duty.title.as_str()).or_default();
            *sums = (sums.0 + 1, sums.1 + minutes);
        }
    }
    let work = |(title, (times, minutes)): (&str, (u64, u64))| {
        let title = title.to_owned();
        Work { title, times, minutes }
    };
    all.into_iter().map(work).collect()
}
