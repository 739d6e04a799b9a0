//! Two SHA-256 at a time. Each step of one waits for the step before it; while it waits, a core has
//! time for a step of the other, if the two come in turns.

use super::hash::Hash;
use sha2::block_api::compress256;
use std::slice::from_ref;

/// The state before the first block (FIPS 180-4 §5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

type Block = [u8; 64];

/// A message and its padding (FIPS 180-4 §5.1.1) in blocks, without a copy of most of it.
struct Blocks<'m> {
    /// The prefix and the bytes behind it, if they fill a block.
    head: Option<Block>,
    body: &'m [Block],
    /// The rest and the padding: the last one or two blocks.
    tail: [Block; 2],
    tails: usize,
}

impl<'m> Blocks<'m> {
    /// The blocks of `prefix`, at most one byte, and `message`.
    fn new(mut prefix: &[u8], message: &'m [u8]) -> Blocks<'m> {
        let bits = (prefix.len() as u64 + message.len() as u64) * 8;
        let (mut head, mut rest) = (None, message);
        if let (Some(first), Some((begin, after))) = (prefix.first(), message.split_first_chunk()) {
            let begin: &[u8; 63] = begin;
            let mut block = [*first; 64];
            block.iter_mut().skip(1).zip(begin).for_each(|(to, from)| *to = *from);
            (head, rest, prefix) = (Some(block), after, &[]);
        }
        let (body, rest) = rest.as_chunks();
        let mut tail = [[0; 64]; 2];
        // The rest is shorter than a block; the length stands in the last eight bytes of one.
        let tails = if prefix.len() + rest.len() < 64 - 8 { 1 } else { 2 };
        let ended = prefix.iter().chain(rest).chain(&[0x80]);
        tail.as_flattened_mut().iter_mut().zip(ended).for_each(|(to, from)| *to = *from);
        let length = tail.iter_mut().take(tails).next_back().into_iter().flatten().skip(64 - 8);
        length.zip(bits.to_be_bytes()).for_each(|(to, from)| *to = from);
        Blocks { head, body, tail, tails }
    }

    fn all(&self) -> impl Iterator<Item = &Block> {
        self.head.iter().chain(self.body).chain(self.tail.iter().take(self.tails))
    }
}

/// Returns what [`leaf_hash`](super::leaf_hash) gives for `entry`, and beside it the SHA-256 of
/// `other`, in less time than one after the other takes.
pub fn leaf_hash_beside(entry: &[u8], other: &[u8]) -> (Hash, [u8; 32]) {
    let (entry, other) = (Blocks::new(&[0], entry), Blocks::new(&[], other));
    let (mut leaf, mut digest) = (START, START);
    let (mut ones, mut others) = (entry.all(), other.all());
    loop {
        let (one, other) = (ones.next(), others.next());
        if let Some(block) = one {
            compress256(&mut leaf, from_ref(block));
        }
        if let Some(block) = other {
            compress256(&mut digest, from_ref(block));
        }
        if one.or(other).is_none() {
            return (Hash(bytes(leaf)), bytes(digest));
        }
    }
}

fn bytes(state: [u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    let words = state.map(u32::to_be_bytes);
    bytes.iter_mut().zip(words.as_flattened()).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::tlog::leaf_hash;
    use sha2::{Digest, Sha256};

    /// The library is the oracle, at every length around one, two and many blocks.
    #[test]
    fn both_hashes_are_what_each_is_alone() {
        let bytes: Vec<u8> = (0..70_000_u32).map(|n| n.to_le_bytes()[1] ^ 0x5a).collect();
        let lens = || (0..=260).chain([1_023, 1_024, 16_383, 65_535]);
        for (one, two) in lens().flat_map(|one| lens().step_by(7).map(move |two| (one, two))) {
            let (entry, other) = (&bytes[..one], &bytes[one / 2..one / 2 + two.min(4_000)]);
            let digest: [u8; 32] = Sha256::digest(other).into();
            assert_eq!(leaf_hash_beside(entry, other), (leaf_hash(entry), digest), "{one}, {two}");
        }
    }
}
