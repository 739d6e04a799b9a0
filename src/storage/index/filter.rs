//! Which refs are certainly new: a few bits of memory for each known one.
//!
//! A blocked Bloom filter: each ref sets six bits of one cache line, so a look costs one miss of
//! the cache and is wrong, towards "perhaps known", about once in a hundred. It grows by levels,
//! each four times the last, so that no ref is ever read again. Memory: 1.5 bytes a ref when the
//! last level is full, at most 6; only for whoever takes in many refs, see
//! [`Index::expect`](super::Index::expect).

use super::block::Ref;
use super::fresh::Mix;

/// The refs of the first level, and of the largest.
const FIRST: usize = 1 << 18;
const LARGEST: usize = 1 << 26;

/// The refs that share a cache line when their level is full.
const PER_LINE: usize = 42;

/// The bits that a ref sets.
const BITS: u32 = 6;

/// One cache line.
type Line = [u64; 8];

#[derive(Default)]
pub(super) struct Filter {
    mix: Mix,
    levels: Vec<Vec<Line>>,
    /// The refs that the last level still has room for.
    room: usize,
}

/// Which line of a level, and which bits of it: six times nine bits of a second product.
fn place(hash: u64, lines: usize) -> (usize, u64) {
    let line = (u128::from(hash) * lines as u128) >> 64;
    (usize::try_from(line).unwrap_or(0), hash.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn bits(product: u64) -> impl Iterator<Item = (usize, u64)> {
    (1..=BITS).map(move |turn| {
        let bit = (product >> (64 - 9 * turn)) & 511;
        (usize::try_from(bit >> 6).unwrap_or(0), 1 << (bit & 63))
    })
}

impl Filter {
    /// A filter with room for `count` refs before it grows.
    pub(super) fn with_room(count: usize) -> Filter {
        let mut filter = Filter::default();
        filter.grow(count);
        filter
    }

    fn grow(&mut self, least: usize) {
        let last = self.levels.last().map_or(0, |lines| lines.len() * PER_LINE);
        self.room = (last * 4).clamp(FIRST, LARGEST).max(least);
        self.levels.push(vec![[0; 8]; self.room.div_ceil(PER_LINE)]);
    }

    /// False if the ref was certainly never inserted.
    pub(super) fn may_have(&self, reference: &Ref) -> bool {
        let hash = self.mix.of(reference);
        self.levels.iter().any(|lines| {
            let (line, product) = place(hash, lines.len());
            let line = lines.get(line).copied().unwrap_or_default();
            bits(product).all(|(word, bit)| line.get(word).is_some_and(|word| word & bit != 0))
        })
    }

    pub(super) fn insert(&mut self, reference: &Ref) {
        if self.room == 0 {
            self.grow(0);
        }
        self.room -= 1;
        let hash = self.mix.of(reference);
        let Some(lines) = self.levels.last_mut() else { return };
        let (line, product) = place(hash, lines.len());
        let Some(line) = lines.get_mut(line) else { return };
        for (word, bit) in bits(product) {
            if let Some(word) = line.get_mut(word) {
                *word |= bit;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_known_ref_is_never_called_new_and_a_new_one_seldom_known() {
        // Refs that are no hashes, over three levels.
        let reference = |n: u128| (n << 64 | 0x5eed).to_be_bytes();
        let mut filter = Filter::with_room(1_000);
        let count = 1_600_000;
        (0..count).for_each(|n| filter.insert(&reference(n)));
        assert_eq!(filter.levels.len(), 3);
        assert!((0..count).all(|n| filter.may_have(&reference(n))));
        let wrong = (count..count + 100_000).filter(|n| filter.may_have(&reference(*n))).count();
        assert!(wrong < 4_000, "{wrong} of 100,000 new refs are called known");
    }
}
