//! A checkpoint once signed is never forgotten, whatever happens to the disk.

use crate::fake_disk::{EFFECTS, FakeDisk};
use crate::storage;
use std::io::ErrorKind;
use yishan::storage::archive::{self, Archive};

fn note(size: u64) -> Vec<u8> {
    format!("yishan.example/qianan\n{size}\nroot\n\n— yishan.example/qianan c2ln\n").into_bytes()
}

const SIZES: [u64; 4] = [0, 1, 7, 1_000];

/// Creates an archive and signs; returns the checkpoints acknowledged, `None` if not even that.
fn sign_all(disk: &FakeDisk) -> Option<usize> {
    let mut archive = Archive::create(disk.handle()).ok()?;
    let failed = SIZES.iter().position(|size| archive.append(*size, &note(*size)).is_err());
    if failed.is_some() {
        assert!(matches!(archive.append(2_000, b"x\n"), Err(archive::Error::Poisoned)));
    }
    Some(failed.unwrap_or(SIZES.len()))
}

fn check_archive(left: &FakeDisk, acknowledged: Option<usize>, what: &str) -> usize {
    let opened = match (Archive::open(left.handle(), true), acknowledged) {
        (Err(archive::Error::Missing), None) => Archive::create(left.handle()),
        (opened, _) => opened,
    };
    let mut archive = opened.unwrap_or_else(|error| panic!("{what}: {error}"));
    let all = archive.all().unwrap();
    assert!((acknowledged.unwrap_or(0)..=SIZES.len()).contains(&all.len()), "{what}");
    assert!(all.iter().zip(SIZES).all(|(kept, size)| kept.size == size && kept.note == note(size)));
    archive.append(5_000, &note(5_000)).unwrap();
    let again = Archive::open(left.handle(), false).unwrap();
    assert_eq!(again.last().unwrap().note, note(5_000), "{what}");
    all.len()
}

#[test]
fn a_signed_checkpoint_survives_power_cuts_and_faults_anywhere() {
    let calls = storage::calls_in(|disk| assert_eq!(sign_all(disk), Some(4)));
    for call in 0..=calls {
        let disk = FakeDisk::new().cut_before(call);
        let acknowledged = sign_all(&disk);
        for left in disk.after_power_cut() {
            check_archive(&left, acknowledged, &format!("power cut before call {call}"));
        }
        for effect in EFFECTS {
            let what = format!("{effect:?} of call {call}");
            let disk = FakeDisk::new().fail(call, ErrorKind::StorageFull, effect);
            let acknowledged = sign_all(&disk);
            let restarted = disk.fork();
            let seen =
                Archive::open(restarted.handle(), true).map_or(0, |a| a.all().unwrap().len());
            for left in disk.after_power_cut().into_iter().chain(restarted.after_power_cut()) {
                check_archive(&left, acknowledged, &what);
            }
            for left in restarted.after_power_cut() {
                assert!(check_archive(&left, acknowledged, &what) >= seen, "{what}");
            }
        }
    }
}

#[test]
fn no_single_damaged_byte_makes_a_checkpoint_disappear() {
    let disk = FakeDisk::new();
    sign_all(&disk);
    let good = disk.bytes("checkpoints").unwrap();
    let expected = Archive::open(disk.handle(), false).unwrap().all().unwrap();
    for at in 0..good.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut bytes = good.clone();
            bytes[at] ^= flip;
            disk.set("checkpoints", &bytes);
            match Archive::open(disk.fork().handle(), true) {
                Err(archive::Error::Damage { .. }) => {}
                Ok(archive) => assert_eq!(archive.all().unwrap(), expected, "byte {at}"),
                Err(other) => panic!("byte {at}: {other}"),
            }
        }
    }
    for len in 0..good.len() {
        disk.set("checkpoints", &good[..len]);
        let archive = Archive::open(disk.fork().handle(), true).unwrap();
        assert!(expected.starts_with(&archive.all().unwrap()), "cut at {len}");
    }
}

#[test]
fn the_archive_never_goes_back_and_never_forks() {
    let disk = FakeDisk::new();
    sign_all(&disk);
    let mut archive = Archive::open(disk.handle(), true).unwrap();
    let bytes = disk.bytes("checkpoints");
    archive.append(1_000, &note(1_000)).unwrap();
    let below = archive.append(999, &note(999));
    assert!(matches!(below, Err(archive::Error::Below { last: 1_000, size: 999 })));
    assert!(matches!(archive.append(1_000, &note(7)), Err(archive::Error::Fork { .. })));
    assert!(matches!(archive.append(1_001, b"no end"), Err(archive::Error::NotANote { len: 6 })));
    assert!(matches!(
        Archive::open(disk.handle(), false).unwrap().append(2_000, b"x\n"),
        Err(archive::Error::ReadOnly)
    ));
    assert_eq!(disk.bytes("checkpoints"), bytes, "a refusal wrote");
    assert!(matches!(Archive::open(FakeDisk::new().handle(), true), Err(archive::Error::Missing)));
}
