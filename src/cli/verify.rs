//! `verify`: a published folder or site, by the log's key and nothing else.

use super::bar::Bar;
use super::error::{Error, Kind};
use super::fund::read;
use super::rollup::{self, Found};
use super::say::{Say, say};
use super::shell::{Report, Shell, table};
use super::{status, trouble, value};
use crate::domain::text::Lang;
use crate::storage::real_disk::RealDisk;
use crate::tlog::{MAX_NOTE_LEN, Verifier};
use crate::verify::{
    Ask, Check, Checked, Folder, Http, Outcome, OwnJournal, Source, Verdict, verify,
};
use serde_json::json;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Check a published ledger: every entry, every rule, every number
#[derive(clap::Args)]
pub(super) struct Args {
    /// The published folder, or its address; or a fund's own folder
    #[arg(value_name = "FOLDER or URL", required_unless_present_any = ["list_checks", "list"])]
    source: Option<String>,
    /// The log's public key, or a file that holds it, had from somewhere else than the site
    #[arg(long = "key", value_name = "VKEY", required_unless_present_any = ["list_checks", "list"])]
    log_key: Option<String>,
    /// Check every fund of this list, as rollup reads it
    #[arg(
        long,
        value_name = "FUNDS.toml",
        conflicts_with_all = ["source", "log_key", "witness", "quorum", "since", "evidence"]
    )]
    list: Option<PathBuf>,
    /// A witness whose signature counts; again for each
    #[arg(long, value_name = "VKEY", value_parser = value::vkey)]
    witness: Vec<Verifier>,
    /// How many witnesses must have signed, all of them if not said
    #[arg(long, value_name = "N")]
    quorum: Option<usize>,
    /// A checkpoint from earlier: nothing before it may have changed
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Write what was found false into this file, evidence-SIZE.json if not said
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// List what is checked
    #[arg(long)]
    list_checks: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    if let (Some(file), false) = (&args.list, args.list_checks) {
        return each(file, shell);
    }
    let (Some(source), Some(key), false) = (&args.source, &args.log_key, args.list_checks) else {
        return Ok(list(shell.lang));
    };
    let key = key_of(shell, key)?;
    let since =
        args.since.as_ref().map(|file| read(&shell.path(file), MAX_NOTE_LEN as u64)).transpose()?;
    let own = !source.contains("://") && OwnJournal::is_there(&shell.path(source.as_ref()));
    let source: Box<dyn Source> = if own {
        let disk = RealDisk::open(shell.path(source.as_ref())).map_err(|why| failed(&why))?;
        Box::new(OwnJournal::open(Arc::new(disk)).map_err(|why| failed(&why))?)
    } else {
        opened(source, &shell.path("".as_ref()))?
    };
    let witnesses: Vec<_> = args.witness.iter().collect();
    let ask = Ask {
        source: &*source,
        key: &key,
        witnesses: &witnesses,
        quorum: args.quorum.unwrap_or(witnesses.len()),
        since: since.as_deref(),
    };
    let mut bar = Bar::new(shell);
    let report = verify(ask, &mut |progress| bar.show(progress));
    drop(bar);
    if let Some(evidence) = &report.evidence {
        keep_evidence(shell, args.evidence, evidence, report.size.unwrap_or(0))?;
    }
    Ok(tell(shell.lang, &report, own))
}

pub(super) fn failed(why: &(dyn std::error::Error + 'static)) -> Error {
    Error::because(say!("无法核验", "it cannot be checked"), why)
}

/// A published folder, as seen from `folder`, or a host.
pub(super) fn opened(source: &str, folder: &Path) -> Result<Box<dyn Source>, Error> {
    if source.contains("://") {
        return Ok(Box::new(Http::new(source).map_err(|why| failed(&why))?));
    }
    Ok(Box::new(Folder::open(&folder.join(source)).map_err(|why| failed(&why))?))
}

/// Every fund of a list: all are verified only if each is, and false if any is.
fn each(file: &Path, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (list, audited) = rollup::audit(file, shell)?;
    let lang = shell.lang;
    let (mut text, mut all, mut verdicts) = (Vec::new(), Vec::new(), Vec::new());
    for ((fund, found), at) in list.funds.iter().zip(audited).zip(0..) {
        let Some(found) = found else { continue };
        let (verdict, mut json, bad) = outcome(&found, lang);
        let word = match verdict {
            Verdict::Verified => lang.pick("通过", "verified"),
            Verdict::False => lang.pick("有假", "FALSE"),
            Verdict::Unchecked => lang.pick("未能核验", "unchecked"),
        };
        let (id, name, tier) = (fund.id, &fund.name, fund.tier.name(lang));
        let indent = "  ".repeat(list.depth(at));
        text.push(format!("{indent}{word}  {name} ({tier}, {id})"));
        text.extend(bad.iter().map(|bad| format!("{indent}  {}", bad.text(lang))));
        if let Some(json) = json.as_object_mut() {
            json.insert("id".into(), id.to_string().into());
        }
        all.push(json);
        verdicts.push(verdict);
    }
    let (worst, end) = if verdicts.contains(&Verdict::False) {
        (Verdict::False, lang.pick("不一致：有账本是假的", "false: one ledger or more is not true"))
    } else if verdicts.contains(&Verdict::Unchecked) {
        let end = lang.pick(
            "没能全部核验：并不表示有假",
            "not all could be checked: that does not mean anything is false",
        );
        (Verdict::Unchecked, end)
    } else {
        (Verdict::Verified, lang.pick("全部核验通过", "all of them verified"))
    };
    text.push(end.to_owned());
    let json = json!({"funds": all});
    Ok(Report { text: text.join("\n"), json, kind: rollup::kind(worst) })
}

/// What one fund of a list came to: as verdict, as object, and what did not pass.
fn outcome(found: &Found, lang: Lang) -> (Verdict, serde_json::Value, Vec<Say>) {
    match found {
        Found::Nowhere(why) => {
            let json = json!({"verdict": Verdict::Unchecked, "why": why.text(lang)});
            (Verdict::Unchecked, json, vec![why.clone()])
        }
        Found::Audited(audited) => {
            let report = &audited.report;
            let bad = report.checks.iter().filter_map(failure);
            (report.verdict, json!({"verdict": report.verdict, "report": report}), bad.collect())
        }
    }
}

/// Keeps the evidence of a falsehood in a file that was not there before. That it cannot be written
/// does not change the verdict.
fn keep_evidence(
    shell: &mut Shell<'_>,
    file: Option<PathBuf>,
    evidence: &serde_json::Value,
    size: u64,
) -> Result<(), Error> {
    let names = match file {
        Some(file) => vec![file],
        None => evidence_names(size),
    };
    let text = format!("{evidence:#}\n");
    let mut written = Ok(PathBuf::new());
    for name in names {
        let made = std::fs::File::create_new(shell.path(&name));
        written = made.and_then(|mut out| out.write_all(text.as_bytes())).map(|()| name);
        if !matches!(&written, Err(why) if why.kind() == ErrorKind::AlreadyExists) {
            break;
        }
    }
    shell.talk(&match written {
        Ok(at) => {
            let at = at.display();
            shell.lang.pick(format!("证据已存 {at}"), format!("evidence kept in {at}"))
        }
        Err(why) => {
            let why = trouble::os(&why);
            shell.lang.pick(
                format!("证据没能写下（{}）：换个文件名，用 --evidence 再做一次", why.zh),
                format!("the evidence was not written ({}): do it again with --evidence and another name", why.en),
            )
        }
    })
}

/// The names for evidence when none was said: the first that is free is taken.
fn evidence_names(size: u64) -> Vec<PathBuf> {
    let more = (2..100).map(|n| format!("evidence-{size}-{n}.json").into());
    std::iter::once(format!("evidence-{size}.json").into()).chain(more).collect()
}

fn tell(lang: Lang, report: &crate::verify::Report, own: bool) -> Report {
    let mut text: Vec<_> = report.checks.iter().map(|checked| line(checked, lang)).collect();
    let (kind, verdict) = match report.verdict {
        Verdict::Verified if own => (
            None,
            lang.pick(
                "核验通过：只是基金自己的流水；公示的网页和数字不在内",
                "verified: the fund's own journal only, not the pages and numbers that are published",
            ),
        ),
        Verdict::False if own => (
            Some(Kind::False),
            lang.pick("不一致：流水有假，或已损坏", "false: the journal is not true, or is damaged"),
        ),
        Verdict::Verified => (None, lang.pick("核验通过", "verified")),
        Verdict::False => (
            Some(Kind::False),
            lang.pick("不一致：公布的内容有假", "false: what is published is not true"),
        ),
        Verdict::Unchecked => (
            Some(Kind::CouldNot),
            lang.pick(
                "无法核验：并不表示有假",
                "could not be checked: that does not mean it is false",
            ),
        ),
    };
    let alone = report.summary.as_ref().and_then(|all| status::alone(all.solo, all.quorum));
    text.extend(alone.map(|said| format!("  {}", said.text(lang))));
    text.push(verdict.to_owned());
    let json = serde_json::to_value(report).unwrap_or_default();
    Report { text: text.join("\n"), json, kind }
}

fn line(checked: &Checked, lang: Lang) -> String {
    let outcome = match checked.outcome {
        Outcome::Passed => lang.pick("通过", "passed"),
        Outcome::Failed => lang.pick("不符", "FAILED"),
        Outcome::Unchecked => lang.pick("未能核", "unchecked"),
        Outcome::Skipped => lang.pick("略过", "skipped"),
        Outcome::Unreached => lang.pick("未到", "unreached"),
    };
    format!("  {outcome}  {}  {}", checked.check.title(lang), checked.detail.text(lang))
}

/// The line of a check that did not pass, if it did not.
pub(super) fn failure(checked: &Checked) -> Option<Say> {
    let bad = matches!(checked.outcome, Outcome::Failed | Outcome::Unchecked);
    let told = |lang| line(checked, lang).trim_start().to_owned();
    bad.then(|| Say { zh: told(Lang::Zh), en: told(Lang::En) })
}

fn list(lang: Lang) -> Report {
    let rows = Check::ALL
        .iter()
        .map(|c| vec![c.name().into(), c.title(lang).into(), c.proves(lang).into()]);
    let json: Vec<_> = Check::ALL
        .iter()
        .map(|c| json!({"check": c.name(), "title": c.title(lang), "proves": c.proves(lang)}))
        .collect();
    let head = lang.pick(["名称", "核验", "证明什么"], ["name", "check", "what it proves"]);
    Report::new(table(&head, rows.collect(), &[]), json!({"checks": json}))
}

/// The log's key as given: the text itself, or the first line of a file.
pub(super) fn key_of(shell: &Shell<'_>, given: &str) -> Result<Verifier, Error> {
    let text = match value::vkey(given) {
        Ok(key) => return Ok(key),
        Err(_) => read(&shell.path(given.as_ref()), 1024)?,
    };
    let text = String::from_utf8(text).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    value::vkey(line).map_err(|unfit| Error::new(Kind::CouldNot, unfit.0.into()))
}
