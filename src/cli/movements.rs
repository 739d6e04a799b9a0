//! What moved in one account, read from the journal, for holding a bank's statement against it.

use super::error::{Error, Kind};
use super::fund::ledger_error;
use super::say::{Say, say};
use super::slip::Suffix;
use super::value;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::refusal::Both;
use crate::domain::text::{Id, Lang, Place, Ref};
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

/// Which row of a statement is which line of the ledger, as a person told: `5=41/0`, or with the
/// day that the statement ends `2026-11-30#5=41/0`.
#[derive(Clone, Debug)]
pub(super) struct Told {
    row: String,
    place: Place,
}

impl Told {
    pub(super) fn parse(text: &str) -> Result<Told, value::Unfit> {
        let want = value::Unfit(Both(
            "写成 行=位置，如 5=41/0；有几份对账单时写 2026-11-30#5=41/0",
            "a row and a place such as 5=41/0; with several statements 2026-11-30#5=41/0",
        ));
        let (row, place) = text.split_once('=').ok_or(want)?;
        let row = row.trim().to_owned();
        let place = value::place(place).map_err(|_| want)?;
        if row.is_empty() { Err(want) } else { Ok(Told { row, place }) }
    }

    /// Which of `rows`, called as `names` say, is which of `moved`.
    fn find(
        &self,
        (rows, names): (&[StatementLine], &[String]),
        moved: &[Movement],
    ) -> Result<(usize, usize), Error> {
        let Told { row, place } = self;
        let is = |name: &String| name == row || name.rsplit_once('#').is_some_and(|n| n.1 == row);
        let mut named = names.iter().enumerate().filter(|(_, name)| is(name));
        let (Some((line, _)), None) = (named.next(), named.next()) else {
            let text = say!(
                "对账单里没有第 {row} 行，或不止一份对账单有这一行",
                "no statement has the row {row}, or more than one has"
            );
            return Err(Error::new(Kind::NotFound, text));
        };
        let Some(movement) = moved.iter().position(|movement| movement.place == *place) else {
            let text = say!(
                "{place} 不是这个账户这段时间的一笔",
                "{place} is no movement of this account in this time"
            );
            return Err(Error::new(Kind::NotFound, text));
        };
        let amounts = rows.get(line).zip(moved.get(movement)).map(|(l, m)| (l.amount, m.amount));
        match amounts {
            Some((theirs, ours)) if theirs == ours => Ok((line, movement)),
            Some((theirs, ours)) => Err(Error::new(
                Kind::Usage,
                say!(
                    "第 {row} 行是 {theirs:#} 元，{place} 是 {ours:#} 元，不是同一笔",
                    "row {row} is {theirs:#} yuan and {place} is {ours:#}; they are not the same"
                ),
            )),
            None => Err(Error::new(Kind::NotFound, say!("没有这一行", "there is no such row"))),
        }
    }
}

/// What was told, by the places in the lists; each row and each movement once.
pub(super) fn as_told(
    told: &[Told],
    rows: (&[StatementLine], &[String]),
    moved: &[Movement],
) -> Result<Vec<(usize, usize)>, Error> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for one in told {
        let pair = one.find(rows, moved)?;
        if pairs.iter().any(|other| other.0 == pair.0 || other.1 == pair.1) {
            let (row, place) = (&one.row, one.place);
            let text = say!(
                "--pair {row}={place}：这一行或这一笔说了两次",
                "--pair {row}={place}: the row or the place was told before"
            );
            return Err(Error::new(Kind::Usage, text));
        }
        pairs.push(pair);
    }
    Ok(pairs)
}

/// What is asked about rows and places that cannot be told apart, and how to answer.
pub(super) fn question(amount: Signed, rows: &[String], places: &[String], lang: Lang) -> String {
    let (row, place) = (rows.first(), places.first());
    let answer = row.zip(place).map(|(row, place)| format!("--pair {row}={place}"));
    let (rows, places, answer) = (rows.join(" "), places.join(" "), answer.unwrap_or_default());
    lang.pick(
        format!("  存疑 {amount:#} 元：第 {rows} 行与 {places} 分不清谁是谁；知道的话写明，如 {answer}"),
        format!("  doubtful {amount:#} yuan: rows {rows} and {places} cannot be told apart; if you can, say so, such as {answer}"),
    )
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
