//! `campaign`: plans to raise money, with all that the law asks of one.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::funds::Points;
use crate::domain::line::funds::campaign::{Plan, Reach};
use crate::domain::text::{Code, Id, Text};
use crate::domain::time::Day;
use crate::ledger::Mode;
use serde_json::json;

/// Open campaigns, change and list them
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Open a campaign, or file a change of one under the same handle
    Plan(Box<PlanArgs>),
    /// List the campaigns, what they raised and what they cost
    List,
}

#[derive(clap::Args)]
struct PlanArgs {
    /// Its handle, such as autumn
    #[arg(value_name = "CAMPAIGN", value_parser = value::id)]
    campaign: Id,
    /// Whom it asks
    #[arg(long, value_name = "REACH", value_parser = value::word!(Reach))]
    reach: Reach,
    /// What it is called
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    name: Text,
    /// What it wants
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    purpose: Text,
    /// Where it raises money
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    area: Text,
    /// The office that answers for it, no name
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    lead: Text,
    /// Its first day
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    from: Day,
    /// Its last day
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    until: Day,
    /// How gifts are taken
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    methods: Text,
    /// The account that gifts arrive in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    account: Id,
    /// Whom it helps
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    beneficiaries: Text,
    /// What the money is used for
    #[arg(long = "use", value_name = "TEXT", value_parser = value::text)]
    usage: Text,
    /// What it may cost of what it raises, in percent; 0 promises no costs
    #[arg(long, value_name = "PERCENT", value_parser = value::points)]
    cost: Points,
    /// What becomes of money that is left
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    surplus: Text,
    /// The number of its filing, or of the change
    #[arg(long, value_name = "CODE", value_parser = value::code)]
    filing: Option<Code>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let plan = match args.what {
        What::List => return list(shell),
        What::Plan(plan) => *plan,
    };
    let PlanArgs { campaign, reach, name, purpose, area, lead, from, until, methods, .. } = plan;
    let PlanArgs { account, beneficiaries, usage, cost, surplus, filing, .. } = plan;
    let line = Line::Campaign(Box::new(Plan {
        campaign,
        reach,
        name,
        purpose,
        area,
        lead,
        from,
        until,
        methods,
        account,
        beneficiaries,
        usage,
        cost,
        surplus,
        filing,
    }));
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let books = ledger.books();
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, known) in books.funds.campaigns.iter() {
        let raised = books.funds.raised(*id);
        let filing = known.filing.as_ref().map(ToString::to_string);
        rows.push(vec![
            id.to_string(),
            known.name.to_string(),
            known.reach.name(lang).into(),
            format!("{} – {}", known.from, known.until),
            raised.grouped(),
            known.spent.grouped(),
            known.cost.to_string(),
        ]);
        json.push(json!({"campaign": id.as_str(), "name": known.name.as_str(), "reach": known.reach.word(), "from": known.from.to_string(), "until": known.until.to_string(), "filing": filing, "surplus": known.surplus.as_str(), "raised": raised.get(), "spent": known.spent.get(), "cost": known.cost.get(), "plan": known.plan.to_string(), "opened": known.opened.to_string()}));
    }
    let head = lang.pick(
        ["募捐活动", "名称", "方式", "起止", "募得（元）", "成本（元）", "成本上限"],
        ["campaign", "name", "reach", "from – until", "raised (yuan)", "cost (yuan)", "cap"],
    );
    Ok(Report::new(table(&head, rows, &[4, 5, 6]), json!({"campaigns": json})))
}
