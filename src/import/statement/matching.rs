//! Which line of a statement is which movement of the ledger, one to one.
//!
//! By the bank's own number where the ledger has it; else by amount within a few days, and only
//! where nothing else could be meant. What could be meant in two ways is shown and left alone: its
//! amounts are equal, so the sums of what is open are the same whichever way it is.

use super::{Signed, StatementLine, Wallet};
use crate::domain::text::{Place, Ref};
use crate::domain::time::Wall;
use std::collections::BTreeMap;

/// So many days may lie between the bank's day and the ledger's.
pub const WINDOW_DAYS: i64 = 3;
/// Of one amount, so many lines or movements are told apart; more are one question.
const APART_MAX: usize = 1_000;

/// What moved in the ledger.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moved {
    /// A gift, or a gift booked back.
    Gift,
    /// A refund.
    Refund,
    /// A charge.
    Fee,
    /// Interest.
    Interest,
    /// A payment to a student.
    Pay,
    /// A transfer, and the wallet on its other side if it is one.
    Transfer(Option<Wallet>),
}

/// A movement of one account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Movement {
    /// Where it stands in the ledger.
    pub place: Place,
    /// When it was paid, as its line says.
    pub paid: Wall,
    /// How much, and which way, seen from the account.
    pub amount: Signed,
    /// What it is.
    pub what: Moved,
    /// Its reference.
    pub reference: Option<Ref>,
}

/// Lines and movements of one amount that could belong together in more than one way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Group {
    /// Their amount.
    pub amount: Signed,
    /// Lines of the statement, by their places in the list.
    pub lines: Vec<usize>,
    /// Movements, likewise.
    pub movements: Vec<usize>,
}

/// What belongs together and what is left.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Matching {
    /// Line and movement, by their places in the lists.
    pub pairs: Vec<(usize, usize)>,
    /// Lines that no movement can be.
    pub lines: Vec<usize>,
    /// Movements that no line can be.
    pub movements: Vec<usize>,
    /// What a person must tell apart.
    pub groups: Vec<Group>,
}

/// Pairs `lines` and `movements`; `refs` says under which references the ledger would know the
/// bank's number of a line. The same lists always give the same pairs.
pub fn pair(
    lines: &[StatementLine],
    movements: &[Movement],
    refs: &dyn Fn(&StatementLine) -> Vec<Ref>,
) -> Matching {
    pair_as_told(lines, movements, refs, &[])
}

/// The same where a person told which line is which movement: those first, by their places in the
/// lists, each at most once.
pub fn pair_as_told(
    lines: &[StatementLine],
    movements: &[Movement],
    refs: &dyn Fn(&StatementLine) -> Vec<Ref>,
    told: &[(usize, usize)],
) -> Matching {
    let mut pairing = Pairing {
        lines,
        movements,
        // A line that moved nothing belongs to nothing.
        open_lines: lines.iter().map(|line| line.amount.0 != 0).collect(),
        open_movements: vec![true; movements.len()],
        found: Matching::default(),
    };
    for (line, movement) in told {
        pairing.take(*line, *movement);
    }
    pairing.by_reference(refs);
    // What names a wallet is first held against withdrawals from that wallet.
    pairing.by_amount(&|line, moved| {
        line.wallet().is_some_and(|wallet| moved.what == Moved::Transfer(Some(wallet)))
    });
    pairing.by_amount(&|line, moved| match moved.what {
        Moved::Interest => !line.is_charge(),
        Moved::Fee => !line.is_interest(),
        _ => !line.is_interest() && !line.is_charge(),
    });
    // What looks like the bank's own and is booked as something else is booked.
    pairing.by_amount(&|_, _| true);
    pairing.finish()
}

type Fits<'f> = &'f dyn Fn(&StatementLine, &Movement) -> bool;

struct Pairing<'a> {
    lines: &'a [StatementLine],
    movements: &'a [Movement],
    open_lines: Vec<bool>,
    open_movements: Vec<bool>,
    found: Matching,
}

impl Pairing<'_> {
    fn take(&mut self, line: usize, movement: usize) {
        self.found.pairs.push((line, movement));
        self.close(&[line], &[movement]);
    }

    fn close(&mut self, lines: &[usize], movements: &[usize]) {
        for (all, gone) in [(&mut self.open_lines, lines), (&mut self.open_movements, movements)] {
            for at in gone {
                if let Some(open) = all.get_mut(*at) {
                    *open = false;
                }
            }
        }
    }

    fn by_reference(&mut self, refs: &dyn Fn(&StatementLine) -> Vec<Ref>) {
        let known = self.movements.iter().enumerate();
        let known = known.filter_map(|(at, moved)| Some((moved.reference?, at)));
        let known: BTreeMap<Ref, usize> = known.collect();
        for (at, line) in self.lines.iter().enumerate() {
            let open = |found: &usize| self.open_movements.get(*found) == Some(&true);
            let same =
                |found: &usize| self.movements.get(*found).is_some_and(|m| m.amount == line.amount);
            let told = self.open_lines.get(at) != Some(&true);
            let refs = if told || line.serial.is_empty() { Vec::new() } else { refs(line) };
            let mut named = refs.iter().filter_map(|r| known.get(r)).copied();
            if let Some(found) = named.find(|found| open(found) && same(found)) {
                self.take(at, found);
            }
        }
    }

    fn by_amount(&mut self, fits: Fits<'_>) {
        let mut amounts: BTreeMap<Signed, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            if self.open_lines.get(at) == Some(&true) {
                amounts.entry(line.amount).or_default().0.push(at);
            }
        }
        for (at, moved) in self.movements.iter().enumerate() {
            if self.open_movements.get(at) == Some(&true)
                && let Some(all) = amounts.get_mut(&moved.amount)
            {
                all.1.push(at);
            }
        }
        for (amount, (lines, movements)) in amounts {
            if !lines.is_empty() && !movements.is_empty() {
                self.same_day(&lines, &movements, fits);
                self.near(amount, &lines, &movements, fits);
            }
        }
    }

    /// Pairs what stands alone on its day, or in equal numbers that all fit.
    fn same_day(&mut self, lines: &[usize], movements: &[usize], fits: Fits<'_>) {
        let mut days: BTreeMap<_, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for at in lines {
            if let Some(line) = self.lines.get(*at) {
                days.entry(line.time.day()).or_default().0.push(*at);
            }
        }
        for at in movements {
            if let Some(moved) = self.movements.get(*at) {
                days.entry(moved.paid.day()).or_default().1.push(*at);
            }
        }
        for (lines, movements) in days.into_values() {
            let equal = lines.len() == movements.len() && lines.len() <= APART_MAX;
            let all = |at: &usize| movements.iter().all(|other| self.fit(*at, *other, fits));
            if equal && lines.iter().all(all) {
                lines.into_iter().zip(movements).for_each(|(line, moved)| self.take(line, moved));
            }
        }
    }

    /// Whether a line may be a movement of its amount.
    fn fit(&self, line: usize, moved: usize, fits: Fits<'_>) -> bool {
        let both = self.lines.get(line).zip(self.movements.get(moved));
        both.is_some_and(|(line, moved)| {
            let days = line.time.day().since(moved.paid.day());
            (-WINDOW_DAYS..=WINDOW_DAYS).contains(&days) && fits(line, moved)
        })
    }

    /// Pairs what is left within the window, cluster by cluster of what hangs together.
    fn near(&mut self, amount: Signed, lines: &[usize], movements: &[usize], fits: Fits<'_>) {
        let open = |all: &[bool], some: &[usize]| -> Vec<usize> {
            some.iter().copied().filter(|at| all.get(*at) == Some(&true)).collect()
        };
        let lines = open(&self.open_lines, lines);
        let mut movements = open(&self.open_movements, movements);
        movements.sort_by_key(|at| self.movements.get(*at).map(|m| (m.paid, m.place)));
        if lines.len().max(movements.len()) > APART_MAX {
            self.ask(amount, lines, movements);
            return;
        }
        let mut left: Vec<usize> = lines;
        while let Some(first) = left.first().copied() {
            let (cluster, others) = self.cluster(first, &left, &movements, fits);
            left.retain(|at| !cluster.contains(at));
            movements.retain(|at| !others.contains(at));
            let in_order = || cluster.iter().zip(&others).all(|(l, m)| self.fit(*l, *m, fits));
            if cluster.len() == others.len() && in_order() {
                cluster.into_iter().zip(others).for_each(|(line, moved)| self.take(line, moved));
            } else {
                // Nothing is asked about a line that no movement can be.
                self.ask(amount, cluster, others);
            }
        }
    }

    /// Everything that hangs together with the line `first`.
    fn cluster(
        &self,
        first: usize,
        lines: &[usize],
        movements: &[usize],
        fits: Fits<'_>,
    ) -> (Vec<usize>, Vec<usize>) {
        let (mut ours, mut theirs) = (vec![first], Vec::new());
        loop {
            let size = ours.len() + theirs.len();
            let more = movements.iter().copied().filter(|m| !theirs.contains(m));
            let more: Vec<usize> =
                more.filter(|m| ours.iter().any(|l| self.fit(*l, *m, fits))).collect();
            theirs.extend(more);
            let more = lines.iter().copied().filter(|l| !ours.contains(l));
            let more: Vec<usize> =
                more.filter(|l| theirs.iter().any(|m| self.fit(*l, *m, fits))).collect();
            ours.extend(more);
            if ours.len() + theirs.len() == size {
                ours.sort_unstable();
                theirs.sort_by_key(|at| self.movements.get(*at).map(|m| (m.paid, m.place)));
                return (ours, theirs);
            }
        }
    }

    fn ask(&mut self, amount: Signed, lines: Vec<usize>, movements: Vec<usize>) {
        if lines.is_empty() || movements.is_empty() {
            return;
        }
        self.close(&lines, &movements);
        self.found.groups.push(Group { amount, lines, movements });
    }

    fn finish(mut self) -> Matching {
        let still = |all: &[bool]| -> Vec<usize> {
            all.iter().enumerate().filter(|(_, open)| **open).map(|(at, _)| at).collect()
        };
        self.found.lines = still(&self.open_lines);
        self.found.movements = still(&self.open_movements);
        self.found.pairs.sort_unstable();
        self.found
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
