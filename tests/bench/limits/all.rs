//! `all`: every figure, each in a process of its own, as a Markdown table.

use crate::meter::load;
use std::process::Command;

/// What is asked of each figure: floor, aim.
const ASKED: [(&str, &str, &str); 10] = [
    ("verify", "5 M", "10 M"),
    ("verify-single", "80 k", "200 k"),
    ("import alipay", "1 M", "2.5 M"),
    ("import list", "1 M", "2.5 M"),
    ("authors", "10 k", "25 k"),
    ("one: median", "1.5 x the disk", "1.1 x the disk"),
    ("open and status", "100 ms", "30 ms"),
    ("publish-day", "100 ms", "30 ms"),
    ("receipt: median", "10 ms", "1 ms"),
    ("bytes: journal + index", "160", "110"),
];

/// Runs everything, the growing figures at every power of ten from 100,000 up to `size`.
pub fn run(size: u64) {
    println!("load average {:.1} at the beginning\n", load());
    println!("| figure | gifts | measured | beside | floor | aim |\n|---|---|---|---|---|---|");
    for (what, sizes) in plan(size) {
        for size in sizes {
            let mut one = Command::new(std::env::current_exe().unwrap());
            one.arg(what);
            if let Some(size) = size {
                one.args(["--size", &size.to_string()]);
            }
            let output = one.output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().filter_map(row).for_each(|row| println!("{row}"));
            if !output.status.success() {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                println!("| {what} | {} | failed: {} | | | |", size.unwrap_or(0), last(&why));
            }
        }
    }
    println!("\nload average {:.1} at the end", load());
}

fn plan(size: u64) -> Vec<(&'static str, Vec<Option<u64>>)> {
    let tens = |from: u64, to: u64| -> Vec<Option<u64>> {
        std::iter::successors(Some(from), |n| n.checked_mul(10))
            .take_while(|n| *n <= to)
            .map(Some)
            .collect()
    };
    vec![
        ("disk", vec![None]),
        ("one", vec![None]),
        ("authors", vec![None]),
        ("append", vec![Some(size.min(1_000_000))]),
        ("import", tens(100_000, size.min(1_000_000))),
        // First, so that the others use the funds that this one publishes.
        ("bytes", tens(100_000, size)),
        ("verify", tens(100_000, size)),
        ("verify-single", tens(10_000, size.min(1_000_000) / 10)),
        ("receipt", tens(100_000, size)),
        ("open", tens(100_000, size)),
        ("publish-day", tens(100_000, size)),
    ]
}

/// A row of the table from a line of fields.
fn row(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, size, value, unit, rest @ ..] = fields.as_slice() else { return None };
    let beside = rest.first().copied().unwrap_or_default();
    let asked = ASKED.iter().find(|(figure, ..)| figure == name);
    let (floor, aim) = asked.map_or(("", ""), |(_, floor, aim)| (*floor, *aim));
    Some(format!("| {name} | {size} | {value} {unit} | {beside} | {floor} | {aim} |"))
}

/// The last line that says something.
fn last(text: &str) -> &str {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default()
}
