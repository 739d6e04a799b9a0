//! Many desks at one ledger: nobody is forgotten, nobody waits for ever, and who is told "recorded"
//! is recorded.

use crate::fake_disk::{Effect, FakeDisk};
use crate::fund::{Officers, append, gift, reopen, stamp};
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use yishan::ledger::{Error, IndexAt, Ledger, NotEntered, Sequencer, Signed};
use yishan::publish::Facts;
use yishan::storage::disk::{self, Access, Disk};

const OPEN: &str = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
const AT: &str = "01T20:00:00";

fn founded(officers: &Officers, disk: Arc<dyn Disk>) -> Ledger {
    let mut ledger = officers.found_on(disk, "01T19:30:00").unwrap();
    append(&mut ledger, &officers.sign("li", AT, 1, &[OPEN.into()]), AT).unwrap().unwrap();
    ledger
}

fn vouchers(officers: &Officers, author: u128, count: u128) -> Vec<Signed> {
    let one = |k| officers.sign("chen", AT, author << 64 | k, &[gift(100, author << 32 | k)]);
    (0..count).map(one).collect()
}

/// Lets every author submit its vouchers in its own thread: what each was told, in order.
fn all_submit(
    ledger: &Sequencer,
    authors: Vec<Vec<Signed>>,
) -> Vec<Vec<(Signed, Result<u64, NotEntered>)>> {
    let submit = |vouchers: Vec<Signed>| {
        let ledger = ledger.clone();
        thread::spawn(move || {
            let told = |one: Signed| (one.clone(), ledger.submit(one));
            vouchers.into_iter().map(told).collect()
        })
    };
    let threads: Vec<_> = authors.into_iter().map(submit).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// Every acknowledged voucher is in the entry that its author was told.
fn assert_recorded(ledger: &Ledger, told: &[Vec<(Signed, Result<u64, NotEntered>)>]) {
    for (signed, result) in told.iter().flatten() {
        let Ok(number) = result else { continue };
        let entry = ledger.entry(*number).unwrap().expect("an acknowledged entry is there");
        let text = String::from_utf8(entry).unwrap();
        assert!(text.contains(std::str::from_utf8(&signed.voucher).unwrap()), "entry {number}");
    }
}

#[test]
fn every_author_is_told_the_entry_that_holds_the_voucher() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    let ledger = Sequencer::new(founded(&officers, disk.handle()), || stamp(AT));
    let authors = (0..12).map(|author| vouchers(&officers, author + 1, 15)).collect();
    let told = all_submit(&ledger, authors);
    let numbers: Vec<Vec<u64>> = told
        .iter()
        .map(|one| one.iter().map(|(_, result)| *result.as_ref().unwrap()).collect())
        .collect();
    let all: BTreeSet<_> = numbers.iter().flatten().copied().collect();
    assert_eq!(all, (2..182).collect());
    // One author's vouchers stand in the order in which they were handed in.
    assert!(numbers.iter().all(|one| one.is_sorted()));
    drop(ledger.into_ledger().unwrap());
    assert_recorded(&reopen(disk.handle()).unwrap(), &told);
}

#[test]
fn of_two_authors_with_the_same_payment_one_is_refused() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    let ledger = Sequencer::new(founded(&officers, disk.handle()), || stamp(AT));
    let one = |author: u128| {
        let same = (0..10).map(|k| officers.sign("chen", AT, author << 64 | k, &[gift(100, k)]));
        same.collect()
    };
    let told = all_submit(&ledger, (1..5).map(one).collect());
    let entered = told.iter().flatten().filter(|(_, result)| result.is_ok()).count();
    assert_eq!(entered, 10);
    for (_, result) in told.iter().flatten() {
        match result {
            Ok(_) => {}
            Err(NotEntered::Refused(why)) => assert_eq!(why.code(), "RefUsed"),
            Err(other) => panic!("{other}"),
        }
    }
    let unreadable = Signed { voucher: b"{}".to_vec(), ..vouchers(&officers, 9, 1).remove(0) };
    assert!(matches!(ledger.submit(unreadable), Err(NotEntered::Refused(_))));
    let mut forged = vouchers(&officers, 9, 1).remove(0);
    forged.sig.0[9] ^= 1;
    match ledger.submit(forged) {
        Err(NotEntered::Refused(why)) => assert_eq!(why.code(), "BadSignature"),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.with(|ledger| ledger.size()), 12);
}

/// A disk whose syncs wait until someone opens the gate.
struct Gate {
    disk: FakeDisk,
    open: Mutex<bool>,
    bell: Condvar,
}

impl Gate {
    fn set(&self, open: bool) {
        *self.open.lock().unwrap() = open;
        self.bell.notify_all();
    }
}

impl Disk for Gate {
    fn len(&self, path: &str) -> Result<Option<u64>, disk::Error> {
        self.disk.len(path)
    }
    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, disk::Error> {
        self.disk.read_at(path, offset, into)
    }
    fn list(&self, path: &str) -> Result<Vec<String>, disk::Error> {
        self.disk.list(path)
    }
    fn create_dir(&self, path: &str, access: Access) -> Result<(), disk::Error> {
        self.disk.create_dir(path, access)
    }
    fn create(&self, path: &str, access: Access) -> Result<(), disk::Error> {
        self.disk.create(path, access)
    }
    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), disk::Error> {
        self.disk.append(path, bytes)
    }
    fn sync(&self, path: &str) -> Result<(), disk::Error> {
        drop(self.bell.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
        self.disk.sync(path)
    }
    fn sync_dir(&self, path: &str) -> Result<(), disk::Error> {
        self.disk.sync_dir(path)
    }
    fn truncate(&self, path: &str, len: u64) -> Result<(), disk::Error> {
        self.disk.truncate(path, len)
    }
    fn rename(&self, from: &str, to: &str) -> Result<(), disk::Error> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &str) -> Result<(), disk::Error> {
        self.disk.remove(path)
    }
}

#[test]
fn those_who_wait_together_share_one_sync() {
    let officers = Officers::new();
    let gate =
        Arc::new(Gate { disk: FakeDisk::new(), open: Mutex::new(true), bell: Condvar::new() });
    let ledger = Sequencer::new(founded(&officers, gate.clone()), || stamp(AT));
    gate.set(false);
    let before = gate.disk.calls();
    let first = thread::spawn({
        let (ledger, one) = (ledger.clone(), vouchers(&officers, 1, 1).remove(0));
        move || ledger.submit(one)
    });
    // The first one is at its sync, or on the way there.
    while gate.disk.calls() == before {
        thread::yield_now();
    }
    let rest = thread::spawn({
        let ledger = ledger.clone();
        let authors = (2..22).map(|author| vouchers(&officers, author, 1)).collect();
        move || all_submit(&ledger, authors)
    });
    while ledger.waiting() < 20 {
        thread::yield_now();
    }
    gate.set(true);
    assert_eq!(first.join().unwrap().unwrap(), 2);
    assert!(rest.join().unwrap().iter().flatten().all(|(_, result)| result.is_ok()));
    let calls = gate.disk.log().split_off(before);
    let syncs = calls.iter().filter(|call| call.starts_with("sync ")).count();
    assert_eq!(syncs, 2, "{calls:?}");
}

#[test]
fn after_a_failed_sync_everyone_is_told_and_nothing_more_is_taken() {
    let officers = Officers::new();
    let whole = FakeDisk::new();
    drop(founded(&officers, whole.handle()));
    let begin = whole.calls();
    for call in begin..begin + 6 {
        for effect in [Effect::Nothing, Effect::Half, Effect::Everything] {
            let disk = FakeDisk::new().fail(call, ErrorKind::Other, effect);
            let ledger = Sequencer::new(founded(&officers, disk.handle()), || stamp(AT));
            let authors = (0..6).map(|author| vouchers(&officers, author + 1, 4)).collect();
            let told = all_submit(&ledger, authors);
            for author in &told {
                // Once failed, always failed.
                let ok = author.iter().take_while(|(_, result)| result.is_ok()).count();
                let rest = &author[ok..];
                let failed = |r: &Result<u64, NotEntered>| matches!(r, Err(NotEntered::Failed(_)));
                assert!(rest.iter().all(|(_, result)| failed(result)), "{rest:?}");
            }
            let missed = told.iter().flatten().filter(|(_, result)| result.is_err()).count();
            assert!(missed > 0, "call {call} did not fail");
            let late = ledger.submit(vouchers(&officers, 99, 1).remove(0));
            assert!(matches!(late, Err(NotEntered::Failed(_))));
            drop(ledger);
            for left in disk.after_power_cut().iter().chain([&disk.fork()]) {
                assert_recorded(&reopen(left.handle()).unwrap(), &told);
            }
        }
    }
}

/// 140 vouchers of the greatest length make more than one group of the journal.
#[test]
fn of_a_large_group_that_fails_in_the_middle_the_ledger_tells_what_is_durable() {
    let officers = Officers::new();
    let large: Vec<Signed> = (0..140)
        .map(|k| {
            let lines: Vec<String> = (0..700).map(|n| gift(1, k * 1_000 + n + 1)).collect();
            officers.sign("chen", AT, 1_000 + k, &lines)
        })
        .collect();
    let whole = FakeDisk::new();
    let mut ledger = founded(&officers, whole.handle());
    let begin = whole.calls();
    assert!(ledger.append(&large, stamp(AT)).unwrap().iter().all(Result::is_ok));
    assert_eq!(whole.calls() - begin, 4, "two writes and two syncs");
    drop(ledger);
    // The second write, and the second sync.
    for call in [begin + 2, begin + 3] {
        let disk = FakeDisk::new().fail(call, ErrorKind::StorageFull, Effect::Nothing);
        let mut ledger = founded(&officers, disk.handle());
        let error = ledger.append(&large, stamp(AT)).unwrap_err();
        let Error::Partly { durable, results, .. } = error else { panic!("{error:?}") };
        assert!(durable > 2 && durable < 142 && results.len() == 140, "{durable}");
        assert!(matches!(ledger.append(&large, stamp(AT)), Err(Error::Reopen)));
        drop(ledger);
        for left in disk.after_power_cut().iter().take(3) {
            assert_eq!(reopen(left.handle()).unwrap().size(), durable);
        }
    }
}

#[test]
fn a_line_that_cannot_be_read_again_is_an_error_and_no_refusal() {
    let officers = Officers::new();
    let whole = FakeDisk::new();
    let mut ledger = founded(&officers, whole.handle());
    append(&mut ledger, &vouchers(&officers, 1, 1)[0], AT).unwrap().unwrap();
    drop(ledger);
    let refund = r#"{"refund":{"of":"2/0","fen":10,"from":"wx","paid":"2026-11-01T19:00:00","ref":"AAAAAAAAAAAAAAAAAAAAAA"}}"#;
    let refund = officers.sign("chen", AT, 77, &[refund.into()]);
    // The disk does not give the gift back.
    let probe = whole.fork();
    drop(reopen(probe.handle()).unwrap());
    let disk = whole.fork().fail_read(probe.reads());
    let mut ledger = reopen(disk.handle()).unwrap();
    assert!(matches!(append(&mut ledger, &refund, AT), Err(Error::Journal(_))));
    assert!(matches!(append(&mut ledger, &refund, AT), Err(Error::Reopen)));
    drop(ledger);
    assert_eq!(reopen(disk.fork().handle()).unwrap().size(), 3);
    // It gives back something else.
    let disk = whole.fork();
    let mut ledger = reopen(disk.handle()).unwrap();
    let text = String::from_utf8(disk.bytes("journal/00000000.jsonl").unwrap()).unwrap();
    disk.set("journal/00000000.jsonl", text.replace("\"fen\":100,", "\"fen\":900,").as_bytes());
    let changed = |error: &Error| matches!(error, Error::Changed { entry: 2, .. });
    assert!(ledger.entry(2).is_err_and(|error| changed(&error)));
    assert!(append(&mut ledger, &refund, AT).is_err_and(|error| changed(&error)));
}

/// What a writer leaves, whatever it did, is what a rebuild makes.
#[test]
fn the_index_is_what_a_fresh_rebuild_makes_of_the_journal() {
    let officers = Officers::new();
    let home = tempfile::tempdir().unwrap();
    let signed = officers.sign("li", "01T19:30:00", 0, &[officers.found()]);
    let mut ledger = Ledger::found(home.path(), &signed, stamp("01T19:30:00")).unwrap().unwrap();
    append(&mut ledger, &officers.sign("li", AT, 1, &[OPEN.into()]), AT).unwrap().unwrap();
    let mut dice = crate::fund::Dice::new(5);
    let (mut number, mut gifts) = (1_000, 0);
    for _ in 0..40 {
        let group = (0..=dice.next() % 40).map(|_| {
            number += 1;
            let lines = (0..=dice.next() % 9).map(|_| {
                gifts += 1;
                gift(100, gifts)
            });
            officers.sign("chen", AT, number, &lines.collect::<Vec<_>>())
        });
        let group: Vec<_> = group.collect();
        assert!(ledger.append(&group, stamp(AT)).unwrap().iter().all(Result::is_ok));
        match dice.next() % 6 {
            0 => ledger.commit_index().unwrap(),
            1 => {
                drop(ledger);
                ledger = Ledger::open(home.path(), yishan::ledger::Mode::Write).unwrap();
            }
            _ => {}
        }
    }
    let disk = Arc::new(yishan::storage::real_disk::RealDisk::open(home.path()).unwrap());
    let fresh = Ledger::open_on(disk, &IndexAt::Nowhere, yishan::ledger::Mode::Read).unwrap();
    assert!(ledger.books() == fresh.books());
    assert_eq!(ledger.replay().tree(), fresh.replay().tree());
    for number in (0..ledger.size()).step_by(7) {
        assert_eq!(ledger.entry(number).unwrap(), fresh.entry(number).unwrap());
    }
    let (one, other) = (
        ledger.facts(String::new(), String::new()).unwrap(),
        fresh.facts(String::new(), String::new()).unwrap(),
    );
    assert_eq!(u128::from(one.replay().books().refs.count), gifts);
    assert_eq!(u128::from(other.replay().books().refs.count), gifts);
    let refs = |facts: &dyn Facts| {
        let (mut all, end) = (Vec::new(), yishan::domain::text::Ref([0xff; 16]));
        let first = yishan::domain::text::Ref([0; 16]);
        facts.refs(first, end, &mut |reference, place| all.push((reference, place))).unwrap();
        all
    };
    assert!(refs(&one) == refs(&other));
    for number in 0..ledger.size() {
        assert_eq!(one.range(number).unwrap(), other.range(number).unwrap());
    }
}
