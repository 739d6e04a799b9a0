//! `duty`: the calendar of activities and posts.

use super::desk::Desk;
use super::error::Error;
use super::fund::Fund;
use super::shell::{Report, Shell, table};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::hours::clock::Clock;
use crate::domain::line::hours::duty::{Duty, Planned};
use crate::domain::text::{Id, Text};
use crate::domain::time::Day;
use crate::ledger::Mode;
use serde_json::json;

/// Put activities and posts on the calendar, and list them
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Put an activity or post of a day on the calendar
    Add {
        /// Its handle
        #[arg(value_name = "DUTY", value_parser = value::id)]
        duty: Id,
        /// The organisation
        #[arg(long, value_name = "ORG", value_parser = value::id)]
        org: Id,
        /// What is done, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        title: Text,
        /// The day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        day: Day,
        /// When it begins, such as 08:30
        #[arg(long, value_name = "CLOCK", value_parser = value::clock)]
        from: Clock,
        /// When it ends, such as 11:00
        #[arg(long, value_name = "CLOCK", value_parser = value::clock)]
        to: Clock,
        /// How many volunteers it takes, any number if not said
        #[arg(long, value_name = "N")]
        places: Option<u64>,
    },
    /// List the calendar from a day on
    List {
        /// The first day, all of them if not said
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        from: Option<Day>,
        /// The last day
        #[arg(long, value_name = "DAY", value_parser = value::day)]
        until: Option<Day>,
        /// Only this organisation and those under it
        #[arg(long, value_name = "ORG", value_parser = value::id)]
        org: Option<Id>,
    },
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Add { duty, org, title, day, from, to, places } => {
            let line = Duty { duty, org, title, day, from, to, places };
            Desk::open(shell)?.record(vec![Line::Duty(Box::new(line))])
        }
        What::List { from, until, org } => list(shell, from, until, org),
    }
}

fn list(
    shell: &mut Shell<'_>,
    from: Option<Day>,
    until: Option<Day>,
    org: Option<Id>,
) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let hours = &ledger.books().hours;
    let days = from.unwrap_or(Day::FIRST)..=until.unwrap_or(Day::LAST);
    let within = |duty: &Planned| org.is_none_or(|org| hours.upwards(duty.org).any(|o| o == org));
    let mut duties: Vec<_> =
        hours.duties.iter().filter(|(_, d)| days.contains(&d.day) && within(d)).collect();
    duties.sort_by_key(|(id, duty)| (duty.day, duty.from, **id));
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, duty) in duties {
        let places = duty.places.map_or_else(String::new, |places| places.to_string());
        rows.push(vec![
            duty.day.to_string(),
            format!("{}-{}", duty.from, duty.to),
            id.to_string(),
            duty.org.to_string(),
            duty.title.to_string(),
            duty.served.to_string(),
            places,
        ]);
        json.push(json!({"duty": id.as_str(), "org": duty.org.as_str(), "title": duty.title.as_str(), "day": duty.day.to_string(), "from": duty.from.to_string(), "to": duty.to.to_string(), "places": duty.places, "served": duty.served}));
    }
    let head = lang.pick(
        ["日期", "时间", "活动", "组织", "内容", "人次", "名额"],
        ["day", "time", "duty", "organisation", "what", "person-times", "places"],
    );
    Ok(Report::new(table(&head, rows, &[5, 6]), json!({"duties": json})))
}
