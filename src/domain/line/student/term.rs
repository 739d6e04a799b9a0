//! 学期: half a school year, with its first and its last day.

use super::StudentRefusal;
use crate::domain::books::Act;
use crate::domain::codec::{quoted_value, write_number};
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::record;

/// A school term: a year from 2000 to 2199 and one of its halves, spelled `2026-autumn`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Term {
    year: u16,
    autumn: bool,
}

impl Term {
    /// Reads `2026-spring` or `2026-autumn` and nothing else.
    pub fn parse(text: &[u8]) -> Option<Term> {
        let (year, half) = std::str::from_utf8(text).ok()?.split_once('-')?;
        let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        let year = year.parse().ok().filter(|year| digits && (2000..2200).contains(year))?;
        match half {
            "spring" => Some(Term { year, autumn: false }),
            "autumn" => Some(Term { year, autumn: true }),
            _ => None,
        }
    }

    /// What people call it.
    pub fn name(self, lang: Lang) -> String {
        let year = self.year;
        match (lang, self.autumn) {
            (Lang::Zh, false) => format!("{year} 年春季学期"),
            (Lang::Zh, true) => format!("{year} 年秋季学期"),
            (Lang::En, false) => format!("spring term of {year}"),
            (Lang::En, true) => format!("autumn term of {year}"),
        }
    }
}

quoted_value!(
    Term,
    "a term such as \"2026-autumn\"",
    |term, out| {
        write_number(u64::from(term.year), out);
        out.extend_from_slice(if term.autumn { b"-autumn" } else { b"-spring" });
    },
    Term::parse
);

record! {
    /// The days of a term.
    #[derive(Copy)]
    pub struct Span {
        /// The first.
        from: Day = "from",
        /// The last.
        to: Day = "to",
    }
}

record! {
    /// Says when a term begins and ends.
    pub struct SetTerm {
        /// The term.
        term: Term = "term",
        /// Its first day.
        from: Day = "from",
        /// Its last day.
        to: Day = "to",
    }
}

/// The longest term, in days from its first to its last.
pub const MAX_TERM: i64 = 366;

impl Kind for SetTerm {
    const NAME: Both = Both("学期", "school term");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Steward])?;
        let SetTerm { term, from, to } = *self;
        if !(0..MAX_TERM).contains(&to.since(from)) {
            return Err(StudentRefusal::TermDays { from, to }.into());
        }
        if act.books.students.terms.get(&term).is_some() {
            return Err(StudentRefusal::TermExists { term }.into());
        }
        act.books.students.terms.set(term, Span { from, to });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (name, from, to) = (self.term.name(lang), self.from, self.to);
        lang.pick(format!("{name}：{from} 至 {to}"), format!("{name}: {from} to {to}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_one_spelling() {
        for good in ["2026-autumn", "2000-spring", "2199-autumn"] {
            assert_eq!(Term::parse(good.as_bytes()).unwrap().to_string(), good);
        }
        for bad in ["", "2026", "2026-", "2026-fall", "26-autumn", "+226-autumn", "2200-spring"] {
            assert_eq!(Term::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
