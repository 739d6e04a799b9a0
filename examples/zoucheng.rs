//! 邹城: 1 + 16 + 614 points for people with disabilities, three helpers for each, two loops that
//! both close, and a platform's money that is told from what was given at home.
//!
//!     cargo run --example zoucheng [-- FOLDER]      publishes to FOLDER too
//!
//! The figures are those that the programme told of itself; what it does not say is made up.

#![allow(clippy::indexing_slicing, reason = "what is not there ends an example")]

mod stage;

use stage::{Failure, Stage, places, say};
use std::fmt::Write as _;

/// Beneficiaries of the story, each with a group of three.
const PERSONS: usize = 60;

fn main() -> Result<(), Failure> {
    let mut stage = Stage::found("zoucheng", "邹城三帮一", "2026-09-01")?;
    points(&mut stage)?;
    groups(&mut stage)?;
    loops(&mut stage)?;
    money(&mut stage)?;
    stage.publish()?;
    published(&stage)?;
    stage.publish_where_told()
}

/// A county's centre, 16 townships and 614 villages; 23 associations; whose turn the chair is.
fn points(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-09-01", "09:00")?;
    stage.by("zhao", "org add zoucheng --name 邹城市助残中心 --level corps --kind county --volunteers-least 208000")?;
    let mut list = String::new();
    for town in 1..=16 {
        writeln!(list, "zhen-{town},zoucheng,branch,township,第{town}镇街助残站")?;
        for village in 1..=if town <= 6 { 39 } else { 38 } {
            writeln!(
                list,
                "cun-{town}-{village},zhen-{town},squad,village,第{town}镇街第{village}村残协"
            )?;
        }
    }
    for branch in 1..=23 {
        writeln!(list, "fenhui-{branch},zoucheng,team,trade,第{branch}分会")?;
    }
    stage.write("orgs.csv", list)?;
    stage.by("zhao", "org add --list orgs.csv")?;
    // The chair goes round: one officer at a time.
    stage.by("zhao", "org chair zoucheng lin --from 2026-09-01 --until 2026-09-30")?;
    stage.refused("zhao", "org chair zoucheng wen --from 2026-09-30 --until 2026-10-31")?;
    stage.by("zhao", "org chair zoucheng wen --from 2026-10-01 --until 2026-10-31")?;
    Ok(())
}

/// 三帮一: a group of three for each; nobody is left out.
fn groups(stage: &mut Stage) -> Result<(), Failure> {
    stage.by("zhao", "wish terms --helpers 3")?;
    let mut helpers = Vec::new();
    for _ in 0..12 {
        let told = stage.by("zhao", "volunteer enrol --org cun-1-1")?;
        helpers.push(told["volunteer"].as_str().ok_or("no pseudonym")?.to_owned());
    }
    for person in 0..PERSONS {
        let three = [0, 1, 2].map(|at| helpers[(person + at * 4) % helpers.len()].as_str());
        stage.by("lin", &format!("helpers set b-{person} {}", three.join(" ")))?;
    }
    Ok(())
}

/// 双闭环: policy can solve the first, which goes to an office; the second goes up to volunteers of
/// the town and the county. Neither is closed before another officer has asked.
fn loops(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-09-02", "09:00")?;
    stage.write("paper.txt", "签收单")?;
    stage.write("visit.txt", "回访记录")?;
    stage.by("lin", "wish ask policy --kind need --category rights --of b-0 --what 残疾证换发 --office 镇街残联")?;
    stage.by("lin", "wish ask beyond --kind need --category home --of b-1 --what 无障碍改造")?;
    // Whom an office serves no volunteer claims, and the other way round.
    stage.refused("lin", "wish claim beyond")?;
    stage.at("2026-09-10", "09:00")?;
    let due = stage.by("lin", "wish due")?;
    assert_eq!(
        due["wishes"].as_array().map(Vec::len),
        Some(2),
        "seven days without an answer: {due}"
    );
    stage.by("lin", "wish escalate beyond --to township --why 村里办不了")?;
    stage.by("lin", "wish escalate beyond --to county --why 上报市协会")?;
    let told = stage.by("lin", "helpers list")?;
    let helper = told["persons"][0]["helpers"][0].as_str().ok_or("no helper")?.to_owned();
    for (wish, words) in [("policy", String::new()), ("beyond", format!(" --volunteer {helper}"))] {
        stage.by("lin", &format!("wish claim {wish}{words}"))?;
        stage.by("lin", &format!("wish deliver {wish} --evidence paper.txt"))?;
        let confirm = format!("wish confirm {wish} --way visit --evidence visit.txt");
        stage.refused("lin", &confirm)?;
        stage.by("wen", &confirm)?;
    }
    Ok(())
}

/// More than 3,000,000 since 2021, of them 1,300,000 through Tencent 99: what donors gave there,
/// what the platform added, what came in at home, and goods.
fn money(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-09-11", "09:00")?;
    for words in [
        "account open tencent --kind bank",
        "site open station --kind main --name 助残物资站",
        "goods category chairs --zh 轮椅 --en wheelchairs --unit 辆",
    ] {
        stage.by("zhao", words)?;
    }
    stage.by("lin", "give --amount 1000000 --to tencent --slip 99-捐款")?;
    stage.by("lin", "matching --amount 300000 --to tencent --number 99-配捐")?;
    stage.by("lin", "give --amount 1200000 --to bank --slip 线下-1")?;
    let taken = stage.by(
        "lin",
        "goods receive chairs=1000 --site station --condition new --basis voucher --value 500000",
    )?;
    stage.by("wen", &format!("goods countersign {}", places(&taken)))?;
    Ok(())
}

/// What anybody can read, and what it comes to.
fn published(stage: &Stage) -> Result<(), Failure> {
    let (status, goods) = (stage.file("status.json")?, stage.file("goods.json")?);
    let (hours, wishes) = (stage.file("hours.json")?, stage.file("wishes.json")?);
    let orgs = hours["orgs"].as_array().ok_or("no organisations")?;
    let points = orgs.iter().filter(|org| org["level"] != "team").count();
    assert_eq!((points, orgs.len() - points), (1 + 16 + 614, 23));
    let helpers = &wishes["helpers"];
    assert_eq!((&helpers["need"], &helpers["persons"]), (&3.into(), &PERSONS.into()));
    assert_eq!(helpers["covered"], helpers["persons"]);
    let closed = |route: &str| wishes["routes"][route]["confirmed"].as_u64();
    assert_eq!((closed("office"), closed("volunteers")), (Some(1), Some(1)));
    let ever = &status["closed"]["ever"];
    let of = |kind: &str| ever[kind]["fen"].as_u64().unwrap_or(0);
    let held = &status["closed"]["closing"]["held"];
    assert_eq!((of("gift"), of("match")), (220_000_000, 30_000_000));
    assert_eq!((&held["tencent"], &held["bank"]), (&130_000_000.into(), &120_000_000.into()));
    let worth = goods["categories"][0]["worth"]["voucher"].as_u64().unwrap_or(0);
    assert_eq!(of("gift") + of("match") + worth, 300_000_000);
    say(
        "邹城：1 + 16 + 614 = 631 个点，23 个分会；会长轮值，一时一人",
        "Zoucheng: 1 + 16 + 614 = 631 points and 23 branches; the chair goes round, one officer at a time",
    );
    say(
        &format!("三帮一：{PERSONS} 人各有三名帮扶人，覆盖 100%"),
        &format!("three for one: {PERSONS} people have three helpers each, all of them covered"),
    );
    say(
        "双闭环：政策能办的交残联，办不了的逐级上报给志愿者，两件都有凭据、都由另一人确认",
        "two loops: what policy solves went to the office, the other up to volunteers; both closed with evidence and by another officer",
    );
    say(
        "99 公益日 1,300,000.00 元（其中配捐 300,000.00），线下 1,200,000.00 元，物资 500,000.00 元只备查，共 3,000,000.00",
        "Tencent 99 brought 1,300,000.00 yuan (300,000.00 of it matching), at home 1,200,000.00, goods of 500,000.00 as a memorandum: 3,000,000.00 together",
    );
    say("已公示，陌生人核验通过", "published, and verified as a stranger would");
    Ok(())
}
