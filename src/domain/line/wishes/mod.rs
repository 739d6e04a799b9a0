//! 微心愿: wishes and needs, from being asked for to being confirmed.
//!
//! [`ask`] → [`claim`] → [`deliver`] → [`confirm`]; [`escalate`] takes one up, [`drop`] ends it
//! with a reason. What policy can solve goes to an office, everything else to volunteers; both ways
//! end with evidence and with another person's word, or they do not end. [`helpers`] says who
//! stands by each beneficiary, [`terms`] how long each step may take.

pub mod ask;
pub mod claim;
pub mod confirm;
pub mod deliver;
pub mod drop;
pub mod escalate;
pub mod helpers;
pub mod terms;

use self::terms::Terms;
use super::hours::HoursRefusal;
use super::hours::volunteer::Serving;
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal, texts};
use crate::domain::text::{Digest, Id, Place, Text};
use crate::domain::time::Day;
use crate::{record, tables, words};

words! {
    /// What is asked for.
    pub enum Want {
        /// Something small and concrete.
        Wish = "wish", "微心愿", "wish";
        /// A need that takes more than a thing.
        Need = "need", "需求", "need";
    }
}

words! {
    /// What it is about.
    pub enum Category {
        /// Things.
        Goods = "goods", "物品", "goods";
        /// Learning.
        Study = "study", "学习", "study";
        /// Health and care.
        Health = "health", "医疗康复", "health";
        /// House and household.
        Home = "home", "居家", "home";
        /// Work and income.
        Work = "work", "就业", "work";
        /// Company, outings, comfort.
        Company = "company", "陪伴", "company";
        /// Papers and entitlements.
        Rights = "rights", "政策办理", "entitlements";
        /// Anything else.
        Other = "other", "其他", "other";
    }
}

words! {
    /// Who has it in hand, the lowest first.
    pub enum Rank {
        /// The village or community.
        Village = "village", "村社", "village";
        /// The township or street.
        Township = "township", "乡镇街道", "township";
        /// The county or its association.
        County = "county", "县级", "county";
    }
}

words! {
    /// How far a wish has come.
    pub enum State {
        /// Asked for, and nobody has it yet.
        Open = "open", "待认领", "open";
        /// Somebody took it on.
        Claimed = "claimed", "已认领", "claimed";
        /// It is there, and nobody else has said so.
        Delivered = "delivered", "待确认", "delivered";
        /// Confirmed, and with that closed.
        Confirmed = "confirmed", "已办结", "confirmed";
        /// Dropped.
        Dropped = "dropped", "已撤销", "dropped";
    }
}

/// The most helpers of one beneficiary.
pub const MAX_HELPERS: usize = 8;

record! {
    /// What the books know of a wish.
    pub struct Wish {
        /// A wish or a need.
        kind: Want = "kind",
        /// What it is about.
        category: Category = "category",
        /// Who has it in hand.
        rank: Rank = "rank",
        /// Whose it is.
        person: Id = "person",
        /// What is wished for.
        what: Text = "what",
        /// The office that can solve it.
        office: Option<Text> = "office",
        /// How far it has come.
        state: State = "state",
        /// Since which day.
        since: Day = "since",
        /// The volunteer who took it on.
        volunteer: Option<Id> = "volunteer",
        /// The officer who recorded the delivery.
        delivered: Option<Id> = "delivered",
        /// The payment or the issue of goods that the delivery rests on.
        ground: Option<Place> = "ground",
        /// The digest of the delivery's evidence.
        evidence: Option<Digest> = "evidence",
    }
}

impl Wish {
    /// Who is to fulfil it.
    pub fn route(&self) -> Both {
        match self.office {
            Some(_) => Both("有关部门", "the office"),
            None => Both("志愿者", "a volunteer"),
        }
    }

    /// The day after which it is overdue in its state; `None` if it is closed.
    pub fn due(&self, terms: &Terms) -> Option<Day> {
        let days = match self.state {
            State::Open => terms.open,
            State::Claimed => terms.claimed,
            State::Delivered => terms.delivered,
            State::Confirmed | State::Dropped => return None,
        };
        self.since.offset(i64::try_from(days).ok()?)
    }
}

tables! {
    /// What the books know of wishes.
    pub struct Wishes {
        /// The terms, the newest last.
        terms: Table<Place, Terms> = "terms",
        /// All wishes by handle.
        wishes: Table<Id, Wish> = "wishes",
        /// Beneficiaries by pseudonym, each with their helpers.
        helpers: Table<Id, List<Id, 0, MAX_HELPERS>> = "helpers",
    }
}

texts! {
    /// Why a line about a wish is refused.
    WishRefusal:
    WishExists { wish: Id }
        "心愿 {wish} 已经登记；请换一个名字",
        "the wish {wish} is there already; choose another handle";
    UnknownWish { wish: Id }
        "没有心愿 {wish}；请先 yishan wish ask",
        "there is no wish {wish}; take it in first with yishan wish ask";
    WishIs { wish: Id, state: Both, need: Both }
        "心愿 {wish} 现为{state}，这里需要{need}；请用 yishan wish list 查看",
        "the wish {wish} is {state}, and must be {need} here; yishan wish list shows it";
    OtherWish { wish: Id, place: Place }
        "{place} 不是给心愿 {wish} 的；请核对编号，送达要依据给它的物资或款项",
        "what {place} handed out was not for the wish {wish}; check the place: a delivery rests on what was for it";
    GroundReversed { wish: Id, place: Place }
        "心愿 {wish} 的送达依据 {place} 已经冲正，不能确认；请重新登记送达",
        "the delivery of the wish {wish} rests on {place}, which was reversed; record the delivery anew";
    SameEvidence { wish: Id }
        "确认心愿 {wish} 用的是送达时的同一份凭据；请另取对方的凭据",
        "the evidence is the very one of the delivery of the wish {wish}; the beneficiary's side gives one of its own";
    WishRoute { wish: Id, route: Both }
        "心愿 {wish} 应由{route}办理；交部门的不写志愿者，其余必须写明",
        "the wish {wish} is for {route}; name no volunteer where an office acts, and one everywhere else";
    WishRank { wish: Id, rank: Both, to: Both }
        "心愿 {wish} 现在{rank}，不能上报到{to}；只能往上一级或更高",
        "the wish {wish} is with the {rank} and cannot go up to the {to}; only to a higher place";
}

impl Wishes {
    /// The terms in force.
    pub fn terms(&self) -> Terms {
        self.terms.iter().next_back().map(|(_, terms)| *terms).unwrap_or_default()
    }

    /// Beneficiaries with fewer helpers than the terms ask for, and how many each has.
    pub fn lacking(&self) -> impl Iterator<Item = (Id, usize)> {
        let need = usize::try_from(self.terms().helpers).unwrap_or(usize::MAX);
        let all = self.helpers.iter().map(|(person, helpers)| (*person, helpers.len()));
        all.filter(move |(_, helpers)| *helpers < need)
    }
}

impl Act<'_> {
    /// The wish called `wish`, which must be in one of the states `need`.
    pub(crate) fn wish(&self, wish: Id, need: &[State]) -> Result<Wish, WishRefusal> {
        let known = self.books.wishes.wishes.get(&wish).cloned();
        let known = known.ok_or(WishRefusal::UnknownWish { wish })?;
        if need.contains(&known.state) {
            return Ok(known);
        }
        let first = need.first().map_or(Both("", ""), |state| state.both());
        Err(WishRefusal::WishIs { wish, state: known.state.both(), need: first })
    }

    /// Notes how a wish stands from today on.
    fn set_wish(&mut self, wish: Id, state: Wish) {
        let since = self.today();
        self.books.wishes.wishes.set(wish, Wish { since, ..state });
    }

    /// Refuses the pseudonym of a student, `s-…`, or a volunteer, `v-…`, whom nobody knows. Other
    /// people are known by their wishes alone.
    fn beneficiary(&self, person: Id) -> Result<(), Refusal> {
        if person.as_str().starts_with("s-") {
            self.student(person)?;
        }
        if person.as_str().starts_with("v-") {
            self.volunteer(person)?;
        }
        Ok(())
    }

    /// Refuses a volunteer who is not enrolled, or has left.
    fn active(&self, volunteer: Id) -> Result<(), Refusal> {
        if self.volunteer(volunteer)?.standing == Serving::Left {
            return Err(HoursRefusal::VolunteerLeft { volunteer }.into());
        }
        Ok(())
    }
}
