//! XLS (BIFF8) → rows of text cells: the few records that hold what people see, within bounds.
//!
//! A reader of its own rather than calamine's, which makes room for every cell that a sheet merely
//! claims: a file of a few hundred bytes may claim four thousand million.

use super::error::BillError;
use super::ole::{self, u16_at, u32_at};
use super::sheet::{CELLS_MAX, Kind, Table};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The most sheets a workbook may have.
const SHEETS_MAX: usize = 32;
/// The most texts a workbook may share among its cells.
const TEXTS_MAX: usize = 500_000;

// The records that are read, by their numbers in the file.
const FORMULA: u16 = 0x06;
const EOF: u16 = 0x0A;
const FILEPASS: u16 = 0x2F;
const CONTINUE: u16 = 0x3C;
const BOUNDSHEET: u16 = 0x85;
const MULRK: u16 = 0xBD;
const SST: u16 = 0xFC;
const LABELSST: u16 = 0xFD;
const NUMBER: u16 = 0x203;
const LABEL: u16 = 0x204;
const STRING: u16 = 0x207;
const RK: u16 = 0x27E;
const BOF: u16 = 0x809;
/// BIFF8, the layout of every spreadsheet since 1997.
const VERSION: u16 = 0x600;

/// What stands in a cell.
enum Cell {
    Shared(usize),
    Text(String),
    Number(String),
}

/// The worksheets of an XLS, hidden ones too.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<Table<'static>>, BillError> {
    let stream = ole::workbook(bytes)?;
    let (mut texts, mut found) = (Vec::new(), Vec::new());
    let mut records = Records { stream: &stream, at: 0 };
    let begins = records.next().filter(|(kind, body)| *kind == BOF && is_new(body));
    begins.ok_or_else(|| damaged("an older layout than BIFF8"))?;
    while let Some((kind, body)) = records.next() {
        match kind {
            FILEPASS => return Err(BillError::Locked),
            BOUNDSHEET => found.push(sheet(body).ok_or_else(|| damaged("a sheet without name"))?),
            SST => {
                let mut parts = vec![body];
                while let Some((CONTINUE, more)) = records.peek() {
                    parts.push(more);
                    records.next();
                }
                texts = shared(&parts).ok_or_else(|| damaged("its texts are cut"))?;
            }
            EOF => break,
            _ => {}
        }
    }
    if found.len() > SHEETS_MAX {
        return Err(BillError::BookTooLarge { max: SHEETS_MAX as u64, unit: "sheets" });
    }
    let worksheets = found.into_iter().filter(|(.., is_worksheet)| *is_worksheet);
    worksheets.map(|(name, at, _)| table(name, &stream, at, &texts)).collect()
}

fn damaged(what: &str) -> BillError {
    BillError::Book(what.into())
}

fn is_new(body: &[u8]) -> bool {
    u16_at(body, 0) == Some(VERSION)
}

/// The records of a stream: number and body. A record that the stream does not hold whole ends it.
struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

impl<'s> Records<'s> {
    fn peek(&self) -> Option<(u16, &'s [u8])> {
        let len = usize::from(u16_at(self.stream, self.at + 2)?);
        let body = self.stream.get(self.at + 4..self.at + 4 + len)?;
        Some((u16_at(self.stream, self.at)?, body))
    }

    fn next(&mut self) -> Option<(u16, &'s [u8])> {
        let found = self.peek()?;
        self.at += 4 + found.1.len();
        Some(found)
    }
}

/// Name and place of a sheet, and whether it is one of cells.
fn sheet(body: &[u8]) -> Option<(String, usize, bool)> {
    let name = characters(body.get(8..)?, usize::from(*body.get(6)?), *body.get(7)? & 1 == 1)?;
    Some((name, u32_at(body, 0)? as usize, *body.get(5)? == 0))
}

/// `count` characters: of one byte each, which is Latin-1, or of two, which is UTF-16.
fn characters(bytes: &[u8], count: usize, wide: bool) -> Option<String> {
    if !wide {
        return Some(bytes.get(..count)?.iter().map(|b| char::from(*b)).collect());
    }
    let units = bytes.get(..count * 2)?.as_chunks().0.iter().map(|b| u16::from_le_bytes(*b));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect())
}

/// The shared texts. One that is too long for its record goes on in the next, which begins by
/// saying anew whether its characters are wide.
fn shared(parts: &[&[u8]]) -> Option<Vec<String>> {
    let count = u32_at(parts.first()?, 4)? as usize;
    let mut pen = Pen { parts, part: 0, at: 8 };
    let mut texts = Vec::new();
    for _ in 0..count.min(TEXTS_MAX) {
        let len = usize::from(u16::from_le_bytes(pen.take()?));
        let [flags] = pen.take()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(u16::from_le_bytes(pen.take()?)) };
        let extra = if flags & 4 == 0 { 0 } else { u32::from_le_bytes(pen.take()?) as usize };
        texts.push(pen.text(len, flags & 1 == 1)?);
        pen.skip(runs.checked_mul(4)?.checked_add(extra)?)?;
    }
    Some(texts)
}

/// Reads on through the parts of a long record.
struct Pen<'p> {
    parts: &'p [&'p [u8]],
    part: usize,
    at: usize,
}

impl Pen<'_> {
    fn rest(&mut self) -> Option<&[u8]> {
        while self.at >= self.parts.get(self.part)?.len() {
            (self.part, self.at) = (self.part + 1, 0);
        }
        self.parts.get(self.part)?.get(self.at..)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = *self.rest()?.first_chunk()?;
        self.at += N;
        Some(taken)
    }

    fn text(&mut self, mut left: usize, mut wide: bool) -> Option<String> {
        let mut out = String::new();
        while left > 0 {
            let before = self.part;
            let room = self.rest()?.len();
            if self.part != before {
                let [flags] = self.take()?;
                wide = flags & 1 == 1;
                continue;
            }
            let here = left.min(room / if wide { 2 } else { 1 });
            if here == 0 {
                return None;
            }
            out.push_str(&characters(self.rest()?, here, wide)?);
            self.at += here * if wide { 2 } else { 1 };
            left -= here;
        }
        Some(out)
    }

    fn skip(&mut self, mut left: usize) -> Option<()> {
        while left > 0 {
            let here = left.min(self.rest()?.len());
            (self.at, left) = (self.at + here, left - here);
        }
        Some(())
    }
}

/// The sheet whose records begin at `at`.
fn table(
    name: String,
    stream: &[u8],
    at: usize,
    texts: &[String],
) -> Result<Table<'static>, BillError> {
    let mut records = Records { stream, at };
    let begins = records.next().filter(|(kind, body)| *kind == BOF && is_new(body));
    begins.ok_or_else(|| damaged("a sheet is not where it should be"))?;
    let mut cells = BTreeMap::new();
    let (mut formula, mut depth) = (None, 1);
    while let Some((kind, body)) = records.next() {
        match kind {
            // A chart within a sheet has a beginning and an end of its own.
            BOF => depth += 1,
            EOF if depth == 1 => return fill(name, &cells, texts),
            EOF => depth -= 1,
            _ if depth > 1 => {}
            STRING => {
                let place = formula.take();
                let text = || characters(body.get(3..)?, len(body, 0)?, *body.get(2)? & 1 == 1);
                if let Some((place, text)) = place.zip(text()) {
                    cells.insert(place, Cell::Text(text));
                }
            }
            _ => {
                let read = read(kind, body).ok_or_else(|| damaged("a cell is cut"))?;
                for (place, cell) in read {
                    // The text that a formula comes to stands in the record after it.
                    formula = Some(place);
                    if cells.insert(place, cell).is_some() {
                        let row = u32::from(place.0) + 1;
                        return Err(BillError::Book(format!("row {row} has a cell twice")));
                    }
                }
            }
        }
    }
    Err(damaged("a sheet does not end"))
}

fn len(body: &[u8], at: usize) -> Option<usize> {
    u16_at(body, at).map(usize::from)
}

type Place = (u16, u16);

/// The cells of one record; none for records that hold none.
fn read(kind: u16, body: &[u8]) -> Option<Vec<(Place, Cell)>> {
    if !matches!(kind, LABELSST | LABEL | NUMBER | RK | MULRK | FORMULA) {
        return Some(Vec::new());
    }
    let place = (u16_at(body, 0)?, u16_at(body, 2)?);
    let cell = match kind {
        LABELSST => Cell::Shared(u32_at(body, 6)? as usize),
        LABEL => Cell::Text(characters(body.get(9..)?, len(body, 6)?, *body.get(8)? & 1 == 1)?),
        RK => Cell::Number(packed(u32_at(body, 6)?)),
        MULRK => {
            let pairs = body.get(4..body.len().checked_sub(2)?)?.as_chunks::<6>().0;
            let columns = place.1..=u16::MAX;
            let cell = |pair: &[u8; 6]| Some(Cell::Number(packed(u32_at(pair, 2)?)));
            return columns.zip(pairs).map(|(c, p)| Some(((place.0, c), cell(p)?))).collect();
        }
        // A formula whose result is no number marks it with all ones at the end.
        _ if kind == FORMULA && len(body, 12)? == 0xFFFF => Cell::Text(String::new()),
        _ => Cell::Number(f64::from_le_bytes(*body.get(6..)?.first_chunk()?).to_string()),
    };
    Some(vec![(place, cell)])
}

/// A number in four bytes: a whole one, or the upper half of a float; the lowest bit says that it
/// is a hundred times too large.
fn packed(rk: u32) -> String {
    let whole = if rk & 2 == 2 {
        (rk.cast_signed() >> 2).to_string()
    } else {
        f64::from_bits(u64::from(rk & !3) << 32).to_string()
    };
    let hundredth = || whole.parse::<Decimal>().ok()?.checked_div(Decimal::from(100));
    match hundredth().filter(|_| rk & 1 == 1) {
        Some(number) => number.normalize().to_string(),
        None => whole,
    }
}

fn fill(
    name: String,
    cells: &BTreeMap<Place, Cell>,
    texts: &[String],
) -> Result<Table<'static>, BillError> {
    let mut table = Table::sheet(name);
    let (mut row, mut next) = (None, 0);
    for ((at, column), cell) in cells {
        let (number, column) = (u32::from(*at) + 1, usize::from(*column));
        let (text, kind) = match cell {
            Cell::Shared(at) => {
                let text = texts.get(*at).ok_or_else(|| damaged("a text is missing"))?;
                (text.as_str(), Kind::Text)
            }
            Cell::Text(text) => (text.as_str(), Kind::Text),
            Cell::Number(text) => (text.as_str(), Kind::Number),
        };
        if text.is_empty() {
            continue;
        }
        if row != Some(at) {
            table.begin(number)?;
            (row, next) = (Some(at), 0);
        }
        if column >= CELLS_MAX {
            return Err(BillError::TooWide { row: number, max: CELLS_MAX });
        }
        for _ in next..column {
            table.end_cell(Kind::Text)?;
        }
        table.add(text)?;
        table.end_cell(kind)?;
        next = column + 1;
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn a_packed_number_is_the_amount_that_was_typed() {
        for (rk, text) in [
            (0x0000_0006, "1"),
            (0x0012_D687, "3086.41"),
            (0x3FF0_0000, "1"),
            (0x4059_0001, "1"),
            (0xFFFF_FFFE, "-1"),
            (0xFFFF_FFFF, "-0.01"),
        ] {
            assert_eq!(packed(rk), text, "{rk:#x}");
        }
    }
}
