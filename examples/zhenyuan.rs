//! 镇原: three levels of teams, 522 of them, needs that are solved on the level where they can be,
//! and a mixed total of money and goods that is split when it is entered.
//!
//!     cargo run --example zhenyuan [-- FOLDER]      publishes to FOLDER too
//!
//! The figures are those that the programme told of itself; what it does not say is made up.

#![allow(clippy::indexing_slicing, reason = "what is not there ends an example")]

mod stage;

use stage::{Failure, Stage, places, say};
use std::fmt::Write as _;

/// Needs that were solved, and how many of them the village passed up.
const NEEDS: usize = 110;
const PASSED_UP: usize = 30;

fn main() -> Result<(), Failure> {
    let mut stage = Stage::found("zhenyuan", "镇原阳光救援", "2026-03-01")?;
    teams(&mut stage)?;
    needs(&mut stage)?;
    rescue(&mut stage)?;
    stage.publish()?;
    published(&stage)?;
    stage.publish_where_told()
}

/// A county's corps; 19 towns, 215 villages and 6 communities; 10 direct, 46 special and 225 of
/// trades.
fn teams(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-01", "09:00")?;
    stage.by("zhao", "org add zhenyuan --name 镇原县志愿服务总队 --level corps --kind county --volunteers-least 101000")?;
    let mut list = String::new();
    for town in 1..=19 {
        writeln!(list, "zhen-{town},zhenyuan,branch,township,第{town}乡镇支队")?;
    }
    for village in 1..=215 {
        writeln!(list, "cun-{village},zhen-{},squad,village,第{village}村分队", village % 19 + 1)?;
    }
    for community in 1..=6 {
        writeln!(list, "shequ-{community},zhen-1,squad,community,第{community}社区分队")?;
    }
    for (name, count, kind, title) in [
        ("zhishu", 10, "direct", "直属"),
        ("tese", 46, "special", "特色"),
        ("hangye", 522 - 240 - 10 - 46 - 1, "trade", "行业"),
    ] {
        for number in 1..=count {
            writeln!(list, "{name}-{number},zhenyuan,team,{kind},{title}第{number}服务队")?;
        }
    }
    stage.write("orgs.csv", list)?;
    stage.by("zhao", "org add --list orgs.csv")?;
    // A village's team is under a town's, never above it.
    stage
        .refused("zhao", "org add odd --name 倒置 --level branch --kind township --under cun-1")?;
    Ok(())
}

/// 110 needs: asked in a village, some passed up to the town and the county, all closed with
/// evidence and by another officer's visit.
fn needs(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-02", "09:00")?;
    let told = stage.by("zhao", "volunteer enrol --org cun-1")?;
    let helper = told["volunteer"].as_str().ok_or("no pseudonym")?.to_owned();
    stage.write("paper.txt", "签收单")?;
    stage.write("visit.txt", "回访记录")?;
    for number in 0..NEEDS {
        let need = format!("n-{number}");
        stage.by(
            "lin",
            &format!("wish ask {need} --kind need --category home --of b-{number} --what 房屋修缮"),
        )?;
        if number < PASSED_UP {
            stage.by("lin", &format!("wish escalate {need} --to township --why 村里办不了"))?;
        }
        if number < PASSED_UP / 3 {
            stage.by("lin", &format!("wish escalate {need} --to county --why 乡镇办不了"))?;
            stage.refused("lin", &format!("wish escalate {need} --to village --why 退回"))?;
        }
        stage.by("lin", &format!("wish claim {need} --volunteer {helper}"))?;
        stage.by("lin", &format!("wish deliver {need} --evidence paper.txt"))?;
        stage.by("wen", &format!("wish confirm {need} --way visit --evidence visit.txt"))?;
    }
    Ok(())
}

/// "Money and goods, more than 200,000 together": the money is gifts, the goods are units with what
/// they were worth beside them, and the two are never added up.
fn rescue(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-03", "09:00")?;
    stage.by("lin", "give --amount 123456.78 --to bank --slip 救援-1")?;
    stage.by("zhao", "site open station --kind main --name 阳光救援物资点")?;
    stage.by("zhao", "goods category quilts --zh 棉被 --en quilts --unit 床")?;
    let taken = stage.by(
        "lin",
        "goods receive quilts=765 --site station --condition new --basis voucher --value 76543.22",
    )?;
    stage.by("wen", &format!("goods countersign {}", places(&taken)))?;
    Ok(())
}

/// What anybody can read, and what it comes to.
fn published(stage: &Stage) -> Result<(), Failure> {
    let (status, goods) = (stage.file("status.json")?, stage.file("goods.json")?);
    let (hours, wishes) = (stage.file("hours.json")?, stage.file("wishes.json")?);
    let orgs = hours["orgs"].as_array().ok_or("no organisations")?;
    let count = |kind: &str| orgs.iter().filter(|org| org["kind"] == kind).count();
    let levels = ["township", "village", "community"].map(count);
    assert_eq!((levels, levels.iter().sum::<usize>()), ([19, 215, 6], 240));
    assert_eq!((count("direct"), count("special"), orgs.len()), (10, 46, 522));
    let least = orgs.iter().find_map(|org| org["before"]["volunteers"]["least"].as_u64());
    assert_eq!(least, Some(101_000));
    let confirmed = |of: &str, what: &str| wishes[of][what]["confirmed"].as_u64().unwrap_or(0);
    assert_eq!(confirmed("kinds", "need"), 110);
    let ranks = ["village", "township", "county"].map(|rank| confirmed("ranks", rank));
    assert_eq!(ranks, [80, 20, 10]);
    let (money, worth) = (
        status["closed"]["closing"]["total"].as_u64().unwrap_or(0),
        goods["categories"][0]["worth"]["voucher"].as_u64().unwrap_or(0),
    );
    assert_eq!((money, worth, money + worth), (12_345_678, 7_654_322, 20_000_000));
    say(
        "镇原：总队下 19 + 215 + 6 = 240 支队伍，连同直属、特色和行业队共 522 支；志愿者至少 101,000 名",
        "Zhenyuan: 19 + 215 + 6 = 240 teams below the county, 522 with direct, special and trade teams; at least 101,000 volunteers",
    );
    say(
        "需求 110 件都办结：村 80、乡镇 20、县 10，逐级上报，件件有凭据",
        "110 needs solved: 80 in villages, 20 in towns, 10 by the county, each passed up in turn and with evidence",
    );
    say(
        "捐款捐物二十余万分开记：钱 123,456.78 元，棉被 765 床（凭据 76,543.22 元，不算钱）",
        "200,000 of money and goods are split: 123,456.78 yuan, and 765 quilts (by voucher 76,543.22, no money)",
    );
    say("已公示，陌生人核验通过", "published, and verified as a stranger would");
    Ok(())
}
