//! XLSX → rows of text cells. The archive is bounded and checked before a reader is let near it.

use super::error::BillError;
use super::sheet::{CELLS_MAX, Kind, Table};
use crate::contain::contain;
use calamine::{DataRef, Reader as _, SheetType, Xlsx};
use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The most bytes a workbook may unpack to.
const UNPACKED_MAX: u64 = 256 << 20;
/// The most parts a workbook may have.
const PARTS_MAX: usize = 1_000;
/// The most sheets a workbook may have.
const SHEETS_MAX: usize = 32;
/// Days from the epoch of 1900 to the epoch of 1904.
const EPOCH_1904: i64 = 1_462;

/// The worksheets of a workbook, hidden ones too.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<Table<'static>>, BillError> {
    check(bytes)?;
    // calamine 0.38 counts below zero where a sheet reaches from a later cell to an earlier.
    let impossible = || Err(BillError::Book("what it says of itself cannot be".to_owned()));
    contain(|| read(bytes)).unwrap_or_else(impossible)
}

fn read(bytes: &[u8]) -> Result<Vec<Table<'static>>, BillError> {
    let damaged = |e: calamine::XlsxError| BillError::Book(e.to_string());
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let late = book.has_1904_epoch();
    let found = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
    let names: Vec<String> = found.map(|s| s.name.clone()).collect();
    if names.len() > SHEETS_MAX {
        return Err(BillError::BookTooLarge { max: SHEETS_MAX as u64, unit: "sheets" });
    }
    let mut tables = Vec::new();
    for name in names {
        let mut table = Table::sheet(name.clone());
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
        let mut filling = Filling { row: None, next: 0 };
        // Cells are taken one by one: a sheet that claims a billion empty ones costs nothing.
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            filling.put(&mut table, row, column as usize, cell.get_value(), late)?;
        }
        tables.push(table);
    }
    Ok(tables)
}

/// Unpacks every part once, within bounds, so that checksums hold and no part is a bomb.
fn check(bytes: &[u8]) -> Result<(), BillError> {
    let damaged = |e: &dyn std::fmt::Display| BillError::Book(e.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    if archive.len() > PARTS_MAX {
        return Err(BillError::BookTooLarge { max: PARTS_MAX as u64, unit: "parts" });
    }
    let mut is_book = false;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|e| damaged(&e))?;
        if part.encrypted() {
            return Err(BillError::Locked);
        }
        is_book |= part.name().is_ok_and(|name| name == "xl/workbook.xml");
    }
    if !is_book {
        return Err(BillError::Archive);
    }
    let mut left = UNPACKED_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|e| damaged(&e))?;
        // What a part says of its own size is not believed.
        let mut part = part.take(left.saturating_add(1));
        let len = std::io::copy(&mut part, &mut std::io::sink()).map_err(|e| damaged(&e))?;
        let over = BillError::BookTooLarge { max: UNPACKED_MAX, unit: "bytes" };
        left = left.checked_sub(len).ok_or(over)?;
    }
    Ok(())
}

/// Where the next cell of a table goes.
struct Filling {
    row: Option<u32>,
    next: usize,
}

impl Filling {
    fn put(
        &mut self,
        table: &mut Table<'_>,
        row: u32,
        column: usize,
        value: &DataRef<'_>,
        late: bool,
    ) -> Result<(), BillError> {
        let number = row.saturating_add(1);
        let (text, kind) = spell(value, late, number)?;
        if text.is_empty() {
            return Ok(());
        }
        if self.row != Some(row) {
            if self.row.is_some_and(|before| before > row) {
                return Err(BillError::Book(format!("row {number} comes after a later one")));
            }
            table.begin(number)?;
            (self.row, self.next) = (Some(row), 0);
        }
        if column < self.next {
            return Err(BillError::Book(format!("row {number} gives a cell twice")));
        }
        if column >= CELLS_MAX {
            return Err(BillError::TooWide { row: number, max: CELLS_MAX });
        }
        for _ in self.next..column {
            table.end_cell(Kind::Text)?;
        }
        table.add(&text)?;
        table.end_cell(kind)?;
        self.next = column + 1;
        Ok(())
    }
}

/// A cell as text. A number is spelled by the shortest decimal that means it, so that the
/// `548.58000000000004` of a file is `548.58` again.
fn spell<'a>(
    value: &'a DataRef<'_>,
    late: bool,
    row: u32,
) -> Result<(std::borrow::Cow<'a, str>, Kind), BillError> {
    Ok(match value {
        DataRef::SharedString(text) => ((*text).into(), Kind::Text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (text.as_str().into(), Kind::Text)
        }
        DataRef::Int(number) => (number.to_string().into(), Kind::Number),
        DataRef::Float(number) => (number.to_string().into(), Kind::Number),
        DataRef::DateTime(serial) => {
            let text = serial.as_f64().to_string();
            let time = date(&text, late).ok_or(BillError::Time { row, text })?;
            (time.into(), Kind::Date)
        }
        DataRef::Bool(truth) => (truth.to_string().into(), Kind::Number),
        DataRef::Error(error) => (error.to_string().into(), Kind::Number),
        DataRef::Empty => ("".into(), Kind::Text),
    })
}

/// A date serial as `2026-09-24 11:40:58`, rounded to the second; `None` outside 2000 to 2199.
fn date(serial: &str, late: bool) -> Option<String> {
    let days: Decimal = serial.parse().ok()?;
    let seconds = days.checked_mul(Decimal::from(86_400))?.round().to_i64()?;
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let shift = if late { EPOCH_1904 * 86_400 } else { 0 };
    let time = epoch.checked_add_signed(TimeDelta::try_seconds(seconds.checked_add(shift)?)?)?;
    Some(crate::domain::time::Wall::from_naive(time)?.to_string().replace('T', " "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_rounded_to_the_second() {
        for (serial, time) in [
            ("46289.48678240741", "2026-09-24 11:40:58"),
            ("46293.96523148148", "2026-09-28 23:09:56"),
            ("46295.84104166667", "2026-09-30 20:11:06"),
            ("46295.999999", "2026-10-01 00:00:00"),
        ] {
            assert_eq!(date(serial, false).unwrap(), time, "{serial}");
        }
        assert_eq!(date("44827.48678240741", true).unwrap(), "2026-09-24 11:40:58");
        for bad in ["0.5", "1e9", "NaN", "inf", "-1", "1000000"] {
            assert_eq!(date(bad, false), None, "{bad}");
        }
    }
}
