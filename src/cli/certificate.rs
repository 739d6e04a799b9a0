//! `certificate`: what a donor keeps, a school hangs up, or the office prints and seals.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, read, write_new};
use super::picture::{Certificate, Fonts, page};
use super::receipt::{link, locate};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::value::{self, Unfit};
use crate::domain::books::Touched;
use crate::domain::english::agreed;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::gift::Gift;
use crate::domain::refusal::Both;
use crate::domain::text::{Lang, Place, is_hidden};
use crate::domain::time::Day;
use crate::fingerprint::fingerprint;
use crate::ledger::{Ledger, Mode};
use crate::publish::Code;
use crate::tlog::{Checkpoint, leaf_hash};
use serde_json::json;
use std::path::PathBuf;

/// The most certificates that are made at once.
const MAX: usize = 1_000;

/// The longest name on a certificate, in characters.
const MAX_NAME: usize = 24;

/// Draw the certificate of a published gift
#[derive(clap::Args)]
pub(super) struct Args {
    /// A place (41/0), a receipt code, a reference, or the number of a slip or transaction
    #[arg(value_name = "NUMBER", required_unless_present = "all_of")]
    what: Vec<String>,
    /// Draw that of every gift of this closed day
    #[arg(long, value_name = "DAY", value_parser = value::day, conflicts_with = "what")]
    all_of: Option<Day>,
    /// Paint it into this PNG file; into this folder, if there are several
    #[arg(long, value_name = "FILE", required_unless_present = "html")]
    out: Option<PathBuf>,
    /// Write a page to be printed into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// As the donor wants to be called, on the certificate and nowhere else
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// Use this font file
    #[arg(long, value_name = "FILE")]
    font: Option<PathBuf>,
}

/// A name to be printed.
fn name(text: &str) -> Result<String, Unfit> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= MAX_NAME && !text.contains(is_hidden);
    fits.then(|| text.to_owned()).ok_or(Unfit(Both(
        "称呼最多 24 个字，不能有不可见字符",
        "a name of at most 24 characters, none of them hidden",
    )))
}

/// What was published last.
struct Published {
    size: u64,
    fingerprint: String,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let ledger = fund.ledger(shell, Mode::Read)?;
    let published = published(&fund, &ledger)?;
    let places = match args.all_of {
        Some(day) => gifts_of(&ledger, day)?,
        None => args.what.iter().map(|what| find(&ledger, what)).collect::<Result<_, _>>()?,
    };
    if places.len() > MAX {
        let len = places.len();
        let text = say!(
            "{len} 张太多，一次最多 {MAX} 张",
            "{len} certificates are too many, {MAX} at once"
        );
        return Err(Error::new(Kind::Usage, text));
    }
    let make = |place: &Place| {
        let made = certificate(&fund, &ledger, &published, *place, shell.lang)?;
        Ok(Certificate { name: args.name.clone(), ..made })
    };
    let made = places.iter().map(make).collect::<Result<Vec<_>, Error>>()?;
    let mut written = Vec::new();
    if let Some(out) = &args.out {
        let font = args.font.as_deref().map(|font| shell.path(font));
        let fonts = Fonts::find(font.as_deref(), &shell.ctx.env)?;
        for one in &made {
            let file = if places.len() == 1 { out.clone() } else { out.join(file_name(one)) };
            write_new(&shell.path(&file), &one.sheet()?.png(&fonts)?, false)?;
            written.push(file.display().to_string());
        }
    }
    if let Some(html) = &args.html {
        write_new(&shell.path(html), page(&made)?.as_bytes(), false)?;
        written.push(html.display().to_string());
    }
    Ok(report(&made, &written, shell.lang))
}

fn report(made: &[Certificate], written: &[String], lang: Lang) -> Report {
    let (count, files) = (made.len(), written.join(" "));
    let all = made.iter().map(|one| json!({"place": one.place.to_string(), "code": one.code}));
    let json = json!({"certificates": all.collect::<Vec<_>>(), "files": written});
    let text = match written.split_first() {
        Some((_, [_, _, ..])) | None => lang.pick(
            format!("{count} 张证书，写了 {} 个文件", written.len()),
            agreed!("{count} certificates in {} files", written.len()),
        ),
        _ => lang.pick(
            format!("{count} 张证书已写入 {files}"),
            format!("certificates: {count}, written to {files}"),
        ),
    };
    Report::new(text, json)
}

/// The file of one of many: its code names it.
fn file_name(certificate: &Certificate) -> String {
    format!("{}.png", certificate.code)
}

/// The published checkpoint, which this ledger must have signed.
fn published(fund: &Fund, ledger: &Ledger) -> Result<Published, Error> {
    let folder = fund.public();
    let Some(kept) = Fund::same_history_in(&folder, ledger)? else {
        let at = folder.display();
        return Err(waiting(&say!("{at} 里还没有公示过", "nothing was published in {at} yet")).hint(say!(
            "yishan publish；公示在别处的话，在 fund.toml 里写 publish = \"那个文件夹\"",
            "yishan publish; if that is another folder, name it in fund.toml: publish = \"folder\""
        )));
    };
    let key = read(&folder.join("log.vkey"), 1024)?;
    let key = value::vkey(String::from_utf8_lossy(&key).trim_end())
        .map_err(|unfit| Error::new(Kind::CouldNot, unfit.0.into()))?;
    let (checkpoint, _) = Checkpoint::open(&kept.note, &key, &[]).map_err(|why| {
        let text = say!("公示的检查点读不懂", "the published checkpoint cannot be read");
        Error::because(text, &why)
    })?;
    Ok(Published { size: checkpoint.size(), fingerprint: fingerprint(&checkpoint.root().0) })
}

/// Not published yet.
fn waiting(why: &Say) -> Error {
    let (zh, en) = (&why.zh, &why.en);
    let text = say!("等待公布：{zh}", "waiting to be published: {en}");
    Error::new(Kind::NotFound, text).hint(say!("yishan publish", "yishan publish"))
}

fn find(ledger: &Ledger, what: &str) -> Result<Place, Error> {
    let missing =
        || Error::new(Kind::NotFound, say!("账本里没有「{what}」", "the ledger has no {what:?}"));
    locate(ledger, what)?.ok_or_else(missing)
}

/// The gifts recorded on a closed day that are still the fund's, in order.
fn gifts_of(ledger: &Ledger, day: Day) -> Result<Vec<Place>, Error> {
    let books = ledger.books();
    let before = books.days.iter().rev().find(|(other, _)| **other < day);
    let from = before.map_or(0, |(_, entry)| entry + 1);
    let Some(end) = books.days.get(&day) else {
        return Err(Error::new(Kind::NotFound, say!("{day} 没有日结", "{day} is not closed")));
    };
    let mut places = Vec::new();
    for entry in from..*end {
        let lines = ledger.lines(entry).map_err(|why| ledger_error(&why))?;
        for (line, at) in lines.iter().zip(0..) {
            let place = Place { entry, line: at };
            if let Line::Gift(gift) = line
                && still(gift, &touched(ledger, place))
            {
                places.push(place);
            }
        }
    }
    if places.is_empty() {
        return Err(Error::new(Kind::NotFound, say!("{day} 没有捐款", "{day} has no gifts")));
    }
    Ok(places)
}

fn touched(ledger: &Ledger, place: Place) -> Touched {
    ledger.books().touched.get(&place).cloned().unwrap_or_default()
}

/// Whether any of the gift is still the fund's.
fn still(gift: &Gift, touched: &Touched) -> bool {
    touched.reversed.is_none() && touched.refunded < gift.fen.fen()
}

/// What the published ledger says about the gift at `place`.
fn certificate(
    fund: &Fund,
    ledger: &Ledger,
    published: &Published,
    place: Place,
    lang: Lang,
) -> Result<Certificate, Error> {
    let none =
        || Error::new(Kind::NotFound, say!("账本里没有 {place}", "the ledger has no line {place}"));
    let bytes = ledger.entry(place.entry).map_err(|why| ledger_error(&why))?.ok_or_else(none)?;
    if place.entry >= published.size {
        return Err(waiting(&say!(
            "{place} 已记账，还没有公示",
            "{place} is recorded and not published"
        )));
    }
    let (entry, _) = Entry::decode(&bytes)
        .map_err(|why| Error::because(say!("{place} 读不懂", "{place} cannot be read"), &why))?;
    let line = entry.voucher.lines.get(usize::from(place.line)).ok_or_else(none)?;
    let Line::Gift(gift) = line else {
        let (zh, en) = (line.tell(Lang::Zh), line.tell(Lang::En));
        let text = say!("{place} 不是捐款：{zh}", "{place} is no gift: {en}");
        return Err(Error::new(Kind::Usage, text));
    };
    let touched = touched(ledger, place);
    if !still(gift, &touched) {
        let by = touched.reversed.or(touched.refund).unwrap_or(place);
        let text = say!(
            "{place} 的捐款已退还或冲正，见 {by}，不能开证书",
            "the gift at {place} was given or booked back, see {by}: no certificate"
        );
        return Err(Error::new(Kind::Refused, text));
    }
    let code = Code::new(place, leaf_hash(&bytes)).ok_or_else(none)?.to_string();
    let founded = ledger.books().founded()?;
    Ok(Certificate {
        lang,
        fund: founded.name.to_string(),
        holder: founded.holder.to_string(),
        name: None,
        day: gift.paid.day(),
        fen: gift.fen.fen(),
        refunded: touched.refunded,
        place,
        link: link(fund, &code, lang)?,
        code,
        fingerprint: published.fingerprint.clone(),
        size: published.size,
    })
}
