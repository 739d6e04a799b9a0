//! A closed year as the public sees it: its page and numbers come with it and change with it only.

use crate::forge::publish;
use crate::town::{Town, text};
use std::collections::BTreeMap;
use yishan::domain::books::Past;
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::line::years::year::Year;
use yishan::domain::text::Place;
use yishan::publish::Facts;
use yishan::verify::{Ask, Verdict, verify};

type Files = BTreeMap<String, Vec<u8>>;

struct Earlier<'t>(&'t Town);

impl Past for Earlier<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        let bytes = self.0.entry(place.entry).ok()?;
        Entry::decode(&bytes).ok()?.0.voucher.lines.get(usize::from(place.line)).cloned()
    }
}

fn close_year(town: &mut Town, year: u64) -> u64 {
    let right = Year::of(town.replay().books(), &Earlier(town), year).unwrap();
    let why = Some(text("statement <b>& on its way"));
    town.write("zhao", vec![Line::Year(Box::new(Year { why, ..right }))])
}

fn assert_verified(town: &Town, files: &Files) {
    let key = town.verifier();
    let ask = Ask { source: files, key: &key, witnesses: &[], quorum: 0, since: None };
    let report = verify(ask, &mut |_| {});
    assert_eq!(report.verdict, Verdict::Verified, "{:?} {:?}", report.distrust, report.doubts);
}

#[test]
fn the_page_of_closed_years_comes_with_the_first_and_changes_with_the_next_only() {
    let (mut town, mut files) = (Town::founded("Town"), Files::new());
    town.take(500);
    town.close();
    publish(&town, None, &mut files);
    assert!(!files.keys().any(|path| path.contains("years")), "nothing of it before");
    let (mut since, mut pages) = (town.size(), Vec::new());
    for year in [2026, 2027] {
        town.pass_days(370);
        close_year(&mut town, year);
        if year == 2026 {
            town.reverse("chen", "2/0", "not for the fund");
        }
        town.take(700);
        publish(&town, Some(since), &mut files);
        since = town.size();
        assert_verified(&town, &files);
        pages.push(files["years/index.html"].clone());
        town.close();
        publish(&town, Some(since), &mut files);
        since = town.size();
        assert_verified(&town, &files);
        assert_eq!(&files["years/index.html"], pages.last().unwrap(), "a day changes no year");
    }
    assert_ne!(pages[0], pages[1]);
    let numbers: serde_json::Value = serde_json::from_slice(&files["v1/years.json"]).unwrap();
    let years = numbers["years"].as_array().unwrap();
    assert_eq!(years.len(), 2);
    assert_eq!(years[0]["closing"]["total"], 500);
    assert_eq!(years[1]["opening"], years[0]["closing"]);
    assert_eq!(years[1]["prior"]["gift"], serde_json::json!({"count": 1, "fen": 500}));
    assert_eq!(years[1]["closing"]["total"], 700);
    let page = String::from_utf8(pages[1].clone()).unwrap();
    assert!(page.contains("其中冲正以前年度的捐款") && !page.contains("<b>&"), "{page}");
    let english = String::from_utf8(files["en/years/index.html"].clone()).unwrap();
    assert!(english.contains("of these, gifts of earlier years"), "{english}");
    assert!(String::from_utf8_lossy(&files["index.html"]).contains("years/index.html"));
}
