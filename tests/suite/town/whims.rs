//! What nobody planned: the town does whatever the rules let it do, in any order.

use super::{Town, amount, id, text};
use yishan::domain::codec::{List, Rare, read_all};
use yishan::domain::entry::{Entry, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::acknowledge::{Acknowledge, Way};
use yishan::domain::line::allocate::Allocate;
use yishan::domain::line::approve::Approve;
use yishan::domain::line::document::{Document, Paper};
use yishan::domain::line::fee::Fee;
use yishan::domain::line::interest::Interest;
use yishan::domain::line::pay::Pay;
use yishan::domain::line::refund::Refund;
use yishan::domain::line::reject::Reject;
use yishan::domain::line::reverse::Reverse;
use yishan::domain::line::student::clawback::{Clawback, Reason};
use yishan::domain::line::transfer::Transfer;
use yishan::domain::text::{Digest, Nonce, Place, Ref, Signature};

/// Numbers that are the same on every run (splitmix).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

impl Town {
    /// Closes the day, or does one thing, which is chosen until the rules let it in.
    pub(crate) fn whim(&mut self, dice: &mut Dice) {
        if dice.below(8) == 0 {
            self.close();
            return;
        }
        for _ in 0..500 {
            let count = 1 + dice.below(4) / 3;
            let lines: Vec<Line> = (0..count).map(|n| self.any_line(dice, n)).collect();
            let who = ["chen", "li", "wang", "zhao"][usize::try_from(dice.below(4)).unwrap()];
            if self.would_take(who, &lines) {
                self.write(who, lines);
                return;
            }
        }
    }

    /// Whether the rules let these lines in.
    fn would_take(&self, who: &str, lines: &[Line]) -> bool {
        let mut books = self.replay.books().clone();
        let (at, seq) = (self.now(), self.size());
        let lines = List::new(lines.to_vec()).unwrap();
        let voucher =
            Voucher { by: id(who), made: at, nonce: Nonce(u128::from(seq).to_be_bytes()), lines };
        let entry = Entry { seq, prev: self.replay.last(), at, voucher, sig: Signature([0; 64]) };
        let mut refs = super::Used(self.refs.0.clone());
        books.enter(&entry, &self.entries, &mut refs).is_ok()
    }

    /// A place where a line stands.
    fn any_place(&self, dice: &mut Dice) -> Place {
        let entry = dice.below(self.size());
        let bytes = &self.entries.0[usize::try_from(entry).unwrap()];
        let lines = Entry::decode(bytes).unwrap().0.voucher.lines.len();
        let line = dice.below(u64::try_from(lines).unwrap());
        Place { entry, line: u16::try_from(line).unwrap() }
    }

    /// Line `n` of the next entry: any of those that move money, take it back, or are steps on its
    /// way.
    fn any_line(&self, dice: &mut Dice, n: u64) -> Line {
        let (paid, reference, of) = (self.paid(), self.reference(n), self.any_place(dice));
        let fen = amount(1 + dice.below(60));
        let accounts = ["wx", "bank"].map(id);
        let [from, to] =
            [dice.below(2), dice.below(2)].map(|n| accounts[usize::try_from(n).unwrap()]);
        match dice.below(28) {
            25.. => {
                let names = [dice.below(2), dice.below(2)];
                let ways = names.map(|n| ["wx", "bank"][usize::try_from(n).unwrap()]);
                self.any_purse(dice, of, ways)
            }
            14..17 => Town::any_hours(dice, of),
            17 if dice.below(2) == 0 => self.any_cash(dice, of, reference),
            17..19 => Town::any_wish(dice),
            19.. => self.any_goods(dice, of),
            0..2 => Line::Gift(super::Gift { fen: amount(100), to, paid, reference, pot: None }),
            2..=4 => Line::Refund(Refund { of, fen, from, paid, reference }),
            5 | 6 => Line::Reverse(Reverse { of, why: text("= a mistake, <b>&") }),
            7 => {
                let student = id(["s-1", "s-2"][usize::try_from(dice.below(2)).unwrap()]);
                Line::Allocate(Allocate {
                    student,
                    fen,
                    purpose: text("meals"),
                    pot: None,
                    within: None,
                })
            }
            8 => Line::Approve(Approve { of, clear: Rare(false) }),
            9 => Line::Reject(Reject { of, why: text("not now") }),
            10 if dice.below(3) == 0 => {
                let (why, pot) = (Reason::Returned, None);
                Line::Clawback(Clawback { of, fen, to, paid, reference, why, pot })
            }
            10 => Line::Pay(Pay { of, fen, from, paid, reference }),
            11 => {
                let (way, who, evidence) = (Way::Call, None, None);
                Line::Acknowledge(Acknowledge { of, way, who, evidence })
            }
            12 if dice.below(2) == 0 => Line::Fee(Fee { fen, from, paid, reference }),
            12 => Line::Interest(Interest { fen, to, paid, reference, pot: None }),
            _ if dice.below(2) == 0 => Line::Transfer(Transfer { fen, from, to, paid, reference }),
            _ => {
                let (sha256, kind) = (Digest([7; 32]), Paper::Bill);
                Line::Document(Document { sha256, kind, rows: None, excluded: None, of: Some(of) })
            }
        }
    }

    /// A line about volunteering.
    fn any_hours(dice: &mut Dice, of: Place) -> Line {
        let (n, m, hour) = (dice.below(2), dice.below(3), dice.below(9));
        let line = match dice.below(8) {
            0 => format!(
                r#"{{"org":{{"org":"g-{n}","name":"<b>队&","level":"corps","kind":"county"}}}}"#
            ),
            1 => r#"{"norms":{"stars":[1,2,3,4,5],"skills":[]}}"#.to_owned(),
            2 | 3 => format!(
                r#"{{"volunteer":{{"volunteer":"v-{m}","org":"g-{n}","standing":"active","skills":[]}}}}"#
            ),
            4 => format!(
                r#"{{"duty":{{"duty":"d-{m}","org":"g-{n}","title":"卫生日","day":"2026-11-2{m}","from":"00:00","to":"12:00"}}}}"#
            ),
            5 | 6 => format!(
                r#"{{"serve":{{"volunteer":"v-{m}","duty":"d-{n}","from":"0{hour}:00","to":"0{hour}:59"}}}}"#
            ),
            _ => format!(
                r#"{{"correct":{{"of":"{of}","was":59,"from":"10:00","to":"12:00","why":"more"}}}}"#
            ),
        };
        read_all(line.as_bytes(), line.len()).unwrap()
    }

    /// A line about donation boxes, mostly about the newest opening.
    fn any_cash(&self, dice: &mut Dice, of: Place, reference: Ref) -> Line {
        let (n, fen, today) = (dice.below(2), 100 * (1 + dice.below(2)), self.paid().day());
        let (sheet, paid) = (Digest([9; 32]), self.paid());
        let openings = &yishan::publish::Facts::replay(self).books().boxes.openings;
        let of = openings.last_key().copied().unwrap_or(of);
        let due = today.offset(3).unwrap();
        let line = match dice.below(7) {
            6 => r#"{"open":{"account":"cash","kind":"cash","owner":"federation"}}"#.to_owned(),
            0 => format!(r#"{{"box":{{"box":"b-{n}","kind":"square","at":"<b>广场&"}}}}"#),
            1 | 2 => format!(
                r#"{{"unbox":{{"box":"b-{n}","on":"{today}","due":"{due}","notes":[0,0,0,0,0,{},0,0],"fen":{fen},"witness":"office","sheet":"{sheet}"}}}}"#,
                fen / 100
            ),
            3 => format!(
                r#"{{"collect":{{"of":"{of}","fen":{fen},"to":"cash","ref":"{reference}"}}}}"#
            ),
            4 => format!(
                r#"{{"difference":{{"of":"{of}","way":"shortage","fen":1,"account":"cash","why":"torn"}}}}"#
            ),
            _ => format!(
                r#"{{"deposit":{{"parts":[{{"of":"{of}","fen":50}}],"fen":50,"from":"cash","to":"bank","paid":"{paid}","ref":"{reference}"}}}}"#
            ),
        };
        read_all(line.as_bytes(), line.len()).unwrap()
    }

    /// A line about wishes.
    fn any_wish(dice: &mut Dice) -> Line {
        let (w, v) = (dice.below(3), dice.below(3));
        let line = match dice.below(7) {
            0 | 1 => format!(
                r#"{{"ask":{{"wish":"w-{w}","kind":"wish","category":"goods","rank":"village","person":"e-1","what":"<b>书包&"}}}}"#
            ),
            2 => format!(r#"{{"claim":{{"wish":"w-{w}","volunteer":"v-{v}"}}}}"#),
            3 => {
                let sha256 = Digest([8; 32]);
                format!(r#"{{"deliver":{{"wish":"w-{w}","sha256":"{sha256}"}}}}"#)
            }
            4 => format!(r#"{{"drop":{{"wish":"w-{w}","why":"met"}}}}"#),
            5 => format!(r#"{{"helpers":{{"person":"e-{v}","helpers":["v-{v}"]}}}}"#),
            _ => {
                format!(r#"{{"escalate":{{"wish":"w-{w}","to":"township","why":"nobody came"}}}}"#)
            }
        };
        read_all(line.as_bytes(), line.len()).unwrap()
    }
}
