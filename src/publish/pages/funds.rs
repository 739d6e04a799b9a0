//! What the money is for: restricted and unrestricted, pots, campaigns with their plans, and what
//! management cost.

use super::expenses::ExpenseRows;
use super::{Frame, MAX_CAMPAIGNS, yuan};
use crate::domain::books::Books;
use crate::domain::line::Line;
use crate::domain::line::funds::{Points, Spent};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::publish::FactError;
use crate::publish::expenses;
use crate::publish::history::History;
use askama::Template;

/// How many expenses the page lists, the newest first; the page of what was paid lists more.
const MAX_LATEST: usize = 20;

/// What the money is for.
#[derive(Template)]
#[template(path = "funds.html", config = "src/publish/pages/askama.toml")]
pub(super) struct FundsPage {
    f: Frame,
    /// What the money left is for, and all together.
    kinds: Vec<(&'static str, String)>,
    pots: Vec<PotRow>,
    campaigns: Vec<CampaignRow>,
    rest: usize,
    /// Of sponsors, all together; empty if there never was one.
    sponsors: Vec<(&'static str, String)>,
    /// What was paid of expenses, class by class, and all together; empty if nothing ever was.
    classes: Vec<(&'static str, String)>,
    expenses: ExpenseRows,
    years: Vec<YearRow>,
}

struct PotRow {
    id: String,
    purpose: String,
    source: String,
    received: String,
    held: String,
}

struct CampaignRow {
    id: String,
    name: String,
    /// The plan: what each field is called, and what it says.
    plan: Vec<(&'static str, String)>,
    raised: String,
    spent: String,
}

struct YearRow {
    year: u64,
    spent: String,
    management: String,
    fundraising: String,
    part: String,
    cap: String,
}

impl FundsPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<FundsPage, FactError> {
        let books = history.books();
        let all = &books.funds.campaigns;
        let newest = all.iter().rev().take(MAX_CAMPAIGNS);
        let mut campaigns = Vec::new();
        for (id, known) in newest {
            campaigns.push(CampaignRow {
                id: id.to_string(),
                name: known.name.to_string(),
                plan: plan(history, history.line(known.plan)?, &f),
                raised: yuan(books.funds.raised(*id)),
                spent: yuan(known.spent),
            });
        }
        let rest = all.len() - campaigns.len();
        let (kinds, pots) = (kinds(books, &f), pots(books, &f));
        let (sponsors, classes) = (sponsors(books, &f), classes(books, &f));
        let expenses = ExpenseRows::latest(history, 0..history.size(), MAX_LATEST, &f)?;
        let years = years(books);
        Ok(FundsPage { f, kinds, pots, campaigns, rest, sponsors, classes, expenses, years })
    }
}

fn kinds(books: &Books, f: &Frame) -> Vec<(&'static str, String)> {
    let now = &books.sums.now;
    let row = |zh, en, fen| (f.t(zh, en), yuan(fen));
    let mut rows = vec![
        row("非限定性：还没安排", "Unrestricted, not promised", now.free),
        row("限定性：各专项", "Restricted to the purposes below", now.pots.0.total()),
        row("已答应、还没发", "Promised, not yet paid", now.promised),
    ];
    if now.agency.0 > Fen::ZERO {
        rows.push(row(
            "代收代付（不是捐款）",
            "To be passed on for sponsors (no gift)",
            now.agency.0,
        ));
    }
    rows.push(row("共", "All together", now.held.total()));
    rows
}

fn pots(books: &Books, f: &Frame) -> Vec<PotRow> {
    let all = books.funds.pots.iter().map(|(id, pot)| {
        let source = pot.source.name(f.lang);
        PotRow {
            id: id.to_string(),
            purpose: pot.purpose.to_string(),
            source: pot.year.map_or(source.to_owned(), |year| format!("{source} {year}")),
            received: yuan(pot.received),
            held: yuan(books.sums.now.pots.0.of(*id).unwrap_or_default()),
        }
    });
    all.collect()
}

/// Every field of a plan, in the words of the law.
fn plan(history: &History<'_>, line: Option<Line>, f: &Frame) -> Vec<(&'static str, String)> {
    let Some(Line::Campaign(plan)) = line else { return Vec::new() };
    let row = |zh, en, text: &dyn ToString| (f.t(zh, en), text.to_string());
    let (kind, account) = f.account(history, plan.account);
    let mut rows = vec![
        row("方式", "Whom it asks", &plan.reach.name(f.lang)),
        row("目的", "Purpose", &plan.purpose),
        row("起止时间", "Period", &format!("{} – {}", plan.from, plan.until)),
        row("地域", "Area", &plan.area),
        row("负责人", "Responsible office", &plan.lead),
        row("接受捐赠方式", "How gifts are taken", &plan.methods),
        row("收款账户", "Account", &format!("{kind} {account}")),
        row("受益人", "Whom it helps", &plan.beneficiaries),
        row("款物用途", "Use", &plan.usage),
        row("募捐成本上限", "Costs at most", &plan.cost),
        row("剩余财产处理", "What is left goes to", &plan.surplus),
    ];
    rows.extend(plan.filing.as_ref().map(|code| row("备案号", "Filing number", code)));
    rows
}

/// Counts and sums of all pairs together: of one nothing is told.
fn sponsors(books: &Books, f: &Frame) -> Vec<(&'static str, String)> {
    if books.sponsors.pairs.is_empty() {
        return Vec::new();
    }
    let (ever, (persons, organisations)) = (&books.sums.ever, books.sponsors.counts());
    let count = |zh, en, count: usize| (f.t(zh, en), count.to_string());
    vec![
        count("结对", "Pairs", books.sponsors.going()),
        count("个人资助方", "Persons who sponsor", persons),
        count("单位资助方", "Organisations that sponsor", organisations),
        count("受助学生", "Students sponsored", books.sponsors.students()),
        (f.t("累计代收", "Entrusted in all"), yuan(ever.net(Move::Entrust))),
        (f.t("累计代付", "Passed on in all"), yuan(ever.net(Move::Pass))),
    ]
}

/// What was paid of expenses, class by class, and all together.
fn classes(books: &Books, f: &Frame) -> Vec<(&'static str, String)> {
    if !expenses::any(books) {
        return Vec::new();
    }
    let each = expenses::by_class(books).map(|(class, fen)| (class.name(f.lang), yuan(fen)));
    let all = (f.t("共", "all together"), yuan(books.sums.ever.net(Move::Spend)));
    each.into_iter().chain([all]).collect()
}

fn years(books: &Books) -> Vec<YearRow> {
    let row = |(year, spent): (&u64, &Spent)| YearRow {
        year: *year,
        spent: yuan(spent.all),
        management: yuan(spent.management),
        fundraising: yuan(spent.fundraising),
        part: Points::part(spent.management, spent.all).to_string(),
        cap: books.management_cap().to_string(),
    };
    books.funds.years.iter().rev().map(row).collect()
}
