//! 活动: what an organisation does on a day, and the posts it has there.

use super::super::Kind;
use super::clock::Clock;
use super::{HoursRefusal, order};
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Text};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Puts an activity or post on the calendar. Hours are always those of a duty.
    pub struct Duty {
        /// Its handle.
        duty: Id = "duty",
        /// The organisation that organises it.
        org: Id = "org",
        /// What is done there: public, and nothing about a person.
        title: Text = "title",
        /// The day, not before the founding; what goes on over midnight is two duties.
        day: Day = "day",
        /// When it begins.
        from: Clock = "from",
        /// When it ends.
        to: Clock = "to",
        /// How many volunteers it takes; any number if left out.
        places: Option<u64> = "places",
    }
}

record! {
    /// What the books know of a duty.
    pub struct Planned {
        /// The organisation.
        org: Id = "org",
        /// What is done.
        title: Text = "title",
        /// The day.
        day: Day = "day",
        /// When it begins.
        from: Clock = "from",
        /// When it ends.
        to: Clock = "to",
        /// How many volunteers it takes.
        places: Option<u64> = "places",
        /// How many times somebody served there: person-times with at least a minute.
        served: u64 = "served",
    }
}

impl Kind for Duty {
    const NAME: Both = Both("志愿活动", "duty");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.keeps(self.org)?;
        if act.books.hours.duties.get(&self.duty).is_some() {
            return Err(HoursRefusal::DutyExists { duty: self.duty }.into());
        }
        order(self.from, self.to)?;
        if let Some(founded) = act.books.begun.filter(|founded| self.day < *founded) {
            return Err(HoursRefusal::BeforeFounding { day: self.day, founded }.into());
        }
        let planned = Planned {
            org: self.org,
            title: self.title.clone(),
            day: self.day,
            from: self.from,
            to: self.to,
            places: self.places,
            served: 0,
        };
        act.books.hours.duties.set(self.duty, planned);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Duty { duty, org, title, day, from, to, places } = self;
        let places = places.map_or(String::new(), |places| {
            lang.pick(format!("，{places} 个名额"), agreed!(", {places} places"))
        });
        lang.pick(
            format!("志愿活动 {duty}（{org}）：{title}，{day} {from}-{to}{places}"),
            format!("duty {duty} of {org}: {title}, {day} {from}-{to}{places}"),
        )
    }
}
