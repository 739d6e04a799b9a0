//! A bill: bytes in, rows out, or the reason why not.

use super::error::{BillError, Warning};
use super::layout::{self, Columns, Header};
use super::mapping::Mapping;
use super::preamble::{self, Declared, Preamble};
use super::reason::{Doubt, Voided};
use super::row::{Class, Row};
use super::sheet::{self, FILE_MAX, Table};
use super::{alipay, book, foreign, generic, wechat};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// The layout a bill is in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Format {
    /// WeChat personal bill, CSV.
    WechatCsv,
    /// WeChat personal bill, XLSX.
    WechatXlsx,
    /// Alipay personal bill of the phone.
    Alipay,
    /// Read as a mapping says.
    Mapped,
}

impl Format {
    /// Its name in Chinese or English.
    pub fn text(self, zh: bool) -> &'static str {
        match (self, zh) {
            (Format::WechatCsv, true) => "微信支付账单（CSV）",
            (Format::WechatCsv, false) => "WeChat bill (CSV)",
            (Format::WechatXlsx, true) => "微信支付账单（XLSX）",
            (Format::WechatXlsx, false) => "WeChat bill (XLSX)",
            (Format::Alipay, true) => "支付宝账单",
            (Format::Alipay, false) => "Alipay bill",
            (Format::Mapped, true) => "按映射读取的表格",
            (Format::Mapped, false) => "mapped CSV",
        }
    }
}

/// A bill that was read whole.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bill {
    /// The layout it is in.
    pub format: Format,
    /// The name of the file, without folders.
    pub file: String,
    /// SHA-256 of the file, as 64 hex digits.
    pub digest: String,
    /// The sheet that was read; empty for CSV.
    pub sheet: String,
    /// The first and last second it covers.
    pub period: Option<(Wall, Wall)>,
    /// When it was exported.
    pub exported_at: Option<Wall>,
    /// 导出类型: `全部`, `全部收入`, …
    pub export_kind: Option<String>,
    /// The totals it declares.
    pub declared: Declared,
    /// Its rows, in the order of the file.
    pub rows: Vec<Row>,
    /// Whether its times have seconds.
    pub seconds: bool,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}

impl Bill {
    /// Reads a bill, recognising its layout by its content, never by its name.
    ///
    /// With a mapping, the file is read as the mapping says and as nothing else. A workbook of
    /// which two sheets hold rows is refused: [`Bill::read_sheet`] names one.
    pub fn read(
        bytes: &[u8],
        file_name: &str,
        mapping: Option<&Mapping>,
    ) -> Result<Bill, BillError> {
        Bill::read_sheet(bytes, file_name, mapping, None)
    }

    /// Reads the bill on the sheet called `wanted`, or on the only one that has a bill.
    pub fn read_sheet(
        bytes: &[u8],
        file_name: &str,
        mapping: Option<&Mapping>,
        wanted: Option<&str>,
    ) -> Result<Bill, BillError> {
        let tables = tables(bytes, mapping)?;
        let mut bills = Vec::new();
        let mut refusal = None;
        for table in &tables {
            match recognise(table, mapping) {
                Ok((format, header)) => bills.push((format, header, table)),
                Err(error) => refusal = Some(closer(refusal, error)),
            }
        }
        let (format, header, table) = choose(bills, wanted, refusal)?;
        let mut bill = read_rows(format, &header, table, mapping)?;
        bill.file = file_name.rsplit(['/', '\\']).next().map(Into::into).unwrap_or_default();
        bill.digest = hex(&Sha256::digest(bytes));
        bill.settle(table);
        Ok(bill)
    }

    /// Count and sum of the rows that went in `direction`.
    pub fn total(&self, direction: super::Direction) -> (u64, Fen) {
        // The sum was taken once while reading, so it is in range.
        preamble::sum(&self.rows, direction).unwrap_or_default()
    }

    /// Looks at the rows together: amounts of nothing, missing and repeated numbers, a cut end.
    fn settle(&mut self, table: &Table) {
        for row in &mut self.rows {
            if row.key().is_none() && !moves(&row.class) {
                continue;
            }
            if row.fen == Fen::ZERO {
                row.class = Class::Doubtful(Doubt::NoAmount);
            } else if row.id.is_empty() {
                row.class = Class::Doubtful(Doubt::NoId);
            }
        }
        self.mark_repeats();
        if let (Some(line), Some(last)) = (table.open_end, self.rows.last_mut()) {
            self.warnings.push(Warning::OpenEnd(line));
            if moves(&last.class) {
                last.class = Class::Doubtful(Doubt::Cut);
            }
        }
        if !self.seconds {
            self.warnings.push(Warning::NoSeconds);
        }
        if let Some(kind) = self.export_kind.as_ref().filter(|k| k.contains("收入")) {
            self.warnings.push(Warning::IncomeOnly(kind.clone()));
        }
    }

    /// The same row twice counts once; two rows that share a key and nothing else are doubtful.
    fn mark_repeats(&mut self) {
        let mut first: HashMap<(&str, &str), usize> = HashMap::with_capacity(self.rows.len());
        let mut found = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let Some(key) = row.key() else { continue };
            if let Some(earlier) = first.get(&key).and_then(|e| self.rows.get(*e).map(|r| (*e, r)))
            {
                found.push((
                    at,
                    row.number,
                    earlier.0,
                    earlier.1.number,
                    row.says_the_same_as(earlier.1),
                ));
            } else {
                first.insert(key, at);
            }
        }
        for (at, row, earlier, first, same) in found {
            if same {
                self.set(at, Class::Void(Voided::Repeat(first)));
                self.warnings.push(Warning::Repeat { row, first });
            } else {
                self.set(at, Class::Doubtful(Doubt::RepeatedId(first)));
                self.set(earlier, Class::Doubtful(Doubt::RepeatedId(row)));
            }
        }
    }

    fn set(&mut self, at: usize, class: Class) {
        if let Some(row) = self.rows.get_mut(at) {
            row.class = class;
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or_default();
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

fn moves(class: &Class) -> bool {
    matches!(class, Class::Gift | Class::Refund { .. } | Class::Withdrawal { .. })
}

fn tables(bytes: &[u8], mapping: Option<&Mapping>) -> Result<Vec<Table>, BillError> {
    if bytes.is_empty() {
        return Err(BillError::Empty);
    }
    if bytes.len() > FILE_MAX {
        return Err(BillError::FileTooLarge { len: bytes.len(), max: FILE_MAX });
    }
    if let Some(foreign) = foreign::by_magic(bytes) {
        return Err(BillError::Foreign(foreign));
    }
    if bytes.starts_with(b"PK") {
        return book::sheets(bytes);
    }
    if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xBC")
    {
        return Err(BillError::Archive);
    }
    Ok(vec![sheet::csv(bytes, mapping.and_then(Mapping::encoding))?])
}

fn recognise(table: &Table, mapping: Option<&Mapping>) -> Result<(Format, Header), BillError> {
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
fn unknown(table: &Table) -> BillError {
    let rows = (0..table.len().min(layout::HEADER_WITHIN)).filter_map(|at| table.row(at));
    let texts = |row: &super::sheet::TableRow<'_>| {
        row.cells().filter(|c| c.chars().any(char::is_alphabetic)).count()
    };
    // The first of the widest, not the last: data follows its header.
    let best = rows.reduce(|best, row| if texts(&row) > texts(&best) { row } else { best });
    let names: Vec<&str> =
        best.into_iter().flat_map(super::sheet::TableRow::cells).map(super::text::trim).collect();
    BillError::Unknown { seen: names.join(",").chars().take(200).collect() }
}

/// Of two reasons to refuse two sheets of one file, the one that says more.
fn closer(before: Option<BillError>, error: BillError) -> BillError {
    match before {
        Some(before) if !matches!(before, BillError::Unknown { .. }) => before,
        _ => error,
    }
}

type Found<'t> = (Format, Header, &'t Table);

fn choose<'t>(
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

fn read_rows(
    format: Format,
    header: &Header,
    table: &Table,
    mapping: Option<&Mapping>,
) -> Result<Bill, BillError> {
    let (mut rows, seconds) = match (format, mapping) {
        (Format::Mapped, Some(mapping)) => {
            generic::with_reading(mapping, |reading| header.rows(table, reading))?
        }
        (Format::Alipay, _) => header.rows(table, &alipay::reading())?,
        _ => header.rows(table, &wechat::reading())?,
    };
    match (format, mapping) {
        (Format::Mapped, Some(mapping)) => generic::classify(&mut rows, mapping),
        (Format::Alipay, _) => alipay::classify(&mut rows),
        _ => wechat::classify(&mut rows),
    }
    let said = match format {
        Format::Mapped => Preamble::default(),
        _ => preamble::read(table, header.at),
    };
    let warnings = preamble::compare(&said.declared, &rows, format == Format::Alipay)?;
    Ok(Bill {
        format,
        file: String::new(),
        digest: String::new(),
        sheet: table.name.clone(),
        period: said.period,
        exported_at: said.exported_at,
        export_kind: said.export_kind,
        declared: said.declared,
        rows,
        seconds,
        warnings,
    })
}
