//! Volunteering: organisations, years and stars. Nobody is named, not even by pseudonym.

use super::{Frame, MAX_GRANTS};
use crate::domain::line::hours::volunteer::Serving;
use crate::domain::line::hours::{AtLeast, OrgLevel};
use crate::publish::history::History;
use crate::publish::hours::{OrgSums, Year, Years, any, by_org};
use askama::Template;

/// The page of volunteering.
#[derive(Template)]
#[template(path = "hours.html", config = "src/publish/pages/askama.toml")]
pub(super) struct HoursPage {
    f: Frame,
    orgs: usize,
    volunteers: usize,
    certificates: usize,
    all: YearRow,
    /// The newest first.
    years: Vec<YearRow>,
    stars: Vec<StarRow>,
    /// How many organisations of each level there are.
    levels: Vec<(&'static str, usize)>,
    /// The highest organisations and those directly under them, with all below.
    tree: Vec<OrgRow>,
    /// How many more of these there are.
    rest: usize,
    /// What organisations say of the time before the ledger.
    before: Vec<(String, String)>,
}

/// A year, or all of them.
struct YearRow {
    year: i32,
    activities: u64,
    volunteers: u64,
    times: u64,
    hours: String,
}

/// A star, from how many hours on, and who has it.
struct StarRow {
    name: &'static str,
    hours: u64,
    volunteers: u64,
}

struct OrgRow {
    name: String,
    level: &'static str,
    volunteers: u64,
    times: u64,
    hours: String,
}

impl HoursPage {
    /// The page; `None` if there is no organisation.
    pub(super) fn new(history: &History<'_>, f: Frame) -> Option<HoursPage> {
        let books = history.books();
        let hours = &books.hours;
        if !any(books) {
            return None;
        }
        let (years, norms) = (Years::of(books), hours.norms());
        let all = years.all();
        let names = f.lang.pick(
            ["一星", "二星", "三星", "四星", "五星"],
            ["one star", "two stars", "three stars", "four stars", "five stars"],
        );
        let stars = names.into_iter().zip(norms.stars.iter()).zip(all.stars);
        let stars =
            stars.map(|((name, hours), volunteers)| StarRow { name, hours: *hours, volunteers });
        let level = |level: &OrgLevel| {
            let count = hours.orgs.iter().filter(|(_, org)| org.level == *level).count();
            (several(*level, &f), count)
        };
        let (tree, rest) = tree(history, &f);
        Some(HoursPage {
            orgs: hours.orgs.len(),
            volunteers: hours
                .volunteers
                .iter()
                .filter(|(_, volunteer)| volunteer.standing == Serving::Active)
                .count(),
            certificates: hours.certificates.len(),
            all: YearRow::new(0, &all, &f),
            years: years.0.iter().rev().map(|(year, sums)| YearRow::new(*year, sums, &f)).collect(),
            stars: stars.collect(),
            levels: OrgLevel::ALL.iter().map(level).filter(|(_, count)| *count > 0).collect(),
            tree,
            rest,
            before: before(history, &f),
            f,
        })
    }
}

impl YearRow {
    fn new(year: i32, sums: &Year, f: &Frame) -> YearRow {
        let Year { activities, volunteers, times, minutes, .. } = *sums;
        YearRow { year, activities, volunteers, times, hours: f.time(minutes) }
    }
}

/// The highest organisations, each before those directly under it, and how many are left out.
fn tree(history: &History<'_>, f: &Frame) -> (Vec<OrgRow>, usize) {
    let orgs = &history.books().hours.orgs;
    let sums = by_org(history.books(), true);
    let under = |above| orgs.iter().filter(move |(_, org)| org.under == above);
    let (mut rows, mut rest) = (Vec::new(), 0);
    for (id, org) in under(None).flat_map(|top| [top].into_iter().chain(under(Some(*top.0)))) {
        let OrgSums { volunteers, times, minutes, .. } = sums.get(id).copied().unwrap_or_default();
        if rows.len() == MAX_GRANTS {
            rest += 1;
            continue;
        }
        rows.push(OrgRow {
            name: org.name.to_string(),
            level: org.level.name(f.lang),
            volunteers,
            times,
            hours: f.time(minutes),
        });
    }
    (rows, rest)
}

/// Lower bounds from before the ledger, by the organisation that states them.
fn before(history: &History<'_>, f: &Frame) -> Vec<(String, String)> {
    let stated = history.books().hours.orgs.iter().filter_map(|(_, org)| {
        let brought = org.brought?;
        let one = |figure: Option<AtLeast>, zh: &str, en: &str| {
            let AtLeast { least } = figure?;
            Some(f.lang.pick(format!("至少 {least} {zh}"), format!("at least {least} {en}")))
        };
        let all = [
            one(brought.volunteers, "名志愿者", "volunteers"),
            one(brought.times, "人次", "person-times"),
            one(brought.hours, "小时", "hours"),
        ];
        let all: Vec<_> = all.into_iter().flatten().collect();
        Some((org.name.to_string(), all.join(f.t("，", ", "))))
    });
    stated.take(MAX_GRANTS).collect()
}

/// What organisations of a level are called together.
fn several(level: OrgLevel, f: &Frame) -> &'static str {
    match level {
        OrgLevel::Branch => f.t("支队", "branches"),
        OrgLevel::Squad => f.t("分队", "squads"),
        OrgLevel::Team => f.t("服务队", "teams"),
        OrgLevel::Corps => level.name(f.lang),
    }
}
