//! 复核: a second officer signs for goods received, scrapped, sold, counted or taken over.

use super::slip::{Slip, State};
use super::{Act, Both, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::codec::Rare;
use crate::domain::line::Line;

record! {
    /// Lets a slip take effect that waits for a second signature.
    pub struct Countersign {
        /// The slip.
        of: Place = "of",
    }
}

impl Kind for Countersign {
    const NAME: Both = Both("复核", "sign-off");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let of = self.of;
        let (line, slip) = (act.earlier(of)?, act.slip_at(of, State::Waiting)?);
        act.needs(match line {
            Line::Scrap(_) | Line::Sell(_) => &[Role::Approver],
            _ => &[Role::Clerk, Role::Auditor],
        })?;
        let now = Both("复核", "countersigning it");
        act.another_than(slip.by, Both("开具该单", "writing the slip"), now)?;
        let mut counted = false;
        let site = match &line {
            Line::Carry(line) => line.settle(act).map(|()| line.site),
            Line::Receive(line) => line.settle(act).map(|()| line.site),
            Line::Scrap(line) => line.settle(act).map(|()| line.site),
            Line::Sell(line) => line.settle(of, act).map(|()| line.site),
            Line::Stocktake(line) => line.settle(act).map(|counts| {
                counted = counts;
                line.site
            }),
            _ => return Err(Refusal::NoSuchLine { place: of }),
        }?;
        // Whoever wrote the slip moved the goods.
        act.stirred(site, slip.by);
        let (state, then, counted) = (State::Done, Some(act.place), Rare(counted));
        act.books.goods.slips.set(of, Slip { state, by: slip.by, then, counted });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let of = self.of;
        lang.pick(format!("复核 {of}"), format!("sign-off of {of}"))
    }
}
