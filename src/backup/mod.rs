//! One file from which a whole fund comes back, and the proof that it did.
//!
//! ```text
//! yishan-backup          the version, 17 bytes
//! checkpoints            every checkpoint ever signed
//! journal/00000000.jsonl every entry, in its segments
//! fund.toml              where the fund publishes
//! vault/…                what is private, each piece still sealed; of the forgotten, nothing
//! keys/…                 only if asked for
//! manifest.json          length and SHA-256 of each, size and root of the tree
//! ```
//!
//! The files follow each other as in a tar archive, so that `age -d` and `tar` open a backup
//! without this program; whoever calls seals the stream. It is written while another process goes
//! on recording: the journal is copied up to an end that was made durable first, the archive of
//! checkpoints was read before that end, and the vault after it, so that nothing in the copy speaks
//! of what is not in it. The index is never copied: it is made anew.
//!
//! Reading believes nothing: every path, length and order has one spelling, and [`prove`] holds the
//! opened ledger against the manifest and the last checkpoint.

mod manifest;
mod read;
mod tar;
mod write;

pub use manifest::{Listed, MANIFEST_MAX, Manifest};
pub use read::{prove, read};
pub use write::{Told, Wanted, write};

use crate::domain::codec::Malformed;
use crate::ledger;
use crate::storage::{archive, disk, journal};
use crate::vault::Place;

/// The first file's name and content: which format this is.
pub const VERSION: (&str, &str) = ("yishan-backup", "yishan/backup/v1\n");

/// The most files that a backup holds, the manifest aside.
pub const FILES_MAX: usize = 200_000;

/// The most bytes of one file: a segment, with the group that may exceed it, or a vault's piece.
pub const FILE_MAX: u64 = 1 << 28;

/// Why no backup was written, or none believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The fund's disk failed.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// The list of the forgotten cannot be read.
    #[error(transparent)]
    People(#[from] crate::people::Error),
    /// The journal cannot be read, or is damaged.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// The archive of checkpoints cannot be read, or is damaged.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// The restored ledger does not open.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The backup's own file cannot be written or read.
    #[error("the backup cannot be {doing}")]
    Stream {
        /// Written or read.
        doing: &'static str,
        /// What the operating system, or the seal, said.
        source: std::io::Error,
    },
    /// Entry `entry` is none.
    #[error("entry {entry} in the journal is no entry: {why}")]
    Form {
        /// Its number.
        entry: u64,
        /// What is wrong with its bytes.
        why: Malformed,
    },
    /// Entry `entry` does not stand where it says, or not behind the one before.
    #[error("entry {entry} in the journal does not follow the one before")]
    Chain {
        /// Its number.
        entry: u64,
    },
    /// What is there does not hash to what was signed.
    #[error("the first {size} entries hash to {computed}, and a checkpoint signs {signed}")]
    Root {
        /// How many entries the checkpoint signs.
        size: u64,
        /// The root it signs.
        signed: String,
        /// The root of the entries that are there.
        computed: String,
    },
    /// Fewer entries than a checkpoint signs.
    #[error("the journal has {size} entries, and its last checkpoint signs {signed}")]
    Behind {
        /// Entries there.
        size: u64,
        /// Entries signed.
        signed: u64,
    },
    /// The file shrank or changed while it was copied.
    #[error("{path} changed while it was copied")]
    Changed {
        /// The file.
        path: String,
    },
    /// More than a backup holds.
    #[error("{what} of {found}, a backup holds at most {max}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The most allowed.
        max: u64,
    },
    /// A newer or other format.
    #[error("the backup begins with {found:?}, this program reads {expected:?}", expected = VERSION.1)]
    Version {
        /// The beginning found.
        found: String,
    },
    /// Not a file of a backup in its one spelling, or not in its place.
    #[error("the backup is damaged behind {after:?}: {why}")]
    Layout {
        /// The last good file.
        after: String,
        /// What is wrong behind it.
        why: &'static str,
    },
    /// The file is not what the manifest says.
    #[error("{path} is not what the manifest says: {found}, not {expected}")]
    Differs {
        /// The file, or the number, that differs.
        path: String,
        /// What was found.
        found: String,
        /// What the manifest says.
        expected: String,
    },
}

/// The vault's own files, by name. The head of the access log stands before the log, which only
/// grows: so in a copy the log has all that the head counts.
const VAULT: [&str; 5] = ["access.head", "access.jsonl", "forgotten", "recipient", "secret.age"];

/// The kinds of files, in the order in which a backup holds them; none for what it never holds.
fn rank(path: &str) -> Option<u8> {
    if path == VERSION.0 {
        return Some(0);
    }
    if path == archive::FILE {
        return Some(1);
    }
    if path == "fund.toml" {
        return Some(3);
    }
    match path.split_once('/')? {
        ("journal", name) => {
            let first: u64 = name.strip_suffix(".jsonl")?.parse().ok()?;
            (journal::path(first) == path).then_some(2)
        }
        ("vault", name) if VAULT.contains(&name) => Some(4),
        ("vault", place) => Place::parse(place).ok().map(|_| 5),
        ("keys", name) => is_key(name).then_some(6),
        _ => None,
    }
}

/// Whether a file of this name in the folder of keys is a key.
pub fn is_key(name: &str) -> bool {
    let handle = |stem: &str| crate::domain::text::Id::parse(stem.as_bytes()).is_some();
    name == "log.key" || name.strip_suffix(".age").is_some_and(handle)
}

/// The order of a backup's files. Segments of the journal stand in the order of their numbers.
fn order(path: &str) -> Option<(u8, usize, &str)> {
    let rank = rank(path)?;
    // A longer number is a greater one.
    Some((rank, if rank == 2 { path.len() } else { 0 }, path))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
