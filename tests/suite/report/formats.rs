//! A report in every format: the same figures, and nothing that runs.

use super::{Year, made, year};
use crate::town::Town;
use calamine::{Data, Reader as _, Xlsx};
use std::io::Cursor;
use yishan::report::table::{Cell, Report};
use yishan::report::{csv, html, json, xlsx};

/// What a spreadsheet shows in a sheet, row by row.
pub(crate) fn sheets(bytes: Vec<u8>) -> Vec<Vec<Vec<Data>>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names().clone();
    let rows = |name: &String| {
        let range = book.worksheet_range(name).unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    };
    names.iter().map(rows).collect()
}

/// Every cell of every table stands in the CSV file, the workbook, the page to be printed and the
/// page data, and is the same there.
pub(super) fn same_everywhere(report: &Report) {
    let text = csv::report(report);
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let plain: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let (mut plain, page) = (plain.iter(), html::report(report));
    let mut printed =
        page.split("<t").filter(|piece| piece.starts_with("d>") || piece.starts_with("d "));
    let data = json::report(report);
    let sheets = sheets(xlsx::report(report).unwrap());
    assert_eq!(sheets.len(), report.forms.len());
    for (at, (filled, sheet)) in report.forms.iter().zip(&sheets).enumerate() {
        let mut sheet = sheet.iter();
        for (number, table) in filled.tables.iter().enumerate() {
            let head = |row: &&Vec<String>| row.first().is_some_and(|cell| *cell == table.of.zh);
            plain.by_ref().find(head).unwrap();
            let head = |row: &&Vec<Data>| row.first() == Some(&Data::String(table.of.zh.clone()));
            sheet.by_ref().find(head).unwrap();
            for (number_of_row, row) in table.rows.iter().enumerate() {
                let (plain, sheet) = (plain.next().unwrap(), sheet.next().unwrap());
                let data = &data["forms"][at]["tables"][number]["rows"][number_of_row];
                assert_eq!(data["row"], row.key.as_str());
                assert_eq!(plain.len(), row.cells.len() + 2, "{plain:?}");
                for (column, cell) in row.cells.iter().enumerate() {
                    let printed = printed.next().unwrap().split_once('>').unwrap().1;
                    same(
                        cell,
                        &plain[column + 2],
                        &sheet[column + 2],
                        printed,
                        &data["cells"][column],
                    );
                }
            }
        }
    }
    assert_eq!(printed.next(), None, "the page shows a cell more");
}

fn same(cell: &Cell, plain: &str, sheet: &Data, printed: &str, data: &serde_json::Value) {
    let printed = printed.split("</td>").next().unwrap();
    match cell {
        Cell::Yuan(net) => {
            assert_eq!(plain, net.to_string());
            assert_eq!(printed, net.grouped());
            assert_eq!(i128::from(data.as_i64().unwrap()), net.fen());
            match sheet {
                // Rounding to the fen is for the test alone: the file holds decimal text.
                Data::Float(yuan) => {
                    assert_eq!(format!("{yuan:.2}"), net.to_string());
                }
                Data::Int(yuan) => assert_eq!(format!("{yuan}.00"), net.to_string()),
                other => panic!("{net} is {other:?} in the workbook"),
            }
        }
        Cell::Nothing => assert_eq!((plain, printed, data.is_null()), ("", "", true)),
        Cell::Count(count) => {
            assert_eq!((plain, data.as_u64()), (&*count.to_string(), Some(*count)));
        }
        Cell::Share(part) => {
            assert_eq!((plain, data.as_u64()), (&*part.to_string(), Some(part.get())));
        }
        Cell::Word(told) => {
            assert!(plain.trim_start_matches('\'').starts_with(&told.zh), "{plain}");
            let text = if told.zh.is_empty() {
                matches!(sheet, Data::Empty | Data::String(_))
            } else {
                matches!(sheet, Data::String(_))
            };
            assert!(text, "{told:?} is {sheet:?} in the workbook");
        }
    }
}

#[test]
fn nothing_that_somebody_wrote_becomes_a_formula_or_a_mark() {
    let report = made(&year().town, "2026-12", "2027-01-10");
    let text = csv::report(&report);
    for cell in ["'+students", "'=twice"] {
        assert!(text.contains(cell), "{cell}");
    }
    for (line, first) in text.lines().flat_map(|line| line.split(',').map(move |cell| (line, cell)))
    {
        let sign = first.trim_start_matches('"').chars().next();
        let number = first
            .strip_prefix('-')
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        assert!(number || !sign.is_some_and(|c| "=+-@".contains(c)), "{first} in {line}");
    }
    let page = html::report(&report);
    assert!(page.contains("课外书 &lt;script&gt;") && !page.contains("<script"));
    assert!(page.contains("日行一善 &lt;b&gt;") && !page.contains("<b>"));
    let mut zip = zip::ZipArchive::new(Cursor::new(xlsx::report(&report).unwrap())).unwrap();
    for at in 0..zip.len() {
        let part = std::io::read_to_string(zip.by_index(at).unwrap()).unwrap();
        assert!(!part.contains("<f>") && !part.contains("<f "), "a formula");
    }
}

#[test]
fn an_amount_beyond_what_a_spreadsheet_keeps_is_written_as_text() {
    let mut year = Year { town: Town::founded("Town Fund"), paid: 0 };
    year.write("chen", &[r#"{"gift":{"fen":9007199254740991,"to":"wx",$}}"#]);
    let on = year.town.close();
    let report = made(&year.town, &on.to_string(), "2026-12-01");
    let sheets = sheets(xlsx::report(&report).unwrap());
    let all: Vec<_> = sheets.iter().flatten().flatten().collect();
    assert!(all.contains(&&Data::String("90071992547409.91".into())));
    assert!(!all.iter().any(|cell| matches!(cell, Data::Float(yuan) if *yuan > 9e13)));
    assert!(html::report(&report).contains("90,071,992,547,409.91"));
}
