//! What is published about goods: stock and sums in units, and nothing about a person.

use crate::town::{Town, id, place};
use yishan::domain::line::Line;
use yishan::domain::line::goods::countersign::Countersign;
use yishan::publish::{Facts, Site};

const FILES: [&str; 3] = ["v1/goods.json", "goods/index.html", "en/goods/index.html"];

fn file(town: &Town, path: &str) -> Option<String> {
    let bytes = Site::new(town).file(path).unwrap();
    bytes.map(|bytes| String::from_utf8(bytes).unwrap())
}

fn sign(town: &mut Town, of: &str) {
    town.write("zhao", vec![Line::Countersign(Countersign { of: place(of) })]);
}

/// A main station with a branch, clothes from before the ledger and new ones, some given to a
/// student.
fn stations() -> Town {
    let mut town = Town::founded("Town Fund");
    town.write("chen", vec![Town::nominate("s-1")]);
    let first = town.size();
    let sites = vec![Town::site("zong", None), Town::site("fen", Some("zong"))];
    town.write("wang", [sites, vec![Town::category("clothes")]].concat());
    town.write("wang", vec![Town::carry("zong", "clothes", 7000, 15000)]);
    sign(&mut town, &format!("{}/0", first + 1));
    town.write("chen", vec![Town::receive("fen", "clothes", 861, Some(123_456))]);
    sign(&mut town, &format!("{}/0", first + 3));
    town.write("chen", vec![Town::inspect("fen", "clothes", 861)]);
    town.write("chen", vec![Town::issue("fen", "clothes", 60, Some("s-1"))]);
    town
}

#[test]
fn a_fund_without_goods_publishes_nothing_about_them() {
    let town = Town::grown("Town Fund");
    let paths = Site::new(&town).paths(None).unwrap();
    for path in FILES {
        assert!(file(&town, path).is_none() && !paths.iter().any(|p| p == path), "{path}");
    }
    assert!(!file(&town, "index.html").unwrap().contains("goods/index.html"));
}

#[test]
fn goods_are_told_in_units_and_a_lower_bound_as_one() {
    let town = stations();
    let json: serde_json::Value = serde_json::from_str(&file(&town, FILES[0]).unwrap()).unwrap();
    let clothes = &json["categories"][0];
    let number = |name: &str| clothes[name].as_u64().unwrap();
    assert_eq!((number("received"), number("issued"), number("stock")), (861, 60, 7801));
    assert_eq!((number("before"), number("carried")), (15000, 7000));
    assert_eq!(clothes["stock_at_least"], true);
    assert_eq!(clothes["worth"]["market"], 123_456);
    assert_eq!(json["sites"][1]["shelves"][0]["usable"], 801);
    assert_eq!(json["issued_to_students"], 60);
    let (zh, en) = (file(&town, FILES[1]).unwrap(), file(&town, FILES[2]).unwrap());
    assert!(
        zh.contains("至少 7801") && zh.contains("至少 15000") && zh.contains("¥1,234.56"),
        "{zh}"
    );
    assert!(en.contains("at least 7801") && en.contains("zong &#60;b&#62;&#38;"), "{en}");
    assert!(file(&town, "index.html").unwrap().contains("goods/index.html"));
    // What goods are worth is no money.
    assert_eq!(town.replay().books().sums.now.held.total().get(), 0);
}

#[test]
fn the_page_and_the_numbers_tell_nothing_about_one_student() {
    let town = stations();
    assert!(town.replay().books().students.known.get(&id("s-1")).is_some());
    for path in FILES {
        let text = file(&town, path).unwrap();
        for word in ["s-1", "签名", "密钥", "signature", "hash"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn a_day_without_goods_leaves_their_files_alone() {
    let mut town = stations();
    let since = town.size();
    let before: Vec<_> = FILES.iter().map(|path| file(&town, path)).collect();
    town.gifts(3);
    town.close();
    let paths = Site::new(&town).paths(Some(since)).unwrap();
    assert!(!paths.iter().any(|path| FILES.contains(&path.as_str())), "{paths:?}");
    let after: Vec<_> = FILES.iter().map(|path| file(&town, path)).collect();
    assert!(before == after, "the files changed");
    town.write("chen", vec![Town::receive("zong", "clothes", 1, None)]);
    let slip = town.size() - 1;
    let paths = Site::new(&town).paths(Some(slip)).unwrap();
    assert!(
        !paths.iter().any(|path| FILES.contains(&path.as_str())),
        "one signature is not enough"
    );
    sign(&mut town, &format!("{slip}/0"));
    let paths = Site::new(&town).paths(Some(slip)).unwrap();
    assert!(FILES.iter().all(|path| paths.iter().any(|p| p == path)), "{paths:?}");
}
