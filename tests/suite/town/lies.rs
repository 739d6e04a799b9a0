//! The town's ledger as somebody without the officers' keys would like to have it: whatever the
//! rules let in, signed or not, with everything that follows from it made anew.

use super::{ORIGIN, Town, Used, Written};
use std::cell::Cell;
use std::collections::BTreeMap;
use yishan::domain::books::{Books, Past, Refs};
use yishan::domain::entry::Entry;
use yishan::domain::text::{Origin, Signature};
use yishan::domain::time::Stamp;
use yishan::publish::Movers;
use yishan::replay::{Read, Replay, Wrong};
use yishan::tlog::{Checkpoint, Hash, Signer, TileId};

impl Town {
    /// A ledger of the town's name without a single entry.
    pub(crate) fn blank() -> Town {
        let signer = Signer::new(ORIGIN, &[9; 32]).unwrap();
        Town {
            vkey: signer.verifier().to_string(),
            checkpoint: String::new(),
            signer,
            keys: BTreeMap::new(),
            replay: Replay::new(Origin::parse(ORIGIN.as_bytes()).unwrap()),
            entries: Written::default(),
            refs: Used::default(),
            tiles: BTreeMap::new(),
            clock: 0,
            address: None,
            reads: Cell::new(0),
            movers: Movers::default(),
            forgetful: Cell::new(false),
            gone: Cell::new(false),
        }
    }

    /// Enters a voucher that nobody need have signed. What the rules refuse leaves no trace.
    pub(crate) fn force(&mut self, at: Stamp, voucher: &[u8], sig: Signature) -> Result<(), Wrong> {
        let number = self.size();
        let bytes = Entry::encode(number, &self.replay.last(), at, voucher, &sig);
        let read = Read::new(number, &bytes)?;
        let (tiles, mut refs) = (&mut self.tiles, Used(self.refs.0.clone()));
        let mut full = |tile: TileId, hashes: &[Hash]| drop(tiles.insert(tile, hashes.to_vec()));
        self.replay.enter_unsigned(&read, &self.entries, &mut refs, &mut full)?;
        self.refs = refs;
        self.entries.0.push(bytes);
        Ok(())
    }

    /// What the checkpoint of these entries would say.
    pub(crate) fn unsigned(&self) -> Checkpoint {
        let tree = self.replay.tree();
        Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap()
    }

    /// Takes `note` for the checkpoint, and `vkey` for the key that signed it.
    pub(crate) fn claim(&mut self, note: String, vkey: String) {
        (self.checkpoint, self.vkey) = (note, vkey);
    }

    /// The books so far.
    pub(crate) fn books(&self) -> &Books {
        self.replay.books()
    }

    /// The exact bytes of all entries.
    pub(crate) fn written(&self) -> &[Vec<u8>] {
        &self.entries.0
    }

    /// The lines so far, for the rules that look back.
    pub(crate) fn past(&self) -> &dyn Past {
        &self.entries
    }
}

/// The references of the first `size` entries.
pub(crate) fn used(town: &Town, size: u64) -> impl Refs + use<> {
    let before = town.refs.0.iter().filter(|(_, place)| place.entry < size);
    Used(before.map(|(reference, place)| (*reference, *place)).collect())
}
