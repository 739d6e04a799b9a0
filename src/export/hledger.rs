//! A journal of hledger (and ledger): <https://hledger.org/hledger.html#journal>.
//!
//! ```text
//! 2026-11-22 * (41/0) 捐款 gift
//!     Assets:Money:Wx  1.00 CNY
//!     Income:Gifts:Free  -1.00 CNY
//! 2026-11-22 * (56/0) 日结 day close
//!     Assets:Money:Wx  0 CNY = 63.00 CNY
//! ```
//!
//! Accounts are declared where they are first used, so that `hledger check --strict` holds.

use super::chart::{self, Account, account};
use super::{Format, Movement};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
use crate::domain::text::Place;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// See the module.
#[derive(Debug, Default)]
pub struct Hledger {
    declared: BTreeSet<String>,
}

impl Hledger {
    fn declare(&mut self, out: &mut String, account: &Account) {
        if self.declared.insert(account.name.clone()) {
            let _ = writeln!(out, "account {}  ; {}", account.name, account.zh);
        }
    }
}

impl Format for Hledger {
    fn head(&mut self, books: &Books, left: Option<&Close>) -> String {
        let mut out = String::from("commodity 1000.00 CNY\n");
        if let Some(fund) = &books.fund {
            let _ = writeln!(out, "; {}", fund.origin);
        }
        let Some(close) = left else { return out };
        let begin = chart::opening(&close.closing);
        for holding in &begin {
            self.declare(&mut out, &holding.account);
        }
        let _ = writeln!(out, "\n{} * 期初 opening", close.day);
        for holding in begin {
            let _ = writeln!(out, "    {}  {} CNY", holding.account.name, holding.yuan);
        }
        out
    }

    fn movement(&mut self, movement: &Movement<'_>) -> String {
        let Movement { place, day, kind, posting, .. } = movement;
        let mut out = String::new();
        let [debit, credit] = [posting.debit, posting.credit].map(|book| account(book, *kind));
        self.declare(&mut out, &debit);
        self.declare(&mut out, &credit);
        let (title, fen) = (movement.title(), posting.fen);
        let _ = write!(
            out,
            "\n{day} * ({place}) {title}\n    {}  {fen} CNY\n    {}  -{fen} CNY\n",
            debit.name, credit.name,
        );
        out
    }

    fn close(&mut self, close: &Close, place: Place) -> String {
        let stated = chart::stated(&close.closing, |name| self.declared.contains(name));
        let mut out = String::new();
        for holding in &stated {
            self.declare(&mut out, &holding.account);
        }
        if !stated.is_empty() {
            let _ = writeln!(out, "\n{} * ({place}) 日结 day close", close.day);
        }
        for holding in stated {
            let _ = writeln!(out, "    {}  0 CNY = {} CNY", holding.account.name, holding.yuan);
        }
        out
    }
}
