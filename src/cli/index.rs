//! `index`: the look-ups derived from the journal.

use super::error::Error;
use super::fund::{Fund, ledger_error};
use super::say::say;
use super::shell::{Report, Shell};
use crate::domain::english::agreed;
use crate::ledger::{INDEX, Mode};
use serde_json::json;

/// Make the look-ups anew from the journal
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Delete the index and make it anew; the journal is only read
    Rebuild,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let What::Rebuild = args.what;
    let fund = Fund::open(shell)?;
    // Opened once before, so that the index is not taken from under another writer.
    drop(fund.ledger(shell, Mode::Write)?);
    let folder = fund.folder.join(INDEX);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|why| {
            Error::because(say!("无法删除旧索引", "cannot delete the old index"), &why)
        })?;
    }
    let mut ledger = fund.ledger(shell, Mode::Write)?;
    ledger.commit_index().map_err(|why| ledger_error(&why))?;
    let size = ledger.size();
    let text = shell.lang.pick(
        format!("索引已重建，共 {size} 条记录"),
        format!("index made anew from {}", agreed!("{size} entries")),
    );
    Ok(Report::new(text, json!({"entries": size})))
}
