//! `approve`: another officer agrees to a proposal.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::codec::Rare;
use crate::domain::line::Line;
use crate::domain::line::approve::Approve;
use crate::domain::text::Place;

/// Agree to allocations or changes of officers that others proposed
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the proposals stand, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, required = true)]
    of: Vec<Place>,
    /// Declare to have no conflict of interest with the students
    #[arg(long)]
    clear: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let clear = Rare(args.clear);
    let lines = args.of.into_iter().map(|of| Line::Approve(Approve { of, clear }));
    Desk::open(shell)?.record(lines.collect())
}
