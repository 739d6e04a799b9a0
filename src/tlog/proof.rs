//! Checking that an entry is in a tree, and that a tree is the beginning of another, by the
//! iterative algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.

use super::{
    hash::Hash,
    merkle::{EMPTY_ROOT, MAX_SIZE, node_hash},
};
use thiserror::Error;

/// The most hashes a proof of either kind has, in a tree of [`MAX_SIZE`] leaves: its height, and
/// for consistency one more.
pub const MAX_PROOF_LEN: usize = 64;

/// Why a proof was not believed, or cannot exist.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ProofError {
    /// More leaves than a log may have.
    #[error("a tree of {size} leaves is larger than any log, {max} is the most")]
    Size {
        /// The size claimed.
        size: u64,
        /// [`MAX_SIZE`].
        max: u64,
    },
    /// The leaf is not inside the tree.
    #[error("leaf {index} is outside a tree of {size} leaves")]
    Index {
        /// The index of the leaf.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The tree that should be the later one is the smaller one.
    #[error("a tree of {old} leaves cannot begin one of {new}")]
    Shrunk {
        /// The size of the tree that should be the beginning.
        old: u64,
        /// The size of the tree that should be the whole.
        new: u64,
    },
    /// The proof has too few or too many hashes for its sizes.
    #[error("{len} hashes are not as many as place {place} in a tree of {size} leaves needs")]
    Length {
        /// The number of hashes given.
        len: usize,
        /// The index of the leaf, or the size of the older tree.
        place: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The proof leads to another root than the one claimed.
    #[error("the proof leads to the root {computed} for {size} leaves, claimed is {claimed}")]
    Root {
        /// The size of the tree.
        size: u64,
        /// The root the proof is checked against.
        claimed: Hash,
        /// The root it leads to.
        computed: Hash,
    },
}

/// Checks that the leaf with hash `leaf` is number `index` of the `size` leaves under `root`.
pub fn check_inclusion(
    proof: &[Hash],
    index: u64,
    size: u64,
    leaf: Hash,
    root: Hash,
) -> Result<(), ProofError> {
    limit(size)?;
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let mut climb = Climb { node: index, last: size - 1 };
    let length = ProofError::Length { len: proof.len(), place: index, size };
    let mut computed = leaf;
    for sibling in proof {
        computed = match climb.step().ok_or_else(|| length.clone())? {
            Side::Left => node_hash(*sibling, computed),
            Side::Right => node_hash(computed, *sibling),
        };
    }
    if climb.last != 0 {
        return Err(length);
    }
    same_root(size, root, computed)
}

/// Checks that the `old_size` leaves under `old_root` are the first of the `new_size` leaves under
/// `new_root`. The empty tree is the beginning of every tree; equal sizes need equal roots.
pub fn check_consistency(
    proof: &[Hash],
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
) -> Result<(), ProofError> {
    limit(new_size)?;
    if old_size > new_size {
        return Err(ProofError::Shrunk { old: old_size, new: new_size });
    }
    let length = ProofError::Length { len: proof.len(), place: old_size, size: new_size };
    if old_size == 0 || old_size == new_size {
        let computed = if old_size == 0 { EMPTY_ROOT } else { new_root };
        same_root(old_size, old_root, computed)?;
        return if proof.is_empty() { Ok(()) } else { Err(length) };
    }
    let mut hashes = proof.iter().copied();
    let mut climb = Climb { node: old_size - 1, last: new_size - 1 };
    // Up to the largest complete subtree that ends where the old tree does.
    climb.rise(climb.node.trailing_ones());
    let known = if old_size.is_power_of_two() { Some(old_root) } else { hashes.next() };
    let mut old_computed = known.ok_or_else(|| length.clone())?;
    let mut new_computed = old_computed;
    for sibling in hashes {
        match climb.step().ok_or_else(|| length.clone())? {
            Side::Left => {
                old_computed = node_hash(sibling, old_computed);
                new_computed = node_hash(sibling, new_computed);
            }
            Side::Right => new_computed = node_hash(new_computed, sibling),
        }
    }
    if climb.last != 0 {
        return Err(length);
    }
    same_root(old_size, old_root, old_computed)?;
    same_root(new_size, new_root, new_computed)
}

/// On which side of the path a hash of the proof stands.
enum Side {
    Left,
    Right,
}

/// The place on the way up: the number of the node on the path and of the last node, at one level.
/// RFC 9162 calls them fn and sn.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    /// Goes up past one hash of the proof, or returns nothing at the root.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        if self.node % 2 == 1 || self.node == self.last {
            // A last node without sibling stands for its parent too, as often as it takes.
            self.rise(self.node.trailing_zeros() + 1);
            Some(Side::Left)
        } else {
            self.rise(1);
            Some(Side::Right)
        }
    }

    /// Goes up `levels`, at most 63: no node is 0 or above 2^63 where it is counted from.
    fn rise(&mut self, levels: u32) {
        self.node >>= levels;
        self.last >>= levels;
    }
}

pub(super) fn limit(size: u64) -> Result<(), ProofError> {
    if size > MAX_SIZE { Err(ProofError::Size { size, max: MAX_SIZE }) } else { Ok(()) }
}

fn same_root(size: u64, claimed: Hash, computed: Hash) -> Result<(), ProofError> {
    if claimed == computed { Ok(()) } else { Err(ProofError::Root { size, claimed, computed }) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::{
        HashReader, ProveError, Tree, leaf_hash, merkle::rows, prove_consistency, prove_inclusion,
    };

    /// All complete subtrees of a list of leaves.
    struct Memory(Vec<Vec<Hash>>);

    impl HashReader for Memory {
        type Error = (u8, u64);
        fn hash(&mut self, level: u8, index: u64) -> Result<Hash, (u8, u64)> {
            let row = self.0.get(usize::from(level));
            row.and_then(|row| row.get(usize::try_from(index).ok()?)).copied().ok_or((level, index))
        }
    }

    struct Log {
        leaves: Vec<Hash>,
        roots: Vec<Hash>,
        reader: Memory,
    }

    fn log(size: u32) -> Log {
        let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        // By the growing tree, whose roots are checked against the recursion in its own tests.
        let (mut tree, mut roots) = (Tree::default(), vec![EMPTY_ROOT]);
        for leaf in &leaves {
            tree.push(*leaf, &mut |_, _| ()).unwrap();
            roots.push(tree.root());
        }
        Log { reader: Memory(rows(&leaves)), leaves, roots }
    }

    /// Proves and checks both kinds for one size and place.
    fn check(log: &mut Log, place: u64, size: u64) -> (Vec<Hash>, Vec<Hash>) {
        let (at, n) = (usize::try_from(place).unwrap(), usize::try_from(size).unwrap());
        let path = prove_inclusion(place, size, &mut log.reader).unwrap();
        assert_eq!(check_inclusion(&path, place, size, log.leaves[at], log.roots[n]), Ok(()));
        let proof = prove_consistency(place + 1, size, &mut log.reader).unwrap();
        assert_eq!(
            check_consistency(&proof, place + 1, log.roots[at + 1], size, log.roots[n]),
            Ok(()),
            "{place} + 1 to {size}"
        );
        (path, proof)
    }

    #[test]
    fn every_leaf_and_every_beginning_of_every_small_tree_is_proved() {
        let mut log = log(260);
        for size in 1..=260 {
            for place in 0..size {
                check(&mut log, place, size);
            }
            let root = log.roots[usize::try_from(size).unwrap()];
            assert_eq!(prove_consistency(0, size, &mut log.reader), Ok(vec![]));
            assert_eq!(check_consistency(&[], 0, EMPTY_ROOT, size, root), Ok(()));
        }
        assert_eq!(check_consistency(&[], 0, EMPTY_ROOT, 0, EMPTY_ROOT), Ok(()));
    }

    #[test]
    fn larger_trees_are_proved_too() {
        let mut log = log(4100);
        for size in [511, 512, 513, 1000, 1023, 1025, 2047, 2048, 3001, 4095, 4096, 4097, 4100] {
            for place in (0..size).step_by(61).chain([size - 1, size / 2, size / 2 - 1]) {
                check(&mut log, place, size);
            }
        }
    }

    #[test]
    fn one_flipped_bit_in_any_hash_is_seen_and_so_is_a_hash_more_or_less() {
        let mut log = log(140);
        let (mut flipped, sizes) = (0, 140);
        for size in 1..=sizes {
            let n = usize::try_from(size).unwrap();
            for place in 0..size {
                let at = usize::try_from(place).unwrap();
                let (path, proof) = check(&mut log, place, size);
                let included = |path: &[Hash]| {
                    check_inclusion(path, place, size, log.leaves[at], log.roots[n])
                };
                let consistent = |proof: &[Hash]| {
                    check_consistency(proof, place + 1, log.roots[at + 1], size, log.roots[n])
                };
                flipped += damaged(&path, &included) + damaged(&proof, &consistent);
            }
        }
        assert!(flipped > 100_000, "only {flipped} hashes were damaged");
    }

    /// Checks that every damaged copy of `proof` is refused, and returns how many there were.
    fn damaged(proof: &[Hash], check: &dyn Fn(&[Hash]) -> Result<(), ProofError>) -> usize {
        for place in 0..proof.len() {
            let mut other = proof.to_vec();
            other[place].0[place % 32] ^= 1 << (place % 8);
            assert!(matches!(check(&other), Err(ProofError::Root { .. })));
            other.remove(place);
            assert!(check(&other).is_err());
        }
        let longer = [proof, &[EMPTY_ROOT]].concat();
        assert!(matches!(check(&longer), Err(ProofError::Length { .. })));
        proof.len()
    }

    #[test]
    fn a_proof_holds_for_its_own_place_size_and_roots_only() {
        let mut log = log(40);
        let (size, place) = (37, 11);
        let (path, proof) = check(&mut log, place, size);
        let (leaf, root, old_root) = (log.leaves[11], log.roots[37], log.roots[12]);
        for other in (0..70).chain([MAX_SIZE, u64::MAX]) {
            let same = other == place;
            assert_eq!(check_inclusion(&path, other, size, leaf, root).is_ok(), same, "{other}");
            let same = other == place + 1;
            assert_eq!(check_consistency(&proof, other, old_root, size, root).is_ok(), same);
        }
        assert!(check_inclusion(&path, place, size, log.leaves[12], root).is_err());
        assert!(check_inclusion(&path, place, size, leaf, log.roots[36]).is_err());
        assert!(check_consistency(&proof, place + 1, log.roots[13], size, root).is_err());
        assert!(check_consistency(&proof, place + 1, old_root, size, log.roots[36]).is_err());
        // Equal and empty trees need no hashes, but the right roots.
        assert!(check_consistency(&[], size, old_root, size, root).is_err());
        assert!(check_consistency(&[leaf], size, root, size, root).is_err());
        assert!(check_consistency(&[], 0, root, size, root).is_err());
        assert!(check_consistency(&[leaf], 0, EMPTY_ROOT, size, root).is_err());
    }

    #[test]
    fn no_size_makes_the_arithmetic_overflow() {
        /// Answers every question about a log of the largest size.
        struct Any(u64);
        impl HashReader for Any {
            type Error = ();
            fn hash(&mut self, level: u8, index: u64) -> Result<Hash, ()> {
                self.0 += 1;
                assert!((u128::from(index) + 1) << level <= u128::from(MAX_SIZE));
                Ok(EMPTY_ROOT)
            }
        }
        let edges = [0, 1, 2, 3, MAX_SIZE / 2, MAX_SIZE / 2 + 1, MAX_SIZE - 1, MAX_SIZE];
        for size in edges.into_iter().chain([MAX_SIZE + 1, u64::MAX]) {
            for place in edges.into_iter().chain([MAX_SIZE + 1, u64::MAX - 1, u64::MAX]) {
                let path = prove_inclusion(place, size, &mut Any(0));
                assert_eq!(path.is_ok(), place < size && size <= MAX_SIZE);
                let proof = prove_consistency(place, size, &mut Any(0));
                assert_eq!(proof.is_ok(), place <= size && size <= MAX_SIZE);
                let proofs =
                    [path.unwrap_or_default(), proof.unwrap_or_default(), vec![EMPTY_ROOT; 64]];
                for hashes in proofs {
                    assert!(hashes.len() <= MAX_PROOF_LEN);
                    // Whatever it says, it says so without a panic; length and range come first.
                    let _: [Result<(), ProofError>; 2] = [
                        check_inclusion(&hashes, place, size, EMPTY_ROOT, EMPTY_ROOT),
                        check_consistency(&hashes, place, EMPTY_ROOT, size, EMPTY_ROOT),
                    ];
                }
            }
        }
    }

    #[test]
    fn a_reader_that_fails_fails_the_proof() {
        let mut reader = Memory(rows(&log(8).leaves));
        assert_eq!(prove_inclusion(0, 9, &mut reader), Err(ProveError::Read((0, 8))));
        assert_eq!(prove_consistency(4, 12, &mut reader), Err(ProveError::Read((2, 2))));
    }
}
