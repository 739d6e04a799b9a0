//! What can be wrong with a journal, and why one was not opened, read or written.

use super::disk;
use super::journal::{FOLDER, GROUP_MAX, Position, RECORD_MAX, path};

/// Something that no crash leaves behind.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("record {} ({}, byte {}): {fault}", at.number, path(at.segment), at.offset)]
pub struct Damage {
    /// The first record that cannot be read.
    pub at: Position,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a journal at some place.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A line longer than any record.
    #[error("the line has no end within {RECORD_MAX} bytes")]
    Long,
    /// A line without content.
    #[error("the line is empty")]
    Empty,
    /// The last line of a segment that has a successor does not end.
    #[error("the segment ends at byte {len} in the middle of a line")]
    Torn {
        /// The segment's length (bytes).
        len: u64,
    },
    /// More bytes without a newline than one group can leave.
    #[error("{torn} bytes without a newline end the journal, a crash leaves at most {GROUP_MAX}")]
    Tail {
        /// The bytes after the last newline.
        torn: u64,
    },
    /// Segments do not follow each other.
    #[error("the next segment begins with record {found}")]
    Gap {
        /// The number the next segment's name states.
        found: u64,
    },
    /// The journal, or one segment of it, is shorter than the position asked for.
    #[error("the journal has no such place")]
    NoPlace,
    /// The last segment holds another number of lines than when the journal was opened.
    #[error("the journal ends here, it had {head} records when opened")]
    Changed {
        /// The record count at opening.
        head: u64,
    },
}

/// Why a journal was not opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// The journal is not what was written.
    #[error(transparent)]
    Damage(#[from] Damage),
    /// A file in the journal's folder is named like a segment, but not in the one spelling.
    #[error("{FOLDER}/{name} is no name of a segment")]
    Name {
        /// The file's name.
        name: String,
    },
    /// There is no journal here.
    #[error("there is no {FOLDER}/00000000.jsonl")]
    Missing,
    /// A new journal was asked for where one already holds records.
    #[error("the journal already holds {head} records")]
    Exists {
        /// Its record count.
        head: u64,
    },
    /// Records known to be durable are gone; the torn bytes, if any, were left for inspection.
    #[error("the journal ends after {head} records and {torn} torn bytes, {durable} were durable")]
    Lost {
        /// The records that can be read.
        head: u64,
        /// The bytes after the last newline.
        torn: u64,
        /// The records that were acknowledged for certain.
        durable: u64,
    },
    /// Someone else appended first.
    #[error("the journal has {head} records, the writer expected {expected}")]
    Moved {
        /// What the caller believed.
        expected: u64,
        /// What the journal holds.
        head: u64,
    },
    /// A record that cannot be a line: empty, too long, or with a newline in it.
    #[error("record {number} of {len} bytes is not one line of 1 to {RECORD_MAX} bytes")]
    NotALine {
        /// The number it would have had.
        number: u64,
        /// Its length (bytes).
        len: usize,
    },
    /// A group that must be split.
    #[error("the group has {len} bytes, at most {GROUP_MAX} are written at once")]
    Group {
        /// Its length with newlines (bytes).
        len: usize,
    },
    /// The cut would take records that no crash could have spoilt.
    #[error("record {} cannot be cut off: {durable} records are durable", at.number)]
    Kept {
        /// Where the cut was asked for.
        at: Position,
        /// The records that must stay.
        durable: u64,
    },
    /// The journal was opened for reading.
    #[error("the journal was opened for reading")]
    ReadOnly,
    /// A write or sync failed earlier; what the page cache shows may not be on the disk.
    #[error("an earlier write failed: open the journal again")]
    Poisoned,
}
