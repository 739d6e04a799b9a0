//! A payment's number that is booked already, under whatever account: what it stands for, and what
//! to type instead. The rules know a number only together with its channel; a treasurer who
//! mistyped the account types the same number once more.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::ledger_error;
use super::say::{Say, say};
use super::slip::{Suffix, refs};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Lang, Place};
use crate::domain::time::Day;

/// A payment that is to be booked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payment<'t> {
    /// Its number, as typed.
    pub(super) number: &'t str,
    /// The account it is on the bill of.
    pub(super) account: Id,
    /// What kind of payment it is.
    pub(super) suffix: Suffix,
    /// How much, in fen.
    pub(super) fen: Fen,
}

/// What stands in the ledger under the number.
struct Known {
    place: Place,
    line: Line,
    fen: Fen,
    account: Id,
    /// Which line booked it back.
    reversed: Option<Place>,
}

impl Payment<'_> {
    /// Refuses a payment whose number is booked, and says what may be done about it.
    pub(super) fn is_new(&self, desk: &Desk<'_, '_>) -> Result<(), Error> {
        let origin = desk.ledger.origin().as_str();
        let refs = refs(origin, self.number, self.suffix.rivals());
        let places = desk.ledger.find_all(&refs).map_err(|why| ledger_error(&why))?;
        let booked = refs.iter().zip(places).find_map(|(used, place)| Some((*used, place?)));
        let Some((reference, place)) = booked else { return Ok(()) };
        let rule = Refusal::RefUsed { reference, place };
        let line = desk.ledger.line(place).map_err(|why| ledger_error(&why))?;
        let touched = desk.ledger.books().touched.get(&place);
        let reversed = touched.and_then(|touched| touched.reversed);
        let known = line.and_then(|line| {
            let (fen, account) = moved(&line)?;
            Some(Known { place, line, fen, account, reversed })
        });
        let Some(known) = known else { return Err(rule.into()) };
        let (text, hint) = (self.text(&known), self.hint(&known, desk.shell.verb));
        Err(Error { rule: Some(rule.code()), ..Error::new(Kind::Refused, text) }.hint(hint))
    }

    fn text(&self, known: &Known) -> Say {
        let (number, place, fen, account) = (self.number, known.place, self.fen, self.account);
        let told = |lang| known.line.tell(lang);
        let (zh, en) = (told(Lang::Zh), told(Lang::En));
        if let Some(by) = known.reversed {
            return say!(
                "单号 {number} 用过了：{place} {zh}，已由 {by} 冲正；冲正了，单号也不能再用",
                "the number {number} was used: {place} {en}, reversed by {by}; a number is used once even so"
            );
        }
        if known.fen != fen {
            return say!(
                "单号 {number} 已经入账：{place} {zh}；这次写的是 {fen:#} 元，金额不同",
                "the number {number} is booked: {place} {en}; this time it is {fen:#} yuan, another amount"
            );
        }
        if known.account != account {
            return say!(
                "单号 {number} 已经入账：{place} {zh}；这次写的账户是 {account}，同一笔钱只记一次",
                "the number {number} is booked: {place} {en}; this time the account is {account}, and the same money is booked once"
            );
        }
        say!(
            "单号 {number} 已经入账：{place} {zh}；同一笔钱只记一次，无需再做什么",
            "the number {number} is booked: {place} {en}; the same money is booked once, and nothing is left to do"
        )
    }

    fn hint(&self, known: &Known, verb: &str) -> Say {
        let (place, fen, number) = (known.place, self.fen, self.number);
        let again = format!("yishan {verb} … --slip {number}-2");
        if known.reversed.is_some() {
            return say!(
                "要重新记这笔钱，单号另编一个：{again}",
                "to book it anew, give it a number of its own: {again}"
            );
        }
        if known.fen != fen || matches!(known.line, Line::Transfer(_)) {
            return say!(
                "{place} 写错了的话：yishan reverse {place} --why 写错，再另编单号重记：{again}",
                "if {place} is wrong: yishan reverse {place} --why mistyped, then book it with a number of its own: {again}"
            );
        }
        if known.account != self.account {
            // What was booked into one account and is in the other is moved there, what left the
            // other and not the one likewise.
            let (from, to) = if self.suffix.comes_in() {
                (known.account, self.account)
            } else {
                (self.account, known.account)
            };
            return say!(
                "{place} 记错了账户的话：yishan transfer --from {from} --to {to} --amount {fen}；确是另一笔，就另编单号：{again}",
                "if {place} names the wrong account: yishan transfer --from {from} --to {to} --amount {fen}; if this is another payment, give it a number of its own: {again}"
            );
        }
        say!("yishan show {place} 查看那一笔", "yishan show {place} shows it")
    }
}

/// Says if one of `lines`, none of which has a number, was booked that day already: the same
/// account, the same amount. It may well have happened twice; only a person can tell.
pub(super) fn warn_twice(desk: &mut Desk<'_, '_>, lines: &[Line]) -> Result<(), Error> {
    let lang = desk.shell.lang;
    for line in lines {
        if let Some((place, told)) = twin(desk, line)? {
            let text = lang.pick(
                format!("注意：{place} 同一天已有同样的一笔：{told}；是同一笔就不要再记"),
                format!("note: {place} is the same on the same day: {told}; if it is the same, do not book it again"),
            );
            desk.shell.talk(&text)?;
        }
    }
    Ok(())
}

/// A line like `line` that was paid on the same day and is not booked back.
fn twin(desk: &Desk<'_, '_>, line: &Line) -> Result<Option<(Place, String)>, Error> {
    let Some(wanted) = way(line) else { return Ok(None) };
    let (touched, lang) = (&desk.ledger.books().touched, desk.shell.lang);
    let mut found = None;
    let mut look = |bytes: &[u8]| {
        let holds = |mark: &str| bytes.windows(mark.len()).any(|part| part == mark.as_bytes());
        if found.is_some() || !holds(&format!("{{\"{}\":", line.tag())) {
            return;
        }
        // Damage is named by whoever replays the journal.
        let Ok((entry, _)) = Entry::decode(bytes) else { return };
        for (number, other) in (0_u16..).zip(entry.voucher.lines.iter()) {
            let place = Place { entry: entry.seq, line: number };
            let kept = touched.get(&place).is_none_or(|touched| touched.reversed.is_none());
            if kept && way(other).is_some_and(|way| way == wanted) {
                found = Some((place, other.tell(lang)));
            }
        }
    };
    desk.ledger.entries_since(wanted.0, &mut look).map_err(|why| ledger_error(&why))?;
    Ok(found)
}

/// The day on which money moved, how much, and between which accounts.
fn way(line: &Line) -> Option<(Day, Fen, Id, Option<Id>)> {
    Some(match line {
        Line::Transfer(line) => (line.paid.day(), line.fen.fen(), line.from, Some(line.to)),
        Line::Fee(line) => (line.paid.day(), line.fen.fen(), line.from, None),
        _ => return None,
    })
}

/// How much a line moved, and the account that it names first: where the money came in or went out.
pub(super) fn moved(line: &Line) -> Option<(Fen, Id)> {
    Some(match line {
        Line::Gift(line) => (line.fen.fen(), line.to),
        Line::Grant(line) => (line.fen.fen(), line.to),
        Line::Match(line) => (line.fen.fen(), line.to),
        Line::Entrust(line) => (line.fen.fen(), line.to),
        Line::Interest(line) => (line.fen.fen(), line.to),
        Line::Proceeds(line) => (line.fen.fen(), line.to),
        Line::Clawback(line) => (line.fen.fen(), line.to),
        Line::Collect(line) => (line.fen.fen(), line.to),
        Line::Transfer(line) => (line.fen.fen(), line.from),
        Line::Deposit(line) => (line.fen.fen(), line.from),
        Line::Refund(line) => (line.fen.fen(), line.from),
        Line::Fee(line) => (line.fen.fen(), line.from),
        Line::Pass(line) => (line.fen.fen(), line.from),
        Line::Pay(line) => (line.fen.fen(), line.from),
        _ => return None,
    })
}
