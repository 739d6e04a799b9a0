//! The demo's month: its sums to the fen, and nothing private anywhere public.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use yishan::cli::{Context, Printed, Scripted, run};
use yishan::import::Bill;
use yishan::keys::WorkFactor;

/// Plays the demo in `folder` and gives what `--json` prints.
fn play(folder: &Path) -> (u8, Value) {
    let printed = Printed::default();
    let mut context = Context {
        clock: Box::new(|| 0),
        random: Box::new(|bytes| bytes.fill(7)),
        terminal: Box::new(Scripted { answers: VecDeque::new(), printed: printed.clone() }),
        env: BTreeMap::new(),
        folder: folder.to_owned(),
        work: WorkFactor::new(1).unwrap(),
    };
    let args = ["yishan", "demo", "--dir", "month", "--json", "--quiet"].map(OsString::from);
    let code = run(args, &mut context);
    let out = printed.take_out();
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}")))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every nickname, transaction number and student's name that the demo's bills and dossiers hold.
fn secrets(month: &Path) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for file in files(&month.join("bills")) {
        let bytes = std::fs::read(&file).unwrap();
        let Ok(bill) = Bill::read(&bytes, "bill", None) else { continue };
        for row in bill.rows() {
            secrets.extend([row.party, row.id, row.other_id].map(String::from));
        }
    }
    for file in files(&month.join("dossiers")) {
        let text = std::fs::read_to_string(file).unwrap();
        secrets.insert(text.lines().next().unwrap().trim_start_matches("姓名：").to_owned());
    }
    secrets.remove("");
    secrets
}

#[test]
fn the_month_comes_to_its_fen_and_publishes_no_name_and_no_number() {
    let folder = tempfile::tempdir().unwrap();
    let (code, told) = play(folder.path());
    assert_eq!(code, 0, "{told}");
    assert_eq!(told["received"], 3_817_862);
    assert_eq!(told["students"], serde_json::json!([97, 34, 23, 17]));
    let parts = serde_json::json!({
        "goods": {
            "received": 6_160, "issued": 866, "gone": 303, "sold": 100, "coming": 100,
            "stock": 4_791, "proceeds": 8_000,
        },
        "boxes": {"openings": 1, "counted": 32_050, "deposited": 32_050},
        "clawback": 5_000,
        "tickets": {"issued": 2, "fen": 16_660},
        "hours": {"volunteers": 8, "times": 34, "minutes": 88 * 60},
        "wishes": {"asked": 4, "confirmed": 2},
        "campaign": {"raised": 16_660, "cost": 800, "pots": 4_660},
        "sponsors": {"pairs": 6, "entrusted": 180_000, "passed": 150_000},
        "drawn": 18,
    });
    assert_eq!(told["parts"], parts);
    assert_eq!(
        (&told["verified"], &told["receipt"], &told["tampered"]),
        (&0.into(), &0.into(), &1.into())
    );
    let month = folder.path().join("month");
    let secrets = secrets(&month);
    assert!(secrets.len() > 6_000, "only {} secrets to look for", secrets.len());
    let public = ["site", "receipts", "fund/journal", "fund/checkpoints", "fund/index"];
    let (mut looked, mut found) = (0, Vec::new());
    for file in public
        .iter()
        .map(|name| month.join(name))
        .filter(|path| path.exists())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
    {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        looked += 1;
        // Numbers are 28 digits: a text without such a run holds none of them.
        let digits = text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 28);
        let private = |secret: &&String| {
            (digits || !secret.bytes().all(|b| b.is_ascii_digit())) && text.contains(&***secret)
        };
        found.extend(secrets.iter().filter(private).map(|secret| (file.clone(), secret.clone())));
    }
    assert!(looked > 100, "only {looked} public files");
    assert!(found.is_empty(), "{:?}", &found[..found.len().min(5)]);
}
