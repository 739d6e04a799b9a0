//! A bill: bytes in, rows out, or the reason why not.

use super::error::{BillError, Warning};
use super::ids::Ids;
use super::layout::Header;
use super::mapping::Mapping;
use super::pieces::{self, Body, Head, Reader, hash};
use super::preamble::{self, Declared, Preamble};
use super::reason::{Doubt, Voided};
use super::recognise::{choose, closer, recognise};
use super::row::{Channel, Class, Direction, Row};
use super::rows::{Glance, Rows};
use super::sheet::{FILE_MAX, Table};
use super::{alipay, archive, book, foreign, generic, merchant, number, wechat};
use crate::domain::money::Fen;
use crate::domain::text::Digest;
use crate::domain::time::Wall;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::hash::RandomState;

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
    /// WeChat Pay, 交易账单 of a merchant.
    WechatTrades,
    /// WeChat Pay, 资金账单 of a merchant.
    WechatFunds,
    /// Alipay, 业务明细 of a merchant.
    AlipayTrades,
    /// Alipay, 账务明细 of a merchant.
    AlipayAccount,
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
            (Format::WechatTrades, true) => "微信商户交易账单",
            (Format::WechatTrades, false) => "WeChat merchant trades",
            (Format::WechatFunds, true) => "微信商户资金账单",
            (Format::WechatFunds, false) => "WeChat merchant funds",
            (Format::AlipayTrades, true) => "支付宝商家业务明细",
            (Format::AlipayTrades, false) => "Alipay merchant trades",
            (Format::AlipayAccount, true) => "支付宝商家账务明细",
            (Format::AlipayAccount, false) => "Alipay merchant account",
            (Format::Mapped, true) => "按映射读取的表格",
            (Format::Mapped, false) => "mapped CSV",
        }
    }
}

/// A bill that was read whole. Its rows take about 150 bytes each beside the file's own, and where
/// the file is not UTF-8 their texts once more.
#[derive(Clone, Debug)]
pub struct Bill<'a> {
    /// The layout it is in.
    pub format: Format,
    /// The name of the file, without folders.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The sheet that was read; empty for CSV.
    pub sheet: String,
    /// The first and last second it covers.
    pub period: Option<(Wall, Wall)>,
    /// When it was exported.
    pub exported_at: Option<Wall>,
    /// 导出类型: `全部`, `全部收入`, …
    pub export_kind: Option<String>,
    /// Whose wallet it is, as the wallet calls them: for comparing names, never for the ledger.
    pub owner: Option<String>,
    /// The totals it declares.
    pub declared: Declared,
    /// Whether its times have seconds.
    pub seconds: bool,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
    rows: Rows<'a>,
    /// How many of them are sums that the file does not have as rows.
    summed: usize,
    ids: Ids,
    hasher: RandomState,
    /// Count and sum of the rows that went in, out and neither way.
    sums: [(u64, Fen); 3],
}

impl<'a> Bill<'a> {
    /// Reads a bill, recognising its layout by its content, never by its name.
    ///
    /// With a mapping, the file is read as the mapping says and as nothing else. A workbook of
    /// which two sheets hold rows is refused: [`Bill::read_sheet`] names one.
    pub fn read(
        bytes: &'a [u8],
        file_name: &str,
        mapping: Option<&Mapping>,
    ) -> Result<Bill<'a>, BillError> {
        Bill::read_sheet(bytes, file_name, mapping, None)
    }

    /// Reads the bill on the sheet called `wanted`, or on the only one that has a bill.
    pub fn read_sheet(
        bytes: &'a [u8],
        file_name: &str,
        mapping: Option<&Mapping>,
        wanted: Option<&str>,
    ) -> Result<Bill<'a>, BillError> {
        let read = || match sheets(bytes) {
            Ok(Some(tables)) => read_book(tables, mapping, wanted),
            Ok(None) => read_csv(bytes, mapping, pieces::PIECE),
            // No workbook: perhaps a CSV in an archive, which is opened once.
            Err(BillError::Archive) if bytes.starts_with(b"PK") => {
                Ok(read_csv(&archive::bill(bytes)?, mapping, pieces::PIECE)?.into_owned())
            }
            Err(why) => Err(why),
        };
        let (bill, sha256) = rayon::join(read, || Sha256::digest(bytes));
        let mut bill = bill?;
        bill.file = file_name.rsplit(['/', '\\']).next().map(Into::into).unwrap_or_default();
        bill.sha256 = sha256.into();
        Ok(bill)
    }

    /// SHA-256 of the file, as 64 hex digits.
    pub fn digest(&self) -> String {
        Digest(self.sha256).to_string()
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many rows the file itself has: fees that were summed by day are rows of this program.
    pub fn counted(&self) -> usize {
        self.len() - self.summed
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter()
    }

    /// Row `at`, counted from 0.
    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        self.rows.get(at)
    }

    /// Row `at`, counted from 0, at a glance.
    pub fn glance(&self, at: usize) -> Option<Glance<'_>> {
        self.rows.glance(at)
    }

    /// Its rows at a glance, in the order of the file.
    pub fn glances(&self) -> impl Iterator<Item = Glance<'_>> {
        self.rows.glances()
    }

    /// What `of` says of every row and its place, in their order, asked on every core.
    pub fn map_rows<T: Send>(&self, of: impl Fn(usize, Glance<'_>) -> T + Sync) -> Vec<T> {
        self.rows.map(of)
    }

    /// Under which names its rows are known to the ledger.
    pub fn channel(&self) -> &Channel {
        self.rows.channel()
    }

    /// Count and sum of the rows that went in `direction`.
    pub fn total(&self, direction: super::Direction) -> (u64, Fen) {
        let [income, spending, neutral] = self.sums;
        match direction {
            Direction::In => income,
            Direction::Out => spending,
            Direction::Neutral => neutral,
            Direction::Unknown => (0, Fen::ZERO),
        }
    }

    /// The same bill, independent of the bytes it was read from.
    pub fn into_owned(self) -> Bill<'static> {
        Bill { rows: self.rows.into_owned(), ..self }
    }

    /// The first row with the number `id`.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.ids.find(&self.rows, hash(&self.hasher, id), id)
    }

    /// Whether another row has the number of row `at`.
    pub(crate) fn is_shared(&self, at: usize) -> bool {
        self.ids.is_shared(at)
    }

    /// Looks at the rows together: amounts of nothing, missing and repeated numbers, a cut end.
    fn settle(&mut self, open_end: Option<u32>) {
        let channel = self.rows.channel().clone();
        self.rows.reclassify(|row| {
            let doubt = if !moves(row.class()) {
                None
            } else if row.fen() == Fen::ZERO {
                Some(Doubt::NoAmount)
            } else if !row.has_id() {
                Some(Doubt::NoId)
            } else {
                let plain = number::is_plain(channel.gifts(), row.id());
                (!plain).then(|| Doubt::OddId(row.id().into()))
            };
            doubt.map(Class::Doubtful)
        });
        self.mark_repeats();
        if let (Some(line), Some(last)) = (open_end, self.len().checked_sub(1)) {
            self.warnings.push(Warning::OpenEnd(line));
            if self.row(last).is_some_and(|last| moves(last.class)) {
                self.rows.set(last, Class::Doubtful(Doubt::Cut));
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
        let mut first: HashMap<(&str, &str), usize> = HashMap::new();
        let mut found = Vec::new();
        for at in self.ids.shared() {
            let Some(row) = self.rows.get(at) else { continue };
            let Some(key) = row.key() else { continue };
            let earlier = *first.entry(key).or_insert(at);
            if let Some(other) = self.rows.get(earlier).filter(|_| earlier != at) {
                let same = row.says_the_same_as(&other);
                found.push((at, row.number, earlier, other.number, same));
            }
        }
        for (at, row, earlier, first, same) in found {
            if same {
                self.rows.set(at, Class::Void(Voided::Repeat(first)));
                self.warnings.push(Warning::Repeat { row, first });
            } else {
                self.rows.set(at, Class::Doubtful(Doubt::RepeatedId(first)));
                self.rows.set(earlier, Class::Doubtful(Doubt::RepeatedId(row)));
            }
        }
    }
}

/// Two bills are equal when they say the same, however their rows are kept.
impl PartialEq for Bill<'_> {
    fn eq(&self, other: &Self) -> bool {
        let said = |bill: &Self| (bill.format, bill.sha256, bill.period, bill.exported_at);
        said(self) == said(other)
            && (&self.file, &self.sheet, &self.export_kind, &self.owner, &self.declared)
                == (&other.file, &other.sheet, &other.export_kind, &other.owner, &other.declared)
            && (self.seconds, &self.warnings) == (other.seconds, &other.warnings)
            && self.rows == other.rows
    }
}

impl Eq for Bill<'_> {}

fn moves(class: &Class) -> bool {
    matches!(class, Class::Gift | Class::Refund { .. } | Class::Withdrawal { .. })
}

/// The sheets of a workbook; `None` for a text.
fn sheets(bytes: &[u8]) -> Result<Option<Vec<Table<'static>>>, BillError> {
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
        return book::sheets(bytes).map(Some);
    }
    if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xBC")
    {
        return Err(BillError::Archive);
    }
    Ok(None)
}

/// Reads the sheet of a workbook that holds a bill.
fn read_book<'a>(
    mut tables: Vec<Table<'a>>,
    mapping: Option<&Mapping>,
    wanted: Option<&str>,
) -> Result<Bill<'a>, BillError> {
    let mut bills = Vec::new();
    let mut refusal = None;
    for (at, table) in tables.iter().enumerate() {
        match recognise(table, mapping) {
            Ok((format, header)) => bills.push((format, header, table, at)),
            Err(error) => refusal = Some(closer(refusal, error)),
        }
    }
    let (format, header, table, at) = choose(bills, wanted, refusal)?;
    let (said, sheet) = (said(format, table, &header), table.name.clone());
    let table = tables.swap_remove(at);
    let bill = with_reader(format, header, mapping, |reader| {
        finish(format, said, &reader.hasher, reader.table(table)?)
    });
    Ok(Bill { sheet, ..bill? })
}

/// Reads a CSV in pieces of about `size` bytes.
pub(crate) fn read_csv<'a>(
    bytes: &'a [u8],
    mapping: Option<&Mapping>,
    size: usize,
) -> Result<Bill<'a>, BillError> {
    let (bytes, named) = pieces::unmark(bytes, mapping.and_then(Mapping::encoding));
    pieces::guessing(bytes, named, |encoding| {
        let head = Head::read(bytes, encoding)?;
        if let Some(found) = merchant::recognise(&head.table).filter(|_| mapping.is_none()) {
            return read_merchant(found.0, merchant::read(bytes, encoding, &head, found)?);
        }
        let (format, header) = recognise(&head.table, mapping)?;
        let said = said(format, &head.table, &header);
        with_reader(format, header, mapping, |reader| {
            let body = pieces::body(bytes, encoding, &head, reader, size)?;
            finish(format, said, &reader.hasher, body)
        })
    })
}

fn with_reader<T>(
    format: Format,
    header: Header,
    mapping: Option<&Mapping>,
    then: impl FnOnce(&Reader<'_>) -> T,
) -> T {
    match (format, mapping) {
        (Format::Mapped, Some(mapping)) => {
            generic::with_layout(mapping, |layout| then(&Reader::new(header, layout)))
        }
        (Format::Alipay, _) => then(&Reader::new(header, alipay::layout())),
        _ => then(&Reader::new(header, wechat::layout())),
    }
}

fn read_merchant(format: Format, read: merchant::Read) -> Result<Bill<'static>, BillError> {
    let mut bill = finish(format, read.said, &read.hasher, read.body)?;
    bill.summed = read.summed;
    bill.warnings.extend(read.warnings);
    Ok(bill)
}

/// What the bill says above its header.
fn said(format: Format, table: &Table<'_>, header: &Header) -> Preamble {
    match format {
        Format::Mapped => Preamble::default(),
        _ => preamble::read(table, header.at),
    }
}

/// Looks at everything that was read together.
fn finish<'a>(
    format: Format,
    said: Preamble,
    hasher: &RandomState,
    body: Body<'a>,
) -> Result<Bill<'a>, BillError> {
    let Body { mut rows, sums, seconds, open_end } = body;
    match format {
        Format::Alipay => alipay::link(&mut rows),
        Format::WechatCsv | Format::WechatXlsx => wechat::link(&mut rows),
        _ => {}
    }
    let mut totals = [(0, Fen::ZERO); 3];
    for (total, (count, sum)) in totals.iter_mut().zip(sums) {
        let sum = u64::try_from(sum).ok().and_then(Fen::new).ok_or(BillError::Sum)?;
        *total = (count, sum);
    }
    let warnings = preamble::compare(&said.declared, rows.len(), totals, format == Format::Alipay);
    let hashes = rows.take_hashes();
    let mut bill = Bill {
        format,
        file: String::new(),
        sha256: [0; 32],
        sheet: String::new(),
        period: said.period,
        exported_at: said.exported_at,
        export_kind: said.export_kind,
        owner: said.owner,
        declared: said.declared,
        seconds,
        warnings,
        ids: Ids::new(&rows, &hashes),
        rows,
        summed: 0,
        hasher: hasher.clone(),
        sums: totals,
    };
    bill.settle(open_end);
    Ok(bill)
}
