//! `pair`: sponsors who give for one student each month; their money is only passed on.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::sponsors::pair::{OpenPair, Sponsor};
use crate::domain::line::sponsors::unpair::Unpair;
use crate::domain::money::Fen;
use crate::domain::text::{Id, Place, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::ledger::Mode;
use serde_json::json;

/// Make, end and list pairs of a sponsor and a student
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make a pair: a sponsor gives for a student each month
    Open {
        /// Its handle, such as p-1
        #[arg(value_name = "PAIR", value_parser = value::id)]
        pair: Id,
        /// The sponsor's pseudonym
        #[arg(long, value_name = "SPONSOR", value_parser = value::id)]
        sponsor: Id,
        /// Who the sponsor is
        #[arg(long, value_name = "KIND", value_parser = value::word!(Sponsor), default_value = "person")]
        kind: Sponsor,
        /// The student's pseudonym
        #[arg(long, value_name = "STUDENT", value_parser = value::id)]
        student: Id,
        /// How much a month, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        monthly: Amount,
        /// The first day, on which the first month is due
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        from: Day,
        /// The last day of the pair
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        until: Day,
    },
    /// End a pair of which nothing is left; a rest needs the sponsor's consent and an approval
    End {
        /// The pair's handle
        #[arg(value_name = "PAIR", value_parser = value::id)]
        pair: Id,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
        /// What is left and becomes free, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount, requires = "consent")]
        rest: Option<Amount>,
        /// Where the sponsor's consent to that stands, a document of the pair such as 41/0
        #[arg(long, value_name = "PLACE", value_parser = value::place, requires = "rest")]
        consent: Option<Place>,
    },
    /// List the pairs: what came, what was passed on or became free, what is left
    List,
    /// List the pairs of which something is missing by a day
    Due {
        /// By which day, that of the last entry if not said
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        by: Option<Day>,
    },
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Open { pair, sponsor, kind, student, monthly: fen, from, until } => {
            Line::Pair(Box::new(OpenPair { pair, sponsor, kind, student, fen, from, until }))
        }
        What::End { pair, why, rest: fen, consent } => {
            Line::Unpair(Box::new(Unpair { pair, why, fen, consent }))
        }
        What::List => return list(shell),
        What::Due { by } => return due(shell, by),
    };
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, pair) in ledger.books().sponsors.pairs.iter() {
        let state = if pair.ended {
            lang.pick("已结束", "ended")
        } else {
            lang.pick("进行中", "going on")
        };
        rows.push(vec![
            id.to_string(),
            format!("{} {}", pair.kind.name(lang), pair.sponsor),
            pair.student.to_string(),
            state.into(),
            pair.fen.fen().grouped(),
            pair.received.grouped(),
            pair.passed.grouped(),
            pair.freed.grouped(),
            pair.left().grouped(),
        ]);
        json.push(json!({"pair": id.as_str(), "sponsor": pair.sponsor.as_str(), "kind": pair.kind.word(), "student": pair.student.as_str(), "monthly": pair.fen.fen().get(), "from": pair.from.to_string(), "until": pair.until.to_string(), "received": pair.received.get(), "passed": pair.passed.get(), "freed": pair.freed.get(), "left": pair.left().get(), "ended": pair.ended}));
    }
    let head = lang.pick(
        [
            "结对",
            "资助方",
            "学生",
            "状态",
            "每月（元）",
            "代收（元）",
            "代付（元）",
            "改作公用（元）",
            "余（元）",
        ],
        [
            "pair",
            "sponsor",
            "student",
            "state",
            "monthly",
            "entrusted",
            "passed on",
            "freed",
            "left",
        ],
    );
    Ok(Report::new(table(&head, rows, &[4, 5, 6, 7, 8]), json!({"pairs": json})))
}

fn due(shell: &mut Shell<'_>, by: Option<Day>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let books = ledger.books();
    let by = by.or_else(|| books.last.map(|at| at.wall.day()));
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, pair) in books.sponsors.pairs.iter().filter(|(_, pair)| !pair.ended) {
        let Some(by) = by else { continue };
        let (due, missing) = (pair.due(by), pair.arrears(by));
        if missing == Fen::ZERO {
            continue;
        }
        rows.push(vec![
            id.to_string(),
            pair.sponsor.to_string(),
            due.grouped(),
            pair.received.grouped(),
            missing.grouped(),
        ]);
        json.push(json!({"pair": id.as_str(), "sponsor": pair.sponsor.as_str(), "due": due.get(), "received": pair.received.get(), "missing": missing.get()}));
    }
    let head = lang.pick(
        ["结对", "资助方", "应收（元）", "已收（元）", "尚欠（元）"],
        ["pair", "sponsor", "due", "received", "missing"],
    );
    let by = by.map(|day| day.to_string());
    Ok(Report::new(table(&head, rows, &[2, 3, 4]), json!({"by": by, "pairs": json})))
}
