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

use super::chart::{Account, account, money, opening};
use super::{Format, Movement};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::domain::sums::{Balance, Book, Move};
use crate::domain::text::Place;
use crate::domain::time::Day;
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

/// What `balance` holds, book by book, with the sign that its account has.
pub(super) fn holdings(balance: &Balance) -> Vec<(Book, bool, Fen)> {
    let held = balance.held.0.iter().map(|(id, fen)| (Book::Held(*id), false, *fen));
    let pots = balance.pots.0.0.iter().map(|(id, fen)| (Book::Pot(*id), true, *fen));
    let rest = [
        (Book::Free, true, balance.free),
        (Book::Promised, true, balance.promised),
        (Book::Agency, true, balance.agency.0),
    ];
    held.chain(rest).chain(pots).filter(|(_, _, fen)| *fen > Fen::ZERO).collect()
}

impl Format for Hledger {
    fn head(&mut self, books: &Books, left: Option<&Close>) -> String {
        let mut out = String::from("commodity 1000.00 CNY\n");
        if let Some(fund) = &books.fund {
            let _ = writeln!(out, "; {}", fund.origin);
        }
        let Some(close) = left else { return out };
        let holdings = holdings(&close.closing);
        for (book, ..) in &holdings {
            self.declare(&mut out, &opening(*book));
        }
        let _ = writeln!(out, "\n{} * 期初 opening", close.day);
        for (book, credit, fen) in holdings {
            let sign = if credit { "-" } else { "" };
            let _ = writeln!(out, "    {}  {sign}{fen} CNY", opening(book).name);
        }
        out
    }

    fn movement(&mut self, movement: &Movement<'_>) -> String {
        let Movement { place, day, kind, undone, posting, .. } = movement;
        let mut out = String::new();
        let [debit, credit] = [posting.debit, posting.credit].map(|book| account(book, *kind));
        self.declare(&mut out, &debit);
        self.declare(&mut out, &credit);
        let (Both(zh, en), fen) = (kind.both(), posting.fen);
        let (back, taken) = if *undone { ("冲正", "reversal of ") } else { ("", "") };
        let _ = write!(
            out,
            "\n{day} * ({place}) {back}{zh} {taken}{en}\n    {}  {fen} CNY\n    {}  -{fen} CNY\n",
            debit.name, credit.name,
        );
        out
    }

    fn close(&mut self, close: &Close, place: Place) -> String {
        let mut out = String::new();
        let mut holds = Vec::new();
        for (id, fen) in &close.closing.held.0 {
            let known = account(Book::Held(*id), Move::Gift);
            self.declare(&mut out, &known);
            holds.push(format!("    {}  0 CNY = {fen} CNY\n", money(*id)));
        }
        for (book, fen) in
            [(Book::Promised, close.closing.promised), (Book::Agency, close.closing.agency.0)]
        {
            let known = account(book, Move::Gift);
            if fen > Fen::ZERO || self.declared.contains(&known.name) {
                self.declare(&mut out, &known);
                let sign = if fen > Fen::ZERO { "-" } else { "" };
                holds.push(format!("    {}  0 CNY = {sign}{fen} CNY\n", known.name));
            }
        }
        if !holds.is_empty() {
            let _ = write!(out, "\n{} * ({place}) 日结 day close\n{}", close.day, holds.concat());
        }
        out
    }
}

/// The day after `day`, on whose morning another program looks at what `day` left.
pub(super) fn next(day: Day) -> String {
    day.offset(1).unwrap_or(day).to_string()
}
