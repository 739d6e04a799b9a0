//! 专项资金: money that is not for everything — pots and the campaigns they come from, money of
//! offices and platforms, changes of purpose, and what programmes and management cost.
//!
//! [`campaign`] → [`pot`] → gifts and interest `for` it, [`grant`], [`matching`] → allocations
//! `from` it, [`expense`] → payments. Money leaves a pot for another purpose by a [`rededicate`]
//! that others approve, and by nothing else (慈善法 §§53-56).

pub mod campaign;
pub mod expense;
pub mod grant;
pub mod matching;
pub mod pot;
pub mod rededicate;

use self::campaign::Campaign;
use self::expense::Class;
use self::pot::{Pot, Source};
use crate::domain::books::{Act, Books};
use crate::domain::codec::{Malformed, Reader, Spell, write_number};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal, texts};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Code, Id};
use crate::domain::time::Day;
use crate::{record, tables};

/// A part of ten thousand, 0 to 10000: 1000 are 10 %.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Points(u64);

impl Points {
    /// The whole.
    pub const MAX: u64 = 10_000;
    /// What management may cost of all spending where a fund set nothing else (慈善法 §61).
    pub const MANAGEMENT: Points = Points(1_000);

    /// So many parts of ten thousand.
    pub fn new(points: u64) -> Option<Points> {
        (points <= Points::MAX).then_some(Points(points))
    }

    /// The count.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Which part `some` is of `all`, rounded up; the whole if it is more.
    pub fn part(some: Fen, all: Fen) -> Points {
        let whole = u128::from(all.get()).max(1);
        let part = (u128::from(some.get()) * u128::from(Points::MAX)).div_ceil(whole);
        Points(u64::try_from(part).unwrap_or(Points::MAX).min(Points::MAX))
    }

    /// So much of `fen`, rounded down.
    pub fn of(self, fen: Fen) -> Fen {
        let part = u128::from(fen.get()) * u128::from(self.0) / u128::from(Points::MAX);
        u64::try_from(part).ok().and_then(Fen::new).unwrap_or(fen)
    }
}

/// In percent: `10.00 %`.
impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02} %", self.0 / 100, self.0 % 100)
    }
}

impl Spell for Points {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.0, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(0, Points::MAX).map(Points)
    }
}

record! {
    /// What was spent in a year, by the day of each payment.
    #[derive(Copy, Default)]
    pub struct Spent {
        /// On students and on everything else, in fen.
        all: Fen = "all",
        /// Of that, on management.
        management: Fen = "management",
        /// Of that, on raising funds.
        fundraising: Fen = "fundraising",
    }
}

impl Spent {
    /// With the sums changed by a payment; `class` is that of an expense.
    fn changed(self, class: Option<Class>, by: impl Fn(Fen) -> Fen) -> Spent {
        let mut new = Spent { all: by(self.all), ..self };
        match class {
            Some(Class::Management) => new.management = by(self.management),
            Some(Class::Fundraising) => new.fundraising = by(self.fundraising),
            Some(Class::Programme) | None => {}
        }
        new
    }
}

tables! {
    /// What the books know of pots, campaigns and what was spent.
    pub struct Funds {
        /// Pots by handle; what each holds is in the sums.
        pots: Table<Id, Pot> = "pots",
        /// Campaigns by handle.
        campaigns: Table<Id, Campaign> = "campaigns",
        /// What was spent, by year.
        years: Table<u64, Spent> = "years",
    }
}

impl Funds {
    /// What `campaign` raised: gifts for its pots, refunds taken off, in fen. Interest, and what an
    /// office or a platform added, was not raised by it.
    pub fn raised(&self, campaign: Id) -> Fen {
        self.campaigns.get(&campaign).map_or(Fen::ZERO, |known| known.raised)
    }
}

impl Books {
    /// What management may cost of a year's spending.
    pub fn management_cap(&self) -> Points {
        self.fund.as_ref().map_or(Points::MANAGEMENT, |fund| fund.policy.management_cap())
    }
}

texts! {
    /// Why a line about pots, campaigns and expenses is refused.
    FundsRefusal:
    PotExists { pot: Id }
        "专项 {pot} 已经设立；请换一个名字",
        "the pot {pot} was opened before; choose another name";
    PotYear { pot: Id, source: Both }
        "专项 {pot} 的来源是{source}：财政资金须写明预算年度，其他来源不写",
        "the pot {pot} holds {source}: fiscal money has a budget year, and no other has one";
    OtherSource { pot: Id, source: Both, found: Both }
        "专项 {pot} 的来源是{source}，不能记入{found}；不同来源的钱分开，请另设专项",
        "the pot {pot} holds {source} and takes no {found}; money of different sources is kept apart: use another pot";
    FiscalStays { pot: Id }
        "专项 {pot} 是财政资金，只能改用于同一预算年度的另一个财政专项",
        "the pot {pot} holds fiscal money, which goes to another fiscal pot of the same budget year and nowhere else";
    OtherCampaign { pot: Id, campaign: Id, stated: Id }
        "专项 {pot} 属于募捐活动 {campaign}，从中列支的费用也属于它，不能记到 {stated}；请去掉 --campaign",
        "the pot {pot} belongs to the campaign {campaign}, and so does what is spent from it, not to {stated}; leave out --campaign";
    SamePot { pot: Id }
        "变更前后都是专项 {pot}",
        "both sides of the change are the pot {pot}";
    NoConsent { pot: Id }
        "专项 {pot} 变更用途，须写备案号，或指出捐赠人同意书（document）的位置",
        "to change the purpose of money in the pot {pot}, name a filing number or the place of the donors' consent (a document)";
    UnknownCampaign { campaign: Id }
        "没有募捐活动 {campaign}；请先 yishan campaign plan",
        "there is no campaign {campaign}; open it first with yishan campaign plan";
    CampaignDays { from: Day, until: Day }
        "募捐活动从 {from} 到 {until}：结束不能早于开始",
        "the campaign is from {from} until {until}: it cannot end before it begins";
    NotFiled { campaign: Id }
        "公开募捐活动 {campaign} 须写备案号（慈善法第二十四条）",
        "the public campaign {campaign} needs its filing number (Charity Law §24)";
    FilingKnown { campaign: Id, filing: String }
        "变更募捐活动 {campaign} 须有新的备案号，这里是「{filing}」",
        "a change of the campaign {campaign} needs a filing number of its own, and this is {filing:?}";
    OutsideCampaign { campaign: Id, from: Day, until: Day, day: Day }
        "募捐活动 {campaign} 从 {from} 到 {until}，{day} 不在其间；请改记其他专项，或先变更活动",
        "the campaign {campaign} is from {from} until {until}, and {day} is not in it; use another pot, or file a change of the campaign";
    PersonsAccount { account: Id }
        "账户 {account} 在个人名下，募捐活动的收款账户须在组织名下（慈善法第二十六条）",
        "the account {account} is in a person's name, and a campaign's money belongs into the holder's own account (Charity Law §26)";
    NoCost { campaign: Id, class: Both }
        "募捐活动 {campaign} 承诺零费用，不能列支{class}",
        "the campaign {campaign} promised to cost nothing, and no {class} is booked to it";
    OverCampaign { campaign: Id, spent: Fen, most: Fen, need: Fen, cap: Points }
        "募捐活动 {campaign} 的成本以所募的 {cap} 为限，即 {most} 元；已支 {spent} 元，不能再支 {need} 元",
        "the campaign {campaign} may cost {cap} of what it raised, {most} yuan; {spent} are spent and {need} more are too much";
    OverManagement { year: u64, spent: Fen, most: Fen, need: Fen, cap: Points }
        "{year} 年管理费用以总支出的 {cap} 为限，即 {most} 元；已支 {spent} 元，不能再支 {need} 元",
        "management may cost {cap} of all spending of {year}, {most} yuan; {spent} are spent and {need} more are too much";
}

crate::domain::refusal::say_as_printed!(Points);

impl Act<'_> {
    /// The pot called `pot`.
    pub(crate) fn pot(&self, pot: Id) -> Result<Pot, Refusal> {
        self.books.funds.pots.get(&pot).cloned().ok_or(Refusal::UnknownPot { pot })
    }

    /// The campaign called `campaign`.
    pub(crate) fn campaign(&self, campaign: Id) -> Result<Campaign, FundsRefusal> {
        let known = self.books.funds.campaigns.get(&campaign).cloned();
        known.ok_or(FundsRefusal::UnknownCampaign { campaign })
    }

    /// Refuses money for a pot that holds another kind, or whose campaign is not running when the
    /// money was given.
    pub(crate) fn takes(
        &self,
        pot: Id,
        sources: &[Source],
        found: Both,
        day: Day,
    ) -> Result<(), Refusal> {
        let known = self.pot(pot)?;
        if !sources.contains(&known.source) {
            let source = known.source.both();
            return Err(FundsRefusal::OtherSource { pot, source, found }.into());
        }
        if let Some(campaign) = known.campaign {
            let Campaign { from, until, .. } = self.campaign(campaign)?;
            if day < from || day > until {
                return Err(FundsRefusal::OutsideCampaign { campaign, from, until, day }.into());
            }
        }
        Ok(())
    }

    /// Notes what came into a pot, or went back, so that a pot tells what was received for it.
    pub(crate) fn note_pot(&mut self, kind: Move, posting: &Posting, undone: bool) {
        let (pot, grows) = match (kind, posting.debit, posting.credit) {
            (Move::Refund | Move::Shortage, Book::Pot(pot), _) => (pot, undone),
            (
                Move::Gift
                | Move::Grant
                | Move::Match
                | Move::Interest
                | Move::Proceeds
                | Move::Collect
                | Move::Surplus,
                _,
                Book::Pot(pot),
            ) => (pot, !undone),
            _ => return,
        };
        let Some(known) = self.books.funds.pots.get(&pot).cloned() else { return };
        let received = if grows {
            known.received.plus(posting.fen)
        } else {
            known.received.minus(posting.fen)
        };
        let received = received.unwrap_or(known.received);
        if let (Move::Gift | Move::Refund, Some(campaign)) = (kind, known.campaign) {
            self.note_campaign(campaign, posting.fen, grows);
        }
        self.books.funds.pots.set(pot, Pot { received, ..known });
    }

    /// Notes what was given for a pot of `campaign`, or went back.
    fn note_campaign(&mut self, campaign: Id, fen: Fen, grows: bool) {
        let Some(known) = self.books.funds.campaigns.get(&campaign).cloned() else { return };
        let raised = if grows { known.raised.plus(fen) } else { known.raised.minus(fen) };
        let raised = raised.unwrap_or(known.raised);
        self.books.funds.campaigns.set(campaign, Campaign { raised, ..known });
    }

    /// Counts a payment among what was spent in the year of its day; `class` is that of an expense.
    /// Refuses management that costs more than the fund's cap of all spending: of this year's with
    /// the payment, or of last year's if that was more.
    pub(crate) fn spend(
        &mut self,
        day: Day,
        fen: Fen,
        class: Option<Class>,
    ) -> Result<(), Refusal> {
        let year = year_of(day);
        let spent = self.spent_in(year);
        let new = spent.changed(class, |sum| sum.plus(fen).unwrap_or(Fen::MAX));
        if class == Some(Class::Management) {
            let cap = self.books.founded()?.policy.management_cap();
            let most = cap.of(new.all.max(self.spent_in(year.saturating_sub(1)).all));
            if new.management > most {
                let spent = spent.management;
                return Err(
                    FundsRefusal::OverManagement { year, spent, most, need: fen, cap }.into()
                );
            }
        }
        self.books.funds.years.set(year, new);
        Ok(())
    }

    /// Takes a payment back from what was spent in the year of its day.
    pub(crate) fn unspend(&mut self, day: Day, fen: Fen, class: Option<Class>) {
        let year = year_of(day);
        let new = self.spent_in(year).changed(class, |sum| sum.minus(fen).unwrap_or_default());
        self.books.funds.years.set(year, new);
    }

    fn spent_in(&self, year: u64) -> Spent {
        self.books.funds.years.get(&year).copied().unwrap_or_default()
    }

    /// Refuses a change of purpose that neither an office nor the donors know of.
    pub(crate) fn consented(
        &self,
        pot: Id,
        filing: Option<&Code>,
        consent: Option<crate::domain::text::Place>,
    ) -> Result<(), Refusal> {
        match (filing, consent) {
            (None, None) => Err(FundsRefusal::NoConsent { pot }.into()),
            (_, Some(place)) => match self.earlier(place)? {
                super::Line::Document(_) => Ok(()),
                other => {
                    let want = <super::document::Document as super::Kind>::NAME;
                    Err(Refusal::NotA { place, found: other.name(), want })
                }
            },
            (Some(_), None) => Ok(()),
        }
    }
}

/// The year that `day` is in.
pub fn year_of(day: Day) -> u64 {
    u64::try_from(day.numbers().0).unwrap_or_default()
}
