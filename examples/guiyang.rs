//! 贵阳: stars by hours, appropriations and raised money that never mix, a pledge over three years,
//! goods that cannot be handed out twice, and parts that are never more than the whole.
//!
//!     cargo run --example guiyang [-- FOLDER]      publishes to FOLDER too
//!
//! The figures are those that the programme told of itself; what it does not say is made up.

#![allow(clippy::indexing_slicing, reason = "what is not there ends an example")]

mod stage;

use stage::{Failure, Stage, places, say};

/// Volunteers with five stars, with four, and with fewer.
const STARS: [(usize, &str); 3] = [(95, "13:00"), (103, "12:59"), (111, "08:59")];

fn main() -> Result<(), Failure> {
    let mut stage = Stage::found("guiyang", "贵阳绿丝带", "2026-03-05")?;
    stars(&mut stage)?;
    money(&mut stage)?;
    pledge(&mut stage)?;
    goods(&mut stage)?;
    stage.publish()?;
    published(&stage)?;
    stage.publish_where_told()
}

/// 309 served, of them 95 have five stars and 103 four. A fifth star takes five hours here and not
/// 1,500, so that one afternoon tells the story.
fn stars(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-05", "09:00")?;
    stage.by("zhao", "org add guiyang --name 贵阳志愿者协会 --level corps --kind county --volunteers-least 520000 --times-least 500000")?;
    stage.by("zhao", "volunteer norms --stars 1,2,3,4,5")?;
    stage.by("zhao", "duty add crossing --org guiyang --title 文明路口 --day 2026-03-05 --from 08:00 --to 13:00 --places 309")?;
    let mut people = Vec::new();
    for (count, until) in STARS {
        for _ in 0..count {
            let told = stage.by("zhao", "volunteer enrol --org guiyang")?;
            people.push((told["volunteer"].as_str().ok_or("no pseudonym")?.to_owned(), until));
        }
    }
    stage.at("2026-03-05", "18:00")?;
    for (_, until) in STARS {
        let some: Vec<&str> =
            people.iter().filter(|(_, to)| *to == until).map(|(name, _)| name.as_str()).collect();
        stage.by("zhao", &format!("hours add crossing {} --to {until}", some.join(" ")))?;
    }
    // All 309 places are taken: a part is never more than the whole.
    let late = stage.by("zhao", "volunteer enrol --org guiyang")?;
    let late = late["volunteer"].as_str().ok_or("no pseudonym")?;
    stage.refused("zhao", &format!("hours add crossing {late}"))?;
    stage.by("zhao", &format!("volunteer leave {late}"))?;
    Ok(())
}

/// 800,000 yuan of the budget of 2026 in a pot of its own; gifts stay outside.
fn money(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-06", "09:00")?;
    stage.by("zhao", "pot open budget --for 志愿服务经费 --source fiscal --year 2026")?;
    stage.by("lin", "grant --amount 800000 --to bank --for budget --number G-1")?;
    stage.by("lin", "give --amount 1533333.33 --to bank --slip R-1")?;
    stage.refused("lin", "give --amount 1 --to wx --slip R-2 --for budget")?;
    Ok(())
}

/// Two pledges, 3,600 and 3,000 a year for three years: 19,800.
fn pledge(stage: &mut Stage) -> Result<(), Failure> {
    let mut students = Vec::new();
    for _ in 0..2 {
        let told = stage.by("lin", "student nominate --level junior --source community")?;
        students.push(told["student"].as_str().ok_or("no pseudonym")?.to_owned());
    }
    stage.by("wen", &format!("student visit --finding fit {}", students.join(" ")))?;
    stage.by("bai", &format!("student admit {}", students.join(" ")))?;
    for (student, monthly) in students.iter().zip([300, 250]) {
        stage.by("lin", &format!("pair open p-{monthly} --sponsor d-{monthly} --student {student} --monthly {monthly} --from 2026-04-01 --until 2029-03-31"))?;
    }
    let due = |stage: &mut Stage, by: &str| -> Result<u64, Failure> {
        let told = stage.by("lin", &format!("pair due --by {by}"))?;
        let pairs = told["pairs"].as_array().into_iter().flatten();
        Ok(pairs.filter_map(|pair| pair["due"].as_u64()).sum())
    };
    assert_eq!(due(stage, "2027-03-31")?, 660_000);
    assert_eq!(due(stage, "2029-03-31")?, 1_980_000);
    Ok(())
}

/// 8,407 gift bags of which 8,347 were handed out, and 861 pieces of relief in 5,089 rescues.
fn goods(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-03-07", "09:00")?;
    stage.by("zhao", "site open station --kind main --name 绿丝带服务站")?;
    for category in
        ["bags --zh 礼包 --en bags --unit 个", "relief --zh 救助物资 --en relief --unit 件"]
    {
        stage.by("zhao", &format!("goods category {category}"))?;
    }
    let taken = stage.by("lin", "goods receive bags=8407 relief=861 --site station")?;
    stage.by("wen", &format!("goods countersign {}", places(&taken)))?;
    stage.by("lin", "goods inspect bags --site station --usable 8407")?;
    stage.by("lin", "goods inspect relief --site station --usable 861")?;
    stage.by("lin", "goods issue bags=8347 --site station --to 清洁工和老人")?;
    stage.by("lin", "goods issue relief=861 --site station --to 街头救助")?;
    // No more than there is: 60 bags are left, and no relief.
    stage.refused("lin", "goods issue bags=61 --site station --to 清洁工和老人")?;
    stage.refused("lin", "goods issue relief=1 --site station --to 街头救助")?;
    Ok(())
}

/// What anybody can read, and what it comes to.
fn published(stage: &Stage) -> Result<(), Failure> {
    let (status, funds) = (stage.file("status.json")?, stage.file("funds.json")?);
    let (goods, hours) = (stage.file("goods.json")?, stage.file("hours.json")?);
    assert_eq!(hours["years"][0]["stars"], serde_json::json!([0, 0, 0, 103, 95]));
    assert_eq!(
        (&hours["years"][0]["volunteers"], &hours["volunteers"]),
        (&309.into(), &309.into())
    );
    assert_eq!(hours["orgs"][0]["before"]["volunteers"]["least"], 520_000);
    let ever = &status["closed"]["ever"];
    assert_eq!(
        (&ever["gift"]["fen"], &ever["grant"]["fen"]),
        (&153_333_333.into(), &80_000_000.into())
    );
    assert_eq!(
        (&funds["restricted"], &funds["unrestricted"]),
        (&80_000_000.into(), &153_333_333.into())
    );
    assert_eq!(
        (&funds["pots"][0]["source"], &funds["pots"][0]["year"]),
        (&"fiscal".into(), &2026.into())
    );
    let of = |at: usize, what: &str| goods["categories"][at][what].as_u64().unwrap_or(0);
    assert_eq!([of(0, "received"), of(0, "issued"), of(0, "stock")], [8_407, 8_347, 60]);
    assert_eq!([of(1, "received"), of(1, "issued"), of(1, "stock")], [861, 861, 0]);
    say(
        "贵阳：五星 95 人，四星 103 人，共 309 人服务；账本之前登记的至少 520,000 人，只知下限",
        "Guiyang: 95 volunteers with five stars, 103 with four, of 309 who served; at least 520,000 before the ledger",
    );
    say(
        "财政拨款 800,000.00 元和募集 1,533,333.33 元分开，互不能用",
        "appropriations of 800,000.00 yuan and 1,533,333.33 raised stand apart, and neither pays for the other",
    );
    say(
        "承诺三年：3,600 + 3,000 一年，到期应收共 19,800.00 元",
        "two pledges of 3,600 and 3,000 a year: 19,800.00 yuan due after three years",
    );
    say(
        "礼包 8,407 个发出 8,347，救助物资 861 件全部发出，多发一件都被拒绝",
        "8,347 of 8,407 bags and all 861 pieces of relief handed out; one more is refused",
    );
    say("已公示，陌生人核验通过", "published, and verified as a stranger would");
    Ok(())
}
