//! A large group of vouchers is answered as they would be one by one: what is looked at together
//! to be quick changes no entry, no refusal and no look-up.

use crate::fund::{Officers, gift, stamp};
use std::path::Path;
use yishan::domain::books::Books;
use yishan::domain::entry::Voucher;
use yishan::domain::refusal::Refusal;
use yishan::domain::text::{Id, Origin, Place, Ref};
use yishan::ledger::{Ledger, Made, Mode, Signed};

/// The evening on which everything is recorded.
const AT: &str = "01T20:00:00";
/// Gifts of one voucher; [`VOUCHERS`] have more lines than are looked at one by one.
const GIFTS: u128 = 200;
const VOUCHERS: u128 = 30;

fn reference(number: u128) -> Ref {
    Ref((number << 64 | 0x5eed).to_be_bytes())
}

/// The numbers of the gifts of voucher `number`.
fn numbers(number: u128) -> Vec<u128> {
    // Spread over all first bytes, as hashes are.
    let mixed = |n: u128| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) & u128::from(u64::MAX);
    (number * GIFTS..(number + 1) * GIFTS).map(mixed).collect()
}

fn sign(officers: &Officers, number: u128, gifts: &[u128]) -> Signed {
    let lines: Vec<String> = gifts.iter().map(|n| gift(100, *n)).collect();
    officers.sign("chen", AT, number + 10, &lines)
}

fn all_of(gifts: &[Vec<u128>]) -> Vec<Ref> {
    gifts.iter().flatten().map(|n| reference(*n)).collect()
}

/// A fund with one voucher of gifts in it already, in a new folder.
fn begun(officers: &Officers, folder: &Path) -> Ledger {
    std::fs::create_dir(folder).unwrap();
    let found = officers.sign("li", AT, 0, &[officers.found()]);
    let mut ledger = Ledger::found(folder, &found, stamp(AT)).unwrap().unwrap();
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    let open = officers.sign("li", AT, 1, &[open.into()]);
    let first = sign(officers, 0, &numbers(0));
    assert!(ledger.append(&[open, first], stamp(AT)).unwrap().iter().all(Result::is_ok));
    ledger
}

fn entries(ledger: &Ledger) -> Vec<Vec<u8>> {
    (0..ledger.size()).map(|number| ledger.entry(number).unwrap().unwrap()).collect()
}

/// Records the same gifts together, one voucher at a time, and as vouchers made here; everything
/// that can be asked is answered alike, also after the ledger was opened again. Says what became
/// of each voucher.
fn recorded_alike(gifts: &[Vec<u128>]) -> Vec<Result<u64, Refusal>> {
    let (home, officers) = (tempfile::tempdir().unwrap(), Officers::new());
    let vouchers: Vec<Signed> =
        (1..).zip(gifts).map(|(number, gifts)| sign(&officers, number, gifts)).collect();
    let (one, many, made) =
        (home.path().join("one"), home.path().join("many"), home.path().join("made"));
    let mut ledger = begun(&officers, &one);
    let alone = |signed| ledger.append(std::slice::from_ref(signed), stamp(AT)).unwrap().remove(0);
    let expected: Vec<_> = vouchers.iter().map(alone).collect();
    let mut together = begun(&officers, &many);
    assert_eq!(together.append(&vouchers, stamp(AT)).unwrap(), expected);
    let mut here = begun(&officers, &made);
    let origin = Origin::parse(crate::fund::ORIGIN.as_bytes()).unwrap();
    let read = |signed: &Signed| Voucher::decode(&signed.voucher).unwrap();
    let again = vouchers.iter().map(|v| Made::new(&officers.chen, &origin, read(v))).collect();
    assert_eq!(here.append_made(again, stamp(AT)).unwrap(), expected);
    let refs = all_of(gifts);
    let alike = |ledger: &Ledger, other: &Ledger| {
        assert!(entries(ledger) == entries(other));
        assert_eq!(ledger.find_all(&refs).unwrap(), other.find_all(&refs).unwrap());
        for (reference, found) in refs.iter().zip(ledger.find_all(&refs).unwrap()) {
            assert_eq!(other.find(*reference).unwrap(), found);
        }
    };
    alike(&ledger, &together);
    alike(&ledger, &here);
    together.commit_index().unwrap();
    alike(&ledger, &together);
    drop((ledger, together, here));
    let open = |folder: &Path| Ledger::open(folder, Mode::Read).unwrap();
    alike(&open(&one), &open(&many));
    alike(&open(&one), &open(&made));
    expected
}

#[test]
fn a_large_group_of_new_gifts_is_entered_as_one_by_one() {
    let gifts: Vec<_> = (1..=VOUCHERS).map(numbers).collect();
    let results = recorded_alike(&gifts);
    assert!(results.iter().all(Result::is_ok));
}

#[test]
fn a_gift_booked_before_is_refused_in_a_large_group_and_the_others_are_entered() {
    let mut gifts: Vec<_> = (1..=VOUCHERS).map(numbers).collect();
    // One that the ledger has, one that a voucher before has, and one twice in the same voucher.
    gifts[3][7] = numbers(0)[5];
    gifts[8][150] = gifts[2][33];
    gifts[20][199] = gifts[20][0];
    let results = recorded_alike(&gifts);
    let used = |at: usize| match &results[at] {
        Err(Refusal::RefUsed { place, .. }) => Some(*place),
        _ => None,
    };
    let place = |entry, line| Some(Place { entry, line });
    assert_eq!(used(3), place(2, 5));
    assert_eq!(used(8), place(5, 33));
    assert_eq!(used(20).map(|place| place.line), Some(0));
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 3);
}

#[test]
fn a_voucher_refused_for_another_reason_leaves_its_gifts_free_for_the_next() {
    let (home, officers) = (tempfile::tempdir().unwrap(), Officers::new());
    let mut ledger = begun(&officers, &home.path().join("fund"));
    let mut vouchers: Vec<_> = (1..=VOUCHERS).map(|n| sign(&officers, n, &numbers(n))).collect();
    // The cashier may not record gifts.
    let lines: Vec<String> = numbers(99).iter().map(|n| gift(100, *n)).collect();
    vouchers.insert(4, officers.sign("zhao", AT, 500, &lines));
    let results = ledger.append(&vouchers, stamp(AT)).unwrap();
    assert!(matches!(&results[4], Err(Refusal::NoRole { .. })), "{:?}", results[4]);
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 30);
    let refs = all_of(&[numbers(99)]);
    assert!(ledger.find_all(&refs).unwrap().iter().all(Option::is_none));
    let again = sign(&officers, 501, &numbers(99));
    let results = ledger.append(std::slice::from_ref(&again), stamp(AT)).unwrap();
    assert_eq!(results, [Ok(33)]);
    let first = Some(Place { entry: 33, line: 0 });
    assert_eq!(ledger.find_all(&refs).unwrap()[0], first);
}

#[test]
fn a_large_preview_refuses_what_recording_would_refuse_first() {
    let (home, officers) = (tempfile::tempdir().unwrap(), Officers::new());
    let ledger = begun(&officers, &home.path().join("fund"));
    let mut gifts: Vec<_> = (1..=VOUCHERS).map(numbers).collect();
    let read = |gifts: &[Vec<u128>]| -> Vec<Voucher> {
        let signed = (1..).zip(gifts).map(|(n, gifts)| sign(&officers, n, gifts));
        signed.map(|signed| Voucher::decode(&signed.voucher).unwrap()).collect()
    };
    let held = |books: &Books| books.sums.now.held.total().get();
    let after = ledger.preview(&read(&gifts), stamp(AT)).unwrap();
    assert_eq!(held(&after), held(ledger.books()) + 6_000 * 100);
    gifts[8][150] = gifts[2][33];
    gifts[12][1] = numbers(0)[5];
    let refused = ledger.preview(&read(&gifts), stamp(AT));
    let place = Place { entry: 5, line: 33 };
    assert!(matches!(&refused, Err(Refusal::RefUsed { place: at, .. }) if *at == place));
    // What another rule refuses later is not told instead.
    let mut vouchers = read(&gifts);
    vouchers[20].by = Id::parse(officers.zhao.id().as_bytes()).unwrap();
    assert_eq!(ledger.preview(&vouchers, stamp(AT)).err(), refused.err());
    assert_eq!(ledger.size(), 3);
}
