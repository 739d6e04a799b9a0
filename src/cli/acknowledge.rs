//! `acknowledge`: someone other than who paid or handed out confirms that money or goods arrived.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::acknowledge::{Acknowledge, Way};
use crate::domain::text::Place;

/// Confirm that payments or goods reached their recipient
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the payments or issues of goods stand, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, required = true)]
    of: Vec<Place>,
    /// How it was confirmed
    #[arg(long, value_name = "WAY", value_parser = value::word!(Way))]
    way: Way,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let way = args.way;
    let lines = args.of.into_iter().map(|of| Line::Acknowledge(Acknowledge { of, way }));
    Desk::open(shell)?.record(lines.collect())
}
