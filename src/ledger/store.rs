//! Opening, and keeping the index: it lags behind the journal and catches up by replay.

use super::past::{self, Stored};
use super::{Error, IndexAt, Ledger, Mode, tile_key};
use crate::domain::books::{Books, Refs};
use crate::domain::codec::{Malformed, read_all, spelling};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Digest, Origin, Place, Ref};
use crate::replay::{Guess, Read, Replay, Wrong};
use crate::storage::archive::Archive;
use crate::storage::disk::{self, Access, Disk};
use crate::storage::index::{self, Batch, Index, PLACE_EVERY};
use crate::storage::journal::{self, Journal, Position, Role};
use crate::tlog::{Hash, TileId, Tree, encode_tile, leaf_hash};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So many entries or references may wait before the index takes them in; an opening replays them.
const DUE_ENTRIES: u64 = 256;
const DUE_REFS: usize = 20_000;
/// While opening, so many references are gathered before the index takes them in.
const GATHER_REFS: usize = 100_000;

/// Full tiles by level and number.
pub(super) type Tiles = BTreeMap<(u8, u64), Vec<u8>>;

/// What the index has not taken in yet.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) tiles: Tiles,
    places: Vec<Position>,
    refs: usize,
}

impl Pending {
    /// Notes where each record written between two ends of the journal stands, if it is one whose
    /// place the index keeps.
    pub(super) fn note_places(&mut self, before: Position, after: Position, lines: &[&[u8]]) {
        let rolled = before.segment != after.segment;
        let start = if rolled { (after.segment, 0) } else { (before.segment, before.offset) };
        let (segment, mut offset) = start;
        for (number, line) in (before.number..).zip(lines) {
            self.note_place(Position { segment, offset, number });
            offset += line.len() as u64 + 1;
        }
    }

    fn note_place(&mut self, at: Position) {
        if at.number.is_multiple_of(PLACE_EVERY) {
            self.places.push(at);
        }
    }

    pub(super) fn is_due(&self, size: u64, indexed: u64) -> bool {
        size.saturating_sub(indexed) >= DUE_ENTRIES || self.refs >= DUE_REFS
    }
}

pub(super) fn keep_tile(tiles: &mut Tiles, tile: TileId, hashes: &[Hash]) {
    if let Some(key) = tile_key(tile) {
        tiles.insert(key, encode_tile(hashes));
    }
}

pub(super) fn insert(index: &mut Index, reference: Ref, at: Place) -> Result<(), Error> {
    index.insert(reference.0, index::Place { entry: at.entry, line: at.line })?;
    Ok(())
}

/// An empty index, whatever stood in its place.
pub(super) fn fresh_index(at: &IndexAt, identity: [u8; 32]) -> Result<Index, Error> {
    match at {
        IndexAt::Nowhere => Ok(Index::temporary(identity)?),
        IndexAt::Folder(path) => {
            Index::destroy(path)?;
            Ok(Index::open(path, identity)?)
        }
    }
}

/// Opens the ledger: what the index knows, then a replay of what it does not.
pub(super) fn open(disk: Arc<dyn Disk>, at: &IndexAt, mode: Mode) -> Result<Ledger, Error> {
    let first = Journal::open(Arc::clone(&disk), Role::Reader)?.record(Position::default(), 0)?;
    let first =
        first.ok_or_else(|| Error::NotFounded("this folder: its journal is empty".into()))?;
    let identity = leaf_hash(&first).0;
    let (index, origin) = (known_index(at, identity, mode)?, origin_of(&first)?);
    let archive = Archive::open(Arc::clone(&disk), mode == Mode::Write)?;
    let signed = archive.last().map_or(0, |kept| kept.size);
    let role = match mode {
        Mode::Read => Role::Reader,
        // What was signed was durable before, and so was what the index took in.
        Mode::Write => Role::Writer { durable: signed.max(index.records()) },
    };
    let journal = Journal::open(Arc::clone(&disk), role)?;
    let (index, replay) = match resume(&index, &journal, &origin) {
        Some(replay) => (index, replay),
        None if index.records() == 0 => (index, Replay::new(origin)),
        None => {
            drop(index);
            let at = if mode == Mode::Write { at } else { &IndexAt::Nowhere };
            (fresh_index(at, identity)?, Replay::new(origin))
        }
    };
    let pending = Pending::default();
    let mut ledger =
        Ledger { disk, journal, archive, index, replay, pending, mode, failed: false, _lock: None };
    catch_up(&mut ledger)?;
    if mode == Mode::Write {
        ledger.commit_if_due()?;
    }
    Ok(ledger)
}

/// Empties a journal in which a crash during the founding left bytes that are no entry at all. A
/// single entry among them, or a checkpoint signed before, and it is a ledger, damaged or not.
pub(super) fn begin_again(
    disk: Arc<dyn Disk>,
    archive: &Archive,
    head: u64,
) -> Result<Journal, Error> {
    let mut journal = Journal::open(disk, Role::Writer { durable: 0 })?;
    let mut records = journal.read_from(Position::default())?;
    loop {
        match records.next_record() {
            Ok(Some(bytes)) if Entry::decode(bytes).is_ok() => return Err(Error::Founded(head)),
            Ok(Some(_)) => {}
            Ok(None) | Err(journal::Error::Damage(_)) => break,
            Err(error) => return Err(error.into()),
        }
    }
    if archive.last().is_some() {
        return Err(Error::Founded(head));
    }
    journal.cut_back(Position::default())?;
    Ok(journal)
}

/// The log's name as entry 0 tells it.
fn origin_of(first: &[u8]) -> Result<Origin, Error> {
    let (entry, _) = Entry::decode(first).map_err(Error::Beginning)?;
    if let Some(Line::Found(found)) = entry.voucher.lines.first() {
        return Ok(found.origin.clone());
    }
    let why = crate::domain::refusal::Refusal::NotFounded {};
    Err(Error::Damaged(Wrong::Rule { entry: 0, why }))
}

/// The index as it is; an empty one if it is another fund's, another version's or damaged, or if
/// someone else has it open.
fn known_index(at: &IndexAt, identity: [u8; 32], mode: Mode) -> Result<Index, Error> {
    let IndexAt::Folder(path) = at else { return Ok(Index::temporary(identity)?) };
    if mode == Mode::Read && !path.is_dir() {
        return Ok(Index::temporary(identity)?);
    }
    match Index::open(path, identity) {
        Ok(index) => Ok(index),
        Err(_) if mode == Mode::Read => Ok(Index::temporary(identity)?),
        Err(busy @ index::Error::Busy { .. }) => Err(busy.into()),
        Err(_) => fresh_index(at, identity),
    }
}

/// The state that the index kept, if it is of this journal: `None` means start anew.
fn resume(index: &Index, journal: &Journal, origin: &Origin) -> Option<Replay> {
    let snapshot = Snapshot::decode(&index.snapshot().ok()??)?;
    let Snapshot { books, last, tree } = snapshot;
    let size = index.records();
    let here = books.size == size && tree.size() == size && size <= journal.head();
    let entry = past::entry(journal, index, size.checked_sub(1)?).ok()??;
    let same = leaf_hash(&entry).0 == last.0;
    (here && same).then(|| Replay::resume(origin.clone(), books, tree, last))
}

/// Replays what the index does not know. A writer cuts off what a crash left after the last entry
/// that is valid, if it can be nothing else; any other invalid entry is damage.
fn catch_up(ledger: &mut Ledger) -> Result<(), Error> {
    let from = past_position(ledger)?;
    let mut records = ledger.journal.read_from(from)?;
    let mut guess = ledger.replay.guess();
    while records.position().number < ledger.journal.head() {
        let at = records.position();
        let bytes = match records.next_record() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(damage @ journal::Error::Damage(_)) if ledger.mode == Mode::Write => {
                return cut(ledger, at, None, damage.into());
            }
            Err(error) => return Err(error.into()),
        };
        if at.number < ledger.size() {
            continue;
        }
        match take(ledger, bytes, &guess) {
            Ok(changes_keys) => {
                ledger.pending.note_place(at);
                if changes_keys {
                    guess = ledger.replay.guess();
                }
            }
            Err(wrong @ Wrong::Form { .. }) if ledger.mode == Mode::Write => {
                let bytes = bytes.to_vec();
                return cut(ledger, at, Some(&bytes), Error::Damaged(wrong));
            }
            // A whole entry that breaks the chain, a rule or a signature was never a crash.
            Err(wrong) => return Err(Error::Damaged(wrong)),
        }
        if ledger.pending.refs >= GATHER_REFS {
            commit(ledger)?;
        }
    }
    Ok(())
}

/// Cuts the journal back to `at`, where the bytes `line` are no entry, if a crash in the middle of
/// a group can have left them; otherwise answers `damage`. What is cut off is kept beside the
/// journal.
///
/// All entries of a group are taken in at one moment. So if whole entries of different moments
/// follow, some of them were acknowledged, and the bad line was written over later: damage. So is a
/// line of a kind that a newer version wrote.
fn cut(ledger: &mut Ledger, at: Position, line: Option<&[u8]>, damage: Error) -> Result<(), Error> {
    if let Some(Err(Malformed::UnknownLine { .. })) = line.map(Entry::decode) {
        return Err(damage);
    }
    let (mut rest, mut moment) = (Vec::new(), None);
    let mut records = ledger.journal.read_from(at)?;
    while let Ok(Some(bytes)) = records.next_record() {
        rest.extend_from_slice(bytes);
        rest.push(b'\n');
        if let Ok((entry, _)) = Entry::decode(bytes)
            && *moment.get_or_insert(entry.at) != entry.at
        {
            return Err(damage);
        }
    }
    let name = format!("journal/{:08}-{}.cut", at.number, at.offset);
    disk::atomic_write(&*ledger.disk, &name, &rest, Access::Public)?;
    ledger.journal.cut_back(at).map_err(|_| damage)
}

/// Where to begin reading: at or before the first entry that the index does not know.
fn past_position(ledger: &Ledger) -> Result<Position, Error> {
    Ok(ledger.index.place(ledger.size().saturating_sub(1))?)
}

/// Takes the next stored entry in; says whether it may have changed officers' keys.
fn take(ledger: &mut Ledger, bytes: &[u8], guess: &Guess) -> Result<bool, Wrong> {
    let number = ledger.size();
    let _ = guess;
    let read = Read::new(number, bytes)?;
    let past =
        Stored { journal: &ledger.journal, index: &ledger.index, group: &[], first: u64::MAX };
    let mut refs = Indexed { index: &ledger.index, claimed: HashMap::new() };
    let tiles = &mut ledger.pending.tiles;
    ledger
        .replay
        .enter(&read, &past, &mut refs, &mut |tile, hashes| keep_tile(tiles, tile, hashes))?;
    let claimed = refs.claimed;
    ledger.pending.refs += claimed.len();
    for (reference, at) in claimed {
        // Beyond its limit of 2^48 entries the index is of no use, and the journal cannot be so
        // long.
        let _ = insert(&mut ledger.index, reference, at);
    }
    let keys = |l: &Line| {
        matches!(l, Line::Found(_) | Line::Appoint(_) | Line::Approve(_) | Line::Retire(_))
    };
    Ok(read.entry.voucher.lines.iter().any(keys))
}

/// The references of the index, while stored entries are replayed.
struct Indexed<'a> {
    index: &'a Index,
    claimed: HashMap<Ref, Place>,
}

impl Refs for Indexed<'_> {
    fn claim(&mut self, reference: Ref, at: Place) -> Result<(), Place> {
        if let Some(earlier) = self.index.find(reference.0).ok().flatten() {
            return Err(past::place(earlier));
        }
        match self.claimed.insert(reference, at) {
            Some(earlier) => Err(earlier),
            None => Ok(()),
        }
    }
}

/// Gives everything pending to the index.
pub(super) fn commit(ledger: &mut Ledger) -> Result<(), Error> {
    let replay = &ledger.replay;
    let snapshot = Snapshot::encode(replay.books(), replay.last(), replay.tree());
    let tiles: Vec<_> =
        ledger.pending.tiles.iter().map(|((l, n), b)| (*l, *n, b.as_slice())).collect();
    let (records, places) = (ledger.replay.books().size, &ledger.pending.places);
    let batch = Batch { records, snapshot: &snapshot, tiles: &tiles, places };
    ledger.index.commit(&batch)?;
    ledger.pending = Pending::default();
    Ok(())
}

/// What the index keeps for us: books, last leaf hash and tree, so that opening need not replay
/// all.
struct Snapshot {
    books: Books,
    last: Digest,
    tree: Tree,
}

impl Snapshot {
    /// `<length of the books as 8 bytes, big-endian><books><last leaf hash><tree>`
    fn encode(books: &Books, last: Digest, tree: &Tree) -> Vec<u8> {
        let books = spelling(books).into_bytes();
        let mut out = Vec::with_capacity(books.len() + 10_000);
        out.extend_from_slice(&(books.len() as u64).to_be_bytes());
        out.extend_from_slice(&books);
        out.extend_from_slice(&last.0);
        out.extend_from_slice(&tree.to_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Snapshot> {
        let (len, rest) = bytes.split_first_chunk::<8>()?;
        let (books, rest) =
            rest.split_at_checked(usize::try_from(u64::from_be_bytes(*len)).ok()?)?;
        let (last, tree) = rest.split_first_chunk::<32>()?;
        let books = read_all(books, bytes.len()).ok()?;
        Some(Snapshot { books, last: Digest(*last), tree: Tree::from_bytes(tree).ok()? })
    }
}
