//! 认领: a volunteer, or the office, takes a wish on.

use super::super::Kind;
use super::super::appoint::Role;
use super::{State, Wish, WishRefusal};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Says that somebody takes a wish on.
    #[derive(Copy)]
    pub struct Claim {
        /// The wish.
        wish: Id = "wish",
        /// The volunteer who takes it on; none where the office does.
        volunteer: Option<Id> = "volunteer",
    }
}

impl Kind for Claim {
    const NAME: Both = Both("认领", "claim");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let wish = act.wish(self.wish, &[State::Open])?;
        if wish.office.is_some() == self.volunteer.is_some() {
            let route = wish.route();
            return Err(WishRefusal::WishRoute { wish: self.wish, route }.into());
        }
        if let Some(volunteer) = self.volunteer {
            act.active(volunteer)?;
        }
        let volunteer = self.volunteer;
        act.set_wish(self.wish, Wish { state: State::Claimed, volunteer, ..wish });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let wish = self.wish;
        match self.volunteer {
            Some(volunteer) => {
                lang.pick(format!("{volunteer} 认领 {wish}"), format!("{volunteer} claims {wish}"))
            }
            None => {
                lang.pick(format!("有关部门受理 {wish}"), format!("the office takes {wish} on"))
            }
        }
    }
}
