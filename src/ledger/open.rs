//! Opening: what the index knows, then a replay of what it does not.

use super::append::changes_keys;
use super::past::{Claims, Lines, Stored};
use super::{Error, IndexAt, Ledger, Mode, snapshot, tile_key};
use crate::domain::codec::Malformed;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Digest, Origin};
use crate::replay::{Read, Replay, Wrong};
use crate::storage::archive::Archive;
use crate::storage::disk::{self, Access, Disk};
use crate::storage::index::{self, Index, Row};
use crate::storage::journal::{self, GROUP_MAX, Journal, Position, Role};
use crate::tlog::{encode_tile, leaf_hash};
use std::collections::BTreeSet;
use std::sync::Arc;

/// So much of the journal is read on all cores at once (bytes).
const AT_ONCE: usize = 4 << 20;

/// Stands in every entry that ties a bill to the ledger.
const BILL: &[u8] = b"\"kind\":\"bill\"";
const STATEMENT: &[u8] = b"{\"statement\":{";

/// What an opening cut off the end of the journal, for it could not be read as entries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cut {
    /// The number of the entry that cannot be read.
    pub entry: u64,
    /// How many bytes were cut off.
    pub len: u64,
    /// The file in the fund's folder that keeps them.
    pub file: String,
}

impl Ledger {
    /// What this opening cut off, if anything.
    pub fn cut(&self) -> Option<&Cut> {
        self.cut.as_ref()
    }

    /// The digests of the bills that imports sealed into the vault, each once. Reads the journal.
    pub fn bills(&self) -> Result<BTreeSet<Digest>, Error> {
        let mut bills = BTreeSet::new();
        let mut records = self.journal.read_from(Position::default())?;
        loop {
            let number = records.position().number;
            let Some(bytes) = records.next_record()? else { return Ok(bills) };
            // Few entries have one, and to decode them all would cost as much as replaying them.
            let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
            if holds(BILL) || holds(STATEMENT) {
                let (entry, _) = Entry::decode(bytes)
                    .map_err(|why| Error::Damaged(Wrong::Form { entry: number, why }))?;
                bills.extend(entry.voucher.lines.iter().filter_map(Line::sealed_bill));
            }
        }
    }
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

/// Opens the ledger.
pub(super) fn open(disk: Arc<dyn Disk>, at: &IndexAt, mode: Mode) -> Result<Ledger, Error> {
    let first = journal::first_record(&*disk)?;
    let first =
        first.ok_or_else(|| Error::NotFounded("this folder: its journal is empty".into()))?;
    let identity = leaf_hash(&first).0;
    let (index, origin) = (known_index(at, identity, mode)?, origin_of(&first)?);
    let archive = Archive::open(Arc::clone(&disk), mode == Mode::Write)?;
    let signed = archive.last().map_or(0, |kept| kept.size);
    // What was signed was durable before, and so was what the index took in. Both are read before
    // the journal's end is looked for, so that a reader beside a writer finds them all there.
    let durable = signed.max(index.records());
    let role = match mode {
        Mode::Read => Role::Reader,
        Mode::Write => Role::Writer { durable },
    };
    let near = index.end().unwrap_or_default();
    let journal = Journal::open_near(Arc::clone(&disk), role, near)?;
    if journal.head() < durable {
        let (head, torn) = (journal.head(), journal.torn());
        return Err(journal::Error::Lost { head, torn, durable }.into());
    }
    let (index, journal, replay) = match resume(&index, &journal, &origin) {
        Some(replay) => (index, journal, replay),
        None if index.records() == 0 => (index, journal, Replay::new(origin)),
        None => {
            drop(index);
            let at = if mode == Mode::Write { at } else { &IndexAt::Nowhere };
            // Nor is the place believed from which the journal was read.
            let journal = Journal::open(Arc::clone(&disk), role)?;
            (fresh_index(at, identity)?, journal, Replay::new(origin))
        }
    };
    let mut ledger = Ledger::new(disk, journal, archive, index, replay, mode);
    catch_up(&mut ledger)?;
    if mode == Mode::Write && ledger.leaves_much() {
        ledger.index.begin_commit(snapshot::of(&ledger.replay))?;
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
    let replay = snapshot::resume(index, origin).ok()??;
    let size = replay.books().size;
    let last = index.row(size.checked_sub(1)?).ok()??;
    let bytes = journal.record(last.at, last.len).ok()?;
    let same = leaf_hash(&bytes).0 == replay.last().0;
    (size <= journal.head() && same).then_some(replay)
}

/// What was read of the journal and not replayed yet: records, each with its place.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<(Position, usize)>,
}

impl Batch {
    fn push(&mut self, at: Position, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push((at, self.bytes.len()));
    }

    /// The records with their places.
    fn records(&self) -> Vec<(Position, &[u8])> {
        let mut from = 0;
        let record = |(at, end): &(Position, usize)| {
            let bytes = self.bytes.get(from..*end).unwrap_or_default();
            from = *end;
            (*at, bytes)
        };
        self.ends.iter().map(record).collect()
    }
}

/// Replays what the index does not know. A writer cuts off what a crash left after the last entry
/// that is valid, if it can be nothing else; any other invalid entry is damage.
fn catch_up(ledger: &mut Ledger) -> Result<(), Error> {
    let mut records = ledger.journal.read_from(start(ledger)?)?;
    loop {
        let (mut batch, mut end) = (Batch::default(), None);
        while batch.bytes.len() < AT_ONCE && end.is_none() {
            let at = records.position();
            match records.next_record() {
                Ok(Some(_)) if at.number < ledger.size() => {}
                Ok(Some(bytes)) => batch.push(at, bytes),
                Ok(None) => end = Some(Ok(())),
                Err(error) => end = Some(Err((at, error))),
            }
        }
        if !take_batch(ledger, &batch)? {
            return Ok(());
        }
        match end {
            None => {}
            Some(Err((at, damage @ journal::Error::Damage(_)))) if ledger.mode == Mode::Write => {
                return cut(ledger, at, None, damage.into());
            }
            Some(end) => return end.map_err(|(_, error)| error.into()),
        }
        // A reader may see what no sync has made durable, which the index must not know: that is at
        // most the last group.
        let (at, end) = (records.position(), ledger.journal.end());
        let durable = at.segment < end.segment || end.offset - at.offset > GROUP_MAX as u64;
        if ledger.mode == Mode::Write || durable {
            ledger.commit_if_due()?;
        }
    }
}

/// Where to begin reading: at or before the first entry that the index does not know.
fn start(ledger: &Ledger) -> Result<Position, Error> {
    let last = ledger.size().checked_sub(1).map(|last| ledger.index.row(last)).transpose()?;
    Ok(last.flatten().map_or(Position::default(), |row| row.at))
}

/// Replays a batch of stored entries; false if the rest of the journal was cut off.
fn take_batch(ledger: &mut Ledger, batch: &Batch) -> Result<bool, Error> {
    let records = batch.records();
    let entries: Vec<_> = records.iter().map(|(at, bytes)| (at.number, *bytes)).collect();
    let read = Read::many(&entries, ledger.replay.origin(), &ledger.guess);
    for ((at, bytes), read) in records.into_iter().zip(read) {
        match read {
            Ok(read) => take(ledger, at, bytes.len(), &read)?,
            Err(wrong @ Wrong::Form { .. }) if ledger.mode == Mode::Write => {
                return cut(ledger, at, Some(bytes), Error::Damaged(wrong)).map(|()| false);
            }
            Err(wrong) => return Err(Error::Damaged(wrong)),
        }
    }
    Ok(true)
}

/// Takes the next stored entry in.
fn take(ledger: &mut Ledger, at: Position, len: usize, read: &Read) -> Result<(), Error> {
    let Ledger { journal, index, edge, replay, .. } = ledger;
    let stored = Stored { journal, index, edge };
    let past = Lines::new(stored, &[], u64::MAX);
    let (mut claims, mut tiles) = (Claims::new(Some(stored.index)), Vec::new());
    let entered = replay.enter(read, &past, &mut claims, &mut |tile, hashes| {
        tiles.extend(tile_key(tile).map(|key| (key, encode_tile(hashes))));
    });
    past.check()?;
    claims.check()?;
    // A whole entry that breaks the chain, a rule or a signature was never a crash.
    entered.map_err(Error::Damaged)?;
    let refs = claims.into_used();
    index.expect(refs.len())?;
    index.insert(refs)?;
    for ((level, number), bytes) in tiles {
        index.keep_tile(level, number, bytes)?;
    }
    let len = u16::try_from(len).unwrap_or(u16::MAX);
    index.note(Row { at, len, note: snapshot::note(&read.entry) })?;
    edge.push(read.leaf);
    if changes_keys(&read.entry) {
        ledger.guess = ledger.replay.guess();
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
    // What was signed, or lies further back than one group, was acknowledged.
    if ledger.journal.may_cut(at).is_err() {
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
    ledger.journal.cut_back(at).map_err(|_| damage)?;
    ledger.cut = Some(Cut { entry: at.number, len: rest.len() as u64, file: name });
    Ok(())
}
