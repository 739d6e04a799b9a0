//! `student report`: students by level and by something else, small cells not told.

use super::super::error::{Error, Kind};
use super::super::fund::Fund;
use super::super::say::say;
use super::super::shell::{Report, Shell, table};
use crate::domain::cells::LEAST;
use crate::domain::english::agreed;
use crate::domain::line::student::cohort::Cohort;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::ledger::Mode;
use serde_json::{Value, json};

pub(super) fn run(shell: &mut Shell<'_>, csv: bool, least: u64) -> Result<Report, Error> {
    if least < LEAST {
        let text = say!(
            "至少 {LEAST} 人，这里是 {least}",
            "at least {LEAST} people, and here are {least}"
        );
        return Err(Error::new(Kind::Usage, text));
    }
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let tables = Cohort::tables(ledger.books(), least);
    let json = json!({"least": least, "tables": tables.iter().map(machine).collect::<Vec<_>>()});
    let text = if csv { spreadsheet(&tables)? } else { people(&tables, least, lang) };
    Ok(Report::new(text, json))
}

/// What is told of the students of a cell, and of their fen.
type Told = (Option<u64>, Option<u64>);

/// Each cell that a row has, in order: the column, and what is told of it.
type Cells = Vec<(String, Told)>;

fn rows(of: &Cohort) -> impl Iterator<Item = (&'static str, Cells)> {
    Cohort::rows().enumerate().map(|(at, (row, _))| {
        let cells = of.columns().enumerate();
        (
            row,
            cells
                .map(|(column, name)| (name.0, (of.told(at, column), of.money_told(at, column))))
                .collect(),
        )
    })
}

fn machine(of: &Cohort) -> Value {
    let row = |(row, cells): (&str, Cells)| {
        let cell = |(column, (students, fen)): (String, Told)| json!({"column": column, "students": students, "fen": fen});
        json!({"row": row, "cells": cells.into_iter().map(cell).collect::<Vec<_>>()})
    };
    json!({"table": of.word, "sum": of.sum.word(), "rows": rows(of).map(row).collect::<Vec<_>>()})
}

fn people(tables: &[Cohort], least: u64, lang: Lang) -> String {
    let mut text = Vec::new();
    for of in tables.iter().filter(|of| of.students.total() > 0) {
        text.push(of.name.pick(lang).to_owned());
        let names: Vec<_> = of.columns().map(|column| column.1.pick(lang)).collect();
        let names = names.iter().map(String::as_str);
        let head: Vec<_> = [lang.pick("学段", "level")].into_iter().chain(names).collect();
        let numbers: Vec<_> = (1..head.len()).collect();
        let yuan = |fen| Fen::new(fen).unwrap_or(Fen::MAX).grouped();
        let cell = |(students, fen): Told, money: bool| {
            let told = if money { fen.map(yuan) } else { students.map(|count| count.to_string()) };
            told.unwrap_or_else(|| "*".to_owned())
        };
        for money in [false, true] {
            let lines = rows(of).zip(Cohort::rows()).map(|((_, cells), (_, name))| {
                let cells = cells.into_iter().map(|(_, told)| cell(told, money));
                [name.pick(lang).to_owned()].into_iter().chain(cells).collect()
            });
            text.push(table(&head, lines.collect(), &numbers));
            if !money {
                let sum = of.sum.name(lang);
                text.push(lang.pick(format!("{sum}（元）"), format!("{sum}, in yuan")));
            }
        }
    }
    text.push(lang.pick(
        format!("* 少于 {least} 人的格子不列，并再隐去一些，使其无法由其他数推算；少于 {least} 人的金额和含有它的合计也不列"),
        agreed!("* cells of fewer than {least} people are not told, nor what would give them away; nor is the money of so few, or a sum with it in"),
    ));
    text.join("\n")
}

fn spreadsheet(tables: &[Cohort]) -> Result<String, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let bad =
        |why: csv::Error| Error::because(say!("表格写不出来", "the table cannot be written"), &why);
    out.write_record(["table", "row", "column", "students", "sum", "yuan"]).map_err(bad)?;
    for of in tables {
        for (row, cells) in rows(of) {
            for (column, (students, fen)) in cells {
                let students = students.map_or(String::new(), |count| count.to_string());
                let yuan = fen.and_then(Fen::new);
                let yuan = yuan.map_or(String::new(), |fen| fen.to_string());
                let sum = of.sum.word();
                out.write_record([of.word, row, &column, &students, sum, &yuan]).map_err(bad)?;
            }
        }
    }
    let bytes = out.into_inner().unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
