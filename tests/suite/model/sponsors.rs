//! Sponsors and their students: sections 6.29 to 6.32 of the specification.

use super::drafts::Drafts;
use super::fault::Fault;
use super::line::{Line, Place};
use super::rules::{Now, Rules};
use super::view::{Said, Stage, State, View};

/// A pair as it was made.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) id: String,
    pub(super) sponsor: String,
    pub(super) organisation: bool,
    pub(super) student: String,
    pub(super) from: i64,
    pub(super) until: i64,
}

impl<'a> View<'a> {
    /// Every pair, with who made it.
    pub(super) fn pairs(self) -> Vec<(&'a Pair, &'a str)> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Pair(pair) => Some((pair, said.by.as_str())),
            _ => None,
        });
        all.collect()
    }

    fn pair(self, id: &str) -> Option<(&'a Pair, &'a str)> {
        self.pairs().into_iter().find(|(pair, _)| pair.id == id)
    }

    /// The line that made a pair.
    fn pair_place(self, id: &str) -> Option<Place> {
        let made = |said: &&Said| matches!(&said.line, Line::Pair(pair) if pair.id == id);
        self.said.iter().find(made).map(|said| said.place)
    }

    /// Whether the line ends its pair: at once, or approved if something was left; and stands.
    fn ends(self, said: &Said) -> bool {
        match &said.line {
            Line::Unpair { fen: None, .. } => self.reversed(said.place).is_none(),
            Line::Unpair { .. } => self.state(said.place) == Some(State::Approved),
            _ => false,
        }
    }

    pub(super) fn ended(self, id: &str) -> bool {
        let of = |said: &Said| matches!(&said.line, Line::Unpair { pair, .. } if pair == id);
        self.said.iter().any(|said| of(said) && self.ends(said))
    }

    /// What of a pair was entrusted and not passed on.
    pub(super) fn left_of_pair(self, id: &str) -> i128 {
        let stands = self.said.iter().filter(|said| {
            let keeps = self.errs(Fault::KeepsReversedPasses);
            let kept = keeps && matches!(said.line, Line::Pass { .. });
            kept || self.reversed(said.place).is_none()
        });
        let each = stands.map(|said| match &said.line {
            Line::Entrust { pair, fen, .. } if pair == id => i128::from(*fen),
            Line::Pass { pair, fen, .. } if pair == id => -i128::from(*fen),
            Line::Unpair { pair, fen: Some(fen), .. } if pair == id && self.ends(said) => {
                -i128::from(*fen)
            }
            _ => 0,
        });
        each.sum()
    }
}

impl Now<'_> {
    fn going(&self, id: &str, rules: &mut Rules) {
        rules.unless(self.view.pair(id).is_some(), "UnknownPair");
        rules.unless(!self.view.ended(id), "PairEnded");
    }

    /// Sections 6.29 to 6.32.
    pub(super) fn sponsors(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Pair(new) => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                rules.unless(self.view.pair(&new.id).is_none(), "PairExists");
                rules.unless(new.from <= new.until, "PairDays");
                let other = |(pair, _): &(&Pair, &str)| {
                    pair.sponsor == new.sponsor && pair.organisation != new.organisation
                };
                rules.unless(!self.view.pairs().iter().any(other), "SponsorIs");
                self.stage_is(&new.student, Stage::Admitted, rules);
            }
            Line::Entrust { pair, to, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.open(to, rules);
                self.going(pair, rules);
            }
            Line::Pass { pair, fen, from, .. } => {
                rules.unless(self.has(&["cashier"]), "NoRole");
                self.open(from, rules);
                self.going(pair, rules);
                if let Some((known, by)) = self.view.pair(pair) {
                    self.another_than(by, rules);
                    self.unbiased(&known.student, rules);
                    let left = self.view.left_of_pair(pair);
                    rules.unless(i128::from(*fen) <= left, "PairHolds");
                }
            }
            Line::Unpair { pair, fen, consent } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.whole(pair, *fen, rules);
                let both = fen.is_some() == consent.is_some();
                rules.unless(both || self.view.pair(pair).is_none(), "PairNotEmpty");
                if let Some(consent) = consent {
                    match self.earlier(*consent).map(|said| &said.line) {
                        None => rules.unless(false, "NoSuchLine"),
                        Some(Line::Document { of }) => {
                            let own = of.is_some() && *of == self.view.pair_place(pair);
                            rules.unless(own, "ConsentOfOther");
                        }
                        Some(_) => rules.unless(false, "NotA"),
                    }
                }
            }
            _ => {}
        }
    }

    /// A pair ends only with exactly so much left.
    pub(super) fn whole(&self, pair: &str, fen: Option<u64>, rules: &mut Rules) {
        self.going(pair, rules);
        let right = self.view.left_of_pair(pair) == i128::from(fen.unwrap_or(0));
        rules.unless(right || self.view.pair(pair).is_none(), "PairNotEmpty");
    }

    /// Whether a line about a pair may be booked back.
    pub(super) fn pair_back(&self, earlier: &Line, rules: &mut Rules) {
        if let Line::Entrust { pair, fen, .. } = earlier {
            rules.unless(!self.view.ended(pair), "PairEnded");
            rules.unless(i128::from(*fen) <= self.view.left_of_pair(pair), "PairHolds");
        }
        if let Line::Pass { pair, .. } = earlier {
            rules.unless(!self.view.ended(pair), "PairEnded");
        }
    }
}

impl Drafts<'_> {
    /// A pair that goes on, rather one of which something is left; and how much.
    fn any_pair(&mut self, full: bool) -> (String, u64) {
        let view = self.view();
        let going = view.pairs().into_iter().filter(|(pair, _)| !view.ended(&pair.id));
        let going = going.map(|(pair, _)| {
            let left = u64::try_from(view.left_of_pair(&pair.id)).unwrap_or(0);
            (pair.id.clone(), left)
        });
        let going: Vec<_> = going.collect();
        let some: Vec<_> = going.iter().filter(|(_, left)| *left > 0).cloned().collect();
        let pair = if full { self.pick(&some) } else { None };
        pair.or_else(|| self.pick(&going)).unwrap_or(("none".into(), 1))
    }

    /// Whether a pair goes on of which something is left, if that is wanted.
    pub(super) fn has_pair(&self, full: bool) -> bool {
        let view = self.view();
        let fit = |(pair, _): &(&Pair, &str)| {
            !view.ended(&pair.id) && (!full || view.left_of_pair(&pair.id) > 0)
        };
        view.pairs().iter().any(fit)
    }

    /// A line of these kinds that may be said now, if there is any.
    pub(super) fn right_sponsors(&mut self, kind: &'static str, first: bool) -> Line {
        match kind {
            "pair" => {
                self.officer(&["clerk"], &[], first);
                let (today, number) = (self.voucher.today(), self.view().pairs().len() as u64);
                let again = number > 0 && self.once_in(3);
                let sponsor = if again { number - 1 } else { number };
                let organisation = sponsor.is_multiple_of(3);
                let student = self.student(&[Stage::Admitted]);
                let until = today + i64::try_from(self.below(90)).unwrap();
                let (id, sponsor) = (format!("q-{number}"), format!("d-{sponsor}"));
                Line::Pair(Pair { id, sponsor, organisation, student, from: today, until })
            }
            "entrust" => {
                self.officer(&["clerk"], &[], first);
                let (pair, to) = (self.any_pair(false).0, self.account(false).0);
                Line::Entrust { pair, fen: self.amount(900), to, paid: self.paid() }
            }
            "pass" => {
                let (pair, left) = self.any_pair(true);
                let made: Vec<_> =
                    self.view().pair(&pair).map(|(_, by)| by.to_owned()).into_iter().collect();
                self.officer(&["cashier"], &made, first);
                let (from, held) = self.account(true);
                let most = if self.once_in(9) { left } else { left.min(held) };
                let (fen, back) = (self.amount(most), self.once_in(3));
                Line::Pass { pair, fen, back, from, paid: self.paid() }
            }
            _ => {
                self.officer(&["clerk"], &[], first);
                let (pair, left) = self.any_pair(self.voucher.seq.is_multiple_of(2));
                let (made, any) = (self.view().pair_place(&pair), self.once_in(4));
                let papers = self.places(|_, said| match said.line {
                    Line::Document { of } => any || of.is_some() && of == made,
                    _ => false,
                });
                let consent = if left > 0 { self.pick(&papers) } else { None };
                Line::Unpair { pair, fen: (left > 0).then_some(left), consent }
            }
        }
    }

    /// The line with one thing about its pair changed.
    pub(super) fn wrong_sponsors(&mut self, line: &mut Line) -> bool {
        let all: Vec<_> = self.view().pairs().iter().map(|(pair, _)| pair.id.clone()).collect();
        let ended: Vec<_> = all.iter().filter(|id| self.view().ended(id)).cloned().collect();
        let all = if self.once_in(2) { ended } else { all };
        let other = self.pick(&all).filter(|_| !self.once_in(3)).unwrap_or("none".into());
        let place: Place = self.any_place();
        match line {
            Line::Pair(new) => match self.below(4) {
                0 => new.id = other,
                1 => new.until = new.from - 1,
                2 => new.organisation = !new.organisation,
                _ => new.student = "s-0".into(),
            },
            Line::Entrust { pair, .. } => *pair = other,
            Line::Pass { pair, fen, .. } => match self.below(2) {
                0 => *pair = other,
                _ => *fen += 1,
            },
            Line::Unpair { pair, fen, consent } => match self.below(4) {
                0 => *pair = other,
                1 => *fen = Some(fen.unwrap_or(0) + 1),
                2 => *consent = None,
                _ => *consent = Some(place),
            },
            _ => return false,
        }
        true
    }
}
