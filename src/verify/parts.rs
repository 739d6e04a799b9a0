//! Some entries of a bundle, read again without the rest of it: the close of a day or its first
//! gifts are a few kilobytes of a bundle that may have megabytes.
//!
//! Nothing is believed that is not the leaf of its tile, and nothing is refused here: where a part
//! cannot be had or is not right, the whole bundle is read and tells what is wrong.

use super::files::Files;
use crate::tlog::{Hash, leaf_hash, root_of};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// About how many bytes of a bundle are read together.
const PART: u32 = 16 << 10;
/// How many parts are kept for another look, and the hashes of how many bundles.
const KEPT: usize = 32;

/// A bundle as it was read before.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// The number of its first entry.
    pub(super) first: u64,
    /// The hash over all of its entries.
    pub(super) node: Hash,
    /// Where each of its entries ends, in bytes; each stands behind its length in two bytes.
    pub(super) ends: &'k [u32],
}

impl Known<'_> {
    /// Where the bytes of the entry in `row` are.
    fn range(&self, row: usize) -> Option<Range<u32>> {
        let before = match row.checked_sub(1) {
            None => 0,
            Some(before) => *self.ends.get(before)?,
        };
        Some(before.checked_add(2)?..*self.ends.get(row)?)
    }
}

/// Bytes of a bundle from `from` on; from there on it holds whole entries.
struct Part {
    first: u64,
    from: u32,
    bytes: Vec<u8>,
}

impl Part {
    fn get(&self, range: &Range<u32>) -> Option<&[u8]> {
        let at = |at: u32| usize::try_from(at.checked_sub(self.from)?).ok();
        self.bytes.get(at(range.start)?..at(range.end)?)
    }
}

/// The last few of something, the latest last.
struct Lately<T>(Mutex<VecDeque<Arc<T>>>);

impl<T> Default for Lately<T> {
    fn default() -> Lately<T> {
        Lately(Mutex::default())
    }
}

impl<T> Lately<T> {
    fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().rfind(|one| wanted(one)).cloned()
    }

    fn keep(&self, one: T) -> Arc<T> {
        let one = Arc::new(one);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.pop_front();
        }
        all.push_back(Arc::clone(&one));
        one
    }
}

/// Reads parts of bundles; those read lately are kept.
#[derive(Default)]
pub(super) struct Parts {
    parts: Lately<Part>,
    leaves: Lately<(u64, Vec<Hash>)>,
}

impl Parts {
    /// The entry in `row` of the bundle `known`; `None` if only the whole bundle can tell.
    pub(super) fn entry(&self, files: Files<'_>, known: Known<'_>, row: usize) -> Option<Vec<u8>> {
        let range = known.range(row)?;
        let part = self.parts.find(|part| part.first == known.first && part.get(&range).is_some());
        let part = match part {
            Some(part) => part,
            None => self.parts.keep(read(files, known, range.start)?),
        };
        let bytes = part.get(&range)?;
        let leaves = self.leaves(files, known)?;
        (leaves.1.get(row) == Some(&leaf_hash(bytes))).then(|| bytes.to_vec())
    }

    /// The hashes of the bundle's entries, by the tile that leads to its node.
    fn leaves(&self, files: Files<'_>, known: Known<'_>) -> Option<Arc<(u64, Vec<Hash>)>> {
        if let Some(leaves) = self.leaves.find(|(first, _)| *first == known.first) {
            return Some(leaves);
        }
        let leaves = files.leaves(known.first).ok()?;
        (root_of(&leaves) == known.node).then(|| self.leaves.keep((known.first, leaves)))
    }
}

/// Reads the entries from byte `from` on: one, or as many as [`PART`] bytes hold.
fn read(files: Files<'_>, known: Known<'_>, from: u32) -> Option<Part> {
    let one = known.ends.partition_point(|end| *end <= from);
    let most = known.ends.partition_point(|end| *end <= from.saturating_add(PART));
    let end = *known.ends.get(one.max(most.saturating_sub(1)))?;
    let bytes = files.part(known.first, from, end.checked_sub(from)?)?;
    Some(Part { first: known.first, from, bytes })
}
