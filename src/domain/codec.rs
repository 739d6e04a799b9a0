//! The one spelling of a record: JSON with a fixed order of fields and no spare byte.
//!
//! ```text
//! {"gift":{"fen":100,"to":"wx","paid":"2026-11-22T08:15:30","ref":"0Jm0cJq1T3y6q3o0g3m3aA"}}
//! ```
//!
//! What is read here is exactly what [`Spell::write`] writes, so nothing has to be printed back to
//! be compared: another order, another spelling, a blank or a repeated field is refused where it
//! stands. Reading and writing a record come from one list of its fields, [`record!`](crate::record).

use super::money::Fen;
use super::time::{Day, Stamp, Wall, Zone};
use std::fmt::Display;

/// Why bytes are not a record of this ledger. `at` counts bytes from the start of the line.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Longer than [`MAX_ENTRY`](super::entry::MAX_ENTRY).
    #[error("{len} bytes, and an entry has at most {max}")]
    TooLong {
        /// Bytes found.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not UTF-8 from byte `at` on.
    #[error("byte {at} is not UTF-8")]
    NotUtf8 {
        /// The first bad byte.
        at: usize,
    },
    /// A field that this record does not have.
    #[error("unknown field {field:?} at byte {at}, where {want:?} belongs")]
    Unknown {
        /// The name found.
        field: String,
        /// What the record has there.
        want: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// A field that was there before.
    #[error("field {field:?} at byte {at} stands there twice")]
    Repeated {
        /// The name found.
        field: String,
        /// Where it stands the second time.
        at: usize,
    },
    /// A known field, but not in its place: an earlier one is missing or they are swapped.
    #[error("field {field:?} at byte {at} stands before {want:?}, which is missing or comes too late")]
    Order {
        /// The name found.
        field: String,
        /// The name that belongs there.
        want: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// The record ends before a field it must have.
    #[error("field {want:?} is missing at byte {at}")]
    Missing {
        /// The missing name.
        want: &'static str,
        /// Where it belongs.
        at: usize,
    },
    /// A line of a kind that this version does not know.
    #[error("unknown kind of line {tag:?} at byte {at}")]
    UnknownLine {
        /// The tag found.
        tag: String,
        /// Where it stands.
        at: usize,
    },
    /// Anything else than the one spelling.
    #[error("byte {at} should begin {want}, and reads {found:?}")]
    Spelling {
        /// What belongs there.
        want: &'static str,
        /// The next characters found.
        found: String,
        /// Where it stands.
        at: usize,
    },
    /// A number beyond its limits.
    #[error("{found} at byte {at} is outside {min} to {max}")]
    Range {
        /// The digits found.
        found: String,
        /// The least allowed.
        min: u64,
        /// The greatest allowed.
        max: u64,
        /// Where it stands.
        at: usize,
    },
    /// A text or list shorter or longer than allowed.
    #[error("{what} at byte {at} has length {len}, allowed are {min} to {max}")]
    Length {
        /// What it is.
        what: &'static str,
        /// Its length, in bytes or items.
        len: usize,
        /// The least allowed.
        min: usize,
        /// The greatest allowed.
        max: usize,
        /// Where it stands.
        at: usize,
    },
    /// A text that could carry something about a person.
    #[error("the text at byte {at} holds {found:?}: {why}")]
    Unfit {
        /// The offending piece.
        found: String,
        /// The rule.
        why: &'static str,
        /// Where the text stands.
        at: usize,
    },
    /// Bytes after the end.
    #[error("{len} bytes follow the end at byte {at}")]
    Trailing {
        /// How many.
        len: usize,
        /// Where the record ended.
        at: usize,
    },
}

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

    /// What was read between `from` and here.
    pub fn since(&self, from: usize) -> &'a [u8] {
        self.text.as_bytes().get(from..self.at).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte, not yet read.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads `token` if it comes next.
    pub fn take(&mut self, token: &str) -> bool {
        let next = self.rest().starts_with(token.as_bytes());
        if next {
            self.at += token.len();
        }
        next
    }

    /// Reads `token`, or says that it belongs here.
    pub fn expect(&mut self, token: &'static str) -> Result<(), Malformed> {
        if self.take(token) { Ok(()) } else { Err(self.spelling(token)) }
    }

    /// The refusal that `want` does not come next.
    pub fn spelling(&self, want: &'static str) -> Malformed {
        self.spelling_at(self.at, want)
    }

    /// The refusal that `want` does not stand at byte `at`.
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
    pub fn number(&mut self, min: u64, max: u64) -> Result<u64, Malformed> {
        let digits = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        let lone_zero = text.first() != Some(&b'0') || digits == 1;
        if digits == 0 || !lone_zero {
            return Err(self.spelling("a whole number without leading zero"));
        }
        let value = text.iter().take(20).try_fold(0_u64, |n, b| {
            n.checked_mul(10)?.checked_add(u64::from(b - b'0'))
        });
        match value.filter(|n| digits <= 20 && (min..=max).contains(n)) {
            Some(n) => {
                self.at += digits;
                Ok(n)
            }
            None => {
                let found = String::from_utf8_lossy(text.get(..24).unwrap_or(text)).into_owned();
                Err(Malformed::Range { found, min, max, at: self.at })
            }
        }
    }

    /// Reads a quoted text without escapes, as handles, times and codes have it.
    pub fn plain(&mut self, want: &'static str) -> Result<&'a str, Malformed> {
        let start = self.at;
        if !self.take("\"") {
            return Err(self.spelling(want));
        }
        let body = self.at;
        let len = self.rest().iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f));
        let end = len.map(|l| body + l).filter(|e| self.text.as_bytes().get(*e) == Some(&b'"'));
        let Some(end) = end else {
            self.at = start;
            return Err(self.spelling(want));
        };
        self.at = end + 1;
        Ok(self.text.get(body..end).unwrap_or_default())
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
            match () {
                () if self.take("\\\"") => out.push('"'),
                () if self.take("\\\\") => out.push('\\'),
                () => return Err(self.spelling("a closing quote, or one of the escapes \\\" and \\\\")),
            }
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

/// Appends what `Display` prints, in quotes; for values that never need an escape.
pub fn write_plain(value: &impl Display, out: &mut Vec<u8>) {
    use std::io::Write;
    // Writing to a Vec cannot fail.
    let _ = write!(out, "\"{value}\"");
}

/// Appends a decimal number.
pub fn write_number(n: u64, out: &mut Vec<u8>) {
    use std::io::Write;
    let _ = write!(out, "{n}");
}

/// The fields of one record while they are read.
pub struct Fields<'r, 'a> {
    r: &'r mut Reader<'a>,
    names: &'static [&'static str],
    next: usize,
    first: bool,
}

impl<'r, 'a> Fields<'r, 'a> {
    /// Opens the brace of a record whose fields are `names`, in this order.
    pub fn open(r: &'r mut Reader<'a>, names: &'static [&'static str]) -> Result<Self, Malformed> {
        r.expect("{")?;
        Ok(Fields { r, names, next: 0, first: true })
    }

    /// Reads the name of the next field if it is `name`.
    fn name(&mut self, name: &'static str) -> bool {
        let start = self.r.at;
        let found = (self.first || self.r.take(","))
            && self.r.take("\"")
            && self.r.take(name)
            && self.r.take("\":");
        if found {
            self.first = false;
        } else {
            self.r.at = start;
        }
        self.next += 1;
        found
    }

    /// Says what stands where `want` belongs.
    fn instead_of(&mut self, want: &'static str) -> Malformed {
        let at = self.r.at;
        if self.r.peek() == Some(b'}') {
            return Malformed::Missing { want, at };
        }
        if !self.first && !self.r.take(",") {
            return self.r.spelling("a comma or the closing brace");
        }
        let field = match self.r.plain("the name of a field") {
            Ok(field) => field.to_owned(),
            Err(e) => return e,
        };
        match self.names.iter().position(|n| *n == field) {
            None => Malformed::Unknown { field, want, at },
            Some(place) if place + 1 < self.next => Malformed::Repeated { field, at },
            // The name is right, so what follows it is not.
            Some(place) if place + 1 == self.next => self.r.spelling("a colon"),
            Some(_) => Malformed::Order { field, want, at },
        }
    }

    /// Closes the record.
    pub fn close(&mut self) -> Result<(), Malformed> {
        if self.r.take("}") {
            return Ok(());
        }
        self.next = self.names.len() + 1;
        Err(self.instead_of("}"))
    }
}

/// A value that is a field of a record: there, or (an `Option`) perhaps not.
pub trait Field: Sized {
    /// Appends `,"name":value`, the comma unless it is the first.
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>);
    /// Reads the field called `name`.
    fn read_field(name: &'static str, fields: &mut Fields<'_, '_>) -> Result<Self, Malformed>;
}

impl<T: Spell> Field for T {
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>) {
        if !std::mem::take(first) {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        self.write(out);
    }

    fn read_field(name: &'static str, fields: &mut Fields<'_, '_>) -> Result<Self, Malformed> {
        if fields.name(name) { T::read(fields.r) } else { Err(fields.instead_of(name)) }
    }
}

impl<T: Spell> Field for Option<T> {
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write_field(name, first, out);
        }
    }

    fn read_field(name: &'static str, fields: &mut Fields<'_, '_>) -> Result<Self, Malformed> {
        if fields.name(name) { T::read(fields.r).map(Some) } else { Ok(None) }
    }
}

/// Declares a record: its fields in the order they are spelled, and with that its only encoding.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* $field:ident: $ty:ty = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty,)+ }

        impl $crate::domain::codec::Spell for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let mut first = true;
                out.push(b'{');
                $($crate::domain::codec::Field::write_field(&self.$field, $key, &mut first, out);)+
                out.push(b'}');
            }

            fn read(r: &mut $crate::domain::codec::Reader<'_>) -> Result<Self, $crate::domain::codec::Malformed> {
                let mut fields = $crate::domain::codec::Fields::open(r, &[$($key),+])?;
                let record = $name { $($field: $crate::domain::codec::Field::read_field($key, &mut fields)?,)+ };
                fields.close()?;
                Ok(record)
            }
        }
    };
}

/// Declares a closed list of words, each with its Chinese and English name.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every word, in order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word as records spell it.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The value that records spell `word`.
            pub fn parse(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }

            /// The name people read, in both languages.
            pub fn both(self) -> $crate::domain::refusal::Both {
                match self { $($name::$variant => $crate::domain::refusal::Both($zh, $en),)+ }
            }

            /// The name people read.
            pub fn name(self, lang: $crate::domain::text::Lang) -> &'static str {
                match self { $($name::$variant => lang.pick($zh, $en),)+ }
            }
        }

        impl $crate::domain::codec::Spell for $name {
            fn write(&self, out: &mut Vec<u8>) {
                $crate::domain::codec::write_plain(&self.word(), out);
            }

            fn read(r: &mut $crate::domain::codec::Reader<'_>) -> Result<Self, $crate::domain::codec::Malformed> {
                const WANT: &str = concat!("one of" $(, " ", $word)+);
                let at = r.at();
                $name::parse(r.plain(WANT)?).ok_or_else(|| r.spelling_at(at, WANT))
            }
        }
    };
}

/// A list with at least `MIN` and at most `MAX` items.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct List<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> List<T, MIN, MAX> {
    /// The items, if their count is allowed.
    pub fn new(items: Vec<T>) -> Option<Self> {
        (MIN..=MAX).contains(&items.len()).then_some(List(items))
    }
}

impl<T, const MAX: usize> List<T, 0, MAX> {
    /// No items.
    pub fn empty() -> Self {
        List(Vec::new())
    }
}

impl<T, const MIN: usize, const MAX: usize> std::ops::Deref for List<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Spell, const MIN: usize, const MAX: usize> Spell for List<T, MIN, MAX> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        out.push(b']');
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let at = r.at;
        r.expect("[")?;
        let mut items = Vec::new();
        while !r.take("]") {
            if !items.is_empty() {
                r.expect(",")?;
            }
            if items.len() == MAX {
                return Err(Malformed::Length { what: "a list", len: MAX + 1, min: MIN, max: MAX, at });
            }
            items.push(T::read(r)?);
        }
        let len = items.len();
        Self::new(items).ok_or(Malformed::Length { what: "a list", len, min: MIN, max: MAX, at })
    }
}

/// A value spelled as the quoted text that `Display` prints and `parse` reads.
macro_rules! quoted_value {
    ($type:ty, $want:literal, $parse:expr) => {
        impl Spell for $type {
            fn write(&self, out: &mut Vec<u8>) {
                write_plain(self, out);
            }

            fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
                let at = r.at();
                let parse: fn(&[u8]) -> Option<$type> = $parse;
                parse(r.plain($want)?.as_bytes()).ok_or_else(|| r.spelling_at(at, $want))
            }
        }
    };
}
pub(super) use quoted_value;

quoted_value!(Day, "a day such as \"2026-11-22\"", Day::parse);
quoted_value!(Wall, "a time such as \"2026-11-22T21:04:05\"", Wall::parse);
quoted_value!(Stamp, "a time with its zone such as \"2026-11-22T21:04:05+08:00\"", Stamp::parse);
quoted_value!(Zone, "a zone such as \"+08:00\"", Zone::parse);

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
            let key = K::read(r)?;
            r.expect(",")?;
            table.set(key, V::read(r)?);
            r.expect("]")?;
        }
        table.commit();
        Ok(table)
    }
}
