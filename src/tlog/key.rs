//! The keys behind signed notes, and their one-line form, the vkey (C2SP signed-note).
//!
//! `log.example/fund+e4b1df94+ASgG…` is the key's name, its id in hex, and type and key in base64.

use super::{
    cosignature,
    text::{from_base64, shown, to_base64},
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// The longest key name in bytes; the specification sets none, DNS names and file names end here.
pub const MAX_NAME_LEN: usize = 255;

/// How a key signs: the signature type of C2SP signed-note.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Algorithm {
    /// Ed25519 over the text of the note, the type of logs.
    Ed25519 = 0x01,
    /// Ed25519 over a time and the text, the type of witnesses.
    CosignatureV1 = 0x04,
}

/// A public key that notes are checked against. Printed and parsed as a vkey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verifier {
    name: String,
    id: u32,
    algorithm: Algorithm,
    key: VerifyingKey,
}

/// A signature found good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified<'v> {
    /// The key that signed.
    pub verifier: &'v Verifier,
    /// When a witness says it signed, in seconds since 1970; nothing for other keys.
    pub time: Option<u64>,
}

/// Why a text was not taken for a key.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum KeyError {
    /// Empty, longer than [`MAX_NAME_LEN`], or with a space, a plus, or a control character.
    #[error("{0:?} is not a key name")]
    Name(String),
    /// Not name, id and key between two pluses, or not the one spelling of them.
    #[error("{0:?} is not a public key (vkey)")]
    Malformed(String),
    /// A signature type other than those of [`Algorithm`].
    #[error("the key of {name} has the unknown type {given:#04x}")]
    Algorithm {
        /// The key's name.
        name: String,
        /// The type byte.
        given: u8,
    },
    /// The bytes are no point of the curve, not the one spelling of it, or a weak one.
    #[error("the key of {0} is not a sound Ed25519 key")]
    Unsound(String),
    /// The id is not the hash of name, type and key: one of them was changed.
    #[error("the key of {name} has the id {given}, its own would be {computed:08x}")]
    Id {
        /// The key's name.
        name: String,
        /// The id in the text.
        given: String,
        /// The id of this name and key.
        computed: u32,
    },
}

/// Returns whether `name` may be the name of a key.
pub(super) fn is_name(name: &str) -> bool {
    let is_bad = |c: char| c.is_whitespace() || c == '+' || c < ' ';
    (1..=MAX_NAME_LEN).contains(&name.len()) && !name.contains(is_bad)
}

fn check_name(name: &str) -> Result<(), KeyError> {
    if is_name(name) { Ok(()) } else { Err(KeyError::Name(shown(name))) }
}

impl Verifier {
    /// Returns the verifier of a 32-byte Ed25519 public key under `name`.
    pub fn new(name: &str, algorithm: Algorithm, key: &[u8; 32]) -> Result<Verifier, KeyError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(key)
            .ok()
            // A weak key accepts signatures nobody made; two spellings would be two keys.
            .filter(|point| !point.is_weak() && point.to_edwards().compress().0 == *key)
            .ok_or_else(|| KeyError::Unsound(name.into()))?;
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', algorithm as u8])
            .chain_update(key.as_bytes())
            .finalize();
        let [a, b, c, d, ..]: [u8; 32] = hash.into();
        Ok(Verifier { name: name.into(), id: u32::from_be_bytes([a, b, c, d]), algorithm, key })
    }

    /// Returns the key's name; for a log's key, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key id: the first four bytes of SHA-256(name || 0A || type || key).
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Returns how the key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the 32 bytes of the public key (RFC 8032).
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Checks `signature`, as it follows the key id, over the text of a note.
    pub(super) fn check(&self, text: &str, signature: &[u8]) -> Option<Verified<'_>> {
        match self.algorithm {
            Algorithm::Ed25519 => {
                self.signed(text, signature).then_some(Verified { verifier: self, time: None })
            }
            Algorithm::CosignatureV1 => {
                let (time, signature) = cosignature::split(signature)?;
                self.signed(&cosignature::message(time, text), signature)
                    .then_some(Verified { verifier: self, time: Some(time) })
            }
        }
    }

    /// Strict: no small-order commitment, no malleable scalar (RFC 8032 §8.4).
    fn signed(&self, message: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.algorithm as u8], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id, to_base64(&key))
    }
}

impl FromStr for Verifier {
    type Err = KeyError;

    /// Reads the one spelling `Display` writes.
    fn from_str(vkey: &str) -> Result<Verifier, KeyError> {
        let malformed = || KeyError::Malformed(shown(vkey));
        // The base64 may contain a plus too: only the first two divide.
        let (name, rest) = vkey.split_once('+').ok_or_else(malformed)?;
        let (given, key) = rest.split_once('+').ok_or_else(malformed)?;
        check_name(name)?;
        // Type and key are 33 bytes, so 44 characters; anything else is not even decoded.
        let bytes = if key.len() == 44 { from_base64(key) } else { None };
        let bytes = bytes.ok_or_else(malformed)?;
        let (kind, key) = bytes.split_first().ok_or_else(malformed)?;
        let algorithm = match kind {
            0x01 => Algorithm::Ed25519,
            0x04 => Algorithm::CosignatureV1,
            _ => return Err(KeyError::Algorithm { name: name.into(), given: *kind }),
        };
        let key = key.try_into().map_err(|_| malformed())?;
        let verifier = Verifier::new(name, algorithm, key)?;
        if given != format!("{:08x}", verifier.id) {
            let given = shown(given);
            return Err(KeyError::Id { name: name.into(), given, computed: verifier.id });
        }
        Ok(verifier)
    }
}

/// The private key of a log. It is wiped from memory when dropped, and never printed.
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

impl Signer {
    /// Returns the signer of the Ed25519 private key `seed` (RFC 8032 §5.1.5) under `name`.
    ///
    /// The caller wipes its own copy of the seed.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Signer, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = Verifier::new(name, Algorithm::Ed25519, key.verifying_key().as_bytes())?;
        Ok(Signer { key, verifier })
    }

    /// Returns the public half, to be published.
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    /// Returns the key's name.
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// Returns the bytes of a signature line: key id and signature.
    pub(super) fn sign(&self, text: &str) -> Vec<u8> {
        let signature = self.key.sign(text.as_bytes());
        [&self.verifier.id.to_be_bytes(), signature.to_bytes().as_slice()].concat()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::new("log.example/fund", &[42; 32]).unwrap()
    }

    #[test]
    fn no_changed_byte_and_no_part_of_a_vkey_is_a_key() {
        let key = SigningKey::from_bytes(&[9; 32]).verifying_key();
        for algorithm in [Algorithm::Ed25519, Algorithm::CosignatureV1] {
            let verifier = Verifier::new("w.example/日", algorithm, key.as_bytes()).unwrap();
            let vkey = verifier.to_string();
            assert_eq!(vkey.parse(), Ok(verifier));
            for place in 0..vkey.len() {
                for byte in (0..=255).filter(|byte| *byte != vkey.as_bytes()[place]) {
                    let mut changed = vkey.clone().into_bytes();
                    changed[place] = byte;
                    if let Ok(changed) = String::from_utf8(changed) {
                        assert!(changed.parse::<Verifier>().is_err(), "{changed:?}");
                    }
                }
            }
            for (place, _) in vkey.char_indices() {
                assert!(vkey[..place].parse::<Verifier>().is_err());
                assert!(place == 0 || vkey[place..].parse::<Verifier>().is_err());
            }
            for bad in
                [format!("{vkey}\n"), format!("{vkey}="), format!(" {vkey}"), vkey.to_uppercase()]
            {
                assert!(bad.parse::<Verifier>().is_err(), "{bad:?}");
            }
        }
    }

    #[test]
    fn names_that_would_break_a_note_are_refused() {
        let long = "n".repeat(MAX_NAME_LEN);
        for good in ["a", "log.example/fund", "日行一善", &long] {
            assert!(Signer::new(good, &[1; 32]).is_ok(), "{good:?}");
        }
        let longer = "n".repeat(MAX_NAME_LEN + 1);
        for bad in [
            "",
            " ",
            "a b",
            "a+b",
            "a\nb",
            "a\tb",
            "a\u{3000}b",
            "a\u{a0}",
            "a\u{85}",
            "a\u{1}",
            &longer,
        ] {
            assert!(matches!(Signer::new(bad, &[1; 32]), Err(KeyError::Name(_))), "{bad:?}");
        }
    }

    #[test]
    fn weak_and_doubly_spelled_keys_are_refused() {
        let mut points: Vec<[u8; 32]> = Vec::new();
        // y = 0, 1, and -1, and every y written as y + p, with either sign of x.
        let p_minus = |n: u8| {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (0xed - n, 0x7f);
            bytes
        };
        let small = |n: u8| {
            let mut bytes = [0; 32];
            bytes[0] = n;
            bytes
        };
        points.extend([small(0), small(1), p_minus(1)]);
        points.extend((0..19).map(|n| {
            let mut bytes = p_minus(0);
            bytes[0] += n;
            bytes
        }));
        for mut point in points {
            for sign in [0, 0x80] {
                point[31] |= sign;
                let refused = Verifier::new("k", Algorithm::Ed25519, &point);
                assert_eq!(refused, Err(KeyError::Unsound("k".into())), "{point:02x?}");
            }
        }
    }

    #[test]
    fn other_types_and_foreign_ids_are_named() {
        let key = *signer().verifier().public_key();
        let other = format!("k+00000000+{}", to_base64(&[&[2], &key[..]].concat()));
        assert_eq!(
            other.parse::<Verifier>(),
            Err(KeyError::Algorithm { name: "k".into(), given: 2 })
        );
        let moved = signer().verifier().to_string().replace("log", "gol");
        assert!(matches!(moved.parse::<Verifier>(), Err(KeyError::Id { .. })));
        for bad in ["", "k", "k+", "k+00000000", "k+00000000+", "+00000000+AQ==", "k++"] {
            assert!(bad.parse::<Verifier>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_private_key_is_never_printed() {
        let shown = format!("{:?}", signer());
        assert_eq!(shown, format!("Signer({})", signer().verifier()));
        assert!(!shown.contains("42") && !shown.contains(&to_base64(&[42; 32])));
    }
}
