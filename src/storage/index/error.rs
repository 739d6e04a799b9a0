//! Why the index did not answer.

use super::VERSION;
use crate::storage::disk;

/// Why the index did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the index open.
    #[error("another process has the index {path} open")]
    Busy {
        /// The index's folder.
        path: String,
    },
    /// sled, or the disk below it, failed.
    #[error("the index cannot be read or written")]
    Sled(#[from] sled::Error),
    /// The disk failed with a run.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// An earlier commit failed.
    #[error("an earlier write to the index failed: open it again")]
    Failed,
    /// No thread for a commit.
    #[error("the index cannot be written: no thread for it")]
    Thread {
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The index's folder could not be removed.
    #[error("the index {path} cannot be removed")]
    Destroy {
        /// The index's folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// What is stored is not what was written.
    #[error("the index is damaged: {what} {key}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// The key it stands under, in hex, or the file and block.
        key: String,
    },
    /// The index belongs to another fund.
    #[error("the index is of the fund {found}, not {expected}")]
    Foreign {
        /// The digest asked for, in hex.
        expected: String,
        /// The digest in the index, in hex.
        found: String,
    },
    /// The index has another format.
    #[error("the index has format {found}, this program writes {VERSION}")]
    Version {
        /// The format found.
        found: u32,
    },
    /// A record was noted out of turn.
    #[error("record {found} was noted where record {next} is the next")]
    Order {
        /// The record's number.
        found: u64,
        /// The number of the next record.
        next: u64,
    },
    /// A value of a length or number the index has no room for.
    #[error("{what} of {found} is beyond the index's limit of {max}")]
    Limit {
        /// What was offered.
        what: &'static str,
        /// Its length or number.
        found: u64,
        /// The limit.
        max: u64,
    },
}

pub(super) fn damaged(what: &'static str, key: &[u8]) -> Error {
    Error::Damaged { what, key: hex(key) }
}

pub(super) fn limit(what: &'static str, found: u64, max: u64) -> Error {
    Error::Limit { what, found, max }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
