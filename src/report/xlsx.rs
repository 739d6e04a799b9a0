//! A report as an XLSX workbook (ECMA-376): one sheet a form, nothing in it but texts and numbers.
//!
//! An amount is a number of yuan with its two digits, written as decimal text and never as a float.
//! Spreadsheets keep 15 digits of a number: a greater amount is written as text, and stays exact.

use super::table::{Cell, Column, Filled, Report, Row, Table, Weight};
use crate::domain::text::Lang;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEETML: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// The greatest amount that a spreadsheet keeps to the fen: 15 digits.
const EXACT: u128 = 999_999_999_999_999;

/// How cells look; the number is that of a style in [`styles`].
#[derive(Clone, Copy)]
enum Look {
    Plain = 0,
    Bold = 1,
    Yuan = 2,
    Sum = 3,
    Head = 4,
    Title = 5,
    Inner = 6,
}

/// The whole report.
///
/// # Errors
/// What the ZIP writer reports; in memory only an archive beyond 4 GiB.
pub fn report(report: &Report) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let count = report.forms.len();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), content_types(count)),
        ("_rels/.rels".into(), relations(&[("officeDocument", "xl/workbook.xml".into())])),
        ("xl/workbook.xml".into(), workbook(&report.forms)),
        ("xl/_rels/workbook.xml.rels".into(), workbook_relations(count)),
        ("xl/styles.xml".into(), styles()),
    ];
    for (form, number) in report.forms.iter().zip(1..) {
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet(report, form)));
    }
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The rows of a sheet under construction.
#[derive(Default)]
struct Rows {
    text: String,
    height: usize,
    width: usize,
}

impl Rows {
    fn row(&mut self, cells: impl IntoIterator<Item = (Value, Look)>) {
        self.height += 1;
        let _ = write!(self.text, r#"<row r="{}">"#, self.height);
        for ((value, look), column) in cells.into_iter().zip(0..) {
            self.width = self.width.max(column + 1);
            let (at, style) = (format!("{}{}", letters(column), self.height), look as u8);
            let _ = match value {
                Value::Nothing => write!(self.text, r#"<c r="{at}" s="{style}"/>"#),
                Value::Number(number) => {
                    write!(self.text, r#"<c r="{at}" s="{style}"><v>{number}</v></c>"#)
                }
                Value::Text(text) => write!(
                    self.text,
                    r#"<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                    escaped(&text)
                ),
            };
        }
        self.text.push_str("</row>");
    }
}

/// What is written into a cell.
enum Value {
    Nothing,
    Number(String),
    Text(String),
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Nothing => Value::Nothing,
        Cell::Yuan(net) if net.fen().unsigned_abs() <= EXACT => Value::Number(net.to_string()),
        Cell::Yuan(net) => Value::Text(net.to_string()),
        Cell::Count(count) => Value::Text(count.to_string()),
        Cell::Share(_) => Value::Text(cell.people(Lang::Zh)),
        Cell::Word(told) if told.zh == told.en => Value::Text(told.zh.clone()),
        Cell::Word(told) => Value::Text(format!("{} {}", told.zh, told.en)),
    }
}

fn sheet(report: &Report, filled: &Filled) -> String {
    let (form, state) = (filled.form.both(), report.state());
    let text = |text: String, look| (Value::Text(text), look);
    let mut rows = Rows::default();
    rows.row([text(format!("{} {}", form.0, form.1), Look::Title)]);
    let (fund, holder) = (&report.fund, &report.holder);
    rows.row([text(format!("编制单位 prepared by：{fund}（{holder}）"), Look::Plain)]);
    let unit = if filled.form.in_yuan() { "，单位：元 in yuan" } else { "" };
    let title = format!("{} {}{unit}", report.title(Lang::Zh), report.title(Lang::En));
    rows.row([text(title, Look::Plain)]);
    rows.row([text(format!("{} {}", state.zh, state.en), Look::Plain)]);
    for table in &filled.tables {
        rows.height += 1;
        if let Some(name) = &table.name {
            rows.row([text(format!("{} {}", name.zh, name.en), Look::Bold)]);
        }
        self::table(&mut rows, table);
    }
    rows.height += 1;
    for note in &filled.notes {
        rows.row([text(note.zh.clone(), Look::Plain)]);
        rows.row([text(note.en.clone(), Look::Plain)]);
    }
    let width = |column| if column < 2 { 34 } else { 18 };
    let columns = (0..rows.width.max(2)).map(|column| {
        let (at, width) = (column + 1, width(column));
        format!(r#"<col min="{at}" max="{at}" width="{width}" customWidth="1"/>"#)
    });
    [
        &format!(r#"{XML}<worksheet xmlns="{MAIN}">"#),
        r#"<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>"#,
        &format!("<cols>{}</cols><sheetData>", columns.collect::<String>()),
        &*rows.text,
        r#"</sheetData><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>"#,
    ]
    .concat()
}

fn table(rows: &mut Rows, table: &Table) {
    let name = |column: &Column| format!("{} {}", column.name.zh, column.name.en);
    let head = [table.of.zh.clone(), table.of.en.clone()];
    let head = head.into_iter().chain(table.columns.iter().map(name));
    rows.row(head.map(|text| (Value::Text(text), Look::Head)));
    for Row { weight, name, cells, .. } in &table.rows {
        let (named, figure) = match weight {
            Weight::Head => (Look::Bold, Look::Bold),
            Weight::Item => (Look::Plain, Look::Yuan),
            Weight::Part => (Look::Inner, Look::Yuan),
            Weight::Total => (Look::Bold, Look::Sum),
        };
        let names = [&name.zh, &name.en].map(|name| (Value::Text(name.clone()), named));
        let cells = cells.iter().map(|cell| (value(cell), figure));
        rows.row(names.into_iter().chain(cells));
    }
}

/// A column as spreadsheets name it: `A` … `Z`, `AA` …
fn letters(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    if column < 26 { letter.to_string() } else { format!("{}{letter}", letters(column / 26 - 1)) }
}

/// Text as XML holds it; what XML has no place for is left out.
fn escaped(text: &str) -> String {
    let fine = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().filter(fine).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn content_types(sheets: usize) -> String {
    let part = |name: &str, kind: &str| {
        format!(r#"<Override PartName="/xl/{name}" ContentType="{SHEETML}.{kind}+xml"/>"#)
    };
    let sheets = (1..=sheets).map(|n| part(&format!("worksheets/sheet{n}.xml"), "worksheet"));
    let relations = "application/vnd.openxmlformats-package.relationships+xml";
    [
        format!(r#"{XML}<Types xmlns="{PACKAGE}/content-types">"#),
        format!(r#"<Default Extension="rels" ContentType="{relations}"/>"#),
        part("workbook.xml", "sheet.main"),
        part("styles.xml", "styles"),
        sheets.collect(),
        "</Types>".into(),
    ]
    .concat()
}

fn relations(targets: &[(&str, String)]) -> String {
    let mut out = format!(r#"{XML}<Relationships xmlns="{PACKAGE}/relationships">"#);
    for (number, (kind, target)) in (1..).zip(targets) {
        let _ = write!(
            out,
            r#"<Relationship Id="rId{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>"#
        );
    }
    out + "</Relationships>"
}

fn workbook_relations(sheets: usize) -> String {
    let sheets = (1..=sheets).map(|n| ("worksheet", format!("worksheets/sheet{n}.xml")));
    relations(&sheets.chain([("styles", "styles.xml".to_owned())]).collect::<Vec<_>>())
}

fn workbook(forms: &[Filled]) -> String {
    let sheet = |(filled, number): (&Filled, usize)| {
        let name = filled.form.both().0;
        format!(r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#)
    };
    let sheets: String = forms.iter().zip(1..).map(sheet).collect();
    format!(
        r#"{XML}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{sheets}</sheets></workbook>"#
    )
}

/// The styles that [`Look`] numbers: plain, bold, and numbers with two digits.
fn styles() -> String {
    let font = |size, bold| format!(r#"<font>{bold}<sz val="{size}"/><name val="宋体"/></font>"#);
    let fonts = [font(11, ""), font(11, "<b/>"), font(16, "<b/>")].concat();
    let style = |(number, font, more): (u8, u8, &str)| {
        format!(
            r#"<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1">{more}</xf>"#
        )
    };
    let wrap = r#"<alignment wrapText="1" horizontal="center"/>"#;
    let indent = r#"<alignment indent="1"/>"#;
    let looks =
        [(0, 0, ""), (0, 1, ""), (4, 0, ""), (4, 1, ""), (0, 1, wrap), (0, 2, ""), (0, 0, indent)];
    [
        format!(r#"{XML}<styleSheet xmlns="{MAIN}"><fonts count="3">{fonts}</fonts>"#),
        r#"<fills count="1"><fill><patternFill patternType="none"/></fill></fills>"#.into(),
        r#"<borders count="1"><border/></borders>"#.into(),
        r#"<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>"#.into(),
        format!(
            r#"<cellXfs count="{}">{}</cellXfs></styleSheet>"#,
            looks.len(),
            looks.map(style).concat()
        ),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_on_after_z() {
        for (column, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
        {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_text_can_neither_end_its_cell_nor_break_the_file() {
        assert_eq!(escaped("a</t>&\u{1}\u{ffff}\n=1"), "a&lt;/t&gt;&amp;=1");
    }
}
