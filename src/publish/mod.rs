//! Entries → files: the published folder as a value, path → bytes.
//!
//! Who publishes and who verifies make the same files from the same [`Facts`]; verifying a folder is
//! replaying its entries and comparing every byte with what this module makes of them.

use crate::domain::text::{Place, Ref};
use crate::replay::Replay;
use crate::tlog::Hash;

/// What the folder is made from: a log of some size and everything derived from it. The ledger
/// offers it from its own store, the verifier from the entries it has replayed.
pub trait Facts {
    /// The state after the last published entry.
    fn replay(&self) -> &Replay;
    /// The signed checkpoint of that size: a note's exact text.
    fn checkpoint(&self) -> &str;
    /// The key that signed it, as a vkey line without newline (C2SP signed-note).
    fn vkey(&self) -> &str;
    /// The exact bytes of entry `number`.
    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError>;
    /// The 256 hashes of a full tile.
    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError>;
    /// Every reference from `from` to `to`, both included, in order, with its place.
    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError>;
    /// How many references there are.
    fn ref_count(&self) -> u64;
}

/// A fact that could not be had: the store or the folder is not what it was a moment ago.
#[derive(Debug, thiserror::Error)]
#[error("cannot look up {what}: {why}")]
pub struct FactError {
    /// What was asked for.
    pub what: String,
    /// What happened.
    pub why: String,
}
