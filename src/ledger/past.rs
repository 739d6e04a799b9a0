//! Looking back: earlier lines, and the references used so far.

use super::Error;
use crate::domain::books::{Past, Refs};
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Place, Ref};
use crate::replay::Wrong;
use crate::storage::index::{self, BUNDLE, Batch, Index, RefMap};
use crate::storage::journal::Journal;
use crate::tlog::{Hash, TILE_WIDTH, TileId, TileKind, Tree, decode_tile, leaf_hash};
use std::cell::RefCell;

/// The index's name for a place is ours with another type: storage is a stranger to domain.
pub(super) fn place(at: index::Place) -> Place {
    Place { entry: at.entry, line: at.line }
}

/// The leaf hashes that make no full tile yet: those of the last entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Edge {
    first: u64,
    hashes: Vec<Hash>,
}

impl Edge {
    pub(super) fn of(tree: &Tree) -> Edge {
        let first = tree.size() / BUNDLE * BUNDLE;
        let edge = tree.partial_tiles().find(|(tile, _)| tile.kind() == TileKind::Hashes(0));
        Edge { first, hashes: edge.map_or(Vec::new(), |(_, hashes)| hashes.to_vec()) }
    }

    /// Takes in the hash of the next entry.
    pub(super) fn push(&mut self, leaf: Hash) {
        self.hashes.push(leaf);
        if self.hashes.len() as u64 == BUNDLE {
            self.first += BUNDLE;
            self.hashes.clear();
        }
    }
}

/// What is stored: the journal, the index that knows where in it, and the hashes of the tree.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub(super) journal: &'a Journal,
    pub(super) index: &'a Index,
    pub(super) edge: &'a Edge,
}

impl Stored<'_> {
    /// The exact bytes of entry `number`, read from the journal and compared with the tree.
    pub(super) fn entry(self, number: u64) -> Result<Option<Vec<u8>>, Error> {
        let Some(row) = self.index.row(number)? else { return Ok(None) };
        let bytes = self.journal.record(row.at, row.len)?;
        let (found, kept) = (leaf_hash(&bytes), self.leaf(number)?);
        if found == kept {
            return Ok(Some(bytes));
        }
        Err(Error::Changed { entry: number, found, kept })
    }

    /// The hash of entry `number` as the tree has it.
    fn leaf(self, number: u64) -> Result<Hash, Error> {
        let (tile, row) = (number / BUNDLE, usize::try_from(number % BUNDLE).unwrap_or(0));
        let hashes = if tile == self.edge.first / BUNDLE {
            None
        } else {
            let id = TileId::new(TileKind::Hashes(0), tile, TILE_WIDTH).ok();
            let bytes = self.index.tile(0, tile)?;
            id.zip(bytes).and_then(|(id, bytes)| decode_tile(id, &bytes).ok())
        };
        let hashes = hashes.as_ref().unwrap_or(&self.edge.hashes);
        hashes.get(row).copied().ok_or(Error::NoLeaf { entry: number })
    }
}

/// Earlier lines for the rules: entries in the journal, and those of the group that is about to be
/// written.
pub(super) struct Lines<'a> {
    stored: Stored<'a>,
    group: &'a [Vec<u8>],
    /// The number of the group's first entry.
    first: u64,
    /// What went wrong when a line was looked for: then "there is no such line" is no answer.
    failed: RefCell<Option<Error>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(stored: Stored<'a>, group: &'a [Vec<u8>], first: u64) -> Lines<'a> {
        Lines { stored, group, first, failed: RefCell::default() }
    }

    /// What the rules said, unless they were told nonsense because something could not be read.
    pub(super) fn check(self) -> Result<(), Error> {
        self.failed.into_inner().map_or(Ok(()), Err)
    }

    fn find(&self, place: Place) -> Result<Option<Line>, Error> {
        let stored;
        let bytes = if let Some(at) = place.entry.checked_sub(self.first) {
            usize::try_from(at).ok().and_then(|at| self.group.get(at))
        } else {
            stored = self.stored.entry(place.entry)?;
            stored.as_ref()
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let (entry, _) = Entry::decode(bytes)
            .map_err(|why| Error::Damaged(Wrong::Form { entry: place.entry, why }))?;
        Ok(entry.voucher.lines.get(usize::from(place.line)).cloned())
    }
}

impl Past for Lines<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        self.find(place).unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            None
        })
    }
}

/// Why the rules, or the form, refuse what someone wants to enter.
pub(super) fn refusal_of(wrong: Wrong) -> Refusal {
    match wrong {
        Wrong::Rule { why, .. } => why,
        Wrong::Form { why, .. } => Refusal::Form { why },
        // The sequencer wrote `prev` itself a moment ago, so only the size can be at its end.
        Wrong::Chain { entry, .. } | Wrong::Tree { entry, .. } => {
            Refusal::Sequence { found: entry, next: entry }
        }
    }
}

/// Entries in the journal, and those that a preview makes as they are asked for.
pub(super) struct Planned<'a> {
    pub(super) stored: Lines<'a>,
    /// The number of the preview's first entry.
    pub(super) first: u64,
    pub(super) line: &'a dyn Fn(Place) -> Option<Line>,
}

impl Past for Planned<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        if place.entry < self.first { self.stored.line(place) } else { (self.line)(place) }
    }
}

/// Before the first entry there is no past.
pub(super) struct Nothing;

impl Past for Nothing {
    fn line(&self, _: Place) -> Option<Line> {
        None
    }
}

/// The references that a group of vouchers claims, checked against all that were used before.
pub(super) struct Claims<'a> {
    /// `None` before the first entry.
    index: Option<&'a Index>,
    how: How,
    /// Claimed by this group, where each is asked about.
    used: RefMap,
    /// Claimed by the voucher that is being entered.
    open: Vec<Ref>,
    /// What went wrong when a reference was looked up.
    failed: Option<index::Error>,
}

/// How claims are checked.
enum How {
    /// Each when it is made: the answer names the place that used it before.
    Each,
    /// All of them were, beforehand: [`claimed`] are all new.
    Before,
    /// All of them will be, together: until then none is refused.
    After(Batch),
}

/// From so many references on, they are looked at together.
pub(super) const MANY: usize = 4_096;

/// What the lines of `vouchers` claim, in the order of their places: the voucher's number among
/// them and the line's number in it. Nothing if these are too few to be looked at together.
pub(super) fn claimed<'v>(
    vouchers: impl Iterator<Item = Option<&'v Voucher>> + Clone,
) -> Option<Batch> {
    let lines = vouchers.clone().flatten().map(|voucher| voucher.lines.len()).sum();
    if lines < MANY {
        return None;
    }
    let mut batch = Batch::with_room(lines);
    for (entry, voucher) in (0..).zip(vouchers) {
        let lines = voucher.into_iter().flat_map(|voucher| voucher.lines.iter());
        for (line, number) in lines.zip(0..) {
            if let Some(reference) = line.reference() {
                batch.push(reference.0, index::Place { entry, line: number });
            }
        }
    }
    Some(batch)
}

impl<'a> Claims<'a> {
    pub(super) fn new(index: Option<&'a Index>) -> Claims<'a> {
        Claims { index, how: How::Each, used: RefMap::default(), open: Vec::new(), failed: None }
    }

    /// The same where everything that can be claimed is known to be new.
    pub(super) fn all_new(index: &'a Index) -> Claims<'a> {
        Claims { how: How::Before, ..Claims::new(Some(index)) }
    }

    /// The same where about so many claims are only looked at in the end, by [`Claims::hold`].
    pub(super) fn put_off(index: &'a Index, claims: usize) -> Claims<'a> {
        Claims { how: How::After(Batch::with_room(claims)), ..Claims::new(Some(index)) }
    }

    /// Whether claims that were put off are all new; false also if that could not be looked up.
    pub(super) fn hold(self) -> bool {
        match (self.how, self.index) {
            (How::After(mut batch), Some(index)) => index.all_new(&mut batch).unwrap_or(false),
            (How::Before, _) => true,
            _ => false,
        }
    }

    /// Keeps what the voucher just entered claimed.
    pub(super) fn accept(&mut self) {
        self.open.clear();
    }

    /// Gives back what the voucher just refused claimed.
    pub(super) fn refuse(&mut self) {
        for reference in self.open.drain(..) {
            self.used.remove(&reference.0);
        }
    }

    /// What the rules said, unless a reference could not be looked up.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// What accepted vouchers claimed.
    pub(super) fn into_used(self) -> RefMap {
        self.used
    }
}

impl Refs for Claims<'_> {
    fn claim(&mut self, reference: Ref, at: Place) -> Result<(), Place> {
        match &mut self.how {
            How::Each => {}
            How::Before => return Ok(()),
            How::After(batch) => {
                let at = index::Place { entry: at.entry, line: at.line };
                batch.push(reference.0, at);
                return Ok(());
            }
        }
        if let Some(used) = self.used.get(&reference.0) {
            return Err(place(*used));
        }
        match self.index.map_or(Ok(None), |index| index.find(reference.0)) {
            Ok(None) => {
                self.used.insert(reference.0, index::Place { entry: at.entry, line: at.line });
                self.open.push(reference);
                Ok(())
            }
            Ok(Some(earlier)) => Err(place(earlier)),
            Err(error) => {
                self.failed.get_or_insert(error);
                Err(at)
            }
        }
    }
}
