//! Runs the examples of `ledger-spec.md`, and finds in it everything the code knows.

use crate::days::{ORIGIN, voucher_text};
use crate::records::code;
use crate::vectors::{entry_rows, written_back};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use yishan::domain::books::{AHEAD_MINUTES, MAX_REFUNDS, RECENT, WINDOW_HOURS};
use yishan::domain::codec::{Malformed, Spell, read_all, spelling};
use yishan::domain::entry::{Entry, MAX_ENTRY, MAX_LINES, MAX_VOUCHER};
use yishan::domain::line::Line;
use yishan::domain::line::allocate::MAX_APPROVALS;
use yishan::domain::line::appoint::Role;
use yishan::domain::line::boxes::deposit::MAX_PARTS;
use yishan::domain::line::boxes::{MAX_BOXES, MAX_DUE_DAYS};
use yishan::domain::line::found::{MAX_FOUNDERS, MAX_LIMITS};
use yishan::domain::line::funds::Points;
use yishan::domain::line::goods::category::MAX_CATEGORIES;
use yishan::domain::line::goods::site::{MAX_LEVELS, MAX_SITES};
use yishan::domain::line::goods::stock::Units;
use yishan::domain::line::hours::norms::MAX_SKILLS;
use yishan::domain::line::hours::{MAX_OWN_SKILLS, MAX_SPANS};
use yishan::domain::line::student::MAX_VISITORS;
use yishan::domain::line::student::lot::{MAX_LOT, WAIT_DAYS};
use yishan::domain::line::ticket::issue::MAX_GIFTS;
use yishan::domain::line::ticket::{Check, Serial};
use yishan::domain::line::wishes::MAX_HELPERS;
use yishan::domain::money::Fen;
use yishan::domain::refusal::Refusal;
use yishan::domain::sums::{MAX_ACCOUNTS, MAX_POTS};
use yishan::domain::text::{Code, Digest, Id, Key, Nonce, Origin, Place, Ref, Signature, Text};
use yishan::domain::time::{Day, Stamp, Wall, Zone};
use yishan::domain::words::Amount;

const SPEC: &str = include_str!("../../ledger-spec.md");

/// Every fenced block: the words behind the fence, and its lines.
fn blocks() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
    let mut out = Vec::new();
    let mut lines = SPEC.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|l| *l != "```").collect();
            out.push((info.split(' ').collect(), body));
        }
    }
    out
}

/// A record as it is, not as it is folded for the page.
fn unfold(body: &[&str]) -> String {
    body.iter().map(|line| line.trim_start()).collect()
}

fn back<T: Spell>(text: &str) -> Result<String, Malformed> {
    read_all::<T>(text.as_bytes(), MAX_ENTRY).map(|value| spelling(&value))
}

fn value(kind: &str, text: &str) -> Result<String, Malformed> {
    match kind {
        "amount" => back::<Amount>(text),
        "day" => back::<Day>(text),
        "wall" => back::<Wall>(text),
        "zone" => back::<Zone>(text),
        "stamp" => back::<Stamp>(text),
        "handle" => back::<Id>(text),
        "text" => back::<Text>(text),
        "code" => back::<Code>(text),
        "origin" => back::<Origin>(text),
        "place" => back::<Place>(text),
        "ref" => back::<Ref>(text),
        "nonce" => back::<Nonce>(text),
        "digest" => back::<Digest>(text),
        "key" => back::<Key>(text),
        "signature" => back::<Signature>(text),
        _ => panic!("the specification has no value called {kind}"),
    }
}

#[test]
fn every_example_is_what_it_says() {
    let mut run = BTreeSet::new();
    for (info, body) in blocks() {
        let (record, text) = (unfold(&body), body.join("\n") + "\n");
        match info[..] {
            ["json", bad, kind] if bad.starts_with("bad:") => {
                let why = written_back(kind, record.as_bytes()).expect_err(&record);
                assert_eq!(format!("bad:{}", code(&why)), bad, "{record}");
            }
            ["json", "entry", number] => {
                assert_eq!(record, entry_rows()[number.parse::<usize>().unwrap()]);
            }
            ["json", kind] => {
                assert_eq!(written_back(kind, record.as_bytes()).unwrap(), record.as_bytes());
            }
            ["text", "signed", number] => {
                let entry = &entry_rows()[number.parse::<usize>().unwrap()];
                let (_, voucher) = Entry::decode(entry.as_bytes()).unwrap();
                assert_eq!(voucher_text(ORIGIN, voucher), text);
            }
            ["text", "ref", reference] => {
                let first = &Sha256::digest(&text)[..16];
                assert_eq!(URL_SAFE_NO_PAD.encode(first), reference);
            }
            ["text", list] => {
                let (verdict, kind) = list.split_once(':').unwrap();
                for item in body {
                    let read = value(kind, item);
                    match verdict {
                        "good" => assert_eq!(read.unwrap(), item),
                        "bad" => assert!(read.is_err(), "{item} was taken for a {kind}"),
                        _ => panic!("{list}?"),
                    }
                }
            }
            ["text"] => {}
            _ => panic!("nobody runs a block of {info:?}"),
        }
        run.insert(info[1..].join(" "));
    }
    assert!(run.len() > 30, "only {run:?} were run");
}

#[test]
fn every_kind_of_line_has_a_section_with_an_example() {
    let sections: Vec<_> = SPEC.split("\n### 6.").skip(1).collect();
    let tags: Vec<_> = sections.iter().map(|s| s.split('`').nth(1).unwrap()).collect();
    assert_eq!(tags, Line::TAGS, "sections stand in the order of the list");
    for (section, tag) in sections.iter().zip(tags) {
        assert!(section.contains(&format!("```json line\n{{\"{tag}\":")), "{tag} has no example");
    }
}

#[test]
fn every_refusal_is_named() {
    let missing: Vec<_> =
        Refusal::codes().into_iter().filter(|code| !SPEC.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "the specification does not name {missing:?}");
    for form in [
        "TooLong",
        "NotUtf8",
        "Unknown",
        "Repeated",
        "Order",
        "Missing",
        "UnknownLine",
        "Spelling",
        "Range",
        "Length",
        "Unfit",
        "Trailing",
    ] {
        assert!(SPEC.contains(&format!("| `{form}` |")), "{form} has no row");
    }
}

#[test]
fn the_limits_are_those_of_the_code() {
    let limits = SPEC.split_once("\n## 14 Limits").unwrap().1.split_once("\n## ").unwrap().0;
    let stated: Vec<(&str, u64)> = limits
        .lines()
        .filter(|line| line.contains('`'))
        .map(|line| {
            let [_, _, limit, name, _] = line.split('|').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            (name.trim().trim_matches('`'), limit.trim().parse().unwrap())
        })
        .collect();
    let ours = [
        ("Fen::MAX", Fen::MAX.get()),
        ("MAX_ENTRY", MAX_ENTRY as u64),
        ("MAX_VOUCHER", MAX_VOUCHER as u64),
        ("MAX_LINES", MAX_LINES as u64),
        ("Id::MAX", Id::MAX as u64),
        ("Text::MAX", Text::MAX as u64),
        ("Code::MAX", Code::MAX as u64),
        ("Origin::MAX", Origin::MAX as u64),
        ("MAX_FOUNDERS", MAX_FOUNDERS as u64),
        ("MAX_LIMITS", MAX_LIMITS as u64),
        ("Role::ALL", Role::ALL.len() as u64),
        ("MAX_ACCOUNTS", MAX_ACCOUNTS as u64),
        ("MAX_POTS", MAX_POTS as u64),
        ("Points::MAX", Points::MAX),
        ("MAX_VISITORS", MAX_VISITORS as u64),
        ("MAX_LOT", MAX_LOT as u64),
        ("WAIT_DAYS", WAIT_DAYS.unsigned_abs()),
        ("Units::MAX", Units::MAX),
        ("MAX_SITES", MAX_SITES as u64),
        ("MAX_LEVELS", MAX_LEVELS),
        ("MAX_CATEGORIES", MAX_CATEGORIES as u64),
        ("MAX_BOXES", MAX_BOXES as u64),
        ("MAX_DUE_DAYS", MAX_DUE_DAYS.unsigned_abs()),
        ("MAX_PARTS", MAX_PARTS as u64),
        ("MAX_APPROVALS", MAX_APPROVALS as u64),
        ("MAX_REFUNDS", MAX_REFUNDS as u64),
        ("RECENT", RECENT),
        ("MAX_GIFTS", MAX_GIFTS as u64),
        ("Serial::MAX", Serial::MAX as u64),
        ("Check::MAX", Check::MAX as u64),
        ("MAX_SKILLS", MAX_SKILLS as u64),
        ("MAX_OWN_SKILLS", MAX_OWN_SKILLS as u64),
        ("MAX_SPANS", MAX_SPANS as u64),
        ("MAX_HELPERS", MAX_HELPERS as u64),
        ("WINDOW_HOURS", WINDOW_HOURS.unsigned_abs()),
        ("AHEAD_MINUTES", AHEAD_MINUTES.unsigned_abs()),
    ];
    assert_eq!(stated, ours);
}

#[test]
fn the_posting_of_every_movement_is_in_the_table_of_accounts() {
    let accounts = SPEC.split_once("\n## 7 Accounts").unwrap().1.split_once("\n## ").unwrap().0;
    for kind in yishan::domain::sums::Move::ALL {
        assert!(accounts.contains(&format!("`{}`", kind.word())), "{} has no row", kind.word());
    }
}
