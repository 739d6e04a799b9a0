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

use super::chart::{self, Account, account};
use super::{Format, Movement};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
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
        let begin = chart::opening(&close.closing);
        for holding in &begin {
            self.open(&mut out, close.day, &holding.account);
        }
        let _ = writeln!(out, "{} * \"期初 opening\"", close.day);
        for holding in begin {
            let _ = writeln!(out, "  {}  {} CNY", holding.account.name, holding.yuan);
        }
        out
    }

    fn movement(&mut self, movement: &Movement<'_>) -> String {
        let Movement { place, day, kind, posting, .. } = movement;
        let mut out = String::new();
        let [debit, credit] = [posting.debit, posting.credit].map(|book| account(book, *kind));
        self.open(&mut out, *day, &debit);
        self.open(&mut out, *day, &credit);
        let (title, fen) = (movement.title(), posting.fen);
        let _ = write!(
            out,
            "{day} * \"{title}\"\n  place: \"{place}\"\n  {}  {fen} CNY\n  {}  -{fen} CNY\n",
            debit.name, credit.name,
        );
        out
    }

    fn close(&mut self, close: &Close, _: Place) -> String {
        let (mut out, morning) = (String::new(), close.day.offset(1).unwrap_or(close.day));
        for holding in chart::stated(&close.closing, |name| self.opened.contains(name)) {
            self.open(&mut out, close.day, &holding.account);
            let _ =
                writeln!(out, "{morning} balance {}  {} CNY", holding.account.name, holding.yuan);
        }
        out
    }
}
