//! `rollup`: several funds, each verified first, as one page and one report.

use super::bar::Bar;
use super::error::{Error, Kind};
use super::fund::{create_dir, read, unwritten};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::verify::{failed, opened};
use crate::domain::english::agreed;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::publish::STYLE;
use crate::rollup::{Audited, List, MAX_LIST, Rollup, Standing};
use crate::verify::{Said, Source, Verdict};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Verify the funds of a list and sum those that hold: county, townships, villages
#[derive(clap::Args)]
pub(super) struct Args {
    /// The list: name, level, parent, folder or address, and key of each fund
    #[arg(value_name = "FUNDS.toml")]
    list: PathBuf,
    /// Write page, table and report into this folder
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// The report, by which a folder is known for one that was made here.
const REPORT: &str = "rollup.json";

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let lang = shell.lang;
    let (list, audited) = audit(&args.list, shell)?;
    let folder = shell.path(&args.out);
    free(&folder)?;
    let standings = audited.into_iter().map(|one| one.map_or(Standing::Place, Found::standing));
    let rollup = Rollup::new(&list, standings.collect())
        .map_err(|why| Error::because(say!("无法汇总", "it cannot be summed"), &why))?;
    let page = |lang| {
        let page = rollup.page(lang);
        page.map_err(|why| Error::because(say!("网页没有做成", "the page was not made"), &why))
    };
    let report = rollup.object();
    let xlsx = rollup.xlsx().map_err(|why| {
        Error::because(say!("汇总表写不出来", "the workbook of sums cannot be written"), &why)
    })?;
    for (name, bytes) in [
        ("index.html", page(Lang::Zh)?.into_bytes()),
        ("en/index.html", page(Lang::En)?.into_bytes()),
        ("style.css", STYLE.into()),
        ("rollup.csv", rollup.csv().into_bytes()),
        ("rollup.xlsx", xlsx),
        (REPORT, format!("{report:#}\n").into_bytes()),
    ] {
        let file = folder.join(name);
        create_dir(file.parent().unwrap_or(&folder))?;
        std::fs::write(&file, bytes).map_err(|why| unwritten(&file, &why))?;
    }
    let (total, at) = (rollup.total(), args.out.display());
    let (verified, ledgers) = (total.verified, total.ledgers);
    let [income, spending, held] =
        [total.income(), total.spending(), total.figures.held].map(Fen::grouped);
    let students = total.figures.students.total();
    let mut text = vec![lang.pick(
        format!("{verified}/{ledgers} 个账本通过核验：收入 {income} 元，支出 {spending} 元，结存 {held} 元，在助学生 {students} 人"),
        agreed!("{verified} of {ledgers} ledgers verified: income {income} yuan, spending {spending}, held {held}, {students} students"),
    )];
    for fund in rollup.funds.iter().filter(|fund| !fund.standing.why(lang).is_empty()) {
        let (name, standing, why) =
            (&fund.listed.name, fund.standing.name(lang), fund.standing.why(lang));
        text.push(format!("  {name}  {standing}  {why}"));
    }
    text.push(lang.pick(format!("已写到 {at}"), format!("written to {at}")));
    Ok(Report {
        text: text.join("\n"),
        json: json!({"rollup": report}),
        kind: kind(rollup.verdict()),
    })
}

/// How a command ends by the outcome.
pub(super) fn kind(verdict: Verdict) -> Option<Kind> {
    match verdict {
        Verdict::Verified => None,
        Verdict::False => Some(Kind::False),
        Verdict::Unchecked => Some(Kind::CouldNot),
    }
}

/// Refuses a folder that has something else in it.
fn free(folder: &Path) -> Result<(), Error> {
    let mut inside = match std::fs::read_dir(folder) {
        Ok(inside) => inside,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(unwritten(folder, &why)),
    };
    if folder.join(REPORT).is_file() || inside.next().is_none() {
        return Ok(());
    }
    let shown = folder.display();
    let text = say!("{shown} 里有别的东西", "{shown} has something else in it");
    let hint = say!("换一个空的或还没有的文件夹", "name an empty folder, or one that is not there");
    Err(Error::new(Kind::Usage, text).hint(hint))
}

/// What one ledger came to.
pub(super) enum Found {
    /// It was audited.
    Audited(Box<Audited>),
    /// Its folder or host could not be opened.
    Nowhere(Say),
}

impl Found {
    fn standing(self) -> Standing {
        match self {
            Found::Audited(audited) => audited.standing(),
            Found::Nowhere(Say { zh, en }) => Standing::Unchecked(Said { zh, en }),
        }
    }
}

/// Verifies every ledger of the list in `file`; those of places are `None`.
pub(super) fn audit(
    file: &Path,
    shell: &mut Shell<'_>,
) -> Result<(List, Vec<Option<Found>>), Error> {
    let list = read_list(file, shell)?;
    let beside = shell.path(file.parent().unwrap_or(Path::new("")));
    let mut found = Vec::new();
    for at in 0..list.funds.len() {
        let Some(ledger) = list.funds.get(at).and_then(|fund| fund.ledger.as_ref()) else {
            found.push(None);
            continue;
        };
        let source: Result<Box<dyn Source>, Error> = opened(&ledger.source, &beside);
        found.push(match source {
            Ok(source) => {
                let mut bar = Bar::new(shell);
                let audited = list.audit(at, &*source, &mut |progress| bar.show(progress));
                audited.map(|audited| Found::Audited(Box::new(audited)))
            }
            Err(why) => Some(Found::Nowhere(told(why, &beside, &ledger.source))),
        });
    }
    Ok((list, found))
}

/// Why a source could not be opened, by the name that the list gives it: what is published tells
/// nothing about this machine.
fn told(why: Error, beside: &Path, source: &str) -> Say {
    let Say { zh, en } = why.causes.into_iter().next().unwrap_or(why.text);
    let full = beside.join(source).display().to_string();
    Say { zh: zh.replace(&full, source), en: en.replace(&full, source) }
}

fn read_list(file: &Path, shell: &Shell<'_>) -> Result<List, Error> {
    let bytes = read(&shell.path(file), MAX_LIST as u64)?;
    let text = String::from_utf8(bytes).map_err(|why| failed(&why))?;
    List::parse(&text).map_err(|why| {
        let text = Say { zh: why.text(Lang::Zh), en: why.text(Lang::En) };
        Error::new(Kind::CouldNot, text).hint(say!(
            "写法见 README「三级汇总」一节",
            "the README shows how a list is written, under Several funds as one"
        ))
    })
}
