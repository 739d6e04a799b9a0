//! The short texts that are signed or hashed, each written in this one place.
//!
//! ```text
//! yishan/voucher/v1                              an officer signs this
//! yishan.example/qianan
//! 0f5c…64 digits in all…e1
//!
//! yishan/ref/v1                                  SHA-256 of this, cut to 128 bits
//! yishan.example/qianan
//! wechat
//! 4200002345202611223344556677
//!
//! yishan/certificate/v1                          an officer signs this: a certificate's SHA-256
//! yishan.example/qianan
//! 0f5c…64 digits in all…e1
//! ```
//!
//! Every line ends with a newline. The version line keeps one kind of text from being taken for
//! another, the origin keeps a voucher in its own fund. Checkpoints are C2SP's and live in `tlog`.
//!
//! # The one rule for voucher signatures: ZIP 215
//!
//! RFC 8032 leaves open whether a verifier multiplies by the cofactor, and libraries differ, so a
//! crafted signature can hold in one and fail in the next. A ledger whose `verify` disagrees with
//! itself is no ledger. A batch of signatures can only be checked soundly with the cofactor, and
//! the page's library (noble) uses ZIP 215 unless told otherwise; so ZIP 215 it is, everywhere:
//!
//! 1. `S` is below the group order L, or the signature is refused.
//! 2. `A` and `R` decode as ZIP 215 says: a y of p or more, or a negative zero x, is accepted.
//! 3. k = SHA-512(R ‖ A ‖ text) mod L, over the bytes as they came, not re-encoded.
//! 4. The signature holds if \[8\]\[S\]B = \[8\]R + \[8\]\[k\]A.
//!
//! This gives a forger nothing: the keys themselves are stricter. [`OfficerPublic::parse`] refuses
//! small-order, torsioned and oddly spelled keys, so only the officer can make even the odd
//! signatures that rule 4 lets through, and a voucher counts once however often it is signed.
//!
//! [`check_voucher`] applies the rule to one signature, [`check_vouchers`] to many at once; the
//! verdict is the same.

mod batch;
mod rule;

use crate::keys::OfficerKey;
use ed25519_dalek::VerifyingKey;
use rule::Claim;
use sha2::{Digest, Sha256};
use std::fmt;

const VOUCHER_V1: &str = "yishan/voucher/v1\n";
const CERTIFICATE_V1: &str = "yishan/certificate/v1\n";
const REF_V1: &str = "yishan/ref/v1";

/// Length of the longest origin, channel or key in a reference, in bytes each.
pub const PART_MAX: usize = 512;

/// The text an officer signs: version, origin and lower-hex SHA-256 of the voucher's or the
/// certificate's bytes, each ended by a newline. In parts, so that hashing it needs no memory.
struct VoucherText<'a> {
    version: &'static str,
    origin: &'a str,
    digest: [u8; 64],
}

impl<'a> VoucherText<'a> {
    fn new(origin: &'a str, digest: &[u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
        let mut hex = [0; 64];
        for (to, byte) in hex.chunks_exact_mut(2).zip(digest) {
            to.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        Self { version: VOUCHER_V1, origin, digest: hex }
    }

    fn parts(&self) -> [&[u8]; 5] {
        [self.version.as_bytes(), self.origin.as_bytes(), b"\n", &self.digest, b"\n"]
    }
}

/// Returns what stands for a voucher in the text that is signed: the SHA-256 of its bytes.
pub fn voucher_digest(voucher: &[u8]) -> [u8; 32] {
    Sha256::digest(voucher).into()
}

/// Signs the bytes of a voucher for the log called `origin`. The inverse is [`check_voucher`].
pub fn sign_voucher(officer: &OfficerKey, origin: &str, voucher: &[u8]) -> [u8; 64] {
    sign_voucher_digest(officer, origin, &voucher_digest(voucher))
}

/// Does what [`sign_voucher`] does, for who has the voucher's digest already.
pub fn sign_voucher_digest(officer: &OfficerKey, origin: &str, digest: &[u8; 32]) -> [u8; 64] {
    officer.sign(&VoucherText::new(origin, digest).parts().concat())
}

/// Returns whether the officer signed exactly these bytes for exactly this origin (ZIP 215).
pub fn check_voucher(
    officer: &OfficerPublic,
    origin: &str,
    voucher: &[u8],
    signature: &[u8; 64],
) -> bool {
    check_voucher_digest(officer, origin, &voucher_digest(voucher), signature)
}

/// Does what [`check_voucher`] does, for who has the voucher's digest already.
pub fn check_voucher_digest(
    officer: &OfficerPublic,
    origin: &str,
    digest: &[u8; 32],
    signature: &[u8; 64],
) -> bool {
    Claim::new(&officer.0, &VoucherText::new(origin, digest).parts(), signature)
        .is_some_and(|claim| claim.holds())
}

/// Signs the SHA-256 of a certificate for the log called `origin`: not a voucher, so it records
/// nothing. The inverse is [`check_certificate`].
pub fn sign_certificate(officer: &OfficerKey, origin: &str, digest: &[u8; 32]) -> [u8; 64] {
    let text = VoucherText { version: CERTIFICATE_V1, ..VoucherText::new(origin, digest) };
    officer.sign(&text.parts().concat())
}

/// Returns whether the officer signed this certificate for exactly this origin (ZIP 215).
pub fn check_certificate(
    officer: &OfficerPublic,
    origin: &str,
    digest: &[u8; 32],
    signature: &[u8; 64],
) -> bool {
    let text = VoucherText { version: CERTIFICATE_V1, ..VoucherText::new(origin, digest) };
    Claim::new(&officer.0, &text.parts(), signature).is_some_and(|claim| claim.holds())
}

/// One voucher and what is said to be its signature, for checking many at once.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Who is said to have signed.
    pub officer: &'a OfficerPublic,
    /// What [`voucher_digest`] returns for the voucher.
    pub digest: [u8; 32],
    /// The signature as it came.
    pub signature: &'a [u8; 64],
}

/// Returns whether every one of `items` is signed for the log called `origin`: exactly if
/// [`check_voucher_digest`] accepts each of them. After a false the caller checks one by one.
///
/// From some 200 items on each costs about a quarter of a single check, less if few officers signed
/// them. Memory is about 500 bytes an item. How, and why the verdict cannot differ, says
/// `seal::batch`.
pub fn check_vouchers(origin: &str, items: &[Sealed<'_>]) -> bool {
    let claims: Option<Vec<Claim<'_>>> = items
        .iter()
        .map(|item| {
            let text = VoucherText::new(origin, &item.digest);
            Claim::new(&item.officer.0, &text.parts(), item.signature)
        })
        .collect();
    claims.is_some_and(|claims| batch::all_hold(&claims))
}

/// Returns the reference of a gift: the first 128 bits of SHA-256 over version, origin, channel
/// and the channel's natural key, each on a line. Who knows the key finds the gift; nobody else
/// learns the key from it, as long as keys cannot be guessed.
pub fn reference(origin: &str, channel: &str, key: &str) -> Result<[u8; 16], RefError> {
    Referrer::new(origin, channel)?.of(key)
}

/// Makes the references of many keys of one channel: what they begin with is hashed once.
#[derive(Clone, Debug)]
pub struct Referrer(Sha256);

impl Referrer {
    /// Begins the text of every reference of `channel` in the log called `origin`.
    pub fn new(origin: &str, channel: &str) -> Result<Referrer, RefError> {
        part("origin", origin)?;
        part("channel", channel)?;
        Ok(Referrer(Sha256::new_with_prefix(format!("{REF_V1}\n{origin}\n{channel}\n"))))
    }

    /// The reference of `key`, as [`reference()`] gives it.
    pub fn of(&self, key: &str) -> Result<[u8; 16], RefError> {
        part("key", key)?;
        let hash = self.0.clone().chain_update(key).chain_update("\n");
        let mut first = [0; 16];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        Ok(first)
    }
}

/// Refuses a part that is too short, too long, or holds what separates the parts.
fn part(part: &'static str, text: &str) -> Result<(), RefError> {
    if text.is_empty() || text.len() > PART_MAX {
        return Err(RefError::Length { part, len: text.len(), max: PART_MAX });
    }
    // With a newline inside, two different keys could hash the same text.
    match text.bytes().position(|b| b == b'\n') {
        Some(at) => Err(RefError::Newline { part, at }),
        None => Ok(()),
    }
}

/// Why no reference can be made of these parts.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RefError {
    /// A part holds a newline, which separates the parts.
    #[error("the {part} of a reference has a newline at byte {at}")]
    Newline {
        /// Which of origin, channel and key.
        part: &'static str,
        /// Byte offset of the first newline.
        at: usize,
    },
    /// A part is empty or longer than any real one.
    #[error("the {part} of a reference has {len} bytes, 1 to {max} are possible")]
    Length {
        /// Which of origin, channel and key.
        part: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The stated maximum, in bytes.
        max: usize,
    },
}

/// An officer's public key, checked and decompressed once: both cost about as much as checking a
/// signature, so the parsed form is kept.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct OfficerPublic(VerifyingKey);

impl OfficerPublic {
    /// Parses a key that may be appointed: canonical, torsion-free and not of small order.
    pub fn parse(bytes: [u8; 32]) -> Result<Self, WeakKey> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| WeakKey::NotAPoint(hex(&bytes)))?;
        let point = key.to_edwards();
        let canonical = point.compress().to_bytes();
        if canonical != bytes {
            return Err(WeakKey::Spelling { found: hex(&bytes), canonical: hex(&canonical) });
        }
        if point.is_small_order() {
            return Err(WeakKey::SmallOrder(hex(&bytes)));
        }
        if !point.is_torsion_free() {
            return Err(WeakKey::Torsion(hex(&bytes)));
        }
        Ok(Self(key))
    }

    /// Returns the 32 bytes that [`OfficerPublic::parse`] accepted.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }
}

/// A key made from a seed is a multiple of the base point: canonical and torsion-free by birth.
impl From<&OfficerKey> for OfficerPublic {
    fn from(officer: &OfficerKey) -> Self {
        Self(officer.verifying_key())
    }
}

impl fmt::Debug for OfficerPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficerPublic({})", Hex(self.0.as_bytes()))
    }
}

/// Why a public key cannot be appointed. The values are the keys in lower hex.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeakKey {
    /// The bytes are not the y of any point of edwards25519.
    #[error("public key {0} is not a point of the curve")]
    NotAPoint(String),
    /// The bytes are a second spelling of a point; one key must not look like two.
    #[error("public key {found} is another spelling of {canonical}")]
    Spelling {
        /// The bytes given.
        found: String,
        /// The canonical bytes of the same point.
        canonical: String,
    },
    /// The point is one of the eight for which anybody can sign.
    #[error("public key {0} has small order, anybody could sign for it")]
    SmallOrder(String),
    /// The point has a part of small order, which no honestly made key has.
    #[error("public key {0} has a part of small order")]
    Torsion(String),
}

/// Bytes as lower hex.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn hex(bytes: &[u8]) -> String {
    Hex(bytes).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
