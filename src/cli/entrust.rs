//! `entrust`: money of a sponsor arrives, to be passed on.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::sponsors::entrust::Entrust;
use crate::domain::text::Id;
use crate::domain::words::Amount;

/// Record money of a sponsor that is to be passed on; it is no gift
#[derive(clap::Args)]
pub(super) struct Args {
    /// The pair's handle
    #[arg(value_name = "PAIR", value_parser = value::id)]
    pair: Id,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { pair, amount: fen, to, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, to), Suffix::NONE)?;
    let paid = slip.paid(&desk)?;
    desk.record(vec![Line::Entrust(Entrust { pair, fen, to, paid, reference })])
}
