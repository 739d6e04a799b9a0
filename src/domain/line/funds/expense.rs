//! 支出: money proposed for a programme, for management or for raising funds; no student gets it.

use super::FundsRefusal;
use super::campaign::Campaign;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::allocate::{Allocate, Proposal, Proposed};
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::words::Amount;
use crate::{record, words};

words! {
    /// What kind of cost it is, as a charity's accounts tell them apart.
    pub enum Class {
        /// For the charity's own work: 业务活动成本.
        Programme = "programme", "业务活动成本", "programme cost";
        /// For running the charity: 管理费用; capped by 慈善法 §61.
        Management = "management", "管理费用", "management cost";
        /// For raising money: 筹资费用.
        Fundraising = "fundraising", "筹资费用", "fundraising cost";
    }
}

record! {
    /// Proposes an expense other than to a student; approved and paid as an allocation is.
    pub struct Expense {
        /// What kind of cost it is.
        class: Class = "class",
        /// How much, in fen.
        fen: Amount = "fen",
        /// What for; nothing about a person.
        purpose: Text = "for",
        /// The campaign it is a cost of; that of its pot need not be said.
        campaign: Option<Id> = "campaign",
        /// The pot it comes from; left out if it comes from what is free.
        pot: Option<Id> = "from",
    }
}

impl Expense {
    /// The campaign it belongs to: that of its pot, or else the one it states.
    fn campaign_of(&self, act: &Act<'_>) -> Option<Id> {
        let of_pot = self.pot.and_then(|pot| act.books.funds.pots.get(&pot)?.campaign);
        of_pot.or(self.campaign)
    }

    /// The campaign that it counts as a cost of.
    fn costs(&self, act: &Act<'_>) -> Option<Id> {
        self.campaign_of(act).filter(|_| self.class != Class::Programme)
    }

    /// Counts a payment of it: among the year's, and within the cap of its campaign.
    pub(crate) fn pay(&self, act: &mut Act<'_>, fen: Fen) -> Result<(), Refusal> {
        let Some(id) = self.costs(act) else { return Ok(()) };
        let known = act.campaign(id)?;
        let (most, spent) = (known.cost.of(act.books.funds.raised(id)), known.spent);
        let Some(new) = spent.plus(fen).filter(|new| *new <= most) else {
            let (campaign, need, cap) = (id, fen, known.cost);
            return Err(FundsRefusal::OverCampaign { campaign, spent, most, need, cap }.into());
        };
        act.books.funds.campaigns.set(id, Campaign { spent: new, ..known });
        Ok(())
    }

    /// Takes a payment of it back.
    pub(crate) fn unpay(&self, act: &mut Act<'_>, fen: Fen) -> Result<(), Refusal> {
        let Some(id) = self.costs(act) else { return Ok(()) };
        let known = act.campaign(id)?;
        let spent = known.spent.minus(fen).unwrap_or_default();
        act.books.funds.campaigns.set(id, Campaign { spent, ..known });
        Ok(())
    }
}

impl Kind for Expense {
    const NAME: Both = Both("支出", "expense");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if let Some(pot) = self.pot {
            let campaign = act.pot(pot)?.campaign;
            if let Some((campaign, stated)) = campaign.zip(self.campaign)
                && campaign != stated
            {
                return Err(FundsRefusal::OtherCampaign { pot, campaign, stated }.into());
            }
        }
        if let Some(campaign) = self.campaign_of(act) {
            let known = act.campaign(campaign)?;
            if self.class != Class::Programme && known.cost.get() == 0 {
                return Err(FundsRefusal::NoCost { campaign, class: self.class.both() }.into());
            }
        }
        let proposal = Proposal::new(act, Proposed::Expense(self.fen.fen()));
        act.books.proposals.set(act.place, Proposal { pot: self.pot, ..proposal });
        Ok(())
    }

    /// Takes back the unpaid rest of an approved expense.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        Allocate::release(of, self.fen.fen(), act)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, class, purpose) = (self.fen, self.class.name(lang), &self.purpose);
        let told = lang.pick(
            format!("提议支出 {fen} 元：{class}（{purpose}）"),
            format!("expense of {fen} yuan proposed: {class} ({purpose})"),
        );
        let told = match self.pot {
            Some(pot) => {
                lang.pick(format!("{told}，用专项 {pot}"), format!("{told}, from the pot {pot}"))
            }
            None => told,
        };
        match self.campaign {
            Some(campaign) => lang.pick(
                format!("{told}，属募捐活动 {campaign}"),
                format!("{told}, a cost of the campaign {campaign}"),
            ),
            None => told,
        }
    }
}
