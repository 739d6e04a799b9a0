//! `reverse`: an earlier line is booked back. Nothing is ever edited.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::reverse::Reverse;
use crate::domain::text::{Place, Text};

/// Book an earlier line back; nothing is ever edited
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the line stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    /// Why, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Text,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    Desk::open(shell)?.record(vec![Line::Reverse(Reverse { of: args.of, why: args.why })])
}
