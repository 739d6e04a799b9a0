//! `reconcile`: 银行存款余额调节表, how a bank's balance and that of the books agree.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, read};
use super::movements::{self, Told};
use super::say::{Say, say};
use super::shell::{Report, Shell, table};
use super::statement::name;
use super::value;
use crate::domain::books::Books;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::bank::BankRefusal;
use crate::domain::line::bank::reconcile::Reconcile;
use crate::domain::line::bank::statement::Statement as Stated;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::sums::Tally;
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::import::statement::matching::{self, Matching, Movement};
use crate::import::statement::{STATEMENT_MAX, Signed, StatementLine};
use crate::ledger::{Ledger, Mode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;

/// After so many days a reconciliation is due again (会计基础工作规范: every month).
const DUE_DAYS: i64 = 31;
/// How many outstanding items are listed for people; the table for a spreadsheet has all.
const LISTED: usize = 50;

/// Say how a bank's balance and that of the books agree, and what is unexplained
#[derive(clap::Args)]
pub(super) struct Args {
    /// The files of the statements, all that were recorded since the account last agreed in full
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The account
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    account: Id,
    /// The closed day up to which it is reconciled; a statement ends with it
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    to: Day,
    /// Which row is which line of the ledger, such as 5=41/0; again for each
    #[arg(long, value_name = "ROW=PLACE", value_parser = Told::parse)]
    pair: Vec<Told>,
    /// Sign and record the result
    #[arg(long)]
    record: bool,
    /// Why something is left unexplained; nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Option<Text>,
    /// Print the table for a spreadsheet
    #[arg(long)]
    csv: bool,
}

/// The four kinds of 未达账项, in the order of the record.
const CLASSES: [(&str, &str, &str); 4] = [
    ("bankin", "银行已收企业未收", "received by the bank, not in the books"),
    ("bankout", "银行已付企业未付", "paid by the bank, not in the books"),
    ("bookin", "企业已收银行未收", "received in the books, not at the bank"),
    ("bookout", "企业已付银行未付", "paid in the books, not by the bank"),
];

/// What an item may be, as tables for machines say it and as people read it.
const KINDS: [(&str, &str); 8] = [
    ("gift", "捐款"),
    ("refund", "退款"),
    ("fee", "手续费"),
    ("interest", "利息"),
    ("payment", "发放"),
    ("transfer", "内部转账"),
    ("wallet", "钱包"),
    ("bank", "银行"),
];

/// Something that only one side has.
struct Item {
    /// Which of [`CLASSES`] it is.
    class: usize,
    day: Day,
    amount: Signed,
    /// A row of a statement or a place in the ledger.
    at: String,
    /// What it is, without the bank's texts.
    what: &'static str,
    /// Dated into a period that was reconciled before.
    late: bool,
}

/// What was found out.
struct Found {
    line: Reconcile,
    items: Vec<Item>,
    matched: usize,
    /// Amounts whose partner a person must tell, with the rows and places that they may be.
    doubtful: Vec<(Signed, Vec<String>, Vec<String>)>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let lang = shell.lang;
    if !args.record {
        let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
        let found = find(&args, shell, &ledger)?;
        let text = if args.csv { csv(&found) } else { shown(&found, lang) };
        let open = found.line.unexplained > Fen::ZERO;
        let kind = open.then_some(Kind::False);
        return Ok(Report { kind, ..Report::new(text, json(&found)) });
    }
    let mut desk = Desk::open(shell)?;
    let found = find(&args, desk.shell, &desk.ledger)?;
    desk.shell.talk(&shown(&found, lang))?;
    let mut report = desk.record(vec![Line::Reconcile(Box::new(found.line.clone()))])?;
    if let (Some(all), Value::Object(more)) = (report.json.as_object_mut(), json(&found)) {
        all.extend(more);
    }
    Ok(report)
}

/// The statements that are held against the books, oldest first, and the day before the first of
/// them up to which everything agreed, if it ever did.
fn stated(ledger: &Ledger, args: &Args) -> Result<(Vec<Stated>, Option<Day>), Error> {
    let (account, to) = (args.account, args.to);
    let bank = &ledger.books().bank;
    let refused = |why: BankRefusal| Error::from(Refusal::from(why));
    if bank.ending(account, to).is_none() {
        return Err(refused(BankRefusal::NoStatement { account, to }));
    }
    let settled = bank.periods.get(&account).filter(|p| p.settled && p.to < to).map(|p| p.to);
    let mut found = Vec::new();
    for (place, known) in bank.statements.iter() {
        let within = settled.is_none_or(|settled| known.to > settled) && known.to <= to;
        if known.account == account && within {
            let line = ledger.line(*place).map_err(|why| ledger_error(&why))?;
            found.extend(line.and_then(|line| match line {
                Line::Statement(stated) => Some(stated),
                _ => None,
            }));
        }
    }
    Ok((found, settled))
}

/// The lines of the files, which must be exactly those of the statements.
fn lines(
    args: &Args,
    shell: &Shell<'_>,
    stated: &[Stated],
) -> Result<Vec<(StatementLine, String)>, Error> {
    let mut files = HashMap::new();
    for file in &args.files {
        let shown = file.display().to_string();
        let bytes = read(&shell.path(file), STATEMENT_MAX as u64)?;
        let statement = movements::read(&shown, &bytes)?;
        files.insert(statement.sha256, (shown, statement));
    }
    let mut all = Vec::new();
    for one in stated {
        let Some((_, statement)) = files.remove(&one.sha256.0) else {
            let (from, to, sha256) = (one.from, one.to, one.sha256.to_string());
            let head = sha256.get(..12).unwrap_or_default();
            let text = say!(
                "还缺 {from} 至 {to} 的对账单（SHA-256 {head}…）",
                "the statement from {from} to {to} is missing (SHA-256 {head}…)"
            );
            return Err(Error::new(Kind::CouldNot, text).hint(say!(
                "把它也写在命令里；原件封存在 vault/bills/{head}….age",
                "name its file too; the original is sealed in vault/bills/{head}….age"
            )));
        };
        let day = one.to;
        let at = |line: &StatementLine| format!("{day}#{}", line.number);
        all.extend(statement.lines.into_iter().map(|line| (line.clone(), at(&line))));
    }
    if let Some((shown, _)) = files.into_values().next() {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "{shown} 没有记账，或不属于这一期：先 yishan statement",
                "{shown} was not recorded or is of another period: yishan statement records one"
            ),
        ));
    }
    Ok(all)
}

/// Holds statements and books against each other.
fn find(args: &Args, shell: &Shell<'_>, ledger: &Ledger) -> Result<Found, Error> {
    let (stated, settled) = stated(ledger, args)?;
    let lines = lines(args, shell, &stated)?;
    let books = ledger.books();
    let closed = |day: Day| books.days.get(&day).copied();
    let last = closed(args.to)
        .ok_or_else(|| Error::from(Refusal::from(BankRefusal::DayNotClosed { day: args.to })))?;
    let first = settled.and_then(closed).map_or(0, |entry| entry + 1);
    let since = Day::parse(b"2000-01-01").unwrap_or(args.to);
    let moved =
        movements::of(ledger, args.account, since, &|entry| (first..=last).contains(&entry))?;
    let (rows, places): (Vec<StatementLine>, Vec<String>) = lines.into_iter().unzip();
    let told = movements::as_told(&args.pair, (&rows, &places), &moved)?;
    let refs = |line: &StatementLine| movements::refs(ledger, args.account, line);
    let found = matching::pair_as_told(&rows, &moved, &refs, &told);
    // What was paid before the first statement begins is in its opening balance.
    let begins = stated.first().map(|stated| stated.from).filter(|_| settled.is_none());
    let before = |m: &Movement| begins.is_some_and(|begins| m.paid.day() < begins);
    let reconciled = books.bank.periods.get(&args.account).map(|period| period.to);
    let late = |day: Day| reconciled.is_some_and(|reconciled| day <= reconciled);
    let items = items((&rows, &places), &moved, &found, &before, &late);
    let line = record(args, ledger, &items, Place { entry: last, line: 0 })?;
    let doubtful = found.groups.iter().map(|group| {
        let rows = group.lines.iter().filter_map(|at| places.get(*at).cloned());
        let ours = group.movements.iter().filter_map(|at| moved.get(*at));
        (group.amount, rows.collect(), ours.map(|m| m.place.to_string()).collect())
    });
    let doubtful = doubtful.collect();
    Ok(Found { line, items, matched: found.pairs.len(), doubtful })
}

/// Everything that only one side has. Of amounts that cannot be told apart, as many as are over on
/// one side: they are equal, so it is the same whichever they are.
fn items(
    (rows, places): (&[StatementLine], &[String]),
    moved: &[Movement],
    found: &Matching,
    before: &dyn Fn(&Movement) -> bool,
    late: &dyn Fn(Day) -> bool,
) -> Vec<Item> {
    let line = |at: &usize| {
        let (line, at) = rows.get(*at).zip(places.get(*at))?;
        let (day, amount) = (line.time.day(), line.amount);
        let what = match () {
            () if line.is_interest() => "interest",
            () if line.is_charge() => "fee",
            () if line.wallet().is_some() => "wallet",
            () => "bank",
        };
        let class = usize::from(!amount.inward());
        Some(Item { class, day, amount, at: at.clone(), what, late: late(day) })
    };
    let movement = |at: &usize| {
        let m = moved.get(*at).filter(|m| !before(m))?;
        let (day, amount, at) = (m.paid.day(), m.amount, m.place.to_string());
        let class = 2 + usize::from(!amount.inward());
        Some(Item { class, day, amount, at, what: name(m.what, Lang::En), late: late(day) })
    };
    let mut items: Vec<Item> = found.lines.iter().filter_map(line).collect();
    items.extend(found.movements.iter().filter_map(movement));
    for group in &found.groups {
        let (ours, theirs) = (group.lines.len(), group.movements.len());
        items.extend(group.lines.iter().skip(theirs).filter_map(line));
        items.extend(group.movements.iter().skip(ours).filter_map(movement));
    }
    items.sort_by_key(|item| (item.class, item.day));
    items
}

/// The line that states the result.
fn record(args: &Args, ledger: &Ledger, items: &[Item], close: Place) -> Result<Reconcile, Error> {
    let tally = |class: usize| {
        let some = items.iter().filter(|item| item.class == class);
        some.fold(Tally::default(), |sum, item| Tally {
            count: sum.count + 1,
            fen: sum.fen.plus(item.amount.fen()).unwrap_or(Fen::MAX),
        })
    };
    let book = match ledger.line(close).map_err(|why| ledger_error(&why))? {
        Some(Line::Close(close)) => {
            let held = close.closing.held.0.iter().find(|(id, _)| *id == args.account);
            held.map_or(Fen::ZERO, |(_, held)| *held)
        }
        _ => return Err(Refusal::NoSuchLine { place: close }.into()),
    };
    let ending = ledger.books().bank.ending(args.account, args.to);
    let mut line = Reconcile {
        account: args.account,
        to: args.to,
        book,
        statement: ending.map_or(Fen::ZERO, |stated| stated.closing),
        bankin: tally(0),
        bankout: tally(1),
        bookin: tally(2),
        bookout: tally(3),
        unexplained: Fen::ZERO,
        why: args.why.clone(),
    };
    line.unexplained = line.gap().unwrap_or(Fen::MAX);
    Ok(line)
}

fn sides(line: &Reconcile) -> [Tally; 4] {
    [line.bankin, line.bankout, line.bookin, line.bookout]
}

/// An adjusted balance, which an error may take below nothing.
fn yuan(fen: i128) -> String {
    let size = Fen::new(u64::try_from(fen.unsigned_abs()).unwrap_or(u64::MAX)).unwrap_or(Fen::MAX);
    format!("{}{}", if fen < 0 { "-" } else { "" }, size.grouped())
}

/// The table as treasurers know it: the books on one side, the bank on the other.
fn shown(found: &Found, lang: Lang) -> String {
    let line = &found.line;
    let (account, to) = (line.account, line.to);
    let (books, bank) = line.adjusted();
    let [bank_in, bank_out, book_in, book_out] = sides(line);
    let row = |left: &str, a: String, right: &str, b: String| vec![left.into(), a, right.into(), b];
    let side = |tally: Tally, sign: &str| format!("{sign}{}", tally.fen.grouped());
    let rows = vec![
        row(
            lang.pick("账面余额", "balance of the books"),
            line.book.grouped(),
            lang.pick("对账单余额", "balance of the bank"),
            line.statement.grouped(),
        ),
        row(
            lang.pick("加：银行已收企业未收", "+ received by the bank alone"),
            side(bank_in, "+"),
            lang.pick("加：企业已收银行未收", "+ received in the books alone"),
            side(book_in, "+"),
        ),
        row(
            lang.pick("减：银行已付企业未付", "- paid by the bank alone"),
            side(bank_out, "-"),
            lang.pick("减：企业已付银行未付", "- paid in the books alone"),
            side(book_out, "-"),
        ),
        row(
            lang.pick("调节后余额", "adjusted"),
            yuan(books),
            lang.pick("调节后余额", "adjusted"),
            yuan(bank),
        ),
    ];
    let head = lang.pick(["企业", "元", "银行", "元"], ["books", "yuan", "bank", "yuan"]);
    let mut out = vec![
        lang.pick(
            format!("银行存款余额调节表  {account}  截至 {to}"),
            format!("reconciliation of {account} up to {to}"),
        ),
        table(&head, rows, &[1, 3]),
    ];
    let (matched, doubtful, gap) =
        (found.matched, found.doubtful.len(), line.unexplained.grouped());
    out.push(lang.pick(
        format!("相符 {matched} 笔，分不清 {doubtful} 组，未解释差异 {gap} 元"),
        agreed!("{matched} agree, {doubtful} groups cannot be told apart, {gap} yuan unexplained"),
    ));
    let asked = found.doubtful.iter().take(LISTED);
    out.extend(
        asked.map(|(amount, rows, places)| movements::question(*amount, rows, places, lang)),
    );
    for item in found.items.iter().take(LISTED) {
        out.push(item.text(lang));
    }
    if let Some(more) = found.items.len().checked_sub(LISTED).filter(|more| *more > 0) {
        out.push(lang.pick(format!("  … 另有 {more} 笔"), format!("  … and {more} more")));
    }
    out.join("\n")
}

impl Item {
    fn text(&self, lang: Lang) -> String {
        let Item { day, amount, at, what, late, .. } = self;
        let class = CLASSES.get(self.class).map_or("", |(_, zh, en)| lang.pick(zh, en));
        let named = KINDS.iter().find(|(en, _)| en == what);
        let what = named.map_or(*what, |(en, zh)| lang.pick(zh, en));
        let late = if *late {
            lang.pick("（属于已对账的期间）", " (dated into a period reconciled before)")
        } else {
            ""
        };
        lang.pick(
            format!("  {class}  {day}  {amount} 元  {at}  {what}{late}"),
            format!("  {class}  {day}  {amount} yuan  {at}  {what}{late}"),
        )
    }
}

/// The same for a spreadsheet: the words of both languages, and none of the bank's texts.
fn csv(found: &Found) -> String {
    let line = &found.line;
    let (books, bank) = line.adjusted();
    let mut out =
        vec!["项目 item,笔数 count,金额（元） yuan,日期 day,位置 at,说明 note".to_owned()];
    let mut total = |name: &str, count: String, fen: String| {
        out.push(format!("{name},{count},{fen},{},,", line.to));
    };
    let plain = |fen: i128| yuan(fen).replace(',', "");
    total("账面余额 books", String::new(), line.book.to_string());
    total("对账单余额 bank", String::new(), line.statement.to_string());
    for ((word, zh, _), side) in CLASSES.iter().zip(sides(line)) {
        total(&format!("{zh} {word}"), side.count.to_string(), side.fen.to_string());
    }
    total("调节后账面 adjusted books", String::new(), plain(books));
    total("调节后对账单 adjusted bank", String::new(), plain(bank));
    total("未解释 unexplained", String::new(), line.unexplained.to_string());
    for item in &found.items {
        let Item { day, amount, at, what, late, .. } = item;
        let class = CLASSES.get(item.class).map_or("", |(word, ..)| word);
        let note = if *late { format!("{what} late") } else { (*what).to_owned() };
        // A place alone would become a date in a spreadsheet.
        out.push(format!("{class},1,{},{day},#{at},{note}", amount.fen()));
    }
    out.join("\n")
}

fn json(found: &Found) -> Value {
    let line = &found.line;
    let (books, bank) = line.adjusted();
    let tallies: serde_json::Map<_, _> = CLASSES
        .iter()
        .zip(sides(line))
        .map(|((word, ..), side)| {
            ((*word).to_owned(), json!({"count": side.count, "fen": side.fen.get()}))
        })
        .collect();
    let items: Vec<_> = found
        .items
        .iter()
        .map(|item| {
            let class = CLASSES.get(item.class).map_or("", |(word, ..)| word);
            json!({
                "class": class, "day": item.day.to_string(), "fen": item.amount.0, "at": item.at,
                "what": item.what, "late": item.late,
            })
        })
        .collect();
    json!({
        "account": line.account.as_str(), "to": line.to.to_string(), "unit": "fen",
        "book": line.book.get(), "statement": line.statement.get(), "outstanding": tallies,
        "adjusted_books": i64::try_from(books).ok(), "adjusted_bank": i64::try_from(bank).ok(),
        "unexplained": line.unexplained.get(), "matched": found.matched, "doubtful": found.doubtful.len(), "items": items,
    })
}

/// What is said of a bank account that is due.
pub(super) fn overdue(account: Id, last: Option<Day>) -> Say {
    match last {
        Some(day) => say!(
            "账户 {account} 上次对账到 {day}，已超过一个月",
            "the account {account} was last reconciled up to {day}, over a month ago"
        ),
        None => say!(
            "账户 {account} 一个多月来没有对过账",
            "the account {account} has not been reconciled for over a month"
        ),
    }
}

/// Bank accounts that hold or held something and were not reconciled for over a month, each with
/// the day up to which they were, if ever.
pub(super) fn due(books: &Books, today: Day) -> Vec<(Id, Option<Day>)> {
    let first = books.days.iter().next().map(|(day, _)| *day);
    let over = |day: Option<Day>| day.is_some_and(|day| today.since(day) > DUE_DAYS);
    let banks = books.accounts.iter().filter(|(_, a)| !a.shut && a.kind == AccountKind::Bank);
    let each = banks.map(|(id, _)| (*id, books.bank.periods.get(id).map(|period| period.to)));
    each.filter(|(_, last)| over(last.or(first))).collect()
}
