//! `person export`: what a person may see of themselves (PIPL 45): all of it, and nobody else's.

use super::super::error::{Error, Kind};
use super::super::fund::{create_dir, write_new};
use super::super::say::say;
use super::super::shell::Report;
use super::super::value::word;
use super::{Room, fund_disk, page, people_error, pseudonym};
use crate::domain::text::{Digest, Id, Lang};
use crate::ledger::Ledger;
use crate::people::{self, Access, Why};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// Why they are looked at
    #[arg(long, value_name = "WHY", value_parser = word!(Why), default_value = "request")]
    why: Why,
    /// The folder to make
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

pub(super) fn run(args: Args, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let (id, out, shown) =
        (args.person, room.shell.path(&args.out), args.out.display().to_string());
    if std::fs::symlink_metadata(&out).is_ok() {
        let text =
            say!("{shown} 已经在了，不会覆盖", "{shown} is there already and is not overwritten");
        return Err(Error::new(Kind::CouldNot, text));
    }
    room.enter(None, args.why, |desk, vault, look| {
        let (lang, origin) = (desk.shell.lang, desk.ledger.origin().to_string());
        let (person, paper) = vault.export(id, look).map_err(|why| people_error(&why))?;
        let mut accesses = Vec::new();
        let mut own = |line: &Access| {
            if line.people.contains(&id) {
                accesses.push(line.clone());
            }
        };
        people::check_log(&fund_disk(&desk.fund)?, &mut own).map_err(|why| people_error(&why))?;
        let (mut json, student) = (page::json(id, &person), student(&desk.ledger, id, lang));
        let sha256 =
            paper.as_ref().map(|p| Digest(Sha256::digest(p.as_slice()).into()).to_string());
        let more = json!({
            "schema": 1, "log": origin, "made": look.at.to_string(),
            "accesses": accesses.iter().map(page::access).collect::<Vec<_>>(),
            "ledger": student.1, "paper": sha256,
        });
        if let (Some(all), Value::Object(more)) = (json.as_object_mut(), more) {
            all.extend(more);
        }
        let rows = page::rows(id, &person, look.at.wall.day(), lang);
        let seen = accesses.iter().map(|line| page::access_row(line, lang)).collect();
        let tables = [
            (lang.pick("登记的内容", "What is known"), rows),
            (lang.pick("账本里的代号", "The pseudonym in the ledger"), student.0),
            (lang.pick("谁看过", "Who looked"), seen),
        ];
        let title = lang.pick(format!("{id} 的资料"), format!("What is known of {id}"));
        let lead = lang.pick(
            format!("{origin}，{}。这里是全部；只交给本人或其监护人。", look.at),
            format!(
                "{origin}, {}. This is all of it, for the person or their guardian alone.",
                look.at
            ),
        );
        create_dir(&out)?;
        let bytes = serde_json::to_vec_pretty(&json).unwrap_or_default();
        write_new(&out.join(format!("{id}.json")), &bytes, true)?;
        let html = page::html(lang, &title, &lead, &tables, "");
        write_new(&out.join(format!("{id}.html")), html.as_bytes(), true)?;
        if let Some(paper) = &paper {
            write_new(&out.join(format!("{id}.paper")), paper, true)?;
        }
        let text = say!("{id} 的全部资料已写入 {shown}", "all that is known of {id} is in {shown}");
        Ok(Report::new(text.text(lang), json!({"person": id.as_str(), "folder": shown})))
    })
}

/// What the public ledger says of a student's pseudonym, in rows and for a program.
fn student(ledger: &Ledger, id: Id, lang: Lang) -> (page::Rows, Value) {
    let Some(student) = ledger.books().students.known.get(&id) else {
        return (page::Rows::new(), Value::Null);
    };
    let visits = student.visited.len();
    let row = |zh: &str, en: &str, text: String| (lang.pick(zh, en).to_owned(), text);
    let rows = vec![
        row("学段", "level", student.level.name(lang).to_owned()),
        row("进度", "stage", student.stage.name(lang).to_owned()),
        row("家访次数", "visits", visits.to_string()),
    ];
    let (level, stage) = (student.level.word(), student.stage.word());
    (rows, json!({"level": level, "stage": stage, "visits": visits}))
}
