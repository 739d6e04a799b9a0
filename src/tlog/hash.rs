//! The SHA-256 value that stands for an entry, a subtree, or a whole log.

use super::text::{from_base64, shown, to_base64};
use std::{fmt, str::FromStr};

/// A SHA-256 hash: 32 bytes, shown as 64 lower-case hex digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash(pub [u8; Hash::LEN]);

/// Why a text was not taken for a hash.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// Not 64 lower-case hex digits.
    #[error("{0:?} is not a hash in lower-case hex")]
    Hex(String),
    /// Not the canonical base64 of 32 bytes.
    #[error("{0:?} is not a hash in base64")]
    Base64(String),
}

impl Hash {
    /// The length of a hash in bytes.
    pub const LEN: usize = 32;

    /// Returns the hash in padded standard base64, as checkpoints and proofs spell it.
    pub fn to_base64(self) -> String {
        to_base64(&self.0)
    }

    /// Reads the one spelling [`Hash::to_base64`] writes.
    pub fn from_base64(text: &str) -> Result<Hash, HashError> {
        // A hash is 44 characters; anything else is not even decoded.
        let bytes = if text.len() == 44 { from_base64(text) } else { None };
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Hash).ok_or_else(|| HashError::Base64(shown(text)))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    /// Reads the one spelling `Display` writes.
    fn from_str(text: &str) -> Result<Hash, HashError> {
        let malformed = || HashError::Hex(shown(text));
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != Hash::LEN || !rest.is_empty() {
            return Err(malformed());
        }
        let mut bytes = [0; Hash::LEN];
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digits = pair.map(|digit| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            });
            let [Some(high), Some(low)] = digits else { return Err(malformed()) };
            *byte = high << 4 | low;
        }
        Ok(Hash(bytes))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_spelling_in_hex_and_one_in_base64() {
        let hash = Hash(std::array::from_fn(|n| u8::try_from(n * 8 + 7).unwrap()));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
        let hex = hash.to_string();
        for bad in [
            "",
            &hex[1..],
            &hex[2..],
            &format!("{hex}0"),
            &hex.to_uppercase(),
            &format!("+{}", &hex[1..]),
        ] {
            assert!(bad.parse::<Hash>().is_err(), "{bad:?} was taken for a hash");
        }
        let text = hash.to_base64();
        for bad in [
            "",
            &text[1..],
            &text[..43],
            &format!("{text}="),
            &text.replace('/', "_").replace('+', "-"),
        ] {
            assert!(Hash::from_base64(bad).is_err() || bad == text, "{bad:?} was taken for a hash");
        }
    }

    #[test]
    fn no_changed_character_of_a_hash_passes_for_the_same_hash() {
        let hash = Hash([0xa5; 32]);
        for (text, read) in [
            (hash.to_string(), Hash::from_str as fn(&str) -> Result<Hash, HashError>),
            (hash.to_base64(), Hash::from_base64),
        ] {
            for place in 0..text.len() {
                for other in 0..=127u8 {
                    let mut changed = text.clone().into_bytes();
                    changed[place] = other;
                    let changed = String::from_utf8(changed).unwrap();
                    assert!(changed == text || read(&changed) != Ok(hash), "{changed:?}");
                }
            }
        }
    }
}
