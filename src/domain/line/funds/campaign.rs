//! 募捐活动: a plan to raise money, with every field of 慈善法 §24.

use super::{FundsRefusal, Points};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::open::Owner;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::{record, words};

words! {
    /// Whom a campaign asks.
    pub enum Reach {
        /// Anybody; needs the licence for it (慈善法 §22).
        Public = "public", "公开募捐", "public";
        /// Founders, members and the like (慈善法 §28).
        Members = "members", "定向募捐", "members only";
    }
}

record! {
    /// What the books know of a campaign.
    pub struct Campaign {
        /// The line that opened it, to which its reports belong.
        opened: Place = "opened",
        /// The line that holds its plan as it is now.
        plan: Place = "plan",
        /// Whom it asks.
        reach: Reach = "reach",
        /// What it is called.
        name: Text = "name",
        /// Its first day.
        from: Day = "from",
        /// Its last day.
        until: Day = "until",
        /// What it may cost of what it raises.
        cost: Points = "cost",
        /// What becomes of money that is left.
        surplus: Text = "surplus",
        /// The number of its filing, or of the change in force.
        filing: Option<Code> = "filing",
        /// What was given for its pots, refunds taken off, in fen.
        raised: Fen = "raised",
        /// What it has cost so far, in fen.
        spent: Fen = "spent",
    }
}

record! {
    /// Opens a campaign, or changes the plan of one that runs; a change is filed anew.
    pub struct Plan {
        /// Its handle.
        campaign: Id = "campaign",
        /// Whom it asks.
        reach: Reach = "reach",
        /// What it is called.
        name: Text = "name",
        /// What it wants.
        purpose: Text = "purpose",
        /// Where it raises.
        area: Text = "area",
        /// Who answers for it: an office, no name.
        lead: Text = "lead",
        /// Its first day.
        from: Day = "from",
        /// Its last day.
        until: Day = "until",
        /// How gifts are taken.
        methods: Text = "methods",
        /// The account that they arrive in.
        account: Id = "account",
        /// Whom it helps.
        beneficiaries: Text = "beneficiaries",
        /// What the money is used for.
        usage: Text = "use",
        /// What it may cost of what it raises; 0 is a campaign without costs.
        cost: Points = "cost",
        /// What becomes of money that is left.
        surplus: Text = "surplus",
        /// The number of its filing, or of its change.
        filing: Option<Code> = "filing",
    }
}

impl Campaign {
    /// The days by which a report of it is published (慈善法 §79): every three months of one that
    /// lasts more than six, and three months after its end.
    pub fn reports_due(&self) -> Vec<Day> {
        let mut due = Vec::new();
        if self.from.months_later(6).is_some_and(|half_year| half_year < self.until) {
            let every = (1..).map_while(|quarter| self.from.months_later(3 * quarter));
            due.extend(every.take_while(|day| *day <= self.until));
        }
        due.extend(self.until.months_later(3));
        due
    }
}

impl Plan {
    /// What of a plan must hold whenever it is stated.
    fn check(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let Plan { campaign, from, until, account, .. } = *self;
        if until < from {
            return Err(FundsRefusal::CampaignDays { from, until }.into());
        }
        act.open_account(account)?;
        let owner = act.books.accounts.get(&account).map(|known| known.owner);
        if owner == Some(Owner::Person) {
            return Err(FundsRefusal::PersonsAccount { account }.into());
        }
        if self.reach == Reach::Public && self.filing.is_none() {
            return Err(FundsRefusal::NotFiled { campaign }.into());
        }
        Ok(())
    }
}

impl Kind for Plan {
    const NAME: Both = Both("募捐活动", "campaign");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        self.check(act)?;
        let (campaign, day) = (self.campaign, act.today());
        let known = act.books.funds.campaigns.get(&campaign).cloned();
        if let Some(Campaign { from, until, filing, .. }) = &known {
            if day > *until {
                let (from, until) = (*from, *until);
                return Err(FundsRefusal::OutsideCampaign { campaign, from, until, day }.into());
            }
            if self.filing.is_none() || self.filing == *filing {
                let filing = self.filing.as_ref().map(ToString::to_string).unwrap_or_default();
                return Err(FundsRefusal::FilingKnown { campaign, filing }.into());
            }
        }
        let new = Campaign {
            opened: known.as_ref().map_or(act.place, |known| known.opened),
            plan: act.place,
            reach: self.reach,
            name: self.name.clone(),
            from: self.from,
            until: self.until,
            cost: self.cost,
            surplus: self.surplus.clone(),
            filing: self.filing.clone(),
            raised: known.as_ref().map_or(Fen::ZERO, |known| known.raised),
            spent: known.map_or(Fen::ZERO, |known| known.spent),
        };
        act.books.funds.campaigns.set(campaign, new);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Plan { campaign, name, from, until, cost, .. } = self;
        let reach = self.reach.name(lang);
        lang.pick(
            format!("募捐活动 {campaign}「{name}」，{reach}，{from} 至 {until}，成本上限 {cost}"),
            format!("campaign {campaign} ({name}), {reach}, {from} to {until}, costs up to {cost}"),
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn due(from: &str, until: &str) -> Vec<String> {
        let day = |text: &str| Day::parse(text.as_bytes()).unwrap();
        let text = |text: &str| Text::new(text).unwrap();
        let place = Place { entry: 1, line: 0 };
        let campaign = Campaign {
            opened: place,
            plan: place,
            reach: Reach::Public,
            name: text("autumn"),
            from: day(from),
            until: day(until),
            cost: Points::MANAGEMENT,
            surplus: text("next year"),
            filing: None,
            raised: Fen::ZERO,
            spent: Fen::ZERO,
        };
        campaign.reports_due().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_campaign_reports_every_quarter_and_every_one_after_its_end() {
        assert_eq!(due("2026-11-01", "2027-05-01"), ["2027-08-01"]);
        let long = ["2027-02-01", "2027-05-01", "2027-08-02"];
        assert_eq!(due("2026-11-01", "2027-05-02"), long);
        assert_eq!(due("2026-11-30", "2026-11-30"), ["2027-02-28"]);
    }
}
