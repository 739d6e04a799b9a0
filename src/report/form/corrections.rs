//! 更正清单: what was booked back in the period, and which published figures were corrected. Nothing
//! is ever edited, so this is every correction there is.

use super::Ground;
use crate::domain::text::{Lang, Place};
use crate::report::diary::Noted;
use crate::report::net::Net;
use crate::report::table::{Cell, Column, Row, Table, Told, Weight};

impl Ground<'_> {
    /// Those of the period.
    fn lately<'n, T>(&self, all: &'n [Noted<T>]) -> impl Iterator<Item = &'n Noted<T>> {
        let (from, until) = (self.period.from, self.period.until);
        all.iter().filter(move |noted| noted.day >= from && noted.day <= until)
    }

    /// Where the line at `of` stands, and what it says.
    fn told(&self, of: Place) -> Cell {
        let line = self.diary.line(of);
        let tell = |lang| match &line {
            Some(line) => format!("{of} {}", line.tell(lang)),
            None => of.to_string(),
        };
        Cell::Word(Told::new(tell(Lang::Zh), tell(Lang::En)))
    }
}

fn row(place: Place, cells: Vec<Cell>) -> Row {
    Row { key: place.to_string(), weight: Weight::Item, name: Told::same(place.to_string()), cells }
}

pub(super) fn fill(ground: &Ground<'_>) -> (Vec<Table>, Vec<Told>) {
    let (mut reversed, mut sum) = (Vec::new(), Net::ZERO);
    for Noted { place, day, line: (reverse, net) } in ground.lately(&ground.diary.reversals) {
        let why = Cell::same(reverse.why.to_string());
        reversed.push(row(
            *place,
            vec![
                Cell::same(day.to_string()),
                ground.told(reverse.of),
                why,
                net.map_or(Cell::Nothing, Cell::Yuan),
            ],
        ));
        sum += net.unwrap_or_default();
    }
    let name = Told::new("合计", "total");
    let cells = vec![Cell::Nothing, Cell::Nothing, Cell::Nothing, Cell::Yuan(sum)];
    reversed.push(Row { key: "reversals".into(), weight: Weight::Total, name, cells });
    let notices = ground.lately(&ground.diary.notices).map(|Noted { place, day, line }| {
        let [was, now] = [line.was, line.now].map(Cell::Count);
        let (what, why) = (Cell::same(line.what.to_string()), Cell::same(line.why.to_string()));
        row(*place, vec![Cell::same(day.to_string()), ground.told(line.of), what, was, now, why])
    });
    let day = || Column::text("day", Told::new("日期", "day"));
    let reversals = Table {
        key: "reversals",
        name: Some(Told::new("冲正", "Reversals")),
        of: Told::new("位置", "place"),
        columns: vec![
            day(),
            Column::text("of", Told::new("冲正的一笔", "what it takes back")),
            Column::text("why", Told::new("原因", "why")),
            Column::number("fen", Told::new("金额", "amount")),
        ],
        rows: reversed,
    };
    let notices = Table {
        key: "notices",
        name: Some(Told::new("更正公告", "Notices of correction")),
        of: Told::new("位置", "place"),
        columns: vec![
            day(),
            Column::text("of", Told::new("所更正的", "what it is about")),
            Column::text("what", Told::new("数字", "figure")),
            Column::number("was", Told::new("原为", "was")),
            Column::number("now", Told::new("应为", "is")),
            Column::text("why", Told::new("原因", "why")),
        ],
        rows: notices.collect(),
    };
    (vec![reversals, notices], Vec::new())
}
