//! The texts byte by byte, and the signature rule against other people's edge cases.

use super::*;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use ed25519_dalek::{Signature, Signer, SigningKey};
use sha2::Sha512;
use std::path::Path;

mod many;

const ORIGIN: &str = "yishan.example/qianan";
const VOUCHER: &[u8] = br#"{"by":"chen"}"#;

fn officer() -> OfficerKey {
    OfficerKey::generate("chen", &mut |seed| seed.fill(7)).unwrap()
}

fn text_of(origin: &str, voucher: &[u8]) -> Vec<u8> {
    VoucherText::new(origin, &voucher_digest(voucher)).parts().concat()
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    assert_eq!(hex.len(), 2 * N);
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}

/// The verdict on one signature, which must be the same alone and anywhere in a batch, on any run.
fn accepts(key: &VerifyingKey, text: &[u8], signature: &[u8; 64]) -> bool {
    let Some(claim) = Claim::new(key, &[text], signature) else {
        return false;
    };
    let signer = SigningKey::from_bytes(&[9; 32]);
    let (public, others) = (signer.verifying_key(), [1_u8, 2, 3, 4, 5]);
    let honest = others.map(|n| (n, signer.sign(&[n]).to_bytes()));
    let honest = honest.each_ref().map(|(n, sig)| Claim::new(&public, &[&[*n]], sig).unwrap());
    for place in 0..=honest.len() {
        let mut claims = honest.to_vec();
        claims.insert(place, claim);
        assert_eq!(batch::all_hold(&claims), claim.holds(), "in place {place}");
        assert_eq!(batch::all_hold(&claims), claim.holds(), "in place {place}, once more");
    }
    assert_eq!(batch::all_hold(&[claim]), claim.holds());
    assert_eq!(batch::all_hold(&[claim; 5]), claim.holds());
    claim.holds()
}

/// A key and a signature that hold only with the cofactor: torsion points are mixed in.
///
/// `a_torsion` and `r_torsion` are added to the key and to R; the rest is an honest signature.
fn torsioned(
    text: &[u8],
    a_torsion: EdwardsPoint,
    r_torsion: EdwardsPoint,
) -> ([u8; 32], [u8; 64]) {
    let (secret, nonce) = (Scalar::from(123_456_789_u64), Scalar::from(987_654_321_u64));
    let a = (ED25519_BASEPOINT_POINT * secret + a_torsion).compress().to_bytes();
    let r = (ED25519_BASEPOINT_POINT * nonce + r_torsion).compress().to_bytes();
    let hash = Sha512::new().chain_update(r).chain_update(a).chain_update(text).finalize();
    let s = nonce + Scalar::from_bytes_mod_order_wide(&hash.into()) * secret;
    (a, [r, s.to_bytes()].concat().try_into().unwrap())
}

#[test]
fn the_signed_text_is_three_lines_and_nothing_else() {
    // SHA-256 of nothing: FIPS 180-4 example.
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(
        text_of("a.example/b", b""),
        format!("yishan/voucher/v1\na.example/b\n{empty}\n").into_bytes()
    );
}

#[test]
fn a_signed_voucher_holds_for_its_bytes_its_fund_and_its_officer_only() {
    let signature = sign_voucher(&officer(), ORIGIN, VOUCHER);
    let public = OfficerPublic::from(&officer());
    assert_eq!(OfficerPublic::parse(officer().public()).unwrap(), public);
    assert!(check_voucher(&public, ORIGIN, VOUCHER, &signature));
    let digest = voucher_digest(VOUCHER);
    assert!(check_voucher_digest(&public, ORIGIN, &digest, &signature));
    assert!(!check_voucher_digest(&public, ORIGIN, &voucher_digest(b"{}"), &signature));
    assert!(public.0.verify_strict(&text_of(ORIGIN, VOUCHER), &Signature::from(signature)).is_ok());
    assert!(!check_voucher(&public, "yishan.example/other", VOUCHER, &signature));
    assert!(!check_voucher(&public, ORIGIN, b"{\"by\":\"chen\"} ", &signature));
    let other = OfficerKey::generate("chen", &mut |seed| seed.fill(8)).unwrap();
    assert!(!check_voucher(&OfficerPublic::from(&other), ORIGIN, VOUCHER, &signature));
}

#[test]
fn a_signature_with_any_bit_changed_is_refused() {
    let signature = sign_voucher(&officer(), ORIGIN, VOUCHER);
    let public = OfficerPublic::from(&officer());
    for bit in 0..512 {
        let mut damaged = signature;
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(!check_voucher(&public, ORIGIN, VOUCHER, &damaged), "bit {bit}");
    }
}

#[test]
fn a_signature_whose_s_was_raised_by_the_group_order_is_refused() {
    // L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032 5.1), little-endian.
    let order: [u8; 32] = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let public = OfficerPublic::from(&officer());
    let mut raised = sign_voucher(&officer(), ORIGIN, VOUCHER);
    let mut carry = 0_u16;
    for (byte, add) in raised[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert!(!check_voucher(&public, ORIGIN, VOUCHER, &raised));
}

#[test]
fn torsion_in_r_is_accepted_as_a_batch_and_the_page_accept_it() {
    let text = text_of(ORIGIN, VOUCHER);
    for torsion in EIGHT_TORSION {
        let (a, signature) = torsioned(&text, EIGHT_TORSION[0], torsion);
        let public = OfficerPublic::parse(a).unwrap();
        assert!(check_voucher(&public, ORIGIN, VOUCHER, &signature));
        assert!(accepts(&public.0, &text, &signature));
        let strict = public.0.verify_strict(&text, &Signature::from_bytes(&signature));
        assert_eq!(strict.is_ok(), torsion.is_identity(), "the strict rule must differ here");
        let mut damaged = signature;
        damaged[40] ^= 1;
        assert!(!check_voucher(&public, ORIGIN, VOUCHER, &damaged));
        assert!(!accepts(&public.0, &text, &damaged));
    }
}

#[test]
fn keys_with_torsion_are_refused_though_the_rule_would_take_their_signatures() {
    for torsion in &EIGHT_TORSION[1..] {
        let (a, signature) = torsioned(b"text", *torsion, EIGHT_TORSION[0]);
        assert!(accepts(&VerifyingKey::from_bytes(&a).unwrap(), b"text", &signature));
        assert_eq!(OfficerPublic::parse(a), Err(WeakKey::Torsion(hex(&a))));
    }
}

#[test]
fn small_order_keys_are_refused_in_every_spelling() {
    for point in EIGHT_TORSION {
        let key = point.compress().to_bytes();
        assert_eq!(OfficerPublic::parse(key), Err(WeakKey::SmallOrder(hex(&key))));
    }
}

#[test]
fn every_second_spelling_of_a_point_is_refused_as_a_key() {
    // y = p + 0 … p + 18 with either sign; and x = 0 with the sign bit, for y = 1 and y = -1.
    let mut spellings = Vec::new();
    for low in 0xed..=0xff_u8 {
        let mut y = [0xff_u8; 32];
        y[0] = low;
        spellings.push(y);
        y[31] = 0x7f;
        spellings.push(y);
    }
    let mut one = [0; 32];
    (one[0], one[31]) = (1, 0x80);
    spellings.push(one);
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    spellings.push(minus_one);
    let mut points = 0;
    for key in spellings {
        match OfficerPublic::parse(key) {
            Err(WeakKey::Spelling { found, canonical }) => {
                points += 1;
                assert_ne!(found, canonical);
            }
            Err(WeakKey::NotAPoint(_)) => {}
            other => panic!("{}: {other:?}", hex(&key)),
        }
    }
    assert!(points >= 6, "only {points} of the spellings decode at all");
    // y = 2 is on no point of the curve.
    let mut two = [0; 32];
    two[0] = 2;
    assert_eq!(OfficerPublic::parse(two), Err(WeakKey::NotAPoint(hex(&two))));
}

/// The twelve cases of "Taming the many EdDSAs" (eprint 2020/1244), with ZIP 215's verdicts.
const SPECCHECK: [(bool, &str); 12] = [
    (true, "small A and R: 8A = 8R = 0 and S = 0"),
    (true, "small A: 8kA = 0, so k does not matter"),
    (true, "small R: 8R = 0"),
    (true, "A and R mixed, holds with and without the cofactor"),
    (true, "A and R mixed, holds with the cofactor"),
    (true, "holds with the cofactor, if 8 is not folded into k mod L"),
    (false, "S is above L"),
    (false, "S is far above L"),
    (false, "R oddly spelled, hashed by the signer as if it were not"),
    (true, "R oddly spelled, hashed as it came"),
    (true, "A oddly spelled, but small: 8kA = 0 whatever k is"),
    (true, "A oddly spelled and small, hashed as it came"),
];

#[derive(serde::Deserialize)]
struct Case {
    message: String,
    pub_key: String,
    signature: String,
}

#[test]
fn the_twelve_published_edge_cases_get_the_verdicts_of_zip_215() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = "vectors/ed25519-speccheck.json";
    let found = crate_dir
        .ancestors()
        .flat_map(|dir| [dir.join("shared").join(name), dir.join("tests").join(name)])
        .find(|path| path.exists());
    let Some(path) = found else {
        eprintln!("skipped: no {name} beside or above this package");
        return;
    };
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(cases.len(), SPECCHECK.len());
    for (case, (verdict, why)) in cases.iter().zip(SPECCHECK) {
        let key = VerifyingKey::from_bytes(&bytes(&case.pub_key)).unwrap();
        let (message, signature) = (bytes::<32>(&case.message), bytes(&case.signature));
        assert_eq!(accepts(&key, &message, &signature), verdict, "{why}");
    }
}

/// The eight points of small order in all their fourteen spellings.
fn small_order_spellings() -> Vec<[u8; 32]> {
    let mut all = EIGHT_TORSION.map(|point| point.compress().to_bytes()).to_vec();
    // y = 1 and y = -1 with a negative zero x; y = p and y = p + 1 with either sign.
    for (first, middle, last) in [
        (0x01, 0x00, 0x80),
        (0xec, 0xff, 0xff),
        (0xed, 0xff, 0x7f),
        (0xed, 0xff, 0xff),
        (0xee, 0xff, 0x7f),
        (0xee, 0xff, 0xff),
    ] {
        let mut y = [middle; 32];
        (y[0], y[31]) = (first, last);
        all.push(y);
    }
    all
}

#[test]
fn every_pair_of_small_points_in_every_spelling_gets_the_verdict_of_zip_215() {
    let spellings = small_order_spellings();
    assert_eq!(spellings.len(), 14);
    for a in &spellings {
        let key = VerifyingKey::from_bytes(a).unwrap();
        for r in &spellings {
            // With S = 0 both sides vanish eightfold; with S = 1 the left side is [8]B.
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(r);
            assert!(accepts(&key, b"Zcash", &signature), "A {} R {}", hex(a), hex(r));
            signature[32] = 1;
            assert!(!accepts(&key, b"Zcash", &signature), "A {} R {}", hex(a), hex(r));
        }
    }
}

#[test]
fn an_r_that_is_no_point_is_refused() {
    // y = 2 is on no point of the curve.
    let (mut two, mut signature) = ([0; 32], [0; 64]);
    (two[0], signature[0]) = (2, 2);
    assert!(VerifyingKey::from_bytes(&two).is_err());
    for a in small_order_spellings() {
        assert!(!accepts(&VerifyingKey::from_bytes(&a).unwrap(), b"text", &signature));
    }
    assert!(!accepts(&OfficerPublic::from(&officer()).0, b"text", &signature));
}

/// The Wycheproof case whose R is y = 1 with the sign bit set.
const NEGATIVE_ZERO: usize = 151;

#[test]
fn signatures_made_to_divide_verifiers_get_their_published_verdict() {
    use wycheproof::{TestResult, eddsa::*};
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut seen = [0; 2];
    for group in &set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for test in &group.tests {
            // One of another length does not even have the type of a signature.
            let Ok(signature) = <[u8; 64]>::try_from(test.sig.as_slice()) else {
                assert_eq!(test.result, TestResult::Invalid, "{}", test.tc_id);
                continue;
            };
            let verdict = accepts(&key, &test.msg, &signature);
            // Their rule is RFC 8032's decoding, which refuses a negative zero in R; ZIP 215's
            // does not. It is the only case on which the two rules differ.
            let expected = test.result == TestResult::Valid || test.tc_id == NEGATIVE_ZERO;
            assert_eq!(verdict, expected, "{}: {}", test.tc_id, test.comment);
            seen[usize::from(verdict)] += 1;
        }
    }
    assert!(seen[0] > 30 && seen[1] > 60, "{seen:?} were refused and accepted");
}

#[test]
fn a_reference_is_the_front_half_of_the_hash_of_four_lines() {
    let text = "yishan/ref/v1\nyishan.example/qianan\nwechat\n42000\n";
    let whole = Sha256::digest(text);
    assert_eq!(reference(ORIGIN, "wechat", "42000").unwrap(), whole[..16]);
    assert_ne!(reference(ORIGIN, "alipay", "42000"), reference(ORIGIN, "wechat", "42000"));
    assert_ne!(
        reference("other.example/a", "wechat", "42000"),
        reference(ORIGIN, "wechat", "42000")
    );
}

#[test]
fn no_part_of_a_reference_can_reach_into_the_next_line() {
    let newline = |part, at| Err(RefError::Newline { part, at });
    assert_eq!(reference("a\nb", "c", "d"), newline("origin", 1));
    assert_eq!(reference("a", "\nc", "d"), newline("channel", 0));
    assert_eq!(reference("a", "c", "dd\n"), newline("key", 2));
    let length = |part, len| Err(RefError::Length { part, len, max: PART_MAX });
    assert_eq!(reference("", "c", "d"), length("origin", 0));
    assert_eq!(reference("a", "", "d"), length("channel", 0));
    assert_eq!(reference("a", "c", &"d".repeat(513)), length("key", 513));
    assert!(reference("a", "c", &"d".repeat(512)).is_ok());
}
