//! One sorted run of refs in a file of its own, `runs/00000017`, written once and never changed.
//!
//! ```text
//! blocks (4,096 bytes each) · the fence: the upper half of each block's first ref (8) · check (8)
//! ```
//!
//! The fence is read when the first ref is looked for, and tells which block to read.

use super::Error;
use super::block::{self, BLOCK, CHECK, Item, Packer, Place, Shape, unpack};
use crate::storage::disk::{self, Access, Disk};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The folder of the runs.
pub(super) const RUNS: &str = "runs";

/// The number under which a fence is checked, which no block has.
const FENCE: u64 = u64::MAX;

/// So many blocks are read or written at once, at most.
const AT_ONCE: u64 = 256;

/// What the root knows about a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Run {
    /// Its name.
    pub(super) id: u64,
    /// The number of refs.
    pub(super) count: u64,
    /// The number of blocks.
    pub(super) blocks: u64,
    /// The least and the greatest entry.
    pub(super) entries: (u64, u64),
    /// The greatest line.
    pub(super) line: u16,
}

impl Run {
    fn shape(&self) -> Shape {
        Shape::new(self.count, self.entries, self.line)
    }

    fn fence_at(&self) -> u64 {
        self.blocks.saturating_mul(BLOCK as u64)
    }

    /// The file's length (bytes).
    fn len(&self) -> u64 {
        self.fence_at().saturating_add(self.blocks.saturating_mul(8)).saturating_add(CHECK as u64)
    }

    /// The file's name.
    pub(super) fn path(id: u64) -> String {
        format!("{RUNS}/{id:08}")
    }

    fn damaged(&self, what: &'static str, block: u64) -> Error {
        Error::Damaged { what, key: format!("{} block {block}", Run::path(self.id)) }
    }
}

/// A run whose file is there.
pub(super) struct RunFile {
    pub(super) run: Run,
    disk: Arc<dyn Disk>,
    fence: OnceLock<Vec<u64>>,
    /// The block read last: neighbours are asked for together.
    recent: Mutex<Option<(u64, Arc<Vec<Item>>)>>,
    /// Whether the file goes with its last reader.
    doomed: AtomicBool,
}

impl RunFile {
    /// A file shorter or longer than the root says is damage.
    pub(super) fn open(disk: Arc<dyn Disk>, run: Run) -> Result<RunFile, Error> {
        match disk.len(&Run::path(run.id))? {
            Some(len) if len == run.len() => {}
            _ => return Err(run.damaged("a run is missing or has another length:", run.blocks)),
        }
        let (fence, recent) = (OnceLock::new(), Mutex::new(None));
        Ok(RunFile { run, disk, fence, recent, doomed: AtomicBool::new(false) })
    }

    /// Removes the file once nobody reads it any more: nothing durable leads to it.
    pub(super) fn doom(&self) {
        self.doomed.store(true, Ordering::Release);
    }

    fn fence(&self) -> Result<&[u64], Error> {
        if let Some(fence) = self.fence.get() {
            return Ok(fence);
        }
        let len = self.run.len() - self.run.fence_at();
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(CHECK)];
        let read = self.disk.read_at(&Run::path(self.run.id), self.run.fence_at(), &mut bytes)?;
        let damaged = || self.run.damaged("no fence behind", self.run.blocks);
        let (fence, check) = bytes.split_last_chunk::<CHECK>().ok_or_else(damaged)?;
        if read != bytes.len() || *check != block::check(self.run.id, FENCE, fence) {
            return Err(damaged());
        }
        let fence = fence.as_chunks().0.iter().map(|first| u64::from_be_bytes(*first)).collect();
        Ok(self.fence.get_or_init(|| fence))
    }

    /// The last block that begins below `key`, or the first: `key` stands there or later.
    fn block_of(&self, key: u128) -> Result<u64, Error> {
        let high = block::low64(key >> 64);
        // Several blocks may begin with the same half, if somebody chose the refs.
        let below = self.fence()?.partition_point(|first| *first < high);
        Ok(below.saturating_sub(1) as u64)
    }

    /// Reads `count` blocks from `first` on.
    fn read(&self, first: u64, count: u64) -> Result<Vec<u8>, Error> {
        let len = usize::try_from(count).unwrap_or(1).saturating_mul(BLOCK);
        let mut bytes = vec![0; len];
        let at = first.saturating_mul(BLOCK as u64);
        if self.disk.read_at(&Run::path(self.run.id), at, &mut bytes)? == len {
            Ok(bytes)
        } else {
            Err(self.run.damaged("a run is short:", first))
        }
    }

    fn unpack(&self, block: &[u8], number: u64, items: &mut Vec<Item>) -> Result<(), Error> {
        if unpack(block, self.run.id, number, self.run.shape(), items) {
            Ok(())
        } else {
            Err(self.run.damaged("a block does not match its check:", number))
        }
    }

    /// One block, kept until another one is asked for.
    fn load(&self, number: u64) -> Result<Arc<Vec<Item>>, Error> {
        let lock = || self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, items)) = lock().as_ref().filter(|(kept, _)| *kept == number) {
            return Ok(Arc::clone(items));
        }
        let mut items = Vec::new();
        self.unpack(&self.read(number, 1)?, number, &mut items)?;
        let items = Arc::new(items);
        *lock() = Some((number, Arc::clone(&items)));
        Ok(items)
    }

    /// Where a ref stands, if it is in this run.
    pub(super) fn find(&self, key: u128) -> Result<Option<Place>, Error> {
        for number in self.block_of(key)?..self.run.blocks {
            let items = self.load(number)?;
            if let Ok(at) = items.binary_search_by_key(&key, |item| item.key) {
                return Ok(items.get(at).map(|item| item.place));
            }
            if items.last().is_none_or(|last| last.key > key) {
                break;
            }
        }
        Ok(None)
    }
}

impl Drop for RunFile {
    fn drop(&mut self) {
        if *self.doomed.get_mut() {
            // What cannot be removed now is litter that the next opening sweeps up.
            let _ = self.disk.remove(&Run::path(self.run.id));
        }
    }
}

/// The items of a run from `low` to `high`, in order.
pub(super) struct Cursor {
    file: Arc<RunFile>,
    low: u128,
    high: u128,
    /// The next block to read.
    next: u64,
    /// How many blocks to read at once.
    at_once: u64,
    /// Blocks read and not unpacked yet, from `piece_first` on.
    piece: Vec<u8>,
    piece_at: usize,
    items: Arc<Vec<Item>>,
    at: usize,
    last: Option<u128>,
    seen: u64,
}

impl Cursor {
    pub(super) fn new(file: &Arc<RunFile>, low: u128, high: u128) -> Result<Cursor, Error> {
        let next = file.block_of(low)?;
        Ok(Cursor {
            file: Arc::clone(file),
            low,
            high,
            next,
            at_once: 1,
            piece: Vec::new(),
            piece_at: 0,
            items: Arc::default(),
            at: 0,
            last: None,
            seen: 0,
        })
    }

    /// The next item. A run read from end to end must have as many as the root states.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Error> {
        loop {
            while let Some(item) = self.items.get(self.at).copied() {
                self.at += 1;
                if item.key > self.high {
                    return Ok(None);
                }
                if item.key >= self.low {
                    if self.last.is_some_and(|last| last >= item.key) {
                        return Err(self.file.run.damaged("refs out of order:", self.next));
                    }
                    self.last = Some(item.key);
                    self.seen += 1;
                    return Ok(Some(item));
                }
            }
            if self.next >= self.file.run.blocks {
                let whole = self.low == 0 && self.high == u128::MAX;
                if whole && self.seen != self.file.run.count {
                    return Err(self.file.run.damaged("a run has too few refs:", self.next));
                }
                return Ok(None);
            }
            self.next_block()?;
        }
    }

    fn next_block(&mut self) -> Result<(), Error> {
        self.at = 0;
        let number = self.next;
        if self.at_once <= 2 {
            // A short scan: a neighbour may want the same block next.
            self.items = self.file.load(number)?;
            self.at_once *= 2;
            self.next += 1;
            return Ok(());
        }
        if self.piece.len() <= self.piece_at {
            let count = self.at_once.min(self.file.run.blocks - number);
            self.piece = self.file.read(number, count)?;
            self.piece_at = 0;
            self.at_once = AT_ONCE.min(self.at_once * 4);
        }
        let block = self.piece.get(self.piece_at..self.piece_at + BLOCK).unwrap_or_default();
        self.piece_at += BLOCK;
        let mut items = std::mem::take(&mut self.items);
        // The one that `load` keeps stays as it is.
        let into = Arc::make_mut(&mut items);
        let unpacked = self.file.unpack(block, number, into);
        self.items = items;
        self.next += 1;
        unpacked
    }
}

/// Writes ascending items as the run `id`, durable but for its name, and says what the root must
/// know. `bound` is at least their number; `entries` and `line` bound their places.
pub(super) fn write(
    disk: &Arc<dyn Disk>,
    id: u64,
    (bound, entries, line): (u64, (u64, u64), u16),
    mut next: impl FnMut() -> Result<Option<Item>, Error>,
) -> Result<RunFile, Error> {
    let path = Run::path(id);
    disk.create(&path, Access::Public)?;
    let mut run = Run { id, count: bound, blocks: 0, entries, line };
    let mut packer = Packer::new(id, run.shape());
    let mut count = 0;
    while let Some(item) = next()? {
        if !packer.push(item) {
            return Err(run.damaged("refs out of order, or twice, before", count));
        }
        count += 1;
        let out = packer.blocks();
        if out.len() >= disk::PIECE {
            disk.append(&path, out)?;
            out.clear();
        }
    }
    let mut fence: Vec<u8> = packer.finish().iter().flat_map(|f| f.to_be_bytes()).collect();
    run.blocks = fence.len() as u64 / 8;
    fence.extend(block::check(id, FENCE, &fence));
    let out = packer.blocks();
    out.append(&mut fence);
    disk.append(&path, out)?;
    disk.sync(&path)?;
    if count != run.count {
        // Nobody inserts a ref twice, and merged runs state how many they have.
        return Err(run.damaged("a run would have another number of refs:", count));
    }
    RunFile::open(Arc::clone(disk), run)
}
