//! `wish`: wishes and needs, from being asked for to being confirmed.

use super::desk::Desk;
use super::error::Error;
use super::fund::{Fund, read};
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::acknowledge::Way;
use crate::domain::line::wishes::ask::Ask;
use crate::domain::line::wishes::claim::Claim;
use crate::domain::line::wishes::confirm::Confirm;
use crate::domain::line::wishes::deliver::Deliver;
use crate::domain::line::wishes::drop::{Drop, Why};
use crate::domain::line::wishes::escalate::Escalate;
use crate::domain::line::wishes::terms::Terms;
use crate::domain::line::wishes::{Category, Rank, State, Want, Wish};
use crate::domain::text::{Digest, Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::ledger::Mode;
use crate::vault::{self, ITEM_MAX};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Take in wishes and needs, see them claimed, delivered and confirmed, and list them
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Take in a wish or need, for volunteers or for the office that policy names
    Ask {
        /// Its handle
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// A wish or a need
        #[arg(long, value_name = "KIND", value_parser = value::word!(Want), default_value = "wish")]
        kind: Want,
        /// What it is about
        #[arg(long, value_name = "CATEGORY", value_parser = value::word!(Category))]
        category: Category,
        /// Where it was taken in
        #[arg(long, value_name = "RANK", value_parser = value::word!(Rank), default_value = "village")]
        rank: Rank,
        /// The beneficiary's pseudonym
        #[arg(long = "of", value_name = "PERSON", value_parser = value::id)]
        person: Id,
        /// What is wished for, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        what: Text,
        /// The office that can solve it by policy, volunteers if not said
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        office: Option<Text>,
    },
    /// Record who takes a wish on: a volunteer, or the office if none is named
    Claim {
        /// The wish
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// The volunteer's pseudonym
        #[arg(long, value_name = "VOLUNTEER", value_parser = value::id)]
        volunteer: Option<Id>,
    },
    /// Record that a wish was delivered, with evidence
    Deliver {
        /// The wish
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// The evidence: a paper or photograph, sealed into the vault
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
        /// The payment or issue of goods that it rests on
        #[arg(long = "by", value_name = "PLACE", value_parser = value::place)]
        of: Option<Place>,
    },
    /// Confirm a delivery with the beneficiary's side, with evidence
    Confirm {
        /// The wish
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// How it was confirmed
        #[arg(long, value_name = "WAY", value_parser = value::word!(Way))]
        way: Way,
        /// The evidence: a paper or photograph, sealed into the vault
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
    },
    /// Take a wish up to whoever can do more
    Escalate {
        /// The wish
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// Where to
        #[arg(long, value_name = "RANK", value_parser = value::word!(Rank))]
        to: Rank,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
    },
    /// Drop a wish that was not delivered
    Drop {
        /// The wish
        #[arg(value_name = "WISH", value_parser = value::id)]
        wish: Id,
        /// Why it is dropped
        #[arg(long, value_name = "REASON", value_parser = value::word!(Why))]
        why: Why,
    },
    /// Set how many days each step may take, and how many helpers a beneficiary has
    Terms {
        /// Days until it is claimed
        #[arg(long, value_name = "N")]
        open: Option<u64>,
        /// Days until it is delivered
        #[arg(long, value_name = "N")]
        claimed: Option<u64>,
        /// Days until it is confirmed
        #[arg(long, value_name = "N")]
        delivered: Option<u64>,
        /// Helpers of each beneficiary
        #[arg(long, value_name = "N")]
        helpers: Option<u64>,
    },
    /// List the wishes
    List,
    /// List the wishes that are overdue, with where to take them
    Due,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Ask { wish, kind, category, rank, person, what, office } => {
            Line::Ask(Box::new(Ask { wish, kind, category, rank, person, what, office }))
        }
        What::Claim { wish, volunteer } => Line::Claim(Claim { wish, volunteer }),
        What::Deliver { wish, evidence, of } => {
            return with_evidence(shell, &evidence, |sha256| {
                Line::Deliver(Deliver { wish, sha256, of })
            });
        }
        What::Confirm { wish, way, evidence } => {
            return with_evidence(shell, &evidence, |sha256| {
                Line::Confirm(Confirm { wish, way, sha256 })
            });
        }
        What::Escalate { wish, to, why } => Line::Escalate(Escalate { wish, to, why }),
        What::Drop { wish, why } => Line::Drop(Drop { wish, why }),
        What::Terms { open, claimed, delivered, helpers } => {
            let mut desk = Desk::open(shell)?;
            let now = desk.ledger.books().wishes.terms();
            let terms = Terms {
                open: open.unwrap_or(now.open),
                claimed: claimed.unwrap_or(now.claimed),
                delivered: delivered.unwrap_or(now.delivered),
                helpers: helpers.unwrap_or(now.helpers),
            };
            return desk.record(vec![Line::Terms(terms)]);
        }
        What::List => return list(shell, false),
        What::Due => return list(shell, true),
    };
    Desk::open(shell)?.record(vec![line])
}

/// Records a line about a file, which goes into the vault first.
fn with_evidence(
    shell: &mut Shell<'_>,
    file: &Path,
    line: impl FnOnce(Digest) -> Line,
) -> Result<Report, Error> {
    let bytes = read(&shell.path(file), ITEM_MAX as u64)?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let line = line(Digest(sha256));
    Desk::open(shell)?
        .record_after(vec![line], |fund| fund.keep(&vault::Place::Bill(sha256), &bytes))
}

fn list(shell: &mut Shell<'_>, overdue: bool) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let today = shell.now(ledger.books().founded()?.zone)?.wall.day();
    let (wishes, terms) = (&ledger.books().wishes, ledger.books().wishes.terms());
    let late = |wish: &Wish| wish.due(&terms).is_some_and(|due| due < today);
    let shown = wishes.wishes.iter().filter(|(_, wish)| !overdue || late(wish));
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, wish) in shown {
        let due = wish.due(&terms);
        let route = wish.office.as_ref().map(ToString::to_string);
        let route = route.or_else(|| wish.volunteer.map(|volunteer| volunteer.to_string()));
        rows.push(vec![
            id.to_string(),
            wish.kind.name(lang).into(),
            wish.category.name(lang).into(),
            wish.person.to_string(),
            wish.what.to_string(),
            wish.rank.name(lang).into(),
            wish.state.name(lang).into(),
            route.clone().unwrap_or_default(),
            due.map(|due| due.to_string()).unwrap_or_default(),
        ]);
        json.push(one(*id, wish, due, route, late(wish)));
    }
    let head = lang.pick(
        ["心愿", "种类", "类别", "受助人", "内容", "办理", "状态", "由谁", "期限"],
        ["wish", "kind", "category", "person", "what", "with", "state", "by", "due"],
    );
    let text = match json.len() {
        0 if overdue => lang.pick("没有逾期的心愿", "no wish is overdue").to_owned(),
        count if overdue => {
            format!("{}\n{}", table(&head, rows, &[]), shell.typed(&next(count, lang)))
        }
        _ => table(&head, rows, &[]),
    };
    Ok(Report::new(text, json!({"wishes": json})))
}

fn one(
    id: Id,
    wish: &Wish,
    due: Option<Day>,
    route: Option<String>,
    late: bool,
) -> serde_json::Value {
    json!({
        "wish": id.as_str(), "kind": wish.kind.word(), "category": wish.category.word(),
        "person": wish.person.as_str(), "rank": wish.rank.word(), "state": wish.state.word(),
        "since": wish.since.to_string(), "by": route, "due": due.map(|due| due.to_string()),
        "overdue": late, "closed": matches!(wish.state, State::Confirmed | State::Dropped),
    })
}

/// What to do about those that are overdue.
fn next(count: usize, lang: Lang) -> String {
    lang.pick(
        format!("{count} 个逾期；yishan wish escalate 心愿 --to township --why …"),
        format!("{count} overdue; yishan wish escalate WISH --to township --why …"),
    )
}
