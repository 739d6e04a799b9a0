//! A fund's home: a folder with a fund, its keys and its published folder, and the command itself,
//! run in this process by a clock that the test sets.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use yishan::cli::{Context, Printed, Scripted, run};
use yishan::domain::time::Stamp;
use yishan::keys::WorkFactor;

/// The passphrase of every key here.
pub(crate) const PASSPHRASE: &str = "mizu-dapo-hexi-lune-kuta-sure";

/// The home. Everything in it is gone when it is dropped, unless it was given a folder.
pub(crate) struct Home {
    folder: PathBuf,
    _kept: Option<tempfile::TempDir>,
    clock: Cell<i64>,
    drawn: Arc<AtomicU64>,
}

impl Home {
    /// A fund of one officer, chen, with the account wx, founded on a November evening.
    pub(crate) fn new() -> Home {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::bare(folder.path());
        Home { _kept: Some(folder), ..home }.founded()
    }

    /// Nothing yet, in a folder of the caller's.
    pub(crate) fn bare(folder: &Path) -> Home {
        std::fs::write(folder.join("pw"), format!("{PASSPHRASE}\n")).unwrap();
        let start = Stamp::parse(b"2026-11-22T21:00:00+08:00").unwrap().unix();
        Home {
            folder: folder.to_owned(),
            _kept: None,
            clock: Cell::new(start),
            drawn: Arc::default(),
        }
    }

    pub(crate) fn founded(self) -> Home {
        let officer = "chen:clerk,approver,cashier,steward";
        self.good(&format!(
            "init --origin yishan.example/q --name 乾安日行一善 --holder 联合会 --officer {officer} --solo"
        ));
        self.good("account open wx --kind wechat");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.get() + seconds);
    }

    /// Runs `yishan -C fund WORDS` in Chinese; the exit code and all that was printed.
    pub(crate) fn run(&self, words: &str) -> (u8, String) {
        self.run_in("zh_CN.UTF-8", words, &[])
    }

    /// The same in some language, with answers for questions.
    pub(crate) fn run_in(&self, lang: &str, words: &str, answers: &[&str]) -> (u8, String) {
        let printed = Printed::default();
        let (now, drawn) = (self.clock.get(), Arc::clone(&self.drawn));
        let answers = answers.iter().map(|a| (*a).to_owned()).collect();
        let mut context = Context {
            clock: Box::new(move || now),
            random: Box::new(move |out| {
                for byte in out {
                    let drawn = drawn.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                    let mixed = (drawn ^ drawn >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    *byte = (mixed ^ mixed >> 27).to_be_bytes()[0];
                }
            }),
            terminal: Box::new(Scripted { answers, printed: printed.clone() }),
            env: BTreeMap::from([("LANG".to_owned(), lang.to_owned())]),
            folder: self.folder.clone(),
            work: WorkFactor::new(1).unwrap(),
        };
        let fund = if words.starts_with("-C ") { "" } else { "-C fund " };
        // Whoever is not to be asked has not said yes either.
        let yes = if words.contains("--no-input") { "" } else { " --yes" };
        let words = format!("yishan {fund}{words} --passphrase-file pw{yes}");
        let code = run(words.split(' ').map(OsString::from), &mut context);
        (code, printed.take())
    }

    /// Runs a command that must do well.
    pub(crate) fn good(&self, words: &str) -> String {
        let (code, text) = self.run(words);
        assert_eq!(code, 0, "{words}\n{text}");
        text
    }

    /// Runs a command that must end with `code` and say `zh`, and in English `en`.
    pub(crate) fn bad(&self, words: &str, code: u8, zh: &str, en: &str) {
        for (lang, want) in [("zh_CN.UTF-8", zh), ("en_US.UTF-8", en)] {
            let (found, text) = self.run_in(lang, words, &[]);
            assert_eq!(found, code, "{words}\n{text}");
            assert!(text.contains(want), "{words}: no {want:?} in\n{text}");
            if lang.starts_with("zh") {
                assert!(!text.contains("os error"), "English in Chinese:\n{text}");
            }
        }
    }

    /// Records a gift of one yuan under this number.
    pub(crate) fn give(&self, number: u64) {
        self.wait(1);
        self.good(&format!("give --amount 1.00 --to wx --number {number}"));
    }

    /// Closes the day of the clock and publishes it.
    pub(crate) fn close(&self) {
        self.wait(1);
        self.good("close");
        self.good("publish");
    }

    /// How many entries the fund has.
    pub(crate) fn size(&self, fund: &str) -> u64 {
        let text = self.good(&format!("-C {fund} --json status"));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["entries"].as_u64().unwrap()
    }

    /// Every file under `folder` with its bytes; the index, the lock and the folders left out.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let (root, mut folders) = (self.path(folder), vec![self.path(folder)]);
        while let Some(folder) = folders.pop() {
            for item in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = item.path();
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() && name != "index" {
                    folders.push(path);
                } else if path.is_file() && name != "lock" && name != "published" {
                    found.insert(name, std::fs::read(path).unwrap());
                }
            }
        }
        found
    }

    /// The journal's only segment.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path("fund/journal/00000000.jsonl")
    }
}
