//! Tiles and their paths: the published shape of the tree (C2SP tlog-tiles).
//!
//! `tile/0/x001/x234/067` holds 256 leaf hashes, `tile/1/000.p/17` the 17 hashes so far of complete
//! level-0 tiles, `tile/entries/000` the first 256 entries.

use super::{
    hash::Hash,
    merkle::MAX_SIZE,
    text::{from_decimal, shown},
};
use std::{fmt, iter, str::FromStr};

/// How many rows a full tile holds: hashes, or entries.
pub const TILE_WIDTH: u16 = 256;

/// The highest level at which a log of [`MAX_SIZE`] entries has a tile. (C2SP reserves 0 to 63.)
pub const MAX_LEVEL: u8 = 7;

/// The longest tile path in bytes: `tile/entries/`, six groups of the index, and `.p/255`.
pub const MAX_PATH_LEN: usize = 47;

/// What a tile holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TileKind {
    /// The entries themselves.
    Entries,
    /// Hashes of complete subtrees of 256^level entries.
    Hashes(u8),
}

impl TileKind {
    /// Returns how many times 2 divides the number of entries below one row.
    const fn shift(self) -> u32 {
        match self {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => 8 * level as u32,
        }
    }
}

/// The place of one tile: what it holds, which of its kind it is, and how many rows it has.
///
/// Printed and parsed as its C2SP path, relative to the log's prefix.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TileId {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// Why a tile was not taken for one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// Level, index or width belong to no log of at most [`MAX_SIZE`] entries.
    #[error("no log has the tile {kind:?} number {index} of width {width}")]
    Impossible {
        /// The kind asked for.
        kind: TileKind,
        /// The tile's number among its kind.
        index: u64,
        /// The number of rows asked for.
        width: u16,
    },
    /// Not the path of any tile.
    #[error("{0:?} is not the path of a tile")]
    Path(String),
    /// The bytes of a hash tile have another length than its width says.
    #[error("tile {tile} has {len} bytes instead of {expected}")]
    Length {
        /// The tile.
        tile: TileId,
        /// The length found, in bytes.
        len: usize,
        /// The length of so many rows, in bytes.
        expected: usize,
    },
}

impl TileId {
    /// Returns the tile of `kind` with number `index` that holds `width` rows, 1 to 256.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<TileId, TileError> {
        let id = TileId { kind, index, width };
        let level_exists = kind <= TileKind::Hashes(MAX_LEVEL);
        let rows = index.checked_mul(TILE_WIDTH.into()).and_then(|n| n.checked_add(width.into()));
        match rows {
            Some(rows)
                if level_exists
                    && (1..=TILE_WIDTH).contains(&width)
                    && rows <= MAX_SIZE >> kind.shift() =>
            {
                Ok(id)
            }
            _ => Err(TileError::Impossible { kind, index, width }),
        }
    }

    /// Returns a hash tile whose coordinates come from the size of a tree, so that they fit.
    pub(super) fn hashes(level: u8, index: u64, width: u16) -> TileId {
        debug_assert!(TileId::new(TileKind::Hashes(level), index, width).is_ok());
        TileId { kind: TileKind::Hashes(level), index, width }
    }

    /// Returns what the tile holds.
    pub fn kind(self) -> TileKind {
        self.kind
    }

    /// Returns the tile's number among those of its kind, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Returns how many rows the tile has, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Returns the number of the tile's first row: for entries and level 0, of its first entry.
    pub fn first_row(self) -> u64 {
        self.index * u64::from(TILE_WIDTH)
    }

    /// Returns whether the tile has all its rows, and so will never change.
    pub fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Returns the full tile at the same place, where a client looks once the partial one is gone.
    #[must_use]
    pub fn full(self) -> TileId {
        TileId { width: TILE_WIDTH, ..self }
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => write!(f, "tile/entries/")?,
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let groups = iter::successors(Some(self.index), |n| Some(n / 1000).filter(|n| *n > 0));
        let groups: Vec<u64> = groups.map(|n| n % 1000).collect();
        for (place, group) in groups.iter().enumerate().rev() {
            if place > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for TileId {
    type Err = TileError;

    /// Reads the one spelling `Display` writes; a full tile has no `.p/256`.
    fn from_str(path: &str) -> Result<TileId, TileError> {
        let malformed = || TileError::Path(shown(path));
        if path.len() > MAX_PATH_LEN {
            return Err(malformed());
        }
        let rest = path.strip_prefix("tile/").ok_or_else(malformed)?;
        let (kind, rest) = rest.split_once('/').ok_or_else(malformed)?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(level.parse().map_err(|_| malformed())?),
        };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse().map_err(|_| malformed())?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = groups.chars().filter(|c| !matches!(c, 'x' | '/')).collect();
        let index = from_decimal(digits.trim_start_matches('0'))
            .or((groups == "000").then_some(0))
            .ok_or_else(malformed)?;
        let id = TileId::new(kind, index, width)?;
        // Printing it back is the rest of the grammar: the groups, their zeros, and signs.
        if id.to_string() == path { Ok(id) } else { Err(malformed()) }
    }
}

/// Returns the tiles, of entries and of hashes, that a log of `new` entries has and one of `old`
/// entries had not: what publishing has to write. With `old` 0: all tiles. None if nothing is new.
///
/// Both sizes are at most [`MAX_SIZE`].
pub fn new_tiles(old: u64, new: u64) -> impl Iterator<Item = TileId> {
    let kinds = iter::once(TileKind::Entries).chain((0..=MAX_LEVEL).map(TileKind::Hashes));
    kinds.flat_map(move |kind| {
        let (old, new) = (old >> kind.shift(), new >> kind.shift());
        let full = (old >> 8..new >> 8).map(move |index| TileId { kind, index, width: TILE_WIDTH });
        let width = width_of_last(new);
        let partial = TileId { kind, index: new >> 8, width };
        full.chain((new > old && width > 0).then_some(partial))
    })
}

/// Returns how many hashes the last, partial tile of `level` has in a tree of `size`, 0 to 255.
pub(super) fn edge_width(size: u64, level: u8) -> u16 {
    width_of_last(size >> TileKind::Hashes(level).shift())
}

/// Returns how many tiles of `level` are full in a tree of `size`, and so the index of the next.
pub(super) fn full_tiles(size: u64, level: u8) -> u64 {
    (size >> TileKind::Hashes(level).shift()) >> 8
}

fn width_of_last(rows: u64) -> u16 {
    (rows % 256) as u16
}

/// Returns the bytes of a hash tile: its hashes, one after the other.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Returns the hashes of a hash tile; `bytes` must have exactly the length its width says.
pub fn decode_tile(tile: TileId, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let expected = usize::from(tile.width) * Hash::LEN;
    if bytes.len() != expected {
        return Err(TileError::Length { tile, len: bytes.len(), expected });
    }
    Ok(bytes.as_chunks().0.iter().copied().map(Hash).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn id(kind: TileKind, index: u64, width: u16) -> TileId {
        TileId::new(kind, index, width).unwrap()
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        for (path, tile) in [
            ("tile/0/x001/x234/067", id(TileKind::Hashes(0), 1_234_067, 256)),
            ("tile/1/000.p/17", id(TileKind::Hashes(1), 0, 17)),
            ("tile/entries/000", id(TileKind::Entries, 0, 256)),
            ("tile/entries/x001/000.p/255", id(TileKind::Entries, 1000, 255)),
            ("tile/7/000.p/127", id(TileKind::Hashes(7), 0, 127)),
            (
                "tile/entries/x036/x028/x797/x018/x963/967.p/255",
                id(TileKind::Entries, (1 << 55) - 1, 255),
            ),
        ] {
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
            assert!(path.len() <= MAX_PATH_LEN);
        }
    }

    #[test]
    fn a_tile_has_one_path() {
        for bad in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/1000",
            "tile/0/x000/000",
            "tile/0/x001",
            "tile/0/x001/",
            "tile/0/x1/000",
            "tile/0/001/000",
            "tile/0/x001000",
            "tile/0/xx001/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/",
            "tile/0/000.p/1.p/1",
            "tile/0/000.p/65536",
            "tile/0/000.p",
            "tile/00/000",
            "tile/+0/000",
            "tile/-1/000",
            "tile/8/000",
            "tile/8/0/000",
            "tile/63/000.p/1",
            "tile/256/000",
            "tile/data/000",
            "tile/entries",
            "tile/entries/",
            "tile//000",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/000\n",
            " tile/0/000",
            "tile/0/x018/x446/x744/x073/x709/x551/615",
            "tile/0/x036/x028/x797/x018/x963/968",
            "tile/7/000",
            "tile/7/000.p/128",
            "tile/7/001.p/1",
            "tile/0/../0/000",
            "tile/0/٠٠٠",
            "TILE/0/000",
            "tile/0/X001/000",
        ] {
            assert!(bad.parse::<TileId>().is_err(), "{bad:?} was taken for a tile");
        }
        for path in ["tile/0/x001/x234/067", "tile/entries/x001/000.p/25", "tile/1/000.p/17"] {
            for place in 0..path.len() {
                for byte in 0..=127u8 {
                    let mut changed = path.as_bytes().to_vec();
                    changed[place] = byte;
                    let changed = String::from_utf8(changed).unwrap();
                    if let Ok(tile) = changed.parse::<TileId>() {
                        assert_eq!(tile.to_string(), changed);
                    }
                }
            }
        }
    }

    #[test]
    fn no_size_overflows() {
        for size in [MAX_SIZE, MAX_SIZE - 1, 1 << 62, u64::MAX] {
            for level in 0..=MAX_LEVEL {
                assert_eq!(u64::from(edge_width(size, level)), (size >> (8 * level)) & 255);
            }
            assert_eq!(full_tiles(size, MAX_LEVEL), 0);
            assert!(new_tiles(size - 1, size).count() >= 1);
        }
        assert!(TileId::new(TileKind::Hashes(0), u64::MAX, 1).is_err());
        assert!(TileId::new(TileKind::Hashes(255), 0, 1).is_err());
        assert!(TileId::new(TileKind::Entries, MAX_SIZE / 256, 255).is_ok());
        assert!(TileId::new(TileKind::Entries, MAX_SIZE / 256, 256).is_err());
    }

    #[test]
    fn growing_in_any_steps_publishes_the_tiles_of_the_final_size() {
        for step in [1, 7, 255, 256, 257, 1000, 70_000] {
            let (mut published, mut old) = (BTreeSet::new(), 0);
            while old < 70_000 {
                let new = (old + step).min(70_000);
                for tile in new_tiles(old, new) {
                    assert!(
                        published.insert(tile),
                        "{tile} was published twice, the second time at {new}"
                    );
                    assert_eq!(TileId::new(tile.kind, tile.index, tile.width), Ok(tile));
                }
                old = new;
            }
            assert!(new_tiles(0, 70_000).all(|tile| published.contains(&tile)));
        }
        // 273 full tiles and a partial one of 112, twice; one full and one of 17; one of 1.
        assert_eq!(new_tiles(0, 70_000).count(), 2 * 274 + 2 + 1);
        assert_eq!(new_tiles(5, 5).count() + new_tiles(9, 5).count() + new_tiles(0, 0).count(), 0);
    }

    #[test]
    fn a_hash_tile_of_another_length_is_refused() {
        let hashes = [Hash([1; 32]), Hash([2; 32])];
        let tile = id(TileKind::Hashes(0), 3, 2);
        let bytes = encode_tile(&hashes);
        assert_eq!(decode_tile(tile, &bytes).unwrap(), hashes);
        for len in (0..bytes.len()).chain([65, 96]) {
            let mut other = bytes.clone();
            other.resize(len, 0);
            assert_eq!(
                decode_tile(tile, &other),
                Err(TileError::Length { tile, len, expected: 64 })
            );
        }
    }
}
