//! A sheet of text cells with its limits: a workbook's whole, a CSV's first rows.

use super::error::BillError;
use super::rows::Texts;
use super::text::trim;
use std::borrow::Cow;

/// The largest file that is looked at, in bytes: a million rows of the widest layout.
pub const FILE_MAX: usize = 384 << 20;
/// The most rows of one sheet.
pub const ROWS_MAX: usize = 2_000_000;
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

/// Where a cell's text lies, and what it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    start: u32,
    len: u32,
    kind: Kind,
}

/// Cells under construction, within the limits of a row.
#[derive(Debug, Default)]
pub(crate) struct Cells(pub(crate) Vec<Cell>);

impl Cells {
    /// Adds the cell of `len` bytes at the place `start` to `row`, whose first cell is `first`.
    pub(crate) fn add(
        &mut self,
        (start, len): (usize, usize),
        kind: Kind,
        row: u32,
        first: usize,
    ) -> Result<(), BillError> {
        if len > CELL_MAX {
            return Err(BillError::CellTooLong { row, max: CELL_MAX });
        }
        if self.0.len() - first >= CELLS_MAX {
            return Err(BillError::TooWide { row, max: CELLS_MAX });
        }
        let start = u32::try_from(start).map_err(|_| BillError::TooManyRows(ROWS_MAX))?;
        // At most a cell's limit.
        self.0.push(Cell { start, len: u32::try_from(len).unwrap_or_default(), kind });
        Ok(())
    }
}

/// A sheet of text cells.
#[derive(Debug, Default)]
pub(crate) struct Table<'a> {
    /// The sheet's name; empty for CSV.
    pub(crate) name: String,
    /// Whether short rows are cut rows (CSV) or just end in empty cells (XLSX).
    pub(crate) ragged: bool,
    pub(crate) text: Cow<'a, str>,
    pub(crate) extra: String,
    pub(crate) cells: Cells,
    /// Number in the file and first cell of each row.
    rows: Vec<(u32, u32)>,
    /// Bytes of text that ended before the cell under construction.
    ended: usize,
}

impl Table<'_> {
    /// An empty sheet of a workbook.
    pub(crate) fn sheet(name: String) -> Table<'static> {
        Table { name, ragged: true, ..Table::default() }
    }

    /// An empty sheet whose cells are to be places in `text`.
    pub(crate) fn over(text: &str) -> Table<'_> {
        Table { text: text.into(), ..Table::default() }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What cells take their text from.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts { text: &self.text, extra: &self.extra }
    }

    /// Row `at`, from 0.
    pub(crate) fn row(&self, at: usize) -> Option<TableRow<'_>> {
        let (number, first) = *self.rows.get(at)?;
        let end = self.rows.get(at + 1).map_or(self.cells.0.len(), |(_, next)| *next as usize);
        let cells = self.cells.0.get(first as usize..end)?;
        Some(TableRow { texts: self.texts(), number, cells })
    }

    /// The rows from `at` on.
    pub(crate) fn rows_from(&self, at: usize) -> impl Iterator<Item = TableRow<'_>> {
        (at..self.rows.len()).filter_map(|at| self.row(at))
    }

    /// Begins the row that a person counts as `number`; says which cell is its first.
    pub(crate) fn begin(&mut self, number: u32) -> Result<usize, BillError> {
        let first = self.cells.0.len();
        let place = u32::try_from(first).ok().filter(|_| self.rows.len() < ROWS_MAX);
        self.rows.push((number, place.ok_or(BillError::TooManyRows(ROWS_MAX))?));
        Ok(first)
    }

    /// Takes back the row begun last.
    pub(crate) fn forget(&mut self) {
        if let Some((_, first)) = self.rows.pop() {
            self.cells.0.truncate(first as usize);
        }
    }

    /// Ends a cell whose text has been added with [`Table::add`].
    pub(crate) fn end_cell(&mut self, kind: Kind) -> Result<(), BillError> {
        let (row, first) = self.rows.last().copied().unwrap_or((1, 0));
        let place = (self.ended, self.text.len() - self.ended);
        self.cells.add(place, kind, row, first as usize)?;
        self.ended = self.text.len();
        Ok(())
    }

    /// Adds text to the cell under construction.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), BillError> {
        if self.text.len() + text.len() > TEXT_MAX {
            return Err(BillError::BookTooLarge { max: TEXT_MAX as u64, unit: "bytes of text" });
        }
        self.text.to_mut().push_str(text);
        Ok(())
    }
}

/// One row of cells.
#[derive(Clone, Copy)]
pub(crate) struct TableRow<'a> {
    pub(crate) texts: Texts<'a>,
    /// Row in the file, from 1.
    pub(crate) number: u32,
    pub(crate) cells: &'a [Cell],
}

impl<'a> TableRow<'a> {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Cell `column`, from 0; empty beyond the end.
    pub(crate) fn cell(&self, column: usize) -> &'a str {
        self.cells.get(column).map_or("", |c| self.texts.get(c.start as usize, c.len as usize))
    }

    /// What cell `column` was before it was text.
    pub(crate) fn kind(&self, column: usize) -> Kind {
        self.cells.get(column).map_or(Kind::Text, |cell| cell.kind)
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
