//! The names of the published files, each with its one spelling.

use super::find::Shard;
use crate::domain::text::{Lang, Place};
use crate::domain::time::Day;
use crate::tlog::TileId;
use std::fmt;

/// One file of the published folder. Printed and parsed as its path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Item {
    /// Hashes or entries.
    Tile(TileId),
    /// The signed checkpoint.
    Checkpoint,
    /// The key that signed it.
    Vkey,
    /// Where the folder is served, if that is known.
    Address,
    /// How many digits the names of shards have.
    FindDigits,
    /// The places of some references.
    Find(Shard),
    /// The entry that closed a day.
    Day(Day),
    /// The newest numbers, for programs.
    Status,
    /// Which months have closed days, for programs.
    Days,
    /// The closed days of a month, for programs.
    Month(Month),
    /// Volunteering, for programs.
    Hours,
    /// Wishes, for programs.
    Wishes,
    /// Goods at the donation stations, for programs.
    Goods,
    /// Pots, campaigns and expenses, for programs.
    Funds,
    /// Donation boxes, for programs.
    Boxes,
    /// Receipts for offices, for programs.
    Tickets,
    /// Closed years, for programs, if there are any.
    Years,
    /// Students by level and something else, for programs, if there are any.
    Cohort,
    /// What the files for programs hold, as a JSON Schema.
    Schema,
    /// The money of a month in and out, for a spreadsheet.
    Csv(Month),
    /// The last closes, for feed readers.
    Feed,
    /// What search engines may read.
    Robots,
    /// Which sitemaps there are.
    Sitemaps,
    /// The pages that are always there, or those of a month, for search engines.
    Sitemap(Option<Month>),
    /// The look of the pages.
    Style,
    /// What pages run, and the checkers that work from a disk.
    Script(Script),
    /// A page for people.
    Page(Lang, Page),
}

/// A built script, or a page that is one file with its script.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Script {
    /// Checks a gift; every page that checks runs it.
    Check,
    /// Adds a day up again, and reads the whole ledger.
    Replay,
    /// Reads a photo of a QR code.
    Qr,
    /// Offers what a donor may keep of a gift: a certificate, a calendar.
    Keep,
    /// Draws the certificate.
    Cert,
    /// The checker in one file, in Chinese or English.
    Checker(Lang),
}

impl Script {
    /// All of them.
    pub(super) const ALL: [Script; 7] = [
        Script::Check,
        Script::Replay,
        Script::Qr,
        Script::Keep,
        Script::Cert,
        Script::Checker(Lang::Zh),
        Script::Checker(Lang::En),
    ];

    /// Its file.
    fn name(self) -> &'static str {
        match self {
            Script::Check => "check.js",
            Script::Replay => "replay.js",
            Script::Qr => "qr.js",
            Script::Keep => "keep.js",
            Script::Cert => "cert.js",
            Script::Checker(Lang::Zh) => "checker.zh.html",
            Script::Checker(Lang::En) => "checker.en.html",
        }
    }
}

/// A page for people.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Page {
    /// The first page.
    Home,
    /// Where a donor checks a gift.
    Check,
    /// The days of the newest month, and the list of all months.
    Days,
    /// The days of one month.
    Month(Month),
    /// One closed day.
    Day(Day),
    /// Allocations and what was paid of them.
    Out,
    /// The allocations proposed in one month.
    OutMonth(Month),
    /// One allocation, by its place.
    Grant(Place),
    /// Students by school level.
    Students,
    /// Volunteering, if there is any.
    Hours,
    /// Wishes, if there are any.
    Wishes,
    /// Goods at the donation stations.
    Goods,
    /// Pots, campaigns and expenses.
    Funds,
    /// Donation boxes, if there are any.
    Boxes,
    /// Receipts for offices.
    Tickets,
    /// Closed years, if there are any.
    Years,
    /// The state of the log.
    Log,
    /// How to check.
    How,
    /// A check that finds a damage.
    Tamper,
}

/// A month, held as its first day. Printed as `2026-11`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Month(Day);

impl Month {
    /// The month that `day` is in.
    pub(super) fn of(day: Day) -> Month {
        let text = day.to_string();
        // Every month has a first day, and it is not before the first year.
        Month(text.get(..7).and_then(|text| Month::parse(text).map(|m| m.0)).unwrap_or(day))
    }

    fn parse(text: &str) -> Option<Month> {
        Day::parse(format!("{text}-01").as_bytes()).map(Month)
    }

    /// Its first day.
    pub(super) fn first(self) -> Day {
        self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().get(..7).unwrap_or_default())
    }
}

/// Whether a publication may have a file at `path`.
pub fn may_publish(path: &str) -> bool {
    let proof = |path: &str| {
        let day = path.strip_prefix("day/").and_then(|path| path.strip_suffix(".tlog-proof"));
        day.is_some_and(|day| Day::parse(day.as_bytes()).is_some())
    };
    Item::parse(path).is_some() || proof(path)
}

impl Item {
    /// Reads the one spelling `Display` writes.
    pub(super) fn parse(path: &str) -> Option<Item> {
        let item = match path {
            "checkpoint" => Item::Checkpoint,
            "log.vkey" => Item::Vkey,
            "find/digits" => Item::FindDigits,
            "v1/status.json" => Item::Status,
            "v1/days.json" => Item::Days,
            "v1/hours.json" => Item::Hours,
            "v1/wishes.json" => Item::Wishes,
            "v1/goods.json" => Item::Goods,
            "v1/funds.json" => Item::Funds,
            "v1/boxes.json" => Item::Boxes,
            "v1/tickets.json" => Item::Tickets,
            "v1/years.json" => Item::Years,
            "v1/students.json" => Item::Cohort,
            "v1/schema.json" => Item::Schema,
            "address" => Item::Address,
            "feed.xml" => Item::Feed,
            "robots.txt" => Item::Robots,
            "sitemap.xml" => Item::Sitemaps,
            "sitemap-pages.xml" => Item::Sitemap(None),
            "style.css" => Item::Style,
            _ => match Script::ALL.into_iter().find(|script| script.name() == path) {
                Some(script) => Item::Script(script),
                None => Item::parse_many(path)?,
            },
        };
        // Printing it back is the rest of the grammar.
        (item.to_string() == path).then_some(item)
    }

    /// Reads the paths of which there are many.
    fn parse_many(path: &str) -> Option<Item> {
        if path.starts_with("tile/") {
            return path.parse().ok().map(Item::Tile);
        }
        if let Some(rest) = path.strip_prefix("find/") {
            return Shard::parse(rest).map(Item::Find);
        }
        if let Some(rest) = path.strip_prefix("day/") {
            return Day::parse(rest.strip_suffix(".json")?.as_bytes()).map(Item::Day);
        }
        if let Some(rest) = path.strip_prefix("v1/days/") {
            return Month::parse(rest.strip_suffix(".json")?).map(Item::Month);
        }
        if let Some(rest) = path.strip_prefix("csv/") {
            return Month::parse(rest.strip_suffix(".csv")?).map(Item::Csv);
        }
        if let Some(rest) = path.strip_prefix("sitemap-") {
            return Month::parse(rest.strip_suffix(".xml")?)
                .map(|month| Item::Sitemap(Some(month)));
        }
        let (lang, rest) = match path.strip_prefix("en/") {
            Some(rest) => (Lang::En, rest),
            None => (Lang::Zh, path),
        };
        let page = match rest.strip_suffix("index.html")? {
            "" => Page::Home,
            "days/" => Page::Days,
            "r/" => Page::Check,
            "out/" => Page::Out,
            "students/" => Page::Students,
            "hours/" => Page::Hours,
            "wishes/" => Page::Wishes,
            "goods/" => Page::Goods,
            "funds/" => Page::Funds,
            "boxes/" => Page::Boxes,
            "tickets/" => Page::Tickets,
            "years/" => Page::Years,
            "log/" => Page::Log,
            "how/" => Page::How,
            "tamper/" => Page::Tamper,
            dir => match dir.strip_suffix('/')?.split_once('/')? {
                ("days", month) => Page::Month(Month::parse(month)?),
                ("d", day) => Page::Day(Day::parse(day.as_bytes())?),
                ("out", name) => match name.strip_prefix('p') {
                    Some(place) => Page::Grant(parse_place(place)?),
                    None => Page::OutMonth(Month::parse(name)?),
                },
                _ => return None,
            },
        };
        Some(Item::Page(lang, page))
    }

    /// The page in both languages.
    pub(super) fn both(page: Page) -> [Item; 2] {
        [Item::Page(Lang::Zh, page), Item::Page(Lang::En, page)]
    }
}

/// Reads `301-0`, a place as the name of a folder.
fn parse_place(name: &str) -> Option<Place> {
    let (entry, line) = name.split_once('-')?;
    Place::parse(format!("{entry}/{line}").as_bytes())
}

impl Page {
    /// The pages that every folder has.
    pub(super) const ALWAYS: [Page; 8] = [
        Page::Home,
        Page::Check,
        Page::Days,
        Page::Out,
        Page::Students,
        Page::Log,
        Page::How,
        Page::Tamper,
    ];

    /// How many folders deep the page is, its language aside.
    pub(super) fn depth(self) -> usize {
        match self {
            Page::Home => 0,
            Page::Month(_) | Page::Day(_) | Page::OutMonth(_) | Page::Grant(_) => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Page::Home => f.write_str("index.html"),
            Page::Check => f.write_str("r/index.html"),
            Page::Days => f.write_str("days/index.html"),
            Page::Month(month) => write!(f, "days/{month}/index.html"),
            Page::Day(day) => write!(f, "d/{day}/index.html"),
            Page::Out => f.write_str("out/index.html"),
            Page::OutMonth(month) => write!(f, "out/{month}/index.html"),
            Page::Grant(place) => write!(f, "out/p{}-{}/index.html", place.entry, place.line),
            Page::Students => f.write_str("students/index.html"),
            Page::Hours => f.write_str("hours/index.html"),
            Page::Wishes => f.write_str("wishes/index.html"),
            Page::Goods => f.write_str("goods/index.html"),
            Page::Funds => f.write_str("funds/index.html"),
            Page::Boxes => f.write_str("boxes/index.html"),
            Page::Tickets => f.write_str("tickets/index.html"),
            Page::Years => f.write_str("years/index.html"),
            Page::Log => f.write_str("log/index.html"),
            Page::How => f.write_str("how/index.html"),
            Page::Tamper => f.write_str("tamper/index.html"),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Tile(tile) => write!(f, "{tile}"),
            Item::Checkpoint => f.write_str("checkpoint"),
            Item::Vkey => f.write_str("log.vkey"),
            Item::FindDigits => f.write_str("find/digits"),
            Item::Find(shard) => write!(f, "find/{shard}"),
            Item::Day(day) => write!(f, "day/{day}.json"),
            Item::Status => f.write_str("v1/status.json"),
            Item::Days => f.write_str("v1/days.json"),
            Item::Funds => f.write_str("v1/funds.json"),
            Item::Boxes => f.write_str("v1/boxes.json"),
            Item::Month(month) => write!(f, "v1/days/{month}.json"),
            Item::Hours => f.write_str("v1/hours.json"),
            Item::Wishes => f.write_str("v1/wishes.json"),
            Item::Goods => f.write_str("v1/goods.json"),
            Item::Years => f.write_str("v1/years.json"),
            Item::Cohort => f.write_str("v1/students.json"),
            Item::Tickets => f.write_str("v1/tickets.json"),
            Item::Schema => f.write_str("v1/schema.json"),
            Item::Address => f.write_str("address"),
            Item::Csv(month) => write!(f, "csv/{month}.csv"),
            Item::Feed => f.write_str("feed.xml"),
            Item::Robots => f.write_str("robots.txt"),
            Item::Sitemaps => f.write_str("sitemap.xml"),
            Item::Sitemap(None) => f.write_str("sitemap-pages.xml"),
            Item::Sitemap(Some(month)) => write!(f, "sitemap-{month}.xml"),
            Item::Style => f.write_str("style.css"),
            Item::Script(script) => f.write_str(script.name()),
            Item::Page(Lang::Zh, page) => write!(f, "{page}"),
            Item::Page(Lang::En, page) => write!(f, "en/{page}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling() {
        for good in [
            "checkpoint",
            "log.vkey",
            "tile/0/000",
            "tile/entries/x001/234.p/7",
            "find/digits",
            "find/1/f",
            "find/4/00a0",
            "day/2026-11-22.json",
            "v1/status.json",
            "v1/days.json",
            "v1/days/2026-11.json",
            "v1/goods.json",
            "v1/funds.json",
            "v1/boxes.json",
            "v1/students.json",
            "v1/schema.json",
            "address",
            "csv/2026-11.csv",
            "feed.xml",
            "robots.txt",
            "sitemap.xml",
            "sitemap-pages.xml",
            "sitemap-2026-11.xml",
            "style.css",
            "check.js",
            "checker.en.html",
            "r/index.html",
            "en/r/index.html",
            "index.html",
            "en/index.html",
            "days/index.html",
            "en/days/2026-11/index.html",
            "en/d/2026-11-22/index.html",
            "out/index.html",
            "out/2026-11/index.html",
            "en/out/p2026-11/index.html",
            "students/index.html",
            "en/funds/index.html",
            "boxes/index.html",
            "log/index.html",
            "en/goods/index.html",
            "en/how/index.html",
            "tamper/index.html",
        ] {
            assert_eq!(Item::parse(good).unwrap().to_string(), good);
        }
    }

    #[test]
    fn what_is_spelled_otherwise_is_no_path() {
        for bad in [
            "",
            "/checkpoint",
            "./index.html",
            "en/en/index.html",
            "d/2026-11-22/",
            "d/2026-02-30/index.html",
            "d/../index.html",
            "d/2026-11-22//index.html",
            "day/2026-11-22.tlog-proof",
            "days/2026-13/index.html",
            "days/2026-11-01/index.html",
            "out/p7/index.html",
            "out/p07-0/index.html",
            "out/p7-+1/index.html",
            "out/7-0/index.html",
            "out/p7-0/0/index.html",
            "v1/days/2026-1.json",
            "csv/2026-11-01.csv",
            "csv/2026-11",
            "sitemap-2026-13.xml",
            "sitemap-.xml",
            "find/0/",
            "find/5/00000",
            "find/2/7F",
            "find/2/+7",
            "find/2/7",
            "find/2/7f0",
            "find/02/7f",
            "tile/entries/000.p/256",
            "en/style.css",
        ] {
            assert_eq!(Item::parse(bad), None, "{bad:?} was taken for a path");
        }
    }
}
