//! `give`: one gift, from a bill or a paper slip.

use super::booked::Payment;
use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::slip::Suffix;
use super::value;
use crate::domain::line::Line;
use crate::domain::line::gift::Gift;
use crate::domain::text::Id;
use crate::domain::time::Wall;
use crate::domain::words::Amount;

/// Record one gift
#[derive(clap::Args)]
pub(super) struct Args {
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    /// The number of the slip or of the transaction, by which the donor finds the gift
    #[arg(long, visible_alias = "number", value_name = "NUMBER", value_parser = value::number)]
    slip: String,
    /// When it was paid, now if not said
    #[arg(long, value_name = "TIME", value_parser = value::wall)]
    paid: Option<Wall>,
    /// The pot whose purpose the donor restricted it to
    #[arg(long = "for", value_name = "POT", value_parser = value::id)]
    pot: Option<Id>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let Args { amount: fen, to, pot, slip, .. } = args;
    let payment = Payment { number: &slip, account: to, suffix: Suffix::NONE, fen: fen.fen() };
    let reference = desk.reference(payment)?;
    let paid = desk.paid(args.paid)?;
    desk.record(vec![Line::Gift(Gift { fen, to, paid, reference, pot })])
}
