//! Many refs taken in together: dealt into parts by their first byte, each part sorted by itself.
//!
//! Two refs that are the same then stand side by side, and no map is needed to find them: every
//! core sorts parts that its caches hold, and a commit finds its refs nearly in order.

use super::block::{Item, Place, Ref};
use rayon::prelude::*;

/// How many parts there are: one for each value of the first byte.
const PARTS: usize = 256;

/// Refs with their places, many of them.
#[derive(Debug, Default)]
pub struct Batch {
    parts: Vec<Vec<Item>>,
    len: usize,
}

impl Batch {
    /// An empty one with room for so many refs.
    pub fn with_room(refs: usize) -> Batch {
        // Refs are hashes: a part has seldom an eighth more than its share.
        let room = refs / PARTS * 9 / 8;
        let parts = (0..PARTS).map(|_| Vec::with_capacity(room)).collect();
        Batch { parts, len: 0 }
    }

    /// How many refs there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a ref.
    pub fn push(&mut self, reference: Ref, place: Place) {
        let [first, ..] = reference;
        if let Some(part) = self.parts.get_mut(usize::from(first)) {
            part.push(Item::new(reference, place));
            self.len += 1;
        }
    }

    /// Sorts it on every core; false if two refs are the same.
    pub(super) fn sort(&mut self) -> bool {
        let alone = |part: &mut Vec<Item>| {
            part.sort_unstable_by_key(|item| item.key);
            part.array_windows().all(|[one, next]| one.key < next.key)
        };
        self.parts.par_iter_mut().map(alone).reduce(|| true, |one, other| one && other)
    }

    /// Gives each ref the place that `of` says, and lets those go of which it says none.
    pub fn settle(&mut self, of: impl Fn(Place) -> Option<Place> + Sync) {
        let keep = |item: &mut Item| of(item.place).map(|place| item.place = place).is_some();
        self.parts.par_iter_mut().for_each(|part| part.retain_mut(keep));
        self.len = self.parts.iter().map(Vec::len).sum();
    }

    /// Where a ref of a sorted batch stands.
    pub(super) fn find(&self, reference: &Ref) -> Option<Place> {
        let (key, [first, ..]) = (u128::from_be_bytes(*reference), *reference);
        let part = self.parts.get(usize::from(first))?;
        let at = part.binary_search_by_key(&key, |item| item.key).ok()?;
        part.get(at).map(|item| item.place)
    }

    /// The parts, in the order of their refs.
    pub(super) fn parts(&self) -> &[Vec<Item>] {
        &self.parts
    }

    /// All refs, part after part.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        self.parts.iter().flatten().copied()
    }
}
