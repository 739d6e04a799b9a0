//! 更正: hours were written down wrongly, and the volunteer says so.

use super::super::{Kind, Line};
use super::HoursRefusal;
use super::clock::Clock;
use super::serve::Serve;
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Lang, Place, Text};
use crate::record;

record! {
    /// Puts other times in the place of those that an earlier line states; equal times for hours
    /// that were not served at all.
    pub struct Correct {
        /// The line that states the hours.
        of: Place = "of",
        /// How many minutes it stood for so far.
        was: u64 = "was",
        /// From when.
        from: Clock = "from",
        /// To when.
        to: Clock = "to",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Correct {
    const NAME: Both = Both("时长更正", "correction of hours");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let line = act.earlier(self.of)?;
        let Line::Serve(served) = line else {
            let (place, found) = (self.of, line.name());
            return Err(Refusal::NotA { place, found, want: Serve::NAME });
        };
        let duty = act.duty(served.duty)?;
        act.keeps(duty.org)?;
        act.not_own(&act.volunteer(served.volunteer)?)?;
        if self.from > self.to {
            return Err(HoursRefusal::ClockOrder { from: self.from, to: self.to }.into());
        }
        act.served_by_now(duty.day, self.to)?;
        let spans = act.books.hours.spans(served.volunteer, duty.day);
        let now = spans.iter().find(|span| span.at == self.of);
        let replayed = now.map_or(0, |span| span.from.to(span.to));
        super::agree(Both("分钟数", "minutes"), self.was, replayed)?;
        act.set_span(&Serve { from: self.from, to: self.to, ..served }, Some(self.of))
    }

    fn tell(&self, lang: Lang) -> String {
        let Correct { of, was, from, to, why } = self;
        let now = from.to(*to);
        lang.pick(
            format!("更正 {of} 的时长：{was} → {now} 分钟（{why}）"),
            agreed!("correction of {of}: {was} → {now} minutes ({why})"),
        )
    }
}
