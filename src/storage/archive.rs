//! Every checkpoint ever signed, in one append-only file, `checkpoints`.
//!
//! ```text
//! size 41 bytes 183 sha256 9f2c…
//! yishan.example/qianan
//! 41
//! …                                    the note, byte for byte
//! kept 9f2c…
//! ```
//!
//! The SHA-256 covers `size 41 bytes 183` and a newline, then the note. The line `kept` is
//! written after the sync of the note, so its presence says: this note was durable once. That
//! tells a torn tail, which is cut back, from damage, which is named and never repaired:
//!
//! - a note that matches its SHA-256 is kept, with or without the line `kept`;
//! - one that does not, with a `kept` anywhere after it, is damage;
//! - one that does not, with no `kept` after it, was never acknowledged: torn.
//!
//! So no single damaged byte can make the last checkpoint disappear unnoticed.

use super::disk::{self, Access, Disk};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;

/// The longest note (bytes).
pub const NOTE_MAX: usize = 65_535;

/// The longest archive this opens (bytes): 700,000 checkpoints of the usual size.
pub const ARCHIVE_MAX: u64 = 256 << 20;

/// The archive's file.
pub const FILE: &str = "checkpoints";

/// `kept `, 64 digits and a newline (bytes).
const MARK: usize = 70;

/// A header with 20-digit numbers and a `kept` line stay below this (bytes).
const FRAME_MAX: usize = 256;

/// One archived checkpoint.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Kept {
    /// The number of records it signs.
    pub size: u64,
    /// The signed note, byte for byte.
    pub note: Vec<u8>,
}

/// Why a checkpoint was not archived, or the archive not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// There is no archive here.
    #[error("there is no file {FILE}")]
    Missing,
    /// The archive is not what was written.
    #[error("{FILE} is damaged at byte {offset}, after the checkpoint of size {last:?}")]
    Damage {
        /// Where the unreadable checkpoint begins.
        offset: u64,
        /// The size of the last readable one.
        last: Option<u64>,
    },
    /// A smaller tree than the last one signed: something was rolled back.
    #[error("a checkpoint of size {size} comes after one of size {last}")]
    Below {
        /// The size of the last checkpoint archived.
        last: u64,
        /// The size offered.
        size: u64,
    },
    /// Another checkpoint of the same size was signed before.
    #[error("the checkpoint of size {size} was {kept}, the new one is {offered}")]
    Fork {
        /// The size of both.
        size: u64,
        /// The archived one's SHA-256, as in its header.
        kept: String,
        /// The offered one's.
        offered: String,
    },
    /// A note that cannot be archived: too long, or its last line does not end.
    #[error("a note of {len} bytes is not 1 to {NOTE_MAX} bytes that end with a newline")]
    NotANote {
        /// Its length (bytes).
        len: usize,
    },
    /// The archive was opened for reading.
    #[error("{FILE} was opened for reading")]
    ReadOnly,
    /// A write or sync failed earlier.
    #[error("an earlier write to {FILE} failed: open it again")]
    Poisoned,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Reading,
    Writing,
    Poisoned,
}

/// The open archive. It holds only the last checkpoint in memory.
pub struct Archive {
    disk: Arc<dyn Disk>,
    last: Option<Kept>,
    /// The file's length (bytes).
    len: u64,
    state: State,
}

impl Archive {
    /// Creates an empty archive, durably; one that is there is opened for writing.
    ///
    /// Opening never creates: an archive that vanished must not look like a new fund.
    pub fn create(disk: Arc<dyn Disk>) -> Result<Archive, Error> {
        if disk.len(FILE)?.is_none() {
            disk.create(FILE, Access::Public)?;
        }
        Archive::open(disk, true)
    }

    /// Reads the archive. A writer also makes what is there durable and cuts back a torn tail.
    pub fn open(disk: Arc<dyn Disk>, writer: bool) -> Result<Archive, Error> {
        if disk.len(FILE)?.is_none() {
            return Err(Error::Missing);
        }
        if writer {
            disk.sync(FILE)?;
            disk.sync_dir(disk::parent(FILE))?;
        }
        let bytes = load(&*disk)?;
        let mut last = None;
        let scan = scan(&bytes, |kept| last = Some(kept))?;
        if writer && scan.whole < bytes.len() {
            disk.truncate(FILE, scan.whole as u64)?;
            disk.sync(FILE)?;
        }
        let state = if writer { State::Writing } else { State::Reading };
        let mut archive = Archive { disk, last, len: scan.whole as u64, state };
        if writer
            && let Some(kept) = &archive.last
            && !scan.marked
        {
            // A whole note whose mark a crash cut off: signed is signed.
            let mark = mark(&digest(kept.size, &kept.note));
            archive.write(mark.as_bytes())?;
            archive.len += mark.len() as u64;
        }
        Ok(archive)
    }

    /// The last checkpoint signed.
    pub fn last(&self) -> Option<&Kept> {
        self.last.as_ref()
    }

    /// How much of the file holds whole checkpoints (bytes).
    pub fn bytes(&self) -> u64 {
        self.len
    }

    /// Every checkpoint, oldest first, read again from the disk.
    pub fn all(&self) -> Result<Vec<Kept>, Error> {
        let bytes = load(&*self.disk)?;
        let mut all = Vec::new();
        scan(&bytes, |kept| all.push(kept))?;
        Ok(all)
    }

    /// Archives the checkpoint `note` of a tree of `size` records; durable when it returns.
    ///
    /// The same checkpoint again adds nothing. Call it before anyone else sees the note.
    pub fn append(&mut self, size: u64, note: &[u8]) -> Result<(), Error> {
        match self.state {
            State::Writing => {}
            State::Reading => return Err(Error::ReadOnly),
            State::Poisoned => return Err(Error::Poisoned),
        }
        if note.len() > NOTE_MAX || !note.ends_with(b"\n") {
            return Err(Error::NotANote { len: note.len() });
        }
        let offered = digest(size, note);
        if let Some(last) = &self.last {
            if size < last.size {
                return Err(Error::Below { last: last.size, size });
            }
            if size == last.size && note != last.note {
                return Err(Error::Fork { size, kept: digest(size, &last.note), offered });
            }
            if size == last.size {
                return Ok(());
            }
        }
        let mut record = format!("{} sha256 {offered}\n", head(size, note.len())).into_bytes();
        record.extend_from_slice(note);
        let mark = mark(&offered);
        if let Err(error) = self.write(&record).and_then(|()| self.write(mark.as_bytes())) {
            // For the reasons given in `Journal::append`, nothing of it may be found later.
            self.state = State::Poisoned;
            let cut = self.disk.truncate(FILE, self.len);
            let _ = cut.and_then(|()| self.disk.sync(FILE));
            return Err(error.into());
        }
        self.len += (record.len() + mark.len()) as u64;
        self.last = Some(Kept { size, note: note.to_vec() });
        Ok(())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), disk::Error> {
        self.disk.append(FILE, bytes)?;
        self.disk.sync(FILE)
    }
}

fn load(disk: &dyn Disk) -> Result<Vec<u8>, Error> {
    disk::read_whole(disk, FILE, ARCHIVE_MAX)?.ok_or(Error::Missing)
}

fn head(size: u64, len: usize) -> String {
    format!("size {size} bytes {len}")
}

fn mark(digest: &str) -> String {
    format!("kept {digest}\n")
}

fn digest(size: u64, note: &[u8]) -> String {
    let hash = Sha256::new().chain_update(head(size, note.len())).chain_update(b"\n");
    hash.chain_update(note).finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// How much of an archive can be read.
struct Scan {
    /// The bytes up to the end of the last whole checkpoint, with its mark if it has one.
    whole: usize,
    /// Whether that one has its mark.
    marked: bool,
}

/// Visits every checkpoint in order; what is left after the last whole one is torn.
fn scan(bytes: &[u8], mut visit: impl FnMut(Kept)) -> Result<Scan, Error> {
    let mut found = Scan { whole: 0, marked: true };
    let mut last = None;
    let mut rest = bytes;
    loop {
        let damage = Error::Damage { offset: found.whole as u64, last };
        let Some((kept, len)) = parse(rest).filter(|_| found.marked) else {
            // Where a whole note's own mark should be, half of one is no mark.
            let after = if found.marked { rest } else { rest.get(MARK..).unwrap_or_default() };
            let marks = after.split(|byte| *byte == b'\n').any(is_mark);
            let torn = !marks && rest.len() <= NOTE_MAX + FRAME_MAX;
            return if torn { Ok(found) } else { Err(damage) };
        };
        if last.is_some_and(|last| kept.size <= last) {
            return Err(damage);
        }
        last = Some(kept.size);
        let mark = mark(&digest(kept.size, &kept.note));
        found.marked = rest.get(len..).is_some_and(|after| after.starts_with(mark.as_bytes()));
        let len = if found.marked { len + mark.len() } else { len };
        found.whole += len;
        rest = rest.get(len..).unwrap_or_default();
        visit(kept);
    }
}

/// Reads one checkpoint without its mark, and the bytes it takes.
fn parse(bytes: &[u8]) -> Option<(Kept, usize)> {
    let line = bytes.iter().take(FRAME_MAX).position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(bytes.get(..line)?).ok()?;
    let (numbers, sha256) = header.split_once(" sha256 ")?;
    let (size, len) = numbers.strip_prefix("size ")?.split_once(" bytes ")?;
    let (size, len): (u64, usize) = (size.parse().ok()?, len.parse().ok()?);
    let end = (line + 1).checked_add(len)?;
    let note = bytes.get(line + 1..end)?;
    // Printing the header back is the whole grammar: `+41` and `041` fail here.
    let same = len <= NOTE_MAX && head(size, len) == numbers && digest(size, note) == sha256;
    same.then(|| (Kept { size, note: note.to_vec() }, end))
}

/// Whether a line ends with a mark. Only "ends with": the newline before may be what is damaged.
fn is_mark(line: &[u8]) -> bool {
    let end = line.len().checked_sub(MARK - 1).and_then(|from| line.get(from..));
    end.and_then(|end| end.strip_prefix(b"kept "))
        .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
}
