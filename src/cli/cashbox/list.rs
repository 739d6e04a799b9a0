//! The boxes, and the openings of which something waits.

use crate::cli::error::Error;
use crate::cli::fund::Fund;
use crate::cli::shell::{Report, Shell, table};
use crate::domain::books::Books;
use crate::domain::line::boxes::{Opening, totals};
use crate::domain::text::Lang;
use crate::ledger::Mode;
use serde_json::{Value, json};

pub(super) fn run(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let books = ledger.books();
    let today = shell.now(books.founded()?.zone)?.wall.day();
    let (rows, boxes) = boxes(books, lang);
    let head = lang.pick(
        ["募捐箱", "类型", "专项", "开箱", "点算（元）", "已存（元）", "未存（元）"],
        ["box", "kind", "pot", "openings", "counted", "in the bank", "not yet"],
    );
    let mut text = vec![table(&head, rows, &[3, 4, 5, 6])];
    let (mut rows, mut openings) = (Vec::new(), Vec::new());
    for (place, opening) in books.boxes.openings.iter().filter(|(_, o)| o.waits()) {
        let late = opening.is_overdue(today);
        rows.push(vec![
            place.to_string(),
            opening.cash_box.to_string(),
            opening.on.to_string(),
            opening.fen.grouped(),
            opening.left().grouped(),
            opening.due.to_string(),
            state(opening, late, lang).to_owned(),
        ]);
        openings.push(json!({
            "place": place.to_string(), "box": opening.cash_box.as_str(), "on": opening.on.to_string(),
            "due": opening.due.to_string(), "fen": opening.fen.get(), "left": opening.left().get(),
            "counted_twice": opening.booked.is_some(), "overdue": late,
        }));
    }
    if !rows.is_empty() {
        let head = lang.pick(
            ["开箱", "募捐箱", "日期", "点算（元）", "未存（元）", "应存日", "状态"],
            ["opening", "box", "day", "counted", "not yet", "due", "state"],
        );
        text.push(table(&head, rows, &[3, 4]));
    }
    Ok(Report::new(text.join("\n"), json!({"boxes": boxes, "openings": openings})))
}

fn state(opening: &Opening, late: bool, lang: Lang) -> &'static str {
    match (opening.booked, late) {
        (None, _) => lang.pick("待第二人复点", "waits for a second count"),
        (Some(_), true) => lang.pick("逾期未存", "overdue"),
        (Some(_), false) => lang.pick("待存", "to be banked"),
    }
}

fn boxes(books: &Books, lang: Lang) -> (Vec<Vec<String>>, Vec<Value>) {
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    let (each, _) = totals(books);
    for (id, known) in books.boxes.known.iter() {
        let sums = each.get(id).copied().unwrap_or_default();
        let pot = known.pot.map(|pot| pot.to_string());
        let (counted, banked) = (sums.counted, sums.deposited);
        rows.push(vec![
            id.to_string(),
            known.kind.name(lang).to_owned(),
            pot.clone().unwrap_or_default(),
            sums.openings.to_string(),
            counted.grouped(),
            banked.grouped(),
            sums.left().grouped(),
        ]);
        json.push(json!({
            "box": id.as_str(), "kind": known.kind.word(), "for": pot, "openings": sums.openings,
            "counted": counted.get(), "deposited": banked.get(),
        }));
    }
    (rows, json)
}
