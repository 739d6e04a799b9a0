//! Donation boxes and collections on squares: what was counted, and what is in the bank.

use super::{Frame, yuan};
use crate::domain::line::Line;
use crate::domain::line::boxes::{Opening, Total, totals};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::Place;
use crate::domain::time::Day;
use crate::publish::FactError;
use crate::publish::history::History;
use askama::Template;

/// The most boxes, and the most openings, that the page lists.
const LISTED: usize = 200;

/// Donation boxes and collections on squares.
#[derive(Template)]
#[template(path = "boxes.html", config = "src/publish/pages/askama.toml")]
pub(super) struct BoxesPage {
    f: Frame,
    /// What all of them came to.
    sums: Vec<(&'static str, String)>,
    boxes: Vec<BoxRow>,
    openings: Vec<OpeningRow>,
    /// How many openings are not listed.
    rest: usize,
}

struct BoxRow {
    id: String,
    kind: &'static str,
    at: String,
    openings: u64,
    counted: String,
    deposited: String,
}

struct OpeningRow {
    day: String,
    cash_box: String,
    counted: String,
    left: String,
    state: String,
    late: bool,
}

impl BoxesPage {
    pub(super) fn new(history: &History<'_>, f: Frame) -> Result<BoxesPage, FactError> {
        let books = history.books();
        let all = &books.boxes.openings;
        let newest = all.iter().rev().take(LISTED);
        // What is late is late on the last day closed: whoever makes the page has no clock.
        let today = books.closed().map(|(day, _)| day);
        let openings: Vec<_> = newest.map(|(_, o)| OpeningRow::new(o, today, &f)).collect();
        let (each, all_sums) = totals(books);
        let mut boxes = Vec::new();
        for (id, known) in books.boxes.known.iter().take(LISTED) {
            let sums = each.get(id).copied().unwrap_or_default();
            boxes.push(BoxRow {
                id: id.to_string(),
                kind: known.kind.name(f.lang),
                at: where_it_is(history, known.entered)?,
                openings: sums.openings,
                counted: yuan(sums.counted),
                deposited: yuan(sums.deposited),
            });
        }
        let rest = all.len() - openings.len();
        Ok(BoxesPage { sums: sums(history, all_sums, &f), boxes, openings, rest, f })
    }
}

fn where_it_is(history: &History<'_>, entered: Place) -> Result<String, FactError> {
    Ok(match history.line(entered)? {
        Some(Line::PlaceBox(line)) => line.at.to_string(),
        _ => String::new(),
    })
}

fn sums(history: &History<'_>, all: Total, f: &Frame) -> Vec<(&'static str, String)> {
    let ever = &history.books().sums.ever;
    let mut rows = vec![
        (f.t("两人点算过的开箱", "Openings counted by two"), all.openings.to_string()),
        (f.t("点算合计", "Counted in all"), yuan(all.counted)),
        (f.t("已存入银行", "In the bank"), yuan(all.deposited)),
        (f.t("还没存", "Not yet"), yuan(all.left())),
    ];
    let (more, less) = (ever.net(Move::Surplus), ever.net(Move::Shortage));
    if more > Fen::ZERO || less > Fen::ZERO {
        rows.push((f.t("其中事后复核多出", "Of that found beyond the counts"), yuan(more)));
        rows.push((f.t("事后复核短少（已扣除）", "Found missing later (taken off)"), yuan(less)));
    }
    rows
}

impl OpeningRow {
    fn new(opening: &Opening, today: Option<Day>, f: &Frame) -> OpeningRow {
        let left = opening.left();
        let late = today.is_some_and(|today| opening.is_overdue(today));
        let due = f.day(opening.due);
        let state = match (opening.booked, left == Fen::ZERO, late) {
            (None, ..) => f.t("待第二人复点", "to be counted again").to_owned(),
            (Some(_), true, _) => f.t("已存入银行", "in the bank").to_owned(),
            (Some(_), false, true) => {
                f.lang.pick(format!("逾期：最迟应在 {due} 存"), format!("overdue since {due}"))
            }
            (Some(_), false, false) => {
                f.lang.pick(format!("最迟 {due} 存"), format!("due by {due}"))
            }
        };
        OpeningRow {
            day: f.day(opening.on),
            cash_box: opening.cash_box.to_string(),
            counted: yuan(opening.fen),
            left: yuan(left),
            state,
            late,
        }
    }
}
