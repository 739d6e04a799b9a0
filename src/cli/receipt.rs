//! `receipt`: the file that proves one line without the site.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, write_new};
use super::say::say;
use super::shell::{Report, Shell};
use super::unlock;
use crate::domain::line::open;
use crate::domain::text::{Place, Ref};
use crate::import::number;
use crate::ledger::{Ledger, Mode};
use crate::publish::{Code, Receipt};
use crate::tlog::leaf_hash;
use serde_json::json;
use std::path::PathBuf;

/// Make the receipt of a gift or payment
#[derive(clap::Args)]
pub(super) struct Args {
    /// A place (41/0), a reference, or the number of a slip or transaction
    #[arg(value_name = "NUMBER")]
    what: String,
    /// Write it into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
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
    let code = Code::new(place, leaf_hash(receipt.entry())).map(|code| code.to_string());
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

/// The place that `what` names: itself, or where its reference, or that of its number, is booked.
fn locate(ledger: &Ledger, what: &str) -> Result<Option<Place>, Error> {
    if let Some(place) = Place::parse(what.as_bytes()) {
        return Ok(Some(place));
    }
    let origin = ledger.origin().as_str();
    let channels = open::Place::ALL.iter().map(|kind| kind.word());
    let numbered = channels.flat_map(|channel| {
        // What was booked as it was typed is found as it was typed.
        let plain = number::plain(channel, what).unwrap_or(what.into());
        [plain, what.into()].map(|n| crate::seal::reference(origin, channel, &n).ok())
    });
    let numbered = numbered.flatten().map(Ref);
    for reference in Ref::parse(what.as_bytes()).into_iter().chain(numbered) {
        if let Some(place) = ledger.find(reference).map_err(|why| ledger_error(&why))? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}
