//! `acknowledge`: someone other than who paid or handed out confirms that money or goods arrived.

use super::desk::Desk;
use super::error::Error;
use super::fund::read;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::acknowledge::{Acknowledge, Way, Who};
use crate::domain::text::{Digest, Place};
use crate::vault::{self, ITEM_MAX};
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// Confirm that payments or goods reached their recipient
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the payments or issues of goods stand, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, required = true)]
    of: Vec<Place>,
    /// How it was confirmed
    #[arg(long, value_name = "WAY", value_parser = value::word!(Way))]
    way: Way,
    /// Who confirmed it
    #[arg(long, value_name = "WHO", value_parser = value::word!(Who))]
    who: Option<Who>,
    /// What shows it, such as the signed list; its SHA-256 is recorded
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Seal a copy of what shows it into the vault
    #[arg(long, requires = "evidence")]
    keep: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (way, who, keep) = (args.way, args.who, args.keep);
    let shown = args.evidence.map(|file| read(&shell.path(&file), ITEM_MAX as u64)).transpose()?;
    let evidence = shown.as_ref().map(|bytes| Digest(Sha256::digest(bytes).into()));
    let line = |of| Line::Acknowledge(Acknowledge { of, way, who, evidence });
    let lines = args.of.into_iter().map(line);
    Desk::open(shell)?.record_after(lines.collect(), |fund| match (keep, &shown, evidence) {
        (true, Some(bytes), Some(digest)) => fund.keep(&vault::Place::Bill(digest.0), bytes),
        _ => Ok(()),
    })
}
