//! `all`: every figure, each in a process of its own, as one Markdown table: a row a figure, a
//! column a size.

use crate::meter::load;
use std::collections::BTreeMap;
use std::process::Command;

/// What is asked of each figure: floor, aim.
const ASKED: [(&str, &str, &str); 11] = [
    ("verify", "5 M", "10 M"),
    ("verify: peak memory", "1 GiB at 10^8", "300 MiB at 10^8"),
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

/// Figures in the order in which they were first printed; of each, what it was at which size.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    cells: BTreeMap<(String, u64), String>,
}

/// Runs everything, the growing figures at every power of ten from 100,000 up to `size`.
pub fn run(size: u64) {
    let (begun, mut table) = (load(), Table::default());
    for (what, sizes) in plan(size) {
        for size in sizes {
            eprintln!("{what} {size:?}, load average {:.1}", load());
            table.measure(what, size);
        }
    }
    println!("Load average {begun:.1} at the beginning, {:.1} at the end.\n", load());
    table.print();
}

fn plan(size: u64) -> Vec<(&'static str, Vec<Option<u64>>)> {
    let tens = |from: u64, to: u64| -> Vec<Option<u64>> {
        let powers = std::iter::successors(Some(from), |n| n.checked_mul(10));
        powers.take_while(|n| *n <= to).map(Some).collect()
    };
    vec![
        ("disk", vec![None]),
        ("one", vec![None]),
        ("authors", vec![None]),
        ("append", tens(100_000, size.min(1_000_000))),
        ("import", tens(100_000, size.min(1_000_000))),
        // First, so that the others use the funds that this one publishes.
        ("bytes", tens(100_000, size)),
        ("verify", tens(100_000, size)),
        ("verify-single", tens(10_000, size.min(1_000_000))),
        ("receipt", tens(100_000, size)),
        ("open", tens(100_000, size)),
        ("publish-day", tens(100_000, size)),
    ]
}

impl Table {
    /// Runs one figure in a process of its own.
    fn measure(&mut self, what: &str, size: Option<u64>) {
        let mut one = Command::new(std::env::current_exe().unwrap());
        one.arg(what);
        if let Some(size) = size {
            one.args(["--size", &size.to_string()]);
        }
        let output = one.output().unwrap();
        String::from_utf8_lossy(&output.stdout).lines().for_each(|line| self.take(line));
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            let why = why.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            self.add(what, size.unwrap_or(0), format!("failed: {why}"));
        }
    }

    /// Takes a line of fields with tabs between.
    fn take(&mut self, line: &str) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, size, value, unit, rest @ ..] = fields.as_slice() else { return };
        let beside = rest.first().map(|ratio| format!(" ({ratio})")).unwrap_or_default();
        let value = format!("{} {unit}{beside}", value.replace('_', ","));
        self.add(name, size.parse().unwrap_or(0), value);
    }

    fn add(&mut self, name: &str, size: u64, value: String) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        self.cells.insert((name.to_owned(), size), value);
    }

    /// Columns for the powers of ten that grow, one for every other size.
    fn print(&self) {
        const GROWING: [u64; 4] = [100_000, 1_000_000, 10_000_000, 100_000_000];
        println!("| figure | floor | aim | other sizes | 10^5 | 10^6 | 10^7 | 10^8 |");
        println!("|---|---|---|---|---|---|---|---|");
        for name in &self.names {
            let (_, floor, aim) =
                ASKED.iter().find(|(figure, ..)| figure == name).unwrap_or(&("", "", ""));
            let cells = self.cells.iter().filter(|((figure, _), _)| figure == name);
            let other = cells.filter(|((_, size), _)| !GROWING.contains(size));
            let other: Vec<String> = other.map(|((_, n), text)| format!("{n}: {text}")).collect();
            let cell = |size| self.cells.get(&(name.clone(), size)).map_or("", String::as_str);
            let growing = GROWING.map(cell).join(" | ");
            println!("| {name} | {floor} | {aim} | {} | {growing} |", other.join("; "));
        }
    }
}
