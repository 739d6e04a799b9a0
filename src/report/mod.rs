//! 报表: the forms that offices ask for, about a day, a month, a quarter or a year.
//!
//! ```text
//! entries ── export::write ── Diary: what each day moved ── form::… ── Report: tables
//!                                                            tables ── text, csv, xlsx, html, json
//! ```
//!
//! No figure is kept anywhere: the entries are replayed, the rules say what they booked, and the
//! forms add it up. Whatever writes a report out prints the same tables.

pub mod csv;
pub mod diary;
pub mod form;
pub mod html;
pub mod json;
pub mod net;
pub mod period;
pub mod table;
pub mod workbook;
pub mod xlsx;

use self::diary::Diary;
use self::form::Ground;
use self::period::Period;
use self::table::{Form, Report};
use crate::domain::books::Past;
use crate::domain::time::Day;
use crate::export::{self, Span, Stop};
use crate::replay::Replay;

/// Fills in `forms` about `period`. `known` is the state after the last entry; `past` and `entry`
/// are those of [`export::write`], and so is the cost: one replay of every entry. `today` is the
/// day on which it is made.
pub fn of<E>(
    known: &Replay,
    period: Period,
    forms: &[Form],
    today: Day,
    past: &dyn Past,
    entry: impl FnMut(u64) -> Result<Vec<u8>, E>,
) -> Result<Report, Stop<E>> {
    let (books, mut diary) = (known.books(), Diary::new(past));
    export::write(known, Span::default(), past, entry, &mut diary, |_| Ok(()))?;
    let ground = Ground { books, diary: &diary, period, today };
    let fund = books.fund.as_ref();
    Ok(Report {
        fund: fund.map(|fund| fund.name.to_string()).unwrap_or_default(),
        holder: fund.map(|fund| fund.holder.to_string()).unwrap_or_default(),
        origin: known.origin().to_string(),
        period,
        size: books.size,
        closed: books.closed().map(|(day, _)| day),
        made: today,
        forms: forms.iter().map(|form| ground.fill(*form)).collect(),
    })
}
