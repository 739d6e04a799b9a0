//! Received in all, month by month.

use super::scale::{Scale, column, exact, percent, signed};
use super::{Chart, FactError, Fill, MONTHS, Twin, Words, figure, grid, plot};
use crate::domain::text::Lang;
use crate::publish::history::History;
use std::fmt::Write as _;

/// Received by the end of a month since the founding, in fen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Grown {
    /// The month.
    pub(super) month: String,
    /// Received by the last close in it.
    pub(super) received: i128,
}

/// The last [`MONTHS`] months with closes, the oldest first.
pub(super) fn months(history: &History<'_>) -> Result<Vec<Grown>, FactError> {
    let last = history.months().rev().take(MONTHS).filter_map(|(m, days)| Some((m, days.last()?)));
    let grown = last.map(|(month, closed)| {
        let known = history.close(*closed)?;
        Ok(Grown { month: month.to_string(), received: signed(known.1.ever.received()) })
    });
    let mut grown = grown.collect::<Result<Vec<_>, FactError>>()?;
    grown.reverse();
    Ok(grown)
}

/// The chart of these months.
pub(super) fn chart(months: &[Grown], lang: Lang) -> Option<Chart> {
    let (first, last) = (months.first()?, months.last()?);
    let scale = Scale::over(0, months.iter().map(|m| m.received).max().unwrap_or(0));
    let (from, to, sum) = (&first.month, &last.month, exact(last.received));
    let words = Words {
        id: "chart-growth",
        title: lang.pick("累计收到，按月", "Received in all, month by month"),
        desc: &lang.pick(
            format!("{from} 至 {to}：到最后一个月累计收到 {sum}。"),
            format!("{from} to {to}: {sum} received in all by the last month."),
        ),
    };
    let mut out = words.open("bars");
    out.push_str(&grid(&scale));
    for (month, nth) in months.iter().zip(0..) {
        let (x, width) = column(nth, months.len());
        let (y, height) = scale.bar(0, month.received);
        let (x, width, y, height) = (percent(x), percent(width), percent(y), percent(height));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<rect class=\"in\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"currentColor\"></rect>"
        );
    }
    out.push_str("</svg>");
    let names: Vec<String> = months.iter().map(|m| m.month.clone()).collect();
    let drawing = plot(&scale.labels(lang), &out, &names);
    let solid = Fill::Solid.key("in");
    let key = lang.pick(
        format!("<span>{solid} 自设立以来累计收到 {sum}</span>"),
        format!("<span>{solid} received since the founding: {sum}</span>"),
    );
    let twin = Twin {
        caption: lang.pick(
            "到各月最后一次日结为止累计收到",
            "Received in all by the last close of each month",
        ),
        heads: match lang {
            Lang::Zh => &["月份", "累计收到"],
            Lang::En => &["Month", "Received in all"],
        },
        rows: months.iter().rev().map(|m| vec![m.month.clone(), exact(m.received)]).collect(),
    };
    Some(figure(&drawing, &key, &twin, lang))
}
