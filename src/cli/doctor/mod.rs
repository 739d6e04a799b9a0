//! `doctor`: what is wrong with a fund's folder and what is safe. It looks and changes nothing.
//!
//! The journal is opened as a writer would open it, on a disk that keeps all changes to itself, so
//! that what the next opening will mend by itself is told from damage.

mod around;
mod people;
mod store;

use super::error::{Error, Kind};
use super::fund::{Config, beside, read_config};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use crate::domain::text::Lang;
use crate::ledger::Ledger;
use crate::storage::real_disk::Writer;
use serde_json::json;
use std::path::PathBuf;

/// Examine a fund's folder and say what is wrong and what is safe; changes nothing
#[derive(clap::Args)]
pub(super) struct Args {}

/// How a part is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum State {
    /// As it should be.
    Ok,
    /// Nothing is wrong, and a person should know it.
    Note,
    /// It could not be looked at, which does not mean that it is wrong.
    Unread,
    /// Wrong.
    Wrong,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Note => "note",
            State::Unread => "unread",
            State::Wrong => "wrong",
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        match self {
            State::Ok => lang.pick("好", "ok"),
            State::Note => lang.pick("注意", "note"),
            State::Unread => lang.pick("没看成", "unread"),
            State::Wrong => lang.pick("有错", "WRONG"),
        }
    }
}

/// A part of a fund, in the order in which they are told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Journal,
    Checkpoints,
    Index,
    Vault,
    Keys,
    Config,
    Published,
    Lock,
    Clock,
    Space,
    Permissions,
    Reconciled,
    Boxes,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Part::Journal => "journal",
            Part::Checkpoints => "checkpoints",
            Part::Index => "index",
            Part::Vault => "vault",
            Part::Keys => "keys",
            Part::Config => "fund.toml",
            Part::Published => "published",
            Part::Lock => "lock",
            Part::Clock => "clock",
            Part::Space => "space",
            Part::Permissions => "permissions",
            Part::Reconciled => "reconciled",
            Part::Boxes => "boxes",
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        let zh = match self {
            Part::Journal => "流水",
            Part::Checkpoints => "检查点",
            Part::Index => "索引",
            Part::Vault => "保险柜",
            Part::Keys => "密钥",
            Part::Config => "fund.toml",
            Part::Published => "公示",
            Part::Lock => "锁",
            Part::Clock => "时钟",
            Part::Space => "空间",
            Part::Permissions => "权限",
            Part::Reconciled => "对账",
            Part::Boxes => "募捐箱",
        };
        let en = match self {
            Part::Published => "published folder",
            Part::Space => "free space",
            other => other.word(),
        };
        lang.pick(zh, en)
    }
}

/// What was found of one part, and the one thing to do about it.
struct Finding {
    part: Part,
    state: State,
    text: Say,
    todo: Option<Say>,
}

impl Finding {
    fn new(part: Part, state: State, text: Say) -> Finding {
        Finding { part, state, text, todo: None }
    }

    fn todo(self, todo: Say) -> Finding {
        Finding { todo: Some(todo), ..self }
    }

    /// What an error says, with its own advice.
    fn failed(part: Part, state: State, text: &Say, why: &super::trouble::Cause) -> Finding {
        let mut told = text.clone();
        for cause in super::trouble::chain(why) {
            let (zh, en) = (cause.zh, cause.en);
            told = Say { zh: format!("{}：{zh}", told.zh), en: format!("{}: {en}", told.en) };
        }
        Finding { part, state, text: told, todo: super::trouble::hint(why) }
    }
}

/// What the examination works on.
struct Patient<'a, 'c> {
    shell: &'a mut Shell<'c>,
    folder: PathBuf,
    keys: PathBuf,
    config: Config,
    /// Who writes here now.
    writer: Option<Writer>,
    /// The ledger, if it opens.
    ledger: Option<Ledger>,
    /// How the journal would change when a writer opens it.
    mended: Vec<String>,
    findings: Vec<Finding>,
}

pub(super) fn run(_: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let folder = shell.path(&shell.common.fund);
    let shown = shell.common.fund.display().to_string();
    if !folder.is_dir() {
        let text = say!("{shown} 不是文件夹", "{shown} is no folder");
        return Err(Error::new(Kind::CouldNot, text)
            .hint(say!("用 -C 指明基金文件夹", "name the fund's folder with -C")));
    }
    let read = read_config(&folder.join("fund.toml"));
    let config = read.clone().unwrap_or_default();
    let keys = match (&shell.common.keys, &config.keys) {
        (Some(given), _) => shell.path(given),
        (None, Some(named)) => folder.join(named),
        (None, None) => beside(&folder, "keys"),
    };
    let mut patient = Patient {
        shell,
        folder,
        keys,
        config,
        writer: None,
        ledger: None,
        mended: Vec::new(),
        findings: Vec::new(),
    };
    patient.lock();
    patient.journal();
    patient.cuts();
    patient.checkpoints();
    patient.index();
    patient.vault();
    patient.people();
    patient.keys();
    patient.config(read.err());
    patient.published();
    patient.clock();
    patient.space();
    patient.permissions();
    patient.reconciled();
    patient.boxes();
    let Patient { mut findings, .. } = patient;
    findings.sort_by_key(|finding| finding.part as u8);
    for todo in findings.iter_mut().filter_map(|finding| finding.todo.as_mut()) {
        *todo = Say { zh: shell.typed(&todo.zh), en: shell.typed(&todo.en) };
    }
    Ok(tell(shell.lang, &findings, &shown))
}

fn tell(lang: Lang, findings: &[Finding], shown: &str) -> Report {
    let mut text = Vec::new();
    for finding in findings {
        let (state, part) = (finding.state.name(lang), finding.part.name(lang));
        text.push(format!("  {state}  {part}  {}", finding.text.text(lang)));
        text.extend(finding.todo.iter().map(|todo| format!("      → {}", todo.text(lang))));
    }
    let count = |state| findings.iter().filter(|f| f.state == state).count();
    let (wrong, unread) = (count(State::Wrong), count(State::Unread));
    let (kind, verdict) = match (wrong, unread) {
        (0, 0) => (None, say!("{shown} 没有发现问题", "nothing is wrong with {shown}")),
        (0, _) => (
            Some(Kind::CouldNot),
            say!(
                "{shown} 有 {unread} 处没看成：并不表示有错",
                "{unread} parts of {shown} could not be looked at: that does not mean they are wrong"
            ),
        ),
        _ => (
            Some(Kind::False),
            say!(
                "{shown} 有 {wrong} 处有错；这里什么也没有改动",
                "{wrong} things are wrong with {shown}; nothing was changed here"
            ),
        ),
    };
    text.push(verdict.text(lang).to_owned());
    let parts: Vec<_> = findings
        .iter()
        .map(|f| {
            json!({
                "part": f.part.word(), "state": f.state.word(), "text": f.text.text(lang),
                "todo": f.todo.as_ref().map(|todo| todo.text(lang)),
            })
        })
        .collect();
    Report {
        text: text.join("\n"),
        json: json!({"parts": parts, "wrong": wrong, "unread": unread}),
        kind,
    }
}
