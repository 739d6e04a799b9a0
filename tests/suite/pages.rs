//! The pages for people: readable, complete in both languages, escaped, and without a person in
//! them.

use crate::town::{Town, day, text};
use std::collections::{BTreeMap, BTreeSet};
use yishan::publish::{GENERATOR, MAX_GIFTS, Site};

type Pages = BTreeMap<String, String>;

/// Everything published by `town`, and the pages among it.
fn pages(town: &Town) -> (BTreeSet<String>, Pages) {
    let site = Site::new(town);
    let mut all: BTreeSet<String> = site.paths(None).unwrap().into_iter().collect();
    let html = all.iter().filter(|path| path.contains("index.html")).map(|path| {
        let bytes = site.file(path).unwrap().unwrap();
        (path.clone(), String::from_utf8(bytes).unwrap())
    });
    let html = html.collect();
    all.extend(site.day_proofs(None).into_iter().map(|(path, _)| path));
    (all, html)
}

/// The pieces of a page: tags as `<…>` and the text between them.
fn pieces(html: &str) -> Vec<&str> {
    let parts = html.split_inclusive('>').flat_map(|part| {
        let (text, tag) = part.split_at(part.find('<').unwrap_or(part.len()));
        [text, tag]
    });
    parts.filter(|piece| !piece.trim().is_empty()).collect()
}

/// The values of an attribute, in order.
fn attributes<'p>(html: &'p str, name: &str) -> Vec<&'p str> {
    let mark = format!(" {name}=\"");
    html.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The page without what only experts open.
fn outside_details(html: &str) -> String {
    let parts = html.split("<details>").enumerate();
    parts
        .map(|(n, part)| if n == 0 { part } else { part.split("</details>").nth(1).unwrap() })
        .collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// The page without the one script there is and the form it works on, which sends nothing anywhere.
fn still(html: &str) -> String {
    let own = ["check.js\" defer></script>", "<form hidden data-with-script>"];
    let scripts = html.matches("<script").count();
    assert!(scripts <= 1 && html.matches(own[0]).count() == scripts);
    own.iter()
        .fold(html.to_owned(), |html, known| html.replace(known, ""))
        .replace("<script src=\"", "")
}

#[test]
fn every_tag_is_closed_and_every_table_says_what_it_is() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    // Ten that are always there, a month of days and of allocations, seven days, two allocations.
    assert_eq!(pages.len(), 2 * (8 + 2 + 7 + 2));
    for (path, html) in &pages {
        let mut open = Vec::new();
        for tag in pieces(html).into_iter().filter(|piece| piece.starts_with('<')) {
            let name = tag.trim_matches(['<', '>', '/']).split(' ').next().unwrap();
            match tag {
                "<!doctype html>" => {}
                _ if ["meta", "link", "input"].contains(&name) => {}
                _ if tag.starts_with("</") => assert_eq!(open.pop(), Some(name), "{path}"),
                _ => open.push(name),
            }
        }
        assert!(open.is_empty(), "{path}: {open:?}");
        let count = |what: &str| html.matches(what).count();
        assert_eq!(count("<h1>"), 1, "{path}");
        assert_eq!(count("<table"), count("<caption>"), "{path}");
        assert_eq!(count("<th "), count("scope=\""), "{path}");
        assert!(html.contains("<main id=\"main\">") && html.contains("href=\"#main\""), "{path}");
        assert!(count("<meta name=\"description\" content=\"\">") == 0, "{path}");
        assert_eq!(count("<th>"), 0, "{path}");
        let lang = if path.starts_with("en/") { "en" } else { "zh-CN" };
        assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")), "{path}");
        assert!(html.contains(&format!("<meta name=\"generator\" content=\"{GENERATOR}\">")));
        for never in ["<script", "http:", "https:", "style=\"", " on", "<img", "<form"] {
            let tags: String =
                pieces(&still(html)).into_iter().filter(|p| p.starts_with('<')).collect();
            assert!(!tags.contains(never), "{path} has {never}");
        }
    }
}

#[test]
fn every_link_leads_to_a_published_file_and_every_mark_to_its_row() {
    let (files, pages) = pages(&Town::grown("Town Fund"));
    let mut rows = 0;
    for (path, html) in &pages {
        for href in attributes(html, "href") {
            // The icon is no file.
            if href.starts_with("data:image/svg+xml;base64,") {
                continue;
            }
            let (file, row) = href.split_once('#').unwrap_or((href, ""));
            let file = if file.is_empty() { path.rsplit('/').next().unwrap() } else { file };
            let mut at: Vec<&str> = path.split('/').collect();
            at.pop();
            for part in file.split('/') {
                match part {
                    ".." => assert!(at.pop().is_some(), "{href} leaves the folder"),
                    _ => at.push(part),
                }
            }
            let target = at.join("/");
            assert!(files.contains(&target), "{path} links to {href}, which is not published");
            if !row.is_empty() {
                assert_eq!(
                    attributes(&pages[&target], "id").iter().filter(|id| **id == row).count(),
                    1,
                    "{path}: {href}"
                );
                rows += 1;
            }
        }
    }
    assert!(rows > 20, "{rows} links between lines");
}

#[test]
fn the_english_twin_says_as_much_and_nothing_in_chinese() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    for (path, zh) in pages.iter().filter(|(path, _)| !path.starts_with("en/")) {
        let en = &pages[&format!("en/{path}")];
        let left = en.replace("中文", "");
        assert!(!left.contains(is_han), "{path}: {:?}", left.chars().find(|c| is_han(*c)));
        let shape = |html: &str| {
            let tags = pieces(html).into_iter().filter(|p| p.starts_with('<'));
            tags.map(|t| t.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shape(zh), shape(en), "{path}");
        // Every piece of text but names, numbers and codes has Chinese in it.
        let foreign = |t: &&str| {
            !t.starts_with('<')
                && t.trim().chars().filter(char::is_ascii_alphabetic).count() > 12
                && !t.contains(is_han)
        };
        for text in pieces(&outside_details(zh)).into_iter().filter(foreign) {
            assert!(
                ["Town Fund", "Town Volunteer Federation"].iter().any(|own| text.contains(own)),
                "{path}: {text:?}"
            );
        }
    }
}

#[test]
fn nobody_needs_a_word_of_cryptography_outside_the_fold_out() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    for (path, html) in &pages {
        // What the script shows in its own fold-out alone.
        let html: String =
            html.lines().filter(|line| !line.contains("data-msg=\"expert-")).collect();
        // A payment may be acknowledged by a signature on paper.
        let mut plain = outside_details(&html).to_lowercase().replace("by signature", "");
        // Names that the script reads, and nobody else.
        for name in ["data-msg=\"demo-signature\"", "data-tamper=\"signature\""] {
            plain = plain.replace(name, "");
        }
        for word in ["哈希", "默克尔", "签名", "密钥", "hash", "merkle", "signature"] {
            assert!(!plain.contains(word), "{path}: {word}");
        }
    }
    let log = |path: &str| &pages[path];
    assert!(
        log("log/index.html").contains("默克尔") && log("en/log/index.html").contains("Merkle")
    );
}

#[test]
fn no_page_shows_a_whole_reference() {
    let town = Town::grown("Town Fund");
    let (_, pages) = pages(&town);
    let all: String = pages.values().cloned().collect();
    let mut tails = 0;
    for reference in town.all_refs().keys().map(ToString::to_string) {
        assert!(!all.contains(&reference[..16]) && !all.contains(&reference[..8]));
        tails += usize::from(all.contains(&format!("…{}<", &reference[16..])));
    }
    assert_eq!(tails, 4, "the gifts of closed days are listed by their tails");
}

#[test]
fn a_hostile_name_is_text_and_not_markup() {
    for name in
        ["<script>alert(1)</script>", "\"><b>'x' & y", "</title></h1><!--", "{{ name }} {% if %}"]
    {
        let (_, pages) = pages(&Town::grown(name));
        for (path, html) in &pages {
            assert!(!html.contains(name) || !name.contains(['<', '"']), "{path}");
            let html = still(html);
            assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("<!--"));
        }
    }
    for reversed in ["a\u{202e}b", "a\u{2066}b", "a\u{200b}b"] {
        assert!(yishan::domain::text::Text::new(reversed).is_err());
    }
    assert_eq!(text("<").as_str(), "<");
}

#[test]
fn the_first_page_has_every_number_even_a_fee_of_nothing() {
    let mut town = Town::founded("迁安日行一善");
    let (_, before) = pages(&town);
    assert!(before["index.html"].contains("尚未日结"));
    assert!(before["en/index.html"].contains("No day has been closed yet"));
    town.gifts(3);
    town.close();
    let (_, after) = pages(&town);
    let home = &after["index.html"];
    for expected in [
        "<h1>迁安日行一善</h1>",
        "查一查",
        "Town Volunteer Federation",
        "53130000MJ0123456X",
        "FIL-2026-07",
        "截至 <time datetime=\"2026-11-20T09:04:00+08:00\">2026-11-20 09:04</time> · 共 4 条记录",
        "<dt>收到</dt><dd class=\"in\"><a href=\"days/index.html\">+¥3.03</a></dd>",
        "<dt>发放</dt><dd class=\"none\"><a href=\"out/index.html\">¥0.00</a></dd>",
        "<dt>手续费</dt><dd class=\"none\"><a href=\"days/index.html\">¥0.00</a></dd>",
        "<p class=\"big\"><a href=\"d/2026-11-20/index.html\">¥3.03</a></p>",
        "<dt>其中已答应、还没发</dt><dd>¥0.00</dd>",
        "<dt>初中</dt><dd>0</dd>",
        "志愿者个人（过手账户",
    ] {
        assert!(home.contains(expected), "{expected}\n{home}");
    }
    assert!(!home.contains("日结之后又记") && !home.contains("一人基金"));
    town.gifts(1);
    town.gifts(1);
    let (_, later) = pages(&town);
    assert!(later["index.html"].contains("日结之后又记 2 条"));
    assert!(later["index.html"].contains("+¥3.03</a></dd>"), "totals are the close's");
}

#[test]
fn every_page_of_a_fund_of_one_says_so() {
    let mut town = Town::solo("Small Fund");
    town.gifts(1);
    town.close();
    for (path, html) in pages(&town).1 {
        let warning = if path.starts_with("en/") { "A fund of one person" } else { "一人基金" };
        assert!(html.contains(warning), "{path}");
    }
}

#[test]
fn the_page_of_a_day_links_both_ways_between_a_line_and_what_became_of_it() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    let page = |day: &str| &pages[&format!("d/{day}/index.html")];
    let link = |day: &str, at: &str| {
        format!("<a href=\"../{day}/index.html#p{}\">{at}</a>", at.replace('/', "-"))
    };
    let (gifts, later) = (page("2026-11-20"), page("2026-11-25"));
    assert!(gifts.contains(&format!("（已冲正 {}）", link("2026-11-25", "21/0"))), "{gifts}");
    assert!(later.contains(&link("2026-11-20", "3/0")));
    // Both refunds were booked back, so nothing is refunded; the refunds' own page says why.
    assert!(!gifts.contains("已退"));
    let refunds = page("2026-11-24");
    assert!(
        refunds.contains(&link("2026-11-20", "2/1"))
            && refunds.contains(&link("2026-11-26", "26/0"))
    );
    let paid = page("2026-11-22");
    for expected in [
        "<a href=\"../../out/p8-0/index.html\">初中 s-1</a>",
        "<td data-label=\"批准人\">li</td><td data-label=\"付款人\">wang</td>",
        &link("2026-11-23", "15/0"),
        &link("2026-11-23", "16/0"),
    ] {
        assert!(paid.contains(expected), "{expected}\n{paid}");
    }
    assert!(page("2026-11-21").contains("提出：school meals"));
}

#[test]
fn a_long_day_lists_two_hundred_gifts_and_counts_the_rest() {
    let mut town = Town::founded("Town Fund");
    for _ in 0..3 {
        town.gifts(400);
    }
    assert_eq!(town.close(), day("2026-11-20"));
    let (_, pages) = pages(&town);
    let html = &pages["d/2026-11-20/index.html"];
    assert_eq!(html.matches("<td>…").count(), MAX_GIFTS);
    assert!(html.contains("另有 1000 笔"));
    assert!(pages["en/d/2026-11-20/index.html"].contains("And 1000 more gifts"));
    assert!(pages.values().all(|page| page.len() < 60_000), "a page of a bounded size");
}

#[test]
fn the_list_of_days_has_the_newest_month_and_leads_to_the_others() {
    let mut town = Town::founded("Town Fund");
    for _ in 0..15 {
        town.gifts(1);
        town.close();
    }
    let (files, pages) = pages(&town);
    let days = |path: &str| pages[path].matches("/d/2026-").count();
    // A month lists each of its days, and the gifts of each.
    assert_eq!((days("days/index.html"), days("days/2026-12/index.html")), (4, 2 * 4));
    assert_eq!(days("days/2026-11/index.html"), 2 * 11);
    assert!(pages["days/index.html"].contains("2026年11月</a>：11 天"));
    assert!(pages["en/days/index.html"].contains("Nov 2026</a>, days closed: 11"));
    assert!(files.contains("v1/days/2026-11.json") && files.contains("v1/days/2026-12.json"));
}

/// The amounts of the list of a page, in fen, those that went out below zero.
fn listed(html: &str) -> Vec<i64> {
    let rows = html.split("<td class=\"n\">").skip(1).map(|rest| rest.split('<').next().unwrap());
    let signed = rows.filter(|text| text.starts_with(['+', '−']));
    let fen = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let fen: i64 = digits.parse().unwrap();
        if text.starts_with('+') { fen } else { -fen }
    };
    signed.map(fen).collect()
}

#[test]
fn the_list_of_a_month_adds_up_to_what_is_left_at_its_end() {
    let town = Town::grown("Town Fund");
    let (_, pages) = pages(&town);
    let month = &pages["days/2026-11/index.html"];
    // Gifts of four days, two payments and one taken back, two refunds both taken back, a gift
    // taken back, interest and a fee; a transfer has no sign.
    let list = month.split("<fieldset").nth(1).unwrap();
    let amounts = listed(list);
    let held: u64 = town_held(&town);
    assert_eq!(amounts.iter().sum::<i64>(), i64::try_from(held).unwrap(), "{amounts:?}");
    assert!(amounts.len() >= 9 && amounts.iter().any(|fen| *fen < 0), "{amounts:?}");
    assert!(list.contains("<tr class=\"within\"><td class=\"n\">¥2.00</td>"), "{list}");
    for expected in [
        "冲正（3/0）：捐款",
        "发放给 <span class=\"nb\">初中 s-1</span>",
        "银行 <small>bank</small>",
    ] {
        assert!(list.contains(expected), "{expected}");
    }
    // The first page begins with the same rows.
    let home = listed(pages["index.html"].split("<table class=\"money\">").nth(1).unwrap());
    assert_eq!(home[..], amounts[..home.len()]);
}

fn town_held(town: &Town) -> u64 {
    let status = Site::new(town).file("v1/status.json").unwrap().unwrap();
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap();
    status["closed"]["closing"]["total"].as_u64().unwrap()
}

#[test]
fn an_allocation_is_told_from_proposal_to_acknowledgement() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    let page = &pages["out/p8-0/index.html"];
    let mut at = 0;
    for expected in [
        "<h1>给 初中 s-1 的拨款</h1>",
        "−¥1.00",
        "<dt>答应给</dt><dd>¥1.50</dd>",
        "<dt>还差</dt><dd>¥0.50</dd>",
        "1 人，需要 1 人",
        "提出",
        "school meals",
        "批准",
        "付款",
        "签收",
        "签字确认收到",
        "冲正",
        "sent twice",
    ] {
        let found = page[at..].find(expected);
        at += found.unwrap_or_else(|| panic!("{expected} after {}", &page[at..]));
    }
    assert!(page.contains("已冲正") && page.contains("付了一部分"));
    let other = &pages["out/p8-1/index.html"];
    assert!(other.contains("余款已撤回") && other.contains("¥0.00"));
    let list = &pages["out/index.html"];
    assert!(list.contains("href=\"../out/p8-0/index.html\"") && list.contains("1/1 笔"));
}

#[test]
fn the_fingerprints_of_earlier_days_are_those_that_were_posted() {
    let mut town = Town::founded("Town Fund");
    let mut posted = Vec::new();
    for n in 0..40 {
        for _ in 0..n % 9 {
            town.gifts(1);
        }
        let day = town.close();
        let told = yishan::publish::Bulletin::of(&town, day).unwrap().unwrap();
        let text = told.text(None, yishan::domain::text::Lang::Zh);
        let line = text.lines().find(|line| line.contains("账本指纹")).unwrap().to_owned();
        posted.push(line["账本指纹 ".len()..].split('（').next().unwrap().to_owned());
    }
    let (_, pages) = pages(&town);
    let page = &pages["log/index.html"];
    for (n, print) in posted.iter().enumerate() {
        assert_eq!(page.contains(print.as_str()), n >= 10, "close {n}: {print}");
    }
}

#[test]
fn students_are_counted_and_paid_by_level_and_none_is_named() {
    let (_, pages) = pages(&Town::grown("Town Fund"));
    let page = &pages["students/index.html"];
    let row = "<th scope=\"row\">初中</th><td class=\"n\" data-label=\"人数\">2</td>\
               <td class=\"n\" data-label=\"答应\">¥1.50</td><td class=\"n\" data-label=\"已付\">¥1.00</td>";
    assert!(page.contains(row), "{page}");
    assert!(!page.contains("s-1") && !page.contains("s-2"));
}
