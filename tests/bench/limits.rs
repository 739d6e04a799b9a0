//! How fast the ledger is and how much it takes, beside what the machine itself can do.
//!
//! ```text
//! cargo bench --bench limits -- WHAT [--size N] [--per-day N] [--seed N]
//! ```
//!
//! | WHAT | what it measures or makes |
//! |---|---|
//! | `disk` | the disk's own append + fdatasync, alone |
//! | `verify`, `verify-single` | the published folder: 200 gifts a voucher, or one |
//! | `import` | a bill (600 rows, and `--size`) through the program: Alipay, any CSV |
//! | `append` | vouchers of 200 gifts through `Ledger::append`: durable and indexed |
//! | `one` | one voucher of one gift beside the disk's own append + fdatasync |
//! | `authors` | 64 threads, one gift a voucher, each waiting for its own |
//! | `open` | opening a fund of `--size` gifts and reading its status; and making its index anew |
//! | `publish-day` | one more day of 1,000 gifts, on a published fund of `--size` gifts |
//! | `receipt` | a receipt for any gift among `--size` |
//! | `bytes` | what a gift takes: journal, index, published folder |
//! | `all` | all of it, `--size` at most, as a Markdown table |
//! | `make bulk\|single\|evening\|csv\|tree N DIR` | a workload to keep; with `--site` published |
//! | `clean` | removes the workloads kept in the target folder |
//!
//! The gifts are the same on every run with the same seed. A workload is made in a process of its
//! own and kept in the target folder; the peak of memory is that of the measuring process alone.
//! Nothing here fails because it is slow. `tests/bench/RESULTS.md` keeps the figures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]
#![allow(missing_docs, clippy::panic, clippy::float_arithmetic, clippy::cast_precision_loss)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, unreachable_pub)]

#[path = "limits/all.rs"]
mod all;
#[path = "limits/direct.rs"]
mod direct;
#[path = "limits/fund.rs"]
mod fund;
#[path = "limits/gifts.rs"]
mod gifts;
#[path = "limits/imports.rs"]
mod imports;
#[path = "limits/kept.rs"]
mod kept;
#[path = "limits/meter.rs"]
mod meter;
#[path = "limits/reading.rs"]
mod reading;
#[path = "limits/verifying.rs"]
mod verifying;
#[path = "limits/writing.rs"]
mod writing;

use gifts::Shape;
use std::path::PathBuf;

/// What was asked for.
pub struct Ask {
    /// Gifts; each figure has its own if none is said.
    pub size: Option<u64>,
    /// The shape of the workload, but for its size.
    pub shape: Shape,
    /// Publish what is made.
    pub site: bool,
}

impl Ask {
    fn size(&self, usual: u64) -> u64 {
        self.size.unwrap_or(usual)
    }
}

fn main() {
    let mut words = Vec::new();
    let mut ask = Ask { size: None, shape: Shape::default(), site: false };
    let mut given = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = given.next() {
        let mut number = || {
            let text = given.next().unwrap_or_else(|| panic!("{word} needs a number"));
            text.replace('_', "").parse().unwrap_or_else(|_| panic!("{word} {text}: no number"))
        };
        match word.as_str() {
            "--size" => ask.size = Some(number()),
            "--per-day" => ask.shape.per_day = number(),
            "--per-voucher" => ask.shape.per_voucher = number(),
            "--seed" => ask.shape.seed = number(),
            "--site" => ask.site = true,
            other => words.push(other.to_owned()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["disk"] => writing::disk(),
        ["verify"] => verifying::run(&ask, "verify", ask.shape.of(ask.size(1_000_000))),
        ["verify-single"] => {
            verifying::run(&ask, "verify-single", ask.shape.of(ask.size(100_000)).single());
        }
        ["import"] => imports::run(ask.shape, ask.size(100_000)),
        ["append"] => writing::append(ask.shape.of(ask.size(1_000_000))),
        ["one"] => writing::one(ask.shape, ask.size(500)),
        ["authors"] => writing::authors(ask.shape, ask.size(64_000)),
        ["open"] => reading::open(ask.shape.of(ask.size(1_000_000))),
        ["publish-day"] => reading::publish_day(ask.shape.of(ask.size(100_000))),
        ["receipt"] => reading::receipt(ask.shape.of(ask.size(1_000_000))),
        ["bytes"] => reading::bytes(ask.shape.of(ask.size(1_000_000))),
        ["all"] => all::run(ask.size(1_000_000)),
        ["clean"] => kept::clean(),
        ["make", what, count, folder] => {
            let count = count.replace('_', "").parse().expect("how many");
            kept::make(what, ask.shape.of(count), &PathBuf::from(folder), ask.site);
        }
        _ => println!("what to measure? The first lines of tests/bench/limits.rs tell."),
    }
}
