//! `fee`: what a bank or wallet charged.

use super::booked::warn_twice;
use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::fee::Fee;
use crate::domain::text::Id;
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
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { amount: fen, from, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, from), Suffix::FEE)?;
    let paid = slip.paid(&desk)?;
    let lines = vec![Line::Fee(Fee { fen, from, paid, reference })];
    if slip.is_bare() {
        warn_twice(&mut desk, &lines)?;
    }
    desk.record(lines)
}
