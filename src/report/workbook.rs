//! XLSX workbooks (ECMA-376): sheets of rows, nothing in them but texts and numbers.
//!
//! An amount is a number of yuan with its two digits, written as decimal text and never as a float.
//! Spreadsheets keep 15 digits of a number: a greater amount is written as text, and stays exact.

use super::net::Net;
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
pub enum Look {
    /// Like any text.
    Plain = 0,
    /// Bold.
    Bold = 1,
    /// An amount.
    Yuan = 2,
    /// An amount that sums others up.
    Sum = 3,
    /// The head of a column.
    Head = 4,
    /// The title of a sheet.
    Title = 5,
    /// A part of what stands above it.
    Inner = 6,
}

/// What is written into a cell.
pub enum Value {
    /// Nothing.
    Nothing,
    /// A number, as decimal text.
    Number(String),
    /// A text.
    Text(String),
}

impl Value {
    /// An amount: a number where a spreadsheet keeps it exactly.
    pub fn yuan(net: Net) -> Value {
        if net.fen().unsigned_abs() <= EXACT {
            Value::Number(net.to_string())
        } else {
            Value::Text(net.to_string())
        }
    }
}

/// A sheet under construction.
#[derive(Default)]
pub struct Sheet {
    /// What it is called: at most 31 characters, no two alike, and none of `[]:*?/\`.
    pub name: String,
    /// How wide its columns are, in characters; the last goes for all that follow.
    pub widths: Vec<u32>,
    text: String,
    height: usize,
    width: usize,
}

impl Sheet {
    /// A sheet without rows.
    pub fn new(name: impl Into<String>, widths: &[u32]) -> Sheet {
        Sheet { name: name.into(), widths: widths.to_vec(), ..Sheet::default() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = (Value, Look)>) {
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

    /// Adds a row with one text.
    pub fn line(&mut self, text: impl Into<String>, look: Look) {
        self.row([(Value::Text(text.into()), look)]);
    }

    /// Leaves a row free.
    pub fn gap(&mut self) {
        self.height += 1;
    }

    /// The sheet's part: printed on A4 on its side, as wide as a page.
    fn part(&self) -> String {
        let last = self.widths.last().copied().unwrap_or(18);
        let widths = self.widths.iter().copied().chain(std::iter::repeat(last));
        let columns = widths.take(self.width.max(1)).zip(1_u32..).map(|(width, at)| {
            format!(r#"<col min="{at}" max="{at}" width="{width}" customWidth="1"/>"#)
        });
        [
            &format!(r#"{XML}<worksheet xmlns="{MAIN}">"#),
            r#"<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>"#,
            &format!("<cols>{}</cols><sheetData>", columns.collect::<String>()),
            &*self.text,
            r#"</sheetData><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>"#,
        ]
        .concat()
    }
}

/// A workbook with these sheets.
///
/// # Errors
/// What the ZIP writer reports; in memory only an archive beyond 4 GiB.
pub fn workbook(sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let count = sheets.len();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), content_types(count)),
        ("_rels/.rels".into(), relations(&[("officeDocument", "xl/workbook.xml".into())])),
        ("xl/workbook.xml".into(), contents(sheets)),
        ("xl/_rels/workbook.xml.rels".into(), sheet_relations(count)),
        ("xl/styles.xml".into(), styles()),
    ];
    for (sheet, number) in sheets.iter().zip(1..) {
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet.part()));
    }
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
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

fn sheet_relations(sheets: usize) -> String {
    let sheets = (1..=sheets).map(|n| ("worksheet", format!("worksheets/sheet{n}.xml")));
    relations(&sheets.chain([("styles", "styles.xml".to_owned())]).collect::<Vec<_>>())
}

fn contents(sheets: &[Sheet]) -> String {
    let sheet = |(sheet, number): (&Sheet, usize)| {
        let name = escaped(&sheet.name).replace('"', "&quot;");
        format!(r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#)
    };
    let sheets: String = sheets.iter().zip(1..).map(sheet).collect();
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
