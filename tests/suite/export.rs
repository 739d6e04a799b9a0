//! What is written out for other programs is the ledger: no movement less, none more, none else.

use crate::town::{Dice, Town, id};
use std::collections::BTreeMap;
use yishan::domain::books::Books;
use yishan::domain::codec::List;
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::line::student::draw::Draw;
use yishan::domain::line::student::visit::{Finding, Visit};
use yishan::domain::sums::{Balance, Book};
use yishan::domain::text::{Id, Place};
use yishan::domain::time::Day;
use yishan::export::rows::JsonLines;
use yishan::export::{self, Format, Movement, Span};
use yishan::publish::Facts as _;

/// What each book holds, summed up from the movements: debits less credits, in fen.
#[derive(Default)]
struct Sums(BTreeMap<String, i64>);

impl Sums {
    fn add(&mut self, book: Book, fen: i64) {
        *self.0.entry(format!("{book:?}")).or_default() += fen;
    }

    fn of(balance: &Balance) -> Sums {
        let mut sums = Sums::default();
        let fen = |fen: yishan::domain::money::Fen| i64::try_from(fen.get()).unwrap();
        for (account, held) in &balance.held.0 {
            sums.add(Book::Held(*account), fen(*held));
        }
        sums.add(Book::Free, -fen(balance.free));
        sums.add(Book::Promised, -fen(balance.promised));
        sums.add(Book::Agency, -fen(balance.agency.0));
        for (pot, fen_of) in &balance.pots.0.0 {
            sums.add(Book::Pot(*pot), -fen(*fen_of));
        }
        sums
    }

    fn some(self) -> BTreeMap<String, i64> {
        self.0.into_iter().filter(|(_, fen)| *fen != 0).collect()
    }
}

impl Format for Sums {
    fn head(&mut self, _: &Books, opening: Option<&Close>) -> String {
        self.0 = opening.map(|close| Sums::of(&close.closing).0).unwrap_or_default();
        String::new()
    }

    fn movement(&mut self, movement: &Movement<'_>) -> String {
        let fen = i64::try_from(movement.posting.fen.get()).unwrap();
        self.add(movement.posting.debit, fen);
        self.add(movement.posting.credit, -fen);
        String::new()
    }

    fn close(&mut self, close: &Close, _: Place) -> String {
        let now = Sums(self.0.clone()).some();
        assert_eq!(now, Sums::of(&close.closing).some(), "at the close of {}", close.day);
        String::new()
    }
}

fn out(town: &Town, from: Option<Day>, format: &mut dyn Format) -> (u64, String) {
    let (mut text, span) = (String::new(), Span { from, until: None });
    let entry = |number: u64| Ok::<_, ()>(town.entry(number).unwrap());
    let put = |piece: &str| {
        text += piece;
        Ok(())
    };
    let count = export::write(town.replay(), span, town.past(), entry, format, put).unwrap();
    (count, text)
}

#[test]
fn whatever_the_town_does_its_movements_add_up_to_every_close() {
    let mut dice = Dice(7);
    let mut town = Town::grown("Town Fund");
    for _ in 0..400 {
        town.whim(&mut dice);
    }
    let days: Vec<_> = town.books().days.iter().map(|(day, _)| *day).collect();
    for from in [None, Some(days[days.len() / 2])] {
        let mut sums = Sums::default();
        let (count, _) = out(&town, from, &mut sums);
        assert!(count > 30);
        assert_eq!(sums.some(), Sums::of(&town.books().sums.now).some());
    }
}

#[test]
fn a_ledger_in_which_a_lot_fell_is_written_out_to_its_end() {
    let mut town = Town::founded("Town Fund");
    let students: Vec<Id> = (0..10).map(|n| id(&format!("s-{n}"))).collect();
    town.write("chen", students.iter().map(|s| Town::nominate(s.as_str())).collect());
    let on = town.now().wall.day();
    let visit = |student: &Id| Line::Visit(Visit { student: *student, on, finding: Finding::Fit });
    town.write("zhao", students.iter().map(visit).collect());
    let day = town.close();
    let lot = town.books().students.lots.get(&day).expect("ten are enough for a lot").clone();
    let students = List::new(lot.students.to_vec()).unwrap();
    let (size, root, of) = (lot.size, lot.root, lot.of);
    town.write("zhao", vec![Line::Draw(Box::new(Draw { day, size, root, of, students }))]);
    town.gifts(3);
    town.close();
    let (count, text) = out(&town, None, &mut JsonLines);
    assert_eq!((count, text.lines().count()), (3, 3));
}
