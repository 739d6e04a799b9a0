//! A file of beancount: <https://beancount.github.io/docs/beancount_language_syntax.html>.
//!
//! ```text
//! 2026-11-22 * "捐款 gift"
//!   place: "41/0"
//!   Assets:Money:Wx  1.00 CNY
//!   Income:Gifts:Free  -1.00 CNY
//! 2026-11-23 balance Assets:Money:Wx  63.00 CNY
//! ```
//!
//! A balance is asserted on the morning after, for beancount looks before the day's transactions.

use super::chart::{Account, account, opening};
use super::hledger::{holdings, next};
use super::{Format, Movement};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::domain::sums::{Book, Move};
use crate::domain::text::Place;
use crate::domain::time::Day;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// See the module.
#[derive(Debug, Default)]
pub struct Beancount {
    opened: BTreeSet<String>,
}

impl Beancount {
    fn open(&mut self, out: &mut String, day: Day, account: &Account) {
        if self.opened.insert(account.name.clone()) {
            let _ = write!(out, "{day} open {} CNY\n  name: \"{}\"\n", account.name, account.zh);
        }
    }
}

impl Format for Beancount {
    fn head(&mut self, books: &Books, left: Option<&Close>) -> String {
        let mut out = String::new();
        if let Some(fund) = &books.fund {
            let _ = writeln!(out, "option \"title\" \"{}\"", fund.origin);
        }
        out += "option \"operating_currency\" \"CNY\"\n";
        let Some(close) = left else { return out };
        let holdings = holdings(&close.closing);
        for (book, ..) in &holdings {
            self.open(&mut out, close.day, &opening(*book));
        }
        let _ = writeln!(out, "{} * \"期初 opening\"", close.day);
        for (book, credit, fen) in holdings {
            let sign = if credit { "-" } else { "" };
            let _ = writeln!(out, "  {}  {sign}{fen} CNY", opening(book).name);
        }
        out
    }

    fn movement(&mut self, movement: &Movement<'_>) -> String {
        let Movement { place, day, kind, undone, posting, .. } = movement;
        let mut out = String::new();
        let [debit, credit] = [posting.debit, posting.credit].map(|book| account(book, *kind));
        self.open(&mut out, *day, &debit);
        self.open(&mut out, *day, &credit);
        let (Both(zh, en), fen) = (kind.both(), posting.fen);
        let (back, taken) = if *undone { ("冲正", "reversal of ") } else { ("", "") };
        let _ = write!(
            out,
            "{day} * \"{back}{zh} {taken}{en}\"\n  place: \"{place}\"\n  {}  {fen} CNY\n  {}  -{fen} CNY\n",
            debit.name, credit.name,
        );
        out
    }

    fn close(&mut self, close: &Close, _: Place) -> String {
        let (mut out, morning) = (String::new(), next(close.day));
        let held = close.closing.held.0.iter().map(|(id, fen)| (Book::Held(*id), false, *fen));
        let owed =
            [(Book::Promised, close.closing.promised), (Book::Agency, close.closing.agency.0)];
        for (book, credit, fen) in held.chain(owed.map(|(book, fen)| (book, true, fen))) {
            let known = account(book, Move::Gift);
            if !credit || fen > Fen::ZERO || self.opened.contains(&known.name) {
                self.open(&mut out, close.day, &known);
                let sign = if credit && fen > Fen::ZERO { "-" } else { "" };
                let _ = writeln!(out, "{morning} balance {}  {sign}{fen} CNY", known.name);
            }
        }
        out
    }
}
