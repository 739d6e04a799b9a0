//! The tree that grows: only its right edge is kept.

use super::{
    hash::Hash,
    merkle::{EMPTY_ROOT, MAX_SIZE, node_hash, rows},
    tile::{MAX_LEVEL, TILE_WIDTH, TileId, edge_width, encode_tile, full_tiles},
};
use thiserror::Error;

/// Levels 0 to [`MAX_LEVEL`].
pub(super) const LEVELS: usize = MAX_LEVEL as usize + 1;

/// A Merkle tree of any size, held by the hashes of its partial tiles: at most 255 a level.
///
/// A complete tile is handed to the caller by [`Tree::push`] and not needed again for growing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tree {
    size: u64,
    /// By level, the hashes that do not fill a tile yet. Their numbers are the digits of `size`
    /// in base 256.
    edge: [Vec<Hash>; LEVELS],
}

/// Why a tree did not grow, or was not restored.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TreeError {
    /// The log has its last entry.
    #[error("a log of {size} entries cannot grow, {max} is the most")]
    Full {
        /// The tree's size.
        size: u64,
        /// [`MAX_SIZE`].
        max: u64,
    },
    /// A stored tree claims more entries than a log may have.
    #[error("a stored tree claims {size} entries, more than {max}")]
    Size {
        /// The size claimed.
        size: u64,
        /// [`MAX_SIZE`].
        max: u64,
    },
    /// A stored tree has another length than its size says.
    #[error("a stored tree has {len} bytes where {expected} belong")]
    Length {
        /// The length found, in bytes.
        len: usize,
        /// The length of a tree of the size claimed, in bytes.
        expected: usize,
    },
}

impl Tree {
    /// Appends a leaf and returns its index. Each tile this completes, 256 hashes, goes to `full`,
    /// lowest level first.
    ///
    /// Costs one node hash on average: 255 with every 256th leaf, none between.
    pub fn push(
        &mut self,
        leaf: Hash,
        full: &mut impl FnMut(TileId, &[Hash]),
    ) -> Result<u64, TreeError> {
        let index = self.size;
        if index >= MAX_SIZE {
            return Err(TreeError::Full { size: index, max: MAX_SIZE });
        }
        self.size += 1;
        let mut carry = Some(leaf);
        for (level, edge) in (0..).zip(&mut self.edge) {
            edge.extend(carry.take());
            if edge.len() < usize::from(TILE_WIDTH) {
                break;
            }
            full(TileId::hashes(level, full_tiles(index, level), TILE_WIDTH), edge);
            carry = rows(edge).pop().and_then(|top| top.first().copied());
            edge.clear();
        }
        Ok(index)
    }

    /// Returns the tree with the edge given, of the widths its size says.
    pub(super) fn from_edge(size: u64, edge: [Vec<Hash>; LEVELS]) -> Tree {
        Tree { size, edge }
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root (RFC 6962 §2.1). Costs about as many node hashes as the edge has hashes.
    pub fn root(&self) -> Hash {
        let mut root = None;
        // From the smallest complete subtree at the right to the largest at the left: a row of odd
        // length ends in one that no other row covers.
        for row in self.edge.iter().flat_map(|edge| rows(edge)) {
            if let (1, Some(last)) = (row.len() % 2, row.last()) {
                root = Some(root.map_or(*last, |right| node_hash(*last, right)));
            }
        }
        root.unwrap_or(EMPTY_ROOT)
    }

    /// Returns the tiles that are not full, lowest level first: what is published beside the tiles
    /// [`Tree::push`] gave away.
    pub fn partial_tiles(&self) -> impl Iterator<Item = (TileId, &[Hash])> {
        (0..).zip(&self.edge).filter(|(_, edge)| !edge.is_empty()).map(|(level, edge)| {
            let width = edge_width(self.size, level);
            (TileId::hashes(level, full_tiles(self.size, level), width), edge.as_slice())
        })
    }

    /// Returns the tree as bytes: the size in 8, big-endian, then the hashes of the edge, lowest
    /// level first. At most 65,288 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let edge = self.edge.iter().flat_map(|edge| encode_tile(edge));
        self.size.to_be_bytes().into_iter().chain(edge).collect()
    }

    /// Restores what [`Tree::to_bytes`] wrote. The size fixes how many hashes each level has.
    ///
    /// Whether they are the right hashes only a root can tell: compare [`Tree::root`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Tree, TreeError> {
        let (size, rest) = bytes
            .split_first_chunk()
            .ok_or(TreeError::Length { len: bytes.len(), expected: size_of::<u64>() })?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(TreeError::Size { size, max: MAX_SIZE });
        }
        let width = |level| usize::from(edge_width(size, level));
        let expected = size_of::<u64>() + (0..=MAX_LEVEL).map(width).sum::<usize>() * Hash::LEN;
        if bytes.len() != expected {
            return Err(TreeError::Length { len: bytes.len(), expected });
        }
        let mut hashes = rest.as_chunks().0.iter().copied().map(Hash);
        let mut tree = Tree { size, ..Tree::default() };
        for (level, edge) in (0..).zip(&mut tree.edge) {
            edge.extend(hashes.by_ref().take(width(level)));
        }
        Ok(tree)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::{TileKind, leaf_hash, new_tiles, root_of};
    use std::collections::BTreeMap;

    fn leaves(count: u32) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn the_growing_tree_has_the_roots_of_the_recursion() {
        let leaves = leaves(4200);
        let mut tree = Tree::default();
        for (n, leaf) in leaves.iter().enumerate() {
            if n <= 600 || n % 97 == 0 || n % 256 < 2 {
                assert_eq!(tree.root(), root_of(&leaves[..n]), "at size {n}");
                assert_eq!(Tree::from_bytes(&tree.to_bytes()), Ok(tree.clone()));
            }
            assert_eq!(tree.push(*leaf, &mut |_, _| ()), Ok(n as u64));
        }
    }

    #[test]
    fn what_push_gives_away_and_the_edge_are_all_the_tiles() {
        let leaves = leaves(66_000);
        let (mut tree, mut tiles) = (Tree::default(), BTreeMap::new());
        for leaf in &leaves {
            tree.push(*leaf, &mut |id, hashes| {
                assert!(tiles.insert(id, hashes.to_vec()).is_none(), "{id} twice");
            })
            .unwrap();
        }
        tiles.extend(tree.partial_tiles().map(|(id, hashes)| (id, hashes.to_vec())));
        let expected: Vec<TileId> =
            new_tiles(0, tree.size()).filter(|tile| tile.kind() != TileKind::Entries).collect();
        assert_eq!(tiles.keys().copied().collect::<Vec<_>>(), expected);
        for (id, hashes) in tiles {
            assert_eq!(hashes.len(), usize::from(id.width()));
            let TileKind::Hashes(level) = id.kind() else { panic!("{id}") };
            let span = 256usize.pow(level.into());
            let first = usize::try_from(id.first_row()).unwrap() * span;
            // The first and the last hash of each tile, by the recursion.
            let last = first + (hashes.len() - 1) * span;
            assert_eq!(hashes[0], root_of(&leaves[first..first + span]));
            assert_eq!(hashes[hashes.len() - 1], root_of(&leaves[last..last + span]));
        }
        assert_eq!(tree.root(), root_of(&leaves));
    }

    #[test]
    fn a_stored_tree_of_another_width_is_refused() {
        let mut tree = Tree::default();
        for leaf in leaves(700) {
            tree.push(leaf, &mut |_, _| ()).unwrap();
        }
        let bytes = tree.to_bytes();
        assert_eq!(bytes.len(), 8 + 32 * (2 + 188));
        for len in (0..bytes.len()).chain([bytes.len() + 1, bytes.len() + 32]) {
            let mut other = bytes.clone();
            other.resize(len, 0);
            assert!(matches!(Tree::from_bytes(&other), Err(TreeError::Length { .. })), "{len}");
        }
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 1;
            assert!(Tree::from_bytes(&other).map(|tree| tree.root()) != Ok(tree.root()), "{place}");
        }
    }

    #[test]
    fn the_largest_tree_is_held_and_does_not_grow() {
        let mut bytes = MAX_SIZE.to_be_bytes().to_vec();
        bytes.resize(8 + 32 * (7 * 255 + 127), 9);
        let mut tree = Tree::from_bytes(&bytes).unwrap();
        tree.root();
        assert_eq!(tree.partial_tiles().count(), 8);
        let error = TreeError::Full { size: MAX_SIZE, max: MAX_SIZE };
        assert_eq!(tree.push(EMPTY_ROOT, &mut |_, _| ()), Err(error));
        assert_eq!(tree.to_bytes(), bytes);
        let mut larger = (MAX_SIZE + 1).to_be_bytes().to_vec();
        larger.resize(8 + 32 * 128, 9);
        assert_eq!(
            Tree::from_bytes(&larger),
            Err(TreeError::Size { size: MAX_SIZE + 1, max: MAX_SIZE })
        );
    }
}
