//! 专项: money restricted to one purpose.

use super::FundsRefusal;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::MAX_POTS;
use crate::domain::text::{Id, Lang, Text};
use crate::{record, words};

words! {
    /// Where the money of a pot comes from; money of different sources is never mixed.
    pub enum Source {
        /// Gifts of donors.
        Raised = "raised", "募集", "gifts raised";
        /// Appropriations of a government office, for one budget year.
        Fiscal = "fiscal", "财政", "fiscal money";
        /// What a platform adds to gifts.
        Matching = "matching", "配捐", "platform matching";
        /// Interest.
        Interest = "interest", "利息", "interest";
        /// Anything else.
        Other = "other", "其他", "other money";
    }
}

record! {
    /// What the books know of a pot.
    pub struct Pot {
        /// What it is for.
        purpose: Text = "for",
        /// Where its money comes from.
        source: Source = "source",
        /// The campaign that raises it.
        campaign: Option<Id> = "campaign",
        /// The budget year of fiscal money.
        year: Option<u64> = "year",
        /// What came in for it so far, refunds taken off, in fen.
        received: Fen = "received",
    }
}

record! {
    /// Opens a pot: money restricted to one purpose, by donors or by a budget.
    pub struct OpenPot {
        /// Its handle.
        pot: Id = "pot",
        /// What it is for.
        purpose: Text = "for",
        /// Where its money comes from.
        source: Source = "source",
        /// The campaign that raises it.
        campaign: Option<Id> = "campaign",
        /// The budget year of fiscal money.
        year: Option<u64> = "year",
    }
}

impl Kind for OpenPot {
    const NAME: Both = Both("设立专项", "opening of a pot");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let pot = self.pot;
        if act.books.funds.pots.get(&pot).is_some() {
            return Err(FundsRefusal::PotExists { pot }.into());
        }
        if let Some(campaign) = self.campaign {
            act.campaign(campaign)?;
        }
        if self.year.is_some() != (self.source == Source::Fiscal) {
            return Err(FundsRefusal::PotYear { pot, source: self.source.both() }.into());
        }
        if act.books.funds.pots.len() >= MAX_POTS {
            return Err(Refusal::TooMany { what: Both("专项", "pots"), max: MAX_POTS });
        }
        act.books.sums.now.pots.0.open(pot);
        let known = Pot {
            purpose: self.purpose.clone(),
            source: self.source,
            campaign: self.campaign,
            year: self.year,
            received: Fen::ZERO,
        };
        act.books.funds.pots.set(pot, known);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (pot, purpose, source) = (self.pot, &self.purpose, self.source.name(lang));
        let year = self.year.map_or(String::new(), |year| {
            lang.pick(format!("，{year} 年预算"), format!(", budget of {year}"))
        });
        let campaign = self.campaign.map_or(String::new(), |campaign| {
            lang.pick(format!("，募捐活动 {campaign}"), format!(", campaign {campaign}"))
        });
        lang.pick(
            format!("设立专项 {pot}（{purpose}；{source}{year}{campaign}）"),
            format!("pot {pot} opened ({purpose}; {source}{year}{campaign})"),
        )
    }
}
