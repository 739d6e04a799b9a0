//! What becomes of each row of a bill, in four bytes wherever that is nothing special.

use super::plan::Verdict;

/// An excluded row, a new one, and the first of those that more is said of.
const EXCLUDED: u32 = 0;
const NEW: u32 = 1;
const SAID: u32 = 2;

/// The verdicts of a bill's rows, in the order of the file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Verdicts {
    of: Vec<u32>,
    /// Of rows that are neither excluded nor new.
    said: Vec<Verdict>,
}

impl Verdicts {
    /// So many rows, all of them excluded.
    pub(crate) fn excluded(rows: usize) -> Verdicts {
        Verdicts { of: vec![EXCLUDED; rows], said: Vec::new() }
    }

    fn read(&self, code: u32) -> Option<&Verdict> {
        match code {
            EXCLUDED => None,
            NEW => Some(&Verdict::New),
            said => self.said.get((said - SAID) as usize),
        }
    }

    /// What becomes of row `at`; `None` if it is excluded.
    pub(crate) fn get(&self, at: usize) -> Option<&Verdict> {
        self.read(self.of.get(at).copied()?)
    }

    /// The same to be changed, unless the row is new.
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut Verdict> {
        let said = self.of.get(at)?.checked_sub(SAID)?;
        self.said.get_mut(said as usize)
    }

    /// Says once what becomes of row `at`.
    pub(crate) fn set(&mut self, at: usize, verdict: Option<Verdict>) {
        let code = match verdict {
            None => EXCLUDED,
            Some(Verdict::New) => NEW,
            Some(other) => {
                self.said.push(other);
                // The limits of a bill keep every row within 32 bits.
                u32::try_from(self.said.len() - 1).map_or(EXCLUDED, |said| SAID + said)
            }
        };
        if let Some(of) = self.of.get_mut(at) {
            *of = code;
        }
    }

    /// The verdict of every row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<&Verdict>> {
        self.of.iter().map(|code| self.read(*code))
    }
}
