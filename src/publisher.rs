//! Puts a publication into a folder: verified first, new files only, in an order that never lies.
//!
//! Tiles and bundles go up before the checkpoint that needs them, and everything else after it; the
//! status file is last, and says how far the folder is complete. A publication that was cut short
//! is simply done again from there. Files that never change are never written twice.

use crate::ledger::{self, Ledger};
use crate::publish::{FactError, Site};
use crate::storage::disk::{self, Access, Disk};
use crate::tlog::{Checkpoint, Signer, TileId, Verifier, new_tiles};
use crate::verify::{Ask, Overlay, Progress, Report, Source, SourceError, Verdict, verify};
use std::collections::{BTreeMap, BTreeSet};

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
    #[error("the folder holds a checkpoint that this ledger never signed: {found:?}")]
    Foreign {
        /// The first lines of that checkpoint.
        found: String,
    },
    /// Our own verification does not accept the publication.
    #[error("the publication is not verified by our own check, and was not put up")]
    Refused(Box<Report>),
}

/// What was published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// The checkpoint, a signed note.
    pub checkpoint: String,
    /// Entries published.
    pub size: u64,
    /// Entries that were published before.
    pub before: u64,
    /// Files written; the others were there already.
    pub written: usize,
}

/// The file that is written last; its size tells how far the folder is complete.
const STATUS: &str = "v1/status.json";
/// The longest checkpoint and status file that is read back (bytes).
const MAX_READ: u64 = 1_000_000;

/// Signs what the ledger holds, makes the folder anew as far as it changed, lets the same code
/// verify it that a stranger would run, and writes it to `disk`, whose content `there` reads.
pub fn publish(
    ledger: &mut Ledger,
    signer: &Signer,
    disk: &dyn Disk,
    there: &dyn Source,
    told: &mut dyn FnMut(Progress),
) -> Result<Published, Error> {
    let before = published_size(ledger, signer, there)?;
    let checkpoint = ledger.sign_checkpoint(signer)?;
    let size = ledger.size();
    let facts = ledger.facts(checkpoint.clone(), signer.verifier().to_string())?;
    let files = changed_files(&Site::new(&facts), (before > 0).then_some(before), there)?;
    let over = Files(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect());
    let source = Overlay { over: &over, under: there };
    let key: &Verifier = &signer.verifier();
    let report = verify(Ask { source: &source, key, witnesses: &[], quorum: 0, since: None }, told);
    if report.verdict != Verdict::Verified {
        return Err(Error::Refused(Box::new(report)));
    }
    let written = write(disk, &files)?;
    remove_stale(disk, before, size)?;
    Ok(Published { checkpoint, size, before, written })
}

/// How many entries the folder is complete for: 0 for an empty one. Refuses a folder whose
/// checkpoint this ledger never signed.
fn published_size(ledger: &Ledger, signer: &Signer, there: &dyn Source) -> Result<u64, Error> {
    let Some(note) = there.read("checkpoint", MAX_READ)? else { return Ok(0) };
    let known = ledger.checkpoints()?;
    let key = signer.verifier();
    let opened = Checkpoint::open(&note, &key, &[]).ok();
    let ours = |c: &Checkpoint| {
        known.iter().any(|kept| note.starts_with(&kept.note) && kept.size == c.size())
    };
    let Some((signed, _)) = opened.filter(|(c, _)| ours(c)) else {
        let text = String::from_utf8_lossy(&note);
        return Err(Error::Foreign { found: text.lines().take(3).collect::<Vec<_>>().join(" ") });
    };
    // The status is only a hint: a wrong one makes more or fewer files new, and then the
    // verification decides.
    let status = there.read(STATUS, MAX_READ)?.unwrap_or_default();
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap_or_default();
    let complete = status.get("size").and_then(serde_json::Value::as_u64).unwrap_or(0);
    let same = status.get("generator").and_then(serde_json::Value::as_str)
        == Some(crate::publish::GENERATOR);
    Ok(if same { complete.min(signed.size()) } else { 0 })
}

/// The files that differ from what is there, in the order in which they go up.
fn changed_files(
    site: &Site<'_>,
    since: Option<u64>,
    there: &dyn Source,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut files = Vec::new();
    let mut add = |path: String, bytes: Vec<u8>| -> Result<(), Error> {
        if there.read(&path, bytes.len() as u64).ok().flatten().as_ref() != Some(&bytes) {
            files.push((path, bytes));
        }
        Ok(())
    };
    for path in site.paths(since)?.into_iter().filter(|path| path != STATUS) {
        if let Some(bytes) = site.file(&path)? {
            add(path, bytes)?;
        }
    }
    for (path, day) in site.day_proofs(since) {
        // A proof stays as it was first published.
        if let (None, Some(bytes)) = (there.read(&path, MAX_READ)?, site.day_proof(day)?) {
            add(path, bytes)?;
        }
    }
    if let Some(bytes) = site.file(STATUS)? {
        add(STATUS.to_owned(), bytes)?;
    }
    Ok(files)
}

/// Writes the files in their order: whatever comes before the checkpoint, the checkpoint, the rest,
/// the status. Each step is durable before the next begins.
fn write(disk: &dyn Disk, files: &[(String, Vec<u8>)]) -> Result<usize, Error> {
    let checkpoint = files.iter().position(|(path, _)| path == "checkpoint");
    let (log, rest) = files.split_at(checkpoint.unwrap_or(0));
    let (first, rest) = rest.split_at(usize::from(checkpoint.is_some()));
    let last = rest.iter().rposition(|(path, _)| path == STATUS).unwrap_or(rest.len());
    let (rest, status) = rest.split_at(last);
    for step in [log, first, rest, status] {
        write_step(disk, step)?;
    }
    Ok(files.len())
}

/// Makes all files of one step safe under another name, then lets them take their names.
fn write_step(disk: &dyn Disk, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
    let folders: BTreeSet<&str> = files.iter().map(|(path, _)| disk::parent(path)).collect();
    for folder in folders.iter().filter(|folder| !folder.is_empty()) {
        disk::create_dirs(disk, folder, Access::Public)?;
    }
    for (path, bytes) in files {
        let new = format!("{path}.new");
        if disk.len(&new)?.is_some() {
            disk.remove(&new)?; // left by a crash
        }
        disk.create(&new, Access::Public)?;
        disk.append(&new, bytes)?;
        disk.sync(&new)?;
    }
    for (path, _) in files {
        disk.rename(&format!("{path}.new"), path)?;
    }
    for folder in folders {
        disk.sync_dir(folder)?;
    }
    Ok(())
}

/// Removes the partial tiles whose full tile is now there (C2SP tlog-tiles allows it from then on).
fn remove_stale(disk: &dyn Disk, before: u64, size: u64) -> Result<(), Error> {
    for tile in new_tiles(before, size).filter(|tile: &TileId| tile.is_full()) {
        let folder = format!("{tile}.p");
        for name in disk.list(&folder)? {
            disk.remove(&format!("{folder}/{name}"))?;
        }
    }
    Ok(())
}

/// New files by path, to lay over what is there.
struct Files<'a>(BTreeMap<&'a str, &'a [u8]>);

impl Source for Files<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let fits = |bytes: &&&[u8]| bytes.len() as u64 <= max;
        Ok(self.0.get(path).filter(fits).map(|bytes| bytes.to_vec()))
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(Some(self.0.keys().map(|path| (*path).to_owned()).collect()))
    }

    fn at_hand(&self) -> bool {
        true
    }
}
