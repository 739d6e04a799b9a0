//! The Merkle tree hash of RFC 6962 §2.1 (the same as RFC 9162 §2.1.1).

use super::hash::Hash;
use sha2::{Digest, Sha256};

/// The most entries a log may hold: 2^63 - 1, so that every size fits a signed 64-bit number.
pub const MAX_SIZE: u64 = i64::MAX.unsigned_abs();

/// The root of the tree without entries: SHA-256 of nothing (RFC 6962 §2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// Returns the hash of one entry: SHA-256(00 || entry).
///
/// The prefixes keep an entry from passing for a node: without them the 64 bytes of two hashes
/// could be offered as an entry of a smaller tree with the same root.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// Returns the hash of the node above two subtrees: SHA-256(01 || left || right).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// Returns the root of the tree over `leaves` by the recursion of RFC 6962 §2.1, word for word.
///
/// It shares nothing with [`Tree`](super::Tree) but [`node_hash`]: it is the second path by which
/// a root is recomputed before it is signed. Costs `leaves.len() - 1` node hashes and no memory.
pub fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            // The largest power of two smaller than the number of leaves.
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            node_hash(root_of(left), root_of(right))
        }
    }
}

/// Returns the hashes of all complete subtrees over `hashes`, smallest first: row `r` holds those
/// that cover 2^r of them. The last row holds one hash; there is none if there are no hashes.
pub(super) fn rows(hashes: &[Hash]) -> Vec<Vec<Hash>> {
    let mut rows = Vec::new();
    let mut row = hashes.to_vec();
    while !row.is_empty() {
        let above =
            row.as_chunks().0.iter().map(|[left, right]| node_hash(*left, *right)).collect();
        rows.push(std::mem::replace(&mut row, above));
    }
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_first_roots_are_those_of_the_rfc() {
        let [a, b, c] = ["a", "b", "c"].map(|entry| leaf_hash(entry.as_bytes()));
        assert_eq!(EMPTY_ROOT, Hash(Sha256::digest(b"").into()));
        assert_eq!(leaf_hash(b"a"), Hash(Sha256::digest(b"\0a").into()));
        assert_eq!(
            node_hash(a, b),
            Hash(Sha256::digest([&[1], &a.0[..], &b.0[..]].concat()).into())
        );
        assert_eq!(root_of(&[]), EMPTY_ROOT);
        assert_eq!(root_of(&[a]), a);
        assert_eq!(root_of(&[a, b, c]), node_hash(node_hash(a, b), c));
        assert_eq!(
            root_of(&[a, b, c, a, b]),
            node_hash(node_hash(node_hash(a, b), node_hash(c, a)), b)
        );
    }

    #[test]
    fn rows_are_the_roots_of_the_complete_subtrees() {
        let leaves: Vec<Hash> = (0..300u32).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for size in 0..leaves.len() {
            let rows = rows(&leaves[..size]);
            assert_eq!(rows.len(), size.checked_ilog2().map_or(0, |log| log as usize + 1));
            for (height, row) in rows.iter().enumerate() {
                assert_eq!(row.len(), size >> height);
            }
        }
        for (height, row) in rows(&leaves).iter().enumerate() {
            for (place, hash) in row.iter().enumerate() {
                assert_eq!(*hash, root_of(&leaves[place << height..(place + 1) << height]));
            }
        }
    }
}
