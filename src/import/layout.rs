//! A header found by the names of its columns, and rows read under it by those names.

use super::error::BillError;
use super::row::{Channel, Class, Direction};
use super::rows::Reading;
use super::sheet::{Kind, Table, TableRow};
use super::text::{self, trim};
use crate::domain::money::MoneyError;
use crate::domain::time::Wall;

/// The rows of a sheet among which a header is looked for.
pub(crate) const HEADER_WITHIN: usize = 200;
/// The known names that make a row a header.
const NAMES_MIN: usize = 3;

/// What a column holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(usize)]
pub(crate) enum Field {
    Time,
    Kind,
    Party,
    Item,
    Direction,
    Amount,
    Status,
    Id,
    OtherId,
    Note,
}

/// How many fields there are.
pub(crate) const FIELDS: usize = 10;

/// The columns of a format: name, what it holds, whether a bill without it is refused.
pub(crate) type Columns<'a> = &'a [(&'a str, Field, bool)];

/// Where a header was found.
#[derive(Debug)]
pub(crate) struct Header {
    /// Its place in the table, from 0.
    pub(crate) at: usize,
    width: usize,
    columns: [Option<usize>; FIELDS],
}

/// How a format reads its cells, and what it says of a row by itself.
pub(crate) struct Layout<'a> {
    pub(crate) channel: Channel,
    pub(crate) direction: &'a (dyn Fn(&str) -> Direction + Sync),
    pub(crate) time: &'a (dyn Fn(&str) -> Option<(Wall, bool)> + Sync),
    pub(crate) mean: &'a (dyn Fn(&mut Reading<'_>, &Channel) -> Class + Sync),
    /// Whether a minus sign is a direction rather than damage.
    pub(crate) signed: bool,
}

/// A column name as compared: no blanks, ASCII brackets.
pub(crate) fn name(cell: &str) -> String {
    trim(cell).replace('（', "(").replace('）', ")")
}

/// The header of `columns` in `table`: `None` if no row has three of the names.
pub(crate) fn find(table: &Table<'_>, columns: Columns<'_>) -> Result<Option<Header>, BillError> {
    let mut hole = None;
    for at in 0..table.len().min(HEADER_WITHIN) {
        let Some(row) = table.row(at) else { break };
        match read_header(row, at, columns) {
            Ok(Some(header)) => return Ok(Some(header)),
            Ok(None) => {}
            Err(error) => hole = hole.or(Some(error)),
        }
    }
    hole.map_or(Ok(None), Err)
}

/// The most names of `columns` that any row of `table` has.
pub(crate) fn resemblance(table: &Table<'_>, columns: Columns<'_>) -> usize {
    let rows = (0..table.len().min(HEADER_WITHIN)).filter_map(|at| table.row(at));
    let alike =
        |r: TableRow<'_>| columns.iter().filter(|(c, ..)| r.cells().any(|n| name(n) == *c)).count();
    rows.map(alike).max().unwrap_or(0)
}

fn read_header(
    row: TableRow<'_>,
    at: usize,
    columns: Columns<'_>,
) -> Result<Option<Header>, BillError> {
    let names: Vec<String> = row.cells().map(name).collect();
    let known = names.iter().filter(|n| columns.iter().any(|(c, ..)| n == c)).count();
    if known < NAMES_MIN.min(columns.len()) {
        return Ok(None);
    }
    let mut places = [None; FIELDS];
    for (column, field, required) in columns {
        let mut found = names.iter().enumerate().filter(|(_, n)| n == column).map(|(at, _)| at);
        let first = found.next();
        if first.is_none() && *required {
            return Err(BillError::MissingColumn { row: row.number, column: (*column).into() });
        }
        // A second 备注 is a provider's habit; a second amount is two amounts.
        if found.next().is_some() && *required && *field != Field::Note {
            return Err(BillError::ColumnTwice { row: row.number, column: (*column).into() });
        }
        if let Some(place) = places.get_mut(*field as usize) {
            *place = first;
        }
    }
    let last = names.iter().rposition(|n| !n.is_empty()).unwrap_or(0);
    Ok(Some(Header { at, width: last + 1, columns: places }))
}

impl Header {
    fn cell<'t>(&self, row: TableRow<'t>, field: Field) -> &'t str {
        let place = self.columns.get(field as usize).copied().flatten();
        place.map_or("", |column| row.cell(column))
    }

    fn kind(&self, row: TableRow<'_>, field: Field) -> Kind {
        let place = self.columns.get(field as usize).copied().flatten();
        place.map_or(Kind::Text, |column| row.kind(column))
    }

    fn check_width(&self, row: TableRow<'_>, ragged: bool) -> Result<(), BillError> {
        if row.len() < self.width && !ragged {
            return Err(BillError::ShortRow {
                row: row.number,
                cells: row.len(),
                expected: self.width,
            });
        }
        let mut beyond = (self.width..row.len()).map(|c| row.cell(c));
        if beyond.any(|c| !trim(c).is_empty()) {
            return Err(BillError::LongRow { row: row.number, expected: self.width });
        }
        Ok(())
    }

    /// Reads a row below the header; the flag says whether its time had seconds. Where `ragged`, a
    /// short row ends in empty cells.
    pub(crate) fn row<'t>(
        &self,
        row: TableRow<'t>,
        ragged: bool,
        layout: &Layout<'_>,
    ) -> Result<(Reading<'t>, bool), BillError> {
        self.check_width(row, ragged)?;
        let (time, whole) = self.time(row, layout)?;
        let amount = self.amount(row, layout)?;
        let direction = (layout.direction)(trim(self.cell(row, Field::Direction)));
        let shown = |field| text::blank(self.cell(row, field));
        let read = Reading {
            number: row.number,
            time,
            fen: amount.fen,
            direction: if amount.negative { Direction::Out } else { direction },
            // In the order of the fields.
            texts: [
                "",
                shown(Field::Kind),
                shown(Field::Party),
                shown(Field::Item),
                "",
                "",
                shown(Field::Status),
                self.id(row, Field::Id)?,
                self.id(row, Field::OtherId)?,
                shown(Field::Note),
            ],
            refunded: amount.refunded,
        };
        Ok((read, whole))
    }

    fn time(&self, row: TableRow<'_>, layout: &Layout<'_>) -> Result<(Wall, bool), BillError> {
        let when = self.cell(row, Field::Time);
        let time = match self.kind(row, Field::Time) {
            Kind::Number => None,
            Kind::Date => text::time(when),
            Kind::Text => (layout.time)(when),
        };
        time.ok_or_else(|| BillError::Time { row: row.number, text: quoted(when) })
    }

    fn amount(&self, row: TableRow<'_>, layout: &Layout<'_>) -> Result<text::Amount, BillError> {
        let paid = self.cell(row, Field::Amount);
        let amount = text::amount(paid).and_then(|a| {
            let date = self.kind(row, Field::Amount) == Kind::Date;
            let bad = date || (a.negative && !layout.signed);
            if bad { Err(MoneyError::Malformed(quoted(paid))) } else { Ok(a) }
        });
        amount.map_err(|cause| BillError::Amount { row: row.number, cause })
    }

    /// A number of 28 digits that passed through a quantity is lost: the file is refused.
    fn id<'t>(&self, row: TableRow<'t>, field: Field) -> Result<&'t str, BillError> {
        let cell = self.cell(row, field);
        let whole = self.kind(row, field) == Kind::Text;
        let id = text::id(cell).filter(|id| whole || id.is_empty());
        id.ok_or_else(|| BillError::DamagedId { row: row.number, text: quoted(cell) })
    }
}

/// As much of a cell as a refusal quotes.
fn quoted(cell: &str) -> String {
    cell.chars().take(60).collect()
}
