//! `org`: the tree of organisations, and whose turn it is to keep their hours.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{Fund, read};
use super::say::say;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::books::Books;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::hours::chair::Chair;
use crate::domain::line::hours::org::Org;
use crate::domain::line::hours::volunteer::Serving;
use crate::domain::line::hours::{AtLeast, Brought, Ground, OrgLevel};
use crate::domain::text::{Id, Lang, Text};
use crate::domain::time::Day;
use crate::ledger::Mode;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The longest list of organisations, in bytes.
const LIST_MAX: u64 = 1024 * 1024;

/// Enter organisations, give their chair to officers in turn, and list them
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Enter an organisation, or many from a list
    Add(Box<Add>),
    /// Give an officer the chair of an organisation for some time
    Chair {
        /// The organisation
        #[arg(value_name = "ORG", value_parser = value::id)]
        org: Id,
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = value::id)]
        officer: Id,
        /// The first day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        from: Day,
        /// The last day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        until: Day,
    },
    /// List the organisations as a tree
    List,
}

#[derive(clap::Args)]
struct Add {
    /// Its handle
    #[arg(value_name = "ORG", value_parser = value::id, required_unless_present = "list")]
    org: Option<Id>,
    /// Its name
    #[arg(long, value_name = "TEXT", value_parser = value::text, required_unless_present = "list")]
    name: Option<Text>,
    /// How high it stands
    #[arg(long, value_name = "RANK", value_parser = value::word!(OrgLevel), required_unless_present = "list")]
    level: Option<OrgLevel>,
    /// Where it is at home
    #[arg(long, value_name = "KIND", value_parser = value::word!(Ground), required_unless_present = "list")]
    kind: Option<Ground>,
    /// The organisation it belongs to; none for the highest
    #[arg(long, value_name = "ORG", value_parser = value::id)]
    under: Option<Id>,
    /// At least so many volunteers before the ledger
    #[arg(long, value_name = "N")]
    volunteers_least: Option<u64>,
    /// At least so many person-times before the ledger
    #[arg(long, value_name = "N")]
    times_least: Option<u64>,
    /// At least so many hours before the ledger
    #[arg(long, value_name = "N")]
    hours_least: Option<u64>,
    /// A CSV file of org,under,level,kind,name without a head
    #[arg(long, value_name = "FILE", conflicts_with_all = ["org", "name", "level", "kind", "under"])]
    list: Option<PathBuf>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Add(add) => {
            let lines = match &add.list {
                Some(file) => listed(shell, file)?,
                None => one(&add).into_iter().collect(),
            };
            Desk::open(shell)?.record(lines)
        }
        What::Chair { org, officer, from, until } => {
            Desk::open(shell)?.record(vec![Line::Chair(Chair { org, officer, from, until })])
        }
        What::List => list(shell),
    }
}

/// The organisation that the arguments name.
fn one(add: &Add) -> Option<Line> {
    let least = |least: Option<u64>| least.map(|least| AtLeast { least });
    let brought = Brought {
        volunteers: least(add.volunteers_least),
        times: least(add.times_least),
        hours: least(add.hours_least),
    };
    let some = [brought.volunteers, brought.times, brought.hours].iter().any(Option::is_some);
    Some(Line::Org(Box::new(Org {
        org: add.org?,
        name: add.name.clone()?,
        level: add.level?,
        kind: add.kind?,
        under: add.under,
        brought: some.then_some(brought),
    })))
}

/// The organisations of a list, or the first row that is none.
fn listed(shell: &Shell<'_>, file: &Path) -> Result<Vec<Line>, Error> {
    let bytes = read(&shell.path(file), LIST_MAX)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(&*bytes);
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(1_u32..) {
        let record = record.map_err(|why| {
            let text = say!("清单第 {number} 行读不懂", "row {number} of the list cannot be read");
            Error::because(text, &why)
        })?;
        let fields: Vec<&str> = record.iter().collect();
        let line = row(&fields).ok_or_else(|| {
            let found = fields.join(",");
            let text = say!(
                "清单第 {number} 行是「{found}」，要写成：组织,上级,级别,类型,名称",
                "row {number} of the list is {found:?} and should read org,under,level,kind,name"
            );
            Error::new(Kind::Usage, text)
        })?;
        lines.push(line);
    }
    Ok(lines)
}

fn row(fields: &[&str]) -> Option<Line> {
    let [org, under, level, kind, name] = fields else { return None };
    let under = match *under {
        "" => None,
        under => Some(Id::parse(under.as_bytes())?),
    };
    Some(Line::Org(Box::new(Org {
        org: Id::parse(org.as_bytes())?,
        name: Text::new(name).ok()?,
        level: OrgLevel::parse(level)?,
        kind: Ground::parse(kind)?,
        under,
        brought: None,
    })))
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (books, today) = (ledger.books(), shell.now(ledger.books().founded()?.zone)?.wall.day());
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (depth, org) in tree(books) {
        let chair = books.hours.chair(org.org, today).map(|officer| officer.to_string());
        let people = volunteers(books, org.org);
        rows.push(vec![
            format!("{}{}", "  ".repeat(depth), org.org),
            org.name.to_string(),
            org.level.name(lang).into(),
            org.kind.name(lang).into(),
            people.to_string(),
            chair.clone().unwrap_or_default(),
        ]);
        json.push(json!({"org": org.org.as_str(), "name": org.name.as_str(), "level": org.level.word(), "kind": org.kind.word(), "under": org.under.map(|under| under.to_string()), "volunteers": people, "chair": chair}));
    }
    let head = lang.pick(
        ["组织", "名称", "级别", "类型", "志愿者", "轮值"],
        ["organisation", "name", "level", "kind", "volunteers", "chair"],
    );
    let text = format!("{}\n{}", table(&head, rows, &[4]), counts(books, lang));
    Ok(Report::new(text, json!({"orgs": json})))
}

/// How many there are, all told and of each level.
fn counts(books: &Books, lang: Lang) -> String {
    let orgs = &books.hours.orgs;
    let of = |level| orgs.iter().filter(|(_, org)| org.level == level).count();
    let each: Vec<_> = OrgLevel::ALL
        .iter()
        .map(|level| (level, of(*level)))
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{} {count}", level.name(lang)))
        .collect();
    let (total, each) = (orgs.len(), each.join(lang.pick("、", ", ")));
    lang.pick(
        format!("共 {total} 个组织：{each}"),
        format!("{}: {each}", agreed!("{total} organisations")),
    )
}

/// Active volunteers of `org` itself.
fn volunteers(books: &Books, org: Id) -> usize {
    let all = books.hours.volunteers.iter();
    all.filter(|(_, v)| v.org == org && v.standing == Serving::Active).count()
}

/// The organisations, each before those under it, with its depth.
fn tree(books: &Books) -> Vec<(usize, &Org)> {
    let under = |above: Option<Id>| {
        let all = books.hours.orgs.iter().map(|(_, org)| org);
        all.filter(move |org| org.under == above).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    // Levels fall on the way down, so the way ends.
    let mut open: Vec<(usize, &Org)> = under(None).into_iter().rev().map(|org| (0, org)).collect();
    while let Some((depth, org)) = open.pop() {
        open.extend(under(Some(org.org)).into_iter().rev().map(|org| (depth + 1, org)));
        found.push((depth, org));
    }
    found
}
