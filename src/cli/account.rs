//! `account`: the fund's money accounts.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::open::{Open, Owner, Place};
use crate::domain::line::shut::Shut;
use crate::domain::money::Fen;
use crate::domain::text::Id;
use crate::ledger::Mode;
use serde_json::json;

/// Open, shut and list money accounts
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Open an account with nothing in it
    Open {
        /// The name you give it, such as wx; what it is, --kind says
        #[arg(value_name = "ACCOUNT", value_parser = value::id)]
        account: Id,
        /// Where it is kept
        #[arg(long, value_name = "KIND", value_parser = value::word!(Place))]
        kind: Place,
        /// In whose name it is
        #[arg(long, value_name = "OWNER", value_parser = value::word!(Owner), default_value = "federation")]
        owner: Owner,
    },
    /// Shut an account that holds nothing
    Shut {
        /// The account's handle
        #[arg(value_name = "ACCOUNT", value_parser = value::id)]
        account: Id,
    },
    /// List the accounts and what they hold
    List,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Open { account, kind, owner } => Line::Open(Open { account, kind, owner }),
        What::Shut { account } => Line::Shut(Shut { account }),
        What::List => return list(shell),
    };
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let books = ledger.books();
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, account) in books.accounts.iter() {
        let held =
            books.sums.now.held.0.iter().find(|(a, _)| a == id).map_or(Fen::ZERO, |(_, h)| *h);
        let state =
            if account.shut { lang.pick("已关闭", "shut") } else { lang.pick("开立", "open") };
        let (kind, owner) = (account.kind, account.owner);
        rows.push(vec![
            id.to_string(),
            kind.name(lang).into(),
            owner.name(lang).into(),
            state.into(),
            held.grouped(),
        ]);
        json.push(json!({"account": id.as_str(), "kind": kind.word(), "owner": owner.word(), "shut": account.shut, "held": held.get()}));
    }
    let head = lang.pick(
        ["账户", "类型", "户主", "状态", "金额（元）"],
        ["account", "kind", "owner", "state", "yuan"],
    );
    Ok(Report::new(table(&head, rows, &[4]), json!({"accounts": json})))
}
