//! The first page.

use super::amount::{Apart, Summary};
use super::chart::HomeCharts;
use super::flows::FlowRows;
use super::{Frame, yuan};
use crate::domain::line::close::Close;
use crate::domain::line::found::Found;
use crate::domain::line::open::Owner;
use crate::fingerprint::fingerprint;
use crate::publish::history::History;
use crate::publish::{self, FactError, tiles};
use askama::Template;

/// How many movements of money the first page lists.
const LATEST: usize = 10;

/// How many closed days its chart shows.
const CHART_DAYS: usize = 30;

/// The first page.
#[derive(Template)]
#[template(path = "home.html", config = "src/publish/pages/askama.toml")]
pub(super) struct Home {
    f: Frame,
    vkey: String,
    licence: Option<String>,
    filing: Option<String>,
    since_close: u64,
    totals: Option<Totals>,
    flows: FlowRows,
    charts: HomeCharts,
    /// The day whose close the fingerprint is of; empty before the first.
    print_day: String,
    fingerprint: String,
    /// Whether there is a page about volunteering.
    hours: bool,
    /// Whether there is a page about wishes.
    wishes: bool,
    /// How many donation stations are open and how many categories of goods there are, if any.
    goods: Option<(usize, usize)>,
    /// Pages about the money that there are, and what they are called.
    links: Vec<(&'static str, String)>,
    /// The last closed year, if there is one.
    year: Option<u64>,
}

/// The numbers of the last close.
struct Totals {
    day: String,
    date: String,
    sums: Summary,
    held: String,
    promised: String,
    free: String,
    apart: Apart,
    students: Vec<(&'static str, u64)>,
    accounts: Vec<AccountRow>,
}

pub(super) struct AccountRow {
    pub(super) id: String,
    pub(super) kind: &'static str,
    owner: &'static str,
    pass_through: bool,
    held: String,
}

impl Home {
    pub(super) fn new(history: &History<'_>, fund: &Found, f: Frame) -> Result<Home, FactError> {
        let last = history.closed.last();
        let close = last.map(|closed| history.close(*closed)).transpose()?;
        let from = history.closed.len().saturating_sub(CHART_DAYS);
        let lately = history.closed.get(from..).unwrap_or_default();
        let sizes: Vec<u64> = last.iter().map(|closed| closed.entry + 1).collect();
        let closing = tiles::roots(history.facts, &sizes)?;
        let root = closing.first().copied().unwrap_or(history.facts.replay().tree().root());
        Ok(Home {
            vkey: history.facts.vkey().to_owned(),
            licence: fund.licence.as_ref().map(ToString::to_string),
            filing: fund.filing.as_ref().map(ToString::to_string),
            since_close: f.size - last.map_or(0, |closed| closed.entry + 1),
            totals: close.map(|known| totals(history, &known.1, &f)),
            flows: FlowRows::latest(history, LATEST, &f)?,
            charts: HomeCharts::new(history, lately, f.lang)?,
            wishes: publish::wishes::any(history.books()),
            hours: publish::hours::any(history.books()),
            goods: goods(history),
            links: links(history, &f),
            year: history.books().years.last().map(|(year, _)| year),
            print_day: last.map(|closed| f.day(closed.day)).unwrap_or_default(),
            fingerprint: fingerprint(&root.0),
            f,
        })
    }
}

fn links(history: &History<'_>, f: &Frame) -> Vec<(&'static str, String)> {
    let books = history.books();
    let (_, counted) = crate::domain::line::boxes::totals(books);
    let boxes = f.t("募捐箱和广场募捐共 ", "Donation boxes and squares: ");
    let funds = f.t("专项、募捐活动和管理费用", "Pots, campaigns, and what management cost");
    let tickets =
        f.t("捐赠票据：有效、红冲和缺号", "Receipts for offices: standing, void, missing");
    let all = [
        (
            publish::boxes::any(books),
            "boxes/index.html",
            format!("{boxes}{}", yuan(counted.counted)),
        ),
        (publish::funds::any(books), "funds/index.html", funds.to_owned()),
        (publish::tickets::any(books), "tickets/index.html", tickets.to_owned()),
    ];
    all.into_iter().filter(|link| link.0).map(|(_, path, name)| (path, name)).collect()
}

fn goods(history: &History<'_>) -> Option<(usize, usize)> {
    let goods = &history.books().goods;
    let open = goods.sites.iter().filter(|(_, station)| !station.shut).count();
    publish::goods::last(history.books()).map(|_| (open, goods.categories.len()))
}

fn totals(history: &History<'_>, close: &Close, f: &Frame) -> Totals {
    let accounts = &history.books().accounts;
    let rows = close.closing.held.0.iter().filter_map(|(id, fen)| {
        let account = accounts.get(id)?;
        Some(AccountRow {
            id: id.to_string(),
            kind: account.kind.name(f.lang),
            owner: account.owner.name(f.lang),
            pass_through: account.owner == Owner::Person,
            held: yuan(*fen),
        })
    });
    Totals {
        day: f.day(close.day),
        date: close.day.to_string(),
        sums: Summary::of(&close.ever),
        held: yuan(close.closing.held.total()),
        promised: yuan(close.closing.promised),
        free: yuan(close.closing.free),
        apart: Apart::of(&close.closing),
        students: f.students(close.students),
        accounts: rows.collect(),
    }
}
