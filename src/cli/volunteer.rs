//! `volunteer`: who serves, under pseudonyms, and the norms of serving.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::{Fund, read};
use super::person::{fund_disk, people_error};
use super::say::say;
use super::shell::{Report, Shell, table};
use super::student::pseudonym;
use super::value;
use crate::domain::codec::List;
use crate::domain::line::Line;
use crate::domain::line::hours::norms::{Norms, STARS, Skill};
use crate::domain::line::hours::volunteer::{Serving, Volunteer};
use crate::domain::line::hours::{HoursRefusal, MAX_OWN_SKILLS};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Text};
use crate::domain::time::Day;
use crate::ledger::Mode;
use crate::people;
use crate::vault::ITEM_MAX;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Enrol, move and list volunteers, under pseudonyms, and set the norms of volunteering
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Enrol a volunteer, under a new pseudonym
    Enrol {
        /// The organisation
        #[arg(long, value_name = "ORG", value_parser = value::id)]
        org: Id,
        /// The skills, with commas between
        #[arg(long, value_name = "SKILLS", value_parser = skills, default_value = "")]
        skills: Skills,
        /// The officer who is the same person
        #[arg(long, value_name = "OFFICER", value_parser = value::id)]
        officer: Option<Id>,
        /// Seal this file about the volunteer into the vault
        #[arg(long, value_name = "FILE")]
        dossier: Option<PathBuf>,
    },
    /// Say anew where a volunteer serves, with what skills
    Move {
        /// The volunteer's pseudonym
        #[arg(value_name = "VOLUNTEER", value_parser = value::id)]
        volunteer: Id,
        /// The organisation, the same if not said
        #[arg(long, value_name = "ORG", value_parser = value::id)]
        org: Option<Id>,
        /// The skills, with commas between, the same if not said
        #[arg(long, value_name = "SKILLS", value_parser = skills)]
        skills: Option<Skills>,
        /// The officer who is the same person
        #[arg(long, value_name = "OFFICER", value_parser = value::id)]
        officer: Option<Id>,
    },
    /// Record that volunteers have left
    Leave {
        /// The volunteers' pseudonyms
        #[arg(value_name = "VOLUNTEER", value_parser = value::id, required = true)]
        volunteers: Vec<Id>,
    },
    /// Set from how many hours on there is a star, and which skills are told apart
    Norms {
        /// The hours of one to five stars, with commas between; as they are if not said
        #[arg(long, value_name = "HOURS", value_parser = stars)]
        stars: Option<Stars>,
        /// A skill as HANDLE:中文:ENGLISH; again for each, all of them
        #[arg(long = "skill", value_name = "SKILL", value_parser = skill)]
        skills: Vec<Skill>,
    },
    /// List the volunteers, their hours and stars
    List,
}

type Skills = List<Id, 0, MAX_OWN_SKILLS>;
type Stars = List<u64, STARS, STARS>;

/// Handles with commas between, in whatever order.
fn skills(text: &str) -> Result<Skills, value::Unfit> {
    let want = value::Unfit(Both(
        "技能写成 medic,drive，最多 8 项",
        "skills such as medic,drive, at most 8",
    ));
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let mut all: Vec<_> =
        words.map(|word| Id::parse(word.as_bytes())).collect::<Option<_>>().ok_or(want)?;
    all.sort_unstable();
    all.dedup();
    List::new(all).ok_or(want)
}

fn stars(text: &str) -> Result<Stars, value::Unfit> {
    let want = value::Unfit(Both(
        "写五个由低到高的小时数，如 100,300,600,1000,1500",
        "five numbers of hours, rising, such as 100,300,600,1000,1500",
    ));
    let all = text.split(',').map(|word| word.trim().parse().ok());
    List::new(all.collect::<Option<_>>().ok_or(want)?).ok_or(want)
}

fn skill(text: &str) -> Result<Skill, value::Unfit> {
    let want = value::Unfit(Both(
        "技能写成 medic:义诊:medical care",
        "a skill such as medic:义诊:medical care",
    ));
    let mut parts = text.splitn(3, ':').map(str::trim);
    let mut next = || parts.next().ok_or(want);
    let handle = Id::parse(next()?.as_bytes()).ok_or(want)?;
    let mut name = || Text::new(next()?).map_err(|_| want);
    Ok(Skill { skill: handle, zh: name()?, en: name()? })
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Enrol { org, skills, officer, dossier } => {
            enrol(shell, (org, skills, officer), dossier.as_deref())
        }
        What::Move { volunteer, org, skills, officer } => {
            let mut desk = Desk::open(shell)?;
            let known = known(&desk, volunteer)?;
            let (org, skills) = (org.unwrap_or(known.org), skills.unwrap_or(known.skills));
            let standing = Serving::Active;
            let line = Volunteer { volunteer, org, standing, skills, officer };
            desk.record(vec![Line::Volunteer(Box::new(line))])
        }
        What::Leave { volunteers } => {
            let mut desk = Desk::open(shell)?;
            let left = |volunteer: Id| {
                let known = known(&desk, volunteer)?;
                let line = Volunteer { standing: Serving::Left, officer: None, ..known };
                Ok(Line::Volunteer(Box::new(line)))
            };
            let lines = volunteers.into_iter().map(left).collect::<Result<_, Error>>()?;
            desk.record(lines)
        }
        What::Norms { stars, mut skills } => {
            let mut desk = Desk::open(shell)?;
            let now = desk.ledger.books().hours.norms();
            skills.sort_by_key(|skill| skill.skill);
            if skills.is_empty() {
                skills = now.skills.to_vec();
            }
            let skills = List::new(skills).ok_or_else(|| {
                Error::new(Kind::Usage, say!("技能太多，最多 64 项", "more than 64 skills"))
            })?;
            let norms = Norms { stars: stars.unwrap_or(now.stars), skills };
            desk.record(vec![Line::Norms(Box::new(norms))])
        }
        What::List => list(shell),
    }
}

fn known(desk: &Desk<'_, '_>, volunteer: Id) -> Result<Volunteer, Error> {
    let known = desk.ledger.books().hours.volunteers.get(&volunteer).cloned();
    known.ok_or_else(|| Refusal::from(HoursRefusal::UnknownVolunteer { volunteer }).into())
}

fn enrol(
    shell: &mut Shell<'_>,
    (org, skills, officer): (Id, Skills, Option<Id>),
    dossier: Option<&Path>,
) -> Result<Report, Error> {
    let dossier = dossier.map(|file| read(&shell.path(file), ITEM_MAX as u64)).transpose()?;
    let mut desk = Desk::open(shell)?;
    let volunteer = pseudonym("v-", desk.random());
    let standing = Serving::Active;
    let line = Volunteer { volunteer, org, standing, skills, officer };
    let mut report = desk.record_after(vec![Line::Volunteer(Box::new(line))], |fund| {
        dossier.map_or(Ok(()), |bytes| keep(fund, volunteer, &bytes))
    })?;
    if let Some(json) = report.json.as_object_mut() {
        json.insert("volunteer".into(), volunteer.as_str().into());
    }
    Ok(report)
}

/// Seals what is private about a volunteer into the vault, for a key of their own.
fn keep(fund: &Fund, volunteer: Id, bytes: &[u8]) -> Result<(), Error> {
    people::seal_paper(&fund_disk(fund)?, volunteer, bytes).map_err(|why| people_error(&why))
}

fn list(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (hours, norms) = (&ledger.books().hours, ledger.books().hours.norms());
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, volunteer) in hours.volunteers.iter() {
        let (times, minutes) = hours.sum(*id, Day::FIRST, Day::LAST);
        let stars = norms.stars_of(minutes);
        let skills: Vec<_> = volunteer.skills.iter().map(ToString::to_string).collect();
        rows.push(vec![
            id.to_string(),
            volunteer.org.to_string(),
            volunteer.standing.name(lang).into(),
            skills.join(" "),
            times.to_string(),
            value::hours(minutes, lang),
            stars.to_string(),
        ]);
        json.push(json!({"volunteer": id.as_str(), "org": volunteer.org.as_str(), "standing": volunteer.standing.word(), "skills": skills, "times": times, "minutes": minutes, "stars": stars}));
    }
    let head = lang.pick(
        ["志愿者", "组织", "状态", "技能", "次数", "时长", "星级"],
        ["volunteer", "organisation", "standing", "skills", "times", "time", "stars"],
    );
    Ok(Report::new(table(&head, rows, &[4, 5, 6]), json!({"volunteers": json})))
}
