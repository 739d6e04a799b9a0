//! `report`: the forms that offices ask for.

use super::error::{Error, Kind};
use super::export::{Earlier, entry_of, stopped};
use super::fund::{Fund, create_with, unwritten};
use super::say::say;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::text::Lang;
use crate::ledger::{Ledger, Mode};
use crate::report::period::{self, Period};
use crate::report::table::{Filled, Form, Row, Table, Weight};
use crate::report::{self, csv, html, json, xlsx};
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;

/// Fill in the forms that offices ask for, from the ledger
#[derive(clap::Args)]
pub(super) struct Args {
    /// The days: 2026-11-22, 2026-11, 2026Q4 or 2026; the newest with a closed day if not said
    #[arg(value_name = "PERIOD", value_parser = value::period)]
    period: Option<Period>,
    /// A day, a month, a quarter or a year
    #[arg(long, value_name = "KIND", value_parser = value::word!(period::Kind))]
    kind: Option<period::Kind>,
    /// One form, all of them if not said; again for each
    #[arg(long, value_name = "FORM", value_parser = value::word!(Form))]
    form: Vec<Form>,
    /// Written how
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    to: To,
    /// Write into this file, which is not there yet
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum To {
    #[value(help = None)]
    Text,
    #[value(help = None)]
    Csv,
    #[value(help = None)]
    Xlsx,
    #[value(help = None)]
    Html,
    #[value(help = None)]
    Json,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let lang = shell.lang;
    if args.to == To::Xlsx && args.out.is_none() {
        let text = say!("表格文件不能印在屏幕上", "a workbook cannot be printed on a screen");
        return Err(
            Error::new(Kind::Usage, text).hint(say!("加上 -o 报表.xlsx", "say -o report.xlsx"))
        );
    }
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let period = period(&args, &ledger)?;
    let zone = ledger.books().founded()?.zone;
    let today = shell.now(zone)?.wall.day();
    let forms = if args.form.is_empty() { Form::ALL } else { &args.form };
    let made = report::of(ledger.replay(), period, forms, today, &Earlier(&ledger), |number| {
        entry_of(&ledger, number)
    });
    let made = made.map_err(stopped)?;
    if !made.is_final() {
        shell.talk(made.state().pick(lang))?;
    }
    let bytes = match args.to {
        To::Text => text(&made, lang).into_bytes(),
        To::Csv => csv::report(&made).into_bytes(),
        To::Html => html::report(&made).into_bytes(),
        To::Json => (json::report(&made).to_string() + "\n").into_bytes(),
        To::Xlsx => xlsx::report(&made).map_err(|why| {
            Error::because(say!("表格写不出来", "the workbook cannot be written"), &why)
        })?,
    };
    let Some(file) = &args.out else {
        // Whoever prints a table ends its lines as all other text ends them.
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        return Ok(Report::new(text.trim_end(), json::report(&made)));
    };
    let path = shell.path(file);
    create_with(&path, |mut out| {
        out.write_all(&bytes).map_err(|why| unwritten(&path, &why))?;
        Ok(out)
    })?;
    let shown = file.display().to_string();
    let (told, done) = (made.period.to_string(), made.is_final());
    let json = json!({"file": shown, "period": told, "final": done});
    let title = made.title(lang);
    Ok(Report::new(
        lang.pick(format!("写好 {shown}：{title}"), format!("wrote {shown}: {title}")),
        json,
    ))
}

/// The period that was asked for: of one kind, the newest that has a closed day.
fn period(args: &Args, ledger: &Ledger) -> Result<Period, Error> {
    match (args.period, args.kind) {
        (Some(period), Some(kind)) if period.kind != kind => {
            let (zh, en) = (period.kind.name(Lang::Zh), period.kind.name(Lang::En));
            let text = say!(
                "{period} 是{zh}的写法，与 --kind 不符",
                "{period} makes a {en}, and --kind says another"
            );
            Err(Error::new(Kind::Usage, text))
        }
        (Some(period), _) => Ok(period),
        (None, kind) => {
            let kind = kind.unwrap_or(period::Kind::Monthly);
            let Some((day, _)) = ledger.books().closed() else {
                let text = say!(
                    "还没有日结，没有可报的日期",
                    "no day is closed yet, so there is none to report on"
                );
                return Err(Error::new(Kind::NotFound, text).hint(say!(
                    "写明日期也可以：yishan report 2026-11",
                    "a period can be named: yishan report 2026-11"
                )));
            };
            Ok(Period::holding(kind, day))
        }
    }
}

/// For people: every table in their language.
fn text(made: &report::table::Report, lang: Lang) -> String {
    let mut out = vec![format!("{} {}", made.fund, made.title(lang))];
    for Filled { form, tables, notes } in &made.forms {
        out.push(String::new());
        let name = form.name(lang);
        out.push(if form.in_yuan() {
            lang.pick(format!("{name}（元）"), format!("{name}, in yuan"))
        } else {
            name.to_owned()
        });
        for one in tables {
            out.extend(one.name.as_ref().map(|name| name.pick(lang).to_owned()));
            out.push(printed(one, lang));
        }
        out.extend(notes.iter().map(|note| note.pick(lang).to_owned()));
    }
    out.join("\n")
}

fn printed(one: &Table, lang: Lang) -> String {
    let head: Vec<&str> = [one.of.pick(lang)]
        .into_iter()
        .chain(one.columns.iter().map(|c| c.name.pick(lang)))
        .collect();
    let numbers: Vec<usize> =
        one.columns.iter().zip(1..).filter(|(c, _)| c.number).map(|(_, at)| at).collect();
    let row = |row: &Row| {
        let inner = match row.weight {
            Weight::Head | Weight::Total => "",
            Weight::Item => "  ",
            Weight::Part => "    ",
        };
        let name = format!("{inner}{}", row.name.pick(lang));
        [name].into_iter().chain(row.cells.iter().map(|cell| cell.people(lang))).collect()
    };
    table(&head, one.rows.iter().map(row).collect(), &numbers)
}
