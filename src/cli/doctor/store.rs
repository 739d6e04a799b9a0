//! The journal, the checkpoints, the index, and who writes there.

use super::super::say::{first_few, say};
use super::super::trouble::{is_newer, no_folder, older, update};
use super::around::names;
use super::{Finding, Part, Patient, State};
use crate::ledger::{Cut, Error, INDEX, IndexAt, Ledger, Mode, RESTORED};
use crate::storage::archive::Archive;
use crate::storage::index::{self, Index};
use crate::storage::journal;
use crate::storage::real_disk::{RealDisk, writer};
use crate::storage::trial_disk::TrialDisk;
use crate::tlog::{Checkpoint, leaf_hash};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Tells the copies of one process apart, whatever dice it has.
static COPIES: AtomicU32 = AtomicU32::new(0);

/// An index larger than this is not copied to be looked at (bytes).
const INDEX_MAX: u64 = 1 << 30;

impl Patient<'_, '_> {
    pub(super) fn lock(&mut self) {
        let finding = |state, text| Finding::new(Part::Lock, state, text);
        let found = match writer(&self.folder) {
            Ok(None) => finding(State::Ok, say!("没有别的程序在写", "nobody is writing")),
            Ok(Some(writer)) => {
                let pid = writer.pid;
                self.writer = Some(writer);
                let pid = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
                let text = say!(
                    "另一个程序正在写，进程号 {pid}；流水按它写到的地方看",
                    "another process writes here, number {pid}; the journal is looked at as far as it came"
                );
                finding(State::Note, text)
            }
            Err(why) => {
                let text = say!("锁看不了", "the lock cannot be looked at");
                Finding::failed(Part::Lock, State::Unread, &text, &why)
            }
        };
        self.findings.push(found);
    }

    /// Replays every entry, and says how many are good where that fails.
    pub(super) fn journal(&mut self) {
        let disk = match RealDisk::open(&self.folder) {
            Ok(disk) => Arc::new(TrialDisk::new(Arc::new(disk))),
            Err(why) => {
                let text = say!("文件夹打不开", "the folder cannot be opened");
                self.findings.push(Finding::failed(Part::Journal, State::Unread, &text, &why));
                return;
            }
        };
        if !self.folder.join(journal::FOLDER).is_dir() {
            let text = say!("没有流水：这里没有基金", "there is no journal: this is no fund");
            let todo = say!(
                "用 -C 指明基金文件夹；流水真的丢了，就用 yishan restore 取回备份",
                "name the fund's folder with -C; if the journal is really gone, bring a backup back with yishan restore"
            );
            self.findings.push(Finding::new(Part::Journal, State::Wrong, text).todo(todo));
            return;
        }
        // Beside a writer, half a group is no sign of a crash.
        let mode = if self.writer.is_some() { Mode::Read } else { Mode::Write };
        let opened = Ledger::open_on(Arc::<TrialDisk>::clone(&disk), &IndexAt::Nowhere, mode);
        let found = match opened {
            Ok(ledger) => {
                self.mended = disk.changed();
                let found = self.opened(&ledger);
                self.ledger = Some(ledger);
                found
            }
            Err(why) => damaged(&why),
        };
        self.findings.push(found);
    }

    /// Names what earlier openings cut off and put beside the journal.
    pub(super) fn cuts(&mut self) {
        let mut cuts = names(&self.folder.join(journal::FOLDER));
        cuts.retain(|name| name.strip_suffix(".cut").is_some());
        if cuts.is_empty() {
            return;
        }
        let some = first_few(&cuts);
        let text = say!(
            "journal/ 里有 {some}：以前打开时从末尾截下的，读不成记录，不算账",
            "in journal/ are {some}: what earlier openings cut off its end, for it could not be read; none of it counts"
        );
        self.findings.push(Finding::new(Part::Journal, State::Note, text).todo(say!(
            "核对那时最后记的一笔还在不在，不在就补记；看过就可以移走",
            "check that what was recorded last at that time is there, and record it again if not; then they may be moved away"
        )));
    }

    fn opened(&self, ledger: &Ledger) -> Finding {
        let size = ledger.size();
        if let Some(Cut { entry, len, file }) = ledger.cut() {
            let text = say!(
                "{size} 条记录都好；其后第 {entry} 号起的 {len} 字节读不成一条记录；若不是断电留下的，可能是被改坏的一条",
                "{size} entries are good; the {len} bytes behind them, from entry {entry} on, cannot be read as an entry: if no crash left them, one may have been damaged"
            );
            let todo = say!(
                "先把整个文件夹另存一份，核对最后记的一笔；下一次记账会把这一截移到 {file}",
                "keep a copy of the folder and check what was recorded last; the next command that records moves these bytes to {file}"
            );
            return Finding::new(Part::Journal, State::Note, text).todo(todo);
        }
        if self.mended.iter().any(|path| path.starts_with("journal/")) {
            let text = say!(
                "{size} 条记录都好；末尾有断电留下的半截，从未记过账",
                "{size} entries are good; behind them is what a crash left of one that was never recorded"
            );
            let todo = say!(
                "不用管：下一次记账会自动收拾",
                "nothing: the next command that records clears it"
            );
            return Finding::new(Part::Journal, State::Note, text).todo(todo);
        }
        let text =
            say!("{size} 条记录，每条都重放过", "{size} entries, every one of them replayed");
        Finding::new(Part::Journal, State::Ok, text)
    }

    pub(super) fn checkpoints(&mut self) {
        if self.findings.iter().any(|f| f.part == Part::Checkpoints) {
            return;
        }
        let archive = RealDisk::open(&self.folder)
            .map_err(crate::storage::archive::Error::from)
            .and_then(|disk| Archive::open(Arc::new(disk), false));
        let archive = match archive {
            Ok(archive) => archive,
            Err(why) => {
                let text = say!("存档不能用", "the archive cannot be used");
                self.findings.push(Finding::failed(Part::Checkpoints, State::Wrong, &text, &why));
                return;
            }
        };
        let Some(last) = archive.last() else {
            let text = say!("还没有签过", "none was signed yet");
            self.findings.push(Finding::new(Part::Checkpoints, State::Ok, text));
            return;
        };
        let signed = last.size;
        let mut found = Finding::new(
            Part::Checkpoints,
            State::Ok,
            say!("签到第 {signed} 条", "signed up to {signed}"),
        );
        if let (Some(ledger), Some(stated)) = (&self.ledger, stated(&last.note))
            && let Err(why) = ledger.continues(stated.size(), stated.root())
        {
            let text =
                say!("最后一个检查点与流水对不上", "the last checkpoint is not of this journal");
            found = Finding::failed(Part::Checkpoints, State::Wrong, &text, &why).todo(older());
        } else if self.folder.join(RESTORED).exists() {
            found.state = State::Note;
            found.text = say!(
                "签到第 {signed} 条；这份是从备份恢复的，还不能签新的",
                "signed up to {signed}; this fund came back from a backup and may not sign yet"
            );
            found.todo = Some(super::super::trouble::unsettled());
        }
        self.findings.push(found);
    }

    /// Looks at a copy of the index: opening it writes.
    pub(super) fn index(&mut self) {
        let folder = self.folder.join(INDEX);
        let rebuilt = || {
            say!(
                "不用管：它由流水得来，下次打开自动重建；要现在重建就 yishan index rebuild",
                "nothing: it follows from the journal, and the next opening makes it anew; yishan index rebuild does it now"
            )
        };
        let note = |text| Finding::new(Part::Index, State::Note, text);
        let found = if !folder.is_dir() && std::fs::symlink_metadata(&folder).is_ok() {
            let text = say!(
                "索引 index 的位置上不是文件夹：没有索引，也记不了账",
                "what stands in the index's place is no folder: there is no index, and nothing can be recorded"
            );
            let todo = no_folder(&folder.display().to_string());
            Finding::new(Part::Index, State::Wrong, text).todo(todo)
        } else if !folder.is_dir() {
            note(say!("没有索引", "there is no index")).todo(rebuilt())
        } else if self.writer.is_some() {
            note(say!("正在用，没有看", "in use, and not looked at"))
        } else {
            match self.copied(&folder) {
                Ok(Some(records)) => self.indexed(records),
                Ok(None) => note(say!(
                    "太大，没有看；它由流水得来，坏了也能重建",
                    "too large to be looked at; it follows from the journal and can be made anew"
                )),
                Err(why) => {
                    let text = say!("索引不能用", "the index cannot be used");
                    Finding {
                        todo: Some(rebuilt()),
                        ..Finding::failed(Part::Index, State::Note, &text, &why)
                    }
                }
            }
        };
        self.findings.push(found);
    }

    /// An index ahead of the journal knows entries that are gone.
    fn indexed(&self, records: u64) -> Finding {
        let size = self.ledger.as_ref().map_or(0, Ledger::size);
        if self.ledger.is_none() || records <= size {
            return Finding::new(
                Part::Index,
                State::Ok,
                say!("收了 {records} 条", "{records} entries in it"),
            );
        }
        let text = say!(
            "索引收了 {records} 条，流水只有 {size} 条：流水少了",
            "{records} entries are in it, and the journal has {size}: entries are gone"
        );
        Finding::new(Part::Index, State::Wrong, text).todo(say!(
            "先别记账；用 yishan restore 取回最近的备份比一比",
            "record nothing yet; bring the newest backup back with yishan restore and compare"
        ))
    }

    /// How many entries a copy of the index has; `None` if it is too large to be copied.
    fn copied(&mut self, folder: &Path) -> Result<Option<u64>, index::Error> {
        let (process, copy) = (std::process::id(), COPIES.fetch_add(1, Ordering::Relaxed));
        let mut dice = [0; 8];
        (self.shell.ctx.random)(&mut dice);
        let dice = u64::from_be_bytes(dice);
        let copy = std::env::temp_dir().join(format!("yishan-doctor-{process}-{copy}-{dice:016x}"));
        let disk = |source| index::Error::Destroy { path: copy.display().to_string(), source };
        let opened = match copy_tree(folder, &copy, &mut INDEX_MAX.clone()) {
            Ok(true) => Index::open(&copy, self.identity()).map(|index| Some(index.records())),
            Ok(false) => Ok(None),
            Err(why) => Err(disk(why)),
        };
        // A copy among the temporary files; the system clears what this cannot.
        let _ = std::fs::remove_dir_all(&copy);
        opened
    }

    /// What the index of this fund is known by.
    fn identity(&self) -> [u8; 32] {
        let disk = RealDisk::open(&self.folder).ok();
        let first = disk.and_then(|disk| journal::first_record(&disk).ok()?);
        first.map_or([0; 32], |bytes| leaf_hash(&bytes).0)
    }
}

/// What is wrong, and what is still good.
fn damaged(why: &Error) -> Finding {
    let newer = match why {
        Error::Damaged(wrong) => is_newer(wrong),
        Error::Beginning(crate::domain::codec::Malformed::UnknownLine { .. }) => true,
        _ => false,
    };
    let good = match why {
        Error::Damaged(wrong) => Some(wrong.entry()),
        Error::Journal(journal::Error::Damage(damage)) => Some(damage.at.number),
        Error::Journal(journal::Error::Lost { head, .. }) => Some(*head),
        _ => None,
    };
    let (part, text) = match (why, good) {
        (Error::Archive(_), _) => (
            Part::Checkpoints,
            say!(
                "存档不能用；流水要等它好了才看",
                "the archive cannot be used; the journal is looked at after it"
            ),
        ),
        (_, Some(good)) => (
            Part::Journal,
            say!(
                "前 {good} 条记录完好，此后不行",
                "the first {good} entries are good, what follows is not"
            ),
        ),
        (_, None) => (Part::Journal, say!("流水打不开", "the journal cannot be opened")),
    };
    let state = if newer || matches!(why, Error::Disk(_)) { State::Unread } else { State::Wrong };
    let found = Finding::failed(part, state, &text, why);
    if newer { found.todo(update()) } else { found }
}

/// What a signed note states, whoever signed it.
pub(super) fn stated(note: &[u8]) -> Option<Checkpoint> {
    let text = std::str::from_utf8(note).ok()?;
    text.get(..=text.find("\n\n")?)?.parse().ok()
}

/// Copies a folder of at most `left` bytes; false if it has more.
fn copy_tree(from: &Path, to: &Path, left: &mut u64) -> std::io::Result<bool> {
    std::fs::create_dir(to)?;
    for item in std::fs::read_dir(from)? {
        let item = item?;
        let (kind, to) = (item.file_type()?, to.join(item.file_name()));
        if kind.is_dir() {
            if !copy_tree(&item.path(), &to, left)? {
                return Ok(false);
            }
        } else if kind.is_file() {
            let Some(rest) = left.checked_sub(item.metadata()?.len()) else { return Ok(false) };
            *left = rest;
            std::fs::copy(item.path(), to)?;
        }
    }
    Ok(true)
}
