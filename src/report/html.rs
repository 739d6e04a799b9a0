//! A report to be printed: one file without anything beside it, one A4 page a form, Chinese first
//! and English below, places for names and the seal as on the published month.

use super::table::{Cell, Filled, Report, Row, Table, Told, Weight};
use crate::domain::text::Lang;
use std::fmt::Write as _;

const STYLE: &str = include_str!("print.css");

/// The whole report.
pub fn report(report: &Report) -> String {
    let (title, fund) = (escaped(&report.title(Lang::Zh)), escaped(&report.fund));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=1120\">\n<title>{title} · {fund}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    for filled in &report.forms {
        form(&mut out, report, filled);
    }
    out + "</body>\n</html>\n"
}

fn form(out: &mut String, report: &Report, filled: &Filled) {
    let (form, state) = (filled.form.both(), report.state());
    let (fund, holder) = (escaped(&report.fund), escaped(&report.holder));
    let (zh, en) = (escaped(&report.title(Lang::Zh)), escaped(&report.title(Lang::En)));
    let unit = "<span class=\"unit\">单位：元 <small lang=\"en\">yuan</small></span>";
    let unit = if filled.form.in_yuan() { unit } else { "" };
    let draft = if report.is_final() { "" } else { " class=\"draft\"" };
    let _ = write!(
        out,
        "<section>\n<h1>{} <small lang=\"en\">{}</small></h1>\n<p>编制单位：{fund}（{holder}）</p>\n<p>{zh} <small lang=\"en\">{en}</small>{unit}</p>\n<p{draft}>{}</p>\n",
        form.0,
        form.1,
        both(&state)
    );
    for table in &filled.tables {
        self::table(out, table);
    }
    for note in &filled.notes {
        let _ = writeln!(out, "<p class=\"note\">{}</p>", both(note));
    }
    let signs = [("单位负责人", "responsible"), ("复核", "checked by"), ("制表", "prepared by")];
    out.push_str("<div class=\"sign\">");
    for (zh, en) in signs {
        let _ = write!(out, "<div>{zh} <small lang=\"en\">{en}</small></div>");
    }
    let (origin, made) = (escaped(&report.origin), report.made);
    let _ = write!(
        out,
        "<div>盖章 <small lang=\"en\">seal</small></div></div>\n<p class=\"from\">{origin} · {made}</p>\n</section>\n"
    );
}

fn table(out: &mut String, table: &Table) {
    let _ = writeln!(out, "<table class=\"{}\">", table.key);
    if let Some(name) = &table.name {
        let _ = writeln!(out, "<caption>{}</caption>", both(name));
    }
    let _ = write!(out, "<thead><tr><th scope=\"col\">{}</th>", both(&table.of));
    for column in &table.columns {
        let class = if column.number { " class=\"n\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", both(&column.name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for Row { weight, name, cells, .. } in &table.rows {
        let class = match weight {
            Weight::Head => "head",
            Weight::Item => "item",
            Weight::Part => "part",
            Weight::Total => "total",
        };
        let span = if cells.is_empty() { table.columns.len() + 1 } else { 1 };
        let _ = write!(
            out,
            "<tr class=\"{class}\"><th scope=\"row\" colspan=\"{span}\">{}</th>",
            both(name)
        );
        for (cell, column) in cells.iter().zip(&table.columns) {
            let class = if column.number { " class=\"n\"" } else { "" };
            let _ = write!(out, "<td{class}>{}</td>", self::cell(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Word(told) => both(told),
        other => escaped(&other.people(Lang::Zh)),
    }
}

/// Chinese, and English below it where it reads otherwise.
fn both(told: &Told) -> String {
    let zh = escaped(&told.zh);
    if told.zh == told.en {
        return zh;
    }
    format!("{zh} <small lang=\"en\">{}</small>", escaped(&told.en))
}

fn escaped(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    plain.replace('"', "&quot;")
}
