//! The small values that records are made of: handles, texts, places.

use super::codec::{Malformed, Reader, Spell, quoted_value, write_number, write_quoted};
use super::dressed;
use std::fmt;

pub use super::bytes::{Digest, Key, Nonce, Ref, Signature};

/// The two languages of everything people see. Chinese comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// The one of two texts that is in this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// A handle: 1 to 24 of `a-z`, `0-9` and `-`, beginning with a letter. Officers, money accounts and
/// students' pseudonyms are named so.
#[derive(Clone, Copy, Eq)]
#[repr(align(8))] // copied and compared in words: every line looks a few handles up
pub struct Id {
    // Padded with zeros, so that the order of the bytes is the order of the texts.
    bytes: [u8; Id::MAX],
}

impl Id {
    /// The bytes as numbers in the same order, which compare faster.
    fn numbers(&self) -> [u64; Id::MAX / 8] {
        let (numbers, _) = self.bytes.as_chunks();
        std::array::from_fn(|n| numbers.get(n).copied().map_or(0, u64::from_be_bytes))
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Id) -> bool {
        let pairs = self.numbers().into_iter().zip(other.numbers());
        pairs.fold(0, |differ, (ours, theirs)| differ | (ours ^ theirs)) == 0
    }
}

impl std::hash::Hash for Id {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.numbers().hash(state);
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Id) -> std::cmp::Ordering {
        self.numbers().cmp(&other.numbers())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Id) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Id {
    /// The longest handle, in bytes.
    pub const MAX: usize = 24;

    /// Reads a handle.
    pub fn parse(text: &[u8]) -> Option<Id> {
        let fits = (1..=Id::MAX).contains(&text.len()) && text.first()?.is_ascii_lowercase();
        if !fits || !text.iter().all(|b| Id::is_plain(*b)) {
            return None;
        }
        let mut bytes = [0; Id::MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Id { bytes })
    }

    /// Reads the handle that `text` begins with, as far as a handle goes; and gives what follows.
    #[inline]
    pub(super) fn split(text: &[u8]) -> Option<(Id, &[u8])> {
        let (mut bytes, mut len) = ([0; Id::MAX], 0);
        for (to, byte) in bytes.iter_mut().zip(text).take_while(|(_, b)| Id::is_plain(**b)) {
            *to = *byte;
            len += 1;
        }
        let (id, rest) = text.split_at_checked(len)?;
        id.first()?.is_ascii_lowercase().then_some((Id { bytes }, rest))
    }

    #[inline]
    fn is_plain(byte: u8) -> bool {
        matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
    }

    /// The handle as text.
    pub fn as_str(&self) -> &str {
        let len = self.bytes.iter().position(|b| *b == 0).unwrap_or(Id::MAX);
        std::str::from_utf8(self.bytes.get(..len).unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

quoted_value!(
    Id,
    "a handle of a-z, 0-9 and -, such as \"chen\"",
    |id, out| out.extend_from_slice(id.as_str().as_bytes()),
    Id::parse
);

/// A short text that people read: 1 to 200 bytes, no control or direction marks, and nothing that
/// looks like a person's number or address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Text(String);

/// Digits in a row from which a text is taken to hold a phone, card or identity number.
const DIGIT_RUN: usize = 7;
/// The same with blanks or dashes between them; a date has eight.
const SPACED_RUN: usize = 11;

impl Text {
    /// The longest text, in bytes.
    pub const MAX: usize = 200;

    /// Accepts a text that a person typed, or says what in it does not belong: also a number of a
    /// person that a reader of records would not see for its dress.
    pub fn new(text: &str) -> Result<Text, Malformed> {
        let fit = Text::fit(text.to_owned(), 0)?;
        match dressed::find(text, private_looking) {
            Some(found) => Err(private(found, 0)),
            None => Ok(fit),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn fit(text: String, at: usize) -> Result<Text, Malformed> {
        let (len, min, max) = (text.len(), 1, Text::MAX);
        if !(min..=max).contains(&len) {
            return Err(Malformed::Length { what: "a text", len, min, max, at });
        }
        if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
            let found = format!("U+{:04X}", u32::from(c));
            return Err(Malformed::Unfit {
                found,
                why: "control and invisible characters are not allowed",
                at,
            });
        }
        if text.trim() != text {
            return Err(Malformed::Unfit {
                found: text,
                why: "a text neither begins nor ends with a blank",
                at,
            });
        }
        match private_looking(&text) {
            Some(found) => Err(private(found, at)),
            None => Ok(Text(text)),
        }
    }
}

/// Whether a character cannot be seen, or turns what stands beside it around.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fffd}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// What is said of a piece of text that looks like a personal number or an address.
fn private(found: String, at: usize) -> Malformed {
    let why = "it looks like a phone, card or identity number or an address, \
               and the ledger is public for ever";
    Malformed::Unfit { found, why, at }
}

/// The first piece of `text` that looks like a personal number or a mail address.
fn private_looking(text: &str) -> Option<String> {
    let (mut run, mut spaced) = (0, String::new());
    for c in text.chars() {
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            run += 1;
            spaced.push(c);
            if run >= DIGIT_RUN || spaced.chars().count() >= SPACED_RUN {
                return Some(spaced);
            }
        } else {
            run = 0;
            if !matches!(c, ' ' | '-') {
                spaced.clear();
            }
        }
    }
    text.split_whitespace().find(|w| w.contains(['@', '＠'])).map(str::to_owned)
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Spell for Text {
    fn write(&self, out: &mut Vec<u8>) {
        write_quoted(&self.0, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let at = r.at();
        Text::fit(r.quoted()?, at)
    }
}

/// A number given by an office (licence, filing): 1 to 40 of `0-9`, `A-Z` and `-`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Code(String);

impl Code {
    /// The longest code, in bytes.
    pub const MAX: usize = 40;

    /// Reads a code.
    pub fn parse(text: &[u8]) -> Option<Code> {
        let plain = |b: &u8| matches!(b, b'0'..=b'9' | b'A'..=b'Z' | b'-');
        let fits = (1..=Code::MAX).contains(&text.len()) && text.iter().all(plain);
        fits.then(|| Code(String::from_utf8_lossy(text).into_owned()))
    }
}

quoted_value!(
    Code,
    "an office's number of 0-9, A-Z and -",
    |code, out| out.extend_from_slice(code.0.as_bytes()),
    Code::parse
);

/// The name of a log: a host and path without scheme, such as `yishan.example/qianan`; 1 to 100 of
/// the characters `a-z 0-9 . - / : _` (C2SP tlog-checkpoint asks for no blank and no plus).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

impl Origin {
    /// The longest origin, in bytes.
    pub const MAX: usize = 100;

    /// Reads an origin.
    pub fn parse(text: &[u8]) -> Option<Origin> {
        let plain =
            |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'/' | b':' | b'_');
        let fits = (1..=Origin::MAX).contains(&text.len()) && text.first()?.is_ascii_alphanumeric();
        (fits && text.iter().all(plain)).then(|| Origin(String::from_utf8_lossy(text).into_owned()))
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

quoted_value!(
    Origin,
    "an origin such as \"yishan.example/qianan\"",
    |origin, out| out.extend_from_slice(origin.0.as_bytes()),
    Origin::parse
);

/// Where a line stands: the entry's number and, counting from 0, the line in its voucher: `41/0`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The entry: its leaf index.
    pub entry: u64,
    /// The line within the voucher, from 0.
    pub line: u16,
}

impl Place {
    /// Reads `41/0` and nothing else.
    pub fn parse(text: &[u8]) -> Option<Place> {
        let text = std::str::from_utf8(text).ok()?;
        let (entry, line) = text.split_once('/')?;
        let place = Place { entry: entry.parse().ok()?, line: line.parse().ok()? };
        // Printing it back refuses a plus sign and leading zeros.
        (place.to_string() == text && place.entry <= super::money::Fen::MAX.get()).then_some(place)
    }
}

quoted_value!(
    Place,
    "a place such as \"41/0\"",
    |place, out| {
        write_number(place.entry, out);
        out.push(b'/');
        write_number(u64::from(place.line), out);
    },
    Place::parse
);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::codec::{read_all, spelling};

    #[test]
    fn a_handle_a_place_and_a_reference_have_one_spelling() {
        for good in ["\"chen\"", "\"s-7k2mqx9p\"", "\"abcdefghijklmnopqrstuvwx\""] {
            assert_eq!(spelling(&read_all::<Id>(good.as_bytes(), 99).unwrap()), good);
        }
        for bad in [
            "\"\"",
            "\"Chen\"",
            "\"9a\"",
            "\"陈\"",
            "\"abcdefghijklmnopqrstuvwxy\"",
            "chen",
            "\"a b\"",
        ] {
            assert!(read_all::<Id>(bad.as_bytes(), 99).is_err(), "{bad}");
        }
        for bad in [
            "41",
            "41/",
            "/0",
            "+41/0",
            "041/0",
            "41/00",
            "41/65536",
            "41/0 ",
            "9007199254740992/0",
        ] {
            assert!(Place::parse(bad.as_bytes()).is_none(), "{bad}");
        }
        for bad in [
            "AAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAA+A",
        ] {
            assert!(Ref::parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_text_cannot_carry_a_phone_number_or_hidden_marks() {
        for good in [
            "退回误记的一笔",
            "wrong account",
            "bill of 2026-11-22, 12 rows",
            "a \"quoted\" \\ text",
        ] {
            let text = Text::new(good).unwrap();
            assert_eq!(read_all::<Text>(spelling(&text).as_bytes(), 999).unwrap(), text);
        }
        for bad in [
            "",
            " a",
            "13812345678",
            "138 1234 5678",
            "１３８１２３４５６７８",
            "write to a@b.example",
            "a\u{202e}b",
            "a\nb",
        ] {
            assert!(Text::new(bad).is_err(), "{bad:?}");
        }
        assert!(Text::new(&"善".repeat(67)).is_err(), "201 bytes are too many");
    }
}
