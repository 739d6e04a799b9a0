//! A report as an XLSX workbook: one sheet a form.

use super::table::{Cell, Column, Filled, Report, Row, Table, Weight};
use super::workbook::{Look, Sheet, Value, workbook};
use crate::domain::text::Lang;
use std::io;

/// The whole report.
///
/// # Errors
/// Those of [`workbook`].
pub fn report(report: &Report) -> io::Result<Vec<u8>> {
    workbook(&report.forms.iter().map(|form| sheet(report, form)).collect::<Vec<_>>())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Nothing => Value::Nothing,
        Cell::Yuan(net) => Value::yuan(*net),
        Cell::Count(count) => Value::Text(count.to_string()),
        Cell::Share(_) => Value::Text(cell.people(Lang::Zh)),
        Cell::Word(told) if told.zh == told.en => Value::Text(told.zh.clone()),
        Cell::Word(told) => Value::Text(format!("{} {}", told.zh, told.en)),
    }
}

fn sheet(report: &Report, filled: &Filled) -> Sheet {
    let (form, state) = (filled.form.both(), report.state());
    let mut sheet = Sheet::new(form.0, &[34, 34, 18]);
    sheet.line(format!("{} {}", form.0, form.1), Look::Title);
    let (fund, holder) = (&report.fund, &report.holder);
    sheet.line(format!("编制单位 prepared by：{fund}（{holder}）"), Look::Plain);
    let unit = if filled.form.in_yuan() { "，单位：元 in yuan" } else { "" };
    let title = format!("{} {}{unit}", report.title(Lang::Zh), report.title(Lang::En));
    sheet.line(title, Look::Plain);
    sheet.line(format!("{} {}", state.zh, state.en), Look::Plain);
    for table in &filled.tables {
        sheet.gap();
        if let Some(name) = &table.name {
            sheet.line(format!("{} {}", name.zh, name.en), Look::Bold);
        }
        self::table(&mut sheet, table);
    }
    sheet.gap();
    for note in &filled.notes {
        sheet.line(note.zh.clone(), Look::Plain);
        sheet.line(note.en.clone(), Look::Plain);
    }
    sheet
}

fn table(sheet: &mut Sheet, table: &Table) {
    let name = |column: &Column| format!("{} {}", column.name.zh, column.name.en);
    let head = [table.of.zh.clone(), table.of.en.clone()];
    let head = head.into_iter().chain(table.columns.iter().map(name));
    sheet.row(head.map(|text| (Value::Text(text), Look::Head)));
    for Row { weight, name, cells, .. } in &table.rows {
        let (named, figure) = match weight {
            Weight::Head => (Look::Bold, Look::Bold),
            Weight::Item => (Look::Plain, Look::Yuan),
            Weight::Part => (Look::Inner, Look::Yuan),
            Weight::Total => (Look::Bold, Look::Sum),
        };
        let names = [&name.zh, &name.en].map(|name| (Value::Text(name.clone()), named));
        let cells = cells.iter().map(|cell| (value(cell), figure));
        sheet.row(names.into_iter().chain(cells));
    }
}
