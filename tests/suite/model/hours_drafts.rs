//! Lines about volunteering in the making, right and wrong.

use super::drafts::Drafts;
use super::hours::{Duty, Enrolment, Hours};
use super::line::{Line, ZONE};
use super::view::Standing;

/// The skills that norms name.
const SKILLS: [&str; 3] = ["drive", "medic", "teach"];

impl Drafts<'_> {
    /// What has to come before a line of `kind` about volunteering can be right.
    pub(super) fn missing_for_hours(&self, kind: &str) -> Option<&'static str> {
        let view = self.view();
        let (orgs, volunteers) = (!view.orgs().is_empty(), !view.volunteers().is_empty());
        let today = self.voucher.today();
        let duties = view.duties().iter().any(|duty| duty.2 <= today);
        let served = view.services().iter().any(|service| service.2.0.0 < self.voucher.seq);
        match kind {
            "chair" | "volunteer" | "duty" if !orgs => Some("org"),
            "serve" | "certify" if !volunteers => Some("volunteer"),
            "serve" if !duties => Some("duty"),
            "correct" if !served => Some("serve"),
            _ => None,
        }
    }

    /// A line of `kind` that may be said now, if there is any.
    pub(super) fn right_hours(&mut self, kind: &str, first: bool) -> Line {
        self.officer(&["steward"], &[], first);
        Line::Hours(match kind {
            "norms" => {
                let mut skills = SKILLS.map(str::to_owned).to_vec();
                if self.once_in(3) {
                    skills.remove(usize::try_from(self.below(3)).unwrap());
                }
                let step = 1 + self.below(9);
                Hours::Norms { stars: (1..=5).map(|n| n * step).collect(), skills }
            }
            "org" => self.right_org(),
            "chair" => self.right_chair(),
            "volunteer" => self.right_volunteer(),
            "duty" => {
                let (number, org) = (self.view().duties().len(), self.any_org());
                let (day, from) = (self.some_day(), 15 * self.below(90));
                let to = (from + 15 * (1 + self.below(20))).min(1_440);
                let places = if self.once_in(2) { Some(1 + self.below(3)) } else { None };
                Hours::Duty { duty: format!("d-{number}"), org, day, from, to, places }
            }
            "serve" => self.right_serve(),
            "correct" => {
                let view = self.view();
                let seq = self.voucher.seq;
                let all: Vec<_> =
                    view.services().iter().map(|s| s.2).filter(|span| span.0.0 < seq).collect();
                let (of, from, to) = self.pick(&all).unwrap_or(((0, 0), 0, 0));
                let less = self.below(to - from + 1);
                let kept = if self.once_in(4) { from } else { to - less };
                Hours::Correct { of, was: to - from, from, to: kept }
            }
            _ => {
                let volunteer = self.any_volunteer(false);
                let until = self.voucher.today() - i64::try_from(self.below(2)).unwrap();
                let from = until - i64::try_from(self.below(9)).unwrap();
                let (times, minutes) = self.view().sum(&volunteer, from, until);
                Hours::Certify { volunteer, from, until, times, minutes }
            }
        })
    }

    /// A day around today.
    fn some_day(&mut self) -> i64 {
        self.voucher.today() + 1 - i64::try_from(self.below(4)).unwrap()
    }

    fn any_org(&mut self) -> String {
        let all: Vec<_> = self.view().orgs().iter().map(|org| org.0.to_owned()).collect();
        self.pick(&all).unwrap_or_else(|| "g-0".to_owned())
    }

    pub(super) fn any_volunteer(&mut self, left: bool) -> String {
        let view = self.view();
        let all = view.volunteers().into_iter();
        let all = all.filter(|id| view.volunteer(id).unwrap().left == left).map(ToOwned::to_owned);
        let all: Vec<_> = all.collect();
        self.pick(&all).unwrap_or_else(|| "v-0".to_owned())
    }

    /// Anybody in office.
    fn any_officer(&mut self) -> String {
        let view = self.view();
        let all = view.appointed().into_iter().map(|officer| officer.1.to_owned());
        let acts = |id: &String| {
            let known = view.officer(id).unwrap();
            known.standing == Standing::InOffice && view.acts(id, self.voucher.today())
        };
        let all: Vec<_> = all.filter(acts).collect();
        self.pick(&all).unwrap_or_else(|| "sun".to_owned())
    }

    fn right_org(&mut self) -> Hours {
        let view = self.view();
        let org = format!("g-{}", view.orgs().len() + 1);
        let all: Vec<_> = view.orgs().iter().map(|o| (o.0.to_owned(), o.1)).collect();
        let above: Vec<_> = all.into_iter().filter(|o| o.1 < 3).collect();
        match self.pick(&above).filter(|_| !self.once_in(5)) {
            Some((under, level)) => {
                let level = level + 1 + usize::try_from(self.below(3 - level as u64)).unwrap();
                Hours::Org { org, level, under: Some(under) }
            }
            None => Hours::Org { org, level: 0, under: None },
        }
    }

    /// The turn after the last one, or the first, which is now.
    fn right_chair(&mut self) -> Hours {
        let (org, officer, today) = (self.any_org(), self.any_officer(), self.voucher.today());
        let last = self.view().turns().iter().filter(|t| t.0 == org).map(|t| t.3).max();
        let from = last.map_or(today, |last| last + 1);
        let until = from + i64::try_from(self.below(6)).unwrap();
        Hours::Chair { org, officer, from, until }
    }

    fn right_volunteer(&mut self) -> Hours {
        let (_, known) = self.view().norms();
        let mut skills = known;
        skills.retain(|_| self.dice.next().is_multiple_of(2));
        let new = self.view().volunteers().len() < 2 || self.once_in(2);
        let left = !new && self.once_in(4);
        let volunteer = if new {
            format!("v-{}", self.view().volunteers().len() + 1)
        } else {
            let left = self.once_in(3);
            self.any_volunteer(left)
        };
        let known = self.view().volunteer(&volunteer);
        let officer = self.any_officer();
        let free = self.view().linked(&officer).is_none_or(|id| id == volunteer);
        let before = known.and_then(|known| known.officer);
        let fits = free && before.is_none_or(|before| before == officer);
        let officer = Some(officer).filter(|_| fits && self.once_in(2));
        let org = self.any_org();
        Hours::Volunteer(Enrolment { volunteer, org, left, skills, officer })
    }

    fn right_serve(&mut self) -> Hours {
        let (view, today) = (self.view(), self.voucher.today());
        let open = |duty: &Duty<'_>| {
            duty.2 <= today && duty.5.is_none_or(|places| view.served(duty.0) < places)
        };
        let all = view.duties().into_iter().filter(open);
        let all: Vec<_> = all.map(|d| (d.0.to_owned(), d.2, d.3, d.4)).collect();
        let (duty, day, begin, end) =
            self.pick(&all).unwrap_or(("d-0".to_owned(), today, 0, 1_440));
        let minute = (self.voucher.at + ZONE * 3_600).rem_euclid(86_400) / 60;
        let now = u64::try_from(minute).unwrap();
        let end = if day == today { end.min(now) } else { end };
        let from = begin + self.below(end.saturating_sub(begin).max(1));
        let to = (from + 1 + self.below(60)).min(end).max(from + 1);
        Hours::Serve { volunteer: self.any_volunteer(false), duty, from, to }
    }

    /// The line with one thing changed; most changes are wrong.
    pub(super) fn wrong_hours(&mut self, line: &mut Hours) {
        let (way, today) = (self.below(6), self.voucher.today());
        let (org, place) = (self.any_org(), self.any_place());
        let unknown = || "g-0".to_owned();
        match line {
            Hours::Norms { stars, skills } => match way {
                0 => stars[0] = 0,
                1 => stars[2] = stars[1],
                2 => skills.reverse(),
                3 => skills.push("drive".to_owned()),
                _ => stars.reverse(),
            },
            Hours::Org { org: id, level, under } => match way {
                0 | 1 => *id = org,
                2 => *under = Some(unknown()),
                _ => *level = level.saturating_sub(1 + usize::try_from(way).unwrap() % 2),
            },
            Hours::Chair { org: id, officer, from, until } => match way {
                0 => *id = unknown(),
                1 => *officer = self.anybody(),
                2 => *until = *from - 1,
                _ => (*from, *until) = (today - 1, today + 1),
            },
            Hours::Volunteer(enrolment) => self.wrong_enrolment(enrolment, way),
            Hours::Duty { duty, org: id, day, from, to, .. } => match way {
                5 => *day = self.view().said[0].today - 1,
                0 | 1 => {
                    let all: Vec<_> = self.view().duties().iter().map(|d| d.0.to_owned()).collect();
                    *duty = self.pick(&all).unwrap_or_else(|| duty.clone());
                }
                2 => *id = unknown(),
                3 => *to = *from,
                _ => (*from, *to) = (*to, *from),
            },
            Hours::Serve { volunteer, duty, from, to } => match way {
                0 => "v-0".clone_into(volunteer),
                1 => *volunteer = self.any_volunteer(true),
                2 => "d-0".clone_into(duty),
                3 => *to = *from,
                4 => self.wrong_duty(duty),
                _ => (*from, *to) = (0, 1_440),
            },
            Hours::Correct { of, was, from, to } => match way {
                0 | 1 => *of = place,
                2 => *was += 1,
                3 if *from > 0 => *to = *from - 1,
                4 => (*from, *to) = (0, 1_440),
                _ => *to = (*to + 30).min(1_440),
            },
            Hours::Certify { volunteer, from, until, times, minutes } => match way {
                0 => "v-0".clone_into(volunteer),
                1 => *until = *from - 1,
                2 => *until = today + 1,
                3 => *times += 1,
                _ => *minutes += 1,
            },
        }
    }

    /// A duty that is over its places, or still to come.
    fn wrong_duty(&mut self, duty: &mut String) {
        let (view, today) = (self.view(), self.voucher.today());
        let full =
            |d: &Duty<'_>| d.2 > today || d.5.is_some_and(|places| view.served(d.0) >= places);
        let all = view.duties().into_iter().filter(full).map(|d| d.0.to_owned());
        let all: Vec<_> = all.collect();
        *duty = self.pick(&all).unwrap_or_else(|| duty.clone());
    }

    fn wrong_enrolment(&mut self, enrolment: &mut Enrolment, way: u64) {
        match way {
            0 => "g-0".clone_into(&mut enrolment.org),
            1 => enrolment.skills = vec!["medic".to_owned(), "drive".to_owned()],
            2 => enrolment.skills = vec!["swim".to_owned()],
            3 => {
                enrolment.left = true;
                "v-0".clone_into(&mut enrolment.volunteer);
            }
            4 => enrolment.officer = Some(self.anybody()),
            _ => enrolment.officer = Some(self.any_officer()),
        }
    }
}
