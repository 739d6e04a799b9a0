//! What the index has in memory only: refs, rows and tiles on their way to the disk.

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
    /// The number of refs.
    pub(super) count: usize,
    /// Consecutive records.
    pub(super) rows: Vec<Row>,
    /// Full tiles by level and number.
    pub(super) tiles: BTreeMap<(u8, u64), Vec<u8>>,
}

impl Fresh {
    pub(super) fn find(&self, reference: &Ref) -> Option<Place> {
        self.refs.iter().find_map(|map| map.get(reference).copied())
    }

    pub(super) fn insert(&mut self, refs: RefMap) {
        self.count += refs.len();
        match self.refs.last_mut() {
            Some(last) if last.len() + refs.len() <= SMALL => last.extend(refs),
            _ if refs.is_empty() => {}
            _ => self.refs.push(refs),
        }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        self.refs.iter().flatten().map(|(reference, place)| Item::new(*reference, *place))
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
