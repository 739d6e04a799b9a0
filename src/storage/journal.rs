//! The append-only record of everything: `journal/`, one record a line, readable in any editor.
//!
//! ```text
//! journal/00000000.jsonl     records 0 to 41,209, one a line
//! journal/00041210.jsonl     records from 41,210 on
//! ```
//!
//! A segment is named after the number of its first record, in eight digits or more. So the names
//! alone tell which segment holds a record, and a missing or doubled segment shows as a gap.
//!
//! **What a crash can leave.** Records are written in groups: one write, one sync, then the
//! acknowledgement. So at most one group, the last, is ever unsynced, and it lies at the end of
//! the last segment within [`GROUP_MAX`] bytes. After a power cut that stretch can hold anything:
//! nothing, whole lines nobody was told of, half a line, zeros, or another file's old bytes, even
//! with newlines among them. What has no newline at its end is no record, and opening for writing
//! cuts it back. Whether a line in that stretch *means* anything only the layer above can say: it
//! replays, and may [`Journal::cut_back`] to the first line it cannot read. Neither cut can reach
//! a record known to be durable, an earlier segment, or further back than one group: there, what
//! is wrong is damage, and damage is named and never repaired.
//!
//! Records in the unsynced stretch that turn out whole and valid are kept: opening syncs them
//! before anyone is told of them.

use super::disk::{self, Access, Disk, PIECE};
pub use super::fault::{Damage, Error, Fault};
use super::records::{self, Records};
use std::io::BufRead;
use std::sync::Arc;

/// The longest record (bytes, without its newline); the shortest has one byte.
pub const RECORD_MAX: usize = 65_535;

/// The largest group one [`Journal::append`] takes (bytes, newlines included).
pub const GROUP_MAX: usize = 8 << 20;

/// A segment that would grow beyond this is followed by another (bytes).
pub const SEGMENT_MAX: u64 = 64 << 20;

/// The journal's folder.
pub const FOLDER: &str = "journal";

/// Where a record begins, so that reading can start there.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The segment's name: the number of its first record.
    pub segment: u64,
    /// The record's first byte within the segment.
    pub offset: u64,
    /// The record's number within the journal.
    pub number: u64,
}

/// What a journal is opened for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Reads what is there now; repairs nothing. Many at a time, also beside a writer.
    ///
    /// A reader may see records whose sync has not returned yet.
    Reader,
    /// Appends, and cuts back what a crash left. One at a time: the caller holds the
    /// [`WriterLock`](super::real_disk::WriterLock).
    Writer {
        /// The number of records known to be durable, such as the size of the last signed
        /// checkpoint: a journal with fewer is refused, untouched.
        durable: u64,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Reading,
    /// Opened for writing, nothing appended: a crash's leavings may still be cut. `len` is the
    /// last segment's length as found, torn bytes included.
    Opened {
        durable: u64,
        len: u64,
    },
    Writing,
    Poisoned,
}

/// An open journal.
pub struct Journal {
    disk: Arc<dyn Disk>,
    /// The first record of each segment, ascending, never empty.
    segments: Vec<u64>,
    /// Where the next record goes.
    end: Position,
    state: State,
    torn: u64,
    segment_max: u64,
    group: Vec<u8>,
}

/// The path of the segment that begins with record `first`.
pub fn path(first: u64) -> String {
    format!("{FOLDER}/{first:08}.jsonl")
}

impl Journal {
    /// Creates an empty journal, durably. One that is there and empty is no error: a crash may
    /// have cut the first attempt short.
    pub fn create(disk: Arc<dyn Disk>) -> Result<Journal, Error> {
        disk::create_dirs(&*disk, FOLDER, Access::Public)?;
        if list(&*disk)?.is_empty() {
            disk.create(&path(0), Access::Public)?;
        }
        let journal = Journal::open(disk, Role::Writer { durable: 0 })?;
        if journal.head() > 0 { Err(Error::Exists { head: journal.head() }) } else { Ok(journal) }
    }

    /// Finds the end of the journal; for a writer, also makes what is there durable and cuts back
    /// a torn tail. Reads the last segment once and no other.
    pub fn open(disk: Arc<dyn Disk>, role: Role) -> Result<Journal, Error> {
        Journal::open_near(disk, role, Position::default())
    }

    /// The same, but reads the last segment only from `known` on, a place where a record begins or
    /// the journal ends. Whoever got it from a cache compares what stands before it with what the
    /// cache says, and opens without it if they differ.
    pub fn open_near(disk: Arc<dyn Disk>, role: Role, known: Position) -> Result<Journal, Error> {
        let segments = list(&*disk)?;
        let (Some(0), Some(&segment)) = (segments.first(), segments.last()) else {
            return Err(Error::Missing);
        };
        let path = path(segment);
        if role != Role::Reader {
            // A crash of the process alone leaves lines in the page cache that were never synced.
            disk.sync(&path)?;
            disk.sync_dir(FOLDER)?;
        }
        let len = disk.len(&path)?.unwrap_or(0);
        let begin = Position { segment, offset: 0, number: segment };
        let from = if begins_line(&*disk, &path, known, len)? { known } else { begin };
        let (records, offset) = count_lines(&*disk, &path, from.offset, len)?;
        let end = Position { segment, offset, number: from.number.saturating_add(records) };
        let torn = len - offset;
        if torn > GROUP_MAX as u64 {
            return Err(Damage { at: end, fault: Fault::Tail { torn } }.into());
        }
        let state = match role {
            Role::Reader => State::Reading,
            Role::Writer { durable } if end.number < durable => {
                return Err(Error::Lost { head: end.number, torn, durable });
            }
            Role::Writer { durable } => State::Opened { durable, len },
        };
        if torn > 0 && role != Role::Reader {
            disk.truncate(&path, end.offset)?;
            disk.sync(&path)?;
        }
        Ok(Journal {
            disk,
            segments,
            end,
            state,
            torn,
            segment_max: SEGMENT_MAX,
            group: Vec::new(),
        })
    }

    /// Lets segments end at `bytes` instead of [`SEGMENT_MAX`], so that a test sees many.
    #[must_use]
    pub fn with_segments_of(mut self, bytes: u64) -> Journal {
        self.segment_max = bytes;
        self
    }

    /// The number of records.
    pub fn head(&self) -> u64 {
        self.end.number
    }

    /// The first record of each segment, ascending; [`path`] names their files.
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    /// Where the next record will begin.
    pub fn end(&self) -> Position {
        self.end
    }

    /// The bytes after the last newline when the journal was opened: what a crash cut short.
    pub fn torn(&self) -> u64 {
        self.torn
    }

    /// Records a group and returns once a power cut can no longer lose it: one write, one sync.
    ///
    /// Takes the group only if the journal has `expected_head` records. After a failed write or
    /// sync nobody can know what the disk holds, so the journal answers `Poisoned` until reopened.
    pub fn append(&mut self, expected_head: u64, records: &[&[u8]]) -> Result<(), Error> {
        match self.state {
            State::Opened { .. } | State::Writing => {}
            State::Reading => return Err(Error::ReadOnly),
            State::Poisoned => return Err(Error::Poisoned),
        }
        if expected_head != self.head() {
            return Err(Error::Moved { expected: expected_head, head: self.head() });
        }
        self.pack(records)?;
        if records.is_empty() {
            return Ok(());
        }
        let len = self.group.len() as u64;
        // Lifted only when everything below has returned well.
        self.state = State::Poisoned;
        if self.end.offset > 0 && self.end.offset.saturating_add(len) > self.segment_max {
            self.roll()?;
        }
        let path = path(self.end.segment);
        let written = self.disk.append(&path, &self.group).and_then(|()| self.disk.sync(&path));
        if let Err(error) = written {
            // The caller is told "not recorded", so nothing of the group may be found later. And
            // after a failed sync the kernel calls unwritten pages clean: a later sync would
            // vouch for bytes that only the page cache has. If this fails as well, the next
            // opening finds what it finds.
            let _ = self.disk.truncate(&path, self.end.offset).and_then(|()| self.disk.sync(&path));
            return Err(error.into());
        }
        self.end.offset += len;
        self.end.number += records.len() as u64;
        self.state = State::Writing;
        Ok(())
    }

    /// Cuts the journal back so that `at`, the place of the first record that means nothing to
    /// the caller, becomes its end. Durable when it returns.
    ///
    /// Only for what a crash can have spoilt (see the top of this file): refused after the first
    /// append, before the durable records, before the last segment, and further back than a group.
    pub fn cut_back(&mut self, at: Position) -> Result<(), Error> {
        self.may_cut(at)?;
        let path = path(at.segment);
        let counted = count_lines(&*self.disk, &path, 0, at.offset.min(self.end.offset))?;
        if counted != (at.number - at.segment, at.offset) {
            return Err(Damage { at, fault: Fault::NoPlace }.into());
        }
        let before = std::mem::replace(&mut self.state, State::Poisoned);
        self.disk.truncate(&path, at.offset)?;
        self.disk.sync(&path)?;
        self.end = at;
        self.state = before;
        Ok(())
    }

    /// Whether [`Journal::cut_back`] may cut at `at`; touches nothing.
    pub fn may_cut(&self, at: Position) -> Result<(), Error> {
        let (durable, len) = match self.state {
            State::Opened { durable, len } => (durable, len),
            State::Writing => (self.head(), self.end.offset),
            State::Reading => return Err(Error::ReadOnly),
            State::Poisoned => return Err(Error::Poisoned),
        };
        let durable = durable.max(self.end.segment);
        let in_reach = len.saturating_sub(at.offset) <= GROUP_MAX as u64;
        if at.segment != self.end.segment || at.number < durable || !in_reach {
            return Err(Error::Kept { at, durable });
        }
        Ok(())
    }

    /// Reads on from a position, up to the end the journal has now.
    pub fn read_from(&self, from: Position) -> Result<Records, Error> {
        Records::new(Arc::clone(&self.disk), &self.segments, from, self.end)
    }

    /// Reads the record of `len` bytes that begins at `at`.
    pub fn record(&self, at: Position, len: u16) -> Result<Vec<u8>, Error> {
        let mut line = vec![0; usize::from(len) + 1];
        let read = self.disk.read_at(&path(at.segment), at.offset, &mut line)?;
        if read < line.len() || line.pop() != Some(b'\n') {
            return Err(Damage { at, fault: Fault::NoPlace }.into());
        }
        Ok(line)
    }

    /// Lays the records out as lines in `self.group`.
    fn pack(&mut self, records: &[&[u8]]) -> Result<(), Error> {
        self.group.clear();
        for (number, record) in (self.end.number..).zip(records) {
            let len = record.len();
            if len == 0 || len > RECORD_MAX || records::line_len(record).is_some() {
                return Err(Error::NotALine { number, len });
            }
            if self.group.len() + len >= GROUP_MAX {
                let len = records.iter().map(|record| record.len() + 1).sum();
                return Err(Error::Group { len });
            }
            self.group.extend_from_slice(record);
            self.group.push(b'\n');
        }
        Ok(())
    }

    /// Begins the next segment. Its name is durable before its first record is acknowledged.
    fn roll(&mut self) -> Result<(), Error> {
        let first = self.end.number;
        self.disk.create(&path(first), Access::Public)?;
        self.disk.sync_dir(FOLDER)?;
        self.segments.push(first);
        self.end = Position { segment: first, offset: 0, number: first };
        Ok(())
    }
}

/// The segments' first records, ascending. Files that are not named `….jsonl` are not looked at.
fn list(disk: &dyn Disk) -> Result<Vec<u64>, Error> {
    let mut segments = Vec::new();
    for name in disk.list(FOLDER)? {
        let Some(digits) = name.strip_suffix(".jsonl") else { continue };
        match digits.parse() {
            Ok(first) if format!("{first:08}") == digits => segments.push(first),
            _ => return Err(Error::Name { name }),
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Record 0 of the journal on `disk`, without opening it; `None` if there is no whole line.
pub fn first_record(disk: &dyn Disk) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = vec![0; RECORD_MAX + 1];
    if disk.len(&path(0))?.is_none() {
        return Err(Error::Missing);
    }
    let read = disk.read_at(&path(0), 0, &mut bytes)?;
    bytes.truncate(read);
    Ok(records::line_len(&bytes).map(|len| {
        bytes.truncate(len);
        bytes
    }))
}

/// Whether `at` lies in a file of `len` bytes, behind a newline.
fn begins_line(disk: &dyn Disk, file: &str, at: Position, len: u64) -> Result<bool, disk::Error> {
    let Some(before) = at.offset.checked_sub(1) else { return Ok(false) };
    let mut byte = [0];
    Ok(path(at.segment) == file
        && at.offset <= len
        && disk.read_at(file, before, &mut byte)? == 1
        && byte == *b"\n")
}

/// The number of newlines between two offsets of a file, and the offset after the last, or `from`.
fn count_lines(
    disk: &dyn Disk,
    path: &str,
    from: u64,
    len: u64,
) -> Result<(u64, u64), disk::Error> {
    let mut piece = vec![0; PIECE.min(usize::try_from(len).unwrap_or(PIECE))];
    let (mut lines, mut end, mut offset) = (0_u64, from, from);
    while offset < len {
        let want = piece.len().min(usize::try_from(len - offset).unwrap_or(PIECE));
        let read = disk.read_at(path, offset, piece.get_mut(..want).unwrap_or_default())?;
        let mut rest = piece.get(..read).unwrap_or_default();
        while let Some(line) = records::line_len(rest) {
            rest.consume(line + 1);
            lines += 1;
            end = offset + (read - rest.len()) as u64;
        }
        offset += read as u64;
        if read < want {
            break;
        }
    }
    Ok((lines, end))
}
