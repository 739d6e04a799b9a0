//! Money: whole fen inside, yuan text at the edge, nothing else.
//!
//! `Fen(3_817_862)` is 38,178.62 yuan and prints as `38178.62`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt;

/// An amount of renminbi in fen, `0 ..= Fen::MAX`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fen(u64);

/// Why a text or a sum is not an amount.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("{0:?} is not an amount of yuan such as 12.50")]
    Malformed(String),
    /// More than two digits behind the point.
    #[error("{0:?} is not whole fen: at most two digits may stand behind the point")]
    BelowFen(String),
    /// Greater than [`Fen::MAX`].
    #[error("{0} fen is over the limit of {max} fen", max = Fen::MAX.0)]
    TooLarge(u128),
}

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);
    /// The greatest amount: 2^53 - 1 fen, so that every JSON reader holds it exactly.
    pub const MAX: Fen = Fen((1 << 53) - 1);

    /// The amount of `fen` fen, or `None` beyond [`Fen::MAX`].
    pub const fn new(fen: u64) -> Option<Fen> {
        if fen <= Self::MAX.0 { Some(Fen(fen)) } else { None }
    }

    /// The count of fen.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// `self + other`, or `None` beyond [`Fen::MAX`].
    pub fn plus(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).and_then(Fen::new)
    }

    /// `self - other`, or `None` below zero.
    pub fn minus(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// Reads an amount as people write it: digits, at most one point, at most two digits behind
    /// it. A sign, an exponent, a blank or a separator is refused; bills clean theirs off first.
    pub fn from_yuan(text: &str) -> Result<Fen, MoneyError> {
        let malformed = || MoneyError::Malformed(text.chars().take(40).collect());
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let edged = text.starts_with('.') || text.ends_with('.');
        if !plain || edged || text.len() > 28 {
            return Err(malformed());
        }
        let yuan = Decimal::from_str_exact(text).map_err(|_| malformed())?;
        if yuan.scale() > 2 {
            return Err(MoneyError::BelowFen(text.into()));
        }
        let fen = yuan.checked_mul(Decimal::ONE_HUNDRED).and_then(|f| f.to_u128());
        let fen = fen.ok_or(MoneyError::TooLarge(u128::MAX))?;
        u64::try_from(fen).ok().and_then(Fen::new).ok_or(MoneyError::TooLarge(fen))
    }

    /// Reads the commonest spelling without `Decimal`: 1 to 13 digits, a point, 2 digits. `None`
    /// for every other, which [`Fen::from_yuan`] may read still.
    pub fn from_plain_yuan(text: &[u8]) -> Option<Fen> {
        let [yuan @ .., b'.', tens, ones] = text else { return None };
        if !(1..=13).contains(&yuan.len()) {
            return None;
        }
        // At most 15 digits, so nothing overflows.
        let mut digits = yuan.iter().chain([tens, ones]);
        let fen =
            digits.try_fold(0_u64, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')));
        Fen::new(fen?)
    }

    /// The amount with the thousands marked, for people: `38,178.62`.
    pub fn grouped(self) -> String {
        format!("{}.{:02}", grouped(u128::from(self.0 / 100)), self.0 % 100)
    }
}

/// A whole number with the thousands marked: `38,178`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Prints yuan with two digits: `1200.00`; `{:#}` as [`Fen::grouped`] does.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f.write_str(&self.grouped());
        }
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_a_bill_may_print_is_read_to_the_fen() {
        for (text, fen) in [("0.01", 1), ("1", 100), ("50.0", 5000), ("38178.62", 3_817_862)] {
            assert_eq!(Fen::from_yuan(text).unwrap().get(), fen, "{text}");
        }
        assert_eq!(Fen::from_yuan("90071992547409.91").unwrap(), Fen::MAX);
    }

    #[test]
    fn the_short_way_to_read_an_amount_agrees_with_the_long_one() {
        for yuan in ["0", "1", "00", "99", "123456789012", "9007199254740"] {
            for fen in ["00", "01", "10", "99"] {
                let text = format!("{yuan}.{fen}");
                let plain = Fen::from_plain_yuan(text.as_bytes());
                assert_eq!(plain, Some(Fen::from_yuan(&text).unwrap()), "{text}");
            }
        }
        for other in
            ["", "1", "1.0", "1.000", ".10", "1.1.0", "+1.00", "１.00", "90071992547409.92"]
        {
            assert_eq!(Fen::from_plain_yuan(other.as_bytes()), None, "{other:?}");
        }
    }

    #[test]
    fn nothing_else_is_taken_for_money() {
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1.00",
            "+1.00",
            "1e2",
            "1_0.00",
            "¥1.00",
            "１.００",
            "1,000.00",
            " 1",
            "1.001",
            "0.005",
            "90071992547409.92",
            "99999999999999999999999999999999",
        ] {
            assert!(Fen::from_yuan(bad).is_err(), "{bad:?} was taken for money");
        }
    }

    #[test]
    fn sums_stop_at_the_limits_instead_of_wrapping() {
        assert_eq!(Fen::MAX.plus(Fen(1)), None);
        assert_eq!(Fen::ZERO.minus(Fen(1)), None);
        assert_eq!(Fen(3_817_862).grouped(), "38,178.62");
        assert_eq!(Fen(100_000).grouped(), "1,000.00");
    }
}
