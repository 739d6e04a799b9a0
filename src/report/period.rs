//! The days of a report: one day, a month, a quarter, a year.
//!
//! `2026-11-22`, `2026-11`, `2026Q4`, `2026`: how a period is spelled says which kind it is.

use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::words;
use std::fmt;

words! {
    /// How many days a report is about.
    pub enum Kind {
        /// One.
        Daily = "daily", "日报", "daily report";
        /// A month.
        Monthly = "monthly", "月报", "monthly report";
        /// A quarter.
        Quarterly = "quarterly", "季报", "quarterly report";
        /// A year.
        Annual = "annual", "年报", "annual report";
    }
}

/// The days of a report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period {
    /// How many they are.
    pub kind: Kind,
    /// The first.
    pub from: Day,
    /// The last.
    pub until: Day,
}

impl Period {
    /// Reads one of the four spellings and nothing else.
    pub fn parse(text: &str) -> Option<Period> {
        let (kind, first) = match (text.len(), text.split_once('Q')) {
            (10, None) => (Kind::Daily, text.to_owned()),
            (7, None) => (Kind::Monthly, format!("{text}-01")),
            (4, None) => (Kind::Annual, format!("{text}-01-01")),
            (6, Some((year, quarter))) => {
                let month = quarter.parse::<u32>().ok().filter(|q| (1..=4).contains(q))? * 3 - 2;
                (Kind::Quarterly, format!("{year}-{month:02}-01"))
            }
            _ => return None,
        };
        let period = Period::holding(kind, Day::parse(first.as_bytes())?);
        (period.to_string() == text).then_some(period)
    }

    /// The period of this kind that `day` is in.
    pub fn holding(kind: Kind, day: Day) -> Period {
        let (year, month, _) = day.numbers();
        let (first, months) = match kind {
            Kind::Daily => return Period { kind, from: day, until: day },
            Kind::Monthly => (month, 1),
            Kind::Quarterly => (month - (month - 1) % 3, 3),
            Kind::Annual => (1, 12),
        };
        let from = Day::parse(format!("{year:04}-{first:02}-01").as_bytes()).unwrap_or(day);
        let next = from.months_later(months).and_then(|next| next.offset(-1));
        Period { kind, from, until: next.unwrap_or(Day::LAST) }
    }

    /// The one before it; `None` before the ledger's first year.
    pub fn before(self) -> Option<Period> {
        Some(Period::holding(self.kind, self.from.offset(-1)?))
    }

    /// The year that it ends in.
    #[must_use]
    pub fn year(self) -> Period {
        Period::holding(Kind::Annual, self.until)
    }

    /// What people call it.
    pub fn name(self, lang: Lang) -> String {
        let (year, month, day) = self.from.numbers();
        match (self.kind, lang) {
            (Kind::Daily, Lang::Zh) => format!("{year} 年 {month} 月 {day} 日"),
            (Kind::Monthly, Lang::Zh) => format!("{year} 年 {month} 月"),
            (Kind::Quarterly, Lang::Zh) => format!("{year} 年第 {} 季度", month.div_ceil(3)),
            (Kind::Annual, Lang::Zh) => format!("{year} 年度"),
            (_, Lang::En) => self.to_string(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.from.numbers();
        match self.kind {
            Kind::Daily => write!(f, "{}", self.from),
            Kind::Monthly => write!(f, "{year:04}-{month:02}"),
            Kind::Quarterly => write!(f, "{year:04}Q{}", month.div_ceil(3)),
            Kind::Annual => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_period_knows_its_days_the_one_before_it_and_its_year() {
        for (text, from, until, before) in [
            ("2026-03-01", "2026-03-01", "2026-03-01", "2026-02-28"),
            ("2024-02", "2024-02-01", "2024-02-29", "2024-01"),
            ("2026-01", "2026-01-01", "2026-01-31", "2025-12"),
            ("2026Q1", "2026-01-01", "2026-03-31", "2025Q4"),
            ("2026Q4", "2026-10-01", "2026-12-31", "2026Q3"),
            ("2199", "2199-01-01", "2199-12-31", "2198"),
        ] {
            let period = Period::parse(text).unwrap();
            let days = (period.from.to_string(), period.until.to_string());
            assert_eq!(days, (from.to_owned(), until.to_owned()), "{text}");
            assert_eq!(period.before().unwrap().to_string(), before);
            assert_eq!(period.year().to_string(), text[..4]);
        }
        assert_eq!(Period::parse("2000").unwrap().before(), None);
    }

    #[test]
    fn nothing_else_is_a_period() {
        for bad in [
            "",
            "26",
            "2026-13",
            "2026-1",
            "2026Q5",
            "2026Q0",
            "2026q1",
            "2026Q",
            "2026-02-30",
            "1999",
            "2200",
            "2026Q+1",
            "２０２６",
            "2026-11-2",
            "2026/11",
            "+026",
        ] {
            assert_eq!(Period::parse(bad), None, "{bad:?}");
        }
    }
}
