//! `statement`: what a bank says of an account, held against the ledger, and recorded.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{ledger_error, read};
use super::movements::{self, Told};
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::appoint::Role;
use crate::domain::line::bank::statement::Statement as Stated;
use crate::domain::line::fee::Fee;
use crate::domain::line::interest::Interest;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Digest, Id, Lang, Ref};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::import::statement::matching::{self, Matching, Moved, Movement, WINDOW_DAYS};
use crate::import::statement::{Proven, STATEMENT_MAX, Statement, StatementLine};
use crate::ledger::Mode;
use crate::vault;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::path::PathBuf;

/// How many lines of one kind are listed.
const LISTED: usize = 20;

/// Hold a bank's statement against the ledger, and record what it states
#[derive(clap::Args)]
pub(super) struct Args {
    /// The statement as downloaded from the bank (CSV, XLS, XLSX)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The account it is of
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    account: Id,
    /// The first day it covers; if not said, the day after the last statement, or its first line's
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    from: Option<Day>,
    /// The last day it covers, that of its last line if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    to: Option<Day>,
    /// Which row is which line of the ledger, such as 5=41/0; again for each
    #[arg(long, value_name = "ROW=PLACE", value_parser = Told::parse)]
    pair: Vec<Told>,
    /// Record the statement alone, without the interest and fees it shows
    #[arg(long)]
    alone: bool,
}

/// A statement with its place in time.
struct Covered {
    statement: Statement,
    proven: Proven,
    from: Day,
    to: Day,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let name = args.file.display().to_string();
    let bytes = read(&shell.path(&args.file), STATEMENT_MAX as u64)?;
    let statement = movements::read(&name, &bytes)?;
    let writes = shell.common.yes || shell.can_ask();
    let mode = if writes { Mode::Write } else { Mode::Read };
    let mut desk = Desk::open_for(shell, mode)?;
    fits(&desk, &name, args.account, statement.sha256)?;
    let covered = covered(&desk, &args, statement)?;
    let lines = &covered.statement.lines;
    let near = |day: Day, days: i64| day.offset(days).unwrap_or(day);
    let (first, last) = (near(covered.from, -WINDOW_DAYS), near(covered.to, WINDOW_DAYS));
    let moved = movements::of(&desk.ledger, args.account, first, &|_| true)?;
    let moved: Vec<Movement> =
        moved.into_iter().filter(|m| (first..=last).contains(&m.paid.day())).collect();
    let names: Vec<String> = lines.iter().map(|line| line.number.to_string()).collect();
    let told = movements::as_told(&args.pair, (lines, &names), &moved)?;
    let refs = |line: &StatementLine| movements::refs(&desk.ledger, args.account, line);
    let found = matching::pair_as_told(lines, &moved, &refs, &told);
    let (lang, by) = (desk.shell.lang, desk.by);
    let text = shown(&name, &covered, &moved, &found, lang);
    let json = json(&covered, &moved, &found);
    if !writes {
        let end = lang.pick("尚未写入账本；加 --yes 记账", "not recorded yet; --yes records it");
        return Ok(Report::new(format!("{text}\n{end}"), json));
    }
    desk.shell.talk(&text)?;
    let clerk =
        desk.ledger.books().officers.get(&by).is_some_and(|o| o.roles.contains(&Role::Clerk));
    let mut all =
        if clerk && !args.alone { proposed(&desk, &args, &covered, &found)? } else { Vec::new() };
    all.push(Line::Statement(Stated {
        account: args.account,
        from: covered.from,
        to: covered.to,
        opening: covered.proven.opening,
        closing: covered.proven.closing,
        lines: lines.len() as u64,
        sha256: Digest(covered.statement.sha256),
    }));
    let sha256 = covered.statement.sha256;
    let mut report =
        desk.record_after(all, |fund| fund.keep(&vault::Place::Bill(sha256), &bytes))?;
    if let (Some(all), Value::Object(more)) = (report.json.as_object_mut(), json) {
        all.extend(more);
    }
    Ok(report)
}

/// Refuses a statement for an account that no bank keeps, and one that was recorded for another
/// account. The digest alone cannot tell whose it is: banks leave the number of the account out.
fn fits(desk: &Desk<'_, '_>, name: &str, account: Id, sha256: [u8; 32]) -> Result<(), Error> {
    let books = desk.ledger.books();
    let kind = books.accounts.get(&account).map(|known| known.kind);
    let kind = kind.ok_or(Refusal::UnknownAccount { account })?;
    if kind != AccountKind::Bank {
        let (zh, en) = (kind.name(Lang::Zh), kind.name(Lang::En));
        let text = say!(
            "{name} 是银行的对账单，而 {account} 是{zh}账户；什么也没有记",
            "{name} is a bank's statement, and {account} is a {en} account; nothing was recorded"
        );
        return Err(Error::new(Kind::Refused, text).hint(say!(
            "用 --account 写明银行账户；yishan account list 列出账户",
            "name the bank account with --account; yishan account list shows the accounts"
        )));
    }
    for (place, stated) in books.bank.statements.iter().filter(|(_, s)| s.account != account) {
        let line = desk.ledger.line(*place).map_err(|why| ledger_error(&why))?;
        if matches!(line, Some(Line::Statement(line)) if line.sha256.0 == sha256) {
            let other = stated.account;
            let text = say!(
                "{name} 已在 {place} 记为账户 {other} 的对账单，不能再记给 {account}",
                "{name} was recorded at {place} as a statement of {other} and cannot also be one of {account}"
            );
            return Err(Error::new(Kind::Refused, text).hint(say!(
                "记错了账户的话，先 yishan reverse {place} --why 账户写错",
                "if that was the wrong account: yishan reverse {place} --why wrong-account"
            )));
        }
    }
    Ok(())
}

/// The days that a statement covers: as said, else as its lines and the statement before it tell.
fn covered(desk: &Desk<'_, '_>, args: &Args, statement: Statement) -> Result<Covered, Error> {
    let days = statement.lines.iter().map(|line| line.time.day());
    let (Some(first), Some(last), Ok(proven)) =
        (days.clone().min(), days.max(), statement.proof.clone())
    else {
        return Err(Error::new(
            Kind::CouldNot,
            say!("对账单没有明细", "the statement has no lines"),
        ));
    };
    let before = desk.ledger.books().bank.latest(args.account);
    let next = before.and_then(|(_, stated)| stated.to.offset(1)).filter(|next| *next <= first);
    let (from, to) = (args.from.or(next).unwrap_or(first), args.to.unwrap_or(last));
    if from > first || to < last {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "对账单的明细从 {first} 到 {last}，超出了 {from} 到 {to}",
                "the statement's lines go from {first} to {last}, beyond {from} to {to}"
            ),
        ));
    }
    Ok(Covered { statement, proven, from, to })
}

/// Interest and charges that the bank booked and the ledger did not, as lines to be recorded.
fn proposed(
    desk: &Desk<'_, '_>,
    args: &Args,
    covered: &Covered,
    found: &Matching,
) -> Result<Vec<Line>, Error> {
    let account = args.account;
    let kind = desk.ledger.books().accounts.get(&account).map(|a| a.kind.word());
    let origin = desk.ledger.origin().as_str();
    let keys = keys(&covered.statement.lines);
    let mut out = Vec::new();
    for at in &found.lines {
        let Some((line, key)) = covered.statement.lines.get(*at).zip(keys.get(*at)) else {
            continue;
        };
        let suffix = if line.is_interest() { "interest" } else { "fee" };
        let Some(fen) = Amount::new(line.amount.fen()).filter(|_| is_proposed(line)) else {
            continue;
        };
        let channel = format!("{}-{suffix}", kind.unwrap_or("bank"));
        let made = crate::seal::reference(origin, &channel, key).map(Ref);
        let reference = made
            .map_err(|why| Error::because(say!("单号不能用", "the number cannot be used"), &why))?;
        let paid = line.time;
        out.push(if line.is_interest() {
            Line::Interest(Interest { fen, to: account, paid, reference, pot: None })
        } else {
            Line::Fee(Fee { fen, from: account, paid, reference })
        });
    }
    Ok(out)
}

fn is_proposed(line: &StatementLine) -> bool {
    line.is_interest() || line.is_charge()
}

/// What stands for a line that the bank gave no number: a digest of what it says, and how many
/// equal ones stand before it. Texts enter the digest alone.
fn keys(lines: &[StatementLine]) -> Vec<String> {
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    let key = |line: &StatementLine| {
        let StatementLine { time, amount, balance, kind, party, memo, .. } = line;
        let balance = balance.unwrap_or_default();
        let said = format!("{time}\n{amount}\n{balance}\n{kind}\n{party}\n{memo}");
        let hash: [u8; 32] = Sha256::digest(said).into();
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("statement:{}:{count}", Digest(hash))
    };
    lines.iter().map(key).collect()
}

/// What the matching came to, as a person reads it.
fn shown(
    name: &str,
    covered: &Covered,
    moved: &[Movement],
    found: &Matching,
    lang: Lang,
) -> String {
    let Covered { statement, proven, from, to } = covered;
    let (count, paired) = (statement.lines.len(), found.pairs.len());
    let (bank, opening, closing) =
        (statement.bank.text(lang == Lang::Zh), proven.opening.grouped(), proven.closing.grouped());
    let mut out = vec![
        lang.pick(
            format!("对账单 {name}：{bank}，{from} 至 {to}，{count} 行，{opening} → {closing} 元，余额逐行相接"),
            agreed!("statement {name}: {bank}, {from} to {to}, {count} lines, {opening} → {closing} yuan, every balance follows"),
        ),
        lang.pick(format!("  相符 {paired} 行"), agreed!("  agree: {paired} lines")),
    ];
    out.extend(lines(statement, &found.lines, lang));
    let open = found.movements.iter().filter_map(|at| moved.get(*at));
    let open: Vec<_> = open.filter(|m| (*from..=*to).contains(&m.paid.day())).collect();
    for movement in open.iter().take(LISTED) {
        out.push(format!("  {}", one(movement, lang)));
    }
    if let Some(more) = open.len().checked_sub(LISTED).filter(|more| *more > 0) {
        out.push(lang.pick(format!("  … 另有 {more} 笔"), format!("  … and {more} more")));
    }
    out.extend(questions(statement, moved, found, lang));
    out.join("\n")
}

/// The lines that only the bank has.
fn lines(statement: &Statement, open: &[usize], lang: Lang) -> Vec<String> {
    let all = open.iter().filter_map(|at| statement.lines.get(*at));
    let mut out: Vec<String> = all
        .take(LISTED)
        .map(|line| {
            let StatementLine { number, amount, kind, .. } = line;
            let (day, party) = (line.time.day(), &line.party);
            let what = if line.is_interest() {
                lang.pick("建议记利息", "to be recorded as interest")
            } else if line.is_charge() {
                lang.pick("建议记手续费", "to be recorded as a fee")
            } else if line.wallet().is_some() && line.amount.inward() {
                lang.pick(
                    "钱包提现：请先导入钱包的账单",
                    "withdrawn from a wallet: import the wallet's bill first",
                )
            } else {
                ""
            };
            let text = lang.pick(
                format!("  银行有账上无 第 {number} 行  {day}  {amount:#} 元  {kind}  {party}  {what}"),
                format!("  only the bank has row {number}  {day}  {amount:#} yuan  {kind}  {party}  {what}"),
            );
            text.trim_end().to_owned()
        })
        .collect();
    if let Some(more) = open.len().checked_sub(LISTED).filter(|more| *more > 0) {
        out.push(lang.pick(format!("  … 另有 {more} 行"), format!("  … and {more} more")));
    }
    out
}

/// A movement that only the books have.
fn one(movement: &Movement, lang: Lang) -> String {
    let Movement { place, paid, amount, what, .. } = movement;
    let (day, what) = (paid.day(), name(*what, lang));
    lang.pick(
        format!("账上有银行无 {place}  {day}  {amount:#} 元  {what}"),
        format!("only the books have {place}  {day}  {amount:#} yuan  {what}"),
    )
}

/// What a movement is called.
pub(super) fn name(what: Moved, lang: Lang) -> &'static str {
    match what {
        Moved::Gift => lang.pick("捐款", "gift"),
        Moved::Refund => lang.pick("退款", "refund"),
        Moved::Fee => lang.pick("手续费", "fee"),
        Moved::Interest => lang.pick("利息", "interest"),
        Moved::Pay => lang.pick("发放", "payment"),
        Moved::Transfer(_) => lang.pick("内部转账", "transfer"),
    }
}

/// What could belong together in more than one way.
fn questions(
    statement: &Statement,
    moved: &[Movement],
    found: &Matching,
    lang: Lang,
) -> Vec<String> {
    let each = found.groups.iter().take(LISTED).map(|group| {
        let rows = group.lines.iter().filter_map(|at| statement.lines.get(*at));
        let rows: Vec<_> = rows.map(|line| line.number.to_string()).collect();
        let places = group.movements.iter().filter_map(|at| moved.get(*at));
        let places: Vec<_> = places.map(|m| m.place.to_string()).collect();
        movements::question(group.amount, &rows, &places, lang)
    });
    each.collect()
}

/// The same for machines, without the bank's texts.
fn json(covered: &Covered, moved: &[Movement], found: &Matching) -> Value {
    let lines = &covered.statement.lines;
    let line = |at: &usize| {
        let line = lines.get(*at)?;
        let kind = match () {
            () if line.is_interest() => "interest",
            () if line.is_charge() => "fee",
            () if line.wallet().is_some() && line.amount.inward() => "withdrawal",
            () => "other",
        };
        Some(
            json!({"row": line.number, "day": line.time.day().to_string(), "fen": line.amount.0, "kind": kind}),
        )
    };
    let movement = |at: &usize| {
        let m = moved.get(*at)?;
        Some(
            json!({"place": m.place.to_string(), "day": m.paid.day().to_string(), "fen": m.amount.0}),
        )
    };
    let groups: Vec<_> = found
        .groups
        .iter()
        .map(|g| {
            let rows: Vec<_> = g.lines.iter().filter_map(line).collect();
            let places: Vec<_> = g.movements.iter().filter_map(movement).collect();
            json!({"lines": rows, "movements": places})
        })
        .collect();
    json!({
        "statement": {
            "bank": covered.statement.bank.text(false), "from": covered.from.to_string(), "to": covered.to.to_string(),
            "opening": covered.proven.opening.get(), "closing": covered.proven.closing.get(), "lines": lines.len(),
            "sha256": Digest(covered.statement.sha256).to_string(),
        },
        "matched": found.pairs.len(),
        "only_bank": found.lines.iter().filter_map(line).collect::<Vec<_>>(),
        "only_books": found.movements.iter().filter_map(movement).collect::<Vec<_>>(),
        "doubtful": groups,
    })
}
