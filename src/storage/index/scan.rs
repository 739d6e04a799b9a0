//! Refs in ascending order from several runs and the memory at once.

use super::block::{Item, Place, Ref};
use super::run::{Cursor, RunFile};
use super::{Error, damaged};
use std::sync::Arc;

/// Refs in ascending order with their places.
pub struct Scan {
    cursors: Vec<Cursor>,
    /// Sorted items from memory.
    fresh: std::vec::IntoIter<Item>,
    /// The next item of each source that has one, and which source it is: the cursors in their
    /// order, then the memory.
    heads: Vec<(Item, usize)>,
    last: Option<u128>,
}

impl Scan {
    /// Everything from `low` to `high`; `fresh` holds nothing else and no ref of a run.
    pub(super) fn new(
        runs: &[Arc<RunFile>],
        mut fresh: Vec<Item>,
        low: u128,
        high: u128,
    ) -> Result<Scan, Error> {
        fresh.sort_unstable_by_key(|item| item.key);
        let cursors = runs.iter().map(|run| Cursor::new(run, low, high)).collect::<Result<_, _>>();
        let fresh = fresh.into_iter();
        let mut scan = Scan { cursors: cursors?, fresh, heads: Vec::new(), last: None };
        for source in 0..=scan.cursors.len() {
            if let Some(item) = scan.pull(source)? {
                scan.heads.push((item, source));
            }
        }
        Ok(scan)
    }

    fn pull(&mut self, source: usize) -> Result<Option<Item>, Error> {
        match self.cursors.get_mut(source) {
            Some(cursor) => cursor.next(),
            None => Ok(self.fresh.next()),
        }
    }

    /// The next item.
    pub(super) fn step(&mut self) -> Result<Option<Item>, Error> {
        // There are few sources, and a look at each costs less than a heap.
        let least = self.heads.iter().enumerate().min_by_key(|(_, (item, _))| item.key);
        let Some((at, &(item, source))) = least else { return Ok(None) };
        match self.pull(source)? {
            Some(next) => {
                if let Some(head) = self.heads.get_mut(at) {
                    head.0 = next;
                }
            }
            None => {
                self.heads.swap_remove(at);
            }
        }
        // Nobody inserts a ref twice, and runs are sorted: anything else was not written here.
        if self.last.is_some_and(|last| last >= item.key) {
            return Err(damaged("refs out of order, or twice:", &item.key.to_be_bytes()));
        }
        self.last = Some(item.key);
        Ok(Some(item))
    }
}

impl Iterator for Scan {
    type Item = Result<(Ref, Place), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().map(|next| next.map(Item::pair)).transpose()
    }
}
