//! New files, made beside those they will replace; then, once they are verified, put up.

use super::{CHECKPOINT, Error, Progress, STATUS, Step, Target};
use crate::publish::find_digits;
use crate::storage::disk::{self, Access, Disk};
use crate::tlog::{TILE_WIDTH, TileId, TileKind};
use crate::verify::{Source, SourceError};
use std::collections::BTreeSet;
use std::io::ErrorKind;

/// So many partial tiles that nobody needs any more are removed by one publication of a day, which
/// shall not wait for the removal of hundreds.
const REMOVED_AT_ONCE: usize = 16;

/// The files of a publication. Until they are put up each is there under another name, and nothing
/// that anybody reads has changed.
pub(super) struct Stage<'a> {
    target: Target<'a>,
    made: BTreeSet<String>,
    folders: BTreeSet<String>,
    grown: Vec<(String, Vec<u8>)>,
}

fn new_name(path: &str) -> String {
    format!("{path}.new")
}

impl<'a> Stage<'a> {
    pub(super) fn new(target: Target<'a>) -> Stage<'a> {
        let (made, folders, grown) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        Stage { target, made, folders, grown }
    }

    /// Makes the file, unless it is there already.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let there = self.target.there.read(path, bytes.len() as u64);
        // A longer file there is another one.
        if there.ok().flatten().as_deref() == Some(bytes) {
            return Ok(());
        }
        let (disk, new) = (self.target.disk, new_name(path));
        self.create_folder(disk::parent(path))?;
        match disk.create_with(&new, bytes, Access::Public) {
            // Left by a crash.
            Err(error) if error.source.kind() == ErrorKind::AlreadyExists => {
                disk.remove(&new)?;
                disk.create_with(&new, bytes, Access::Public)?;
            }
            done => done?,
        }
        self.made.insert(path.to_owned());
        Ok(())
    }

    /// Will add `lines` to the end of the file `path`, which is there.
    pub(super) fn grow(&mut self, path: String, lines: Vec<u8>) {
        self.grown.push((path, lines));
    }

    fn create_folder(&mut self, folder: &str) -> Result<(), Error> {
        if folder.is_empty() || self.folders.contains(folder) {
            return Ok(());
        }
        self.create_folder(disk::parent(folder))?;
        self.target.disk.create_dir(folder, Access::Public)?;
        self.folders.insert(folder.to_owned());
        Ok(())
    }

    /// How many files it changes.
    pub(super) fn count(&self) -> usize {
        self.made.len() + self.grown.len()
    }

    /// Forgets everything that was made: it was not verified.
    pub(super) fn drop_all(self) {
        for path in &self.made {
            let _ = self.target.disk.remove(&new_name(path));
        }
    }

    /// Puts everything up: what comes before the checkpoint, the checkpoint, the rest, the newest
    /// references, the status. What the newest lose when they begin anew is in other files by then.
    /// The bytes of all are durable before the first takes its name, and each step before the next
    /// begins.
    pub(super) fn put_up(mut self, told: &mut dyn FnMut(Progress)) -> Result<usize, Error> {
        let count = self.count();
        if count == 0 {
            return Ok(0);
        }
        let mut told = |done: usize| {
            let (done, of) = (done as u64, count as u64);
            told(Progress { step: Step::PuttingUp, done, of });
        };
        told(0);
        let new: Vec<String> = self.made.iter().map(|path| new_name(path)).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        // A new folder's name is in the folder above it.
        let above: BTreeSet<&str> = self.folders.iter().map(|f| disk::parent(f)).collect();
        let above: Vec<&str> = above.into_iter().collect();
        self.target.disk.sync_all(&new, &above)?;
        let made = std::mem::take(&mut self.made);
        let first = ["log.vkey", "address"];
        let of = |path: &&String| match path.as_str() {
            CHECKPOINT => 1,
            STATUS => 4,
            other if other.starts_with("find/new/") => 3,
            other if first.contains(&other) || other.starts_with("tile/") => 0,
            _ => 2,
        };
        let mut done = 0;
        for step in 0..5 {
            let files: Vec<&String> = made.iter().filter(|path| of(path) == step).collect();
            let grown = if step == 2 { std::mem::take(&mut self.grown) } else { Vec::new() };
            step_up(self.target.disk, &files, &grown)?;
            done += files.len() + grown.len();
            told(done);
        }
        Ok(count)
    }
}

/// Lets files take their names and others grow, and returns once both are durable.
fn step_up(disk: &dyn Disk, files: &[&String], grown: &[(String, Vec<u8>)]) -> Result<(), Error> {
    let names: Vec<_> = files.iter().map(|path| (new_name(path), (*path).clone())).collect();
    disk.rename_all(&names)?;
    for (path, lines) in grown {
        disk.append(path, lines)?;
    }
    let folders: BTreeSet<&str> = files.iter().map(|path| disk::parent(path)).collect();
    let folders: Vec<&str> = folders.into_iter().collect();
    let grown: Vec<&str> = grown.iter().map(|(path, _)| path.as_str()).collect();
    disk.sync_all(&grown, &folders)?;
    Ok(())
}

/// Removes partial tiles whose full tile is there (C2SP tlog-tiles allows it from then on). After a
/// day of few entries only some; the next publications remove the rest.
pub(super) fn remove_stale(disk: &dyn Disk, before: u64, size: u64) -> Result<(), Error> {
    let width = u64::from(TILE_WIDTH);
    let mut left = if size - before > width { usize::MAX } else { REMOVED_AT_ONCE };
    let mut shift = 0;
    for kind in [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), Some(6)] {
        if let Some(level) = kind {
            shift = 8 * u32::from(level);
        }
        let full = (size >> shift) / width;
        let last = [(before >> shift) / width, full.saturating_sub(1)];
        for index in BTreeSet::from(last).into_iter().filter(|index| *index < full) {
            let kind = kind.map_or(TileKind::Entries, TileKind::Hashes);
            let Ok(tile) = TileId::new(kind, index, TILE_WIDTH) else { continue };
            let folder = format!("{tile}.p");
            for name in disk.list(&folder)?.into_iter().take(left) {
                disk.remove(&format!("{folder}/{name}"))?;
                left -= 1;
            }
        }
    }
    Ok(())
}

/// Removes the shards of fewer digits than `refs` references have: nobody is led to them any more.
pub(super) fn remove_old_shards(disk: &dyn Disk, refs: u64) -> Result<(), Error> {
    for digits in 1..find_digits(refs) {
        let folder = format!("find/{digits}");
        for name in disk.list(&folder)? {
            disk.remove(&format!("{folder}/{name}"))?;
        }
    }
    Ok(())
}

/// Removes the sitemaps of an address that is no longer known.
pub(super) fn remove_sitemaps(disk: &dyn Disk) -> Result<(), Error> {
    for name in disk.list("")? {
        if name.strip_prefix("sitemap").and_then(|rest| rest.strip_suffix(".xml")).is_some() {
            disk.remove(&name)?;
        }
    }
    Ok(())
}

/// The folder as it will be: what was made, over what is there.
impl Source for Stage<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let there = self.target.there;
        if self.made.contains(path) {
            there.read(&new_name(path), max)
        } else {
            there.read(path, max)
        }
    }

    fn read_part(&self, path: &str, from: u64, len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        let there = self.target.there;
        if self.made.contains(path) {
            there.read_part(&new_name(path), from, len)
        } else {
            there.read_part(path, from, len)
        }
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        let Some(mut paths) = self.target.there.list()? else { return Ok(None) };
        let made = |path: &String| path.strip_suffix(".new").is_some_and(|p| self.made.contains(p));
        paths.retain(|path| !made(path) && !self.made.contains(path));
        paths.extend(self.made.iter().cloned());
        Ok(Some(paths))
    }

    fn at_hand(&self) -> bool {
        self.target.there.at_hand()
    }
}
