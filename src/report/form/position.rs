//! 资产负债表: money account by account, what of it is owed, and the net assets that are left.

use super::{Ground, head};
use crate::domain::refusal::Both;
use crate::domain::sums::Book;
use crate::domain::time::Day;
use crate::report::diary::{Figures, is_held, is_pot};
use crate::report::net::Net;
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};

/// A row's key, weight and name, and which books it adds up.
type Line = (String, Weight, Told, Box<dyn Fn(Book) -> bool>);

fn line(
    key: &str,
    weight: Weight,
    zh: &str,
    en: &str,
    on: impl Fn(Book) -> bool + 'static,
) -> Line {
    (key.to_owned(), weight, Told::new(zh, en), Box::new(on))
}

fn owed(book: Book) -> bool {
    matches!(book, Book::Promised | Book::Agency)
}

fn own(book: Book) -> bool {
    book == Book::Free || is_pot(book)
}

/// The dates of the columns: the end of the period, the beginning of its year, the end of the last
/// period; at each the figures up to then.
fn dates(ground: &Ground<'_>) -> Vec<(&'static str, Both, Option<Day>)> {
    let year = ground.period.year().from.offset(-1);
    let last = ground.period.before().map(|before| before.until);
    let mut dates = vec![
        ("end", Both("期末数", "at the end"), Some(ground.period.until)),
        ("year", Both("年初数", "at the beginning of the year"), year),
    ];
    if last != year {
        dates.push(("last", Both("上期末数", "at the end of the last period"), last));
    }
    dates
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let dates = dates(ground);
    let figures = |(.., day): &(_, _, Option<Day>)| match day {
        Some(day) => ground.diary.until(*day),
        None => Figures::default(),
    };
    let all: Vec<Figures> = dates.iter().map(figures).collect();
    let row = |(key, weight, name, on): Line| {
        let cells = all.iter().map(|figures| Cell::Yuan(figures.all(&on))).collect();
        Row { key, weight, name, cells }
    };
    let mut rows = vec![head("assets", "资产", "Assets")];
    for (id, account) in ground.books.accounts.iter() {
        let (id, held) = (*id, Book::Held(*id));
        let idle = all.iter().all(|figures| figures.all(|book| book == held) == Net::ZERO);
        if !(account.shut && idle) {
            let (zh, en) = (account.kind.both().0, account.kind.both().1);
            let (zh, en) = (format!("货币资金：{id}（{zh}）"), format!("money: {id} ({en})"));
            let key = format!("held:{id}");
            rows.push(row(line(&key, Weight::Item, &zh, &en, move |book| book == held)));
        }
    }
    let below = [
        line("held", Weight::Total, "资产总计", "total assets", is_held),
        line("promised", Weight::Item, "已批准待付", "approved, not yet paid", |book| {
            book == Book::Promised
        }),
        line(
            "agency",
            Weight::Item,
            "受托代理负债",
            "held for others, to be passed on",
            |book| book == Book::Agency,
        ),
        line("owed", Weight::Total, "负债合计", "total liabilities", owed),
        line("free", Weight::Item, "非限定性净资产", "unrestricted", |book| {
            book == Book::Free
        }),
        line("restricted", Weight::Item, "限定性净资产", "restricted", is_pot),
        line("own", Weight::Total, "净资产合计", "total net assets", own),
        line(
            "funds",
            Weight::Total,
            "负债和净资产总计",
            "liabilities and net assets",
            |book| owed(book) || own(book),
        ),
    ];
    for line in below {
        match &*line.0 {
            "promised" => rows.push(head("liabilities", "负债", "Liabilities")),
            "free" => rows.push(head("net-assets", "净资产", "Net assets")),
            _ => {}
        }
        rows.push(row(line));
    }
    let columns = dates.iter().map(|(key, name, _)| Column::number(*key, *name)).collect();
    let held = all.first().map(|figures| figures.all(is_held)).unwrap_or_default();
    let words = held.capitals().map(|words| {
        Told::new(
            format!("期末资产总计（大写）：{words}"),
            format!("Total assets at the end in capitals: {words}"),
        )
    });
    let of = Told::new("项目", "item");
    (vec![Table { key: "position", name: None, of, columns, rows }], words.into_iter().collect())
}
