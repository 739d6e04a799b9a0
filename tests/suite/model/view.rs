//! What follows from the accepted lines: everything is found by reading them again from the first
//! on, as section 6 of the specification says it, and nothing is remembered.

use super::boxes::Cash;
use super::fault::Fault;
use super::line::{Founding, Line, Place};
use std::collections::BTreeSet;

/// A line that was accepted.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) place: Place,
    pub(super) by: String,
    /// The day of its entry.
    pub(super) today: i64,
    pub(super) line: Line,
}

/// The lines so far.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) said: &'a [Said],
    /// The entries of closes, each with the root of the tree after it.
    pub(super) roots: &'a [(u64, String)],
    /// What the model gets wrong on purpose.
    pub(super) fault: Option<Fault>,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Waiting,
    Approved,
    Rejected,
    Released,
}

/// Where an officer stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Waiting,
    InOffice,
    Retired,
}

/// An officer, as last appointed.
#[derive(Clone, Debug)]
pub(super) struct Officer {
    pub(super) key: u64,
    pub(super) roles: Vec<&'static str>,
    pub(super) until: Option<i64>,
    pub(super) standing: Standing,
}

/// How far a student has come.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Stage {
    Nominated,
    Visited,
    Admitted,
    Left,
}

impl<'a> View<'a> {
    /// The view before line number `index` of all lines.
    pub(super) fn before(self, index: usize) -> View<'a> {
        View { said: &self.said[..index], ..self }
    }

    /// Whether the model errs in this way.
    pub(super) fn errs(self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// The founding.
    pub(super) fn founding(self) -> Option<&'a Founding> {
        match self.said.first().map(|said| &said.line) {
            Some(Line::Found(found)) => Some(found),
            _ => None,
        }
    }

    /// Whether one officer runs the fund.
    pub(super) fn solo(self) -> bool {
        self.founding().is_some_and(|found| found.solo)
    }

    /// The line at `place` and its number among all lines.
    pub(super) fn at(self, place: Place) -> Option<(usize, &'a Said)> {
        self.said.iter().enumerate().find(|(_, said)| said.place == place)
    }

    /// The line at `place`, if it is in an entry before `entry`.
    pub(super) fn earlier(self, place: Place, entry: u64) -> Option<&'a Said> {
        self.at(place).map(|(_, said)| said).filter(|said| said.place.0 < entry)
    }

    /// The line that reversed the one at `place`.
    pub(super) fn reversed(self, place: Place) -> Option<Place> {
        let of = |said: &&Said| matches!(said.line, Line::Reverse { of } if of == place);
        self.said.iter().find(of).map(|said| said.place)
    }

    /// Every account ever opened, in the order of opening.
    pub(super) fn accounts(self) -> Vec<&'a str> {
        let opened = self.said.iter().filter_map(|said| match &said.line {
            Line::Open { account, .. } => Some(account.as_str()),
            _ => None,
        });
        opened.collect()
    }

    /// Whether the account is in a person's name.
    pub(super) fn is_persons(self, id: &str) -> bool {
        let of =
            |line: &Line| matches!(line, Line::Open { account, person: true, .. } if account == id);
        self.said.iter().any(|said| of(&said.line))
    }

    /// Whether the account is with a bank.
    pub(super) fn is_bank(self, id: &str) -> bool {
        let of =
            |line: &Line| matches!(line, Line::Open { account, bank: true, .. } if account == id);
        self.said.iter().any(|said| of(&said.line))
    }

    /// Whether the account was shut.
    pub(super) fn shut(self, id: &str) -> bool {
        self.said.iter().any(|said| matches!(&said.line, Line::Shut { account } if account == id))
    }

    /// Every reference used so far.
    pub(super) fn references(self) -> BTreeSet<u64> {
        let reversed =
            |said: &Said| self.errs(Fault::FreesReferences) && self.reversed(said.place).is_some();
        let used = self.said.iter().filter(|said| !reversed(said));
        used.filter_map(|said| said.line.reference()).collect()
    }

    /// Who approved the proposal at `place`, in order, and with which of all lines.
    pub(super) fn approvals(self, place: Place) -> Vec<(usize, &'a str)> {
        let all = self.said.iter().enumerate();
        let of = all.filter(|(_, s)| matches!(s.line, Line::Approve { of, .. } if of == place));
        of.map(|(index, said)| (index, said.by.as_str())).collect()
    }

    /// How many approvals the proposal needs beside its proposer's will.
    pub(super) fn need(self, proposal: &Said) -> usize {
        let found = self.founding().unwrap();
        let above = self.at(proposal.place).is_some_and(|(index, _)| self.above(index));
        let need = match &proposal.line {
            Line::Allocate { fen, .. }
            | Line::Expense { fen, .. }
            | Line::Unpair { fen: Some(fen), .. }
            | Line::Rededicate { fen, .. } => {
                let need = found.limits.iter().rfind(|(from, _)| from <= fen).unwrap().1;
                if above && !found.solo { need.max(2) } else { need }
            }
            _ => found.quorum - 1,
        };
        usize::try_from(need).unwrap()
    }

    /// The proposal that takes effect with line number `index`.
    pub(super) fn effect(self, index: usize) -> Option<&'a Said> {
        let said = &self.said[index];
        match said.line {
            Line::Appoint { .. } | Line::Retire { .. } if self.need(said) == 0 => Some(said),
            Line::Approve { of, .. } => {
                let (_, proposal) = self.at(of)?;
                let need = self.need(proposal);
                let approvals = self.approvals(of);
                let last = need.checked_sub(1).and_then(|last| approvals.get(last));
                (last?.0 == index).then_some(proposal)
            }
            _ => None,
        }
    }

    /// Whether the proposal at `place` was rejected or withdrawn.
    pub(super) fn rejected(self, place: Place) -> bool {
        self.said.iter().any(|s| matches!(s.line, Line::Reject { of } if of == place))
    }

    /// Where the proposal at `place` stands; `None` if there is no proposal.
    pub(super) fn state(self, place: Place) -> Option<State> {
        let (_, proposal) = self.at(place)?;
        if !proposal.line.proposes() {
            return None;
        }
        Some(if self.rejected(place) {
            State::Rejected
        } else if self.reversed(place).is_some() {
            State::Released
        } else if self.approvals(place).len() >= self.need(proposal) {
            State::Approved
        } else {
            State::Waiting
        })
    }

    /// What the allocation at `place` has left to pay; nothing for other proposals.
    pub(super) fn left(self, place: Place) -> i128 {
        let Some((_, said)) = self.at(place) else { return 0 };
        let (Line::Allocate { fen, .. } | Line::Expense { fen, .. }) = &said.line else { return 0 };
        let paid = self.said.iter().filter(|said| self.reversed(said.place).is_none());
        let paid = paid.filter_map(|said| match &said.line {
            Line::Pay { of, fen, .. } if *of == place => Some(i128::from(*fen)),
            _ => None,
        });
        i128::from(*fen) - paid.sum::<i128>()
    }

    /// The refunds of the gift at `place` that were not reversed.
    pub(super) fn refunds(self, place: Place) -> Vec<(Place, u64)> {
        let of = self.said.iter().filter_map(|said| match &said.line {
            Line::Refund { of, fen, .. } if *of == place => Some((said.place, *fen)),
            _ => None,
        });
        of.filter(|(refund, _)| {
            self.errs(Fault::KeepsReversedRefunds) || self.reversed(*refund).is_none()
        })
        .collect()
    }

    /// What was paid of the sale at `place`, in fen.
    pub(super) fn proceeds_of(self, place: Place) -> u64 {
        let of = self.said.iter().filter(|said| self.reversed(said.place).is_none());
        let of = of.filter_map(|said| match &said.line {
            Line::Proceeds { of, fen, .. } if *of == place => Some(*fen),
            _ => None,
        });
        of.sum()
    }

    /// What of the payment at `place` came back, in fen.
    pub(super) fn came_back(self, place: Place) -> u64 {
        let keeps = self.errs(Fault::KeepsReversedClawbacks);
        let of = self.said.iter().filter(|said| keeps || self.reversed(said.place).is_none());
        let of = of.filter_map(|said| match &said.line {
            Line::Clawback { of, fen, .. } if *of == place => Some(*fen),
            _ => None,
        });
        of.sum()
    }

    /// What of the payments of the allocation at `place` came back, in fen.
    pub(super) fn came_back_of(self, place: Place) -> u64 {
        let pays = self.said.iter();
        let pays = pays.filter(|s| matches!(s.line, Line::Pay { of, .. } if of == place));
        pays.map(|said| self.came_back(said.place)).sum()
    }

    /// The line that acknowledged the payment at `place`.
    pub(super) fn acknowledged(self, place: Place) -> Option<Place> {
        let of = |said: &&Said| matches!(said.line, Line::Acknowledge { of } if of == place);
        self.said.iter().find(of).map(|said| said.place)
    }

    /// Every key ever named, and every officer, each as often as appointed.
    pub(super) fn appointed(self) -> Vec<(u64, &'a str)> {
        let mut all = Vec::new();
        for said in self.said {
            match &said.line {
                Line::Found(found) => {
                    all.extend(found.officers.iter().map(|(id, key, _)| (*key, id.as_str())));
                }
                Line::Appoint { officer, key, .. } => all.push((*key, officer)),
                _ => {}
            }
        }
        all
    }

    /// The officer called `id`.
    pub(super) fn officer(self, id: &str) -> Option<Officer> {
        let founder = self.founding()?.officers.iter().find(|(officer, ..)| officer == id);
        let mut known = founder.map(|(_, key, roles)| Officer {
            key: *key,
            roles: roles.clone(),
            until: None,
            standing: Standing::InOffice,
        });
        let stands = |known: &mut Option<Officer>, standing| {
            known.as_mut().unwrap().standing = standing;
        };
        for (index, said) in self.said.iter().enumerate() {
            match &said.line {
                Line::Appoint { officer, key, roles, until } if officer == id => {
                    let (roles, standing) = (roles.clone(), Standing::Waiting);
                    known = Some(Officer { key: *key, roles, until: *until, standing });
                }
                Line::Reject { of } => {
                    let (_, of) = self.at(*of).unwrap();
                    if matches!(&of.line, Line::Appoint { officer, .. } if officer == id) {
                        stands(&mut known, Standing::Retired);
                    }
                }
                _ => {}
            }
            match self.effect(index).map(|proposal| &proposal.line) {
                Some(Line::Appoint { officer, .. }) if officer == id => {
                    stands(&mut known, Standing::InOffice);
                }
                Some(Line::Retire { officer }) if officer == id => {
                    stands(&mut known, Standing::Retired);
                }
                _ => {}
            }
        }
        known
    }

    /// Whether the officer called `id` is in office and the term not over on `day`.
    pub(super) fn acts(self, id: &str, day: i64) -> bool {
        let officer = self.officer(id).filter(|o| o.standing == Standing::InOffice);
        officer.is_some_and(|officer| officer.until.is_none_or(|until| day <= until))
    }

    /// The stewards beside `but` who may act on `day`.
    pub(super) fn stewards_beside(self, but: &str, day: i64) -> usize {
        let all: BTreeSet<_> = self.appointed().into_iter().map(|(_, id)| id).collect();
        let steward = |id: &str| self.officer(id).unwrap().roles.contains(&"steward");
        all.into_iter().filter(|id| *id != but && steward(id) && self.acts(id, day)).count()
    }

    /// Every student, with the level and who nominated them.
    pub(super) fn students(self) -> Vec<(&'a str, &'static str, &'a str)> {
        let nominated = self.said.iter().filter_map(|said| match &said.line {
            Line::Nominate { student, level } => Some((student.as_str(), *level, said.by.as_str())),
            _ => None,
        });
        nominated.collect()
    }

    /// The officers who visited the student and found them fit.
    pub(super) fn visitors(self, id: &str) -> BTreeSet<&'a str> {
        let fit = self.said.iter().filter(
            |said| matches!(&said.line, Line::Visit { student, fit: true, .. } if student == id),
        );
        fit.map(|said| said.by.as_str()).collect()
    }

    /// How far the student called `id` has come.
    pub(super) fn stage(self, id: &str) -> Option<Stage> {
        let mut stage = None;
        for said in self.said {
            match &said.line {
                Line::Nominate { student, .. } if student == id => stage = Some(Stage::Nominated),
                Line::Visit { student, fit: true, .. } if student == id => {
                    stage = stage.max(Some(Stage::Visited));
                }
                Line::Admit { student, .. } if student == id => stage = Some(Stage::Admitted),
                Line::Leave { student } if student == id => stage = Some(Stage::Left),
                Line::Backcheck { student, fit: false, .. } if student == id => {
                    stage = stage.map(|s| if s == Stage::Visited { Stage::Nominated } else { s });
                }
                _ => {}
            }
        }
        stage
    }

    /// The statements of the account that were not reversed: place, last day, closing balance.
    pub(super) fn statements(self, id: &str) -> Vec<(Place, i64, u64)> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Statement { account, to, closing, .. } if account == id => {
                Some((said.place, *to, *closing))
            }
            _ => None,
        });
        all.filter(|(place, ..)| self.reversed(*place).is_none()).collect()
    }

    /// The last reconciliation of the account: its day and place, and whether all was settled.
    pub(super) fn period(self, id: &str) -> Option<(i64, Place, bool)> {
        let mut all = self.said.iter().rev().filter_map(|said| match &said.line {
            Line::Reconcile { account, to, sides, unexplained, .. } if account == id => {
                Some((*to, said.place, *unexplained == 0 && *sides == [0; 4]))
            }
            _ => None,
        });
        all.next()
    }

    /// What the account held when `day` was closed.
    pub(super) fn held_at_close(self, id: &str, day: i64) -> Option<u64> {
        let (_, index) = self.closes().into_iter().find(|(closed, _)| *closed == day)?;
        let held = self.before(index).sums_since(0).held.get(id).copied();
        Some(u64::try_from(held.unwrap_or(0)).unwrap())
    }

    /// The days closed, each with the number of the line that closed it.
    pub(super) fn closes(self) -> Vec<(i64, usize)> {
        let all = self.said.iter().enumerate();
        let closes = all.filter_map(|(index, said)| match said.line {
            Line::Close { day, .. } => Some((day, index)),
            _ => None,
        });
        closes.collect()
    }
}

impl Line {
    /// The payment that the line carries.
    pub(super) fn paid(&self) -> Option<&super::line::Paid> {
        match self {
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
            | Line::Cash(Cash::Deposit { paid, .. })
            | Line::Pay { paid, .. } => Some(paid),
            _ => None,
        }
    }

    /// The reference that the line uses up.
    pub(super) fn reference(&self) -> Option<u64> {
        match self {
            Line::Cash(Cash::Collect { reference, .. }) => Some(*reference),
            line => line.paid().map(|paid| paid.reference),
        }
    }

    /// Whether it is a proposal.
    pub(super) fn proposes(&self) -> bool {
        self.is_about_money() || matches!(self, Line::Appoint { .. } | Line::Retire { .. })
    }

    /// Whether it is a proposal about money.
    pub(super) fn is_about_money(&self) -> bool {
        matches!(
            self,
            Line::Allocate { .. }
                | Line::Expense { .. }
                | Line::Rededicate { .. }
                | Line::Unpair { fen: Some(_), .. }
        )
    }
}
