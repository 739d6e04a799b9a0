//! `text`: what the treasurer pastes into the donors' group.

use super::error::{Error, Kind};
use super::fund::{Fund, ledger_error, write_new};
use super::picture::{Fonts, poster};
use super::say::say;
use super::shell::{Report, Shell};
use super::{unlock, value};
use crate::domain::time::Day;
use crate::ledger::Mode;
use crate::publish::{Address, Bulletin};
use serde_json::json;
use std::path::PathBuf;

/// Print the text for the donors' group
#[derive(clap::Args)]
pub(super) struct Args {
    /// The day, the last closed one if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    day: Option<Day>,
    /// Paint a poster of it into this PNG file
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Use this font file
    #[arg(long, value_name = "FILE", requires = "png")]
    font: Option<PathBuf>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let signer = unlock::log_key(shell, &fund)?;
    let ledger = fund.ledger(shell, Mode::Read)?;
    let last = ledger.books().closed().map(|(day, _)| day);
    let none = || {
        let text = say!("还没有日结", "no day is closed yet");
        Error::new(Kind::NotFound, text).hint(say!("yishan close", "yishan close"))
    };
    let day = args.day.or(last).ok_or_else(none)?;
    // Nothing is signed here: the close was, and the text names the fingerprint after it.
    let (signed, note) =
        ledger.last_checkpoint().map_or((0, Vec::new()), |kept| (kept.size, kept.note.clone()));
    let note = String::from_utf8_lossy(&note).into_owned();
    let facts =
        ledger.facts(note, signer.verifier().to_string()).map_err(|why| ledger_error(&why))?;
    let told = Bulletin::of(&facts, day);
    let told =
        told.map_err(|why| Error::because(say!("写不出群消息", "the text cannot be made"), &why))?;
    let told = told
        .ok_or_else(|| Error::new(Kind::NotFound, say!("{day} 没有日结", "{day} is not closed")))?;
    if signed < told.size {
        let text = say!(
            "{day} 的日结还没有检查点签过，群里的指纹没有人能核对",
            "no checkpoint has signed the close of {day} yet, and nobody could check its fingerprint"
        );
        let hint = say!("先公示：yishan publish", "publish it first: yishan publish");
        return Err(Error::new(Kind::CouldNot, text).hint(hint));
    }
    let (address, lang) = (fund.address()?, shell.lang);
    let address = address.as_ref().map(Address::as_str);
    if let Some(file) = &args.png {
        let font = args.font.as_deref().map(|font| shell.path(font));
        let fonts = Fonts::find(font.as_deref(), &shell.ctx.env)?;
        let bytes = poster(&told, address, lang)?.png(&fonts)?;
        write_new(&shell.path(file), &bytes, false)?;
        let shown = file.display();
        let written = say!("海报已写入 {shown}", "the poster is written to {shown}");
        shell.talk(written.text(lang))?;
    }
    let text = told.text(address, lang);
    let png = args.png.map(|file| file.display().to_string());
    Ok(Report::new(text.trim_end(), json!({"day": day.to_string(), "text": text, "png": png})))
}
