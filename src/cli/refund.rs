//! `refund`: a gift given back, whole or in part.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::refund::Refund;
use crate::domain::text::{Id, Place};
use crate::domain::words::Amount;

/// Give a gift back, whole or in part
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the gift stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
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
    let Args { of, amount: fen, from, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, from), Suffix::REFUND)?;
    let paid = slip.paid(&desk)?;
    desk.record(vec![Line::Refund(Refund { of, fen, from, paid, reference })])
}
