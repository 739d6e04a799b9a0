//! `close`: the numbers of a day or a year, stated in the ledger.

use super::desk::Desk;
use super::error::Error;
use super::export::Earlier;
use super::fund::Since;
use super::say::{Say, say};
use super::shell::{Report, Shell, table};
use super::{unlock, value};
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::close::Close;
use crate::domain::line::years::year::Year;
use crate::domain::refusal::Both;
use crate::domain::sums::{Balance, Move, Moves};
use crate::domain::text::{Lang, Place, Text};
use crate::domain::time::Day;

/// Close a day, or a year: state what moved and where that leaves the fund
#[derive(clap::Args)]
pub(super) struct Args {
    /// The day, that of the last entry if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    day: Option<Day>,
    /// Close this year as a whole, once it is over and its days are closed
    #[arg(long, value_name = "YEAR", conflicts_with = "day", value_parser = clap::value_parser!(u64).range(2000..=2199))]
    year: Option<u64>,
    /// Why something still waits at the end of the year, nothing about a person
    #[arg(long, value_name = "TEXT", requires = "year", value_parser = value::text)]
    why: Option<Text>,
    /// The newest checkpoint published, if this fund was restored; none if there never was one
    #[arg(long, value_name = "NOTE", value_parser = Since::parse)]
    since: Option<Since>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    if let Some(year) = args.year {
        return close_year(&mut desk, year, args.why);
    }
    let day = args.day.map_or_else(|| open_day(&desk), Ok)?;
    // A key that cannot be used says so before anything is recorded.
    let signer = unlock::log_signer(desk.shell, &desk.fund, false)?;
    if let Some(signer) = &signer {
        let key = signer.verifier();
        desk.fund.may_sign(desk.shell, &mut desk.ledger, &key, args.since.as_ref())?;
    }
    let close = Close::of(desk.ledger.books(), day);
    let lang = desk.shell.lang;
    desk.shell.talk(&numbers(&close, lang))?;
    let mut report = desk.record(vec![Line::Close(Box::new(close))])?;
    // A day is published under a checkpoint; a log key that lies open signs it at once.
    if let Some(signer) = signer {
        let signed = desk.ledger.sign_checkpoint(&signer);
        let note = signed.map_err(|why| unsigned(&why, desk.ledger.size()))?;
        let size = desk.ledger.size();
        report.text.push_str(&lang.pick(
            format!("\n检查点已签，共 {size} 条记录"),
            format!("\ncheckpoint signed over {}", agreed!("{size} entries")),
        ));
        if let Some(json) = report.json.as_object_mut() {
            json.insert("checkpoint".into(), note.into());
        }
    }
    Ok(report)
}

/// Closes a year: shows what it came to and what still waits, and records it.
fn close_year(desk: &mut Desk<'_, '_>, year: u64, why: Option<Text>) -> Result<Report, Error> {
    let right = Year::of(desk.ledger.books(), &Earlier(&desk.ledger), year)?;
    let year = Year { why, ..right };
    let lang = desk.shell.lang;
    let head = lang.pick(format!("{} 年", year.year), format!("the year {}", year.year));
    let mut text = vec![sums(&head, OF_YEAR, &year.opening, &year.moved, &year.closing, lang)];
    for (kind, tally) in Move::ALL.iter().map(|kind| (kind, year.prior.0.of(*kind))) {
        let (name, count, fen) = (kind.name(lang), tally.count, tally.fen.grouped());
        if count > 0 {
            text.push(lang.pick(
                format!("其中冲正以前年度的{name} {count} 笔 {fen} 元"),
                agreed!("of what was reversed, {name} of years before: {count}, {fen} yuan"),
            ));
        }
    }
    let banks: Vec<_> = year.unreconciled.iter().map(ToString::to_string).collect();
    let (waiting, open, banks) = (year.waiting, year.unacknowledged, banks.join(" "));
    text.push(lang.pick(
        format!("待审批 {waiting} 项，未签收 {open} 笔，未对账到年末的银行账户：{banks}"),
        agreed!("{waiting} proposals wait, {open} payments not acknowledged, bank accounts not reconciled to the end: {banks}"),
    ));
    desk.shell.talk(text.join("\n").trim_end_matches([' ', ':', '：']))?;
    desk.record(vec![Line::Year(Box::new(year))])
}

/// The close is recorded, as the last of `size` entries, and its checkpoint is not signed.
fn unsigned(why: &crate::ledger::Error, size: u64) -> Error {
    let place = Place { entry: size.saturating_sub(1), line: 0 };
    let text = say!(
        "已记账 {place}，但检查点没签成",
        "recorded {place}, but its checkpoint was not signed"
    );
    let mut error = Error::because(text, why);
    let todo = say!(
        "日结已在账本里，不要再做；排除原因后 yishan publish 会补签",
        "the close is in the ledger, do not do it again; yishan publish signs once the cause is gone"
    );
    let hint = match error.hint.take() {
        Some(first) => Say {
            zh: format!("{}；{}", todo.zh, first.zh),
            en: format!("{}; {}", todo.en, first.en),
        },
        None => todo,
    };
    error.hint(hint)
}

/// The day that waits to be closed: a close after midnight is still that of the evening before.
fn open_day(desk: &Desk<'_, '_>) -> Result<Day, Error> {
    let books = desk.ledger.books();
    let last = books.last.map(|at| at.wall.day());
    let waiting = last.filter(|day| books.closed().is_none_or(|(closed, _)| *day > closed));
    waiting.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)
}

/// What the close states, as a table.
fn numbers(close: &Close, lang: Lang) -> String {
    let head = format!("{} {}", lang.pick("日结", "close of"), close.day);
    sums(&head, OF_DAY, &close.opening, &close.moved, &close.closing, lang)
}

/// What is held before and after the movements of a day's close, and of a year's.
const OF_DAY: [Both; 2] =
    [Both("上次结存", "held at the last close"), Both("本次结存", "held now")];
const OF_YEAR: [Both; 2] = [
    Both("年初结存", "held at the beginning of the year"),
    Both("年末结存", "held at the end of the year"),
];

/// What was there, what moved and what is there now, as a table.
fn sums(
    head: &str,
    [before, after]: [Both; 2],
    opening: &Balance,
    moved: &Moves,
    closing: &Balance,
    lang: Lang,
) -> String {
    let mut rows = Vec::new();
    for (kind, done, undone) in moved.each() {
        for (tally, name) in [
            (done, kind.name(lang).to_owned()),
            (
                undone,
                lang.pick(
                    format!("冲正{}", kind.name(lang)),
                    format!("{} reversed", kind.name(lang)),
                ),
            ),
        ] {
            if tally.count > 0 {
                rows.push(vec![name, tally.count.to_string(), tally.fen.grouped()]);
            }
        }
    }
    let (opening, closing) = (opening.held.total(), closing.held.total());
    rows.insert(0, vec![before.pick(lang).into(), String::new(), opening.grouped()]);
    rows.push(vec![after.pick(lang).into(), String::new(), closing.grouped()]);
    table(&[head, lang.pick("笔数", "count"), lang.pick("金额（元）", "yuan")], rows, &[1, 2])
}
