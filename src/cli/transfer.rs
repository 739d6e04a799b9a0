//! `transfer`: money moved between the fund's own accounts.

use super::booked::warn_twice;
use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::fee::Fee;
use crate::domain::line::transfer::Transfer;
use crate::domain::text::Id;
use crate::domain::words::Amount;

/// Move money between two of the fund's accounts
#[derive(clap::Args)]
pub(super) struct Args {
    /// How much arrived, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it left
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    from: Id,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    /// What the bank or wallet charged for it, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    fee: Option<Amount>,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { amount: fen, from, to, fee, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, from), Suffix::OUT)?;
    let paid = slip.paid(&desk)?;
    let mut lines = vec![Line::Transfer(Transfer { fen, from, to, paid, reference })];
    if let Some(fen) = fee {
        let reference = slip.reference(&mut desk, (fen, from), Suffix::FEE)?;
        lines.push(Line::Fee(Fee { fen, from, paid, reference }));
    }
    if slip.is_bare() {
        warn_twice(&mut desk, &lines)?;
    }
    desk.record(lines)
}
