//! The roll-up as a page for people, in the look of the published ones.

use super::{Flowed, Fund, Rollup, Standing, Sum};
use crate::domain::line::student::Level;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::publish::GENERATOR;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "page.html", config = "src/rollup/askama.toml")]
struct Page {
    lang: Lang,
    generator: &'static str,
    name: String,
    /// The way to the folder's root, and to the same page in the other language.
    up: &'static str,
    twin: &'static str,
    ledgers: usize,
    verified: usize,
    closed: String,
    /// Whether the ledgers were not all closed up to the same day.
    mixed: bool,
    totals: Vec<(&'static str, String)>,
    students: Vec<(&'static str, u64)>,
    outside: Vec<Outside>,
    sums: Vec<SumRow>,
    funds: Vec<FundRow>,
    flows: Vec<FlowRow>,
}

/// A fund that is in no sum.
struct Outside {
    name: String,
    standing: &'static str,
    why: String,
}

/// What a fund and all under it come to.
struct SumRow {
    depth: usize,
    name: String,
    tier: &'static str,
    verified: String,
    income: String,
    between: String,
    spending: String,
    held: String,
    students: u64,
    closed: String,
}

/// A fund by itself.
struct FundRow {
    depth: usize,
    id: String,
    name: String,
    tier: &'static str,
    standing: &'static str,
    good: bool,
    figures: Option<[String; 5]>,
    students: u64,
    closed: String,
    size: u64,
    root: String,
    /// Where it is on the web, or the folder's name.
    link: Option<String>,
    folder: Option<String>,
}

struct FlowRow {
    from: String,
    paid: String,
    to: String,
    received: String,
    outcome: String,
}

impl Rollup {
    /// The page in the language `lang`: in Chinese at the top of the folder, in English in `en/`.
    pub fn page(&self, lang: Lang) -> Result<String, askama::Error> {
        let total = self.total();
        let (up, twin) = lang.pick(("", "en/index.html"), ("../", "../index.html"));
        let named = |at: usize| {
            self.funds.get(at).map(|fund| fund.listed.name.to_string()).unwrap_or_default()
        };
        let flows = self.flows.iter().map(|(flow, outcome): &(_, Flowed)| FlowRow {
            from: named(flow.from),
            paid: flow.paid.to_string(),
            to: named(flow.to),
            received: flow.received.to_string(),
            outcome: outcome.text(lang),
        });
        let outside = self.funds.iter().filter(|fund| !fund.standing.why(lang).is_empty());
        let all = self.funds.iter().zip(0..);
        let page = Page {
            lang,
            generator: GENERATOR,
            name: self.name.to_string(),
            up,
            twin,
            ledgers: total.ledgers,
            verified: total.verified,
            closed: closed(&total, lang),
            mixed: total.closed.is_some_and(|(first, last)| first != last),
            totals: totals(&total, lang),
            students: students(&total, lang),
            outside: outside.map(|fund| Outside::of(fund, lang)).collect(),
            sums: all
                .filter(|(_, at)| self.has_under(*at))
                .map(|(fund, _)| SumRow::of(fund, lang))
                .collect(),
            funds: self.funds.iter().map(|fund| FundRow::of(fund, lang)).collect(),
            flows: flows.collect(),
        };
        let mut text = page.render()?;
        text.truncate(text.trim_end().len());
        text.push('\n');
        Ok(text)
    }
}

impl Page {
    /// The one of two texts that is in the page's language.
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(zh, en)
    }
}

fn yuan(fen: Fen) -> String {
    format!("¥{}", fen.grouped())
}

fn totals(sum: &Sum, lang: Lang) -> Vec<(&'static str, String)> {
    let f = &sum.figures;
    let mut rows = vec![
        (lang.pick("收到捐款", "Gifts received"), yuan(f.received)),
        (lang.pick("其他收入", "Other income"), yuan(f.other)),
    ];
    if sum.between > Fen::ZERO {
        let less = |fen| format!("−{}", yuan(fen));
        rows.push((lang.pick("减：内部往来", "Less: between these funds"), less(sum.between)));
        rows.push((lang.pick("收入净额", "Income, counted once"), yuan(sum.income())));
    }
    rows.push((lang.pick("发放学生", "Paid to students"), yuan(f.paid)));
    rows.push((lang.pick("其他支出", "Other spending"), yuan(f.spent)));
    if sum.between > Fen::ZERO {
        rows.push((lang.pick("支出净额", "Spending, counted once"), yuan(sum.spending())));
    }
    if f.entrusted > Fen::ZERO {
        rows.push((lang.pick("代收", "Entrusted by sponsors"), yuan(f.entrusted)));
        rows.push((lang.pick("代付", "Passed on for sponsors"), yuan(f.passed)));
    }
    rows.push((lang.pick("账上结存", "Held"), yuan(f.held)));
    rows
}

fn students(sum: &Sum, lang: Lang) -> Vec<(&'static str, u64)> {
    let each = Level::ALL.iter().map(|level| (level.name(lang), sum.figures.of_level(*level)));
    each.chain([(lang.pick("共", "all together"), sum.figures.students.total())]).collect()
}

fn closed(sum: &Sum, lang: Lang) -> String {
    match sum.closed {
        None if sum.verified == 0 => lang.pick("没有核验通过的账本", "none verified").to_owned(),
        None => lang.pick("还没有日结", "no day closed").to_owned(),
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => {
            lang.pick(format!("{first} 至 {last} 不等"), format!("between {first} and {last}"))
        }
    }
}

impl Outside {
    fn of(fund: &Fund, lang: Lang) -> Outside {
        Outside {
            name: fund.listed.name.to_string(),
            standing: fund.standing.name(lang),
            why: fund.standing.why(lang).to_owned(),
        }
    }
}

impl SumRow {
    fn of(fund: &Fund, lang: Lang) -> SumRow {
        let sum = &fund.sum;
        let yuan = |fen| if sum.verified == 0 { "—".to_owned() } else { yuan(fen) };
        SumRow {
            depth: fund.depth,
            name: fund.listed.name.to_string(),
            tier: fund.listed.tier.name(lang),
            verified: format!("{}/{}", sum.verified, sum.ledgers),
            income: yuan(sum.income()),
            between: yuan(sum.between),
            spending: yuan(sum.spending()),
            held: yuan(sum.figures.held),
            students: sum.figures.students.total(),
            closed: closed(sum, lang),
        }
    }
}

impl FundRow {
    fn of(fund: &Fund, lang: Lang) -> FundRow {
        let own = Sum::of(&fund.standing);
        let account = match &fund.standing {
            Standing::Verified(account) => Some(account),
            _ => None,
        };
        let source = fund.listed.ledger.as_ref().map(|ledger| ledger.source.clone());
        let web = |text: &String| text.starts_with("https://") || text.starts_with("http://");
        let link = source.clone().filter(web);
        let link = link.or_else(|| account.and_then(|a| a.address.clone()));
        let f = &own.figures;
        FundRow {
            depth: fund.depth,
            id: fund.listed.id.to_string(),
            name: fund.listed.name.to_string(),
            tier: fund.listed.tier.name(lang),
            standing: fund.standing.name(lang),
            good: account.is_some(),
            figures: account
                .is_some()
                .then(|| [f.received, f.other, f.paid, f.spent, f.held].map(yuan)),
            students: f.students.total(),
            closed: closed(&own, lang),
            size: account.map_or(0, |account| account.size),
            root: account.map(|account| account.root_fingerprint.clone()).unwrap_or_default(),
            folder: source.filter(|_| link.is_none()),
            link,
        }
    }
}
