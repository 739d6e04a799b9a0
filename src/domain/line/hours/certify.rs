//! 证明: how long a volunteer served in a period, exactly as the ledger has it.

use super::super::Kind;
use super::{HoursRefusal, agree, period};
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Certifies a volunteer's hours; its place and the hash of its entry are the number of the
    /// certificate. No name stands in it.
    #[derive(Copy)]
    pub struct Certify {
        /// The volunteer's pseudonym.
        volunteer: Id = "volunteer",
        /// The first day.
        from: Day = "from",
        /// The last day.
        until: Day = "until",
        /// How often they served.
        times: u64 = "times",
        /// How many minutes, all together.
        minutes: u64 = "minutes",
    }
}

impl Kind for Certify {
    const NAME: Both = Both("志愿服务证明", "certificate of service");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let volunteer = act.volunteer(self.volunteer)?;
        act.keeps(volunteer.org)?;
        act.not_own(&volunteer)?;
        period(self.from, self.until)?;
        if self.until > act.today() {
            let (until, now) = (self.until.to_string(), act.today().to_string());
            return Err(HoursRefusal::ServedAhead { until, now }.into());
        }
        let (times, minutes) = act.books.hours.sum(self.volunteer, self.from, self.until);
        agree(Both("次数", "times"), self.times, times)?;
        agree(Both("分钟数", "minutes"), self.minutes, minutes)?;
        act.books.hours.certificates.set(act.place, *self);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Certify { volunteer, from, until, times, minutes } = self;
        let (hours, rest) = (minutes / 60, minutes % 60);
        lang.pick(
            format!(
                "证明 {volunteer} 自 {from} 至 {until} 志愿服务 {times} 次，{hours} 小时 {rest} 分"
            ),
            agreed!(
                "certificate: {volunteer} served {times} times, {hours} h {rest} min, from {from} to {until}"
            ),
        )
    }
}
