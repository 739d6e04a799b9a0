//! 对账: what a bank says of an account, and how that agrees with the books.
//!
//! [`statement`] records what the bank stated and proved by its running balance, one statement
//! continuing the other; [`reconcile`] records for the end of a closed day which movements only one
//! side has yet, and what nobody can explain.

pub mod reconcile;
pub mod statement;

use crate::domain::books::Act;
use crate::domain::money::Fen;
use crate::domain::refusal::{Refusal, texts};
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::{record, tables};

record! {
    /// What the books know of a statement.
    pub struct Stated {
        /// The account.
        account: Id = "account",
        /// The last day it covers.
        to: Day = "to",
        /// What the account held at the end of that day, in fen.
        closing: Fen = "closing",
    }
}

record! {
    /// The latest reconciliation of an account.
    #[derive(Copy)]
    pub struct Period {
        /// The day up to which it was reconciled.
        to: Day = "to",
        /// The line that says so.
        by: Place = "by",
        /// Whether both sides had everything: nothing outstanding, nothing unexplained.
        settled: bool = "settled",
    }
}

tables! {
    /// What the books know of statements and reconciliations.
    pub struct Bank {
        /// Statements, by place; reversed ones are gone.
        statements: Table<Place, Stated> = "statements",
        /// The latest reconciliation of each account.
        periods: Table<Id, Period> = "periods",
    }
}

impl Bank {
    /// The account's latest statement and where it stands.
    pub fn latest(&self, account: Id) -> Option<(Place, &Stated)> {
        let mut all = self.statements.iter().rev().filter(|(_, s)| s.account == account);
        all.next().map(|(place, stated)| (*place, stated))
    }

    /// The account's statement that ends with the day `to`.
    pub fn ending(&self, account: Id, to: Day) -> Option<&Stated> {
        let mut all = self.statements.iter().map(|(_, stated)| stated);
        all.find(|stated| stated.account == account && stated.to == to)
    }
}

texts! {
    /// Why a line about a bank's statement is refused.
    BankRefusal:
    StatementOrder { from: Day, to: Day }
        "对账单从 {from} 到 {to}：起始日不能晚于截止日",
        "the statement goes from {from} to {to}; it cannot end before it begins";
    PeriodAhead { to: Day, today: Day }
        "对账期截止 {to}，今天是 {today}：当天还可能有收支，过了这一天才能记",
        "the period ends {to} and this is {today}; a day is stated once it is over";
    StatementGap { account: Id, closing: Fen, to: Day, opening: Fen, from: Day }
        "账户 {account} 上一张对账单到 {to}，余额 {closing} 元；这一张从 {from} 起，期初 {opening} 元，接不上；登记过的不必再登记；缺了的，请先补上中间的对账单，没有明细的日子用 --from、--to 写明由哪一张覆盖",
        "the last statement of {account} ends {to} with {closing} yuan and this one begins {from} with {opening}; one that is recorded is not recorded again; if one is missing between them, record it first, and say with --from or --to which covers days without lines";
    NoStatement { account: Id, to: Day }
        "账户 {account} 没有截止 {to} 的对账单；请先 yishan statement",
        "there is no statement of {account} that ends {to}; record it first with yishan statement";
    PeriodClosed { account: Id, to: Day, last: Day }
        "账户 {account} 已对账到 {last}，不能再对 {to}；以前的差异写进下一期",
        "the account {account} is reconciled up to {last}, and {to} is not after it; what differs goes into the next period";
    DayNotClosed { day: Day }
        "{day} 还没有日结，账面余额未定；请先 yishan close",
        "{day} was not closed, so the books state no balance for it; close it first with yishan close";
    ReconcileDiffers { field: String, stated: Fen, replayed: Fen }
        "调节表的 {field} 写的是 {stated} 元，重算为 {replayed} 元；请重新对账",
        "the reconciliation states {stated} yuan for {field}, and the replay gives {replayed}; make it anew";
    TallyOdd { field: String, count: u64, fen: Fen }
        "调节表的 {field} 写的是 {count} 笔共 {fen} 元；笔数与金额须同为 0 或同不为 0",
        "the reconciliation states {count} movements of {fen} yuan for {field}; both are 0 or neither is";
    Unexplained { fen: Fen }
        "还有 {fen} 元差异没有说明；差异为 0.00 或写明原因（--why）才能对平",
        "{fen} yuan are unexplained; a period closes at 0.00 or with an explanation (--why)";
    CashierReconciles { officer: Id }
        "{officer} 兼任出纳，不能对账（会计法第三十五条）；请由出纳以外的人来做",
        "{officer} is a cashier and does not reconcile (会计法 §35); let somebody else do it";
}

impl Act<'_> {
    /// Refuses the end of a period that is not over.
    pub(crate) fn is_over(&self, to: Day) -> Result<(), Refusal> {
        if to < self.today() {
            return Ok(());
        }
        Err(BankRefusal::PeriodAhead { to, today: self.today() }.into())
    }
}
