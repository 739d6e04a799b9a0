//! Pots, campaigns, changes of purpose and expenses: sections 6.23 to 6.28 of the specification.

use super::boxes::Cash;
use super::drafts::Drafts;
use super::line::{Line, Place, day_text, given};
use super::rules::{Now, Rules};
use super::view::{Said, View};

/// Where the money of a pot comes from.
pub(super) const SOURCES: [&str; 5] = ["raised", "fiscal", "matching", "interest", "other"];
/// What kinds of cost there are.
pub(super) const CLASSES: [&str; 3] = ["programme", "management", "fundraising"];

/// A campaign's plan; filings are numbered.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) campaign: String,
    pub(super) public: bool,
    pub(super) account: String,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) cost: u64,
    pub(super) filing: Option<u64>,
}

/// A pot as it was opened.
#[derive(Clone, Debug)]
pub(super) struct Pot {
    pub(super) id: String,
    pub(super) source: &'static str,
    pub(super) campaign: Option<String>,
    pub(super) year: bool,
}

/// The year of a day, counted from 1970.
pub(super) fn year(day: i64) -> i64 {
    super::line::day_text(day)[..4].parse().unwrap()
}

impl<'a> View<'a> {
    /// Every pot.
    pub(super) fn pots(self) -> Vec<&'a Pot> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Pot(pot) => Some(pot),
            _ => None,
        });
        all.collect()
    }

    pub(super) fn pot(self, id: &str) -> Option<&'a Pot> {
        self.pots().into_iter().find(|pot| pot.id == id)
    }

    /// The plans of all campaigns, changes too.
    pub(super) fn plans(self) -> Vec<&'a Plan> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Campaign(plan) => Some(plan),
            _ => None,
        });
        all.collect()
    }

    /// The plan in force.
    pub(super) fn campaign(self, id: &str) -> Option<&'a Plan> {
        self.plans().into_iter().rfind(|plan| plan.campaign == id)
    }

    /// The pot that the gift at `place` is for.
    pub(super) fn pot_of_gift(self, place: Place) -> Option<String> {
        match self.at(place).map(|(_, said)| &said.line) {
            Some(Line::Gift { pot, .. }) => pot.clone(),
            _ => None,
        }
    }

    /// The campaign of an expense: its pot's, or else the one it states.
    fn campaign_of(self, expense: &Line) -> Option<&'a str> {
        let Line::Expense { campaign, pot, .. } = expense else { return None };
        let of_pot = pot.as_ref().and_then(|pot| self.pot(pot)?.campaign.as_ref());
        let of_it = self.plans().into_iter().map(|plan| &plan.campaign);
        let mut of_it = of_it.filter(|id| Some(*id) == campaign.as_ref());
        of_pot.or_else(|| of_it.next()).map(String::as_str)
    }

    /// What a campaign raised: gifts for its pots, refunds taken off.
    pub(super) fn raised(self, campaign: &str) -> i128 {
        let of_it =
            |pot: &str| self.pot(pot).is_some_and(|pot| pot.campaign.as_deref() == Some(campaign));
        let stands = self.said.iter().filter(|said| self.reversed(said.place).is_none());
        let each = stands.map(|said| match &said.line {
            Line::Gift { fen, pot: Some(pot), .. } if of_it(pot) => i128::from(*fen),
            Line::Refund { of, fen, .. } if self.pot_of_gift(*of).is_some_and(|p| of_it(&p)) => {
                -i128::from(*fen)
            }
            _ => 0,
        });
        each.sum()
    }

    /// What came in for a pot, refunds taken off.
    pub(super) fn received(self, id: &str) -> i128 {
        let stands = self.said.iter().filter(|said| self.reversed(said.place).is_none());
        let each = stands.map(|said| match &said.line {
            Line::Gift { fen, pot: Some(pot), .. }
            | Line::Interest { fen, pot: Some(pot), .. }
            | Line::Match { fen, pot: Some(pot), .. }
            | Line::Proceeds { fen, pot: Some(pot), .. }
            | Line::Cash(
                Cash::Collect { fen, pot: Some(pot), .. }
                | Cash::Difference { more: true, fen, pot: Some(pot), .. },
            )
            | Line::Grant { fen, pot, .. }
                if pot == id =>
            {
                i128::from(*fen)
            }
            Line::Cash(Cash::Difference { more: false, fen, pot: Some(pot), .. }) if pot == id => {
                -i128::from(*fen)
            }
            Line::Refund { of, fen, .. } if self.pot_of_gift(*of).as_deref() == Some(id) => {
                -i128::from(*fen)
            }
            _ => 0,
        });
        each.sum()
    }

    /// The payments that stand: day, amount less what came back, and the expense, if it is one.
    fn payments(self) -> Vec<(i64, i128, Option<&'a Line>)> {
        let stands = self.said.iter().filter(|said| self.reversed(said.place).is_none());
        let paid = stands.filter_map(|said| match &said.line {
            Line::Pay { of, fen, paid, .. } => {
                let about = self.at(*of).map(|(_, said)| &said.line);
                let expense = about.filter(|line| matches!(line, Line::Expense { .. }));
                let kept = i128::from(*fen) - i128::from(self.came_back(said.place));
                Some((paid.paid.div_euclid(super::line::DAY), kept, expense))
            }
            _ => None,
        });
        paid.collect()
    }

    /// What was spent in a year, on management alone or on everything.
    pub(super) fn spent_in(self, in_year: i64, management: bool) -> i128 {
        let payments = self.payments().into_iter();
        let counts = payments.filter(|(day, _, expense)| {
            let managed =
                matches!(expense, Some(Line::Expense { class, .. }) if *class == "management");
            year(*day) == in_year && (managed || !management)
        });
        counts.map(|(_, fen, _)| fen).sum()
    }

    /// What a campaign has cost.
    pub(super) fn cost_of(self, id: &str) -> i128 {
        let payments = self.payments().into_iter();
        let costs = payments.filter(|(_, _, expense)| {
            matches!(expense, Some(line @ Line::Expense { class, .. })
                if self.campaign_of(line) == Some(id) && *class != "programme")
        });
        costs.map(|(_, fen, _)| fen).sum()
    }
}

impl Now<'_> {
    fn known_pot(&self, id: &str, rules: &mut Rules) {
        rules.unless(self.view.pot(id).is_some(), "UnknownPot");
    }

    fn known_campaign(&self, id: &str, rules: &mut Rules) {
        rules.unless(self.view.campaign(id).is_some(), "UnknownCampaign");
    }

    /// What a pot takes, paid on a day.
    pub(super) fn takes(&self, id: &str, sources: &[&str], paid: i64, rules: &mut Rules) {
        self.known_pot(id, rules);
        let Some(pot) = self.view.pot(id) else { return };
        rules.unless(sources.contains(&pot.source), "OtherSource");
        let plan = pot.campaign.as_deref().and_then(|id| self.view.campaign(id));
        let day = paid.div_euclid(super::line::DAY);
        let within = plan.is_none_or(|plan| (plan.from..=plan.until).contains(&day));
        rules.unless(within, "OutsideCampaign");
    }

    /// Sections 6.1, 6.10, 6.25 and 6.26: what pots have to say of money that comes in.
    pub(super) fn income(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Gift { pot: Some(pot), paid, .. }
            | Line::Proceeds { pot: Some(pot), paid, .. } => {
                self.takes(pot, &["raised", "other"], paid.paid, rules);
            }
            Line::Interest { pot: Some(pot), .. } => self.known_pot(pot, rules),
            Line::Grant { pot, paid, .. } => self.takes(pot, &["fiscal"], paid.paid, rules),
            Line::Match { pot: Some(pot), paid, .. } => {
                self.takes(pot, &["matching"], paid.paid, rules);
            }
            _ => {}
        }
    }

    /// Sections 6.23, 6.24, 6.27 and 6.28.
    pub(super) fn funds(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Campaign(plan) => self.plan(plan, rules),
            Line::Pot(pot) => {
                rules.unless(self.has(&["steward"]), "NoRole");
                rules.unless(self.view.pot(&pot.id).is_none(), "PotExists");
                if let Some(campaign) = &pot.campaign {
                    self.known_campaign(campaign, rules);
                }
                rules.unless(pot.year == (pot.source == "fiscal"), "PotYear");
                rules.unless(self.view.pots().len() < 200, "TooMany");
            }
            Line::Rededicate { from, to, filing, consent, .. } => {
                rules.unless(self.has(&["clerk", "steward"]), "NoRole");
                self.known_pot(from, rules);
                if let Some(to) = to {
                    self.known_pot(to, rules);
                    rules.unless(to != from, "SamePot");
                    let source = |id| self.view.pot(id).map(|pot| pot.source);
                    let (one, other) = (source(from), source(to));
                    rules.unless(one.is_none() || other.is_none() || one == other, "OtherSource");
                } else {
                    let fiscal = self.view.pot(from).is_some_and(|pot| pot.source == "fiscal");
                    rules.unless(!fiscal, "FiscalStays");
                }
                rules.unless(*filing || consent.is_some(), "NoConsent");
                if let Some(consent) = consent {
                    match self.earlier(*consent).map(|said| &said.line) {
                        None => rules.unless(false, "NoSuchLine"),
                        Some(line) => {
                            rules.unless(matches!(line, Line::Document { .. }), "NotA");
                        }
                    }
                }
            }
            Line::Expense { class, campaign, pot, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                if let Some(pot) = pot {
                    self.known_pot(pot, rules);
                }
                if let Some(id) = campaign {
                    self.known_campaign(id, rules);
                }
                let id = self.view.campaign_of(&self.said.line);
                let other = campaign.is_some() && id.is_some() && id != campaign.as_deref();
                rules.unless(!other, "OtherCampaign");
                let free = id.and_then(|id| self.view.campaign(id)).is_some_and(|p| p.cost == 0);
                rules.unless(!free || *class == "programme", "NoCost");
            }
            _ => {}
        }
    }

    fn plan(&self, plan: &Plan, rules: &mut Rules) {
        rules.unless(self.has(&["steward"]), "NoRole");
        rules.unless(plan.from <= plan.until, "CampaignDays");
        self.open(&plan.account, rules);
        rules.unless(!self.view.is_persons(&plan.account), "PersonsAccount");
        rules.unless(!plan.public || plan.filing.is_some(), "NotFiled");
        if let Some(known) = self.view.campaign(&plan.campaign) {
            rules.unless(self.voucher.today() <= known.until, "OutsideCampaign");
            let new = plan.filing.is_some() && plan.filing != known.filing;
            rules.unless(new, "FilingKnown");
        }
    }

    /// The caps of section 6.28 for a payment of the proposal `about`.
    pub(super) fn caps(&self, about: &Said, fen: u64, paid: i64, rules: &mut Rules) {
        let Line::Expense { class, .. } = &about.line else { return };
        let (view, fen) = (self.view, i128::from(fen));
        if let Some(id) = view.campaign_of(&about.line).filter(|_| *class != "programme") {
            let raised = view.raised(id);
            let cost = i128::from(view.campaign(id).unwrap().cost);
            rules.unless(view.cost_of(id) + fen <= raised * cost / 10_000, "OverCampaign");
        }
        if *class == "management" {
            let year = year(paid.div_euclid(super::line::DAY));
            let all = (view.spent_in(year, false) + fen).max(view.spent_in(year - 1, false));
            rules.unless(view.spent_in(year, true) + fen <= all / 10, "OverManagement");
        }
    }
}

impl Drafts<'_> {
    /// A pot of one of the sources, if there is one; rather one that takes money today.
    pub(super) fn any_pot(&mut self, sources: &[&str]) -> Option<String> {
        let (view, today) = (self.view(), self.voucher.today());
        let fit = view.pots().into_iter().filter(|pot| sources.contains(&pot.source));
        let open = |pot: &&Pot| {
            let plan = pot.campaign.as_deref().and_then(|id| view.campaign(id));
            plan.is_none_or(|plan| (plan.from..=plan.until).contains(&today))
        };
        let fit: Vec<_> = fit.filter(open).map(|pot| pot.id.clone()).collect();
        self.pick(&fit)
    }

    /// A pot that holds something, with what it holds.
    pub(super) fn full_pot(&mut self) -> Option<(String, u64)> {
        let pots = self.view().sums_since(0).pots.into_iter().filter(|(_, fen)| *fen > 0);
        let pots: Vec<_> = pots.map(|(id, fen)| (id, u64::try_from(fen).unwrap())).collect();
        self.pick(&pots)
    }

    pub(super) fn any_campaign(&mut self) -> Option<String> {
        let all: Vec<_> = self.view().plans().iter().map(|plan| plan.campaign.clone()).collect();
        self.pick(&all)
    }

    /// A line of these kinds that may be said now, if there is any.
    pub(super) fn right_funds(&mut self, kind: &'static str) -> Line {
        match kind {
            "campaign" => {
                let (today, number) = (self.voucher.today(), self.view().plans().len() as u64);
                let until = today + i64::try_from(self.below(9)).unwrap();
                let again = if self.once_in(3) { self.any_campaign() } else { None };
                let public = self.once_in(2);
                let filed = again.is_some() || public || self.once_in(2);
                let account = self.account(false).0;
                let cost = [0, 500, 2_000][usize::try_from(self.below(3)).unwrap()];
                let campaign = again.unwrap_or_else(|| format!("c-{number}"));
                let filing = filed.then_some(number);
                let from = today - 1;
                Line::Campaign(Plan { campaign, public, account, from, until, cost, filing })
            }
            "pot" => {
                let number = self.view().pots().len();
                let raised = self.once_in(2);
                let source = if raised { "raised" } else { self.pick(&SOURCES).unwrap() };
                let campaign = if self.once_in(2) { self.any_campaign() } else { None };
                let id = format!("p-{number}");
                Line::Pot(Pot { id, source, campaign, year: source == "fiscal" })
            }
            "rededicate" => {
                let (from, held) = self.full_pot().unwrap_or(("none".into(), 9));
                let source = self.view().pot(&from).map(|pot| pot.source);
                let others =
                    self.view().pots().into_iter().filter(|pot| Some(pot.source) == source);
                let others: Vec<_> =
                    others.map(|pot| pot.id.clone()).filter(|pot| *pot != from).collect();
                let to = if self.once_in(3) { None } else { self.pick(&others) };
                let papers = self.places(|_, said| matches!(said.line, Line::Document { .. }));
                let consent = if self.once_in(2) { self.pick(&papers) } else { None };
                let filing = consent.is_none() || self.once_in(4);
                Line::Rededicate { from, to, fen: self.amount(held), filing, consent }
            }
            _ => {
                let pot = if self.once_in(2) { self.full_pot() } else { None };
                let free = u64::try_from(self.view().sums_since(0).free).unwrap_or(0);
                let most = pot.as_ref().map_or(free.min(3_000), |(_, held)| *held);
                let class = self.pick(&CLASSES).unwrap();
                let campaign = if self.once_in(2) { self.any_campaign() } else { None };
                let small = if class == "programme" { most } else { most.min(60) };
                Line::Expense {
                    class,
                    fen: self.amount(small),
                    campaign,
                    pot: pot.map(|(pot, _)| pot),
                }
            }
        }
    }

    /// The line with one thing about pots or campaigns changed.
    pub(super) fn wrong_funds(&mut self, line: &mut Line) -> bool {
        let all: Vec<_> = self.view().pots().iter().map(|pot| pot.id.clone()).collect();
        let pot = self.pick(&all).filter(|_| !self.once_in(3)).unwrap_or("none".into());
        let campaign = self.any_campaign().filter(|_| !self.once_in(3));
        let campaign = campaign.unwrap_or("none".into());
        let (account, place) = (self.any_account(), self.any_place());
        // A pot of a campaign, of which money is for another only by mistake.
        let of_one: Vec<_> =
            self.view().pots().into_iter().filter(|p| p.campaign.is_some()).collect();
        let of_one: Vec<_> = of_one.into_iter().map(|pot| pot.id.clone()).collect();
        let of_one = self.pick(&of_one);
        match line {
            Line::Gift { pot: of, .. }
            | Line::Interest { pot: of, .. }
            | Line::Allocate { pot: of, .. }
            | Line::Match { pot: of, .. }
            | Line::Proceeds { pot: of, .. }
            | Line::Clawback { pot: of, .. } => *of = Some(pot),
            Line::Grant { pot: of, .. } => *of = pot,
            Line::Campaign(plan) => match self.below(5) {
                0 => plan.until = plan.from - 1,
                1 => plan.filing = None,
                2 => plan.filing = self.view().campaign(&plan.campaign).and_then(|p| p.filing),
                3 => plan.campaign = campaign,
                _ => plan.account = account,
            },
            Line::Pot(new) => match self.below(3) {
                0 => new.id = pot,
                1 => new.campaign = Some(campaign),
                _ => new.year = !new.year,
            },
            Line::Rededicate { from, to, filing, consent, .. } => match self.below(5) {
                0 => *from = pot,
                1 => *to = Some(pot),
                2 => *to = Some(from.clone()),
                3 => (*filing, *consent) = (false, None),
                _ => *consent = Some(place),
            },
            Line::Expense { class, campaign: of, pot: from, .. } => match self.below(4) {
                0 | 3 => (*of, *from) = (Some(campaign), of_one.or(from.take())),
                1 => *class = self.pick(&CLASSES).unwrap(),
                _ => *from = Some(pot),
            },
            _ => return false,
        }
        true
    }
}

impl Pot {
    pub(super) fn words(&self) -> String {
        let year = if self.year { " year=2026" } else { "" };
        let campaign = given("campaign", self.campaign.as_ref());
        format!("{} source={}{campaign}{year}", self.id, self.source)
    }
}

impl Plan {
    pub(super) fn words(&self) -> String {
        let filing = self.filing.map(|number| format!("A-{number}"));
        format!(
            "{} reach={} from={} until={} account={} cost={}{}",
            self.campaign,
            if self.public { "public" } else { "members" },
            day_text(self.from),
            day_text(self.until),
            self.account,
            self.cost,
            given("filing", filing.as_ref())
        )
    }
}
