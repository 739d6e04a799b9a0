//! 乾安: more than 100,000 yuan for 150 students, 206 organisations, a year of volunteers' hours, and
//! clothes of which only "more than 15,000" is known.
//!
//!     cargo run --example qianan [-- FOLDER]      publishes to FOLDER too
//!
//! The folder is where it publishes, if what it published is to be looked at.
//! The figures are those that the programme told of itself; what it does not say is made up.

#![allow(clippy::indexing_slicing, reason = "what is not there ends an example")]

mod stage;

use stage::{Failure, Stage, say};
use std::fmt::Write as _;

/// Who names students: four offices, and they themselves.
const SOURCES: [&str; 5] = ["education", "civil", "community", "township", "self"];

fn main() -> Result<(), Failure> {
    let mut stage = Stage::found("qianan", "乾安日行一善", "2026-01-01")?;
    organisations(&mut stage)?;
    hours(&mut stage)?;
    clothes(&mut stage)?;
    let students = students(&mut stage)?;
    money(&mut stage, &students)?;
    stage.publish()?;
    published(&stage)?;
    year(&mut stage)
}

/// A tree of a county, 16 townships and 4 communities, 164 villages and 21 associations.
fn organisations(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-01-01", "09:00")?;
    stage.by("zhao", "org add qianan --name 乾安县志愿者联合会 --level corps --kind county --volunteers-least 10000")?;
    let mut list = String::new();
    for station in 1..=16 {
        writeln!(list, "zhen-{station},qianan,branch,township,第{station}乡镇志愿服务站")?;
        for village in 1..=if station <= 4 { 11 } else { 10 } {
            let name = format!("第{station}乡镇第{village}村服务队");
            writeln!(list, "cun-{station}-{village},zhen-{station},team,village,{name}")?;
        }
    }
    for station in 1..=4 {
        writeln!(list, "shequ-{station},qianan,branch,community,第{station}社区志愿服务站")?;
    }
    for other in 1..=21 {
        writeln!(list, "xiehui-{other},qianan,branch,trade,第{other}行业协会")?;
    }
    stage.write("orgs.csv", list)?;
    stage.by("zhao", "org add --list orgs.csv")?;
    Ok(())
}

/// 200 activities, 2,600 person-times, 2,810 hours: 13 each time, 65 minutes, and 400 times 64.
fn hours(stage: &mut Stage) -> Result<(), Failure> {
    let mut team = Vec::new();
    for _ in 0..13 {
        let told = stage.by("zhao", "volunteer enrol --org cun-1-1")?;
        team.push(told["volunteer"].as_str().ok_or("no pseudonym")?.to_owned());
    }
    let mut number = 0;
    for month in 1..=10 {
        for day in 1..=20 {
            number += 1;
            let date = format!("2026-{month:02}-{day:02}");
            stage.at(&date, "17:00")?;
            stage.by("zhao", &format!("duty add d-{number} --org cun-1-1 --title 周末卫生日 --day {date} --from 08:00 --to 09:05 --places 13"))?;
            // 30 times 13 and once 10 left a minute early.
            let early = match number {
                1..=30 => 13,
                31 => 10,
                _ => 0,
            };
            let (early, rest) = team.split_at(early);
            for (some, to) in [(early, "09:04"), (rest, "09:05")] {
                if !some.is_empty() {
                    let all = some.join(" ");
                    stage.by("zhao", &format!("hours add d-{number} {all} --to {to}"))?;
                }
            }
        }
    }
    Ok(())
}

/// More than 15,000 pieces came in before the ledger. No price, so no income.
fn clothes(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2026-10-21", "10:00")?;
    for words in [
        "site open zong --kind main --name 爱心捐赠站",
        "goods category clothes --zh 衣物 --en clothes --unit 件 --wash",
    ] {
        stage.by("zhao", words)?;
    }
    let taken =
        stage.by("zhao", "goods carry clothes=0 --site zong --received 15000 --sure least")?;
    stage.by("wen", &format!("goods countersign {}", stage::places(&taken)))?;
    Ok(())
}

/// 150 students, named by four offices or by themselves, visited, drawn, visited again, admitted.
fn students(stage: &mut Stage) -> Result<Vec<String>, Failure> {
    let mut students = Vec::new();
    stage.at("2026-10-22", "10:00")?;
    for number in 0..150 {
        let (level, source) = (["primary", "junior"][number % 2], SOURCES[number % SOURCES.len()]);
        let told =
            stage.by("lin", &format!("student nominate --level {level} --source {source}"))?;
        students.push(told["student"].as_str().ok_or("no pseudonym")?.to_owned());
    }
    let all = students.join(" ");
    stage.by("wen", &format!("student visit --finding fit {all}"))?;
    stage.by("lin", "close")?;
    stage.at("2026-10-23", "10:00")?;
    stage.by("wen", "student draw")?;
    let told = stage.by("lin", "student list")?;
    let due = told["students"].as_array().into_iter().flatten();
    let due = due.filter(|one| one["backcheck"] == "due");
    let drawn: Vec<&str> = due.filter_map(|one| one["student"].as_str()).collect();
    assert_eq!(drawn.len(), 15, "one of ten, and nobody chose them");
    // Until they have been seen again by another officer, they are not admitted.
    stage.refused("bai", &format!("student admit {}", drawn[0]))?;
    stage.by("lin", &format!("student backcheck --finding fit {}", drawn.join(" ")))?;
    stage.by("bai", &format!("student admit {all}"))?;
    Ok(students)
}

/// 100,000 yuan from the square's box, and 666.66 for each of 150.
fn money(stage: &mut Stage, students: &[String]) -> Result<(), Failure> {
    stage.at("2026-10-24", "09:00")?;
    for slip in 1..=10 {
        stage.by("lin", &format!("give --amount 10000 --to bank --slip S-{slip}"))?;
    }
    let rows: Vec<_> = students.iter().map(|student| format!("{student},666.66\n")).collect();
    stage.write("list.csv", rows.concat())?;
    let proposed = stage.by("lin", "allocate --list list.csv --for 助学金")?;
    stage.by("bai", &format!("approve {}", stage::places(&proposed)))?;
    stage.at("2026-10-24", "15:00")?;
    stage.by("qian", "pay --all --from bank")?;
    Ok(())
}

/// What anybody can read, and what it comes to.
fn published(stage: &Stage) -> Result<(), Failure> {
    let (status, goods, hours) =
        (stage.file("status.json")?, stage.file("goods.json")?, stage.file("hours.json")?);
    let (ever, now) = (&status["closed"]["ever"], &status["closed"]["closing"]);
    assert_eq!((&ever["gift"]["fen"], &ever["pay"]["count"]), (&10_000_000.into(), &150.into()));
    assert_eq!((&ever["pay"]["fen"], &now["total"]), (&9_999_900.into(), &100.into()));
    let orgs = hours["orgs"].as_array().ok_or("no organisations")?;
    let count = |level: &str, kind: &str| {
        orgs.iter().filter(|org| org["level"] == level && org["kind"] == kind).count()
    };
    let (towns, shequ, villages) =
        (count("branch", "township"), count("branch", "community"), count("team", "village"));
    assert_eq!((towns, shequ, villages, orgs.len()), (16, 4, 164, 206));
    let year = &hours["years"][0];
    assert_eq!((&year["activities"], &year["times"]), (&200.into(), &2_600.into()));
    assert_eq!(year["minutes"], 2_810 * 60);
    let clothes = &goods["categories"][0];
    assert_eq!((&clothes["before"], &clothes["before_at_least"]), (&15_000.into(), &true.into()));
    assert_eq!((&clothes["received"], &clothes["worth"]["market"]), (&0.into(), &0.into()));
    say(
        "乾安：收到 100,000.00 元，资助 150 名学生，每人 666.66 元，余 1.00 元",
        "Qian'an: 100,000.00 yuan received, 150 students given 666.66 each, 1.00 left",
    );
    say(
        "组织 206 个：16 + 4 个站、164 个村队；一年 200 次活动、2,600 人次、2,810 小时",
        "206 organisations, of them 16 + 4 stations and 164 village teams; in a year 200 activities, 2,600 person-times, 2,810 hours",
    );
    say(
        "衣物至少 15,000 件（账本之前，只知下限），不计价、不算收入；志愿者至少 10,000 名",
        "clothes at least 15,000 (before the ledger, a lower bound), without price or income; volunteers at least 10,000",
    );
    say("已公示，陌生人核验通过", "published, and verified as a stranger would");
    Ok(())
}

/// The next January: the year is closed as a whole, with what still waits for.
fn year(stage: &mut Stage) -> Result<(), Failure> {
    stage.at("2027-01-08", "09:00")?;
    stage.refused("zhao", "close --year 2026")?;
    stage.by("zhao", "close --year 2026 --why 签收单和银行对账单尚未收齐")?;
    stage.by("lin", "publish --to site")?;
    let years = stage.file("years.json")?;
    let year = &years["years"][0];
    assert_eq!((&year["year"], &year["unacknowledged"]), (&2026.into(), &150.into()));
    assert_eq!(
        (&year["moved"]["gift"]["fen"], &year["closing"]["total"]),
        (&10_000_000.into(), &100.into())
    );
    say(
        "2026 年已整年结账，150 笔待签收写明原因",
        "2026 is closed as a year, and says why 150 payments are not acknowledged",
    );
    stage.publish_where_told()
}
