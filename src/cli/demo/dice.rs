//! Chance that falls the same way in every run.

use sha2::{Digest as _, Sha256};

/// Bytes from a seed: SHA-256 of the seed and a counter, block after block.
pub(super) struct Dice {
    seed: &'static str,
    drawn: u64,
    left: Vec<u8>,
}

impl Dice {
    /// Dice of a seed.
    pub(super) fn new(seed: &'static str) -> Dice {
        Dice { seed, drawn: 0, left: Vec::new() }
    }

    /// Fills `bytes`.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.left.is_empty() {
                let block =
                    Sha256::new_with_prefix(self.seed).chain_update(self.drawn.to_le_bytes());
                self.left = block.finalize().to_vec();
                self.drawn += 1;
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }

    /// A number from 0 to below `end`. The bias of a 64-bit remainder is no matter here.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end.max(1)
    }

    /// One of several.
    pub(super) fn of<T: Copy>(&mut self, several: &[T], other: T) -> T {
        let at = usize::try_from(self.below(several.len() as u64)).unwrap_or_default();
        several.get(at).copied().unwrap_or(other)
    }
}
