//! The rest of the programme: volunteers, a campaign, sponsors, a box, stations, wishes. What is
//! done when, by whom and with which command, is a table beside this file.

use super::stage::Stage;
use crate::cli::error::{Error, Kind};
use crate::cli::fund::write_new;
use crate::cli::say::say;
use crate::domain::time::Day;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// One row a command: day from 0, time, officer, words.
const ROWS: &str = include_str!("programme.txt");

/// What was counted, what was handed over and what its recipients said, as the demo's papers say.
const PAPERS: [(&str, &str); 6] = [
    ("market.txt", "便民市场募捐箱点算单：320.50 元，两名点算人和见证单位签字（演示）\n"),
    ("w-1.txt", "书包和课外书已送到，监护人签字（演示）\n"),
    ("w-1-asked.txt", "上门回访：孩子已经在用，监护人确认（演示）\n"),
    ("w-2.txt", "新证已由残联发放，电话核实（演示）\n"),
    ("w-2-asked.txt", "电话回访：本人已收到新证（演示）\n"),
    ("w-3.txt", "眼镜已配好送到，收据附后（演示）\n"),
];

/// One command of the table.
struct Row<'t> {
    day: u64,
    time: &'t str,
    officer: &'t str,
    words: Vec<&'t str>,
    /// The name under which what it made is kept.
    keeps: Option<&'t str>,
}

/// The rows of the table, in its order; `None` for one that cannot be read.
fn rows() -> impl Iterator<Item = Option<Row<'static>>> {
    let lines = ROWS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let (typed, keeps) = match line.split_once(" > ") {
            Some((typed, name)) => (typed, Some(name)),
            None => (line, None),
        };
        let mut words = typed.split(' ');
        let day = words.next()?.parse().ok()?;
        let (time, officer) = (words.next()?, words.next()?);
        Some(Row { day, time, officer, words: words.collect(), keeps })
    })
}

/// The programme as it goes on: pseudonyms and places, by the names under which they were kept.
#[derive(Default)]
pub(super) struct Programme {
    kept: BTreeMap<String, Vec<String>>,
}

impl Programme {
    /// Writes the papers that its commands need, beside the fund.
    pub(super) fn new(folder: &Path) -> Result<Programme, Error> {
        for (name, text) in PAPERS {
            write_new(&folder.join("papers").join(name), text.as_bytes(), true)?;
        }
        Ok(Programme::default())
    }

    /// Keeps what `$name` stands for.
    pub(super) fn keep(&mut self, name: String, words: Vec<String>) {
        self.kept.insert(name, words);
    }

    /// What is done on a day, `number` counting from 0.
    pub(super) fn by_day(&mut self, stage: &mut Stage, number: u64, day: Day) -> Result<(), Error> {
        for row in rows() {
            let row = row.ok_or_else(|| unreadable("?"))?;
            if row.day != number {
                continue;
            }
            stage.at(day, row.time);
            let words = self.words(&row)?;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let told = stage.by(row.officer, &words)?;
            if let Some(name) = row.keeps {
                self.keep(name.to_owned(), made(&told));
            }
        }
        Ok(())
    }

    /// The words of a row, with what was kept in its place.
    fn words(&self, row: &Row<'_>) -> Result<Vec<String>, Error> {
        let mut words = Vec::new();
        for word in &row.words {
            match word.strip_prefix('$') {
                Some(name) => {
                    let kept = self.kept.get(name).ok_or_else(|| unreadable(word))?;
                    words.extend_from_slice(kept);
                }
                None => words.push((*word).to_owned()),
            }
        }
        Ok(words)
    }
}

fn unreadable(word: &str) -> Error {
    Error::new(
        Kind::CouldNot,
        say!("演示的命令表里有 {word}", "the demo's table of commands has {word}"),
    )
}

/// The pseudonym that a command made, or the places of what it recorded.
fn made(told: &Value) -> Vec<String> {
    match told.get("volunteer") {
        Some(volunteer) => volunteer.as_str().map(str::to_owned).into_iter().collect(),
        None => super::fund::places(told),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_can_be_read_and_what_it_needs_was_kept_before() {
        let mut rows: Vec<Row<'_>> = rows().map(Option::unwrap).collect();
        assert!(rows.len() > 80, "only {} commands", rows.len());
        rows.sort_by_key(|row| (row.day, row.time));
        let (mut kept, mut used) = (BTreeSet::new(), BTreeSet::new());
        for row in &rows {
            assert!(row.day < 30 && row.time.len() == 5 && row.words.len() > 1, "{:?}", row.words);
            for name in row.words.iter().filter_map(|word| word.strip_prefix('$')) {
                let student = name.contains('-');
                assert!(student || kept.contains(name), "${name} on day {}", row.day);
                used.insert(name);
            }
            kept.extend(row.keeps);
        }
        assert!(kept.is_subset(&used), "kept for nothing: {kept:?}");
    }
}
