//! Donation boxes and collections on squares, as they are published: what was counted, what is in
//! the bank, and what is overdue.

use crate::town::Town;
use yishan::domain::codec::read_all;
use yishan::domain::line::Line;
use yishan::domain::text::Lang;
use yishan::publish::{Bulletin, Site};

const FILES: [&str; 3] = ["v1/boxes.json", "boxes/index.html", "en/boxes/index.html"];

fn line(text: &str) -> Line {
    read_all(text.as_bytes(), usize::MAX).unwrap()
}

fn file(town: &Town, path: &str) -> Option<String> {
    Site::new(town).file(path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// One session on the square: opened and counted first; the place.
fn opened(town: &mut Town, on: &str, due: &str) -> String {
    let sheet = "9".repeat(64);
    let entry = town.write(
        "chen",
        vec![line(&format!(
            r#"{{"unbox":{{"box":"square","on":"{on}","due":"{due}","notes":[10,0,0,0,0,0,0,5],"fen":100050,"witness":"社区居委会","sheet":"{sheet}"}}}}"#
        ))],
    );
    format!("{entry}/0")
}

fn reference(number: u64) -> String {
    format!("AAAAAAAAAA{number}AAAAAAAAAAA")
}

fn collect(town: &mut Town, of: &str, number: u64) {
    let reference = reference(number);
    let second =
        format!(r#"{{"collect":{{"of":"{of}","fen":100050,"to":"till","ref":"{reference}"}}}}"#);
    town.write("wang", vec![line(&second)]);
}

fn square() -> Town {
    let mut town = Town::founded("Town Fund");
    town.write(
        "wang",
        vec![
            line(r#"{"open":{"account":"till","kind":"cash","owner":"federation"}}"#),
            line(r#"{"box":{"box":"square","kind":"square","at":"人民广场 <b>","permit":"P-7"}}"#),
        ],
    );
    town
}

#[test]
fn a_fund_without_boxes_publishes_nothing_about_them() {
    let town = Town::grown("Town Fund");
    let paths = Site::new(&town).paths(None).unwrap();
    for path in FILES {
        assert!(file(&town, path).is_none() && !paths.iter().any(|p| p == path), "{path}");
    }
    assert!(!file(&town, "index.html").unwrap().contains("boxes/index.html"));
}

#[test]
fn what_two_counted_is_told_and_what_is_not_in_the_bank_in_time_is_overdue() {
    let mut town = square();
    let first = opened(&mut town, "2026-11-20", "2026-11-22");
    let json = |town: &Town| -> serde_json::Value {
        serde_json::from_str(&file(town, FILES[0]).unwrap()).unwrap()
    };
    let told = json(&town);
    assert_eq!((&told["openings"], &told["counted"]), (&0.into(), &0.into()));
    assert_eq!(told["waiting"][0]["counted_twice"], false);
    collect(&mut town, &first, 1);
    let day = town.close();
    let told = json(&town);
    assert_eq!((&told["openings"], &told["counted"]), (&1.into(), &100_050.into()));
    assert_eq!(told["boxes"][0]["counted"], 100_050);
    let (zh, en) = (file(&town, FILES[1]).unwrap(), file(&town, FILES[2]).unwrap());
    assert!(zh.contains("¥1,000.50") && zh.contains("人民广场 &#60;b&#62;"), "{zh}");
    assert!(en.contains("due by") && !en.contains("overdue"), "{en}");
    assert!(file(&town, "index.html").unwrap().contains("boxes/index.html"));
    let text = Bulletin::of(&town, day).unwrap().unwrap().text(None, Lang::Zh);
    assert!(
        text.contains("募捐箱、广场募捐 ¥1,000.50") && text.contains("结余 ¥1,000.50"),
        "{text}"
    );
    for _ in 0..3 {
        town.close();
    }
    assert!(file(&town, FILES[2]).unwrap().contains("overdue since"));
    assert!(file(&town, FILES[1]).unwrap().contains("逾期"));
    let deposit = format!(
        r#"{{"deposit":{{"parts":[{{"of":"{first}","fen":100050}}],"fen":100050,"from":"till","to":"bank","paid":"2026-11-23T08:00:00","ref":"{}"}}}}"#,
        reference(2)
    );
    town.write("wang", vec![line(&deposit)]);
    let (told, en) = (json(&town), file(&town, FILES[2]).unwrap());
    assert_eq!((&told["deposited"], &told["waiting"]), (&100_050.into(), &serde_json::json!([])));
    assert!(en.contains("in the bank") && !en.contains("overdue"), "{en}");
}

#[test]
fn a_day_without_boxes_leaves_their_numbers_alone() {
    let mut town = square();
    let first = opened(&mut town, "2026-11-20", "2026-11-25");
    collect(&mut town, &first, 1);
    town.close();
    let before = file(&town, FILES[0]);
    town.gifts(3);
    town.close();
    assert!(before == file(&town, FILES[0]), "the numbers changed");
}
