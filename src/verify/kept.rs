//! What is kept of a log once it has been read: hashes to check a second reading against, and the
//! place of every reference. Entries are not kept; they are read again and checked again.

use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::files::{Bundle, Files};
use super::parts::{Known, Parts};
use super::refs::Sorted;
use crate::domain::books::Past;
use crate::domain::english::agreed;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Place, Ref};
use crate::publish::{Address, FactError, Facts};
use crate::replay::Replay;
use crate::tlog::{Hash, TILE_WIDTH, TileId, TileKind, decode_tile, leaf_hash, root_of};
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Entries in a bundle.
pub(super) const WIDTH: u64 = TILE_WIDTH as u64;

/// A bundle read once more, and the hashes that its entries must have.
pub(super) struct Reread {
    bundle: Bundle,
    leaves: Vec<Hash>,
}

impl Reread {
    /// The bytes of entry `number`, if it is here; it must be the one read before.
    fn entry(&self, number: u64) -> Result<Option<&[u8]>, Stop> {
        let Some(bytes) = self.bundle.entry(number) else { return Ok(None) };
        let row = usize::try_from(number - self.bundle.first).ok();
        let stated = row.and_then(|row| self.leaves.get(row)).copied();
        let (computed, file) = (leaf_hash(bytes), self.bundle.file.clone());
        if stated == Some(computed) {
            return Ok(Some(bytes));
        }
        let stated = stated.unwrap_or(computed);
        let leaf = Distrust::Leaf { entry: number, file, stated, computed };
        Err(Stop::wrong(Check::Bundles, leaf))
    }

    /// The file as it was with its first `count` entries, all of them checked.
    pub(super) fn prefix(&self, count: u16) -> Result<&[u8], Stop> {
        let last = self.bundle.first + u64::from(count);
        (self.bundle.first..last).try_for_each(|number| self.entry(number).map(|_| ()))?;
        Ok(self.bundle.prefix(count))
    }
}

/// Reads earlier bundles again; those read lately are kept.
pub(super) struct Again<'a> {
    files: Files<'a>,
    /// The latest last, at most [`KEPT_BYTES`] of them.
    lately: Mutex<Vec<Arc<Reread>>>,
}

/// How many bytes of bundles are kept for another look.
const KEPT_BYTES: usize = 32 << 20;

impl<'a> Again<'a> {
    pub(super) fn new(files: Files<'a>) -> Again<'a> {
        Again { files, lately: Mutex::new(Vec::new()) }
    }

    fn lately(&self) -> MutexGuard<'_, Vec<Arc<Reread>>> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bundle that begins with entry `first`, whose entries hash to `expected`. Its tile is
    /// checked at once, and each entry by its tile when it is looked at.
    fn bundle(&self, first: u64, expected: Hash) -> Result<Arc<Reread>, Stop> {
        let known = |known: &&Arc<Reread>| known.bundle.first == first;
        if let Some(known) = self.lately().iter().rfind(known) {
            return Ok(known.clone());
        }
        let (bundle, leaves) = (self.files.bundle(first)?, self.files.leaves(first)?);
        let computed = root_of(&leaves);
        if computed != expected {
            let file = self.files.leaves_file(first);
            let tile = Distrust::Tile { file, row: 0, stated: expected, computed };
            return Err(Stop::wrong(Check::Tiles, tile));
        }
        let reread = Arc::new(Reread { bundle, leaves });
        let mut lately = self.lately();
        lately.push(reread.clone());
        let mut bytes: usize = lately.iter().map(|known| known.bundle.len()).sum();
        while bytes > KEPT_BYTES && lately.len() > 1 {
            bytes -= lately.remove(0).bundle.len();
        }
        Ok(reread)
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
        let line = |bytes: Option<&[u8]>| {
            let (entry, _) = Entry::decode(bytes?).ok()?;
            entry.voucher.lines.get(usize::from(place.line)).cloned()
        };
        match node {
            _ if first == self.now.first => Ok(line(self.now.entry(place.entry))),
            Some(node) => Ok(line(self.again.bundle(first, *node)?.entry(place.entry)?)),
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
    address: Option<Address>,
    /// The hash of each full bundle.
    nodes: Vec<Hash>,
    /// Where each entry ends in its bundle, in bytes; each stands behind its length in two bytes.
    ends: Vec<u32>,
    /// Of each entry that has nothing but gifts, how many; 0 of the others.
    gifts: Vec<u16>,
    refs: Sorted,
    again: Again<'a>,
    parts: Parts,
}

impl<'a> Kept<'a> {
    pub(super) fn new(
        files: Files<'a>,
        replay: Replay,
        (note, vkey): (String, String),
        (nodes, ends, gifts): (Vec<Hash>, Vec<u32>, Vec<u16>),
        refs: Sorted,
    ) -> Kept<'a> {
        let (again, parts) = (Again::new(files), Parts::default());
        Kept { replay, note, vkey, address: None, nodes, ends, gifts, refs, again, parts }
    }

    /// The folder says that it is served at `address`.
    pub(super) fn serve_at(&mut self, address: Option<Address>) {
        self.address = address;
    }

    /// The state that the entries lead to.
    pub(super) fn into_replay(self) -> Replay {
        self.replay
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

    /// The bundle `index`, read again; its entries are checked as they are looked at.
    pub(super) fn bundle_again(&self, index: u64) -> Result<Arc<Reread>, Stop> {
        self.again.bundle(index * WIDTH, self.node(index))
    }

    /// The bytes of entry `number`, read again and checked again.
    pub(super) fn entry_again(&self, number: u64) -> Result<Vec<u8>, Stop> {
        if let Some(entry) = self.part_again(number) {
            return Ok(entry);
        }
        let bundle = self.bundle_again(number / WIDTH)?;
        let entry = bundle.entry(number)?.map(<[u8]>::to_vec);
        entry.ok_or_else(|| {
            let (what, why) =
                (format!("entry {number}"), format!("there are {}", self.again.files.size));
            Stop::unsure(Check::Bundles, Doubt::Lookup { what, why })
        })
    }

    /// The same, from a part of its bundle; `None` if only the whole bundle can tell.
    fn part_again(&self, number: u64) -> Option<Vec<u8>> {
        let first = number / WIDTH * WIDTH;
        let end = (first + WIDTH).min(self.again.files.size);
        let [from, to, row] = [first, end, number - first].map(|n| usize::try_from(n).ok());
        let known =
            Known { first, node: self.node(first / WIDTH), ends: self.ends.get(from?..to?)? };
        self.parts.entry(self.again.files, known, row?)
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
            .ok_or_else(|| lost(agreed!("a log of {} entries has none", self.replay.tree().size())))
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

    fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        self.entry_again(number).map_err(|stop| FactError::new(format!("entry {number}"), &stop))
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        let end = |number: u64| self.ends.get(usize::try_from(number).ok()?).copied();
        let before = match number % WIDTH {
            0 => Some(0),
            _ => end(number - 1),
        };
        let range = before.zip(end(number)).and_then(|(before, end)| {
            let from = before + 2;
            Some((from, u16::try_from(end.checked_sub(from)?).ok()?))
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

    fn only_gifts(&self, number: u64) -> Option<u16> {
        let gifts = usize::try_from(number).ok().and_then(|number| self.gifts.get(number));
        gifts.copied().filter(|count| *count > 0)
    }
}
