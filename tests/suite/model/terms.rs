//! School terms and standards: sections 6.27 and 6.28 of the specification.

use super::drafts::Drafts;
use super::line::{DAY, LEVELS, Line, Within};
use super::rules::{Now, Rules};
use super::view::View;

/// The terms that are tried.
pub(super) const TERMS: [&str; 4] = ["2026-autumn", "2027-spring", "2027-autumn", "2028-spring"];

impl View<'_> {
    /// The first day of the term.
    pub(super) fn term(self, name: &str) -> Option<i64> {
        self.said.iter().find_map(|said| match &said.line {
            Line::Term { term, from, .. } if term == name => Some(*from),
            _ => None,
        })
    }

    /// Every version of the level's standard: how much, and from which day on.
    pub(super) fn standards(self, of: &str) -> Vec<(u64, i64)> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Standard { level, fen, from, .. } if *level == of => Some((*fen, *from)),
            _ => None,
        });
        all.collect()
    }

    /// The version that holds on a day, and how much it is.
    pub(super) fn standard(self, level: &str, day: i64) -> Option<(u64, u64)> {
        let all = self.standards(level).into_iter().zip(1..);
        all.filter(|((_, from), _)| *from <= day).last().map(|((fen, _), version)| (version, fen))
    }

    /// What the student is promised for the term.
    pub(super) fn share(self, id: &str, name: &str) -> i128 {
        let shares = self.said.iter().filter_map(|said| match &said.line {
            Line::Allocate { student, fen, within: Some(within), .. }
                if student == id && within.term == name =>
            {
                let fen = i128::from(*fen) - i128::from(self.came_back_of(said.place));
                Some(if self.rejected(said.place) {
                    0
                } else if self.reversed(said.place).is_some() {
                    fen - self.left(said.place)
                } else {
                    fen
                })
            }
            _ => None,
        });
        shares.sum()
    }

    /// Whether the allocation, line number `index` of all, went above the standard when proposed,
    /// or named no term although there was a standard.
    pub(super) fn above(self, index: usize) -> bool {
        let Line::Allocate { student, fen, within, .. } = &self.said[index].line else {
            return false;
        };
        let before = self.before(index);
        let level = before.students().iter().find(|s| s.0 == student).unwrap().1;
        let Some(within) = within else {
            let today = self.said[index].today;
            return before.standards(level).iter().any(|(_, from)| *from <= today);
        };
        let day = before.term(&within.term).unwrap();
        let (_, standard) = before.standard(level, day).unwrap();
        before.share(student, &within.term) + i128::from(*fen) > i128::from(standard)
    }
}

impl Now<'_> {
    /// Sections 6.27 and 6.28.
    pub(super) fn terms(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Term { term, from, to } => {
                rules.unless(self.has(&["clerk", "steward"]), "NoRole");
                rules.unless((0..366).contains(&(to - from)), "TermDays");
                rules.unless(self.view.term(term).is_none(), "TermExists");
            }
            Line::Standard { level, version, from, .. } => {
                rules.unless(self.has(&["approver", "steward"]), "NoRole");
                let known = self.view.standards(level);
                rules.unless(*version == known.len() as u64 + 1, "StandardVersion");
                let later = known.last().is_none_or(|(_, last)| from > last);
                rules.unless(later, "StandardDay");
            }
            _ => unreachable!("about terms"),
        }
    }

    /// What section 6.15 asks of an allocation within a term.
    pub(super) fn within(&self, student: &str, fen: u64, within: &Within, rules: &mut Rules) {
        let Some(day) = self.view.term(&within.term) else {
            return rules.unless(false, "UnknownTerm");
        };
        let level = self.view.students().iter().find(|s| s.0 == student).map(|s| s.1);
        let Some(level) = level else { return };
        let Some((version, standard)) = self.view.standard(level, day) else {
            return rules.unless(false, "NoStandard");
        };
        rules.unless(version == within.version, "OtherStandard");
        let sum = self.view.share(student, &within.term) + i128::from(fen);
        rules.unless(sum == i128::from(standard) || within.why, "OffStandard");
    }
}

impl Drafts<'_> {
    /// A line of `kind` that may be said now; the first chooses the officer.
    pub(super) fn right_terms(&mut self, kind: &'static str, first: bool) -> Line {
        let today = self.voucher.today();
        if kind == "term" {
            self.officer(&["clerk", "steward"], &[], first);
            let new = TERMS.iter().find(|term| self.view().term(term).is_none());
            let term = (*new.unwrap_or(&TERMS[0])).to_owned();
            let from = today + i64::try_from(self.below(20)).unwrap() - 10;
            return Line::Term { term, from, to: from + 140 };
        }
        self.officer(&["approver", "steward"], &[], first);
        let level = self.pick(&LEVELS).unwrap();
        let known = self.view().standards(level);
        let from = known.last().map_or(today - 20, |(_, last)| last + 1);
        let (version, fen) = (known.len() as u64 + 1, 100 + self.below(900));
        Line::Standard { level, version, fen, from }
    }

    /// The term of an allocation to the student, and what it would have to be.
    pub(super) fn draft_within(&mut self, student: &str, fen: u64) -> (u64, Option<Within>) {
        let known: Vec<_> = TERMS.into_iter().filter(|t| self.view().term(t).is_some()).collect();
        let Some(term) = self.pick(&known) else { return (fen, None) };
        if self.once_in(3) {
            return (fen, None);
        }
        let day = self.view().term(term).unwrap();
        let level = self.view().students().iter().find(|s| s.0 == student).map(|s| s.1);
        let standard = level.and_then(|level| self.view().standard(level, day));
        let (version, standard) = standard.unwrap_or((1, 500));
        let version = version + u64::from(self.once_in(12));
        let why = self.once_in(2);
        let left = i128::from(standard) - self.view().share(student, term);
        let left = u64::try_from(left).ok().filter(|left| *left > 0);
        let fen = if why { fen } else { left.unwrap_or(fen) };
        (fen, Some(Within { term: term.to_owned(), version, why }))
    }

    /// One wrong thing about a term, a standard, or an allocation within a term.
    pub(super) fn wrong_terms(&mut self, line: &mut Line) -> bool {
        match line {
            Line::Term { term, from, to } => match self.below(2) {
                0 => *to = *from + if self.once_in(2) { 366 } else { -1 },
                _ => TERMS[0].clone_into(term),
            },
            Line::Standard { version, from, level, .. } => match self.below(2) {
                0 => *version += 1,
                _ => *from = self.view().standards(level).last().map_or(*from, |last| last.1),
            },
            Line::Allocate { within: Some(within), .. } => match self.below(3) {
                0 => within.version += 1,
                1 => within.why = false,
                _ => "2030-spring".clone_into(&mut within.term),
            },
            Line::Pay { paid, .. } => paid.paid -= 30 * DAY,
            _ => return false,
        }
        true
    }
}
