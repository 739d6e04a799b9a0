//! A fund's own journal as the files of a log, for whoever has the fund's folder and not only what
//! it publishes: the checkpoint signed last, the entries under it, and their hashes.
//!
//! Nothing is believed for being there: the entries are checked by the code that checks published
//! ones. Pages and other files made from entries are not in a journal, and are not asked for.

use super::kept::WIDTH;
use super::source::{Source, SourceError};
use crate::storage::archive::Archive;
use crate::storage::disk::Disk;
use crate::storage::journal::{FOLDER, Journal, Position, Role};
use crate::storage::records::Records;
use crate::tlog::{
    Hash, TileId, TileKind, decode_bundle, encode_tile, leaf_hash, push_entry, root_of,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of how many bundles the hashes are kept, and the bytes of how many that were passed by; and how
/// many bytes of those.
const KEPT: usize = 48;
const KEPT_BYTES: usize = 32 << 20;
/// What a published folder has and a fund's own has not.
const PUBLISHED: [&str; 12] = [
    super::CHECKPOINT,
    "log.vkey",
    "tile",
    "find",
    "day",
    "v1",
    "index.html",
    "days",
    "d",
    "en",
    "style.css",
    "check.js",
];

/// The journal of a fund, up to the checkpoint that was signed last. Bundles are best asked for in
/// their order: the journal is then read once.
pub struct OwnJournal {
    note: Option<Vec<u8>>,
    /// How many entries that checkpoint signs.
    size: u64,
    journal: Journal,
    front: Mutex<Front>,
    /// The hashes of the entries of bundles asked for lately.
    lately: Mutex<BTreeMap<u64, Vec<Hash>>>,
    /// The hash over each full bundle that was read.
    nodes: Mutex<BTreeMap<u64, Hash>>,
}

/// How far the journal was read.
struct Front {
    records: Records,
    /// Where each bundle begins.
    places: Vec<Position>,
    /// Bundles that were read on the way to another one.
    passed: BTreeMap<u64, Vec<u8>>,
    /// Why it goes no further.
    failed: Option<SourceError>,
}

impl Front {
    /// Lets bundles go that nobody asked for.
    fn forget(&mut self) {
        let mut bytes: usize = self.passed.values().map(Vec::len).sum();
        while self.passed.len() > KEPT || bytes > KEPT_BYTES && self.passed.len() > 1 {
            bytes -= self.passed.pop_first().map_or(0, |(_, bundle)| bundle.len());
        }
    }
}

/// A bundle's bytes, and the hashes of its entries.
type Made = (Vec<u8>, Vec<Hash>);

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(why: &dyn std::fmt::Display) -> SourceError {
    SourceError::Disk { path: FOLDER.into(), why: why.to_string() }
}

impl OwnJournal {
    /// Whether `folder` is a fund's own and has nothing of a published one. Where both are, what is
    /// published counts: a journal laid into it must not keep its pages from being checked.
    pub fn is_there(folder: &Path) -> bool {
        let published = PUBLISHED.iter().any(|name| folder.join(name).symlink_metadata().is_ok());
        folder.join(FOLDER).is_dir() && !published
    }

    /// Opens the fund's folder to read. A process that writes there is not disturbed.
    pub fn open(disk: Arc<dyn Disk>) -> Result<OwnJournal, SourceError> {
        let archive = Archive::open(Arc::clone(&disk), false).map_err(|why| failed(&why))?;
        let (size, note) =
            archive.last().map_or((0, None), |kept| (kept.size, Some(kept.note.clone())));
        let journal = Journal::open(disk, Role::Reader).map_err(|why| failed(&why))?;
        let records = journal.read_from(Position::default()).map_err(|why| failed(&why))?;
        let (places, passed) = (Vec::new(), BTreeMap::new());
        let front = Mutex::new(Front { records, places, passed, failed: None });
        let (lately, nodes) = (Mutex::default(), Mutex::default());
        Ok(OwnJournal { note, size, journal, front, lately, nodes })
    }

    /// How many entries bundle `index` has under the checkpoint.
    fn width(&self, index: u64) -> u16 {
        let rest = self.size.saturating_sub(index.saturating_mul(WIDTH)).min(WIDTH);
        u16::try_from(rest).unwrap_or_default()
    }

    /// Bundle `index` and the hashes of its entries; `None` if the journal ends before it does.
    fn bundle(&self, index: u64) -> Result<Option<Made>, SourceError> {
        let Some(bytes) = self.bytes(index)? else { return Ok(None) };
        // Beside others who read: hashing is most of the work.
        let width = self.width(index);
        let entries = decode_bundle(&bytes, width).map_err(|why| failed(&why))?;
        let leaves: Vec<Hash> = entries.into_iter().map(leaf_hash).collect();
        if u64::from(width) == WIDTH {
            lock(&self.nodes).insert(index, root_of(&leaves));
        }
        let mut lately = lock(&self.lately);
        lately.insert(index, leaves.clone());
        if lately.len() > KEPT {
            lately.pop_first();
        }
        Ok(Some((bytes, leaves)))
    }

    /// The hashes of the entries of bundle `index`.
    fn leaves(&self, index: u64) -> Result<Option<Vec<Hash>>, SourceError> {
        if let Some(leaves) = lock(&self.lately).get(&index) {
            return Ok(Some(leaves.clone()));
        }
        Ok(self.bundle(index)?.map(|(_, leaves)| leaves))
    }

    /// The bytes of bundle `index`, each entry behind its length.
    fn bytes(&self, index: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let mut front = lock(&self.front);
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        while front.places.len() <= at {
            if !self.advance(&mut front)? {
                return Ok(None);
            }
        }
        if let Some(bytes) = front.passed.remove(&index) {
            return Ok(Some(bytes));
        }
        let place = front.places.get(at).copied().unwrap_or_default();
        drop(front);
        let mut records = self.journal.read_from(place).map_err(|why| failed(&why))?;
        read_bundle(&mut records, self.width(index))
    }

    /// Reads one bundle more; false at the end.
    fn advance(&self, front: &mut Front) -> Result<bool, SourceError> {
        if let Some(why) = &front.failed {
            return Err(why.clone());
        }
        let (index, place) = (front.places.len() as u64, front.records.position());
        let width = self.width(index);
        match read_bundle(&mut front.records, width) {
            Ok(Some(bytes)) if width > 0 => {
                front.places.push(place);
                front.passed.insert(index, bytes);
                front.forget();
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(why) => {
                front.failed = Some(why.clone());
                Err(why)
            }
        }
    }

    /// The hash over the `index`-th 256^`level` entries, all of them there.
    fn node(&self, level: u32, index: u64) -> Result<Option<Hash>, SourceError> {
        if level > 1 {
            let under = (index * WIDTH..(index + 1) * WIDTH).map(|n| self.node(level - 1, n));
            let under: Option<Vec<Hash>> = under.collect::<Result<_, _>>()?;
            return Ok(under.map(|under| root_of(&under)));
        }
        if let Some(node) = lock(&self.nodes).get(&index) {
            return Ok(Some(*node));
        }
        Ok(self.leaves(index)?.map(|leaves| root_of(&leaves)))
    }

    /// The bytes of a tile that the checkpoint's tree has.
    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, SourceError> {
        let (index, width) = (id.index(), usize::from(id.width()));
        match id.kind() {
            TileKind::Entries if id.width() == self.width(index) => {
                Ok(self.bundle(index)?.map(|(bytes, _)| bytes))
            }
            TileKind::Hashes(0) if id.width() <= self.width(index) => {
                let leaves = self.leaves(index)?;
                Ok(leaves.and_then(|leaves| leaves.get(..width).map(encode_tile)))
            }
            TileKind::Hashes(level) if level > 0 => {
                let first = index.saturating_mul(WIDTH);
                let rows = (first..).take(width).map(|row| self.node(level.into(), row));
                let rows: Option<Vec<Hash>> = rows.collect::<Result<_, _>>()?;
                Ok(rows.map(|rows| encode_tile(&rows)))
            }
            _ => Ok(None),
        }
    }
}

/// The next `width` records as a bundle; `None` if there are fewer.
fn read_bundle(records: &mut Records, width: u16) -> Result<Option<Vec<u8>>, SourceError> {
    let mut bytes = Vec::new();
    for _ in 0..width {
        let Some(record) = records.next_record().map_err(|why| failed(&why))? else {
            return Ok(None);
        };
        push_entry(&mut bytes, record).map_err(|why| failed(&why))?;
    }
    Ok(Some(bytes))
}

impl Source for OwnJournal {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let found = match path.parse::<TileId>() {
            Ok(tile) => self.tile(tile)?,
            Err(_) if path == super::CHECKPOINT => self.note.clone(),
            Err(_) => None,
        };
        match &found {
            Some(bytes) if bytes.len() as u64 > max => {
                let len = bytes.len() as u64;
                Err(SourceError::TooLong { path: path.into(), len, max })
            }
            _ => Ok(found),
        }
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(None)
    }

    fn at_hand(&self) -> bool {
        true
    }

    fn recorded(&self) -> Option<u64> {
        Some(self.journal.head())
    }
}
