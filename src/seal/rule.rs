//! The one rule for a single signature: ZIP 215, numbered as in the head of `seal`.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha512};

/// What a signature claims: \[8\]\[`s`\]B = \[8\]`r` + \[8\]\[`k`\]`key`.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    /// A, which its owner decoded by rule 2.
    pub(super) key: &'a VerifyingKey,
    /// R as it came, not decoded yet.
    pub(super) r: CompressedEdwardsY,
    /// S, below L by rule 1.
    pub(super) s: Scalar,
    /// The hash of rule 3.
    pub(super) k: Scalar,
}

impl<'a> Claim<'a> {
    /// Returns what `signature` claims of the text made of `parts`; none if it breaks rule 1.
    pub(super) fn new(
        key: &'a VerifyingKey,
        parts: &[&[u8]],
        signature: &[u8; 64],
    ) -> Option<Claim<'a>> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?; // 1
        let mut hash = Sha512::new().chain_update(r).chain_update(key.as_bytes());
        for part in parts {
            hash.update(part);
        }
        let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into()); // 3
        Some(Claim { key, r: CompressedEdwardsY(*r), s, k })
    }

    /// Returns whether the claim is true, looked at alone.
    pub(super) fn holds(&self) -> bool {
        let minus_a = -self.key.to_edwards();
        let sb_minus_ka =
            EdwardsPoint::vartime_double_scalar_mul_basepoint(&self.k, &minus_a, &self.s);
        // Honest signatures end here: R is spelled as this very point is, so it decodes to it, and
        // what is equal is equal eight times.
        sb_minus_ka.compress() == self.r
            || self
                .r
                .decompress() // 2
                .is_some_and(|r| (sb_minus_ka - r).mul_by_cofactor().is_identity()) // 4
    }
}
