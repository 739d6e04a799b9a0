//! Look-ups that the journal can rebuild: a cache, nothing more.
//!
//! ```text
//! index/          sled: the root, a snapshot of the layer above, full tiles, where records stand
//! index/runs/     refs in sorted runs, each a file of its own (see [`run`] and [`block`])
//! ```
//!
//! One commit is the whole of what a number of records lead to. All of it hangs on one value, the
//! root, which is written last; until then the old root stands, and new keys and files are litter
//! that the next opening sweeps up. So a crash leaves the old or the new.
//!
//! A commit works beside the one who appends (see [`job`]): what it takes in is sealed, and is
//! found in memory until the new root stands. Nothing waits for it but the next commit.
//!
//! Whatever looks wrong is [`Error::Damaged`], and the answer to it is [`Index::destroy`] and a
//! replay, as it is for an index of another fund, of another version, or ahead of the journal.

mod batch;
mod block;
mod error;
mod filter;
mod fresh;
mod job;
mod memory;
mod root;
mod row;
mod run;
mod scan;
mod store;

pub use self::batch::Batch;
pub use self::block::{Place, Ref};
pub use self::error::Error;
use self::error::{damaged, hex};
use self::filter::Filter;
use self::fresh::Fresh;
pub use self::fresh::{Mix, Mixer, RefMap};
use self::job::{Done, Job};
use self::memory::Memory;
use self::root::Root;
pub use self::row::{BUNDLE, NOTE, Row};
use self::run::{RUNS, Run, RunFile};
pub use self::scan::Scan;
use self::store::Store;
pub use self::store::panic_is_contained;
use super::disk::{self, Access, Disk};
use super::journal::Position;
use super::real_disk::RealDisk;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

/// The format of everything in the index. Another one is rebuilt, never converted.
pub const VERSION: u32 = 2;

/// The bytes of a full tile: 256 hashes of 32 bytes (C2SP tlog-tiles).
pub const TILE: usize = 8_192;

/// The largest snapshot (bytes).
pub const SNAPSHOT_MAX: usize = 1 << 28;

/// Whoever asks for more refs than this within one opening, and for more than one to every
/// [`KNOWN_TO_ONE`] known, is given a [`Filter`]: to make it costs a look at each that is known.
const MANY: usize = 2_000;
const KNOWN_TO_ONE: usize = 100;

/// The open index.
pub struct Index {
    store: Store,
    disk: Arc<dyn Disk>,
    root: Root,
    runs: Vec<Arc<RunFile>>,
    /// Not committed yet.
    fresh: Fresh,
    /// Being committed: what, and by whom.
    sealed: Arc<Fresh>,
    job: Option<JoinHandle<Result<Done, Error>>>,
    /// A commit failed: what it sealed is in no run.
    failed: bool,
    filter: Option<Filter>,
    expected: usize,
}

impl Index {
    /// Opens the index in the folder `path`, or begins an empty one for the fund whose first
    /// record has the digest `identity`.
    pub fn open(path: &Path, identity: [u8; 32]) -> Result<Index, Error> {
        // sled first: it makes the folder, and knows who else has it open.
        let store = Store::open(path)?;
        Index::with(store, Arc::new(RealDisk::open(path)?), identity)
    }

    /// The same with runs on a disk of the caller's choice, and only the rest in `path`.
    pub fn open_on(disk: Arc<dyn Disk>, path: &Path, identity: [u8; 32]) -> Result<Index, Error> {
        Index::with(Store::open(path)?, disk, identity)
    }

    /// Begins an empty index that is gone when dropped: for a reader that finds the fund's own
    /// index `Busy`.
    pub fn temporary(identity: [u8; 32]) -> Result<Index, Error> {
        Index::with(Store::temporary()?, Arc::new(Memory::default()), identity)
    }

    fn with(store: Store, disk: Arc<dyn Disk>, identity: [u8; 32]) -> Result<Index, Error> {
        let root = match store.get(&root::KEY)? {
            Some(bytes) => Root::decode(&bytes)?,
            None => Root { identity, ..Root::default() },
        };
        if root.identity != identity {
            let (expected, found) = (hex(&identity), hex(&root.identity));
            return Err(Error::Foreign { expected, found });
        }
        let open = |run: &Run| Ok(Arc::new(RunFile::open(Arc::clone(&disk), *run)?));
        let runs = root.runs.iter().map(open).collect::<Result<_, Error>>()?;
        let (fresh, sealed) = (Fresh::default(), Arc::default());
        let (job, failed, filter, expected) = (None, false, None, 0);
        let index = Index { store, disk, root, runs, fresh, sealed, job, failed, filter, expected };
        index.sweep()?;
        Ok(index)
    }

    /// Removes what the root does not lead to: a crash's litter.
    ///
    /// Tiles and rows beyond the root are left: the next commits write the same keys again.
    fn sweep(&self) -> Result<(), Error> {
        self.store.keep_only(b's', &[self.root.generation])?;
        disk::create_dirs(&*self.disk, RUNS, Access::Public)?;
        let live: BTreeSet<_> = self.root.runs.iter().map(|run| Run::path(run.id)).collect();
        for name in self.disk.list(RUNS)? {
            let path = format!("{RUNS}/{name}");
            if !live.contains(&path) {
                self.disk.remove(&path)?;
            }
        }
        Ok(())
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

    /// The number of records committed, as far as is known: a commit at work is not counted.
    pub fn records(&self) -> u64 {
        self.root.records
    }

    /// The number of records known, committed or not.
    pub fn noted(&self) -> u64 {
        self.sealed_to().saturating_add(self.fresh.rows.len() as u64)
    }

    /// Records and refs that no commit has taken up yet.
    pub fn waiting(&self) -> (usize, usize) {
        (self.fresh.rows.len(), self.fresh.count)
    }

    fn sealed_to(&self) -> u64 {
        self.root.records.saturating_add(self.sealed.rows.len() as u64)
    }

    /// The number of refs, committed or not.
    pub fn refs(&self) -> u64 {
        let memory = self.fresh.count.saturating_add(self.sealed.count);
        self.root.refs().saturating_add(memory as u64)
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
            Err(damaged("another snapshot than the root states", &prefix))
        }
    }

    /// The full tile `number` of `level`, if it is known.
    pub fn tile(&self, level: u8, number: u64) -> Result<Option<Vec<u8>>, Error> {
        let memory = [&self.fresh, &*self.sealed];
        if let Some(tile) = memory.iter().find_map(|from| from.tiles.get(&(level, number))) {
            return Ok(Some(tile.clone()));
        }
        let prefix = store::key(b't', number, &[level]);
        if self.store.get(&store::piece(&prefix, 0))?.is_none() {
            return Ok(None);
        }
        self.store.get_pieces(&prefix, TILE as u64).map(Some)
    }

    /// The known rows of records `256 * bundle` to `256 * bundle + 255`.
    pub fn bundle(&self, bundle: u64) -> Result<Vec<Row>, Error> {
        let (first, committed) = (bundle.saturating_mul(BUNDLE), self.root.records);
        let mut rows = Vec::new();
        if first < committed {
            let known = usize::try_from((committed - first).min(BUNDLE)).unwrap_or(0);
            rows = job::get_rows(&self.store, bundle)?;
            if rows.len() < known {
                let key = store::key(b'p', bundle, &[]);
                return Err(damaged("fewer rows than the root states under", &key));
            }
            rows.truncate(known);
        }
        for memory in [&*self.sealed, &self.fresh] {
            let begin = memory.rows.partition_point(|row| row.at.number < first);
            let rest = memory.rows.get(begin..).unwrap_or_default();
            rows.extend(rest.iter().take_while(|row| row::bundle_of(row.at.number) == bundle));
        }
        Ok(rows)
    }

    /// The row of record `number`, if it is known.
    pub fn row(&self, number: u64) -> Result<Option<Row>, Error> {
        if number >= self.noted() {
            return Ok(None);
        }
        let rows = self.bundle(row::bundle_of(number))?;
        Ok(rows.get(row::place_in_bundle(number)).copied())
    }

    /// Where the record after the last known one begins, unless it begins a segment.
    pub fn end(&self) -> Result<Position, Error> {
        let last = self.noted().checked_sub(1).map(|last| self.row(last)).transpose()?.flatten();
        Ok(last.map_or(Position::default(), |row| row.after()))
    }

    /// Notes the next record, until the next commit in memory only.
    pub fn note(&mut self, row: Row) -> Result<(), Error> {
        let (found, next) = (row.at.number, self.noted());
        if found == next {
            self.fresh.rows.push(row);
            return Ok(());
        }
        Err(Error::Order { found, next })
    }

    /// Keeps a full tile, until the next commit in memory only.
    pub fn keep_tile(&mut self, level: u8, number: u64, bytes: Vec<u8>) -> Result<(), Error> {
        if bytes.len() != TILE {
            return Err(error::limit("a tile", bytes.len() as u64, TILE as u64));
        }
        self.fresh.tiles.insert((level, number), bytes);
        Ok(())
    }

    /// Says that so many refs will be looked for one by one, most of them new. Whoever asks for
    /// many pays once for a filter in memory, which then answers for the new ones.
    pub fn expect(&mut self, count: usize) -> Result<(), Error> {
        self.expected = self.expected.saturating_add(count);
        let known = usize::try_from(self.refs()).unwrap_or(usize::MAX);
        if self.filter.is_some() || self.expected < MANY.max(known / KNOWN_TO_ONE) {
            return Ok(());
        }
        let mut filter = Filter::with_room(known.saturating_add(known / 4));
        let mut all = self.refs_with_prefix([0; 16], 0)?;
        while let Some(item) = all.step()? {
            filter.insert(&item.key.to_be_bytes());
        }
        self.filter = Some(filter);
        Ok(())
    }

    /// Notes where refs stand, until the next commit in memory only. None of them may be known:
    /// [`Index::find`] says.
    pub fn insert(&mut self, refs: RefMap) -> Result<(), Error> {
        self.admit(refs.iter().map(|(reference, place)| (*reference, *place)))?;
        self.fresh.insert(refs);
        Ok(())
    }

    /// The same for many, of which [`Index::all_new`] said that none is known.
    pub fn insert_batch(&mut self, batch: Batch) -> Result<(), Error> {
        self.admit(batch.items().map(block::Item::pair))?;
        self.fresh.insert_batch(batch);
        Ok(())
    }

    /// Takes note of refs that are about to be known.
    fn admit(&mut self, refs: impl Iterator<Item = (Ref, Place)>) -> Result<(), Error> {
        let mut most = 0;
        for (reference, place) in refs {
            most = most.max(place.entry);
            if let Some(filter) = &mut self.filter {
                filter.insert(&reference);
            }
        }
        if most > block::ENTRY_MAX {
            return Err(error::limit("an entry number", most, block::ENTRY_MAX));
        }
        Ok(())
    }

    /// Sorts `batch` and says whether all of it is new: no two of its refs are the same, and none
    /// is known. Every core has its share.
    pub fn all_new(&self, batch: &mut Batch) -> Result<bool, Error> {
        let new = |part: &Vec<block::Item>| {
            for item in part {
                if self.find(item.key.to_be_bytes())?.is_some() {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        if !batch.sort() {
            return Ok(false);
        }
        let both = |one, other| Ok(one? && other?);
        batch.parts().par_iter().map(new).reduce(|| Ok(true), both)
    }

    /// Where a ref stands.
    pub fn find(&self, reference: Ref) -> Result<Option<Place>, Error> {
        if self.filter.as_ref().is_some_and(|filter| !filter.may_have(&reference)) {
            return Ok(None);
        }
        if let found @ Some(_) =
            [&self.fresh, &*self.sealed].iter().find_map(|m| m.find(&reference))
        {
            return Ok(found);
        }
        let key = u128::from_be_bytes(reference);
        for file in &self.runs {
            if let found @ Some(_) = file.find(key)? {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Where each of many refs stands, in their order. Reads no block twice.
    pub fn find_all(&self, refs: &[Ref]) -> Result<Vec<Option<Place>>, Error> {
        let mut found = vec![None; refs.len()];
        if self.refs() == 0 {
            return Ok(found);
        }
        let filter = self.filter.as_ref();
        let perhaps = refs.iter().zip(&mut found);
        let perhaps = perhaps.filter(|(r, _)| filter.is_none_or(|filter| filter.may_have(r)));
        let mut wanted: Vec<_> =
            perhaps.map(|(r, place)| (u128::from_be_bytes(*r), place)).collect();
        // Neighbours share a block, which a run keeps until another one is asked for.
        wanted.sort_unstable_by_key(|(key, _)| *key);
        for (key, place) in wanted {
            *place = self.find(key.to_be_bytes())?;
        }
        Ok(found)
    }

    /// All refs that begin with the first `bits` (0 to 128) bits of `prefix`, in ascending order,
    /// committed or not.
    pub fn refs_with_prefix(&self, prefix: Ref, bits: u32) -> Result<Scan, Error> {
        let free = u128::MAX.checked_shr(bits).unwrap_or(0);
        let low = u128::from_be_bytes(prefix) & !free;
        let high = low | free;
        let memory = [&self.fresh, &*self.sealed].into_iter().flat_map(Fresh::items);
        let memory = memory.filter(|item| (low..=high).contains(&item.key)).collect();
        Scan::new(&self.runs, memory, low, high)
    }

    /// Begins to make everything noted so far durable, with `snapshot`, the state of the layer
    /// above after so many records. Waits only for the commit before.
    ///
    /// On error, now or when the commit is [`settled`](Index::settle), what is known stays known,
    /// but nothing more is committed until the index is opened again.
    pub fn begin_commit(&mut self, snapshot: Vec<u8>) -> Result<(), Error> {
        self.settle()?;
        if self.failed {
            return Err(Error::Failed);
        }
        if snapshot.len() > SNAPSHOT_MAX {
            return Err(error::limit("a snapshot", snapshot.len() as u64, SNAPSHOT_MAX as u64));
        }
        self.sealed = Arc::new(std::mem::take(&mut self.fresh));
        let job = Job {
            store: self.store.clone(),
            disk: Arc::clone(&self.disk),
            root: self.root.clone(),
            runs: self.runs.clone(),
            sealed: Arc::clone(&self.sealed),
            snapshot,
        };
        let thread = std::thread::Builder::new().name("index".into());
        self.job = Some(thread.spawn(|| job.work()).map_err(|source| Error::Thread { source })?);
        Ok(())
    }

    /// Answers from the commit at work, if it is done.
    pub fn poll(&mut self) -> Result<(), Error> {
        if self.is_committing() { Ok(()) } else { self.settle() }
    }

    /// Whether a commit is at work.
    pub fn is_committing(&self) -> bool {
        self.job.as_ref().is_some_and(|job| !job.is_finished())
    }

    /// Waits for the commit at work, if there is one, and answers from its result from then on.
    pub fn settle(&mut self) -> Result<(), Error> {
        let Some(job) = self.job.take() else { return Ok(()) };
        self.failed = true;
        let Done { root, runs } =
            job.join().unwrap_or_else(|_| Err(damaged("a commit panicked", &[])))?;
        self.failed = false;
        let gone = self.runs.iter().filter(|old| runs.iter().all(|new| new.run.id != old.run.id));
        gone.for_each(|file| file.doom());
        (self.root, self.runs, self.sealed) = (root, runs, Arc::default());
        Ok(())
    }

    /// Commits and waits for it.
    pub fn commit(&mut self, snapshot: Vec<u8>) -> Result<(), Error> {
        self.begin_commit(snapshot)?;
        self.settle()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // sled's lock is held as long as the commit works.
        let _ = self.settle();
    }
}
