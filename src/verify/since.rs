//! That a log continues what was signed earlier, proved from its tiles.

use super::CHECKPOINT;
use super::check::Check;
use super::distrust::{Distrust, Stop};
use super::entries::tile_stop;
use super::files::Files;
use crate::tlog::{Checkpoint, ProveError, TileReader, check_consistency, prove_consistency};

/// Proves that the log that `now` signs begins with the one that `old` signs.
pub(super) fn prove(files: Files<'_>, old: &Checkpoint, now: &Checkpoint) -> Result<(), Stop> {
    let file = CHECKPOINT.to_owned();
    let (known, stated) = (old.root(), now.root());
    let wrong = |why| Err(Stop::wrong(Check::Since, why));
    let size = now.size();
    if size < old.size() {
        return wrong(Distrust::Older { file, stated: size, known: old.size() });
    }
    if size == old.size() && known != stated {
        return wrong(Distrust::TwoHistories { file, size, stated, known });
    }
    let tiles = TileReader::new(size, stated, |tile| files.hash_tile(tile));
    let mut tiles = tiles.map_err(tile_stop)?;
    let proof = match prove_consistency(old.size(), size, &mut tiles) {
        Ok(proof) => check_consistency(&proof, old.size(), known, size, stated),
        Err(ProveError::Asked(why)) => Err(why),
        Err(ProveError::Read(error)) => return Err(tile_stop(error)),
    };
    let old = old.size();
    proof.or_else(|why| wrong(Distrust::Rewritten { file, old, known, size, stated, why }))
}
