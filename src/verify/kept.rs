//! What is kept of a log once it has been read: hashes to check a second reading against, and the
//! place of every reference. Entries are not kept; they are read again and checked again.

use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::files::{Bundle, Files};
use super::refs::Sorted;
use crate::domain::books::Past;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Place, Ref};
use crate::publish::{FactError, Facts};
use crate::replay::Replay;
use crate::tlog::{Hash, TILE_WIDTH, TileId, TileKind, decode_tile, leaf_hash, root_of};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Entries in a bundle.
pub(super) const WIDTH: u64 = TILE_WIDTH as u64;
/// Reads earlier bundles again; those read lately are kept.
pub(super) struct Again<'a> {
    files: Files<'a>,
    /// The latest last, at most [`KEPT_BYTES`] of them.
    lately: Mutex<Vec<Arc<Bundle>>>,
}

/// How many bytes of bundles are kept for another look.
const KEPT_BYTES: usize = 32 << 20;

impl<'a> Again<'a> {
    pub(super) fn new(files: Files<'a>) -> Again<'a> {
        Again { files, lately: Mutex::new(Vec::new()) }
    }

    fn lately(&self) -> MutexGuard<'_, Vec<Arc<Bundle>>> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bundle that begins with entry `first`, whose entries hash to `expected`.
    fn bundle(&self, first: u64, expected: Hash) -> Result<Arc<Bundle>, Stop> {
        if let Some(known) = self.lately().iter().rfind(|known| known.first == first) {
            return Ok(known.clone());
        }
        let bundle = self.files.bundle(first)?;
        let leaves: Vec<Hash> = bundle.entries().map(|(_, entry)| leaf_hash(entry)).collect();
        let computed = root_of(&leaves);
        if computed != expected {
            let (file, entry) = (bundle.file.clone(), first);
            let leaf = Distrust::Leaf { entry, file, stated: expected, computed };
            return Err(Stop::wrong(Check::Bundles, leaf));
        }
        let bundle = Arc::new(bundle);
        let mut lately = self.lately();
        lately.push(bundle.clone());
        let mut bytes: usize = lately.iter().map(|known| known.len()).sum();
        while bytes > KEPT_BYTES && lately.len() > 1 {
            bytes -= lately.remove(0).len();
        }
        Ok(bundle)
    }
}

/// Earlier lines for the rules: of the bundle at hand, or read again.
pub(super) struct Earlier<'a> {
    pub(super) now: &'a Bundle,
    pub(super) nodes: &'a [Hash],
    pub(super) again: &'a Again<'a>,
    /// What went wrong while looking back. The rules only see that the line is not there.
    pub(super) trouble: RefCell<Option<Stop>>,
}

impl Earlier<'_> {
    fn find(&self, place: Place) -> Result<Option<Line>, Stop> {
        let first = place.entry / WIDTH * WIDTH;
        let node = usize::try_from(place.entry / WIDTH).ok().and_then(|at| self.nodes.get(at));
        let line = |bundle: &Bundle| {
            let (entry, _) = Entry::decode(bundle.entry(place.entry)?).ok()?;
            entry.voucher.lines.get(usize::from(place.line)).cloned()
        };
        match node {
            _ if first == self.now.first => Ok(line(self.now)),
            Some(node) => Ok(line(&*self.again.bundle(first, *node)?)),
            None => Ok(None),
        }
    }
}

impl Past for Earlier<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        self.find(place).unwrap_or_else(|stop| {
            self.trouble.replace(Some(stop));
            None
        })
    }
}

/// A log that was read and believed: the facts that its published files are made from.
pub(super) struct Kept<'a> {
    replay: Replay,
    note: String,
    vkey: String,
    /// The hash of each full bundle.
    nodes: Vec<Hash>,
    /// The length of each entry, in bytes.
    lens: Vec<u16>,
    refs: Sorted,
    again: Again<'a>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(
        files: Files<'a>,
        replay: Replay,
        (note, vkey): (String, String),
        (nodes, lens): (Vec<Hash>, Vec<u16>),
        refs: Sorted,
    ) -> Kept<'a> {
        Kept { replay, note, vkey, nodes, lens, refs, again: Again::new(files) }
    }

    /// The hash over the entries of bundle `index`.
    fn node(&self, index: u64) -> Hash {
        let full = usize::try_from(index).ok().and_then(|at| self.nodes.get(at));
        let mut edge = self.replay.tree().partial_tiles();
        let last = || {
            edge.find(|(id, _)| id.kind() == TileKind::Hashes(0)).map(|(_, leaves)| root_of(leaves))
        };
        full.copied().or_else(last).unwrap_or(crate::tlog::EMPTY_ROOT)
    }

    /// The bundle `index`, read again and checked again.
    pub(super) fn bundle_again(&self, index: u64) -> Result<Arc<Bundle>, Stop> {
        self.again.bundle(index * WIDTH, self.node(index))
    }

    /// The bytes of entry `number`, read again and checked again.
    pub(super) fn entry_again(&self, number: u64) -> Result<Vec<u8>, Stop> {
        let bundle = self.bundle_again(number / WIDTH)?;
        let entry = bundle.entry(number).map(<[u8]>::to_vec);
        entry.ok_or_else(|| {
            let (what, why) =
                (format!("entry {number}"), format!("there are {}", self.again.files.size));
            Stop::unsure(Check::Bundles, Doubt::Lookup { what, why })
        })
    }

    /// The full tile `index` of `level`.
    pub(super) fn full_tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, Stop> {
        let lost = |why: String| {
            let what = format!("tile {index} of level {level}");
            Stop::unsure(Check::Tiles, Doubt::Lookup { what, why })
        };
        let id = TileId::new(TileKind::Hashes(level), index, TILE_WIDTH);
        let id = id.map_err(|error| lost(error.to_string()))?;
        if level == 0 {
            let hashes = decode_tile(id, &self.again.files.hash_tile(id)?);
            let hashes = hashes.map_err(|error| lost(error.to_string()))?;
            let (computed, stated) = (root_of(&hashes), self.node(index));
            if computed != stated {
                let tile = Distrust::Tile { file: id.to_string(), row: 0, stated, computed };
                return Err(Stop::wrong(Check::Tiles, tile));
            }
            return Ok(hashes);
        }
        // Each row of level l covers 256^(l-1) bundles.
        let rows = usize::try_from(index * WIDTH).ok();
        let under = 1_usize.checked_shl(8 * (u32::from(level) - 1));
        let hashes = rows.zip(under).and_then(|(row, under)| {
            let from = row.checked_mul(under)?;
            let nodes = self.nodes.get(from..from.checked_add(under.checked_mul(256)?)?)?;
            Some(nodes.chunks(under).map(root_of).collect())
        });
        hashes
            .ok_or_else(|| lost(format!("a log of {} entries has none", self.replay.tree().size())))
    }
}

impl Facts for Kept<'_> {
    fn replay(&self) -> &Replay {
        &self.replay
    }

    fn checkpoint(&self) -> &str {
        &self.note
    }

    fn vkey(&self) -> &str {
        &self.vkey
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        self.entry_again(number).map_err(|stop| FactError::new(format!("entry {number}"), &stop))
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        let place = |number| usize::try_from(number).ok();
        let range = place(number / WIDTH * WIDTH).zip(place(number)).and_then(|(first, number)| {
            let before = self.lens.get(first..number)?;
            // Each entry stands behind two bytes with its length.
            let offset = before.iter().map(|len| u32::from(*len) + 2).sum::<u32>() + 2;
            Some((offset, *self.lens.get(number)?))
        });
        range.ok_or_else(|| FactError::new(format!("entry {number}"), "the log is shorter"))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError> {
        let what = format!("tile {index} of level {level}");
        self.full_tile(level, index).map_err(|stop| FactError::new(what, &stop))
    }

    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError> {
        let read = self.refs.each((from, to), each);
        read.map_err(|why| FactError::new("references put aside", &why))
    }

    fn ref_count(&self) -> u64 {
        self.refs.count()
    }
}
