//! 卸任: an officer stops acting, effective once a quorum of stewards agrees.

use super::Kind;
use super::allocate::Proposed;
use super::appoint::Role;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Ends an officer's time in office. What they signed before stays valid.
    pub struct Retire {
        /// The officer.
        officer: Id = "officer",
    }
}

impl Kind for Retire {
    const NAME: Both = Both("卸任", "retirement");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let today = act.today();
        // A term that ran out needs no retiring, but may be.
        if let Err(refusal @ Refusal::UnknownOfficer { .. }) =
            act.books.in_office(self.officer, today)
        {
            return Err(refusal);
        }
        act.propose_change(Proposed::Retire(self.officer))
    }

    fn tell(&self, lang: Lang) -> String {
        let officer = self.officer;
        lang.pick(format!("{officer} 卸任"), format!("retirement of {officer}"))
    }
}
