//! Several funds as one: a county, its townships, and their villages.
//!
//! ```text
//! FUNDS.toml ── List ── each ledger verified ── Account, or why there is none
//!                                └─ Rollup: sums over what was verified ── page, table, object
//! ```
//!
//! Nothing is summed that was not verified first, and every figure is that of a close in the ledger
//! of one fund, whose checkpoint is named beside it. Money that one fund paid to another is income
//! twice; where both lines are named in the list and both ledgers say the same amount, the sums
//! also say what remains without it.

mod account;
mod list;
mod page;
mod table;

pub use account::{Account, Figures, Leg, NoLeg};
pub use list::{Flow, LedgerAt, List, ListError, Listed, MAX_FLOWS, MAX_FUNDS, MAX_LIST, Tier};

use crate::domain::money::Fen;
use crate::domain::text::{Lang, Place, Text};
use crate::domain::time::Day;
use crate::publish::FactError;
use crate::verify::{Ask, Outcome, Progress, Report, Said, Source, Verdict, verify_and};

/// What became of one fund of the list.
#[derive(Clone, Debug)]
pub enum Standing {
    /// A place without a ledger.
    Place,
    /// Verified: these are its figures.
    Verified(Box<Account>),
    /// Found false, and why.
    False(Said),
    /// It could not be checked, and why.
    Unchecked(Said),
}

/// One fund or place, with what it and all under it come to.
#[derive(Clone, Debug)]
pub struct Fund {
    /// What the list says.
    pub listed: Listed,
    /// How many stand above it.
    pub depth: usize,
    /// What became of it.
    pub standing: Standing,
    /// What it and all under it come to.
    pub sum: Sum,
}

/// What several funds come to, those only that were verified.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sum {
    /// How many ledgers there are.
    pub ledgers: usize,
    /// How many of them were verified, and are in the figures.
    pub verified: usize,
    /// The figures.
    pub figures: Figures,
    /// Of income and of spending: what one of these funds paid to another, both lines checked.
    pub between: Fen,
    /// The first and the latest of the last closed days.
    pub closed: Option<(Day, Day)>,
}

impl Sum {
    /// All income, without what these funds gave each other.
    pub fn income(&self) -> Fen {
        self.figures.income().and_then(|sum| sum.minus(self.between)).unwrap_or_default()
    }

    /// All spending, without what these funds gave each other.
    pub fn spending(&self) -> Fen {
        self.figures.spending().and_then(|sum| sum.minus(self.between)).unwrap_or_default()
    }

    fn add(&mut self, more: &Sum) -> Option<()> {
        self.figures = self.figures.plus(&more.figures)?;
        self.ledgers += more.ledgers;
        self.verified += more.verified;
        self.closed = match (self.closed, more.closed) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
        Some(())
    }
}

/// What became of a flow between two funds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Flowed {
    /// Both ledgers say so: the amount.
    Both(Fen),
    /// They state different amounts: paid, and received.
    Differ(Fen, Fen),
    /// The line of who paid is none.
    Paid(NoLeg),
    /// The line of who received is none.
    Received(NoLeg),
    /// One of the two ledgers was not verified.
    Unknown,
}

/// Several funds as one.
#[derive(Clone, Debug)]
pub struct Rollup {
    /// What it is of.
    pub name: Text,
    /// The funds and places, whoever stands above before whoever stands under it.
    pub funds: Vec<Fund>,
    /// Money between them.
    pub flows: Vec<(Flow, Flowed)>,
}

/// The sums of a roll-up are more than money can be.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the sums of all funds are more than money can be")]
pub struct TooMuch;

/// One fund after its verification.
pub struct Audited {
    /// What the audit says.
    pub report: Report,
    /// Its account; there if all entries were taken in.
    account: Option<Result<Account, FactError>>,
}

impl List {
    /// Verifies the ledger at `at` from `source`; `None` of a place. `told` hears how far it is.
    pub fn audit(
        &self,
        at: usize,
        source: &dyn Source,
        told: &mut dyn FnMut(Progress),
    ) -> Option<Audited> {
        let ledger = self.funds.get(at)?.ledger.as_ref()?;
        let key = &ledger.key;
        let ask = Ask { source, key, witnesses: &[], quorum: 0, since: None };
        let ends = self
            .flows
            .iter()
            .flat_map(|flow| [(flow.from, (flow.paid, false)), (flow.to, (flow.received, true))]);
        let wanted: Vec<(Place, bool)> =
            ends.filter(|(fund, _)| *fund == at).map(|(_, end)| end).collect();
        let (report, account) = verify_and(ask, told, |facts| Account::of(facts, &wanted));
        Some(Audited { report, account })
    }
}

impl Audited {
    /// What became of the fund.
    pub fn standing(self) -> Standing {
        let Audited { report, account } = self;
        let first = |outcome| {
            let bad = report.checks.iter().find(|checked| checked.outcome == outcome);
            let told = |lang: Lang, colon| {
                bad.map(|c| format!("{}{colon}{}", c.check.title(lang), c.detail.text(lang)))
                    .unwrap_or_default()
            };
            Said { zh: told(Lang::Zh, "："), en: told(Lang::En, ": ") }
        };
        match (report.verdict, account) {
            (Verdict::Verified, Some(Ok(account))) => Standing::Verified(Box::new(account)),
            (Verdict::False, _) => Standing::False(first(Outcome::Failed)),
            (Verdict::Verified, Some(Err(why))) => {
                let why = why.to_string();
                Standing::Unchecked(Said { zh: why.clone(), en: why })
            }
            _ => Standing::Unchecked(first(Outcome::Unchecked)),
        }
    }
}

impl Rollup {
    /// The roll-up of `list`, with what became of each fund, in the order of the list.
    pub fn new(list: &List, standings: Vec<Standing>) -> Result<Rollup, TooMuch> {
        let funds = list.funds.iter().zip(standings).zip(0..);
        let mut funds: Vec<Fund> = funds
            .map(|((listed, standing), at)| Fund {
                listed: listed.clone(),
                depth: list.depth(at),
                sum: Sum::of(&standing),
                standing,
            })
            .collect();
        // From the end, so that all under a fund are in its sum before that goes further up.
        for at in (0..funds.len()).rev() {
            let below = funds.get(at).map(|fund| (fund.listed.parent, fund.sum));
            if let Some((Some(parent), sum)) = below
                && let Some(above) = funds.get_mut(parent)
            {
                above.sum.add(&sum).ok_or(TooMuch)?;
            }
        }
        let flows: Vec<(Flow, Flowed)> =
            list.flows.iter().map(|flow| (*flow, flowed(&funds, flow))).collect();
        for (flow, outcome) in &flows {
            let Flowed::Both(fen) = outcome else { continue };
            // The flow lies within every fund that stands above both of its ends.
            let above = above(&funds, flow.to);
            for at in self::above(&funds, flow.from).into_iter().filter(|at| above.contains(at)) {
                if let Some(fund) = funds.get_mut(at) {
                    fund.sum.between = fund.sum.between.plus(*fen).ok_or(TooMuch)?;
                }
            }
        }
        Ok(Rollup { name: list.name.clone(), funds, flows })
    }

    /// What all of them come to.
    pub fn total(&self) -> Sum {
        self.funds.first().map(|top| top.sum).unwrap_or_default()
    }

    /// The outcome of all: verified if every ledger is, false if any is.
    pub fn verdict(&self) -> Verdict {
        let any = |wanted: fn(&Standing) -> bool| self.funds.iter().any(|f| wanted(&f.standing));
        if any(|standing| matches!(standing, Standing::False(_))) {
            Verdict::False
        } else if any(|standing| matches!(standing, Standing::Unchecked(_))) {
            Verdict::Unchecked
        } else {
            Verdict::Verified
        }
    }
}

impl Sum {
    fn of(standing: &Standing) -> Sum {
        let ledgers = usize::from(!matches!(standing, Standing::Place));
        match standing {
            Standing::Verified(account) => Sum {
                ledgers,
                verified: 1,
                figures: account.figures,
                between: Fen::ZERO,
                closed: account.closed.map(|(day, _)| (day, day)),
            },
            _ => Sum { ledgers, ..Sum::default() },
        }
    }
}

/// The fund at `at` and all above it.
fn above(funds: &[Fund], at: usize) -> Vec<usize> {
    let up = |at: &usize| funds.get(*at).and_then(|fund| fund.listed.parent);
    std::iter::successors(Some(at), up).collect()
}

fn flowed(funds: &[Fund], flow: &Flow) -> Flowed {
    let leg = |fund: usize, end: (Place, bool)| match funds.get(fund).map(|f| &f.standing) {
        Some(Standing::Verified(account)) => account.legs.get(&end).cloned(),
        _ => None,
    };
    match (leg(flow.from, (flow.paid, false)), leg(flow.to, (flow.received, true))) {
        (Some(Ok(paid)), Some(Ok(received))) if paid == received => Flowed::Both(paid),
        (Some(Ok(paid)), Some(Ok(received))) => Flowed::Differ(paid, received),
        (Some(Err(why)), _) => Flowed::Paid(why),
        (_, Some(Err(why))) => Flowed::Received(why),
        _ => Flowed::Unknown,
    }
}
