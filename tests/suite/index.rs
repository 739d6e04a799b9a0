//! The index may be deleted, damaged or someone else's: it answers rightly or not at all.

use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use yishan::storage::index::{Batch, Error, Index, PLACE_EVERY, Place, Ref, TILE};
use yishan::storage::journal::Position;

const FUND: [u8; 32] = [7; 32];

type Model = BTreeMap<Ref, Place>;

/// A ref that looks as random as a hash, and where it stands.
fn gift(number: u64) -> (Ref, Place) {
    let mixed = u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let place = Place { entry: number / 200, line: u16::try_from(number % 200).unwrap() };
    (mixed.to_be_bytes(), place)
}

fn insert(index: &mut Index, model: &mut Model, numbers: std::ops::Range<u64>) {
    for (reference, place) in numbers.map(gift) {
        assert_eq!(index.insert(reference, place).unwrap(), None);
        model.insert(reference, place);
    }
}

fn scan(index: &Index, prefix: Ref, bits: u32) -> Vec<(Ref, Place)> {
    index.refs_with_prefix(prefix, bits).unwrap().map(Result::unwrap).collect()
}

fn assert_same(index: &Index, model: &Model) {
    let expected: Vec<_> = model.iter().map(|(one, place)| (*one, *place)).collect();
    assert_eq!(scan(index, [0; 16], 0), expected);
    let refs: Vec<Ref> = model.keys().rev().copied().collect();
    let places: Vec<_> = model.values().rev().map(|place| Some(*place)).collect();
    assert_eq!(index.find_all(&refs).unwrap(), places);
    for (reference, _) in (1_000_000..1_000_050).map(gift) {
        assert_eq!(index.find(reference).unwrap(), None, "found what was never there");
    }
    assert_eq!(index.find([0; 16]).unwrap(), None);
    assert_eq!(index.find([0xff; 16]).unwrap(), None);
}

fn full_batch(records: u64) -> (Vec<u8>, Vec<u8>, Vec<Position>) {
    let snapshot = format!("state after {records}").repeat(1_000).into_bytes();
    let tile = (0..TILE).map(|at| u8::try_from((at as u64 + records) % 251).unwrap()).collect();
    let place = |n| Position { segment: 0, offset: n * 99, number: n * PLACE_EVERY };
    (snapshot, tile, (0..records.div_ceil(PLACE_EVERY)).map(place).collect())
}

fn commit(index: &mut Index, records: u64) {
    let (snapshot, tile, places) = full_batch(records);
    let tiles = [(0, records, &tile[..])];
    index.commit(&Batch { records, snapshot: &snapshot, tiles: &tiles, places: &places }).unwrap();
}

#[test]
fn what_was_committed_is_there_after_reopening_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    assert_eq!((index.records(), index.snapshot().unwrap()), (0, None));
    // 70 commits merge twice: 64 runs of the first tier become one of the third.
    for round in 0..70 {
        insert(&mut index, &mut model, round * 30..round * 30 + 30);
        commit(&mut index, round * 10 + 300);
    }
    assert_same(&index, &model);
    index.insert([1; 16], Place { entry: 1, line: 1 }).unwrap();
    assert_eq!(index.find([1; 16]).unwrap(), Some(Place { entry: 1, line: 1 }));
    drop(index);
    let index = Index::open(folder.path(), FUND).unwrap();
    assert_eq!(index.find([1; 16]).unwrap(), None, "what was not committed came back");
    assert_same(&index, &model);
    let (snapshot, tile, _) = full_batch(990);
    assert_eq!((index.records(), index.snapshot().unwrap()), (990, Some(snapshot)));
    assert_eq!((index.tile(0, 990).unwrap(), index.tile(1, 990).unwrap()), (Some(tile), None));
    for number in [0, 255, 256, 600, 989, 1_024, 9_999] {
        let n = number.min(989) / PLACE_EVERY;
        let place = Position { segment: 0, offset: n * 99, number: n * PLACE_EVERY };
        assert_eq!(index.place(number).unwrap(), place, "place of record {number}");
    }
    for bits in [1, 3, 4, 8, 11, 16, 128] {
        let (prefix, _) = gift(17);
        let mask = !u128::MAX.checked_shr(bits).unwrap_or(0);
        let same =
            |one: &Ref| (u128::from_be_bytes(*one) ^ u128::from_be_bytes(prefix)) & mask == 0;
        let expected: Vec<_> =
            model.iter().filter(|(one, _)| same(one)).map(|(one, place)| (*one, *place)).collect();
        assert_eq!(scan(&index, prefix, bits), expected, "{bits} bits");
    }
}

#[test]
fn a_rebuilt_index_gives_the_same_answers_however_it_was_batched() {
    let mut model = Model::new();
    let (mut one, mut many) = (Index::temporary(FUND).unwrap(), Index::temporary(FUND).unwrap());
    insert(&mut one, &mut model, 0..5_000);
    commit(&mut one, 25);
    for round in 0..20 {
        insert(&mut many, &mut model, round * 250..round * 250 + 250);
        commit(&mut many, round + 6);
    }
    assert_same(&one, &model);
    assert_same(&many, &model);
    assert_eq!(one.snapshot().unwrap(), many.snapshot().unwrap());
}

#[test]
fn an_index_of_another_fund_or_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut index = Index::open(&path, FUND).unwrap();
    commit(&mut index, 1);
    assert!(matches!(Index::open(&path, FUND), Err(Error::Busy { .. })));
    drop(index);
    assert!(matches!(Index::open(&path, [8; 32]), Err(Error::Foreign { .. })));
    Index::destroy(&path).unwrap();
    Index::destroy(&path).unwrap();
    assert_eq!(Index::open(&path, [8; 32]).unwrap().records(), 0);
}

#[test]
fn what_the_index_has_no_room_for_is_refused() {
    let mut index = Index::temporary(FUND).unwrap();
    let far = Place { entry: 1 << 48, line: 0 };
    assert!(matches!(index.insert([1; 16], far), Err(Error::Limit { .. })));
    let (first, second) = (Place { entry: 1, line: 2 }, Place { entry: 3, line: 4 });
    assert_eq!(index.insert([1; 16], first).unwrap(), None);
    assert_eq!(index.insert([1; 16], second).unwrap(), Some(first));
    assert_eq!(index.find([1; 16]).unwrap(), Some(first));
    commit(&mut index, 9);
    let refused =
        |batch| matches!(index.commit(&batch), Err(Error::Limit { .. } | Error::Back { .. }));
    let odd = [Position { segment: 0, offset: 9, number: 3 }];
    let short = [(0, 0, &[0; 9][..])];
    let batches = [
        Batch { records: 8, ..Batch::default() },
        Batch { records: 9, places: &odd, ..Batch::default() },
        Batch { records: 9, tiles: &short, ..Batch::default() },
    ];
    assert!(batches.into_iter().all({
        let mut refused = refused;
        move |batch| refused(batch)
    }));
}

/// Changes the value of every key in turn, behind the index's back.
fn damage_each(path: &Path, damage: impl Fn(&mut Vec<u8>), check: impl Fn(&[u8], Index)) {
    let keys: Vec<_> = open_sled(path).iter().keys().map(Result::unwrap).collect();
    assert!(keys.len() > 10);
    for key in keys {
        let db = open_sled(path);
        let good = db.get(&key).unwrap().unwrap();
        let mut bad = good.to_vec();
        damage(&mut bad);
        db.insert(&key, bad).unwrap();
        drop(db);
        match Index::open(path, FUND) {
            Ok(index) => check(&key, index),
            Err(Error::Damaged { .. }) => assert_eq!(&key[..1], b"R"),
            Err(other) => panic!("{other:?}"),
        }
        open_sled(path).insert(&key, good).unwrap();
    }
}

fn open_sled(path: &Path) -> sled::Db {
    // Not at once: sled's threads keep its lock for a moment after the last handle is dropped.
    let mut tries = (0..50).map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(2));
        sled::open(path)
    });
    tries.find_map(Result::ok).expect("sled can be opened")
}

#[test]
fn a_damaged_value_is_never_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    insert(&mut index, &mut model, 0..300);
    commit(&mut index, 300);
    drop(index);
    let check = |key: &[u8], index: Index| {
        let damaged = |answer: Result<(), Error>| matches!(answer, Err(Error::Damaged { .. }));
        let found = match key[0] {
            b'r' => [
                index.find(key[9..25].try_into().unwrap()).map(drop),
                index
                    .refs_with_prefix([0; 16], 0)
                    .and_then(|mut scan| scan.try_for_each(|one| one.map(drop))),
            ]
            .into_iter()
            .all(damaged),
            b's' => damaged(index.snapshot().map(drop)),
            b't' => damaged(index.tile(0, 300).map(drop)),
            b'p' => damaged(index.place(u64::from(key[8]) * PLACE_EVERY).map(drop)),
            other => panic!("a key of kind {other}"),
        };
        assert!(found, "damage under {key:?} was not seen");
    };
    damage_each(folder.path(), |value| *value.last_mut().unwrap() ^= 1, check);
    damage_each(folder.path(), |value| value.truncate(5), check);
}

#[test]
fn a_missing_chunk_and_litter_of_a_crash_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    insert(&mut index, &mut model, 0..1_000);
    commit(&mut index, 300);
    drop(index);
    // What a crash before the new root leaves: a run and a snapshot nobody leads to.
    let db = open_sled(folder.path());
    let (litter, old) =
        ([&b"r\0\0\0\0\0\0\0\x01"[..], &[0; 16]].concat(), b"s\0\0\0\0\0\0\0\x02\0\0\0\0");
    db.insert(&litter, b"rubbish").unwrap();
    db.insert(old, b"rubbish").unwrap();
    drop(db);
    let index = Index::open(folder.path(), FUND).unwrap();
    assert_same(&index, &model);
    drop(index);
    let db = open_sled(folder.path());
    assert!(!db.contains_key(&litter).unwrap() && !db.contains_key(old).unwrap());
    let chunk = db.scan_prefix(b"r").keys().nth(3).unwrap().unwrap();
    db.remove(chunk).unwrap();
    drop(db);
    let index = Index::open(folder.path(), FUND).unwrap();
    let all: Result<Vec<_>, _> = index.refs_with_prefix([0; 16], 0).unwrap().collect();
    assert!(matches!(all, Err(Error::Damaged { .. })), "a missing chunk was not missed");
}

#[test]
fn a_sled_that_cannot_be_read_does_not_end_the_process() {
    for damage in ["conf", "db"] {
        let folder = tempfile::tempdir().unwrap();
        let mut index = Index::open(folder.path(), FUND).unwrap();
        insert(&mut index, &mut Model::new(), 0..1_000);
        commit(&mut index, 300);
        drop(index);
        let file = folder.path().join(damage);
        let len = std::fs::metadata(&file).unwrap().len();
        std::fs::write(&file, vec![0x5a; usize::try_from(len).unwrap()]).unwrap();
        // sled may take a log of rubbish for an empty one; it must not take it for records.
        if let Ok(index) = Index::open(folder.path(), FUND) {
            assert_eq!(index.records(), 0, "{damage}");
        }
        Index::destroy(folder.path()).unwrap();
        assert_eq!(Index::open(folder.path(), FUND).unwrap().records(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn runs_merge_like_one_map(steps in prop::collection::vec((1..300_u64, any::<bool>()), 1..30)) {
        let mut index = Index::temporary(FUND).unwrap();
        let (mut model, mut next, mut records) = (Model::new(), 0, 0);
        for (count, committed) in steps {
            insert(&mut index, &mut model, next..next + count);
            next += count;
            if committed {
                records += 1;
                index.commit(&Batch { records, ..Batch::default() }).unwrap();
            }
        }
        assert_same(&index, &model);
    }
}
