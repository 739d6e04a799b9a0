//! Bytes of a fixed length, each with one spelling: references, nonces, digests, keys, signatures.

use super::codec::quoted_value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Bytes of a fixed length with one spelling.
macro_rules! bytes_value {
    ($(#[$doc:meta])* $name:ident, $len:literal, $text:literal, $want:literal,
     $write:expr, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Reads the one spelling.
            #[inline]
            pub fn parse(text: &[u8]) -> Option<$name> {
                let parse: fn(&[u8]) -> Option<[u8; $len]> = $parse;
                parse(text).map($name)
            }

            /// Appends the one spelling, without quotes.
            #[inline]
            pub fn write_text(&self, out: &mut Vec<u8>) {
                let write: fn(&[u8], &mut Vec<u8>) = $write;
                write(&self.0, out);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        quoted_value!($name; $text, $want, |value, out| value.write_text(out), $name::parse);
    };
}

fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    let digit = |n: u8| if n < 10 { b'0' + n } else { b'a' + n - 10 };
    out.extend(bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]));
}

fn read_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut out = [0; N];
    if text.len() != N * 2 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(out)
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
}

/// Reads exactly `N` bytes; the engine refuses spare bits, so each value has one spelling.
fn read_base64<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The characters of base64url (RFC 4648 §5), in the order of their values.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The value of each character; [`NO_VALUE`] for all others.
const VALUES: [u8; 256] = values();
const NO_VALUE: u8 = 0xff;

#[expect(clippy::indexing_slicing, reason = "a byte indexes 256 values, and a counter to 64")]
#[expect(clippy::cast_possible_truncation, reason = "a counter to 64")]
const fn values() -> [u8; 256] {
    let (mut values, mut value) = ([NO_VALUE; 256], 0);
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
}

/// Two characters for every twelve bits.
const TWO: [[u8; 2]; 4096] = two();

#[expect(clippy::indexing_slicing, reason = "six bits index 64 characters, a counter its table")]
const fn two() -> [[u8; 2]; 4096] {
    let (mut two, mut n) = ([[0; 2]; 4096], 0);
    while n < two.len() {
        two[n] = [ALPHABET[n >> 6], ALPHABET[n & 63]];
        n += 1;
    }
    two
}

/// Every gift has a reference, so these two are ours: a library's general engine takes half of the
/// time that reading a gift takes.
fn write_base64url(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&base64url(bytes));
}

#[inline]
fn base64url(bytes: &[u8]) -> [u8; 22] {
    let (groups, rest) = bytes.as_chunks();
    let last = rest.first().map(|last| [*last, 0, 0]);
    // Twelve bits are below 4096.
    let pair = |bits: u32| TWO.get((bits & 0xfff) as usize).copied().unwrap_or_default();
    let mut text = [[[0; 2]; 2]; 6];
    for (to, [a, b, c]) in text.iter_mut().zip(groups.iter().chain(&last)) {
        let bits = u32::from_be_bytes([0, *a, *b, *c]);
        *to = [pair(bits >> 12), pair(bits)];
    }
    // 128 bits are 22 characters; the last two would stand for nothing.
    text.as_flattened().as_flattened().first_chunk().copied().unwrap_or_default()
}

impl Ref {
    /// The one spelling, without quotes.
    #[inline]
    pub fn text(&self) -> [u8; 22] {
        base64url(&self.0)
    }
}

/// Reads 22 characters as 16 bytes; the four spare bits must be zero.
#[inline]
fn read_base64url(text: &[u8]) -> Option<[u8; 16]> {
    let (mut out, mut bad) = ([0; 16], 0);
    let text: &[u8; 22] = text.try_into().ok()?;
    let mut value = |c: u8| {
        let value = VALUES.get(usize::from(c)).copied().unwrap_or(NO_VALUE);
        bad |= value;
        u32::from(value)
    };
    let (groups, rest) = text.as_chunks::<4>();
    let (bytes, last) = out.as_chunks_mut::<3>();
    for (bytes, group) in bytes.iter_mut().zip(groups) {
        let bits = group.iter().fold(0, |bits, c| bits << 6 | value(*c));
        let [_, a, b, c] = bits.to_be_bytes();
        *bytes = [a, b, c];
    }
    let bits = rest.iter().fold(0, |bits, c| bits << 6 | value(*c));
    // 12 bits, of which eight belong to the last byte.
    let [.., last] = last else { return None };
    *last = u8::try_from(bits >> 4 & 0xff).ok()?;
    (bad & 0xc0 == 0 && bits.trailing_zeros() >= 4).then_some(out)
}

bytes_value!(
    /// A payment's reference: 128 bits in 22 characters of unpadded base64url (RFC 4648 §5).
    Ref, 16, 22, "a reference of 22 base64url characters",
    write_base64url, read_base64url
);
bytes_value!(
    /// A voucher's own random number: 128 bits, spelled like a [`Ref`].
    Nonce, 16, 22, "a nonce of 22 base64url characters",
    write_base64url, read_base64url
);
bytes_value!(
    /// A SHA-256 digest in 64 lower-case hexadecimal digits.
    Digest, 32, 64, "a digest of 64 hexadecimal digits", write_hex, read_hex
);
bytes_value!(
    /// An Ed25519 public key in 44 characters of base64 (RFC 4648 §4).
    Key, 32, 44, "a public key of 44 base64 characters",
    write_base64, read_base64
);
bytes_value!(
    /// An Ed25519 signature in 88 characters of base64 (RFC 4648 §4).
    Signature, 64, 88, "a signature of 88 base64 characters",
    write_base64, read_base64
);
