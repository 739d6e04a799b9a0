//! Receipts for offices, as they are published: how many and which numbers, and no gift.

use crate::town::Town;
use yishan::domain::codec::read_all;
use yishan::domain::line::Line;
use yishan::publish::Site;

fn line(text: &str) -> Line {
    read_all(text.as_bytes(), usize::MAX).unwrap()
}

fn ticket(number: &str, fen: u64, rest: &str) -> Line {
    line(&format!(
        r#"{{"ticket":{{"code":"11060126","number":"{number}","check":"5fd2c8","payer":"person","on":"2026-11-20","fen":{fen},{rest}}}}}"#
    ))
}

fn file(town: &Town, path: &str) -> Option<String> {
    Site::new(town).file(path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

fn listed(town: &Town, since: Option<u64>) -> Vec<String> {
    let paths = Site::new(town).paths(since).unwrap();
    paths.into_iter().filter(|path| path.contains("ticket")).collect()
}

#[test]
fn receipts_are_published_once_there_are_any_and_only_when_they_change() {
    let mut town = Town::founded("Town Fund");
    let gifts = town.gifts(3);
    town.close();
    assert!(listed(&town, None).is_empty());
    assert_eq!(file(&town, "v1/tickets.json"), None);
    assert_eq!(file(&town, "tickets/index.html"), None);
    assert!(!file(&town, "index.html").unwrap().contains("tickets/"));
    let known = town.size();
    town.write("chen", vec![ticket("0007", 201, &format!(r#""of":["{gifts}/0","{gifts}/1"]"#))]);
    town.close();
    let all = ["v1/tickets.json", "tickets/index.html", "en/tickets/index.html"];
    assert_eq!(listed(&town, None), all);
    assert_eq!(listed(&town, Some(known)), all);
    for page in ["index.html", "en/index.html"] {
        assert!(file(&town, page).unwrap().contains("tickets/index.html"), "{page}");
    }
    let before = all.map(|path| (path.to_owned(), file(&town, path)));
    let known = town.size();
    town.gifts(1);
    town.close();
    assert!(listed(&town, Some(known)).is_empty());
    for (path, bytes) in before {
        assert_eq!(file(&town, &path), bytes, "{path} is not made again, and would differ");
    }
}

#[test]
fn numbers_and_gaps_are_those_of_the_books_and_no_gift_is_named() {
    let mut town = Town::founded("Town Fund");
    let gifts = town.gifts(3);
    let first = town.write("chen", vec![ticket("0007", 100, &format!(r#""of":["{gifts}/0"]"#))]);
    let sha = "ab".repeat(32);
    town.write("chen", vec![ticket("0010", 900, &format!(r#""gifts":4,"sha256":"{sha}""#))]);
    let red = format!(
        r#"{{"red":{{"code":"11060126","number":"0011","check":"A1","on":"2026-11-20","of":"{first}/0","why":"amount"}}}}"#
    );
    town.write("chen", vec![line(&red)]);
    town.close();
    let text = file(&town, "v1/tickets.json").unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["persons"], &json["organisations"]), (&1.into(), &0.into()));
    let code = &json["codes"][0];
    for (field, value) in [("issued", 1), ("void", 1), ("red", 1), ("fen", 900), ("gaps", 2)] {
        assert_eq!(code[field], value, "{field}");
    }
    assert_eq!((&code["first"], &code["last"]), (&"0007".into(), &"0011".into()));
    assert_eq!(code["missing"], serde_json::json!([["0008", "0009"]]));
    let page = file(&town, "tickets/index.html").unwrap();
    for want in ["0007–0011", "0008–0009", "¥9.00"] {
        assert!(page.contains(want), "{want} is not on the page");
    }
    assert!(!text.contains(&format!("\"{gifts}/0\"")), "a gift is named");
    assert!(!text.contains(&sha) && !page.contains(&sha), "a list is named");
}
