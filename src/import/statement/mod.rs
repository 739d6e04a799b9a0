//! Bank statements (对账单): what the bank says it did with an account, line by line.
//!
//! ```text
//! CSV, XLS, XLSX ── read ── Statement { lines } ── prove ── opening, closing ── matching ── pairs
//! ```
//!
//! A statement is evidence, never a source of entries by itself: its lines are held against what
//! the ledger has. Names, card numbers and messages stay in memory; of a statement the ledger
//! learns the balances, the number of lines and a digest of the file.

mod error;
mod layouts;
pub mod matching;
mod prove;
mod read;

pub use error::StatementError;
pub use layouts::Bank;
pub use prove::{Break, Proven};
pub use read::STATEMENT_MAX;

use crate::domain::money::Fen;
use crate::domain::time::Wall;
use std::fmt;

/// The most lines of one statement.
pub const LINES_MAX: usize = 200_000;

/// An amount with a direction, in fen: what came in is positive.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Signed(pub i64);

impl Signed {
    /// The amount, money in or money out.
    pub fn new(fen: Fen, inward: bool) -> Signed {
        // Money is at most 2^53 - 1 fen.
        let fen = i64::try_from(fen.get()).unwrap_or(i64::MAX);
        Signed(if inward { fen } else { -fen })
    }

    /// The amount without its direction.
    pub fn fen(self) -> Fen {
        Fen::new(self.0.unsigned_abs()).unwrap_or(Fen::MAX)
    }

    /// Whether money came in.
    pub fn inward(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 < 0 { "-" } else { "+" })?;
        self.fen().fmt(f)
    }
}

/// One line of a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatementLine {
    /// Its row in the file, from 1.
    pub number: u32,
    /// When the bank booked it; midnight where it says only the day.
    pub time: Wall,
    /// Whether it says the time of day.
    pub timed: bool,
    /// How much, and which way.
    pub amount: Signed,
    /// What the account held after it; `None` where the cell cannot be read.
    pub balance: Option<Fen>,
    /// 摘要: what kind of movement the bank calls it.
    pub kind: String,
    /// 对方户名: for people at the desk, never for the ledger.
    pub party: String,
    /// 附言: likewise.
    pub memo: String,
    /// The bank's own number of it; empty where it gives none.
    pub serial: String,
}

/// What moves money between a wallet and a bank.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wallet {
    /// 财付通.
    Wechat,
    /// 支付宝.
    Alipay,
}

impl StatementLine {
    fn says(&self, words: &[&str]) -> bool {
        let texts = [&self.kind, &self.party, &self.memo];
        texts.iter().any(|text| words.iter().any(|word| text.contains(word)))
    }

    /// The wallet on the other side, if one is named.
    pub fn wallet(&self) -> Option<Wallet> {
        if self.says(&["财付通", "微信", "腾讯支付"]) {
            return Some(Wallet::Wechat);
        }
        self.says(&["支付宝", "蚂蚁"]).then_some(Wallet::Alipay)
    }

    /// Whether the bank names `words` as the kind of what it did by itself: nobody stands on the
    /// other side. What a person wrote never decides.
    fn own(&self, words: &[&str]) -> bool {
        let nobody = self.party.trim().trim_matches('-').is_empty();
        nobody && words.iter().any(|word| self.kind.contains(word))
    }

    /// Whether the bank paid interest with it.
    pub fn is_interest(&self) -> bool {
        self.amount.inward() && !self.kind.contains('税') && self.own(&["结息", "利息"])
    }

    /// Whether the bank took it for its own services.
    pub fn is_charge(&self) -> bool {
        let words = ["手续费", "管理费", "工本费", "短信费", "服务费", "年费", "汇划费"];
        self.amount.0 < 0 && self.own(&words)
    }
}

/// A statement that was read whole, its lines in the order in which they happened as far as the
/// balances tell.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// Whose layout it is in.
    pub bank: Bank,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Its lines.
    pub lines: Vec<StatementLine>,
    /// What its balances prove, or where they do not.
    pub proof: Result<Proven, Break>,
}
