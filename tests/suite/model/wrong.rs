//! Wrong on purpose: one thing about a line that may be said is changed into what may not.

use super::drafts::Drafts;
use super::goods::Good;
use super::line::{LEVELS, Line, Paid, Place};
use super::rules::gap;
use super::sums::MOVES;

impl Drafts<'_> {
    /// The line with one thing changed, or said by another officer; most changes are wrong.
    pub(super) fn wrong(&mut self, line: Line) -> Line {
        // The officer of a voucher is chosen with its first line.
        if self.voucher.lines.is_empty() && self.once_in(4) {
            self.voucher.by = self.anybody();
            return line;
        }
        let mut line = line;
        if let Line::Goods(good) = &mut line
            && !self.once_in(4)
        {
            for _ in 0..20 {
                if self.wrong_good(good) {
                    break;
                }
            }
            return line;
        }
        if let Line::Proceeds { fen, .. } | Line::Clawback { fen, .. } = &mut line
            && self.once_in(3)
        {
            *fen += 20_000;
            return line;
        }
        if let Line::Cash(cash) = &mut line
            && !self.once_in(6)
        {
            self.wrong_cash(cash);
            return line;
        }
        for _ in 0..20 {
            let purpose = matches!(line, Line::Expense { .. } | Line::Campaign(_));
            let about = self.once_in(if purpose { 1 } else { 3 })
                && (self.wrong_funds(&mut line) || self.wrong_sponsors(&mut line));
            let care =
                self.once_in(3) && (self.wrong_care(&mut line) || self.wrong_terms(&mut line));
            if care || about || self.wrong_money(&mut line) || self.wrong_name(&mut line) {
                break;
            }
        }
        line
    }

    /// Anybody who ever was an officer, or nobody.
    pub(super) fn anybody(&mut self) -> String {
        let all: Vec<_> = self.view().appointed().iter().map(|o| o.1.to_owned()).collect();
        let known = self.pick(&all).filter(|_| !self.once_in(8));
        known.unwrap_or_else(|| "nobody".to_owned())
    }

    pub(super) fn any_account(&mut self) -> String {
        let all: Vec<_> = self.view().accounts().iter().map(|id| (*id).to_owned()).collect();
        let shut: Vec<_> = all.iter().filter(|id| self.view().shut(id)).cloned().collect();
        let some = if self.once_in(2) { self.pick(&shut) } else { self.pick(&all) };
        some.unwrap_or_else(|| "none".to_owned())
    }

    pub(super) fn any_student(&mut self) -> String {
        let all: Vec<_> = self.view().students().iter().map(|s| s.0.to_owned()).collect();
        let known = self.pick(&all).filter(|_| !self.once_in(4));
        known.unwrap_or_else(|| "s-0".to_owned())
    }

    /// Any line, also one of this voucher, and places where none is.
    pub(super) fn any_place(&mut self) -> Place {
        let (seq, lines) = (self.voucher.seq, self.voucher.lines.len());
        let own = u16::try_from(lines).unwrap();
        match self.below(8) {
            0 => (seq + 9, 0),
            1 => (seq, own),
            2 | 3 if own > 0 => (seq, own - 1),
            _ => {
                let places = self.places(|_, _| true);
                self.pick(&places).unwrap_or((0, 9))
            }
        }
    }

    fn wrong_money(&mut self, line: &mut Line) -> bool {
        let (wall, many) = (self.voucher.at + 8 * 3_600, (1 << 53) - 1);
        let (over, more) = (self.once_in(2), self.below(20_000) + 1);
        let more = if self.once_in(6) { many } else { more };
        let used: Vec<_> = self.view().references().into_iter().collect();
        let used = self.pick(&used);
        let (account, place, what) = (self.any_account(), self.any_place(), self.below(6));
        match (what, line) {
            (0, line) => return set_paid(line, |paid| paid.paid = wall + 1),
            (1, line) => {
                return used.is_some_and(|used| set_paid(line, |paid| paid.reference = used));
            }
            (
                2,
                Line::Gift { to, .. }
                | Line::Interest { to, .. }
                | Line::Grant { to, .. }
                | Line::Match { to, .. }
                | Line::Proceeds { to, .. }
                | Line::Clawback { to, .. }
                | Line::Entrust { to, .. }
                | Line::Transfer { to, .. },
            ) => *to = account,
            (
                3,
                Line::Refund { from, .. }
                | Line::Fee { from, .. }
                | Line::Pay { from, .. }
                | Line::Pass { from, .. }
                | Line::Transfer { from, .. },
            ) => *from = account,
            (
                4,
                Line::Gift { fen, .. }
                | Line::Refund { fen, .. }
                | Line::Transfer { fen, .. }
                | Line::Fee { fen, .. }
                | Line::Interest { fen, .. }
                | Line::Allocate { fen, .. }
                | Line::Grant { fen, .. }
                | Line::Match { fen, .. }
                | Line::Proceeds { fen, .. }
                | Line::Clawback { fen, .. }
                | Line::Rededicate { fen, .. }
                | Line::Expense { fen, .. }
                | Line::Entrust { fen, .. }
                | Line::Pass { fen, .. }
                | Line::Pay { fen, .. },
            ) => *fen = if over { many.min(*fen + 1) } else { more },
            (
                5,
                Line::Refund { of, .. }
                | Line::Approve { of, .. }
                | Line::Reject { of }
                | Line::Pay { of, .. }
                | Line::Proceeds { of, .. }
                | Line::Clawback { of, .. }
                | Line::Acknowledge { of }
                | Line::Notice { of, .. }
                | Line::Reverse { of }
                | Line::Goods(Good::Countersign { of } | Good::Arrive { of, .. }),
            ) => *of = place,
            (5, Line::Document { of }) => *of = Some(place),
            _ => return false,
        }
        true
    }

    fn wrong_name(&mut self, line: &mut Line) -> bool {
        let today = self.voucher.today();
        let (anybody, student, account) = (self.anybody(), self.any_student(), self.any_account());
        let known: Vec<_> = self.view().appointed().iter().map(|o| o.0).collect();
        match line {
            Line::Appoint { officer, key, roles, until } => match self.below(5) {
                0 => *key = self.pick(&known).unwrap_or(200),
                1 => roles.reverse(),
                2 => roles.push("clerk"),
                3 => *until = Some(today - 1),
                _ => *officer = anybody,
            },
            Line::Hours(line) => self.wrong_hours(line),
            Line::Wishes(line) => self.wrong_wish(line),
            Line::Ticket(ticket) => return self.wrong_ticket(ticket),
            Line::Notice { was, now, .. } => *now = *was,
            Line::Retire { officer } => *officer = anybody,
            Line::Open { account: id, .. } | Line::Shut { account: id } => *id = account,
            Line::Nominate { student: id, .. }
            | Line::Admit { student: id, .. }
            | Line::Leave { student: id }
            | Line::Allocate { student: id, .. } => *id = student,
            Line::Visit { student: id, on, .. } => match self.below(2) {
                0 => *on = today + 1,
                _ => *id = student,
            },
            Line::Statement { account: id, from, to, opening, .. } => match self.below(5) {
                0 => *from = *to + 1,
                1 => *to = today,
                2 => *opening += 1,
                3 => *from -= 1,
                _ => *id = account,
            },
            Line::Reconcile { account: id, to, book, statement, sides, odd, unexplained, why } => {
                match self.below(9) {
                    8 => *odd = true,
                    0 => *to = today - 1 - i64::try_from(self.below(5)).unwrap(),
                    1 => *statement += 1,
                    2 => *book += 1,
                    3 => *unexplained += 1,
                    4 | 5 => {
                        sides[0] += 9;
                        *unexplained = gap(*book, *statement, *sides);
                        *why = false;
                    }
                    6 => *id = account,
                    _ => {
                        let said = self.view().said.iter().rev();
                        let mut old = said.filter(|s| matches!(s.line, Line::Reconcile { .. }));
                        let Some(old) = old.next().map(|said| said.line.clone()) else {
                            return false;
                        };
                        *line = old;
                    }
                }
            }
            Line::Close { day, .. } if self.day_of_closed_year().is_some() && self.once_in(2) => {
                *day = self.day_of_closed_year().unwrap();
            }
            Line::Close { day, changed } => match self.below(4) {
                0 => *day = today + 1,
                1 => *day = today - 1 - i64::try_from(self.below(3)).unwrap(),
                // A town draws a close up before its voucher: one is changed that stands alone.
                _ if self.voucher.lines.is_empty() => *changed = self.misstated(*day),
                _ => return false,
            },
            Line::Year { year, changed, why } => *changed = self.wrong_year(year, why),
            _ => return false,
        }
        true
    }

    /// One of the numbers of the right close, and another in its place.
    fn misstated(&mut self, day: i64) -> Option<(String, String)> {
        let right = self.view().close(day);
        let fields = ["from", "opening", "moved", "closing", "ever", "students"];
        let field = self.pick(&fields)?;
        let rest = match field {
            "opening" | "closing" => vec![self.pick(&["\"free\":", "\"promised\":"])?.to_owned()],
            "moved" | "ever" => {
                let side = self.pick(&["\"done\":", "\"undone\":"])?.to_owned();
                let sum = if self.once_in(2) { "" } else { "," };
                vec![side, format!("\"{}\":[", self.pick(&MOVES)?), sum.to_owned()]
            }
            "students" => vec![format!("\"{}\":", self.pick(&LEVELS)?)],
            _ => vec![],
        };
        // The text from the field's name to the end of the number that is changed.
        let start = right.find(&format!("\"{field}\":"))?;
        let mut number = start + field.len() + 3;
        for marker in rest {
            number += right[number..].find(&marker)? + marker.len();
        }
        let digits = right[number..].find(|c: char| !c.is_ascii_digit())?;
        let (old, value) = (&right[start..number + digits], &right[number..number + digits]);
        let value: u64 = value.parse().ok()?;
        let other = value.checked_sub(1).unwrap_or(1);
        Some((old.to_owned(), format!("{}{other}", &right[start..number])))
    }
}

/// Changes the payment of a line that has one.
fn set_paid(line: &mut Line, change: impl FnOnce(&mut Paid)) -> bool {
    match line {
        Line::Gift { paid, .. }
        | Line::Refund { paid, .. }
        | Line::Transfer { paid, .. }
        | Line::Fee { paid, .. }
        | Line::Interest { paid, .. }
        | Line::Grant { paid, .. }
        | Line::Match { paid, .. }
        | Line::Proceeds { paid, .. }
        | Line::Clawback { paid, .. }
        | Line::Entrust { paid, .. }
        | Line::Pass { paid, .. }
        | Line::Pay { paid, .. } => {
            change(paid);
            true
        }
        _ => false,
    }
}
