//! `vault/access.jsonl`: who looked at personal data, when and why. It holds pseudonyms, no names.
//!
//! ```text
//! {"n":0,"prev":"0000…","at":"2026-11-22T21:00:00+08:00","by":"chen","act":"show","why":"pay",
//!   "people":["s-k7p2abcd"]}
//! ```
//!
//! `prev` is the SHA-256 of the line before, without its newline. How many lines there are and what
//! the last one hashes to stands in `vault/access.head`, under a MAC that the vault's secret makes:
//! so neither a line nor the end of the list can vanish alone. The line is on the disk, and then
//! the head, before anything is shown; what stands behind the lines that the head counts is what a
//! crash left, and its reader saw nothing.
//!
//! Whoever can put both files back to what they were once is not noticed: there a copy kept
//! elsewhere tells.

use super::mark::Secret;
use super::{Error, must};
use crate::domain::codec::{List, Malformed, read_all, spelling};
use crate::domain::text::{Digest, Id};
use crate::domain::time::Stamp;
use crate::storage::disk::{self, Access as Mode, Disk};
use crate::{record, words};
use sha2::{Digest as _, Sha256};

/// The list's path in the fund's folder.
const LOG: &str = "vault/access.jsonl";

/// The path of what is known of its end.
const HEAD: &str = "vault/access.head";

/// The longest list (bytes): a million lines or more.
pub const LOG_MAX: u64 = 256 << 20;

/// The longest line (bytes), with the most people.
const LINE_MAX: usize = 8192;

/// The longest head (bytes).
const HEAD_MAX: usize = 512;

/// The most people of a line.
const PEOPLE_MAX: usize = 200;

words! {
    /// What was done with a person's data.
    pub enum Act {
        /// They were taken in.
        Add = "add", "登记", "taken in";
        /// All of it was shown.
        Show = "show", "查看", "shown";
        /// The name was shown as the answer to a search.
        Find = "find", "查找", "found";
        /// The name was shown as of one who consents.
        Consents = "consents", "查同意名单", "listed as consenting";
        /// It was written into files for the person.
        Export = "export", "导出", "exported";
        /// It was corrected.
        Correct = "correct", "更正", "corrected";
        /// A consent was added or withdrawn.
        Consent = "consent", "同意或撤回", "consent changed";
        /// It was locked.
        Lock = "lock", "锁定", "locked";
        /// The lock was lifted.
        Unlock = "unlock", "解除锁定", "lock lifted";
        /// It was destroyed.
        Forget = "forget", "删除", "forgotten";
    }
}

words! {
    /// Why. A closed list, so that no name gets into the log.
    pub enum Why {
        /// To see whether they are in need.
        Verify = "verify", "核实情况", "to verify a need";
        /// To pay or hand over.
        Pay = "pay", "发放款物", "to pay or hand over";
        /// To call or write to them.
        Contact = "contact", "联系", "to contact them";
        /// To thank them.
        Thanks = "thanks", "致谢", "to thank them";
        /// Because they, or their guardian, asked.
        Request = "request", "本人或监护人要求", "at their own request";
        /// To set right what is wrong.
        Correct = "correct", "更正", "to correct it";
        /// For an audit.
        Audit = "audit", "审计", "for an audit";
        /// Because the law demands it. What is locked is used for nothing else.
        Legal = "legal", "法定义务", "because the law demands it";
    }
}

record! {
    /// A line of the list.
    pub struct Access {
        /// Its number, from 0.
        n: u64 = "n",
        /// SHA-256 of the line before; zeros in the first.
        prev: Digest = "prev",
        /// When.
        at: Stamp = "at",
        /// Who, as they said: whoever has the vault's passphrase may say any name.
        by: Id = "by",
        /// What was done.
        act: Act = "act",
        /// Why.
        why: Why = "why",
        /// With whose data; nobody's, if a search found none.
        people: List<Id, 0, PEOPLE_MAX> = "people",
    }
}

record! {
    /// What is known of the list's end.
    pub struct Head {
        /// How many lines there are.
        lines: u64 = "lines",
        /// SHA-256 of the last; zeros if there is none.
        last: Digest = "last",
        /// HMAC over both.
        mac: Digest = "mac",
    }
}

impl Head {
    fn new(secret: &Secret, lines: u64, last: Digest) -> Head {
        let mac = secret.mac(&format!("yishan/access-head/v1\n{lines}\n{last}\n"));
        Head { lines, last, mac }
    }

    fn load(disk: &dyn Disk) -> Result<Head, Error> {
        let form = |why| Error::Form { path: HEAD.to_owned(), why };
        read_all(&must(disk, HEAD, HEAD_MAX as u64)?, HEAD_MAX).map_err(form)
    }

    fn save(&self, disk: &dyn Disk) -> Result<(), Error> {
        Ok(disk::atomic_write(disk, HEAD, spelling(self).as_bytes(), Mode::Private)?)
    }
}

/// Who looks, at what moment, and why.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: Id,
    /// What for.
    pub why: Why,
}

/// The open list, good so far.
#[derive(Debug)]
pub(super) struct Log {
    lines: u64,
    last: Digest,
}

impl Log {
    /// Begins an empty list.
    pub(super) fn create(disk: &dyn Disk, secret: &Secret) -> Result<(), Error> {
        if disk.len(LOG)?.is_none() {
            disk.create(LOG, Mode::Private)?;
        }
        disk.sync(LOG)?;
        Head::new(secret, 0, Digest([0; 32])).save(disk)
    }

    /// Reads the list, holds it against its head, and cuts off a line that a crash cut short.
    pub(super) fn open(disk: &dyn Disk, secret: &Secret) -> Result<Log, Error> {
        let bytes = must(disk, LOG, LOG_MAX)?;
        let (log, whole) = held(&bytes, &Head::load(disk)?, Some(secret), &mut |_| ())?;
        if whole < bytes.len() {
            disk.truncate(LOG, whole as u64)?;
        }
        disk.sync(LOG)?;
        Ok(log)
    }

    /// Reads the line that comes next, if `line` is whole and follows.
    fn follow(&self, line: &[u8]) -> Result<Option<Access>, Error> {
        let path = || format!("{LOG}, line {}", self.lines);
        let form = |why: Malformed| Error::Form { path: path(), why };
        let access: Access = read_all(bare(line), LINE_MAX).map_err(form)?;
        let follows = access.n == self.lines && access.prev == self.last;
        Ok((follows && line.ends_with(b"\n")).then_some(access))
    }

    /// Whether nothing was ever written to a list in this folder.
    pub(super) fn is_new(disk: &dyn Disk) -> Result<bool, Error> {
        Ok(disk.len(LOG)?.unwrap_or(0) == 0)
    }

    /// Adds that `look` did `act` with the data of `people`, and returns once it is on the disk.
    pub(super) fn add(
        &mut self,
        disk: &dyn Disk,
        secret: &Secret,
        (look, act): (&Look, Act),
        people: &[Id],
    ) -> Result<(), Error> {
        let nobody: &[Id] = &[];
        let groups: Vec<_> =
            if people.is_empty() { vec![nobody] } else { people.chunks(PEOPLE_MAX).collect() };
        let (mut text, mut lines, mut last) = (String::new(), self.lines, self.last);
        for group in groups {
            let people = List::new(group.to_vec()).unwrap_or_default();
            let Look { at, by, why } = *look;
            let line = spelling(&Access { n: lines, prev: last, at, by, act, why, people });
            last = Digest(Sha256::digest(&line).into());
            lines += 1;
            text.push_str(&line);
            text.push('\n');
        }
        let found = disk.len(LOG)?.unwrap_or(0) + text.len() as u64;
        if found > LOG_MAX {
            return Err(Error::TooMuch { what: "an access log", found, max: LOG_MAX });
        }
        disk.append(LOG, text.as_bytes())?;
        disk.sync(LOG)?;
        (self.lines, self.last) = (lines, last);
        Head::new(secret, lines, last).save(disk)
    }
}

/// Reads the list line by line to `each` and holds it against its head as far as that goes without
/// the vault's key; how many lines there are, or nothing if none was ever begun.
pub fn check(disk: &dyn Disk, each: &mut dyn FnMut(&Access)) -> Result<Option<u64>, Error> {
    if disk.len(LOG)?.is_none() && disk.len(HEAD)?.is_none() {
        return Ok(None);
    }
    let (log, _) = held(&must(disk, LOG, LOG_MAX)?, &Head::load(disk)?, None, each)?;
    Ok(Some(log.lines))
}

/// The list in `bytes`, if it is what `head` says, and where its last good line ends.
fn held(
    bytes: &[u8],
    head: &Head,
    secret: Option<&Secret>,
    each: &mut dyn FnMut(&Access),
) -> Result<(Log, usize), Error> {
    let changed = |line| Error::Changed { line };
    let mut log = Log { lines: 0, last: Digest([0; 32]) };
    let (mut end, mut met) = (0, head.lines == 0 && head.last == log.last);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let access = log.follow(line).and_then(|access| access.ok_or(changed(log.lines)));
        match access {
            Ok(access) => each(&access),
            // Behind what the head counts stands what a crash left.
            Err(_) if log.lines >= head.lines => break,
            Err(_) if !line.ends_with(b"\n") => break,
            Err(why) => return Err(why),
        }
        end += line.len();
        log = Log { lines: log.lines + 1, last: Digest(Sha256::digest(bare(line)).into()) };
        met |= log.lines == head.lines && log.last == head.last;
    }
    if log.lines < head.lines {
        return Err(Error::Cut { lines: log.lines, had: head.lines });
    }
    let genuine = secret.is_none_or(|s| Head::new(s, head.lines, head.last) == *head);
    if met && genuine { Ok((log, end)) } else { Err(changed(head.lines.saturating_sub(1))) }
}

/// A line without its newline.
fn bare(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
