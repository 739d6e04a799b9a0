//! 送达: what was wished for is there, with evidence.

use super::super::Kind;
use super::super::appoint::Role;
use super::{State, Wish};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang, Place};
use crate::record;

record! {
    /// Says that a claimed wish was delivered. The paper or photograph is kept elsewhere.
    #[derive(Copy)]
    pub struct Deliver {
        /// The wish.
        wish: Id = "wish",
        /// The evidence's digest.
        sha256: Digest = "sha256",
        /// The payment or the issue of goods that it rests on.
        of: Option<Place> = "of",
    }
}

/// The kinds of line that a delivery may rest on.
const GROUNDS: [&str; 2] = ["pay", "issue"];

impl Kind for Deliver {
    const NAME: Both = Both("送达", "delivery");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        let wish = act.wish(self.wish, &[State::Claimed])?;
        if let Some(place) = self.of {
            let line = act.earlier(place)?;
            if !GROUNDS.contains(&line.tag()) {
                let want = Both("发放或物资发出", "payment or issue of goods");
                return Err(Refusal::NotA { place, found: line.name(), want });
            }
            act.not_reversed(place)?;
        }
        let delivered = Some(act.by);
        act.set_wish(self.wish, Wish { state: State::Delivered, delivered, ..wish });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let sha256 = self.sha256.to_string();
        let (wish, head) = (self.wish, sha256.get(..12).unwrap_or_default());
        let of = self
            .of
            .map_or(String::new(), |of| lang.pick(format!("，依据 {of}"), format!(", by {of}")));
        lang.pick(
            format!("{wish} 已送达，凭据 {head}…{of}"),
            format!("{wish} delivered, evidence {head}…{of}"),
        )
    }
}
