//! Received and paid as bars, and what is left as a line, by day.

use super::scale::{Scale, column, exact, percent, signed};
use super::{Chart, Fill, Twin, Words, figure, grid, plot};
use crate::domain::line::close::Close;
use crate::domain::text::Lang;
use crate::publish::pages::amount::Summary;
use std::fmt::Write as _;

/// The numbers of one closed day, in fen. Below zero if more was booked back than booked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Point {
    /// The day.
    pub(super) day: String,
    /// Gifts, less refunds and reversals.
    pub(super) received: i128,
    /// Payments to students, less reversals.
    pub(super) paid: i128,
    /// Left at the close.
    pub(super) held: i128,
}

impl Point {
    /// The numbers of a close, as the list of days has them.
    pub(super) fn of(close: &Close) -> Point {
        let sums = Summary::of(&close.moved);
        Point {
            day: close.day.to_string(),
            received: sums.received.gain(),
            paid: -sums.paid.gain(),
            held: signed(close.closing.held.total()),
        }
    }

    /// The bars above zero, received first, then those below: amount of each.
    fn bars(&self) -> [(i128, bool); 4] {
        // Money out goes down; a payment booked back comes up again.
        let (received, paid) = (self.received, -self.paid);
        [
            (received.max(0), true),
            (paid.max(0), false),
            (received.min(0), true),
            (paid.min(0), false),
        ]
    }
}

/// The chart of these days, the oldest first.
pub(super) fn chart(points: &[Point], lang: Lang) -> Option<Chart> {
    let (first, last) = (points.first()?, points.last()?);
    let names: Vec<String> = points.iter().map(|p| short(&p.day)).collect();
    let received = exact(points.iter().map(|p| p.received).sum());
    let paid = exact(points.iter().map(|p| p.paid).sum());
    let (from, to, held) = (&first.day, &last.day, exact(last.held));
    let moved = Words {
        id: "chart-days",
        title: lang.pick("每天收到和发放的钱", "Received and paid out, day by day"),
        desc: &lang.pick(
            format!("{from} 至 {to}：共收到 {received}，共发放 {paid}。"),
            format!("{from} to {to}: received {received}, paid out {paid}."),
        ),
    };
    let left = Words {
        id: "chart-left",
        title: lang.pick("每天的结余", "Left at the end of each day"),
        desc: &lang.pick(
            format!("{from} 至 {to}：最后一天结余 {held}。"),
            format!("{from} to {to}: {held} left on the last day."),
        ),
    };
    let drawings = bars(points, &names, &moved, lang) + &line(points, &names, &left, lang);
    let (solid, hatched) = (Fill::Solid.key("in"), Fill::Slanted.key("out"));
    let key = lang.pick(
        format!("<span>{solid} 收到 {received}（向上）</span> <span>{hatched} 发放 {paid}（向下）</span> <span><svg class=\"key left\" aria-hidden=\"true\"><line class=\"line\" x1=\"0\" x2=\"100%\" y1=\"50%\" y2=\"50%\"></line></svg> 结余 {held}</span>"),
        format!("<span>{solid} received {received} (upwards)</span> <span>{hatched} paid out {paid} (downwards)</span> <span><svg class=\"key left\" aria-hidden=\"true\"><line class=\"line\" x1=\"0\" x2=\"100%\" y1=\"50%\" y2=\"50%\"></line></svg> left {held}</span>"),
    );
    let row = |p: &Point| vec![p.day.clone(), exact(p.received), exact(p.paid), exact(p.held)];
    let twin = Twin {
        caption: lang.pick("每天收到、发放和结余", "Received, paid out and left, by day"),
        heads: match lang {
            Lang::Zh => &["日期", "收到", "发放", "结余"],
            Lang::En => &["Day", "Received", "Paid out", "Left"],
        },
        rows: points.iter().rev().map(row).collect(),
    };
    Some(figure(&drawings, &key, &twin, lang))
}

/// Received upwards and paid out downwards.
fn bars(points: &[Point], names: &[String], words: &Words<'_>, lang: Lang) -> String {
    let sum = |up: bool| {
        let of = move |p: &Point| {
            p.bars().iter().map(|(fen, _)| *fen).filter(|fen| (*fen > 0) == up).sum::<i128>()
        };
        points.iter().map(of)
    };
    let scale = Scale::over(sum(false).min().unwrap_or(0), sum(true).max().unwrap_or(0));
    let mut out = words.open("bars");
    out.push_str(&Fill::Slanted.pattern("out"));
    out.push_str(&grid(&scale));
    for (point, nth) in points.iter().zip(0..) {
        let (x, width) = column(nth, points.len());
        let (x, width) = (percent(x), percent(width));
        let (mut above, mut below) = (0, 0);
        for (fen, received) in point.bars().into_iter().filter(|(fen, _)| *fen != 0) {
            let from = if fen > 0 { &mut above } else { &mut below };
            let (y, height) = scale.bar(*from, *from + fen);
            *from += fen;
            // The style sheet fills what was received: most bars are that.
            let (class, paint) = if received {
                ("in", String::new())
            } else {
                ("out", format!(" fill=\"{}\"", Fill::Slanted.paint("out")))
            };
            let (y, height) = (percent(y), percent(height));
            // Writing to a String cannot fail.
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{paint}></rect>"
            );
        }
    }
    out.push_str("</svg>");
    plot(&scale.labels(lang), &out, names)
}

/// What is left, as steps: it changes with a close and stays till the next.
fn line(points: &[Point], names: &[String], words: &Words<'_>, lang: Lang) -> String {
    let held = || points.iter().map(|p| p.held);
    let scale = Scale::over(held().min().unwrap_or(0), held().max().unwrap_or(0));
    let mut out = words.open("steps");
    out.push_str(&grid(&scale));
    let mut before = None;
    for (fen, nth) in held().zip(0..) {
        let ((x, _), (end, _)) = (column(nth, points.len()), column(nth + 1, points.len()));
        let (x, end, y) = (percent(x), percent(end.min(10_000)), percent(scale.place(fen)));
        if let Some(before) = before.filter(|before| *before != y) {
            let _ = write!(
                out,
                "<line class=\"line left\" x1=\"{x}\" x2=\"{x}\" y1=\"{before}\" y2=\"{y}\"></line>"
            );
        }
        let _ = write!(
            out,
            "<line class=\"line left\" x1=\"{x}\" x2=\"{end}\" y1=\"{y}\" y2=\"{y}\"></line>"
        );
        before = Some(y);
    }
    out.push_str("</svg>");
    plot(&scale.labels(lang), &out, names)
}

/// Month and day.
fn short(day: &str) -> String {
    day.split_once('-').map_or(day, |(_, rest)| rest).to_owned()
}
