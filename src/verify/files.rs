//! The files of a log by what they are, each read with the most bytes it can have.

use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::source::{Source, SourceError};
use crate::tlog::{
    Hash, MAX_ENTRY_LEN, TILE_WIDTH, TileError, TileId, TileKind, decode_bundle, decode_tile,
};
use std::ops::Range;

/// The most bytes of a derived file: a page, a day, a shard of references.
pub const MAX_FILE: u64 = 64 << 20;

/// Where the entries and the checkpoint of a fund's own folder stand.
const JOURNAL: &str = crate::storage::journal::FOLDER;
const CHECKPOINTS: &str = crate::storage::archive::FILE;

/// The files of a log of known size.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) size: u64,
}

impl Files<'_> {
    /// How many entries the bundle that begins with entry `first` has, 0 to 256.
    pub(super) fn width(&self, first: u64) -> u16 {
        u16::try_from(self.size.saturating_sub(first)).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
    }

    /// The file, if it is there.
    pub(super) fn find(&self, check: Check, path: &str, max: u64) -> Result<Option<Vec<u8>>, Stop> {
        let mut bytes = Vec::new();
        Ok(self.find_into(check, path, max, &mut bytes)?.then_some(bytes))
    }

    /// The same, into `room`; false if it is not there.
    fn find_into(
        &self,
        check: Check,
        path: &str,
        max: u64,
        room: &mut Vec<u8>,
    ) -> Result<bool, Stop> {
        self.source.read_into(path, max, room).map_err(|error| match error {
            SourceError::TooLong { path: file, len, max } => {
                Stop::wrong(check, Distrust::TooLong { file, len, max })
            }
            why => Stop::unsure(check, why.into()),
        })
    }

    /// The file, which must be there.
    pub(super) fn must(&self, check: Check, path: &str, max: u64) -> Result<Vec<u8>, Stop> {
        self.find(check, path, max)?.ok_or_else(|| self.missing(check, path))
    }

    /// What it means that a file is not there.
    pub(super) fn missing(&self, check: Check, path: &str) -> Stop {
        let (file, size) = (path.to_owned(), self.size);
        if let Some(recorded) = self.source.recorded() {
            let file = CHECKPOINTS.into();
            Stop::wrong(check, Distrust::Lost { file, size, recorded })
        } else if self.source.at_hand() {
            Stop::wrong(check, Distrust::Missing { file, size })
        } else {
            Stop::unsure(check, Doubt::Withheld { file, size })
        }
    }

    /// Reads the tile or, where a partial one has gone, the full one in its place (C2SP
    /// tlog-tiles); says which.
    fn tile_or_full(
        &self,
        check: Check,
        id: TileId,
        row: u64,
        room: &mut Vec<u8>,
    ) -> Result<TileId, Stop> {
        let full = (!id.is_full()).then(|| id.full());
        for id in [Some(id), full].into_iter().flatten() {
            if self.find_into(check, &id.to_string(), row * u64::from(id.width()), room)? {
                return Ok(id);
            }
        }
        Err(self.missing(check, &id.to_string()))
    }

    /// The bytes of a hash tile, of the width asked for.
    pub(super) fn hash_tile(&self, id: TileId) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        let found = self.tile_or_full(Check::Tiles, id, Hash::LEN as u64, &mut bytes)?;
        let expected = u64::from(found.width()) * Hash::LEN as u64;
        if bytes.len() as u64 != expected {
            let (file, len) = (found.to_string(), bytes.len() as u64);
            return Err(Stop::wrong(Check::Tiles, Distrust::TileLength { file, len, expected }));
        }
        bytes.truncate(usize::from(id.width()) * Hash::LEN);
        Ok(bytes)
    }

    fn leaves_id(&self, first: u64) -> Result<TileId, TileError> {
        TileId::new(TileKind::Hashes(0), first / u64::from(TILE_WIDTH), self.width(first))
    }

    /// The file of the tile that states the hashes of the bundle that begins with entry `first`.
    pub(super) fn leaves_file(&self, first: u64) -> String {
        self.leaves_id(first).map(|tile| tile.to_string()).unwrap_or_default()
    }

    /// The hashes that a tile states for the entries of the bundle that begins with `first`.
    pub(super) fn leaves(&self, first: u64) -> Result<Vec<Hash>, Stop> {
        let lost = |error: TileError| {
            let (what, why) = (format!("leaf {first}"), error.to_string());
            Stop::unsure(Check::Tiles, Doubt::Lookup { what, why })
        };
        let tile = self.leaves_id(first).map_err(lost)?;
        decode_tile(tile, &self.hash_tile(tile)?).map_err(lost)
    }

    fn bundle_id(&self, first: u64) -> Result<TileId, Stop> {
        let index = first / u64::from(TILE_WIDTH);
        TileId::new(TileKind::Entries, index, self.width(first)).map_err(|error| {
            let what = format!("entry {first}");
            Stop::unsure(Check::Bundles, Doubt::Lookup { what, why: error.to_string() })
        })
    }

    /// The file of the bundle that holds entry `number`.
    pub(super) fn bundle_file(&self, number: u64) -> String {
        if self.source.recorded().is_some() {
            return JOURNAL.into();
        }
        let id = self.bundle_id(number / u64::from(TILE_WIDTH) * u64::from(TILE_WIDTH));
        id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// The `len` bytes from byte `from` on of the bundle that begins with entry `first`; `None` if
    /// they cannot be had without the rest of it.
    pub(super) fn part(&self, first: u64, from: u32, len: u32) -> Option<Vec<u8>> {
        let len = usize::try_from(len).ok()?;
        let path = self.bundle_id(first).ok()?.to_string();
        let bytes = self.source.read_part(&path, from.into(), len);
        bytes.ok().flatten().filter(|bytes| bytes.len() == len)
    }

    /// The bundle that begins with entry `first`, a multiple of 256.
    pub(super) fn bundle(&self, first: u64) -> Result<Bundle, Stop> {
        self.bundle_into(first, Vec::new())
    }

    /// The same, in the memory of a bundle that is not wanted any more.
    pub(super) fn bundle_into(&self, first: u64, mut bytes: Vec<u8>) -> Result<Bundle, Stop> {
        let (width, id) = (self.width(first), self.bundle_id(first)?);
        let row = MAX_ENTRY_LEN as u64 + 2;
        let found = self.tile_or_full(Check::Bundles, id, row, &mut bytes)?;
        let wrong = |why| {
            let file = found.to_string();
            Stop::wrong(Check::Bundles, Distrust::Bundle { file, entry: first, why })
        };
        let entries = decode_bundle(&bytes, found.width()).map_err(wrong)?;
        let mut at = 0;
        let places = entries.iter().take(usize::from(width)).map(|entry| {
            let from = at + 2;
            at = from + entry.len();
            from..at
        });
        let places = places.collect();
        Ok(Bundle { first, file: id.to_string(), bytes, places })
    }
}

/// Up to 256 entries as they were read.
pub(super) struct Bundle {
    /// The number of its first entry.
    pub(super) first: u64,
    /// Its file.
    pub(super) file: String,
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Bundle {
    /// Its memory, for another one.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The length of its file, in bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The file as it was when it had only its first `count` entries.
    pub(super) fn prefix(&self, count: u16) -> &[u8] {
        let last = usize::from(count).checked_sub(1).and_then(|last| self.places.get(last));
        last.and_then(|last| self.bytes.get(..last.end)).unwrap_or_default()
    }

    /// The bytes of entry `number`, if it is here.
    pub(super) fn entry(&self, number: u64) -> Option<&[u8]> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.bytes.get(self.places.get(place)?.clone())
    }

    /// All entries with their numbers.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let entries = self.places.iter().filter_map(|place| self.bytes.get(place.clone()));
        (self.first..).zip(entries)
    }
}
