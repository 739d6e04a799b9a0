//! 组织: a corps, branch, squad or team, under the one above it.

use super::super::Kind;
use super::super::appoint::Role;
use super::{Brought, Ground, HoursRefusal, OrgLevel};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Text};
use crate::record;

record! {
    /// Enters an organisation.
    pub struct Org {
        /// Its handle.
        org: Id = "org",
        /// Its name: public, and no person's.
        name: Text = "name",
        /// How high it stands.
        level: OrgLevel = "level",
        /// Where it is at home.
        kind: Ground = "kind",
        /// The organisation it belongs to; none for the highest.
        under: Option<Id> = "under",
        /// What is said of it from before the ledger.
        brought: Option<Brought> = "brought",
    }
}

impl Kind for Org {
    const NAME: Both = Both("志愿组织", "organisation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        if act.books.hours.orgs.get(&self.org).is_some() {
            return Err(HoursRefusal::OrgExists { org: self.org }.into());
        }
        let above = self.under.map(|under| act.org(under).map(|org| org.level)).transpose()?;
        let fits = above.map_or(self.level == OrgLevel::Corps, |above| self.level > above);
        if !fits {
            let above = above.map_or(Both("无", "none"), OrgLevel::both);
            let (org, level) = (self.org, self.level.both());
            return Err(HoursRefusal::OrgTooHigh { org, level, above }.into());
        }
        act.books.hours.orgs.set(self.org, self.clone());
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (org, name, level, kind) =
            (self.org, &self.name, self.level.name(lang), self.kind.name(lang));
        let under = self.under.map_or(String::new(), |under| {
            lang.pick(format!("，隶属 {under}"), format!(", under {under}"))
        });
        lang.pick(
            format!("志愿组织 {org}：{name}（{kind}{level}{under}）"),
            format!("organisation {org}: {name} ({level}, {kind}{under})"),
        )
    }
}
