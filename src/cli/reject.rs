//! `reject`: a waiting proposal is turned down or withdrawn.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::reject::Reject;
use crate::domain::text::{Place, Text};

/// Turn down a proposal that waits, or withdraw one's own
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the proposal stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    /// Why, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Text,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    Desk::open(shell)?.record(vec![Line::Reject(Reject { of: args.of, why: args.why })])
}
