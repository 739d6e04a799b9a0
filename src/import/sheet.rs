//! Bytes → rows of text cells, strictly: CSV in UTF-8 or GB18030 here, XLSX in [`super::book`].
//!
//! The splitter is stricter than RFC 4180 readers usually are: a quote that is not closed before
//! the next cell is an error that names its line, because a reader that swallows it swallows rows.

use super::error::BillError;
use super::text::trim;
use std::borrow::Cow;

/// The largest file that is looked at.
pub const FILE_MAX: usize = 64 << 20;
/// The most rows of one sheet.
pub const ROWS_MAX: usize = 1_000_000;
/// The most cells of one row.
pub const CELLS_MAX: usize = 64;
/// The longest cell, in bytes.
pub const CELL_MAX: usize = 4 << 10;
/// The most text one workbook may hold, in bytes, however often it repeats a string.
pub const TEXT_MAX: usize = 256 << 20;

/// What a cell was before it was text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Text,
    /// A quantity of a spreadsheet.
    Number,
    /// A date of a spreadsheet, spelled `2026-09-24 11:40:58`.
    Date,
}

/// A sheet of text cells, kept in one string.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The sheet's name; empty for CSV.
    pub(crate) name: String,
    /// Whether short rows are cut rows (CSV) or just end in empty cells (XLSX).
    pub(crate) ragged: bool,
    /// The line that the file ends in without ending it.
    pub(crate) open_end: Option<u32>,
    text: String,
    /// Where each cell ends in `text`, and what it was.
    cells: Vec<(u32, Kind)>,
    /// Number in the file and first cell of each row.
    rows: Vec<(u32, u32)>,
}

impl Table {
    /// An empty sheet of a workbook.
    pub(crate) fn sheet(name: String) -> Table {
        Table { name, ragged: true, ..Table::default() }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Row `at`, from 0.
    pub(crate) fn row(&self, at: usize) -> Option<TableRow<'_>> {
        let (number, first) = *self.rows.get(at)?;
        let end = self.rows.get(at + 1).map_or(self.cells.len(), |(_, next)| *next as usize);
        Some(TableRow { table: self, number, first: first as usize, end })
    }

    /// The rows from `at` on.
    pub(crate) fn rows_from(&self, at: usize) -> impl Iterator<Item = TableRow<'_>> {
        (at..self.rows.len()).filter_map(|at| self.row(at))
    }

    /// Begins the row that a person counts as `number`.
    pub(crate) fn begin(&mut self, number: u32) -> Result<(), BillError> {
        if self.rows.len() >= ROWS_MAX {
            return Err(BillError::TooManyRows(ROWS_MAX));
        }
        self.rows.push((number, Self::place(self.cells.len())?));
        Ok(())
    }

    /// Ends a cell whose text has been added with [`Table::add`].
    pub(crate) fn end_cell(&mut self, kind: Kind) -> Result<(), BillError> {
        let start = self.cells.last().map_or(0, |(end, _)| *end as usize);
        let (row, first) = self.rows.last().copied().unwrap_or((1, 0));
        if self.text.len() - start > CELL_MAX {
            return Err(BillError::CellTooLong { row, max: CELL_MAX });
        }
        if self.cells.len() - first as usize >= CELLS_MAX {
            return Err(BillError::TooWide { row, max: CELLS_MAX });
        }
        let end = Self::place(self.text.len())?;
        self.cells.push((end, kind));
        Ok(())
    }

    /// Adds text to the cell under construction.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), BillError> {
        if self.text.len() + text.len() > TEXT_MAX {
            return Err(BillError::BookTooLarge { max: TEXT_MAX as u64, unit: "bytes of text" });
        }
        self.text.push_str(text);
        Ok(())
    }

    fn place(at: usize) -> Result<u32, BillError> {
        u32::try_from(at).map_err(|_| BillError::TooManyRows(ROWS_MAX))
    }
}

/// One row of a [`Table`].
#[derive(Clone, Copy)]
pub(crate) struct TableRow<'a> {
    table: &'a Table,
    /// Row in the file, from 1.
    pub(crate) number: u32,
    first: usize,
    end: usize,
}

impl<'a> TableRow<'a> {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.end - self.first
    }

    /// Cell `column`, from 0; empty beyond the end.
    pub(crate) fn cell(&self, column: usize) -> &'a str {
        let at = self.first + column;
        if at >= self.end {
            return "";
        }
        let start = at.checked_sub(1).and_then(|p| self.table.cells.get(p)).map_or(0, |c| c.0);
        let end = self.table.cells.get(at).map_or(start, |c| c.0);
        self.table.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What cell `column` was before it was text.
    pub(crate) fn kind(&self, column: usize) -> Kind {
        let at = self.first + column;
        if at >= self.end {
            Kind::Text
        } else {
            self.table.cells.get(at).map_or(Kind::Text, |c| c.1)
        }
    }

    /// The cells, untrimmed.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |column| self.cell(column))
    }

    /// Whether nothing stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().all(|c| trim(c).is_empty())
    }
}

/// How the bytes of a CSV spell characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
}

/// Splits a CSV into its cells. Without `encoding`, the bytes say which it is.
pub(crate) fn csv(bytes: &[u8], encoding: Option<Encoding>) -> Result<Table, BillError> {
    let text = decode(bytes, encoding)?;
    let mut table = Table::default();
    table.text.reserve(text.len());
    let mut splitter = Splitter { rest: &text, line: 1 };
    while !splitter.rest.is_empty() {
        table.begin(splitter.line)?;
        let begun = splitter.line;
        while !splitter.cell(&mut table)? {}
        if splitter.rest.is_empty() && !text.ends_with('\n') {
            table.open_end = Some(begun);
        }
    }
    Ok(table)
}

fn decode(bytes: &[u8], encoding: Option<Encoding>) -> Result<Cow<'_, str>, BillError> {
    let bom = bytes.strip_prefix(b"\xEF\xBB\xBF");
    let plain = bom.unwrap_or(bytes);
    let encoding = match (bom, encoding) {
        (Some(_), _) => Encoding::Utf8,
        (None, Some(named)) => named,
        (None, None) => guess(plain),
    };
    let line = |upto: usize| line_of(plain, upto);
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(plain) {
            Ok(text) => Ok(text.into()),
            Err(e) => Err(BillError::Encoding { line: line(e.valid_up_to()), encoding: "UTF-8" }),
        },
        Encoding::Gb18030 => {
            let whole =
                encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(plain);
            whole.ok_or_else(|| BillError::Encoding {
                line: line(gb_valid_up_to(plain)),
                encoding: "GB18030",
            })
        }
    }
}

/// Valid UTF-8 is UTF-8. So is damaged UTF-8 with 交易 in it: decoded as GB18030 it would be
/// nonsense in which the damage cannot be seen.
fn guess(bytes: &[u8]) -> Encoding {
    let needle = "交易".as_bytes();
    let spelled = || bytes.windows(needle.len()).any(|w| w == needle);
    if std::str::from_utf8(bytes).is_ok() || spelled() { Encoding::Utf8 } else { Encoding::Gb18030 }
}

fn line_of(bytes: &[u8], upto: usize) -> u32 {
    let newlines = bytes.iter().take(upto).filter(|b| **b == b'\n').count();
    u32::try_from(newlines + 1).unwrap_or(u32::MAX)
}

/// How many bytes come before the first that GB18030 cannot have.
fn gb_valid_up_to(bytes: &[u8]) -> usize {
    let mut decoder = encoding_rs::GB18030.new_decoder_without_bom_handling();
    let mut room = String::with_capacity(bytes.len().saturating_mul(3) + 16);
    decoder.decode_to_string_without_replacement(bytes, &mut room, true).1
}

struct Splitter<'a> {
    rest: &'a str,
    line: u32,
}

impl Splitter<'_> {
    /// Reads one cell; true if the row ends with it.
    fn cell(&mut self, table: &mut Table) -> Result<bool, BillError> {
        if self.rest.starts_with('"') { self.quoted(table) } else { self.plain(table) }
    }

    fn plain(&mut self, table: &mut Table) -> Result<bool, BillError> {
        let (text, stop) = cut(self.rest);
        table.add(text)?;
        self.stop(text.len(), stop, table)
    }

    fn quoted(&mut self, table: &mut Table) -> Result<bool, BillError> {
        let begun = self.line;
        let whole = self.rest;
        let mut rest = whole.get(1..).unwrap_or_default();
        let mut inside = Vec::new();
        loop {
            let Some((piece, behind)) = rest.split_once('"') else {
                return Err(BillError::Quote(begun));
            };
            inside.push(piece);
            rest = behind;
            match behind.strip_prefix('"') {
                Some(more) => {
                    inside.push("\"");
                    rest = more;
                }
                None => break,
            }
        }
        let (tail, stop) = cut(rest);
        if !trim(tail).is_empty() {
            // `"阿强"的店`: quotes of a nickname that nobody escaped. Nothing hides in them as
            // long as no separator does.
            if inside.iter().any(|p| p.contains([',', '\n'])) {
                return Err(BillError::Quote(begun));
            }
            return self.plain(table);
        }
        for piece in inside {
            table.add(piece)?;
            let newlines = piece.bytes().filter(|b| *b == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        }
        let used = whole.len() - rest.len() + tail.len();
        self.stop(used, stop, table)
    }

    /// Ends the cell after `used` bytes and the separator behind them.
    fn stop(
        &mut self,
        used: usize,
        stop: Option<u8>,
        table: &mut Table,
    ) -> Result<bool, BillError> {
        table.end_cell(Kind::Text)?;
        let behind = used + usize::from(stop.is_some());
        self.rest = self.rest.get(behind..).unwrap_or_default();
        if stop == Some(b'\n') {
            self.line = self.line.saturating_add(1);
        }
        Ok(stop != Some(b','))
    }
}

/// The text before the next separator, and the separator.
fn cut(text: &str) -> (&str, Option<u8>) {
    match text.bytes().position(|b| b == b',' || b == b'\n') {
        Some(at) => (text.get(..at).unwrap_or_default(), text.as_bytes().get(at).copied()),
        None => (text, None),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = csv(text.as_bytes(), None).unwrap();
        table.rows_from(0).map(|r| r.cells().map(|c| trim(c).to_owned()).collect()).collect()
    }

    #[test]
    fn quotes_commas_and_newlines_stay_inside_their_cells() {
        assert_eq!(
            cells("a,\"b,\"\"c\"\"\nd\"\t,e\r\nf,,\n"),
            [vec!["a", "b,\"c\"\nd", "e"], vec!["f", "", ""]]
        );
        assert_eq!(cells("x,\"阿强\"的店,打开\"视频\"\n"), [["x", "\"阿强\"的店", "打开\"视频\""]]);
    }

    #[test]
    fn a_row_is_numbered_by_the_line_it_begins_in() {
        let table = csv(b"a\n\n\"b\nc\"\nd", None).unwrap();
        let numbers: Vec<u32> = table.rows_from(0).map(|r| r.number).collect();
        assert_eq!(numbers, [1, 2, 3, 5]);
        assert_eq!(table.open_end, Some(5));
    }

    #[test]
    fn a_quote_that_swallows_a_separator_names_its_line() {
        for bad in ["a\nb,\"c", "a\nb,\"c\nd,\"e\",f\n", "a\n\"b,c\"d\n"] {
            assert_eq!(csv(bad.as_bytes(), None).unwrap_err(), BillError::Quote(2), "{bad:?}");
        }
    }

    #[test]
    fn what_this_splitter_takes_the_csv_crate_reads_alike() {
        for text in ["a,b\nc,d\n", "\"a\"\"b\",\"c\nd\"\n\"\",x\n", "小明,\"a,b\",,\n1,2,3,4\n"] {
            let mut reader = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect();
            assert_eq!(cells(text), theirs, "{text:?}");
        }
    }

    #[test]
    fn rare_names_survive_both_encodings_and_damage_names_its_line() {
        let text = "交易,𠮷㐂䶮\n交易,😀\u{fffd}學\n";
        let gb = encoding_rs::GB18030.encode(text).0;
        let table = csv(&gb, None).unwrap();
        assert_eq!(table.row(0).unwrap().cell(1), "𠮷㐂䶮");
        assert_eq!(table.row(1).unwrap().cell(1), "😀\u{fffd}學");
        let mut broken = text.as_bytes().to_vec();
        *broken.last_mut().unwrap() = 0xFF;
        let utf8 = BillError::Encoding { line: 2, encoding: "UTF-8" };
        assert_eq!(csv(&broken, None).unwrap_err(), utf8);
        let mut broken = gb.to_vec();
        broken.push(0xFF);
        let gb = BillError::Encoding { line: 3, encoding: "GB18030" };
        assert_eq!(csv(&broken, None).unwrap_err(), gb);
    }

    #[test]
    fn every_limit_is_kept() {
        let wide = ",".repeat(CELLS_MAX);
        assert!(matches!(csv(wide.as_bytes(), None), Err(BillError::TooWide { row: 1, .. })));
        let long = "x".repeat(CELL_MAX + 1);
        assert!(matches!(csv(long.as_bytes(), None), Err(BillError::CellTooLong { row: 1, .. })));
        let tall = "\n".repeat(ROWS_MAX + 1);
        assert_eq!(csv(tall.as_bytes(), None).unwrap_err(), BillError::TooManyRows(ROWS_MAX));
    }
}
