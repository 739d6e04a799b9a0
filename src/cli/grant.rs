//! `grant`: what a government office granted.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::funds::grant::Grant;
use crate::domain::text::Id;
use crate::domain::words::Amount;

/// Record what a government office granted, for a pot of fiscal money
#[derive(clap::Args)]
pub(super) struct Args {
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    /// The pot of its budget
    #[arg(long = "for", value_name = "POT", value_parser = value::id)]
    pot: Id,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { amount: fen, to, pot, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, to), Suffix::GRANT)?;
    let paid = slip.paid(&desk)?;
    desk.record(vec![Line::Grant(Grant { fen, to, paid, reference, pot })])
}
