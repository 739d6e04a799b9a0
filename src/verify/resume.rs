//! The entries after a state that was verified before, from the published files.

use super::CHECKPOINT;
use super::check::Check;
use super::distrust::{Distrust, Stop};
use super::entries::{same_rows, wrong};
use super::files::Files;
use crate::domain::books::{Past, Refs};
use crate::replay::Replay;
use crate::tlog::{Hash, TILE_WIDTH, TileId, encode_tile};

/// Takes in what `files` have more than `state`, compares the tiles that this completes and the
/// partial ones, and the root.
pub(super) fn take_in(
    files: Files<'_>,
    root: Hash,
    mut state: Replay,
    refs: &mut dyn Refs,
    past: &dyn Past,
) -> Result<Replay, Stop> {
    let width = u64::from(TILE_WIDTH);
    let mut first = state.tree().size() / width * width;
    while first < files.size {
        let bundle = files.bundle(first)?;
        let mut full = Vec::new();
        let mut keep = |tile: TileId, hashes: &[Hash]| full.push((tile, encode_tile(hashes)));
        // A bundle that was published half full begins with entries taken in before: the tiles
        // vouch for those.
        let mut leaves = Vec::with_capacity(usize::from(TILE_WIDTH));
        for (number, bytes) in bundle.entries() {
            leaves.push(crate::tlog::leaf_hash(bytes));
            if number >= state.tree().size() {
                let taken = state.take(bytes, past, refs, &mut keep);
                taken.map_err(|why| wrong(&bundle.file, why))?;
            }
        }
        leaves_in_tile(files, first, &leaves, &bundle.file)?;
        for (tile, hashes) in full {
            same_rows(tile, &files.hash_tile(tile)?, &hashes)?;
        }
        first += width;
    }
    for (tile, hashes) in state.tree().partial_tiles() {
        same_rows(tile, &files.hash_tile(tile)?, &encode_tile(hashes))?;
    }
    let (size, computed) = (files.size, state.tree().root());
    if computed == root && state.tree().size() == size {
        return Ok(state);
    }
    let file = CHECKPOINT.to_owned();
    Err(Stop::wrong(Check::Root, Distrust::Root { file, size, stated: root, computed }))
}

/// Each entry of the bundle is the leaf that its tile has.
fn leaves_in_tile(files: Files<'_>, first: u64, leaves: &[Hash], bundle: &str) -> Result<(), Stop> {
    let stated = files.leaves(first)?;
    for ((entry, computed), stated) in (first..).zip(leaves).zip(stated) {
        if *computed != stated {
            let (file, computed) = (bundle.to_owned(), *computed);
            let leaf = Distrust::Leaf { entry, file, stated, computed };
            return Err(Stop::wrong(Check::Bundles, leaf));
        }
    }
    Ok(())
}
