//! `init`: found a fund.

use super::error::{Error, Kind};
use super::founding::{self, Plan};
use super::fund::{Fund, create_dir, ledger_error, write_new};
use super::officer::{free_id, roles};
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::codec::List;
use crate::domain::entry::Voucher;
use crate::domain::line::Line;
use crate::domain::line::appoint::Roles;
use crate::domain::line::found::Limit;
use crate::domain::line::funds::Points;
use crate::domain::line::student::lot::Percent;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Id, Key, Origin, Text};
use crate::ledger::{self, Ledger, Signed};
use serde_json::json;

/// What `fund.toml` says at first: nothing, with the places to say it.
const CONFIG: &str = "# Where things lie; nothing here decides money.
# url = \"https://…/\"
# publish = \"../public\"
# keys = \"../keys\"
# own = [\"…\"]   # names of the fund's own people as bills show them: import asks about their money
";

/// Found a fund
#[derive(clap::Args)]
pub(super) struct Args {
    /// The log's name for ever, such as yishan.example/qianan
    #[arg(long, value_name = "ORIGIN", value_parser = value::origin)]
    pub(super) origin: Option<Origin>,
    /// What the fund is called
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    pub(super) name: Option<Text>,
    /// Who runs it
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    pub(super) holder: Option<Text>,
    /// An officer, such as chen:clerk,steward, followed by :KEY if they have one; again for each
    #[arg(long, value_name = "OFFICER:ROLES", value_parser = officer)]
    pub(super) officer: Vec<Named>,
    /// One officer does everything, and every page says so
    #[arg(long)]
    pub(super) solo: bool,
    /// How many stewards must agree to a change of officers; 2 if two are named, else 1
    #[arg(long, value_name = "N", value_parser = value::count)]
    pub(super) quorum: Option<u64>,
    /// What management may cost of a year's spending, in percent; 10 if not said
    #[arg(long, value_name = "PERCENT", value_parser = value::points)]
    pub(super) management: Option<Points>,
    /// How many must approve from which amount on, such as 0:1; again for each step
    #[arg(long, value_name = "YUAN:N", value_parser = limit)]
    pub(super) approvals: Vec<Limit>,
    /// How many of a hundred visited students are drawn and visited again before admission
    #[arg(long, value_name = "PERCENT", value_parser = value::percent)]
    pub(super) backcheck: Option<Percent>,
    /// Ask who admits or approves to declare that they have no conflict of interest
    #[arg(long)]
    pub(super) declare: bool,
    /// The number of the public-fundraising licence
    #[arg(long, value_name = "CODE", value_parser = value::code)]
    pub(super) licence: Option<Code>,
    /// The filing number of the campaign
    #[arg(long, value_name = "CODE", value_parser = value::code)]
    pub(super) filing: Option<Code>,
}

/// An officer as named on the command line.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// The handle.
    pub(super) id: Id,
    /// What they may do.
    pub(super) roles: Roles,
    /// Their public key, if they have one; else one is made here.
    pub(super) key: Option<Key>,
}

pub(super) fn officer(text: &str) -> Result<Named, value::Unfit> {
    let mut parts = text.splitn(3, ':');
    let (id, with, key) = (parts.next(), parts.next(), parts.next());
    let want = value::Unfit(Both(
        "经办人写成 chen:clerk,steward 或 chen:clerk:公钥",
        "an officer such as chen:clerk,steward or chen:clerk:KEY",
    ));
    Ok(Named {
        id: free_id(id.ok_or(want)?)?,
        roles: roles(with.ok_or(want)?)?,
        key: key.map(value::key).transpose()?,
    })
}

fn limit(text: &str) -> Result<Limit, value::Unfit> {
    let want = value::Unfit(Both(
        "写成 5000:2，即从 5000 元起 2 人审批",
        "a step such as 5000:2: from 5,000 yuan on, 2 approve",
    ));
    let (from, need) = text.split_once(':').ok_or(want)?;
    Ok(Limit { from: value::fen(from)?, need: need.parse().map_err(|_| want)? })
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::at(shell)?;
    let begun = std::fs::metadata(fund.folder.join("journal/00000000.jsonl"));
    if begun.is_ok_and(|file| file.len() > 0) {
        let at = shell.common.fund.display();
        return Err(Error::new(
            Kind::CouldNot,
            say!("{at} 已经设立过基金", "a fund was founded in {at} before"),
        ));
    }
    let plan = Plan::ask(args, shell)?;
    plan.preview(shell)?;
    let (found, key) = plan.keys(shell, &fund)?;
    let origin = found.origin.clone();
    let (by, made) = (plan.by, shell.now(found.zone)?);
    let nonce = ledger::nonce(&mut shell.ctx.random);
    let lines = List::new(vec![Line::Found(Box::new(found))]).ok_or(Refusal::NotFounded {})?;
    create_dir(&fund.folder)?;
    let signed = Signed::new(&key, &origin, &Voucher { by, made, nonce, lines });
    // Keys first: a fund without them could never close a day, and founding can be tried again.
    founding::log_and_vault(shell, &fund, &origin)?;
    let founded = Ledger::found(&fund.folder, &signed, made).map_err(|why| ledger_error(&why))?;
    drop(founded?);
    let config = fund.folder.join("fund.toml");
    if !config.exists() {
        write_new(&config, CONFIG.as_bytes(), false)?;
    }
    let at = shell.common.fund.display().to_string();
    let next = shell.typed("yishan status");
    let text = shell.lang.pick(
        format!("基金已设立：{origin}，文件夹 {at}\n下一步：{next}"),
        format!("fund founded: {origin}, in {at}\nnext: {next}"),
    );
    Ok(Report::new(text, json!({"origin": origin.as_str(), "folder": at, "by": by.as_str()})))
}
