//! `person import`: many people from a table, without bringing back who is forgotten.
//!
//! ```text
//! kind,name,phone,source
//! volunteer,张三,138 1234 5678,V-2026-001
//! ```

use super::super::error::{Error, Kind};
use super::super::fund::read;
use super::super::say::{Say, say};
use super::super::shell::Report;
use super::super::student::pseudonym as new_pseudonym;
use super::change::letter;
use super::details::person;
use super::{Room, people_error};
use crate::domain::codec::List;
use crate::domain::text::Id;
use crate::domain::time::Stamp;
use crate::people::{self, Kind as Who, Person, Phone, Why, Words};
use serde_json::json;
use std::path::PathBuf;

/// The longest table (bytes), and the most rows.
const TABLE_MAX: u64 = 4 << 20;
const ROWS_MAX: usize = 20_000;

/// The first row, in either language.
const HEADS: [[&str; 4]; 2] =
    [["kind", "name", "phone", "source"], ["类别", "姓名", "电话", "来源号"]];

#[derive(clap::Args)]
pub(super) struct Args {
    /// A CSV file with the columns kind, name, phone, source
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What became of a row.
enum Fate {
    New(Id, Box<Person>),
    Known(Id),
    Forgotten(Id, Stamp),
}

pub(super) fn run(args: Args, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let bytes = read(&room.shell.path(&args.file), TABLE_MAX)?;
    room.enter(None, Why::Request, |desk, vault, look| {
        let rows = table(&bytes, look.at)?;
        let mut crowd = vault.crowd().map_err(|why| people_error(&why))?;
        let (mut fates, mut count) = (Vec::new(), [0_usize; 3]);
        for person in rows {
            fates.push(match vault.meet(&crowd, &person) {
                Ok(()) => {
                    count[0] += 1;
                    let id = new_pseudonym(letter(person.kind), desk.random());
                    vault.expect(&mut crowd, id, &person);
                    Fate::New(id, Box::new(person))
                }
                Err(people::Error::Known { person }) => {
                    count[1] += 1;
                    Fate::Known(person)
                }
                Err(people::Error::Back { person, at }) => {
                    count[2] += 1;
                    Fate::Forgotten(person, at)
                }
                Err(why) => return Err(people_error(&why)),
            });
        }
        let [new, known, back] = count;
        let text = say!(
            "新登记 {new} 人，已有 {known} 人，曾被删除而不登记 {back} 人",
            "{new} new, {known} known already, {back} forgotten before and not taken in"
        );
        desk.shell.talk(text.text(desk.shell.lang))?;
        if new > 0 {
            desk.shell.confirm(&say!("登记新的 {new} 人？", "Take in the {new} new?"))?;
        }
        let new = fates.iter().filter_map(|fate| match fate {
            Fate::New(id, person) => Some((*id, &**person)),
            _ => None,
        });
        let new: Vec<_> = new.collect();
        if !new.is_empty() {
            vault.take_in(&new, look).map_err(|why| people_error(&why))?;
        }
        Ok(report(&fates, desk.shell.lang))
    })
}

fn report(fates: &[Fate], lang: crate::domain::text::Lang) -> Report {
    let (mut text, mut json, mut kind) = (Vec::new(), Vec::new(), None);
    // The head is row 1.
    for (row, fate) in (2..).zip(fates) {
        let (line, one) = match fate {
            Fate::New(id, _) => (
                say!("第 {row} 行  登记为 {id}", "row {row}  taken in as {id}"),
                json!({"row": row, "fate": "new", "person": id.as_str()}),
            ),
            Fate::Known(id) => (
                say!("第 {row} 行  已有 {id}", "row {row}  known as {id}"),
                json!({"row": row, "fate": "known", "person": id.as_str()}),
            ),
            Fate::Forgotten(id, at) => {
                kind = Some(Kind::Refused);
                (
                    say!(
                        "第 {row} 行  曾为 {id}，已于 {at} 删除，没有登记",
                        "row {row}  was {id}, forgotten on {at}, and is not taken in"
                    ),
                    json!({"row": row, "fate": "forgotten", "person": id.as_str(), "at": at.to_string()}),
                )
            }
        };
        text.push(line.text(lang).to_owned());
        json.push(one);
    }
    Report { text: text.join("\n"), json: json!({"rows": json}), kind }
}

/// The people of a table, all of it or nothing.
fn table(bytes: &[u8], at: Stamp) -> Result<Vec<Person>, Error> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let mut people = Vec::new();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| {
            wrong(
                row,
                say!(
                    "不是 UTF-8 的 CSV，或列数不对",
                    "no CSV in UTF-8, or of another number of columns"
                ),
            )
        })?;
        let cells: Vec<_> = record.iter().map(str::trim).collect();
        let &[kind, name, phone, source] = cells.as_slice() else {
            return Err(wrong(row, say!("要有 4 列", "4 columns are wanted")));
        };
        if row == 1 {
            if HEADS.iter().all(|head| *head != [kind, name, phone, source]) {
                return Err(wrong(
                    row,
                    say!(
                        "第一行要写：类别,姓名,电话,来源号",
                        "the first row must read kind,name,phone,source"
                    ),
                ));
            }
            continue;
        }
        if people.len() == ROWS_MAX {
            return Err(wrong(row, say!("最多 {ROWS_MAX} 行", "{ROWS_MAX} rows at most")));
        }
        people.push(one(kind, name, phone, source, at).map_err(|why| wrong(row, why))?);
    }
    Ok(people)
}

/// The person of a row. A student is nominated first and taken in one by one.
fn one(kind: &str, name: &str, phone: &str, source: &str, at: Stamp) -> Result<Person, Say> {
    let named = |who: &&Who| who.word() == kind || who.both().0 == kind;
    let kind =
        Who::ALL.iter().find(named).filter(|who| **who != Who::Student).ok_or_else(|| {
            say!("类别写捐款人、志愿者或监护人", "a kind is donor, volunteer or guardian")
        })?;
    let name = Words::new(name).ok_or_else(|| say!("姓名不能用", "the name cannot be used"))?;
    let mut new = person(*kind, name, at);
    if !phone.is_empty() {
        let phone = Phone::new(phone).ok_or_else(|| {
            say!("电话不是 5 到 20 位数字", "the phone is no number of 5 to 20 digits")
        })?;
        new.phones = List::new(vec![phone]).unwrap_or_default();
    }
    if !source.is_empty() {
        let source = Words::new(source)
            .ok_or_else(|| say!("来源号不能用", "the number elsewhere cannot be used"))?;
        new.source = Some(source);
    }
    Ok(new)
}

/// What is wrong with a row; what it says is private and not repeated.
fn wrong(row: usize, why: Say) -> Error {
    let Say { zh, en } = why;
    Error::new(Kind::Usage, say!("第 {row} 行：{zh}", "row {row}: {en}"))
}
