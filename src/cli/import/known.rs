//! What the ledger, and the bills read just before, know about the rows of a bill.

use super::draft::Drafted;
use crate::domain::line::Line;
use crate::domain::money::Fen;
use crate::domain::text::{Place, Ref};
use crate::import::{Bill, Class, Direction, Known, KnownLine};
use crate::ledger::{Error, Ledger};
use crate::seal::reference;
use std::collections::{BTreeSet, HashMap};

/// The ledger as a bill asks for it: what the bill's rows may be was looked up beforehand, all at
/// once and each entry once; what a decision names besides is looked up when it is asked for.
///
/// An index that fails answers as if nothing were known: the rules ask again before anything is
/// written, and refuse what was booked before.
pub(super) struct Booked<'a> {
    ledger: &'a Ledger,
    /// Drafted from earlier bills of the same import.
    drafted: &'a Drafted,
    places: HashMap<Ref, Option<Place>>,
    lines: HashMap<Place, Line>,
}

impl<'a> Booked<'a> {
    /// Looks up everything that the rows of `bill` may be.
    pub(super) fn about(
        bill: &Bill,
        ledger: &'a Ledger,
        drafted: &'a Drafted,
    ) -> Result<Booked<'a>, Error> {
        let origin = ledger.origin().as_str();
        let refs: Vec<Ref> = keys(bill).filter_map(|(c, k)| named(origin, c, k)).collect();
        let found = ledger.find_all(&refs)?;
        let wanted: BTreeSet<Place> = found.iter().copied().flatten().collect();
        let (mut lines, mut open) = (HashMap::with_capacity(wanted.len()), None);
        for place in wanted {
            if open.as_ref().is_none_or(|(entry, _)| *entry != place.entry) {
                open = Some((place.entry, ledger.lines(place.entry)?));
            }
            let line = open.as_ref().and_then(|(_, lines)| lines.get(usize::from(place.line)));
            lines.extend(line.map(|line| (place, line.clone())));
        }
        let places = refs.into_iter().zip(found).collect();
        Ok(Booked { ledger, drafted, places, lines })
    }

    fn line(&self, channel: &str, key: &str) -> Option<(Place, Line)> {
        let reference = named(self.ledger.origin().as_str(), channel, key)?;
        if let Some((place, line)) = self.drafted.lines.get(&reference) {
            return Some((*place, line.clone()));
        }
        let place = match self.places.get(&reference) {
            Some(place) => (*place)?,
            None => self.ledger.find(reference).ok()??,
        };
        let line = self.lines.get(&place).cloned();
        Some((place, line.or_else(|| self.ledger.line(place).ok()?)?))
    }
}

impl Known for Booked<'_> {
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine> {
        let (place, Line::Gift(gift)) = self.line(channel, key)? else { return None };
        let touched = self.ledger.books().touched.get(&place);
        let booked = touched.map(|t| t.refunded).unwrap_or_default();
        let drafted = self.drafted.refunded.get(&place).copied().unwrap_or_default();
        let refunded = booked.plus(drafted).unwrap_or(Fen::MAX);
        Some(KnownLine { fen: gift.fen.fen(), time: gift.paid, place: place.to_string(), refunded })
    }

    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine> {
        let (place, line) = self.line(channel, key)?;
        let (fen, time) = match line {
            Line::Refund(line) => (line.fen.fen(), line.paid),
            Line::Transfer(line) => (line.fen.fen(), line.paid),
            _ => return None,
        };
        Some(KnownLine { fen, time, place: place.to_string(), refunded: Fen::ZERO })
    }
}

/// The reference of a key; `None` for one that cannot be booked, which the rules of the plan ask
/// about anyway.
pub(super) fn named(origin: &str, channel: &str, key: &str) -> Option<Ref> {
    reference(origin, channel, key).ok().map(Ref)
}

/// What the rows of a bill are most likely to be asked for.
fn keys(bill: &Bill) -> impl Iterator<Item = (&str, &str)> {
    bill.rows.iter().filter(|row| !row.id.is_empty()).flat_map(|row| {
        let gift = (row.direction != Direction::Out).then(|| (row.channel.gifts(), &*row.id));
        let of = match &row.class {
            Class::Refund { of: Some(of) } => Some((row.channel.gifts(), &**of)),
            _ => None,
        };
        let moved = row.key().filter(|_| row.class != Class::Gift);
        gift.into_iter().chain(of).chain(moved)
    })
}
