//! Small cells: which numbers of a table are not told, so that none about a few people can be
//! computed from the others.
//!
//! A table has its totals as cells. A cell of 1 to `least` - 1 people is hidden, and then others
//! until every hidden cell could be another number: until the numbers told, totals included, and
//! that nothing is less than zero, leave it at least two values.

/// Fewer people than this are not told.
pub const LEAST: u64 = 5;

/// A table of numbers with the totals of its rows and columns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grid {
    width: usize,
    /// Row by row, each with its total, and the row of totals.
    cells: Vec<u64>,
}

impl Grid {
    /// The table of these rows, all as long as the first.
    pub fn new(rows: &[Vec<u64>]) -> Grid {
        let width = rows.first().map_or(0, Vec::len);
        let mut cells = Vec::new();
        let mut totals = vec![0_u64; width + 1];
        for row in rows {
            let sum = row.iter().take(width).sum();
            let row = row.iter().copied().take(width).chain([sum]);
            for (total, cell) in totals.iter_mut().zip(row) {
                *total = total.saturating_add(cell);
                cells.push(cell);
            }
        }
        cells.extend(totals);
        Grid { width: width + 1, cells }
    }

    /// How many rows there are, that of totals included.
    pub fn height(&self) -> usize {
        self.cells.len() / self.width
    }

    /// How many columns there are, that of totals included.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number in a row and column; the last of each are the totals.
    pub fn at(&self, row: usize, column: usize) -> u64 {
        self.cells.get(row * self.width + column).copied().unwrap_or_default()
    }

    /// The sum of all.
    pub fn total(&self) -> u64 {
        self.cells.last().copied().unwrap_or_default()
    }

    /// Whether the cell is a total of one kind: such a cell falls where those of its row rise.
    fn is_turned(&self, row: usize, column: usize) -> bool {
        (row + 1 == self.height()) != (column + 1 == self.width)
    }
}

/// Which cells of tables of one shape are not told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hidden {
    width: usize,
    cells: Vec<bool>,
}

impl Hidden {
    /// Hides cells of `grids`, the first of which counts people; the others tell something of the
    /// same people, and of them only what is not zero is kept from being computed. What is `open`
    /// is told already, elsewhere, and stays so. `None` if nothing of the table can be told.
    pub fn new(grids: &[Grid], open: impl Fn(usize, usize) -> bool, least: u64) -> Option<Hidden> {
        let people = grids.first()?;
        let places = (0..people.height()).flat_map(|row| (0..people.width).map(move |c| (row, c)));
        let places: Vec<_> = places.collect();
        let small = |(row, column): &(usize, usize)| {
            (1..least).contains(&people.at(*row, *column)) && !open(*row, *column)
        };
        let mut hidden = Hidden { width: people.width, cells: places.iter().map(small).collect() };
        loop {
            let bare = places.iter().find(|(row, column)| {
                let is = hidden.is(*row, *column);
                is && !grids.iter().enumerate().all(|(n, grid)| {
                    // That nothing is told of nobody says no number of people.
                    let nothing = n > 0 && grid.at(*row, *column) == 0;
                    nothing || hidden.varies(grid, *row, *column)
                })
            });
            let Some((row, column)) = bare else { return Some(hidden) };
            // The smallest number beside it that is not nothing, then nothing, then any other.
            let more = places.iter().filter(|(r, c)| !hidden.is(*r, *c) && !open(*r, *c));
            let more = more.min_by_key(|(r, c)| {
                let value = people.at(*r, *c);
                (r != row && c != column, value == 0, value)
            })?;
            let at = more.0 * hidden.width + more.1;
            *hidden.cells.get_mut(at)? = true;
        }
    }

    /// Whether the cell is not told.
    pub fn is(&self, row: usize, column: usize) -> bool {
        self.cells.get(row * self.width + column).copied().unwrap_or(true)
    }

    /// Whether any cell is not told.
    pub fn any(&self) -> bool {
        self.cells.contains(&true)
    }

    /// Whether a hidden cell could be one more or one less, other hidden cells being changed by one
    /// in turn along a closed way, so that every row and column still adds up.
    fn varies(&self, grid: &Grid, row: usize, column: usize) -> bool {
        let rises = |up: bool| {
            let turned = grid.is_turned(row, column);
            (turned != up || grid.at(row, column) > 0) && self.closes(grid, row, column, up)
        };
        rises(true) || rises(false)
    }

    /// Whether a change of a cell, up or down, can be made good: from its column by a change the
    /// other way to another row, from there by one this way to another column, and so on, until
    /// its own row is reached.
    fn closes(&self, grid: &Grid, row: usize, column: usize, up: bool) -> bool {
        let may = |r: usize, c: usize, up: bool| {
            // A turned cell falls when its line is to rise; nothing falls below zero.
            let free = grid.is_turned(r, c) != up || grid.at(r, c) > 0;
            self.is(r, c) && (r, c) != (row, column) && free
        };
        let (mut rows, mut columns) = (vec![false; grid.height()], vec![false; grid.width]);
        let mut ways = vec![column];
        while let Some(c) = ways.pop() {
            for r in 0..grid.height() {
                if rows.get(r) != Some(&false) || !may(r, c, !up) {
                    continue;
                }
                if r == row {
                    return true;
                }
                if let Some(seen) = rows.get_mut(r) {
                    *seen = true;
                }
                for next in 0..grid.width {
                    if columns.get(next) == Some(&false) && may(r, next, up) {
                        if let Some(seen) = columns.get_mut(next) {
                            *seen = true;
                        }
                        ways.push(next);
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// All tables of `count` numbers up to `most`.
    fn each(count: u32, most: u64) -> impl Iterator<Item = Vec<u64>> {
        (0..(most + 1).pow(count))
            .map(move |n| (0..count).map(|at| n / (most + 1).pow(at) % (most + 1)).collect())
    }

    fn grid(cells: &[u64], width: usize) -> Grid {
        Grid::new(&cells.chunks(width).map(<[u64]>::to_vec).collect::<Vec<_>>())
    }

    /// Whether every hidden cell has two values among all tables that look the same.
    fn hides(grid: &Grid, hidden: &Hidden, (count, width, most): (u32, usize, u64), sums: bool) {
        let places = (0..grid.height()).flat_map(|r| (0..grid.width()).map(move |c| (r, c)));
        let mut open: Vec<_> = places.filter(|(r, c)| hidden.is(*r, *c)).collect();
        for other in each(count, most).map(|cells| super::tests::grid(&cells, width)) {
            let same = (0..grid.height()).all(|r| {
                (0..grid.width()).all(|c| hidden.is(r, c) || other.at(r, c) == grid.at(r, c))
            });
            if same {
                open.retain(|(r, c)| other.at(*r, *c) == grid.at(*r, *c));
            }
        }
        open.retain(|(r, c)| !sums || grid.at(*r, *c) > 0);
        assert!(open.is_empty(), "{open:?} of {grid:?} can be computed: {hidden:?}");
    }

    #[test]
    fn no_small_cell_can_be_computed_from_what_is_told() {
        for cells in each(4, 4) {
            let grid = grid(&cells, 2);
            let hidden = Hidden::new(std::slice::from_ref(&grid), |_, _| false, 3).unwrap();
            hides(&grid, &hidden, (4, 2, 6), false);
            for (r, c) in (0..3).flat_map(|r| (0..3).map(move |c| (r, c))) {
                assert!(hidden.is(r, c) || !(1..3).contains(&grid.at(r, c)), "{grid:?}");
            }
        }
    }

    #[test]
    fn the_same_with_totals_of_rows_that_are_known() {
        for cells in each(6, 2).step_by(5) {
            let grid = grid(&cells, 3);
            let known = |_: usize, c: usize| c == 3;
            let hidden = Hidden::new(std::slice::from_ref(&grid), known, 3).unwrap();
            assert!((0..3).all(|r| !hidden.is(r, 3)), "what is known elsewhere stays told");
            hides(&grid, &hidden, (6, 3, 4), false);
        }
    }

    #[test]
    fn sums_of_the_same_people_cannot_be_computed_either() {
        let people = grid(&[5, 1, 9, 7], 2);
        for paid in each(4, 2) {
            let paid = grid(&paid, 2);
            let both = [people.clone(), paid.clone()];
            let hidden = Hidden::new(&both, |_, _| false, 5).unwrap();
            hides(&paid, &hidden, (4, 2, 4), true);
        }
    }

    #[test]
    fn a_table_of_large_numbers_is_told_whole() {
        let hidden = Hidden::new(&[grid(&[97, 34, 23, 17], 1)], |_, _| false, LEAST).unwrap();
        assert!(!hidden.any());
    }
}
