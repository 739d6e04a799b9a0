//! What was acknowledged survives; what was not is cut off cleanly; anything else is named.

use crate::fake_disk::{EFFECTS, FakeDisk};
use proptest::prelude::*;
use std::io::ErrorKind;
use yishan::storage::disk::{self, Access, Disk, atomic_write, read_whole};
use yishan::storage::journal::{Damage, Error, Fault, Journal, Position, RECORD_MAX, Role};
use yishan::storage::real_disk::{LockError, RealDisk, WriterLock};

/// Segments of this many bytes hold a few records, so that a short evening rolls several times.
const SMALL: u64 = 120;

const START: Position = Position { segment: 0, offset: 0, number: 0 };

/// The only record that means something as number `number`.
fn record(number: u64) -> Vec<u8> {
    let pad = "善".repeat(usize::try_from(number % 5).unwrap());
    format!("{{\"seq\":{number},\"pad\":\"{pad}\"}}").into_bytes()
}

fn append(journal: &mut Journal, count: u64) -> Result<(), Error> {
    let head = journal.head();
    let records: Vec<_> = (head..head + count).map(record).collect();
    let records: Vec<_> = records.iter().map(Vec::as_slice).collect();
    journal.append(head, &records)
}

/// Creates a journal and appends groups; returns the records acknowledged, `None` if not even the
/// creation was. Stops at the first error, after checking that the journal stops as well.
fn evening(disk: &FakeDisk, groups: &[u64]) -> Option<u64> {
    let mut journal = Journal::create(disk.handle()).ok()?.with_segments_of(SMALL);
    for count in groups {
        let acknowledged = journal.head();
        if append(&mut journal, *count).is_err() {
            assert!(matches!(append(&mut journal, 1), Err(Error::Poisoned)), "wrote after a fault");
            assert_eq!(journal.head(), acknowledged);
            break;
        }
    }
    Some(journal.head())
}

/// What the layer above does at every opening: replay, and cut back to the first line that means
/// nothing to it.
fn reopen(disk: &FakeDisk, durable: u64) -> Result<Journal, Error> {
    let mut journal =
        Journal::open(disk.handle(), Role::Writer { durable })?.with_segments_of(SMALL);
    let mut records = journal.read_from(START)?;
    let unreadable = loop {
        let at = records.position();
        match records.next_record() {
            Ok(None) => break None,
            Ok(Some(found)) if found == record(at.number) => {}
            Ok(Some(_)) | Err(Error::Damage(_)) => break Some(at),
            Err(error) => return Err(error),
        }
    };
    if let Some(at) = unreadable {
        journal.cut_back(at)?;
    }
    Ok(journal)
}

fn replay(journal: &Journal) -> Vec<Vec<u8>> {
    let mut records = journal.read_from(START).unwrap();
    let mut all = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        all.push(record.to_vec());
    }
    all
}

/// Opens what is left, appends one more, and reads everything back.
fn check_journal(left: &FakeDisk, acknowledged: Option<u64>, tried: u64, what: &str) -> u64 {
    let opened = match (reopen(left, acknowledged.unwrap_or(0)), acknowledged) {
        (Err(Error::Missing), None) => Journal::create(left.handle()),
        (opened, _) => opened,
    };
    let mut journal = opened.unwrap_or_else(|error| panic!("{what}: {error} {left:?}"));
    let head = journal.head();
    assert!((acknowledged.unwrap_or(0)..=tried).contains(&head), "{what}: {head} records");
    append(&mut journal, 1).unwrap();
    let expected: Vec<_> = (0..=head).map(record).collect();
    assert_eq!(replay(&journal), expected, "{what}");
    head
}

const GROUPS: [u64; 6] = [1, 3, 1, 2, 4, 1];

pub(crate) fn calls_in(work: impl Fn(&FakeDisk)) -> usize {
    let disk = FakeDisk::new();
    work(&disk);
    disk.calls()
}

#[test]
fn an_acknowledged_record_survives_a_power_cut_anywhere() {
    let calls = calls_in(|disk| assert_eq!(evening(disk, &GROUPS), Some(12)));
    let mut images = 0;
    for cut in 0..=calls {
        let disk = FakeDisk::new().cut_before(cut);
        let acknowledged = evening(&disk, &GROUPS);
        for left in disk.after_power_cut() {
            images += 1;
            check_journal(&left, acknowledged, 12, &format!("power cut before call {cut}"));
        }
    }
    assert!(images > 500, "only {images} images were tried");
}

#[test]
fn a_second_power_cut_during_recovery_loses_nothing_either() {
    let groups = [1, 2];
    let calls = calls_in(|disk| assert_eq!(evening(disk, &groups), Some(3)));
    for cut in 0..=calls {
        let disk = FakeDisk::new().cut_before(cut);
        let acknowledged = evening(&disk, &groups);
        for left in disk.after_power_cut().iter().step_by(3) {
            let recovery = left.fork();
            let _ = reopen(&recovery, acknowledged.unwrap_or(0));
            for again in 0..=recovery.calls() {
                let second = left.fork().cut_before(again);
                let _ = reopen(&second, acknowledged.unwrap_or(0));
                for left in second.after_power_cut() {
                    let what = format!("power cuts before calls {cut} and {again}");
                    check_journal(&left, acknowledged, 3, &what);
                }
            }
        }
    }
}

/// The last step is the hard one: after a failed sync, what a later opening shows from the page
/// cache must not be lost by a later power cut.
#[test]
fn every_fault_at_every_call_leaves_what_was_acknowledged_and_nothing_doubtful() {
    let calls = calls_in(|disk| assert_eq!(evening(disk, &GROUPS), Some(12)));
    for call in 0..calls {
        for (effect, kind) in
            EFFECTS.into_iter().zip([ErrorKind::Other, ErrorKind::StorageFull].into_iter().cycle())
        {
            let what = format!("{effect:?} of call {call}");
            let disk = FakeDisk::new().fail(call, kind, effect);
            let acknowledged = evening(&disk, &GROUPS);
            for left in disk.after_power_cut() {
                check_journal(&left, acknowledged, 12, &what);
            }
            let restarted = disk.fork();
            let seen = check_journal(&restarted, acknowledged, 12, &what) + 1;
            for left in restarted.after_power_cut() {
                check_journal(&left, Some(seen), seen, &what);
            }
        }
    }
}

#[test]
fn every_failing_read_is_an_error_and_never_an_empty_journal() {
    let disk = FakeDisk::new();
    evening(&disk, &GROUPS);
    let whole = disk.fork();
    assert_eq!(reopen(&whole, 12).unwrap().head(), 12);
    for read in 0..whole.reads() {
        let failing = disk.fork().fail_read(read);
        assert!(matches!(reopen(&failing, 12), Err(Error::Disk(_))), "read {read}");
        assert_eq!(
            disk.fork().bytes("journal/00000000.jsonl"),
            failing.bytes("journal/00000000.jsonl")
        );
    }
}

#[test]
fn a_torn_tail_of_any_length_is_cut_back_by_the_writer_and_passed_over_by_a_reader() {
    let whole: Vec<u8> = [record(0), b"\n".to_vec(), record(1), b"\n".to_vec()].concat();
    for len in 0..=whole.len() {
        let disk = FakeDisk::new();
        disk.handle().create_dir("journal", Access::Public).unwrap();
        disk.set("journal/00000000.jsonl", &whole[..len]);
        let lines = whole[..len].split(|byte| *byte == b'\n').count() as u64 - 1;
        let reader = Journal::open(disk.handle(), Role::Reader).unwrap();
        assert_eq!((reader.head(), replay(&reader).len() as u64), (lines, lines));
        assert_eq!(disk.bytes("journal/00000000.jsonl").unwrap().len(), len, "a reader wrote");
        let writer = Journal::open(disk.handle(), Role::Writer { durable: 0 }).unwrap();
        assert_eq!((writer.head(), writer.torn()), (lines, reader.torn()));
        assert_eq!(disk.bytes("journal/00000000.jsonl").unwrap().len() as u64, writer.end().offset);
        // What was acknowledged is never cut, not even when it looks torn.
        let lost = FakeDisk::new();
        lost.handle().create_dir("journal", Access::Public).unwrap();
        lost.set("journal/00000000.jsonl", &whole[..len]);
        let opened = Journal::open(lost.handle(), Role::Writer { durable: 2 });
        assert_eq!(opened.is_ok(), lines == 2);
        assert_eq!(
            lost.bytes("journal/00000000.jsonl").unwrap(),
            &whole[..len],
            "evidence is gone"
        );
    }
}

/// Opens a damaged copy and returns where and what the damage is.
fn damage_after(change: impl Fn(&FakeDisk)) -> Damage {
    let disk = FakeDisk::new();
    evening(&disk, &GROUPS);
    change(&disk);
    let read = || {
        let journal = Journal::open(disk.handle(), Role::Writer { durable: 12 })?;
        let mut records = journal.read_from(START)?;
        while records.next_record()?.is_some() {}
        Ok(())
    };
    match read() {
        Err(Error::Damage(damage)) => damage,
        other => panic!("{other:?} instead of damage"),
    }
}

#[test]
fn damage_in_the_middle_is_named_and_not_repaired() {
    let disk = FakeDisk::new();
    evening(&disk, &GROUPS);
    let files = disk.files();
    assert!(files.len() >= 3, "{files:?}");
    let second: u64 = files[1][8..16].parse().unwrap();
    let first = disk.bytes(&files[0]).unwrap();
    let len = first.len() as u64;
    let last_line = first[..first.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let at = |number, offset: usize| Position { segment: 0, offset: offset as u64, number };

    let torn = damage_after(|disk| disk.set(&files[0], &first[..first.len() - 1]));
    assert_eq!(torn, Damage { at: at(second - 1, last_line), fault: Fault::Torn { len: len - 1 } });
    let gap = damage_after(|disk| disk.set(&files[0], &first[..last_line]));
    assert_eq!(gap, Damage { at: at(second - 1, last_line), fault: Fault::Gap { found: second } });
    let empty = damage_after(|disk| disk.set(&files[0], &[&first[..last_line], b"\n"].concat()));
    assert_eq!(empty, Damage { at: at(second - 1, last_line), fault: Fault::Empty });
    let long = damage_after(|disk| {
        disk.set(&files[0], &[&first[..last_line], &b"x".repeat(RECORD_MAX + 1), b"\n"].concat());
    });
    assert_eq!(long, Damage { at: at(second - 1, last_line), fault: Fault::Long });
    assert_eq!(
        torn.to_string(),
        format!(
            "record {} (journal/00000000.jsonl, byte {last_line}): \
             the segment ends at byte {} in the middle of a line",
            second - 1,
            len - 1
        )
    );
}

#[test]
fn a_missing_or_misnamed_segment_is_refused() {
    let disk = FakeDisk::new();
    evening(&disk, &GROUPS);
    for name in disk.files() {
        let damaged = disk.fork();
        damaged.handle().remove(&name).unwrap();
        assert!(reopen(&damaged, 12).is_err(), "{name} was not missed");
    }
    for name in ["1.jsonl", "+0000001.jsonl", "000000001.jsonl", "copy.jsonl"] {
        let damaged = disk.fork();
        damaged.set(&format!("journal/{name}"), b"");
        assert!(matches!(reopen(&damaged, 12), Err(Error::Name { .. })), "{name} was taken");
    }
    let noted = disk.fork();
    noted.set("journal/.00000000.jsonl.swp", b"an editor's");
    assert_eq!(reopen(&noted, 12).unwrap().head(), 12);
}

#[test]
fn only_what_a_crash_can_have_spoilt_may_be_cut() {
    let disk = FakeDisk::new();
    evening(&disk, &GROUPS);
    let places = |journal: &Journal| {
        let mut records = journal.read_from(START).unwrap();
        let mut places = vec![records.position()];
        while records.next_record().unwrap().is_some() {
            places.push(records.position());
        }
        places
    };
    let last_segment: u64 = disk.files().last().unwrap()[8..16].parse().unwrap();
    for durable in 0..=12 {
        for number in 0..=12 {
            let copy = disk.fork();
            let mut journal = Journal::open(copy.handle(), Role::Writer { durable }).unwrap();
            let at = places(&journal)[usize::try_from(number).unwrap()];
            let cut = journal.cut_back(at);
            let allowed = number >= durable && number >= last_segment && at.segment == last_segment;
            assert_eq!(cut.is_ok(), allowed, "{durable} durable, cut at {number}: {cut:?}");
            assert_eq!(journal.head(), if allowed { number } else { 12 });
        }
    }
    let mut journal = Journal::open(disk.handle(), Role::Writer { durable: 0 }).unwrap();
    let end = journal.end();
    let wrong = Position { number: end.number - 1, ..end };
    assert!(matches!(journal.cut_back(wrong), Err(Error::Damage(_))), "a wrong place was cut");
    append(&mut journal, 1).unwrap();
    assert!(matches!(journal.cut_back(end), Err(Error::Kept { .. })), "cut what it had written");
}

#[test]
fn records_that_are_not_lines_are_refused_before_anything_is_written() {
    let disk = FakeDisk::new();
    let mut journal = Journal::create(disk.handle()).unwrap();
    let calls = disk.calls();
    for bad in [&b""[..], b"\n", b"a\n", b"a\nb", &b"x".repeat(RECORD_MAX + 1)] {
        assert!(matches!(
            journal.append(0, &[b"good", bad]),
            Err(Error::NotALine { number: 1, .. })
        ));
    }
    let full = vec![b'x'; RECORD_MAX];
    assert!(matches!(journal.append(0, &[&full[..]; 129]), Err(Error::Group { .. })));
    assert!(matches!(journal.append(1, &[b"good"]), Err(Error::Moved { expected: 1, head: 0 })));
    journal.append(0, &[]).unwrap();
    assert_eq!(disk.calls(), calls);
    journal.append(0, &[&full]).unwrap();
    assert_eq!(journal.record(START, u16::MAX).unwrap(), full);
    assert!(matches!(Journal::create(disk.handle()), Err(Error::Exists { head: 1 })));
    let mut reader = Journal::open(disk.handle(), Role::Reader).unwrap();
    assert!(matches!(reader.append(1, &[b"good"]), Err(Error::ReadOnly)));
}

#[test]
fn a_place_where_no_record_begins_is_not_believed() {
    let disk = FakeDisk::new();
    let mut journal = Journal::create(disk.handle()).unwrap();
    append(&mut journal, 5).unwrap();
    let mut begins = vec![0];
    for record in replay(&journal) {
        begins.push(begins.last().unwrap() + record.len() as u64 + 1);
    }
    begins.remove(0);
    for offset in 0..journal.end().offset + 9 {
        for segment in [0, 5] {
            let place = Position { segment, offset, number: 77 };
            let near = Journal::open_near(disk.handle(), Role::Reader, place).unwrap();
            if segment == 5 || !begins.contains(&offset) {
                assert_eq!(near.end(), journal.end(), "{place:?}");
            }
        }
    }
}

#[test]
fn one_record_costs_one_write_and_one_sync() {
    let disk = FakeDisk::new();
    let mut journal = Journal::create(disk.handle()).unwrap();
    let before = disk.calls();
    append(&mut journal, 1).unwrap();
    let file = "journal/00000000.jsonl";
    assert_eq!(disk.log()[before..], [format!("append to {file}"), format!("sync {file}")]);
}

#[test]
fn a_reader_beside_a_writer_sees_the_records_of_its_moment() {
    let folder = tempfile::tempdir().unwrap();
    let disk: std::sync::Arc<dyn Disk> =
        std::sync::Arc::new(RealDisk::open(folder.path()).unwrap());
    let mut writer = Journal::create(disk.clone()).unwrap().with_segments_of(1 << 16);
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut last = 0;
            while last < 3_000 {
                let reader = Journal::open(disk.clone(), Role::Reader).unwrap();
                assert!(reader.head() >= last, "the journal became shorter");
                last = reader.head();
                let all = replay(&reader);
                assert!(all.iter().zip(0..).all(|(found, number)| *found == record(number)));
                assert_eq!(all.len() as u64, last);
            }
        });
        for _ in 0..30 {
            append(&mut writer, 100).unwrap();
        }
        reading.join().unwrap();
    });
    assert_eq!(replay(&writer).last().unwrap(), &record(2_999));
}

proptest! {
    /// Appends of any size, reopened at any time, against a list; and reading from every place.
    #[test]
    fn a_journal_is_the_list_of_its_records(steps in prop::collection::vec(0..9_u64, 1..25)) {
        let disk = FakeDisk::new();
        let mut journal = Journal::create(disk.handle()).unwrap().with_segments_of(SMALL);
        let mut model = Vec::new();
        for step in steps {
            if step == 0 {
                journal = reopen(&disk, model.len() as u64).unwrap();
            }
            append(&mut journal, step).unwrap();
            model.extend((model.len() as u64..).take(usize::try_from(step).unwrap()).map(record));
            prop_assert_eq!(journal.head(), model.len() as u64);
        }
        let mut records = journal.read_from(START).unwrap();
        for (number, expected) in model.iter().enumerate() {
            let place = records.position();
            prop_assert_eq!(records.next_record().unwrap().unwrap(), &expected[..]);
            let len = u16::try_from(expected.len()).unwrap();
            prop_assert_eq!(&journal.record(place, len).unwrap(), expected);
            prop_assert!(journal.record(place, len - 1).is_err(), "half a record {number}");
            // Opened from any place of the last segment, the end is the same.
            let near = Journal::open_near(disk.handle(), Role::Reader, place).unwrap();
            prop_assert_eq!(near.end(), journal.end());
        }
        prop_assert!(records.next_record().unwrap().is_none());
        prop_assert_eq!(replay(&journal), model);
    }
}

#[test]
fn an_atomic_write_leaves_the_old_or_the_new() {
    let old = |disk: &FakeDisk| disk.set("checkpoint", b"old");
    let write = |disk: &FakeDisk| {
        atomic_write(&*disk.handle(), "checkpoint", b"the new one", Access::Public)
    };
    let calls = calls_in(|disk| {
        old(disk);
        write(disk).unwrap();
    });
    assert_eq!(calls, 5);
    let check = |left: &FakeDisk, done: bool, what: String| {
        let found = read_whole(&*left.handle(), "checkpoint", 99).unwrap();
        let found = found.expect("the file is gone");
        assert!(found == b"the new one" || !done && found == b"old", "{what}: {found:?}");
        write(left).unwrap();
        assert_eq!(left.files(), ["checkpoint"], "{what}: litter stays");
    };
    for call in 0..=calls {
        let disk = FakeDisk::new().cut_before(call);
        old(&disk);
        let done = write(&disk).is_ok();
        for left in disk.after_power_cut() {
            check(&left, done, format!("power cut before call {call}"));
        }
        for effect in EFFECTS {
            let disk = FakeDisk::new().fail(call, ErrorKind::Other, effect);
            old(&disk);
            let done = write(&disk).is_ok();
            for left in disk.after_power_cut().into_iter().chain([disk.fork()]) {
                check(&left, done, format!("{effect:?} of call {call}"));
            }
        }
    }
}

#[test]
fn the_real_disk_keeps_its_promises_to_callers() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    disk::create_dirs(&disk, "a/b", Access::Private).unwrap();
    disk::create_dirs(&disk, "a/b", Access::Private).unwrap();
    disk.create("a/b/c", Access::Private).unwrap();
    assert!(disk.create("a/b/c", Access::Private).is_err(), "a file was created twice");
    disk.append("a/b/c", b"0123456789").unwrap();
    disk.sync("a/b/c").unwrap();
    disk.truncate("a/b/c", 4).unwrap();
    disk.append("a/b/c", b"xyz").unwrap();
    assert_eq!(read_whole(&disk, "a/b/c", 7).unwrap().unwrap(), b"0123xyz");
    assert!(read_whole(&disk, "a/b/c", 6).is_err(), "a bound was ignored");
    let mut some = [0; 9];
    assert_eq!(disk.read_at("a/b/c", 5, &mut some).unwrap(), 2);
    atomic_write(&disk, "a/b/c", b"new", Access::Private).unwrap();
    disk.append("a/b/c", b"er").unwrap();
    assert_eq!(read_whole(&disk, "a/b/c", 9).unwrap().unwrap(), b"newer");
    assert_eq!((disk.list("a").unwrap(), disk.list("none").unwrap()), (vec!["b".into()], vec![]));
    assert_eq!((disk.len("a/b").unwrap(), disk.len("a/x").unwrap()), (None, None));
    assert!(disk.len("a/../../x").is_err() && disk.create("/tmp/x", Access::Public).is_err());
    #[cfg(unix)]
    for (path, expected) in [("a", 0o700), ("a/b", 0o700), ("a/b/c", 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{path}");
    }
    disk.remove("a/b/c").unwrap();
    assert!(disk.append("a/b/c", b"x").is_err(), "a removed file was written");
}

#[test]
fn only_one_writer_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let lock = WriterLock::take(folder.path()).unwrap();
    match WriterLock::take(folder.path()) {
        Err(LockError::Held { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
        other => panic!("{other:?}"),
    }
    drop(lock);
    drop(WriterLock::take(folder.path()).unwrap());
    // What a crash leaves behind locks nothing.
    std::fs::write(folder.path().join("lock"), "4711\n").unwrap();
    WriterLock::take(folder.path()).unwrap();
}

#[test]
fn many_files_are_made_safe_and_take_their_names_together_on_a_real_disk() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    for count in [0, 1, 20, 100] {
        let names: Vec<_> = (0..count).map(|n| (format!("{n}.new"), n.to_string())).collect();
        for (new, name) in &names {
            disk.create_with(new, format!("{name} of {count}").as_bytes(), Access::Public).unwrap();
            assert!(disk.create_with(new, b"x", Access::Public).is_err(), "it is there already");
        }
        let files: Vec<&str> = names.iter().map(|(new, _)| new.as_str()).collect();
        disk.sync_all(&files, &[""]).unwrap();
        disk.rename_all(&names).unwrap();
        disk.sync_all(&[], &[""]).unwrap();
        for (new, name) in &names {
            let bytes = read_whole(&disk, name, 99).unwrap().unwrap();
            assert_eq!(bytes, format!("{name} of {count}").as_bytes());
            assert_eq!(disk.len(new).unwrap(), None);
        }
    }
    assert!(disk.sync_all(&["not there"], &[]).is_err() && disk.sync_all(&[], &["nor"]).is_err());
    assert!(disk.rename_all(&[("not there".into(), "x".into())]).is_err());
}

/// The file read last stays open, but it is its name that is read.
#[test]
fn a_file_that_another_program_replaced_is_read_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    for text in ["one", "two", "three, longer", "4"] {
        std::fs::write(folder.path().join("b"), text).unwrap();
        std::fs::rename(folder.path().join("b"), folder.path().join("a")).unwrap();
        for _ in 0..2 {
            assert_eq!(read_whole(&disk, "a", 99).unwrap().unwrap(), text.as_bytes());
        }
    }
    std::fs::remove_file(folder.path().join("a")).unwrap();
    assert!(disk.read_at("a", 0, &mut [0]).is_err());
}
