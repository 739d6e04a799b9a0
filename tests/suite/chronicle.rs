//! 大事记: what is told is in the ledger, and what a month comes to is what its closes state.

use crate::town::{Town, day, place};
use yishan::chronicle::{Chronicle, Format, MAX_ITEMS};
use yishan::domain::books::Past;
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::sums::Move;
use yishan::domain::text::{Lang, Place};
use yishan::publish::{FactError, Facts};
use yishan::tlog::leaf_hash;

/// Earlier lines of a town.
struct Earlier<'t>(&'t Town);

impl Past for Earlier<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        line(self.0, place)
    }
}

fn line(town: &Town, place: Place) -> Option<Line> {
    let bytes = town.entry(place.entry).ok()?;
    Entry::decode(&bytes).ok()?.0.voucher.lines.get(usize::from(place.line)).cloned()
}

fn told(town: &Town) -> Chronicle {
    let entry = |number| -> Result<Vec<u8>, FactError> { town.entry(number) };
    Chronicle::of(town.replay(), &Earlier(town), entry).unwrap()
}

fn texts(town: &Town) -> Vec<String> {
    let chronicle = told(town);
    chronicle.months.values().flat_map(|month| &month.items).map(|item| item.en.clone()).collect()
}

#[test]
fn every_item_names_a_line_of_its_day_and_carries_that_lines_receipt_code() {
    let town = Town::grown("Town");
    let chronicle = told(&town);
    let mut count = 0;
    for ((year, number), month) in &chronicle.months {
        for item in &month.items {
            count += 1;
            let bytes = town.entry(item.place.entry).unwrap();
            assert!(line(&town, item.place).is_some(), "{item:?}");
            let code = item.code.unwrap();
            assert!(code.fits(leaf_hash(&bytes)) && code.place() == item.place, "{item:?}");
            assert_eq!((item.day.numbers().0, item.day.numbers().1), (*year, *number));
            assert_ne!(item.zh, item.en);
        }
        let days: Vec<_> = month.items.iter().map(|item| item.day).collect();
        assert!(days.is_sorted(), "in the order of the ledger");
    }
    assert!(count > 10, "{count} items");
}

#[test]
fn what_a_month_comes_to_is_what_its_closes_state() {
    let town = Town::grown("Town");
    let chronicle = told(&town);
    let (mut gifts, mut back, mut paid, mut days) = (0, 0, 0, 0);
    for entry in town.replay().books().days.iter().map(|(_, entry)| *entry) {
        let Some(Line::Close(close)) = line(&town, Place { entry, line: 0 }) else { panic!() };
        let (done, undone) = (close.moved.done, close.moved.undone);
        gifts += done.of(Move::Gift).fen.get();
        back += done.of(Move::Refund).fen.get() + undone.of(Move::Gift).fen.get();
        paid += done.of(Move::Pay).fen.get();
        days += 1;
    }
    // Two gifts are in no close yet.
    let books = town.replay().books();
    gifts += books.sums.day.done.of(Move::Gift).fen.get();
    let months = chronicle.months.values();
    let sum = |of: fn(&yishan::chronicle::Month) -> u64| months.clone().map(of).sum::<u64>();
    assert_eq!(sum(|month| month.gifts.fen.get()), gifts);
    assert_eq!(sum(|month| month.back.fen.get()), back);
    assert_eq!(sum(|month| month.paid.fen.get()), paid);
    assert_eq!(sum(|month| month.closes), days);
    let admitted = sum(|month| month.admitted) - sum(|month| month.left);
    assert_eq!(admitted, books.levels.total());
    let largest = chronicle.months.values().find_map(|month| month.largest).unwrap();
    assert!(largest.promised.fen.get() > 0 && line(&town, largest.place).is_some());
}

#[test]
fn firsts_and_round_numbers_are_told_once_at_the_line_that_reached_them() {
    let mut town = Town::founded("Town");
    town.take(999_999);
    town.take(1);
    town.close();
    // Below the round sum, and up to it again: that is no news.
    town.reverse("chen", "3/0", "not for the fund");
    town.take(1);
    town.take(1_000_000);
    (0..97).for_each(|_| _ = town.gifts(1));
    let all = told(&town);
    let month = all.months.values().next().unwrap();
    let at = |words: &str| -> Vec<String> {
        let of = month.items.iter().filter(|item| item.en.contains(words));
        of.map(|item| item.place.to_string()).collect()
    };
    assert_eq!(at("the first gift, 9,999.99 yuan"), ["2/0"]);
    assert_eq!(at("the first gift"), ["2/0"]);
    assert_eq!(at("reached 10,000.00 yuan"), ["3/0"]);
    assert_eq!(at("reached 20,000.00 yuan"), ["7/0"]);
    assert_eq!(at("gift number 100 is received"), ["103/0"]);
    assert_eq!(at("the first day is closed"), ["4/0"]);
    assert_eq!(at("not for the fund"), ["5/0"]);
}

#[test]
fn of_a_month_with_very_much_to_tell_the_rest_is_counted() {
    let mut town = Town::founded("Town");
    for n in 0..MAX_ITEMS as u64 {
        town.take(100);
        town.reverse("chen", &format!("{}/0", 2 + 2 * n), "again");
    }
    let all = told(&town);
    let month = all.months.values().next().unwrap();
    // Founding, two accounts and the first gift come first.
    assert_eq!((month.items.len(), month.more), (MAX_ITEMS, 5));
    assert!(all.render(Format::Text, Lang::En).contains("and 5 more in the ledger"));
}

#[test]
fn every_format_tells_every_item_and_takes_texts_for_texts() {
    let mut town = Town::founded("Town <b>&*");
    town.take(100);
    town.reverse("chen", "2/0", "a*b <i>");
    let all = told(&town);
    let html = all.render(Format::Html, Lang::Zh);
    let markdown = all.render(Format::Markdown, Lang::Zh);
    let text = all.render(Format::Text, Lang::Zh);
    for item in all.months.values().flat_map(|month| &month.items) {
        let code = item.code.unwrap().to_string();
        for (name, out) in [("html", &html), ("md", &markdown), ("text", &text)] {
            assert!(out.contains(&code), "{name}: no {code} in\n{out}");
        }
        assert!(text.contains(&item.zh));
    }
    assert!(html.contains("Town &lt;b&gt;&amp;*") && !html.contains("<i>"), "{html}");
    assert!(markdown.contains(r"a\*b \<i\>"), "{markdown}");
    let object = all.object();
    assert_eq!(object["months"][0]["items"].as_array().unwrap().len(), texts(&town).len());
}

#[test]
fn a_year_has_its_own_months_and_goes_on_counting_from_the_years_before() {
    let town = Town::grown("Town");
    let (all, none) = (told(&town), told(&town).in_year(2025));
    assert!(none.months.is_empty());
    assert_eq!(told(&town).in_year(day("2026-11-20").numbers().0), all);
    assert_eq!(all.months.values().next().unwrap().items[0].place, place("0/0"));
}
