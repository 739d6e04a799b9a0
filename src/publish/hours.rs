//! `v1/hours.json`: volunteering for programs, and the sums that its page shows too. Everything is
//! made from the books; nothing says who anybody is.

use super::FactError;
use super::history::History;
use super::v1::{SCHEMA, json};
use crate::domain::books::Books;
use crate::domain::line::hours::norms::STARS;
use crate::domain::line::hours::volunteer::Serving;
use crate::domain::line::hours::{AtLeast, Hours};
use crate::domain::text::Id;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was done in a year, and who had which star at its end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Year {
    /// Duties at which anybody served.
    pub activities: u64,
    /// Volunteers who served.
    pub volunteers: u64,
    /// Person-times.
    pub times: u64,
    /// Minutes.
    pub minutes: u64,
    /// Volunteers with exactly one star, two, up to five, by all they had served by the end of it.
    pub stars: [u64; STARS],
}

/// Every year from the first to the last in which anybody served, by its number.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Years(pub BTreeMap<i32, Year>);

impl Years {
    /// The years of `books`. Costs the hours recorded.
    pub fn of(books: &Books) -> Years {
        let hours = &books.hours;
        let mut years = Years::default();
        for (_, duty) in hours.duties.iter().filter(|(_, duty)| duty.served > 0) {
            years.0.entry(duty.day.numbers().0).or_default().activities += 1;
        }
        let (first, last) = (years.0.first_key_value(), years.0.last_key_value());
        let Some(all) = first.zip(last).map(|(first, last)| *first.0..=*last.0) else {
            return years;
        };
        for year in all {
            years.0.entry(year).or_default();
        }
        let norms = hours.norms();
        for (_, minutes) in each_volunteer(hours) {
            let mut sum = 0;
            for (number, year) in &mut years.0 {
                let (times, served) = minutes.get(number).copied().unwrap_or_default();
                year.volunteers += u64::from(times > 0);
                year.times += times;
                year.minutes += served;
                sum += served;
                let star = norms.stars_of(sum).checked_sub(1);
                if let Some(count) = star.and_then(|star| year.stars.get_mut(star)) {
                    *count += 1;
                }
            }
        }
        years
    }

    /// All of them together; the stars are those of now.
    pub fn all(&self) -> Year {
        let stars = self.0.last_key_value().map(|(_, year)| year.stars).unwrap_or_default();
        let mut all = Year { stars, ..Year::default() };
        for year in self.0.values() {
            all.activities += year.activities;
            all.times += year.times;
            all.minutes += year.minutes;
        }
        all
    }
}

/// Times and minutes, by year.
type ByYear = BTreeMap<i32, (u64, u64)>;

/// What each volunteer served in each year.
fn each_volunteer(hours: &Hours) -> BTreeMap<Id, ByYear> {
    let mut all = BTreeMap::<Id, ByYear>::new();
    for (on, spans) in hours.spans.iter() {
        let minutes = spans.iter().map(|span| span.from.to(span.to)).filter(|m| *m > 0);
        for minutes in minutes {
            let year = all.entry(on.volunteer).or_default().entry(on.day.numbers().0).or_default();
            *year = (year.0 + 1, year.1 + minutes);
        }
    }
    all
}

/// The figures of an organisation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OrgSums {
    /// Active volunteers.
    pub(super) volunteers: u64,
    /// Duties at which anybody served.
    pub(super) activities: u64,
    /// Person-times.
    pub(super) times: u64,
    /// Minutes.
    pub(super) minutes: u64,
}

/// The figures of every organisation: its own, or with all below it.
pub(super) fn by_org(books: &Books, with_below: bool) -> BTreeMap<Id, OrgSums> {
    let hours = &books.hours;
    let mut sums: BTreeMap<Id, OrgSums> =
        hours.orgs.iter().map(|(org, _)| (*org, OrgSums::default())).collect();
    let mut add = |org: Id, act: &dyn Fn(&mut OrgSums)| {
        for org in hours.upwards(org).take(if with_below { usize::MAX } else { 1 }) {
            sums.entry(org).and_modify(act);
        }
    };
    let active = |serving| serving == Serving::Active;
    for (_, volunteer) in hours.volunteers.iter().filter(|(_, v)| active(v.standing)) {
        add(volunteer.org, &|sums| sums.volunteers += 1);
    }
    for (_, duty) in hours.duties.iter().filter(|(_, duty)| duty.served > 0) {
        add(duty.org, &|sums| {
            sums.activities += 1;
            sums.times += duty.served;
        });
    }
    for (_, spans) in hours.spans.iter() {
        for span in spans.iter() {
            if let Some(duty) = hours.duties.get(&span.duty) {
                let minutes = span.from.to(span.to);
                add(duty.org, &|sums| sums.minutes += minutes);
            }
        }
    }
    sums
}

#[derive(Serialize)]
struct File {
    schema: u32,
    origin: String,
    star_hours: Vec<u64>,
    volunteers: u64,
    left: u64,
    certificates: usize,
    orgs: Vec<OneOrg>,
    years: Vec<OneYear>,
}

#[derive(Serialize)]
struct OneOrg {
    org: String,
    name: String,
    level: &'static str,
    kind: &'static str,
    under: Option<String>,
    volunteers: u64,
    activities: u64,
    times: u64,
    minutes: u64,
    before: Option<Before>,
}

/// What an organisation says of the time before the ledger.
#[derive(Serialize)]
struct Before {
    volunteers: Option<Least>,
    times: Option<Least>,
    hours: Option<Least>,
}

/// A lower bound.
#[derive(Serialize)]
struct Least {
    least: u64,
}

#[derive(Serialize)]
struct OneYear {
    year: i32,
    activities: u64,
    volunteers: u64,
    times: u64,
    minutes: u64,
    stars: [u64; STARS],
}

/// Whether there is an organisation.
pub(super) fn any(books: &Books) -> bool {
    !books.hours.orgs.is_empty()
}

/// The file; `None` if there is no organisation.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let (books, origin) = (history.books(), history.facts.replay().origin());
    let hours = &books.hours;
    if !any(books) {
        return Ok(None);
    }
    let sums = by_org(books, false);
    let least = |figure: Option<AtLeast>| figure.map(|figure| Least { least: figure.least });
    let orgs = hours.orgs.iter().map(|(id, org)| {
        let sums = sums.get(id).copied().unwrap_or_default();
        let before = org.brought.map(|brought| Before {
            volunteers: least(brought.volunteers),
            times: least(brought.times),
            hours: least(brought.hours),
        });
        OneOrg {
            org: id.to_string(),
            name: org.name.to_string(),
            level: org.level.word(),
            kind: org.kind.word(),
            under: org.under.map(|under| under.to_string()),
            volunteers: sums.volunteers,
            activities: sums.activities,
            times: sums.times,
            minutes: sums.minutes,
            before,
        }
    });
    let years = Years::of(books).0.into_iter().map(|(number, year)| OneYear {
        year: number,
        activities: year.activities,
        volunteers: year.volunteers,
        times: year.times,
        minutes: year.minutes,
        stars: year.stars,
    });
    let count = |serving| {
        let all = hours.volunteers.iter().filter(|(_, volunteer)| volunteer.standing == serving);
        u64::try_from(all.count()).unwrap_or(u64::MAX)
    };
    json(&File {
        schema: SCHEMA,
        origin: origin.to_string(),
        star_hours: hours.norms().stars.to_vec(),
        volunteers: count(Serving::Active),
        left: count(Serving::Left),
        certificates: hours.certificates.len(),
        orgs: orgs.collect(),
        years: years.collect(),
    })
    .map(Some)
}
