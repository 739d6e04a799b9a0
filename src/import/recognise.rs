//! Which layout a sheet is in, and which sheet of a workbook is the bill.

use super::bill::Format;
use super::error::BillError;
use super::layout::{self, Columns, Header};
use super::mapping::Mapping;
use super::sheet::{Table, TableRow};
use super::text::trim;
use super::{alipay, foreign, wechat};

/// The layout of `table` and its header.
pub(crate) fn recognise(
    table: &Table<'_>,
    mapping: Option<&Mapping>,
) -> Result<(Format, Header), BillError> {
    if let Some(mapping) = mapping {
        let columns: Vec<_> = mapping.columns.named().collect();
        let header = layout::find(table, &columns)?.ok_or_else(|| unknown(table))?;
        return Ok((Format::Mapped, header));
    }
    // Meituan's and JD's headers share names with ours, so theirs are looked for first.
    if let Some(foreign) = foreign::recognise(table) {
        return Err(BillError::Foreign(foreign));
    }
    let csv = !table.ragged;
    let wechat = if csv { Format::WechatCsv } else { Format::WechatXlsx };
    let known: [(Format, Columns<'_>); 2] =
        [(wechat, wechat::COLUMNS), (Format::Alipay, alipay::COLUMNS)];
    let mut holes = Vec::new();
    for (format, columns) in known {
        match layout::find(table, columns) {
            Ok(Some(header)) => return Ok((format, header)),
            Ok(None) => {}
            Err(error) => holes.push((layout::resemblance(table, columns), error)),
        }
    }
    let best = holes.into_iter().max_by_key(|(alike, _)| *alike);
    Err(best.map_or_else(|| unknown(table), |(_, error)| error))
}

/// The row that looks most like a header: the one with the most texts that are no figures.
fn unknown(table: &Table<'_>) -> BillError {
    let rows = (0..table.len().min(layout::HEADER_WITHIN)).filter_map(|at| table.row(at));
    let texts =
        |row: &TableRow<'_>| row.cells().filter(|c| c.chars().any(char::is_alphabetic)).count();
    // The first of the widest, not the last: data follows its header.
    let best = rows.reduce(|best, row| if texts(&row) > texts(&best) { row } else { best });
    let names: Vec<&str> = best.into_iter().flat_map(TableRow::cells).map(trim).collect();
    BillError::Unknown { seen: names.join(",").chars().take(200).collect() }
}

/// Of two reasons to refuse two sheets of one file, the one that says more.
pub(crate) fn closer(before: Option<BillError>, error: BillError) -> BillError {
    match before {
        Some(before) if !matches!(before, BillError::Unknown { .. }) => before,
        _ => error,
    }
}

/// A sheet with a bill, and its place in the workbook.
pub(crate) type Found<'t> = (Format, Header, &'t Table<'t>, usize);

/// Of the sheets that hold a bill, the one that is wanted, or the only one.
pub(crate) fn choose<'t>(
    mut bills: Vec<Found<'t>>,
    wanted: Option<&str>,
    refusal: Option<BillError>,
) -> Result<Found<'t>, BillError> {
    if bills.is_empty() {
        return Err(refusal.unwrap_or(BillError::Empty));
    }
    let names = |bills: &[Found<'_>]| bills.iter().map(|b| b.2.name.clone()).collect();
    if let Some(wanted) = wanted {
        let found = names(&bills);
        let chosen = bills.into_iter().find(|b| b.2.name == wanted);
        return chosen.ok_or(BillError::NoSuchSheet { wanted: wanted.into(), found });
    }
    // A sheet with a header and nothing under it does not compete.
    let full = |b: &Found<'_>| b.2.rows_from(b.1.at + 1).any(|r| !r.is_blank());
    if bills.len() > 1 && bills.iter().any(full) {
        bills.retain(full);
    }
    match bills.pop() {
        Some(only) if bills.is_empty() => Ok(only),
        last => {
            bills.extend(last);
            Err(BillError::TwoSheets(names(&bills)))
        }
    }
}
