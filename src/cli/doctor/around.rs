//! What stands around the ledger: the vault, keys, settings, the published folder, the computer.

use super::super::cashbox;
use super::super::error::Error;
use super::super::fund::{beside, read};
use super::super::reconcile;
use super::super::say::{Say, first_few, say};
use super::super::trouble::{older, own_key};
use super::store::stated;
use super::{Finding, Part, Patient, State};
use crate::backup::is_key;
use crate::domain::time::Stamp;
use crate::keys::{KEY_FILE_MAX, LogKeyFile};
use crate::ledger::Ledger;
use crate::storage::journal;
use crate::tlog::Signer;
use crate::vault::{Place, Recipient, Sealed};
use std::fs::{File, OpenOptions};
use std::path::Path;

/// Below this much room a day's import may fail (bytes); below four times as much it is told.
const ROOM: u64 = 256 << 20;
/// The longest checkpoint that is read (bytes).
const NOTE_MAX: u64 = 1_000_000;

impl Patient<'_, '_> {
    fn found(&mut self, part: Part, state: State, text: Say) {
        self.findings.push(Finding::new(part, state, text));
    }

    /// Says which bank accounts were not reconciled for over a month.
    pub(super) fn reconciled(&mut self) {
        let Some(books) = self.ledger.as_ref().map(Ledger::books) else { return };
        let now = books.founded().ok().and_then(|found| self.shell.now(found.zone).ok());
        let due = now.map(|now| reconcile::due(books, now.wall.day())).unwrap_or_default();
        for (account, last) in due {
            self.found(Part::Reconciled, State::Note, reconcile::overdue(account, last));
        }
    }

    /// Says which openings of boxes should be in the bank.
    pub(super) fn boxes(&mut self) {
        let Some(books) = self.ledger.as_ref().map(Ledger::books) else { return };
        let now = books.founded().ok().and_then(|found| self.shell.now(found.zone).ok());
        let Some(today) = now.map(|now| now.wall.day()) else { return };
        let late = books.boxes.openings.iter().filter(|(_, o)| o.is_overdue(today));
        let told = late.map(|(of, o)| {
            let todo =
                say!("yishan cashbox deposit {of} --to …", "yishan cashbox deposit {of} --to …");
            Finding::new(Part::Boxes, State::Note, cashbox::overdue(*of, o.left(), o.due))
                .todo(todo)
        });
        let told: Vec<_> = told.collect();
        self.findings.extend(told);
    }

    pub(super) fn vault(&mut self) {
        let vault = self.folder.join("vault");
        let recipient = read(&vault.join("recipient"), 1024).ok().filter(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            Recipient::parse(text.trim_end()).is_ok()
        });
        if recipient.is_none() {
            let text = say!(
                "vault/recipient 不见了或读不懂：新账单存不进保险柜",
                "vault/recipient is missing or cannot be read: no bill can be sealed"
            );
            let todo = say!("从备份取回 vault/recipient", "take vault/recipient from a backup");
            self.findings.push(Finding::new(Part::Vault, State::Wrong, text).todo(todo));
            return;
        }
        let (mut pieces, mut bad, mut other) = (0_u64, Vec::new(), Vec::new());
        for folder in ["bills", "people", "keys", "records"] {
            for name in names(&vault.join(folder)) {
                let place = format!("{folder}/{name}");
                if Place::parse(&place).is_err() {
                    other.push(place);
                } else if File::open(vault.join(&place)).is_ok_and(|f| Sealed::read(f).is_ok()) {
                    pieces += 1;
                } else {
                    bad.push(place);
                }
            }
        }
        let (some_bad, some_other) = (first_few(&bad), first_few(&other));
        let found = if !bad.is_empty() {
            let text = say!(
                "{pieces} 件封存；打不开或不是封存的：{some_bad}",
                "{pieces} pieces sealed; not sealed or not readable: {some_bad}"
            );
            Finding::new(Part::Vault, State::Wrong, text)
                .todo(say!("从备份取回这几件", "take these from a backup"))
        } else if !other.is_empty() {
            let text = say!(
                "{pieces} 件封存；另有不认识的：{some_other}",
                "{pieces} pieces sealed; of other names: {some_other}"
            );
            Finding::new(Part::Vault, State::Note, text).todo(say!(
                "名字以 .new 结尾的是断电留下的，可以删",
                "what ends with .new was left by a crash and may be deleted"
            ))
        } else {
            let text = say!(
                "{pieces} 件封存；内容要用密钥才看得到",
                "{pieces} pieces sealed; only the key shows what is in them"
            );
            Finding::new(Part::Vault, State::Ok, text)
        };
        self.findings.push(found);
        self.bills();
    }

    /// Names the bills that the entries speak of and the vault does not have.
    fn bills(&mut self) {
        let Some(ledger) = &self.ledger else { return };
        let found = match ledger.bills() {
            Ok(bills) => {
                let places = bills.iter().map(|sha256| Place::Bill(sha256.0).to_string());
                let gone: Vec<_> =
                    places.filter(|p| !self.folder.join("vault").join(p).exists()).collect();
                if gone.is_empty() {
                    return;
                }
                let (count, of, some) = (gone.len(), bills.len(), first_few(&gone));
                let text = say!(
                    "账上的 {of} 份账单缺了 {count} 份：{some}",
                    "{count} of the {of} bills that the entries speak of are missing: {some}"
                );
                Finding::new(Part::Vault, State::Wrong, text).todo(say!(
                    "从备份取回这几件；账目本身不受影响",
                    "take these from a backup; the entries themselves are not touched by it"
                ))
            }
            Err(why) => {
                let text = say!("账单没有核对", "the bills were not compared");
                Finding::failed(Part::Vault, State::Unread, &text, &why)
            }
        };
        self.findings.push(found);
    }

    pub(super) fn keys(&mut self) {
        let at = self.keys.display().to_string();
        let keys: Vec<_> = names(&self.keys).into_iter().filter(|name| is_key(name)).collect();
        if keys.is_empty() {
            let text = say!("{at} 里没有密钥", "there is no key in {at}");
            let todo = say!(
                "要在这里签字，用 --keys 指明密钥所在；只看账不用",
                "to sign here, name the folder of keys with --keys; looking needs none"
            );
            self.findings.push(Finding::new(Part::Keys, State::Note, text).todo(todo));
            return;
        }
        let before = self.findings.len();
        for name in &keys {
            if let Some(found) = self.key(name) {
                self.findings.push(found);
            }
        }
        if self.findings.len() > before {
            return;
        }
        let count = keys.len();
        if keys.iter().any(|name| matches!(&**name, "log.key" | "log.age")) {
            let text =
                say!("{count} 把，只有主人能读", "{count} keys, readable by their owner alone");
            return self.found(Part::Keys, State::Ok, text);
        }
        let text = say!(
            "{count} 把；没有账本密钥，这里不能签检查点",
            "{count} keys; the log's is not among them, and no checkpoint can be signed here"
        );
        self.found(Part::Keys, State::Note, text);
    }

    /// What is wrong with a key file, if anything.
    fn key(&self, name: &str) -> Option<Finding> {
        let file = self.keys.join(name);
        let shown = file.display().to_string();
        let wrong = |text| Finding::new(Part::Keys, State::Wrong, text);
        let bytes = match read(&file, KEY_FILE_MAX as u64) {
            Ok(bytes) => bytes,
            Err(why) => return Some(unread(Part::Keys, why)),
        };
        if let Some(mode) = open_to_others(&file) {
            let text = say!(
                "{shown} 的权限是 {mode}，别人也能读",
                "{shown} has mode {mode}: others can read it"
            );
            return Some(wrong(text).todo(say!("chmod 600 {shown}", "chmod 600 {shown}")));
        }
        if name == "log.key" {
            return match LogKeyFile::parse(&bytes) {
                Ok(key) => {
                    let signer = Signer::new(key.name(), key.signing_key().as_bytes()).ok()?;
                    let why = self.ledger.as_ref()?.is_signed_by(&signer.verifier()).err()?;
                    let text = say!("{shown} 不是本账本的", "{shown} is not this log's");
                    Some(Finding::failed(Part::Keys, State::Wrong, &text, &why).todo(own_key()))
                }
                Err(_) => Some(
                    wrong(say!("{shown} 读不懂", "{shown} cannot be read as a key"))
                        .todo(say!("从备份取回", "take it from a backup")),
                ),
            };
        }
        let sealed = bytes.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
            || bytes.starts_with(b"age-encryption.org/v1\n");
        (!sealed).then(|| {
            wrong(say!("{shown} 不是上锁的密钥文件", "{shown} is no locked key file")).todo(say!(
                "从备份或纸页取回：yishan key restore",
                "take it from a backup or its page: yishan key restore"
            ))
        })
    }

    pub(super) fn config(&mut self, failed: Option<Error>) {
        if let Some(why) = failed {
            let mut found = unread(Part::Config, why);
            found.state = State::Wrong;
            found.todo = Some(say!(
                "改好或删掉它：其中没有账目，只写东西放在哪里",
                "mend it or delete it: nothing in it is money, it only says where things lie"
            ));
            self.findings.push(found);
            return;
        }
        let text = if self.folder.join("fund.toml").exists() {
            say!("读得懂", "it can be read")
        } else {
            say!("没有，一切按默认", "there is none, and everything is where it is by default")
        };
        self.found(Part::Config, State::Ok, text);
    }

    pub(super) fn published(&mut self) {
        let folder = match &self.config.publish {
            Some(named) => self.folder.join(named),
            None => beside(&self.folder, "public"),
        };
        let file = folder.join("checkpoint");
        let at = folder.display().to_string();
        if !file.exists() {
            let text = say!("{at} 还没有公示过", "nothing was published in {at} yet");
            return self.found(Part::Published, State::Note, text);
        }
        let note = match read(&file, NOTE_MAX) {
            Ok(note) => note,
            Err(why) => return self.findings.push(unread(Part::Published, why)),
        };
        let Some(ledger) = &self.ledger else {
            let text = say!("账本没打开，没有比对", "not compared: the ledger did not open");
            return self.found(Part::Published, State::Unread, text);
        };
        let found = compare(ledger, &note, &at);
        self.findings.push(found);
    }

    pub(super) fn clock(&mut self) {
        let last = self.ledger.as_ref().and_then(|ledger| ledger.books().last);
        let seconds = (self.shell.ctx.clock)();
        let now = last.and_then(|last| Stamp::from_unix(seconds, last.zone));
        let (Some(last), Some(now)) = (last, now) else {
            let text = say!("没有可比的记录", "there is no entry to compare it with");
            return self.found(Part::Clock, State::Unread, text);
        };
        let days = super::super::clock::days_after(last, now);
        let set = || say!("先校准电脑时钟再记账", "set the computer's clock before recording");
        let found = if now.unix() < last.unix() {
            let text = say!(
                "电脑是 {now}，早于最后一条记录的 {last}",
                "the computer shows {now}, before the last entry's {last}"
            );
            Finding::new(Part::Clock, State::Wrong, text).todo(set())
        } else if days > super::super::clock::QUIET_DAYS {
            let text = say!(
                "电脑是 {now}，比最后一条记录晚 {days} 天",
                "the computer shows {now}, {days} days after the last entry"
            );
            Finding::new(Part::Clock, State::Note, text).todo(say!(
                "日期真是今天，记账时就会请你确认；不是就先校准",
                "if that is today, recording asks to confirm it; if not, set the clock first"
            ))
        } else {
            Finding::new(Part::Clock, State::Ok, say!("{now}", "{now}"))
        };
        self.findings.push(found);
    }

    pub(super) fn space(&mut self) {
        let found = match fs2::available_space(&self.folder) {
            Ok(bytes) => {
                let mega = bytes >> 20;
                let text = say!("还有 {mega} MiB", "{mega} MiB left");
                let state = match bytes {
                    ..ROOM => State::Wrong,
                    _ if bytes < 4 * ROOM => State::Note,
                    _ => State::Ok,
                };
                let found = Finding::new(Part::Space, state, text);
                if state == State::Ok {
                    found
                } else {
                    found.todo(say!(
                        "腾出空间：满了会记不进，但不会坏",
                        "free some: a full disk takes no entries, and breaks none"
                    ))
                }
            }
            Err(why) => {
                let text = say!("看不到剩余空间", "the free space cannot be seen");
                Finding::failed(Part::Space, State::Unread, &text, &why)
            }
        };
        self.findings.push(found);
    }

    /// Opens for appending what a writer appends to, and writes nothing.
    pub(super) fn permissions(&mut self) {
        let last =
            names(&self.folder.join(journal::FOLDER)).into_iter().rfind(|n| n.contains(".jsonl"));
        let mut files: Vec<_> =
            last.map(|name| format!("{}/{name}", journal::FOLDER)).into_iter().collect();
        files.extend(["checkpoints", "lock"].map(str::to_owned));
        for name in files.iter().filter(|name| self.folder.join(name).exists()) {
            if let Err(why) = OpenOptions::new().append(true).open(self.folder.join(name)) {
                let text = say!(
                    "{name} 写不了，这里只能看账",
                    "{name} cannot be written: here the fund can only be looked at"
                );
                self.findings.push(Finding::failed(Part::Permissions, State::Wrong, &text, &why));
                return;
            }
        }
        let found = match open_for_writing(&self.folder) {
            Some(mode) => {
                let shown = self.folder.display();
                let text = say!(
                    "文件夹的权限是 {mode}，谁都能写",
                    "the folder has mode {mode}: anybody can write in it"
                );
                Finding::new(Part::Permissions, State::Wrong, text)
                    .todo(say!("chmod o-w {shown}", "chmod o-w {shown}"))
            }
            None => Finding::new(
                Part::Permissions,
                State::Ok,
                say!("能读能写", "it can be read and written"),
            ),
        };
        self.findings.push(found);
    }
}

/// What the published checkpoint says of this ledger.
fn compare(ledger: &Ledger, note: &[u8], at: &str) -> Finding {
    let wrong = |text| Finding::new(Part::Published, State::Wrong, text);
    let Some(published) = stated(note) else {
        return wrong(say!("{at} 的检查点读不懂", "the checkpoint in {at} cannot be read")).todo(
            say!(
                "删掉 {at} 里的 checkpoint，再 yishan publish",
                "delete the file checkpoint in {at}, then yishan publish"
            ),
        );
    };
    let (size, there, log) = (ledger.size(), published.size(), published.origin().to_owned());
    if log != ledger.origin().as_str() {
        return wrong(say!("{at} 公示的是另一个账本 {log}", "{at} holds another log, {log}")).todo(
            say!("在 fund.toml 里写对 publish", "name the right folder as publish in fund.toml"),
        );
    }
    if let Err(why) = ledger.continues(there, published.root()) {
        let text = say!(
            "{at} 公示了 {there} 条，这里有 {size} 条",
            "{at} shows {there} entries, and here are {size}"
        );
        return Finding {
            todo: Some(older()),
            ..Finding::failed(Part::Published, State::Wrong, &text, &why)
        };
    }
    let known = ledger.checkpoints().unwrap_or_default();
    if !known.iter().any(|kept| note.starts_with(&kept.note)) {
        return wrong(say!(
            "{at} 公示的检查点不在存档里：存档是旧的",
            "the checkpoint shown in {at} is not in the archive, which is an older one"
        ))
        .todo(say!(
            "yishan publish --since {at}/checkpoint",
            "yishan publish --since {at}/checkpoint"
        ));
    }
    let text = say!("{at} 公示了 {there} 条，共 {size} 条", "{at} shows {there} of {size} entries");
    Finding::new(Part::Published, State::Ok, text)
}

/// A part that could not be read, as the error says.
fn unread(part: Part, why: Error) -> Finding {
    let mut text = why.text;
    for cause in why.causes {
        text = Say {
            zh: format!("{}：{}", text.zh, cause.zh),
            en: format!("{}: {}", text.en, cause.en),
        };
    }
    Finding { part, state: State::Unread, text, todo: why.hint.map(|hint| *hint) }
}

/// The names in a folder, sorted; none if it cannot be listed.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let items = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = items.filter_map(|item| item.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o7777)
}

/// Elsewhere a file has no such mode.
#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// The mode of a file that others than its owner can read or write.
fn open_to_others(file: &Path) -> Option<String> {
    mode(file).filter(|mode| mode & 0o077 != 0).map(|mode| format!("{mode:04o}"))
}

/// The mode of a folder in which anybody can write.
fn open_for_writing(folder: &Path) -> Option<String> {
    mode(folder).filter(|mode| mode & 0o002 != 0).map(|mode| format!("{mode:04o}"))
}
