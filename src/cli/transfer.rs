//! `transfer`: money moved between the fund's own accounts.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::fee::Fee;
use crate::domain::line::transfer::Transfer;
use crate::domain::text::Id;
use crate::domain::time::Wall;
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
    /// The number on the bill or slip
    #[arg(long, visible_alias = "slip", value_name = "NUMBER", value_parser = value::number)]
    number: Option<String>,
    /// When it was paid, now if not said
    #[arg(long, value_name = "TIME", value_parser = value::wall)]
    paid: Option<Wall>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { amount: fen, from, to, fee, number, paid } = args;
    let mut desk = Desk::open(shell)?;
    let reference = desk.reference(from, "-out", number.as_deref())?;
    let paid = desk.paid(paid)?;
    let mut lines = vec![Line::Transfer(Transfer { fen, from, to, paid, reference })];
    if let Some(fen) = fee {
        let reference = desk.reference(from, "-fee", number.as_deref())?;
        lines.push(Line::Fee(Fee { fen, from, paid, reference }));
    }
    desk.record(lines)
}
