//! Records as lists of fields: one declaration gives a record its type and its only encoding.
//!
//! [`record!`](crate::record) declares a record, [`words!`](crate::words) a closed list of words.

use super::codec::{Malformed, Reader, Spell};

/// The fields of one record while they are read. A field is asked for by its name as it stands
/// behind another: `,"fen":`.
pub struct Fields<'r, 'a> {
    r: &'r mut Reader<'a>,
    names: &'static [&'static str],
    /// The place in `names` of the field asked for next.
    next: u32,
    /// One bit for each name that was read, by its place in `names`.
    seen: u32,
}

impl<'r, 'a> Fields<'r, 'a> {
    /// Opens the brace of a record whose fields are `names`, asked for in this order; at most 32.
    #[inline]
    pub fn open(r: &'r mut Reader<'a>, names: &'static [&'static str]) -> Result<Self, Malformed> {
        r.expect("{")?;
        Ok(Fields { r, names, next: 0, seen: 0 })
    }

    /// Reads the name of the next field if it is `name`.
    #[inline]
    fn name(&mut self, name: &'static str) -> bool {
        let found = self.r.take(if self.seen == 0 { name.get(1..).unwrap_or(name) } else { name });
        if found {
            self.seen |= 1_u32.checked_shl(self.next).unwrap_or_default();
        }
        self.next += 1;
        found
    }

    fn bit(&self, name: &str) -> Option<u32> {
        let place = self.names.iter().position(|n| bare(n) == name)?;
        1_u32.checked_shl(u32::try_from(place).ok()?)
    }

    /// Says what stands where `want` belongs.
    #[cold]
    fn instead_of(&mut self, want: &'static str) -> Malformed {
        let want = bare(want);
        let at = self.r.at();
        if self.r.peek() == Some(b'}') {
            return Malformed::Missing { want, at };
        }
        if self.seen != 0 && !self.r.take(",") {
            return self.r.spelling("a comma or the closing brace");
        }
        let field = match self.r.plain("the name of a field") {
            Ok(field) => String::from_utf8_lossy(field).into_owned(),
            Err(e) => return e,
        };
        match self.bit(&field) {
            _ if self.r.peek() != Some(b':') => self.r.spelling("a colon"),
            None => Malformed::Unknown { field, want, at },
            Some(bit) if self.seen & bit != 0 => Malformed::Repeated { field, at },
            Some(_) => Malformed::Order { field, want, at },
        }
    }

    /// Closes the record.
    #[inline]
    pub fn close(&mut self) -> Result<(), Malformed> {
        if self.r.take("}") { Ok(()) } else { Err(self.instead_of("}")) }
    }
}

/// The name itself of `,"name":`; a brace as it is.
fn bare(name: &'static str) -> &'static str {
    name.strip_prefix(",\"").and_then(|n| n.strip_suffix("\":")).unwrap_or(name)
}

/// A value that is a field of a record: there, or (an `Option`) perhaps not.
pub trait Field: Sized {
    /// Appends the field; `name` is `,"name":`, the comma is left out of the first.
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>);
    /// Reads the field; `name` is `,"name":`.
    fn read_field(name: &'static str, fields: &mut Fields<'_, '_>) -> Result<Self, Malformed>;
}

impl<T: Spell> Field for T {
    #[inline]
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>) {
        let from = usize::from(std::mem::take(first));
        out.extend_from_slice(name.as_bytes().get(from..).unwrap_or_default());
        self.write(out);
    }

    #[inline]
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

/// A value that is mostly nothing, and then left out of its record.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Rare<T>(pub T);

impl<T: Spell + Default + PartialEq> Field for Rare<T> {
    fn write_field(&self, name: &str, first: &mut bool, out: &mut Vec<u8>) {
        if self.0 != T::default() {
            self.0.write_field(name, first, out);
        }
    }

    fn read_field(name: &'static str, fields: &mut Fields<'_, '_>) -> Result<Self, Malformed> {
        let at = fields.r.at();
        match Option::<T>::read_field(name, fields)? {
            Some(value) if value == T::default() => {
                Err(fields.r.spelling_at(at, "a value; a field that would hold none is left out"))
            }
            value => Ok(Rare(value.unwrap_or_default())),
        }
    }
}

/// Declares a record: its fields in the order they are spelled, and with that its only encoding.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident {
        $($(#[$fdoc:meta])* $field:ident: $ty:ty = $key:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty,)+ }

        impl $crate::domain::codec::Spell for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let mut first = true;
                out.push(b'{');
                $($crate::domain::codec::Field::write_field(
                    &self.$field, concat!(",\"", $key, "\":"), &mut first, out,
                );)+
                out.push(b'}');
            }

            fn read(
                r: &mut $crate::domain::codec::Reader<'_>,
            ) -> Result<Self, $crate::domain::codec::Malformed> {
                const NAMES: &[&str] = &[$(concat!(",\"", $key, "\":")),+];
                let mut fields = $crate::domain::codec::Fields::open(r, NAMES)?;
                let record = $name {
                    $($field: $crate::domain::codec::Field::read_field(
                        concat!(",\"", $key, "\":"), &mut fields,
                    )?,)+
                };
                fields.close()?;
                Ok(record)
            }
        }
    };
}

/// Declares a closed list of words, each with its Chinese and English name.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $word:literal, $zh:literal, $en:literal;)+
    }) => {
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
                $crate::domain::codec::write_quoted(self.word(), out);
            }

            fn read(
                r: &mut $crate::domain::codec::Reader<'_>,
            ) -> Result<Self, $crate::domain::codec::Malformed> {
                const WANT: &str = concat!("one of" $(, " ", $word)+);
                let at = r.at();
                let word = std::str::from_utf8(r.plain(WANT)?).unwrap_or_default();
                $name::parse(word).ok_or_else(|| r.spelling_at(at, WANT))
            }
        }
    };
}

/// The bytes of the shortest gift in a list, its comma included.
const SHORTEST: usize = 88;

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

impl<T, const MAX: usize> Default for List<T, 0, MAX> {
    fn default() -> Self {
        List::empty()
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
        let at = r.at();
        r.expect("[")?;
        // A long list is a list of gifts, of which none is shorter.
        let mut items = Vec::with_capacity((r.left() / SHORTEST + 1).min(MAX));
        while !r.take("]") {
            if !items.is_empty() {
                r.expect(",")?;
            }
            if items.len() == MAX {
                return Err(Malformed::Length {
                    what: "a list",
                    len: MAX + 1,
                    min: MIN,
                    max: MAX,
                    at,
                });
            }
            items.push(T::read(r)?);
        }
        let len = items.len();
        Self::new(items).ok_or(Malformed::Length { what: "a list", len, min: MIN, max: MAX, at })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, unreachable_pub)]
mod tests {
    use crate::domain::codec::{List, Malformed, Rare, read_all, spelling};

    record! {
        /// A record with a field that may be left out, between two that may not.
        pub struct Sample {
            /// First.
            first: u64 = "first",
            /// Perhaps.
            maybe: Option<u64> = "maybe",
            /// Last.
            last: List<u64, 1, 2> = "last",
        }
    }

    record! {
        /// A record with a field that is mostly nothing.
        pub struct Seldom {
            /// First.
            first: u64 = "first",
            /// Seldom.
            seldom: Rare<u64> = "seldom",
        }
    }

    #[test]
    fn nothing_has_one_spelling_and_that_is_to_be_left_out() {
        for good in [r#"{"first":1}"#, r#"{"first":1,"seldom":2}"#] {
            assert_eq!(spelling(&read_all::<Seldom>(good.as_bytes(), 99).unwrap()), good);
        }
        let why = read_all::<Seldom>(br#"{"first":1,"seldom":0}"#, 99).unwrap_err();
        assert!(matches!(why, Malformed::Spelling { at: 10, .. }), "{why:?}");
    }

    fn why(text: &str) -> Malformed {
        read_all::<Sample>(text.as_bytes(), 99).unwrap_err()
    }

    #[test]
    fn a_field_may_be_left_out_only_if_it_is_optional() {
        for good in [r#"{"first":1,"maybe":2,"last":[3]}"#, r#"{"first":1,"last":[3,4]}"#] {
            assert_eq!(spelling(&read_all::<Sample>(good.as_bytes(), 99).unwrap()), good);
        }
        assert_eq!(why(r#"{"first":1}"#), Malformed::Missing { want: "last", at: 10 });
        let (field, want) = ("last".to_owned(), "first");
        assert_eq!(why(r#"{"last":[3]}"#), Malformed::Order { field, want, at: 1 });
    }

    #[test]
    fn a_field_out_of_place_is_not_taken_for_one_repeated() {
        let field = "maybe".to_owned();
        let late = Malformed::Order { field: field.clone(), want: "}", at: 21 };
        assert_eq!(why(r#"{"first":1,"last":[3],"maybe":2}"#), late);
        let twice = Malformed::Repeated { field, at: 20 };
        assert_eq!(why(r#"{"first":1,"maybe":2,"maybe":2,"last":[3]}"#), twice);
    }

    #[test]
    fn a_list_is_as_long_as_it_may_be() {
        for (text, len) in [(r#"{"first":1,"last":[]}"#, 0), (r#"{"first":1,"last":[1,2,3]}"#, 3)] {
            let (what, min, max, at) = ("a list", 1, 2, 18);
            assert_eq!(why(text), Malformed::Length { what, len, min, max, at });
        }
    }
}
