//! Many signatures at once, with the verdict that each would get alone.
//!
//! Signature i claims that E_i = \[S_i\]B - R_i - \[k_i\]A_i vanishes when multiplied by 8. The
//! batch multiplies each E_i by a coefficient z_i of 128 bits and asks once whether
//! \[8\]Σ\[z_i\]E_i = 0: one multiscalar multiplication in place of many. Terms with the same key
//! are one term, for \[z_1 k_1\]A + \[z_2 k_2\]A = \[z_1 k_1 + z_2 k_2\]A, up to torsion, which the
//! 8 clears.
//!
//! # Why the verdict is that of checking one by one
//!
//! If every \[8\]E_i is zero, so is the sum, whatever the coefficients: a batch of good signatures
//! is never refused. If some are not, they are points of the prime order L, since 8 cleared all
//! torsion, and the sum is zero only for one in 2^128 choices of coefficients at most. Without the
//! 8 the parts of order 8 would cancel by chance, and the verdict would depend on the coefficients:
//! this is why the rule has the cofactor.
//!
//! # Why the coefficients may be computed instead of drawn
//!
//! They come from SHA-256 over everything the claims consist of: every key, R, S and k, in order (k
//! is itself a hash over R, key and text). So the same batch gets the same verdict on every run and
//! machine, and nothing here needs randomness. Whoever wants a bad batch to pass must first fix all
//! of it and only then learns its coefficients, each of which any change of any byte redraws; so
//! they cannot be solved for, nor prepared item by item and combined. What is left is to try batch
//! after batch, 2^128 times on average; the best known attack forges a single Ed25519 signature
//! with less.

use super::rule::Claim;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// First bytes of what is hashed for the coefficients.
const COEFFICIENTS_V1: &[u8] = b"yishan/batch/v1\n";

/// Fewer claims than this are checked faster one by one.
const FEWEST: usize = 2;

/// Returns whether every claim is true. Verdict and cost depend on nothing but the claims.
pub(super) fn all_hold(claims: &[Claim<'_>]) -> bool {
    if claims.len() < FEWEST {
        return claims.iter().all(Claim::holds);
    }
    together(claims)
}

/// The one equation.
fn together(claims: &[Claim<'_>]) -> bool {
    let most = claims.len().saturating_add(8);
    let (mut scalars, mut points) = (Vec::with_capacity(most), Vec::with_capacity(most));
    let mut base = Scalar::ZERO;
    let mut keys: BTreeMap<&[u8; 32], (Scalar, EdwardsPoint)> = BTreeMap::new();
    for (claim, z) in claims.iter().zip(coefficients(claims)) {
        let Some(r) = claim.r.decompress() else {
            return false; // 2
        };
        scalars.push(z);
        points.push(r);
        base -= z * claim.s;
        let key = keys
            .entry(claim.key.as_bytes())
            .or_insert_with(|| (Scalar::ZERO, claim.key.to_edwards()));
        key.0 += z * claim.k;
    }
    let merged = [(base, ED25519_BASEPOINT_POINT)].into_iter().chain(keys.into_values());
    for (scalar, point) in merged {
        scalars.push(scalar);
        points.push(point);
    }
    EdwardsPoint::vartime_multiscalar_mul(scalars, points).mul_by_cofactor().is_identity() // 4
}

/// Yields a coefficient below 2^128 for each claim, from a hash over all of them.
fn coefficients(claims: &[Claim<'_>]) -> impl Iterator<Item = Scalar> {
    let mut whole = Sha256::new_with_prefix(COEFFICIENTS_V1);
    for claim in claims {
        whole.update(claim.key.as_bytes());
        whole.update(claim.r.as_bytes());
        whole.update(claim.s.as_bytes());
        whole.update(claim.k.as_bytes());
    }
    let seed: [u8; 32] = whole.finalize().into();
    (0_u64..).flat_map(move |pair| {
        let both = Sha256::new_with_prefix(seed).chain_update(pair.to_le_bytes()).finalize();
        let (low, high) = both.split_at(16);
        [low, high].map(|half| Scalar::from(u128::from_le_bytes(first(half))))
    })
}

/// The first 16 bytes of `bytes`.
fn first(bytes: &[u8]) -> [u8; 16] {
    let mut taken = [0; 16];
    taken.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    taken
}
