//! `person show`, `find`, `list`, `consents`, `paper`, `log`: what only reads.

use super::super::error::{Error, Kind};
use super::super::fund::{Fund, write_new};
use super::super::say::say;
use super::super::shell::{Report, Shell, table};
use super::super::value::{self, word};
use super::{Room, fund_disk, page, people_error, pseudonym};
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::people::{self, Act, Forgotten, Found, Scope, Why};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct One {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// Why they are looked at
    #[arg(long, value_name = "WHY", value_parser = word!(Why))]
    why: Why,
}

#[derive(clap::Args)]
pub(super) struct Find {
    /// A part of the name, the last four digits or more of the phone, or the pseudonym
    #[arg(value_name = "TEXT")]
    text: String,
    /// Why they are looked at
    #[arg(long, value_name = "WHY", value_parser = word!(Why))]
    why: Why,
}

#[derive(clap::Args)]
pub(super) struct Consents {
    /// To what
    #[arg(long, value_name = "SCOPE", value_parser = word!(Scope))]
    scope: Scope,
    /// The day on which it counts, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    on: Option<Day>,
    /// Why they are looked at
    #[arg(long, value_name = "WHY", value_parser = word!(Why))]
    why: Why,
}

#[derive(clap::Args)]
pub(super) struct Paper {
    #[command(flatten)]
    one: One,
    /// Write it into this file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct Log {
    /// Only what was done with this person's data
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Option<Id>,
}

pub(super) fn show(args: One, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    room.enter(None, args.why, |desk, vault, look| {
        let lang = desk.shell.lang;
        let person = vault.show(args.person, look, Act::Show).map_err(|why| people_error(&why))?;
        let rows = page::rows(args.person, &person, look.at.wall.day(), lang);
        let text: Vec<_> = rows.iter().map(|(name, text)| format!("{name}  {text}")).collect();
        Ok(Report::new(text.join("\n"), page::json(args.person, &person)))
    })
}

pub(super) fn find(args: Find, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    if args.text.trim().is_empty() {
        return Err(Error::new(Kind::Usage, say!("没有写找谁", "nothing is said to look for")));
    }
    room.enter(None, args.why, |desk, vault, look| {
        let found = vault.search(args.text.trim()).map_err(|why| people_error(&why))?;
        let all = vault.reveal(&found, look, Act::Find).map_err(|why| people_error(&why))?;
        if all.is_empty() {
            let text = say!("没有找到", "nobody was found");
            return Err(Error::new(Kind::NotFound, text));
        }
        // Of whoever is locked nothing is told, not even under which pseudonym.
        let held = all.iter().filter(|(_, found)| matches!(found, Found::Held(_))).count();
        let open: Vec<_> =
            all.into_iter().filter(|(_, found)| matches!(found, Found::Open(_))).collect();
        if held > 0 {
            let text = say!(
                "另有 {held} 人锁定，不能用；法律要求时用 --why legal",
                "{held} more are locked and not to be used; where the law demands it, --why legal"
            );
            if open.is_empty() {
                let text = say!(
                    "找到的 {held} 人都已锁定，不能用",
                    "all {held} found are locked and not to be used"
                );
                return Err(Error::new(Kind::Refused, text).hint(say!(
                    "法律要求时用 --why legal",
                    "where the law demands it: --why legal"
                )));
            }
            desk.shell.talk(text.text(desk.shell.lang))?;
        }
        Ok(people_table(&open, desk.shell.lang))
    })
}

/// Pseudonym, kind and name of each.
fn people_table(all: &[(Id, Found)], lang: Lang) -> Report {
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, found) in all {
        let Found::Open(p) = found else { continue };
        json.push(json!({"person": id.as_str(), "kind": p.kind.word(), "name": p.name.as_str()}));
        rows.push(vec![id.to_string(), p.kind.name(lang).to_owned(), p.name.to_string()]);
    }
    let head = lang.pick(["代号", "类别", "姓名"], ["pseudonym", "kind", "name"]);
    Report::new(table(&head, rows, &[]), json!({"people": json}))
}

pub(super) fn consents(args: Consents, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    room.enter(None, args.why, |desk, vault, look| {
        let (lang, day) = (desk.shell.lang, args.on.unwrap_or(look.at.wall.day()));
        let found = vault.willing(args.scope, day).map_err(|why| people_error(&why))?;
        let all = vault.reveal(&found, look, Act::Consents).map_err(|why| people_error(&why))?;
        let (mut rows, mut json) = (Vec::new(), Vec::new());
        for (id, found) in &all {
            let Found::Open(person) = found else { continue };
            let Some(consent) = person.consents_to(args.scope, day) else { continue };
            let (name, until) = (person.name.to_string(), consent.until.to_string());
            rows.push(vec![id.to_string(), name.clone(), until.clone()]);
            json.push(json!({"person": id.as_str(), "name": name, "until": until}));
        }
        let (count, zh, en) = (rows.len(), args.scope.both().0, args.scope.both().1);
        let text = say!("{day} 同意「{zh}」的有 {count} 人", "{day}: {count} consent ({en})");
        desk.shell.talk(text.text(lang))?;
        let head = lang.pick(["代号", "姓名", "到"], ["pseudonym", "name", "until"]);
        let json = json!({"scope": args.scope.word(), "on": day.to_string(), "people": json});
        Ok(Report::new(if rows.is_empty() { String::new() } else { table(&head, rows, &[]) }, json))
    })
}

pub(super) fn paper(args: Paper, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let (id, out) = (args.one.person, room.shell.path(&args.out));
    let shown = args.out.display().to_string();
    room.enter(None, args.one.why, |desk, vault, look| {
        let paper = vault.paper(id, look).map_err(|why| people_error(&why))?;
        let Some(paper) = paper else {
            let text = say!("保险柜里没有 {id} 的材料", "the vault has no paper about {id}");
            return Err(Error::new(Kind::NotFound, text));
        };
        write_new(&out, &paper, true)?;
        let text = say!(
            "{id} 的材料已写入 {shown}，用完请删掉",
            "the paper about {id} is in {shown}: delete it after use"
        );
        Ok(Report::new(text.text(desk.shell.lang), json!({"person": id.as_str(), "file": shown})))
    })
}

pub(super) fn list(shell: &Shell<'_>) -> Result<Report, Error> {
    let lang = shell.lang;
    let fund = Fund::open(shell)?;
    let disk = fund_disk(&fund)?;
    let all = people::ids(&disk).map_err(|why| people_error(&why))?;
    let forgotten = Forgotten::load(&disk, None).map_err(|why| people_error(&why))?;
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, has) in all.iter().filter(|(id, _)| forgotten.get(**id).is_none()) {
        let record = if has.record { lang.pick("有", "yes") } else { "" };
        let paper = if has.paper { lang.pick("有", "yes") } else { "" };
        rows.push(vec![id.to_string(), record.to_owned(), paper.to_owned(), String::new()]);
        json.push(json!({"person": id.as_str(), "record": has.record, "paper": has.paper}));
    }
    for grave in forgotten.iter() {
        let (person, at) = (grave.person.to_string(), grave.at.to_string());
        json.push(json!({"person": person, "forgotten": at}));
        rows.push(vec![person, String::new(), String::new(), at]);
    }
    let head = lang
        .pick(["代号", "登记", "材料", "已删除"], ["pseudonym", "record", "paper", "forgotten"]);
    Ok(Report::new(table(&head, rows, &[]), json!({"people": json})))
}

pub(super) fn log(args: Log, shell: &Shell<'_>) -> Result<Report, Error> {
    let (lang, fund) = (shell.lang, Fund::open(shell)?);
    let (mut text, mut json) = (Vec::new(), Vec::new());
    let lines = people::check_log(&fund_disk(&fund)?, &mut |line| {
        if args.person.is_some_and(|person| !line.people.contains(&person)) {
            return;
        }
        let (at, what) = page::access_row(line, lang);
        let people: Vec<_> = line.people.iter().map(ToString::to_string).collect();
        text.push(format!("{at}  {what}  {}", people.join(" ")).trim_end().to_owned());
        let mut one = page::access(line);
        if let Some(one) = one.as_object_mut() {
            one.insert("people".to_owned(), json!(people));
        }
        json.push(one);
    });
    let lines = lines.map_err(|why| people_error(&why))?.unwrap_or(0);
    Ok(Report::new(text.join("\n"), json!({"lines": lines, "accesses": json})))
}
