//! `export`: the ledger for other people's programs.

use super::error::{Error, Kind};
use super::fund::{Fund, create_with, ledger_error, unwritten};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::value;
use crate::domain::books::Past;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::text::{Lang, Place};
use crate::domain::time::Day;
use crate::export::beancount::Beancount;
use crate::export::hledger::Hledger;
use crate::export::rows::{Csv, JsonLines};
use crate::export::{self, Format, Span, Stop};
use crate::ledger::{Ledger, Mode};
use serde_json::json;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

/// Write the movements of money for another program
#[derive(clap::Args)]
pub(super) struct Args {
    /// For which program
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: To,
    /// The first day, everything before it as opening balances
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    from: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    until: Option<Day>,
    /// Write into this file, which is not there yet
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A program that reads the ledger.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum To {
    #[value(help = None)]
    Hledger,
    #[value(help = None)]
    Beancount,
    #[value(help = None)]
    Csv,
    #[value(help = None)]
    Jsonl,
}

impl To {
    fn format(self) -> Box<dyn Format> {
        match self {
            To::Hledger => Box::new(Hledger::default()),
            To::Beancount => Box::new(Beancount::default()),
            To::Csv => Box::new(Csv),
            To::Jsonl => Box::new(JsonLines),
        }
    }
}

/// Earlier lines, for the rules.
pub(super) struct Earlier<'l>(pub(super) &'l Ledger);

impl Past for Earlier<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        self.0.line(place).ok().flatten()
    }
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    if let (Some(from), Some(until)) = (args.from, args.until)
        && from > until
    {
        let text =
            say!("--from {from} 晚于 --until {until}", "--from {from} is after --until {until}");
        return Err(Error::new(Kind::Usage, text));
    }
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let span = Span { from: args.from, until: args.until };
    let mut format = args.to.format();
    let Some(file) = &args.out else {
        let mut text = String::new();
        write(&ledger, span, &mut *format, |piece| {
            text.push_str(piece);
            Ok(())
        })?;
        let lines: Vec<_> = text.lines().collect();
        return Ok(Report::new(lines.join("\n").trim_end(), json!({"lines": lines})));
    };
    let path = shell.path(file);
    let mut count = 0;
    create_with(&path, |out| {
        let mut out = BufWriter::new(out);
        count = write(&ledger, span, &mut *format, |piece| {
            out.write_all(piece.as_bytes()).map_err(|why| unwritten(&path, &why))
        })?;
        out.into_inner().map_err(|why| unwritten(&path, why.error()))
    })?;
    let shown = file.display().to_string();
    let text = shell.lang.pick(
        format!("写好 {shown}：{count} 笔资金变动"),
        agreed!("wrote {shown}: {count} movements of money"),
    );
    Ok(Report::new(text, json!({"file": shown, "movements": count})))
}

fn write(
    ledger: &Ledger,
    span: Span,
    format: &mut dyn Format,
    put: impl FnMut(&str) -> Result<(), Error>,
) -> Result<u64, Error> {
    let entry = |number| entry_of(ledger, number);
    export::write(ledger.replay(), span, &Earlier(ledger), entry, format, put).map_err(stopped)
}

/// The bytes of entry `number`, which is in the ledger.
pub(super) fn entry_of(ledger: &Ledger, number: u64) -> Result<Vec<u8>, Error> {
    let bytes = ledger.entry(number).map_err(|why| ledger_error(&why))?;
    bytes.ok_or_else(|| unreadable(say!("没有第 {number} 号记录", "entry {number} is not there")))
}

/// Why the entries could not be gone through.
pub(super) fn stopped(stop: Stop<Error>) -> Error {
    match stop {
        Stop::Outside(why) => why,
        Stop::Wrong(why) => unreadable(Say { zh: why.text(Lang::Zh), en: why.text(Lang::En) }),
    }
}

fn unreadable(why: Say) -> Error {
    let hint = say!("yishan doctor 检查账本", "yishan doctor examines the fund");
    Error::new(Kind::CouldNot, why).hint(hint)
}
