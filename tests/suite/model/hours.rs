//! Volunteering as sections 6.23 to 6.30 of the specification say it: lines, what follows from
//! them, and what a line would break.

use super::fault::Fault;
use super::line::{Line, Place, Voucher, ZONE, day_text};
use super::rules::Broken;
use super::view::{Said, Standing, View};
use std::collections::{BTreeMap, BTreeSet};

/// Levels of organisations, the highest first.
pub(super) const ORG_LEVELS: [&str; 4] = ["corps", "branch", "squad", "team"];
/// The last day the model says anything of.
const ALWAYS: (i64, i64) = (0, 80_000);

/// A line about volunteering. Clocks are minutes of a day.
#[derive(Clone, Debug)]
pub(super) enum Hours {
    Norms { stars: Vec<u64>, skills: Vec<String> },
    Org { org: String, level: usize, under: Option<String> },
    Chair { org: String, officer: String, from: i64, until: i64 },
    Volunteer(Enrolment),
    Duty { duty: String, org: String, day: i64, from: u64, to: u64, places: Option<u64> },
    Serve { volunteer: String, duty: String, from: u64, to: u64 },
    Correct { of: Place, was: u64, from: u64, to: u64 },
    Certify { volunteer: String, from: i64, until: i64, times: u64, minutes: u64 },
}

/// How a volunteer stands.
#[derive(Clone, Debug)]
pub(super) struct Enrolment {
    pub(super) volunteer: String,
    pub(super) org: String,
    pub(super) left: bool,
    pub(super) skills: Vec<String>,
    pub(super) officer: Option<String>,
}

/// A duty: handle, organisation, day, from, to, places.
pub(super) type Duty<'a> = (&'a str, &'a str, i64, u64, u64, Option<u64>);

/// Hours as they stand: where they were stated, from and to.
pub(super) type Span = (Place, u64, u64);

fn clock(minutes: u64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(",") }
}

impl Hours {
    pub(super) fn tag(&self) -> &'static str {
        match self {
            Hours::Norms { .. } => "norms",
            Hours::Org { .. } => "org",
            Hours::Chair { .. } => "chair",
            Hours::Volunteer(_) => "volunteer",
            Hours::Duty { .. } => "duty",
            Hours::Serve { .. } => "serve",
            Hours::Correct { .. } => "correct",
            Hours::Certify { .. } => "certify",
        }
    }

    /// The words for it.
    pub(super) fn words(&self) -> String {
        match self {
            Hours::Norms { stars, skills } => {
                let stars: Vec<_> = stars.iter().map(u64::to_string).collect();
                format!("{} skills={}", stars.join(","), list(skills))
            }
            Hours::Org { org, level, under } => {
                let under = under.as_ref().map_or(String::new(), |under| format!(" under={under}"));
                format!("{org} {}{under}", ORG_LEVELS[*level])
            }
            Hours::Chair { org, officer, from, until } => {
                format!("{org} {officer} {} {}", day_text(*from), day_text(*until))
            }
            Hours::Volunteer(Enrolment { volunteer, org, left, skills, officer }) => {
                let standing = if *left { "left" } else { "active" };
                let officer = officer.as_ref().map_or(String::new(), |o| format!(" officer={o}"));
                format!("{volunteer} {org} standing={standing} skills={}{officer}", list(skills))
            }
            Hours::Duty { duty, org, day, from, to, places } => {
                let places = places.map_or(String::new(), |places| format!(" places={places}"));
                let (day, from, to) = (day_text(*day), clock(*from), clock(*to));
                format!("{duty} {org} {day} {from} {to}{places}")
            }
            Hours::Serve { volunteer, duty, from, to } => {
                format!("{volunteer} {duty} {} {}", clock(*from), clock(*to))
            }
            Hours::Correct { of: (entry, line), was, from, to } => {
                format!("{entry}/{line} {was} {} {}", clock(*from), clock(*to))
            }
            Hours::Certify { volunteer, from, until, times, minutes } => {
                format!("{volunteer} {} {} {times} {minutes}", day_text(*from), day_text(*until))
            }
        }
    }
}

impl<'a> View<'a> {
    /// Every line about volunteering, with its place.
    fn hours(self) -> impl DoubleEndedIterator<Item = (Place, &'a Hours)> {
        self.said.iter().filter_map(|said| match &said.line {
            Line::Hours(line) => Some((said.place, line)),
            _ => None,
        })
    }

    /// The stars and skills in force.
    pub(super) fn norms(self) -> (Vec<u64>, Vec<String>) {
        let last = self.hours().rev().find_map(|(_, line)| match line {
            Hours::Norms { stars, skills } => Some((stars.clone(), skills.clone())),
            _ => None,
        });
        last.unwrap_or((vec![100, 300, 600, 1000, 1500], vec![]))
    }

    /// Every organisation: handle, level, and the one above.
    pub(super) fn orgs(self) -> Vec<(&'a str, usize, Option<&'a str>)> {
        let all = self.hours().filter_map(|(_, line)| match line {
            Hours::Org { org, level, under } => Some((org.as_str(), *level, under.as_deref())),
            _ => None,
        });
        all.collect()
    }

    fn org(self, org: &str) -> Option<(&'a str, usize, Option<&'a str>)> {
        self.orgs().into_iter().find(|known| known.0 == org)
    }

    /// Every turn of a chair: organisation, officer, first and last day.
    pub(super) fn turns(self) -> Vec<(&'a str, &'a str, i64, i64)> {
        let all = self.hours().filter_map(|(_, line)| match line {
            Hours::Chair { org, officer, from, until } => {
                Some((org.as_str(), officer.as_str(), *from, *until))
            }
            _ => None,
        });
        all.collect()
    }

    /// Whether the officer called `by` keeps `org` on `day`.
    pub(super) fn keeps(self, by: &str, org: &str, day: i64) -> bool {
        if self.officer(by).is_some_and(|officer| officer.roles.contains(&"steward")) {
            return true;
        }
        let turn = |(o, officer, from, until): &(&str, &str, i64, i64)| {
            *o == org && *officer == by && (*from..=*until).contains(&day)
        };
        let above = self.org(org).and_then(|known| known.2);
        self.turns().iter().any(turn) || above.is_some_and(|above| self.keeps(by, above, day))
    }

    /// Every volunteer ever enrolled, once.
    pub(super) fn volunteers(self) -> BTreeSet<&'a str> {
        let all = self.hours().filter_map(|(_, line)| match line {
            Hours::Volunteer(enrolment) => Some(enrolment.volunteer.as_str()),
            _ => None,
        });
        all.collect()
    }

    /// How a volunteer stands now, with the officer that was ever said.
    pub(super) fn volunteer(self, id: &str) -> Option<Enrolment> {
        let mut known: Option<Enrolment> = None;
        for (_, line) in self.hours() {
            if let Hours::Volunteer(enrolment) = line
                && enrolment.volunteer == id
            {
                let officer = known.and_then(|known| known.officer);
                let officer = enrolment.officer.clone().or(officer);
                known = Some(Enrolment { officer, ..enrolment.clone() });
            }
        }
        known
    }

    /// The volunteer who is the officer called `officer`.
    pub(super) fn linked(self, officer: &str) -> Option<&'a str> {
        let is = |id: &&str| self.volunteer(id).and_then(|v| v.officer).as_deref() == Some(officer);
        self.volunteers().into_iter().find(is)
    }

    /// Every duty.
    pub(super) fn duties(self) -> Vec<Duty<'a>> {
        let all = self.hours().filter_map(|(_, line)| match line {
            Hours::Duty { duty, org, day, from, to, places } => {
                Some((duty.as_str(), org.as_str(), *day, *from, *to, *places))
            }
            _ => None,
        });
        all.collect()
    }

    pub(super) fn duty(self, duty: &str) -> Option<(&'a str, i64, Option<u64>)> {
        let known = self.duties().into_iter().find(|known| known.0 == duty)?;
        Some((known.1, known.2, known.5))
    }

    /// Every service as it now stands: volunteer, duty, span.
    pub(super) fn services(self) -> Vec<(&'a str, &'a str, Span)> {
        let all = self.hours().filter_map(|(place, line)| match line {
            Hours::Serve { volunteer, duty, from, to } => {
                let latest = self.hours().rev().find_map(|(_, line)| match line {
                    Hours::Correct { of, from, to, .. } if *of == place => Some((*from, *to)),
                    _ => None,
                });
                let latest = latest.filter(|_| !self.errs(Fault::ForgetsCorrections));
                let (from, to) = latest.unwrap_or((*from, *to));
                Some((volunteer.as_str(), duty.as_str(), (place, from, to)))
            }
            _ => None,
        });
        all.collect()
    }

    /// What `volunteer` did on `day`.
    pub(super) fn spans(self, volunteer: &str, day: i64) -> Vec<Span> {
        let on = |duty: &str| self.duty(duty).is_some_and(|duty| duty.1 == day);
        let all = self.services().into_iter().filter(|s| s.0 == volunteer && on(s.1));
        all.map(|service| service.2).collect()
    }

    /// How often somebody served at `duty`.
    pub(super) fn served(self, duty: &str) -> u64 {
        let all = self.services().into_iter();
        all.filter(|service| service.1 == duty && service.2.1 < service.2.2).count() as u64
    }

    /// How often and how many minutes `volunteer` served from `from` to `until`.
    pub(super) fn sum(self, volunteer: &str, from: i64, until: i64) -> (u64, u64) {
        let within = |duty: &str| self.duty(duty).is_some_and(|d| (from..=until).contains(&d.1));
        let all = self.services().into_iter().filter(|s| s.0 == volunteer && within(s.1));
        let minutes = all.map(|service| service.2.2 - service.2.1).filter(|minutes| *minutes > 0);
        minutes.fold((0, 0), |(times, sum), minutes| (times + 1, sum + minutes))
    }

    /// What is so, by name, as `compare` wants it.
    pub(super) fn hours_facts(self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        let (stars, skills) = self.norms();
        facts.insert("norms".to_owned(), format!("{stars:?} {}", skills.join(",")));
        for (org, level, under) in self.orgs() {
            let value = format!("{} under {}", ORG_LEVELS[level], under.unwrap_or("none"));
            facts.insert(format!("org {org}"), value);
        }
        for (org, officer, from, until) in self.turns() {
            let value = format!("{officer} until {}", day_text(until));
            facts.insert(format!("chair {org} {}", day_text(from)), value);
        }
        for id in self.volunteers() {
            let known = self.volunteer(id).unwrap();
            let standing = if known.left { "left" } else { "active" };
            let (times, minutes) = self.sum(id, ALWAYS.0, ALWAYS.1);
            let officer = known.officer.as_deref().unwrap_or("nobody");
            let (org, skills) = (&known.org, known.skills.join(","));
            let value = format!("{org} {standing} {skills} {officer} {times} times {minutes}");
            facts.insert(format!("volunteer {id}"), value);
        }
        for (duty, org, day, ..) in self.duties() {
            let value = format!("{org} {} served {}", day_text(day), self.served(duty));
            facts.insert(format!("duty {duty}"), value);
        }
        for (volunteer, _, ((entry, line), from, to)) in self.services() {
            let value = format!("{volunteer} {}-{}", clock(from), clock(to));
            facts.insert(format!("hours {entry}/{line}"), value);
        }
        facts
    }
}

/// What a line about volunteering breaks; `has` says whether its officer has one of some roles.
pub(super) fn broken(
    view: View<'_>,
    voucher: &Voucher,
    (said, line): (&Said, &Hours),
    has: &dyn Fn(&[&str]) -> bool,
) -> Broken {
    let mut now = Now { view, voucher, said, rules: Broken::new() };
    match line {
        Hours::Norms { .. } | Hours::Org { .. } | Hours::Chair { .. } => {
            now.unless(has(&["steward"]), "NoRole");
            now.set_up(line);
        }
        Hours::Volunteer(enrolment) => now.enrol(enrolment),
        Hours::Duty { duty, org, day, from, to, .. } => {
            now.keeps(org);
            now.unless(*day >= view.said[0].today, "BeforeFounding");
            now.unless(view.duty(duty).is_none(), "DutyExists");
            now.unless(from < to, "ClockOrder");
        }
        Hours::Serve { volunteer, duty, from, to } => {
            now.unless(from < to, "ClockOrder");
            now.unless(view.volunteer(volunteer).is_none_or(|v| !v.left), "VolunteerLeft");
            now.serve(volunteer, duty, (said.place, *from, *to));
        }
        Hours::Correct { of, was, from, to } => now.correct(*of, *was, (*from, *to)),
        Hours::Certify { volunteer, from, until, times, minutes } => {
            if let Some(known) = now.not_own(volunteer) {
                now.keeps(&known.org);
            }
            now.unless(from <= until, "PeriodOrder");
            now.unless(*until <= voucher.today(), "ServedAhead");
            now.unless(view.sum(volunteer, *from, *until) == (*times, *minutes), "HoursDiffer");
        }
    }
    now.rules
}

/// A line about to be booked, the state before it, and what it breaks so far.
struct Now<'a> {
    view: View<'a>,
    voucher: &'a Voucher,
    said: &'a Said,
    rules: Broken,
}

impl Now<'_> {
    fn unless(&mut self, holds: bool, name: &'static str) {
        if !holds {
            self.rules.insert(name);
        }
    }

    fn in_order<'w>(&mut self, words: impl Iterator<Item = &'w String>) {
        let words: Vec<_> = words.collect();
        self.unless(words.windows(2).all(|pair| pair[0] < pair[1]), "HandlesOrder");
    }

    fn keeps(&mut self, org: &str) {
        let known = self.view.org(org).is_some();
        self.unless(known, "UnknownOrg");
        let keeps = self.view.keeps(&self.said.by, org, self.voucher.today());
        self.unless(!known || keeps, "NotOrganiser");
    }

    /// The volunteer, who is not the officer.
    fn not_own(&mut self, volunteer: &str) -> Option<Enrolment> {
        let known = self.view.volunteer(volunteer);
        self.unless(known.is_some(), "UnknownVolunteer");
        let own = known.as_ref().is_some_and(|v| v.officer.as_ref() == Some(&self.said.by));
        self.unless(!own || self.view.errs(Fault::AllowsOwnHours), "OwnHours");
        known
    }

    fn officer_acts(&mut self, officer: &str) {
        let known = self.view.officer(officer).filter(|o| o.standing == Standing::InOffice);
        let over = known.as_ref().and_then(|o| o.until).is_some_and(|u| u < self.voucher.today());
        self.unless(known.is_some(), "UnknownOfficer");
        self.unless(!over, "NotInOffice");
    }

    /// Sections 6.23 to 6.25.
    fn set_up(&mut self, line: &Hours) {
        match line {
            Hours::Norms { stars, skills } => {
                let rises = stars[0] > 0 && stars.windows(2).all(|pair| pair[0] < pair[1]);
                self.unless(rises, "StarsOrder");
                self.in_order(skills.iter());
            }
            Hours::Org { org, level, under } => {
                self.unless(self.view.org(org).is_none(), "OrgExists");
                let above = under.as_ref().map(|under| self.view.org(under));
                self.unless(above.is_none_or(|above| above.is_some()), "UnknownOrg");
                let fits = match above {
                    None => *level == 0,
                    Some(above) => above.is_none_or(|above| *level > above.1),
                };
                self.unless(fits, "OrgTooHigh");
            }
            Hours::Chair { org, officer, from, until } => {
                self.unless(self.view.org(org).is_some(), "UnknownOrg");
                self.officer_acts(officer);
                self.unless(from <= until, "PeriodOrder");
                let taken = |turn: &(&str, &str, i64, i64)| {
                    turn.0 == org && turn.2 <= *until && *from <= turn.3
                };
                self.unless(!self.view.turns().iter().any(taken), "ChairTaken");
            }
            _ => unreachable!("set up by a steward"),
        }
    }

    /// Section 6.26.
    fn enrol(&mut self, enrolment: &Enrolment) {
        self.keeps(&enrolment.org);
        self.in_order(enrolment.skills.iter());
        let (_, skills) = self.view.norms();
        self.unless(enrolment.skills.iter().all(|skill| skills.contains(skill)), "UnknownSkill");
        let known = self.view.volunteer(&enrolment.volunteer);
        match &known {
            Some(known) => self.keeps(&known.org),
            None => self.unless(!enrolment.left, "UnknownVolunteer"),
        }
        if let Some(officer) = &enrolment.officer {
            self.officer_acts(officer);
            let other = self.view.linked(officer).is_some_and(|id| id != enrolment.volunteer);
            let before = known.and_then(|known| known.officer);
            self.unless(!other && before.is_none_or(|before| before == *officer), "Linked");
        }
    }

    /// What sections 6.28 and 6.29 ask of hours as they are to stand.
    fn serve(&mut self, volunteer: &str, duty: &str, (at, from, to): Span) {
        let Some((org, day, places)) = self.view.duty(duty) else {
            return self.unless(false, "UnknownDuty");
        };
        self.keeps(org);
        self.not_own(volunteer);
        let minute = (self.voucher.at + ZONE * 3_600).rem_euclid(86_400) / 60;
        let now = (self.voucher.today(), u64::try_from(minute).unwrap());
        self.unless((day, to) <= now, "ServedAhead");
        let all = self.view.duties();
        let board = all.iter().find(|known| known.0 == duty).unwrap();
        let within = board.3 <= from && to <= board.4;
        self.unless(within || from >= to, "OutsideDuty");
        let spans = self.view.spans(volunteer, day);
        let others: Vec<_> = spans.iter().filter(|span| span.0 != at).collect();
        let overlaps = others.iter().any(|span| from.max(span.1) < to.min(span.2));
        self.unless(!overlaps, "HoursOverlap");
        self.unless(others.len() < 24, "TooMany");
        let before = spans.iter().any(|span| span.0 == at && span.1 < span.2);
        let served = self.view.served(duty) - u64::from(before) + u64::from(from < to);
        self.unless(places.is_none_or(|places| served <= places), "DutyFull");
    }

    /// Section 6.29.
    fn correct(&mut self, of: Place, was: u64, (from, to): (u64, u64)) {
        let earlier = self.view.earlier(of, self.said.place.0).map(|said| &said.line);
        let Some(Line::Hours(Hours::Serve { volunteer, duty, .. })) = earlier else {
            let name = if earlier.is_some() { "NotA" } else { "NoSuchLine" };
            return self.unless(false, name);
        };
        self.unless(from <= to, "ClockOrder");
        let now = self.view.services().into_iter().map(|service| service.2);
        let now = now.filter(|span| span.0 == of).map(|span| span.2 - span.1).next();
        self.unless(now == Some(was), "HoursDiffer");
        self.serve(volunteer, duty, (of, from, to));
    }
}
