//! `site`: donation stations and the points under them.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::goods::here;
use crate::domain::line::goods::site::{Site, SiteKind, Station};
use crate::domain::line::goods::vacate::Vacate;
use crate::domain::text::{Id, Lang, Text};
use crate::ledger::{Ledger, Mode};
use serde_json::json;

/// Open, close and list donation stations
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Open a station, a branch or a collecting point
    Open {
        /// The site's handle
        #[arg(value_name = "SITE", value_parser = value::id)]
        site: Id,
        /// What kind of site it is
        #[arg(long, value_name = "KIND", value_parser = value::word!(SiteKind))]
        kind: SiteKind,
        /// What it is called: a place, not a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        name: Text,
        /// The site above it, none if it is the first of its tree
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        under: Option<Id>,
    },
    /// Close a site that holds nothing and has none under it
    Shut {
        /// The site's handle
        #[arg(value_name = "SITE", value_parser = value::id)]
        site: Id,
    },
    /// List the sites as a tree, with what each holds
    List,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let line = match args.what {
        What::Open { site, kind, name, under } => {
            Line::Site(Box::new(Site { site, kind, name, under }))
        }
        What::Shut { site } => Line::Vacate(Vacate { site }),
        What::List => return list(shell),
    };
    Desk::open(shell)?.record(vec![line])
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, station) in ledger.books().goods.tree() {
        let (units, coming) = units(&ledger, id);
        rows.push(row(id, station, (units, coming), lang));
        let (kind, name, under) = (station.kind.word(), station.name.as_str(), station.under);
        json.push(json!({
            "site": id.as_str(), "kind": kind, "name": name, "under": under.map(|under| under.to_string()),
            "level": station.level, "shut": station.shut, "units": units, "coming": coming,
        }));
    }
    let head = lang.pick(
        ["站点", "类型", "名称", "状态", "在库", "在途"],
        ["site", "kind", "name", "state", "in stock", "on the way"],
    );
    Ok(Report::new(table(&head, rows, &[4, 5]), json!({"sites": json})))
}

/// Units of all categories there, and on the way there.
fn units(ledger: &Ledger, site: Id) -> (u64, u64) {
    here(ledger.books(), site).fold((0, 0), |(units, coming), (_, stock)| {
        (units + stock.on_hand(), coming + stock.coming)
    })
}

fn row(id: Id, station: &Station, (units, coming): (u64, u64), lang: Lang) -> Vec<String> {
    let indent = "  ".repeat(usize::try_from(station.level.saturating_sub(1)).unwrap_or_default());
    let state =
        if station.shut { lang.pick("已撤", "closed") } else { lang.pick("开放", "open") };
    vec![
        format!("{indent}{id}"),
        station.kind.name(lang).into(),
        station.name.to_string(),
        state.into(),
        units.to_string(),
        coming.to_string(),
    ]
}
