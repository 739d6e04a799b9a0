//! `import`: the day's bills. Shows what each row becomes, and writes only what was confirmed.

mod draft;
mod keep;
mod known;
mod record;
mod show;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{ledger_error, read, write_new};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::value;
use crate::domain::books::Books;
use crate::domain::english::agreed;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Lang, Ref};
use crate::import::decisions::Idle;
use crate::import::plan::What;
use crate::import::sheet::FILE_MAX;
use crate::import::statement::Statement;
use crate::import::{Bill, Decisions, Format, Mapping, Plan, Policy};
use crate::ledger::Mode;
use crate::vault;
use draft::{Drafted, Names, Read, Route};
use keep::{Keeper, Keeping};
use known::Booked;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A gift above this, in fen, is shown to a person first: it may be the fund's own money, passed on
/// from a volunteer's wallet and booked there already.
const ASK_ABOVE: u64 = 100_000;

// Every bill that is read can be kept.
const _: () = assert!(FILE_MAX <= vault::ITEM_MAX);

/// Read bills, show what each row becomes, and record what is new
#[derive(clap::Args)]
pub(super) struct Args {
    /// Bills as downloaded from WeChat or Alipay, a person's or a merchant's (CSV, XLSX, ZIP)
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
    /// The sheet of the workbook that is the bill, if several hold rows
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// Refuse a bill that contradicts its own totals or may be cut
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let writes = args.commit || shell.common.yes || shell.can_ask();
    let mode = if writes { Mode::Write } else { Mode::Read };
    let mut desk = Desk::open_for(shell, mode)?;
    let fund = desk.fund.clone();
    let source =
        |file: &PathBuf| (file.display().to_string(), desk.shell.path(file), OnceLock::new());
    let files: Vec<Source> = args.files.iter().map(source).collect();
    std::thread::scope(|scope| {
        let keeper = Keeper { scope, fund: &fund };
        import(&mut desk, &args, &files, keeper, writes)
    })
}

fn import<'f>(
    desk: &mut Desk<'_, '_>,
    args: &Args,
    files: &'f [Source],
    keeper: Keeper<'_, 'f>,
    writes: bool,
) -> Result<Report, Error> {
    let (drafted, keeping) = gather(desk, args, files, keeper)?;
    let text = shown(desk, &drafted.reads, args)?;
    // Refused here, before anything is kept or written, or not at all.
    let after = match record::preview(desk, &drafted) {
        Ok(after) => after,
        Err(why) => {
            desk.shell.talk(&text)?;
            return Err(why);
        }
    };
    if writes && !drafted.pages.is_empty() {
        desk.shell.talk(&text)?;
        return confirmed(desk, &drafted, args, &after, (keeper, keeping));
    }
    let state = if drafted.pages.is_empty() {
        say!("没有新增，账本不变", "nothing new, the ledger stays as it is")
    } else {
        say!("尚未写入账本", "not recorded yet")
    };
    let (lang, next) = (desk.shell.lang, next(desk, &drafted.reads, args));
    let text = format!("{text}\n{}{}", state.text(lang), next.text(lang));
    Ok(Report::new(text, json(desk, &drafted.reads, &[])))
}

/// A bill's file: its name as it was given, where it lies, and its bytes once they are read.
type Source = (String, PathBuf, OnceLock<Vec<u8>>);

/// Reads all bills, each weighed against the ledger and the bills before it. Where it is sure that
/// they are going to be recorded, they begin to be sealed.
fn gather<'s, 'f>(
    desk: &mut Desk<'_, '_>,
    args: &Args,
    files: &'f [Source],
    keeper: Keeper<'s, 'f>,
) -> Result<(Drafted<'f>, Option<Keeping<'s>>), Error> {
    let parsed = |file: &PathBuf| parse(desk.shell, file, Decisions::parse);
    let decisions = args.decisions.as_ref().map(parsed).transpose()?.unwrap_or_default();
    let parsed = |file: &PathBuf| parse(desk.shell, file, Mapping::parse);
    let mapping = args.mapping.as_ref().map(parsed).transpose()?;
    let bills = files.par_iter().map(|(name, path, bytes)| {
        let read = read(path, FILE_MAX as u64)?;
        let bytes: &[u8] = bytes.get_or_init(|| read);
        let bill = Bill::read_sheet(bytes, name, mapping.as_ref(), args.sheet.as_deref());
        Ok((bytes, bill.map_err(|why| unread(name, bytes, &|zh| why.text(zh)))?))
    });
    let bills: Vec<Result<_, Error>> = bills.collect();
    // Of several that cannot be read, the first is told.
    let bills = bills.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let rows = bills.iter().map(|(_, bill)| bill.len()).sum();
    desk.ledger.expect(rows).map_err(|why| ledger_error(&why))?;
    // Whose wallets these are: money that one of them sends another is no gift.
    let mut own = desk.fund.config.own.clone();
    own.extend(bills.iter().filter_map(|(_, bill)| bill.owner.clone()));
    let named = bills.into_iter().map(|(bytes, bill)| {
        let names = Names::new(desk.ledger.origin().as_str(), &bill);
        Named { refs: known::refs(&bill, &names), bytes, bill, names }
    });
    let named: Vec<Named<'_>> = named.collect();
    let all_new = known::all_new(&desk.ledger, named.iter().map(|bill| &*bill.refs))
        .map_err(|why| ledger_error(&why))?;
    let sure = all_new && (args.commit || desk.shell.common.yes);
    let whole = || named.iter().map(|named| (named.bill.sha256, named.bytes));
    let keeping = sure.then(|| keeper.begin(whole()));
    let mut drafted = Drafted::new(desk.ledger.size(), all_new);
    let count = named.len();
    let policy = Policy { strict: args.strict, ask_above: Fen::new(ASK_ABOVE), own: &own };
    for (number, bill) in (1..).zip(named) {
        let read = weigh(desk, args, (bill, all_new), (&decisions, policy), &drafted)?;
        drafted.add(read, number == count)?;
    }
    Ok((drafted, keeping))
}

/// A bill and the references of its rows as gifts.
struct Named<'f> {
    bytes: &'f [u8],
    bill: Bill<'f>,
    names: Names,
    refs: Vec<Ref>,
}

/// Keeps the files, then records the lines, once that is confirmed.
fn confirmed<'s, 'f>(
    desk: &mut Desk<'_, '_>,
    drafted: &Drafted<'f>,
    args: &Args,
    after: &Books,
    (keeper, keeping): (Keeper<'s, 'f>, Option<Keeping<'s>>),
) -> Result<Report, Error> {
    if !args.commit {
        desk.shell.confirm(&say!("确认签字记账？", "Sign and record this?"))?;
    }
    let keeping = keeping.unwrap_or_else(|| keeper.begin_read(&drafted.reads));
    let entries = record::record(desk, drafted, keeping)?;
    let (lines, count) = (drafted.lines, entries.len());
    let in_entries = agreed!("{count} entries");
    let held = after.sums.now.held.total().grouped();
    let done = say!(
        "已记账 {lines} 行，{count} 条记录；账上共 {held} 元",
        "recorded {lines} lines in {in_entries}; {held} yuan held"
    );
    let (lang, next) = (desk.shell.lang, next(desk, &drafted.reads, args));
    let text = format!("{}{}", done.text(lang), next.text(lang));
    Ok(Report::new(text, json(desk, &drafted.reads, &entries)))
}

/// What became of the bills, if that was asked for; without entries, nothing was written.
fn json(desk: &Desk<'_, '_>, reads: &[Read<'_>], entries: &[u64]) -> Value {
    if !desk.shell.common.json {
        return Value::Null;
    }
    let bills: Vec<_> = reads.iter().map(|read| show::json(&read.bill, &read.plan)).collect();
    json!({"bills": bills, "written": !entries.is_empty(), "entries": entries})
}

/// Reads a small file of decisions or a mapping.
fn parse<T, E: std::error::Error + 'static>(
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

/// The refusal of a file that is no bill; a bank's statement has a verb of its own.
fn unread(shown: &str, bytes: &[u8], why: &dyn Fn(bool) -> String) -> Error {
    let error = refused(shown, why);
    if Statement::read(bytes).is_err() {
        return error;
    }
    error.hint(say!(
        "这是银行的对账单：yishan statement {shown} --account 银行账户",
        "this is a bank's statement: yishan statement {shown} --account ACCOUNT"
    ))
}

/// The refusal of a whole bill.
fn refused(shown: &str, why: &dyn Fn(bool) -> String) -> Error {
    Error {
        causes: vec![Say { zh: why(true), en: why(false) }],
        ..Error::new(
            Kind::CouldNot,
            say!(
                "{shown} 不能导入，什么也没有记",
                "{shown} cannot be imported, and nothing of it was"
            ),
        )
    }
}

/// Weighs each row of a bill.
fn weigh<'f>(
    desk: &Desk<'_, '_>,
    args: &Args,
    (bill, all_new): (Named<'f>, bool),
    (decisions, policy): (&Decisions, Policy<'_>),
    drafted: &Drafted<'_>,
) -> Result<Read<'f>, Error> {
    let Named { bytes, bill, names, refs } = bill;
    let known = Booked::about(&bill, (&names, &refs, all_new), &desk.ledger, drafted)
        .map_err(|why| ledger_error(&why))?;
    let plan = Plan::make(&bill, &known, decisions, policy);
    if let Some(grave) = &plan.refused {
        return Err(refused(&bill.file, &|zh| grave.text(zh)));
    }
    let route = route(desk, args, &bill, &plan)?;
    Ok(Read { bytes, bill, plan, names, route, refs, backs: HashMap::new() })
}

/// The accounts that the bill's money moved through.
fn route(desk: &Desk<'_, '_>, args: &Args, bill: &Bill<'_>, plan: &Plan) -> Result<Route, Error> {
    let kind = match bill.format {
        Format::Alipay | Format::AlipayTrades | Format::AlipayAccount => Some(AccountKind::Alipay),
        Format::Mapped => None,
        _ => Some(AccountKind::Wechat),
    };
    let account = args.account.or_else(|| only(desk, kind)).ok_or_else(|| unclear("--account"))?;
    let known = desk.ledger.books().accounts.get(&account).map(|known| known.kind);
    let known = known.ok_or(Refusal::UnknownAccount { account })?;
    if let Some(kind) = kind.filter(|kind| *kind != known) {
        return Err(other_kind(&bill.file, (account, known), kind));
    }
    let withdrawn = plan.drafts.iter().any(|draft| matches!(draft.what, What::Withdrawal(_)));
    let bank = args.to_bank.or_else(|| only(desk, Some(AccountKind::Bank)));
    match (withdrawn, bank) {
        (true, None) => Err(unclear("--to-bank")),
        (_, bank) => Ok(Route { account, bank }),
    }
}

/// The refusal of a bill for an account that its money cannot have come into.
fn other_kind(file: &str, (account, known): (Id, AccountKind), kind: AccountKind) -> Error {
    let (zh, en) = (kind.name(Lang::Zh), kind.name(Lang::En));
    let (known_zh, known_en) = (known.name(Lang::Zh), known.name(Lang::En));
    let text = say!(
        "{file} 是{zh}的账单，而 {account} 是{known_zh}账户；什么也没有记",
        "{file} is a bill of {en}, and {account} is a {known_en} account; nothing was recorded"
    );
    Error::new(Kind::Refused, text).hint(say!(
        "用 --account 写明{zh}账户；yishan account list 列出账户",
        "name the {en} account with --account; yishan account list shows the accounts"
    ))
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
fn shown(desk: &Desk<'_, '_>, reads: &[Read<'_>], args: &Args) -> Result<String, Error> {
    let lang = desk.shell.lang;
    let accounts = &desk.ledger.books().accounts;
    let kind = |account: &Id| accounts.get(account).map_or("", |known| known.kind.name(lang));
    let told = |r: &Read<'_>| {
        let account = (r.route.account, kind(&r.route.account));
        desk.shell.typed(&show::text(&r.bill, &r.plan, account, lang))
    };
    let mut text: Vec<_> = reads.iter().map(told).collect();
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
    let template: String = reads.iter().map(|r| Decisions::template(&r.bill, &r.plan)).collect();
    if let Some(file) = args.write_decisions.as_ref().filter(|_| !template.is_empty()) {
        write_new(&desk.shell.path(file), template.as_bytes(), true)?;
        let file = file.display();
        text.push(lang.pick(format!("存疑的行已写入 {file}，逐行改 as 后用 --decisions 再导入"), format!("the doubtful rows are in {file}: edit each `as`, then import again with --decisions")));
    }
    Ok(text.join("\n"))
}

/// The command that comes next.
fn next(desk: &Desk<'_, '_>, reads: &[Read<'_>], args: &Args) -> Say {
    let files = args.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
    let (files, by) = (files.join(" "), desk.by);
    let as_ =
        if desk.shell.common.officer.is_some() { String::new() } else { format!(" --as {by}") };
    let import = desk.shell.typed(&format!("yishan import {files}")) + &as_;
    let decided = args.decisions.as_ref();
    let decided = decided.map(|file| format!(" --decisions {}", file.display()));
    let drafts = reads.iter().any(|read| !read.plan.drafts.is_empty());
    let wrote = args.commit || desk.shell.common.yes || desk.shell.can_ask();
    let command = if drafts && !wrote {
        format!("{import}{} --commit", decided.unwrap_or_default())
    } else {
        desk.shell.typed("yishan close") + &as_
    };
    let next = say!("\n下一步：{command}", "\nnext: {command}");
    match reads.iter().map(|read| read.plan.doubtful(&read.bill).count()).sum::<usize>() {
        0 => next,
        // The file was just written, and what to do with it was said.
        _ if args.write_decisions.is_some() => next,
        count => {
            let (zh, en) = (next.zh, next.en);
            say!(
                "\n{count} 行存疑，没有记：{import} --write-decisions 新文件.toml{zh}",
                "\n{count} doubtful rows are left out: {import} --write-decisions NEW.toml{en}"
            )
        }
    }
}
