//! Signing a checkpoint: the only use of the log key, and the last moment to be sure.
//!
//! Before a checkpoint is signed the stored bytes are read again, their hashes computed a second
//! time, and the tree is proved to continue the last one signed, which the archive keeps apart from
//! the journal and the index. The signed note is in the archive, durably, before anyone sees it.

use super::{Error, Ledger};
use crate::storage::disk::parent;
use crate::storage::journal::Position;
use crate::tlog::{
    Checkpoint, Hash, HashReader, Signer, TileId, TileKind, TileReader, Verifier,
    check_consistency, encode_tile, leaf_hash, prove_consistency, signed_by,
};

/// The file that marks a store that came back from a backup. While it is there nothing is signed:
/// what was signed after the backup was made is not known here, and signing might contradict it.
pub const RESTORED: &str = "restored";

impl Ledger {
    /// Signs a checkpoint of all entries, or returns the last one if nothing was added since.
    pub fn sign_checkpoint(&mut self, signer: &Signer) -> Result<String, Error> {
        if self.failed {
            // The books may be ahead of the journal.
            return Err(Error::Reopen);
        }
        let (size, root) = (self.size(), self.replay().tree().root());
        let restored = self.is_restored()?;
        if restored && !self.shown {
            return Err(Error::Restored { size });
        }
        let checkpoint = Checkpoint::new(self.origin().as_str(), size, root)?;
        self.check_against_last(signer, size, root)?;
        let note = checkpoint.sign(signer)?;
        self.archive.append(size, note.as_bytes())?;
        if restored {
            self.unmark()?;
        }
        Ok(note)
    }

    /// Asks whether `key` is the one that signs here: that of the last checkpoint, or, before the
    /// first, any of the log's name.
    pub fn is_signed_by(&self, key: &Verifier) -> Result<(), Error> {
        let (signed, kept) = match self.archive.last() {
            Some(last) if Checkpoint::open(&last.note, key, &[]).is_ok() => return Ok(()),
            Some(last) => (last.size, signed_by(&last.note).unwrap_or_default()),
            None if key.name() == self.origin().as_str() => return Ok(()),
            None => (0, self.origin().to_string()),
        };
        let given = format!("{}+{:08x}", key.name(), key.id());
        Err(Error::OtherKey { signed, kept, given })
    }

    /// Whether the store came back from a backup and nobody has shown yet that it is the newest.
    pub fn is_restored(&self) -> Result<bool, Error> {
        Ok(self.disk.len(RESTORED)?.is_some())
    }

    /// Shows a restored store the newest checkpoint that `key` is known to have signed; `None` says
    /// that it never signed one, and is refused if the archive has one. If the store continues it,
    /// the checkpoint is kept and this ledger may sign; the mark stays until it does, so that what
    /// is refused or not confirmed in between leaves the store guarded.
    pub fn show_newest(&mut self, newest: Option<(&[u8], &Verifier)>) -> Result<(), Error> {
        if let Some((note, key)) = newest {
            let (checkpoint, _) = Checkpoint::open(note, key, &[])?;
            self.continues(checkpoint.size(), checkpoint.root())?;
            if self.archive.last().is_none_or(|kept| kept.size < checkpoint.size()) {
                self.archive.append(checkpoint.size(), &own_signature(note, key))?;
            }
        } else if let Some(last) = self.archive.last() {
            return Err(Error::Signed { signed: last.size });
        }
        self.shown = true;
        Ok(())
    }

    /// The same, and the store may sign from now on, whoever opens it.
    pub fn settle(&mut self, newest: Option<(&[u8], &Verifier)>) -> Result<(), Error> {
        self.show_newest(newest)?;
        if self.is_restored()? {
            self.unmark()?;
        }
        Ok(())
    }

    fn unmark(&self) -> Result<(), Error> {
        self.disk.remove(RESTORED)?;
        Ok(self.disk.sync_dir(parent(RESTORED))?)
    }

    /// Proves that the first `signed` entries are those of a tree with the root `old_root`.
    pub fn continues(&self, signed: u64, old_root: Hash) -> Result<(), Error> {
        let (size, root) = (self.size(), self.replay().tree().root());
        if size < signed {
            return Err(Error::Below { size, signed });
        }
        let forked = |why: String| Error::Forked { signed, why };
        let fetch = |tile| self.tile_bytes(tile);
        let mut reader = TileReader::new(size, root, fetch).map_err(|e| forked(e.to_string()))?;
        if signed > 0 {
            let proof =
                prove_consistency(signed, size, &mut reader).map_err(|e| forked(e.to_string()))?;
            check_consistency(&proof, signed, old_root, size, root)
                .map_err(|e| forked(e.to_string()))?;
        }
        Ok(())
    }

    fn check_against_last(&self, signer: &Signer, size: u64, root: Hash) -> Result<(), Error> {
        let (signed, old_root) = match self.archive.last() {
            None => (0, crate::tlog::EMPTY_ROOT),
            Some(kept) => {
                let (last, _) = Checkpoint::open(&kept.note, &signer.verifier(), &[])?;
                (last.size(), last.root())
            }
        };
        self.continues(signed, old_root)?;
        let forked = |why: String| Error::Forked { signed, why };
        let fetch = |tile| self.tile_bytes(tile);
        let mut reader = TileReader::new(size, root, fetch).map_err(|e| forked(e.to_string()))?;
        let mut records = self.journal.read_from(self.position(signed)?)?;
        while records.position().number < size {
            let number = records.position().number;
            let Some(bytes) = records.next_record()? else {
                return Err(Error::Below { size: number, signed: size });
            };
            let computed = leaf_hash(bytes);
            let kept = reader.hash(0, number).map_err(|e| forked(e.to_string()))?;
            if computed != kept {
                let why = format!("entry {number} hashes to {computed}, the tree has {kept}");
                return Err(forked(why));
            }
        }
        Ok(())
    }

    /// Where entry `number` stands, or the end of the journal.
    pub(super) fn position(&self, number: u64) -> Result<Position, Error> {
        Ok(self.index.row(number)?.map_or(self.journal.end(), |row| row.at))
    }

    /// The bytes of a tile of the tree as it is now.
    pub(super) fn tile_bytes(&self, tile: TileId) -> Result<Vec<u8>, Error> {
        let missing = || Error::Forked { signed: 0, why: format!("the tile {tile} is missing") };
        let TileKind::Hashes(level) = tile.kind() else { return Err(missing()) };
        if !tile.is_full() {
            let mut partial = self.replay().tree().partial_tiles();
            let found = partial.find(|(id, _)| *id == tile);
            return found.map(|(_, hashes)| encode_tile(hashes)).ok_or_else(missing);
        }
        self.index.tile(level, tile.index())?.ok_or_else(missing)
    }
}

/// The note with the log's own signature alone: witnesses' signatures are not the log's to keep.
fn own_signature(note: &[u8], key: &Verifier) -> Vec<u8> {
    let text = String::from_utf8_lossy(note);
    let Some((body, signatures)) = text.split_once("\n\n") else { return note.to_vec() };
    let alone = |line: &str| format!("{body}\n\n{line}\n").into_bytes();
    let own = signatures.lines().map(alone).find(|one| Checkpoint::open(one, key, &[]).is_ok());
    own.unwrap_or_else(|| note.to_vec())
}
