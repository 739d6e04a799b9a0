//! `notice`: a figure told before is another one; both stay, and point to each other.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::notice::Notice;
use crate::domain::text::{Place, Text};

/// Give notice that a figure told before is another one
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the line stands that the figure is about, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    /// Which figure, in public words
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    what: Text,
    /// What was told
    #[arg(long, value_name = "N", value_parser = value::count)]
    was: u64,
    /// What is right
    #[arg(long, value_name = "N", value_parser = value::count)]
    now: u64,
    /// Why, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Text,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let Args { of, what, was, now, why } = args;
    Desk::open(shell)?.record(vec![Line::Notice(Box::new(Notice { of, what, was, now, why }))])
}
