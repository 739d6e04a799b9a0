//! `document`: the digest of a file goes into the ledger, the file itself into the vault.

use super::desk::Desk;
use super::error::Error;
use super::fund::read;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::document::{Document, Paper};
use crate::domain::text::{Digest, Place};
use crate::vault::{self, ITEM_MAX};
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// Tie the ledger to a file by its SHA-256
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it is
    #[arg(long, value_name = "KIND", value_parser = value::word!(Paper), default_value = "other")]
    kind: Paper,
    /// The earlier line it belongs to
    #[arg(long, value_name = "PLACE", value_parser = value::place)]
    of: Option<Place>,
    /// Seal a copy into the vault
    #[arg(long)]
    keep: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let bytes = read(&shell.path(&args.file), ITEM_MAX as u64)?;
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let mut desk = Desk::open(shell)?;
    let line = Document {
        sha256: Digest(sha256),
        kind: args.kind,
        rows: None,
        excluded: None,
        of: args.of,
    };
    desk.record_after(vec![Line::Document(line)], |fund| {
        if args.keep { fund.keep(&vault::Place::Bill(sha256), &bytes) } else { Ok(()) }
    })
}
