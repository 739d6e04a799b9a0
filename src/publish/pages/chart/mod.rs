//! Charts: SVG drawn here, without script; under each its key in words and, folded, its numbers.
//!
//! Every shape is placed in per cent of the drawing, so that a drawing is as wide as the page while
//! its lines and patterns keep their width; amounts and dates stand around it as text of the page,
//! so that they wrap and grow with the reader's letters. Colours are classes of the style sheet,
//! and none is alone: each goes with a pattern of its own and a word. Arithmetic is in whole fen.

mod days;
mod growth;
mod levels;
mod scale;
mod share;
#[cfg(test)]
mod tests;

use super::FactError;
use crate::domain::text::Lang;
use crate::publish::history::{Closed, History};
use std::fmt::{self, Write as _};

/// How many months the chart of growth shows.
const MONTHS: usize = 12;

/// A drawing, its key, and the same numbers in a table. Printed as HTML.
pub(super) struct Chart(String);

/// The charts of the first page; one that would show nothing is not there.
pub(super) struct HomeCharts {
    /// Received, paid and left, by day.
    pub(super) days: Option<Chart>,
    /// Where a yuan went.
    pub(super) share: Option<Chart>,
    /// Students by school level.
    pub(super) levels: Option<Chart>,
    /// Received in all, by month.
    pub(super) growth: Option<Chart>,
}

impl HomeCharts {
    /// The charts by the last close; the first shows the days `newest`, in order.
    pub(super) fn new(
        history: &History<'_>,
        newest: &[Closed],
        lang: Lang,
    ) -> Result<HomeCharts, FactError> {
        let Some(last) = history.closed.last() else {
            return Ok(HomeCharts { days: None, share: None, levels: None, growth: None });
        };
        let known = history.close(*last)?;
        Ok(HomeCharts {
            days: of_days(history, newest, lang)?,
            share: share::chart(
                &share::parts(&known.1, history.facts.replay().books(), lang),
                lang,
            ),
            levels: levels::chart(known.1.students, lang),
            growth: growth::chart(&growth::months(history)?, lang),
        })
    }
}

/// Received, paid and left on each of these closed days, in order; `None` without days.
pub(super) fn of_days(
    history: &History<'_>,
    closed: &[Closed],
    lang: Lang,
) -> Result<Option<Chart>, FactError> {
    let points = closed.iter().map(|c| Ok(days::Point::of(&history.close(*c)?.1)));
    Ok(days::chart(&points.collect::<Result<Vec<_>, FactError>>()?, lang))
}

/// What a chart says in words, for its `title` and `desc`.
struct Words<'w> {
    /// Begins its ids on the page.
    id: &'w str,
    title: &'w str,
    desc: &'w str,
}

impl Words<'_> {
    /// The opening tag of the drawing, with its words.
    fn open(&self, class: &str) -> String {
        let Words { id, title, desc } = self;
        format!(
            "<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{desc}</desc>"
        )
    }
}

/// How an area is filled, beside its colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fill {
    Solid,
    Slanted,
    Dotted,
    Barred,
    Crossed,
    Open,
}

impl Fill {
    /// The value of the `fill` attribute of a shape in the colour `class`.
    fn paint(self, class: &str) -> String {
        match self {
            Fill::Solid => "currentColor".to_owned(),
            Fill::Open => "none".to_owned(),
            _ => format!("url(#fill-{class})"),
        }
    }

    /// The definition that [`Fill::paint`] names, which stands once on a page.
    fn pattern(self, class: &str) -> String {
        let (size, turned, marks) = match self {
            Fill::Solid | Fill::Open => return String::new(),
            Fill::Slanted => (7, " patternTransform=\"rotate(45)\"", "M0 2h7"),
            Fill::Dotted => (6, "", "M1 3h3M1 2h3M1 4h3"),
            Fill::Barred => (6, "", "M0 2h6"),
            Fill::Crossed => (9, " patternTransform=\"rotate(45)\"", "M0 2h9M2 0v9"),
        };
        let width = if self == Fill::Dotted { 1 } else { 3 };
        format!(
            "<pattern id=\"fill-{class}\" class=\"{class}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\"{turned}><path d=\"{marks}\" stroke=\"currentColor\" stroke-width=\"{width}\"></path></pattern>"
        )
    }

    /// The small square beside a word of the key.
    fn key(self, class: &str) -> String {
        let paint = self.paint(class);
        format!(
            "<svg class=\"key {class}\" aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" fill=\"{paint}\"></rect></svg>"
        )
    }
}

/// A table twin: its caption, its heads, and its rows, each begun by its name.
struct Twin<'t> {
    caption: &'t str,
    heads: &'t [&'t str],
    rows: Vec<Vec<String>>,
}

impl Twin<'_> {
    /// The table, folded.
    fn html(&self, lang: Lang) -> String {
        let (summary, caption) = (lang.pick("看准确数字", "The exact numbers"), self.caption);
        let mut out = format!(
            "<details class=\"twin\">\n<summary>{summary}</summary>\n<table>\n<caption>{caption}</caption>\n<thead><tr>"
        );
        for head in self.heads {
            // Writing to a String cannot fail; nor below.
            let _ = write!(out, "<th scope=\"col\">{head}</th>");
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            let mut cells = row.iter().zip(self.heads);
            let name = cells.next().map(|(name, _)| name.as_str()).unwrap_or_default();
            let _ = write!(out, "<tr><th scope=\"row\">{name}</th>");
            for (cell, head) in cells {
                let _ = write!(out, "<td class=\"n\" data-label=\"{head}\">{cell}</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</details>");
        out
    }
}

/// A drawing between the amounts at its left and, under it, the names of its columns.
fn plot(ticks: &[String], drawing: &str, names: &[String]) -> String {
    let list = |class: &str, items: &[String]| {
        let items = items.iter().fold(String::new(), |out, item| out + "<span>" + item + "</span>");
        format!("<div class=\"{class}\" aria-hidden=\"true\">{items}</div>")
    };
    let below = match names {
        [] | [_] | [_, _] | [_, _, _] => list("below few", names),
        [first, .., last] => {
            // As many as fit under a drawing on a phone.
            let middle = names.get(names.len() / 2).filter(|_| names.len() > 4);
            let shown = [Some(first), middle, Some(last)].into_iter().flatten().cloned();
            list("below", &shown.collect::<Vec<_>>())
        }
    };
    format!("<div class=\"plot\">{}\n{drawing}\n{below}</div>\n", list("ticks", ticks))
}

/// The lines of the grid at the ticks of a scale, the zero line stronger.
fn grid(scale: &scale::Scale) -> String {
    let line = |at: (i128, bool)| {
        let (y, class) = (scale::percent(at.0), if at.1 { "zero" } else { "grid" });
        format!("<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"></line>")
    };
    scale.lines().map(line).collect()
}

/// All of it: drawings, key, table.
fn figure(drawings: &str, key: &str, twin: &Twin<'_>, lang: Lang) -> Chart {
    let twin = twin.html(lang);
    Chart(format!(
        "<figure class=\"chart\">\n{drawings}<figcaption>{key}</figcaption>\n{twin}\n</figure>"
    ))
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Numbers, dates and words of this program only, beside the tags written here.
impl askama::filters::HtmlSafe for Chart {}
