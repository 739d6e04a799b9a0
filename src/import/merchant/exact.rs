//! Sums of columns whose amounts have up to five digits behind the point, exact.

use crate::domain::money::Fen;
use std::fmt;

/// Hundred-thousandths of a yuan in a fen.
const PER_FEN: i128 = 1_000;
/// The digits behind the point.
const DIGITS: usize = 5;

/// An amount in hundred-thousandths of a yuan, of either sign.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Exact(i128);

impl Exact {
    /// Reads `0.05940`, `-0.0594` or `12`; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Exact> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |t: &str, most: usize| {
            (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())
        };
        if !plain(whole, 14) || !plain(part, DIGITS) {
            return None;
        }
        let amount = format!("{whole}{part:0<DIGITS$}").parse::<i128>().ok()?;
        Some(Exact(if negative { -amount } else { amount }))
    }

    /// The sum. A file has too few rows to leave the range.
    pub(crate) fn plus(self, other: Exact) -> Exact {
        Exact(self.0.saturating_add(other.0))
    }

    /// The same the other way.
    pub(crate) fn turned(self) -> Exact {
        Exact(-self.0)
    }

    /// So many fen.
    pub(crate) fn of(fen: Fen) -> Exact {
        Exact(i128::from(fen.get()) * PER_FEN)
    }

    /// The amount in fen, if it is a whole number of them and not below nothing.
    pub fn fen(self) -> Option<Fen> {
        let fen = u64::try_from(self.0 / PER_FEN).ok().filter(|_| self.0 % PER_FEN == 0)?;
        Fen::new(fen)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, amount) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:05}", amount / 100_000, amount % 100_000)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fees_of_a_tenth_of_a_fen_add_up_to_the_fen() {
        let fee = Exact::parse("0.0594").unwrap();
        assert_eq!(fee.to_string(), "0.05940");
        assert_eq!(fee.fen(), None);
        let sum = (0..50).fold(Exact::default(), |sum, _| sum.plus(fee));
        assert_eq!((sum.to_string().as_str(), sum.fen()), ("2.97000", Fen::new(297)));
        assert_eq!(sum.plus(Exact::parse("-2.97000").unwrap()).fen(), Some(Fen::ZERO));
        assert_eq!(fee.turned().to_string(), "-0.05940");
        assert_eq!(fee.turned().fen(), None);
        assert_eq!(Exact::parse("20.0"), Exact::parse("20"));
    }

    #[test]
    fn what_is_no_amount_is_not_taken_for_one() {
        for bad in ["", "-", ".", ".1", "1.", "1e2", "+1", "1.000001", "--1", "1,000", "１", " 1"]
        {
            assert_eq!(Exact::parse(bad), None, "{bad:?}");
        }
    }
}
