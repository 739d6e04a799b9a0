//! Funds as released versions wrote them, kept for ever: each must open, verify and give the
//! figures it was known to have.
//!
//! `MAKE_SAMPLE=FOLDER cargo test --test suite -- --ignored make_a_sample` writes a new one with the
//! program as it is. Its names are invented, its keys are made by dice that anybody can throw, and
//! nothing in it was ever anybody's money. A sample is added with a release and never changed.

use crate::home::Home;
use std::path::{Path, PathBuf};
use yishan::ledger::{Ledger, Mode};
use yishan::tlog::{Checkpoint, Verifier};

/// A sample: its folder, entries, root, last closed day, fen held, free and promised.
struct Known {
    name: &'static str,
    size: u64,
    root: &'static str,
    closed: &'static str,
    held: u64,
    free: u64,
    promised: u64,
    signed: &'static [u64],
}

const KNOWN: [Known; 1] = [Known {
    name: "0.1",
    size: 17,
    root: "ROOT",
    closed: "2026-11-23",
    held: 0,
    free: 0,
    promised: 0,
    signed: &[],
}];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)
}

/// A copy that may be written to.
fn copy(name: &str) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    std::fs::create_dir(to.path().join("journal")).unwrap();
    for file in ["journal/00000000.jsonl", "checkpoints", "fund.toml"] {
        std::fs::copy(folder(name).join(file), to.path().join(file)).unwrap();
    }
    to
}

#[test]
fn a_fund_written_by_an_earlier_version_opens_with_the_figures_it_had() {
    for known in &KNOWN {
        let fund = copy(known.name);
        for mode in [Mode::Read, Mode::Write, Mode::Write] {
            let ledger = Ledger::open(fund.path(), mode).unwrap();
            let now = &ledger.books().sums.now;
            assert_eq!(ledger.size(), known.size, "{}", known.name);
            assert_eq!(ledger.replay().tree().root().to_string(), known.root);
            assert_eq!(ledger.books().closed().unwrap().0.to_string(), known.closed);
            assert_eq!(now.held.total().get(), known.held);
            assert_eq!((now.free.get(), now.promised.get()), (known.free, known.promised));
        }
        let (before, after) = (folder(known.name), fund.path());
        for file in ["journal/00000000.jsonl", "checkpoints", "fund.toml"] {
            let same = std::fs::read(before.join(file)).unwrap()
                == std::fs::read(after.join(file)).unwrap();
            assert!(same, "{file} was changed by opening it");
        }
    }
}

#[test]
fn its_checkpoints_still_hold_under_its_key_and_its_entries_continue_them() {
    for known in &KNOWN {
        let fund = copy(known.name);
        let ledger = Ledger::open(fund.path(), Mode::Read).unwrap();
        let key = std::fs::read_to_string(folder(known.name).join("log.vkey")).unwrap();
        let key: Verifier = key.trim_end().parse().unwrap();
        let kept = ledger.checkpoints().unwrap();
        assert_eq!(kept.iter().map(|kept| kept.size).collect::<Vec<_>>(), known.signed);
        for kept in kept {
            let (checkpoint, _) = Checkpoint::open(&kept.note, &key, &[]).unwrap();
            ledger.continues(checkpoint.size(), checkpoint.root()).unwrap();
        }
    }
}

#[test]
fn a_sample_stays_small_enough_to_be_kept_for_ever() {
    for known in &KNOWN {
        let mut bytes = 0;
        for file in ["journal/00000000.jsonl", "checkpoints", "fund.toml", "log.vkey"] {
            bytes += std::fs::metadata(folder(known.name).join(file)).unwrap().len();
        }
        assert!(bytes < 60 * 1024, "{} has {bytes} bytes", known.name);
    }
}

/// Two days with a line of every common kind.
fn live(home: &Home) {
    home.wait(60);
    home.good("account open box --kind cash");
    for number in 1..=3 {
        home.give(number);
    }
    home.good("give --amount 5000.00 --to wx --slip S-1");
    home.good("refund 3/0 --number T-1");
    home.good("transfer --from wx --to box --amount 100.00 --number T-2");
    home.good("fee --amount 0.10 --from wx --number F-1");
    home.good("interest --amount 0.35 --to wx --number I-1");
    home.good("close");
    home.wait(86_400);
    let said = home.good("student nominate --level primary --source education");
    let at = said.find("s-").expect("a pseudonym");
    let student = said[at..at + 10].to_owned();
    home.good(&format!("student visit {student} --finding fit"));
    home.good(&format!("student admit {student}"));
    home.good(&format!("allocate {student} --amount 500.00 --for autumn"));
    home.good("reverse 5/0 --why mistake");
    home.good("close");
}

#[test]
#[ignore = "writes a new sample, once a release"]
fn make_a_sample() {
    let to = PathBuf::from(std::env::var_os("MAKE_SAMPLE").expect("MAKE_SAMPLE names a folder"));
    let home = Home::new();
    live(&home);
    home.good("publish");
    std::fs::create_dir_all(to.join("journal")).unwrap();
    for file in ["journal/00000000.jsonl", "checkpoints", "fund.toml"] {
        std::fs::copy(home.path("fund").join(file), to.join(file)).unwrap();
    }
    std::fs::copy(home.path("public/log.vkey"), to.join("log.vkey")).unwrap();
    println!("{}", home.good("status"));
}
