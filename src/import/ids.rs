//! Which rows have the same number, and which row has a given one.

use super::rows::Rows;

/// The numbers of a bill's rows: 16 bytes a row, whatever the numbers are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    /// Open addressing: the hash of a row's number, and the row plus one; 0 is empty.
    slots: Vec<(u32, u32)>,
    /// Rows whose number an earlier row has, each with the first that has it.
    again: Vec<(u32, u32)>,
    /// Every row whose number is not its own alone, in order.
    shared: Vec<u32>,
}

impl Ids {
    /// Looks at all numbers of `rows`; `hashes` are those of the numbers. Rows without a number
    /// are left out.
    pub(crate) fn new(rows: &Rows<'_>, hashes: &[u32]) -> Ids {
        let mut ids = Ids { slots: vec![(0, 0); slots_for(rows.len())], ..Ids::default() };
        // The limits of a bill keep every row within 32 bits.
        for ((at, row), hash) in (0_u32..).zip(rows.glances()).zip(hashes) {
            if !row.has_id() {
                continue;
            }
            match ids.probe(rows, *hash, row.id()) {
                Ok(first) => ids.again.push((at, first)),
                Err(free) => {
                    if let Some(slot) = ids.slots.get_mut(free) {
                        *slot = (*hash, at + 1);
                    }
                }
            }
        }
        ids.shared = ids.again.iter().flat_map(|(at, first)| [*at, *first]).collect();
        ids.shared.sort_unstable();
        ids.shared.dedup();
        ids
    }

    /// The first row with the number `id`, else the slot it would take.
    fn probe(&self, rows: &Rows<'_>, hash: u32, id: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot) {
                Some((_, 0)) | None => return Err(slot),
                Some((other, at)) if *other == hash => {
                    let same = rows.glance(*at as usize - 1).is_some_and(|row| row.id() == id);
                    if same {
                        return Ok(at - 1);
                    }
                }
                Some(_) => {}
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The first row with the number `id`, whose hash is `hash`.
    pub(crate) fn find(&self, rows: &Rows<'_>, hash: u32, id: &str) -> Option<usize> {
        let found = self.probe(rows, hash, id).ok();
        found.filter(|_| !id.is_empty()).map(|at| at as usize)
    }

    /// Whether another row has the number of row `at`.
    pub(crate) fn is_shared(&self, at: usize) -> bool {
        u32::try_from(at).is_ok_and(|at| self.shared.binary_search(&at).is_ok())
    }

    /// Every row whose number is not its own alone, in order.
    pub(crate) fn shared(&self) -> impl Iterator<Item = usize> {
        self.shared.iter().map(|at| *at as usize)
    }
}

/// A power of two, at least half of it empty.
fn slots_for(rows: usize) -> usize {
    (rows * 2).next_power_of_two().max(16)
}
