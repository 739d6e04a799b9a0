//! What the money is for, as it is published: pots, campaigns, and what management cost.

use crate::forge::{Files, publish};
use crate::report::{fen, made};
use crate::town::{ORIGIN, Town};
use yishan::domain::codec::read_all;
use yishan::domain::line::Line;
use yishan::domain::text::Lang;
use yishan::publish::{Bulletin, Site};
use yishan::tlog::Signer;
use yishan::verify::{Ask, Verdict, verify};

const CAMPAIGN: &str = r#"{"campaign":{"campaign":"autumn","reach":"public","name":"金秋助学","purpose":"资助新生","area":"本县","lead":"办公室主任","from":"2026-11-01","until":"2027-06-30","methods":"收款码","account":"bank","beneficiaries":"家庭困难的学生","use":"学费","cost":500,"surplus":"转入下期","filing":"FIL-9"}}"#;
const POTS: [&str; 2] = [
    r#"{"pot":{"pot":"books","for":"课外书 <b>","source":"raised","campaign":"autumn"}}"#,
    r#"{"pot":{"pot":"county","for":"县财政助学","source":"fiscal","year":2026}}"#,
];

fn line(text: &str) -> Line {
    read_all(text.as_bytes(), usize::MAX).unwrap()
}

/// A line of money with a reference of its own.
fn paid(tag: &str, fields: &str, number: u64, rest: &str) -> Line {
    paid_on("2026-11-20", tag, fields, number, rest)
}

fn paid_on(day: &str, tag: &str, fields: &str, number: u64, rest: &str) -> Line {
    let reference = format!("AAAAAAAAAA{number}AAAAAAAAAAA");
    line(&format!(
        "{{\"{tag}\":{{{fields},\"paid\":\"{day}T08:00:00\",\"ref\":\"{reference}\"{rest}}}}}"
    ))
}

fn file(town: &Town, path: &str) -> Option<String> {
    Site::new(town).file(path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

fn listed(town: &Town, since: Option<u64>) -> Vec<String> {
    let paths = Site::new(town).paths(since).unwrap();
    paths.into_iter().filter(|path| path.contains("funds")).collect()
}

/// Restricted and free money, an appropriation, and a management cost that was paid.
fn live(town: &mut Town, today: &str) {
    town.write("wang", [CAMPAIGN, POTS[0], POTS[1]].map(line).to_vec());
    let for_books = paid("gift", "\"fen\":60000,\"to\":\"wx\"", 1, ",\"for\":\"books\"");
    let granted = paid("grant", "\"fen\":80000,\"to\":\"bank\"", 2, ",\"for\":\"county\"");
    let gift = paid("gift", "\"fen\":500,\"to\":\"wx\"", 3, "");
    town.write("chen", vec![for_books, granted, gift]);
    let of = town.write(
        "chen",
        vec![
            line(r#"{"expense":{"class":"programme","fen":1000,"for":"cars","from":"books"}}"#),
            line(r#"{"expense":{"class":"management","fen":100,"for":"paper"}}"#),
        ],
    );
    let approve = |n| line(&format!("{{\"approve\":{{\"of\":\"{of}/{n}\"}}}}"));
    town.write("li", vec![approve(0), approve(1)]);
    let pay = |n, fen, number| {
        let fields = format!("\"of\":\"{of}/{n}\",\"fen\":{fen},\"from\":\"wx\"");
        paid_on(today, "pay", &fields, number, "")
    };
    town.write("wang", vec![pay(0, 1000, 4), pay(1, 100, 5)]);
}

#[test]
fn what_the_money_is_for_is_published_once_a_pot_or_campaign_was_opened() {
    let mut town = Town::founded("Town Fund");
    town.gifts(2);
    town.close();
    assert!(listed(&town, None).is_empty());
    assert_eq!(file(&town, "v1/funds.json"), None);
    assert_eq!(file(&town, "funds/index.html"), None);
    assert!(!file(&town, "index.html").unwrap().contains("funds/"));
    let known = town.size();
    live(&mut town, "2026-11-21");
    town.close();
    let all = ["v1/funds.json", "funds/index.html", "en/funds/index.html"];
    assert_eq!(listed(&town, None), all);
    assert_eq!(listed(&town, Some(known)), all);
    for page in ["index.html", "en/index.html"] {
        assert!(file(&town, page).unwrap().contains("funds/index.html"), "{page}");
    }
}

#[test]
fn the_numbers_of_pots_and_campaigns_are_those_of_the_books() {
    let mut town = Town::founded("Town Fund");
    live(&mut town, "2026-11-20");
    town.close();
    let text = file(&town, "v1/funds.json").unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["unrestricted"], &json["restricted"]), (&400.into(), &139_000.into()));
    let pot = &json["pots"][0];
    assert_eq!((&pot["pot"], &pot["received"]), (&"books".into(), &60_000.into()));
    assert_eq!((&pot["held"], &pot["year"]), (&59_000.into(), &serde_json::Value::Null));
    assert_eq!(json["pots"][1]["year"], 2026);
    let campaign = &json["campaigns"][0];
    assert_eq!((&campaign["raised"], &campaign["spent"]), (&60_000.into(), &0.into()));
    let year = &json["years"][0];
    assert_eq!((&year["spent"], &year["management"]), (&1_100.into(), &100.into()));
    let status = file(&town, "v1/status.json").unwrap();
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let closing = &status["closed"]["closing"];
    assert_eq!((&closing["pots"]["books"], &closing["free"]), (&59_000.into(), &400.into()));
    assert_eq!(status["closed"]["ever"]["spend"]["fen"], 1_100);
    assert!(closing.get("agency").is_none() && status["closed"]["ever"].get("pass").is_none());
}

#[test]
fn the_pages_tell_restricted_from_unrestricted_money_and_show_the_whole_plan() {
    let mut town = Town::founded("Town Fund");
    live(&mut town, "2026-11-20");
    let day = town.close();
    for (page, wanted) in [
        ("index.html".to_owned(), ["限定性", "¥1,390.00", "¥800.00"]),
        (format!("d/{day}/index.html"), ["限定性", "¥1,390.00", "财政拨款"]),
        (format!("en/d/{day}/index.html"), ["restricted", "¥1,390.00", "expenses"]),
    ] {
        let text = file(&town, &page).unwrap();
        for want in wanted {
            assert!(text.contains(want), "{want} is not on {page}");
        }
    }
    let page = file(&town, "funds/index.html").unwrap();
    for want in ["课外书 &#60;b&#62;", "财政 2026", "FIL-9", "5.00 %", "转入下期", "办公室主任"]
    {
        assert!(page.contains(want), "{want} is not on the page");
    }
    assert!(!page.contains("<b>"));
    let bulletin = Bulletin::of(&town, day).unwrap().unwrap();
    let text = bulletin.text(None, Lang::Zh);
    assert!(text.contains("财政、配捐、变卖 ¥800.00，项目与管理支出 ¥11.00"), "{text}");
    assert!(text.contains("，限定用途 ¥1,390.00\n") && text.lines().count() <= 12, "{text}");
    let table = file(&town, "csv/2026-11.csv").unwrap();
    let kinds: Vec<_> = table.lines().skip(1).filter_map(|row| row.split(',').nth(5)).collect();
    assert_eq!(kinds, ["gift", "grant", "spend", "spend"]);
}

/// Money that no student got is what people ask about first.
#[test]
fn every_expense_is_told_with_what_it_was_for_and_adds_up_to_the_close_and_the_report() {
    let mut town = Town::founded("Town Fund");
    live(&mut town, "2026-11-20");
    let day = town.close();
    let json =
        |path| -> serde_json::Value { serde_json::from_str(&file(&town, path).unwrap()).unwrap() };
    let (funds, status) = (json("v1/funds.json"), json("v1/status.json"));
    let told = &funds["expenses"];
    let report = made(&town, "2026", "2026-12-31");
    for (class, sum) in [("programme", 1_000), ("management", 100), ("fundraising", 0)] {
        assert_eq!(told[class], sum, "{class}");
        assert_eq!(fen(&report, "spending", class, "paid"), sum.into(), "{class}");
    }
    assert_eq!(
        (&told["total"], &told["more"]),
        (&status["closed"]["ever"]["spend"]["fen"], &0.into())
    );
    let [paper, cars] = &told["latest"].as_array().unwrap()[..] else { panic!("{told}") };
    let part = |one: &serde_json::Value| {
        ["for", "class", "campaign", "pot"].map(|name| one[name].as_str().unwrap_or("").to_owned())
    };
    assert_eq!(part(paper), ["paper", "management", "", ""]);
    assert_eq!(part(cars), ["cars", "programme", "autumn", "books"]);
    let place = cars["place"].as_str().unwrap().replace('/', "-");
    let link = format!("d/{day}/index.html#p{place}");
    for (page, class) in [
        ("out/index.html", "业务活动成本"),
        ("out/2026-11/index.html", "业务活动成本"),
        ("funds/index.html", "业务活动成本"),
        ("en/out/index.html", "programme cost"),
        ("en/funds/index.html", "programme cost"),
    ] {
        let text = file(&town, page).unwrap();
        for want in ["cars", class, "金秋助学", "课外书 &#60;b&#62;", "−¥10.00", &*link] {
            assert!(text.contains(want), "{want} is not on {page}");
        }
    }
    let text = file(&town, &format!("d/{day}/index.html")).unwrap();
    assert!(text.contains(&format!("id=\"p{place}\"")), "the link leads nowhere");
}

#[test]
fn what_one_more_expense_costs_a_page_is_bounded_and_the_rest_is_counted() {
    let mut town = Town::founded("Town Fund");
    town.gifts(1);
    let one = r#"{"expense":{"class":"programme","fen":1,"for":"cars"}}"#;
    for _ in 0..3 {
        town.write("chen", vec![line(one); 90]);
    }
    town.close();
    let page = file(&town, "out/index.html").unwrap();
    assert_eq!(page.matches("<th scope=\"row\">cars").count(), 200);
    assert!(page.contains("另有 70 笔"));
    assert!(file(&town, "v1/funds.json").is_none(), "nothing was paid yet");
}

/// An organisation that is paired with a student, and its first money.
fn sponsor(town: &mut Town) {
    let all = |texts: &[&str]| texts.iter().map(|text| line(text)).collect::<Vec<_>>();
    town.write(
        "chen",
        all(&[r#"{"nominate":{"student":"s-77","level":"junior","source":"self"}}"#]),
    );
    town.write("zhao", all(&[r#"{"visit":{"student":"s-77","on":"2026-11-20","finding":"fit"}}"#]));
    town.write("li", all(&[r#"{"admit":{"student":"s-77"}}"#]));
    town.write(
        "chen",
        all(&[
            r#"{"pair":{"pair":"q-77","sponsor":"d-77","kind":"organisation","student":"s-77","fen":30000,"from":"2026-11-01","until":"2027-06-30"}}"#,
        ]),
    );
    let entrust = paid("entrust", "\"pair\":\"q-77\",\"fen\":30000,\"to\":\"bank\"", 6, "");
    town.write("chen", vec![entrust]);
}

/// Whoever publishes every evening must come to the same folder as one who publishes once: a line
/// of any kind with a reference can be found by it.
#[test]
fn money_of_every_kind_is_found_after_a_publication_that_only_adds() {
    let (mut town, mut files) = (Town::founded("Town Fund"), Files::new());
    publish(&town, None, &mut files);
    let back = |town: &mut Town| {
        // In another month, of which nothing but the reversal is known.
        town.pass_days(20);
        let of = town.books().payments.last_key().unwrap().to_string();
        town.reverse("wang", &of, "it came back");
    };
    let parts: [fn(&mut Town); 3] = [|town| live(town, "2026-11-20"), sponsor, back];
    for part in parts {
        let since = town.size();
        part(&mut town);
        town.close();
        publish(&town, Some(since), &mut files);
        let key = Signer::new(ORIGIN, &[9; 32]).unwrap().verifier();
        let ask = Ask { source: &files, key: &key, witnesses: &[], quorum: 0, since: None };
        let report = verify(ask, &mut |_| ());
        assert!(report.verdict == Verdict::Verified, "{:?} {:?}", report.distrust, report.doubts);
    }
    let mut whole = Files::new();
    publish(&town, None, &mut whole);
    let differ = whole.iter().filter(|(path, bytes)| files.get(*path) != Some(bytes));
    let differ: Vec<_> =
        differ.map(|(path, _)| path).filter(|path| !path.ends_with("proof")).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn of_sponsors_there_are_counts_and_sums_and_no_pair() {
    let mut town = Town::founded("Town Fund");
    sponsor(&mut town);
    town.close();
    let json: serde_json::Value =
        serde_json::from_str(&file(&town, "v1/funds.json").unwrap()).unwrap();
    let sponsors = &json["sponsors"];
    assert_eq!((&sponsors["pairs"], &sponsors["organisations"]), (&1.into(), &1.into()));
    assert_eq!((&sponsors["entrusted"], &json["agency"]), (&30_000.into(), &30_000.into()));
    for path in Site::new(&town).paths(None).unwrap() {
        let ends = [".html", ".json", ".csv", ".xml"];
        if path.starts_with("day/") || !ends.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let text = file(&town, &path).unwrap();
        assert!(!text.contains("q-77") && !text.contains("d-77"), "{path} names a pair");
    }
    assert!(file(&town, "index.html").unwrap().contains("代收代付（不是捐款）"));
}
