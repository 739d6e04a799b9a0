//! A slip to be signed on paper: what goes in or out, and room for signatures. Both languages stand
//! on it, since whoever signs may read only one.

use crate::cli::error::{Error, Kind};
use crate::cli::fund::{Fund, ledger_error};
use crate::cli::say::say;
use crate::cli::shell::{Report, Shell};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::goods::Goods;
use crate::domain::refusal::Both;
use crate::domain::text::{Id, Lang, Place};
use crate::ledger::Mode;
use serde_json::json;

/// Prints the slip of the line at `of`.
pub(super) fn print(shell: &mut Shell<'_>, of: Place) -> Result<Report, Error> {
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let bytes = ledger.entry(of.entry).map_err(|error| ledger_error(&error))?;
    let entry = bytes.and_then(|bytes| Entry::decode(&bytes).ok().map(|(entry, _)| entry));
    let missing = || {
        Error::new(Kind::NotFound, say!("{of} 不是物资单据", "there is no slip for goods at {of}"))
            .hint(say!(
                "yishan goods slips 列出待办单据",
                "yishan goods slips lists those that wait"
            ))
    };
    let entry = entry.ok_or_else(missing)?;
    let line = entry.voucher.lines.get(usize::from(of.line)).ok_or_else(missing)?;
    let title = title(line).ok_or_else(missing)?;
    let books = ledger.books();
    let found = books.founded()?;
    let second = books.goods.slips.get(&of).and_then(|slip| slip.then);
    let blank = "____________".to_owned();
    let mut rows = vec![
        (Both("单号", "No."), format!("{} {of}", found.origin)),
        (Both("日期", "Date"), entry.at.wall.to_string().replace('T', " ")),
    ];
    rows.extend(named(&books.goods, line));
    rows.extend([
        (Both("事项", "What"), line.tell(Lang::Zh)),
        (Both("", ""), line.tell(Lang::En)),
        (Both("经办", "Recorded by"), entry.voucher.by.to_string()),
        (Both("复核", "Second officer"), second.map_or(blank.clone(), |place| place.to_string())),
        (Both("经办签字", "Signature"), blank.clone()),
        (Both("复核签字", "Second signature"), blank.clone()),
        (Both("领用方签字", "Recipient's signature"), blank),
    ]);
    let (zh, en) = (title.0, title.1);
    let mut text = vec![format!("{}　{zh} · {en}", found.name)];
    text.extend(rows.into_iter().map(|(label, value)| {
        let Both(zh, en) = label;
        if zh.is_empty() { format!("　　{value}") } else { format!("{zh} {en}：{value}") }
    }));
    let text = text.join("\n");
    Ok(Report::new(text.clone(), json!({"place": of.to_string(), "title": zh, "slip": text})))
}

/// What the slip of such a line is called; `None` if it has none.
fn title(line: &Line) -> Option<Both> {
    Some(match line {
        Line::Carry(_) => Both("期初物资登记单", "slip of goods taken over"),
        Line::Receive(_) => Both("物资入库单", "goods-in slip"),
        Line::Inspect(_) => Both("物资检查单", "inspection slip"),
        Line::Disinfect(_) => Both("物资消毒单", "disinfection slip"),
        Line::Dispatch(_) => Both("物资调拨出库单", "dispatch slip"),
        Line::Arrive(_) => Both("物资调拨入库单", "arrival slip"),
        Line::Issue(_) => Both("物资出库发放单", "goods-out slip"),
        Line::Scrap(_) => Both("物资报废单", "scrapping slip"),
        Line::Sell(_) => Both("物资变卖单", "slip of sale"),
        Line::Stocktake(_) => Both("物资盘点单", "stocktake slip"),
        _ => return None,
    })
}

/// The names behind the handles of a line: sites and category.
fn named(goods: &Goods, line: &Line) -> Vec<(Both, String)> {
    let (sites, category): (Vec<Id>, Id) = match line {
        Line::Carry(line) => (vec![line.site], line.category),
        Line::Receive(line) => (vec![line.site], line.category),
        Line::Inspect(line) => (vec![line.site], line.category),
        Line::Disinfect(line) => (vec![line.site], line.category),
        Line::Dispatch(line) => (vec![line.from, line.to], line.category),
        Line::Issue(line) => (vec![line.site], line.category),
        Line::Scrap(line) => (vec![line.site], line.category),
        Line::Sell(line) => (vec![line.site], line.category),
        Line::Stocktake(line) => (vec![line.site], line.category),
        _ => return Vec::new(),
    };
    let mut rows = Vec::new();
    for (site, label) in sites.into_iter().zip([Both("站点", "Site"), Both("调往", "To site")])
    {
        let name = goods.sites.get(&site).map(|station| station.name.to_string());
        rows.push((label, format!("{}（{site}）", name.unwrap_or_default())));
    }
    if let Some(class) = goods.categories.get(&category) {
        let (zh, en, unit) = (&class.zh, &class.en, &class.unit);
        rows.push((Both("类别", "Goods"), format!("{zh} {en}（{unit}）")));
    }
    rows
}
