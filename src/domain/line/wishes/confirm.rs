//! 确认: the beneficiary's side says that it is so.

use super::super::Kind;
use super::super::acknowledge::Way;
use super::super::appoint::Role;
use super::{State, Wish, WishRefusal};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang};
use crate::record;

record! {
    /// Closes a delivered wish: another officer asked the beneficiary's side.
    #[derive(Copy)]
    pub struct Confirm {
        /// The wish.
        wish: Id = "wish",
        /// How it was confirmed.
        way: Way = "way",
        /// The digest of the evidence, another than that of the delivery.
        sha256: Digest = "sha256",
    }
}

impl Kind for Confirm {
    const NAME: Both = Both("心愿确认", "confirmation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let wish = act.wish(self.wish, &[State::Delivered])?;
        let confirm = Both("确认送达", "confirming the delivery");
        // The officer who took it on as a volunteer is no witness of it either.
        let volunteer = wish.volunteer.and_then(|v| act.books.hours.volunteers.get(&v));
        let own = volunteer.and_then(|volunteer| volunteer.officer);
        for (other, did) in [
            (wish.delivered, Both("登记送达", "recording the delivery")),
            (own, Both("认领该心愿", "claiming the wish")),
        ] {
            if let Some(other) = other {
                act.another_than(other, did, confirm)?;
            }
        }
        if let Some(place) = wish.ground.filter(|place| act.touched(*place).reversed.is_some()) {
            return Err(WishRefusal::GroundReversed { wish: self.wish, place }.into());
        }
        if wish.evidence == Some(self.sha256) {
            return Err(WishRefusal::SameEvidence { wish: self.wish }.into());
        }
        act.set_wish(self.wish, Wish { state: State::Confirmed, ..wish });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (wish, way) = (self.wish, self.way.name(lang));
        lang.pick(format!("{wish} 已确认（{way}）"), format!("{wish} confirmed ({way})"))
    }
}
