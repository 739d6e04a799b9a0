//! The hashes of the log, read from its tiles.

use super::{FactError, Facts};
use crate::tlog::{Hash, TileId, TileKind, TileReader, encode_tile, root_at};

/// How a reader gets a tile.
type Fetch<'f> = Box<dyn FnMut(TileId) -> Result<Vec<u8>, FactError> + 'f>;

/// A reader of the log's hashes.
pub(super) fn reader(facts: &dyn Facts) -> Result<TileReader<Fetch<'_>>, FactError> {
    let tree = facts.replay().tree();
    let fetch: Fetch<'_> = Box::new(move |tile: TileId| match tile.kind() {
        TileKind::Hashes(level) if tile.is_full() => {
            facts.tile(level, tile.index()).map(|hashes| encode_tile(&hashes))
        }
        _ => {
            let partial = tree.partial_tiles().find(|(id, _)| *id == tile);
            let hashes = partial.map(|(_, hashes)| encode_tile(hashes));
            hashes.ok_or_else(|| FactError::new(tile.to_string(), "the tree has no such tile"))
        }
    });
    let reader = TileReader::new(tree.size(), tree.root(), fetch);
    reader.map_err(|why| FactError::new("the hashes of the log", &why))
}

/// The root that the log had at each of `sizes`.
pub(super) fn roots(facts: &dyn Facts, sizes: &[u64]) -> Result<Vec<Hash>, FactError> {
    let mut reader = reader(facts)?;
    let root = |size: &u64| {
        let wrong = |why| FactError::new(format!("the root of {size} entries"), &why);
        root_at(*size, &mut reader).map_err(wrong)
    };
    sizes.iter().map(root).collect()
}
