//! Many rows in little memory: about a hundred bytes a row beside the text they lie in, or beside
//! copies of the texts that are kept.

use super::layout::{FIELDS, Field};
use super::row::{Channel, Class, Direction, Row};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator};
use rayon::iter::{ParallelExtend as _, ParallelIterator};
use std::borrow::Cow;

mod glance;

pub use glance::Glance;

/// How many texts of a row are kept: every field but time, direction and amount.
const TEXTS: usize = 7;

/// The text of a piece of a bill, and behind it what had to be unescaped. A place counts on from
/// the first into the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) text: &'a str,
    pub(crate) extra: &'a str,
}

impl<'a> Texts<'a> {
    /// The text of `len` bytes at the place `start`.
    pub(crate) fn get(self, start: usize, len: usize) -> &'a str {
        let (text, start) = match start.checked_sub(self.text.len()) {
            Some(start) if len > 0 => (self.extra, start),
            _ => (self.text, start),
        };
        text.get(start..start + len).unwrap_or_default()
    }

    /// The place of a piece of one of the texts, as [`Texts::get`] takes it.
    fn place(self, piece: &str) -> (u32, u16) {
        if piece.is_empty() {
            return (0, 0);
        }
        let behind = |text: &str, shift: usize| {
            let at = (piece.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
            (at + piece.len() <= text.len()).then_some(at + shift)
        };
        let at = behind(self.text, 0).or_else(|| behind(self.extra, self.text.len()));
        // A piece is at most a cell long, a text at most a file.
        let at = at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
        (at, u16::try_from(piece.len()).unwrap_or_default())
    }
}

/// What is read from a row before its texts are packed.
pub(crate) struct Reading<'t> {
    pub(crate) number: u32,
    pub(crate) time: Wall,
    pub(crate) fen: Fen,
    pub(crate) direction: Direction,
    /// By [`Field`]; those that are no texts stay empty.
    pub(crate) texts: [&'t str; FIELDS],
    pub(crate) refunded: Option<Fen>,
}

impl<'t> Reading<'t> {
    /// The text of one field.
    pub(crate) fn text(&self, field: Field) -> &'t str {
        self.texts.get(field as usize).copied().unwrap_or_default()
    }

    /// The same as a row that means `class`.
    pub(crate) fn row<'b>(&self, class: &'b Class, channel: &'b Channel) -> Row<'b>
    where
        't: 'b,
    {
        Row {
            number: self.number,
            time: self.time,
            fen: self.fen,
            direction: self.direction,
            kind: self.text(Field::Kind),
            status: self.text(Field::Status),
            party: self.text(Field::Party),
            item: self.text(Field::Item),
            note: self.text(Field::Note),
            id: self.text(Field::Id),
            other_id: self.text(Field::OtherId),
            refunded: self.refunded,
            class,
            channel,
        }
    }
}

/// A row whose texts are places.
#[derive(Clone, Debug)]
struct Packed {
    number: u32,
    starts: [u32; TEXTS],
    lens: [u16; TEXTS],
    direction: Direction,
    time: Wall,
    fen: Fen,
    /// Rare, so kept elsewhere.
    refunded: Option<Box<Fen>>,
    class: Class,
}

impl Packed {
    /// The place of a text.
    fn place(&self, text: usize) -> (usize, usize) {
        let start = self.starts.get(text).copied().unwrap_or_default();
        (start as usize, usize::from(self.lens.get(text).copied().unwrap_or_default()))
    }
}

/// The fields of the texts that are kept, in the order of their places.
const KEPT: [Field; TEXTS] =
    [Field::Kind, Field::Status, Field::Party, Field::Item, Field::Note, Field::Id, Field::OtherId];
/// Which of them is a row's number.
const ID: usize = 5;

/// Rows of one piece of a bill, with the text they lie in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) extra: String,
    rows: Vec<Packed>,
    /// A hash of each row's number.
    pub(crate) hashes: Vec<u32>,
}

impl Piece<'_> {
    /// Keeps a row whose texts lie in `texts`, which become those of the piece.
    pub(crate) fn push(&mut self, row: &Reading<'_>, texts: Texts<'_>, class: Class, hash: u32) {
        self.pack(row, KEPT.map(|field| texts.place(row.text(field))), class, hash);
    }

    /// Keeps a row and copies its texts, whose piece of the bill is not kept. A text that the row
    /// before has too is not copied again.
    pub(crate) fn copy(&mut self, row: &Reading<'_>, class: Class, hash: u32) {
        let (mut number, last) = (0.., self.rows.last());
        let places = KEPT.map(|field| {
            let text = row.text(field);
            let before = number.next().zip(last).map(|(at, last): (usize, _)| last.place(at));
            let before = before.filter(|(_, len)| *len == text.len());
            let same =
                |(start, len): &(usize, usize)| self.extra.get(*start..start + len) == Some(text);
            before.filter(same).unwrap_or_else(|| {
                self.extra.push_str(text);
                (self.extra.len() - text.len(), text.len())
            })
        });
        // A text is at most a cell long, a piece at most a file.
        let place = |(start, len): (usize, usize)| {
            (u32::try_from(start).unwrap_or_default(), u16::try_from(len).unwrap_or_default())
        };
        self.pack(row, places.map(place), class, hash);
    }

    fn pack(&mut self, row: &Reading<'_>, places: [(u32, u16); TEXTS], class: Class, hash: u32) {
        self.rows.push(Packed {
            number: row.number,
            starts: places.map(|p| p.0),
            lens: places.map(|p| p.1),
            direction: row.direction,
            time: row.time,
            fen: row.fen,
            refunded: row.refunded.map(Box::new),
            class,
        });
        self.hashes.push(hash);
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Makes room for `rows` more, of about the length of those there are.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
        self.hashes.reserve(rows);
        self.extra.reserve(self.extra.len() / self.rows.len().max(1) * rows);
    }

    /// Gives back room that no row took.
    pub(crate) fn shrink(&mut self) {
        self.rows.shrink_to_fit();
        self.extra.shrink_to_fit();
    }
}

/// The rows of a bill, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a> {
    pieces: Vec<Piece<'a>>,
    /// The row at which each piece begins.
    firsts: Vec<usize>,
    len: usize,
    channel: Channel,
}

impl<'a> Rows<'a> {
    /// The rows of `pieces`, known by the names of `channel`.
    pub(crate) fn new(pieces: Vec<Piece<'a>>, channel: Channel) -> Rows<'a> {
        let mut len = 0;
        let mut firsts = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            firsts.push(len);
            len += piece.len();
        }
        Rows { pieces, firsts, len, channel }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Under which names the rows are known.
    pub(crate) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// Row `at`, from 0.
    pub(crate) fn get(&self, at: usize) -> Option<Row<'_>> {
        self.glance(at).map(Glance::row)
    }

    /// Row `at`, from 0, at a glance.
    pub(crate) fn glance(&self, at: usize) -> Option<Glance<'_>> {
        let (piece, at) = self.find(at)?;
        let piece = self.pieces.get(piece)?;
        Some(Glance { piece, packed: piece.rows.get(at)?, channel: &self.channel })
    }

    fn find(&self, at: usize) -> Option<(usize, usize)> {
        let piece = self.firsts.partition_point(|first| *first <= at).checked_sub(1)?;
        Some((piece, at - self.firsts.get(piece)?))
    }

    /// All rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.glances().map(Glance::row)
    }

    /// All rows, at a glance.
    pub(crate) fn glances(&self) -> impl Iterator<Item = Glance<'_>> {
        let channel = &self.channel;
        self.pieces.iter().flat_map(move |piece| {
            piece.rows.iter().map(move |packed| Glance { piece, packed, channel })
        })
    }

    /// What `of` says of every row, in their order, asked on every core.
    pub(crate) fn map<T: Send>(&self, of: impl Fn(usize, Glance<'_>) -> T + Sync) -> Vec<T> {
        let (mut all, channel) = (Vec::with_capacity(self.len), &self.channel);
        all.par_extend(self.pieces.par_iter().zip(&self.firsts).flat_map_iter(|(piece, first)| {
            let rows = piece.rows.iter().zip(*first..);
            rows.map(|(packed, at)| of(at, Glance { piece, packed, channel }))
        }));
        all
    }

    /// Says anew what rows mean, on every core: `None` leaves a row as it is.
    pub(crate) fn reclassify(&mut self, of: impl Fn(Glance<'_>) -> Option<Class> + Sync) {
        let channel = &self.channel;
        self.pieces.par_iter_mut().for_each(|piece| {
            for at in 0..piece.rows.len() {
                let glance = piece.rows.get(at).map(|packed| Glance { piece, packed, channel });
                let class = glance.and_then(&of);
                if let (Some(class), Some(row)) = (class, piece.rows.get_mut(at)) {
                    row.class = class;
                }
            }
        });
    }

    /// Says what row `at` means.
    pub(crate) fn set(&mut self, at: usize, class: Class) {
        let Some((piece, at)) = self.find(at) else { return };
        if let Some(row) = self.pieces.get_mut(piece).and_then(|p| p.rows.get_mut(at)) {
            row.class = class;
        }
    }

    /// Says what each of several rows means.
    pub(crate) fn set_all(&mut self, classes: Vec<(usize, Class)>) {
        for (at, class) in classes {
            self.set(at, class);
        }
    }

    /// The hashes of the rows' numbers, which are not needed a second time.
    pub(crate) fn take_hashes(&mut self) -> Vec<u32> {
        let mut all = Vec::with_capacity(self.len);
        self.pieces.iter_mut().for_each(|piece| all.extend(std::mem::take(&mut piece.hashes)));
        all
    }

    /// The same rows, their texts copied.
    pub(crate) fn into_owned(self) -> Rows<'static> {
        let owned = |piece: Piece<'_>| Piece {
            text: Cow::Owned(piece.text.into_owned()),
            extra: piece.extra,
            rows: piece.rows,
            hashes: piece.hashes,
        };
        Rows {
            pieces: self.pieces.into_iter().map(owned).collect(),
            firsts: self.firsts,
            len: self.len,
            channel: self.channel,
        }
    }
}

/// Two lists of rows are equal when their rows are, however they are kept.
impl PartialEq for Rows<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl Eq for Rows<'_> {}
