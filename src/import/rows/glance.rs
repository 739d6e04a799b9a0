//! A row looked at without cutting out its texts.

use super::{ID, KEPT, Packed, Piece, Texts};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use crate::import::layout::Field;
use crate::import::row::{Channel, Class, Direction, Row};

/// A row whose texts are only cut out when they are asked for: to look at many rows.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'b> {
    pub(super) piece: &'b Piece<'b>,
    pub(super) packed: &'b Packed,
    pub(super) channel: &'b Channel,
}

impl<'b> Glance<'b> {
    /// See [`Row::number`].
    pub fn number(self) -> u32 {
        self.packed.number
    }

    /// See [`Row::time`].
    pub fn time(self) -> Wall {
        self.packed.time
    }

    /// See [`Row::fen`].
    pub fn fen(self) -> Fen {
        self.packed.fen
    }

    /// See [`Row::direction`].
    pub fn direction(self) -> Direction {
        self.packed.direction
    }

    /// See [`Row::refunded`].
    pub fn refunded(self) -> Option<Fen> {
        self.packed.refunded.as_deref().copied()
    }

    /// See [`Row::class`].
    pub fn class(self) -> &'b Class {
        &self.packed.class
    }

    /// Whether the bill gives it a number.
    pub fn has_id(self) -> bool {
        self.packed.place(ID).1 > 0
    }

    /// See [`Row::id`].
    pub fn id(self) -> &'b str {
        self.at(ID)
    }

    fn at(self, text: usize) -> &'b str {
        let (start, len) = self.packed.place(text);
        Texts { text: &self.piece.text, extra: &self.piece.extra }.get(start, len)
    }

    /// One of its texts; empty for a field that is none.
    pub(crate) fn text(self, field: Field) -> &'b str {
        KEPT.iter().position(|kept| *kept == field).map_or("", |text| self.at(text))
    }

    /// Whether the text of `field` is `word`: asked of many, answered by the length for most.
    pub(crate) fn says(self, field: Field, word: &str) -> bool {
        let text = KEPT.iter().position(|kept| *kept == field);
        text.is_some_and(|text| self.packed.place(text).1 == word.len() && self.at(text) == word)
    }

    /// The same with all its texts.
    pub fn row(self) -> Row<'b> {
        Row {
            number: self.number(),
            time: self.time(),
            fen: self.fen(),
            direction: self.direction(),
            kind: self.text(Field::Kind),
            status: self.text(Field::Status),
            party: self.text(Field::Party),
            item: self.text(Field::Item),
            note: self.text(Field::Note),
            id: self.text(Field::Id),
            other_id: self.text(Field::OtherId),
            refunded: self.refunded(),
            class: self.class(),
            channel: self.channel,
        }
    }
}
