//! `ticket`: receipts for offices (捐赠票据), as the system that issues them names them.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, read};
use super::receipt::locate;
use super::say::say;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::codec::List;
use crate::domain::line::Line;
use crate::domain::line::ticket::issue::Ticket;
use crate::domain::line::ticket::red::Red;
use crate::domain::line::ticket::{Check, Known, Payer, Serial, Standing};
use crate::domain::money::Fen;
use crate::domain::text::{Code, Digest, Place, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::ledger::{Ledger, Mode};
use crate::vault;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The longest list of gifts that is read, in bytes.
const LIST_MAX: u64 = 1 << 20;

/// Record receipts for offices (捐赠票据), void them, list them and their gaps
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Record a receipt that was issued for gifts
    Issue(IssueArgs),
    /// Void a receipt by a red one; its gifts may be on another
    Red(RedArgs),
    /// List the receipts, and those whose gifts were refunded or reversed since
    List,
    /// List the numbers of each code that are used, and those missing in between
    Gaps,
}

#[derive(clap::Args)]
struct Printed {
    /// The code of the receipt
    #[arg(value_name = "CODE", value_parser = value::code)]
    code: Code,
    /// Its number, zeros before it and all
    #[arg(value_name = "NUMBER", value_parser = value::serial)]
    number: Serial,
    /// Its check code
    #[arg(value_name = "CHECK", value_parser = value::check)]
    check: Check,
    /// The day on it, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    on: Option<Day>,
}

#[derive(clap::Args)]
struct IssueArgs {
    #[command(flatten)]
    printed: Printed,
    /// A gift it is for: its place, receipt code, reference or number; again for each
    #[arg(long, value_name = "GIFT", conflicts_with = "list", required_unless_present = "list")]
    gift: Vec<String>,
    /// A file with a gift a line, which is sealed, so that nobody learns which belong together
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Whom it names
    #[arg(long, value_name = "KIND", value_parser = value::word!(Payer), default_value = "person")]
    payer: Payer,
    /// The amount on it, in yuan, that of its gifts if not said
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Option<Amount>,
}

#[derive(clap::Args)]
struct RedArgs {
    /// Where the receipt that it voids stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    #[command(flatten)]
    printed: Printed,
    /// Why, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Text,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Issue(args) => issue(args, shell),
        What::Red(RedArgs { of, printed, why }) => {
            let mut desk = Desk::open(shell)?;
            let on = printed.on.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)?;
            let Printed { code, number, check, .. } = printed;
            desk.record(vec![Line::Red(Box::new(Red { code, number, check, on, of, why }))])
        }
        What::List => list(shell),
        What::Gaps => gaps(shell),
    }
}

fn issue(args: IssueArgs, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let named = match &args.list {
        Some(file) => {
            let bytes = read(&shell.path(file), LIST_MAX)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
        }
        None => args.gift.clone(),
    };
    let mut desk = Desk::open(shell)?;
    let (gifts, sum) = gifts(&desk.ledger, &named)?;
    let amount = args.amount.or_else(|| Amount::new(sum)).ok_or_else(|| {
        let text = say!("这些捐款已全部退还", "all of these gifts were given back");
        Error::new(Kind::NotFound, text)
    })?;
    let on = args.printed.on.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)?;
    let Printed { code, number, check, .. } = args.printed;
    let (payer, fen) = (args.payer, amount);
    let ticket =
        Ticket { code, number, check, payer, on, fen, of: None, gifts: None, sha256: None };
    if args.list.is_some() {
        free(&desk.ledger, &gifts)?;
        let text = sealed(&gifts, desk.random());
        let sha256: [u8; 32] = Sha256::digest(&text).into();
        let count = u64::try_from(gifts.len()).unwrap_or(u64::MAX);
        let ticket = Ticket { gifts: Some(count), sha256: Some(Digest(sha256)), ..ticket };
        return desk.record_after(vec![Line::Ticket(Box::new(ticket))], |fund| {
            fund.keep(&vault::Place::Bill(sha256), text.as_bytes())
        });
    }
    let of = List::new(gifts).ok_or_else(|| {
        let text = say!("一张票据最多逐笔列 200 笔", "a receipt names at most 200 gifts");
        Error::new(Kind::Usage, text).hint(say!("改用 --list 清单", "say --list FILE"))
    })?;
    desk.record(vec![Line::Ticket(Box::new(Ticket { of: Some(of), ..ticket }))])
}

/// Where the gifts stand, in the order of the ledger, and what is left of them together.
fn gifts(ledger: &Ledger, named: &[String]) -> Result<(Vec<Place>, Fen), Error> {
    let (mut places, mut sum) = (Vec::new(), Fen::ZERO);
    for what in named {
        let missing = || {
            Error::new(
                Kind::NotFound,
                say!("账本里没有捐款「{what}」", "the ledger has no gift {what:?}"),
            )
        };
        let place = locate(ledger, what)?.ok_or_else(missing)?;
        let line = ledger.line(place).map_err(|why| ledger_error(&why))?;
        let Some(Line::Gift(gift)) = line else { return Err(missing()) };
        sum = sum.plus(left(ledger, place, gift.fen.fen())).unwrap_or(Fen::MAX);
        places.push(place);
    }
    places.sort_unstable();
    Ok((places, sum))
}

/// What is left of a gift of `fen`: nothing if it was reversed.
fn left(ledger: &Ledger, place: Place, fen: Fen) -> Fen {
    match ledger.books().touched.get(&place) {
        Some(touched) if touched.reversed.is_some() => Fen::ZERO,
        Some(touched) => fen.minus(touched.refunded).unwrap_or_default(),
        None => fen,
    }
}

/// Refuses what the rules cannot see on a sealed list: a gift twice, reversed, or on a receipt.
fn free(ledger: &Ledger, gifts: &[Place]) -> Result<(), Error> {
    for (place, next) in gifts.iter().zip(gifts.iter().skip(1)) {
        if place == next {
            let text = say!("清单里 {place} 出现两次", "{place} is on the list twice");
            return Err(Error::new(Kind::Usage, text));
        }
    }
    for place in gifts {
        let books = ledger.books();
        if let Some(on) = books.tickets.gifts.get(place) {
            let ticket = on.ticket;
            let text = say!("{place} 已开在票据 {ticket} 上", "{place} is on the receipt {ticket}");
            return Err(Error::new(Kind::Refused, text));
        }
        if books.touched.get(place).is_some_and(|touched| touched.reversed.is_some()) {
            let text = say!("{place} 已冲正", "{place} was reversed");
            return Err(Error::new(Kind::Refused, text));
        }
    }
    Ok(())
}

/// The list as it is sealed. Without the random line its digest could be guessed from a few gifts.
fn sealed(gifts: &[Place], random: [u8; 16]) -> String {
    let salt = random.iter().fold(String::new(), |mut salt, byte| {
        let _ = write!(salt, "{byte:02x}");
        salt
    });
    let rows: Vec<_> = gifts.iter().map(ToString::to_string).collect();
    format!("yishan/ticket-list/v1\n{salt}\n{}\n", rows.join("\n"))
}

/// Whether the gifts of a receipt that stands are no longer what it says.
fn changed(ledger: &Ledger, known: &Known) -> Result<bool, Error> {
    let line = ledger.line(known.place).map_err(|why| ledger_error(&why))?;
    let Some(Line::Ticket(ticket)) = line else { return Ok(false) };
    let Some(of) = &ticket.of else { return Ok(false) };
    let mut sum = Fen::ZERO;
    for place in of.iter() {
        let line = ledger.line(*place).map_err(|why| ledger_error(&why))?;
        if let Some(Line::Gift(gift)) = line {
            sum = sum.plus(left(ledger, *place, gift.fen.fen())).unwrap_or(Fen::MAX);
        }
    }
    Ok(sum != known.fen)
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (name, known) in ledger.books().tickets.all.iter() {
        let stale = known.standing == Standing::Issued && changed(&ledger, known)?;
        let state = match known.other {
            Some(other) => format!("{} {other}", known.standing.name(lang)),
            None if stale => lang.pick("捐款已变，须红冲", "gifts changed: void it").to_owned(),
            None => known.standing.name(lang).to_owned(),
        };
        rows.push(vec![
            known.place.to_string(),
            name.code.to_string(),
            name.number.to_string(),
            known.on.to_string(),
            known.payer.name(lang).to_owned(),
            known.gifts.to_string(),
            known.fen.grouped(),
            state,
        ]);
        let other = known.other.map(|place| place.to_string());
        json.push(json!({"place": known.place.to_string(), "code": name.code.to_string(), "number": name.number.to_string(), "on": known.on.to_string(), "payer": known.payer.word(), "gifts": known.gifts, "fen": known.fen.get(), "standing": known.standing.word(), "other": other, "changed": stale}));
    }
    let head = lang.pick(
        ["位置", "票据代码", "号码", "日期", "交款人", "笔数", "金额（元）", "状态"],
        ["place", "code", "number", "day", "payer", "gifts", "yuan", "state"],
    );
    Ok(Report::new(table(&head, rows, &[5, 6]), json!({"tickets": json})))
}

fn gaps(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for run in ledger.books().tickets.runs() {
        let span =
            |(a, b): &(String, String)| if a == b { a.clone() } else { format!("{a}–{b}") };
        let missing: Vec<_> = run.missing.iter().map(span).collect();
        let [issued, void, red] = run.counts;
        let fen = run.fen.unwrap_or(Fen::MAX);
        rows.push(vec![
            run.code.to_string(),
            format!("{}–{}", run.first, run.last),
            issued.to_string(),
            void.to_string(),
            red.to_string(),
            fen.grouped(),
            run.gaps.to_string(),
            missing.join(lang.pick("、", ", ")),
        ]);
        json.push(json!({"code": run.code.to_string(), "first": run.first.to_string(), "last": run.last.to_string(), "issued": issued, "void": void, "red": red, "fen": fen.get(), "gaps": run.gaps, "missing": run.missing}));
    }
    let head = lang.pick(
        ["票据代码", "号码", "有效", "已红冲", "红字", "有效金额（元）", "缺号数", "缺号"],
        ["code", "numbers", "standing", "void", "red", "yuan standing", "gaps", "missing"],
    );
    Ok(Report::new(table(&head, rows, &[2, 3, 4, 5, 6]), json!({"codes": json})))
}
