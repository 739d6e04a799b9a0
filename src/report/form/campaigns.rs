//! 募捐活动与专项收支表: what each campaign raised and what raising it cost, and each pot from its
//! opening to what it holds; what management costs of all that was spent (慈善法 §61).

use super::Ground;
use crate::domain::line::funds::Points;
use crate::domain::line::funds::campaign::Campaign;
use crate::domain::money::Fen;
use crate::domain::sums::Book;
use crate::domain::text::Id;
use crate::report::diary::{Figures, Flow, Side, is_held};
use crate::report::net::Net;
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};

/// Which part `some` is of `all`; nothing if there is nothing to be a part of.
fn share(some: Net, all: Net) -> Cell {
    match (some.amount(), all.amount()) {
        (Some(some), Some(all)) if all > Fen::ZERO => Cell::Share(Points::part(some, all)),
        _ => Cell::Nothing,
    }
}

/// What came in for books that are `on`, gifts given back taken off.
fn received(figures: &Figures, on: impl Fn(Book) -> bool) -> Net {
    figures.sum(|flow| flow.side() == Side::Income, on)
}

fn campaigns(ground: &Ground<'_>) -> Table {
    let (now, ever) = (
        ground.diary.within(ground.period.from, ground.period.until),
        ground.diary.until(ground.period.until),
    );
    let row = |(id, known): (&Id, &Campaign)| {
        let pots = &ground.books.funds.pots;
        let its = |book: Book| match book {
            Book::Pot(pot) => pots.get(&pot).is_some_and(|pot| pot.campaign == Some(*id)),
            _ => false,
        };
        let (raised, costs) = (received(&ever, its), ever.costs(*id));
        let cells = vec![
            Cell::Word(known.reach.both().into()),
            Cell::same(format!("{} – {}", known.from, known.until)),
            Cell::same(known.filing.as_ref().map(ToString::to_string).unwrap_or_default()),
            Cell::Yuan(received(&now, its)),
            Cell::Yuan(raised),
            Cell::Yuan(now.costs(*id)),
            Cell::Yuan(costs),
            share(costs, raised),
            Cell::Share(known.cost),
            Cell::Yuan(ever.all(its)),
        ];
        let name = Told::same(format!("{id} {}", known.name));
        Row { key: id.to_string(), weight: Weight::Item, name, cells }
    };
    let columns = vec![
        Column::text("reach", Told::new("方式", "reach")),
        Column::text("days", Told::new("起止", "from – until")),
        Column::text("filing", Told::new("备案号", "filing")),
        Column::number("raised", Told::new("本期募集", "raised in this period")),
        Column::number("raised-ever", Told::new("累计募集", "raised in all")),
        Column::number("costs", Told::new("本期成本", "costs in this period")),
        Column::number("costs-ever", Told::new("累计成本", "costs in all")),
        Column::number("ratio", Told::new("成本比例", "ratio of costs")),
        Column::number("cap", Told::new("上限", "cap")),
        Column::number("left", Told::new("结余", "left")),
    ];
    let (name, of) = (Told::new("募捐活动", "Campaigns"), Told::new("募捐活动", "campaign"));
    let rows = ground.books.funds.campaigns.iter().map(row).collect();
    Table { key: "campaigns", name: Some(name), of, columns, rows }
}

fn pots(ground: &Ground<'_>) -> Table {
    let now = ground.diary.within(ground.period.from, ground.period.until);
    let before = ground.diary.before(ground.period.from);
    let cells = |on: &dyn Fn(Book) -> bool, paid: Net| {
        let opening = before.all(on);
        let moved = now.sum(|flow| flow == Flow::Rededicate, on);
        let approved = -now.sum(|flow| flow.side() == Side::Cost, on);
        [opening, received(&now, on), moved, approved, opening + now.all(on), paid].map(Cell::Yuan)
    };
    let mut rows = Vec::new();
    for (id, pot) in ground.books.funds.pots.iter() {
        let year = pot.year.map(|year| format!(" {year}")).unwrap_or_default();
        let (source, campaign) = (pot.source.both(), pot.campaign.map(|id| id.to_string()));
        let mut row = vec![
            Cell::Word(Told::new(format!("{}{year}", source.0), format!("{}{year}", source.1))),
            Cell::same(campaign.unwrap_or_default()),
        ];
        row.extend(cells(&|book| book == Book::Pot(*id), now.paid(*id)));
        let name = Told::same(format!("{id} {}", pot.purpose));
        rows.push(Row { key: id.to_string(), weight: Weight::Item, name, cells: row });
    }
    let all = ground.books.funds.pots.iter().map(|(id, _)| now.paid(*id)).sum();
    let mut row = vec![Cell::Nothing, Cell::Nothing];
    row.extend(cells(&crate::report::diary::is_pot, all));
    let name = Told::new("合计", "total");
    rows.push(Row { key: "pots".into(), weight: Weight::Total, name, cells: row });
    let columns = vec![
        Column::text("source", Told::new("来源", "source")),
        Column::text("campaign", Told::new("募捐活动", "campaign")),
        Column::number("opening", Told::new("期初", "at the beginning")),
        Column::number("received", Told::new("本期收到", "received")),
        Column::number("rededicated", Told::new("用途变更", "changes of purpose")),
        Column::number("approved", Told::new("本期批准", "approved")),
        Column::number("closing", Told::new("期末", "at the end")),
        Column::number("paid", Told::new("本期已付", "paid")),
    ];
    let name = Told::new("专项（限定用途）", "Restricted money");
    Table { key: "pots", name: Some(name), of: Told::new("专项", "pot"), columns, rows }
}

fn spending(ground: &Ground<'_>) -> Table {
    let year = ground.period.year().from;
    let figures = ground.diary.within(year, ground.period.until);
    let paid = |one: &dyn Fn(Flow) -> bool| -figures.sum(one, is_held);
    // Fees are what banks keep, and not spent by anyone's decision.
    let all = paid(&|flow| flow.side() == Side::Cost && flow != Flow::Fee);
    let row = |flow: Flow, cap: Cell| {
        // Help that came back was not spent.
        let back = flow == Flow::Student;
        let paid = paid(&|one| one == flow || back && one == Flow::Clawback);
        let (key, name) = (flow.word().to_owned(), flow.both().into());
        let cells = vec![Cell::Yuan(paid), share(paid, all), cap];
        Row { key, weight: Weight::Item, name, cells }
    };
    let cap = ground.books.fund.as_ref().map(|fund| fund.policy.management_cap());
    let (key, name) = ("spent".to_owned(), Told::new("支出合计", "all spending"));
    let total = Row {
        key,
        weight: Weight::Total,
        name,
        cells: vec![Cell::Yuan(all), Cell::Nothing, Cell::Nothing],
    };
    let rows = vec![
        row(Flow::Student, Cell::Nothing),
        row(Flow::Programme, Cell::Nothing),
        row(Flow::Management, cap.map_or(Cell::Nothing, Cell::Share)),
        row(Flow::Fundraising, Cell::Nothing),
        total,
    ];
    let columns = vec![
        Column::number("paid", Told::new("本年已付", "paid this year")),
        Column::number("share", Told::new("占比", "share")),
        Column::number("cap", Told::new("上限", "cap")),
    ];
    let name = Told::new("本年支出构成", "This year's spending");
    Table { key: "spending", name: Some(name), of: Told::new("类别", "class"), columns, rows }
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let note = Told::new(
        "成本是已付的管理费用和筹资费用；收回的资助从批准数和已付数中减去；比例向上取整到万分之一。",
        "Costs are those of management and fundraising that were paid; help that came back is approved and paid no more; ratios are rounded up to a ten-thousandth.",
    );
    (vec![campaigns(ground), pots(ground), spending(ground)], vec![note])
}
