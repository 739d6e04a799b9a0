//! Volunteering of real counties, as their reports give the figures: trees of organisations, a year
//! of activities, stars, and what may only be a lower bound.

use crate::days::{FOUNDING, Town};
use std::fmt::Write as _;
use yishan::domain::line::hours::{Ground, OrgLevel};
use yishan::publish::{Year, Years};

/// `count` organisations named `name-1` and so on, of one level and kind, under another.
fn orgs(town: &mut Town, name: &str, count: usize, level: &str, kind: &str, under: &str) {
    let one = |n: usize| format!("org {name}-{n} {level} kind={kind} under={under}");
    let all: Vec<_> = (1..=count).map(one).collect();
    for some in all.chunks(100) {
        town.live(&format!("sun {}  ok", some.join(" + ")));
    }
}

/// How many organisations there are of a level and kind.
fn count(town: &Town, level: OrgLevel, kind: Ground) -> usize {
    let all = town.books.hours.orgs.iter();
    all.filter(|(_, org)| org.level == level && org.kind == kind).count()
}

#[test]
fn the_federation_of_qianan_has_20_stations_164_village_teams_and_206_organisations() {
    let mut town = Town::founded();
    town.live("sun org qianan corps kind=county  ok");
    orgs(&mut town, "zhen", 16, "branch", "township", "qianan");
    orgs(&mut town, "shequ", 4, "branch", "community", "qianan");
    for station in 1..=16 {
        // Ten villages each, and four townships have one more.
        let villages = if station <= 4 { 11 } else { 10 };
        let under = format!("zhen-{station}");
        orgs(&mut town, &format!("cun-{station}"), villages, "team", "village", &under);
    }
    orgs(&mut town, "xiehui", 21, "branch", "trade", "qianan");
    let stations = [Ground::Township, Ground::Community].map(|k| count(&town, OrgLevel::Branch, k));
    assert_eq!(stations, [16, 4]);
    assert_eq!(count(&town, OrgLevel::Team, Ground::Village), 164);
    let all = town.books.hours.orgs.iter().count();
    assert_eq!(all, 206);
    assert!(stations.iter().sum::<usize>() + 164 <= all, "the parts are more than the whole");
}

#[test]
fn a_year_of_200_activities_2600_person_times_and_2810_hours_adds_up_to_the_minute() {
    let mut town = Town::unfounded();
    // Founded in 2025: no duty is older than its fund.
    town.now -= 335 * 86_400;
    town.live(&format!("{FOUNDING}  ok"));
    town.now += 335 * 86_400;
    town.live("sun org qianan corps kind=county  ok");
    let people: Vec<_> = (1..=13).map(|n| format!("volunteer v-{n} qianan")).collect();
    town.live(&format!("sun {}  ok", people.join(" + ")));
    let mut served = 0;
    for number in 0..200 {
        let day = yishan::domain::time::Day::parse(b"2026-01-01").unwrap().offset(number).unwrap();
        let mut row = format!("sun duty d-{number} qianan {day} 08:00 09:05 places=13");
        for volunteer in 1..=13 {
            // 2,200 times 65 minutes and 400 times 64 are 2,810 hours.
            served += 1;
            let to = if served <= 2_200 { "09:05" } else { "09:04" };
            write!(row, " + serve v-{volunteer} d-{number} 08:00 {to}").unwrap();
        }
        town.live(&format!("{row}  ok"));
    }
    let years = Years::of(&town.books);
    let all = Year { activities: 200, volunteers: 13, times: 2_600, ..Year::default() };
    let year = Year { minutes: 2_810 * 60, stars: [13, 0, 0, 0, 0], ..all };
    assert_eq!(years.0.into_iter().collect::<Vec<_>>(), [(2026, year)]);
}

#[test]
fn three_levels_of_522_teams_keep_what_is_only_known_as_at_least() {
    let mut town = Town::founded();
    town.live("sun org zhenyuan corps kind=county  ok");
    orgs(&mut town, "zhen", 19, "branch", "township", "zhenyuan");
    orgs(&mut town, "cun", 215, "squad", "village", "zhen-1");
    orgs(&mut town, "shequ", 6, "squad", "community", "zhen-2");
    assert_eq!(town.books.hours.orgs.iter().count(), 1 + 240);
    orgs(&mut town, "zhishu", 10, "team", "direct", "zhenyuan");
    orgs(&mut town, "tese", 46, "team", "special", "zhenyuan");
    assert_eq!(town.books.hours.orgs.iter().count(), 240 + 57);
    orgs(&mut town, "hangye", 522 - 240 - 57, "team", "trade", "zhenyuan");
    assert_eq!(town.books.hours.orgs.iter().count(), 522);
    // 10.1万 volunteers are said to be, and none of them is counted.
    town.live("sun org lao corps kind=county brought=101000  ok");
    let (_, org) = town.books.hours.orgs.iter().find(|(id, _)| id.as_str() == "lao").unwrap();
    assert_eq!(org.brought.unwrap().volunteers.unwrap().least, 101_000);
    assert_eq!(town.books.hours.volunteers.iter().count(), 0);
    assert_eq!(Years::of(&town.books), Years::default());
}

#[test]
fn one_and_16_and_614_points_are_631_and_23_branches_stand_beside_them() {
    let mut town = Town::founded();
    town.live("sun org zoucheng corps kind=county  ok");
    orgs(&mut town, "zhen", 16, "branch", "township", "zoucheng");
    for (station, points) in (1..=16).zip([39; 6].into_iter().chain([38; 10])) {
        let under = format!("zhen-{station}");
        orgs(&mut town, &format!("dian-{station}"), points, "squad", "village", &under);
    }
    assert_eq!(town.books.hours.orgs.iter().count(), 631);
    orgs(&mut town, "fenhui", 23, "team", "trade", "zoucheng");
    assert_eq!(count(&town, OrgLevel::Team, Ground::Trade), 23);
    assert_eq!(town.books.hours.orgs.iter().count(), 631 + 23);
}

#[test]
fn ninety_five_have_five_stars_and_103_have_four() {
    let mut town = Town::founded();
    town.live("sun org guiyang corps kind=county  ok");
    town.live("sun norms 1,2,3,4,5  ok");
    town.live("sun duty a guiyang 2026-11-22 08:00 13:00 places=309  ok");
    let served = |n: usize| match n {
        1..=95 => "13:00",
        96..=198 => "12:59",
        _ => "08:59",
    };
    let all: Vec<_> = (1..=309).collect();
    for some in all.chunks(100) {
        let people: Vec<_> = some.iter().map(|n| format!("volunteer v-{n} guiyang")).collect();
        town.live(&format!("sun {}  ok", people.join(" + ")));
        let hours: Vec<_> =
            some.iter().map(|n| format!("serve v-{n} a 08:00 {}", served(*n))).collect();
        town.live(&format!("sun {}  ok", hours.join(" + ")));
    }
    assert_eq!(Years::of(&town.books).all().stars, [0, 0, 0, 103, 95]);
    // Of 309 places none is left: a part is never more than the whole.
    town.live(
        "sun volunteer v-310 guiyang  ok
         sun serve v-310 a 08:00 09:00  DutyFull",
    );
}
