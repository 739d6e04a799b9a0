//! An amount that moves: at least one fen.

use super::codec::{Malformed, Reader, Spell, write_number};
use super::money::Fen;
use std::fmt;

/// What a line moves: 1 to 2^53 - 1 fen.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Amount(Fen);

impl Amount {
    /// The amount, unless it is nothing.
    pub fn new(fen: Fen) -> Option<Amount> {
        (fen > Fen::ZERO).then_some(Amount(fen))
    }

    /// The count of fen.
    pub fn fen(self) -> Fen {
        self.0
    }
}

/// With the thousands marked, for people: `1,200.00`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.grouped())
    }
}

impl Spell for Amount {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.0.get(), out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(1, Fen::MAX.get()).map(|n| Amount(Fen::new(n).unwrap_or(Fen::MAX)))
    }
}
