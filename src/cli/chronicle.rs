//! `chronicle`: 大事记, the ledger's own history.

use super::error::{Error, Kind};
use super::export::{Earlier, entry_of, stopped};
use super::fund::{Fund, write_new};
use super::say::say;
use super::shell::{Report, Shell};
use super::value::word;
use crate::chronicle::{Chronicle, Format};
use crate::domain::english::agreed;
use crate::ledger::Mode;
use serde_json::json;
use std::path::PathBuf;

/// Tell the fund's history: its founding, firsts, round numbers, corrections, month by month
#[derive(clap::Args)]
pub(super) struct Args {
    /// Only this year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2000..=2199))]
    year: Option<i32>,
    /// As text, Markdown or a page to print
    // Its id is its own: a common option signs as somebody.
    #[arg(id = "as_format", long = "format", value_name = "FORMAT", default_value = "text", value_parser = word!(Format))]
    format: Format,
    /// Write into this file, which is not there yet
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let lang = shell.lang;
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let entry = |number| entry_of(&ledger, number);
    let chronicle = Chronicle::of(ledger.replay(), &Earlier(&ledger), entry).map_err(stopped)?;
    let chronicle = match args.year {
        Some(year) => chronicle.in_year(year),
        None => chronicle,
    };
    if let (Some(year), true) = (args.year, chronicle.months.is_empty()) {
        let text = say!("账本里没有 {year} 年的记录", "the ledger has nothing of {year}");
        return Err(Error::new(Kind::NotFound, text));
    }
    let text = chronicle.render(args.format, lang);
    let Some(file) = args.out else {
        return Ok(Report::new(text.trim_end(), json!({"chronicle": chronicle.object()})));
    };
    write_new(&shell.path(&file), format!("{}\n", text.trim_end()).as_bytes(), false)?;
    let (shown, months) = (file.display(), chronicle.months.len());
    let told = lang.pick(
        format!("大事记已写入 {shown}，共 {months} 个月"),
        agreed!("the chronicle of {months} months is in {shown}"),
    );
    let json = json!({"file": shown.to_string(), "chronicle": chronicle.object()});
    Ok(Report::new(told, json))
}
