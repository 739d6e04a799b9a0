//! `import`: the day's bills. Shows what each row becomes, and writes only what was confirmed.

mod draft;
mod known;
mod show;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{ledger_error, read, write_new};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::money::Fen;
use crate::domain::text::{Id, Lang};
use crate::import::decisions::Idle;
use crate::import::plan::What;
use crate::import::sheet::FILE_MAX;
use crate::import::{Bill, Decisions, Format, Mapping, Plan, Policy};
use crate::ledger::Mode;
use crate::vault;
use draft::{Drafted, Route};
use known::Booked;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// A gift above this, in fen, is shown to a person first: it may be the fund's own money, passed on
/// from a volunteer's wallet and booked there already.
const ASK_ABOVE: u64 = 100_000;

/// Read bills, show what each row becomes, and record what is new
#[derive(clap::Args)]
pub(super) struct Args {
    /// Bills as downloaded from WeChat (CSV, XLSX) or Alipay (CSV)
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Record what is new without asking
    #[arg(long)]
    commit: bool,
    /// What was decided about doubtful rows
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Write the doubtful rows to a new file, to be decided there
    #[arg(long, value_name = "FILE")]
    write_decisions: Option<PathBuf>,
    /// How to read a CSV of another layout
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    account: Option<Id>,
    /// The bank account that withdrawals went to
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to_bank: Option<Id>,
    /// Refuse a bill that contradicts its own totals or may be cut
    #[arg(long)]
    strict: bool,
}

/// A bill with what it would add.
struct Read {
    bytes: Vec<u8>,
    sha256: [u8; 32],
    bill: Bill,
    plan: Plan,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let decisions = match &args.decisions {
        Some(file) => parse(shell, file, Decisions::parse)?,
        None => Decisions::default(),
    };
    let mapping =
        args.mapping.as_ref().map(|file| parse(shell, file, Mapping::parse)).transpose()?;
    let writes = args.commit || shell.common.yes || shell.can_ask();
    let mode = if writes { Mode::Write } else { Mode::Read };
    let mut desk = Desk::open_for(shell, mode)?;
    let mut drafted = Drafted::new(desk.ledger.origin().clone(), desk.ledger.size());
    let mut reads = Vec::new();
    for file in &args.files {
        let read = plan(&desk, file, &args, &decisions, mapping.as_ref(), &drafted)?;
        let route = route(&desk, &args, &read, mapping.as_ref())?;
        drafted.add(&read.bill, read.sha256, &read.plan, route)?;
        reads.push(read);
    }
    let mut vouchers = desk.vouchers(drafted.into_pages())?;
    let text = shown(&desk, &reads, &args)?;
    let mut json = json!({"bills": reads.iter().map(|r| show::json(&r.bill, &r.plan)).collect::<Vec<_>>(), "written": false, "entries": []});
    // Refused here, before anything is kept or written, or not at all.
    let after = desk.ledger.preview(&vouchers, desk.now()?)?;
    let lang = desk.shell.lang;
    let next = next(&desk, &reads, &args);
    if vouchers.is_empty() || !writes {
        let state = if vouchers.is_empty() {
            say!("没有新增，账本不变", "nothing new, the ledger stays as it is")
        } else {
            say!("尚未写入账本", "not recorded yet")
        };
        return Ok(Report::new(format!("{text}\n{}{}", state.text(lang), next.text(lang)), json));
    }
    desk.shell.talk(&text)?;
    if !args.commit {
        desk.shell.confirm(&say!("确认签字记账？", "Sign and record this?"))?;
    }
    // First the files, then the lines: a digest of something that is lost helps nobody.
    for read in reads.iter().filter(|read| !read.plan.drafts.is_empty()) {
        desk.fund.keep(&vault::Place::Bill(read.sha256), &read.bytes)?;
    }
    let results = desk.enter(&mut vouchers)?;
    let entries = results.into_iter().collect::<Result<Vec<u64>, _>>()?;
    let (lines, count): (usize, _) = (vouchers.iter().map(|v| v.lines.len()).sum(), entries.len());
    let held = after.sums.now.held.total().grouped();
    let done = say!(
        "已记账 {lines} 行，{count} 条记录；账上共 {held} 元",
        "recorded {lines} lines in {count} entries; {held} yuan held"
    );
    if let Some(json) = json.as_object_mut() {
        json.insert("written".into(), true.into());
        json.insert("entries".into(), entries.into());
    }
    Ok(Report::new(format!("{}{}", done.text(lang), next.text(lang)), json))
}

/// Reads a small file of decisions or a mapping.
fn parse<T, E: std::error::Error>(
    shell: &Shell<'_>,
    file: &Path,
    parse: fn(&str) -> Result<T, E>,
) -> Result<T, Error> {
    let shown = file.display();
    let wrong = say!("{shown} 读不懂", "{shown} is not understood");
    let bytes = read(&shell.path(file), FILE_MAX as u64)?;
    let text = std::str::from_utf8(&bytes).map_err(|why| Error::because(wrong.clone(), &why))?;
    parse(text).map_err(|why| Error::because(wrong, &why))
}

/// Reads a bill and weighs each of its rows.
fn plan(
    desk: &Desk<'_, '_>,
    file: &Path,
    args: &Args,
    decisions: &Decisions,
    mapping: Option<&Mapping>,
    drafted: &Drafted,
) -> Result<Read, Error> {
    let (lang, shown) = (desk.shell.lang, file.display().to_string());
    let bytes = read(&desk.shell.path(file), FILE_MAX as u64)?;
    let refused = |why: String| Error {
        causes: vec![why],
        ..Error::new(
            Kind::CouldNot,
            say!(
                "{shown} 不能导入，什么也没有记",
                "{shown} cannot be imported, and nothing of it was"
            ),
        )
    };
    let bill =
        Bill::read(&bytes, &shown, mapping).map_err(|why| refused(why.text(lang == Lang::Zh)))?;
    let known = Booked::about(&bill, &desk.ledger, drafted).map_err(|why| ledger_error(&why))?;
    let plan = Plan::make(
        &bill,
        &known,
        decisions,
        Policy { strict: args.strict, ask_above: Fen::new(ASK_ABOVE) },
    );
    if let Some(grave) = &plan.refused {
        return Err(refused(grave.text(lang == Lang::Zh)));
    }
    let sha256 = Sha256::digest(&bytes).into();
    Ok(Read { bytes, sha256, bill, plan })
}

/// The accounts that the bill's money moved through.
fn route(
    desk: &Desk<'_, '_>,
    args: &Args,
    read: &Read,
    mapping: Option<&Mapping>,
) -> Result<Route, Error> {
    let kind = match (read.bill.format, mapping) {
        (Format::Alipay, _) => Some(AccountKind::Alipay),
        (Format::Mapped, _) => None,
        _ => Some(AccountKind::Wechat),
    };
    let account = args.account.or_else(|| only(desk, kind)).ok_or_else(|| unclear("--account"))?;
    let withdrawn =
        read.plan.drafts.iter().any(|draft| matches!(draft.what, What::Withdrawal { .. }));
    let bank = args.to_bank.or_else(|| only(desk, Some(AccountKind::Bank)));
    match (withdrawn, bank) {
        (true, None) => Err(unclear("--to-bank")),
        (_, bank) => Ok(Route { account, bank }),
    }
}

/// The only open account of `kind`, or of all.
fn only(desk: &Desk<'_, '_>, kind: Option<AccountKind>) -> Option<Id> {
    let books = desk.ledger.books();
    let mut open =
        books.accounts.iter().filter(|(_, a)| !a.shut && kind.is_none_or(|kind| kind == a.kind));
    open.next().filter(|_| open.next().is_none()).map(|(id, _)| *id)
}

fn unclear(flag: &str) -> Error {
    Error::new(
        Kind::Usage,
        say!(
            "看不出是哪个账户，请写明 {flag}",
            "it is not clear which account is meant: say {flag}"
        ),
    )
    .hint(say!(
        "yishan account list 列出账户；yishan account open 开立账户",
        "yishan account list shows the accounts, yishan account open opens one"
    ))
}

/// What every bill adds; writes the doubtful rows to a file if that was asked for.
fn shown(desk: &Desk<'_, '_>, reads: &[Read], args: &Args) -> Result<String, Error> {
    let lang = desk.shell.lang;
    let mut text: Vec<_> = reads.iter().map(|r| show::text(&r.bill, &r.plan, lang)).collect();
    for unused in reads.iter().flat_map(|r| &r.plan.unused).filter(|u| u.why != Idle::Absent) {
        let place = match &unused.place {
            crate::import::decisions::Place::Id { id, .. } => id.clone(),
            crate::import::decisions::Place::Row { row, .. } => row.to_string(),
        };
        text.push(lang.pick(
            format!("  注意：对 {place} 的决定没有作用"),
            format!("  note: the decision about {place} changed nothing"),
        ));
    }
    let template: String = reads.iter().map(|r| Decisions::template(&r.plan)).collect();
    if let Some(file) = args.write_decisions.as_ref().filter(|_| !template.is_empty()) {
        write_new(&desk.shell.path(file), template.as_bytes(), true)?;
        let file = file.display();
        text.push(lang.pick(format!("存疑的行已写入 {file}，逐行改 as 后用 --decisions 再导入"), format!("the doubtful rows are in {file}: edit each `as`, then import again with --decisions")));
    }
    Ok(text.join("\n"))
}

/// The command that comes next.
fn next(desk: &Desk<'_, '_>, reads: &[Read], args: &Args) -> Say {
    let doubtful = reads.iter().map(|r| r.plan.doubtful().count()).sum::<usize>();
    let drafts = reads.iter().any(|r| !r.plan.drafts.is_empty());
    let mut words = vec!["yishan".to_owned()];
    let (fund, by) = (desk.shell.common.fund.display().to_string(), desk.by);
    if fund != "." {
        words.extend(["-C".to_owned(), fund]);
    }
    words.extend(["--as".to_owned(), by.to_string()]);
    let head = words.join(" ");
    let files: Vec<_> = args.files.iter().map(|f| f.display().to_string()).collect();
    let files = files.join(" ");
    let mut say = Say { zh: String::new(), en: String::new() };
    let decided = args
        .decisions
        .as_ref()
        .map(|d| format!(" --decisions {}", d.display()))
        .unwrap_or_default();
    if doubtful > 0 {
        let file = args
            .decisions
            .as_ref()
            .map_or_else(|| "decisions.toml".to_owned(), |d| d.display().to_string());
        let how = match &args.decisions {
            Some(_) => format!("{head} import {files} --write-decisions NEW.toml"),
            None => format!("{head} import {files} --write-decisions {file}"),
        };
        say.zh.push_str(&format!("\n{doubtful} 行存疑，未记：{how}"));
        say.en.push_str(&format!("\n{doubtful} doubtful rows are left out: {how}"));
    }
    let commit = args.commit || desk.shell.common.yes;
    let command = if drafts && !commit {
        format!("{head} import {files}{decided} --commit")
    } else {
        format!("{head} close")
    };
    say.zh.push_str(&format!("\n下一步：{command}"));
    say.en.push_str(&format!("\nnext: {command}"));
    say
}
