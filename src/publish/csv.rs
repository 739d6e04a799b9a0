//! `csv/2026-11.csv`: the money of a month in and out, for a spreadsheet.
//!
//! RFC 4180: a comma between cells, CRLF after each row, the first row names the columns. It begins
//! with a byte order mark: without one, Excel on a Chinese Windows takes the file for GBK and shows
//! rubbish, and every other reader passes over it. Amounts are yuan with two digits, without sign:
//! the column `direction` says which way, in the words of the filters on the month's page. A place
//! stands behind `#`, for `3/1` alone becomes a date.

use super::FactError;
use super::history::History;
use super::money::{MoneyRow, of_month};
use super::path::Month;
use crate::domain::text::{Id, Lang, Place};

/// Says that the file is UTF-8.
const MARK: &str = "\u{feff}";

/// The columns.
const HEAD: [&str; 14] = [
    "日期 day",
    "记账时间 recorded",
    "收支",
    "direction",
    "类别",
    "kind",
    "笔数 count",
    "金额（元） yuan",
    "出自账户 from",
    "入账户 to",
    "学生代号 student",
    "位置 entry",
    "针对 of",
    "说明 note",
];

/// The table of `month`; `None` if it has no closed day.
pub(super) fn month(history: &History<'_>, month: Month) -> Result<Option<Vec<u8>>, FactError> {
    if history.in_month(month).is_empty() {
        return Ok(None);
    }
    let money = of_month(history, month)?;
    let mut out = String::from(MARK);
    push_row(&mut out, &HEAD.map(str::to_owned));
    for row in &money.rows {
        push_row(&mut out, &cells(row));
    }
    if money.rest > 0 {
        let rest = money.rest;
        let mut last: [String; HEAD.len()] = Default::default();
        if let Some(note) = last.last_mut() {
            *note = format!("另有 {rest} 行，见账本 {rest} more rows are in the ledger");
        }
        push_row(&mut out, &last);
    }
    Ok(Some(out.into()))
}

fn cells(row: &MoneyRow) -> [String; HEAD.len()] {
    let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
    let place = |place: Option<Place>| place.map(|at| format!("#{at}")).unwrap_or_default();
    let (zh, en) = (row.kind.name(Lang::Zh), row.kind.word());
    let (zh, en) = if row.reversal {
        (format!("冲正{zh}"), format!("reversal-{en}"))
    } else {
        (zh.to_owned(), en.to_owned())
    };
    [
        row.day.to_string(),
        row.at.wall.to_string().replace('T', " "),
        row.way.name(Lang::Zh).to_owned(),
        row.way.word().to_owned(),
        zh,
        en,
        row.count.to_string(),
        row.fen.to_string(),
        id(row.from),
        id(row.to),
        id(row.student),
        place(row.place),
        place(row.of),
        row.why.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// One row of a table (RFC 4180), in which nothing is a formula.
pub fn table_row(cells: &[String]) -> String {
    let mut out = String::new();
    push_row(&mut out, cells);
    out
}

/// One cell of a table, in which nothing is a formula.
pub fn table_cell(cell: &str) -> String {
    let mut out = String::new();
    push_cell(&mut out, cell);
    out
}

fn push_row(out: &mut String, cells: &[String]) {
    for (cell, at) in cells.iter().zip(0..) {
        if at > 0 {
            out.push(',');
        }
        push_cell(out, cell);
    }
    out.push_str("\r\n");
}

/// Writes one cell. What a spreadsheet would run as a formula gets an apostrophe before it, so that
/// it stays text whoever wrote it.
fn push_cell(out: &mut String, cell: &str) {
    let runs =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
    let cell = if cell.starts_with(runs) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\t', '\r', '\n']) || cell.trim() != cell {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_and_never_a_formula() {
        for (cell, written) in [
            ("2026-11-22", "2026-11-22"),
            ("1.00", "1.00"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("重复记账，改", "重复记账，改"),
            ("a, b", "\"a, b\""),
            (" =1", "\" =1\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("a\nb", "\"a\nb\""),
        ] {
            let mut out = String::new();
            push_cell(&mut out, cell);
            assert_eq!(out, written, "{cell:?}");
        }
    }
}
