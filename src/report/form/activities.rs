//! 业务活动表: income by source, costs by class, and the change of net assets they make, each
//! without and with a purpose. Costs are booked when money is promised, and what a pot paid for is
//! released from its purpose (民间非营利组织会计制度).

use super::{Ground, Scope, head};
use crate::domain::refusal::Both;
use crate::domain::sums::Book;
use crate::report::diary::{Figures, Flow, Side, is_pot};
use crate::report::net::Net;
use crate::report::period::Kind;
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};
use std::ops::{Add, Sub};

/// An amount without and with a purpose.
#[derive(Clone, Copy, Default)]
struct Pair {
    free: Net,
    pots: Net,
}

impl Pair {
    fn total(self) -> Net {
        self.free + self.pots
    }
}

impl Add for Pair {
    type Output = Pair;

    fn add(self, other: Pair) -> Pair {
        Pair { free: self.free + other.free, pots: self.pots + other.pots }
    }
}

impl Sub for Pair {
    type Output = Pair;

    fn sub(self, other: Pair) -> Pair {
        Pair { free: self.free - other.free, pots: self.pots - other.pots }
    }
}

/// What net assets changed by flows that are `one`.
fn changed(figures: &Figures, one: impl Fn(Flow) -> bool) -> Pair {
    let free = figures.sum(&one, |book| book == Book::Free);
    Pair { free, pots: figures.sum(one, is_pot) }
}

/// A cost, all of it in the column of money without a purpose.
fn cost(figures: &Figures, one: impl Fn(Flow) -> bool) -> Pair {
    Pair { free: Net::ZERO - changed(figures, one).total(), pots: Net::ZERO }
}

/// The group of the official form that a flow belongs to.
fn group(flow: Flow) -> Both {
    match flow {
        Flow::Gift | Flow::Refund => Both("捐赠收入", "donations"),
        Flow::Student | Flow::Clawback | Flow::Programme => Both("业务活动成本", "programme costs"),
        other => other.both(),
    }
}

/// A row's key, weight and name, and its figures, which headings have none of.
type Line = (String, Weight, Told, Option<Pair>);

fn item(flow: Flow, weight: Weight, figure: Pair) -> Line {
    (flow.word().to_owned(), weight, flow.both().into(), Some(figure))
}

/// One side of the form, group by group.
fn side(side: Side, figure: impl Fn(&dyn Fn(Flow) -> bool) -> Pair) -> Vec<Line> {
    let flows: Vec<Flow> = Flow::ALL.iter().copied().filter(|flow| flow.side() == side).collect();
    let mut lines = Vec::new();
    for flows in flows.chunk_by(|a, b| group(*a) == group(*b)) {
        let one = |flow: Flow, weight| item(flow, weight, figure(&|other| other == flow));
        match flows {
            [flow] => lines.push(one(*flow, Weight::Item)),
            [first, ..] => {
                let name = group(*first);
                let sum = figure(&|other| flows.contains(&other));
                lines.push((name.1.replace(' ', "-"), Weight::Item, name.into(), Some(sum)));
                lines.extend(flows.iter().map(|flow| one(*flow, Weight::Part)));
            }
            [] => {}
        }
    }
    lines
}

/// Every line of the form, about some days; `before` is what moved before them.
fn lines(figures: &Figures, before: &Figures) -> Vec<Line> {
    let line = |key: &str, weight, zh: &str, en: &str, pair| {
        (key.to_owned(), weight, Told::new(zh, en), Some(pair))
    };
    let heading = |key: &str, zh: &str, en: &str| {
        let Row { key, weight, name, .. } = head(key, zh, en);
        (key, weight, name, None)
    };
    let (income, costs) = (
        changed(figures, |flow| flow.side() == Side::Income),
        cost(figures, |flow| flow.side() == Side::Cost),
    );
    let used = Net::ZERO - changed(figures, |flow| flow.side() == Side::Cost).pots;
    let released = Pair { free: used, pots: Net::ZERO - used };
    let moved = changed(figures, |flow| flow == Flow::Rededicate);
    let (opening, change) = (changed(before, |_| true), income - costs + released + moved);
    let mut all = vec![heading("income", "一、收入", "Income")];
    all.extend(side(Side::Income, |one| changed(figures, one)));
    all.push(line("income-total", Weight::Total, "收入合计", "total income", income));
    all.push(heading("costs", "二、费用", "Costs"));
    all.extend(side(Side::Cost, |one| cost(figures, one)));
    all.push(line("costs-total", Weight::Total, "费用合计", "total costs", costs));
    all.extend([
        heading("reclassified", "三、限定性净资产转为非限定性净资产", "Restrictions released"),
        line("used", Weight::Item, "按限定用途使用", "used for their purpose", released),
        line("rededicated", Weight::Item, "用途变更", "changes of purpose", moved),
        line("change", Weight::Total, "四、净资产变动额", "change of net assets", change),
        line("opening", Weight::Item, "加：期初净资产", "net assets at the beginning", opening),
        line("closing", Weight::Total, "期末净资产", "net assets at the end", opening + change),
    ]);
    all
}

const PARTS: [(&str, Both); 3] = [
    ("free", Both("非限定性", "unrestricted")),
    ("restricted", Both("限定性", "restricted")),
    ("total", Both("合计", "total")),
];

/// Whether the column of these days is told apart by purpose.
fn apart(ground: &Ground<'_>, scope: &Scope) -> bool {
    scope.key != "last" || ground.period.kind == Kind::Annual
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let (mut columns, mut rows): (Vec<Column>, Vec<Row>) = (Vec::new(), Vec::new());
    let mut income = Net::ZERO;
    for scope in ground.scopes() {
        let Both(zh, en) = scope.name;
        let shown = if apart(ground, &scope) { &PARTS[..] } else { &PARTS[2..] };
        columns.extend(shown.iter().map(|(key, Both(part, english))| {
            let name = Told::new(format!("{zh}{part}"), format!("{en}, {english}"));
            Column::number(format!("{}-{key}", scope.key), name)
        }));
        let lines = lines(&scope.figures(ground), &ground.diary.before(scope.from));
        if rows.is_empty() {
            let row = |(key, weight, name, _): &Line| {
                let (key, name) = (key.clone(), name.clone());
                Row { key, weight: *weight, name, cells: Vec::new() }
            };
            rows = lines.iter().map(row).collect();
            let total = lines.iter().find(|line| line.0 == "income-total");
            income = total.and_then(|line| line.3).unwrap_or_default().total();
        }
        for (row, (.., pair)) in rows.iter_mut().zip(&lines) {
            let Some(pair) = pair else { continue };
            let all = [pair.free, pair.pots, pair.total()].map(Cell::Yuan);
            row.cells.extend(all.into_iter().skip(PARTS.len() - shown.len()));
        }
    }
    let of = Told::new("项目", "item");
    let mut notes = vec![Told::new(
        "费用在批准时确认，批准而未付的列为负债；代收代付的钱不是收入。",
        "Costs are booked when they are approved, and what is not paid of them yet is a liability; money that is only passed on is no income.",
    )];
    notes.extend(income.capitals().map(|words| {
        Told::new(
            format!("本期收入合计（大写）：{words}"),
            format!("Total income of this period in capitals: {words}"),
        )
    }));
    (vec![Table { key: "activities", name: None, of, columns, rows }], notes)
}
