//! `verify` on a fund's own folder: the journal is checked as what is published is.

use crate::home::Home;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use yishan::storage::real_disk::RealDisk;
use yishan::tlog::Verifier;
use yishan::verify::{Ask, OwnJournal, Source, Verdict, verify};

fn audit(home: &Home, words: &str) -> (u8, Value) {
    let key = home.path("public/log.vkey");
    let (fund, key) = (home.path("fund"), key.display());
    let words = format!("--json verify {} --key {key} {words}", fund.display());
    let (code, text) = home.run(words.trim_end());
    // Where evidence is kept, a line says so first.
    let json = text.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{text}"));
    (code, serde_json::from_str(json).unwrap())
}

fn outcome<'v>(report: &'v Value, check: &str) -> (&'v str, &'v str) {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|c| c["check"] == check).unwrap();
    (found["outcome"].as_str().unwrap(), found["detail"]["en"].as_str().unwrap())
}

fn published() -> Home {
    let home = Home::new();
    home.give(1);
    home.give(2);
    home.close();
    home
}

#[test]
fn an_auditor_checks_the_fund_itself_as_well_as_what_it_publishes() {
    let home = published();
    let (code, report) = audit(&home, "");
    assert_eq!((code, &report["verdict"]), (0, &"verified".into()), "{report}");
    for check in ["checkpoint", "tiles", "root", "chain", "vouchers", "rules", "closes"] {
        assert_eq!(outcome(&report, check).0, "passed", "{check}: {report}");
    }
    for check in ["days", "find", "machine", "pages"] {
        assert_eq!(outcome(&report, check).0, "skipped", "{check}: {report}");
    }
    // The same sums as a stranger gets from the published folder.
    let key = home.path("public/log.vkey");
    let text = home.good(&format!(
        "--json verify {} --key {}",
        home.path("public").display(),
        key.display()
    ));
    let theirs: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["summary"], theirs["summary"]);
    assert_eq!(report["root"], theirs["root"]);
}

#[test]
fn what_was_recorded_since_the_last_checkpoint_is_said_to_be_uncovered() {
    let home = published();
    let signed = audit(&home, "").1["size"].as_u64().unwrap();
    home.wait(86_400);
    home.give(3);
    let (code, report) = audit(&home, "");
    assert_eq!((code, report["size"].as_u64()), (0, Some(signed)), "{report}");
    let (outcome, detail) = outcome(&report, "strays");
    assert_eq!(outcome, "skipped");
    assert!(detail.starts_with("1 more line of the journal: "), "{detail}");
}

#[test]
fn every_byte_of_the_journal_counts() {
    let home = published();
    let signed = std::fs::read(home.journal()).unwrap();
    for at in (0..signed.len()).step_by(97) {
        let mut bytes = signed.clone();
        bytes[at] ^= 1;
        std::fs::write(home.journal(), &bytes).unwrap();
        let (code, report) = audit(&home, "");
        assert!(matches!(code, 1 | 3), "byte {at}: {report}");
        assert_ne!(report["verdict"], "verified", "byte {at}: {report}");
    }
}

#[test]
fn entries_cut_off_below_the_checkpoint_are_missed() {
    let home = published();
    let whole = std::fs::read(home.journal()).unwrap();
    let ends: Vec<_> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
    std::fs::write(home.journal(), &whole[..=ends[2]]).unwrap();
    let (code, report) = audit(&home, "--evidence evidence.json");
    assert_eq!((code, &report["verdict"]), (1, &"false".into()), "{report}");
    assert_eq!(report["distrust"]["code"], "Lost", "{report}");
}

#[test]
fn a_journal_laid_into_a_published_folder_hides_no_page() {
    let home = published();
    let page = home.path("public/index.html");
    let text = std::fs::read_to_string(&page).unwrap().replacen("2.00", "9.00", 1);
    std::fs::write(&page, text).unwrap();
    std::fs::create_dir(home.path("public/journal")).unwrap();
    for name in ["journal/00000000.jsonl", "checkpoints"] {
        std::fs::copy(home.path("fund").join(name), home.path("public").join(name)).unwrap();
    }
    let (public, key) = (home.path("public"), home.path("public/log.vkey"));
    let words = format!("verify {} --key {}", public.display(), key.display());
    home.bad(&words, 1, "index.html", "index.html");
}

#[test]
fn evidence_is_written_over_nothing() {
    let home = published();
    let mut bytes = std::fs::read(home.journal()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(home.journal(), bytes).unwrap();
    let (fund, key) = (home.path("fund"), home.path("public/log.vkey"));
    let words = format!("verify {} --key {}", fund.display(), key.display());
    for name in ["evidence-5.json", "evidence-5-2.json", "evidence-5-3.json"] {
        home.run(&words);
        assert!(home.path(name).exists(), "{name}");
    }
    let archive = std::fs::read(home.path("fund/checkpoints")).unwrap();
    let over = home.path("fund/checkpoints");
    home.bad(&format!("{words} --evidence {}", over.display()), 1, "证据没能写下", "not written");
    assert_eq!(std::fs::read(over).unwrap(), archive);
}

#[test]
fn an_earlier_checkpoint_is_compared_and_a_fund_never_signed_claims_nothing() {
    let home = published();
    let earlier = home.path("earlier");
    std::fs::copy(home.path("public/checkpoint"), &earlier).unwrap();
    home.wait(86_400);
    home.give(3);
    home.close();
    let (code, report) = audit(&home, &format!("--since {}", earlier.display()));
    assert_eq!((code, outcome(&report, "since").0), (0, "passed"), "{report}");

    let key = home.path("public/log.vkey");
    let key = std::fs::read_to_string(key).unwrap();
    let new = Home::new();
    let key: Verifier = key.trim().parse().unwrap();
    let disk = Arc::new(RealDisk::open(new.path("fund")).unwrap());
    let own = OwnJournal::open(disk).unwrap();
    let ask = Ask { source: &own, key: &key, witnesses: &[], quorum: 0, since: None };
    assert_eq!(verify(ask, &mut |_| ()).verdict, Verdict::Unchecked);
}

#[test]
fn a_journal_gives_the_same_tiles_and_bundles_as_the_folder_in_any_order() {
    let home = Home::new();
    for number in 0..300 {
        home.give(number);
    }
    home.close();
    let disk = Arc::new(RealDisk::open(home.path("fund")).unwrap());
    let own = OwnJournal::open(disk).unwrap();
    let files = home.files("public");
    let tiles: Vec<_> = files.iter().filter(|(name, _)| name.starts_with("tile/")).collect();
    assert!(tiles.len() >= 5, "{}", tiles.len());
    // Backwards first, then forwards: neither order may matter.
    for (name, bytes) in tiles.iter().rev().chain(&tiles) {
        let ours = own.read(name, u64::MAX).unwrap();
        assert!(ours.as_ref() == Some(*bytes), "{name}");
    }
    assert_eq!(own.read("tile/entries/002", u64::MAX), Ok(None));
    assert_eq!(own.read("index.html", u64::MAX), Ok(None));
    assert!(!OwnJournal::is_there(Path::new(&home.path("public"))));
}
