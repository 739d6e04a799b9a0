//! Texts that are private: what `Debug` shows of them is their length.

use crate::domain::codec::{Malformed, Reader, Spell, write_quoted};
use crate::domain::text::is_hidden;
use std::fmt;

/// A private text on one line: 1 to 300 bytes, no hidden character, no blank at either end.
#[derive(Clone, Eq, PartialEq)]
pub struct Words(String);

impl Words {
    /// The longest, in bytes.
    pub const MAX: usize = 300;

    /// Accepts a text, or refuses it.
    pub fn new(text: &str) -> Option<Words> {
        let fits = (1..=Words::MAX).contains(&text.len()) && text.trim() == text;
        (fits && !text.contains(is_hidden)).then(|| Words(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A phone number: 5 to 20 digits, with `+` before one of another country.
#[derive(Clone, Eq, PartialEq)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people write it: blanks, dashes and the country code of China drop out.
    pub fn new(text: &str) -> Option<Phone> {
        let mut plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        for code in ["+86", "0086"] {
            if let Some(rest) = plain.strip_prefix(code) {
                plain = rest.to_owned();
            }
        }
        Phone::parse(&plain)
    }

    /// Reads the one spelling.
    pub fn parse(text: &str) -> Option<Phone> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = (5..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let again = text.starts_with("+86") || text.starts_with("0086");
        (fits && !again).then(|| Phone(text.to_owned()))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A private text as a record spells it, and hidden from `Debug`.
macro_rules! private {
    ($type:ty, $want:literal, $parse:expr) => {
        impl Spell for $type {
            fn write(&self, out: &mut Vec<u8>) {
                write_quoted(&self.0, out);
            }

            fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
                let (at, parse): (_, fn(&str) -> Option<$type>) = (r.at(), $parse);
                let text = r.quoted()?;
                // What does not fit is private all the same: its place is told, not its text.
                let why = $want;
                parse(&text).ok_or(Malformed::Unfit { found: "…".to_owned(), why, at })
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "({} bytes)", self.0.len())
            }
        }
    };
}

private!(Words, "a text of 1 to 300 bytes on one line", Words::new);
private!(Phone, "a phone number of 5 to 20 digits", Phone::parse);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::codec::{read_all, spelling};

    #[test]
    fn a_phone_number_is_one_number_however_it_is_written() {
        for same in ["13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678"] {
            assert_eq!(Phone::new(same).unwrap().as_str(), "13812345678");
        }
        for bad in
            ["", "1234", "138123456789012345678", "1381234567x", "+", "１３８１２３４５６７８"]
        {
            assert!(Phone::new(bad).is_none(), "{bad:?} was taken");
        }
        assert_eq!(Phone::new("+49 30 1234567").unwrap().as_str(), "+49301234567");
        assert!(read_all::<Phone>(b"\"+8613812345678\"", 99).is_err(), "a second spelling");
    }

    #[test]
    fn what_is_private_is_in_no_debug_text_and_in_no_error() {
        let name = Words::new("李小花").unwrap();
        assert_eq!(format!("{name:?}"), "(9 bytes)");
        assert_eq!(read_all::<Words>(spelling(&name).as_bytes(), 99).unwrap(), name);
        for bad in ["", " a", "a\u{200b}b", "a\nb"] {
            assert!(Words::new(bad).is_none(), "{bad:?} was taken");
        }
        let why = read_all::<Words>("\"李小花 \"".as_bytes(), 99).unwrap_err();
        assert!(!format!("{why:?}").contains("李小花"), "{why:?}");
    }
}
