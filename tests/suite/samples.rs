//! Funds as released versions wrote them, kept for ever in `tests/samples`: each must open, verify
//! and give the figures it was known to have.
//!
//! `MAKE_SAMPLE=FOLDER cargo test --test suite -- --ignored make_a_sample` writes a new one with
//! the program as it is, its figures in `figures`. Its names are invented, its keys are made by
//! dice that anybody can throw, and nothing in it was ever anybody's money. A sample is added with
//! a release and never changed.

use crate::home::Home;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use yishan::ledger::{Ledger, Mode};
use yishan::tlog::{Checkpoint, Verifier};

/// The files of a fund in a sample.
const FUND: [&str; 3] = ["journal/00000000.jsonl", "checkpoints", "fund.toml"];

/// The samples' folders.
fn samples() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let found: Vec<_> = std::fs::read_dir(all).unwrap().map(|item| item.unwrap().path()).collect();
    assert!(!found.is_empty(), "the samples are gone");
    found
}

/// A copy that may be written to.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    std::fs::create_dir(to.path().join("journal")).unwrap();
    for file in FUND {
        std::fs::copy(from.join(file), to.path().join(file)).unwrap();
    }
    to
}

/// What is known of a fund: one figure a line.
fn figures(ledger: &Ledger) -> String {
    let books = ledger.books();
    let mut text = format!("entries {}\nroot {}\n", ledger.size(), ledger.replay().tree().root());
    let now = &books.sums.now;
    let (held, free, promised) = (now.held.total().get(), now.free.get(), now.promised.get());
    writeln!(text, "held {held}\nfree {free}\npromised {promised}").unwrap();
    for (id, fen) in &now.held.0 {
        writeln!(text, "account {id} {}", fen.get()).unwrap();
    }
    writeln!(text, "closed {}", books.closed().unwrap().0).unwrap();
    writeln!(text, "students {}", books.students.known.len()).unwrap();
    for kept in ledger.checkpoints().unwrap() {
        writeln!(text, "checkpoint {}", kept.size).unwrap();
    }
    text
}

#[test]
fn a_fund_written_by_an_earlier_version_opens_with_the_figures_it_had() {
    for sample in samples() {
        let fund = copy(&sample);
        let known = std::fs::read_to_string(sample.join("figures")).unwrap();
        for mode in [Mode::Read, Mode::Write, Mode::Write] {
            let ledger = Ledger::open(fund.path(), mode).unwrap();
            assert_eq!(figures(&ledger), known, "{}", sample.display());
        }
        for file in FUND {
            let [before, after] =
                [&sample, fund.path()].map(|at| std::fs::read(at.join(file)).unwrap());
            assert!(before == after, "{file} was changed by opening it");
        }
    }
}

#[test]
fn its_checkpoints_still_hold_under_its_key_and_its_entries_continue_them() {
    for sample in samples() {
        let fund = copy(&sample);
        let ledger = Ledger::open(fund.path(), Mode::Read).unwrap();
        let key = std::fs::read_to_string(sample.join("log.vkey")).unwrap();
        let key: Verifier = key.trim_end().parse().unwrap();
        let kept = ledger.checkpoints().unwrap();
        assert!(kept.len() > 1, "{}", sample.display());
        for kept in kept {
            let (checkpoint, _) = Checkpoint::open(&kept.note, &key, &[]).unwrap();
            ledger.continues(checkpoint.size(), checkpoint.root()).unwrap();
        }
    }
}

#[test]
fn a_sample_stays_small_enough_to_be_kept_for_ever() {
    for sample in samples() {
        let len = |file: &&str| std::fs::metadata(sample.join(file)).unwrap().len();
        let bytes: u64 = FUND.iter().chain(&["log.vkey", "figures"]).map(len).sum();
        assert!(bytes < 60 * 1024, "{} has {bytes} bytes", sample.display());
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
    home.good("refund 3/0 --amount 0.50 --from wx --number T-1");
    home.good("transfer --from wx --to box --amount 100.00 --fee 0.10 --number T-2");
    home.good("interest --amount 0.35 --to wx --number I-1");
    home.good("close");
    home.wait(86_400);
    let said = home.good("student nominate --level primary --source education");
    let at = said.find("s-").expect("a pseudonym");
    let student = said[at..at + 10].to_owned();
    home.good(&format!("student visit {student} --finding fit"));
    home.good(&format!("student admit {student}"));
    home.good(&format!("allocate {student} --amount 500.00 --for autumn"));
    home.good("approve 14/0");
    home.good("pay 14/0 --from box --amount 50.00");
    home.good("acknowledge 16/0 --way signed");
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
    for file in FUND {
        std::fs::copy(home.path("fund").join(file), to.join(file)).unwrap();
    }
    std::fs::copy(home.path("public/log.vkey"), to.join("log.vkey")).unwrap();
    let ledger = Ledger::open(&home.path("fund"), Mode::Read).unwrap();
    std::fs::write(to.join("figures"), figures(&ledger)).unwrap();
}
