//! Bytes → the lines of a statement, by the names of the columns.

use super::layouts::{CURRENCY, LAYOUTS, Layout, Money, RENMINBI};
use super::{LINES_MAX, Signed, Statement, StatementError, StatementLine, prove};
use crate::domain::money::{Fen, MoneyError};
use crate::domain::time::Wall;
use crate::import::layout::{HEADER_WITHIN, name};
use crate::import::pieces::{self, decode};
use crate::import::sheet::{Kind, Table, TableRow};
use crate::import::split::Splitter;
use crate::import::{BillError, alipay, biff, book, foreign, layout, text, wechat};
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

/// The largest statement that is looked at, in bytes.
pub const STATEMENT_MAX: usize = 32 << 20;
/// What an XLS begins with.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

impl Statement {
    /// Reads a statement, recognising the bank by its columns, never by the file's name.
    pub fn read(bytes: &[u8]) -> Result<Statement, StatementError> {
        let (layout, found) = lines(bytes)?;
        let Found { mut lines, said } = found;
        let proof = prove::prove(&mut lines, said);
        let sha256 = Sha256::digest(bytes).into();
        Ok(Statement { bank: layout.bank, sha256, lines, proof })
    }
}

/// The lines of a statement, in the order of the file, and the totals under them.
struct Found {
    lines: Vec<StatementLine>,
    said: Option<(Fen, Fen)>,
}

fn lines(bytes: &[u8]) -> Result<(&'static Layout, Found), StatementError> {
    if bytes.is_empty() {
        return Err(BillError::Empty.into());
    }
    if bytes.len() > STATEMENT_MAX {
        return Err(BillError::FileTooLarge { len: bytes.len(), max: STATEMENT_MAX }.into());
    }
    if bytes.starts_with(OLE) {
        return first(&biff::sheets(bytes)?);
    }
    if bytes.starts_with(b"PK") {
        return first(&book::sheets(bytes)?);
    }
    if let Some(text) = wide(bytes) {
        return first(&[table(&text?)?]);
    }
    if let Some(foreign) = foreign::by_magic(bytes) {
        return Err(StatementError::Foreign(foreign));
    }
    let (bytes, named) = pieces::unmark(bytes, None);
    let whole = pieces::guessing(bytes, named, |encoding| decode(bytes, encoding, 1))?;
    first(&[table(&whole)?])
}

/// The text of a file in UTF-16, if it is marked as one.
fn wide(bytes: &[u8]) -> Option<Result<String, BillError>> {
    let (rest, order): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest, u16::from_be_bytes),
        _ => return None,
    };
    let (units, odd) = rest.as_chunks();
    let text: Result<String, _> = char::decode_utf16(units.iter().map(|u| order(*u))).collect();
    let wrong = || BillError::Encoding { line: 1, encoding: "UTF-16" };
    Some(
        text.map_err(|_| wrong())
            .and_then(|text| if odd.is_empty() { Ok(text) } else { Err(wrong()) }),
    )
}

/// A text as rows: of tabs if the first row that has several cells has tabs, else of commas.
fn table(text: &str) -> Result<Table<'_>, BillError> {
    let tabs = |line: &&str| line.matches('\t').count() > 3 && !line.contains(',');
    if text.lines().take(HEADER_WITHIN).any(|line| tabs(&line)) {
        let mut table = Table::sheet(String::new());
        for (number, line) in (1..).zip(text.lines()) {
            table.begin(number)?;
            for cell in line.split('\t') {
                table.add(cell.trim_matches('"'))?;
                table.end_cell(Kind::Text)?;
            }
        }
        return Ok(table);
    }
    let mut table = Table::over(text);
    let mut splitter = Splitter::new(text, 1, true);
    while !splitter.is_done() {
        table.begin(splitter.line)?;
        splitter.row(&mut table.cells, &mut table.extra)?;
    }
    Ok(table)
}

/// The only table that has a bank's header; of several, the first with lines.
fn first(tables: &[Table<'_>]) -> Result<(&'static Layout, Found), StatementError> {
    let mut refusal = None;
    let mut empty = None;
    for table in tables {
        match read(table) {
            Ok(found) if found.1.lines.is_empty() => empty = empty.or(Some(found)),
            Ok(found) => return Ok(found),
            Err(StatementError::Unknown) => {}
            Err(why) => refusal = refusal.or(Some(why)),
        }
    }
    match (refusal, empty) {
        (Some(why), _) => Err(why),
        (None, Some(found)) => Ok(found),
        (None, None) => Err(StatementError::Unknown),
    }
}

/// A column's name as compared: no blanks at all, and no unit behind it.
fn plain(cell: &str) -> String {
    let whole: String = name(cell).chars().filter(|c| !c.is_whitespace()).collect();
    whole.strip_suffix("(元)").map(str::to_owned).unwrap_or(whole)
}

fn read(table: &Table<'_>) -> Result<(&'static Layout, Found), StatementError> {
    for at in 0..table.len().min(HEADER_WITHIN) {
        let Some(row) = table.row(at) else { break };
        let names: Vec<String> = row.cells().map(plain).collect();
        let has = |mark: &&str| names.iter().any(|name| name == mark);
        if let Some(layout) = LAYOUTS.iter().find(|layout| layout.marks.iter().all(has)) {
            let columns = Columns::find(layout, &names, row.number)?;
            return Ok((layout, columns.lines(table, at)?));
        }
    }
    Err(other(table))
}

/// What a table without a bank's header is instead.
fn other(table: &Table<'_>) -> StatementError {
    if let Some(foreign) = foreign::recognise(table) {
        return StatementError::Foreign(foreign);
    }
    let bill = |columns| matches!(layout::find(table, columns), Ok(Some(_)));
    if bill(wechat::COLUMNS) || bill(alipay::COLUMNS) {
        StatementError::Bill
    } else {
        StatementError::Unknown
    }
}

/// Where the columns of a layout stand.
struct Columns {
    date: usize,
    clock: Option<usize>,
    money: Placed,
    balance: usize,
    kind: Option<usize>,
    party: Option<usize>,
    memo: Option<usize>,
    serial: Option<usize>,
    currency: Option<usize>,
}

enum Placed {
    Signed(usize),
    Split { inward: usize, outward: usize },
    Marked { amount: usize, mark: usize },
}

impl Columns {
    fn find(layout: &Layout, names: &[String], row: u32) -> Result<Columns, StatementError> {
        let any = |wanted: &[&str]| wanted.iter().find_map(|w| names.iter().position(|n| n == w));
        let one = |wanted: &[&'static str]| {
            let column = wanted.first().copied().unwrap_or_default();
            let hole = StatementError::Column { bank: layout.bank.text(false), row, column };
            let found = any(wanted).ok_or(hole)?;
            // Two columns of one name would be two amounts or two balances.
            let twice = names.iter().filter(|n| wanted.contains(&n.as_str())).count() > 1;
            let same = names.get(found).filter(|n| names.iter().filter(|o| o == n).count() > 1);
            match same.filter(|_| twice) {
                Some(name) => Err(StatementError::Twice(name.clone())),
                None => Ok(found),
            }
        };
        let money = match layout.money {
            Money::Signed(amount) => Placed::Signed(one(&[amount])?),
            Money::Split { inward, outward } => {
                Placed::Split { inward: one(&[inward])?, outward: one(&[outward])? }
            }
            Money::Marked { amount, mark } => {
                Placed::Marked { amount: one(&[amount])?, mark: one(&[mark])? }
            }
        };
        Ok(Columns {
            date: one(layout.date)?,
            clock: any(layout.clock),
            money,
            balance: one(layout.balance)?,
            kind: any(layout.kind),
            party: any(layout.party),
            memo: any(layout.memo),
            serial: any(layout.serial),
            currency: any(&CURRENCY),
        })
    }

    fn lines(&self, table: &Table<'_>, header: usize) -> Result<Found, StatementError> {
        let mut found = Found { lines: Vec::new(), said: None };
        let mut over = false;
        for row in table.rows_from(header + 1).filter(|row| !row.is_blank()) {
            let date = text::trim(row.cell(self.date));
            // Notes and totals end the list; a line behind them would be a second list.
            if !date.starts_with(|c: char| c.is_ascii_digit())
                && (!self.moves(row) || date.contains("合计"))
            {
                over = true;
                if date.contains("合计") {
                    found.said = self.totals(row)?;
                }
                continue;
            }
            if over {
                return Err(StatementError::Time { row: row.number, text: quoted(date) });
            }
            if found.lines.len() == LINES_MAX {
                return Err(StatementError::TooMany(LINES_MAX));
            }
            found.lines.push(self.line(row, table.ragged)?);
        }
        Ok(found)
    }

    fn moves(&self, row: TableRow<'_>) -> bool {
        let said = |at: usize| !is_none(row.cell(at));
        match self.money {
            Placed::Signed(at) | Placed::Marked { amount: at, .. } => said(at),
            Placed::Split { inward, outward } => said(inward) || said(outward),
        }
    }

    /// 合计: what came in and what went out, where the statement has a column for each.
    fn totals(&self, row: TableRow<'_>) -> Result<Option<(Fen, Fen)>, StatementError> {
        match self.money {
            Placed::Split { inward, outward } => {
                let sum = |at| amount(row, at).map(|a| a.map_or(Fen::ZERO, |(fen, _)| fen));
                Ok(Some((sum(inward)?, sum(outward)?)))
            }
            _ => Ok(None),
        }
    }

    fn line(&self, row: TableRow<'_>, ragged: bool) -> Result<StatementLine, StatementError> {
        if row.len() <= self.balance && !ragged {
            return Err(StatementError::Cut { row: row.number });
        }
        let shown = |at: Option<usize>| {
            let cell = text::trim(at.map_or("", |at| row.cell(at)));
            if is_none(cell) { String::new() } else { cell.to_owned() }
        };
        let currency = shown(self.currency);
        if !RENMINBI.contains(&currency.as_str()) {
            return Err(StatementError::Currency { row: row.number, currency: quoted(&currency) });
        }
        let (time, timed) = self.time(row)?;
        let balance = text::amount(row.cell(self.balance)).ok();
        Ok(StatementLine {
            number: row.number,
            time,
            timed,
            amount: self.amount(row)?,
            balance: balance.filter(|b| !b.negative && b.refunded.is_none()).map(|b| b.fen),
            kind: shown(self.kind),
            party: shown(self.party),
            memo: shown(self.memo),
            serial: shown(self.serial),
        })
    }

    fn amount(&self, row: TableRow<'_>) -> Result<Signed, StatementError> {
        let way = StatementError::Way { row: row.number };
        match self.money {
            Placed::Signed(at) => {
                let (fen, negative) = amount(row, at)?.ok_or(way)?;
                Ok(Signed::new(fen, !negative))
            }
            Placed::Split { inward, outward } => {
                let some = |at| amount(row, at).map(|a| a.filter(|(fen, _)| *fen > Fen::ZERO));
                match (some(inward)?, some(outward)?) {
                    // 红字: money booked back stands as a minus in its own column.
                    (Some((fen, back)), None) => Ok(Signed::new(fen, !back)),
                    (None, Some((fen, back))) => Ok(Signed::new(fen, back)),
                    (None, None) => Ok(Signed(0)),
                    (Some(_), Some(_)) => Err(way),
                }
            }
            Placed::Marked { amount: at, mark } => {
                let (fen, negative) = amount(row, at)?.ok_or(way.clone())?;
                match text::trim(row.cell(mark)).chars().next() {
                    Some('贷') => Ok(Signed::new(fen, !negative)),
                    Some('借') => Ok(Signed::new(fen, negative)),
                    _ => Err(way),
                }
            }
        }
    }

    fn time(&self, row: TableRow<'_>) -> Result<(Wall, bool), StatementError> {
        let date = text::trim(row.cell(self.date));
        let clock = self.clock.map_or("", |at| text::trim(row.cell(at)));
        let wrong = || {
            let text = quoted(&format!("{date} {clock}"));
            StatementError::Time { row: row.number, text }
        };
        if let Some((time, _)) = text::time(date) {
            return Ok((time, true));
        }
        let day = day(date).ok_or_else(wrong)?;
        let timed = !is_none(clock);
        let time = if timed { seconds(clock).ok_or_else(wrong)? } else { (0, 0, 0) };
        let naive = day.and_hms_opt(time.0, time.1, time.2).and_then(Wall::from_naive);
        Ok((naive.ok_or_else(wrong)?, timed))
    }
}

/// Banks leave a cell empty, or put dashes into it.
fn is_none(cell: &str) -> bool {
    text::trim(cell).chars().all(|c| c == '-')
}

/// The amount in a cell and whether it has a minus; `None` where the cell says nothing.
fn amount(row: TableRow<'_>, at: usize) -> Result<Option<(Fen, bool)>, StatementError> {
    let cell = row.cell(at);
    if is_none(cell) {
        return Ok(None);
    }
    let read = text::amount(cell).and_then(|read| match read.refunded {
        Some(_) => Err(MoneyError::Malformed(quoted(cell))),
        None => Ok((read.fen, read.negative)),
    });
    read.map(Some).map_err(|cause| StatementError::Amount { row: row.number, cause })
}

/// `20240101`, `2024-01-01`, `2024/1/1`.
fn day(text: &str) -> Option<NaiveDate> {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<u32>().ok())?;
    let (y, m, d) = if text.len() == 8 && digits(text).is_some() {
        (text.get(..4)?, text.get(4..6)?, text.get(6..)?)
    } else {
        let mut parts = text.split(['-', '/', '.']);
        let found = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || found.0.len() != 4 {
            return None;
        }
        found
    };
    NaiveDate::from_ymd_opt(i32::try_from(digits(y)?).ok()?, digits(m)?, digits(d)?)
}

/// `13:02:59`, `130259`.
fn seconds(text: &str) -> Option<(u32, u32, u32)> {
    let plain: String = text.chars().filter(|c| *c != ':').collect();
    let two = |from: usize| plain.get(from..from + 2)?.parse().ok();
    let whole = plain.len() == 6 && plain.bytes().all(|b| b.is_ascii_digit());
    if whole { Some((two(0)?, two(2)?, two(4)?)) } else { None }
}

/// As much of a cell as a refusal quotes.
fn quoted(cell: &str) -> String {
    cell.chars().take(60).collect()
}
