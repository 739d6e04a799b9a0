//! Look-ups that the journal can rebuild: a cache in sled, nothing more.
//!
//! One commit is the whole of what a number of records lead to: where every ref stands, the full
//! tiles, every 256th record's place, and a snapshot of the layer above, opaque here. All of it
//! hangs on one value, the root, which is written last; until then the old root stands and the
//! new keys are litter that the next opening sweeps up. So a crash leaves the old or the new.
//!
//! There is no key per gift: sled reopens slowly and grows large with millions of keys. Refs are
//! kept in sorted runs (see [`runs`]).
//!
//! Whatever looks wrong is [`Error::Damaged`], and the answer to it is [`Index::destroy`] and a
//! replay, as it is for an index of another fund, of another version, or ahead of the journal.

mod root;
mod runs;
mod store;

use self::root::{Root, Run};
pub use self::runs::{Place, Ref, Scan};
use self::store::Store;
use super::journal::Position;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// The format of everything in the index. Another one is rebuilt, never converted.
pub const VERSION: u32 = 1;

/// The bytes of a full tile: 256 hashes of 32 bytes (C2SP tlog-tiles).
pub const TILE: usize = 8_192;

/// One place is kept for so many records.
pub const PLACE_EVERY: u64 = 256;

/// So many runs of one tier are merged into one run of the next.
const MERGE_AT: usize = 8;

/// The largest snapshot (bytes).
pub const SNAPSHOT_MAX: usize = 1 << 28;

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the index open.
    #[error("another process has the index {path} open")]
    Busy {
        /// The index's folder.
        path: String,
    },
    /// sled, or the disk below it, failed.
    #[error("the index cannot be read or written")]
    Sled(#[from] sled::Error),
    /// The index's folder could not be removed.
    #[error("the index {path} cannot be removed")]
    Destroy {
        /// The index's folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// What is stored is not what was written.
    #[error("the index is damaged: {what} {key}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// The key it stands under, in hex.
        key: String,
    },
    /// The index belongs to another fund.
    #[error("the index is of the fund {found}, not {expected}")]
    Foreign {
        /// The digest asked for, in hex.
        expected: String,
        /// The digest in the index, in hex.
        found: String,
    },
    /// The index has another format.
    #[error("the index has format {found}, this program writes {VERSION}")]
    Version {
        /// The format found.
        found: u32,
    },
    /// A commit of fewer records than the last one.
    #[error("a commit of {records} records cannot follow one of {before}")]
    Back {
        /// The record count offered.
        records: u64,
        /// The record count committed last.
        before: u64,
    },
    /// A value of a length or number the index has no room for.
    #[error("{what} of {found} is beyond the index's limit of {max}")]
    Limit {
        /// What was offered.
        what: &'static str,
        /// Its length or number.
        found: u64,
        /// The limit.
        max: u64,
    },
}

/// What is committed together, beside the refs [`inserted`](Index::insert) since the last commit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Batch<'a> {
    /// The number of records everything below stands for.
    pub records: u64,
    /// The state of the layer above after so many records.
    pub snapshot: &'a [u8],
    /// Full tiles that were not there before: level, number, [`TILE`] bytes.
    pub tiles: &'a [(u8, u64, &'a [u8])],
    /// The places of records whose number is a multiple of [`PLACE_EVERY`].
    pub places: &'a [Position],
}

/// The open index.
pub struct Index {
    store: Store,
    root: Root,
    /// Refs not committed yet.
    fresh: HashMap<Ref, Place>,
}

impl Index {
    /// Opens the index in the folder `path`, or begins an empty one for the fund whose first
    /// record has the digest `identity`.
    pub fn open(path: &Path, identity: [u8; 32]) -> Result<Index, Error> {
        Index::with(Store::open(path)?, identity)
    }

    /// Begins an empty index that is gone when dropped: for a reader that finds the fund's own
    /// index `Busy`.
    pub fn temporary(identity: [u8; 32]) -> Result<Index, Error> {
        Index::with(Store::temporary()?, identity)
    }

    fn with(store: Store, identity: [u8; 32]) -> Result<Index, Error> {
        let root = match store.get(&root::KEY)? {
            Some(bytes) => Root::decode(&bytes)?,
            None => Root { identity, ..Root::default() },
        };
        if root.identity != identity {
            let (expected, found) = (store::hex(&identity), store::hex(&root.identity));
            return Err(Error::Foreign { expected, found });
        }
        let index = Index { store, root, fresh: HashMap::new() };
        index.sweep()?;
        Ok(index)
    }

    /// Removes the index in the folder `path`, if there is one; nobody may have it open.
    pub fn destroy(path: &Path) -> Result<(), Error> {
        match std::fs::remove_dir_all(path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::Destroy { path: path.to_string_lossy().into(), source })
            }
            _ => Ok(()),
        }
    }

    /// The number of records committed.
    pub fn records(&self) -> u64 {
        self.root.records
    }

    /// The snapshot committed last; `None` before the first commit.
    pub fn snapshot(&self) -> Result<Option<Vec<u8>>, Error> {
        if self.root.generation == 0 {
            return Ok(None);
        }
        let prefix = store::key(b's', self.root.generation, &[]);
        let bytes = self.store.get_pieces(&prefix, self.root.snapshot_len)?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) == self.root.snapshot_sha256 {
            Ok(Some(bytes))
        } else {
            Err(store::damaged("another snapshot than the root states", &prefix))
        }
    }

    /// The full tile `number` of `level`, if it was committed.
    pub fn tile(&self, level: u8, number: u64) -> Result<Option<Vec<u8>>, Error> {
        let prefix = store::key(b't', number, &[level]);
        if self.store.get(&store::piece(&prefix, 0))?.is_none() {
            return Ok(None);
        }
        self.store.get_pieces(&prefix, TILE as u64).map(Some)
    }

    /// The last known place at or before record `number`; the journal's start if there is none.
    ///
    /// From there record `number` is at most [`PLACE_EVERY`] - 1 records away, if it was committed.
    pub fn place(&self, number: u64) -> Result<Position, Error> {
        let known = number.min(self.root.records.saturating_sub(1));
        let key = store::key(b'p', known / PLACE_EVERY, &[]);
        let Some((found, bytes)) = self.store.at_or_before(&key, 1)? else {
            return Ok(Position::default());
        };
        let damaged = || store::damaged("no place under", &found);
        let at = decode_place(&bytes).ok_or_else(damaged)?;
        let named = store::key(b'p', at.number / PLACE_EVERY, &[]);
        if found == named && at.number <= number { Ok(at) } else { Err(damaged()) }
    }

    /// Notes where a ref stands, until the next commit in memory only.
    ///
    /// A ref already noted since the last commit stays where it was; its place is returned.
    /// Whether it was committed earlier is for [`Index::find`] to say.
    pub fn insert(&mut self, reference: Ref, place: Place) -> Result<Option<Place>, Error> {
        if place.entry > runs::ENTRY_MAX {
            let (found, max) = (place.entry, runs::ENTRY_MAX);
            return Err(Error::Limit { what: "an entry number", found, max });
        }
        let before = self.fresh.get(&reference).copied();
        if before.is_none() {
            self.fresh.insert(reference, place);
        }
        Ok(before)
    }

    /// Where a ref stands.
    pub fn find(&self, reference: Ref) -> Result<Option<Place>, Error> {
        Ok(self.find_all(&[reference])?.pop().flatten())
    }

    /// Where each of many refs stands, in their order.
    ///
    /// Reads no chunk of a run twice, so a large batch costs at most one pass over the runs.
    pub fn find_all(&self, refs: &[Ref]) -> Result<Vec<Option<Place>>, Error> {
        let mut found: Vec<_> = refs.iter().map(|one| self.fresh.get(one).copied()).collect();
        let mut wanted: Vec<_> = refs.iter().zip(&mut found).collect();
        wanted.retain(|(_, place)| place.is_none());
        wanted.sort_unstable_by_key(|(one, _)| **one);
        for run in &self.root.runs {
            runs::find(&self.store, run.id, &mut wanted)?;
            wanted.retain(|(_, place)| place.is_none());
        }
        Ok(found)
    }

    /// All refs that begin with the first `bits` (0 to 128) bits of `prefix`, in ascending order,
    /// committed or not.
    pub fn refs_with_prefix(&self, prefix: Ref, bits: u32) -> Result<Scan, Error> {
        let free = u128::MAX.checked_shr(bits).unwrap_or(0);
        let low = u128::from_be_bytes(prefix) & !free;
        let (low, high) = (low.to_be_bytes(), (low | free).to_be_bytes());
        let fresh = self.fresh.iter().filter(|(one, _)| (low..=high).contains(*one));
        let fresh = runs::sorted(fresh);
        Scan::new(&self.store, &self.root.runs, fresh, low, high)
    }

    /// Makes a batch and all refs inserted since the last commit durable, or leaves what was.
    ///
    /// On error the index should be dropped and opened again.
    pub fn commit(&mut self, batch: &Batch<'_>) -> Result<(), Error> {
        self.check(batch)?;
        let mut root = self.root.clone();
        root.generation += 1;
        root.records = batch.records;
        root.snapshot_len = batch.snapshot.len() as u64;
        root.snapshot_sha256 = Sha256::digest(batch.snapshot).into();
        // New keys only: whatever the old root leads to stays as it is.
        self.store.put_pieces(&store::key(b's', root.generation, &[]), batch.snapshot)?;
        for (level, number, bytes) in batch.tiles {
            self.store.put_pieces(&store::key(b't', *number, &[*level]), bytes)?;
        }
        for at in batch.places {
            let key = store::key(b'p', at.number / PLACE_EVERY, &[]);
            self.store.put(&key, &encode_place(*at))?;
        }
        self.add_run(&mut root)?;
        self.store.flush()?;
        // The point of no return.
        self.store.put(&root::KEY, &root.encode())?;
        self.store.flush()?;
        self.root = root;
        self.fresh.clear();
        self.sweep()
    }

    fn check(&self, batch: &Batch<'_>) -> Result<(), Error> {
        let limit = |what, found, max| Err(Error::Limit { what, found, max });
        if batch.records < self.root.records {
            return Err(Error::Back { records: batch.records, before: self.root.records });
        }
        if batch.snapshot.len() > SNAPSHOT_MAX {
            return limit("a snapshot", batch.snapshot.len() as u64, SNAPSHOT_MAX as u64);
        }
        if let Some((_, _, bytes)) = batch.tiles.iter().find(|(_, _, bytes)| bytes.len() != TILE) {
            return limit("a tile", bytes.len() as u64, TILE as u64);
        }
        match batch.places.iter().find(|at| !at.number.is_multiple_of(PLACE_EVERY)) {
            Some(at) => limit("a place between the places", at.number, PLACE_EVERY),
            None => Ok(()),
        }
    }

    /// Writes the fresh refs as a run and merges wherever a tier is full.
    fn add_run(&self, root: &mut Root) -> Result<(), Error> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let fresh = runs::sorted(self.fresh.iter());
        let count = runs::write(&self.store, root.next_run, fresh.into_iter().map(Ok))?;
        root.push(0, count);
        let mut tier = 0;
        loop {
            let full: Vec<Run> = root.runs.iter().filter(|run| run.tier == tier).copied().collect();
            if full.len() < MERGE_AT {
                return Ok(());
            }
            let merged = Scan::new(&self.store, &full, Vec::new(), [0; 16], [0xff; 16])?;
            let count = runs::write(&self.store, root.next_run, merged.packed())?;
            root.runs.retain(|run| run.tier != tier);
            tier += 1;
            root.push(tier, count);
        }
    }

    /// Removes what the root does not lead to: old runs and snapshots, and a crash's litter.
    ///
    /// Tiles and places beyond the root are left: the next commits write the same keys again.
    fn sweep(&self) -> Result<(), Error> {
        let live: Vec<u64> = self.root.runs.iter().map(|run| run.id).collect();
        self.store.keep_only(b'r', &live)?;
        self.store.keep_only(b's', &[self.root.generation])
    }
}

fn encode_place(at: Position) -> Vec<u8> {
    [at.segment, at.offset, at.number].map(u64::to_be_bytes).concat()
}

fn decode_place(bytes: &[u8]) -> Option<Position> {
    let (numbers, rest) = bytes.as_chunks::<8>();
    match (numbers, rest) {
        ([segment, offset, number], []) => Some(Position {
            segment: u64::from_be_bytes(*segment),
            offset: u64::from_be_bytes(*offset),
            number: u64::from_be_bytes(*number),
        }),
        _ => None,
    }
}
