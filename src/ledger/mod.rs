//! The one write path, and opening after a crash: domain, tlog and storage meet here.
//!
//! ```text
//! append: rules (domain) → journal (storage, fsync) → tree (tlog) → index (storage)
//! ```
//!
//! The order is the guarantee. Everything after the journal is derived from it, so opening replays
//! what the index has not seen, and deleting the index changes no answer.

mod facts;
mod past;
mod published;
mod sign;
mod store;

pub use facts::LedgerFacts;
pub use published::PUBLISHED;

use crate::domain::books::Books;
use crate::domain::codec::Malformed;
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Nonce, Origin, Place, Ref, Signature};
use crate::domain::time::Stamp;
use crate::keys::OfficerKey;
use crate::replay::{Guess, Read, Replay, Wrong};
use crate::storage::archive::{self, Archive, Kept};
use crate::storage::disk::{self, Disk};
use crate::storage::index::{self, Index};
use crate::storage::journal::{self, Journal};
use crate::storage::real_disk::{LockError, RealDisk, WriterLock};
use crate::tlog::{CheckpointError, TileId, leaf_hash};
use past::{Claims, Stored};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Pending;

/// Why the ledger could not do its work. Refusals by the rules are not here: see [`Refusal`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No fund was founded in this folder.
    #[error("there is no ledger in {0}")]
    NotFounded(String),
    /// A ledger was founded here before.
    #[error("a ledger was already founded here, with {0} entries")]
    Founded(u64),
    /// Another process writes to this fund.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// The journal failed or is damaged.
    #[error("the journal cannot be used")]
    Journal(#[from] journal::Error),
    /// The archive of checkpoints failed or is damaged.
    #[error("the archive of checkpoints cannot be used")]
    Archive(#[from] archive::Error),
    /// The index failed in a way that a rebuild does not mend.
    #[error("the index cannot be used")]
    Index(#[from] index::Error),
    /// A stored entry is not believed: the journal was damaged or edited.
    #[error("the journal is damaged: {0}")]
    Damaged(Wrong),
    /// Entry 0 does not tell which log this is.
    #[error("entry 0 cannot be read: {0}")]
    Beginning(Malformed),
    /// The store holds less than was signed before: it is an older copy.
    #[error("the ledger has {size} entries, and a checkpoint of {signed} was signed before")]
    Below {
        /// Entries here.
        size: u64,
        /// Entries signed.
        signed: u64,
    },
    /// What is stored does not continue what was signed.
    #[error("the entries do not continue the checkpoint of size {signed}: {why}")]
    Forked {
        /// The size signed before.
        signed: u64,
        /// What differs.
        why: String,
    },
    /// A checkpoint cannot be made or read.
    #[error("the checkpoint cannot be signed")]
    Checkpoint(#[from] CheckpointError),
    /// An earlier failure left this ledger unusable until it is opened again.
    #[error("an earlier write failed; close the ledger and open it again")]
    Reopen,
}

/// A voucher with its officer's signature: what [`Ledger::append`] takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signed {
    /// The voucher's exact bytes.
    pub voucher: Vec<u8>,
    /// The officer's signature over them.
    pub sig: Signature,
}

impl Signed {
    /// Signs a voucher for the log `origin`.
    pub fn new(key: &OfficerKey, origin: &Origin, voucher: &Voucher) -> Signed {
        let voucher = voucher.encode();
        let sig = Signature(crate::seal::sign_voucher(key, origin.as_str(), &voucher));
        Signed { voucher, sig }
    }
}

/// What a ledger is opened for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// Looks only. Many at a time, also beside a writer.
    Read,
    /// Records. One at a time.
    Write,
}

/// Where the index is kept.
#[derive(Clone, Debug)]
pub enum IndexAt {
    /// In this folder, which may be deleted at any time.
    Folder(PathBuf),
    /// Nowhere: it is made anew by every opening.
    Nowhere,
}

/// An open ledger.
pub struct Ledger {
    disk: Arc<dyn Disk>,
    journal: Journal,
    archive: Archive,
    index: Index,
    replay: Replay,
    pending: Pending,
    mode: Mode,
    failed: bool,
    /// Held while this ledger may write.
    _lock: Option<WriterLock>,
}

/// The folder that holds the index within a fund's folder.
pub const INDEX: &str = "index";

impl Ledger {
    /// Founds a ledger in `folder`, whose first entry is `signed`, taken in at `at`.
    pub fn found(
        folder: &Path,
        signed: &Signed,
        at: Stamp,
    ) -> Result<Result<Ledger, Refusal>, Error> {
        let disk = Arc::new(RealDisk::open(folder)?);
        let lock = WriterLock::take(folder)?;
        let index = IndexAt::Folder(folder.join(INDEX));
        let founded = Ledger::found_on(disk, &index, signed, at)?;
        Ok(founded.map(|ledger| Ledger { _lock: Some(lock), ..ledger }))
    }

    /// Founds a ledger on a disk of the caller's choice, who sees to it that nobody else writes.
    pub fn found_on(
        disk: Arc<dyn Disk>,
        index: &IndexAt,
        signed: &Signed,
        at: Stamp,
    ) -> Result<Result<Ledger, Refusal>, Error> {
        let origin = match Voucher::decode(&signed.voucher) {
            Ok(voucher) => match voucher.lines.first() {
                Some(Line::Found(found)) => found.origin.clone(),
                _ => return Ok(Err(Refusal::NotFounded {})),
            },
            Err(why) => return Ok(Err(why.into())),
        };
        // The rules are asked before anything is created.
        let first = entry_of(&Replay::new(origin.clone()), signed, at);
        let mut trial = Replay::new(origin.clone());
        if let Err(wrong) =
            trial.take(&first, &past::Nothing, &mut Claims::default(), &mut |_, _| ())
        {
            return Ok(Err(past::refusal_of(wrong)));
        }
        let archive = Archive::create(Arc::clone(&disk))?;
        let journal = match Journal::create(Arc::clone(&disk)) {
            Err(journal::Error::Exists { head }) => {
                store::begin_again(Arc::clone(&disk), &archive, head)?
            }
            other => other?,
        };
        let index = store::fresh_index(index, leaf_hash(&first).0)?;
        let replay = Replay::new(origin);
        let mut ledger = Ledger {
            disk,
            journal,
            archive,
            index,
            replay,
            pending: Pending::default(),
            mode: Mode::Write,
            failed: false,
            _lock: None,
        };
        let mut results = ledger.append(std::slice::from_ref(signed), at)?;
        Ok(results.pop().unwrap_or(Err(Refusal::NotFounded {})).map(|_| ledger))
    }

    /// Opens the ledger in `folder`. A reader that finds a crash's traces opens as a writer first,
    /// for recovery is the normal way of opening.
    pub fn open(folder: &Path, mode: Mode) -> Result<Ledger, Error> {
        if !folder.join("journal").is_dir() {
            return Err(Error::NotFounded(folder.display().to_string()));
        }
        let index = IndexAt::Folder(folder.join(INDEX));
        let disk: Arc<dyn Disk> = Arc::new(RealDisk::open(folder)?);
        if mode == Mode::Read {
            match Ledger::open_on(Arc::clone(&disk), &index, mode) {
                Err(Error::Damaged(wrong)) => {
                    let Ok(lock) = WriterLock::take(folder) else {
                        return Err(Error::Damaged(wrong));
                    };
                    let ledger = Ledger::open_on(disk, &index, Mode::Write)?;
                    return Ok(Ledger { _lock: Some(lock), ..ledger });
                }
                other => return other,
            }
        }
        let lock = WriterLock::take(folder)?;
        Ok(Ledger { _lock: Some(lock), ..Ledger::open_on(disk, &index, mode)? })
    }

    /// Opens the ledger on a disk of the caller's choice, who sees to it that at most one writes.
    pub fn open_on(disk: Arc<dyn Disk>, index: &IndexAt, mode: Mode) -> Result<Ledger, Error> {
        store::open(disk, index, mode)
    }

    /// Enters vouchers in their order, each whole or not at all, and returns the entry each became
    /// once a power cut can no longer lose it. One sync serves all of them.
    ///
    /// The order is the guarantee: rules, journal, tree, index. A refused voucher leaves no trace
    /// and does not stop the others.
    pub fn append(
        &mut self,
        vouchers: &[Signed],
        at: Stamp,
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        if self.failed || self.mode == Mode::Read {
            return Err(Error::Reopen);
        }
        let mut claims = Claims::known(&self.index, vouchers)?;
        let (first, guess) = (self.size(), self.replay.guess());
        let (mut records, mut results) = (Vec::new(), Vec::with_capacity(vouchers.len()));
        for signed in vouchers {
            let bytes = entry_of(&self.replay, signed, at);
            let result = self.enter(&bytes, &records, first, &guess, &mut claims);
            if result.is_ok() {
                records.push(bytes);
            }
            results.push(result);
        }
        // From here on the books are ahead of the journal: if it fails, only reopening helps.
        self.failed = true;
        self.write(&records)?;
        for (reference, place) in claims.accepted() {
            store::insert(&mut self.index, *reference, *place)?;
        }
        self.commit_if_due()?;
        self.failed = false;
        Ok(results)
    }

    /// Lets the rules take an entry in; `records` are those before it in the same group.
    fn enter(
        &mut self,
        bytes: &[u8],
        records: &[Vec<u8>],
        first: u64,
        guess: &Guess,
        claims: &mut Claims,
    ) -> Result<u64, Refusal> {
        let number = self.size();
        let past = Stored { journal: &self.journal, index: &self.index, group: records, first };
        let read =
            Read::new(number, bytes, self.replay.origin(), guess).map_err(past::refusal_of)?;
        let tiles = &mut self.pending.tiles;
        let entered = self.replay.enter(&read, &past, claims, &mut |tile, hashes| {
            store::keep_tile(tiles, tile, hashes);
        });
        match entered {
            Ok(()) => {
                claims.accept();
                Ok(number)
            }
            Err(wrong) => {
                claims.refuse();
                Err(past::refusal_of(wrong))
            }
        }
    }

    /// Writes the group and syncs once; several times only if it is larger than a group may be.
    fn write(&mut self, records: &[Vec<u8>]) -> Result<(), Error> {
        let mut rest = records;
        while !rest.is_empty() {
            let mut len = 0;
            let fits = rest.iter().take_while(|r| {
                len += r.len() + 1;
                len < journal::GROUP_MAX
            });
            let (group, later) = rest.split_at(fits.count().max(1));
            let lines: Vec<&[u8]> = group.iter().map(Vec::as_slice).collect();
            let before = self.journal.end();
            self.journal.append(before.number, &lines)?;
            self.pending.note_places(before, self.journal.end(), &lines);
            rest = later;
        }
        Ok(())
    }

    /// What the books would be if these vouchers were entered at `at`, all of them or none; nothing
    /// is written and no signature is asked for. For previews.
    pub fn preview(&self, vouchers: &[Voucher], at: Stamp) -> Result<Books, Refusal> {
        let mut books = self.books().clone();
        let refs = vouchers.iter().flat_map(|v| v.lines.iter()).filter_map(Line::reference);
        // An index that fails knows nothing here; the real append says so.
        let mut claims = Claims::of(&self.index, refs.collect()).unwrap_or_default();
        let (first, mut group) = (self.size(), Vec::with_capacity(vouchers.len()));
        for voucher in vouchers {
            let (prev, sig) = (self.replay.last(), Signature([0; 64]));
            let bytes = Entry::encode(books.size, &prev, at, &voucher.encode(), &sig);
            let entry = Entry { seq: books.size, prev, at, voucher: voucher.clone(), sig };
            let past = Stored { journal: &self.journal, index: &self.index, group: &group, first };
            books.signer(&entry)?;
            books.enter(&entry, &past, &mut claims)?;
            claims.accept();
            group.push(bytes);
        }
        Ok(books)
    }

    /// The books after the last entry.
    pub fn books(&self) -> &Books {
        self.replay.books()
    }

    /// The replayed state after the last entry.
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    /// The log's name.
    pub fn origin(&self) -> &Origin {
        self.replay.origin()
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.books().size
    }

    /// The exact bytes of entry `number`.
    pub fn entry(&self, number: u64) -> Result<Option<Vec<u8>>, Error> {
        past::entry(&self.journal, &self.index, number)
    }

    /// The line at `place`.
    pub fn line(&self, place: Place) -> Result<Option<Line>, Error> {
        Ok(self.lines(place.entry)?.get(usize::from(place.line)).cloned())
    }

    /// The lines of entry `number`; none if there is no such entry.
    pub fn lines(&self, number: u64) -> Result<Vec<Line>, Error> {
        let Some(bytes) = self.entry(number)? else { return Ok(Vec::new()) };
        let (entry, _) = Entry::decode(&bytes)
            .map_err(|why| Error::Damaged(Wrong::Form { entry: number, why }))?;
        Ok(entry.voucher.lines.to_vec())
    }

    /// Where a payment's reference is booked.
    pub fn find(&self, reference: Ref) -> Result<Option<Place>, Error> {
        Ok(self.index.find(reference.0)?.map(past::place))
    }

    /// Where each of many references is booked, in their order.
    pub fn find_all(&self, refs: &[Ref]) -> Result<Vec<Option<Place>>, Error> {
        let refs: Vec<_> = refs.iter().map(|r| r.0).collect();
        Ok(self.index.find_all(&refs)?.into_iter().map(|p| p.map(past::place)).collect())
    }

    /// Every checkpoint ever signed, oldest first.
    pub fn checkpoints(&self) -> Result<Vec<Kept>, Error> {
        Ok(self.archive.all()?)
    }

    /// The last checkpoint signed.
    pub fn last_checkpoint(&self) -> Option<&Kept> {
        self.archive.last()
    }

    /// Brings the index up to the last entry, whatever it costs.
    pub fn commit_index(&mut self) -> Result<(), Error> {
        store::commit(self)
    }

    fn commit_if_due(&mut self) -> Result<(), Error> {
        if self.pending.is_due(self.size(), self.index.records()) {
            store::commit(self)
        } else {
            Ok(())
        }
    }
}

/// The entry that `signed` becomes after the state `replay`.
fn entry_of(replay: &Replay, signed: &Signed, at: Stamp) -> Vec<u8> {
    Entry::encode(replay.books().size, &replay.last(), at, &signed.voucher, &signed.sig)
}

/// A random nonce from 16 random bytes.
pub fn nonce(random: &mut dyn FnMut(&mut [u8])) -> Nonce {
    let mut bytes = [0; 16];
    random(&mut bytes);
    Nonce(bytes)
}

/// A tile's coordinates as the index stores them, if it is a full tile of hashes.
fn tile_key(tile: TileId) -> Option<(u8, u64)> {
    match tile.kind() {
        crate::tlog::TileKind::Hashes(level) if tile.is_full() => Some((level, tile.index())),
        _ => None,
    }
}
