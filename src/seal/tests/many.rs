//! Batches: no bad signature hides among good ones, wherever it stands.

use super::*;

const COUNT: usize = 300;

/// What three officers signed, in turn.
struct Evening {
    officers: [OfficerKey; 3],
    publics: [OfficerPublic; 3],
    digests: Vec<[u8; 32]>,
    signatures: Vec<[u8; 64]>,
}

impl Evening {
    fn new(count: usize) -> Self {
        let officers =
            [3_u8, 4, 5].map(|n| OfficerKey::generate("chen", &mut |seed| seed.fill(n)).unwrap());
        let vouchers: Vec<String> = (0..count).map(|n| format!("voucher {n}")).collect();
        let sign =
            |(n, text): (usize, &String)| sign_voucher(&officers[n % 3], ORIGIN, text.as_bytes());
        Self {
            publics: officers.each_ref().map(OfficerPublic::from),
            digests: vouchers.iter().map(|text| voucher_digest(text.as_bytes())).collect(),
            signatures: vouchers.iter().enumerate().map(sign).collect(),
            officers,
        }
    }

    fn items(&self) -> Vec<Sealed<'_>> {
        let both = self.digests.iter().zip(&self.signatures).enumerate();
        both.map(|(n, (digest, signature))| Sealed {
            officer: &self.publics[n % 3],
            digest: *digest,
            signature,
        })
        .collect()
    }
}

fn one_by_one(items: &[Sealed<'_>]) -> bool {
    items.iter().all(|i| check_voucher_digest(i.officer, ORIGIN, &i.digest, i.signature))
}

/// The places where a batch could forget to look.
fn places(count: usize) -> Vec<usize> {
    let all = [0, 1, 2, 3, 63, 64, 127, 128, count / 2, 255, 256, count - 2, count - 1];
    all.into_iter().filter(|place| *place < count).collect()
}

#[test]
fn a_whole_evening_of_good_signatures_is_accepted_in_any_order_and_on_every_run() {
    let evening = Evening::new(COUNT);
    let mut items = evening.items();
    assert!(check_vouchers(ORIGIN, &items) && check_vouchers(ORIGIN, &items));
    assert!(!check_vouchers("yishan.example/other", &items));
    items.reverse();
    assert!(check_vouchers(ORIGIN, &items));
    items.sort_unstable_by_key(|item| item.digest);
    assert!(check_vouchers(ORIGIN, &items));
    let twice = [items.clone(), items].concat();
    assert!(check_vouchers(ORIGIN, &twice), "one that stands there twice is as good as once");
    assert!(check_vouchers(ORIGIN, &[]), "of no signatures none is bad");
}

#[test]
fn one_bad_signature_among_three_hundred_is_found_wherever_it_stands() {
    let evening = Evening::new(COUNT);
    for place in places(COUNT) {
        let good = evening.signatures[place];
        let flipped = |bit: usize| {
            let mut damaged = good;
            damaged[bit / 8] ^= 1 << (bit % 8);
            damaged
        };
        let other = (place + 1) % COUNT;
        let moved = sign_voucher(&evening.officers[place % 3], "yishan.example/other", b"voucher");
        // A bit of R, the sign of R, a bit of S, a bit that lifts S above L; somebody else's; one
        // of another log; nothing at all.
        for bad in [
            flipped(0),
            flipped(255),
            flipped(256),
            flipped(511),
            evening.signatures[other],
            moved,
            [0; 64],
        ] {
            let mut items = evening.items();
            items[place].signature = &bad;
            for _ in 0..2 {
                assert!(!check_vouchers(ORIGIN, &items), "{} in place {place}", hex(&bad));
                items.reverse();
            }
        }
        let mut items = evening.items();
        items[place].digest[31] ^= 1;
        assert!(!check_vouchers(ORIGIN, &items), "another voucher in place {place}");
        let mut items = evening.items();
        items[place].officer = &evening.publics[other % 3];
        assert!(!check_vouchers(ORIGIN, &items), "another officer in place {place}");
    }
}

#[test]
fn batches_of_every_small_size_refuse_one_bad_signature_in_every_place() {
    for count in 0..=20 {
        let evening = Evening::new(count);
        assert!(check_vouchers(ORIGIN, &evening.items()), "{count} good ones");
        for place in 0..count {
            let mut bad = evening.signatures[place];
            bad[40] ^= 1;
            let mut items = evening.items();
            items[place].signature = &bad;
            assert!(!check_vouchers(ORIGIN, &items), "place {place} of {count}");
        }
    }
}

/// Adds `more` to the number S of a signature.
fn raise_s(signature: &[u8; 64], more: Scalar) -> [u8; 64] {
    let (r, s) = signature.split_at(32);
    let s = Scalar::from_canonical_bytes(s.try_into().unwrap()).unwrap() + more;
    [r, s.as_bytes()].concat().try_into().unwrap()
}

#[test]
fn two_bad_signatures_whose_faults_cancel_are_both_refused() {
    let evening = Evening::new(COUNT);
    for (one, other) in [(0, 1), (0, 299), (7, 130), (130, 133), (298, 299)] {
        let more = Scalar::from(5_u64);
        let raised = raise_s(&evening.signatures[one], more);
        let lowered = raise_s(&evening.signatures[other], -more);
        assert_eq!(raise_s(&raised, -more), evening.signatures[one]);
        let mut items = evening.items();
        (items[one].signature, items[other].signature) = (&raised, &lowered);
        assert!(!check_vouchers(ORIGIN, &items), "faults in {one} and {other}");
        items.swap(one, other);
        assert!(!check_vouchers(ORIGIN, &items), "faults in {other} and {one}");
    }
}

#[test]
fn a_pure_torsion_defect_gets_one_verdict_everywhere_and_hides_no_other_defect() {
    let evening = Evening::new(COUNT);
    let text = text_of(ORIGIN, VOUCHER);
    for torsion in EIGHT_TORSION {
        let (a, signature) = torsioned(&text, EIGHT_TORSION[0], torsion);
        let officer = OfficerPublic::parse(a).unwrap();
        let digest = voucher_digest(VOUCHER);
        let mut damaged = signature;
        damaged[32] ^= 1;
        for place in places(COUNT) {
            let mut items = evening.items();
            items[place] = Sealed { officer: &officer, digest, signature: &signature };
            // Drawn coefficients without the cofactor would let 1 in 8 of these pass by chance.
            for _ in 0..3 {
                assert!(one_by_one(&items[place..=place]));
                assert!(check_vouchers(ORIGIN, &items), "torsion in place {place}");
                items.rotate_left(1);
                items.rotate_right(1);
            }
            items[place].signature = &damaged;
            assert!(!check_vouchers(ORIGIN, &items), "damage in place {place}");
        }
    }
}

#[test]
fn random_mixtures_get_the_verdict_of_one_by_one() {
    use proptest::prelude::*;
    let evening = Evening::new(60);
    let defects = prop::collection::vec((0..60_usize, 0..512_usize), 0..3);
    let rotation = 0..60_usize;
    let size = 1..=60_usize;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let accepted = std::cell::Cell::new(0);
    runner
        .run(&(defects, rotation, size), |(defects, rotation, size)| {
            let mut signatures = evening.signatures.clone();
            for (place, bit) in defects {
                signatures[place][bit / 8] ^= 1 << (bit % 8);
            }
            let mut items = evening.items();
            items.iter_mut().zip(&signatures).for_each(|(item, sig)| item.signature = sig);
            items.rotate_left(rotation);
            items.truncate(size);
            let verdict = check_vouchers(ORIGIN, &items);
            prop_assert_eq!(verdict, one_by_one(&items));
            prop_assert_eq!(verdict, check_vouchers(ORIGIN, &items));
            accepted.set(accepted.get() + usize::from(verdict));
            Ok(())
        })
        .unwrap();
    assert!(accepted.get() > 20, "only {} of the mixtures were good", accepted.get());
}
