//! The ledger's own store as the facts that the published folder is made from.

use super::{Error, Ledger, past};
use crate::domain::text::{Place, Ref};
use crate::publish::{FactError, Facts};
use crate::replay::Replay;
use crate::tlog::{Hash, TILE_WIDTH, TileId, TileKind, decode_tile};

/// A ledger at the size of its last checkpoint, which is all it holds.
pub struct LedgerFacts<'a> {
    ledger: &'a Ledger,
    checkpoint: String,
    vkey: String,
    refs: u64,
}

impl Ledger {
    /// What to publish: everything there is, under `checkpoint`, a note just signed, and the key
    /// `vkey` that signed it.
    pub fn facts(&self, checkpoint: String, vkey: String) -> Result<LedgerFacts<'_>, Error> {
        let mut refs = 0;
        let mut scan = self.index.refs_with_prefix([0; 16], 0)?;
        while scan.next().transpose()?.is_some() {
            refs += 1;
        }
        Ok(LedgerFacts { ledger: self, checkpoint, vkey, refs })
    }
}

fn lost(what: impl std::fmt::Display, why: impl std::fmt::Display) -> FactError {
    FactError { what: what.to_string(), why: why.to_string() }
}

impl Facts for LedgerFacts<'_> {
    fn replay(&self) -> &Replay {
        self.ledger.replay()
    }

    fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    fn vkey(&self) -> &str {
        &self.vkey
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        let what = format_args!("entry {number}");
        self.ledger
            .entry(number)
            .map_err(|e| lost(what, e))?
            .ok_or_else(|| lost(what, "it is not there"))
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        // The journal takes no entry of more than 65,535 bytes.
        let len = |number| Ok(u16::try_from(self.entry(number)?.len()).unwrap_or(u16::MAX));
        let mut offset = 2;
        for before in number - number % u64::from(TILE_WIDTH)..number {
            offset += u32::from(len(before)?) + 2;
        }
        Ok((offset, len(number)?))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError> {
        let tile = TileId::new(TileKind::Hashes(level), index, TILE_WIDTH);
        let tile = tile.map_err(|e| lost("a tile", e))?;
        let bytes = self.ledger.tile_bytes(tile).map_err(|e| lost(tile, e))?;
        decode_tile(tile, &bytes).map_err(|e| lost(tile, e))
    }

    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError> {
        let common = u128::from_be_bytes(from.0) ^ u128::from_be_bytes(to.0);
        let scan = self.ledger.index.refs_with_prefix(from.0, common.leading_zeros());
        for found in scan.map_err(|e| lost("references", e))? {
            let (reference, place) = found.map_err(|e| lost("references", e))?;
            if (from.0..=to.0).contains(&reference) {
                each(Ref(reference), past::place(place));
            }
        }
        Ok(())
    }

    fn ref_count(&self) -> u64 {
        self.refs
    }
}
