//! `transfer`: money moved between the fund's own accounts.

use super::booked::warn_twice;
use super::desk::Desk;
use super::error::{Error, Kind};
use super::say::say;
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::fee::Fee;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::line::transfer::Transfer;
use crate::domain::money::Fen;
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
    keeps_boxes(&desk, (fen, from), to)?;
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

/// Refuses to take money of boxes to the bank as if it were any cash: a deposit says which openings
/// it is of, and no other line takes them off those that are due.
fn keeps_boxes(desk: &Desk<'_, '_>, (fen, from): (Amount, Id), to: Id) -> Result<(), Error> {
    let books = desk.ledger.books();
    let bank = books.accounts.get(&to).is_some_and(|account| account.kind == AccountKind::Bank);
    let openings = || {
        books.boxes.openings.iter().filter(|(_, opening)| {
            let here = opening.booked.is_some_and(|booked| booked.account == from);
            here && opening.left() > Fen::ZERO
        })
    };
    let sum = openings().try_fold(Fen::ZERO, |sum, (_, opening)| sum.plus(opening.left()));
    let left = sum.unwrap_or(Fen::MAX);
    let held = books.sums.now.held.of(from).unwrap_or_default();
    let other = held.minus(left).unwrap_or_default();
    let Some((of, _)) = openings().next().filter(|_| bank && fen.fen() > other) else {
        return Ok(());
    };
    let text = say!(
        "{from} 里有 {left:#} 元是募捐箱的钱，其余只有 {other:#} 元；募捐箱的钱存入银行，要写明是哪次开箱",
        "{left:#} yuan in {from} are of boxes, and only {other:#} are not; money of boxes goes to the bank by a deposit that names the openings"
    );
    Err(Error::new(Kind::Refused, text).hint(say!(
        "yishan cashbox list 列出开箱；yishan cashbox deposit {of} --to {to}",
        "yishan cashbox list shows the openings; yishan cashbox deposit {of} --to {to}"
    )))
}
