//! 帮扶: who stands by a beneficiary, three for one if not said otherwise.

use super::super::Kind;
use super::super::appoint::Role;
use super::super::hours;
use super::MAX_HELPERS;
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Names a beneficiary's helpers from now on; none leaves the beneficiary without.
    pub struct Helpers {
        /// The beneficiary's pseudonym.
        person: Id = "person",
        /// Volunteers, in the byte order of their pseudonyms.
        helpers: List<Id, 0, MAX_HELPERS> = "helpers",
    }
}

impl Kind for Helpers {
    const NAME: Both = Both("帮扶小组", "group of helpers");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.beneficiary(self.person)?;
        hours::in_order(self.helpers.iter().copied())?;
        for helper in self.helpers.iter() {
            act.active(*helper)?;
        }
        act.books.wishes.helpers.set(self.person, self.helpers.clone());
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (person, all) = (self.person, &self.helpers);
        let all: Vec<_> = all.iter().map(ToString::to_string).collect();
        let all = if all.is_empty() {
            lang.pick("无", "none").to_owned()
        } else {
            all.join(lang.pick("、", ", "))
        };
        lang.pick(format!("{person} 的帮扶人：{all}"), format!("helpers of {person}: {all}"))
    }
}
