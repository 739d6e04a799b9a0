//! Random days against a model so slow and plain that it is obviously right.

use crate::days::Town;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::line::Line;
use yishan::domain::sums::Move;
use yishan::domain::text::Place;

/// Everything recomputed from the accepted lines, from the first one on.
#[derive(Debug, Default, PartialEq)]
struct Model {
    held: BTreeMap<String, i128>,
    free: i128,
    promised: i128,
    /// Count and sum of each movement as it was booked.
    done: BTreeMap<&'static str, (u64, i128)>,
}

impl Model {
    fn of(town: &Town) -> Model {
        let lines: Vec<(Place, &Line)> = town
            .past
            .0
            .iter()
            .zip(0..)
            .flat_map(|(lines, entry)| {
                lines.iter().zip(0..).map(move |(l, line)| (Place { entry, line }, l))
            })
            .collect();
        let reversed: BTreeSet<Place> = lines
            .iter()
            .filter_map(|(_, l)| if let Line::Reverse(r) = l { Some(r.of) } else { None })
            .collect();
        let mut model = Model::default();
        for (place, line) in &lines {
            let stands = !reversed.contains(place);
            match line {
                Line::Open(l) => drop(model.held.insert(l.account.to_string(), 0)),
                Line::Gift(l) => model.income(stands, "gift", l.to.as_str(), l.fen.fen().get()),
                Line::Interest(l) => {
                    model.income(stands, "interest", l.to.as_str(), l.fen.fen().get());
                }
                Line::Refund(l) => {
                    model.expense(stands, "refund", l.from.as_str(), l.fen.fen().get());
                }
                Line::Fee(l) => model.expense(stands, "fee", l.from.as_str(), l.fen.fen().get()),
                Line::Pay(l) => model.expense(stands, "pay", l.from.as_str(), l.fen.fen().get()),
                Line::Transfer(l) => {
                    model.expense(stands, "transfer", l.from.as_str(), l.fen.fen().get());
                    model.income(stands, "", l.to.as_str(), l.fen.fen().get());
                }
                Line::Allocate(l) => model.promise(&lines, &reversed, *place, l.fen.fen().get()),
                _ => {}
            }
        }
        model
    }

    fn count(&mut self, kind: &'static str, fen: u64) {
        if !kind.is_empty() {
            let done = self.done.entry(kind).or_default();
            *done = (done.0 + 1, done.1 + i128::from(fen));
        }
    }

    fn income(&mut self, stands: bool, kind: &'static str, account: &str, fen: u64) {
        self.count(kind, fen);
        if stands {
            *self.held.get_mut(account).unwrap() += i128::from(fen);
            self.free += i128::from(fen);
        }
    }

    fn expense(&mut self, stands: bool, kind: &'static str, account: &str, fen: u64) {
        self.count(kind, fen);
        if stands {
            *self.held.get_mut(account).unwrap() -= i128::from(fen);
            self.free -= i128::from(fen);
        }
    }

    /// A promise stands once enough officers approved; what is left of it is taken out of free.
    fn promise(
        &mut self,
        lines: &[(Place, &Line)],
        reversed: &BTreeSet<Place>,
        of: Place,
        fen: u64,
    ) {
        let approvals = lines.iter().filter(|(_, l)| matches!(l, Line::Approve(a) if a.of == of));
        if approvals.count() < if fen < 1_000 { 1 } else { 2 } {
            return;
        }
        self.count("promise", fen);
        if reversed.contains(&of) {
            return;
        }
        let mut left = i128::from(fen);
        for (place, line) in lines {
            match line {
                Line::Pay(pay) if pay.of == of && !reversed.contains(place) => {
                    left -= i128::from(pay.fen.fen().get());
                }
                _ => {}
            }
        }
        self.promised += left;
        self.free -= left;
    }

    /// The same numbers as the books state them.
    fn stated(town: &Town) -> Model {
        let (now, ever) = (&town.books.sums.now, &town.books.sums.ever);
        let done = Move::ALL.iter().map(|m| (m.word(), ever.done.of(*m)));
        Model {
            held: now
                .held
                .0
                .iter()
                .map(|(id, fen)| (id.to_string(), i128::from(fen.get())))
                .collect(),
            free: now.free.get().into(),
            promised: now.promised.get().into(),
            done: done
                .filter(|(_, t)| t.count > 0)
                .map(|(w, t)| (w, (t.count, t.fen.get().into())))
                .collect(),
        }
    }
}

/// An attempt: mostly by whoever may, sometimes by anyone.
fn attempt() -> impl Strategy<Value = (usize, usize, u64, usize, usize, usize)> {
    (0_usize..14, 0..12_usize, 1..1_500_u64, 0..3_usize, 0..3_usize, 0..40_usize)
}

fn words(
    town: &Town,
    serial: usize,
    (kind, by, fen, from, to, pick): (usize, usize, u64, usize, usize, usize),
) -> String {
    let accounts = ["wx", "bank", "cash"];
    let (from, to, key) = (accounts[from], accounts[to], format!("#{serial}"));
    let places = |wanted: fn(&Line) -> bool| -> Vec<Place> {
        let all = town.past.0.iter().zip(0..).flat_map(|(ls, entry)| {
            ls.iter().zip(0..).map(move |(l, line)| (Place { entry, line }, l))
        });
        all.filter(|(_, l)| wanted(l)).map(|(p, _)| p).collect()
    };
    let of = |wanted: fn(&Line) -> bool| {
        let places = places(wanted);
        if places.is_empty() { "0/0".into() } else { places[pick % places.len()].to_string() }
    };
    let allocation = |l: &Line| matches!(l, Line::Allocate(_));
    let money = |l: &Line| {
        matches!(
            l,
            Line::Gift(_) | Line::Refund(_) | Line::Fee(_) | Line::Interest(_) | Line::Transfer(_)
        )
    };
    let (who, line) = match kind {
        0..=2 => ("chen", format!("gift {fen} {to} {key}")),
        3 => (
            "chen",
            format!("refund {} {} {from} {key}", of(|l| matches!(l, Line::Gift(_))), fen % 400 + 1),
        ),
        4 => ("chen", format!("fee {} {from} {key}", fen % 50 + 1)),
        5 => ("chen", format!("interest {fen} {to} {key}")),
        6 => ("zhao", format!("transfer {fen} {from} {to} {key}")),
        7 => ("chen", format!("allocate s-1 {fen}")),
        8 => (["li", "wang"][pick % 2], format!("approve {}", of(allocation))),
        9 | 10 => ("zhao", format!("pay {} {} {from} {key}", of(allocation), fen % 500 + 1)),
        11 => ("chen", format!("reverse {}", of(money))),
        12 => ("zhao", format!("reverse {}", of(|l| matches!(l, Line::Pay(_))))),
        _ => ("li", format!("reverse {}", of(allocation))),
    };
    let who = if by == 0 { ["chen", "li", "wang", "zhao", "zhou"][pick % 5] } else { who };
    format!("{who} {line}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_officers_try_the_balances_are_those_of_the_accepted_lines(
        attempts in proptest::collection::vec(attempt(), 1..60)
    ) {
        let mut town = Town::unfounded();
        town.live(
            "sun found limits=0:1,1000:2 officers=chen:clerk,li:approver,wang:approver,\
             zhao:cashier,sun:steward,zhou:auditor  ok
             sun open wx wechat federation + open bank bank charity + open cash cash federation  ok
             chen nominate s-1 junior township  ok
             zhou visit s-1  ok
             li admit s-1  ok",
        );
        for (serial, attempt) in attempts.into_iter().enumerate() {
            let said = words(&town, serial, attempt);
            let answer = town.say(&said);
            let (model, stated) = (Model::of(&town), Model::stated(&town));
            prop_assert_eq!(model, stated, "{} -> {:?}", said, answer.err().map(|r| r.code()));
            if serial % 16 == 15 {
                town.live("+ 1d\nchen close today  ok");
            }
        }
    }
}

#[test]
fn the_random_days_reach_every_movement() {
    let mut town = Town::founded();
    town.live(
        "chen gift 1000 wx #1 as g + nominate s-1 junior township  ok
         zhou visit s-1  ok
         li admit s-1  ok
         chen refund @g 10 wx #2 + fee 1 wx #3 + interest 2 wx #4 + transfer 5 wx bank #5  ok
         chen allocate s-1 300 as a  ok
         li approve @a  ok
         zhao pay @a 100 wx #6 as p  ok",
    );
    let model = Model::of(&town);
    assert_eq!(model, Model::stated(&town));
    assert_eq!(model.done.len(), Move::ALL.len());
    assert_eq!((model.free, model.promised, model.held["bank"]), (691, 200, 5));
}
