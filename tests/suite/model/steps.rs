//! Steps: what somebody tries next, told relative to the state it is tried in, so that a sequence
//! that lost some steps still has a meaning.

use super::boxes;
use super::drafts::Drafts;
use super::entry::Model;
use super::goods;
use super::line::{Founding, Line, ROLES, Voucher, ZONE};
use super::years::year_of;
use crate::fund::Dice;

/// One try. Everything about it follows from the kind, the seed and the state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The tag of its first line, unless something has to come before.
    pub(super) kind: &'static str,
    pub(super) seed: u64,
    /// Which of its lines are said.
    pub(super) lines: u16,
}

/// The kinds of line, each as often as it is tried.
const KINDS: [(&str, u64); 59] = [
    ("found", 1),
    ("appoint", 6),
    ("retire", 4),
    ("open", 5),
    ("shut", 4),
    ("gift", 12),
    ("refund", 7),
    ("transfer", 6),
    ("fee", 4),
    ("interest", 4),
    ("nominate", 5),
    ("visit", 9),
    ("admit", 10),
    ("leave", 3),
    ("allocate", 11),
    ("approve", 16),
    ("reject", 5),
    ("pay", 14),
    ("acknowledge", 9),
    ("clawback", 9),
    ("document", 12),
    ("reverse", 14),
    ("close", 7),
    ("conflict", 3),
    ("draw", 5),
    ("notice", 3),
    ("term", 3),
    ("standard", 6),
    ("backcheck", 6),
    ("norms", 3),
    ("org", 5),
    ("chair", 5),
    ("volunteer", 8),
    ("duty", 7),
    ("serve", 14),
    ("correct", 7),
    ("certify", 6),
    ("ask", 7),
    ("claim", 10),
    ("deliver", 9),
    ("confirm", 9),
    ("escalate", 5),
    ("drop", 8),
    ("helpers", 6),
    ("terms", 4),
    ("statement", 8),
    ("reconcile", 8),
    ("campaign", 4),
    ("pot", 6),
    ("grant", 6),
    ("match", 4),
    ("rededicate", 6),
    ("expense", 9),
    ("pair", 5),
    ("entrust", 6),
    ("pass", 7),
    ("unpair", 5),
    ("ticket", 9),
    ("red", 6),
];

impl Step {
    /// The steps of one fund: a founding, accounts, a student, and whatever comes.
    pub(super) fn many(seed: u64, count: usize) -> Vec<Step> {
        let mut dice = Dice::new(seed);
        let first =
            ["found", "open", "open", "gift", "nominate", "visit", "admit", "gift"].map(Some);
        let kinds = first.into_iter().chain(std::iter::repeat(None)).take(count);
        let steps = kinds.map(|kind| {
            let kind = kind.unwrap_or_else(|| kind_of(seed, &mut dice));
            Step { kind, seed: dice.next(), lines: u16::MAX }
        });
        let mut steps: Vec<Step> = steps.collect();
        // A year is closed when nothing moved since its last day was.
        for at in 1..steps.len() {
            if steps[at].kind == "year" {
                steps[at - 1].kind = "close";
            }
        }
        steps
    }

    /// The voucher that this step tries, and how long it waits before (seconds). `nonce` is a new
    /// one; the clock shows `now` before.
    pub(super) fn voucher(self, model: &Model, now: i64, nonce: u64) -> (i64, Voucher) {
        let mut dice = Dice::new(self.seed);
        let wait = match dice.next() % 16 {
            0..=7 => 0,
            8..=12 => dice.next() % 3_600,
            13 | 14 => dice.next() % 86_400,
            _ => dice.next() % 400_000,
        };
        let mut wait = i64::try_from(wait).unwrap();
        if self.kind == "year" && !dice.next().is_multiple_of(4) {
            wait += until_it_is_over(model, now + wait, dice.next() % 20);
        }
        let (at, size) = (now + wait, model.entries.len() as u64);
        let mut voucher = Voucher {
            by: String::new(),
            at,
            at_zone: ZONE,
            made: at,
            made_zone: ZONE,
            nonce,
            seq: size,
            lines: Vec::new(),
        };
        if dice.next().is_multiple_of(12) {
            disturb(&mut voucher, model, &mut dice);
        }
        if model.entries.is_empty() && (self.kind == "found" || !dice.next().is_multiple_of(4)) {
            let (by, found) = founding(&mut dice);
            voucher.by = by;
            voucher.lines = vec![Line::Found(found)];
            if dice.next().is_multiple_of(16) {
                voucher.lines.push(Line::Document { of: None });
            }
        } else {
            let mut drafts = Drafts::new(model, &mut dice, voucher);
            drafts.draft(self.kind, self.lines);
            voucher = drafts.voucher;
        }
        (wait, voucher)
    }
}

/// How long it is until the next year to close is over by so many days and one (seconds).
fn until_it_is_over(model: &Model, now: i64, days: u64) -> i64 {
    let Some(year) = model.view().next_year() else { return 0 };
    let today = (now + ZONE * 3_600).div_euclid(86_400);
    let over = (today..today + 800).find(|day| year_of(*day) > year).unwrap_or(today);
    if over == today { 0 } else { (over - today + i64::try_from(days).unwrap()) * 86_400 }
}

/// The kinds of which money and students know nothing.
const BESIDE: [&str; 16] = [
    "norms",
    "org",
    "chair",
    "volunteer",
    "duty",
    "serve",
    "correct",
    "certify",
    "ask",
    "claim",
    "deliver",
    "confirm",
    "escalate",
    "drop",
    "helpers",
    "terms",
];

/// The kinds that money is promised and paid without.
const APART: [&str; 8] =
    ["conflict", "draw", "backcheck", "notice", "term", "standard", "ticket", "red"];

/// The kinds of money that is not for everything.
const BOUND: [&str; 10] = [
    "campaign",
    "pot",
    "grant",
    "match",
    "rededicate",
    "expense",
    "pair",
    "entrust",
    "pass",
    "unpair",
];

/// What a fund tries next, so that long stories of everything have their time: of five, two think
/// first of volunteering and wishes, one of pots and pairs, one of little but money for everything,
/// and one leaves volunteering, wishes, pots and pairs alone.
fn kind_of(seed: u64, dice: &mut Dice) -> &'static str {
    // Years take long: some funds live through many, and the others through none.
    let years = matches!(seed % 25, 10 | 20);
    if years && dice.next().is_multiple_of(8) {
        return "year";
    }
    loop {
        let kind = any_kind(dice);
        let (beside, bound) = (BESIDE.contains(&kind), BOUND.contains(&kind));
        let apart = APART.contains(&kind)
            || goods::KINDS.iter().chain(&boxes::KINDS).any(|(own, _)| *own == kind);
        let fits = match seed % 5 {
            0 => !beside && !bound && !apart,
            2 => !beside && !bound,
            4 => bound || !beside && dice.next().is_multiple_of(2),
            _ => beside || !bound && dice.next().is_multiple_of(2),
        };
        if fits {
            return kind;
        }
    }
}

/// Any kind, by its weight.
pub(super) fn any_kind(dice: &mut Dice) -> &'static str {
    let all = || KINDS.into_iter().chain(goods::KINDS).chain(boxes::KINDS);
    let mut left = dice.next() % all().map(|(_, weight)| weight).sum::<u64>();
    for (kind, weight) in all() {
        match left.checked_sub(weight) {
            Some(rest) => left = rest,
            None => return kind,
        }
    }
    unreachable!("less than the sum")
}

/// Something about the voucher as a whole that is wrong, or only just right.
fn disturb(voucher: &mut Voucher, model: &Model, dice: &mut Dice) {
    match dice.next() % 8 {
        0 => voucher.made = voucher.at - 72 * 3_600 - i64::from(dice.next().is_multiple_of(2)),
        1 => voucher.made = voucher.at + 600 + i64::from(dice.next().is_multiple_of(2)),
        2 => voucher.at_zone = 9,
        3 => voucher.made_zone = 7,
        4 => voucher.seq = (voucher.seq + dice.next() % 3).saturating_sub(1),
        5 => {
            if let Some(last) = model.entries.last() {
                voucher.at = last.at - i64::from(dice.next().is_multiple_of(2));
                voucher.made = voucher.at;
            }
        }
        _ => {
            let count = model.entries.len().max(1) as u64;
            let entry = usize::try_from(dice.next() % count).unwrap();
            voucher.nonce = model.entries.get(entry).map_or(voucher.nonce, |taken| taken.nonce);
        }
    }
}

/// A founding, and who signs it; every third one is wrong in some way.
fn founding(dice: &mut Dice) -> (String, Founding) {
    let officer = |(id, roles): &(&str, &[&'static str])| (String::from(*id), 0, roles.to_vec());
    let (quorum, limits, officers): (u64, &[(u64, u64)], Vec<_>) = match dice.next() % 6 {
        0 | 1 => {
            let officers: [(&str, &[&str]); 6] = [
                ("sun", &["steward"]),
                ("chen", &["clerk"]),
                ("li", &["approver"]),
                ("wang", &["approver", "steward"]),
                ("zhao", &["cashier"]),
                ("zhou", &["auditor"]),
            ];
            (2, &[(0, 1), (2_000, 2)], officers.iter().map(officer).collect())
        }
        2 => (1, &[(0, 1)], ["sun", "li", "wu"].iter().map(|id| officer(&(id, &ROLES))).collect()),
        3 => {
            let ids = ["sun", "li", "wu", "ma"];
            let officers = ids.iter().map(|id| officer(&(id, &ROLES))).collect();
            (3, &[(0, 1), (500, 2), (3_000, 3)], officers)
        }
        4 => {
            let officers: [(&str, &[&str]); 2] =
                [("sun", &["clerk", "cashier", "steward"]), ("li", &["approver", "auditor"])];
            (1, &[(0, 1)], officers.iter().map(officer).collect())
        }
        _ => (1, &[(0, 1)], vec![officer(&("sun", &ROLES))]),
    };
    let solo = officers.len() == 1;
    let backcheck = match dice.next() % 8 {
        0 => Some(50),
        1 => Some(100),
        _ => None,
    };
    let declare = dice.next().is_multiple_of(4);
    let (mut by, mut found) = (
        "sun".to_owned(),
        Founding { solo, quorum, limits: limits.to_vec(), backcheck, declare, officers },
    );
    if dice.next().is_multiple_of(3) {
        match dice.next() % 12 {
            0 => found.quorum = 0,
            1 => found.quorum = 5,
            2 => found.limits = vec![(0, 6)],
            3 => found.limits = vec![(0, 0)],
            4 => found.limits = vec![(1, 1)],
            5 => found.limits = vec![(0, 1), (9, 1), (9, 1)],
            6 => found.solo = !found.solo,
            7 => found.officers[0].2 = vec!["steward", "clerk"],
            8 => found.officers.push(found.officers[0].clone()),
            9 => by = "li".into(),
            10 => by = "nobody".into(),
            _ => found.officers.truncate(1),
        }
    }
    let same = dice.next().is_multiple_of(24);
    for (officer, key) in found.officers.iter_mut().zip(200..) {
        officer.1 = if same { 200 } else { key };
    }
    (by, found)
}
