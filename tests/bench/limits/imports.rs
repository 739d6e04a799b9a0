//! `import`: bills through the program itself, from the file to durable and indexed.

use crate::gifts::{ORIGIN, Shape};
use crate::kept::{MAPPING, alipay, fresh, list, wechat};
use crate::meter::{Disk, Figure, peak};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rows in one bill: an Alipay bill of so many is below the largest file that is read.
const ROWS: u64 = 200_000;
const PASSPHRASE: &str = "mizu-dapo-hexi-lune-kuta-sure\n";

pub fn run(shape: Shape, rows: u64) {
    let home = fresh("import");
    let raw = Disk::new(&home, 400).median(100);
    Figure::new("import: the disk's own append + fdatasync", 1, raw, "us").print();
    let evening = Shape { per_day: 600, ..shape.of(600) };
    std::fs::write(home.join("evening.csv"), wechat(&evening)).unwrap();
    one(&home, ("evening", "wechat"), 600, &["evening.csv".into()]);
    let shape = Shape { per_day: shape.per_day.max(ROWS), ..shape.of(rows) };
    let parts = |name: &str, make: fn(&Shape, std::ops::Range<u64>) -> Vec<u8>| -> Vec<String> {
        let part = |first: u64| {
            let file = format!("{name}-{}.csv", first / ROWS);
            let bytes = make(&shape, first..rows.min(first + ROWS));
            std::fs::write(home.join(&file), bytes).unwrap();
            file
        };
        (0..rows).step_by(ROWS as usize).map(part).collect()
    };
    one(&home, ("alipay", "alipay"), rows, &parts("alipay", alipay));
    std::fs::write(home.join("mapping.toml"), MAPPING).unwrap();
    let mut files = parts("list", list);
    files.extend(["--mapping".to_owned(), "mapping.toml".to_owned()]);
    one(&home, ("list", "wechat"), rows, &files);
    std::fs::remove_dir_all(home).unwrap();
}

/// Imports into a new fund's account of that kind, and once more, when nothing is new.
fn one(home: &Path, (name, kind): (&str, &str), rows: u64, files: &[String]) {
    found(home, name, kind);
    // Opening the officer's key takes a third of a second by design; measured alone, it is no
    // part of the rate.
    let mut key = yishan(home, name);
    key.args(["give", "--amount", "1", "--to", "got", "--slip", "R-1"]);
    let key = measured(key).expect("the first gift was refused").0;
    Figure::new(format!("import {name}: opening the key"), 1, key, "s").print();
    for again in [false, true] {
        let mut import = yishan(home, name);
        import.args(["import", "--commit", "--account", "got"]).args(files);
        let (wall, cpu, memory) = measured(import).expect("the import was refused");
        let named = format!("import {name}{}", if again { ", all known" } else { "" });
        let figure = |what: &str, value, unit| {
            Figure::new(format!("{named}{what}"), rows, value, unit).print();
        };
        // Nothing is signed where nothing is new.
        let key = if again { 0.0 } else { key };
        figure("", rows as f64 / (wall - key).max(0.001), "rows/s");
        figure(": whole process", wall, "s");
        figure(": CPU", cpu / rows as f64 * 1e9, "ns/row");
        figure(": peak memory", memory, "MiB");
    }
}

/// A fund of one officer with one account, founded by the program.
fn found(home: &Path, name: &str, kind: &str) {
    std::fs::write(home.join("passphrase"), PASSPHRASE).unwrap();
    let mut init = yishan(home, name);
    init.args(["init", "--origin", ORIGIN, "--name", "测速", "--holder", "测速", "--solo"]);
    init.args(["--officer", "chen:clerk,approver,cashier,steward"]);
    assert!(init.status().unwrap().success(), "{init:?}");
    let mut open = yishan(home, name);
    open.args(["account", "open", "got", "--kind", kind]);
    assert!(open.status().unwrap().success(), "{open:?}");
}

fn yishan(home: &Path, name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yishan"));
    command.current_dir(home).args(["-C", name, "--keys", &format!("{name}-keys"), "--yes"]);
    command.args(["--passphrase-file", "passphrase", "--quiet", "--lang", "en"]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Runs the program: seconds on the wall, seconds of all cores, and its peak of memory in MiB.
fn measured(mut command: Command) -> Option<(f64, f64, f64)> {
    let (start, mut memory) = (Instant::now(), 0.0_f64);
    let (success, took) = crate::meter::took(|| {
        let mut child = command.spawn().unwrap();
        loop {
            memory = memory.max(peak(Some(child.id())));
            match child.try_wait().unwrap() {
                Some(status) => return status.success(),
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    });
    success.then(|| (start.elapsed().as_secs_f64(), took.cpu, memory))
}
