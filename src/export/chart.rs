//! What the books of the ledger are called in a chart of accounts.
//!
//! ```text
//! held:wx                  Assets:Money:Wx
//! promised                 Liabilities:Promised       what is promised is owed
//! agency                   Liabilities:Agency         money only passed on: never income
//! free, pot:autumn         Income:Gifts:Free …:Pot:Autumn, Expenses:Allocations:Free, …
//! ```
//!
//! Money without or with a purpose (free, pots) is not one account but what income left of
//! expenses: its balance is the sum of all accounts that end with its name, sign turned. So the
//! same accounts give a statement of activities, by kind of movement, and one of position, by
//! purpose.

use crate::domain::refusal::Both;
use crate::domain::sums::{Book, Move};
use crate::domain::text::Id;

/// One account: its name as both programs take it, and what people call it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Account {
    /// Parts joined by colons, each beginning with a capital.
    pub name: String,
    /// In Chinese.
    pub zh: String,
}

/// The account in which a movement of `kind` books `book`.
pub fn account(book: Book, kind: Move) -> Account {
    match book {
        Book::Held(id) => Account { name: money(id), zh: format!("货币资金：{id}") },
        Book::Promised => named("Liabilities:Promised", "已安排待付"),
        Book::Agency => named("Liabilities:Agency", "受托代理负债"),
        Book::Free => purpose(kind, "Free", "非限定性"),
        Book::Pot(id) => purpose(kind, &pot(id), &format!("限定性 {id}")),
    }
}

/// The account in which what `book` held before the first day written out begins.
pub fn opening(book: Book) -> Account {
    match book {
        Book::Free => named("Equity:Opening:Free", "期初净资产：非限定性"),
        Book::Pot(id) => {
            let (name, zh) = (format!("Equity:Opening:{}", pot(id)), "期初净资产：限定性");
            Account { name, zh: format!("{zh} {id}") }
        }
        // The others are the same from day to day, whatever moves.
        book => account(book, Move::Gift),
    }
}

/// The account of a money account.
pub fn money(id: Id) -> String {
    format!("Assets:Money:{}", capital(id))
}

/// How the accounts of a pot end.
fn pot(id: Id) -> String {
    format!("Pot:{}", capital(id))
}

fn purpose(kind: Move, end: &str, zh: &str) -> Account {
    let (begin, Both(called, _)) = begin(kind);
    Account { name: format!("{begin}:{end}"), zh: format!("{called}：{zh}") }
}

/// What the accounts of a kind of movement begin with: where it comes from or goes to.
fn begin(kind: Move) -> (&'static str, Both) {
    match kind {
        Move::Gift => ("Income:Gifts", Both("捐赠收入", "gifts")),
        Move::Refund => ("Income:Refunds", Both("捐赠收入退回", "refunds")),
        Move::Interest => ("Income:Interest", Both("利息收入", "interest")),
        Move::Grant => ("Income:Grants", Both("政府补助收入", "appropriations")),
        Move::Match => ("Income:Matching", Both("平台配捐收入", "platform matching")),
        Move::Proceeds => ("Income:Proceeds", Both("变卖收入", "proceeds of sales")),
        Move::Fee => ("Expenses:Fees", Both("手续费", "fees")),
        Move::Promise => ("Expenses:Committed", Both("已批准的支出", "what was approved")),
        Move::Rededicate => ("Equity:Rededicated", Both("用途变更", "changes of purpose")),
        kind => match kind.word() {
            "entrust" | "pass" => ("Equity:Agency", Both("代收代付结转", "left by sponsors")),
            "transfer" => ("Equity:Transfers", Both("内部转账", "transfers")),
            _ => ("Expenses:Paid", Both("支出", "payments")),
        },
    }
}

fn named(name: &str, zh: &str) -> Account {
    Account { name: name.to_owned(), zh: zh.to_owned() }
}

/// A handle as part of a name: handles begin with a small letter, so none become the same.
fn capital(id: Id) -> String {
    let mut chars = id.as_str().chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
