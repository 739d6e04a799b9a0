//! `fee`: what a bank or wallet charged.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::fee::Fee;
use crate::domain::text::Id;
use crate::domain::time::Wall;
use crate::domain::words::Amount;

/// Record what a bank or wallet charged
#[derive(clap::Args)]
pub(super) struct Args {
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it left
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    from: Id,
    /// The number on the bill or slip
    #[arg(long, visible_alias = "slip", value_name = "NUMBER", value_parser = value::number)]
    number: Option<String>,
    /// When it was paid, now if not said
    #[arg(long, value_name = "TIME", value_parser = value::wall)]
    paid: Option<Wall>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { amount: fen, from, number, paid } = args;
    let mut desk = Desk::open(shell)?;
    let reference = desk.reference(from, "-fee", number.as_deref())?;
    let paid = desk.paid(paid)?;
    desk.record(vec![Line::Fee(Fee { fen, from, paid, reference })])
}
