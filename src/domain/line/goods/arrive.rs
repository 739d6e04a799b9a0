//! 调入: another officer signs at the other end for what arrived; what is missing is a loss with its
//! reason.

use super::dispatch::Dispatch;
use super::slip::{Slip, State};
use super::stock::{Flow, Shift, Slot};
use super::{Act, Both, GoodsRefusal, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::line::Line;
use crate::domain::text::Text;

record! {
    /// Receives a dispatch.
    pub struct Arrive {
        /// The dispatch.
        of: Place = "of",
        /// How many arrived.
        units: u64 = "units",
        /// Why fewer arrived than were sent.
        why: Option<Text> = "why",
    }
}

impl Arrive {
    fn sent(&self, act: &Act<'_>) -> Result<Dispatch, Refusal> {
        match act.earlier(self.of)? {
            Line::Dispatch(sent) => Ok(*sent),
            _ => Err(Refusal::NoSuchLine { place: self.of }),
        }
    }

    fn shift(&self, sent: &Dispatch, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let [_, shelf] = sent.shelves();
        let down = [Slot::Coming];
        let up = [Slot::Flow(Flow::Arrived), Slot::At(sent.stage)];
        act.shift(&Shift { shelf, units: self.units, up: &up, down: &down }, back)?;
        let (units, up) = (self.missing(sent), [Slot::Flow(Flow::Arrived), Slot::Flow(Flow::Lost)]);
        act.shift(&Shift { shelf, units, up: &up, down: &down }, back)
    }

    fn missing(&self, sent: &Dispatch) -> u64 {
        sent.units.get().saturating_sub(self.units)
    }
}

impl Kind for Arrive {
    const NAME: Both = Both("调入", "arrival");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let of = self.of;
        let sent = self.sent(act)?;
        let slip = act.slip_at(of, State::Travelling)?;
        let (did, now) = (Both("调出", "sending them"), Both("签收", "signing for them"));
        act.another_than(slip.by, did, now)?;
        if self.units > sent.units.get() {
            let (sent, units) = (sent.units.get(), self.units);
            return Err(GoodsRefusal::MoreThanSent { place: of, sent, units }.into());
        }
        if self.missing(&sent) > 0 && self.why.is_none() {
            let (book, counted) = (sent.units.get(), self.units);
            return Err(GoodsRefusal::ReasonNeeded { book, counted }.into());
        }
        self.shift(&sent, act, false)?;
        act.books
            .goods
            .slips
            .set(of, Slip { state: State::Arrived, then: Some(act.place), ..slip });
        Ok(())
    }

    /// The goods are on the way again.
    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let sent = self.sent(act)?;
        act.open_site(sent.to)?;
        self.shift(&sent, act, true)?;
        let slip = act.slip(self.of)?;
        act.books.goods.slips.set(self.of, Slip { state: State::Travelling, then: None, ..slip });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, units) = (self.of, self.units);
        let why = match &self.why {
            Some(why) => lang.pick(format!("（短少：{why}）"), format!(" (short: {why})")),
            None => String::new(),
        };
        lang.pick(
            format!("调入 {of}，实到 {units}{why}"),
            format!("arrival of {of}, {units} came{why}"),
        )
    }
}
