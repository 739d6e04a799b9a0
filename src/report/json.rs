//! A report as page data. Amounts are whole fen, and below zero with a sign.
//!
//! ```text
//! {"schema":1,"origin":…,"fund":…,"holder":…,"kind":"monthly","period":"2026-11",
//!  "from":"2026-11-01","until":"2026-11-30","final":true,"closed":"2026-11-30"|null,"size":42,
//!  "made":"2026-12-01",
//!  "forms":[{"form":"activities","name":…,"name_en":…,"tables":[{"table":"activities",
//!   "columns":[{"column":"this-free","name":…,"name_en":…},…],
//!   "rows":[{"row":"gift","weight":"part","name":…,"name_en":…,"cells":[100,0,100,…]},…]}],
//!   "notes":[…],"notes_en":[…]}]}
//! ```
//! A cell is a number, a text, a text in both languages, or null; parts of a whole are in
//! ten-thousandths. `v1/schema.json` of every published folder describes it as `report`.

use super::table::{Cell, Filled, Report, Row, Table, Told, Weight};
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use serde_json::{Value, json};

/// The version of the object.
const SCHEMA: u32 = 1;

/// The whole report.
pub fn report(report: &Report) -> Value {
    let period = report.period;
    json!({
        "schema": SCHEMA,
        "origin": report.origin,
        "fund": report.fund,
        "holder": report.holder,
        "kind": period.kind.word(),
        "period": period.to_string(),
        "from": period.from.to_string(),
        "until": period.until.to_string(),
        "final": report.is_final(),
        "closed": report.closed.map(|day| day.to_string()),
        "size": report.size,
        "made": report.made.to_string(),
        "forms": report.forms.iter().map(form).collect::<Vec<_>>(),
    })
}

fn form(filled: &Filled) -> Value {
    let notes = |lang| filled.notes.iter().map(|note| note.pick(lang)).collect::<Vec<_>>();
    json!({
        "form": filled.form.word(),
        "name": filled.form.both().0,
        "name_en": filled.form.both().1,
        "tables": filled.tables.iter().map(table).collect::<Vec<_>>(),
        "notes": notes(Lang::Zh),
        "notes_en": notes(Lang::En),
    })
}

fn table(table: &Table) -> Value {
    let column =
        |key: &str, name: &Told| json!({"column": key, "name": name.zh, "name_en": name.en});
    let columns = table.columns.iter().map(|c| column(&c.key, &c.name)).collect::<Vec<_>>();
    json!({"table": table.key, "columns": columns, "rows": table.rows.iter().map(row).collect::<Vec<_>>()})
}

fn row(row: &Row) -> Value {
    let weight = match row.weight {
        Weight::Head => "head",
        Weight::Item => "item",
        Weight::Part => "part",
        Weight::Total => "total",
    };
    let cells = row.cells.iter().map(cell).collect::<Vec<_>>();
    json!({"row": row.key, "weight": weight, "name": row.name.zh, "name_en": row.name.en, "cells": cells})
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Nothing => Value::Null,
        // Greater numbers many programs round; as text it is still exact.
        Cell::Yuan(net) => match i64::try_from(net.fen()) {
            Ok(fen) if fen.unsigned_abs() <= Fen::MAX.get() => fen.into(),
            _ => net.to_string().into(),
        },
        Cell::Count(count) => (*count).into(),
        Cell::Share(part) => part.get().into(),
        Cell::Word(told) if told.zh == told.en => told.zh.clone().into(),
        Cell::Word(told) => json!({"zh": told.zh, "en": told.en}),
    }
}
