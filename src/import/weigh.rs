//! How a plan is made: gifts first, then what goes back, then what moved on.

use super::bill::Bill;
use super::decisions::{Decided, Decisions, Lookup};
use super::error::Warning;
use super::plan::{Difference, Draft, Item, Known, KnownLine, Plan, Policy, Verdict, What};
use super::reason::{Doubt, Privacy, Voided};
use super::row::{Class, Direction, Row};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use std::collections::{HashMap, HashSet};

/// A gift that something may be given back from.
struct Origin {
    time: Wall,
    left: Fen,
    /// What this plan gives back.
    planned: Fen,
    /// The ledger's line, if it has one.
    line: Option<KnownLine>,
}

struct Weighing<'a> {
    bill: &'a Bill,
    known: &'a dyn Known,
    policy: Policy,
    lookup: Lookup<'a>,
    /// Gifts by key, of the plan and, once asked for, of the ledger.
    gifts: HashMap<String, Origin>,
    /// Keys of drafts that are no gifts.
    moved: HashSet<(String, String)>,
    /// The verdict of each row; `None` for excluded rows.
    verdicts: Vec<Option<Verdict>>,
    drafts: Vec<Draft>,
}

pub(crate) fn plan(bill: &Bill, known: &dyn Known, decisions: &Decisions, policy: Policy) -> Plan {
    let mut order: Vec<usize> = (0..bill.rows.len()).collect();
    order.sort_by_key(|at| bill.rows.get(*at).map(|r| (r.time, r.number)));
    let mut weighing = Weighing {
        bill,
        known,
        policy,
        lookup: decisions.lookup(bill),
        gifts: HashMap::with_capacity(bill.rows.len()),
        moved: HashSet::new(),
        verdicts: vec![None; bill.rows.len()],
        drafts: Vec::with_capacity(bill.rows.len()),
    };
    let rows = || order.iter().filter_map(|at| bill.rows.get(*at).map(|row| (*at, row)));
    let classes: Vec<Class> = rows().map(|(at, row)| weighing.class(at, row)).collect();
    for ((at, row), _) in rows().zip(&classes).filter(|(_, c)| **c == Class::Gift) {
        let verdict = weighing.gift(at, row);
        weighing.say(at, verdict);
    }
    for ((at, row), class) in rows().zip(&classes).filter(|(_, c)| **c != Class::Gift) {
        let verdict = weighing.other(at, row, class);
        weighing.say(at, verdict);
    }
    let warnings = weighing.amend();
    weighing.finish(&order, warnings)
}

impl Weighing<'_> {
    /// What the row is, the decisions being counted in.
    fn class(&mut self, at: usize, row: &Row) -> Class {
        let Some(decided) = self.lookup.of(at) else { return row.class.clone() };
        let already = decided == &Decided::Gift && row.class == Class::Gift
            || decided == &Decided::Private && matches!(row.class, Class::Private(_));
        let asked = matches!(decided, Decided::Ask);
        if already || asked || row.fen == Fen::ZERO || matches!(row.class, Class::Void(_)) {
            self.lookup.no_effect(at);
            return row.class.clone();
        }
        match decided {
            Decided::Gift => Class::Gift,
            Decided::Private => Class::Private(Privacy::Decided),
            Decided::RefundOf(id) => Class::Refund { of: Some(id.as_str().into()) },
            Decided::Withdrawal(fee) if *fee < row.fen => Class::Withdrawal { fee: *fee },
            Decided::Withdrawal(_) => Class::Doubtful(Doubt::WithdrawalFee),
            Decided::Skip | Decided::Ask => row.class.clone(),
        }
    }

    fn say(&mut self, at: usize, verdict: Option<Verdict>) {
        let skipped = self.lookup.of(at) == Some(&Decided::Skip);
        if let Some(place) = self.verdicts.get_mut(at) {
            *place = if skipped { Some(Verdict::Skipped) } else { verdict };
        }
    }

    /// The key of a row that is to be drafted. A row without a number of its own is known by its
    /// file and its place in it.
    fn key(&self, row: &Row) -> String {
        let shared = matches!(row.class, Class::Doubtful(Doubt::RepeatedId(_)));
        if row.id.is_empty() || shared {
            format!("file:{}#{}", self.bill.digest, row.number)
        } else {
            row.id.clone().into()
        }
    }

    fn gift(&mut self, at: usize, row: &Row) -> Option<Verdict> {
        if self.lookup.of(at) == Some(&Decided::Skip) {
            return None;
        }
        let key = self.key(row);
        if self.gifts.contains_key(&key) {
            return Some(Verdict::Doubtful(Doubt::RepeatedId(row.number)));
        }
        let line = self.known.gift(row.channel.gifts(), &key);
        let asked = self.lookup.of(at).is_none();
        let large = self.policy.ask_above.filter(|limit| asked && row.fen > *limit);
        if let (Some(limit), None) = (large, &line) {
            return Some(Verdict::Doubtful(Doubt::Large(limit)));
        }
        let verdict = if let Some(line) = &line {
            self.compare(row, line, line.fen, row.fen)
        } else {
            self.draft(row, What::Gift, row.channel.gifts(), &key);
            Verdict::New
        };
        self.gifts.insert(key, origin(row.time, row.fen, line));
        Some(verdict)
    }

    fn other(&mut self, at: usize, row: &Row, class: &Class) -> Option<Verdict> {
        if self.lookup.of(at) == Some(&Decided::Skip) {
            return None;
        }
        match class {
            Class::Refund { of } => self.refund(at, row, of.as_deref()),
            Class::Withdrawal { fee } => Some(self.withdrawal(row, *fee)),
            Class::Void(reason) => self.void(row, *reason),
            Class::Doubtful(doubt) => Some(self.doubt(row, doubt)),
            Class::Private(_) | Class::Gift => None,
        }
    }

    fn refund(&mut self, at: usize, row: &Row, of: Option<&str>) -> Option<Verdict> {
        let key = self.key(row);
        let channel = row.channel.refunds();
        if let Some(line) = self.known.moved(channel, &key) {
            return Some(self.compare(row, &line, line.fen, row.fen));
        }
        let decided = self.lookup.of(at).is_some();
        let Some(of) = of.filter(|of| self.knows(row, of)) else {
            // Where the bill does not call it spending, it is far likelier the treasurer's own.
            let own = !decided && row.direction != Direction::Out && row.kind.contains("退款");
            let doubt = if decided { Doubt::NoSuchGift } else { Doubt::UnlinkedRefund };
            return (!own).then_some(Verdict::Doubtful(doubt));
        };
        if !self.moved.insert((channel.into(), key.clone())) {
            return Some(Verdict::Doubtful(Doubt::RepeatedId(row.number)));
        }
        let gift = self.gifts.get_mut(of)?;
        if gift.time > row.time {
            return Some(Verdict::Doubtful(Doubt::RefundTooEarly));
        }
        let Some(left) = gift.left.minus(row.fen) else {
            let doubt = Doubt::RefundTooLarge { left: gift.left, back: row.fen };
            return Some(Verdict::Doubtful(doubt));
        };
        gift.left = left;
        gift.planned = gift.planned.plus(row.fen).unwrap_or(Fen::MAX);
        let place = gift.line.as_ref().map(|line| line.place.clone());
        let of = (row.channel.gifts().to_owned(), of.to_owned());
        self.draft(row, What::Refund { of, place }, channel, &key);
        Some(Verdict::New)
    }

    /// Whether the plan or the ledger has the gift with the number `of`.
    fn knows(&mut self, row: &Row, of: &str) -> bool {
        if self.gifts.contains_key(of) {
            return true;
        }
        let Some(line) = self.known.gift(row.channel.gifts(), of) else { return false };
        self.gifts.insert(of.to_owned(), origin(line.time, line.fen, Some(line)));
        true
    }

    fn withdrawal(&mut self, row: &Row, fee: Fen) -> Verdict {
        let key = self.key(row);
        let channel = row.channel.withdrawals();
        let Some(fen_out) = row.fen.minus(fee) else {
            return Verdict::Doubtful(Doubt::WithdrawalFee);
        };
        if let Some(line) = self.known.moved(channel, &key) {
            return self.compare(row, &line, line.fen, fen_out);
        }
        if !self.moved.insert((channel.into(), key.clone())) {
            return Verdict::Doubtful(Doubt::RepeatedId(row.number));
        }
        let what = What::Withdrawal { fen_out, fee, fee_channel: row.channel.fees().into() };
        self.draft(row, what, channel, &key);
        Verdict::New
    }

    /// A void row is shown if the fund would have been the one to receive it. If the ledger has it
    /// as a gift, it was given back since.
    fn void(&self, row: &Row, reason: Voided) -> Option<Verdict> {
        let repeat = matches!(reason, Voided::Repeat(_));
        let gift = || self.known.gift(row.channel.gifts(), &row.id);
        let money_in = row.direction != Direction::Out && !row.id.is_empty() && !repeat;
        if let Some(line) = money_in.then(gift).flatten() {
            if line.refunded == line.fen {
                return Some(Verdict::Duplicate(line.place));
            }
            return Some(Verdict::Amended { place: line.place, what: vec![Difference::Closed] });
        }
        let shown = repeat
            || matches!(reason, Voided::WithdrawalFailed | Voided::NotCounted)
            || row.direction == Direction::In;
        shown.then_some(Verdict::Void(reason))
    }

    fn doubt(&self, row: &Row, doubt: &Doubt) -> Verdict {
        let unsure = *doubt == Doubt::UnknownStatus && row.direction == Direction::In;
        let line = unsure.then(|| self.known.gift(row.channel.gifts(), &row.id)).flatten();
        match line {
            Some(line) => {
                let what = vec![Difference::Status(row.status.to_string())];
                Verdict::Amended { place: line.place, what }
            }
            None => Verdict::Doubtful(doubt.clone()),
        }
    }

    fn compare(&self, row: &Row, line: &KnownLine, was: Fen, now: Fen) -> Verdict {
        let mut what = Vec::new();
        if was != now {
            what.push(Difference::Amount(was, now));
        }
        // A spreadsheet that dropped the seconds did not change the time.
        let minute = |time: Wall| time.to_string().chars().take(16).collect::<String>();
        let same =
            line.time == row.time || (!self.bill.seconds && minute(line.time) == minute(row.time));
        if !same {
            what.push(Difference::Time(line.time, row.time));
        }
        let place = line.place.clone();
        if what.is_empty() { Verdict::Duplicate(place) } else { Verdict::Amended { place, what } }
    }

    fn draft(&mut self, row: &Row, what: What, channel: &str, key: &str) {
        self.drafts.push(Draft {
            row: row.number,
            time: row.time,
            fen: row.fen,
            what,
            channel: channel.into(),
            key: key.into(),
        });
    }

    /// Compares what gifts say was given back with what ledger and plan give back.
    fn amend(&mut self) -> Vec<Warning> {
        let mut warnings = self.bill.warnings.clone();
        for (row, verdict) in self.bill.rows.iter().zip(&mut self.verdicts) {
            let Some(gift) = self.gifts.get(&*row.id) else { continue };
            if let Some(Verdict::Amended { place, what }) = verdict
                && *what == [Difference::Closed]
                && gift.left == Fen::ZERO
            {
                // It was closed because all of it goes back, and this plan gives it back.
                *verdict = Some(Verdict::Duplicate(std::mem::take(place)));
            }
            let Some(says) = row.refunded else { continue };
            let before = gift.line.as_ref().map_or(Fen::ZERO, |line| line.refunded);
            let shown = before.plus(gift.planned).unwrap_or(Fen::MAX);
            if says == shown {
                continue;
            }
            match verdict {
                Some(Verdict::New) => {
                    let fen = says.minus(shown).unwrap_or(Fen::ZERO);
                    warnings.push(Warning::RefundUnseen { row: row.number, fen });
                }
                Some(Verdict::Amended { what, .. }) => what.push(Difference::Refunded(shown, says)),
                Some(Verdict::Duplicate(place)) => {
                    let what = vec![Difference::Refunded(shown, says)];
                    *verdict = Some(Verdict::Amended { place: std::mem::take(place), what });
                }
                _ => {}
            }
        }
        warnings
    }

    fn finish(mut self, order: &[usize], warnings: Vec<Warning>) -> Plan {
        let mut plan = Plan {
            digest: self.bill.digest.clone(),
            channel: self.bill.rows.first().map_or("", |r| r.channel.gifts()).to_owned(),
            warnings,
            unused: self.lookup.unused(),
            ..Plan::default()
        };
        let shared = shared_ids(&self.bill.rows);
        for at in order {
            let Some(row) = self.bill.rows.get(*at) else { continue };
            let verdict = self.verdicts.get_mut(*at).and_then(Option::take);
            match verdict {
                Some(verdict) => plan.items.push(item(row, verdict, shared.contains(&*row.id))),
                None => plan.excluded.add(row),
            }
        }
        // Gifts were drafted before the rest; within a second they stay before their refunds.
        self.drafts.sort_by_key(|draft| draft.time);
        plan.drafts = self.drafts;
        plan
    }
}

fn origin(time: Wall, fen: Fen, line: Option<KnownLine>) -> Origin {
    let (time, fen) = line.as_ref().map_or((time, fen), |line| (line.time, line.fen));
    let back = line.as_ref().map_or(Fen::ZERO, |line| line.refunded);
    Origin { time, left: fen.minus(back).unwrap_or(Fen::ZERO), planned: Fen::ZERO, line }
}

/// The numbers that more than one row has.
fn shared_ids(rows: &[Row]) -> HashSet<&str> {
    let mut seen = HashSet::with_capacity(rows.len());
    rows.iter().map(|r| &*r.id).filter(|id| !id.is_empty() && !seen.insert(*id)).collect()
}

fn item(row: &Row, verdict: Verdict, shares_id: bool) -> Item {
    let void = matches!(verdict, Verdict::Void(_));
    let shown = |text: &str| if void { Box::default() } else { text.into() };
    Item {
        number: row.number,
        time: row.time,
        fen: row.fen,
        direction: row.direction,
        kind: row.kind.clone(),
        party: shown(&row.party),
        item: shown(&row.item),
        id: row.id.clone(),
        shares_id,
        verdict,
    }
}
