//! `v1/funds.json`: what the money is for, for programs, and what the page of the same name says.
//! There only if a pot, a campaign or a pair was ever opened, or an expense paid. Amounts are whole
//! fen.
//!
//! ```text
//! {"schema":1,"origin":…,"vkey":…,"key_fingerprint":…,"unrestricted":114,"restricted":50,
//!  "promised":0,"agency":0,
//!  "pots":[{"pot":"books","for":"课外书","source":"raised","campaign":"autumn"|null,"year":2026|null,
//!           "received":80,"held":50},…],
//!  "campaigns":[{"campaign":"autumn","name":…,"reach":"public","from":"2026-11-01",
//!           "until":"2027-05-31","filing":…|null,"cap":500,"raised":80,"spent":0,
//!           "plan":"41/0"},…],
//!  "sponsors":{"pairs":6,"persons":5,"organisations":1,"students":6,"entrusted":450000,
//!           "passed":300000},
//!  "expenses":{"programme":12000,"management":3000,"fundraising":800,"total":15800,
//!           "latest":[{"place":"41/0","day":"2026-11-20","class":"programme","for":"课外书",
//!             "fen":12000,"paid":12000,"state":"approved","campaign":"autumn"|null,
//!             "pot":"books"|null},…],"more":0},
//!  "years":[{"year":2026,"spent":30,"management":1,"fundraising":0,"cap":1000},…]}
//! ```
//! Of sponsors there are counts and sums of all together only: pairs that have not ended, and what
//! was entrusted and passed on since the founding. The sums of expenses are what was paid, which
//! closes count as `spend`; `latest` lists at most 200, the newest first, and `more` counts the
//! rest. `cap` is in parts of ten thousand; `plan` is the line that holds the campaign's plan in
//! force.

use super::FactError;
use super::expenses::{self, MAX_EXPENSES};
use super::history::History;
use super::v1::{SCHEMA, json, key_fingerprint};
use crate::domain::books::Books;
use crate::domain::sums::Move;
use serde::Serialize;

/// Whether there is anything to tell apart.
pub(super) fn any(books: &Books) -> bool {
    let (funds, sponsors) = (&books.funds, &books.sponsors);
    let none = funds.pots.is_empty() && funds.campaigns.is_empty() && sponsors.pairs.is_empty();
    !none || expenses::any(books)
}

#[derive(Serialize)]
struct FundsFile {
    schema: u32,
    origin: String,
    vkey: String,
    key_fingerprint: String,
    unrestricted: u64,
    restricted: u64,
    promised: u64,
    agency: u64,
    pots: Vec<PotNumbers>,
    campaigns: Vec<CampaignNumbers>,
    sponsors: SponsorNumbers,
    expenses: ExpenseNumbers,
    years: Vec<YearNumbers>,
}

#[derive(Serialize)]
struct PotNumbers {
    pot: String,
    #[serde(rename = "for")]
    purpose: String,
    source: &'static str,
    campaign: Option<String>,
    year: Option<u64>,
    received: u64,
    held: u64,
}

#[derive(Serialize)]
struct CampaignNumbers {
    campaign: String,
    name: String,
    reach: &'static str,
    from: String,
    until: String,
    filing: Option<String>,
    cap: u64,
    raised: u64,
    spent: u64,
    plan: String,
}

/// Of all pairs together: of one there is nothing.
#[derive(Serialize)]
struct SponsorNumbers {
    pairs: usize,
    persons: usize,
    organisations: usize,
    students: usize,
    entrusted: u64,
    passed: u64,
}

/// What was paid, class by class; and what for, the newest first.
#[derive(Serialize)]
struct ExpenseNumbers {
    programme: u64,
    management: u64,
    fundraising: u64,
    total: u64,
    latest: Vec<OneExpense>,
    more: usize,
}

#[derive(Serialize)]
struct OneExpense {
    place: String,
    day: String,
    class: &'static str,
    #[serde(rename = "for")]
    purpose: String,
    fen: u64,
    paid: u64,
    state: &'static str,
    campaign: Option<String>,
    pot: Option<String>,
}

#[derive(Serialize)]
struct YearNumbers {
    year: u64,
    spent: u64,
    management: u64,
    fundraising: u64,
    cap: u64,
}

/// The file, as the books are now; `None` if there is nothing to tell apart.
pub(super) fn file(history: &History<'_>) -> Result<Option<Vec<u8>>, FactError> {
    let (facts, books) = (history.facts, history.books());
    if !any(books) {
        return Ok(None);
    }
    let now = &books.sums.now;
    let file = json(&FundsFile {
        schema: SCHEMA,
        origin: facts.replay().origin().to_string(),
        vkey: facts.vkey().to_owned(),
        key_fingerprint: key_fingerprint(facts.vkey())?,
        unrestricted: now.free.get(),
        restricted: now.pots.0.total().get(),
        promised: now.promised.get(),
        agency: now.agency.0.get(),
        pots: pots(books),
        campaigns: campaigns(books),
        sponsors: sponsors(books),
        expenses: spending(history)?,
        years: years(books),
    });
    file.map(Some)
}

fn pots(books: &Books) -> Vec<PotNumbers> {
    let all = books.funds.pots.iter().map(|(id, pot)| PotNumbers {
        pot: id.to_string(),
        purpose: pot.purpose.to_string(),
        source: pot.source.word(),
        campaign: pot.campaign.map(|id| id.to_string()),
        year: pot.year,
        received: pot.received.get(),
        held: books.sums.now.pots.0.of(*id).unwrap_or_default().get(),
    });
    all.collect()
}

fn campaigns(books: &Books) -> Vec<CampaignNumbers> {
    let all = books.funds.campaigns.iter().map(|(id, known)| CampaignNumbers {
        campaign: id.to_string(),
        name: known.name.to_string(),
        reach: known.reach.word(),
        from: known.from.to_string(),
        until: known.until.to_string(),
        filing: known.filing.as_ref().map(ToString::to_string),
        cap: known.cost.get(),
        raised: books.funds.raised(*id).get(),
        spent: known.spent.get(),
        plan: known.plan.to_string(),
    });
    all.collect()
}

fn sponsors(books: &Books) -> SponsorNumbers {
    let (persons, organisations) = books.sponsors.counts();
    SponsorNumbers {
        pairs: books.sponsors.going(),
        persons,
        organisations,
        students: books.sponsors.students(),
        entrusted: books.sums.ever.net(Move::Entrust).get(),
        passed: books.sums.ever.net(Move::Pass).get(),
    }
}

fn spending(history: &History<'_>) -> Result<ExpenseNumbers, FactError> {
    let books = history.books();
    let [programme, management, fundraising] = expenses::by_class(books).map(|(_, fen)| fen.get());
    let (all, more) = expenses::latest(history, 0..history.size(), MAX_EXPENSES)?;
    let latest = all.iter().map(|one| OneExpense {
        place: one.place.to_string(),
        day: one.day.to_string(),
        class: one.line.class.word(),
        purpose: one.line.purpose.to_string(),
        fen: one.line.fen.fen().get(),
        paid: one.proposal.paid.get(),
        state: one.proposal.state.word(),
        campaign: one.campaign.map(|id| id.to_string()),
        pot: one.line.pot.map(|id| id.to_string()),
    });
    let (latest, total) = (latest.collect(), books.sums.ever.net(Move::Spend).get());
    Ok(ExpenseNumbers { programme, management, fundraising, total, latest, more })
}

fn years(books: &Books) -> Vec<YearNumbers> {
    let all = books.funds.years.iter().map(|(year, spent)| YearNumbers {
        year: *year,
        spent: spent.all.get(),
        management: spent.management.get(),
        fundraising: spent.fundraising.get(),
        cap: books.management_cap().get(),
    });
    all.collect()
}
