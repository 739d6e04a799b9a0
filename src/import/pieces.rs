//! A CSV read in pieces, on every core, as if it were read from front to back.
//!
//! The bytes are cut behind line ends. Each piece is read as if it began with a row; where the
//! piece before turns out to end inside a quoted cell, what it left over is put in front of the
//! piece, and that is read again. So each byte is read at most twice, whatever the file holds.

use super::error::BillError;
use super::layout::{HEADER_WITHIN, Header, Layout};
use super::row::Direction;
use super::rows::{Piece, Rows, Texts};
use super::sheet::{Cells, ROWS_MAX, Table, TableRow};
use super::split::{Ended, Splitter};
use rayon::iter::ParallelIterator;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator};
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

/// How many bytes one core reads at a time.
pub(crate) const PIECE: usize = 1 << 20;
/// After so many rows, room is made for as many more as the piece is likely to hold.
const SAMPLED: usize = 64;
/// So many bytes are looked at first for a header.
const HEAD: usize = 64 << 10;

/// How the bytes of a CSV spell characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
}

/// The first rows of a CSV.
pub(crate) struct Head<'a> {
    pub(crate) table: Table<'a>,
    /// Where each row ends, in bytes of the table's text.
    ends: Vec<usize>,
    /// The line in which the file ends without ending it.
    open_end: Option<u32>,
}

/// What the rows under a header came to.
pub(crate) struct Body<'a> {
    pub(crate) rows: Rows<'a>,
    /// Count and sum in fen of the rows of each direction: in, out, neutral.
    pub(crate) sums: [(u64, u128); 3],
    /// Whether every time had its seconds.
    pub(crate) seconds: bool,
    /// The line in which the file ends without ending it.
    pub(crate) open_end: Option<u32>,
}

/// Bytes as text; an error names its line, the first being `line`.
pub(crate) fn decode(
    bytes: &[u8],
    encoding: Encoding,
    line: u32,
) -> Result<Cow<'_, str>, BillError> {
    let wrong = |upto: usize, encoding| {
        let before = newlines(bytes.get(..upto).unwrap_or(bytes));
        BillError::Encoding { line: line.saturating_add(before), encoding }
    };
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.into()),
            Err(e) => Err(wrong(e.valid_up_to(), "UTF-8")),
        },
        Encoding::Gb18030 => {
            let whole =
                encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes);
            whole.ok_or_else(|| wrong(gb_valid_up_to(bytes), "GB18030"))
        }
    }
}

/// How many bytes come before the first that GB18030 cannot have.
fn gb_valid_up_to(bytes: &[u8]) -> usize {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let mut room = String::with_capacity(bytes.len().saturating_mul(3) + 16);
    decoder.decode_to_string_without_replacement(bytes, &mut room, true).1
}

/// The line of the first byte that is not UTF-8; `None` if all of it is.
pub(crate) fn not_utf8(bytes: &[u8]) -> Option<u32> {
    let pieces = cut(bytes, PIECE);
    let wrong = |piece: &&[u8]| std::str::from_utf8(piece).is_err();
    let at = pieces.par_iter().position_first(wrong)?;
    let before = pieces.iter().take(at).fold(1_u32, |n, p| n.saturating_add(newlines(p)));
    match decode(pieces.get(at)?, Encoding::Utf8, before) {
        Err(BillError::Encoding { line, .. }) => Some(line),
        _ => None,
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    // Counted in runs that fit a byte, which is what makes it fast.
    let count = |run: &[u8]| run.iter().fold(0_u8, |n, b| n.wrapping_add(u8::from(*b == b'\n')));
    bytes.chunks(255).fold(0, |n: u32, run| n.saturating_add(u32::from(count(run))))
}

/// Cuts bytes behind line ends into pieces of at least `size`, but for the last.
fn cut(bytes: &[u8], size: usize) -> Vec<&[u8]> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let behind = rest.get(size.max(1) - 1..).unwrap_or_default();
        let end = behind.iter().position(|b| *b == b'\n').map(|at| size.max(1) + at);
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

impl<'a> Head<'a> {
    /// Reads the rows among which a header is looked for.
    pub(crate) fn read(bytes: &'a [u8], encoding: Encoding) -> Result<Head<'a>, BillError> {
        let mut size = HEAD;
        loop {
            let first = cut(bytes, size).into_iter().next().unwrap_or_default();
            let text = decode(first, encoding, 1)?;
            let last = first.len() == bytes.len();
            let mut table = Table::default();
            let (mut ends, mut open_end) = (Vec::new(), None);
            let mut splitter = Splitter::new(&text, 1, last);
            while !splitter.is_done() && table.len() < HEADER_WITHIN {
                let begun = splitter.line;
                table.begin(begun)?;
                match splitter.row(&mut table.cells, &mut table.extra)? {
                    Ended::Line => {}
                    Ended::File => open_end = Some(begun),
                    Ended::Nowhere => {
                        table.forget();
                        break;
                    }
                }
                ends.push(splitter.at);
            }
            if last || table.len() >= HEADER_WITHIN {
                table.text = text;
                return Ok(Head { table, ends, open_end });
            }
            size *= 4;
        }
    }

    /// How many bytes of the file row `at` and those before it take, and how many lines.
    fn behind(&self, at: usize, bytes: &[u8]) -> (usize, u32) {
        let end = self.ends.get(at).copied().unwrap_or_default();
        let lines = newlines(self.table.text.as_bytes().get(..end).unwrap_or_default());
        // A row that the file ends with has no line end to be found.
        if self.open_end.is_some() && at + 1 == self.ends.len() {
            return (bytes.len(), lines);
        }
        let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n');
        let found = (lines as usize).checked_sub(1).and_then(|n| ends.map(|e| e.0).nth(n));
        (found.map_or(0, |at| at + 1), lines)
    }
}

/// Everything that is read under a header, on every core.
pub(crate) fn body<'a>(
    bytes: &'a [u8],
    encoding: Encoding,
    head: &Head<'_>,
    reader: &Reader<'_>,
    size: usize,
) -> Result<Body<'a>, BillError> {
    let (behind, lines) = head.behind(reader.header.at, bytes);
    let pieces = cut(bytes.get(behind..).unwrap_or_default(), size);
    let counts: Vec<u32> = pieces.par_iter().map(|piece| newlines(piece)).collect();
    let mut line = lines.saturating_add(1);
    let mut firsts = Vec::with_capacity(pieces.len());
    for count in counts {
        firsts.push(line);
        line = line.saturating_add(count);
    }
    // Before anything is kept of them; a line within a cell counts as a row of its own.
    if line as usize > ROWS_MAX {
        return Err(BillError::TooManyRows(ROWS_MAX));
    }
    let end = pieces.len();
    let parsed: Vec<Parsed<'a>> = (&pieces, &firsts)
        .into_par_iter()
        .enumerate()
        .map(|(at, (piece, line))| match decode(piece, encoding, *line) {
            Ok(text) => reader.read(text, *line, at + 1 == end),
            Err(error) => Parsed { error: Some(error), ..Parsed::default() },
        })
        .collect();
    let text = |at: usize| decode(pieces.get(at).copied().unwrap_or_default(), encoding, 1);
    let mut body = reader.join(parsed, &text)?;
    if end == 0 {
        body.open_end = head.open_end;
    }
    Ok(body)
}

/// A hash of a row's number that nobody can foresee, so that no bill can make it slow.
pub(crate) fn hash(hasher: &RandomState, id: &str) -> u32 {
    u32::try_from(hasher.hash_one(id) & u64::from(u32::MAX)).unwrap_or_default()
}

/// What reads the rows under one header.
pub(crate) struct Reader<'m> {
    header: Header,
    layout: Layout<'m>,
    pub(crate) hasher: RandomState,
}

/// What one piece came to.
#[derive(Default)]
struct Parsed<'a> {
    piece: Piece<'a>,
    /// The line reached.
    line: u32,
    /// What was not read: a row that ends in the next piece.
    left: String,
    sums: [(u64, u128); 3],
    short: bool,
    open_end: Option<u32>,
    error: Option<BillError>,
}

impl<'m> Reader<'m> {
    /// Reads rows under `header` as `layout` says.
    pub(crate) fn new(header: Header, layout: Layout<'m>) -> Reader<'m> {
        Reader { header, layout, hasher: RandomState::new() }
    }

    /// Reads the rows of a table that is there as a whole.
    pub(crate) fn table<'a>(&self, table: Table<'a>) -> Result<Body<'a>, BillError> {
        let mut parsed = Parsed::default();
        for row in table.rows_from(self.header.at + 1) {
            self.row(table.ragged, row, false, &mut parsed)?;
        }
        parsed.piece.text = table.text;
        parsed.piece.extra = table.extra;
        self.join(vec![parsed], &|_| Ok("".into()))
    }

    /// Reads one piece, or as much of it as can be told without the next. A text that is not the
    /// file's own is not kept: a bill shows little of what it is padded with.
    fn read<'a>(&self, text: Cow<'a, str>, line: u32, last: bool) -> Parsed<'a> {
        let copies = matches!(text, Cow::Owned(_));
        let mut parsed = Parsed::default();
        let (mut cells, mut extra) = (Cells::default(), String::new());
        let mut splitter = Splitter::new(&text, line, last);
        while !splitter.is_done() {
            cells.0.clear();
            let number = splitter.line;
            let ended = match splitter.row(&mut cells, &mut extra) {
                Ok(Ended::Nowhere) => break,
                Ok(ended) => ended,
                Err(error) => {
                    parsed.error = Some(error);
                    break;
                }
            };
            if ended == Ended::File {
                parsed.open_end = Some(number);
            }
            let texts = Texts { text: &text, extra: &extra };
            if parsed.piece.len() == SAMPLED {
                // By now the length of a row is known.
                parsed.piece.reserve(text.len() / (splitter.at / SAMPLED).max(1));
            }
            let row = TableRow { texts, number, cells: &cells.0 };
            if let Err(error) = self.row(false, row, copies, &mut parsed) {
                parsed.error = Some(error);
                break;
            }
        }
        parsed.left.push_str(text.get(splitter.at..).unwrap_or_default());
        parsed.line = splitter.line;
        if !copies {
            (parsed.piece.text, parsed.piece.extra) = (text, extra);
        }
        parsed.piece.shrink();
        parsed
    }

    fn row(
        &self,
        ragged: bool,
        row: TableRow<'_>,
        copies: bool,
        parsed: &mut Parsed<'_>,
    ) -> Result<(), BillError> {
        if row.is_blank() {
            return Ok(());
        }
        let (mut read, whole) = self.header.row(row, ragged, &self.layout)?;
        parsed.short |= !whole;
        let side = match read.direction {
            Direction::In => parsed.sums.get_mut(0),
            Direction::Out => parsed.sums.get_mut(1),
            Direction::Neutral => parsed.sums.get_mut(2),
            Direction::Unknown => None,
        };
        if let Some(side) = side {
            *side = (side.0 + 1, side.1 + u128::from(read.fen.get()));
        }
        let class = (self.layout.mean)(&mut read, &self.layout.channel);
        let hash = hash(&self.hasher, read.text(super::layout::Field::Id));
        if copies {
            parsed.piece.copy(&read, class, hash);
        } else {
            parsed.piece.push(&read, row.texts, class, hash);
        }
        Ok(())
    }

    /// Puts pieces together in their order; `text` says what each was read from.
    fn join<'a>(
        &self,
        mut all: Vec<Parsed<'a>>,
        text: &dyn Fn(usize) -> Result<Cow<'a, str>, BillError>,
    ) -> Result<Body<'a>, BillError> {
        // Bytes that are no text are none wherever a row begins.
        let broken = |e: &mut BillError| matches!(e, BillError::Encoding { .. });
        if let Some(error) = all.iter_mut().find_map(|parsed| parsed.error.take_if(broken)) {
            return Err(error);
        }
        let (mut pieces, mut carry) = (Vec::with_capacity(all.len()), String::new());
        let (mut body, count) = (Parsed::default(), all.len());
        for (at, mut next) in all.into_iter().enumerate() {
            if !carry.is_empty() {
                carry.push_str(&text(at)?);
                let text = Cow::Owned(std::mem::take(&mut carry));
                next = self.read(text, body.line, at + 1 == count);
            }
            if let Some(error) = next.error {
                return Err(error);
            }
            carry.push_str(&next.left);
            (body.line, body.open_end) = (next.line, next.open_end);
            body.short |= next.short;
            for (all, side) in body.sums.iter_mut().zip(next.sums) {
                *all = (all.0 + side.0, all.1 + side.1);
            }
            pieces.push(next.piece);
        }
        let rows = Rows::new(pieces, self.layout.channel.clone());
        let (sums, seconds) = (body.sums, !body.short);
        Ok(Body { rows, sums, seconds, open_end: body.open_end })
    }
}

/// A CSV as bytes, its mark taken off, and how they spell characters, if they or the mapping say.
pub(crate) fn unmark(bytes: &[u8], named: Option<Encoding>) -> (&[u8], Option<Encoding>) {
    match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(plain) => (plain, Some(Encoding::Utf8)),
        None => (bytes, named),
    }
}

/// Reads a CSV with `read`. Where nothing says how it spells characters, valid UTF-8 is UTF-8. So
/// is damaged UTF-8 with 交易 in it: decoded as GB18030 it would be nonsense in which the damage
/// cannot be seen.
pub(crate) fn guessing<T>(
    bytes: &[u8],
    named: Option<Encoding>,
    mut read: impl FnMut(Encoding) -> Result<T, BillError>,
) -> Result<T, BillError> {
    if let Some(named) = named {
        return read(named);
    }
    let error = match read(Encoding::Utf8) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let Some(line) = not_utf8(bytes) else { return Err(error) };
    if holds(bytes, "交易".as_bytes()) {
        return Err(BillError::Encoding { line, encoding: "UTF-8" });
    }
    read(Encoding::Gb18030)
}

/// Whether `needle` stands in `bytes`. Its first byte is looked for in runs that are compared
/// together, which is what makes it fast.
fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    const RUN: usize = 64;
    let Some(first) = needle.first() else { return true };
    let begins = |run: &[u8]| run.iter().fold(0, |any, b| any | u8::from(b == first)) > 0;
    bytes.chunks(RUN).enumerate().filter(|(_, run)| begins(run)).any(|(at, _)| {
        let from = at * RUN;
        let end = (from + RUN + needle.len() - 1).min(bytes.len());
        let near = bytes.get(from..end).unwrap_or_default();
        near.windows(needle.len()).any(|w| w == needle)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
