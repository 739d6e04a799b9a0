//! `hours`: who served when, corrections, certificates, and the years.

mod certificate;
mod paper;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::Fund;
use super::say::say;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::hours::HoursRefusal;
use crate::domain::line::hours::clock::Clock;
use crate::domain::line::hours::correct::Correct;
use crate::domain::line::hours::serve::Serve;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Place, Text};
use crate::domain::time::Day;
use crate::ledger::{Ledger, Mode};
use crate::publish::Years;
use serde_json::json;

/// Record, correct, certify and list the hours of volunteers
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Record that volunteers served at a duty
    Add {
        /// The duty
        #[arg(value_name = "DUTY", value_parser = value::id)]
        duty: Id,
        /// The volunteers' pseudonyms
        #[arg(value_name = "VOLUNTEER", value_parser = value::id, required = true)]
        volunteers: Vec<Id>,
        /// From when, that of the duty if not said
        #[arg(long, value_name = "CLOCK", value_parser = value::clock)]
        from: Option<Clock>,
        /// To when, that of the duty if not said
        #[arg(long, value_name = "CLOCK", value_parser = value::clock)]
        to: Option<Clock>,
    },
    /// Put other times in the place of those recorded; the earlier line stays
    Correct {
        /// Where the hours stand, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place)]
        of: Place,
        /// From when
        #[arg(long, value_name = "CLOCK", value_parser = value::clock, required_unless_present = "none")]
        from: Option<Clock>,
        /// To when
        #[arg(long, value_name = "CLOCK", value_parser = value::clock, required_unless_present = "none")]
        to: Option<Clock>,
        /// They were not served at all
        #[arg(long, conflicts_with_all = ["from", "to"])]
        none: bool,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
    },
    /// Certify a volunteer's hours of a period, and write the certificate
    Certificate(certificate::Certificate),
    /// List the hours of a volunteer, with their places
    List {
        /// The volunteer's pseudonym
        #[arg(value_name = "VOLUNTEER", value_parser = value::id)]
        volunteer: Id,
    },
    /// Show each year: activities, person-times, hours and stars
    Years,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Add { duty, volunteers, from, to } => {
            let mut desk = Desk::open(shell)?;
            let known = desk.ledger.books().hours.duties.get(&duty);
            let known = known.ok_or(Refusal::from(HoursRefusal::UnknownDuty { duty }))?;
            let (from, to) = (from.unwrap_or(known.from), to.unwrap_or(known.to));
            let serve = |volunteer| Line::Serve(Serve { volunteer, duty, from, to });
            desk.record(volunteers.into_iter().map(serve).collect())
        }
        What::Correct { of, from, to, none: _, why } => correct(shell, of, from.zip(to), why),
        What::Certificate(args) => certificate::run(args, shell),
        What::List { volunteer } => list(shell, volunteer),
        What::Years => years(shell),
    }
}

/// How long the line at `of` says that somebody served, as it now stands.
fn standing(ledger: &Ledger, of: Place) -> Result<(Clock, Clock), Error> {
    let missing = || Error::from(Refusal::NoSuchLine { place: of });
    let lines = if of.entry < ledger.size() { ledger.lines(of.entry).ok() } else { None };
    let line = lines.and_then(|lines| lines.get(usize::from(of.line)).cloned());
    let hours = &ledger.books().hours;
    let span = match line {
        Some(Line::Serve(serve)) => {
            let day = hours.duties.get(&serve.duty).map(|duty| duty.day);
            let spans = day.map(|day| hours.spans(serve.volunteer, day)).unwrap_or_default();
            spans.into_iter().find(|span| span.at == of)
        }
        // What else stands there is for the rules to say.
        Some(_) => return Ok((Clock::END, Clock::END)),
        None => None,
    };
    span.map(|span| (span.from, span.to)).ok_or_else(missing)
}

fn correct(
    shell: &mut Shell<'_>,
    of: Place,
    times: Option<(Clock, Clock)>,
    why: Text,
) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let now = standing(&desk.ledger, of)?;
    // Hours that were not served take no minute.
    let (from, to) = times.unwrap_or((now.0, now.0));
    desk.record(vec![Line::Correct(Correct { of, was: now.0.to(now.1), from, to, why })])
}

fn list(shell: &mut Shell<'_>, volunteer: Id) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let hours = &ledger.books().hours;
    if hours.volunteers.get(&volunteer).is_none() {
        return Err(Refusal::from(HoursRefusal::UnknownVolunteer { volunteer }).into());
    }
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (day, span) in hours.served(volunteer, Day::FIRST, Day::LAST) {
        let title = hours.duties.get(&span.duty).map(|duty| duty.title.to_string());
        let (title, minutes) = (title.unwrap_or_default(), span.from.to(span.to));
        rows.push(vec![
            day.to_string(),
            format!("{}-{}", span.from, span.to),
            value::hours(minutes, lang),
            span.duty.to_string(),
            title,
            span.at.to_string(),
        ]);
        json.push(json!({"day": day.to_string(), "from": span.from.to_string(), "to": span.to.to_string(), "minutes": minutes, "duty": span.duty.as_str(), "place": span.at.to_string()}));
    }
    let (times, minutes) = hours.sum(volunteer, Day::FIRST, Day::LAST);
    let stars = hours.norms().stars_of(minutes);
    let time = value::hours(minutes, lang);
    let head = lang.pick(
        ["日期", "时间", "时长", "活动", "内容", "位置"],
        ["day", "from-to", "time", "duty", "what", "place"],
    );
    let sum = lang.pick(
        format!("共 {times} 次，{time}，{stars} 星"),
        agreed!("{times} times, {time}, {stars} stars"),
    );
    let text = format!("{}\n{sum}", table(&head, rows, &[2]));
    let json = json!({"volunteer": volunteer.as_str(), "times": times, "minutes": minutes, "stars": stars, "hours": json});
    Ok(Report::new(text, json))
}

fn years(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let years = Years::of(ledger.books());
    if years.0.is_empty() {
        let text = say!("还没有志愿时长", "no hours are recorded yet");
        return Err(Error::new(Kind::NotFound, text)
            .hint(say!("yishan hours add 活动 志愿者", "yishan hours add DUTY VOLUNTEER")));
    }
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (year, sums) in &years.0 {
        let mut row = vec![
            year.to_string(),
            sums.activities.to_string(),
            sums.volunteers.to_string(),
            sums.times.to_string(),
            value::hours(sums.minutes, lang),
        ];
        row.extend(sums.stars.iter().map(ToString::to_string));
        rows.push(row);
        json.push(json!({"year": year, "activities": sums.activities, "volunteers": sums.volunteers, "times": sums.times, "minutes": sums.minutes, "stars": sums.stars}));
    }
    let head = lang.pick(
        ["年", "活动", "参加人数", "人次", "时长", "一星", "二星", "三星", "四星", "五星"],
        ["year", "activities", "volunteers", "person-times", "time", "1★", "2★", "3★", "4★", "5★"],
    );
    let right: Vec<usize> = (1..10).collect();
    Ok(Report::new(table(&head, rows, &right), json!({"years": json})))
}
