//! `pass`: money of a sponsor is passed on to the student, or goes back.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::sponsors::pass::{Pass, Target};
use crate::domain::text::Id;
use crate::domain::words::Amount;

/// Pass money of a sponsor on to the student of the pair, or give it back
#[derive(clap::Args)]
pub(super) struct Args {
    /// The pair's handle
    #[arg(value_name = "PAIR", value_parser = value::id)]
    pair: Id,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// Whom it goes to
    #[arg(long, value_name = "TARGET", value_parser = value::word!(Target), default_value = "student")]
    way: Target,
    /// The account it left
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    from: Id,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { pair, amount: fen, way: target, from, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, from), Suffix::PAY)?;
    let paid = slip.paid(&desk)?;
    desk.record(vec![Line::Pass(Pass { pair, fen, target, from, paid, reference })])
}
