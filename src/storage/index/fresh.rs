//! What the index has in memory only: refs, rows and tiles on their way to the disk.

use super::batch::Batch;
use super::block::{Item, Place, Ref};
use super::row::Row;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};

/// A map whose keys are refs, or nearly random like them.
pub type RefMap<K = Ref, V = Place> = HashMap<K, V, Mix>;

/// Groups up to this size go into one map.
const SMALL: usize = 1 << 16;

/// What one commit takes in.
#[derive(Default)]
pub(super) struct Fresh {
    /// Several maps, so that a large group needs not be copied.
    refs: Vec<RefMap>,
    /// Groups so large that they came sorted.
    batches: Vec<Batch>,
    /// The number of refs.
    pub(super) count: usize,
    /// Consecutive records.
    pub(super) rows: Vec<Row>,
    /// Full tiles by level and number.
    pub(super) tiles: BTreeMap<(u8, u64), Vec<u8>>,
}

impl Fresh {
    pub(super) fn find(&self, reference: &Ref) -> Option<Place> {
        let found = self.refs.iter().find_map(|map| map.get(reference).copied());
        found.or_else(|| self.batches.iter().find_map(|batch| batch.find(reference)))
    }

    pub(super) fn insert(&mut self, refs: RefMap) {
        self.count += refs.len();
        match self.refs.last_mut() {
            Some(last) if last.len() + refs.len() <= SMALL => last.extend(refs),
            _ if refs.is_empty() => {}
            _ => self.refs.push(refs),
        }
    }

    pub(super) fn insert_batch(&mut self, batch: Batch) {
        self.count += batch.len();
        self.batches.push(batch);
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        let mapped = self.refs.iter().flatten();
        let mapped = mapped.map(|(reference, place)| Item::new(*reference, *place));
        mapped.chain(self.batches.iter().flat_map(Batch::items))
    }

    /// All refs in order.
    pub(super) fn sorted(&self) -> Vec<Item> {
        let mut all: Vec<Item> = Vec::with_capacity(self.count);
        let mut rest =
            Batch::with_room(self.count - self.batches.iter().map(Batch::len).sum::<usize>());
        let mapped = self.refs.iter().flatten();
        mapped.for_each(|(reference, place)| rest.push(*reference, *place));
        let parts = self.batches.iter().chain([&rest]).map(Batch::parts);
        let parts: Vec<&[Vec<Item>]> = parts.collect();
        for part in 0..rest.parts().len() {
            let begin = all.len();
            all.extend(parts.iter().filter_map(|parts| parts.get(part)).flatten());
            // Several runs, which are found to be such and only merged.
            all.get_mut(begin..).unwrap_or_default().sort_by_key(|item| item.key);
        }
        all
    }
}

/// Hashes keys that hashed well once already, so that one multiplication is enough; the secret
/// keeps anyone from choosing refs that collide.
#[derive(Clone, Debug)]
pub struct Mix([u64; 2]);

impl Default for Mix {
    fn default() -> Mix {
        Mix([RandomState::new().hash_one(1), RandomState::new().hash_one(2)])
    }
}

impl Mix {
    /// The product of both halves, each with its secret, folded together.
    fn fold([a, b]: [u64; 2], [x, y]: [u64; 2]) -> u64 {
        let product = u128::from(a ^ x).wrapping_mul(u128::from(b ^ y));
        super::block::low64(product) ^ super::block::low64(product >> 64)
    }

    /// The hash of a ref.
    pub(super) fn of(&self, reference: &Ref) -> u64 {
        let mut hasher = self.build_hasher();
        hasher.write(reference);
        hasher.finish()
    }
}

impl BuildHasher for Mix {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer { secret: self.0, state: 0 }
    }
}

/// See [`Mix`].
#[derive(Debug)]
pub struct Mixer {
    secret: [u64; 2],
    state: u64,
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(16) {
            let mut padded = [0; 16];
            padded.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
            let wide = u128::from_le_bytes(padded);
            let halves = [super::block::low64(wide) ^ self.state, super::block::low64(wide >> 64)];
            self.state = Mix::fold(halves, self.secret);
        }
    }

    /// All keys of a map have one length.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.state
    }
}
