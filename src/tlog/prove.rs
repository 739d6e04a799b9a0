//! Making proofs by the recursive definitions of RFC 9162 §2.1.3.1 and §2.1.4.1.
//!
//! Checking follows another algorithm, so neither can hide a mistake of the other; their tests
//! stand beside the checks.

use super::{
    hash::Hash,
    merkle::{EMPTY_ROOT, node_hash},
    proof::{ProofError, limit},
};
use thiserror::Error;

/// Where the hashes for a proof come from, for example [`TileReader`](super::TileReader).
pub trait HashReader {
    /// Why a hash could not be had.
    type Error;

    /// Returns the hash of the complete subtree over the leaves `index * 2^level` up to, not
    /// including, `(index + 1) * 2^level`. A proof for `size` leaves asks for none beyond them.
    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Why a proof was not made.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ProveError<E> {
    /// There is no such proof.
    #[error(transparent)]
    Asked(#[from] ProofError),
    /// A hash could not be read.
    #[error("a hash for the proof is missing: {0}")]
    Read(E),
}

/// Returns the inclusion proof of leaf `index` in the tree of the first `size` leaves, the leaf's
/// sibling first: PATH of RFC 6962 §2.1.1. At most 63 hashes.
pub fn prove_inclusion<R: HashReader>(
    index: u64,
    size: u64,
    reader: &mut R,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    limit(size)?;
    if index >= size {
        return Err(ProofError::Index { index, size }.into());
    }
    let (mut low, mut high, mut proof) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = split(low, high);
        if index < middle {
            proof.push(range_hash(middle, high, reader)?);
            high = middle;
        } else {
            proof.push(range_hash(low, middle, reader)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Returns the proof that the tree of the first `old` leaves is the beginning of that of the first
/// `new`: PROOF of RFC 6962 §2.1.2. Empty if `old` is 0 or `new`; at most 64 hashes.
pub fn prove_consistency<R: HashReader>(
    old: u64,
    new: u64,
    reader: &mut R,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    limit(new)?;
    if old > new {
        return Err(ProofError::Shrunk { old, new }.into());
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut low, mut high, mut proof) = (0, new, Vec::new());
    while old != high {
        let middle = split(low, high);
        if old <= middle {
            proof.push(range_hash(middle, high, reader)?);
            high = middle;
        } else {
            proof.push(range_hash(low, middle, reader)?);
            low = middle;
        }
    }
    // What is left is a subtree of both; if it is the whole old tree, its root is known.
    if low > 0 {
        proof.push(range_hash(low, high, reader)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Returns the root of the tree of the first `size` leaves, which was signed when it had so many.
/// Reads at most 63 hashes.
pub fn root_at<R: HashReader>(size: u64, reader: &mut R) -> Result<Hash, ProveError<R::Error>> {
    limit(size)?;
    if size == 0 { Ok(EMPTY_ROOT) } else { range_hash(0, size, reader) }
}

/// Returns where RFC 6962 splits the leaves `low` to `high`, at least two of them: after as many
/// as the largest power of two smaller than their number.
fn split(low: u64, high: u64) -> u64 {
    low + (1 << (high - low - 1).ilog2())
}

/// Returns the root over the leaves `low` to `high`, where `low` is a [`split`] or 0 and so
/// divisible by every power of two that fits between them. Reads at most 63 hashes.
fn range_hash<R: HashReader>(
    low: u64,
    high: u64,
    reader: &mut R,
) -> Result<Hash, ProveError<R::Error>> {
    // From the right: the smallest complete subtree first.
    let next = |end: u64| {
        let level = (end - low).trailing_zeros();
        // Below 63, since the range is not empty and its end at most MAX_SIZE.
        ((level & 63) as u8, (end >> level) - 1, end - (1 << level))
    };
    let (level, index, mut end) = next(high);
    let mut root = reader.hash(level, index).map_err(ProveError::Read)?;
    while end > low {
        let (level, index, start) = next(end);
        root = node_hash(reader.hash(level, index).map_err(ProveError::Read)?, root);
        end = start;
    }
    Ok(root)
}
