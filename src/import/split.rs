//! Text → rows of cells, strictly.
//!
//! The splitter is stricter than RFC 4180 readers usually are: a quote that is not closed before
//! the next cell is an error that names its line, because a reader that swallows it swallows rows.

use super::error::BillError;
use super::sheet::{CELL_MAX, Cells, Kind};
use super::text::trim;

/// The longest a quoted cell can be in the file: every character of it a quote written twice.
const QUOTED_MAX: usize = 2 * CELL_MAX + 2;

/// What a row came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ended {
    /// At its line end.
    Line,
    /// At the end of the file, without a line end.
    File,
    /// Nowhere: the text stops, and more of it follows elsewhere.
    Nowhere,
}

/// Splits a text that begins with a row.
pub(crate) struct Splitter<'a> {
    text: &'a str,
    /// Whether the text ends where the file does.
    last: bool,
    /// How far it has come, in bytes.
    pub(crate) at: usize,
    /// The line reached, counted in the file.
    pub(crate) line: u32,
}

impl<'a> Splitter<'a> {
    /// Begins at the front of `text`, which is line `line` of the file.
    pub(crate) fn new(text: &'a str, line: u32, last: bool) -> Splitter<'a> {
        Splitter { text, last, at: 0, line }
    }

    /// Whether nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads the row that begins here; its cells go behind those of `cells`. A row that ends
    /// nowhere is not read: the place and the line stay where they were.
    pub(crate) fn row(
        &mut self,
        cells: &mut Cells,
        extra: &mut String,
    ) -> Result<Ended, BillError> {
        let (at, line, first) = (self.at, self.line, cells.0.len());
        loop {
            let place = (line, first);
            let next = if self.text.as_bytes().get(self.at) == Some(&b'"') {
                self.quoted(cells, extra, place)?
            } else {
                self.plain(cells, place)?
            };
            match next {
                Some(b',') => {}
                Some(_) => return Ok(Ended::Line),
                None if self.last => return Ok(Ended::File),
                None => {
                    (self.at, self.line) = (at, line);
                    return Ok(Ended::Nowhere);
                }
            }
        }
    }

    fn plain(&mut self, cells: &mut Cells, place: (u32, usize)) -> Result<Option<u8>, BillError> {
        let (len, stop) = cut(self.rest());
        cells.add((self.at, len), Kind::Text, place.0, place.1)?;
        Ok(self.stop(len, stop))
    }

    /// Reads a cell in quotes. Its text is taken as it stands unless a quote is written twice.
    fn quoted(
        &mut self,
        cells: &mut Cells,
        extra: &mut String,
        place: (u32, usize),
    ) -> Result<Option<u8>, BillError> {
        let whole = self.rest();
        let Some((inside, doubled)) = self.inside(whole)? else { return Ok(None) };
        let rest = whole.get(inside + 2..).unwrap_or_default();
        let (tail, stop) = cut(rest);
        let within = whole.get(1..=inside).unwrap_or_default();
        if !trim(rest.get(..tail).unwrap_or_default()).is_empty() {
            // `"阿强"的店`: quotes of a nickname that nobody escaped. Nothing hides in them as
            // long as no separator does.
            if within.contains([',', '\n']) {
                return Err(BillError::Quote(self.line));
            }
            return self.plain(cells, place);
        }
        if doubled {
            let start = self.text.len() + extra.len();
            extra.push_str(&within.replace("\"\"", "\""));
            let len = self.text.len() + extra.len() - start;
            cells.add((start, len), Kind::Text, place.0, place.1)?;
        } else {
            cells.add((self.at + 1, within.len()), Kind::Text, place.0, place.1)?;
        }
        let newlines = within.bytes().filter(|b| *b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        Ok(self.stop(inside + 2 + tail, stop))
    }

    /// How many bytes stand between the quotes at the front of `whole`, and whether a quote is
    /// written twice among them; `None` if that cannot be seen from here.
    fn inside(&self, whole: &str) -> Result<Option<(usize, bool)>, BillError> {
        let bytes = whole.as_bytes();
        let seen = bytes.get(..QUOTED_MAX + 1).unwrap_or(bytes);
        let (mut at, mut doubled) = (1, false);
        loop {
            let quote = seen.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'"'));
            let Some(quote) = quote.map(|found| at + found) else { break };
            match seen.get(quote + 1) {
                Some(b'"') => {
                    doubled = true;
                    at = quote + 2;
                }
                // The file may go on with a second quote.
                None if !self.last && seen.len() == bytes.len() => break,
                _ => return Ok(Some((quote - 1, doubled))),
            }
        }
        // Longer than any cell, or the file ends in it.
        let cut = !self.last && seen.len() == bytes.len() && seen.len() <= QUOTED_MAX;
        if cut { Ok(None) } else { Err(BillError::Quote(self.line)) }
    }

    /// Ends the cell after `used` bytes and the separator behind them.
    fn stop(&mut self, used: usize, stop: Option<u8>) -> Option<u8> {
        self.at += used + usize::from(stop.is_some());
        if stop == Some(b'\n') {
            self.line = self.line.saturating_add(1);
        }
        stop
    }
}

/// How many bytes come before the next separator, and the separator.
fn cut(text: &str) -> (usize, Option<u8>) {
    match separator(text.as_bytes()) {
        Some(at) => (at, text.as_bytes().get(at).copied()),
        None => (text.len(), None),
    }
}

/// Where the next comma or line end is. Eight bytes are looked at together: a byte is zero in one
/// of two words exactly if it is a separator, and the lowest such byte is found by arithmetic.
fn separator(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ (ONES * 0x2C)) | zeros(word ^ (ONES * 0x0A));
        if found != 0 {
            return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let behind = bytes.len() - rest.len();
    rest.iter().position(|b| *b == b',' || *b == b'\n').map(|at| behind + at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::super::sheet::{CELLS_MAX, Table};
    use super::*;

    fn table(text: &str) -> Result<Table<'_>, BillError> {
        let mut table = Table::over(text);
        let mut splitter = Splitter::new(text, 1, true);
        while !splitter.is_done() {
            table.begin(splitter.line)?;
            splitter.row(&mut table.cells, &mut table.extra)?;
        }
        Ok(table)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = table(text).unwrap();
        table.rows_from(0).map(|r| r.cells().map(|c| trim(c).to_owned()).collect()).collect()
    }

    #[test]
    fn quotes_commas_and_newlines_stay_inside_their_cells() {
        assert_eq!(
            cells("a,\"b,\"\"c\"\"\nd\"\t,e\r\nf,,\n"),
            [vec!["a", "b,\"c\"\nd", "e"], vec!["f", "", ""]]
        );
        assert_eq!(cells("x,\"阿强\"的店,打开\"视频\"\n"), [["x", "\"阿强\"的店", "打开\"视频\""]]);
    }

    #[test]
    fn a_row_is_numbered_by_the_line_it_begins_in() {
        let table = table("a\n\n\"b\nc\"\nd").unwrap();
        let numbers: Vec<u32> = table.rows_from(0).map(|r| r.number).collect();
        assert_eq!(numbers, [1, 2, 3, 5]);
    }

    #[test]
    fn a_quote_that_swallows_a_separator_names_its_line() {
        let endless = format!("a\nb,\"{}", "x".repeat(3 * CELL_MAX));
        for bad in ["a\nb,\"c", "a\nb,\"c\nd,\"e\",f\n", "a\n\"b,c\"d\n", &endless] {
            assert_eq!(table(bad).unwrap_err(), BillError::Quote(2), "{bad:?}");
        }
    }

    #[test]
    fn what_this_splitter_takes_the_csv_crate_reads_alike() {
        for text in ["a,b\nc,d\n", "\"a\"\"b\",\"c\nd\"\n\"\",x\n", "小明,\"a,b\",,\n1,2,3,4\n"] {
            let mut reader = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(String::from).collect()).collect();
            assert_eq!(cells(text), theirs, "{text:?}");
        }
    }

    #[test]
    fn a_separator_is_found_wherever_it_stands() {
        for filler in ["x", "-", "+", "\u{8a}", "\u{ac}", "\u{0b}"] {
            for len in 0..40 {
                let before = filler.repeat(len);
                for stop in [',', '\n'] {
                    let text = format!("{before}{stop},\nabc");
                    assert_eq!(separator(text.as_bytes()), Some(before.len()), "{text:?}");
                }
                assert_eq!(separator(before.as_bytes()), None);
            }
        }
    }

    #[test]
    fn every_limit_of_a_row_is_kept() {
        let wide = ",".repeat(CELLS_MAX);
        assert!(matches!(table(&wide), Err(BillError::TooWide { row: 1, .. })));
        let long = "x".repeat(CELL_MAX + 1);
        assert!(matches!(table(&long), Err(BillError::CellTooLong { row: 1, .. })));
        let quoted = format!("\"{long}\"");
        assert!(matches!(table(&quoted), Err(BillError::CellTooLong { row: 1, .. })));
    }

    #[test]
    fn a_row_that_stops_in_the_middle_is_left_for_later() {
        let text = "a,\"b\"\"c\nd\",e\n";
        for end in 0..text.len() {
            let mut splitter = Splitter::new(&text[..end], 7, false);
            let ended = splitter.row(&mut Cells::default(), &mut String::new()).unwrap();
            assert_eq!((ended, splitter.at, splitter.line), (Ended::Nowhere, 0, 7), "cut at {end}");
        }
    }
}
