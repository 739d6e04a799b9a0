//! `officer`: who may do what.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::{unlock, value};
use crate::domain::codec::List;
use crate::domain::line::Line;
use crate::domain::line::appoint::{Appoint, Role, Roles};
use crate::domain::line::retire::Retire;
use crate::domain::refusal::Both;
use crate::domain::text::{Id, Key};
use crate::domain::time::Day;
use crate::ledger::Mode;
use serde_json::json;

/// Appoint, retire and list officers
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Give an officer a key and roles, once enough stewards agree
    Appoint {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = free_id)]
        officer: Id,
        /// What they may do: clerk, approver, cashier, steward, auditor, with commas between
        #[arg(long, value_name = "ROLES", value_parser = roles)]
        roles: Roles,
        /// Their public key, as yishan key show prints it
        #[arg(long, value_name = "KEY", value_parser = value::key)]
        public: Key,
        /// The last day of the term
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        until: Option<Day>,
    },
    /// End an officer's time in office, once enough stewards agree
    Retire {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = value::id)]
        officer: Id,
    },
    /// List the officers, their roles and keys
    List,
}

/// A handle that can also name a key file.
pub(super) fn free_id(text: &str) -> Result<Id, value::Unfit> {
    if unlock::RESERVED.contains(&text) {
        return Err(value::Unfit(Both(
            "log 和 vault 另有用处，请换一个名字",
            "log and vault name other keys; choose another handle",
        )));
    }
    value::id(text)
}

/// Roles with commas between, in whatever order.
pub(super) fn roles(text: &str) -> Result<Roles, value::Unfit> {
    let want = value::Unfit(Both(
        "职责写成 clerk,steward，可选 记账 clerk、审批 approver、出纳 cashier、管理 steward、监督 auditor",
        "roles such as clerk,steward, out of clerk, approver, cashier, steward, auditor",
    ));
    let named = |typed: &str| {
        let typed = typed.trim();
        let is = |role: &&Role| role.word() == typed || role.both().0 == typed;
        Role::ALL.iter().find(is).copied()
    };
    let each = text.split([',', '，', '、']);
    let mut roles: Vec<_> = each.map(named).collect::<Option<_>>().ok_or(want)?;
    roles.sort_unstable();
    roles.dedup();
    List::new(roles).ok_or(want)
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Appoint { officer, roles, public: key, until } => {
            Line::Appoint(Appoint { officer, key, roles, until })
        }
        What::Retire { officer } => Line::Retire(Retire { officer }),
        What::List => return list(shell),
    };
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, officer) in ledger.books().officers.iter() {
        let roles: Vec<_> = officer.roles.iter().map(|r| r.name(lang)).collect();
        let until = officer.until.map(|day| day.to_string());
        let key = crate::fingerprint::fingerprint(&officer.key.0);
        let words: Vec<_> = officer.roles.iter().map(|r| r.word()).collect();
        json.push(json!({"officer": id.as_str(), "roles": words, "standing": officer.standing.word(), "until": until, "key": officer.key.to_string(), "fingerprint": key}));
        let roles = roles.join(lang.pick("、", ", "));
        rows.push(vec![
            id.to_string(),
            roles,
            officer.standing.name(lang).into(),
            until.unwrap_or_default(),
            key,
        ]);
    }
    let head = lang.pick(
        ["经办人", "职责", "状态", "任期至", "密钥指纹"],
        ["officer", "roles", "standing", "until", "fingerprint of the key"],
    );
    Ok(Report::new(table(&head, rows, &[]), json!({"officers": json})))
}
