//! 上报: a wish goes up to whoever can do more, and waits anew.

use super::super::Kind;
use super::super::appoint::Role;
use super::{Rank, State, Wish, WishRefusal};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Text};
use crate::record;

record! {
    /// Takes a wish to a higher place. Whoever had claimed it has not any more.
    pub struct Escalate {
        /// The wish.
        wish: Id = "wish",
        /// Where to.
        to: Rank = "to",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Escalate {
    const NAME: Both = Both("上报", "escalation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Approver])?;
        let wish = act.wish(self.wish, &[State::Open, State::Claimed])?;
        if self.to <= wish.rank {
            let (wish, rank, to) = (self.wish, wish.rank.both(), self.to.both());
            return Err(WishRefusal::WishRank { wish, rank, to }.into());
        }
        let wish = Wish { rank: self.to, state: State::Open, volunteer: None, ..wish };
        act.set_wish(self.wish, wish);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (wish, to, why) = (self.wish, self.to.name(lang), &self.why);
        lang.pick(
            format!("{wish} 上报{to}（{why}）"),
            format!("{wish} goes up to the {to} ({why})"),
        )
    }
}
