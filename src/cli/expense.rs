//! `expense`: money proposed for a programme, for management or for raising funds.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::funds::expense::{Class, Expense};
use crate::domain::text::{Id, Text};
use crate::domain::words::Amount;

/// Propose an expense other than to a student; approve and pay it as an allocation
#[derive(clap::Args)]
pub(super) struct Args {
    /// What kind of cost it is
    #[arg(value_name = "CLASS", value_parser = value::word!(Class))]
    class: Class,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// What for, in public words: nothing about a person
    #[arg(long = "for", value_name = "TEXT", value_parser = value::text)]
    purpose: Text,
    /// The campaign it is a cost of
    #[arg(long, value_name = "CAMPAIGN", value_parser = value::id)]
    campaign: Option<Id>,
    /// The pot it comes from; from what is free if not said
    #[arg(long, value_name = "POT", value_parser = value::id)]
    from: Option<Id>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { class, amount: fen, purpose, campaign, from: pot } = args;
    let expense = Expense { class, fen, purpose, campaign, pot };
    Desk::open(shell)?.record(vec![Line::Expense(Box::new(expense))])
}
