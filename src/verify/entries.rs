//! All entries of a log, from its published files through the replay.
//!
//! Bundles are fetched ahead and their entries are read on every core; only taking them into the
//! books is one after the other. Nothing but the current bundle and the next is held.

use super::CHECKPOINT;
use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::files::{Bundle, Files};
use super::kept::{Again, Earlier, Kept, Met, WIDTH};
use crate::domain::codec::Malformed;
use crate::domain::text::Origin;
use crate::replay::{Guess, Read, Replay, Wrong};
use crate::tlog::{
    Hash, HashReader, ReadError, TileId, TileKind, TileReader, encode_tile, leaf_hash,
};
use rayon::prelude::*;
use std::cell::RefCell;

/// About how many bytes of entries are read together: what the cores share at a time.
const BATCH: usize = 512 << 10;

/// A log being read.
pub(super) struct Scan<'a> {
    files: Files<'a>,
    root: Hash,
    replay: Replay,
    met: Met,
    nodes: Vec<Hash>,
    lens: Vec<u16>,
    again: Again<'a>,
}

/// A bundle and the leaf hashes that its tile states.
struct Fetched {
    bundle: Bundle,
    stated: Vec<Hash>,
}

/// Entries that were read, each on its own.
type Batch = Vec<(u64, Result<Read, Stop>)>;

impl<'a> Scan<'a> {
    /// The log `origin` of `files`, whose checkpoint signs `root`.
    pub(super) fn new(files: Files<'a>, origin: Origin, root: Hash) -> Scan<'a> {
        let (replay, again) = (Replay::new(origin), Again::new(files));
        Scan {
            files,
            root,
            replay,
            met: Met::default(),
            nodes: Vec::new(),
            lens: Vec::new(),
            again,
        }
    }

    /// Reads everything; `told` hears how many entries are done.
    pub(super) fn run(
        mut self,
        signed: (String, String),
        told: &mut dyn FnMut(u64),
    ) -> Result<Kept<'a>, Stop> {
        let (files, size) = (self.files, self.files.size);
        let mut next = if size > 0 { Some(fetch(files, 0)?) } else { None };
        while let Some(now) = next.take() {
            let ahead = now.bundle.first + WIDTH;
            let (fetched, taken) =
                rayon::join(|| (ahead < size).then(|| fetch(files, ahead)), || self.take(&now));
            taken?;
            told(self.replay.tree().size());
            next = fetched.transpose()?;
        }
        self.check_root()?;
        Ok(Kept::new(files, self.replay, signed, (self.nodes, self.lens), self.met))
    }

    /// Takes a whole bundle into the books and compares the tiles it completes.
    fn take(&mut self, now: &Fetched) -> Result<(), Stop> {
        let entries: Vec<(u64, &[u8])> = now.bundle.entries().collect();
        let batches = split(&entries);
        let origin = self.replay.origin().clone();
        let mut full = Vec::new();
        let mut ready: Batch = Vec::new();
        for batch in batches.into_iter().map(Some).chain([None]) {
            let guess = self.replay.guess();
            let (read, entered) = rayon::join(
                || batch.map(|batch| read(batch, now, &origin, &guess)).unwrap_or_default(),
                || self.enter(std::mem::take(&mut ready), now, &mut full),
            );
            entered?;
            ready = read;
        }
        // A bundle was read, so its entries are short enough to be counted in two bytes.
        let len = |(_, entry): &(u64, &[u8])| u16::try_from(entry.len()).unwrap_or(u16::MAX);
        self.lens.extend(entries.iter().map(len));
        for (tile, hashes) in full {
            self.check_tile(tile, &hashes)?;
        }
        Ok(())
    }

    fn enter(
        &mut self,
        ready: Batch,
        now: &Fetched,
        full: &mut Vec<(TileId, Vec<Hash>)>,
    ) -> Result<(), Stop> {
        for (number, read) in ready {
            let read = read.map_err(|stop| self.blame(number, stop))?;
            let past = Earlier {
                now: &now.bundle,
                nodes: &self.nodes,
                again: &self.again,
                trouble: RefCell::new(None),
            };
            let mut keep = |tile: TileId, hashes: &[Hash]| full.push((tile, hashes.to_vec()));
            let entered = self.replay.enter(&read, &past, &mut self.met, &mut keep);
            if let Err(why) = entered {
                return Err(past.trouble.take().unwrap_or_else(|| wrong(&now.bundle.file, why)));
            }
        }
        Ok(())
    }

    /// An entry that is not the leaf of its tile: says which of the two the signed tree has.
    fn blame(&self, number: u64, stop: Stop) -> Stop {
        let Stop::False(_, why) = &stop else { return stop };
        let Distrust::Leaf { file, computed, .. } = &**why else { return stop };
        let fetch = |tile| self.files.hash_tile(tile);
        let signed = TileReader::new(self.files.size, self.root, fetch);
        match signed.and_then(|mut tiles| tiles.hash(0, number)) {
            Ok(stated) if stated != *computed => {
                let (entry, file, computed) = (number, file.clone(), *computed);
                Stop::wrong(Check::Bundles, Distrust::Leaf { entry, file, stated, computed })
            }
            Ok(_) => stop,
            Err(error) => tile_stop(error),
        }
    }

    /// Compares a completed tile with the published one. Level 0 was compared leaf by leaf.
    fn check_tile(&mut self, tile: TileId, hashes: &[Hash]) -> Result<(), Stop> {
        if tile.kind() == TileKind::Hashes(0) {
            self.nodes.push(crate::tlog::root_of(hashes));
            return Ok(());
        }
        let published = self.files.hash_tile(tile)?;
        let bytes = encode_tile(hashes);
        same_rows(tile, &published, &bytes)
    }

    /// The partial tiles, and the root over all entries.
    fn check_root(&self) -> Result<(), Stop> {
        for (tile, hashes) in self.replay.tree().partial_tiles() {
            same_rows(tile, &self.files.hash_tile(tile)?, &encode_tile(hashes))?;
        }
        let (size, stated, computed) = (self.files.size, self.root, self.replay.tree().root());
        if stated == computed && self.replay.tree().size() == size {
            return Ok(());
        }
        Err(Stop::wrong(
            Check::Root,
            Distrust::Root { file: CHECKPOINT.into(), size, stated, computed },
        ))
    }
}

/// Cuts entries into runs of about [`BATCH`] bytes.
fn split<'e>(entries: &'e [(u64, &'e [u8])]) -> Vec<&'e [(u64, &'e [u8])]> {
    let mut batches = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|(_, entry)| {
            bytes += entry.len();
            bytes <= BATCH
        });
        let (batch, after) = rest.split_at(fits.count().max(1));
        batches.push(batch);
        rest = after;
    }
    batches
}

fn fetch(files: Files<'_>, first: u64) -> Result<Fetched, Stop> {
    let (bundle, stated) = (files.bundle(first)?, files.leaves(first)?);
    Ok(Fetched { bundle, stated })
}

fn read(batch: &[(u64, &[u8])], now: &Fetched, origin: &Origin, guess: &Guess) -> Batch {
    let one = |&(number, bytes): &(u64, &[u8])| {
        let read = Read::new(number, bytes, origin, guess);
        let computed = read.as_ref().map_or_else(|_| leaf_hash(bytes), |read| read.leaf);
        let row = usize::try_from(number - now.bundle.first).ok();
        let stated = row.and_then(|row| now.stated.get(row)).copied();
        if stated != Some(computed) {
            let (file, stated) = (now.bundle.file.clone(), stated.unwrap_or(computed));
            let leaf = Distrust::Leaf { entry: number, file, stated, computed };
            return (number, Err(Stop::wrong(Check::Bundles, leaf)));
        }
        (number, read.map_err(|why| wrong(&now.bundle.file, why)))
    };
    batch.par_iter().map(one).collect()
}

/// What a refused entry means. One of a kind that only a newer version knows is no falsehood: the
/// log signed it.
pub(super) fn wrong(file: &str, why: Wrong) -> Stop {
    if let Wrong::Form { entry, why: Malformed::UnknownLine { tag, .. } } = why {
        return Stop::unsure(Check::Form, Doubt::Newer { entry, tag });
    }
    Stop::wrong(Check::of(&why), Distrust::Entry { file: file.to_owned(), why })
}

/// Compares the rows of a tile.
pub(super) fn same_rows(tile: TileId, published: &[u8], ours: &[u8]) -> Result<(), Stop> {
    let rows = |bytes: &[u8]| -> Vec<Hash> {
        bytes.as_chunks::<{ Hash::LEN }>().0.iter().copied().map(Hash).collect()
    };
    let differs = rows(published).into_iter().zip(rows(ours)).zip(0..).find(|((a, b), _)| a != b);
    match differs {
        None => Ok(()),
        Some(((stated, computed), row)) => {
            let file = tile.to_string();
            Err(Stop::wrong(Check::Tiles, Distrust::Tile { file, row, stated, computed }))
        }
    }
}

/// What a failure to read a tile means.
pub(super) fn tile_stop(error: ReadError<Stop>) -> Stop {
    match error {
        ReadError::Fetch { cause, .. } => cause,
        ReadError::Root { size, signed: stated, computed } => Stop::wrong(
            Check::Tiles,
            Distrust::Edge { file: CHECKPOINT.into(), size, stated, computed },
        ),
        ReadError::Forged { tile, expected: stated, computed } => {
            let file = tile.to_string();
            Stop::wrong(Check::Tiles, Distrust::Tile { file, row: 0, stated, computed })
        }
        other => {
            let (what, why) = ("a tile".to_owned(), other.to_string());
            Stop::unsure(Check::Tiles, Doubt::Lookup { what, why })
        }
    }
}
