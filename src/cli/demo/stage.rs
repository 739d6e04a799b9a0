//! A stage for commands: the very ones a treasurer types, in this process, by a clock and dice of
//! their own.

use super::dice::Dice;
use crate::cli::error::{Error, Kind};
use crate::cli::say::{Say, say};
use crate::cli::{Context, Printed, Scripted, run};
use crate::domain::time::{Day, Stamp};
use crate::keys::WorkFactor;
use serde_json::Value;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::Path;
use std::rc::Rc;

/// N = 2^10 for scrypt, a thousandth of a second: the passphrase lies beside the keys anyway, and
/// hundreds of commands open them.
const WORK: u8 = 10;

/// A folder with a fund in it, a clock, and commands to run.
pub(super) struct Stage {
    clock: Rc<Cell<i64>>,
    printed: Printed,
    context: Context,
    /// How many commands were run.
    pub(super) commands: usize,
}

impl Stage {
    /// Commands in `folder`, signed with the passphrase in `keys/passphrase.txt`.
    pub(super) fn new(folder: &Path) -> Stage {
        let (clock, printed) = (Rc::new(Cell::new(0)), Printed::default());
        let (now, mut dice) = (Rc::clone(&clock), Dice::new("yishan demo: nonces"));
        let terminal = Scripted { answers: VecDeque::new(), printed: printed.clone() };
        let context = Context {
            clock: Box::new(move || now.get()),
            random: Box::new(move |bytes| dice.fill(bytes)),
            terminal: Box::new(terminal),
            env: BTreeMap::new(),
            folder: folder.to_owned(),
            work: WorkFactor::new(WORK).unwrap_or(WorkFactor::FIXED),
        };
        Stage { clock, printed, context, commands: 0 }
    }

    /// Sets the clock to `time` on `day`.
    pub(super) fn at(&self, day: Day, time: &str) {
        let stamp = Stamp::parse(format!("{day}T{time}:00+08:00").as_bytes());
        // The clock of the month never goes back.
        self.clock.set(stamp.map_or(0, Stamp::unix).max(self.clock.get()));
    }

    /// Runs a command of `officer`, which must succeed, and gives what `--json` prints.
    pub(super) fn by(&mut self, officer: &str, words: &[&str]) -> Result<Value, Error> {
        self.in_fund("fund", &[&["--as", officer], words].concat())
    }

    /// The same in a fund of its own, where nobody signs but the log.
    pub(super) fn in_fund(&mut self, fund: &str, words: &[&str]) -> Result<Value, Error> {
        let common = ["-C", fund, "--passphrase-file", "keys/passphrase.txt", "--yes"];
        let (code, value) = self.try_run(&[&common, words].concat());
        if code == 0 { Ok(value) } else { Err(failed(words, code, &value)) }
    }

    /// Runs a command that needs no fund, and gives its exit code with what `--json` prints.
    pub(super) fn try_run(&mut self, words: &[&str]) -> (u8, Value) {
        self.commands += 1;
        // A command takes a person a moment; two vouchers of one second would be odd.
        self.clock.set(self.clock.get() + 2);
        let all = ["yishan", "--json"].iter().chain(words);
        let code = run(all.map(OsString::from), &mut self.context);
        let out = self.printed.take_out();
        (code, serde_json::from_str(&out).unwrap_or(Value::String(out)))
    }
}

fn failed(words: &[&str], code: u8, value: &Value) -> Error {
    let (words, why) = (words.join(" "), value.to_string());
    let words: String = words.chars().take(200).collect();
    Error {
        causes: vec![Say { zh: why.clone(), en: why }],
        ..Error::new(
            Kind::CouldNot,
            say!(
                "演示在 yishan {words} 处停下，退出码 {code}",
                "the demo stopped at yishan {words}, exit {code}"
            ),
        )
    }
}
