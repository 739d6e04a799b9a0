//! `balance`: where the money is and what it is for.

use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::ledger::Mode;
use serde_json::json;

/// Show what the accounts hold, what is free and what is promised
#[derive(clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let sums = &ledger.books().sums;
    let (now, ever) = (&sums.now, &sums.ever);
    let row = |name: &str, fen: Fen| vec![name.to_owned(), fen.grouped()];
    let mut rows: Vec<_> = now
        .held
        .0
        .iter()
        .map(|(id, held)| row(&lang.pick(format!("账户 {id}"), format!("account {id}")), *held))
        .collect();
    rows.extend([
        row(lang.pick("账上合计", "held in all"), now.held.total()),
        row(lang.pick("未安排结余", "free"), now.free),
        row(lang.pick("已安排待付", "promised"), now.promised),
        row(lang.pick("累计收到捐款", "gifts received so far"), ever.received()),
        row(lang.pick("累计发放", "paid out so far"), ever.net(Move::Pay)),
        row(lang.pick("累计手续费", "fees so far"), ever.net(Move::Fee)),
    ]);
    let held: serde_json::Map<_, _> =
        now.held.0.iter().map(|(id, fen)| (id.to_string(), fen.get().into())).collect();
    let json = json!({
        "unit": "fen", "held": held, "total": now.held.total().get(), "free": now.free.get(), "promised": now.promised.get(),
        "received": ever.received().get(), "paid": ever.net(Move::Pay).get(), "fees": ever.net(Move::Fee).get(),
    });
    let head = lang.pick(["", "金额（元）"], ["", "yuan"]);
    Ok(Report::new(table(&head, rows, &[1]), json))
}
