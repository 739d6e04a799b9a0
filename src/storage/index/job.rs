//! One commit, away from whoever appends: it takes in what is sealed and hands back the new root.

use super::Error;
use super::fresh::Fresh;
use super::root::{self, Root};
use super::row::{self, Row, bundle_of, place_in_bundle};
use super::run::{self, RUNS, RunFile};
use super::scan::Scan;
use super::store::{self, Store};
use crate::storage::disk::Disk;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// So many runs of one size would be one too many: they become one.
const MERGE_AT: usize = 8;

/// Runs of fewer refs are of one size, and so are those of up to [`MERGE_AT`] times as many.
const SMALLEST: u64 = 1_024;

/// What a commit begins with.
pub(super) struct Job {
    pub(super) store: Store,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) root: Root,
    pub(super) runs: Vec<Arc<RunFile>>,
    pub(super) sealed: Arc<Fresh>,
    pub(super) snapshot: Vec<u8>,
}

/// What it ends with. Runs no longer named are still there: whoever reads them lets them go.
pub(super) struct Done {
    pub(super) root: Root,
    pub(super) runs: Vec<Arc<RunFile>>,
}

impl Job {
    /// Makes all of it durable, or leaves what was. New keys and files only, until the root.
    pub(super) fn work(mut self) -> Result<Done, Error> {
        let before = self.root.records;
        self.root.generation += 1;
        self.root.records += self.sealed.rows.len() as u64;
        self.root.snapshot_len = self.snapshot.len() as u64;
        self.root.snapshot_sha256 = Sha256::digest(&self.snapshot).into();
        let generation = self.root.generation;
        self.store.put_pieces(&store::key(b's', generation, &[]), &self.snapshot)?;
        for ((level, number), bytes) in &self.sealed.tiles {
            self.store.put_pieces(&store::key(b't', *number, &[*level]), bytes)?;
        }
        self.put_rows(before)?;
        if self.sealed.count > 0 {
            self.add_run()?;
            self.disk.sync_dir(RUNS)?;
        }
        self.root.runs = self.runs.iter().map(|file| file.run).collect();
        self.store.flush()?;
        // The point of no return.
        self.store.put(&root::KEY, &self.root.encode())?;
        self.store.flush()?;
        self.store.keep_only(b's', &[generation])?;
        Ok(Done { root: self.root, runs: self.runs })
    }

    /// A bundle that was not full is written again, longer: the old root reads its beginning.
    fn put_rows(&self, before: u64) -> Result<(), Error> {
        let bundle = bundle_of(before);
        let mut rows = match place_in_bundle(before) {
            0 => Vec::new(),
            kept => {
                let mut rows = get_rows(&self.store, bundle)?;
                rows.truncate(kept);
                rows
            }
        };
        rows.extend(&self.sealed.rows);
        let size = usize::try_from(row::BUNDLE).unwrap_or(256);
        for (number, rows) in (bundle..).zip(rows.chunks(size)) {
            self.store.put(&store::key(b'p', number, &[]), &row::encode(rows))?;
        }
        Ok(())
    }

    /// Writes the sealed refs as a run, together with those of every size that would be full.
    fn add_run(&mut self) -> Result<(), Error> {
        let items = self.sealed.sorted();
        let mut count = items.len() as u64;
        let entries = items.iter().map(|item| item.place.entry);
        let mut least = entries.clone().min().unwrap_or(0);
        let mut greatest = entries.max().unwrap_or(0);
        let mut line = items.iter().map(|item| item.place.line).max().unwrap_or(0);
        let mut old = Vec::new();
        loop {
            let full = tier(count);
            let same = |file: &Arc<RunFile>| tier(file.run.count) == full;
            if self.runs.iter().filter(|file| same(file)).count() + 1 < MERGE_AT {
                break;
            }
            for file in self.runs.extract_if(.., |file| same(file)) {
                count += file.run.count;
                least = least.min(file.run.entries.0);
                greatest = greatest.max(file.run.entries.1);
                line = line.max(file.run.line);
                old.push(file);
            }
        }
        let mut all = Scan::new(&old, items, 0, u128::MAX)?;
        let bounds = (count, (least, greatest), line);
        let file = run::write(&self.disk, self.root.next_run, bounds, || all.step())?;
        self.root.next_run += 1;
        self.runs.push(Arc::new(file));
        Ok(())
    }
}

/// The rows of a bundle, as they are stored.
pub(super) fn get_rows(store: &Store, bundle: u64) -> Result<Vec<Row>, Error> {
    let key = store::key(b'p', bundle, &[]);
    let bytes = store.get(&key)?.ok_or_else(|| super::damaged("no bundle under", &key))?;
    row::decode(&bytes, bundle).ok_or_else(|| super::damaged("no rows under", &key))
}

/// The size of a run, by its refs.
fn tier(count: u64) -> u32 {
    (count / SMALLEST).max(1).ilog(MERGE_AT as u64)
}
