//! A desk that records without end in a process of its own, for tests that kill it or let its disk
//! fail: it says on its standard output what was acknowledged, each time after the ledger said so.
//!
//! ```text
//! at bulk                    the stage that begins: open, record, bulk, commit, close, publish
//! ack 17 5be0…               entry 17 holds the voucher with this digest
//! signed 18                  a checkpoint of 18 entries was signed and published
//! failed cannot sync …       the ledger failed, and what it says of it
//! trouble publish …          something failed that is not the ledger's truth
//! accepted after a failure   what must never be said
//! done                       all steps were taken
//! ```
//!
//! The process is this test binary itself, asked for one ignored test.

use crate::fund::{Dice, Officers, gift, line, stamp};
use std::io::{BufRead, BufReader, IoSlice, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, process, thread};
use yishan::domain::codec::List;
use yishan::domain::entry::Voucher;
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::text::{Digest, Id, Nonce, Origin};
use yishan::domain::time::{Stamp, Zone};
use yishan::keys::OfficerKey;
use yishan::ledger::{Ledger, Mode, NotEntered, Sequencer, Signed};
use yishan::publisher::{How, publish};
use yishan::seal::voucher_digest;
use yishan::storage::real_disk::RealDisk;
use yishan::verify::Folder;

/// What the desk does, and where it is killed.
pub(crate) const STAGES: [&str; 6] = ["open", "record", "bulk", "commit", "close", "publish"];

/// What the process exits with when the ledger failed and it said so; a panic's is 101.
pub(crate) const FAILED: i32 = 7;

/// How a recording process is begun.
#[derive(Clone, Debug)]
pub(crate) struct Orders<'a> {
    /// The folder that holds `fund` and `site`.
    pub(crate) home: &'a Path,
    /// Makes every run another one.
    pub(crate) seed: u64,
    /// What it does most.
    pub(crate) stage: &'a str,
    /// How many authors record beside the one who does the rest.
    pub(crate) authors: u64,
    /// How many steps; then it ends.
    pub(crate) steps: u64,
}

impl Orders<'_> {
    /// The process, begun by `before`, which may be a tracer.
    pub(crate) fn command(&self, before: &[String]) -> Command {
        let own = env::current_exe().unwrap();
        let own = own.to_str().unwrap();
        let words: Vec<&str> = before.iter().map(String::as_str).chain([own]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command.args(["--exact", "recorder::the_one_who_records", "--ignored", "--nocapture"]);
        let numbers = [self.seed, self.authors, self.steps].map(|n| n.to_string()).join(" ");
        command.arg("--test-threads=1").env("YISHAN_RECORD", self.home);
        command.env("YISHAN_RECORD_STAGE", self.stage).env("YISHAN_RECORD_NUMBERS", numbers);
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// What a recording process said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Entry and the digest of its voucher, as acknowledged.
    pub(crate) acknowledged: Vec<(u64, String)>,
    /// The largest checkpoint that was signed and published.
    pub(crate) signed: u64,
    /// What it said of failures.
    pub(crate) failed: Vec<String>,
    /// What it said of trouble beside the ledger.
    pub(crate) trouble: Vec<String>,
    /// Whether a voucher was entered after a failure.
    pub(crate) went_on: bool,
    /// Whether all steps were taken.
    pub(crate) done: bool,
    /// What it wrote to its standard error.
    pub(crate) stderr: String,
    /// Exit code, unless it was killed.
    pub(crate) code: Option<i32>,
}

impl Told {
    fn hear(&mut self, said: &str) {
        match said.split_once(' ') {
            Some(("ack", rest)) => {
                // A last line may have been cut by the kill: then it was not acknowledged.
                if let Some((number, digest)) = rest.split_once(' ').filter(|r| r.1.len() == 64) {
                    self.acknowledged.push((number.parse().unwrap(), digest.into()));
                }
            }
            Some(("signed", size)) => self.signed = size.parse().unwrap(),
            Some(("failed", why)) => self.failed.push(why.into()),
            Some(("trouble", why)) => self.trouble.push(why.into()),
            Some(("accepted", _)) => self.went_on = true,
            _ if said == "done" => self.done = true,
            _ => {}
        }
    }
}

/// Runs the process to its end, calling `each` for every line, with what kills the process.
pub(crate) fn run(
    mut command: Command,
    mut each: impl FnMut(&str, &Arc<dyn Fn() + Send + Sync>),
) -> Told {
    // Between fork and exec a new process holds all locks of this one, also those that another
    // thread has given up meanwhile: so one begins at a time.
    static BEGINNING: Mutex<()> = Mutex::new(());
    let mut child = {
        let _alone = BEGINNING.lock().unwrap_or_else(PoisonError::into_inner);
        command.spawn().unwrap()
    };
    let (out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let errors = thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    });
    let child = Arc::new(Mutex::new(child));
    let kill: Arc<dyn Fn() + Send + Sync> = {
        let child = Arc::clone(&child);
        // SIGKILL: nothing in the process can see it coming.
        Arc::new(move || child.lock().unwrap().kill().unwrap())
    };
    let mut told = Told::default();
    for said in BufReader::new(out).split(b'\n') {
        let said = String::from_utf8_lossy(&said.unwrap()).into_owned();
        told.hear(&said);
        each(&said, &kill);
    }
    told.code = child.lock().unwrap().wait().unwrap().code();
    told.stderr = errors.join().unwrap();
    told
}

/// A fund on the real disk, and an empty folder for its publication, in a new folder.
pub(crate) fn founded() -> tempfile::TempDir {
    let (home, officers) = (tempfile::tempdir().unwrap(), Officers::new());
    for name in ["fund", "site"] {
        std::fs::create_dir(home.path().join(name)).unwrap();
    }
    let at = "01T19:30:00";
    let found = officers.sign("li", at, 0, &[officers.found()]);
    let mut ledger = Ledger::found(&home.path().join("fund"), &found, stamp(at)).unwrap().unwrap();
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    let open = officers.sign("li", at, 1, &[open.into()]);
    crate::fund::append(&mut ledger, &open, at).unwrap().unwrap();
    home
}

/// One line to whoever started the process, in one call: it is there whole or not at all. The call
/// is one that no disk makes here, so that a tracer can tell them apart.
fn say(said: &str) {
    let bytes = format!("{said}\n");
    let own = std::io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
    let written = own.and_then(|mut out| out.write_vectored(&[IoSlice::new(bytes.as_bytes())]));
    if !written.is_ok_and(|written| written == bytes.len()) {
        // Nobody can be told any more.
        process::exit(FAILED);
    }
}

fn say_ack(number: u64, signed: &Signed) {
    let digest = Digest(voucher_digest(&signed.voucher));
    say(&format!("ack {number} {digest}"));
}

/// An error with all its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let first = causes.next().map(ToString::to_string).unwrap_or_default();
    causes.fold(first, |text, cause| format!("{text}: {cause}")).replace('\n', " ")
}

struct Desk {
    officers: Officers,
    ledger: Sequencer,
    /// Seconds since 1970: the evening that the fund has come to.
    clock: Arc<AtomicI64>,
    failed: AtomicBool,
    site: PathBuf,
}

impl Desk {
    fn open(home: &Path) -> Option<Desk> {
        let ledger = Ledger::open(&home.join("fund"), Mode::Write);
        let ledger = ledger.map_err(|error| say(&format!("failed {}", chain(&error)))).ok()?;
        let days = i64::try_from(ledger.books().days.len()).unwrap();
        let clock = Arc::new(AtomicI64::new(stamp("01T20:00:00").unix() + days * 86_400));
        let told = Arc::clone(&clock);
        let ledger = Sequencer::new(ledger, move || time(&told));
        let (officers, failed) = (Officers::new(), AtomicBool::new(false));
        Some(Desk { officers, ledger, clock, failed, site: home.join("site") })
    }

    /// A voucher of `gifts` gifts that nobody made before.
    fn gifts(&self, dice: &mut Dice, gifts: u64) -> Signed {
        let lines = (0..gifts).map(|_| line(&gift(100 + dice.next() % 900, dice.next().into())));
        let lines = lines.collect();
        self.sign(&self.officers.chen, dice, lines)
    }

    fn sign(&self, by: &OfficerKey, dice: &mut Dice, lines: Vec<Line>) -> Signed {
        let nonce = u128::from(dice.next()) << 64 | u128::from(dice.next());
        let (made, nonce) = (time(&self.clock), Nonce(nonce.to_be_bytes()));
        let by_id = Id::parse(by.id().as_bytes()).unwrap();
        let voucher = Voucher { by: by_id, made, nonce, lines: List::new(lines).unwrap() };
        Signed::new(by, &Origin::parse(crate::fund::ORIGIN.as_bytes()).unwrap(), &voucher)
    }

    fn fail(&self, error: &dyn std::error::Error) {
        self.failed.store(true, SeqCst);
        say(&format!("failed {}", chain(error)));
    }

    /// One author's evening: one voucher after another, until the ledger fails or is left.
    fn record(&self, mut dice: Dice, left: &AtomicBool) {
        while !left.load(SeqCst) && !self.failed.load(SeqCst) {
            self.record_one(&mut dice);
        }
    }

    fn record_one(&self, dice: &mut Dice) {
        let gifts = 1 + dice.next() % 3;
        let (signed, failed) = (self.gifts(dice, gifts), self.failed.load(SeqCst));
        match self.ledger.submit(signed.clone()) {
            Ok(_) if failed => say("accepted after a failure"),
            Ok(number) => say_ack(number, &signed),
            // Too many days were closed while this one waited.
            Err(NotEntered::Refused(_)) => {}
            Err(error) => self.fail(&error),
        }
    }

    fn append(&self, group: impl FnOnce(&Ledger) -> Vec<Signed>) {
        let (failed, at) = (self.failed.load(SeqCst), time(&self.clock));
        let (group, done) = self.ledger.with(|ledger| {
            let group = group(ledger);
            let done = ledger.append(&group, at);
            (group, done)
        });
        match done {
            Ok(results) if failed && results.iter().any(Result::is_ok) => {
                say("accepted after a failure");
            }
            Ok(results) => {
                let entered = group.iter().zip(results).filter_map(|(g, r)| Some((g, r.ok()?)));
                entered.for_each(|(signed, number)| say_ack(number, signed));
            }
            Err(error) => self.fail(&error),
        }
    }

    fn publish(&self) -> Result<(), String> {
        let (disk, there) = (RealDisk::open(&self.site), Folder::open(&self.site));
        let (disk, there) = (disk.map_err(|e| chain(&e))?, there.map_err(|e| chain(&e))?);
        let log = &self.officers.log;
        let done = self
            .ledger
            .with(|ledger| publish(How::default(), ledger, log, (&disk, &there), &mut |_| ()));
        done.map(|done| say(&format!("signed {}", done.size))).map_err(|error| chain(&error))
    }

    fn step(&self, stage: &str, dice: &mut Dice) {
        say(&format!("at {stage}"));
        match stage {
            "bulk" => {
                let group = (0..=dice.next() % 12).map(|_| self.gifts(dice, 10)).collect();
                self.append(|_| group);
            }
            "commit" => {
                if let Err(error) = self.ledger.with(Ledger::commit_index) {
                    say(&format!("trouble commit {}", chain(&error)));
                }
            }
            "close" => {
                let day = time(&self.clock).wall.day();
                self.append(|ledger| {
                    let close = Line::Close(Box::new(Close::of(ledger.books(), day)));
                    vec![self.sign(&self.officers.chen, dice, vec![close])]
                });
                self.clock.fetch_add(86_400, SeqCst);
            }
            "publish" => {
                if let Err(why) = self.publish() {
                    say(&format!("trouble publish {why}"));
                }
            }
            _ => self.record_one(dice),
        }
    }
}

fn time(clock: &AtomicI64) -> Stamp {
    Stamp::from_unix(clock.load(SeqCst), Zone::CHINA).unwrap()
}

#[test]
#[ignore = "it is the process that other tests kill"]
fn the_one_who_records() {
    let Ok(home) = env::var("YISHAN_RECORD") else { return };
    let numbers = env::var("YISHAN_RECORD_NUMBERS").unwrap();
    let numbers: Vec<u64> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
    let (seed, stage) = (numbers[0], env::var("YISHAN_RECORD_STAGE").unwrap());
    yishan::cli::hush_contained_panics();
    let mut dice = Dice::new(seed);
    // The frame that runs tests leaves its line open.
    say("\nat open");
    let Some(desk) = Desk::open(Path::new(&home)) else { process::exit(FAILED) };
    let left = AtomicBool::new(false);
    thread::scope(|all| {
        for _ in 0..numbers[1] {
            let own = Dice::new(dice.next());
            all.spawn(|| desk.record(own, &left));
        }
        for step in 0..numbers[2] {
            let other = STAGES[1 + usize::try_from(dice.next() % 5).unwrap()];
            let asked = step % 3 == 1 && stage != "open";
            desk.step(if asked { &stage } else { other }, &mut dice);
        }
        left.store(true, SeqCst);
    });
    let failed = desk.failed.load(SeqCst);
    if let Some(ledger) = desk.ledger.into_ledger() {
        drop(ledger);
    }
    say("done");
    process::exit(if failed { FAILED } else { 0 });
}
