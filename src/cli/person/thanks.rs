//! `person thanks`: 感谢名单, by name only who agreed to it.

use super::super::error::Error;
use super::super::fund::write_new;
use super::super::shell::Report;
use super::super::value;
use super::{Room, people_error};
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::people::{Act, Found, Kind, Person, Why};
use crate::publish::{STYLE, escape};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The day on which it counts, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    on: Option<Day>,
    /// Write a page to print into this file, which is not there yet
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Who is thanked: each group's name, in both languages, and its people.
struct Roll {
    fund: String,
    day: Day,
    groups: Vec<((&'static str, &'static str), Vec<String>)>,
    unnamed: u64,
}

pub(super) fn run(args: Args, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    room.enter(None, Why::Thanks, |desk, vault, look| {
        let (lang, today) = (desk.shell.lang, look.at.wall.day());
        let day = args.on.unwrap_or(today);
        let (named, unnamed) = vault.thanked(day).map_err(|why| people_error(&why))?;
        let found = vault.reveal(&named, look, Act::Consents).map_err(|why| people_error(&why))?;
        let open: Vec<&Person> = found
            .iter()
            .filter_map(|(_, found)| if let Found::Open(person) = found { Some(&**person) } else { None })
            .collect();
        // Who is locked by now is not named either.
        let unnamed = unnamed + (found.len() - open.len()) as u64;
        let names = |kind: Kind| {
            let of = open.iter().filter(|person| person.kind == kind);
            let mut names: Vec<String> = of.map(|person| person.name.to_string()).collect();
            // By name, so that the order tells nothing about when or what they gave.
            names.sort();
            names
        };
        let groups = [Kind::Donor, Kind::Volunteer].map(|kind| {
            let both = kind.both();
            ((both.0, both.1), names(kind))
        });
        let fund = desk.ledger.books().founded()?.name.to_string();
        let roll = Roll { fund, day, groups: groups.to_vec(), unnamed };
        let json = json!({
            "on": day.to_string(),
            "donors": roll.groups.first().map(|(_, names)| names),
            "volunteers": roll.groups.get(1).map(|(_, names)| names),
            "unnamed": unnamed,
        });
        let Some(file) = &args.html else { return Ok(Report::new(roll.text(lang), json)) };
        write_new(&desk.shell.path(file), roll.html().as_bytes(), false)?;
        let (shown, count) = (file.display(), open.len());
        let text = lang.pick(
            format!("感谢名单已写入 {shown}：{count} 人列名，{unnamed} 人隐名；有人撤回同意后请重做"),
            format!("the roll of thanks is in {shown}: {count} by name, {unnamed} not; make it anew when a consent is withdrawn"),
        );
        Ok(Report::new(text, json))
    })
}

impl Roll {
    fn text(&self, lang: Lang) -> String {
        let mut lines = vec![format!("{} {}", self.fund, lang.pick("感谢名单", "roll of thanks"))];
        for ((zh, en), names) in self.groups.iter().filter(|(_, names)| !names.is_empty()) {
            let (what, colon) = (lang.pick(*zh, *en), lang.pick("：", ": "));
            lines.push(format!("  {what}{colon}{}", names.join(lang.pick("、", ", "))));
        }
        let (unnamed, day) = (self.unnamed, self.day);
        lines.push(lang.pick(
            format!("  隐名 {unnamed} 人；列名的都在 {day} 有效地同意署名"),
            format!("  {unnamed} not named; whoever is agreed to it, as of {day}"),
        ));
        lines.join("\n")
    }

    /// The roll as a page to print, in both languages.
    fn html(&self) -> String {
        let (fund, day, unnamed) = (escape(&self.fund), self.day, self.unnamed);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <title>感谢名单 Thanks · {fund}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>{fund} 感谢名单 <small lang=\"en\">Roll of thanks</small></h1>\n"
        );
        for ((zh, en), names) in self.groups.iter().filter(|(_, names)| !names.is_empty()) {
            let names: Vec<_> = names.iter().map(|name| escape(name)).collect();
            let names = names.join("、");
            // Writing to a String cannot fail.
            let _ = write!(
                out,
                "<section class=\"card\">\n<h2>{zh} <small lang=\"en\">{en}</small></h2>\n<p>{names}</p>\n</section>\n"
            );
        }
        out + &format!(
            "<p>另有 {unnamed} 人隐名。<small lang=\"en\">{unnamed} more are not named.</small></p>\n\
             <p class=\"soft\">列名的都同意署名，以 {day} 为准；撤回同意的，下一次不再列名。\
             <small lang=\"en\">Whoever is named agreed to it, as of {day}; whoever takes that back is named no more.</small></p>\n\
             </main>\n</body>\n</html>\n"
        )
    }
}
