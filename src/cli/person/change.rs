//! `person add`, `correct`, `consent`, `lock`, `unlock`: what changes a record.

use super::super::error::{Error, Kind};
use super::super::fund::read;
use super::super::say::{Say, say};
use super::super::shell::Report;
use super::super::student::pseudonym as new_pseudonym;
use super::super::value::{self, Unfit, word};
use super::details::{Agreement, Details, Term, person, words};
use super::{Room, people_error, pseudonym};
use crate::domain::line::appoint::Role;
use crate::domain::line::hours::HoursRefusal;
use crate::domain::line::student::StudentRefusal;
use crate::domain::refusal::Refusal;
use crate::domain::text::Id;
use crate::domain::time::Day;
use crate::ledger::Ledger;
use crate::people::{self, Act, Hold, Kind as Who, Person, Scope, Vault, Why, Words};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The longest paper that is sealed (bytes).
const PAPER_MAX: u64 = 64 << 20;

#[derive(clap::Args)]
pub(super) struct Add {
    /// Why the fund knows them
    #[arg(long, value_name = "KIND", value_parser = word!(Who))]
    kind: Who,
    /// Their name, asked for if not said
    #[arg(long, value_name = "NAME", value_parser = words)]
    name: Option<Words>,
    /// The pseudonym of a student who was nominated or a volunteer who was enrolled
    #[arg(long, value_name = "PERSON", value_parser = pseudonym)]
    of: Option<Id>,
    /// They are of age and consent for themselves; students are not, if not said
    #[arg(long, conflicts_with = "minor")]
    adult: bool,
    /// A guardian consents for them
    #[arg(long)]
    minor: bool,
    #[command(flatten)]
    details: Details,
    #[command(flatten)]
    agreement: Agreement,
    /// Seal this file about the person into the vault
    #[arg(long, value_name = "FILE")]
    dossier: Option<PathBuf>,
    /// Take in again who was forgotten, with a new consent
    #[arg(long)]
    again: bool,
}

#[derive(clap::Args)]
pub(super) struct Correct {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// Their name
    #[arg(long, value_name = "NAME", value_parser = words)]
    name: Option<Words>,
    /// They have come of age
    #[arg(long)]
    adult: bool,
    #[command(flatten)]
    details: Details,
    /// Seal this file about the person into the vault
    #[arg(long, value_name = "FILE")]
    dossier: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(super) struct Agree {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// To what
    #[arg(long, value_name = "SCOPE", value_parser = word!(Scope))]
    scope: Scope,
    /// The consent is withdrawn as of today
    #[arg(long, conflicts_with_all = ["until", "from", "by"])]
    withdraw: bool,
    #[command(flatten)]
    term: Term,
}

#[derive(clap::Args)]
pub(super) struct Lock {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// Why it is locked
    #[arg(long, value_name = "TEXT", value_parser = words)]
    reason: Words,
    /// The article of law that demands it
    #[arg(long, value_name = "TEXT", value_parser = words)]
    statute: Words,
    /// The last day of the lock
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    until: Day,
}

#[derive(clap::Args)]
pub(super) struct Unlock {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
}

pub(super) fn add(args: Add, mut room: Room<'_, '_>) -> Result<Report, Error> {
    args.details.fits().map_err(unfit)?;
    let paper = paper(&room, args.dossier.as_deref())?;
    if args.again && !args.agreement.is_some() {
        return Err(usage(say!(
            "--again 要同时写明新的同意：--consent 和 --until",
            "--again needs a new consent beside it: --consent and --until"
        )));
    }
    let name = match args.name {
        Some(name) => name,
        None => ask_name(&mut room)?,
    };
    room.enter(None, Why::Request, |desk, vault, look| {
        let id = match args.of {
            Some(student) => student,
            None => new_pseudonym(letter(args.kind), desk.random()),
        };
        known_to(&desk.ledger, args.kind, args.of)?;
        let mut new = person(args.kind, name, look.at);
        new.adult = (new.adult || args.adult) && !args.minor;
        known(vault, args.details.guardians())?;
        args.details.put(&mut new);
        for consent in args.agreement.consents(look.at.wall.day()) {
            new.consent(consent).map_err(|why| people_error(&why.into()))?;
        }
        let crowd = vault.crowd().map_err(|why| people_error(&why))?;
        match vault.meet(&crowd, &new) {
            Err(crate::people::Error::Back { .. }) if args.again => {}
            met => met.map_err(|why| people_error(&why))?,
        }
        desk.shell.confirm(&say!("登记 {id}？", "Take {id} in?"))?;
        vault.take_in(&[(id, &new)], look).map_err(|why| people_error(&why))?;
        if let Some(paper) = paper {
            vault.put_paper(id, &paper).map_err(|why| people_error(&why))?;
        }
        let (zh, en) = (args.kind.both().0, args.kind.both().1);
        Ok(done(desk.shell.lang, id, &say!("已登记{zh} {id}", "taken in: {id}, {en}")))
    })
}

pub(super) fn correct(args: Correct, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let Correct { person: id, name, adult, details, .. } = args;
    if name.is_none() && !adult && details.is_empty() && args.dossier.is_none() {
        return Err(usage(say!("没有写要改什么", "nothing is said that should change")));
    }
    details.fits().map_err(unfit)?;
    let paper = paper(room, args.dossier.as_deref())?;
    room.enter(None, Why::Correct, |desk, vault, look| {
        known(vault, details.guardians())?;
        let change = |person: &mut Person| {
            person.adult |= adult;
            if let Some(name) = name {
                person.name = name;
            }
            details.put(person);
            Ok(())
        };
        vault.change(id, look, Act::Correct, change).map_err(|why| people_error(&why))?;
        if let Some(paper) = paper {
            vault.put_paper(id, &paper).map_err(|why| people_error(&why))?;
        }
        Ok(done(desk.shell.lang, id, &say!("已更正 {id}", "corrected: {id}")))
    })
}

pub(super) fn consent(args: Agree, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let Agree { person: id, scope, withdraw, term } = args;
    room.enter(None, Why::Request, |desk, vault, look| {
        let (today, zh, en) = (look.at.wall.day(), scope.both().0, scope.both().1);
        let consent = term.consent(scope, today);
        if consent.is_none() && !withdraw {
            return Err(usage(say!("还缺：--until <日期>", "--until DAY is missing")));
        }
        let change = |person: &mut Person| {
            let Some(consent) = consent else {
                return Ok(person.withdraw(scope, today).map(drop)?);
            };
            // Who is locked may take back what they consented to, and nothing else.
            if let Some(hold) = person.held(today) {
                let (until, statute) = (hold.until, hold.statute.clone());
                return Err(people::Error::Held { person: id, until, statute });
            }
            Ok(person.consent(consent)?)
        };
        vault.change(id, look, Act::Consent, change).map_err(|why| people_error(&why))?;
        let text = if withdraw {
            say!(
                "{id} 撤回了同意：{zh}，从今天起不算数",
                "{id} withdrew the consent to {en}: it counts no more"
            )
        } else {
            say!("{id} 同意：{zh}", "{id} consents to {en}")
        };
        Ok(done(desk.shell.lang, id, &text))
    })
}

pub(super) fn lock(args: Lock, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let Lock { person: id, reason, statute, until } = args;
    room.enter(Some(Role::Steward), Why::Legal, |desk, vault, look| {
        let (at, by) = (look.at, look.by);
        if until < at.wall.day() {
            return Err(usage(say!("{until} 已经过去了", "{until} is past")));
        }
        let change = |person: &mut Person| {
            person.hold = Some(Hold { reason, statute, until, at, by });
            Ok(())
        };
        vault.change(id, look, Act::Lock, change).map_err(|why| people_error(&why))?;
        let text = say!(
            "{id} 已锁定到 {until}：只存不用，也不能删除",
            "{id} is locked until {until}: kept, not used, and not to be forgotten"
        );
        Ok(done(desk.shell.lang, id, &text))
    })
}

pub(super) fn unlock(args: Unlock, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let id = args.person;
    room.enter(Some(Role::Steward), Why::Legal, |desk, vault, look| {
        let mut was = false;
        let change = |person: &mut Person| {
            was = person.hold.take().is_some();
            Ok(())
        };
        vault.change(id, look, Act::Unlock, change).map_err(|why| people_error(&why))?;
        let text = if was {
            say!("{id} 已解除锁定", "the lock of {id} is lifted")
        } else {
            say!("{id} 本来就没有锁定", "{id} was not locked")
        };
        Ok(done(desk.shell.lang, id, &text))
    })
}

/// A name typed where no list of commands keeps it.
fn ask_name(room: &mut Room<'_, '_>) -> Result<Words, Error> {
    let answer = room.shell.ask(&say!("姓名：", "name:"), "--name NAME")?;
    words(&answer).map_err(unfit)
}

/// How a pseudonym begins.
pub(super) fn letter(kind: Who) -> &'static str {
    match kind {
        Who::Donor => "d-",
        Who::Student => "s-",
        Who::Volunteer => "v-",
        Who::Guardian => "g-",
    }
}

/// A student is one who was nominated, and a volunteer may be one who was enrolled.
fn known_to(ledger: &Ledger, kind: Who, of: Option<Id>) -> Result<(), Error> {
    let books = ledger.books();
    match (kind, of) {
        (Who::Student, None) => {
            let text = say!("学生先推荐，再登记", "a student is nominated first and taken in then");
            Err(usage(text).hint(say!(
                "yishan student nominate …，再写 --of 学生代号",
                "yishan student nominate …, then --of with the pseudonym"
            )))
        }
        (Who::Student, Some(student)) if books.students.known.get(&student).is_none() => {
            Err(Refusal::from(StudentRefusal::UnknownStudent { student }).into())
        }
        (Who::Volunteer, Some(volunteer)) if books.hours.volunteers.get(&volunteer).is_none() => {
            Err(Refusal::from(HoursRefusal::UnknownVolunteer { volunteer }).into())
        }
        (Who::Donor | Who::Guardian, Some(_)) => {
            Err(usage(say!("--of 只用于学生和志愿者", "--of is for students and volunteers")))
        }
        _ => Ok(()),
    }
}

/// Guardians are people of whom there is a record.
fn known(vault: &Vault<'_>, guardians: &[Id]) -> Result<(), Error> {
    let unknown = vault.unknown(guardians).map_err(|why| people_error(&why))?;
    let Some(person) = unknown else { return Ok(()) };
    Err(people_error(&people::Error::Nobody { person: person.to_string() }).hint(say!(
        "先登记监护人：yishan person add --kind guardian --name 姓名",
        "take the guardian in first: yishan person add --kind guardian --name NAME"
    )))
}

fn paper(room: &Room<'_, '_>, file: Option<&Path>) -> Result<Option<Vec<u8>>, Error> {
    file.map(|file| read(&room.shell.path(file), PAPER_MAX)).transpose()
}

fn usage(text: Say) -> Error {
    Error::new(Kind::Usage, text)
}

fn unfit(why: Unfit) -> Error {
    usage(why.0.into())
}

fn done(lang: crate::domain::text::Lang, id: Id, text: &Say) -> Report {
    Report::new(text.text(lang), json!({"person": id.as_str()}))
}
