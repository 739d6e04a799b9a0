//! The index's engine on a bad day: it panics where it could answer with an error, and the index is
//! only a cache. Nobody sees a panic, and nobody loses or books a voucher twice for it.

use crate::fund::{Dice, Officers, append, gift, stamp};
use crate::home::Home;
use std::fs;
use std::path::Path;
use std::process::Command;
use yishan::cli::{Error as Told, Say};
use yishan::domain::text::Lang;
use yishan::ledger::{Error, Ledger, Mode};
use yishan::publish::Facts;

/// The calls that the engine makes, and the answers that it gets to some of them.
const CALLS: [&str; 6] =
    ["fsync", "fdatasync", "sync_file_range", "pwrite64", "ftruncate", "openat"];
const ERRORS: [&str; 2] = ["EIO", "ENOSPC"];

/// One command as it is typed, whose `call` fails the `when`th time.
fn run_failing(home: &Home, words: &str, (call, error, when): (&str, &str, &str)) -> (i32, String) {
    let inject = format!("inject={call}:error={error}:when={when}");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &inject, env!("CARGO_BIN_EXE_yishan")]);
    command.args(["-C", "fund", "--lang", "zh"]).args(words.split(' '));
    let out = command.current_dir(home.path("")).output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_command_whose_index_fails_in_any_call_ends_with_a_word_and_never_with_a_panic() {
    if !crate::faults::can_trace() {
        println!("skipped: there is no strace here, or it may not trace");
        return;
    }
    let (home, mut failed) = (Home::new(), 0);
    home.good("give --amount 1.00 --to wx --number 4200002345202611221111111111");
    let times = ["1", "2", "3", "5", "1+"];
    let mut dice = Dice::new(3);
    for call in CALLS {
        // The loader's own files and the program's come first.
        let first = if call == "openat" { 5 } else { 0 };
        for when in times {
            let (number, more) = when.split_at(1);
            let when = format!("{}{more}", number.parse::<u64>().unwrap() + first);
            let error = ERRORS[usize::try_from(dice.next() % 2).unwrap()];
            for words in ["index rebuild", "status"] {
                let what = format!("{words}: {call} fails with {error} at {when}");
                let (code, said) = run_failing(&home, words, (call, error, &when));
                let loader = said.contains("error while loading shared libraries");
                assert!(!said.contains("panicked"), "{what}: {said}");
                assert!(loader || matches!(code, 0 | 3), "{what}: {code} {said}");
                assert!(loader || code == 0 || said.contains("错误："), "{what}: {said}");
                failed += u64::from(code == 3);
            }
        }
    }
    assert!(failed > 5, "hardly anything failed: {failed}");
    let (_, said) = home.run("show 2/0");
    assert!(said.contains("1.00"), "{said}");
    home.good("index rebuild");
}

/// Puts a file where the index keeps its runs: whatever it is, it cannot be written to.
fn break_index(fund: &Path) {
    let runs = fund.join("index/runs");
    fs::remove_dir_all(&runs).unwrap();
    fs::write(runs, "not a folder").unwrap();
}

#[test]
fn a_voucher_after_a_failed_commit_of_the_index_is_told_what_happened_and_what_to_do() {
    let home = crate::recorder::founded();
    let (fund, officers) = (home.path().join("fund"), Officers::new());
    let give = |number: u128| officers.sign("chen", "01T20:00:00", number, &[gift(100, number)]);
    let mut ledger = Ledger::open(&fund, Mode::Write).unwrap();
    append(&mut ledger, &give(7), "01T20:00:00").unwrap().unwrap();
    break_index(&fund);
    ledger.commit_index().unwrap_err();
    let next = append(&mut ledger, &give(8), "01T20:00:01");
    let why = next.unwrap_err();
    assert!(matches!(why, Error::Unindexed(_)), "{why:?}");
    let told = Told::because(Say { zh: "没有记".into(), en: "not recorded".into() }, &why);
    let (zh, en) = (told.lines(Lang::Zh).join("\n"), told.lines(Lang::En).join("\n"));
    // What happened, what is lost, why, and what to do.
    for word in ["索引", "都在流水里", "没有丢", "不再记新的", "runs", "做一次", "不会记两次"]
    {
        assert!(zh.contains(word), "{word} is not in:\n{zh}");
    }
    for word in
        ["index", "safe in the journal", "nothing more is recorded", "runs", "again", "twice"]
    {
        assert!(en.contains(word), "{word} is not in:\n{en}");
    }
    // However often it is asked: the same answer, and what is known is not forgotten.
    assert!(matches!(ledger.commit_index(), Err(Error::Unindexed(_))));
    assert!(matches!(append(&mut ledger, &give(7), "01T20:00:02"), Err(Error::Unindexed(_))));
    drop(ledger);
    // The same command again, as the hint says.
    let mut ledger = Ledger::open(&fund, Mode::Write).unwrap();
    assert_eq!(ledger.size(), 3);
    let again = officers.sign("chen", "01T20:00:00", 9, &[gift(100, 7)]);
    append(&mut ledger, &again, "01T20:00:03").unwrap().unwrap_err();
    append(&mut ledger, &give(8), "01T20:00:03").unwrap().unwrap();
    ledger.commit_index().unwrap();
    assert_eq!(ledger.books().last, Some(stamp("01T20:00:03")));
    assert_eq!(ledger.facts(String::new(), String::new()).unwrap().replay().books().refs.count, 2);
}
