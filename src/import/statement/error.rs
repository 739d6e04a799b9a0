//! Why a file is not read as a statement.

use crate::domain::money::MoneyError;
use crate::import::{BillError, Foreign};

/// Why a file is refused. Nothing of it is held against the ledger.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The file itself cannot be read.
    #[error(transparent)]
    File(#[from] BillError),
    /// A file of someone else.
    #[error("this is {}: not a statement of a bank", .0.text(false))]
    Foreign(Foreign),
    /// A bill in which gifts arrive.
    #[error("this is a bill: read it with yishan import")]
    Bill,
    /// No bank's header anywhere.
    #[error("no known bank's columns are in it")]
    Unknown,
    /// A bank's header with a hole.
    #[error("the header of {bank} in row {row} lacks the column {column:?}")]
    Column {
        /// Whose it is.
        bank: &'static str,
        /// Row of the header.
        row: u32,
        /// The column's name.
        column: &'static str,
    },
    /// A column of money twice.
    #[error("the statement's header has the column {0:?} twice")]
    Twice(String),
    /// More lines than any statement.
    #[error("the statement has more than {0} lines")]
    TooMany(usize),
    /// A line that stops before its balance.
    #[error("line {row} of the statement stops in the middle: the file is cut")]
    Cut {
        /// Row in the file.
        row: u32,
    },
    /// A time that is none.
    #[error("line {row} of the statement: {text:?} is not a day and time")]
    Time {
        /// Row in the file.
        row: u32,
        /// The cell.
        text: String,
    },
    /// An amount that is none.
    #[error("line {row} of the statement: {cause}")]
    Amount {
        /// Row in the file.
        row: u32,
        /// What is wrong with it.
        cause: MoneyError,
    },
    /// Money in and money out in one line, or a mark that says neither.
    #[error("line {row} of the statement does not say which way the money went")]
    Way {
        /// Row in the file.
        row: u32,
    },
    /// Another currency.
    #[error("line {row} of the statement is in {currency:?}, and the ledger keeps renminbi")]
    Currency {
        /// Row in the file.
        row: u32,
        /// What it says.
        currency: String,
    },
}

impl StatementError {
    /// The refusal in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        if !zh {
            return self.to_string();
        }
        match self {
            StatementError::File(why) => why.text(true),
            StatementError::Foreign(foreign) => {
                format!("这是{}，不是银行对账单", foreign.text(true))
            }
            StatementError::Bill => "这是收款账单：请用 yishan import 导入".into(),
            StatementError::Unknown => "不认识的银行对账单：没有已知的表头".into(),
            StatementError::Column { row, column, .. } => {
                format!("第{row}行的表头缺少“{column}”")
            }
            StatementError::Twice(column) => format!("对账单表头有两个“{column}”"),
            StatementError::TooMany(max) => format!("对账单超过{max}行"),
            StatementError::Cut { row } => format!("第{row}行不完整：文件被截断"),
            StatementError::Time { row, text } => format!("第{row}行的日期无法识别：{text}"),
            StatementError::Amount { row, cause } => format!("第{row}行的金额无法识别：{cause}"),
            StatementError::Way { row } => format!("第{row}行看不出是收入还是支出"),
            StatementError::Currency { row, currency } => {
                format!("第{row}行的币种是“{currency}”，账本只记人民币")
            }
        }
    }
}
