//! A difference of amounts: what remained of what came and went.

use crate::domain::capitals::capitals;
use crate::domain::money::{Fen, grouped};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// So many fen more, or less. As many amounts as there are places in a ledger, each of at most
/// 2^53 fen, stay far below 2^127, so sums need no check.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Net(i128);

impl Net {
    /// No difference.
    pub const ZERO: Net = Net(0);

    /// In fen.
    pub fn fen(self) -> i128 {
        self.0
    }

    /// The same as an amount, unless it is below zero or over the limit.
    pub fn amount(self) -> Option<Fen> {
        u64::try_from(self.0).ok().and_then(Fen::new)
    }

    /// With the thousands marked, for people: `-38,178.62`.
    pub fn grouped(self) -> String {
        let (sign, fen) = self.parts();
        format!("{sign}{}.{:02}", grouped(fen / 100), fen % 100)
    }

    /// In the capitals of accounting forms; what is below zero begins with 负. Nothing over the
    /// limit of amounts.
    pub fn capitals(self) -> Option<String> {
        let (sign, fen) = self.parts();
        let words = capitals(u64::try_from(fen).ok().and_then(Fen::new)?);
        Some(if sign.is_empty() { words } else { words.replacen("人民币", "人民币负", 1) })
    }

    fn parts(self) -> (&'static str, u128) {
        (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs())
    }
}

/// Yuan with two digits: `-12.00`.
impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, fen) = self.parts();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl From<Fen> for Net {
    fn from(fen: Fen) -> Net {
        Net(fen.get().into())
    }
}

impl Add for Net {
    type Output = Net;

    fn add(self, other: Net) -> Net {
        Net(self.0 + other.0)
    }
}

impl Sub for Net {
    type Output = Net;

    fn sub(self, other: Net) -> Net {
        Net(self.0 - other.0)
    }
}

impl Neg for Net {
    type Output = Net;

    fn neg(self) -> Net {
        Net(-self.0)
    }
}

impl AddAssign for Net {
    fn add_assign(&mut self, other: Net) {
        *self = *self + other;
    }
}

impl Sum for Net {
    fn sum<I: Iterator<Item = Net>>(all: I) -> Net {
        all.fold(Net::ZERO, Add::add)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_zero_reads_as_what_is_above_it_with_a_sign() {
        let net = Net::from(Fen::new(3_817_862).unwrap());
        for (net, plain, people, words) in [
            (net, "38178.62", "38,178.62", "人民币叁万捌仟壹佰柒拾捌元陆角贰分"),
            (-net, "-38178.62", "-38,178.62", "人民币负叁万捌仟壹佰柒拾捌元陆角贰分"),
            (net - net, "0.00", "0.00", "人民币零元整"),
            (Net(-1), "-0.01", "-0.01", "人民币负壹分"),
        ] {
            assert_eq!((net.to_string(), net.grouped()), (plain.into(), people.into()));
            assert_eq!(net.capitals().unwrap(), words);
        }
        assert_eq!(Net(-1).amount(), None);
        assert_eq!((Net::from(Fen::MAX) + Net(1)).capitals(), None);
    }
}
