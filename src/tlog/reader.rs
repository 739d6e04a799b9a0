//! Reading a published or stored log whose tiles nobody vouches for (C2SP tlog-tiles).

use super::{
    hash::Hash,
    merkle::{EMPTY_ROOT, MAX_SIZE, rows},
    prove::HashReader,
    tile::{TILE_WIDTH, TileError, TileId, decode_tile, edge_width, full_tiles},
    tree::{LEVELS, Tree},
};
use std::{collections::BTreeMap, sync::Arc};
use thiserror::Error;

/// How many full tiles a reader keeps before it forgets them all: 16 MiB of hashes.
const MAX_KEPT: usize = 1024;

/// The hashes of one tile and of all complete subtrees inside it.
type Rows = Arc<[Vec<Hash>]>;

/// Reads hashes from the tiles of a log of known size and root, and believes none before it is
/// shown to belong to that tree.
///
/// `fetch` returns the bytes of a tile as they are, of the width asked for. One that finds only
/// the full tile in the place of a partial one ([`TileId::full`]) cuts it to 32 times the width.
pub struct TileReader<F> {
    size: u64,
    fetch: F,
    /// The partial tiles by level, checked against the root when the reader was made.
    edge: Vec<Rows>,
    /// Full tiles, each checked against the tile above it.
    full: BTreeMap<TileId, Rows>,
}

/// Why a hash could not be read.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ReadError<E> {
    /// More entries than a log may have.
    #[error("tiles of {size} entries were asked for, {max} is the most")]
    Size {
        /// The size asked for.
        size: u64,
        /// [`MAX_SIZE`].
        max: u64,
    },
    /// `fetch` failed.
    #[error("{tile} could not be read: {cause}")]
    Fetch {
        /// The tile.
        tile: TileId,
        /// What `fetch` answered.
        cause: E,
    },
    /// A tile is not one.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The partial tiles are not those of the root.
    #[error("the tiles of {size} entries lead to the root {computed}, signed is {signed}")]
    Root {
        /// The size of the tree.
        size: u64,
        /// The root the tiles should have.
        signed: Hash,
        /// The root they have.
        computed: Hash,
    },
    /// A full tile is not the one the tile above it was made from.
    #[error("{tile} hashes to {computed}, the tile above it says {expected}")]
    Forged {
        /// The tile.
        tile: TileId,
        /// Its hash in the tile above.
        expected: Hash,
        /// The hash of what was fetched.
        computed: Hash,
    },
    /// The tree has no such subtree.
    #[error("subtree {index} of level {level} is not complete in a tree of {size} entries")]
    Absent {
        /// How often the subtree doubles one leaf.
        level: u8,
        /// The number of the subtree.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
}

impl<F, E> TileReader<F>
where
    F: FnMut(TileId) -> Result<Vec<u8>, E>,
{
    /// Returns a reader of the log of `size` entries under `root`, having read its partial tiles,
    /// at most 8, and found that they have this root.
    pub fn new(size: u64, root: Hash, mut fetch: F) -> Result<TileReader<F>, ReadError<E>> {
        if size > MAX_SIZE {
            return Err(ReadError::Size { size, max: MAX_SIZE });
        }
        let mut edge: [Vec<Hash>; LEVELS] = Default::default();
        for (level, hashes) in (0..).zip(&mut edge) {
            let width = edge_width(size, level);
            if width > 0 {
                let tile = TileId::hashes(level, full_tiles(size, level), width);
                *hashes = read(&mut fetch, tile)?;
            }
        }
        let inner = edge.iter().map(|hashes| rows(hashes).into()).collect();
        let computed = Tree::from_edge(size, edge).root();
        if computed != root {
            return Err(ReadError::Root { size, signed: root, computed });
        }
        Ok(TileReader { size, fetch, edge: inner, full: BTreeMap::new() })
    }

    /// Returns hash `index` of row `row`, 0 to 7, above the hashes of `level`.
    fn node(&mut self, level: u8, row: u8, index: u64) -> Result<Hash, ReadError<E>> {
        let tile = index >> (8 - row);
        let place = index - (tile << (8 - row));
        let rows = self.rows(level, tile)?;
        let row_hashes = rows.get(usize::from(row));
        let hash = row_hashes.and_then(|hashes| hashes.get(usize::try_from(place).ok()?));
        hash.copied().ok_or(ReadError::Absent { level: 8 * level + row, index, size: self.size })
    }

    /// Returns the checked contents of a tile. A full one is checked against its hash in the tile
    /// above, and so on up to a partial one: at most 7 tiles.
    fn rows(&mut self, level: u8, index: u64) -> Result<Rows, ReadError<E>> {
        if index >= full_tiles(self.size, level) {
            let edge = self.edge.get(usize::from(level));
            return edge.cloned().ok_or(ReadError::Absent { level, index, size: self.size });
        }
        let tile = TileId::hashes(level, index, TILE_WIDTH);
        if let Some(rows) = self.full.get(&tile) {
            return Ok(rows.clone());
        }
        let expected = self.node(level + 1, 0, index)?;
        let rows: Rows = rows(&read(&mut self.fetch, tile)?).into();
        let top = rows.last().and_then(|row| row.first());
        // A full tile has a top; without one, nothing vouches for it.
        let computed = top.copied().unwrap_or(EMPTY_ROOT);
        if computed != expected {
            return Err(ReadError::Forged { tile, expected, computed });
        }
        if self.full.len() >= MAX_KEPT {
            self.full.clear();
        }
        self.full.insert(tile, rows.clone());
        Ok(rows)
    }
}

impl<F, E> HashReader for TileReader<F>
where
    F: FnMut(TileId) -> Result<Vec<u8>, E>,
{
    type Error = ReadError<E>;

    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, ReadError<E>> {
        let complete = self.size.checked_shr(level.into()).unwrap_or(0);
        if index >= complete {
            return Err(ReadError::Absent { level, index, size: self.size });
        }
        self.node(level / 8, level % 8, index)
    }
}

fn read<E>(
    fetch: &mut impl FnMut(TileId) -> Result<Vec<u8>, E>,
    tile: TileId,
) -> Result<Vec<Hash>, ReadError<E>> {
    let bytes = fetch(tile).map_err(|cause| ReadError::Fetch { tile, cause })?;
    Ok(decode_tile(tile, &bytes)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::{
        check_consistency, check_inclusion, encode_tile, leaf_hash, prove_consistency,
        prove_inclusion, root_of,
    };
    use std::cell::RefCell;

    /// A log of `size` leaves, its tiles, and its root.
    fn published(size: u32) -> (Vec<Hash>, BTreeMap<TileId, Vec<u8>>, Tree) {
        let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let (mut tree, mut tiles) = (Tree::default(), BTreeMap::new());
        for leaf in &leaves {
            tree.push(*leaf, &mut |tile, hashes| {
                tiles.insert(tile, encode_tile(hashes));
            })
            .unwrap();
        }
        tiles.extend(tree.partial_tiles().map(|(tile, hashes)| (tile, encode_tile(hashes))));
        (leaves, tiles, tree)
    }

    #[test]
    fn proofs_come_from_tiles_of_every_shape() {
        for size in [0, 1, 2, 255, 256, 257, 511, 512, 700, 4096, 65_535, 65_536, 65_537, 66_100] {
            let (leaves, tiles, tree) = published(size);
            let fetch = |tile: TileId| tiles.get(&tile).cloned().ok_or(());
            let mut reader = TileReader::new(tree.size(), tree.root(), fetch).unwrap();
            for index in (0..leaves.len()).step_by(leaves.len() / 9 + 1) {
                let at = index as u64;
                let path = prove_inclusion(at, tree.size(), &mut reader).unwrap();
                check_inclusion(&path, at, tree.size(), leaves[index], tree.root()).unwrap();
                let old = root_of(&leaves[..index]);
                let proof = prove_consistency(at, tree.size(), &mut reader).unwrap();
                check_consistency(&proof, at, old, tree.size(), tree.root()).unwrap();
            }
            // A proof for an older size comes from the tiles of the newer one.
            if size > 300 {
                let path = prove_inclusion(3, 299, &mut reader).unwrap();
                check_inclusion(&path, 3, 299, leaves[3], root_of(&leaves[..299])).unwrap();
            }
            let beyond = reader.hash(0, tree.size());
            assert_eq!(
                beyond,
                Err(ReadError::Absent { level: 0, index: tree.size(), size: tree.size() })
            );
            assert!(reader.hash(64, 0).is_err() && reader.hash(255, u64::MAX).is_err());
        }
    }

    #[test]
    fn a_damaged_tile_is_never_believed() {
        let (_, tiles, tree) = published(66_100);
        let asked = RefCell::new(Vec::new());
        for victim in tiles.keys() {
            let fetch = |tile: TileId| {
                asked.borrow_mut().push(tile);
                let mut bytes = tiles[&tile].clone();
                if tile == *victim {
                    let place = bytes.len() - 1 - usize::try_from(tile.index() % 31).unwrap();
                    bytes[place] ^= 0x10;
                }
                Ok::<_, ()>(bytes)
            };
            let read = TileReader::new(tree.size(), tree.root(), fetch);
            if !victim.is_full() {
                assert!(matches!(read, Err(ReadError::Root { .. })), "{victim}");
                continue;
            }
            let mut reader = read.ok().unwrap();
            // The first leaf below the tile.
            let leaf = victim.first_row()
                << match victim.kind() {
                    crate::tlog::TileKind::Hashes(level) => 8 * level,
                    crate::tlog::TileKind::Entries => 0,
                };
            match reader.hash(0, leaf) {
                Err(ReadError::Forged { tile, .. }) => assert_eq!(tile, *victim),
                other => panic!("{victim}: {other:?}"),
            }
        }
        let asked = asked.into_inner();
        assert!(tiles.keys().all(|tile| asked.contains(tile)), "a tile was never asked for");
    }

    #[test]
    fn a_missing_or_misshapen_tile_is_named() {
        let (_, tiles, tree) = published(700);
        let missing =
            |tile: TileId| if tile.is_full() { Err("gone") } else { Ok(tiles[&tile].clone()) };
        let mut reader = TileReader::new(700, tree.root(), missing).ok().unwrap();
        let error = reader.hash(3, 1).unwrap_err();
        assert_eq!(error.to_string(), "tile/0/000 could not be read: gone");
        let long = |tile: TileId| Ok::<_, ()>([&tiles[&tile][..], &[0; 32]].concat());
        assert!(matches!(TileReader::new(700, tree.root(), long), Err(ReadError::Tile(_))));
        let never = |_: TileId| -> Result<Vec<u8>, ()> { panic!("nothing to fetch") };
        assert!(TileReader::new(0, tree.root(), never).is_err());
        assert!(TileReader::new(MAX_SIZE + 1, tree.root(), never).is_err());
    }

    #[test]
    fn many_receipts_fetch_each_tile_once() {
        let (_, tiles, tree) = published(20_000);
        let mut fetched = 0;
        let mut reader = TileReader::new(tree.size(), tree.root(), |tile| {
            fetched += 1;
            tiles.get(&tile).cloned().ok_or(())
        })
        .ok()
        .unwrap();
        for index in 0..tree.size() {
            reader.hash(0, index).ok().unwrap();
        }
        assert_eq!(fetched, tiles.len());
    }
}
