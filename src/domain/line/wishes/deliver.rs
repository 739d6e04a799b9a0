//! 送达: what was wished for is there, with evidence.

use super::super::allocate::Proposed;
use super::super::appoint::Role;
use super::super::{Kind, Line};
use super::{State, Wish, WishRefusal};
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

impl Deliver {
    /// The wish, which is claimed; or delivered by what was reversed since.
    fn undelivered(&self, act: &Act<'_>) -> Result<Wish, WishRefusal> {
        let wish = act.wish(self.wish, &[State::Claimed, State::Delivered])?;
        let reversed = |place: Place| act.touched(place).reversed.is_some();
        if wish.state == State::Claimed || wish.ground.is_some_and(reversed) {
            return Ok(wish);
        }
        let (state, need) = (wish.state.both(), State::Claimed.both());
        Err(WishRefusal::WishIs { wish: self.wish, state, need })
    }

    /// Refuses what is no payment or issue of goods, or one that was for something else: goods for
    /// another wish or nobody's, money for another student.
    fn rests_on(&self, place: Place, wish: &Wish, act: &Act<'_>) -> Result<(), Refusal> {
        let is_for_it = match act.earlier(place)? {
            Line::Issue(issue) => issue.wish == Some(self.wish),
            Line::Pay(pay) => match act.proposal(pay.of)?.what {
                Proposed::Allocation(student, _) => student == wish.person,
                _ => true,
            },
            line => {
                let want = Both("发放或物资发出", "payment or issue of goods");
                return Err(Refusal::NotA { place, found: line.name(), want });
            }
        };
        if !is_for_it {
            return Err(WishRefusal::OtherWish { wish: self.wish, place }.into());
        }
        Ok(())
    }
}

impl Kind for Deliver {
    const NAME: Both = Both("送达", "delivery");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        let wish = self.undelivered(act)?;
        if let Some(place) = self.of {
            self.rests_on(place, &wish, act)?;
            act.not_reversed(place)?;
        }
        let (delivered, ground, evidence) = (Some(act.by), self.of, Some(self.sha256));
        let wish = Wish { state: State::Delivered, delivered, ground, evidence, ..wish };
        act.set_wish(self.wish, wish);
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
