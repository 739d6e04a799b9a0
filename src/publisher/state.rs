//! What the last complete publication was verified for, so that the next one need not verify it
//! again. A cache: if it is missing, damaged, of another folder or of another version of this
//! program, everything is verified.
//!
//! ```text
//! yishan/published/v3 yishan 0.1.0       which program wrote it
//! https://qianan.example/                for which address; an empty line if for none
//! <length of the note, 8 bytes><note>    the checkpoint it was verified for
//! <length of the state, 8 bytes><state>  books, last hash and tree (Replay::to_bytes)
//! <length of the next, 8 bytes><movers>  entries that move money (publish::Movers)
//! <8 bytes for each shard>               how the shard's SHA-256 begins
//! <SHA-256 of all this>
//! ```
//! Numbers are big-endian.
//!
//! The books of a fund grow with its days, students and payments, not with its gifts; the shards
//! take 8 bytes for some hundred gifts.

use super::{Error, GENERATOR};
use crate::ledger::Ledger;
use crate::publish::{Address, Movers};
use crate::replay::Replay;
use crate::storage::archive::Kept;
use sha2::{Digest, Sha256};

/// How a shard's SHA-256 begins: enough to notice that the file is not the one written.
pub(super) type Mark = [u8; 8];

/// A folder that was verified.
pub(super) struct State {
    /// The checkpoint it was verified for.
    pub(super) note: Vec<u8>,
    /// The state after its entries.
    pub(super) replay: Replay,
    /// Which entries of the newest month move money beside gifts.
    pub(super) movers: Movers,
    /// The shards' marks, in the order of the shards.
    pub(super) marks: Vec<Mark>,
}

fn header(address: Option<&Address>) -> String {
    let address = address.map_or("", Address::as_str);
    format!("yishan/published/v3 {GENERATOR}\n{address}\n")
}

/// The mark of a shard of which this was hashed.
pub(super) fn mark(shard: Sha256) -> Mark {
    shard.finalize().first_chunk().copied().unwrap_or_default()
}

/// The mark of a shard with these bytes.
pub(super) fn mark_of(shard: &[u8]) -> Mark {
    mark(Sha256::new_with_prefix(shard))
}

impl State {
    /// The state kept for the checkpoint `kept`, for which the folder says it is complete, and for
    /// this address.
    pub(super) fn load(
        ledger: &Ledger,
        kept: &Kept,
        complete: u64,
        address: Option<&Address>,
    ) -> Result<Option<State>, Error> {
        let bytes = ledger.published()?.unwrap_or_default();
        let state = State::decode(ledger, &bytes, address);
        Ok(state.filter(|state| {
            let size = state.replay.tree().size();
            // A publication that was cut short has put up a newer checkpoint already.
            complete == size && kept.size >= size
        }))
    }

    fn decode(ledger: &Ledger, bytes: &[u8], address: Option<&Address>) -> Option<State> {
        let (body, sum) = bytes.split_last_chunk::<32>()?;
        let right: [u8; 32] = Sha256::digest(body).into();
        let rest = body.strip_prefix(header(address).as_bytes()).filter(|_| right == *sum)?;
        let (note, rest) = piece(rest)?;
        let (replay, rest) = piece(rest)?;
        let replay = Replay::from_bytes(ledger.origin().clone(), replay)?;
        let (movers, rest) = piece(rest)?;
        let movers = Movers::from_bytes(movers)?;
        let (marks, []) = rest.as_chunks::<8>() else { return None };
        Some(State { note: note.to_vec(), replay, movers, marks: marks.to_vec() })
    }

    /// Keeps it for the next time. That it cannot be kept is no failure: then the next time all is
    /// verified.
    pub(super) fn keep(&self, ledger: &Ledger, address: Option<&Address>) {
        let replay = self.replay.to_bytes();
        let mut bytes = header(address).into_bytes();
        bytes.extend_from_slice(&(self.note.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&self.note);
        bytes.extend_from_slice(&(replay.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&replay);
        let movers = self.movers.to_bytes();
        bytes.extend_from_slice(&(movers.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&movers);
        bytes.extend_from_slice(self.marks.as_flattened());
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum);
        let _ = ledger.keep_published(&bytes);
    }
}

/// A piece behind its length.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_be_bytes(*len)).ok()?)
}
