//! Forgetting a person on a disk whose power can be cut before every call: they are there whole, or
//! nobody reads them any more; and what was shown stands in the access log.

use crate::fake_disk::FakeDisk;
use std::sync::LazyLock;
use yishan::domain::codec::List;
use yishan::domain::text::Id;
use yishan::domain::time::Stamp;
use yishan::keys::{Passphrase, WorkFactor};
use yishan::people::{self, Access, Act, Error, Kind, Look, Person, Phone, Vault, Why, Words};
use yishan::storage::disk::Access as Mode;
use yishan::vault::{Identity, Recipient};

/// The vault's key, in a file: whoever opens a vault takes the key away.
static KEY: LazyLock<(String, Recipient)> = LazyLock::new(|| {
    let (identity, passphrase) = (Identity::generate(), Passphrase::typed("x").unwrap());
    (identity.encrypt(&passphrase, WorkFactor::new(1).unwrap()).unwrap(), identity.recipient())
});

fn identity() -> Identity {
    Identity::unlock(KEY.0.as_bytes(), &Passphrase::typed("x").unwrap()).unwrap()
}

fn id(text: &str) -> Id {
    Id::parse(text.as_bytes()).unwrap()
}

fn look() -> Look {
    let at = Stamp::parse(b"2026-11-22T21:00:00+08:00").unwrap();
    Look { at, by: id("chen"), why: Why::Request }
}

fn person(name: &str, phone: &str) -> Person {
    Person {
        kind: Kind::Donor,
        name: Words::new(name).unwrap(),
        adult: true,
        phones: List::new(vec![Phone::new(phone).unwrap()]).unwrap(),
        source: None,
        school: None,
        address: None,
        account: None,
        note: None,
        guardians: List::empty(),
        since: look().at,
        consents: List::empty(),
        hold: None,
    }
}

fn lan() -> Person {
    person("兰花", "13811111111")
}

fn mei() -> Person {
    person("梅花", "13822222222")
}

/// Opens the vault on a disk that is fund and folder of keys in one, and does `work` there.
fn within<T>(
    disk: &FakeDisk,
    work: impl FnOnce(&mut Vault<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let handle = disk.handle();
    let mut vault = Vault::open(&*handle, &*handle, identity(), &mut |bytes| bytes.fill(7))?;
    work(&mut vault)
}

/// A vault that knows two people, and has a paper about each.
fn two() -> FakeDisk {
    let disk = FakeDisk::new();
    disk.handle().create_dir("vault", Mode::Public).unwrap();
    disk.handle().sync_dir("").unwrap();
    disk.set("vault/recipient", format!("{}\n", KEY.1).as_bytes());
    within(&disk, |vault| {
        for (name, person) in [("d-lan", lan()), ("d-mei", mei())] {
            vault.take_in(&[(id(name), &person)], &look())?;
            vault.put_paper(id(name), person.name.as_str().as_bytes())?;
        }
        Ok(())
    })
    .unwrap();
    disk
}

fn lines(disk: &FakeDisk) -> Vec<Access> {
    let mut all = Vec::new();
    people::check_log(&*disk.handle(), &mut |line| all.push(line.clone())).unwrap();
    all
}

/// Everything on the disk that the vault's key leads to, directly or by the keys it opens, from the
/// ciphertexts there and from `old` ones.
fn readable(disk: &FakeDisk, old: &[Vec<u8>]) -> Vec<u8> {
    let pieces = disk.files().into_iter().filter_map(|path| disk.bytes(&path));
    let pieces: Vec<_> = pieces.chain(old.iter().cloned()).collect();
    let vault = identity();
    let mut keys: Vec<_> = pieces.iter().filter_map(|p| vault.open_person(p).ok()).collect();
    keys.push(identity());
    let open = |piece: &Vec<u8>| keys.iter().find_map(|key| key.open(piece).ok());
    pieces.iter().filter_map(open).flat_map(|bytes| bytes.to_vec()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn not_even_the_vaults_key_reads_a_forgotten_person_from_any_ciphertext() {
    let disk = two();
    let saved = |name: &str| disk.bytes(&format!("vault/{name}/d-lan.age")).unwrap();
    let old = [saved("records"), saved("people")];
    let before = readable(&disk, &[]);
    assert!(holds(&before, "兰花") && holds(&before, "13811111111"), "the search finds nothing");
    within(&disk, |vault| vault.forget(id("d-lan"), &look())).unwrap();
    let after = readable(&disk, &old);
    assert!(!holds(&after, "兰花") && !holds(&after, "13811111111"));
    assert!(holds(&after, "梅花"), "another person is gone with them");
    assert!(disk.files().iter().all(|path| !path.contains("d-lan")), "{:?}", disk.files());
}

#[test]
fn power_cut_before_every_call_leaves_the_person_whole_or_forgotten() {
    let whole = two().fork();
    within(&whole, |vault| vault.forget(id("d-lan"), &look())).unwrap();
    let (start, mut kept, mut gone) = (two(), 0, 0);
    for cut in 0..=whole.calls() {
        let disk = start.fork().cut_before(cut);
        let done = within(&disk, |vault| vault.forget(id("d-lan"), &look())).is_ok();
        for left in disk.after_power_cut() {
            let what = format!("power cut before call {cut} of {:?}", whole.log());
            let read = within(&left, |vault| vault.show(id("d-lan"), &look(), Act::Show));
            match read {
                Ok(person) => {
                    assert!(!done, "{what}: it was told as done");
                    assert_eq!(person, lan(), "{what}");
                    kept += 1;
                }
                Err(Error::Forgotten { .. }) => {
                    assert!(!left.files().iter().any(|p| p.contains("d-lan")), "{what}");
                    assert!(!holds(&readable(&left, &[]), "兰花"), "{what}");
                    gone += 1;
                }
                Err(why) => panic!("{what}: {why:?}"),
            }
            let other = within(&left, |vault| vault.show(id("d-mei"), &look(), Act::Show));
            assert_eq!(other.unwrap(), mei(), "{what}");
            // Once more does no harm, and ends the same.
            within(&left, |vault| vault.forget(id("d-lan"), &look())).unwrap();
        }
    }
    assert!(kept > 0 && gone > 10, "{kept} whole, {gone} forgotten");
}

#[test]
fn what_was_shown_stands_in_the_log_after_a_power_cut_at_any_moment() {
    let start = two();
    let before = lines(&start).len();
    let whole = start.fork();
    let shown = within(&whole, |vault| vault.show(id("d-lan"), &look(), Act::Show)).unwrap();
    assert_eq!(shown, lan());
    let (mut silent, mut told) = (0, 0);
    // One more: the data are read behind the last call that is counted.
    for cut in 0..=whole.calls() + 1 {
        let disk = start.fork().cut_before(cut);
        let seen = within(&disk, |vault| vault.show(id("d-lan"), &look(), Act::Show)).is_ok();
        for left in disk.after_power_cut() {
            // The next opening works whatever a crash left.
            within(&left, |_| Ok(())).unwrap_or_else(|why| panic!("cut {cut}: {why:?}"));
            let lines = lines(&left);
            if seen {
                assert_eq!(lines.len(), before + 1, "cut {cut}");
                assert_eq!(lines[before].people[..], [id("d-lan")]);
                told += 1;
            } else {
                silent += 1;
            }
        }
    }
    assert!(told > 0 && silent > 0, "{told} told, {silent} silent");
}

#[test]
fn taking_somebody_in_survives_a_power_cut_anywhere() {
    let start = two();
    let take = |disk: &FakeDisk| {
        within(disk, |vault| {
            vault.take_in(&[(id("d-new"), &person("新人", "13833333333"))], &look())?;
            vault.put_paper(id("d-new"), b"paper")
        })
    };
    let whole = start.fork();
    take(&whole).unwrap();
    for cut in 0..=whole.calls() {
        let disk = start.fork().cut_before(cut);
        let done = take(&disk).is_ok();
        for left in disk.after_power_cut() {
            let read = within(&left, |vault| vault.show(id("d-new"), &look(), Act::Show));
            if done || read.is_ok() {
                assert_eq!(read.unwrap().name.as_str(), "新人", "cut {cut}");
            } else {
                // Nothing is in the way of doing it again.
                take(&left).unwrap_or_else(|why| panic!("cut {cut}: {why:?}"));
            }
        }
    }
}

#[test]
fn of_many_taken_in_at_once_a_power_cut_leaves_each_whole_or_absent() {
    let start = two();
    let crowd: Vec<_> =
        (0..2).map(|n| person(&format!("新人{n}"), &format!("1383333333{n}"))).collect();
    let many: Vec<_> = crowd.iter().zip(0..).map(|(p, n)| (id(&format!("d-n{n}")), p)).collect();
    let take = |disk: &FakeDisk| within(disk, |vault| vault.take_in(&many, &look()));
    let whole = start.fork();
    take(&whole).unwrap();
    for cut in 0..=whole.calls() {
        let disk = start.fork().cut_before(cut);
        let done = take(&disk).is_ok();
        for left in disk.after_power_cut() {
            for (id, person) in &many {
                match within(&left, |vault| vault.show(*id, &look(), Act::Show)) {
                    Ok(read) => assert_eq!(read.name, person.name, "cut {cut}"),
                    Err(Error::Nobody { .. }) => assert!(!done, "cut {cut}: {id} is lost"),
                    Err(why) => panic!("cut {cut}: {id} is neither: {why:?}"),
                }
            }
        }
    }
}

/// The first opening makes the secret and the log; a crash there leaves a vault that opens.
#[test]
fn a_vault_that_is_opened_the_first_time_survives_a_power_cut_anywhere() {
    let start = FakeDisk::new();
    start.handle().create_dir("vault", Mode::Public).unwrap();
    start.handle().sync_dir("").unwrap();
    start.set("vault/recipient", format!("{}\n", KEY.1).as_bytes());
    let whole = start.fork();
    within(&whole, |_| Ok(())).unwrap();
    for cut in 0..=whole.calls() {
        let disk = start.fork().cut_before(cut);
        let _ = within(&disk, |_| Ok(()));
        for left in disk.after_power_cut() {
            within(&left, |vault| vault.take_in(&[(id("d-lan"), &lan())], &look()))
                .unwrap_or_else(|why| panic!("cut {cut}: {why:?}"));
        }
    }
}

/// Every single change of the log or its head, and every cut of their ends, shuts the vault.
#[test]
fn no_line_of_the_access_log_can_be_changed_or_cut_off_unnoticed() {
    let disk = two();
    within(&disk, |vault| vault.show(id("d-lan"), &look(), Act::Show)).unwrap();
    for path in ["vault/access.jsonl", "vault/access.head"] {
        let bytes = disk.bytes(path).unwrap();
        let try_with = |bytes: &[u8], what: String| {
            let damaged = disk.fork();
            damaged.set(path, bytes);
            let why = within(&damaged, |_| Ok(())).expect_err(&what);
            assert!(
                matches!(why, Error::Cut { .. } | Error::Changed { .. } | Error::Form { .. }),
                "{what}: {why:?}"
            );
        };
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            try_with(&changed, format!("{path}, byte {at}"));
            try_with(&bytes[..at], format!("{path}, cut at {at}"));
        }
    }
    for gone in ["vault/access.jsonl", "vault/access.head", "vault/secret.age"] {
        let damaged = disk.fork();
        damaged.handle().remove(gone).unwrap();
        let why = within(&damaged, |_| Ok(())).expect_err(gone);
        assert!(matches!(&why, Error::Lost { path } if path == gone), "{gone}: {why:?}");
    }
}

/// A copy of the vault from before comes back while the keys' folder is today's.
#[test]
fn an_older_copy_of_the_vault_forgets_again_as_soon_as_it_is_opened() {
    let disk = two();
    let older: Vec<_> =
        disk.files().into_iter().map(|path| (path.clone(), disk.bytes(&path).unwrap())).collect();
    within(&disk, |vault| vault.forget(id("d-lan"), &look())).unwrap();
    let list = disk.bytes("forgotten").unwrap();
    let back = FakeDisk::new();
    for folder in ["vault", "vault/keys", "vault/records", "vault/people"] {
        back.handle().create_dir(folder, Mode::Public).unwrap();
    }
    for (path, bytes) in &older {
        back.set(path, bytes);
    }
    assert!(holds(&readable(&back, &[]), "兰花"), "the older copy has them");
    back.set("forgotten", &list);
    let read = within(&back, |vault| vault.show(id("d-lan"), &look(), Act::Show));
    assert!(matches!(read, Err(Error::Forgotten { .. })), "{read:?}");
    assert!(!holds(&readable(&back, &[]), "兰花"));
    assert_eq!(back.bytes("vault/forgotten").unwrap(), list);
}
