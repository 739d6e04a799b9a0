//! A clock that is far ahead: an entry dated years from now would stop every later one, for time in
//! a ledger never goes back.

use super::error::{Error, Kind};
use super::say::say;
use super::shell::Shell;
use crate::domain::time::{Day, Stamp};

/// So many days without an entry are ordinary. After more, a person or `--today` must say what day
/// it is.
pub(super) const QUIET_DAYS: i64 = 10;

/// The days from one stamp to a later one of the same zone.
pub(super) fn days_after(last: Stamp, now: Stamp) -> i64 {
    now.wall.day().since(last.wall.day())
}

/// Refuses to record at `now`, long after the last entry, unless somebody else than the computer's
/// clock says that this is today.
pub(super) fn believe(shell: &mut Shell<'_>, last: Option<Stamp>, now: Stamp) -> Result<(), Error> {
    let (Some(last), today) = (last, now.wall.day()) else { return Ok(()) };
    let days = days_after(last, now);
    let said = match shell.common.today {
        Some(said) => said,
        None if days <= QUIET_DAYS => return Ok(()),
        None => ask(shell, last, now, days)?,
    };
    if said == today {
        return Ok(());
    }
    let text = say!(
        "电脑时钟是 {today}，你说今天是 {said}：没有记账",
        "the computer's clock shows {today}, and you say that today is {said}: nothing was recorded"
    );
    Err(Error::new(Kind::CouldNot, text)
        .hint(say!("校准电脑时钟后重试", "set the computer's clock right and try again")))
}

fn ask(shell: &mut Shell<'_>, last: Stamp, now: Stamp, days: i64) -> Result<Day, Error> {
    let question = say!(
        "电脑时钟是 {now}，比最后一条记录（{last}）晚 {days} 天。记错了日期，以后就记不进账。今天是几号（如 2026-11-22）？",
        "The computer's clock shows {now}, {days} days after the last entry ({last}). An entry dated wrongly would stop all later ones. What day is today (such as 2026-11-22)?"
    );
    let answer = shell.ask(&question, "--today DAY")?;
    super::value::day(&answer).map_err(|unfit| Error::new(Kind::Usage, unfit.0.into()))
}
