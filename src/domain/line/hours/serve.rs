//! 时长: a volunteer served, from then to then.

use super::super::Kind;
use super::HoursRefusal;
use super::clock::Clock;
use super::order;
use super::volunteer::Serving;
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Hours that a volunteer served at a duty, said by who organised it, never by the volunteer.
    #[derive(Copy)]
    pub struct Serve {
        /// The volunteer's pseudonym.
        volunteer: Id = "volunteer",
        /// The duty.
        duty: Id = "duty",
        /// From when.
        from: Clock = "from",
        /// To when.
        to: Clock = "to",
    }
}

impl Kind for Serve {
    const NAME: Both = Both("志愿时长", "hours served");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let duty = act.duty(self.duty)?;
        act.keeps(duty.org)?;
        let volunteer = act.volunteer(self.volunteer)?;
        if volunteer.standing == Serving::Left {
            return Err(HoursRefusal::VolunteerLeft { volunteer: self.volunteer }.into());
        }
        act.not_own(&volunteer)?;
        order(self.from, self.to)?;
        act.served_by_now(duty.day, self.to)?;
        act.set_span(self, None)
    }

    fn tell(&self, lang: Lang) -> String {
        let Serve { volunteer, duty, from, to } = self;
        let minutes = from.to(*to);
        lang.pick(
            format!("{volunteer} 参加 {duty}，{from}-{to}（{minutes} 分钟）"),
            agreed!("{volunteer} served at {duty}, {from}-{to} ({minutes} minutes)"),
        )
    }
}
