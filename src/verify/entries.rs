//! All entries of a log, from its published files through the replay.
//!
//! Bundles are fetched ahead and their entries are read on every core; only taking them into the
//! books is one after the other. Signatures are checked many together once it is known whose they
//! must be, and references compared at the end. Nothing but two groups of bundles is held.

use super::CHECKPOINT;
use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::files::{Bundle, Files};
use super::kept::{Again, Earlier, Kept, WIDTH};
use super::refs::{Gathered, Twice};
use crate::domain::codec::Malformed;
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::Origin;
use crate::replay::{Due, Read, ReadResult, Replay, Wrong};
use crate::tlog::{
    Hash, HashReader, ReadError, TileId, TileKind, TileReader, encode_tile, leaf_hash,
};
use rayon::prelude::*;
use std::cell::RefCell;

/// About how many bytes of bundles are fetched together.
const GROUP: u64 = 4 << 20;
/// The most bundles that are fetched together.
const GROUP_BUNDLES: u64 = 16;
/// About how many bytes of entries are read together: what stays near the cores until it is booked.
const PIECE: usize = 512 << 10;
/// Into how many shares a piece is divided among the cores.
const SHARES: usize = 32;
/// How many signatures wait before they are checked.
const DUE: usize = 4096;

/// A log being read.
pub(super) struct Scan<'a> {
    files: Files<'a>,
    root: Hash,
    replay: Replay,
    met: Gathered,
    nodes: Vec<Hash>,
    /// Where each entry ends in its bundle, in bytes.
    ends: Vec<u32>,
    /// Of each entry that has nothing but gifts, how many; 0 of the others.
    gifts: Vec<u16>,
    again: Again<'a>,
    /// Signatures of entries taken in, not checked yet.
    due: Vec<Due>,
    /// Memory of bundles that were taken in, for the next ones.
    rooms: Vec<Vec<u8>>,
}

/// A bundle and the leaf hashes that its tile states.
struct Fetched {
    bundle: Bundle,
    stated: Vec<Hash>,
}

/// Bundles that follow each other.
#[derive(Default)]
struct Group {
    bundles: Vec<Fetched>,
    /// Why there are no more than these.
    then: Option<Stop>,
}

/// An entry's number, its bytes and its bundle.
type Lying<'g> = (u64, &'g [u8], &'g Fetched);

impl<'a> Scan<'a> {
    /// The log `origin` of `files`, whose checkpoint signs `root`.
    pub(super) fn new(files: Files<'a>, origin: Origin, root: Hash) -> Scan<'a> {
        let (replay, again) = (Replay::new(origin), Again::new(files));
        Scan {
            files,
            root,
            replay,
            met: Gathered::default(),
            nodes: Vec::new(),
            ends: Vec::new(),
            gifts: Vec::new(),
            again,
            due: Vec::new(),
            rooms: Vec::new(),
        }
    }

    /// Reads everything; `told` hears how many entries are done.
    pub(super) fn run(
        mut self,
        signed: (String, String),
        told: &mut dyn FnMut(u64),
    ) -> Result<Kept<'a>, Stop> {
        let files = self.files;
        let taken = self.take_all(told);
        let Scan { replay, met, nodes, ends, gifts, .. } = self;
        let (sorted, twice) = met.sorted()?;
        // Whatever is wrong first in the order of the log is what is reported.
        match (taken, twice) {
            (Err(stop), Some(twice)) if stop.entry().is_none_or(|at| twice.again.entry < at) => {
                Err(used_twice(files, &twice))
            }
            (Err(stop), _) => Err(stop),
            (Ok(()), Some(twice)) => Err(used_twice(files, &twice)),
            (Ok(()), None) => Ok(Kept::new(files, replay, signed, (nodes, ends, gifts), sorted)),
        }
    }

    fn take_all(&mut self, told: &mut dyn FnMut(u64)) -> Result<(), Stop> {
        let (files, size) = (self.files, self.files.size);
        let (mut first, mut width) = (0, 1);
        let mut now = Group::default();
        while first < size || !now.bundles.is_empty() {
            let rooms = std::mem::take(&mut self.rooms);
            let (next, taken) =
                rayon::join(|| Group::fetch(files, first, width, rooms), || self.take(&now));
            taken?;
            self.rooms = now.bundles.into_iter().map(|done| done.bundle.into_bytes()).collect();
            told(self.replay.tree().size());
            first += next.bundles.len() as u64 * WIDTH;
            width = next.bundles_of(GROUP);
            now = next;
        }
        self.settle()?;
        self.check_root()
    }

    /// Takes a group into the books, and compares the tiles it completes.
    fn take(&mut self, now: &Group) -> Result<(), Stop> {
        let entries = now.bundles.iter().flat_map(|fetched| {
            fetched.bundle.entries().map(move |(number, bytes)| (number, bytes, fetched))
        });
        let entries: Vec<Lying<'_>> = entries.collect();
        let mut ready: (&[Lying<'_>], Vec<ReadResult>) = (&[], Vec::new());
        for piece in split(&entries).into_iter().chain([&[][..]]) {
            let read = |(number, bytes, _): &Lying<'_>| Read::new(*number, bytes);
            // Shares so small that no core waits long for the other's last one.
            let share = piece.len().div_ceil(SHARES).max(1);
            let (read, entered) = rayon::join(
                || piece.par_iter().with_max_len(share).map(read).collect(),
                || self.enter_all(ready.0, std::mem::take(&mut ready.1)),
            );
            // A signature that does not hold comes first if it stands before what stopped it.
            entered.or_else(|stop: Stop| self.settle().and(Err(stop)))?;
            ready = (piece, read);
        }
        if self.due.len() >= DUE {
            self.settle()?;
        }
        match &now.then {
            Some(stop) => self.settle().and(Err(stop.clone())),
            None => Ok(()),
        }
    }

    /// Checks the signatures that are due.
    fn settle(&mut self) -> Result<(), Stop> {
        let due = std::mem::take(&mut self.due);
        Due::check(&due, self.replay.origin())
            .map_err(|why| wrong(&self.files.bundle_file(why.entry()), why))
    }

    fn enter_all(&mut self, piece: &[Lying<'_>], read: Vec<ReadResult>) -> Result<(), Stop> {
        let mut full = Vec::new();
        for ((number, bytes, fetched), read) in piece.iter().zip(read) {
            // A bundle was read, so its entries are short enough to be counted in two bytes.
            let len = u32::from(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
            let before = self.ends.last().filter(|_| !number.is_multiple_of(WIDTH));
            self.ends.push(before.copied().unwrap_or_default() + 2 + len);
            let read = fetched.compare(*number, bytes, read);
            let read = read.map_err(|stop| self.blame(*number, stop))?;
            self.enter(&read, fetched, &mut full)?;
            let lines = &read.entry.voucher.lines;
            let only = lines.iter().all(|line| matches!(line, Line::Gift(_)));
            let count = u16::try_from(lines.len()).ok().filter(|_| only);
            self.gifts.push(count.unwrap_or_default());
            for (tile, hashes) in full.drain(..) {
                self.check_tile(tile, &hashes)?;
            }
        }
        Ok(())
    }

    fn enter(
        &mut self,
        read: &Read,
        fetched: &Fetched,
        full: &mut Vec<(TileId, Vec<Hash>)>,
    ) -> Result<(), Stop> {
        let file = &fetched.bundle.file;
        let due = self.replay.due(read).map_err(|why| wrong(file, why))?;
        self.due.push(due);
        let past = Earlier {
            now: &fetched.bundle,
            nodes: &self.nodes,
            again: &self.again,
            trouble: RefCell::new(None),
        };
        let mut keep = |tile: TileId, hashes: &[Hash]| full.push((tile, hashes.to_vec()));
        let entered = self.replay.enter_unsigned(read, &past, &mut self.met, &mut keep);
        entered.map_err(|why| past.trouble.take().unwrap_or_else(|| wrong(file, why)))
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

/// Cuts entries into pieces of about [`PIECE`] bytes.
fn split<'p, 'g>(entries: &'p [Lying<'g>]) -> Vec<&'p [Lying<'g>]> {
    let mut pieces = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let mut len = 0;
        let fits = rest.iter().take_while(|(_, bytes, _)| {
            len += bytes.len();
            len <= PIECE
        });
        let (piece, after) = rest.split_at(fits.count().max(1));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

impl Group {
    /// Fetches up to `width` bundles from entry `first` on, into `rooms` as far as there are any.
    fn fetch(files: Files<'_>, first: u64, width: u64, mut rooms: Vec<Vec<u8>>) -> Group {
        let firsts = (0..width).map(|n| first + n * WIDTH).filter(|first| *first < files.size);
        let firsts: Vec<u64> = firsts.collect();
        rooms.resize_with(firsts.len(), Vec::new);
        let fetched = firsts.into_par_iter().zip(rooms);
        let fetched: Vec<_> = fetched.map(|(first, room)| fetch(files, first, room)).collect();
        let mut group = Group::default();
        for fetched in fetched {
            match fetched {
                Ok(fetched) => group.bundles.push(fetched),
                Err(stop) => {
                    group.then = Some(stop);
                    break;
                }
            }
        }
        group
    }

    /// How many bundles like these have about `bytes` bytes.
    fn bundles_of(&self, bytes: u64) -> u64 {
        let len: u64 = self.bundles.iter().map(|fetched| fetched.bundle.len() as u64).sum();
        let each = len / (self.bundles.len() as u64).max(1);
        (bytes / each.max(1)).clamp(1, GROUP_BUNDLES)
    }
}

fn fetch(files: Files<'_>, first: u64, room: Vec<u8>) -> Result<Fetched, Stop> {
    let (bundle, stated) = (files.bundle_into(first, room)?, files.leaves(first)?);
    Ok(Fetched { bundle, stated })
}

impl Fetched {
    /// The entry as it was read, if it is the leaf that the tile states.
    fn compare(&self, number: u64, bytes: &[u8], read: Result<Read, Wrong>) -> Result<Read, Stop> {
        let computed = read.as_ref().map_or_else(|_| leaf_hash(bytes), |read| read.leaf);
        let row = usize::try_from(number - self.bundle.first).ok();
        let stated = row.and_then(|row| self.stated.get(row)).copied();
        if stated != Some(computed) {
            let (file, stated) = (self.bundle.file.clone(), stated.unwrap_or(computed));
            let leaf = Distrust::Leaf { entry: number, file, stated, computed };
            return Err(Stop::wrong(Check::Bundles, leaf));
        }
        read.map_err(|why| wrong(&self.bundle.file, why))
    }
}

/// What it means that a reference was used a second time.
fn used_twice(files: Files<'_>, twice: &Twice) -> Stop {
    let Twice { reference, first: place, again } = *twice;
    let why = Wrong::Rule { entry: again.entry, why: Refusal::RefUsed { reference, place } };
    wrong(&files.bundle_file(again.entry), why)
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
