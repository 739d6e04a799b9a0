//! `pay`: approved allocations are paid.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::say::say;
use super::shell::{Report, Shell};
use super::slip::Slip;
use super::value;
use crate::domain::line::Line;
use crate::domain::line::allocate::State;
use crate::domain::line::pay::Pay;
use crate::domain::text::{Id, Place};
use crate::domain::words::Amount;

/// Pay what was approved
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the allocation stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, conflicts_with = "all", required_unless_present = "all")]
    of: Option<Place>,
    /// Pay all that is approved and not yet paid
    #[arg(long, conflicts_with_all = ["amount", "number"])]
    all: bool,
    /// How much, in yuan; all that is left if not said
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Option<Amount>,
    /// The account it left
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    from: Id,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let (from, paid) = (args.from, args.slip.paid(&desk)?);
    let mut lines = Vec::new();
    for (of, left) in due(&desk, args.of) {
        let fen = args.amount.or(left).ok_or_else(|| {
            let text = say!("{of} 没有待付的拨款", "nothing is left to pay at {of}");
            Error::new(Kind::NotFound, text).hint(say!(
                "yishan status 列出待付的拨款",
                "yishan status shows what waits to be paid"
            ))
        })?;
        let reference = args.slip.reference(&mut desk, from, "-pay")?;
        lines.push(Line::Pay(Pay { of, fen, from, paid, reference }));
    }
    desk.record(lines)
}

/// The allocation asked for, or all that are approved, each with what is left to pay.
fn due(desk: &Desk<'_, '_>, of: Option<Place>) -> Vec<(Place, Option<Amount>)> {
    let proposals = &desk.ledger.books().proposals;
    if let Some(of) = of {
        return vec![(of, proposals.get(&of).and_then(|p| Amount::new(p.left())))];
    }
    let approved = proposals.iter().filter(|(_, p)| p.state == State::Approved);
    approved.filter_map(|(of, p)| Some((*of, Some(Amount::new(p.left())?)))).collect()
}
