//! 心愿: what a beneficiary wishes for or needs, under a pseudonym.

use super::super::Kind;
use super::super::appoint::Role;
use super::{Category, Rank, State, Want, Wish, WishRefusal};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Text};
use crate::record;

record! {
    /// Takes a wish or need in. What policy can solve goes to the office named; everything else to
    /// volunteers (双闭环).
    pub struct Ask {
        /// Its handle.
        wish: Id = "wish",
        /// A wish or a need.
        kind: Want = "kind",
        /// What it is about.
        category: Category = "category",
        /// Where it was taken in.
        rank: Rank = "rank",
        /// Whose it is: a pseudonym.
        person: Id = "person",
        /// What is wished for: public, and nothing about the person.
        what: Text = "what",
        /// The office that can solve it by policy.
        office: Option<Text> = "office",
    }
}

impl Kind for Ask {
    const NAME: Both = Both("心愿", "wish");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if act.books.wishes.wishes.get(&self.wish).is_some() {
            return Err(WishRefusal::WishExists { wish: self.wish }.into());
        }
        act.beneficiary(self.person)?;
        if act.books.wishes.helpers.get(&self.person).is_none() {
            act.books.wishes.helpers.set(self.person, List::empty());
        }
        let wish = Wish {
            kind: self.kind,
            category: self.category,
            rank: self.rank,
            person: self.person,
            what: self.what.clone(),
            office: self.office.clone(),
            state: State::Open,
            since: act.today(),
            volunteer: None,
            delivered: None,
            ground: None,
            evidence: None,
        };
        act.books.wishes.wishes.set(self.wish, wish);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Ask { wish, person, what, office, .. } = self;
        let (kind, category) = (self.kind.name(lang), self.category.name(lang));
        let rank = self.rank.name(lang);
        let to = office.as_ref().map_or(lang.pick("志愿者", "volunteers"), Text::as_str);
        lang.pick(
            format!("{kind} {wish}（{category}，{rank}受理）：{person}，{what}；交 {to}"),
            format!(
                "{kind} {wish} ({category}, taken in at the {rank}): {person}, {what}; to {to}"
            ),
        )
    }
}
