//! `balance`: where the money is and what it is for.

use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use crate::domain::books::Books;
use crate::domain::line::funds::{Points, Spent};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::Lang;
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
    ]);
    rows.extend(
        now.pots
            .0
            .0
            .iter()
            .map(|(id, held)| row(&lang.pick(format!("专项 {id}"), format!("pot {id}")), *held)),
    );
    if now.agency.0 > Fen::ZERO {
        rows.push(row(lang.pick("代收代付", "to be passed on"), now.agency.0));
    }
    rows.extend([
        row(lang.pick("累计收到捐款", "gifts received so far"), ever.received()),
        row(lang.pick("累计发放", "paid out so far"), ever.net(Move::Pay)),
        row(lang.pick("累计手续费", "fees so far"), ever.net(Move::Fee)),
    ]);
    for kind in [Move::Collect, Move::Surplus, Move::Shortage] {
        if ever.net(kind) > Fen::ZERO {
            let name = lang
                .pick(format!("累计{}", kind.name(lang)), format!("{} so far", kind.name(lang)));
            rows.push(row(&name, ever.net(kind)));
        }
    }
    let back = ever.net(Move::Clawback);
    if back > Fen::ZERO {
        rows.push(row(lang.pick("累计收回", "clawed back so far"), back));
    }
    rows.extend(management(ledger.books(), lang));
    let held: serde_json::Map<_, _> =
        now.held.0.iter().map(|(id, fen)| (id.to_string(), fen.get().into())).collect();
    let mut json = json!({
        "unit": "fen", "held": held, "total": now.held.total().get(), "free": now.free.get(), "promised": now.promised.get(),
        "received": ever.received().get(), "paid": ever.net(Move::Pay).get(), "fees": ever.net(Move::Fee).get(),
    });
    if let (Some(json), false) = (json.as_object_mut(), now.pots.0.0.is_empty()) {
        let pots = now.pots.0.0.iter().map(|(id, fen)| (id.to_string(), fen.get().into()));
        json.insert("pots".into(), pots.collect::<serde_json::Map<_, _>>().into());
    }
    if let (Some(json), true) = (json.as_object_mut(), now.agency.0 > Fen::ZERO) {
        json.insert("agency".into(), now.agency.0.get().into());
    }
    if let (Some(json), true) = (json.as_object_mut(), back > Fen::ZERO) {
        json.insert("clawed_back".into(), back.get().into());
    }
    let head = lang.pick(["", "金额（元）"], ["", "yuan"]);
    Ok(Report::new(table(&head, rows, &[1]), json))
}

/// What management cost of the spending of each year in which it cost anything, and its cap.
fn management(books: &Books, lang: Lang) -> Vec<Vec<String>> {
    let cap = books.management_cap();
    let costly = books.funds.years.iter().filter(|(_, spent)| spent.management > Fen::ZERO);
    let row = |(year, spent): (&u64, &Spent)| {
        let (all, part) = (spent.all.grouped(), Points::part(spent.management, spent.all));
        let name = lang.pick(
            format!("{year} 年管理费用（支出 {all} 的 {part}，上限 {cap}）"),
            format!("management in {year} ({part} of {all} spent, cap {cap})"),
        );
        vec![name, spent.management.grouped()]
    };
    costly.map(row).collect()
}
