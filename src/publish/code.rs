//! The receipt code that people copy from paper: `YS-41-007-K7QM-2PXD-2`.
//!
//! Entry and line in decimal, the line in three digits; the first 40 bits of the entry's leaf hash
//! in eight characters of Crockford's base32; and a check character over all before it but the
//! first two letters: Luhn's sum modulo 32, which finds every single wrong character and every
//! swap of neighbours but that of `0` and `Z`. ledger-spec.md, section 9.1; the browser's twin is
//! `pages/script/code.ts`, and both pass `tests/vectors/codes.txt`.

use crate::domain::text::Place;
use crate::tlog::Hash;
use std::fmt;

/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The most digits of an entry's number in a code.
const MAX_DIGITS: usize = 15;

/// The greatest number of a line in a code; a voucher has at most 1,000 lines, from 0.
const MAX_LINE: u16 = 999;

/// How many characters stand for the hash.
const HASH: usize = 8;

/// A place in the ledger and enough of the entry's hash to tell it from another. Printed as
/// `YS-41-007-K7QM-2PXD-2`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code {
    place: Place,
    hash: [u8; 5],
}

/// Why a text is no receipt code.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Something else than a code.
    #[error("{0:?} is not a receipt code such as YS-41-007-K7QM-2PXD-2")]
    Other(String),
    /// A code that was mistyped: a character is wrong, missing, or in another's place.
    #[error("the receipt code {0:?} is mistyped: its last character does not fit the others")]
    Typo(String),
}

impl Code {
    /// The code of the line at `place` in the entry with this leaf hash; `None` if its numbers do
    /// not fit in a code.
    pub fn new(place: Place, leaf: Hash) -> Option<Code> {
        let fits = place.line <= MAX_LINE && place.entry < 10_u64.pow(15);
        let hash = *leaf.0.first_chunk()?;
        fits.then_some(Code { place, hash })
    }

    /// Where the line stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Whether `leaf` may be the hash of the entry that the code was made for.
    pub fn fits(&self, leaf: Hash) -> bool {
        leaf.0.starts_with(&self.hash)
    }

    /// Reads a code as people write it: in small letters or full-width characters, with any dashes
    /// and blanks or none, O for 0, and I or L for 1.
    pub fn parse(written: &str) -> Result<Code, CodeError> {
        let shown = || written.chars().take(80).collect::<String>();
        let plain: String = written.chars().filter_map(plain).collect();
        let Some(rest) = plain.strip_prefix("YS") else {
            return Err(CodeError::Other(shown()));
        };
        let symbols: Option<Vec<u8>> = rest.chars().map(value).collect();
        symbols.and_then(|symbols| read(&symbols)).ok_or_else(|| CodeError::Typo(shown()))
    }

    /// Its values before the check character: digits of entry and line, then the hash.
    fn symbols(&self) -> Vec<u8> {
        let Place { entry, line } = self.place;
        let digits = format!("{entry}{line:03}").into_bytes().into_iter().map(|b| b - b'0');
        let bits = self.hash.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let hash = (0..HASH).rev().map(|at| u8::try_from(bits >> (5 * at) & 31).unwrap_or(0));
        digits.chain(hash).collect()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbols = self.symbols();
        let text: String = symbols.iter().map(|value| symbol(*value)).collect();
        let (digits, hash) = text.split_at(text.len() - HASH);
        let (entry, line) = digits.split_at(digits.len() - 3);
        let (first, second) = hash.split_at(HASH / 2);
        write!(f, "YS-{entry}-{line}-{first}-{second}-{}", symbol(check(&symbols)))
    }
}

/// The character as codes have it; `None` for blanks and dashes.
fn plain(c: char) -> Option<char> {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32)?,
        _ => c,
    };
    let dash =
        matches!(narrow, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}');
    (!dash && !narrow.is_whitespace()).then(|| narrow.to_ascii_uppercase())
}

/// The value of a character of the alphabet, or of one that is taken for it.
fn value(c: char) -> Option<u8> {
    let c = match c {
        'O' => '0',
        'I' | 'L' => '1',
        _ => c,
    };
    let at = ALPHABET.iter().position(|symbol| char::from(*symbol) == c)?;
    u8::try_from(at).ok()
}

fn symbol(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('0', char::from)
}

/// Luhn's sum modulo 32: from the right every other value counts twice, and a sum of two digits to
/// the base 32 is added up.
fn check(symbols: &[u8]) -> u8 {
    let sum = symbols.iter().rev().zip([2, 1].iter().cycle()).map(|(value, factor)| {
        let value = u32::from(*value) * factor;
        value / 32 + value % 32
    });
    u8::try_from((32 - sum.sum::<u32>() % 32) % 32).unwrap_or(0)
}

/// Takes the values of a code apart, from its end.
fn read(symbols: &[u8]) -> Option<Code> {
    let (last, symbols) = symbols.split_last()?;
    let (digits, hash) = symbols.split_at_checked(symbols.len().checked_sub(HASH)?)?;
    let (entry, line) = digits.split_at_checked(digits.len().checked_sub(3)?)?;
    let number = |digits: &[u8]| {
        let decimal = digits.iter().all(|digit| *digit < 10);
        decimal.then(|| digits.iter().fold(0_u64, |sum, digit| 10 * sum + u64::from(*digit)))
    };
    let spelled = match entry {
        [] => false,
        [first, ..] => (*first > 0 || entry.len() == 1) && entry.len() <= MAX_DIGITS,
    };
    if !spelled || check(symbols) != *last {
        return None;
    }
    let bits = hash.iter().fold(0_u64, |bits, value| bits << 5 | u64::from(*value));
    let [_, _, _, hash @ ..] = bits.to_be_bytes();
    let place = Place { entry: number(entry)?, line: u16::try_from(number(line)?).ok()? };
    Some(Code { place, hash })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!("../../tests/vectors/codes.txt");

    fn hash(hex: &str) -> Hash {
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().take(5).enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
        }
        Hash(bytes)
    }

    #[test]
    fn the_kept_codes_are_printed_and_read_as_in_the_browser() {
        let mut seen = [0; 3];
        for case in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (verdict, rest) = case.split_once(' ').unwrap();
            match verdict {
                "code" => {
                    let parts: Vec<&str> = rest.splitn(3, ' ').collect();
                    let place = Place::parse(parts[0].as_bytes()).unwrap();
                    let code = Code::new(place, hash(parts[1])).unwrap();
                    let (printed, others) = parts[2].split_once(" | ").unwrap_or((parts[2], ""));
                    assert_eq!(code.to_string(), printed);
                    for written in others.split(" | ").filter(|w| !w.is_empty()).chain([printed]) {
                        assert_eq!(Code::parse(written), Ok(code), "{written}");
                    }
                    assert!(code.fits(hash(parts[1])) && code.place() == place);
                    assert!(!code.fits(hash("ffffffffff")) || parts[1] == "ffffffffff");
                    seen[0] += 1;
                }
                "typo" => {
                    assert!(matches!(Code::parse(rest), Err(CodeError::Typo(_))), "{rest}");
                    seen[1] += 1;
                }
                _ => {
                    assert!(matches!(Code::parse(rest), Err(CodeError::Other(_))), "{rest}");
                    seen[2] += 1;
                }
            }
        }
        assert!(seen[0] >= 5 && seen[1] >= 8 && seen[2] >= 3, "{seen:?}");
    }

    #[test]
    fn every_wrong_character_and_nearly_every_swap_is_a_typo() {
        let (mut swaps, mut missed) = (0, 0);
        for n in 0..40_u64 {
            let leaf = crate::tlog::leaf_hash(&n.to_be_bytes());
            let line = u16::try_from(n * 23 % 1000).unwrap();
            let code = Code::new(Place { entry: n.pow(8) / 7, line }, leaf).unwrap().to_string();
            let places: Vec<usize> =
                (3..code.len()).filter(|at| code.as_bytes()[*at] != b'-').collect();
            for at in &places {
                for other in ALPHABET.iter().filter(|other| **other != code.as_bytes()[*at]) {
                    let mut wrong = code.clone().into_bytes();
                    wrong[*at] = *other;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert!(Code::parse(&wrong).is_err(), "{code} as {wrong}");
                }
            }
            for pair in places.windows(2) {
                let mut wrong = code.clone().into_bytes();
                wrong.swap(pair[0], pair[1]);
                if wrong != code.as_bytes() {
                    swaps += 1;
                    missed += i32::from(Code::parse(str::from_utf8(&wrong).unwrap()).is_ok());
                }
            }
        }
        assert!(missed * 100 < swaps * 3, "{missed} of {swaps} swaps are not noticed");
    }

    #[test]
    fn what_does_not_fit_in_a_code_has_none() {
        let leaf = hash("0000000000");
        let most = Place { entry: 999_999_999_999_999, line: 999 };
        assert!(Code::new(most, leaf).is_some());
        assert_eq!(Code::new(Place { line: 1000, ..most }, leaf), None);
        assert_eq!(Code::new(Place { entry: 10_u64.pow(15), ..most }, leaf), None);
    }
}
