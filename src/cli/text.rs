//! `text`: what the treasurer pastes into the donors' group.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error};
use super::say::say;
use super::shell::{Report, Shell};
use super::{unlock, value};
use crate::domain::time::Day;
use crate::ledger::Mode;
use crate::publish::group_text;
use serde_json::json;

/// Print the text for the donors' group
#[derive(clap::Args)]
pub(super) struct Args {
    /// The day, the last closed one if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    day: Option<Day>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let signer = unlock::log_key(shell, &fund)?;
    let mut ledger = fund.ledger(shell, Mode::Write)?;
    let last = ledger.books().closed().map(|(day, _)| day);
    let none = || {
        let text = say!("还没有日结", "no day is closed yet");
        Error::new(Kind::NotFound, text).hint(say!("yishan close", "yishan close"))
    };
    let day = args.day.or(last).ok_or_else(none)?;
    // The text names the fingerprint of what is published: that of a signed checkpoint.
    fund.may_sign(shell, &mut ledger, &signer.verifier(), None)?;
    let note = ledger.sign_checkpoint(&signer).map_err(|why| ledger_error(&why))?;
    let facts =
        ledger.facts(note, signer.verifier().to_string()).map_err(|why| ledger_error(&why))?;
    let text = group_text(&facts, day, fund.config.url.as_deref(), shell.lang);
    let text =
        text.map_err(|why| Error::because(say!("写不出群消息", "the text cannot be made"), &why))?;
    let text = text
        .ok_or_else(|| Error::new(Kind::NotFound, say!("{day} 没有日结", "{day} is not closed")))?;
    Ok(Report::new(text.trim_end(), json!({"day": day.to_string(), "text": text})))
}
