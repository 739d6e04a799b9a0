//! What a merchant's bill says of itself at its end, held against its rows.

use super::{Columns, Exact, bare, cell, exact};
use crate::domain::money::Fen;
use crate::import::error::BillError;
use crate::import::row::Direction;
use crate::import::sheet::TableRow;

/// Sums of columns, in the order in which they are declared.
pub(super) struct Sums {
    columns: Vec<(&'static str, usize)>,
    totals: Vec<Exact>,
    rows: u64,
}

impl Sums {
    /// Of those of the columns called `names` that the bill has.
    pub(super) fn of(columns: &Columns, names: &[&'static str]) -> Result<Sums, BillError> {
        let mut found = Vec::new();
        for name in names {
            found.extend(columns.find(&[name])?.map(|at| (*name, at)));
        }
        let totals = vec![Exact::default(); found.len()];
        Ok(Sums { columns: found, totals, rows: 0 })
    }

    pub(super) fn add(&mut self, row: TableRow<'_>) -> Result<(), BillError> {
        for ((_, at), sum) in self.columns.iter().zip(&mut self.totals) {
            *sum = sum.plus(exact(row, *at)?);
        }
        self.rows += 1;
        Ok(())
    }

    /// The sum of the column called `name`.
    pub(super) fn sum(&self, name: &str) -> Option<Exact> {
        let at = self.columns.iter().position(|(column, _)| *column == name)?;
        self.totals.get(at).copied()
    }

    pub(super) fn rows(&self) -> Exact {
        Exact::of(Fen::new(self.rows.saturating_mul(100)).unwrap_or(Fen::MAX))
    }
}

/// Compares what the bill says with what its rows make.
pub(super) fn agree(column: &str, said: Exact, found: Exact) -> Result<(), BillError> {
    if said == found {
        return Ok(());
    }
    let (column, said, found) = (column.to_owned(), said.to_string(), found.to_string());
    Err(BillError::Totals { column, said, found })
}

/// The names of a summary and the row of figures under them.
#[derive(Default)]
pub(super) struct Summary {
    names: Vec<String>,
    figures: Vec<(String, Exact)>,
}

impl Summary {
    /// Takes a row of the end of a bill: first the names, then the figures, then nothing.
    pub(super) fn take(&mut self, row: TableRow<'_>) -> Result<(), BillError> {
        if self.names.is_empty() {
            self.names = super::names(row);
            return Ok(());
        }
        if !self.figures.is_empty() || row.len() < self.names.len() {
            return Err(BillError::NoTotals);
        }
        for (at, name) in self.names.iter().enumerate() {
            if !bare(row.cell(at)).is_empty() {
                self.figures.push((name.clone(), exact(row, at)?));
            }
        }
        Ok(())
    }

    /// Compares the figure called `name`, if the summary has it.
    pub(super) fn agrees(&self, name: &str, found: Exact) -> Result<bool, BillError> {
        let figure = self.figures.iter().find(|(figure, _)| figure == name);
        figure.map_or(Ok(false), |(_, said)| agree(name, *said, found).map(|()| true))
    }

    /// Refuses an end without figures.
    pub(super) fn needs(&self, name: &str, found: Exact) -> Result<(), BillError> {
        if self.agrees(name, found)? { Ok(()) } else { Err(BillError::NoTotals) }
    }
}

/// The running balance of an account, whichever way round its rows stand.
pub(super) struct Running {
    at: usize,
    rows: Vec<(u32, i128, i128)>,
}

impl Running {
    pub(super) fn new(at: usize) -> Running {
        Running { at, rows: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        row: TableRow<'_>,
        fen: Fen,
        direction: Direction,
    ) -> Result<(), BillError> {
        let (balance, negative) = super::amount(row, self.at)?;
        let sign = |fen: Fen, negative: bool| {
            if negative { -i128::from(fen.get()) } else { i128::from(fen.get()) }
        };
        if cell(row, Some(self.at)).is_empty() {
            return Err(BillError::Balance { row: row.number });
        }
        let moved = sign(fen, direction == Direction::Out);
        self.rows.push((row.number, moved, sign(balance, negative)));
        Ok(())
    }

    /// Refuses rows of which one does not follow from the one before.
    pub(super) fn proved(&self) -> Result<(), BillError> {
        let follows = |before: i128, moved: i128, after: i128| before + moved == after;
        let forward = self.rows.windows(2).find_map(|pair| match pair {
            [(.., before), (row, moved, after)] => {
                (!follows(*before, *moved, *after)).then_some(*row)
            }
            _ => None,
        });
        let backward = self.rows.windows(2).any(|pair| match pair {
            [(_, moved, after), (.., before)] => !follows(*before, *moved, *after),
            _ => false,
        });
        match forward.filter(|_| backward) {
            Some(row) => Err(BillError::Balance { row }),
            None => Ok(()),
        }
    }
}
