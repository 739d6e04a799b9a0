//! The ledger's own store as the facts that the published folder is made from.

use super::{Error, Ledger, past};
use crate::domain::text::{Place, Ref};
use crate::publish::{Address, FactError, Facts};
use crate::replay::Replay;
use crate::storage::index::BUNDLE;
use crate::tlog::{Hash, TILE_WIDTH, TileId, TileKind, decode_tile};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A ledger at the size of its last checkpoint, which is all it holds.
pub struct LedgerFacts<'a> {
    ledger: &'a Ledger,
    checkpoint: String,
    vkey: String,
    address: Option<Address>,
    /// Where the entries of each bundle asked for end, in bytes from the bundle's beginning.
    ends: RefCell<BTreeMap<u64, Vec<u32>>>,
}

impl Ledger {
    /// What to publish: everything there is, under `checkpoint`, a note just signed, and the key
    /// `vkey` that signed it.
    pub fn facts(&self, checkpoint: String, vkey: String) -> Result<LedgerFacts<'_>, Error> {
        let (address, ends) = (None, RefCell::default());
        Ok(LedgerFacts { ledger: self, checkpoint, vkey, address, ends })
    }
}

fn lost(what: impl std::fmt::Display, why: impl std::fmt::Display) -> FactError {
    FactError::new(what.to_string(), &why)
}

impl<'a> LedgerFacts<'a> {
    /// The same, for a folder that is served at `address`.
    #[must_use]
    pub fn served_at(self, address: Option<&Address>) -> LedgerFacts<'a> {
        LedgerFacts { address: address.cloned(), ..self }
    }

    /// Where the entries of a bundle end: each stands behind its length in two bytes.
    fn read_ends(&self, bundle: u64) -> Result<Vec<u32>, Error> {
        let rows = self.ledger.index.bundle(bundle)?;
        let mut end = 0;
        let ends = rows.iter().map(|row| {
            end += u32::from(row.len) + 2;
            end
        });
        Ok(ends.collect())
    }
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

    fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        let what = format_args!("entry {number}");
        self.ledger
            .entry(number)
            .map_err(|e| lost(what, e))?
            .ok_or_else(|| lost(what, "it is not there"))
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        let (bundle, row) = (number / BUNDLE, number % BUNDLE);
        let mut known = self.ends.borrow_mut();
        let ends = match known.entry(bundle) {
            Entry::Occupied(ends) => ends.into_mut(),
            Entry::Vacant(place) => {
                let read = self.read_ends(bundle);
                place.insert(read.map_err(|e| lost(format_args!("entry {number}"), e))?)
            }
        };
        let end = |row: u64| ends.get(usize::try_from(row).ok()?).copied();
        let before = row.checked_sub(1).map_or(Some(0), end);
        let range = before
            .zip(end(row))
            .and_then(|(before, end)| Some((before + 2, u16::try_from(end - before - 2).ok()?)));
        range.ok_or_else(|| lost(format_args!("entry {number}"), "it is not there"))
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
}
