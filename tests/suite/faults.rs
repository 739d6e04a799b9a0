//! The operating system says no: every call that writes, syncs, renames or opens fails at some
//! moment, and the desk loses nothing that it acknowledged.
//!
//! The calls are made to fail from outside, by `strace`, under the real desk on a real disk.
//!
//! ```text
//! YISHAN_FAULTS=20 cargo test --test suite -- --nocapture faults::     all cases, 20 times over
//! ```

use crate::kills::{assert_kept, assert_published_again};
use crate::recorder::{FAILED, Orders, STAGES, Told, founded, run};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Steps of one desk: some hundred calls that can fail.
const STEPS: u64 = 9;

/// Which call fails how, and at which of its times: `5` the fifth, `5+` from then on, `5+3` and
/// every third after it.
const CASES: [(&str, &str, &[&str]); 15] = [
    ("fdatasync", "EIO", &["1", "2", "3", "4", "6", "9", "13", "5+", "2+4"]),
    ("fdatasync", "ENOSPC", &["2", "5", "8", "7+"]),
    ("fdatasync", "EINTR", &["1+2", "2+3"]),
    ("fsync", "EIO", &["1", "2", "3", "5", "8", "4+"]),
    ("fsync", "EINTR", &["1+2"]),
    // The first ones are those of the frame that runs tests.
    ("write", "EIO", &["6", "8", "11", "15", "30", "20+", "7+5"]),
    ("write", "ENOSPC", &["7", "9", "12", "25", "50", "10+", "40+"]),
    ("write", "EINTR", &["6+2", "7+3"]),
    ("pwrite64", "EIO", &["1", "2", "3", "2+"]),
    ("pwrite64", "ENOSPC", &["1", "2", "4", "1+"]),
    ("sync_file_range", "EIO", &["1", "2", "3", "5", "2+"]),
    ("ftruncate", "EIO", &["1", "2", "1+"]),
    ("rename", "EIO", &["1", "2", "7", "3+"]),
    // The loader opens the first ones.
    ("openat", "EIO", &["20", "26", "33", "41", "60", "50+"]),
    ("openat", "EINTR", &["20+2", "21+3"]),
];

/// What came of one case.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    cases: u64,
    /// Calls that failed, and those among them that sync the journal.
    faults: u64,
    journal_syncs: u64,
    acknowledged: u64,
    /// Desks that said that the ledger failed.
    told: u64,
}

/// Whether calls can be made to fail here: some machines have no tracer or forbid it.
pub(crate) fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-qq", "-e", "trace=none", "true"]).output();
    tried.is_ok_and(|out| out.status.success())
}

/// Runs a desk whose `call` fails, and what strace noted of it.
fn run_failing(home: &Path, seed: u64, (call, error, when): (&str, &str, &str)) -> (Told, String) {
    let notes = home.join("strace");
    let inject = format!("inject={call}:error={error}:when={when}");
    let (trace, notes_text) = (format!("trace={call}"), notes.to_str().unwrap());
    let tracer = ["strace", "-f", "-y", "-qq", "-o", notes_text, "-e", &trace, "-e", &inject];
    let tracer = tracer.map(ToOwned::to_owned);
    let stage = STAGES[1 + usize::try_from(seed % 5).unwrap()];
    let orders = Orders { home, seed, stage, authors: 0, steps: STEPS };
    let told = run(orders.command(&tracer), |_, _| ());
    (told, String::from_utf8_lossy(&std::fs::read(notes).unwrap()).into_owned())
}

fn one_case(seed: u64, case: (&str, &str, &str)) -> Result<Figures, String> {
    let home = founded();
    let (told, notes) = run_failing(home.path(), seed, case);
    if told.stderr.contains("error while loading shared libraries") {
        // The call failed before the program began.
        return Ok(Figures { cases: 1, ..Figures::default() });
    }
    let what = format!("{case:?}, seed {seed}");
    let injected: Vec<&str> = notes.lines().filter(|line| line.contains("(INJECTED)")).collect();
    let journal = |line: &&&str| line.contains("sync(") && line.contains("/fund/journal");
    let journal_syncs = injected.iter().filter(journal).count();
    let mut wrong = String::new();
    let mut expect = |right: bool, why: &str| {
        if !right {
            writeln!(wrong, "{what}: {why}: {told:?}\n{}", injected.join("\n")).unwrap();
        }
    };
    expect(matches!(told.code, Some(0 | FAILED)), "it did not end with a word");
    // sled, which keeps the index, panics where it could return an error: nobody hears of that.
    expect(!told.stderr.contains("panicked"), "it panicked");
    expect(!told.went_on, "it went on after a failure");
    expect(told.done || !told.failed.is_empty(), "it ended without a word");
    let clear =
        |why: &String| ["os error", "Os { code", "sled cannot"].iter().any(|w| why.contains(w));
    expect(told.failed.first().is_none_or(clear), "what failed?");
    let unsynced = journal_syncs > 0 && case.1 != "EINTR";
    expect(!unsynced || !told.failed.is_empty(), "a failed sync of the journal was not told");
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let ledger = assert_kept(home.path(), &told, &mut Vec::new(), &what);
    assert_published_again(home.path(), ledger, &what);
    Ok(Figures {
        cases: 1,
        faults: injected.len() as u64,
        journal_syncs: journal_syncs as u64,
        acknowledged: told.acknowledged.len() as u64,
        told: u64::from(!told.failed.is_empty()),
    })
}

#[test]
fn a_desk_whose_disk_fails_in_any_call_says_so_and_keeps_what_it_acknowledged() {
    if !can_trace() {
        println!("skipped: there is no strace here, or it may not trace");
        return;
    }
    let each = |(call, error, times): &(&'static str, &'static str, &'static [&'static str])| {
        times.iter().map(|when| (*call, *error, *when)).collect::<Vec<_>>()
    };
    let times = std::env::var("YISHAN_FAULTS").map_or(1, |text| text.parse().unwrap());
    let cases = (0..times).flat_map(|_| CASES.iter().flat_map(each));
    let cases: Vec<_> = cases.zip(0_u64..).collect();
    let done: Vec<_> =
        cases.par_iter().map(|(case, seed)| (case.0, one_case(*seed, *case))).collect();
    let wrong: Vec<&String> = done.iter().filter_map(|(_, done)| done.as_ref().err()).collect();
    let all = wrong.iter().map(|one| one.as_str()).collect::<String>();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), done.len(), all);
    let mut sum = Figures::default();
    for (call, one) in done.iter().filter_map(|(call, one)| Some((call, one.as_ref().ok()?))) {
        sum.cases += one.cases;
        sum.faults += one.faults;
        sum.journal_syncs += one.journal_syncs;
        sum.acknowledged += one.acknowledged;
        sum.told += one.told;
        assert!(one.cases == 1, "{call}");
    }
    println!("{sum:?}");
    assert!(sum.journal_syncs > 0 && sum.told > 0, "hardly anything failed: {sum:?}");
}
