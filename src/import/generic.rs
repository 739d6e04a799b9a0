//! Any CSV, read as its mapping says.

use super::layout::{Field, Layout};
use super::mapping::{MappedColumns, Mapping};
use super::reason::{Doubt, Privacy, Voided};
use super::row::{Channel, Class, Direction, Row};
use super::rows::Reading;

impl MappedColumns {
    /// The columns that the mapping names: all of them must be there.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, Field, bool)> {
        [
            (Some(&self.time), Field::Time),
            (Some(&self.amount), Field::Amount),
            (self.id.as_ref(), Field::Id),
            (self.direction.as_ref(), Field::Direction),
            (self.kind.as_ref(), Field::Kind),
            (self.status.as_ref(), Field::Status),
            (self.party.as_ref(), Field::Party),
            (self.item.as_ref(), Field::Item),
            (self.note.as_ref(), Field::Note),
            (self.other_id.as_ref(), Field::OtherId),
        ]
        .into_iter()
        .filter_map(|(name, field)| Some((name?.as_str(), field, true)))
    }
}

/// Runs `then` with the way this mapping reads its cells.
pub(crate) fn with_layout<T>(mapping: &Mapping, then: impl FnOnce(Layout<'_>) -> T) -> T {
    let income = &mapping.words.income;
    then(Layout {
        channel: Channel::new(mapping.channel()),
        // Without a direction column the sign alone is the direction.
        direction: &|word| {
            let comes_in = income.is_empty() || income.iter().any(|w| w == word);
            if comes_in { Direction::In } else { Direction::Out }
        },
        time: &|cell| mapping.time(cell),
        mean: &|read: &mut Reading<'_>, channel: &Channel| {
            class(&read.row(&Class::Gift, channel), mapping)
        },
        signed: true,
    })
}

fn class(row: &Row<'_>, mapping: &Mapping) -> Class {
    let words = &mapping.words;
    let is = |list: &[String], word: &str| list.iter().any(|w| w == word);
    if mapping.columns.status.is_some() && !is(&words.counts, row.status) {
        return Class::Void(Voided::NotCounted);
    }
    if is(&words.refunds, row.kind) {
        return Class::Refund { of: None };
    }
    if row.direction == Direction::Out {
        // Lists of gifts have no spending: a minus there is a gift given back.
        let listed = mapping.columns.direction.is_none();
        return if listed { Class::Refund { of: None } } else { Class::Private(Privacy::Spending) };
    }
    if mapping.columns.kind.is_some() && !is(&words.gifts, row.kind) {
        return Class::Doubtful(Doubt::UnknownKind);
    }
    Class::Gift
}
