//! Files and a public key → verified, false, or could not be checked: the auditor's half.
//!
//! Everything is derived anew from the published files and the log's key: the tree from the
//! entries, the books from the rules, the folder from the books. Nothing is taken from whoever
//! keeps the ledger but what they signed.
//!
//! Three outcomes that never mix: *verified*, all of it holds; *false*, what was read contradicts a
//! signature or the rules, or a folder at hand lacks what a signed checkpoint needs; *unchecked*,
//! something was not to be had (a network, a host that answers «not there», another version of this
//! program) and nothing was found false.

mod check;
mod distrust;
mod entries;
mod files;
mod http;
mod kept;
mod own;
mod parts;
mod refs;
mod report;
mod resume;
mod since;
mod site;
mod source;

pub use check::Check;
pub use distrust::{Distrust, Doubt};
pub use files::MAX_FILE;
pub use http::Http;
pub use own::OwnJournal;
pub use report::{
    Checked, OfficerLine, Outcome, Report, SCHEMA, Said, Students, Summary, Totals, Verdict,
};
pub use source::{Folder, MAX_FILES, MAX_PATH, Overlay, Source, SourceError};

use crate::domain::books::{Past, Refs};
use crate::domain::english::agreed;
use crate::domain::text::Origin;
use crate::publish::Facts;
use crate::replay::Replay;
use crate::tlog::{Checkpoint, MAX_NOTE_LEN, Verified, Verifier};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use distrust::Stop;
use entries::Scan;
use files::Files;
use kept::Kept;
use report::Found;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The file that everything hangs on.
const CHECKPOINT: &str = "checkpoint";

/// What is to be verified, and by what.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The published files.
    pub source: &'a dyn Source,
    /// The log's public key, had from somewhere else than the files.
    pub key: &'a Verifier,
    /// Witnesses whose cosignatures count; may be none.
    pub witnesses: &'a [&'a Verifier],
    /// How many of them must have signed.
    pub quorum: usize,
    /// A checkpoint of this log from earlier: nothing before it may have been rewritten.
    pub since: Option<&'a [u8]>,
}

/// How far an audit has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// What is being checked.
    pub check: Check,
    /// How many entries, or files, are done.
    pub done: u64,
    /// How many there are.
    pub of: u64,
}

/// Verifies a published ledger; `told` hears how far it has come.
pub fn verify(ask: Ask<'_>, told: &mut dyn FnMut(Progress)) -> Report {
    verify_to(ask, told).0
}

/// The same, and the state that the entries lead to if all of them were taken in.
pub fn verify_to(ask: Ask<'_>, told: &mut dyn FnMut(Progress)) -> (Report, Option<Replay>) {
    let mut audit = Audit::new(ask);
    // What ended it early is marked.
    let _ = audit.run(told, &mut |_| {});
    let state = audit.state.take();
    (audit.report(), state)
}

/// The same as [`verify`], and what `look` finds in the entries once all of them were taken in:
/// what it reads again is checked again. Whether the rest of the folder holds the report says.
pub fn verify_and<T>(
    ask: Ask<'_>,
    told: &mut dyn FnMut(Progress),
    look: impl FnOnce(&dyn Facts) -> T,
) -> (Report, Option<T>) {
    let (mut audit, mut look, mut seen) = (Audit::new(ask), Some(look), None);
    let mut once = |facts: &dyn Facts| seen = look.take().map(|look| look(facts));
    // What ended it early is marked.
    let _ = audit.run(told, &mut once);
    (audit.report(), seen)
}

/// Verifies only what a log has more than `state`, which was verified before: the checkpoint, its
/// consistency with the one then (`ask.since`), and all entries from there on with their tiles, by
/// the same code and in the same words as [`verify`]. Returns the state they lead to.
///
/// `refs` knows or learns which references are used, `past` the lines of all entries.
pub fn verify_from(
    ask: Ask<'_>,
    state: Replay,
    refs: &mut dyn Refs,
    past: &dyn Past,
) -> Result<Replay, Box<Report>> {
    let mut audit = Audit::new(ask);
    audit.go_on(state, refs, past).map_err(|Ended| Box::new(audit.report()))
}

/// An audit under way.
struct Audit<'a> {
    ask: Ask<'a>,
    marks: BTreeMap<Check, (Outcome, Said)>,
    distrust: Option<(Check, Distrust)>,
    doubts: Vec<Doubt>,
    signed: Option<(Checkpoint, Vec<u8>)>,
    summary: Option<Summary>,
    state: Option<Replay>,
}

/// An audit goes no further; why is marked.
struct Ended;

impl<'a> Audit<'a> {
    fn new(ask: Ask<'a>) -> Audit<'a> {
        Audit {
            ask,
            marks: BTreeMap::new(),
            distrust: None,
            doubts: Vec::new(),
            signed: None,
            summary: None,
            state: None,
        }
    }

    fn run(
        &mut self,
        told: &mut dyn FnMut(Progress),
        look: &mut dyn FnMut(&dyn Facts),
    ) -> Result<(), Ended> {
        let (files, checkpoint) = self.begin()?;
        let mut kept = self.entries(files, &checkpoint, told)?;
        self.summary = Some(Summary::of(&kept));
        let mut address = Ok(());
        if files.source.recorded().is_none() {
            address = self.settle(site::address(files)).map(|address| kept.serve_at(address));
        }
        let beside = address.and_then(|()| self.beside(files, &checkpoint, &kept, told));
        look(&kept);
        self.state = Some(kept.into_replay());
        beside
    }

    /// The checkpoint, its witnesses, and an earlier one.
    fn begin(&mut self) -> Result<(Files<'a>, Checkpoint), Ended> {
        let opened = self.open();
        let (checkpoint, cosigned) = self.settle(opened)?;
        let files = Files { source: self.ask.source, size: checkpoint.size() };
        let (size, root) = (checkpoint.size(), checkpoint.root());
        let text =
            Said::new(format!("{size} 条记录，根 {root}"), agreed!("{size} entries, root {root}"));
        self.pass(Check::Checkpoint, text);
        self.witnesses(&cosigned);
        self.since(files, &checkpoint)?;
        Ok((files, checkpoint))
    }

    fn go_on(
        &mut self,
        state: Replay,
        refs: &mut dyn Refs,
        past: &dyn Past,
    ) -> Result<Replay, Ended> {
        let (files, checkpoint) = self.begin()?;
        let resumed = resume::take_in(files, checkpoint.root(), state, refs, past);
        self.settle(resumed)
    }

    /// Opens the checkpoint.
    fn open(&mut self) -> Result<(Checkpoint, Vec<Verified<'a>>), Stop> {
        let (check, file) = (Check::Checkpoint, CHECKPOINT.to_owned());
        let files = Files { source: self.ask.source, size: 0 };
        // Without a checkpoint nothing is claimed, so nothing is false.
        let nothing = || Stop::unsure(check, Doubt::Nothing { file: file.clone() });
        let note = files.find(check, CHECKPOINT, MAX_NOTE_LEN as u64)?.ok_or_else(nothing)?;
        let opened = Checkpoint::open(&note, self.ask.key, self.ask.witnesses);
        let opened = opened.map_err(|why| {
            let line = note.split(|b| *b == b'\n').next().unwrap_or_default();
            let stated = String::from_utf8_lossy(line).chars().take(MAX_PATH).collect::<String>();
            let expected = self.ask.key.name().to_owned();
            let file = file.clone();
            let distrust = if stated == expected {
                Distrust::Note { file, why }
            } else {
                Distrust::Origin { file, stated, expected }
            };
            Stop::wrong(check, distrust)
        })?;
        self.signed = Some((opened.0.clone(), note));
        Ok(opened)
    }

    fn witnesses(&mut self, cosigned: &[Verified<'_>]) {
        let (have, need) = (cosigned.len() as u64, self.ask.quorum as u64);
        if self.ask.witnesses.is_empty() && need == 0 {
            let none = Said::new("没有设定见证人", "no witnesses are configured");
            self.mark(Check::Witnesses, Outcome::Skipped, none);
        } else if have < need {
            let _ = self
                .settle::<()>(Err(Stop::unsure(Check::Witnesses, Doubt::Waiting { have, need })));
        } else {
            let text =
                Said::new(format!("{have} 个见证人签了"), agreed!("{have} witnesses signed"));
            self.pass(Check::Witnesses, text);
        }
    }

    /// Proves from the tiles that an earlier checkpoint is the beginning of this one.
    fn since(&mut self, files: Files<'_>, now: &Checkpoint) -> Result<(), Ended> {
        let Some(note) = self.ask.since else {
            let text = Said::new("没有给出先前的检查点", "no earlier checkpoint was given");
            self.mark(Check::Since, Outcome::Skipped, text);
            return Ok(());
        };
        let opened = Checkpoint::open(note, self.ask.key, &[]);
        // The auditor's own file says nothing about the folder: not believed, it is a doubt.
        let opened = opened.map_err(|why| Stop::unsure(Check::Since, Doubt::Earlier { why }));
        let Ok((old, _)) = self.settle(opened) else { return Ok(()) };
        let proven = since::prove(files, &old, now);
        self.settle(proven)?;
        let (from, to) = (old.size(), now.size());
        let text = Said::new(
            format!("先前的 {from} 条都在现在的 {to} 条里，未改写"),
            agreed!("the {from} entries of then begin the {to} of now"),
        );
        self.pass(Check::Since, text);
        Ok(())
    }

    /// Reads every entry.
    fn entries(
        &mut self,
        files: Files<'a>,
        checkpoint: &Checkpoint,
        told: &mut dyn FnMut(Progress),
    ) -> Result<Kept<'a>, Ended> {
        let name = self.ask.key.name();
        let origin = Origin::parse(name.as_bytes())
            .ok_or_else(|| Stop::unsure(Check::Form, Doubt::KeyName { name: name.into() }));
        let origin = self.settle(origin)?;
        let note = self.signed.as_ref().map(|(_, note)| String::from_utf8_lossy(note).into_owned());
        let signed = (note.unwrap_or_default(), self.ask.key.to_string());
        let mut told = |done| told(Progress { check: Check::Rules, done, of: files.size });
        let kept = Scan::new(files, origin, checkpoint.root()).run(signed, &mut told);
        let kept = self.settle(kept)?;
        let size = files.size;
        let said = Said::new(format!("{size} 条记录"), agreed!("{size} entries"));
        for check in Check::ALL.iter().filter(|c| (Check::Tiles..=Check::Closes).contains(*c)) {
            self.pass(*check, said.clone());
        }
        Ok(kept)
    }

    /// Everything beside the log itself.
    fn beside(
        &mut self,
        files: Files<'_>,
        checkpoint: &Checkpoint,
        kept: &Kept<'_>,
        told: &mut dyn FnMut(Progress),
    ) -> Result<(), Ended> {
        if let Some(recorded) = files.source.recorded() {
            self.nothing_beside(recorded.saturating_sub(files.size));
            return Ok(());
        }
        let (key, root) = (self.ask.key, checkpoint.root());
        let folder = site::Folder { files, kept, key, root };
        let paths = self.settle(folder.paths())?;
        // Which files there are is asked while they are compared: that waits more than it works.
        let listed = std::thread::scope(|scope| {
            let listed = scope.spawn(|| files.source.list());
            self.compare(&folder, &paths, told)?;
            Ok(listed.join().unwrap_or_else(|_| files.source.list()))
        })?;
        if let Some(said) = self.settle(folder.strays(&paths, listed))? {
            self.pass(Check::Strays, said);
        } else {
            let text = Said::new("网站不列出文件", "a host does not tell which files it has");
            self.mark(Check::Strays, Outcome::Skipped, text);
        }
        Ok(())
    }

    /// Compares the files beside the log.
    fn compare(
        &mut self,
        folder: &site::Folder<'_>,
        paths: &[String],
        told: &mut dyn FnMut(Progress),
    ) -> Result<(), Ended> {
        let checks = [Check::Days, Check::Find, Check::Machine, Check::Pages];
        for (check, done) in checks.into_iter().zip(0..) {
            told(Progress { check, done, of: checks.len() as u64 });
            match folder.compare(check, paths) {
                Ok(said) => self.pass(check, said),
                // What one version cannot compare does not keep the rest from being checked.
                Err(stop @ Stop::Unsure(..)) => drop(self.settle::<()>(Err(stop))),
                Err(stop) => self.settle(Err(stop))?,
            }
        }
        Ok(())
    }

    /// A fund's own journal has no files beside its log.
    fn nothing_beside(&mut self, unsigned: u64) {
        let text = Said::new("基金自己的文件夹里没有", "a fund's own folder has none");
        for check in [Check::Days, Check::Find, Check::Machine, Check::Pages] {
            self.mark(check, Outcome::Skipped, text.clone());
        }
        let text = match unsigned {
            0 => Said::new("流水里每一条都签过", "every entry of the journal is signed"),
            more => Said::new(
                format!("流水在检查点之后另有 {more} 行，没有签过，没有核验"),
                agreed!("{more} more lines of the journal: not signed, and not checked"),
            ),
        };
        self.mark(Check::Strays, Outcome::Skipped, text);
    }

    fn mark(&mut self, check: Check, outcome: Outcome, said: Said) {
        self.marks.insert(check, (outcome, said));
    }

    fn pass(&mut self, check: Check, said: Said) {
        self.mark(check, Outcome::Passed, said);
    }

    /// Marks what stopped.
    fn settle<T>(&mut self, result: Result<T, Stop>) -> Result<T, Ended> {
        result.map_err(|stop| {
            match stop {
                Stop::False(check, why) => {
                    self.mark(check, Outcome::Failed, Said::from(&*why));
                    self.distrust.get_or_insert((check, *why));
                }
                Stop::Unsure(check, why) => {
                    self.mark(check, Outcome::Unchecked, Said::from(&*why));
                    self.doubts.push(*why);
                }
            }
            Ended
        })
    }

    fn report(mut self) -> Report {
        let verdict = match (&self.distrust, self.doubts.is_empty()) {
            (Some(_), _) => Verdict::False,
            (None, false) => Verdict::Unchecked,
            (None, true) => Verdict::Verified,
        };
        let unreached = || Said::new("未检查到这一步", "the audit ended before this");
        let checks = Check::ALL.iter().map(|check| {
            let mark = self.marks.remove(check);
            let (outcome, detail) = mark.unwrap_or_else(|| (Outcome::Unreached, unreached()));
            Checked { check: *check, outcome, detail }
        });
        let checks = checks.collect();
        let evidence = self.distrust.as_ref().map(|(check, why)| self.evidence(*check, why));
        Report {
            schema: SCHEMA,
            verdict,
            checker: concat!("yishan ", env!("CARGO_PKG_VERSION")),
            origin: self.ask.key.name().to_owned(),
            vkey: self.ask.key.to_string(),
            size: self.signed.as_ref().map(|(signed, _)| signed.size()),
            root: self.signed.as_ref().map(|(signed, _)| signed.root().to_string()),
            checks,
            summary: self.summary,
            distrust: self.distrust.map(|(_, why)| why),
            doubts: self.doubts,
            evidence,
        }
    }

    /// What an auditor keeps: enough to show anyone that, and why, this was found false.
    fn evidence(&self, check: Check, why: &Distrust) -> Value {
        let source = self.ask.source;
        let file = why.file();
        let bytes = file.as_ref().and_then(|file| source.read(file, MAX_FILE).ok().flatten());
        let sha256 = bytes
            .map(|bytes| crate::domain::text::Digest(Sha256::digest(&bytes).into()).to_string());
        let signed = self.signed.as_ref();
        let entry = why.entry().and_then(|number| {
            let files = Files { source, size: signed?.0.size() };
            let bundle = files.bundle(number / 256 * 256).ok()?;
            bundle.entry(number).map(|bytes| STANDARD.encode(bytes))
        });
        let note = match signed {
            Some((_, note)) => Some(note.clone()),
            None => source.read(CHECKPOINT, MAX_NOTE_LEN as u64).ok().flatten(),
        };
        json!({
            "schema": SCHEMA,
            "check": check.name(),
            "found": why.object(),
            "file": file,
            "sha256": sha256,
            "entry": why.entry(),
            "entry_base64": entry,
            "vkey": self.ask.key.to_string(),
            "checkpoint": note.map(|note| String::from_utf8_lossy(&note).into_owned()),
            "since": self.ask.since.map(|note| String::from_utf8_lossy(note).into_owned()),
        })
    }
}
