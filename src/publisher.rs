//! Puts a publication into a folder: verified first, new files only, in an order that never lies.
//!
//! Tiles and bundles go up before the checkpoint that needs them, and everything else after it; the
//! status file is last, and says how far the folder is complete. A publication that was cut short
//! is simply done again from there. Files that never change are never written twice.
//!
//! What was published and verified once is not verified again: the state it led to is kept (see
//! [`state`]), and the next publication verifies what came since, by the code that a stranger runs,
//! and writes what that changes. Without that state, or on request, all of it is verified.

mod grow;
mod stage;
mod state;
mod whole;

use crate::ledger::{self, Ledger};
use crate::publish::{Address, FactError, GENERATOR};
use crate::storage::archive::Kept;
use crate::storage::disk::{self, Disk};
use crate::tlog::Signer;
use crate::verify::{Check, Report, Source, SourceError};
use grow::Outcome;
use state::State;

/// Why nothing was published. The folder is as it was, or as far as the disk let it come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ledger could not sign or be read.
    #[error("the ledger cannot be published")]
    Ledger(#[from] ledger::Error),
    /// Something derived could not be had.
    #[error("the folder cannot be made")]
    Fact(#[from] FactError),
    /// The folder could not be written.
    #[error("the folder cannot be written")]
    Disk(#[from] disk::Error),
    /// The folder could not be read.
    #[error("the folder cannot be read")]
    Source(#[from] SourceError),
    /// The folder holds something that this ledger never signed.
    #[error(
        "the folder holds a checkpoint that this ledger of {size} entries never signed: {found:?}"
    )]
    Foreign {
        /// The first lines of that checkpoint.
        found: String,
        /// The entries here.
        size: u64,
    },
    /// Our own verification does not accept the publication.
    #[error("the publication is not verified by our own check, and was not put up")]
    Refused(Box<Report>),
    /// The entries lead to another state than the one the ledger goes by.
    #[error(
        "the entries lead to the root {verified}, and the ledger goes by {known}, or by other books"
    )]
    State {
        /// The root by the entries.
        verified: String,
        /// The root by the ledger.
        known: String,
    },
}

/// What was published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// The checkpoint, a signed note.
    pub checkpoint: String,
    /// Entries published.
    pub size: u64,
    /// Entries that were published and verified before; 0 if all of them were verified now.
    pub before: u64,
    /// Files written; the others were there already.
    pub written: usize,
    /// Files that the last publication left there and that were gone: because of them all of it
    /// was verified again, and they are back. The first few of them, by path.
    pub missing: Vec<String>,
}

/// What a publication is doing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Making files.
    Making,
    /// Verifying them.
    Checking(Check),
    /// Letting them take their names.
    PuttingUp,
}

/// How far a publication has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How many files or entries are done.
    pub done: u64,
    /// How many there are.
    pub of: u64,
}

/// The folder: to be written, and to be read.
#[derive(Clone, Copy)]
struct Target<'a> {
    disk: &'a dyn Disk,
    there: &'a dyn Source,
}

/// The longest checkpoint and status file that is read back (bytes).
const MAX_READ: u64 = 1_000_000;
/// The signed checkpoint.
const CHECKPOINT: &str = "checkpoint";
/// The file that is written last; its size tells how far the folder is complete.
const STATUS: &str = "v1/status.json";

/// How a folder is published.
#[derive(Clone, Copy, Debug, Default)]
pub struct How<'a> {
    /// Where it will be served, if that is known.
    pub address: Option<&'a Address>,
    /// Whether all of the folder is verified again, and whatever differs is written anew.
    pub anew: bool,
}

/// Signs what the ledger holds, makes the folder anew as far as it changed, lets the same code
/// verify it that a stranger would run, and writes it to `disk`, whose content `there` reads; all
/// of it in the way that `how` says.
pub fn publish(
    how: How<'_>,
    ledger: &mut Ledger,
    signer: &Signer,
    (disk, there): (&dyn Disk, &dyn Source),
    told: &mut dyn FnMut(Progress),
) -> Result<Published, Error> {
    let before = same_history(ledger, there)?;
    let checkpoint = ledger.sign_checkpoint(signer)?;
    let address = how.address;
    let state = match before.filter(|_| !how.anew) {
        Some(kept) => State::load(ledger, &kept, complete(there)?, address)?,
        None => None,
    };
    let work = Work { ledger, signer, target: Target { disk, there }, checkpoint, address };
    let mut missing = Vec::new();
    if let Some(state) = state {
        match grow::publish(&work, state, told)? {
            Outcome::Published(published) => return Ok(published),
            Outcome::Unknown(gone) => missing = gone,
        }
    }
    Ok(Published { missing, ..whole::publish(&work, told)? })
}

/// What every publication needs.
struct Work<'a> {
    ledger: &'a Ledger,
    signer: &'a Signer,
    target: Target<'a>,
    checkpoint: String,
    address: Option<&'a Address>,
}

/// Asks whether the folder continues this ledger's history: the checkpoint of ours that it shows,
/// or none if it shows no checkpoint. Refuses a folder whose checkpoint this ledger never signed:
/// then this is another fund's folder or an older copy of the ledger, and signing here would make
/// a second history.
pub fn same_history(ledger: &Ledger, there: &dyn Source) -> Result<Option<Kept>, Error> {
    let Some(note) = there.read(CHECKPOINT, MAX_READ)? else { return Ok(None) };
    // Witnesses may have added their lines to ours.
    let ours = |kept: &Kept| note.starts_with(&kept.note);
    if let Some(last) = ledger.last_checkpoint().filter(|last| ours(last)) {
        return Ok(Some(last.clone()));
    }
    if let Some(kept) = ledger.checkpoints()?.into_iter().rev().find(ours) {
        return Ok(Some(kept));
    }
    let text = String::from_utf8_lossy(&note);
    let found = text.lines().take(3).collect::<Vec<_>>().join(" ");
    Err(Error::Foreign { found, size: ledger.size() })
}

/// How many entries the folder says it is complete for. Only a hint: it decides what is written
/// again, never what is believed.
fn complete(there: &dyn Source) -> Result<u64, Error> {
    let status = there.read(STATUS, MAX_READ)?.unwrap_or_default();
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap_or_default();
    Ok(status.get("size").and_then(serde_json::Value::as_u64).unwrap_or(0))
}
