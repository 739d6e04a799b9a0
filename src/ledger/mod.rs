//! The one write path, and opening after a crash: domain, tlog and storage meet here.
//!
//! ```text
//! append: rules (domain) → journal (storage, fsync) → tree (tlog) → index (storage)
//! ```
//!
//! The order is the guarantee. Everything after the journal is derived from it, so opening replays
//! what the index has not seen, and deleting the index changes no answer.

mod append;
mod facts;
mod open;
mod past;
mod preview;
mod published;
mod sequencer;
mod sign;
mod snapshot;

pub use facts::LedgerFacts;
pub use open::Cut;
pub use preview::{Coming, EachVoucher};
pub use published::PUBLISHED;
pub use sequencer::{NotEntered, Sequencer};
pub use sign::RESTORED;

use crate::domain::books::Books;
use crate::domain::codec::Malformed;
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Nonce, Origin, Place, Ref, Signature};
use crate::domain::time::{Day, Stamp};
use crate::keys::OfficerKey;
use crate::replay::{Guess, Replay, Wrong};
use crate::storage::archive::{self, Archive, Kept};
use crate::storage::disk::{self, Disk};
use crate::storage::index::{self, Batch, Index};
use crate::storage::journal::{self, Journal};
use crate::storage::real_disk::{LockError, RealDisk, WriterLock};
use crate::tlog::{CheckpointError, Hash, TileId, leaf_hash};
use past::{Claims, Edge, Stored};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// The index could not take in what was recorded before. Nothing of that is lost, for the
    /// journal has it, and opening again makes the index anew.
    #[error(
        "the index, a quick way into the journal, could not be written: all that was recorded is safe \
         in the journal, and nothing more is recorded until the fund is opened again"
    )]
    Unindexed(#[source] Arc<index::Error>),
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
    /// The store came back from a backup, and what was signed after that is not known here.
    #[error(
        "the {size} entries came back from a backup, and nothing shows that no more were signed"
    )]
    Restored {
        /// Entries here.
        size: u64,
    },
    /// Somebody said that nothing was ever signed, and the archive has what was.
    #[error("a checkpoint of {signed} entries was signed: it is not true that there never was one")]
    Signed {
        /// The entries that the last one signs.
        signed: u64,
    },
    /// Another key signed the last checkpoint.
    #[error(
        "the last checkpoint, of {signed} entries, was signed by {kept}, and the key is {given}"
    )]
    OtherKey {
        /// The entries it signs; 0 if none was signed yet.
        signed: u64,
        /// The name and id of its key; the log's name if none was signed yet.
        kept: String,
        /// The name and id of the key that would sign now.
        given: String,
    },
    /// A checkpoint cannot be made or read.
    #[error("the checkpoint cannot be signed")]
    Checkpoint(#[from] CheckpointError),
    /// A stored entry is not the one that the tree has.
    #[error("entry {entry} hashes to {found}, the tree has {kept}")]
    Changed {
        /// Its number.
        entry: u64,
        /// The hash of the bytes in the journal.
        found: Hash,
        /// The hash in the tree.
        kept: Hash,
    },
    /// The tree's hash of an entry is not there to compare with.
    #[error("the index has no hash of entry {entry}")]
    NoLeaf {
        /// Its number.
        entry: u64,
    },
    /// A large group was written in several pieces, and one after the first failed.
    #[error("the entries before {durable} were written, the others of the group were not")]
    Partly {
        /// The entries that are there: those below are durable, none from here on is.
        durable: u64,
        /// What the rules said of each voucher. One that became an entry from `durable` on was not
        /// written.
        results: Vec<Result<u64, Refusal>>,
        /// What happened to the journal.
        source: journal::Error,
    },
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

/// A voucher made and signed here: what reading it again would tell is known already.
#[derive(Clone, Debug)]
pub struct Made {
    signed: Signed,
    voucher: Voucher,
    /// The SHA-256 of its bytes.
    digest: [u8; 32],
}

impl Made {
    /// Signs a voucher for the log `origin`.
    pub fn new(key: &OfficerKey, origin: &Origin, voucher: Voucher) -> Made {
        let bytes = voucher.encode();
        debug_assert_eq!(Voucher::decode(&bytes).as_ref(), Ok(&voucher), "another spelling");
        let digest = crate::seal::voucher_digest(&bytes);
        let sig = Signature(crate::seal::sign_voucher_digest(key, origin.as_str(), &digest));
        Made { signed: Signed { voucher: bytes, sig }, voucher, digest }
    }

    /// How many lines it has.
    pub fn lines(&self) -> usize {
        self.voucher.lines.len()
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

/// An open ledger. Closing it, by dropping it, gives the index what waits for it if that is much.
pub struct Ledger {
    disk: Arc<dyn Disk>,
    journal: Journal,
    archive: Archive,
    index: Index,
    replay: Replay,
    /// The keys of the officers now in office, parsed.
    guess: Guess,
    edge: Edge,
    mode: Mode,
    failed: bool,
    /// What the index met with, from then on.
    trouble: Option<Arc<index::Error>>,
    /// What opening it cut off the journal.
    cut: Option<Cut>,
    /// Whether a restored store was shown to be the newest: the next checkpoint ends its mark.
    shown: bool,
    /// Held while this ledger may write.
    lock: Option<WriterLock>,
}

/// So many of many references are looked up before all of them are gathered.
const FIRST: usize = 16;

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
        Ok(founded.map(|ledger| ledger.locked(lock)))
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
        let mut trial = Replay::new(origin.clone());
        let first = Entry::encode(0, &trial.last(), at, &signed.voucher, &signed.sig);
        let mut claims = Claims::new(None);
        if let Err(wrong) = trial.take(&first, &past::Nothing, &mut claims, &mut |_, _| ()) {
            return Ok(Err(past::refusal_of(wrong)));
        }
        let archive = Archive::create(Arc::clone(&disk))?;
        let journal = match Journal::create(Arc::clone(&disk)) {
            Err(journal::Error::Exists { head }) => {
                open::begin_again(Arc::clone(&disk), &archive, head)?
            }
            other => other?,
        };
        let index = open::fresh_index(index, leaf_hash(&first).0)?;
        let replay = Replay::new(origin);
        let mut ledger = Ledger::new(disk, journal, archive, index, replay, Mode::Write);
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
                    return Ok(ledger.locked(lock));
                }
                other => return other,
            }
        }
        let lock = WriterLock::take(folder)?;
        Ok(Ledger::open_on(disk, &index, mode)?.locked(lock))
    }

    /// Opens the ledger on a disk of the caller's choice, who sees to it that at most one writes.
    pub fn open_on(disk: Arc<dyn Disk>, index: &IndexAt, mode: Mode) -> Result<Ledger, Error> {
        open::open(disk, index, mode)
    }

    fn new(
        disk: Arc<dyn Disk>,
        journal: Journal,
        archive: Archive,
        index: Index,
        replay: Replay,
        mode: Mode,
    ) -> Ledger {
        let (guess, edge) = (replay.guess(), Edge::of(replay.tree()));
        let (failed, trouble, cut, shown, lock) = (false, None, None, false, None);
        Ledger {
            disk,
            journal,
            archive,
            index,
            replay,
            guess,
            edge,
            mode,
            failed,
            trouble,
            cut,
            shown,
            lock,
        }
    }

    fn locked(mut self, lock: WriterLock) -> Ledger {
        self.lock = Some(lock);
        self
    }

    fn stored(&self) -> Stored<'_> {
        Stored { journal: &self.journal, index: &self.index, edge: &self.edge }
    }

    /// Says that so many lines will be looked up or entered, most of them new: see
    /// [`Index::expect`].
    pub fn expect(&mut self, lines: usize) -> Result<(), Error> {
        Ok(self.index.expect(lines)?)
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
        self.stored().entry(number)
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

    /// Shows `each` the bytes of every entry taken in on the day `since` or later, in order.
    pub fn entries_since(&self, since: Day, each: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        // Times never go back, so the first such entry is found by halving.
        let (mut low, mut high) = (0, self.size());
        while low < high {
            let middle = low + (high - low) / 2;
            let bytes = self.entry(middle)?.unwrap_or_default();
            let (entry, _) = Entry::decode(&bytes)
                .map_err(|why| Error::Damaged(Wrong::Form { entry: middle, why }))?;
            if entry.at.wall.day() < since { low = middle + 1 } else { high = middle }
        }
        if low == self.size() {
            return Ok(());
        }
        let mut records = self.journal.read_from(self.position(low)?)?;
        loop {
            let number = records.position().number;
            match records.next_record()? {
                Some(bytes) if number >= low => each(bytes),
                Some(_) => {}
                None => return Ok(()),
            }
        }
    }

    /// Shows `each` the bytes of the entries `numbers`.
    pub fn each_of(
        &self,
        numbers: impl IntoIterator<Item = u64>,
        each: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<(), Error> {
        for number in numbers {
            if let Some(bytes) = self.entry(number)? {
                each(number, &bytes);
            }
        }
        Ok(())
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

    /// Whether all of some `count` references are new: none is booked and no two are the same.
    /// False also if they are so few that they are better looked up one by one.
    pub fn all_new(
        &self,
        refs: impl Iterator<Item = Ref> + Clone,
        count: usize,
    ) -> Result<bool, Error> {
        if count < past::MANY {
            return Ok(false);
        }
        // Of a bill that was imported before, the first tell.
        for reference in refs.clone().take(FIRST) {
            if self.find(reference)?.is_some() {
                return Ok(false);
            }
        }
        let (mut batch, nowhere) = (Batch::with_room(count), index::Place { entry: 0, line: 0 });
        refs.for_each(|reference| batch.push(reference.0, nowhere));
        Ok(self.index.all_new(&mut batch)?)
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
        if self.failed {
            return Err(Error::Reopen);
        }
        let done = self.index.commit(snapshot::of(&self.replay));
        self.indexed(done)
    }

    /// Answers for what the index did; after its first failure always with that.
    fn indexed(&mut self, done: Result<(), index::Error>) -> Result<(), Error> {
        if let (Err(why), None) = (done, &self.trouble) {
            self.trouble = Some(Arc::new(why));
        }
        self.trouble.clone().map_or(Ok(()), |why| Err(Error::Unindexed(why)))
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // The index is a cache: if it takes nothing in, the next opening replays more.
        if self.mode == Mode::Write && !self.failed && self.leaves_much() {
            let _ = self.commit_index();
        }
    }
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
