//! What programs read: tables, feed, sitemaps and the address that they are made with.

use crate::forge::{self, Files, publish};
use crate::home::Home;
use crate::town::{ORIGIN, Town};
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::codec::read_all;
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::money::Fen;
use yishan::publish::{Address, Facts, Movers, Site};
use yishan::tlog::Signer;
use yishan::verify::{Ask, Check, Outcome, Report, Verdict, verify};

const ADDRESS: &str = "https://files.example/funds/town/";

fn served(mut town: Town) -> Town {
    town.address = Address::parse(ADDRESS);
    town
}

fn file(town: &Town, path: &str) -> Option<String> {
    Site::new(town).file(path).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// The cells of a table, by its own rules: RFC 4180, read by hand and strictly.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut rest = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let cell = rows.last_mut().unwrap().last_mut().unwrap();
        if quoted && rest.starts_with("\"\"") {
            cell.push('"');
            rest = &rest[1..];
        } else if c == '"' {
            assert!(quoted || cell.is_empty(), "a quote inside {cell:?}");
            quoted = !quoted;
        } else if !quoted && c == ',' {
            rows.last_mut().unwrap().push(String::new());
        } else if !quoted && rest.starts_with("\r\n") {
            rows.push(vec![String::new()]);
            rest = &rest[1..];
        } else {
            assert!(quoted || c != '\n' && c != '\r', "a bare line end");
            cell.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last row ends with CRLF");
    rows
}

fn fen(yuan: &str) -> i128 {
    Fen::from_yuan(yuan).unwrap().get().into()
}

#[test]
fn what_a_table_says_came_in_and_went_out_is_what_the_accounts_gained_that_day() {
    let town = Town::grown("Town Fund");
    let rows = table(&file(&town, "csv/2026-11.csv").unwrap());
    let mut moved: BTreeMap<&str, i128> = BTreeMap::new();
    for row in &rows[1..] {
        let sum = moved.entry(&row[0]).or_default();
        match row[3].as_str() {
            "in" => *sum += fen(&row[7]),
            "out" => *sum -= fen(&row[7]),
            "within" => {}
            other => panic!("{other} is no direction"),
        }
    }
    let days = &town.replay().books().days;
    assert!(days.len() > 6 && moved.len() > 4);
    for (day, entry) in days.iter() {
        let entry = Entry::decode(&town.entry(*entry).unwrap()).unwrap().0;
        let [Line::Close(close)] = &*entry.voucher.lines else { panic!("no close") };
        let held = |at: &yishan::domain::sums::Balance| i128::from(at.held.total().get());
        let gained = held(&close.closing) - held(&close.opening);
        let said = moved.remove(day.to_string().as_str()).unwrap_or_default();
        assert_eq!(said, gained, "on {day}");
    }
    assert_eq!(moved, BTreeMap::new());
}

#[test]
fn a_table_has_every_movement_once_and_says_what_it_was() {
    let town = Town::grown("Town Fund");
    let rows = table(&file(&town, "csv/2026-11.csv").unwrap());
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let short = |row: &Vec<String>| {
        [0, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(|at| row[at].as_str()).join("|")
    };
    let said: Vec<String> = rows[1..].iter().map(short).collect();
    // The allocation that was taken back moved no money.
    let all = "2026-11-20|in|gift|4|4.03||||||
2026-11-22|within|transfer|1|2.00|wx|bank||#11/0||
2026-11-22|out|pay|1|1.00|bank||s-1|#12/0|#8/0|
2026-11-22|out|pay|1|0.50|bank||s-1|#13/0|#8/0|
2026-11-23|in|reversal-pay|1|0.50||bank|s-1|#16/0|#13/0|sent twice
2026-11-24|out|refund|1|0.40|wx|||#18/0|#2/1|
2026-11-24|out|refund|1|0.20|wx|||#18/1|#2/1|
2026-11-24|in|reversal-refund|1|0.20||wx||#19/0|#18/1|wrong amount
2026-11-25|out|reversal-gift|1|1.00|wx|||#21/0|#3/0|not for the fund
2026-11-25|out|fee|1|0.01|bank|||#23/0||
2026-11-25|in|interest|1|0.02||bank||#23/1||
2026-11-26|in|reversal-refund|1|0.40||wx||#26/0|#18/0|came back";
    assert_eq!(said.join("\n"), all);
    assert_eq!(file(&town, "csv/2026-12.csv"), None);
}

/// Every day has gifts, one of which is reversed: no entry of gifts is read for the table again.
#[test]
fn the_table_of_a_month_costs_its_movements_and_not_its_gifts() {
    let mut town = Town::founded("Town Fund");
    for _ in 0..9 {
        let gift = town.size();
        for _ in 0..20 {
            town.gifts(1);
        }
        town.reverse("chen", &format!("{gift}/0"), "not for the fund");
        town.close();
        let movers = Site::new(&town).movers().unwrap();
        town.movers = movers;
    }
    town.forgetful.set(true);
    let read = |town: &Town| {
        town.reads.set(0);
        let table = file(town, "csv/2026-11.csv").unwrap();
        (table, town.reads.get())
    };
    let (known, few) = read(&town);
    town.movers = Movers::default();
    let (unknown, many) = read(&town);
    assert_eq!(known, unknown);
    // Of each day the close, the reversal, and the gift it is about.
    assert!(few <= 3 * 9 && many > 20 * 9, "{few} and {many} entries were read");
}

#[test]
fn what_an_officer_writes_never_becomes_a_formula() {
    let mut town = Town::founded("Town Fund");
    town.gifts(1);
    town.reverse("chen", "2/0", "=HYPERLINK(\"https://evil.example\",\"1\")");
    town.close();
    let text = file(&town, "csv/2026-11.csv").unwrap();
    let rows = table(&text);
    assert_eq!(rows[2][13], "'=HYPERLINK(\"https://evil.example\",\"1\")");
    for row in &rows {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
}

/// The text between `<tag>` and `</tag>`, each time.
fn between<'t>(text: &'t str, tag: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(&open).skip(1).map(|part| part.split(&close).next().unwrap()).collect()
}

#[test]
fn the_feed_tells_of_the_last_closes_under_ids_that_never_change() {
    let mut town = Town::grown("善 & <Fund>");
    let before = file(&town, "feed.xml").unwrap();
    let ids = between(&before, "id");
    assert_eq!(ids[0], format!("tag:yishan.example,2026-11-20:{ORIGIN}"));
    assert_eq!(ids.len(), 8);
    assert!(ids[1..].iter().all(|id| id.starts_with(&format!("{}/day/2026-", ids[0]))));
    assert!(before.contains("<title>善 &amp; &lt;Fund&gt; · "), "{before}");
    assert!(!before.contains("xml:base") && !before.contains("rel=\"self\""), "{before}");
    for _ in 0..40 {
        town.gifts(1);
        town.close();
    }
    let after = file(&served(town), "feed.xml").unwrap();
    let later = between(&after, "id");
    assert_eq!((later.len(), later[0]), (31, ids[0]));
    let unique: BTreeSet<_> = later.iter().collect();
    assert_eq!(unique.len(), later.len());
    let updated = between(&after, "updated");
    assert_eq!(updated[0], updated[1], "the feed is as new as its newest entry");
    assert!(updated[1..].is_sorted_by(|newer, older| newer > older), "{updated:?}");
    assert!(after.contains(&format!("xml:base=\"{ADDRESS}\"")), "{after}");
    assert!(after.contains(&format!(
        "rel=\"self\" type=\"application/atom+xml\" href=\"{ADDRESS}feed.xml\""
    )));
}

#[test]
fn a_fund_that_closed_no_day_yet_has_a_feed_and_no_table() {
    let mut town = Town::founded("Town Fund");
    town.gifts(1);
    let feed = file(&town, "feed.xml").unwrap();
    assert_eq!(between(&feed, "id").len(), 1);
    assert!(between(&feed, "updated")[0].starts_with("2026-11-20T"), "{feed}");
    assert_eq!(file(&town, "csv/2026-11.csv"), None);
    assert_eq!(file(&town, "address").unwrap(), "\n");
}

/// Each part of the programme that has a page of its own, and its first line, by whom.
const PARTS: [(&str, &str, &str); 4] = [
    ("funds", "wang", r#"{"pot":{"pot":"books","for":"课外书","source":"raised"}}"#),
    ("goods", "wang", r#"{"site":{"site":"zong","kind":"main","name":"总站"}}"#),
    (
        "hours",
        "wang",
        r#"{"org":{"org":"town","name":"志愿者联合会","level":"corps","kind":"county"}}"#,
    ),
    ("wishes", "chen", r#"{"helpers":{"person":"s-1","helpers":[]}}"#),
];

/// A reader of the sitemap finds a page that came with a publication long after the first.
#[test]
fn the_sitemap_gains_the_pages_of_a_part_of_the_programme_with_its_first_line() {
    let (mut town, mut files) = (served(Town::grown("Town Fund")), Files::new());
    publish(&town, None, &mut files);
    let map = |files: &Files| String::from_utf8(files["sitemap-pages.xml"].clone()).unwrap();
    for (part, officer, line) in PARTS {
        let address = format!("{ADDRESS}{part}/index.html");
        assert!(!map(&files).contains(&address), "{part} is named before there is anything");
        let since = town.size();
        town.write(officer, vec![read_all(line.as_bytes(), usize::MAX).unwrap()]);
        publish(&town, Some(since), &mut files);
        assert!(map(&files).contains(&address), "{part} is not named");
        assert!(files.contains_key(&format!("en/{part}/index.html")));
    }
    town.close();
    publish(&town, Some(town.size() - 1), &mut files);
    assert!(look(&files).verdict == Verdict::Verified);
    named_once(&town);
}

#[test]
fn sitemaps_name_every_page_once_and_only_where_the_address_is_known() {
    let town = Town::grown("Town Fund");
    for path in ["sitemap.xml", "sitemap-pages.xml", "sitemap-2026-11.xml"] {
        assert_eq!(file(&town, path), None, "{path}");
    }
    let town = served(town);
    named_once(&town);
    assert_eq!(file(&town, "address").unwrap(), format!("{ADDRESS}\n"));
    assert_eq!(file(&town, "sitemap-2026-12.xml"), None);
}

/// Every page of the town, and nothing else, stands in one of its sitemaps.
fn named_once(town: &Town) {
    let (site, mut named) = (Site::new(town), BTreeSet::new());
    let inside = |url: &str| url.strip_prefix(ADDRESS).expect(url).to_owned();
    for map in between(&file(town, "sitemap.xml").unwrap(), "loc") {
        for url in between(&file(town, &inside(map)).unwrap(), "loc") {
            let path = inside(url);
            let path = if path.is_empty() { "index.html".to_owned() } else { path };
            assert!(site.file(&path).unwrap().is_some(), "{path} is not there");
            assert!(named.insert(path.clone()), "{path} is named twice");
        }
    }
    let mut pages = site.paths(None).unwrap();
    pages.retain(|path| path.ends_with("index.html"));
    assert_eq!(named, pages.into_iter().collect());
}

fn look(files: &Files) -> Report {
    let key = Signer::new(ORIGIN, &[9; 32]).unwrap().verifier();
    let ask = Ask { source: files, key: &key, witnesses: &[], quorum: 0, since: None };
    verify(ask, &mut |_| ())
}

#[test]
fn publications_with_an_address_add_up_and_are_verified() {
    let (mut town, mut files, mut since) = (served(Town::founded("Town Fund")), Files::new(), None);
    for step in Town::steps() {
        step(&mut town);
        publish(&town, since, &mut files);
        since = Some(town.size());
        let report = look(&files);
        assert!(report.verdict == Verdict::Verified, "{:?} {:?}", report.distrust, report.doubts);
    }
    let home = String::from_utf8_lossy(&files["en/d/2026-11-24/index.html"]).into_owned();
    let canonical =
        format!("<link rel=\"canonical\" href=\"{ADDRESS}en/d/2026-11-24/index.html\">");
    assert!(home.contains(&canonical), "{home}");
    let bare = forge::town_files().1;
    let page = String::from_utf8_lossy(&bare["en/d/2026-11-24/index.html"]).into_owned();
    assert!(!page.contains("canonical") && !page.contains("http"), "{page}");
}

/// Nobody signs the address, so whoever may write to the host may change it, and everything made
/// with it then has to match.
#[test]
fn an_address_that_is_none_or_another_than_the_pages_is_not_verified() {
    let town = served(Town::grown("Town Fund"));
    let mut files = Files::new();
    publish(&town, None, &mut files);
    assert!(look(&files).verdict == Verdict::Verified);
    let with = |bytes: &[u8]| {
        let mut files = files.clone();
        files.insert("address".to_owned(), bytes.to_vec());
        look(&files)
    };
    for bad in [
        "javascript:alert(1)/\n",
        "https://files.example/funds/town/",
        "https://files.example/funds/town/\n\n",
        "https://files.example/\"onload=/\n",
        "",
        " \n",
    ] {
        let report = with(bad.as_bytes());
        let failed = report.check(Check::Machine).unwrap().outcome;
        assert!((report.verdict, failed) == (Verdict::False, Outcome::Failed), "{bad:?}");
    }
    assert!(with(&[b'a'; 300]).verdict == Verdict::False);
    // Another address than the status has: it is being changed, and nothing is false yet.
    for moved in ["https://evil.example/\n", "\n"] {
        let report = with(moved.as_bytes());
        assert!(report.verdict == Verdict::Unchecked, "{moved:?}: {:?}", report.distrust);
    }
}

/// The url in fund.toml, as a treasurer changes it: what is published follows, and stays true.
#[test]
fn a_fund_that_moves_to_another_address_is_published_anew_and_verified() {
    let home = Home::new();
    home.give(1);
    home.good("close");
    let read = |path: &str| std::fs::read_to_string(home.path("public").join(path));
    let set = |url: &str| {
        std::fs::write(home.path("fund/fund.toml"), format!("url = \"{url}\"\n")).unwrap();
    };
    home.good("publish");
    assert_eq!(read("address").unwrap(), "\n");
    for (url, address) in [
        ("https://qianan.example", "https://qianan.example/"),
        ("https://files.example/qianan/", "https://files.example/qianan/"),
    ] {
        set(url);
        home.good("publish");
        home.good("verify public --key public/log.vkey");
        assert_eq!(read("address").unwrap(), format!("{address}\n"));
        assert!(read("sitemap.xml").unwrap().contains(address));
        assert!(read("robots.txt").unwrap().contains(&format!("Sitemap: {address}sitemap.xml")));
        assert!(home.good("publish").contains("写了 0 个文件"));
    }
    set("https://乾安.example/?a=b");
    home.bad("publish", 3, "fund.toml 里的 url 不是网址", "no web address");
    std::fs::write(home.path("fund/fund.toml"), "").unwrap();
    home.good("publish");
    home.good("verify public --key public/log.vkey");
    assert!(read("sitemap.xml").is_err() && read("sitemap-2026-11.xml").is_err());
    assert_eq!(read("address").unwrap(), "\n");
}
