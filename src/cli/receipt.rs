//! `receipt`: the file that proves one line without the site.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, write_new};
use super::picture::Qr;
use super::say::say;
use super::shell::{Report, Shell};
use super::slip::{Suffix, refs};
use super::unlock;
use super::value::Unfit;
use crate::domain::refusal::Both;
use crate::domain::text::{Lang, Place, Ref};
use crate::ledger::{Ledger, Mode};
use crate::publish::{Code, CodeError, Receipt};
use crate::tlog::leaf_hash;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Make the receipt of a gift or payment
#[derive(clap::Args)]
pub(super) struct Args {
    /// A place (41/0), a receipt code, a reference, or the number of a slip or transaction
    #[arg(value_name = "NUMBER")]
    what: String,
    /// Write it into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw the QR code that checks it into this file, .svg or .png
    #[arg(long, value_name = "FILE", value_parser = picture)]
    qr: Option<PathBuf>,
}

/// A file whose name tells which kind of picture it is to be.
fn picture(text: &str) -> Result<PathBuf, Unfit> {
    let file = PathBuf::from(text);
    let fits = is(&file, "svg") || is(&file, "png");
    fits.then_some(file)
        .ok_or(Unfit(Both("文件名以 .svg 或 .png 结尾", "a file whose name ends in .svg or .png")))
}

/// Whether the name of `file` ends so.
fn is(file: &Path, end: &str) -> bool {
    file.extension().is_some_and(|found| found.eq_ignore_ascii_case(end))
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let signer = unlock::log_key(shell, &fund)?;
    let mut ledger = fund.ledger(shell, Mode::Write)?;
    let what = &args.what;
    let missing =
        || Error::new(Kind::NotFound, say!("账本里没有「{what}」", "the ledger has no {what:?}"));
    let place = locate(&ledger, what)?.ok_or_else(missing)?;
    fund.may_sign(shell, &mut ledger, &signer.verifier(), None)?;
    let note = ledger.sign_checkpoint(&signer).map_err(|why| ledger_error(&why))?;
    let facts =
        ledger.facts(note, signer.verifier().to_string()).map_err(|why| ledger_error(&why))?;
    let receipt = Receipt::make(&facts, place);
    let receipt = receipt
        .map_err(|why| Error::because(say!("开不出回执", "the receipt cannot be made"), &why))?;
    let receipt = receipt.ok_or_else(missing)?;
    warn(shell, &ledger, place)?;
    let code = Code::new(place, leaf_hash(receipt.entry())).map(|code| code.to_string());
    if let (Some(file), Some(code)) = (&args.qr, &code) {
        let qr = Qr::new(&link(&fund, code, shell.lang)?)?;
        let bytes = if is(file, "svg") { qr.svg().into_bytes() } else { qr.png()? };
        write_new(&shell.path(file), &bytes, false)?;
    }
    let text = receipt.to_string();
    let json = json!({"place": place.to_string(), "code": code, "receipt": text});
    let Some(file) = args.out else {
        return Ok(Report::new(text.trim_end(), json));
    };
    write_new(&shell.path(&file), text.as_bytes(), false)?;
    let (shown, code) = (file.display(), code.unwrap_or_default());
    let told = shell.lang.pick(
        format!("{place} 的回执已写入 {shown}\n回执码 {code}"),
        format!("receipt of {place} written to {shown}\nreceipt code {code}"),
    );
    Ok(Report::new(told, json))
}

/// Says if a line was booked back or a gift given back: its receipt stays true, and says nothing of
/// that.
fn warn(shell: &mut Shell<'_>, ledger: &Ledger, place: Place) -> Result<(), Error> {
    let Some(touched) = ledger.books().touched.get(&place) else { return Ok(()) };
    let refunded = touched.refunded.grouped();
    let what = match (touched.reversed, touched.refund) {
        (Some(by), _) => say!("{place} 已由 {by} 冲正", "{place} was reversed by {by}"),
        (None, Some(by)) => say!(
            "{place} 已退还 {refunded} 元，见 {by}",
            "{refunded} yuan of {place} were given back, see {by}"
        ),
        (None, None) => return Ok(()),
    };
    let (zh, en) = (what.zh, what.en);
    let text = say!(
        "注意：{zh}；回执只证明当时记过这一笔",
        "note: {en}; the receipt proves only that it was recorded"
    );
    shell.talk(text.text(shell.lang))
}

/// What a QR code says about the line with this receipt code: the address of the page that checks
/// it, or the code alone where `fund.toml` names no address. The code stands behind the `#`, so
/// that no web server learns it.
pub(super) fn link(fund: &Fund, code: &str, lang: Lang) -> Result<String, Error> {
    let Some(address) = fund.address()? else { return Ok(code.to_owned()) };
    let (address, en) = (address.as_str(), lang.pick("", "en/"));
    Ok(format!("{address}{en}r/index.html#{code}"))
}

/// The place that `what` names: itself, that of a receipt code, or where its reference, or that of
/// its number, is booked.
pub(super) fn locate(ledger: &Ledger, what: &str) -> Result<Option<Place>, Error> {
    if let Some(place) = Place::parse(what.as_bytes()) {
        return Ok(Some(place));
    }
    match Code::parse(what) {
        Ok(code) => {
            let entry = ledger.entry(code.place().entry).map_err(|why| ledger_error(&why))?;
            let same = entry.is_some_and(|entry| code.fits(leaf_hash(&entry)));
            return Ok(same.then_some(code.place()));
        }
        Err(CodeError::Typo(code)) => {
            return Err(Error::new(
                Kind::NotFound,
                say!(
                    "回执码 {code} 抄错了：末位和前面对不上",
                    "the receipt code {code} is mistyped: its last character does not fit the others"
                ),
            ));
        }
        Err(_) => {}
    }
    let numbered = refs(ledger.origin().as_str(), what, &Suffix::ALL);
    for reference in Ref::parse(what.as_bytes()).into_iter().chain(numbered) {
        if let Some(place) = ledger.find(reference).map_err(|why| ledger_error(&why))? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}
