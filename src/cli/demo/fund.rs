//! The fund of the demo: its officers, its students, and what is paid when.

use super::people::{STUDENTS, student};
use super::programme::Programme;
use super::stage::Stage;
use crate::cli::error::Error;
use crate::cli::fund::write_new;
use crate::domain::line::student::Level;
use crate::domain::time::Day;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Who records, who agrees, who decides on officers, who pays, who looks at it all.
pub(super) const CLERK: &str = "lin";
const APPROVERS: [&str; 2] = ["bai", "sun"];
const STEWARD: &str = "zhao";
const CASHIER: &str = "qian";
const AUDITOR: &str = "wen";

/// What a student of each level gets, in yuan, proposed on which day of the month from 0.
const GRANTS: [(Level, u64, &str); 4] = [
    (Level::Junior, 10, "150"),
    (Level::Primary, 20, "100"),
    (Level::Senior, 28, "200"),
    (Level::College, 28, "500"),
];
/// One college student needs more, and so two approvals.
const MORE: &str = "1200";

/// Who nominates: most are named by schools and civil affairs.
const SOURCES: [&str; 7] =
    ["education", "civil", "education", "township", "education", "civil", "self"];

/// Slips of the cash box whose donors wrote that it is for books.
const FOR_BOOKS: [&str; 2] = ["0001", "0003"];

/// The fund as the demo keeps it.
pub(super) struct Fund {
    folder: PathBuf,
    /// Pseudonyms by level, in the order of nomination.
    students: Vec<(Level, String)>,
    /// Payments that families have yet to acknowledge.
    paid: Vec<String>,
    /// What it does beside gifts and grants.
    programme: Programme,
    /// How many students the lot drew, to be visited again.
    drawn: usize,
}

impl Fund {
    /// Founds the fund and opens its accounts, the evening before.
    pub(super) fn found(stage: &mut Stage, folder: &Path, eve: Day) -> Result<Fund, Error> {
        stage.at(eve, "19:00");
        let [first, second] = APPROVERS;
        // Two stewards, so that neither appoints alone.
        let (first, second) = (format!("{first}:approver,steward"), format!("{second}:approver"));
        let (clerk, steward) = (format!("{CLERK}:clerk"), format!("{STEWARD}:steward"));
        let (cashier, auditor) = (format!("{CASHIER}:cashier"), format!("{AUDITOR}:auditor"));
        stage.by(
            STEWARD,
            &[
                "init",
                "--origin",
                "yishan.example/demo",
                "--name",
                "日行一善（演示）",
                "--holder",
                "志愿者联合会（演示）",
                "--officer",
                &clerk,
                "--officer",
                &first,
                "--officer",
                &second,
                "--officer",
                &steward,
                "--officer",
                &cashier,
                "--officer",
                &auditor,
                "--approvals",
                "0:1",
                "--approvals",
                "1000:2",
                "--backcheck",
                "10",
            ],
        )?;
        for (account, kind) in
            [("wx", "wechat"), ("ali", "alipay"), ("bank", "bank"), ("box", "cash")]
        {
            stage.by(STEWARD, &["account", "open", account, "--kind", kind])?;
        }
        let (students, paid, programme) = (Vec::new(), Vec::new(), Programme::new(folder)?);
        Ok(Fund { folder: folder.to_owned(), students, paid, programme, drawn: 0 })
    }

    /// How many students were drawn to be visited again, and of how many.
    pub(super) fn drawn(&self) -> (usize, usize) {
        (self.drawn, self.students.len())
    }

    /// What happens on a day before its evening, `number` counting from 0.
    pub(super) fn by_day(&mut self, stage: &mut Stage, number: u64, day: Day) -> Result<(), Error> {
        match number {
            0 => self.nominate(stage, day, &[Level::Primary])?,
            1 => self.nominate(stage, day, &[Level::Junior, Level::Senior, Level::College])?,
            2 => self.visit(stage, day)?,
            3 => self.admit(stage, day)?,
            super::month::CASH_ON => cash(stage, day)?,
            _ => {}
        }
        let due: Vec<_> = GRANTS.into_iter().filter(|(_, on, _)| *on == number).collect();
        for (level, _, yuan) in due {
            self.grant(stage, day, level, yuan)?;
        }
        // The families answer the day after.
        if GRANTS.iter().any(|(_, on, _)| on + 1 == number) {
            stage.at(day, "16:00");
            for (way, share) in [("signed", 2), ("call", 1)] {
                let half = self.paid.len().div_ceil(share);
                let of: Vec<String> = self.paid.drain(..half).collect();
                let mut words = vec!["acknowledge", "--way", way];
                words.extend(of.iter().map(String::as_str));
                stage.by(AUDITOR, &words)?;
            }
        }
        self.programme.by_day(stage, number, day)
    }

    fn nominate(&mut self, stage: &mut Stage, day: Day, levels: &[Level]) -> Result<(), Error> {
        stage.at(day, "10:00");
        let mut number = self.students.len();
        for (level, count) in STUDENTS.into_iter().filter(|(level, _)| levels.contains(level)) {
            for _ in 0..count {
                let file = format!("dossiers/{:03}.txt", number + 1);
                let (name, school) = (student(number), level.name(crate::domain::text::Lang::Zh));
                let text = format!("姓名：{name}\n学段：{school}\n情况：家访记录见后\n");
                write_new(&self.folder.join(&file), text.as_bytes(), true)?;
                let source = SOURCES.get(number % SOURCES.len()).copied().unwrap_or_default();
                let told = stage.by(
                    CLERK,
                    &[
                        "student",
                        "nominate",
                        "--level",
                        level.word(),
                        "--source",
                        source,
                        "--dossier",
                        &file,
                    ],
                )?;
                self.students.push((level, text_of(&told, "student")));
                number += 1;
            }
            for (at, name) in (1..).zip(self.students.iter().filter(|(of, _)| *of == level)) {
                self.programme.keep(format!("{}-{at}", level.word()), vec![name.1.clone()]);
            }
        }
        Ok(())
    }

    fn visit(&mut self, stage: &mut Stage, day: Day) -> Result<(), Error> {
        stage.at(day, "14:00");
        self.of_all(stage, AUDITOR, &["student", "visit", "--finding", "fit"])
    }

    /// The root of yesterday's close has drawn some, who are visited again; then all are admitted.
    fn admit(&mut self, stage: &mut Stage, day: Day) -> Result<(), Error> {
        stage.at(day, "09:00");
        stage.by(AUDITOR, &["student", "draw"])?;
        let told = stage.by(CLERK, &["student", "list"])?;
        let all = told.get("students").and_then(Value::as_array).map(Vec::as_slice);
        let due = all.unwrap_or_default().iter().filter(|one| text_of(one, "backcheck") == "due");
        let drawn: Vec<String> = due.map(|one| text_of(one, "student")).collect();
        self.drawn = drawn.len();
        stage.at(day, "12:00");
        let again = ["student", "backcheck", "--finding", "fit"].into_iter();
        stage.by(CLERK, &again.chain(drawn.iter().map(String::as_str)).collect::<Vec<_>>())?;
        stage.at(day, "14:00");
        self.of_all(stage, "bai", &["student", "admit"])
    }

    /// Runs a command of `officer` for all students.
    fn of_all(&self, stage: &mut Stage, officer: &str, verb: &[&str]) -> Result<(), Error> {
        for some in self.students.chunks(60) {
            let names = some.iter().map(|(_, name)| name.as_str());
            stage.by(officer, &verb.iter().copied().chain(names).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Proposes, approves and pays for all students of a level.
    fn grant(
        &mut self,
        stage: &mut Stage,
        day: Day,
        level: Level,
        yuan: &str,
    ) -> Result<(), Error> {
        stage.at(day, "10:00");
        let names = self.students.iter().filter(|(of, _)| *of == level).map(|(_, name)| name);
        let amount = |at: usize| if level == Level::College && at == 0 { MORE } else { yuan };
        let rows = names.enumerate().map(|(at, name)| format!("{name},{}\n", amount(at)));
        let rows = rows.collect::<Vec<_>>().concat();
        let file = format!("bills/allocate-{}.csv", level.word());
        write_new(&self.folder.join(&file), rows.as_bytes(), true)?;
        let proposed = stage.by(CLERK, &["allocate", "--list", &file, "--for", "四月助学金"])?;
        let places = places(&proposed);
        let all: Vec<&str> = places.iter().map(String::as_str).collect();
        stage.at(day, "11:00");
        let [first, second] = APPROVERS;
        stage.by(first, &[&["approve"], &all[..]].concat())?;
        if let (Level::College, Some(one)) = (level, all.first()) {
            stage.by(second, &["approve", one])?;
        }
        stage.at(day, "15:00");
        let paid = stage.by(CASHIER, &["pay", "--all", "--from", "bank"])?;
        let paid = self::places(&paid);
        for (at, place) in (1..).zip(&paid) {
            self.programme.keep(format!("paid-{}-{at}", level.word()), vec![place.clone()]);
        }
        self.paid.extend(paid);
        Ok(())
    }
}

/// Cash from the box: one slip is booked wrong, reversed and booked again; all goes to the bank.
fn cash(stage: &mut Stage, day: Day) -> Result<(), Error> {
    stage.at(day, "17:00");
    for (slip, yuan) in [("0001", "100"), ("0002", "50"), ("0003", "66.60"), ("0004", "200")] {
        let mut words = vec!["give", "--amount", yuan, "--to", "box", "--slip", slip];
        if FOR_BOOKS.contains(&slip) {
            words.extend(["--for", "books"]);
        }
        let told = stage.by(CLERK, &words)?;
        if slip == "0004" {
            let place = places(&told).concat();
            stage.by(CLERK, &["reverse", &place, "--why", "收据是 20 元，误记为 200 元"])?;
            stage.by(CLERK, &["give", "--amount", "20", "--to", "box", "--slip", "0004-1"])?;
        }
    }
    stage.by(
        CLERK,
        &[
            "transfer",
            "--amount",
            "236.60",
            "--from",
            "box",
            "--to",
            "bank",
            "--number",
            "20260408-1",
        ],
    )?;
    Ok(())
}

/// The places of the lines that a command recorded.
pub(super) fn places(told: &Value) -> Vec<String> {
    let lines = told.get("lines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    lines.iter().map(|line| text_of(line, "place")).collect()
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
