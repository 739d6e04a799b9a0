//! What the examples of the programmes share: a fund in a folder of its own, and the commands that
//! a treasurer types, run one after the other by a clock that stands where the story is.

use serde_json::Value;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use yishan::cli::{Context, Printed, Scripted, run};
use yishan::domain::time::Stamp;
use yishan::keys::WorkFactor;

pub(crate) type Failure = Box<dyn Error>;

/// The passphrase lies beside the keys, so this is no fund for real money.
const PASSPHRASE: &str = "example-only-not-a-secret\n";

/// A fund with a clerk `lin`, approvers `bai` and `sun`, a steward `zhao`, a cashier `qian` and an
/// auditor `wen`, and accounts `wx`, `bank` and `box`.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    clock: Rc<Cell<i64>>,
    today: String,
    printed: Printed,
    context: Context,
}

impl Stage {
    /// Founds the fund of a county on the first day of its story.
    pub(crate) fn found(county: &str, name: &str, day: &str) -> Result<Stage, Failure> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("keys"))?;
        std::fs::write(folder.path().join("keys/passphrase.txt"), PASSPHRASE)?;
        let (clock, printed) = (Rc::new(Cell::new(0)), Printed::default());
        let (now, mut count) = (Rc::clone(&clock), 0_u64);
        let context = Context {
            clock: Box::new(move || now.get()),
            // Not random at all, so that the story is the same each time it is told.
            random: Box::new(move |bytes| {
                for byte in bytes {
                    count += 1;
                    *byte = scramble(count);
                }
            }),
            terminal: Box::new(Scripted { answers: VecDeque::new(), printed: printed.clone() }),
            env: BTreeMap::new(),
            folder: folder.path().to_owned(),
            work: WorkFactor::new(1).ok_or("no such work factor")?,
        };
        let mut stage = Stage { folder, clock, today: day.to_owned(), printed, context };
        stage.at(day, "08:00")?;
        stage.by("zhao", &format!("init --origin yishan.example/{county} --name {name} --holder {name}联合会 --approvals 0:1 --officer lin:clerk --officer bai:approver --officer sun:approver --officer zhao:steward --officer qian:cashier --officer wen:auditor"))?;
        for (account, kind) in [("wx", "wechat"), ("bank", "bank"), ("box", "cash")] {
            stage.by("zhao", &format!("account open {account} --kind {kind}"))?;
        }
        Ok(stage)
    }

    /// Sets the clock.
    pub(crate) fn at(&mut self, day: &str, time: &str) -> Result<(), Failure> {
        let stamp = Stamp::parse(format!("{day}T{time}:00+08:00").as_bytes());
        self.clock.set(stamp.ok_or_else(|| format!("{day} {time} is no time"))?.unix());
        day.clone_into(&mut self.today);
        Ok(())
    }

    /// Runs a command of `officer`, its words with single blanks between, and gives exit code and
    /// what `--json` prints.
    pub(crate) fn run(&mut self, officer: &str, words: &str) -> (u8, Value) {
        let common = ["yishan", "--json", "-C", "fund", "--yes", "--as", officer];
        let secret = ["--passphrase-file", "keys/passphrase.txt"];
        // After a long silence the program asks whether the clock is right.
        let today = ["--today", &self.today];
        let words = common.into_iter().chain(secret).chain(today).chain(words.split(' '));
        let words: Vec<OsString> = words.map(Into::into).collect();
        // A command takes a person a moment.
        self.clock.set(self.clock.get() + 1);
        let code = run(words, &mut self.context);
        let out = self.printed.take_out();
        (code, serde_json::from_str(&out).unwrap_or(Value::String(out)))
    }

    /// The same for a command that must succeed.
    pub(crate) fn by(&mut self, officer: &str, words: &str) -> Result<Value, Failure> {
        match self.run(officer, words) {
            (0, told) => Ok(told),
            (code, told) => Err(format!("yishan {words}: exit {code}, {told}").into()),
        }
    }

    /// The same for one that the rules must refuse; gives what they say, in Chinese and English.
    pub(crate) fn refused(&mut self, officer: &str, words: &str) -> Result<String, Failure> {
        match self.run(officer, words) {
            (5, told) => Ok(told["error"].to_string()),
            (code, told) => Err(format!("yishan {words}: exit {code}, not refused: {told}").into()),
        }
    }

    /// A path beside the fund.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the fund.
    #[allow(dead_code, reason = "every example has this module for its own, and one writes none")]
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        Ok(std::fs::write(self.path(name), bytes)?)
    }

    /// Closes the day, publishes, and verifies what was published with nothing but the log's key.
    pub(crate) fn publish(&mut self) -> Result<(), Failure> {
        self.by("lin", "close")?;
        self.by("lin", "publish --to site")?;
        let told = self.by("wen", "verify site --key site/log.vkey")?;
        assert_eq!(told["verdict"], "verified", "{told}");
        Ok(())
    }

    /// Publishes once more to the folder that the example was given, if it was given one.
    pub(crate) fn publish_where_told(&mut self) -> Result<(), Failure> {
        let Some(folder) = std::env::args().nth(1) else { return Ok(()) };
        let folder = std::path::absolute(folder)?;
        self.by("lin", &format!("publish --to {}", folder.display()))?;
        Ok(())
    }

    /// One of the published files for programs.
    pub(crate) fn file(&self, name: &str) -> Result<Value, Failure> {
        let file = self.path("site/v1").join(Path::new(name));
        Ok(serde_json::from_slice(&std::fs::read(file)?)?)
    }
}

/// A byte that looks like none of its neighbours (the mixing steps of SplitMix64).
fn scramble(count: u64) -> u8 {
    let mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)).to_le_bytes()[0]
}

/// The places of the lines that a command recorded, with blanks between.
pub(crate) fn places(told: &Value) -> String {
    let lines = told["lines"].as_array().into_iter().flatten();
    lines.filter_map(|line| line["place"].as_str()).collect::<Vec<_>>().join(" ")
}

/// One line of what an example has to say, in Chinese and in English.
pub(crate) fn say(zh: &str, en: &str) {
    println!("{zh}\n{en}");
}
