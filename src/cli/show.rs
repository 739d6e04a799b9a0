//! `show`: one entry, or one line of it.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error};
use super::receipt::locate;
use super::say::say;
use super::shell::{Report, Shell};
use super::value::{Unfit, narrow};
use crate::domain::entry::Entry;
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::ledger::{Ledger, Mode};
use serde_json::json;

/// What to show.
#[derive(Clone, Debug)]
enum Wanted {
    Entry(u64),
    /// A place, or anything that leads to one.
    Line(String),
}

/// Show an entry, one line of it, or the line with a reference
#[derive(clap::Args)]
pub(super) struct Args {
    /// An entry (41), a place (41/0), a receipt code, a reference, or the number of a slip or
    /// transaction
    #[arg(value_name = "PLACE", value_parser = wanted)]
    what: Wanted,
    /// Print the entry's exact bytes
    #[arg(long)]
    raw: bool,
}

fn wanted(text: &str) -> Result<Wanted, Unfit> {
    let text = narrow(text);
    let entry = Place::parse(format!("{text}/0").as_bytes()).map(|place| place.entry);
    Ok(entry.map_or(Wanted::Line(text), Wanted::Entry))
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let (number, only) = match &args.what {
        // A long number is one of a bill, as long as there is no such entry.
        Wanted::Entry(number) if *number < ledger.size() => (*number, None),
        Wanted::Entry(number) => match locate(&ledger, &number.to_string())? {
            Some(place) => (place.entry, Some(place.line)),
            None => return Err(missing(&ledger, *number)),
        },
        Wanted::Line(what) => {
            let place = locate(&ledger, what)?.ok_or_else(|| {
                let text = say!("账本里没有「{what}」", "the ledger has no {what:?}");
                Error::new(Kind::NotFound, text).hint(say!(
                    "写成 41、41/0、回执码、凭号或单号",
                    "an entry such as 41, a place such as 41/0, a receipt code, a reference or a number"
                ))
            })?;
            (place.entry, Some(place.line))
        }
    };
    let bytes = ledger
        .entry(number)
        .map_err(|why| ledger_error(&why))?
        .ok_or_else(|| missing(&ledger, number))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (entry, _) = Entry::decode(&bytes).map_err(|why| {
        Error::because(say!("第 {number} 号记录读不懂", "entry {number} cannot be read"), &why)
    })?;
    tell(&entry, only, shell, &ledger, args.raw.then_some(text))
}

fn missing(ledger: &Ledger, number: u64) -> Error {
    let size = ledger.size();
    Error::new(
        Kind::NotFound,
        say!(
            "没有第 {number} 号记录，账本共 {size} 条，从 0 数起",
            "there is no entry {number}: the ledger has {size}, counted from 0"
        ),
    )
}

fn tell(
    entry: &Entry,
    only: Option<u16>,
    shell: &Shell<'_>,
    ledger: &Ledger,
    raw: Option<String>,
) -> Result<Report, Error> {
    let (lang, seq, by, at) = (shell.lang, entry.seq, entry.voucher.by, entry.at);
    let mut text = vec![lang.pick(
        format!("第 {seq} 号记录  {at}  {by} 签字"),
        format!("entry {seq}  {at}  signed by {by}"),
    )];
    let mut lines = Vec::new();
    for (line, number) in entry.voucher.lines.iter().zip(0_u16..) {
        if only.is_some_and(|only| only != number) {
            continue;
        }
        let (place, told) = (Place { entry: seq, line: number }, line.tell(lang));
        let state = state(ledger, place, lang);
        text.push(format!("  {place}  {told}{state}"));
        lines.push(json!({"place": place.to_string(), "kind": line.tag(), "text": told}));
    }
    if lines.is_empty() {
        let line = only.unwrap_or_default();
        return Err(Error::new(
            Kind::NotFound,
            say!("第 {seq} 号记录没有第 {line} 行", "entry {seq} has no line {line}"),
        ));
    }
    let json =
        json!({"entry": seq, "by": by.as_str(), "at": at.to_string(), "lines": lines, "raw": raw});
    Ok(Report::new(raw.unwrap_or_else(|| text.join("\n")), json))
}

/// What became of a line: a proposal's state, a reversal, a refund.
fn state(ledger: &Ledger, place: Place, lang: crate::domain::text::Lang) -> String {
    let books = ledger.books();
    let mut states = Vec::new();
    states.extend(books.proposals.get(&place).map(|p| p.state.name(lang).to_owned()));
    if let Some(touched) = books.touched.get(&place) {
        states.extend(
            touched
                .reversed
                .map(|by| lang.pick(format!("已由 {by} 冲正"), format!("reversed by {by}"))),
        );
        states.extend(
            touched
                .refund
                .map(|by| lang.pick(format!("已退款，见 {by}"), format!("refunded, see {by}"))),
        );
    }
    let slip = books.goods.slips.get(&place);
    states.extend(slip.map(|slip| slip.state.name(lang).to_owned()));
    states.extend(
        slip.and_then(|slip| slip.then)
            .map(|by| lang.pick(format!("见 {by}"), format!("see {by}"))),
    );
    let acknowledged = books.payments.get(&place).and_then(|p| p.acknowledged);
    states.extend(
        acknowledged
            .map(|by| lang.pick(format!("已由 {by} 签收"), format!("acknowledged by {by}"))),
    );
    let back = books.payments.get(&place).filter(|payment| payment.back.0 > Fen::ZERO);
    states.extend(back.map(|payment| {
        let fen = payment.back.0;
        lang.pick(format!("已收回 {fen:#} 元"), format!("{fen:#} yuan clawed back"))
    }));
    let sale = books.goods.sales.get(&place);
    states.extend(sale.map(|sale| {
        let (received, fen) = (sale.received, sale.fen);
        lang.pick(
            format!("已收 {received:#} 元，共 {fen:#}"),
            format!("{received:#} of {fen:#} yuan paid"),
        )
    }));
    let opening = books.boxes.openings.get(&place);
    states.extend(opening.and_then(|opening| opening.booked).map(|booked| {
        let by = booked.at;
        lang.pick(format!("已由 {by} 复点入账"), format!("counted again and booked by {by}"))
    }));
    states.extend(opening.filter(|opening| opening.left() > Fen::ZERO).map(|opening| {
        let left = opening.left();
        lang.pick(format!("{left:#} 元还没存"), format!("{left:#} yuan not in the bank yet"))
    }));
    if states.is_empty() {
        String::new()
    } else {
        format!("  [{}]", states.join(lang.pick("，", ", ")))
    }
}
