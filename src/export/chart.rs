//! What the books of the ledger are called in a chart of accounts.
//!
//! ```text
//! held:wx                  Assets:Money:Wx
//! promised                 Liabilities:Promised       what is promised is owed
//! agency                   Liabilities:Agency         money only passed on: never income
//! free, pot:autumn         Income:Gifts:Free …:Pot:Autumn, Expenses:Committed:Free, …
//! ```
//!
//! Money without or with a purpose (free, pots) is not one account but what income left of
//! expenses: its balance is the sum of all accounts that end with its name, sign turned. So the
//! same accounts give a statement of activities, by kind of movement, and one of position, by
//! purpose.

use crate::domain::money::Fen;
use crate::domain::sums::{Balance, Book, Move};
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
        Book::Held(id) => Account {
            name: format!("Assets:Money:{}", capital(id)),
            zh: format!("货币资金：{id}"),
        },
        Book::Promised => named("Liabilities:Promised", "已安排待付"),
        Book::Agency => named("Liabilities:Agency", "受托代理负债"),
        Book::Free => purpose(kind, "Free", "非限定性"),
        Book::Pot(id) => purpose(kind, &pot(id), &format!("限定性 {id}")),
    }
}

/// The account in which what `book` held before the first day written out begins.
fn beginning(book: Book) -> Account {
    match book {
        Book::Free => named("Equity:Opening:Free", "期初净资产：非限定性"),
        Book::Pot(id) => {
            let (name, zh) = (format!("Equity:Opening:{}", pot(id)), "期初净资产：限定性");
            Account { name, zh: format!("{zh} {id}") }
        }
        book => lasting(book),
    }
}

/// The account of a book that is the same from day to day, whatever moves.
fn lasting(book: Book) -> Account {
    account(book, Move::Gift)
}

/// What an account holds, in yuan as both programs write it: what grows by credits is negative.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holding {
    /// The account.
    pub account: Account,
    /// What it holds.
    pub yuan: String,
}

impl Holding {
    fn new(account: Account, book: Book, fen: Fen) -> Holding {
        let debit = matches!(book, Book::Held(_)) || fen == Fen::ZERO;
        Holding { account, yuan: format!("{}{fen}", if debit { "" } else { "-" }) }
    }
}

/// Where the accounts begin that go on from `balance`.
pub fn opening(balance: &Balance) -> Vec<Holding> {
    let held = balance.held.0.iter().map(|(id, fen)| (Book::Held(*id), *fen));
    let pots = balance.pots.0.0.iter().map(|(id, fen)| (Book::Pot(*id), *fen));
    let funds = [
        (Book::Free, balance.free),
        (Book::Promised, balance.promised),
        (Book::Agency, balance.agency.0),
    ];
    let some = held.chain(funds).chain(pots).filter(|(_, fen)| *fen > Fen::ZERO);
    some.map(|(book, fen)| Holding::new(beginning(book), book, fen)).collect()
}

/// What each account holds that has a balance of its own: all of money, and of the others those
/// that hold something or were `used` before.
pub fn stated(balance: &Balance, used: impl Fn(&str) -> bool) -> Vec<Holding> {
    let held = balance.held.0.iter().map(|(id, fen)| (Book::Held(*id), *fen));
    let owed = [(Book::Promised, balance.promised), (Book::Agency, balance.agency.0)];
    let all = held.chain(owed).map(|(book, fen)| (lasting(book), book, fen));
    let told = all.filter(|(account, book, fen)| {
        matches!(book, Book::Held(_)) || *fen > Fen::ZERO || used(&account.name)
    });
    told.map(|(account, book, fen)| Holding::new(account, book, fen)).collect()
}

/// How the accounts of a pot end.
fn pot(id: Id) -> String {
    format!("Pot:{}", capital(id))
}

fn purpose(kind: Move, end: &str, zh: &str) -> Account {
    let (begin, called) = begin(kind);
    Account { name: format!("{begin}:{end}"), zh: format!("{called}：{zh}") }
}

/// What the accounts of a kind of movement begin with, where it comes from or goes to, and what
/// people call that.
fn begin(kind: Move) -> (&'static str, &'static str) {
    match kind {
        Move::Gift => ("Income:Gifts", "捐赠收入"),
        Move::Refund => ("Income:Refunds", "捐赠收入退回"),
        Move::Interest => ("Income:Interest", "利息收入"),
        Move::Grant => ("Income:Grants", "政府补助收入"),
        Move::Match => ("Income:Matching", "平台配捐收入"),
        Move::Proceeds => ("Income:Proceeds", "变卖收入"),
        Move::Fee => ("Expenses:Fees", "手续费"),
        Move::Promise => ("Expenses:Committed", "已批准的支出"),
        Move::Clawback => ("Expenses:Returned", "收回已发放款"),
        Move::Collect => ("Income:Boxes", "募捐箱收入"),
        Move::Surplus => ("Income:Surplus", "现金长款"),
        Move::Shortage => ("Expenses:Shortage", "现金短款"),
        Move::Rededicate => ("Equity:Rededicated", "用途变更"),
        Move::Entrust | Move::Pass => ("Equity:Agency", "代收代付结转"),
        Move::Transfer => ("Equity:Transfers", "内部转账"),
        Move::Pay | Move::Spend => ("Expenses:Paid", "支出"),
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
