//! Why a file is not read as a bill, and what a reader should know of one that is.

use super::foreign::Foreign;
use super::merchant::Exact;
use super::row::Direction;
use crate::domain::english::agreed;
use crate::domain::money::{Fen, MoneyError};
use crate::domain::time::Day;

/// Why a file is refused. Nothing of it is imported.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BillError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Larger than any bill.
    #[error("the file has {len} bytes, a bill at most {max}")]
    FileTooLarge {
        /// Bytes in the file.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// A workbook that unpacks to too much, in bytes or parts.
    #[error("the workbook unpacks to more than {max} {unit}")]
    BookTooLarge {
        /// The limit.
        max: u64,
        /// Of what.
        unit: &'static str,
    },
    /// Bytes that are no text in the encoding the rest is in.
    #[error("line {line} is not {encoding}")]
    Encoding {
        /// Line, from 1.
        line: u32,
        /// The encoding's name.
        encoding: &'static str,
    },
    /// A quoted cell that never ends, or goes on behind its closing quote.
    #[error("line {0} opens a quote that is not closed before the next cell")]
    Quote(u32),
    /// A cell beyond the limit.
    #[error("row {row} has a cell of more than {max} bytes")]
    CellTooLong {
        /// Row in the file.
        row: u32,
        /// The limit.
        max: usize,
    },
    /// Too many rows.
    #[error("the file has more than {0} rows")]
    TooManyRows(usize),
    /// Too many cells in a row.
    #[error("row {row} has more than {max} cells")]
    TooWide {
        /// Row in the file.
        row: u32,
        /// The limit.
        max: usize,
    },
    /// A row that stops early: the file was cut.
    #[error("row {row} has {cells} cells of {expected}: the file is cut or damaged")]
    ShortRow {
        /// Row in the file.
        row: u32,
        /// Cells found.
        cells: usize,
        /// Cells under the header.
        expected: usize,
    },
    /// A row with text beyond the header: a comma that nobody quoted.
    #[error("row {row} has text beyond the {expected} columns of the header")]
    LongRow {
        /// Row in the file.
        row: u32,
        /// Cells under the header.
        expected: usize,
    },
    /// An archive behind a password.
    #[error("the archive is locked: unpack it first with the password WeChat or Alipay sent")]
    Locked,
    /// An archive without a password.
    #[error("the file is an archive: unpack it first")]
    Archive,
    /// A damaged workbook.
    #[error("the workbook is damaged: {0}")]
    Book(String),
    /// Someone else's bill.
    #[error("this is {}: not a bill that gifts arrive in", .0.text(false))]
    Foreign(Foreign),
    /// No known header anywhere.
    #[error("no known bill has the columns {seen:?}: a mapping can describe them")]
    Unknown {
        /// The row that looks most like a header, at most 200 characters.
        seen: String,
    },
    /// A known header with a hole.
    #[error("the header in row {row} lacks the column {column:?}")]
    MissingColumn {
        /// Row of the header.
        row: u32,
        /// The column's name.
        column: String,
    },
    /// A column twice.
    #[error("the header in row {row} has the column {column:?} twice")]
    ColumnTwice {
        /// Row of the header.
        row: u32,
        /// The column's name.
        column: String,
    },
    /// Two sheets of one workbook hold rows, and which to read is not said.
    #[error("the sheets {} all hold rows: say which one with --sheet", .0.join(", "))]
    TwoSheets(Vec<String>),
    /// The sheet named does not hold a bill.
    #[error("no sheet {wanted:?} holds a bill, only {}", .found.join(", "))]
    NoSuchSheet {
        /// What was asked for.
        wanted: String,
        /// The sheets that hold one.
        found: Vec<String>,
    },
    /// A time that is none.
    #[error("row {row}: {text:?} is not a time")]
    Time {
        /// Row in the file.
        row: u32,
        /// The cell.
        text: String,
    },
    /// An amount that is none.
    #[error("row {row}: {cause}")]
    Amount {
        /// Row in the file.
        row: u32,
        /// What is wrong with it.
        cause: MoneyError,
    },
    /// A number that a spreadsheet damaged by taking it for a quantity.
    #[error("row {row}: a spreadsheet damaged the number {text:?}: download the bill again")]
    DamagedId {
        /// Row in the file.
        row: u32,
        /// The cell.
        text: String,
    },
    /// A merchant's bill without its end.
    #[error("the bill stops before its totals: the file is cut or damaged")]
    NoTotals,
    /// A merchant's bill that contradicts its own totals.
    #[error("the bill says {said} for {column} and its rows make {found}")]
    Totals {
        /// Of what.
        column: String,
        /// What it says.
        said: String,
        /// What its rows make.
        found: String,
    },
    /// A running balance that does not follow from the row before.
    #[error("the balance of row {row} does not follow from the row before: a row is missing")]
    Balance {
        /// Row in the file.
        row: u32,
    },
    /// Another currency.
    #[error("row {row} is in {currency:?}, and the ledger keeps renminbi")]
    Currency {
        /// Row in the file.
        row: u32,
        /// What it says.
        currency: String,
    },
    /// Neither money in nor money out, or both.
    #[error("row {row} does not say which way the money went")]
    Way {
        /// Row in the file.
        row: u32,
    },
    /// Sums beyond what money can be.
    #[error("the rows sum to more than {max} yuan", max = Fen::MAX)]
    Sum,
}

impl BillError {
    /// The refusal in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        if !zh {
            return self.to_string();
        }
        match self {
            BillError::Empty => "文件是空的".into(),
            BillError::FileTooLarge { len, max } => format!("文件有{len}字节，最多{max}字节"),
            BillError::BookTooLarge { max, .. } => format!("工作簿解压后过大（上限{max}）"),
            BillError::Encoding { line, encoding } => format!("第{line}行不是{encoding}文本"),
            BillError::Quote(line) => format!("第{line}行的引号没有闭合"),
            BillError::CellTooLong { row, max } => format!("第{row}行有超过{max}字节的单元格"),
            BillError::TooManyRows(max) => format!("文件超过{max}行"),
            BillError::TooWide { row, max } => format!("第{row}行超过{max}个单元格"),
            BillError::ShortRow { row, cells, expected } => {
                format!("第{row}行只有{cells}列，应有{expected}列：文件不完整")
            }
            BillError::LongRow { row, expected } => format!("第{row}行超出表头的{expected}列"),
            BillError::Locked => "压缩包有密码：请先用微信或支付宝发来的密码解压".into(),
            BillError::Archive => "这是压缩包：请先解压".into(),
            BillError::Book(cause) => format!("工作簿已损坏：{cause}"),
            BillError::Foreign(foreign) => format!("这是{}，不能导入", foreign.text(true)),
            BillError::Unknown { seen } => format!("不认识的表头：{seen}（可用映射文件说明）"),
            BillError::MissingColumn { row, column } => format!("第{row}行的表头缺少“{column}”"),
            BillError::ColumnTwice { row, column } => format!("第{row}行的表头有两个“{column}”"),
            BillError::TwoSheets(names) => {
                format!("几个工作表都有记录：{}；用 --sheet 写明是哪一个", names.join("、"))
            }
            BillError::NoSuchSheet { wanted, found } => {
                format!("工作表“{wanted}”不是账单，可用的有：{}", found.join("、"))
            }
            BillError::Time { row, text } => format!("第{row}行的时间无法识别：{text}"),
            BillError::Amount { row, cause } => format!("第{row}行的金额无法识别：{cause}"),
            BillError::DamagedId { row, text } => {
                format!("第{row}行的单号被表格软件损坏：{text}，请重新下载账单")
            }
            BillError::NoTotals => "账单没有末尾的合计：文件不完整".into(),
            BillError::Totals { column, said, found } => {
                format!("账单的{column}写的是{said}，各行相加是{found}")
            }
            BillError::Balance { row } => format!("第{row}行的结余与上一行不接：缺了行"),
            BillError::Currency { row, currency } => {
                format!("第{row}行的币种是{currency}，账本只记人民币")
            }
            BillError::Way { row } => format!("第{row}行看不出是收入还是支出"),
            BillError::Sum => format!("合计超过{}元", Fen::MAX),
        }
    }
}

/// What a reader should know about a bill that was read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// The bill says another count of rows than it has.
    Count {
        /// What it says.
        declared: u64,
        /// What it has.
        found: u64,
        /// Whether the provider says itself that it may differ (Alipay, note 6).
        legal: bool,
    },
    /// The bill says another total than its rows have.
    Total {
        /// Of which rows.
        direction: Direction,
        /// What it says: count and sum.
        declared: (u64, Fen),
        /// What it has: count and sum.
        found: (u64, Fen),
        /// Whether the provider says itself that it may differ (Alipay, note 6).
        legal: bool,
    },
    /// Only income was exported: spending and refunds cannot be seen.
    IncomeOnly(String),
    /// The last line has no end.
    OpenEnd(u32),
    /// Times without seconds: the file was saved again by a spreadsheet.
    NoSeconds,
    /// A row word for word the same as an earlier one counts once.
    Repeat {
        /// The later row.
        row: u32,
        /// The first.
        first: u32,
    },
    /// The fees of a day are no whole number of fen, or below nothing: nothing is booked for them.
    FeeRest {
        /// The day.
        day: Day,
        /// Their exact sum.
        sum: Exact,
    },
    /// The bill says a gift was given back, and no row does it.
    RefundUnseen {
        /// The gift's row.
        row: u32,
        /// What was given back and is not seen.
        fen: Fen,
    },
}

impl Warning {
    /// Whether a strict import refuses the file.
    pub fn is_grave(&self) -> bool {
        match self {
            Warning::OpenEnd(_) => true,
            Warning::Count { legal, .. } | Warning::Total { legal, .. } => !legal,
            _ => false,
        }
    }

    /// The warning in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        match self {
            Warning::Count { declared, found, .. } if zh => {
                format!("账单声明{declared}笔记录，实有{found}笔")
            }
            Warning::Count { declared, found, .. } => {
                agreed!("the bill declares {declared} rows and has {found}")
            }
            Warning::Total { direction, declared: (n, fen), found: (m, sum), .. } => {
                let name = direction_name(*direction, zh);
                if zh {
                    format!("{name}：账单声明{n}笔{fen:#}元，实有{m}笔{sum:#}元")
                } else {
                    format!("{name}: the bill declares {n} for {fen:#} and has {m} for {sum:#}")
                }
            }
            Warning::IncomeOnly(kind) if zh => format!("只导出了收入（{kind}），看不到退款和支出"),
            Warning::IncomeOnly(kind) => format!("only income was exported ({kind}): no refunds"),
            Warning::OpenEnd(line) if zh => format!("第{line}行没有换行，文件可能不完整"),
            Warning::OpenEnd(line) => format!("line {line} does not end: the file may be cut"),
            Warning::NoSeconds if zh => "时间缺少秒：文件被表格软件重新保存过".into(),
            Warning::NoSeconds => "times lack seconds: a spreadsheet saved the file again".into(),
            Warning::Repeat { row, first } if zh => format!("第{row}行与第{first}行相同，只计一次"),
            Warning::Repeat { row, first } => {
                format!("row {row} repeats row {first}, counted once")
            }
            Warning::FeeRest { day, sum } if zh => {
                format!("{day} 手续费合计{sum}元，不是整分，不记账；以资金账单的实际扣款为准")
            }
            Warning::FeeRest { day, sum } => format!(
                "the fees of {day} come to {sum}, no whole fen, and are not booked: the bill of funds \
                 says what was charged"
            ),
            Warning::RefundUnseen { row, fen } if zh => {
                format!("第{row}行的捐款已退{fen:#}元，但没有对应的退款行")
            }
            Warning::RefundUnseen { row, fen } => {
                format!("{fen} of the gift in row {row} went back, and no row shows it")
            }
        }
    }
}

fn direction_name(direction: Direction, zh: bool) -> &'static str {
    match (direction, zh) {
        (Direction::In, true) => "收入",
        (Direction::In, false) => "income",
        (Direction::Out, true) => "支出",
        (Direction::Out, false) => "spending",
        (_, true) => "中性交易",
        (_, false) => "neutral",
    }
}
