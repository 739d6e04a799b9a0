//! How a plan is made: gifts first, then what goes back, then what moved on.

use super::bill::Bill;
use super::decisions::{Decided, Decisions, Lookup};
use super::error::Warning;
use super::plan::{
    Amended, Back, Difference, Draft, Known, KnownLine, Plan, Policy, Verdict, What, key,
};
use super::reason::{Doubt, Privacy, Voided};
use super::row::{Class, Direction, Row};
use super::rows::Glance;
use super::verdicts::Verdicts;
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::domain::time::Wall;
use rayon::slice::ParallelSliceMut as _;
use std::borrow::Cow;
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
    bill: &'a Bill<'a>,
    known: &'a dyn Known,
    policy: Policy<'a>,
    lookup: Lookup<'a>,
    /// What each row is, where a decision says another thing than the bill.
    decided: HashMap<usize, Class>,
    /// Gifts by key that something is given back from.
    gifts: HashMap<String, Origin>,
    /// Keys of gifts that another row may have too.
    shared: HashSet<String>,
    /// Channels and keys of drafts that are no gifts.
    moved: HashSet<(String, String)>,
    /// The verdict of each row; `None` for excluded rows.
    verdicts: Verdicts,
    drafts: Vec<Draft>,
}

pub(crate) fn plan(
    bill: &Bill<'_>,
    known: &dyn Known,
    decisions: &Decisions,
    policy: Policy<'_>,
) -> Plan {
    let order = by_time(bill);
    let mut weighing = Weighing {
        bill,
        known,
        policy,
        lookup: decisions.lookup(bill),
        decided: HashMap::new(),
        gifts: HashMap::new(),
        shared: HashSet::new(),
        moved: HashSet::new(),
        verdicts: Verdicts::excluded(bill.len()),
        drafts: Vec::with_capacity(bill.len()),
    };
    weighing.decide();
    let rows = || order.iter().filter_map(|at| Some((*at as usize, bill.glance(*at as usize)?)));
    let mut others = 0;
    for (at, row) in rows() {
        if *weighing.class(at, row.class()) == Class::Gift {
            let verdict = weighing.gift(at, row);
            weighing.say(at, verdict);
        } else {
            others += 1;
        }
    }
    for (at, row) in rows().filter(|_| others > 0) {
        let class = weighing.class(at, row.class());
        if *class != Class::Gift {
            let class = class.clone();
            let verdict = weighing.other(at, &row.row(), &class);
            weighing.say(at, verdict);
        }
    }
    let warnings = weighing.amend();
    weighing.finish(order, warnings, others > 0)
}

/// The rows in the order of their times, and of the file within a second.
fn by_time(bill: &Bill<'_>) -> Vec<u32> {
    // The limits of a bill keep every row within 32 bits.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    if bill.glances().map(Glance::time).is_sorted() {
        return (0..place(bill.len())).collect();
    }
    let mut times = bill.map_rows(|at, row| (row.time(), place(at)));
    times.par_sort_unstable();
    times.into_iter().map(|(_, at)| at).collect()
}

impl Weighing<'_> {
    /// Counts the decisions in.
    fn decide(&mut self) {
        for at in self.lookup.rows() {
            let Some(row) = self.bill.glance(at) else { continue };
            let Some(decided) = self.lookup.of(at) else { continue };
            let already = decided == &Decided::Gift && *row.class() == Class::Gift
                || decided == &Decided::Private && matches!(row.class(), Class::Private(_));
            let asked = matches!(decided, Decided::Ask);
            let void = row.fen() == Fen::ZERO
                || matches!(row.class(), Class::Void(_) | Class::Charge | Class::Seen);
            if already || asked || void {
                // The bill says it too, but the person was asked all the same.
                let was_asked = already && self.ask(at, row).is_some();
                if asked || !was_asked {
                    self.lookup.no_effect(at);
                }
                continue;
            }
            let class = match decided {
                Decided::Gift => Class::Gift,
                Decided::Private => Class::Private(Privacy::Decided),
                Decided::RefundOf(id) => Class::Refund { of: Some(id.as_str().into()) },
                Decided::Withdrawal(fee) if *fee < row.fen() => Class::Withdrawal { fee: *fee },
                Decided::Withdrawal(_) => Class::Doubtful(Doubt::WithdrawalFee),
                Decided::Skip | Decided::Ask => continue,
            };
            self.decided.insert(at, class);
        }
    }

    /// Why a person must say that a row is a gift, and a new one; `None` for nearly all.
    fn ask(&self, at: usize, row: Glance<'_>) -> Option<Doubt> {
        let typed = || self.known.misplaced(at).map(Doubt::Typed);
        self.policy.doubt(row).or_else(typed)
    }

    /// What the row is, the decisions being counted in.
    fn class<'r>(&'r self, at: usize, said: &'r Class) -> &'r Class {
        if self.decided.is_empty() { said } else { self.decided.get(&at).unwrap_or(said) }
    }

    fn say(&mut self, at: usize, verdict: Option<Verdict>) {
        let skipped = self.lookup.of(at) == Some(&Decided::Skip);
        self.verdicts.set(at, if skipped { Some(Verdict::Skipped) } else { verdict });
    }

    fn gift(&mut self, at: usize, row: Glance<'_>) -> Option<Verdict> {
        let decided = self.lookup.of(at);
        if decided == Some(&Decided::Skip) {
            return None;
        }
        // Only a row that shares its number can have the key of another.
        if self.bill.is_shared(at) && !self.shared.insert(key(self.bill, row).into_owned()) {
            return Some(Verdict::Doubtful(Doubt::RepeatedId(row.number())));
        }
        if let Some(line) = self.known_gift(at, row) {
            return Some(self.compare(row.time(), &line, line.fen, row.fen()));
        }
        let doubt = if decided.is_none() { self.ask(at, row) } else { None };
        if let Some(doubt) = doubt {
            if self.bill.is_shared(at) {
                self.shared.remove(&*key(self.bill, row));
            }
            return Some(Verdict::Doubtful(doubt));
        }
        self.draft(at, What::Gift);
        Some(Verdict::New)
    }

    /// The ledger's line of a row that is a gift.
    fn known_gift(&self, at: usize, row: Glance<'_>) -> Option<KnownLine> {
        let (channel, key) = (self.bill.channel().gifts(), key(self.bill, row));
        // A key of its own is the row's number, and that was asked about beforehand.
        match key {
            Cow::Borrowed(id) => self.known.gift_of_row(at, channel, id),
            Cow::Owned(key) => self.known.gift(channel, &key),
        }
    }

    /// The gift of this plan with the key `of`, as far as it was booked or is going to be.
    fn gift_here(&self, of: &str) -> Option<Origin> {
        let first = self.bill.find(of)?;
        let counts = |at: &usize, row: &Glance<'_>| {
            let taken = self.verdicts.get(*at).is_some_and(|verdict| {
                matches!(verdict, Verdict::New | Verdict::Duplicate(_) | Verdict::Amended(_))
            });
            taken && *self.class(*at, row.class()) == Class::Gift && key(self.bill, *row) == of
        };
        let same = |at: usize| self.bill.glance(at).map(|row| (at, row));
        let found = if self.bill.is_shared(first) {
            self.bill.glances().enumerate().find(|(at, row)| row.id() == of && counts(at, row))
        } else {
            same(first).filter(|(at, row)| counts(at, row))
        };
        let (at, row) = found?;
        Some(origin(row.time(), row.fen(), self.known_gift(at, row)))
    }

    /// The key of row `at`.
    fn key(&self, at: usize) -> String {
        self.bill.glance(at).map(|row| key(self.bill, row).into_owned()).unwrap_or_default()
    }

    /// The gift with the key `of`, if this plan has it or it was looked up before.
    fn origin(&mut self, of: &str) -> Option<&mut Origin> {
        if !self.gifts.contains_key(of) {
            let origin = self.gift_here(of)?;
            self.gifts.insert(of.to_owned(), origin);
        }
        self.gifts.get_mut(of)
    }

    fn other(&mut self, at: usize, row: &Row<'_>, class: &Class) -> Option<Verdict> {
        if self.lookup.of(at) == Some(&Decided::Skip) {
            return None;
        }
        match class {
            Class::Refund { of } => self.refund(at, row, of.as_deref()),
            Class::Withdrawal { fee } => Some(self.withdrawal(at, row, *fee)),
            Class::Charge => Some(self.charge(at, row)),
            Class::Seen => Some(self.seen(row)),
            Class::Void(reason) => self.void(row, *reason),
            Class::Doubtful(doubt) => Some(self.doubt(row, doubt)),
            Class::Private(_) | Class::Gift => None,
        }
    }

    fn refund(&mut self, at: usize, row: &Row<'_>, of: Option<&str>) -> Option<Verdict> {
        let key = self.key(at);
        let channel = row.channel.refunds();
        if let Some(line) = self.known.moved(channel, &key) {
            return Some(self.compare(row.time, &line, line.fen, row.fen));
        }
        let decided = self.lookup.of(at).is_some();
        let Some(of) = of.filter(|of| self.knows(row, of)) else {
            // Where the bill does not call it spending, it is far likelier the treasurer's own.
            let own = !decided && row.direction != Direction::Out && row.kind.contains("退款");
            let doubt = if decided { Doubt::NoSuchGift } else { Doubt::UnlinkedRefund };
            return (!own).then_some(Verdict::Doubtful(doubt));
        };
        if !self.moved.insert((channel.into(), key)) {
            return Some(Verdict::Doubtful(Doubt::RepeatedId(row.number)));
        }
        let gift = self.origin(of)?;
        if gift.time > row.time {
            return Some(Verdict::Doubtful(Doubt::RefundTooEarly));
        }
        let Some(left) = gift.left.minus(row.fen) else {
            let doubt = Doubt::RefundTooLarge { left: gift.left, back: row.fen };
            return Some(Verdict::Doubtful(doubt));
        };
        gift.left = left;
        gift.planned = gift.planned.plus(row.fen).unwrap_or(Fen::MAX);
        let place = gift.line.as_ref().map(|line| line.place);
        self.draft(at, What::Refund(Box::new(Back { key: of.to_owned(), place })));
        Some(Verdict::New)
    }

    /// Whether the plan or the ledger has the gift with the number `of`.
    fn knows(&mut self, row: &Row<'_>, of: &str) -> bool {
        if self.origin(of).is_some() {
            return true;
        }
        let Some(line) = self.known.gift(row.channel.gifts(), of) else { return false };
        self.gifts.insert(of.to_owned(), origin(line.time, line.fen, Some(line)));
        true
    }

    fn withdrawal(&mut self, at: usize, row: &Row<'_>, fee: Fen) -> Verdict {
        let key = self.key(at);
        let channel = row.channel.withdrawals();
        let Some(fen_out) = row.fen.minus(fee) else {
            return Verdict::Doubtful(Doubt::WithdrawalFee);
        };
        if let Some(line) = self.known.moved(channel, &key) {
            return self.compare(row.time, &line, line.fen, fen_out);
        }
        if !self.moved.insert((channel.into(), key)) {
            return Verdict::Doubtful(Doubt::RepeatedId(row.number));
        }
        let asked = self.lookup.of(at).is_none();
        if let Some(place) = self.known.typed(row, fen_out).filter(|_| asked) {
            return Verdict::Doubtful(Doubt::Typed(place));
        }
        self.draft(at, What::Withdrawal(fee));
        Verdict::New
    }

    /// A charge of one number counts once; of the charges of a day, two bills name other seconds.
    fn charge(&mut self, at: usize, row: &Row<'_>) -> Verdict {
        let (key, channel) = (self.key(at), row.channel.fees());
        if let Some(line) = self.known.moved(channel, &key) {
            let paid = if line.time.day() == row.time.day() { line.time } else { row.time };
            return self.compare(paid, &line, line.fen, row.fen);
        }
        if !self.moved.insert((channel.into(), key)) {
            return Verdict::Doubtful(Doubt::RepeatedId(row.number));
        }
        self.draft(at, What::Charge);
        Verdict::New
    }

    /// Holds a row against what another bill made an entry of.
    fn seen(&self, row: &Row<'_>) -> Verdict {
        let line = match row.key() {
            Some((channel, key)) if row.direction == Direction::Out => {
                self.known.moved(channel, key)
            }
            Some((channel, key)) => self.known.gift(channel, key),
            None => None,
        };
        match line {
            // The account books it some seconds after it was paid.
            Some(line) => self.compare(line.time, &line, line.fen, row.fen),
            None => Verdict::Doubtful(Doubt::NotBooked),
        }
    }

    /// A void row is shown if the fund would have been the one to receive it. If the ledger has it
    /// as a gift, it was given back since.
    fn void(&self, row: &Row<'_>, reason: Voided) -> Option<Verdict> {
        if matches!(reason, Voided::InFees | Voided::InTrades | Voided::RefundFailed) {
            return Some(Verdict::Void(reason));
        }
        let repeat = matches!(reason, Voided::Repeat(_));
        let gift = || self.known.gift(row.channel.gifts(), row.id);
        let money_in = row.direction != Direction::Out && !row.id.is_empty() && !repeat;
        if let Some(line) = money_in.then(gift).flatten() {
            if line.refunded == line.fen {
                return Some(Verdict::Duplicate(line.place));
            }
            return Some(amended(line.place, vec![Difference::Closed]));
        }
        let shown = repeat
            || matches!(reason, Voided::WithdrawalFailed | Voided::NotCounted)
            || row.direction == Direction::In;
        shown.then_some(Verdict::Void(reason))
    }

    fn doubt(&self, row: &Row<'_>, doubt: &Doubt) -> Verdict {
        let unsure = *doubt == Doubt::UnknownStatus && row.direction == Direction::In;
        let line = unsure.then(|| self.known.gift(row.channel.gifts(), row.id)).flatten();
        match line {
            Some(line) => amended(line.place, vec![Difference::Status(row.status.to_owned())]),
            None => Verdict::Doubtful(doubt.clone()),
        }
    }

    fn compare(&self, paid: Wall, line: &KnownLine, was: Fen, now: Fen) -> Verdict {
        let mut what = Vec::new();
        if was != now {
            what.push(Difference::Amount(was, now));
        }
        // A spreadsheet that dropped the seconds did not change the time.
        let minute = |time: Wall| time.to_string().chars().take(16).collect::<String>();
        let same = line.time == paid || (!self.bill.seconds && minute(line.time) == minute(paid));
        if !same {
            what.push(Difference::Time(line.time, paid));
        }
        what.extend(line.reversed.map(Difference::Reversed));
        if what.is_empty() { Verdict::Duplicate(line.place) } else { amended(line.place, what) }
    }

    fn draft(&mut self, at: usize, what: What) {
        // The limits of a bill keep every row within 32 bits.
        self.drafts.push(Draft { at: u32::try_from(at).unwrap_or(u32::MAX), what });
    }

    /// Compares what gifts say was given back with what ledger and plan give back.
    fn amend(&mut self) -> Vec<Warning> {
        let mut warnings = self.bill.warnings.clone();
        for (at, row) in self.bill.glances().enumerate() {
            let amends = matches!(self.verdicts.get(at), Some(Verdict::Amended(_)));
            if !amends && row.refunded().is_none() {
                continue;
            }
            let Some(gift) = self.origin(row.id()) else { continue };
            let before = gift.line.as_ref().map_or(Fen::ZERO, |line| line.refunded);
            let shown = before.plus(gift.planned).unwrap_or(Fen::MAX);
            let all = gift.left == Fen::ZERO;
            if let (Some(Verdict::New), Some(says)) = (self.verdicts.get(at), row.refunded()) {
                if says != shown {
                    let fen = says.minus(shown).unwrap_or(Fen::ZERO);
                    warnings.push(Warning::RefundUnseen { row: row.number(), fen });
                }
                continue;
            }
            let Some(verdict) = self.verdicts.get_mut(at) else { continue };
            // It was closed because all of it goes back, and this plan gives it back.
            match verdict {
                Verdict::Amended(amended) if all && *amended.what == [Difference::Closed] => {
                    *verdict = Verdict::Duplicate(amended.place);
                }
                _ => {}
            }
            let Some(says) = row.refunded().filter(|says| *says != shown) else { continue };
            let differs = Difference::Refunded(shown, says);
            match verdict {
                Verdict::Amended(amended) => amended.what.push(differs),
                Verdict::Duplicate(place) => *verdict = amended(*place, vec![differs]),
                _ => {}
            }
        }
        warnings
    }

    fn finish(mut self, order: Vec<u32>, warnings: Vec<Warning>, others: bool) -> Plan {
        let mut plan = Plan { warnings, unused: self.lookup.unused(), ..Plan::default() };
        for (row, verdict) in self.bill.glances().zip(self.verdicts.iter()) {
            if verdict.is_none() {
                plan.excluded.add(row);
            }
        }
        // Gifts were drafted before the rest; within a second they stay before their refunds.
        let time = |draft: &Draft| draft.glance(self.bill).map(Glance::time);
        if others && !self.drafts.is_sorted_by_key(time) {
            self.drafts.sort_by_cached_key(time);
        }
        self.drafts.shrink_to_fit();
        (plan.drafts, plan.verdicts, plan.order) = (self.drafts, self.verdicts, order);
        plan
    }
}

fn amended(place: Place, what: Vec<Difference>) -> Verdict {
    Verdict::Amended(Box::new(Amended { place, what }))
}

fn origin(time: Wall, fen: Fen, line: Option<KnownLine>) -> Origin {
    let (time, fen) = line.as_ref().map_or((time, fen), |line| (line.time, line.fen));
    let back = line.as_ref().map_or(Fen::ZERO, |line| line.refunded);
    Origin { time, left: fen.minus(back).unwrap_or(Fen::ZERO), planned: Fen::ZERO, line }
}
