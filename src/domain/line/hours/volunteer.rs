//! 志愿者: enrolled in an organisation under a pseudonym, moved, or gone.

use super::super::Kind;
use super::{HoursRefusal, MAX_OWN_SKILLS};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::{record, words};

words! {
    /// Whether a volunteer serves.
    pub enum Serving {
        /// Serves.
        Active = "active", "在册", "active";
        /// Has left.
        Left = "left", "已退出", "left";
    }
}

record! {
    /// Says how a volunteer stands from now on. Who it is stands in the vault alone.
    pub struct Volunteer {
        /// The pseudonym.
        volunteer: Id = "volunteer",
        /// The organisation.
        org: Id = "org",
        /// Whether they serve.
        standing: Serving = "standing",
        /// The skills, in the byte order of their handles.
        skills: List<Id, 0, MAX_OWN_SKILLS> = "skills",
        /// The officer who is the same person. Once said it stays.
        officer: Option<Id> = "officer",
    }
}

impl Kind for Volunteer {
    const NAME: Both = Both("志愿者登记", "enrolment");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.keeps(self.org)?;
        super::in_order(self.skills.iter().copied())?;
        let norms = act.books.hours.norms();
        for skill in self.skills.iter() {
            if !norms.skills.iter().any(|known| known.skill == *skill) {
                return Err(HoursRefusal::UnknownSkill { skill: *skill }.into());
            }
        }
        let known = act.books.hours.volunteers.get(&self.volunteer).cloned();
        if let Some(known) = &known {
            act.keeps(known.org)?;
        } else if self.standing == Serving::Left {
            return Err(HoursRefusal::UnknownVolunteer { volunteer: self.volunteer }.into());
        }
        let officer = known.and_then(|known| known.officer);
        if let Some(linked) = self.officer {
            self.link(linked, officer, act)?;
        }
        let officer = self.officer.or(officer);
        act.books.hours.volunteers.set(self.volunteer, Volunteer { officer, ..self.clone() });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (volunteer, org, standing) = (self.volunteer, self.org, self.standing.name(lang));
        let skills: Vec<_> = self.skills.iter().map(|skill| format!(" {skill}")).collect();
        let (skills, officer) = (skills.concat(), self.officer);
        let officer = officer.map_or(String::new(), |officer| {
            lang.pick(format!("，即经办人 {officer}"), format!(", who is the officer {officer}"))
        });
        lang.pick(
            format!("志愿者 {volunteer}（{org}）{standing}{skills}{officer}"),
            format!("volunteer {volunteer} of {org}: {standing}{skills}{officer}"),
        )
    }
}

impl Volunteer {
    /// Ties the volunteer to `officer`, who is tied to nobody else; nor is the volunteer.
    fn link(&self, officer: Id, before: Option<Id>, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.books.in_office(officer, act.today())?;
        let other = act.books.hours.linked.get(&officer).copied();
        if let Some(volunteer) = other.filter(|other| *other != self.volunteer) {
            return Err(HoursRefusal::Linked { officer, volunteer }.into());
        }
        if let Some(officer) = before.filter(|before| *before != officer) {
            return Err(HoursRefusal::Linked { officer, volunteer: self.volunteer }.into());
        }
        act.books.hours.linked.set(officer, self.volunteer);
        Ok(())
    }
}
