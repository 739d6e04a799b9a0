//! Bytes of a fixed length, each with one spelling: references, nonces, digests, keys, signatures.

use super::codec::{Malformed, Reader, Spell, quoted_value};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt;

/// Bytes of a fixed length with one spelling.
macro_rules! bytes_value {
    ($(#[$doc:meta])* $name:ident, $len:literal, $want:literal, $encode:expr, $decode:expr,
     $write:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Reads the one spelling.
            pub fn parse(text: &[u8]) -> Option<$name> {
                let decode: fn(&[u8]) -> Option<[u8; $len]> = $decode;
                decode(text).map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let encode: fn(&[u8]) -> String = $encode;
                f.write_str(&encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        quoted_value!($name, $want, $name::parse, |value, out| {
            let write: fn(&[u8], &mut Vec<u8>) = $write;
            write(&value.0, out);
        });
    };
}

fn to_hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        for nibble in [b >> 4, b & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

fn from_hex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
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

/// Decodes exactly `N` bytes; the engines used refuse spare bits, so each value has one spelling.
fn from_base64<const N: usize>(engine: &impl Engine, text: &[u8]) -> Option<[u8; N]> {
    engine.decode(text).ok()?.try_into().ok()
}

/// Appends base64 without a detour through a string; the longest value has 88 characters.
fn write_base64(engine: &impl Engine, bytes: &[u8], out: &mut Vec<u8>) {
    let mut text = [0; 88];
    let len = engine.encode_slice(bytes, &mut text).unwrap_or_default();
    out.extend_from_slice(text.get(..len).unwrap_or_default());
}

bytes_value!(
    /// A payment's reference: 128 bits in 22 characters of unpadded base64url (RFC 4648 §5).
    Ref, 16, "a reference of 22 base64url characters",
    |b| URL_SAFE_NO_PAD.encode(b), |t| from_base64(&URL_SAFE_NO_PAD, t),
    |b, out| write_base64(&URL_SAFE_NO_PAD, b, out)
);
bytes_value!(
    /// A voucher's own random number: 128 bits, spelled like a [`Ref`].
    Nonce, 16, "a nonce of 22 base64url characters",
    |b| URL_SAFE_NO_PAD.encode(b), |t| from_base64(&URL_SAFE_NO_PAD, t),
    |b, out| write_base64(&URL_SAFE_NO_PAD, b, out)
);
bytes_value!(
    /// A SHA-256 digest in 64 lower-case hexadecimal digits.
    Digest, 32, "a digest of 64 hexadecimal digits", to_hex, from_hex,
    |b, out| out.extend_from_slice(to_hex(b).as_bytes())
);
bytes_value!(
    /// An Ed25519 public key in 44 characters of base64 (RFC 4648 §4).
    Key, 32, "a public key of 44 base64 characters",
    |b| STANDARD.encode(b), |t| from_base64(&STANDARD, t),
    |b, out| write_base64(&STANDARD, b, out)
);
bytes_value!(
    /// An Ed25519 signature in 88 characters of base64 (RFC 4648 §4).
    Signature, 64, "a signature of 88 base64 characters",
    |b| STANDARD.encode(b), |t| from_base64(&STANDARD, t),
    |b, out| write_base64(&STANDARD, b, out)
);
