//! 现金流量表: where cash came from, where it went to, and what that left in each account.

use super::{Ground, head};
use crate::domain::sums::Book;
use crate::report::diary::{Cash, Figures, Flow, is_held};
use crate::report::net::Net;
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};

/// What came in, or went out, by flows that are `one`: more is positive for both.
fn moved(
    figures: &Figures,
    cash: Cash,
    one: impl Fn(Flow) -> bool,
    on: impl Fn(Book) -> bool,
) -> Net {
    let net = figures.sum(|flow| flow.cash() == cash && one(flow), on);
    if cash == Cash::Out { -net } else { net }
}

/// A flow among cash: what is given back is a payment like others, what comes back a receipt.
fn name(flow: Flow) -> Told {
    match flow {
        Flow::Refund => Told::new("退回捐款", "gifts given back"),
        Flow::Clawback => Told::new("收回资助", "help that came back"),
        other => other.both().into(),
    }
}

fn by_source(ground: &Ground<'_>) -> Table {
    let scopes = ground.scopes();
    let all: Vec<(Figures, Figures)> =
        scopes.iter().map(|s| (s.figures(ground), ground.diary.before(s.from))).collect();
    let row = |key: &str, weight, name: Told, net: &dyn Fn(&Figures, &Figures) -> Net| {
        let cells = all.iter().map(|(now, before)| Cell::Yuan(net(now, before))).collect();
        Row { key: key.to_owned(), weight, name, cells }
    };
    let mut rows = Vec::new();
    for (cash, key, heading, sum) in [
        (Cash::In, "in", ("一、现金流入", "Cash in"), ("现金流入小计", "total cash in")),
        (Cash::Out, "out", ("二、现金流出", "Cash out"), ("现金流出小计", "total cash out")),
    ] {
        rows.push(head(key, heading.0, heading.1));
        for flow in Flow::ALL.iter().filter(|flow| flow.cash() == cash) {
            let net = |now: &Figures, _: &Figures| moved(now, cash, |one| one == *flow, is_held);
            rows.push(row(flow.word(), Weight::Item, name(*flow), &net));
        }
        let net = |now: &Figures, _: &Figures| moved(now, cash, |_| true, is_held);
        rows.push(row(&format!("{key}-total"), Weight::Total, Told::new(sum.0, sum.1), &net));
    }
    let change = Told::new("三、现金净增加额", "net cash in");
    rows.push(row("change", Weight::Total, change, &|now, _| now.all(is_held)));
    let opening = Told::new("加：期初现金", "cash at the beginning");
    rows.push(row("opening", Weight::Item, opening, &|_, before| before.all(is_held)));
    let closing = |now: &Figures, before: &Figures| before.all(is_held) + now.all(is_held);
    rows.push(row("closing", Weight::Total, Told::new("期末现金", "cash at the end"), &closing));
    let columns = scopes.iter().map(|scope| Column::number(scope.key, scope.name)).collect();
    Table { key: "sources", name: None, of: Told::new("项目", "item"), columns, rows }
}

fn by_account(ground: &Ground<'_>) -> Table {
    let period = ground.period;
    let before = ground.diary.before(period.from);
    let now = ground.diary.within(period.from, period.until);
    let cells = |on: &dyn Fn(Book) -> bool| {
        let opening = before.all(on);
        let [came, went, within] =
            [Cash::In, Cash::Out, Cash::Within].map(|cash| moved(&now, cash, |_| true, on));
        [opening, came, went, within, opening + now.all(on)]
    };
    let row = |key: String, weight, name, cells: [Net; 5]| Row {
        key,
        weight,
        name,
        cells: cells.map(Cell::Yuan).to_vec(),
    };
    let mut rows = Vec::new();
    for (id, account) in ground.books.accounts.iter() {
        let cells = cells(&|book| book == Book::Held(*id));
        if !(account.shut && cells.iter().all(|net| *net == Net::ZERO)) {
            let (zh, en) = (account.kind.both().0, account.kind.both().1);
            let name = Told::new(format!("{id}（{zh}）"), format!("{id} ({en})"));
            rows.push(row(format!("held:{id}"), Weight::Item, name, cells));
        }
    }
    rows.push(row("held".into(), Weight::Total, Told::new("合计", "total"), cells(&is_held)));
    let columns = [
        ("opening", "期初", "at the beginning"),
        ("in", "流入", "in"),
        ("out", "流出", "out"),
        ("within", "内部转账", "between accounts"),
        ("closing", "期末", "at the end"),
    ];
    let columns = columns.map(|(key, zh, en)| Column::number(key, Told::new(zh, en))).to_vec();
    let name = Some(Told::new("本期按账户", "This period, account by account"));
    Table { key: "accounts", name, of: Told::new("账户", "account"), columns, rows }
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let note = Told::new(
        "内部转账只在账户之间移动，不列为流入流出。",
        "Transfers only move cash between accounts and are neither in nor out.",
    );
    (vec![by_source(ground), by_account(ground)], vec![note])
}
