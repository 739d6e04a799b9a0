//! Pages for people: plain HTML without script, one template for both languages.
//!
//! Every text stands in the template in Chinese and English side by side, so neither can lack what
//! the other has. Links are relative and name `index.html`, so the folder works under any sub-path
//! and from a disk.

pub(super) mod amount;
mod boxes;
mod card;
mod chart;
mod check;
mod day;
mod expenses;
mod flows;
mod funds;
mod gifts;
mod goods;
mod grant;
mod home;
mod hours;
mod link;
mod log;
mod month;
mod out;
mod plain;
mod students;
mod tickets;
mod wishes;
mod years;

use super::FactError;
use super::address::Address;
use super::history::{Closed, History};
use super::path::{Item, Month, Page, Script};
use crate::domain::english;
use crate::domain::line::found::{self, Found};
use crate::domain::line::student::{Level, Levels};
use crate::domain::money::Fen;
use crate::domain::text::{Id, Lang};
use crate::domain::time::{Day, Stamp};
use askama::Template;

/// How many days the first page lists.
pub const HOME_DAYS: usize = 30;

/// How many rows of one kind the page of a day lists; the rest is counted.
pub const MAX_ROWS: usize = 1_000;

/// How many gifts the page of a day lists; the rest is counted. A page of a bounded size: a day of
/// ten thousand gifts is read by nobody, and every page is made and compared in two languages.
/// Whoever looks for a gift finds it by its reference.
pub const MAX_GIFTS: usize = 200;

/// How many movements of money the page of a month lists; the rest is counted, and all of them are
/// in its table for programs.
pub const MAX_FLOWS: usize = 500;

/// How many allocations a page lists; the rest is counted.
pub const MAX_GRANTS: usize = 200;

/// How many campaigns a page tells of, the newest first; the rest is counted.
const MAX_CAMPAIGNS: usize = 20;

/// The program and version that made the pages, as they name it.
pub const GENERATOR: &str = concat!("yishan ", env!("CARGO_PKG_VERSION"));

/// How the pages look.
pub const STYLE: &str = include_str!("style.css");

/// What pages run, as it was built from the sources in `script/`; a test compares the two.
pub(super) fn script(script: Script) -> &'static str {
    match script {
        Script::Check => include_str!("check.js"),
        Script::Replay => include_str!("replay.js"),
        Script::Qr => include_str!("qr.js"),
        Script::Keep => include_str!("keep.js"),
        Script::Cert => include_str!("cert.js"),
        Script::Checker(Lang::Zh) => include_str!("checker.zh.html"),
        Script::Checker(Lang::En) => include_str!("checker.en.html"),
    }
}

/// The page `page` in the language `lang`; `None` if its day is not closed.
pub(super) fn page(
    history: &History<'_>,
    lang: Lang,
    page: Page,
) -> Result<Option<Vec<u8>>, FactError> {
    let fund = history.facts.replay().books().founded();
    let fund = fund.map_err(|why| FactError::new("the fund", &why))?;
    let frame = Frame::new(history, fund, lang, page).served_at(history.facts.address(), page);
    let text = match page {
        Page::Home => render(&home::Home::new(history, fund, frame)?)?,
        Page::Check => render(&check::CheckPage::new(history, frame))?,
        Page::Days => render(&month::DayList::new(history, frame)?)?,
        Page::Month(month) if history.in_month(month).is_empty() => return Ok(None),
        Page::Month(month) => render(&month::MonthPage::new(history, month, frame)?)?,
        Page::Day(day) => match history.on(day) {
            Some(closed) => render(&day::DayPage::new(history, closed, frame)?)?,
            None => return Ok(None),
        },
        Page::Out => render(&out::OutPage::newest(history, frame)?)?,
        Page::OutMonth(month) => match out::OutPage::of(history, month, frame)? {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Grant(place) => match history.grant(place) {
            Some(proposal) => render(&grant::GrantPage::new(history, place, proposal, frame)?)?,
            None => return Ok(None),
        },
        Page::Students => render(&students::StudentsPage::new(history, frame)?)?,
        Page::Hours => match hours::HoursPage::new(history, frame) {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Wishes => match wishes::WishesPage::new(history, frame) {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Goods => match goods::GoodsPage::new(history, frame)? {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Funds if !super::funds::any(history.books()) => return Ok(None),
        Page::Funds => render(&funds::FundsPage::new(history, frame)?)?,
        Page::Boxes if !super::boxes::any(history.books()) => return Ok(None),
        Page::Boxes => render(&boxes::BoxesPage::new(history, frame)?)?,
        Page::Tickets => match tickets::TicketsPage::new(history, frame)? {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Years => match years::YearsPage::new(history, frame)? {
            Some(page) => render(&page)?,
            None => return Ok(None),
        },
        Page::Log => render(&log::LogPage::new(history, frame)?)?,
        Page::How => render(&plain::HowPage::new(frame))?,
        Page::Tamper => render(&plain::TamperPage::new(history, frame)?)?,
    };
    let text = if lang == Lang::En { english::agree(text) } else { text };
    Ok(Some(text.into()))
}

fn render(template: &impl Template) -> Result<String, FactError> {
    let mut text = template.render().map_err(|why| FactError::new("a page", &why))?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(card::with_card(text))
}

/// What surrounds every page.
struct Frame {
    lang: Lang,
    page: Page,
    /// The way to the folder's root.
    up: String,
    /// The way to the root of this language.
    home: String,
    /// The way to the same page in the other language.
    twin: String,
    fund: String,
    holder: String,
    /// That one person can do what takes two, if they can: a heading and why.
    alone: Option<(&'static str, &'static str)>,
    /// Where the page is on the web, and its twin, if the folder's address is known.
    address: Option<(String, String)>,
    /// When the last entry was taken in, for people and for programs.
    as_of: String,
    as_of_stamp: String,
    /// How many entries there are.
    size: u64,
}

impl Frame {
    fn new(history: &History<'_>, fund: &Found, lang: Lang, page: Page) -> Frame {
        let home = "../".repeat(page.depth());
        let (up, twin) = match lang {
            Lang::Zh => (home.clone(), format!("{home}en/{page}")),
            Lang::En => (format!("{home}../"), format!("{home}../{page}")),
        };
        let at = history.books().last;
        Frame {
            lang,
            page,
            up,
            home,
            twin,
            fund: fund.name.to_string(),
            holder: fund.holder.to_string(),
            alone: found::alone(fund.policy.solo, fund.policy.quorum)
                .map(|(what, why)| (what.pick(lang), why.pick(lang))),
            as_of: at.map(minute).unwrap_or_default(),
            as_of_stamp: at.map(|at| at.to_string()).unwrap_or_default(),
            size: history.size(),
            address: None,
        }
    }

    fn served_at(self, address: Option<&Address>, page: Page) -> Frame {
        let other = self.lang.pick(Lang::En, Lang::Zh);
        let of = |lang, address: &Address| address.of(&Item::Page(lang, page).to_string());
        let address = address.map(|address| (of(self.lang, address), of(other, address)));
        Frame { address, ..self }
    }

    /// The frame of a page that says how it stood when a day had been closed, at that time.
    fn closed(self, at: Stamp, closed: Option<&Closed>) -> Frame {
        let size = closed.map_or(self.size, |closed| closed.entry + 1);
        Frame { as_of: minute(at), as_of_stamp: at.to_string(), size, ..self }
    }

    /// The frame of a page that says how it stood after entry `number`, taken in at that time.
    fn after(self, at: Stamp, number: u64) -> Frame {
        Frame { as_of: minute(at), as_of_stamp: at.to_string(), size: number + 1, ..self }
    }

    /// The one of two texts that is in the page's language.
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(zh, en)
    }

    fn chinese(&self) -> bool {
        self.lang == Lang::Zh
    }

    /// Whether the page is one of those that the menu's item `name` leads to.
    fn within(&self, name: &str) -> bool {
        let own = match self.page {
            Page::Home => "home",
            Page::Check => "check",
            Page::Days | Page::Month(_) | Page::Day(_) | Page::Years => "days",
            Page::Out
            | Page::OutMonth(_)
            | Page::Grant(_)
            | Page::Funds
            | Page::Boxes
            | Page::Tickets => "out",
            Page::Students => "students",
            Page::Hours => "hours",
            Page::Wishes => "wishes",
            Page::Goods => "goods",
            Page::Log | Page::How | Page::Tamper => "how",
        };
        own == name
    }

    fn html_lang(&self) -> &'static str {
        self.t("zh-CN", "en")
    }

    fn twin_lang(&self) -> &'static str {
        self.t("en", "zh-CN")
    }

    fn twin_name(&self) -> &'static str {
        self.t("English", "中文")
    }

    #[expect(clippy::unused_self, reason = "templates ask the frame for everything on every page")]
    fn generator(&self) -> &'static str {
        GENERATOR
    }

    /// Students by level, named; and all together.
    fn students(&self, levels: Levels) -> Vec<(&'static str, u64)> {
        let each = Level::ALL.iter().map(|level| (level.name(self.lang), levels.of(*level)));
        each.chain([(self.t("共", "all together"), levels.total())]).collect()
    }

    /// The money account `id`: what kind it is, and its handle.
    fn account(&self, history: &History<'_>, id: Id) -> (&'static str, String) {
        let account = history.books().accounts.get(&id);
        (account.map(|a| a.kind.name(self.lang)).unwrap_or_default(), id.to_string())
    }

    /// A student: school level and pseudonym, all that is public.
    fn student(&self, level: Level, student: Id) -> String {
        format!("{} {student}", level.name(self.lang))
    }

    /// So many minutes as people say them.
    fn time(&self, minutes: u64) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (rest, self.lang) {
            (0, Lang::Zh) => format!("{hours} 小时"),
            (0, Lang::En) => format!("{hours} h"),
            (_, Lang::Zh) => format!("{hours} 小时 {rest} 分"),
            (_, Lang::En) => format!("{hours} h {rest} min"),
        }
    }

    /// A day as people write it.
    fn day(&self, day: Day) -> String {
        let (year, month, number) = day.numbers();
        let name = MONTHS.get(usize::try_from(month).unwrap_or_default()).unwrap_or(&"");
        self.lang.pick(format!("{year}年{month}月{number}日"), format!("{number} {name} {year}"))
    }

    /// A month as people write it.
    fn month(&self, month: Month) -> String {
        let (year, month, _) = month.first().numbers();
        let name = MONTHS.get(usize::try_from(month).unwrap_or_default()).unwrap_or(&"");
        self.lang.pick(format!("{year}年{month}月"), format!("{name} {year}"))
    }
}

/// The months in English, by their number.
const MONTHS: [&str; 13] =
    ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// An amount as people read it: `¥38,178.62`.
pub(super) fn yuan(fen: Fen) -> String {
    format!("¥{}", fen.grouped())
}

/// A time to the minute: `2026-11-22 21:04`.
fn minute(at: Stamp) -> String {
    clock(at).get(..16).map(str::to_owned).unwrap_or_default()
}

/// A time without the T between day and hour.
fn clock(at: Stamp) -> String {
    at.wall.to_string().replace('T', " ")
}
