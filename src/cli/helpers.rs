//! `helpers`: who stands by each beneficiary, and who has nobody.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::Fund;
use super::say::say;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::codec::List;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::wishes::MAX_HELPERS;
use crate::domain::line::wishes::helpers::Helpers;
use crate::domain::text::Id;
use crate::ledger::Mode;
use serde_json::json;

/// Name the helpers of each beneficiary, and find whoever lacks some
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Name all helpers of a beneficiary
    Set {
        /// The beneficiary's pseudonym
        #[arg(value_name = "PERSON", value_parser = value::id)]
        person: Id,
        /// The volunteers' pseudonyms
        #[arg(value_name = "VOLUNTEER", value_parser = value::id)]
        helpers: Vec<Id>,
    },
    /// List the beneficiaries and their helpers, those who lack some first
    List,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Set { person, mut helpers } => {
            helpers.sort_unstable();
            helpers.dedup();
            let helpers = List::new(helpers).ok_or_else(|| {
                let text = say!("帮扶人最多 {MAX_HELPERS} 名", "at most {MAX_HELPERS} helpers");
                Error::new(Kind::Usage, text)
            })?;
            let line = Helpers { person, helpers };
            Desk::open(shell)?.record(vec![Line::Helpers(Box::new(line))])
        }
        What::List => list(shell),
    }
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let wishes = &ledger.books().wishes;
    let need = wishes.terms().helpers;
    let lacking: Vec<Id> = wishes.lacking().map(|(person, _)| person).collect();
    let mut all: Vec<_> = wishes.helpers.iter().collect();
    all.sort_by_key(|(person, _)| !lacking.contains(person));
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (person, helpers) in all {
        let lacks = lacking.contains(person);
        let names: Vec<_> = helpers.iter().map(ToString::to_string).collect();
        let mark = if lacks { lang.pick("不足", "lacks some") } else { "" };
        rows.push(vec![person.to_string(), names.join(" "), mark.into()]);
        json.push(json!({"person": person.as_str(), "helpers": names, "lacks": lacks}));
    }
    let (total, whole) = (json.len(), json.len() - lacking.len());
    // Never said to be all where one is missing: the share is rounded down.
    let percent = (whole * 100).checked_div(total).unwrap_or(100);
    let sum = lang.pick(
        format!("{total} 人中 {whole} 人有 {need} 名帮扶人，覆盖 {percent}%"),
        agreed!("{whole} of {total} have {need} helpers: {percent}% covered"),
    );
    let head = lang.pick(["受助人", "帮扶人", ""], ["person", "helpers", ""]);
    let text = format!("{}\n{sum}", table(&head, rows, &[]));
    let json = json!({"persons": json, "need": need, "covered": whole, "total": total});
    Ok(Report::new(text, json))
}
