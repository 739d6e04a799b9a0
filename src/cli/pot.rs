//! `pot`: money restricted to one purpose, and the changes of it.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::funds::pot::{OpenPot, Source};
use crate::domain::line::funds::rededicate::Rededicate;
use crate::domain::text::{Code, Id, Place, Text};
use crate::domain::words::Amount;
use crate::ledger::Mode;
use serde_json::json;

/// Open and list pots, money restricted to one purpose, and change its purpose
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Open a pot with nothing in it
    Open {
        /// Its handle, such as books
        #[arg(value_name = "POT", value_parser = value::id)]
        pot: Id,
        /// What its money is for, in public words
        #[arg(long = "for", value_name = "TEXT", value_parser = value::text)]
        purpose: Text,
        /// Where its money comes from
        #[arg(long, value_name = "SOURCE", value_parser = value::word!(Source), default_value = "raised")]
        source: Source,
        /// The campaign that raises it
        #[arg(long, value_name = "CAMPAIGN", value_parser = value::id)]
        campaign: Option<Id>,
        /// The budget year of fiscal money
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(u64).range(2000..2200))]
        year: Option<u64>,
    },
    /// Propose another purpose for money of a pot, filed or with the donors' consent
    Move {
        /// The pot it leaves
        #[arg(value_name = "POT", value_parser = value::id)]
        from: Id,
        /// The pot it goes to; it becomes free if not said
        #[arg(long, value_name = "POT", value_parser = value::id)]
        to: Option<Id>,
        /// How much, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        amount: Amount,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
        /// The filing number of the change
        #[arg(long, value_name = "CODE", value_parser = value::code)]
        filing: Option<Code>,
        /// Where the donors' consent stands, a document such as 41/0
        #[arg(long, value_name = "PLACE", value_parser = value::place)]
        consent: Option<Place>,
    },
    /// List the pots and what they hold
    List,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Open { pot, purpose, source, campaign, year } => {
            Line::Pot(OpenPot { pot, purpose, source, campaign, year })
        }
        What::Move { from, to, amount: fen, why, filing, consent } => {
            Line::Rededicate(Box::new(Rededicate { from, to, fen, why, filing, consent }))
        }
        What::List => return list(shell),
    };
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let books = ledger.books();
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, pot) in books.funds.pots.iter() {
        let held = books.sums.now.pots.0.of(*id).unwrap_or_default();
        let campaign = pot.campaign.map(|id| id.to_string());
        rows.push(vec![
            id.to_string(),
            pot.purpose.to_string(),
            pot.source.name(lang).into(),
            campaign.clone().unwrap_or_default(),
            pot.received.grouped(),
            held.grouped(),
        ]);
        json.push(json!({"pot": id.as_str(), "for": pot.purpose.as_str(), "source": pot.source.word(), "campaign": campaign, "year": pot.year, "received": pot.received.get(), "held": held.get()}));
    }
    let head = lang.pick(
        ["专项", "用途", "来源", "募捐活动", "累计收到（元）", "结余（元）"],
        ["pot", "for", "source", "campaign", "received (yuan)", "held (yuan)"],
    );
    Ok(Report::new(table(&head, rows, &[4, 5]), json!({"pots": json})))
}
