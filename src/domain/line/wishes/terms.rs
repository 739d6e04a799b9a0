//! 时限: after how many days in a state a wish is overdue, and how many helpers make a group.

use super::super::Kind;
use super::super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::Lang;
use crate::record;

record! {
    /// Replaces the terms so far. Days are counted from the day a wish came into its state.
    #[derive(Copy)]
    pub struct Terms {
        /// Days until somebody has claimed it.
        open: u64 = "open",
        /// Days until it is delivered.
        claimed: u64 = "claimed",
        /// Days until it is confirmed.
        delivered: u64 = "delivered",
        /// Helpers that each beneficiary should have.
        helpers: u64 = "helpers",
    }
}

/// What holds where a fund says nothing else; three helpers for one (三帮一).
impl Default for Terms {
    fn default() -> Terms {
        Terms { open: 7, claimed: 15, delivered: 7, helpers: 3 }
    }
}

impl Kind for Terms {
    const NAME: Both = Both("心愿时限", "terms of wishes");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        act.books.wishes.terms.set(act.place, *self);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Terms { open, claimed, delivered, helpers } = self;
        lang.pick(
            format!(
                "心愿时限：{open} 天内认领，{claimed} 天内送达，{delivered} 天内确认；每人 {helpers} 名帮扶人"
            ),
            agreed!(
                "terms of wishes: claimed within {open} days, delivered within {claimed}, confirmed within {delivered}; {helpers} helpers each"
            ),
        )
    }
}
