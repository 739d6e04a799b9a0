//! `check`: a receipt, by itself.

use super::error::{Error, Kind};
use super::fund::read;
use super::say::say;
use super::shell::{Report, Shell};
use super::verify::key_of;
use crate::domain::text::Lang;
use crate::publish::{MAX_RECEIPT, Receipt, ReceiptError};
use serde_json::json;
use std::path::PathBuf;

/// Check a receipt against the log's public key
#[derive(clap::Args)]
pub(super) struct Args {
    /// The receipt
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    /// The log's public key, or a file that holds it, had from somewhere else than the site
    #[arg(long = "key", value_name = "VKEY")]
    log_key: String,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let key = key_of(shell, &args.log_key)?;
    let bytes = read(&shell.path(&args.receipt), MAX_RECEIPT as u64)?;
    let checked = Receipt::parse(&bytes)
        .and_then(|receipt| receipt.check(&key))
        .map_err(|why| untrue(&why))?;
    let json = json!({
        "place": checked.place.to_string(),
        "line": checked.line.tell(shell.lang),
        "at": checked.entry.at.to_string(),
        "origin": checked.checkpoint.origin(),
        "entries": checked.checkpoint.size(),
        "proved": checked.text(Lang::En),
    });
    Ok(Report::new(checked.text(shell.lang).trim_end(), json))
}

/// A receipt of another version could not be checked; any other fault means it is not true.
fn untrue(why: &ReceiptError) -> Error {
    let kind = match why {
        ReceiptError::Version { .. } => Kind::CouldNot,
        _ => Kind::False,
    };
    let error = Error::because(say!("这张回执证明不了什么", "this receipt proves nothing"), why);
    Error { kind, ..error }
}
