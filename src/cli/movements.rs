//! What moved in one account, read from the journal, for holding a bank's statement against it.

use super::error::{Error, Kind};
use super::fund::ledger_error;
use super::say::{Say, say};
use super::slip::Suffix;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::text::{Id, Place, Ref};
use crate::domain::time::{Day, Wall};
use crate::domain::words::Amount;
use crate::import::statement::matching::{Moved, Movement};
use crate::import::statement::{Signed, Statement, StatementLine, Wallet};
use crate::ledger::Ledger;
use crate::seal::reference;

/// Every movement of `account` in an entry that `wanted` takes, since the day `since`. What was
/// booked and booked back among them moved nothing and is left out.
pub(super) fn of(
    ledger: &Ledger,
    account: Id,
    since: Day,
    wanted: &dyn Fn(u64) -> bool,
) -> Result<Vec<Movement>, Error> {
    let (mut found, mut back) = (Vec::new(), Vec::new());
    let (quoted, reverse) = (format!("\"{account}\""), "{\"reverse\":");
    ledger
        .entries_since(since, &mut |bytes| {
            let holds = |mark: &str| bytes.windows(mark.len()).any(|part| part == mark.as_bytes());
            if !holds(&quoted) && !holds(reverse) {
                return;
            }
            // Damage is named by whoever replays the journal.
            let Ok((entry, _)) = Entry::decode(bytes) else { return };
            if !wanted(entry.seq) {
                return;
            }
            for (number, line) in (0_u16..).zip(entry.voucher.lines.iter()) {
                let place = Place { entry: entry.seq, line: number };
                if let Line::Reverse(reverse) = line {
                    back.push((reverse.of, place, entry.at.wall));
                }
                found.extend(movement(ledger, account, line, place));
            }
        })
        .map_err(|why| ledger_error(&why))?;
    for (of, place, at) in back {
        if let Some(at) = found.iter().position(|movement| movement.place == of) {
            found.remove(at);
            continue;
        }
        let line = ledger.line(of).map_err(|why| ledger_error(&why))?;
        let undone = line.and_then(|line| movement(ledger, account, &line, place));
        found.extend(undone.map(|m| Movement {
            paid: at,
            amount: Signed(-m.amount.0),
            reference: None,
            ..m
        }));
    }
    Ok(found)
}

/// The movement of `account` that a line is, if it is one.
fn movement(ledger: &Ledger, account: Id, line: &Line, place: Place) -> Option<Movement> {
    let made = |fen: Amount, inward: bool, what: Moved, paid: Wall, reference: Ref| {
        let (amount, reference) = (Signed::new(fen.fen(), inward), Some(reference));
        Some(Movement { place, paid, amount, what, reference })
    };
    match line {
        Line::Gift(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Interest(l) if l.to == account => {
            made(l.fen, true, Moved::Interest, l.paid, l.reference)
        }
        Line::Refund(l) if l.from == account => {
            made(l.fen, false, Moved::Refund, l.paid, l.reference)
        }
        Line::Fee(l) if l.from == account => made(l.fen, false, Moved::Fee, l.paid, l.reference),
        Line::Grant(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Match(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Proceeds(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Clawback(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Entrust(l) if l.to == account => made(l.fen, true, Moved::Gift, l.paid, l.reference),
        Line::Pass(l) if l.from == account => made(l.fen, false, Moved::Pay, l.paid, l.reference),
        Line::Pay(l) if l.from == account => made(l.fen, false, Moved::Pay, l.paid, l.reference),
        Line::Deposit(l) if l.from == account => {
            made(l.fen, false, Moved::Transfer(None), l.paid, l.reference)
        }
        Line::Deposit(l) if l.to == account => {
            made(l.fen, true, Moved::Transfer(None), l.paid, l.reference)
        }
        Line::Transfer(l) if l.to == account => {
            let what = Moved::Transfer(wallet(ledger, l.from));
            made(l.fen, true, what, l.paid, l.reference)
        }
        Line::Transfer(l) if l.from == account => {
            let what = Moved::Transfer(wallet(ledger, l.to));
            made(l.fen, false, what, l.paid, l.reference)
        }
        _ => None,
    }
}

/// Which wallet an account is, if it is one.
fn wallet(ledger: &Ledger, account: Id) -> Option<Wallet> {
    match ledger.books().accounts.get(&account)?.kind {
        AccountKind::Wechat => Some(Wallet::Wechat),
        AccountKind::Alipay => Some(Wallet::Alipay),
        _ => None,
    }
}

/// Under which references the ledger would know the bank's number of a line.
pub(super) fn refs(ledger: &Ledger, account: Id, line: &StatementLine) -> Vec<Ref> {
    let kind = ledger.books().accounts.get(&account).map(|a| a.kind.word());
    let origin = ledger.origin().as_str();
    let made = |Suffix(suffix): &Suffix| {
        reference(origin, &format!("{}{suffix}", kind?), &line.serial).ok().map(Ref)
    };
    Suffix::ALL.iter().filter_map(made).collect()
}

/// Reads the statement called `name`, of which the balances must hold.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Statement, Error> {
    let refused = |kind, why: Say| {
        let text = say!(
            "{name} 不能用来对账，什么也没有记",
            "{name} cannot be held against the ledger, and nothing was recorded"
        );
        Error { causes: vec![why], ..Error::new(kind, text) }
    };
    let statement = Statement::read(bytes)
        .map_err(|why| refused(Kind::CouldNot, Say { zh: why.text(true), en: why.text(false) }))?;
    match &statement.proof {
        Ok(_) => Ok(statement),
        Err(why) => Err(refused(Kind::False, Say { zh: why.text(true), en: why.text(false) })),
    }
}
