//! Pages for people: plain HTML without script, one template for both languages.
//!
//! Every text stands in the template in Chinese and English side by side, so neither can lack what
//! the other has. Links are relative and name `index.html`, so the folder works under any sub-path
//! and from a disk.

mod check;
mod day;
mod gifts;
mod home;
mod link;

use super::FactError;
use super::address::Address;
use super::history::History;
use super::path::{Item, Page, Script};
use crate::domain::line::found::Found;
use crate::domain::line::nominate::{Level, Levels};
use crate::domain::money::Fen;
use crate::domain::sums::Tally;
use crate::domain::text::Lang;
use crate::domain::time::Stamp;
use askama::Template;

/// How many days the first page lists.
pub const HOME_DAYS: usize = 30;

/// How many rows of one kind the page of a day lists; the rest is counted.
pub const MAX_ROWS: usize = 1_000;

/// How many gifts the page of a day lists; the rest is counted. A page of a bounded size: a day of
/// ten thousand gifts is read by nobody, and every page is made and compared in two languages.
/// Whoever looks for a gift finds it by its reference.
pub const MAX_GIFTS: usize = 200;

/// The program and version that made the pages, as they name it.
pub const GENERATOR: &str = concat!("yishan ", env!("CARGO_PKG_VERSION"));

/// How the pages look.
pub(super) const STYLE: &str = include_str!("style.css");

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
    let frame = Frame::new(fund, lang, page).served_at(history.facts.address(), page);
    let text = match page {
        Page::Home => render(&home::Home::new(history, fund, frame)?)?,
        Page::Check => render(&check::CheckPage::new(history, frame))?,
        Page::Days => render(&home::DayList::newest(history, frame)?)?,
        Page::Month(month) => match home::DayList::of(history, month, frame)? {
            Some(days) => render(&days)?,
            None => return Ok(None),
        },
        Page::Day(day) => match history.on(day) {
            Some(closed) => render(&day::DayPage::new(history, closed, frame)?)?,
            None => return Ok(None),
        },
    };
    Ok(Some(text.into()))
}

fn render(template: &impl Template) -> Result<String, FactError> {
    let mut text = template.render().map_err(|why| FactError::new("a page", &why))?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// What surrounds every page.
struct Frame {
    lang: Lang,
    /// The way to the folder's root.
    up: String,
    /// The way to the root of this language.
    home: String,
    /// The way to the same page in the other language.
    twin: String,
    fund: String,
    holder: String,
    solo: bool,
    /// Where the page is on the web, and its twin, if the folder's address is known.
    address: Option<(String, String)>,
}

impl Frame {
    fn new(fund: &Found, lang: Lang, page: Page) -> Frame {
        let home = "../".repeat(page.depth());
        let (up, twin) = match lang {
            Lang::Zh => (home.clone(), format!("{home}en/{page}")),
            Lang::En => (format!("{home}../"), format!("{home}../{page}")),
        };
        let (fund, holder, solo) = (&fund.name, &fund.holder, fund.policy.solo);
        let (fund, holder) = (fund.to_string(), holder.to_string());
        Frame { lang, up, home, twin, fund, holder, solo, address: None }
    }

    fn served_at(self, address: Option<&Address>, page: Page) -> Frame {
        let other = self.lang.pick(Lang::En, Lang::Zh);
        let of = |lang, address: &Address| address.of(&Item::Page(lang, page).to_string());
        let address = address.map(|address| (of(self.lang, address), of(other, address)));
        Frame { address, ..self }
    }

    /// The one of two texts that is in the page's language.
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(zh, en)
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

    /// Students by level and all together, named.
    fn students(&self, levels: Levels) -> Vec<(&'static str, u64)> {
        let each = Level::ALL.iter().map(|level| (level.name(self.lang), levels.of(*level)));
        each.chain([(self.t("共", "all together"), levels.total())]).collect()
    }
}

/// An amount as people read it: `¥38,178.62`.
pub(super) fn yuan(fen: Fen) -> String {
    format!("¥{}", fen.grouped())
}

/// What is left of `plus` after `minus`, below zero if they are more: `−¥12.00`.
fn net(plus: Tally, minus: &[Tally]) -> String {
    let minus = minus.iter().fold(Fen::ZERO, |sum, t| sum.plus(t.fen).unwrap_or(Fen::MAX));
    match (plus.fen.minus(minus), minus.minus(plus.fen)) {
        (Some(left), _) => yuan(left),
        (None, below) => format!("−{}", yuan(below.unwrap_or_default())),
    }
}

/// A time without the T between day and hour.
fn clock(at: Stamp) -> String {
    at.wall.to_string().replace('T', " ")
}
