//! The one spelling of a record: JSON with a fixed order of fields and no spare byte.
//!
//! ```text
//! {"gift":{"fen":100,"to":"wx","paid":"2026-11-22T08:15:30","ref":"0Jm0cJq1T3y6q3o0g3m3aA"}}
//! ```
//!
//! What is read here is exactly what [`Spell::write`] writes, so nothing has to be printed back to
//! be compared: another order, another spelling, a blank or a repeated field is refused where it
//! stands. A record is read and written by one list of its fields, [`record!`](crate::record).

use super::money::Fen;
use super::time::{Day, Stamp, Wall, Zone};

pub use super::fields::{Field, Fields, List, Rare};
pub use super::malformed::Malformed;

/// A value with one spelling.
pub trait Spell: Sized {
    /// Appends the spelling.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads the spelling and nothing else.
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// A value's spelling as text.
pub fn spelling<T: Spell>(value: &T) -> String {
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Reads all of `bytes` as one value.
pub fn read_all<T: Spell>(bytes: &[u8], max: usize) -> Result<T, Malformed> {
    let mut r = Reader::new(bytes, max)?;
    let value = T::read(&mut r)?;
    r.end()?;
    Ok(value)
}

/// Reads a record from its bytes, front to back, without looking back.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the front of `bytes`: at most `max` bytes of UTF-8.
    pub fn new(bytes: &'a [u8], max: usize) -> Result<Reader<'a>, Malformed> {
        if bytes.len() > max {
            return Err(Malformed::TooLong { len: bytes.len(), max });
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Reader { text, at: 0 }),
            Err(e) => Err(Malformed::NotUtf8 { at: e.valid_up_to() }),
        }
    }

    /// The byte reached.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are not read yet.
    pub fn left(&self) -> usize {
        self.rest().len()
    }

    /// What was read between `from` and here.
    pub fn since(&self, from: usize) -> &'a [u8] {
        self.text.as_bytes().get(from..self.at).unwrap_or_default()
    }

    /// What is not read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Goes on at the last `left` bytes, as [`Reader::left`] counts them: what stands before them
    /// was read from [`Reader::rest`], and was ASCII.
    #[inline]
    pub(super) fn go_on_at(&mut self, left: usize) {
        self.at = self.text.len().saturating_sub(left).max(self.at);
    }

    /// The next byte, not yet read.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads `token` if it comes next.
    #[inline]
    pub fn take(&mut self, token: &str) -> bool {
        let next = self.rest().starts_with(token.as_bytes());
        if next {
            self.at += token.len();
        }
        next
    }

    /// Reads `token`, or says that it belongs here.
    #[inline]
    pub fn expect(&mut self, token: &'static str) -> Result<(), Malformed> {
        if self.take(token) { Ok(()) } else { Err(self.spelling(token)) }
    }

    /// The refusal that `want` does not come next.
    #[cold]
    pub fn spelling(&self, want: &'static str) -> Malformed {
        self.spelling_at(self.at, want)
    }

    /// The refusal that `want` does not stand at byte `at`.
    #[cold]
    pub fn spelling_at(&self, at: usize, want: &'static str) -> Malformed {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let found = String::from_utf8_lossy(rest.get(..24).unwrap_or(rest));
        Malformed::Spelling { want, found: found.into_owned(), at }
    }

    /// Refuses anything left over.
    pub fn end(&self) -> Result<(), Malformed> {
        match self.rest().len() {
            0 => Ok(()),
            len => Err(Malformed::Trailing { len, at: self.at }),
        }
    }

    /// Reads a whole number from `min` to `max`: digits without a leading zero.
    #[inline]
    pub fn number(&mut self, min: u64, max: u64) -> Result<u64, Malformed> {
        let rest = self.rest();
        let (mut digits, mut value) = (0, Some(0_u64));
        for digit in rest.iter().map_while(|b| b.checked_sub(b'0').filter(|d| *d < 10)) {
            value = value.and_then(|n| n.checked_mul(10)?.checked_add(u64::from(digit)));
            digits += 1;
        }
        if digits == 0 || (digits > 1 && rest.first() == Some(&b'0')) {
            return Err(self.spelling("a whole number without leading zero"));
        }
        match value.filter(|n| (min..=max).contains(n)) {
            Some(n) => {
                self.at += digits;
                Ok(n)
            }
            None => Err(self.range(digits, min, max)),
        }
    }

    /// The refusal of a number of so many digits.
    #[cold]
    fn range(&self, digits: usize, min: u64, max: u64) -> Malformed {
        let text = self.rest().get(..digits.min(24)).unwrap_or_default();
        let found = String::from_utf8_lossy(text).into_owned();
        Malformed::Range { found, min, max, at: self.at }
    }

    /// Reads a quoted text of exactly `N` bytes, whatever they are, if one comes next.
    #[inline]
    pub fn fixed<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let text = match self.rest() {
            [b'"', rest @ ..] => match rest.split_first_chunk()? {
                (text, [b'"', ..]) => text,
                _ => return None,
            },
            _ => return None,
        };
        self.at += N + 2;
        Some(text)
    }

    /// Reads a quoted text without escapes, as handles, times and codes have it.
    #[inline]
    pub fn plain(&mut self, want: &'static str) -> Result<&'a [u8], Malformed> {
        let Some((b'"', body)) = self.rest().split_first() else {
            return Err(self.spelling(want));
        };
        let end = body.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f));
        match end.and_then(|end| body.split_at_checked(end)) {
            Some((text, [b'"', ..])) => {
                self.at += text.len() + 2;
                Ok(text)
            }
            _ => Err(self.spelling(want)),
        }
    }

    /// Reads a quoted text that may hold `\"` and `\\`, the only escapes there are.
    pub fn quoted(&mut self) -> Result<String, Malformed> {
        self.expect("\"")?;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let run = rest.find(['"', '\\']).unwrap_or(rest.len());
            out.push_str(rest.get(..run).unwrap_or_default());
            self.at += run;
            if self.take("\"") {
                return Ok(out);
            }
            let escaped = ['"', '\\'].into_iter().find(|c| self.take(&format!("\\{c}")));
            let want = "a closing quote, or one of the escapes \\\" and \\\\";
            out.push(escaped.ok_or_else(|| self.spelling(want))?);
        }
    }
}

/// Appends `text` in quotes with the two escapes.
pub fn write_quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for b in text.bytes() {
        if matches!(b, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(b);
    }
    out.push(b'"');
}

/// Appends a decimal number.
pub fn write_number(n: u64, out: &mut Vec<u8>) {
    let mut digits = [0; DIGITS_ROOM];
    let at = write_number_before(n, &mut digits, DIGITS_ROOM);
    out.extend_from_slice(digits.get(at..).unwrap_or_default());
}

/// So many bytes have room for every number: three times eight digits.
pub const DIGITS_ROOM: usize = 24;
/// The least number of nine digits.
const NINE: u64 = 100_000_000;

/// Writes a decimal number into `room` so that it ends before `end`; returns where it begins. There
/// must be [`DIGITS_ROOM`] before `end`, of which the bytes before the number may become zeros.
#[inline]
pub fn write_number_before(n: u64, room: &mut [u8], end: usize) -> usize {
    let (mut end, mut rest) = (end, n);
    let mut put = |end: usize, digits: u64| {
        if let Some(last) = room.get_mut(..end).and_then(<[u8]>::last_chunk_mut) {
            *last = (digits | 0x3030_3030_3030_3030).to_le_bytes();
        }
    };
    while rest >= NINE {
        put(end, eight_digits(rest % NINE));
        (end, rest) = (end.saturating_sub(8), rest / NINE);
    }
    let digits = eight_digits(rest);
    put(end, digits);
    // Zeros before the first digit are not spelled, but for a lone one.
    let zeros = usize::try_from(digits.trailing_zeros() / 8).unwrap_or_default();
    end.saturating_sub(8).saturating_add(zeros.min(7))
}

/// The eight decimal digits of a number below [`NINE`], the first in the lowest byte: halves, then
/// quarters, then digits, all of a kind divided in one step.
#[inline]
fn eight_digits(n: u64) -> u64 {
    let fours = (n / 10_000) | ((n % 10_000) << 32);
    // Below 10,000, (n * 10486) >> 20 is n / 100; below 100, (n * 103) >> 10 is n / 10.
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - tens * 10) << 8)
}

/// A value spelled as a quoted text: its length if there is but one, how it is written, without the
/// quotes, and read back. What people see of it is the same.
macro_rules! quoted_value {
    ($type:ty $(; $len:literal)?, $want:literal, $write:expr, $parse:expr) => {
        impl $crate::domain::codec::Spell for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let write: fn(&$type, &mut Vec<u8>) = $write;
                out.push(b'"');
                write(self, out);
                out.push(b'"');
            }

            #[inline]
            fn read(
                r: &mut $crate::domain::codec::Reader<'_>,
            ) -> Result<Self, $crate::domain::codec::Malformed> {
                let at = r.at();
                let parse: fn(&[u8]) -> Option<$type> = $parse;
                $(if let Some(text) = r.fixed::<$len>() {
                    return parse(text).ok_or_else(|| r.spelling_at(at, $want));
                })?
                parse(r.plain($want)?).ok_or_else(|| r.spelling_at(at, $want))
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let write: fn(&$type, &mut Vec<u8>) = $write;
                let mut out = Vec::new();
                write(self, &mut out);
                f.pad(&String::from_utf8(out).unwrap_or_default())
            }
        }
    };
}
pub(super) use quoted_value;

quoted_value!(Day, "a day such as \"2026-11-22\"", |day, out| day.write_text(out), Day::parse);

quoted_value!(
    Wall; 19,
    "a time such as \"2026-11-22T21:04:05\"",
    |wall, out| wall.write_text(out),
    Wall::parse
);
quoted_value!(Zone, "a zone such as \"+08:00\"", |zone, out| zone.write_text(out), Zone::parse);
quoted_value!(
    Stamp; 25,
    "a time with its zone such as \"2026-11-22T21:04:05+08:00\"",
    |stamp, out| stamp.write_text(out),
    Stamp::parse
);

/// A count, `0 ..= 2^53 - 1`.
impl Spell for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(*self, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(0, Fen::MAX.get())
    }
}

/// A balance: fen, `0 ..= 2^53 - 1`.
impl Spell for Fen {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.get(), out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(0, Fen::MAX.get()).map(|n| Fen::new(n).unwrap_or(Fen::MAX))
    }
}

impl<T: Spell> Spell for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        T::write(self, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        T::read(r).map(Box::new)
    }
}

impl Spell for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        match () {
            () if r.take("true") => Ok(true),
            () if r.take("false") => Ok(false),
            () => Err(r.spelling("true or false")),
        }
    }
}

/// A table: its rows as `[key,value]`, in the order of the keys.
impl<K: Spell + Ord + Clone, V: Spell + Clone> Spell for super::table::Table<K, V> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (i, (key, value)) in self.iter().enumerate() {
            out.extend_from_slice(if i > 0 { b",[" } else { b"[" });
            key.write(out);
            out.push(b',');
            value.write(out);
            out.push(b']');
        }
        out.push(b']');
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.expect("[")?;
        let mut table = Self::new();
        while !r.take("]") {
            if !table.is_empty() {
                r.expect(",")?;
            }
            r.expect("[")?;
            let at = r.at();
            let key = K::read(r)?;
            r.expect(",")?;
            if table.last_key().is_some_and(|last| *last >= key) {
                return Err(r.spelling_at(at, "the next row, its key after the one before"));
            }
            table.set(key, V::read(r)?);
            r.expect("]")?;
        }
        super::table::Undo::commit(&mut table);
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_without_leading_zeros_whatever_its_length() {
        let tens = std::iter::successors(Some(1_u64), |n| n.checked_mul(10));
        let around = tens.flat_map(|n| [n - 1, n, n + 1, n.saturating_mul(9)]);
        let all = around.chain(0..20_000).chain((0..NINE).step_by(7_919));
        for n in all.chain([u64::MAX, u64::MAX - 1]) {
            let mut out = Vec::new();
            write_number(n, &mut out);
            assert_eq!(out, n.to_string().into_bytes());
        }
    }
}
