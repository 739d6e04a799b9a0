//! Bills of merchants: WeChat's trades and funds, Alipay's 业务明细 and 账务明细.
//!
//! Each ends in totals, and a bill whose rows do not make them is refused: a file cut anywhere
//! loses its end. Trades become gifts and refunds; the accounts of the money (资金账单, 账务明细) prove
//! their running balance, say what was withdrawn and what it cost, and of everything else only
//! whether the ledger has it.

mod alipay;
mod exact;
mod totals;
mod wechat;

pub use exact::Exact;

use super::bill::Format;
use super::error::{BillError, Warning};
use super::layout::{self, FIELDS, Field, HEADER_WITHIN};
use super::pieces::{self, Body, Encoding, Head, decode};
use super::preamble::Preamble;
use super::reason::Doubt;
use super::row::{Channel, Class, Direction};
use super::rows::{Piece, Reading, Rows, Texts};
use super::sheet::{Cells, ROWS_MAX, Table, TableRow};
use super::split::Splitter;
use super::text::{self, trim};
use crate::domain::money::{Fen, MoneyError};
use crate::domain::time::{Day, Wall};
use std::collections::BTreeMap;
use std::hash::RandomState;

/// The names that only the header of each has together.
const HEADERS: [(Format, &[&str]); 4] = [
    (Format::WechatTrades, &["微信订单号", "商户号", "交易状态"]),
    (Format::WechatFunds, &["资金流水单号", "收支类型", "业务类型", "账户结余(元)"]),
    (Format::AlipayTrades, &["支付宝交易号", "业务类型", "商家实收(元)"]),
    (Format::AlipayAccount, &["账务流水号", "业务类型", "发生时间"]),
];

/// A cell without blanks and the backtick that keeps it text.
fn bare(cell: &str) -> &str {
    trim(trim(cell).trim_start_matches('`'))
}

/// The names of a header: blanks and backticks off, round brackets of one kind, no sign in them.
fn names(row: TableRow<'_>) -> Vec<String> {
    let plain =
        |cell: &str| layout::name(bare(cell)).replace("(+元)", "(元)").replace("(-元)", "(元)");
    row.cells().map(plain).collect()
}

/// Which merchant's bill the head of a CSV is, and the row of its header, from 0.
pub(crate) fn recognise(table: &Table<'_>) -> Option<(Format, usize)> {
    (0..table.len().min(HEADER_WITHIN)).find_map(|at| {
        let names = names(table.row(at)?);
        let has = |wanted: &&str| names.iter().any(|name| name == wanted);
        let known = HEADERS.iter().find(|(_, wanted)| wanted.iter().all(has));
        known.map(|(format, _)| (*format, at))
    })
}

/// What was read of a bill, and what is to be said of it.
pub(crate) struct Read {
    pub(crate) said: Preamble,
    pub(crate) body: Body<'static>,
    pub(crate) hasher: RandomState,
    /// How many rows the file does not have itself: fees of a day, summed.
    pub(crate) summed: usize,
    pub(crate) warnings: Vec<Warning>,
}

/// Reads everything under the header in row `at` of a CSV.
pub(crate) fn read(
    bytes: &[u8],
    encoding: Encoding,
    head: &Head<'_>,
    (format, at): (Format, usize),
) -> Result<Read, BillError> {
    let header = head.table.row(at).ok_or(BillError::Empty)?;
    let columns = Columns { names: names(header), row: header.number };
    let whole = decode(bytes, encoding, 1)?;
    let mut sheet = Sheet::new(match format {
        Format::AlipayTrades | Format::AlipayAccount => "alipay",
        _ => "wechat",
    });
    let above = |row: usize| head.table.row(row).map_or("", |row| row.cell(0));
    match format {
        Format::WechatTrades => wechat::trades(&columns, rows(&whole, at), &mut sheet)?,
        Format::WechatFunds => wechat::funds(&columns, rows(&whole, at), &mut sheet)?,
        Format::AlipayTrades => alipay::trades(&columns, rows(&whole, at), &mut sheet)?,
        _ => alipay::account(&columns, rows(&whole, at), &mut sheet)?,
    }
    if matches!(format, Format::AlipayTrades | Format::AlipayAccount) {
        (0..at).for_each(|row| alipay::above(above(row), &mut sheet.said));
    }
    Ok(sheet.finish())
}

/// The rows behind row `at`, none of them blank.
fn rows(text: &str, at: usize) -> Lines<'_> {
    Lines { splitter: Splitter::new(text, 1, true), text, skip: at + 1 }
}

/// Reads row after row, so that a long bill takes no more memory than what is kept of it.
struct Lines<'t> {
    splitter: Splitter<'t>,
    text: &'t str,
    skip: usize,
}

impl Lines<'_> {
    /// Hands every row that is not blank to `each`, until there is none or it asks for no more.
    fn each(
        &mut self,
        mut each: impl FnMut(TableRow<'_>) -> Result<bool, BillError>,
    ) -> Result<(), BillError> {
        let (mut cells, mut extra) = (Cells::default(), String::new());
        let mut count = 0;
        while !self.splitter.is_done() {
            cells.0.clear();
            extra.clear();
            let number = self.splitter.line;
            self.splitter.row(&mut cells, &mut extra)?;
            count += 1;
            if count > ROWS_MAX {
                return Err(BillError::TooManyRows(ROWS_MAX));
            }
            let texts = Texts { text: self.text, extra: &extra };
            let row = TableRow { texts, number, cells: &cells.0 };
            if self.skip > 0 {
                self.skip -= 1;
            } else if !row.is_blank() && !each(row)? {
                break;
            }
        }
        Ok(())
    }
}

/// The columns of a header, by their names.
struct Columns {
    names: Vec<String>,
    row: u32,
}

impl Columns {
    /// Where the column called by the first of `wanted` that is there stands.
    fn find(&self, wanted: &[&str]) -> Result<Option<usize>, BillError> {
        for column in wanted {
            let mut found = self.names.iter().enumerate().filter(|(_, name)| name == column);
            let first = found.next().map(|(at, _)| at);
            if found.next().is_some() {
                return Err(BillError::ColumnTwice { row: self.row, column: (*column).into() });
            }
            if first.is_some() {
                return Ok(first);
            }
        }
        Ok(None)
    }

    /// The same of a column that a bill without is refused.
    fn need(&self, wanted: &[&str]) -> Result<usize, BillError> {
        let column = wanted.first().copied().unwrap_or_default().into();
        self.find(wanted)?.ok_or(BillError::MissingColumn { row: self.row, column })
    }

    /// Refuses a row that stops before its last column.
    fn whole(&self, row: TableRow<'_>) -> Result<(), BillError> {
        let last = self.names.iter().rposition(|name| !name.is_empty()).unwrap_or(0);
        if row.len() > last {
            return Ok(());
        }
        Err(BillError::ShortRow { row: row.number, cells: row.len(), expected: last + 1 })
    }
}

/// The text of a cell; `""` where there is no such column.
fn cell(row: TableRow<'_>, at: Option<usize>) -> &str {
    at.map_or("", |at| bare(row.cell(at)))
}

/// The time in a cell.
fn time(row: TableRow<'_>, at: usize) -> Result<Wall, BillError> {
    let text = bare(row.cell(at));
    let wrong = || BillError::Time { row: row.number, text: text.chars().take(60).collect() };
    text::time(text).map(|time| time.0).ok_or_else(wrong)
}

/// The amount in a cell, in whole fen, and whether it has a minus. An empty one is nothing.
fn amount(row: TableRow<'_>, at: usize) -> Result<(Fen, bool), BillError> {
    let text = bare(row.cell(at));
    if text.is_empty() {
        return Ok((Fen::ZERO, false));
    }
    let read = text::amount(text).and_then(|read| match read.refunded {
        None => Ok((read.fen, read.negative)),
        Some(_) => Err(MoneyError::Malformed(text.chars().take(40).collect())),
    });
    read.map_err(|cause| BillError::Amount { row: row.number, cause })
}

/// The exact amount in a cell. An empty one is nothing.
fn exact(row: TableRow<'_>, at: usize) -> Result<Exact, BillError> {
    let text = bare(row.cell(at));
    let malformed = || BillError::Amount {
        row: row.number,
        cause: MoneyError::Malformed(text.chars().take(40).collect()),
    };
    if text.is_empty() { Ok(Exact::default()) } else { Exact::parse(text).ok_or_else(malformed) }
}

/// What a row says, before it is kept.
struct Said<'t> {
    number: u32,
    time: Wall,
    fen: Fen,
    direction: Direction,
    kind: &'t str,
    status: &'t str,
    item: &'t str,
    id: &'t str,
    other_id: &'t str,
}

/// The rows of a bill under construction.
struct Sheet {
    channel: Channel,
    piece: Piece<'static>,
    sums: [(u64, u128); 3],
    hasher: RandomState,
    said: Preamble,
    /// What the trades of each day cost, and the last second of a row that says so.
    fees: BTreeMap<Day, (Exact, Wall)>,
    warnings: Vec<Warning>,
}

impl Sheet {
    fn new(channel: &str) -> Sheet {
        Sheet {
            channel: Channel::new(channel),
            piece: Piece::default(),
            sums: [(0, 0); 3],
            hasher: RandomState::new(),
            said: Preamble::default(),
            fees: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    fn push(&mut self, said: &Said<'_>, class: Class) {
        let side = match said.direction {
            Direction::In => self.sums.get_mut(0),
            Direction::Out => self.sums.get_mut(1),
            _ => self.sums.get_mut(2),
        };
        if let Some(side) = side {
            *side = (side.0 + 1, side.1 + u128::from(said.fen.get()));
        }
        self.keep(said, class);
    }

    fn keep(&mut self, said: &Said<'_>, class: Class) {
        let mut texts = [""; FIELDS];
        for (field, text) in [
            (Field::Kind, said.kind),
            (Field::Status, said.status),
            (Field::Item, said.item),
            (Field::Id, said.id),
            (Field::OtherId, said.other_id),
        ] {
            if let Some(place) = texts.get_mut(field as usize) {
                *place = text;
            }
        }
        let Said { number, time, fen, direction, id, .. } = *said;
        let reading = Reading { number, time, fen, direction, texts, refunded: None };
        self.piece.copy(&reading, class, pieces::hash(&self.hasher, id));
    }

    /// Adds what a trade cost to the fees of its day.
    fn fee(&mut self, time: Wall, fee: Exact) {
        let day = self.fees.entry(time.day()).or_insert((Exact::default(), time));
        *day = (day.0.plus(fee), day.1.max(time));
    }

    /// Adds the fees of each day as a row of its own. Those that are no whole number of fen, or
    /// below nothing, are declared and not booked: nothing is rounded.
    fn finish(mut self) -> Read {
        let mut summed = 0;
        for (day, (sum, time)) in std::mem::take(&mut self.fees) {
            let Some(fen) = sum.fen() else {
                self.warnings.push(Warning::FeeRest { day, sum });
                continue;
            };
            if fen == Fen::ZERO {
                continue;
            }
            let (id, kind) = (format!("day:{day}"), "手续费合计");
            let direction = Direction::Out;
            let said = Said {
                number: 0,
                time,
                fen,
                direction,
                kind,
                status: "",
                item: "",
                id: &id,
                other_id: "",
            };
            self.keep(&said, Class::Charge);
            summed += 1;
        }
        let rows = Rows::new(vec![self.piece], self.channel);
        let body = Body { rows, sums: self.sums, seconds: true, open_end: None };
        let (said, hasher, warnings) = (self.said, self.hasher, self.warnings);
        Read { said, body, hasher, summed, warnings }
    }
}

/// A row of a kind that is not known here is for a person to look at.
const UNKNOWN: Class = Class::Doubtful(Doubt::UnknownKind);
