//! The index may be deleted, damaged or someone else's: it answers rightly or not at all.

use crate::fake_disk::{EFFECTS, FakeDisk};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use yishan::storage::index::{BUNDLE, Error, Index, NOTE, Place, Ref, Row, TILE};
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
    let refs: Vec<_> = numbers.map(gift).collect();
    for (reference, _) in &refs {
        assert_eq!(index.find(*reference).unwrap(), None);
    }
    index.insert(refs.iter().copied().collect()).unwrap();
    model.extend(refs);
}

/// Where record `number` stands: every hundredth begins a segment.
fn row(number: u64) -> Row {
    let segment = number / 100 * 100;
    let len = |n: u64| u16::try_from(10 + n % 7).unwrap();
    let offset = (segment..number).map(|n| u64::from(len(n)) + 1).sum();
    let note = [u8::try_from(number % 251).unwrap(); NOTE];
    Row { at: Position { segment, offset, number }, len: len(number), note }
}

fn tile(number: u64) -> Vec<u8> {
    (0..TILE).map(|at| u8::try_from((at as u64 + number) % 251).unwrap()).collect()
}

fn snapshot(records: u64) -> Vec<u8> {
    format!("state after {records}").repeat(500).into_bytes()
}

/// Notes records up to `records`, with their tiles.
fn note(index: &mut Index, records: u64) {
    for number in index.noted()..records {
        index.note(row(number)).unwrap();
        if (number + 1) % BUNDLE == 0 {
            index.keep_tile(0, number / BUNDLE, tile(number / BUNDLE)).unwrap();
        }
    }
}

fn commit(index: &mut Index, records: u64) {
    note(index, records);
    index.commit(snapshot(records)).unwrap();
}

fn scan(index: &Index, prefix: Ref, bits: u32) -> Vec<(Ref, Place)> {
    index.refs_with_prefix(prefix, bits).unwrap().map(Result::unwrap).collect()
}

fn assert_refs(index: &Index, model: &Model) {
    let expected: Vec<_> = model.iter().map(|(one, place)| (*one, *place)).collect();
    assert!(scan(index, [0; 16], 0) == expected);
    assert_eq!(index.refs(), model.len() as u64);
    let refs: Vec<Ref> = model.keys().rev().copied().collect();
    let places: Vec<_> = model.values().rev().map(|place| Some(*place)).collect();
    assert!(index.find_all(&refs).unwrap() == places);
    for (reference, _) in (1_000_000..1_000_050).map(gift) {
        assert_eq!(index.find(reference).unwrap(), None, "found what was never there");
    }
    assert_eq!(index.find([0; 16]).unwrap(), None);
    assert_eq!(index.find([0xff; 16]).unwrap(), None);
}

fn assert_records(index: &Index, records: u64) {
    assert_eq!(index.noted(), records);
    for number in (0..records).step_by(37).chain([records - 1]) {
        assert_eq!(index.row(number).unwrap(), Some(row(number)), "row {number}");
    }
    assert_eq!(index.row(records).unwrap(), None);
    for number in 0..records / BUNDLE {
        assert_eq!(index.tile(0, number).unwrap(), Some(tile(number)), "tile {number}");
    }
    assert_eq!(index.tile(0, records / BUNDLE).unwrap(), None);
    assert_eq!(index.tile(1, 0).unwrap(), None);
    let bundle = (records - 1) / BUNDLE;
    let rows: Vec<_> = (bundle * BUNDLE..records).map(row).collect();
    assert_eq!(index.bundle(bundle).unwrap(), rows);
}

#[test]
fn what_was_committed_is_there_after_reopening_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    assert_eq!((index.records(), index.snapshot().unwrap()), (0, None));
    // 70 commits merge again and again; every third one is looked at while it is at work.
    for round in 0..70 {
        insert(&mut index, &mut model, round * 30..round * 30 + 30);
        note(&mut index, round * 10 + 300);
        index.begin_commit(snapshot(round * 10 + 300)).unwrap();
        if round % 3 == 0 {
            assert_eq!(index.find(gift(round * 30).0).unwrap(), Some(gift(round * 30).1));
            assert_records(&index, round * 10 + 300);
        }
    }
    assert_refs(&index, &model);
    index.settle().unwrap();
    assert_refs(&index, &model);
    insert(&mut index, &mut model.clone(), 5_000..5_001);
    assert_eq!(index.find(gift(5_000).0).unwrap(), Some(gift(5_000).1));
    drop(index);
    let index = Index::open(folder.path(), FUND).unwrap();
    assert_eq!(index.find(gift(5_000).0).unwrap(), None, "what was not committed came back");
    assert_refs(&index, &model);
    assert_eq!((index.records(), index.snapshot().unwrap()), (990, Some(snapshot(990))));
    assert_records(&index, 990);
    let runs = std::fs::read_dir(folder.path().join("runs")).unwrap().count();
    assert!(runs < 16, "{runs} files of refs are left");
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
    // The other one also has a filter, because it was told of many.
    many.expect(1_000_000).unwrap();
    for round in 0..20 {
        insert(&mut many, &mut model, round * 250..round * 250 + 250);
        commit(&mut many, round + 6);
    }
    assert_refs(&one, &model);
    assert_refs(&many, &model);
    assert_eq!(one.snapshot().unwrap(), many.snapshot().unwrap());
    assert_eq!(one.bundle(0).unwrap(), many.bundle(0).unwrap());
    // A filter made late knows what was there before.
    one.expect(1_000_000).unwrap();
    assert_refs(&one, &model);
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
    let far = [([1; 16], Place { entry: 1 << 48, line: 0 })].into_iter().collect();
    assert!(matches!(index.insert(far), Err(Error::Limit { found, .. }) if found == 1 << 48));
    let short = index.keep_tile(0, 0, vec![0; TILE - 1]);
    assert!(matches!(short, Err(Error::Limit { what: "a tile", .. })));
    let gap = index.note(row(1));
    assert!(matches!(gap, Err(Error::Order { found: 1, next: 0 })));
    index.note(row(0)).unwrap();
    assert!(matches!(index.note(row(0)), Err(Error::Order { found: 0, next: 1 })));
}

/// Damages the value under every key in turn and lets `check` look at what is left.
fn damage_each(path: &Path, damage: impl Fn(&mut Vec<u8>), check: impl Fn(&[u8], Index)) {
    let keys: Vec<_> = open_sled(path).iter().keys().map(Result::unwrap).collect();
    assert!(keys.len() > 5);
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
    let mut index = Index::open(folder.path(), FUND).unwrap();
    insert(&mut index, &mut Model::new(), 0..300);
    commit(&mut index, 300);
    drop(index);
    let check = |key: &[u8], index: Index| {
        let damaged = |answer: Result<(), Error>| matches!(answer, Err(Error::Damaged { .. }));
        let found = match key[0] {
            b's' => damaged(index.snapshot().map(drop)),
            b't' => damaged(index.tile(0, 0).map(drop)),
            b'p' => damaged(index.row(u64::from(key[8]) * BUNDLE).map(drop)),
            other => panic!("a key of kind {other}"),
        };
        assert!(found, "damage under {key:?} was not seen");
    };
    damage_each(folder.path(), |value| *value.last_mut().unwrap() ^= 1, check);
    damage_each(folder.path(), |value| value.truncate(5), check);
}

#[test]
fn a_damaged_file_of_refs_is_never_an_answer() {
    let (folder, disk) = (tempfile::tempdir().unwrap(), FakeDisk::new());
    let mut model = Model::new();
    let mut index = Index::open_on(disk.handle(), folder.path(), FUND).unwrap();
    insert(&mut index, &mut model, 0..2_000);
    commit(&mut index, 300);
    drop(index);
    let open = || Index::open_on(disk.handle(), folder.path(), FUND);
    let good = disk.bytes("runs/00000000").unwrap();
    let damaged = |answer: Result<(), Error>| matches!(answer, Err(Error::Damaged { .. }));
    // Cut, grown or gone: noticed at once.
    for len in [0, 1, 4_095, 4_096, good.len() - 1] {
        disk.set("runs/00000000", &good[..len]);
        assert!(damaged(open().map(drop)), "cut to {len} bytes");
    }
    disk.set("runs/00000000", &[&good[..], b"x"].concat());
    assert!(damaged(open().map(drop)));
    disk.handle().remove("runs/00000000").unwrap();
    assert!(damaged(open().map(drop)));
    // Any byte: noticed by whoever needs it.
    for at in (0..good.len()).step_by(173).chain(good.len() - 60..good.len()) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        disk.set("runs/00000000", &bad);
        let index = open().unwrap();
        let all = index.refs_with_prefix([0; 16], 0);
        let all = all.and_then(|mut all| all.try_for_each(|one| one.map(drop)));
        assert!(damaged(all), "byte {at} was changed unnoticed");
        for (reference, place) in model.iter().step_by(97) {
            match index.find(*reference) {
                Ok(found) => assert_eq!(found, Some(*place), "byte {at}"),
                Err(error) => assert!(damaged(Err(error))),
            }
        }
    }
    disk.set("runs/00000000", &good);
    assert_refs(&open().unwrap(), &model);
}

#[test]
fn a_disk_that_cannot_be_read_is_not_an_unknown_ref() {
    let (folder, disk) = (tempfile::tempdir().unwrap(), FakeDisk::new());
    let mut index = Index::open_on(disk.handle(), folder.path(), FUND).unwrap();
    insert(&mut index, &mut Model::new(), 0..500);
    commit(&mut index, 300);
    drop(index);
    for failing in 0..4 {
        let disk = disk.fork().fail_read(failing);
        let found = Index::open_on(disk.handle(), folder.path(), FUND)
            .and_then(|index| index.find(gift(3).0));
        assert!(matches!(found, Err(Error::Disk(_))), "read {failing}: {found:?}");
    }
}

#[test]
fn the_litter_of_a_crash_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    insert(&mut index, &mut model, 0..1_000);
    commit(&mut index, 300);
    drop(index);
    // What a crash before the new root leaves: a run and a snapshot nobody leads to.
    let (litter, old) = (folder.path().join("runs/00000001"), b"s\0\0\0\0\0\0\0\x09\0\0\0\0");
    std::fs::write(&litter, b"rubbish").unwrap();
    open_sled(folder.path()).insert(old, b"rubbish").unwrap();
    let mut index = Index::open(folder.path(), FUND).unwrap();
    assert_refs(&index, &model);
    insert(&mut index, &mut model, 1_000..1_100);
    commit(&mut index, 400);
    assert_refs(&index, &model);
    drop(index);
    assert!(!open_sled(folder.path()).contains_key(old).unwrap());
    assert!(std::fs::read(&litter).unwrap() != b"rubbish");
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

/// Commits ten times, the eighth of which merges, as far as the disk lets it: the commits that
/// returned well.
fn ten_commits(disk: &FakeDisk, folder: &Path) -> u64 {
    let Ok(mut index) = Index::open_on(disk.handle(), folder, FUND) else { return 0 };
    for round in 0..10 {
        index.insert((round * 40..round * 40 + 40).map(gift).collect()).unwrap();
        note(&mut index, round + 1);
        if index.commit(snapshot(round + 1)).is_err() {
            return round;
        }
    }
    10
}

/// What a crash left must be an earlier state, whole, and good for more.
fn check_after_crash(left: &FakeDisk, sled: &Path, committed: u64, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["db", "conf"] {
        std::fs::copy(sled.join(name), folder.path().join(name)).unwrap();
    }
    let mut index = Index::open_on(left.handle(), folder.path(), FUND)
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let records = index.records();
    assert!((committed..=committed + 1).contains(&records), "{what}: {records} of {committed}");
    let mut model: Model = (0..records * 40).map(gift).collect();
    assert_refs(&index, &model);
    insert(&mut index, &mut model, records * 40..records * 40 + 90);
    commit(&mut index, records + 3);
    assert_refs(&index, &model);
    assert_records(&index, records + 3);
}

#[test]
fn a_power_cut_anywhere_in_a_commit_or_merge_leaves_the_old_index_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let whole = FakeDisk::new();
    assert_eq!(ten_commits(&whole, folder.path()), 10);
    let log = whole.log();
    assert!(log.iter().any(|call| call == "remove runs/00000006"), "nothing was merged: {log:?}");
    let mut images = 0;
    for cut in 0..=whole.calls() {
        let folder = tempfile::tempdir().unwrap();
        let disk = FakeDisk::new().cut_before(cut);
        let committed = ten_commits(&disk, folder.path());
        // Tears of one file are many and alike: some of them, the first and the last among them.
        let left = disk.after_power_cut();
        let some = left.len().div_ceil(3).max(1);
        for left in left.iter().step_by(some).chain(left.last()) {
            images += 1;
            let what = format!("power cut before call {cut}");
            check_after_crash(&left.fork(), folder.path(), committed, &what);
        }
    }
    assert!(images > 80, "only {images} images were tried");
}

#[test]
fn a_disk_that_fails_in_a_commit_leaves_the_old_index_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let whole = FakeDisk::new();
    ten_commits(&whole, folder.path());
    // The calls of the first commits and of the merge.
    for call in (0..12).chain(whole.calls() - 25..whole.calls()) {
        for effect in EFFECTS {
            let folder = tempfile::tempdir().unwrap();
            let disk = FakeDisk::new().fail(call, ErrorKind::StorageFull, effect);
            let committed = ten_commits(&disk, folder.path());
            let what = format!("{effect:?} of call {call}");
            check_after_crash(&disk.fork(), folder.path(), committed, &what);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn runs_merge_like_one_map(
        steps in prop::collection::vec((1..300_u64, 0..3_u8), 1..30),
        prefixes in prop::collection::vec((any::<u128>(), 0..20_u32), 8),
        filtered in any::<bool>(),
    ) {
        let mut index = Index::temporary(FUND).unwrap();
        if filtered {
            index.expect(1_000_000).unwrap();
        }
        let (mut model, mut next, mut records) = (Model::new(), 0, 0);
        for (count, then) in steps {
            insert(&mut index, &mut model, next..next + count);
            next += count;
            records += 1;
            note(&mut index, records);
            match then {
                0 => index.commit(snapshot(records)).unwrap(),
                1 => index.begin_commit(snapshot(records)).unwrap(),
                _ => {}
            }
        }
        assert_refs(&index, &model);
        assert_records(&index, records);
        for (prefix, bits) in prefixes {
            let free = u128::MAX.checked_shr(bits).unwrap_or(0);
            let range = (prefix & !free).to_be_bytes()..=(prefix | free).to_be_bytes();
            let expected: Vec<_> = model.range(range).map(|(one, place)| (*one, *place)).collect();
            prop_assert_eq!(scan(&index, prefix.to_be_bytes(), bits), expected);
        }
    }
}
