//! Looking back: earlier lines, and the references used so far.

use super::{Error, Signed};
use crate::domain::books::{Past, Refs};
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Place, Ref};
use crate::replay::Wrong;
use crate::storage::index::{self, Index};
use crate::storage::journal::Journal;
use std::collections::HashMap;

/// The index's name for a place is ours with another type: storage is a stranger to domain.
pub(super) fn place(at: index::Place) -> Place {
    Place { entry: at.entry, line: at.line }
}

/// The exact bytes of entry `number`, read from the journal.
pub(super) fn entry(
    journal: &Journal,
    index: &Index,
    number: u64,
) -> Result<Option<Vec<u8>>, Error> {
    if number >= journal.head() {
        return Ok(None);
    }
    Ok(journal.record(index.place(number)?, number)?)
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

/// Entries in the journal, and those of the group that is about to be written.
pub(super) struct Stored<'a> {
    pub(super) journal: &'a Journal,
    pub(super) index: &'a Index,
    pub(super) group: &'a [Vec<u8>],
    /// The number of the group's first entry.
    pub(super) first: u64,
}

impl Past for Stored<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        let stored;
        let bytes = if let Some(at) = place.entry.checked_sub(self.first) {
            self.group.get(usize::try_from(at).ok()?)?
        } else {
            // A journal that cannot be read refuses the voucher; opening it again says why.
            stored = entry(self.journal, self.index, place.entry).ok()??;
            &stored
        };
        let (entry, _) = Entry::decode(bytes).ok()?;
        entry.voucher.lines.get(usize::from(place.line)).cloned()
    }
}

/// Entries in the journal, and those that a preview makes as they are asked for.
pub(super) struct Planned<'a> {
    pub(super) stored: Stored<'a>,
    pub(super) line: &'a dyn Fn(Place) -> Option<Line>,
}

impl Past for Planned<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        if place.entry < self.stored.first { self.stored.line(place) } else { (self.line)(place) }
    }
}

/// Before the first entry there is no past.
pub(super) struct Nothing;

impl Past for Nothing {
    fn line(&self, _: Place) -> Option<Line> {
        None
    }
}

/// The references that a group of vouchers wants, checked against all that were used before.
#[derive(Default)]
pub(super) struct Claims {
    used: HashMap<Ref, Place>,
    /// Claimed by accepted vouchers of this group, in order.
    accepted: Vec<(Ref, Place)>,
    /// Claimed by the voucher that is being entered.
    open: Vec<(Ref, Place)>,
}

impl Claims {
    /// Looks up the references of all vouchers at once, which is cheaper than one by one.
    pub(super) fn known(index: &Index, vouchers: &[Signed]) -> Result<Claims, Error> {
        let mut refs = Vec::new();
        for signed in vouchers {
            // One that cannot be read is refused in its turn.
            if let Ok(voucher) = Voucher::decode(&signed.voucher) {
                refs.extend(voucher.lines.iter().filter_map(Line::reference));
            }
        }
        Claims::of(index, refs)
    }

    /// The same for references at hand.
    pub(super) fn of(index: &Index, refs: Vec<Ref>) -> Result<Claims, Error> {
        let mut claims = Claims::default();
        claims.learn(index, refs)?;
        Ok(claims)
    }

    /// Looks up more references.
    pub(super) fn learn(&mut self, index: &Index, refs: Vec<Ref>) -> Result<(), Error> {
        let raw: Vec<_> = refs.iter().map(|r| r.0).collect();
        let found = index.find_all(&raw)?;
        self.used.extend(refs.into_iter().zip(found).filter_map(|(r, p)| Some((r, place(p?)))));
        Ok(())
    }

    /// Lets the claims of the voucher just entered stand, without a list of them.
    pub(super) fn forget(&mut self) {
        self.open.clear();
    }

    /// Keeps what the voucher just entered claimed.
    pub(super) fn accept(&mut self) {
        self.accepted.append(&mut self.open);
    }

    /// Gives back what the voucher just refused claimed.
    pub(super) fn refuse(&mut self) {
        for (reference, _) in self.open.drain(..) {
            self.used.remove(&reference);
        }
    }

    /// What accepted vouchers claimed.
    pub(super) fn accepted(&self) -> &[(Ref, Place)] {
        &self.accepted
    }
}

impl Refs for Claims {
    fn claim(&mut self, reference: Ref, at: Place) -> Result<(), Place> {
        match self.used.entry(reference) {
            std::collections::hash_map::Entry::Occupied(used) => Err(*used.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(at);
                self.open.push((reference, at));
                Ok(())
            }
        }
    }
}
