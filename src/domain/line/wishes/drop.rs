//! 撤销: a wish is not to be fulfilled.

use super::super::Kind;
use super::super::appoint::Role;
use super::{State, Wish};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::{record, words};

words! {
    /// Why a wish is dropped. No other word about it is public.
    pub enum Why {
        /// It was met elsewhere.
        Met = "met", "已另行解决", "met elsewhere";
        /// The person wishes it no more.
        Withdrawn = "withdrawn", "本人撤回", "withdrawn";
        /// It was not as told.
        Unfounded = "unfounded", "情况不符", "not as told";
        /// Nobody can do it.
        Beyond = "beyond", "无力办理", "beyond everybody's means";
        /// Any other reason.
        Other = "other", "其他", "other";
    }
}

record! {
    /// Drops a wish that was not delivered.
    #[derive(Copy)]
    pub struct Drop {
        /// The wish.
        wish: Id = "wish",
        /// Why.
        why: Why = "why",
    }
}

impl Kind for Drop {
    const NAME: Both = Both("心愿撤销", "dropping of a wish");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Approver])?;
        let wish = act.wish(self.wish, &[State::Open, State::Claimed])?;
        act.set_wish(self.wish, Wish { state: State::Dropped, ..wish });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (wish, why) = (self.wish, self.why.name(lang));
        lang.pick(format!("{wish} 撤销（{why}）"), format!("{wish} dropped ({why})"))
    }
}
