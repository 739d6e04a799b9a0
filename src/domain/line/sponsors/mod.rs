//! 结对资助: sponsors who give for one student each month. The fund only passes their money on: it
//! is never income (受托代理), and of a pair nothing is published but that there is one.
//!
//! [`pair`] → [`entrust`], each month → [`pass`] → [`unpair`].

pub mod entrust;
pub mod pair;
pub mod pass;
pub mod unpair;

use self::pair::{Pair, Sponsor};
use crate::domain::books::Act;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, texts};
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::tables;

tables! {
    /// What the books know of sponsors and their students.
    pub struct Sponsors {
        /// Pairs by handle, ended ones too.
        pairs: Table<Id, Pair> = "pairs",
    }
}

texts! {
    /// Why a line about sponsors is refused.
    SponsorRefusal:
    PairExists { pair: Id }
        "结对 {pair} 已经建立；请换一个名字",
        "the pair {pair} was made before; choose another name";
    UnknownPair { pair: Id }
        "没有结对 {pair}；请先 yishan pair open",
        "there is no pair {pair}; make it first with yishan pair open";
    PairEnded { pair: Id }
        "结对 {pair} 已经结束",
        "the pair {pair} has ended";
    PairDays { from: Day, until: Day }
        "结对从 {from} 到 {until}：结束不能早于开始",
        "the pair is from {from} until {until}: it cannot end before it begins";
    SponsorIs { sponsor: Id, known: Both, found: Both }
        "资助方 {sponsor} 已登记为{known}，这里写的是{found}",
        "the sponsor {sponsor} is known as {known}, and this says {found}";
    PairHolds { pair: Id, left: Fen, need: Fen }
        "结对 {pair} 代收未付 {left} 元，这里要 {need} 元；代付不能超过代收，请先 yishan entrust",
        "{left} yuan of the pair {pair} are left and {need} are asked; no more is passed on than was entrusted: record what came in first";
    PairNotEmpty { pair: Id, left: Fen, stated: Fen }
        "结对 {pair} 还有 {left} 元代收未付，这里写 {stated} 元；结束前请退还资助方，或写明余额和同意书的位置",
        "{left} yuan of the pair {pair} are left and {stated} are stated; return them to the sponsor before its end, or state them with the place of the sponsor's consent";
    ConsentOfOther { pair: Id, place: Place, opened: Place }
        "{place} 的凭据不属于结对 {pair}；资助方的同意书请先 yishan document … --of {opened}",
        "the document at {place} does not belong to the pair {pair}; record the sponsor's consent first with yishan document … --of {opened}";
}

impl Sponsors {
    /// How many persons and how many organisations are in pairs that have not ended.
    pub fn counts(&self) -> (usize, usize) {
        let going = self.pairs.iter().filter(|(_, pair)| !pair.ended);
        let mut all: Vec<_> = going.map(|(_, pair)| (pair.kind, pair.sponsor)).collect();
        all.sort_unstable();
        all.dedup();
        let persons = all.iter().filter(|(kind, _)| *kind == Sponsor::Person).count();
        (persons, all.len().saturating_sub(persons))
    }

    /// How many pairs have not ended.
    pub fn going(&self) -> usize {
        self.pairs.iter().filter(|(_, pair)| !pair.ended).count()
    }

    /// How many students are in pairs that have not ended.
    pub fn students(&self) -> usize {
        let going = self.pairs.iter().filter(|(_, pair)| !pair.ended);
        let mut all: Vec<_> = going.map(|(_, pair)| pair.student).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }
}

impl Act<'_> {
    /// The pair called `pair`, which must not have ended.
    pub(crate) fn pair(&self, pair: Id) -> Result<Pair, SponsorRefusal> {
        let known = self.books.sponsors.pairs.get(&pair).copied();
        let known = known.ok_or(SponsorRefusal::UnknownPair { pair })?;
        if known.ended { Err(SponsorRefusal::PairEnded { pair }) } else { Ok(known) }
    }
}
