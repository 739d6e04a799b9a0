//! `clawback`: money that was paid for a student comes back.

use super::desk::Desk;
use super::error::Error;
use super::fund::ledger_error;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::student::clawback::{Clawback, Reason};
use crate::domain::text::{Id, Place};
use crate::domain::words::Amount;

/// Record money paid for a student that came back; it is no gift
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the payment stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    /// Why it came back
    #[arg(long, value_name = "REASON", value_parser = value::word!(Reason))]
    why: Reason,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { of, amount: fen, to, why, slip } = args;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, to), Suffix::NONE)?;
    let paid = slip.paid(&desk)?;
    // It goes back to the pot that the allocation came from.
    let pot = match desk.ledger.line(of).map_err(|error| ledger_error(&error))? {
        Some(Line::Pay(pay)) => desk.ledger.books().proposals.get(&pay.of).and_then(|p| p.pot),
        _ => None,
    };
    desk.record(vec![Line::Clawback(Clawback { of, fen, to, paid, reference, why, pot })])
}
