//! WeChat's XLSX bills: the text layout of July 2025 and the numeric one of March 2026.

use super::{Sample, WECHAT_COLUMNS, wechat_cells, wechat_preamble};
use crate::domain::time::Wall;
use chrono::{NaiveDate, Timelike};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const NAMESPACE: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEETML: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// A WeChat bill as XLSX, the layout of July 2025: every cell is text, amounts `¥1.00`.
///
/// # Errors
/// What the ZIP writer reports; in memory only an archive beyond 4 GiB.
pub fn wechat_xlsx_2025(sample: &Sample) -> io::Result<Vec<u8>> {
    let mut book = Book::default();
    book.preamble(&wechat_preamble(sample, false));
    book.texts(&WECHAT_COLUMNS.map(String::from));
    for row in &sample.rows {
        book.texts(&wechat_cells(row));
    }
    book.finish()
}

/// A WeChat bill as XLSX, the layout of March 2026: amounts are numbers shown as `¥#,##0.00`,
/// times are date serials of the 1900 epoch, and a fourth note names the time zone.
///
/// # Errors
/// What the ZIP writer reports; in memory only an archive beyond 4 GiB.
pub fn wechat_xlsx_2026(sample: &Sample) -> io::Result<Vec<u8>> {
    let mut book = Book::default();
    book.preamble(&wechat_preamble(sample, true));
    book.texts(&WECHAT_COLUMNS.map(String::from));
    for row in &sample.rows {
        book.numbered(row.time, &row.fen.to_string(), &wechat_cells(row));
    }
    book.finish()
}

/// One sheet under construction.
#[derive(Default)]
struct Book {
    rows: String,
    height: u32,
    strings: Vec<String>,
    places: HashMap<String, usize>,
}

impl Book {
    /// Writes the lines above the header; a blank line leaves a gap in the row numbers.
    fn preamble(&mut self, lines: &[String]) {
        for line in lines {
            if line.is_empty() {
                self.height += 1;
            } else {
                self.texts(std::slice::from_ref(line));
            }
        }
    }

    /// Writes a row of shared strings.
    fn texts(&mut self, cells: &[String]) {
        self.open();
        for (column, text) in ('A'..='K').zip(cells) {
            self.shared(column, text);
        }
        self.rows.push_str("</row>");
    }

    /// Writes a row whose time is a serial and whose amount is a number.
    fn numbered(&mut self, time: Wall, yuan: &str, cells: &[String; 11]) {
        self.open();
        for (column, text) in ('A'..='K').zip(cells) {
            match column {
                'A' => self.number(column, 1, &serial(time)),
                'F' => self.number(column, 2, bare(yuan)),
                // An empty cell stands there, styled and without a value.
                'K' if text == "/" => {
                    let _ = write!(self.rows, r#"<c r="{column}{}" s="2"/>"#, self.height);
                }
                _ => self.shared(column, text),
            }
        }
        self.rows.push_str("</row>");
    }

    fn open(&mut self) {
        self.height += 1;
        let _ = write!(self.rows, r#"<row r="{}">"#, self.height);
    }

    fn number(&mut self, column: char, style: u8, value: &str) {
        let height = self.height;
        let _ = write!(self.rows, r#"<c r="{column}{height}" s="{style}"><v>{value}</v></c>"#);
    }

    fn shared(&mut self, column: char, text: &str) {
        let next = self.strings.len();
        let place = *self.places.entry(text.to_owned()).or_insert(next);
        if place == next {
            self.strings.push(text.to_owned());
        }
        let _ = write!(self.rows, r#"<c r="{column}{}" t="s"><v>{place}</v></c>"#, self.height);
    }

    /// Packs the parts; the same rows always give the same bytes.
    fn finish(self) -> io::Result<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let sheet = [
            &format!(r#"{XML}<worksheet xmlns="{NAMESPACE}">"#),
            &format!(r#"<dimension ref="A1:K{}"/><sheetData>"#, self.height),
            &*self.rows,
            "</sheetData></worksheet>",
        ]
        .concat();
        let parts = [
            ("[Content_Types].xml", content_types()),
            ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", workbook()),
            ("xl/_rels/workbook.xml.rels", workbook_relations()),
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/styles.xml", styles()),
            ("xl/sharedStrings.xml", self.shared_strings()),
        ];
        for (name, text) in parts {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }

    fn shared_strings(&self) -> String {
        let mut out = format!(r#"{XML}<sst xmlns="{NAMESPACE}">"#);
        for text in &self.strings {
            let _ = write!(out, r#"<si><t xml:space="preserve">{}</t></si>"#, escaped(text));
        }
        out + "</sst>"
    }
}

/// Days since 1899-12-30 with the seconds as a fraction: `46289.48678240741`.
fn serial(time: Wall) -> String {
    let naive = time.naive();
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    let days = (naive.date() - epoch).num_days();
    let seconds = u64::from(naive.time().num_seconds_from_midnight());
    // Eleven digits tell seconds apart a thousand times over.
    let fraction = (seconds * 100_000_000_000 + 43_200) / 86_400;
    bare(&format!("{days}.{fraction:011}")).to_owned()
}

/// A decimal without the zeros a number cell does not keep: `12.50` → `12.5`, `12.00` → `12`.
fn bare(decimal: &str) -> &str {
    decimal.trim_end_matches('0').trim_end_matches('.')
}

fn escaped(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // A bare CR would be read back as LF (XML 1.0 section 2.11).
    plain.replace('\r', "&#13;")
}

fn content_types() -> String {
    let part = |name: &str, kind: &str| {
        format!(r#"<Override PartName="/xl/{name}" ContentType="{SHEETML}.{kind}+xml"/>"#)
    };
    let relations = "application/vnd.openxmlformats-package.relationships+xml";
    [
        format!(r#"{XML}<Types xmlns="{PACKAGE}/content-types">"#),
        format!(r#"<Default Extension="rels" ContentType="{relations}"/>"#),
        part("workbook.xml", "sheet.main"),
        part("worksheets/sheet1.xml", "worksheet"),
        part("styles.xml", "styles"),
        part("sharedStrings.xml", "sharedStrings"),
        "</Types>".into(),
    ]
    .concat()
}

fn relations(targets: &[(&str, &str)]) -> String {
    let mut out = format!(r#"{XML}<Relationships xmlns="{PACKAGE}/relationships">"#);
    for (number, (kind, target)) in (1..).zip(targets) {
        let _ = write!(
            out,
            r#"<Relationship Id="rId{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>"#
        );
    }
    out + "</Relationships>"
}

fn workbook_relations() -> String {
    relations(&[
        ("worksheet", "worksheets/sheet1.xml"),
        ("styles", "styles.xml"),
        ("sharedStrings", "sharedStrings.xml"),
    ])
}

fn workbook() -> String {
    [
        format!(r#"{XML}<workbook xmlns="{NAMESPACE}" xmlns:r="{DOCUMENT}">"#),
        r#"<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#.into(),
    ]
    .concat()
}

/// Style 1 shows a serial as a date, style 2 a number as yuan.
fn styles() -> String {
    let formats = [(164, "yyyy-mm-dd hh:mm:ss"), (165, "¥#,##0.00")];
    let format = |(id, code)| format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#);
    let style = |id| format!(r#"<xf numFmtId="{id}" applyNumberFormat="1"/>"#);
    [
        format!(r#"{XML}<styleSheet xmlns="{NAMESPACE}"><numFmts count="2">"#),
        formats.map(format).concat(),
        r#"</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>"#
            .into(),
        r#"<fills count="1"><fill><patternFill patternType="none"/></fill></fills>"#.into(),
        r#"<borders count="1"><border/></borders>"#.into(),
        r#"<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>"#.into(),
        format!(
            r#"<cellXfs count="3">{}</cellXfs></styleSheet>"#,
            [0, 164, 165].map(style).concat()
        ),
    ]
    .concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_the_one_a_spreadsheet_writes() {
        for (time, expected) in [
            ("2026-09-24T11:40:58", "46289.48678240741"),
            ("2026-09-28T23:09:56", "46293.96523148148"),
            ("2026-09-30T20:11:06", "46295.84104166667"),
            ("2026-10-01T00:00:00", "46296"),
        ] {
            assert_eq!(serial(Wall::parse(time.as_bytes()).unwrap()), expected);
        }
    }
}
