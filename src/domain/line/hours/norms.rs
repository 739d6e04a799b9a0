//! 规程: from how many hours on a volunteer has which star, and which skills are asked for.

use super::super::Kind;
use super::super::appoint::Role;
use super::HoursRefusal;
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Text};
use crate::record;

/// The star levels.
pub const STARS: usize = 5;
/// The most skills that a fund tells apart.
pub const MAX_SKILLS: usize = 64;

record! {
    /// A skill, by its handle and its names.
    pub struct Skill {
        /// The handle.
        skill: Id = "skill",
        /// What it is called in Chinese.
        zh: Text = "zh",
        /// What it is called in English.
        en: Text = "en",
    }
}

record! {
    /// Replaces the norms so far.
    pub struct Norms {
        /// From how many hours on a volunteer has one star, two, up to five.
        stars: List<u64, STARS, STARS> = "stars",
        /// The skills, in the byte order of their handles.
        skills: List<Skill, 0, MAX_SKILLS> = "skills",
    }
}

/// The hours of 1 to 5 stars where a fund says nothing else (民政部《志愿服务记录办法》).
const USUAL: [u64; STARS] = [100, 300, 600, 1000, 1500];

impl Default for Norms {
    fn default() -> Norms {
        let stars = List::new(USUAL.to_vec());
        #[expect(clippy::expect_used, reason = "an array of five is a list of five")]
        Norms { stars: stars.expect("five thresholds"), skills: List::empty() }
    }
}

impl Norms {
    /// How many stars so many minutes earn: a level counts its last whole minute.
    pub fn stars_of(&self, minutes: u64) -> usize {
        self.stars.iter().filter(|hours| minutes / 60 >= **hours).count()
    }
}

impl Kind for Norms {
    const NAME: Both = Both("志愿规程", "volunteering norms");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let mut previous = 0;
        for next in self.stars.iter().copied() {
            if next <= previous {
                return Err(HoursRefusal::StarsOrder { previous, next }.into());
            }
            previous = next;
        }
        super::in_order(self.skills.iter().map(|skill| skill.skill))?;
        act.books.hours.norms.set(act.place, self.clone());
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let stars: Vec<_> = self.stars.iter().map(ToString::to_string).collect();
        let (stars, skills) = (stars.join("/"), self.skills.len());
        lang.pick(
            format!("志愿规程：一至五星 {stars} 小时，技能 {skills} 类"),
            agreed!("norms: one to five stars at {stars} hours, {skills} skills"),
        )
    }
}
