//! Closed years: sections 6.73 and 8 of the specification.

use super::drafts::Drafts;
use super::fault::Fault;
use super::line::{LEVELS, Line, day_text, place_text};
use super::rules::{Now, Rules};
use super::sums::{balance, moves, tallies};
use super::view::{Stage, State, View};
use std::collections::BTreeMap;

/// The year that a day is in.
pub(super) fn year_of(day: i64) -> i64 {
    day_text(day)[..4].parse().unwrap()
}

impl<'a> View<'a> {
    /// The years closed, each with the number of the line that closed it.
    pub(super) fn years(self) -> Vec<(i64, usize)> {
        let all = self.said.iter().enumerate();
        let years = all.filter_map(|(index, said)| match said.line {
            Line::Year { year, .. } => Some((year, index)),
            _ => None,
        });
        years.collect()
    }

    /// The first year with a closed day that is not closed itself.
    pub(super) fn next_year(self) -> Option<i64> {
        let last = self.years().last().map(|(year, _)| *year);
        let years = self.closes().into_iter().map(|(day, _)| year_of(day));
        years.into_iter().find(|year| last.is_none_or(|last| *year > last))
    }

    /// The entries of a year with closed days: the first, and its last close.
    pub(super) fn entries_of(self, year: i64) -> (u64, u64) {
        let closes = self.closes();
        let before = closes.iter().rfind(|(day, _)| year_of(*day) < year);
        let last = closes.iter().rfind(|(day, _)| year_of(*day) == year).unwrap();
        let entry = |(_, index): &(i64, usize)| self.said[*index].place.0;
        (before.map_or(0, |close| entry(close) + 1), entry(last))
    }

    /// The reversals of lines of years that were closed then, by number: what kind of movement they
    /// took back, and how much.
    pub(super) fn priors(self) -> Vec<(usize, &'static str, i128)> {
        let all = self.said.iter().enumerate();
        let priors = all.filter_map(|(index, said)| {
            let Line::Reverse { of } = said.line else { return None };
            let before = self.before(index);
            let (year, _) = *before.years().last()?;
            if of.0 > before.entries_of(year).1 || self.errs(Fault::ForgetsYears) {
                return None;
            }
            let moved = self.postings(index);
            let first = moved.iter().find(|p| p.kind != "promise").or(moved.first())?;
            Some((index, first.kind, first.fen))
        });
        priors.collect()
    }

    /// How many proposals up to entry `to` wait, and how many payments nobody acknowledged.
    pub(super) fn waiting(self, to: u64) -> (usize, usize) {
        let of_year = || self.said.iter().filter(|said| said.place.0 <= to);
        let waiting = of_year().filter(|said| self.state(said.place) == Some(State::Waiting));
        let open = of_year().filter(|said| {
            let Line::Pay { of, .. } = said.line else { return false };
            let student = matches!(self.at(of).unwrap().1.line, Line::Allocate { .. });
            let stands = self.reversed(said.place).is_none();
            student && stands && self.acknowledged(said.place).is_none()
        });
        (waiting.count(), open.count())
    }

    /// The bank accounts that are not reconciled up to the last closed day of `year`.
    pub(super) fn unreconciled(self, year: i64) -> Vec<&'a str> {
        let days = self.closes().into_iter().map(|(day, _)| day);
        let last = days.filter(|day| year_of(*day) == year).max().unwrap();
        let due = |id: &&str| {
            let period = self.period(id);
            self.is_bank(id) && !self.shut(id) && period.is_none_or(|(to, ..)| to < last)
        };
        let mut open: Vec<_> = self.accounts().into_iter().filter(due).collect();
        open.sort_unstable();
        open
    }

    /// The only line about `year`, the next one to close, that may be said now, but for its why.
    pub(super) fn year(self, year: i64) -> String {
        let ((from, to), closes) = (self.entries_of(year), self.closes());
        let days = closes.iter().filter(|(day, _)| year_of(*day) == year).count();
        let index = |entry: u64| {
            closes.iter().map(|(_, index)| *index).find(|at| self.said[*at].place.0 == entry)
        };
        let (start, end) = (from.checked_sub(1).and_then(index), index(to).unwrap());
        let opening = start.map(|at| self.before(at).sums_since(0)).unwrap_or_default();
        let moved = self.before(end).sums_since(start.map_or(0, |at| at + 1));
        let mut prior: BTreeMap<&'static str, (u64, i128)> = BTreeMap::new();
        for (_, kind, fen) in self.priors().into_iter().filter(|(at, ..)| {
            let entry = self.said[*at].place.0;
            (from..=to).contains(&entry)
        }) {
            let sum = prior.entry(kind).or_default();
            *sum = (sum.0 + 1, sum.1 + fen);
        }
        let prior = if prior.is_empty() {
            String::new()
        } else {
            format!(",\"prior\":{{{}}}", tallies(&prior))
        };
        let (waiting, unacknowledged) = self.waiting(to);
        let unreconciled = self.unreconciled(year).into_iter().map(|id| format!("\"{id}\""));
        let unreconciled = unreconciled.collect::<Vec<_>>().join(",");
        format!(
            "{{\"year\":{{\"year\":{year},\"from\":{from},\"to\":{to},\"days\":{days},\
             \"opening\":{},\"moved\":{}{prior},\"closing\":{},\"students\":{{{}}},\
             \"waiting\":{waiting},\"unacknowledged\":{unacknowledged},\"unreconciled\":[{unreconciled}]}}}}",
            balance(&opening),
            moves(&moved),
            balance(&self.before(end).sums_since(0)),
            self.before(end).levels(),
        )
    }

    /// Students in the programme, by level, as records spell them.
    pub(super) fn levels(self) -> String {
        let levels = LEVELS.iter().map(|level| {
            let admitted = |id: &str| self.stage(id) == Some(Stage::Admitted);
            let count = self.students().iter().filter(|s| s.1 == *level && admitted(s.0)).count();
            format!("\"{level}\":{count}")
        });
        levels.collect::<Vec<_>>().join(",")
    }
}

/// What is so of years in the year `now`, as `compare` names it.
pub(super) fn facts(view: View<'_>, now: i64, fact: &mut impl FnMut(String, String)) {
    for (year, index) in view.years() {
        let by = place_text(view.said[index].place);
        let (_, to) = view.before(index).entries_of(year);
        fact(format!("year {year}"), format!("{by} up to {to}"));
    }
    for (index, kind, fen) in view.priors() {
        let place = place_text(view.said[index].place);
        fact(format!("prior {place}"), format!("{kind} {fen}"));
    }
    if let Some(year) = view.next_year().filter(|year| *year < now) {
        fact("next year".into(), view.year(year));
    }
}

impl Now<'_> {
    /// Section 6.73.
    pub(super) fn year(&self, year: i64, changed: bool, why: bool, rules: &mut Rules) {
        rules.unless(self.has(&["steward", "auditor"]), "NoRole");
        if year >= year_of(self.voucher.today()) {
            return rules.unless(false, "YearAhead");
        }
        match self.view.next_year() {
            None => return rules.unless(false, "YearNothing"),
            Some(next) if next != year => return rules.unless(false, "YearOrder"),
            Some(_) => {}
        }
        let (last, index) = *self.view.closes().last().unwrap();
        let sums = self.view.sums_since(index + 1);
        let moved = !sums.done.is_empty() || !sums.undone.is_empty();
        rules.unless(year_of(last) > year || !moved, "YearDaysOpen");
        rules.unless(!changed, "YearDiffers");
        let waiting = self.view.waiting(self.view.entries_of(year).1);
        let settled = waiting == (0, 0) && self.view.unreconciled(year).is_empty();
        rules.unless(settled || why, "YearUnexplained");
    }
}

impl Drafts<'_> {
    /// The next year to close. A town draws it up before its voucher, so it stands first.
    pub(super) fn right_year(&mut self, first: bool) -> Line {
        if !self.voucher.lines.is_empty() {
            return Line::Document { of: None };
        }
        self.officer(&["steward", "auditor"], &[], first);
        let view = self.view();
        let next = view.next_year();
        let waits = next.is_some_and(|year| view.waiting(view.entries_of(year).1) != (0, 0));
        let year = next.unwrap_or(year_of(self.voucher.today()) - 1);
        Line::Year { year, changed: None, why: waits || self.once_in(4) }
    }

    /// Makes a year wrong in some way.
    pub(super) fn wrong_year(
        &mut self,
        year: &mut i64,
        why: &mut bool,
    ) -> Option<(String, String)> {
        match self.below(6) {
            0 => *year += 1,
            1 => *year -= 1,
            2 | 3 => *why = false,
            _ if self.view().next_year() == Some(*year) => {
                let right = self.view().year(*year);
                let fields = ["from", "to", "days", "free", "gift", "waiting", "unacknowledged"];
                let field = self.pick(&fields).unwrap();
                let name = format!("\"{field}\":{}", if field == "gift" { "[" } else { "" });
                let start = right.find(&name)? + name.len();
                let digits = right[start..].find(|c: char| !c.is_ascii_digit())?;
                let number: u64 = right[start..start + digits].parse().unwrap();
                return Some((format!("{name}{number}"), format!("{name}{}", number + 1)));
            }
            _ => {}
        }
        None
    }

    /// The last day of the last closed year, if none after it was closed.
    pub(super) fn day_of_closed_year(&self) -> Option<i64> {
        let ((year, _), (last, _)) = (*self.view().years().last()?, *self.view().closes().last()?);
        let mut back = (0..800).map(|back| self.voucher.today() - back);
        back.find(|day| year_of(*day) == year).filter(|day| *day > last)
    }
}
