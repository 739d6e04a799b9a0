//! The model: every voucher that was accepted, and what the specification's section 5 says of the
//! next one.

use super::fault::Fault;
use super::line::{DAY, Line, Voucher, ZONE};
use super::rules::{Broken, broken, founding};
use super::view::{Said, Standing, View};
use std::collections::BTreeSet;

/// A voucher that was accepted, as far as later ones look at it whole.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) at: i64,
    pub(super) nonce: u64,
}

/// The model: everything that was accepted, and nothing derived from it.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) entries: Vec<Taken>,
    pub(super) said: Vec<Said>,
    pub(super) fault: Option<Fault>,
    /// The entries of closes, each with the root of the tree after it: the model has no hashes.
    pub(super) roots: Vec<(u64, String)>,
    /// References in refused vouchers: only a model with a fault looks at them.
    refused: BTreeSet<u64>,
}

/// What came of a voucher.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The rules it breaks as a whole.
    pub(super) whole: Broken,
    /// The first line that breaks rules, and which.
    pub(super) line: Option<(usize, Broken)>,
}

impl Verdict {
    /// All rules broken; none if it is accepted.
    pub(super) fn broken(&self) -> Broken {
        let line = self.line.iter().flat_map(|(_, broken)| broken);
        self.whole.iter().chain(line).copied().collect()
    }
}

impl Model {
    /// A model that errs in one way, or in none.
    pub(super) fn new(fault: Option<Fault>) -> Model {
        Model { fault, ..Model::default() }
    }

    /// Everything said so far.
    pub(super) fn view(&self) -> View<'_> {
        View { said: &self.said, roots: &self.roots, fault: self.fault }
    }

    /// Takes a voucher whole, or refuses it whole.
    pub(super) fn enter(&mut self, voucher: &Voucher) -> Verdict {
        let before = self.said.len();
        let whole = self.broken_by_entry(voucher);
        let line = voucher.lines.iter().enumerate().find_map(|(number, line)| {
            let broken = self.say(voucher, number, line.clone());
            (!broken.is_empty()).then_some((number, broken))
        });
        if whole.is_empty() && line.is_none() {
            self.entries.push(Taken { at: voucher.at, nonce: voucher.nonce });
        } else {
            self.said.truncate(before);
            self.refused.extend(voucher.lines.iter().filter_map(Line::reference));
        }
        Verdict { whole, line }
    }

    /// Books line `number` of a voucher; if it breaks rules, it is not said.
    pub(super) fn say(&mut self, voucher: &Voucher, number: usize, line: Line) -> Broken {
        let place = (voucher.seq, u16::try_from(number).unwrap());
        let (by, today) = (voucher.by.clone(), voucher.today());
        self.said.push(Said { place, by, today, line });
        let broken = self.broken_by_last(voucher);
        if !broken.is_empty() {
            self.said.pop();
        }
        broken
    }

    /// Nonces that are kept, each with the entry that used it last.
    pub(super) fn nonces(&self) -> Vec<(u64, usize)> {
        let day = |taken: &Taken| (taken.at + ZONE * 3_600).div_euclid(DAY);
        // Whether an entry was forgotten by a later one, the first of its day.
        let forgotten = |entry: usize| {
            self.entries.iter().enumerate().skip(entry + 1).any(|(later, taken)| {
                day(taken) != day(&self.entries[later - 1])
                    && self.entries[entry].at + 72 * 3_600 + 600 < taken.at
                    && self.fault != Some(Fault::KeepsNonces)
            })
        };
        let all = self.entries.iter().enumerate();
        all.filter(|(entry, _)| !forgotten(*entry)).map(|(n, taken)| (taken.nonce, n)).collect()
    }

    /// Section 5, steps 2 to 6.
    fn broken_by_entry(&self, voucher: &Voucher) -> Broken {
        let mut broken = Broken::new();
        let mut unless = |holds: bool, name| {
            if !holds {
                broken.insert(name);
            }
        };
        unless(voucher.seq == self.entries.len() as u64, "Sequence");
        let (at, made) = (voucher.at, voucher.made);
        unless(voucher.at_zone == ZONE && voucher.made_zone == ZONE, "OtherZone");
        unless(at - made <= 72 * 3_600, "MadeTooEarly");
        unless(made - at <= 600, "MadeTooLate");
        let closes = voucher.lines.iter().any(|line| matches!(line, Line::Close { .. }));
        unless(!closes || voucher.lines.len() == 1, "CloseNotAlone");
        if let Some(last) = self.entries.last() {
            let officer = self.view().officer(&voucher.by);
            let officer = officer.filter(|officer| officer.standing == Standing::InOffice);
            unless(officer.is_some(), "UnknownOfficer");
            let until = officer.and_then(|officer| officer.until);
            let over = until.is_some_and(|until| voucher.today() > until);
            unless(!over || self.fault == Some(Fault::ForgetsTerms), "NotInOffice");
            unless(at >= last.at, "TimeWentBack");
            unless(self.nonces().iter().all(|(nonce, _)| *nonce != voucher.nonce), "NonceUsed");
        } else {
            match &*voucher.lines {
                [Line::Found(found)] => {
                    let first = found.officers.iter().any(|(id, ..)| *id == voucher.by);
                    unless(first, "UnknownOfficer");
                }
                _ => unless(false, "NotFounded"),
            }
        }
        broken
    }

    /// What the line said last breaks, with all the others said before it.
    fn broken_by_last(&self, voucher: &Voucher) -> Broken {
        let (said, before) = self.said.split_last().unwrap();
        let view = View { said: before, ..self.view() };
        if let Line::Found(found) = &said.line {
            return if before.is_empty() {
                founding(found, &said.by)
            } else {
                ["FoundTwice"].into()
            };
        }
        if view.founding().is_none() {
            return ["NotFounded"].into();
        }
        let mut broken = broken(view, voucher, said);
        if self.fault == Some(Fault::RemembersRefused) {
            let used = said.line.reference().filter(|used| self.refused.contains(used));
            broken.extend(used.map(|_| "RefUsed"));
        }
        if broken.is_empty() {
            let mut sums = view.sums_since(0);
            broken.extend(self.view().postings(before.len()).iter().flat_map(|p| sums.post(p)));
        }
        broken
    }
}
