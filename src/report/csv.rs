//! A report as a table for spreadsheets (RFC 4180): one table of a form after the other, each under
//! its name and its head, a blank row between them.
//!
//! Names stand in Chinese and, in the column after, in English. Amounts are yuan with two digits;
//! what is below zero is a number too, while a text that a spreadsheet would run gets an
//! apostrophe.

use super::table::{Cell, Filled, Report, Row, Table};
use crate::domain::text::Lang;
use crate::publish::table_cell;

/// The whole report.
pub fn report(report: &Report) -> String {
    // Without the mark a spreadsheet on a Chinese Windows reads another encoding.
    let mut out = String::from("\u{feff}");
    push(&mut out, &[report.fund.clone(), report.title(Lang::Zh), report.title(Lang::En)]);
    let state = report.state();
    push(&mut out, &[state.zh, state.en]);
    for Filled { form, tables, notes } in &report.forms {
        for table in tables {
            out.push_str("\r\n");
            let part = table.name.clone().map_or((String::new(), String::new()), |t| (t.zh, t.en));
            push(&mut out, &[form.both().0.into(), form.both().1.into(), part.0, part.1]);
            self::table(&mut out, table);
        }
        for note in notes {
            push(&mut out, &[note.zh.clone(), note.en.clone()]);
        }
    }
    out
}

fn table(out: &mut String, table: &Table) {
    let mut head = vec![table.of.zh.clone(), table.of.en.clone()];
    head.extend(table.columns.iter().map(|c| format!("{} {}", c.name.zh, c.name.en)));
    push(out, &head);
    for Row { name, cells, .. } in &table.rows {
        out.push_str(&table_cell(&name.zh));
        out.push(',');
        out.push_str(&table_cell(&name.en));
        for cell in cells {
            out.push(',');
            out.push_str(&self::cell(cell));
        }
        out.push_str("\r\n");
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        // A number of ours, and nothing else: the sign runs nothing.
        Cell::Yuan(net) => net.to_string(),
        Cell::Word(told) if told.zh != told.en => table_cell(&format!("{} {}", told.zh, told.en)),
        other => table_cell(&other.people(Lang::Zh)),
    }
}

fn push(out: &mut String, cells: &[String]) {
    out.push_str(&crate::publish::table_row(cells));
}
