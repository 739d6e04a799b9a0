//! The fund that the gifts go to: four officers, ten students, and what is signed every day.

use crate::gifts::{Dice, ORIGIN, Shape, amount, id};
use rayon::prelude::*;
use std::path::Path;
use yishan::domain::books::Books;
use yishan::domain::codec::{List, Rare, read_all};
use yishan::domain::entry::{MAX_ENTRY, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::allocate::Allocate;
use yishan::domain::line::approve::Approve;
use yishan::domain::line::close::Close;
use yishan::domain::line::pay::Pay;
use yishan::domain::line::student::backcheck::Backcheck;
use yishan::domain::line::student::visit::Finding;
use yishan::domain::text::{Key, Nonce, Origin, Place, Ref, Text};
use yishan::domain::time::Stamp;
use yishan::keys::OfficerKey;
use yishan::ledger::{Ledger, Signed};
use yishan::tlog::Signer;

/// Vouchers entered together: at most 4 MiB.
const GROUP: u64 = 256;
/// Gifts to an allocation and a payment.
const PER_PROMISE: u64 = 1_000;
/// Allocations in a voucher.
const PROMISES: u64 = 100;

/// Where vouchers go: a ledger, or straight to files.
pub trait Sink {
    /// How many entries there are.
    fn size(&self) -> u64;
    /// The books after them.
    fn books(&self) -> &Books;
    /// Enters vouchers, all of which must be right.
    fn enter(&mut self, group: &[Signed], at: Stamp);
}

impl Sink for Ledger {
    fn size(&self) -> u64 {
        Ledger::size(self)
    }

    fn books(&self) -> &Books {
        Ledger::books(self)
    }

    fn enter(&mut self, group: &[Signed], at: Stamp) {
        let results = self.append(group, at).unwrap();
        assert!(results.iter().all(Result::is_ok), "{results:?}");
    }
}

/// Who signs. The keys are made from fixed bytes: no fund for real money.
pub struct Staff {
    chen: OfficerKey,
    li: OfficerKey,
    wang: OfficerKey,
    zhao: OfficerKey,
    /// The log's key.
    pub log: Signer,
}

impl Staff {
    pub fn new() -> Staff {
        let key = |who, byte| OfficerKey::generate(who, &mut |seed| seed.fill(byte)).unwrap();
        let log = Signer::new(ORIGIN, &[9; 32]).unwrap();
        let (chen, li, wang) = (key("chen", 1), key("li", 2), key("wang", 3));
        Staff { chen, li, wang, zhao: key("zhao", 4), log }
    }

    /// A voucher of `lines` by `who`, made at `at`. `number` makes its nonce.
    pub fn sign(&self, who: &str, at: Stamp, number: u128, lines: Vec<Line>) -> Signed {
        let all = [&self.chen, &self.li, &self.wang, &self.zhao];
        let key = all.into_iter().find(|key| key.id() == who).unwrap();
        let (low, high) = (number as u64, (number >> 64) as u64);
        let (a, b) = (Dice(low ^ high.rotate_left(32)).next(), Dice(!low).next());
        let nonce = Nonce((u128::from(a) << 64 | u128::from(b)).to_be_bytes());
        let voucher = Voucher { by: id(who), made: at, nonce, lines: List::new(lines).unwrap() };
        Signed::new(key, &Origin::parse(ORIGIN.as_bytes()).unwrap(), &voucher)
    }

    /// The first entry.
    pub fn founding(&self) -> (Signed, Stamp) {
        let officer = |key: &OfficerKey, roles: &str| {
            let public = Key(key.public());
            format!(r#"{{"id":"{}","key":"{public}","roles":[{roles}]}}"#, key.id())
        };
        let officers = [
            officer(&self.chen, r#""clerk""#),
            officer(&self.li, r#""approver""#),
            officer(&self.wang, r#""cashier","steward""#),
            officer(&self.zhao, r#""auditor""#),
        ];
        let found = format!(
            r#"{{"found":{{"origin":"{ORIGIN}","name":"测速","holder":"测速","zone":"+08:00","policy":{{"solo":false,"quorum":1,"limits":[{{"from":0,"need":1}}]}},"officers":[{}]}}}}"#,
            officers.join(",")
        );
        let at = clock(0, "05:00:00");
        (self.sign("wang", at, 1, vec![line(&found)]), at)
    }

    /// The account, and students who were visited and admitted.
    pub fn beginning(&self, to: &mut impl Sink) {
        let at = clock(0, "05:30:00");
        let students = |each: &dyn Fn(&str) -> String| -> Vec<Line> {
            (0..10).map(|n| line(&each(&format!("s-{n}")))).collect()
        };
        let mut lines = students(&|s| {
            format!(r#"{{"nominate":{{"student":"{s}","level":"primary","source":"community"}}}}"#)
        });
        lines.extend(students(&|s| {
            format!(r#"{{"visit":{{"student":"{s}","on":"2020-01-01","finding":"fit"}}}}"#)
        }));
        let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
        let group = [
            self.sign("wang", at, 2, vec![line(open)]),
            self.sign("chen", at, 3, lines),
            self.sign("li", at, 4, students(&|s| format!(r#"{{"admit":{{"student":"{s}"}}}}"#))),
        ];
        to.enter(&group, at);
    }

    /// Everything after the founding: day after day of gifts, promises, payments and a close.
    pub fn all_days(&self, shape: &Shape, to: &mut impl Sink) {
        self.beginning(to);
        for day in 0..shape.days() {
            let first = day * shape.per_day;
            self.day(shape, day, first..shape.gifts.min(first + shape.per_day), to);
        }
    }

    /// One day: second visits to whom the last close drew, the gifts of those numbers, then what
    /// they allow to give.
    pub fn day(&self, shape: &Shape, day: u64, gifts: std::ops::Range<u64>, to: &mut impl Sink) {
        self.check_again(day, to);
        let at = clock(day, "20:30:00");
        let step = shape.per_voucher * GROUP;
        for first in gifts.clone().step_by(usize::try_from(step).unwrap()) {
            let end = gifts.end.min(first + step);
            to.enter(&self.vouchers(shape, first..end, at), at);
        }
        let promises = (gifts.end - gifts.start) / PER_PROMISE;
        for first in (0..promises).step_by(usize::try_from(PROMISES).unwrap()) {
            self.give(day, first..promises.min(first + PROMISES), to);
        }
        let at = clock(day, "21:30:00");
        let close = Line::Close(Box::new(Close::of(to.books(), Shape::day(day))));
        let number = nonce(Kind::Close, day, 0);
        to.enter(&[self.sign("wang", at, number, vec![close])], at);
    }

    /// Visits whoever was drawn and not visited again: they get no money before.
    fn check_again(&self, day: u64, to: &mut impl Sink) {
        let known = to.books().students.known.iter();
        let awaits = known.filter(|(_, one)| one.check.is_some_and(|check| check.by.is_none()));
        let on = Shape::day(day);
        let lines: Vec<Line> = awaits
            .map(|(&student, _)| Backcheck { student, on, finding: Finding::Fit })
            .map(Line::Backcheck)
            .collect();
        if !lines.is_empty() {
            let at = clock(day, "09:00:00");
            to.enter(&[self.sign("zhao", at, nonce(Kind::Check, day, 0), lines)], at);
        }
    }

    /// The gifts of those numbers in vouchers, signed on every core.
    pub fn vouchers(&self, shape: &Shape, gifts: std::ops::Range<u64>, at: Stamp) -> Vec<Signed> {
        let each = usize::try_from(shape.per_voucher).unwrap();
        let firsts: Vec<u64> = gifts.clone().step_by(each).collect();
        let one = |&first: &u64| {
            let lines = first..gifts.end.min(first + shape.per_voucher);
            let lines = lines.map(|number| shape.gift(number)).collect();
            self.sign("chen", at, nonce(Kind::Gifts, shape.seed, first), lines)
        };
        firsts.par_iter().map(one).collect()
    }

    /// Allocates, approves and pays.
    fn give(&self, day: u64, promises: std::ops::Range<u64>, to: &mut impl Sink) {
        let at = clock(day, "21:00:00");
        let entry = to.size();
        let fen = amount(100_000);
        let purpose = Text::new("school meals").unwrap();
        let places = (0..u16::try_from(promises.end - promises.start).unwrap())
            .map(|line| Place { entry, line });
        let lines = |each: &dyn Fn(u64, Place) -> Line| -> Vec<Line> {
            promises.clone().zip(places.clone()).map(|(n, of)| each(n, of)).collect()
        };
        let allocate = lines(&|n, _| {
            let student = id(&format!("s-{}", n % 10));
            Line::Allocate(Allocate {
                student,
                fen,
                purpose: purpose.clone(),
                pot: None,
                within: None,
            })
        });
        let approve = lines(&|_, of| Line::Approve(Approve { of, clear: Rare(false) }));
        let pay = lines(&|n, of| {
            let reference = Ref(nonce(Kind::Pay, day, n).to_be_bytes());
            Line::Pay(Pay { of, fen, from: id("wx"), paid: at.wall, reference })
        });
        let steps = [("chen", allocate), ("li", approve), ("wang", pay)];
        for (step, (who, lines)) in (0..).zip(steps) {
            let number = nonce(Kind::Promise, day, promises.start * 3 + step);
            to.enter(&[self.sign(who, at, number, lines)], at);
        }
    }
}

/// Founds the fund in `folder`, with its account and students.
pub fn founded(folder: &Path, staff: &Staff) -> Ledger {
    std::fs::create_dir_all(folder).unwrap();
    let (first, at) = staff.founding();
    Ledger::found(folder, &first, at).unwrap().unwrap()
}

/// What a number stands for, so that no two are the same.
#[derive(Clone, Copy)]
enum Kind {
    Gifts,
    Promise,
    Pay,
    Close,
    Check,
}

fn nonce(kind: Kind, a: u64, b: u64) -> u128 {
    u128::from(a << 8 | kind as u64) << 64 | u128::from(b + 100)
}

/// A time of day `day`.
pub fn clock(day: u64, time: &str) -> Stamp {
    Stamp::parse(format!("{}T{time}+08:00", Shape::day(day)).as_bytes()).unwrap()
}

pub fn line(text: &str) -> Line {
    read_all(text.as_bytes(), MAX_ENTRY).unwrap_or_else(|why| panic!("{text}: {why}"))
}
