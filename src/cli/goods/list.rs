//! What stands where, and which slips wait.

use crate::cli::error::Error;
use crate::cli::fund::{Fund, ledger_error};
use crate::cli::shell::{Report, Shell, table};
use crate::domain::line::goods::slip::State;
use crate::domain::line::goods::stock::{Flow, Stage, Stock};
use crate::domain::money::Fen;
use crate::domain::text::{Id, Lang};
use crate::ledger::Mode;
use serde_json::{Value, json};

/// The shelves, each with its stages and what became of the rest.
pub(super) fn stock(shell: &mut Shell<'_>, only: Option<Id>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let goods = &ledger.books().goods;
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (shelf, stock) in goods.stock.iter() {
        if only.is_some_and(|only| only != shelf.site) {
            continue;
        }
        let name = goods.categories.get(&shelf.category).map(|class| class.name(lang));
        let mut row = vec![shelf.site.to_string(), name.unwrap_or_default().to_owned()];
        row.extend(Stage::ALL.iter().map(|stage| count(stock, *stage, lang)));
        row.push(stock.coming.to_string());
        let received = stock.flows.of(Flow::Received);
        let gone = [Flow::Issued, Flow::Scrapped, Flow::Sold, Flow::Lost];
        row.push(received.to_string());
        row.extend(gone.map(|flow| stock.flows.of(flow).to_string()));
        rows.push(row);
        json.push(numbers(stock, shelf.site, shelf.category));
    }
    let head = lang.pick(
        [
            "站点",
            "物资",
            "待检",
            "待消毒",
            "可发放",
            "不可用",
            "在途",
            "收到",
            "发放",
            "报废",
            "变卖",
            "盘亏",
        ],
        [
            "site",
            "goods",
            "unchecked",
            "to disinfect",
            "usable",
            "unusable",
            "on the way",
            "received",
            "issued",
            "scrapped",
            "sold",
            "lost",
        ],
    );
    let right: Vec<usize> = (2..12).collect();
    Ok(Report::new(table(&head, rows, &right), json!({"goods": json})))
}

/// How many stand at a stage; a lower bound says so.
fn count(stock: &Stock, stage: Stage, lang: Lang) -> String {
    let units = stock.of(stage);
    if stock.at_least() == Some(stage) {
        lang.pick(format!("至少 {units}"), format!("at least {units}"))
    } else {
        units.to_string()
    }
}

fn numbers(stock: &Stock, site: Id, category: Id) -> Value {
    let stages: serde_json::Map<_, _> =
        Stage::ALL.iter().map(|stage| (stage.word().to_owned(), stock.of(*stage).into())).collect();
    let flows: serde_json::Map<_, _> = Flow::ALL
        .iter()
        .map(|flow| (flow.word().to_owned(), stock.flows.of(*flow).into()))
        .collect();
    json!({
        "site": site.as_str(), "category": category.as_str(), "stock": stages, "coming": stock.coming,
        "at_least": stock.at_least().map(Stage::word), "flows": flows,
    })
}

/// Slips that wait for a second signature, goods on the way, and sales not paid in full.
pub(super) fn slips(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    let slips = ledger.books().goods.slips.iter();
    for (place, slip) in
        slips.filter(|(_, s)| matches!(s.state, State::Waiting | State::Travelling))
    {
        let line = ledger.line(*place).map_err(|error| ledger_error(&error))?;
        let text = line.map(|line| line.tell(lang)).unwrap_or_default();
        let (state, by) = (slip.state, slip.by);
        rows.push(vec![place.to_string(), state.name(lang).into(), by.to_string(), text.clone()]);
        json.push(json!({
            "place": place.to_string(), "state": state.word(), "by": by.as_str(), "text": text,
        }));
    }
    for (place, sale) in ledger.books().goods.sales.iter().filter(|(_, s)| s.left() > Fen::ZERO) {
        let line = ledger.line(*place).map_err(|error| ledger_error(&error))?;
        let text = line.map(|line| line.tell(lang)).unwrap_or_default();
        let slip = ledger.books().goods.slips.get(place);
        let by = slip.map(|slip| slip.by.to_string()).unwrap_or_default();
        let left = sale.left();
        let state = lang.pick(format!("待收款 {left:#} 元"), format!("{left:#} yuan not paid yet"));
        rows.push(vec![place.to_string(), state, by.clone(), text.clone()]);
        json.push(json!({
            "place": place.to_string(), "state": "unpaid", "by": by, "text": text, "left": left.get(),
        }));
    }
    let head = lang.pick(["位置", "状态", "经办", "内容"], ["place", "state", "by", "what"]);
    Ok(Report::new(table(&head, rows, &[]), json!({"slips": json})))
}
