//! A whole evening on a disk whose power can be cut: what was acknowledged is there afterwards,
//! what was not is whole or gone, and the next evening simply works.

use crate::fake_disk::{EFFECTS, FakeDisk};
use crate::fund::{Officers, append, gift, reopen, stamp};
use std::io::ErrorKind;
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::money::Fen;
use yishan::domain::refusal::Refusal;
use yishan::domain::time::Day;
use yishan::ledger::{Error, IndexAt, Ledger, Mode, Signed};
use yishan::tlog::Checkpoint;

const OPEN: &str = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
const PEOPLE: [(&str, &str); 4] = [
    ("chen", r#"{"nominate":{"student":"s-1","level":"primary","source":"education"}}"#),
    ("chen", r#"{"visit":{"student":"s-1","on":"2026-11-01","finding":"fit"}}"#),
    ("li", r#"{"admit":{"student":"s-1"}}"#),
    ("chen", r#"{"allocate":{"student":"s-1","fen":500,"for":"autumn term"}}"#),
];

/// One step of the evening: what to append, all under one sync, or a checkpoint.
enum Step {
    Vouchers(Vec<Signed>),
    Close,
    Sign,
}

fn steps(officers: &Officers) -> Vec<Step> {
    let mut number = 0;
    let mut voucher = |by: &str, lines: &[String]| {
        number += 1;
        officers.sign(by, "01T20:00:00", number, lines)
    };
    let mut steps = vec![Step::Vouchers(vec![voucher("li", &[OPEN.into()])])];
    let gifts = (0..5).map(|k| voucher("chen", &[gift(100, k * 2 + 1), gift(150, k * 2 + 2)]));
    steps.push(Step::Vouchers(gifts.collect()));
    steps.push(Step::Vouchers(PEOPLE.map(|(by, line)| voucher(by, &[line.into()])).into()));
    steps.push(Step::Vouchers(vec![voucher("li", &[r#"{"approve":{"of":"10/0"}}"#.into()])]));
    let pay = r#"{"pay":{"of":"10/0","fen":500,"from":"wx","paid":"2026-11-01T19:00:00","ref":"AAAAAAAAAAAAAAAAAAAAAA"}}"#;
    steps.push(Step::Vouchers(vec![voucher("zhao", &[pay.into()])]));
    steps.push(Step::Close);
    steps.push(Step::Sign);
    steps
}

fn close(
    officers: &Officers,
    ledger: &mut Ledger,
    day: &str,
) -> Result<Result<u64, Refusal>, Error> {
    let line =
        Line::Close(Box::new(Close::of(ledger.books(), Day::parse(day.as_bytes()).unwrap())));
    let at = format!("{}T21:00:00", &day[8..]);
    let text = yishan::domain::codec::spelling(&line);
    append(ledger, &officers.sign("chen", &at, 1000 + u128::from(ledger.size()), &[text]), &at)
}

/// Lives through the evening as far as the disk lets it: the entries acknowledged, the size signed.
pub(crate) fn evening(officers: &Officers, disk: &FakeDisk) -> (u64, u64) {
    let Ok(mut ledger) = officers.found_on(disk.handle(), "01T19:30:00") else { return (0, 0) };
    let (mut acknowledged, mut signed) = (1, 0);
    for step in steps(officers) {
        let done = match step {
            Step::Vouchers(vouchers) => {
                ledger.append(&vouchers, stamp("01T20:00:00")).map(|results| {
                    assert!(results.iter().all(Result::is_ok), "{results:?}");
                    results.len() as u64
                })
            }
            Step::Close => {
                close(officers, &mut ledger, "2026-11-01").map(|r| r.map(|_| 1).unwrap())
            }
            Step::Sign => ledger.sign_checkpoint(&officers.log).map(|_| {
                signed = ledger.size();
                0
            }),
        };
        match done {
            Ok(count) => acknowledged += count,
            Err(_) => return (acknowledged, signed),
        }
    }
    (acknowledged, signed)
}

/// What every image must be: openable, with all that was acknowledged, and good for another
/// evening.
fn check(officers: &Officers, left: &FakeDisk, (acknowledged, signed): (u64, u64), what: &str) {
    let opened = match reopen(left.handle()) {
        Ok(ledger) => Ok(ledger),
        // Nothing was acknowledged, so the founding may be gone: it can be done again.
        Err(_) if acknowledged == 0 => officers.found_on(left.handle(), "01T19:30:00"),
        Err(error) => Err(error),
    };
    let mut ledger = opened.unwrap_or_else(|e| panic!("{what}: {e:?}"));
    assert!(ledger.size() >= acknowledged, "{what}: {} of {acknowledged} entries", ledger.size());
    let last = ledger.last_checkpoint().map_or(0, |kept| kept.size);
    assert!(last >= signed, "{what}: the signed checkpoint {signed} was forgotten");
    // The next evening.
    if ledger.size() == 1 {
        append(&mut ledger, &officers.sign("li", "02T20:00:00", 50, &[OPEN.into()]), "02T20:00:00")
            .unwrap()
            .unwrap();
    }
    let one = officers.sign("chen", "02T20:00:00", 60, &[gift(100, 777)]);
    append(&mut ledger, &one, "02T20:00:00").unwrap().unwrap();
    close(officers, &mut ledger, "2026-11-02").unwrap().unwrap_or_else(|e| panic!("{what}: {e}"));
    let note = ledger.sign_checkpoint(&officers.log).unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let (checkpoint, _) = Checkpoint::open(note.as_bytes(), &officers.log.verifier(), &[]).unwrap();
    assert_eq!(
        (checkpoint.size(), checkpoint.root()),
        (ledger.size(), ledger.replay().tree().root())
    );
}

#[test]
fn an_evening_runs_through_and_a_second_opening_finds_the_same() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    assert_eq!(evening(&officers, &disk), (14, 14));
    let ledger = reopen(disk.handle()).unwrap();
    let sums = &ledger.books().sums;
    assert_eq!(sums.now.held.total(), Fen::new(750).unwrap());
    assert_eq!((sums.now.free.get(), sums.now.promised.get()), (750, 0));
    assert_eq!(ledger.books().levels.primary, 1);
}

#[test]
fn an_acknowledged_entry_survives_a_power_cut_anywhere_in_the_evening() {
    let officers = Officers::new();
    let whole = FakeDisk::new();
    evening(&officers, &whole);
    let mut images = 0;
    for cut in 0..=whole.calls() {
        let disk = FakeDisk::new().cut_before(cut);
        let done = evening(&officers, &disk);
        for left in &disk.after_power_cut() {
            images += 1;
            check(&officers, left, done, &format!("power cut before call {cut}"));
        }
    }
    assert!(images > 100, "only {images} images were tried");
}

#[test]
fn a_failing_disk_loses_nothing_acknowledged_whether_it_wrote_or_not() {
    let officers = Officers::new();
    let whole = FakeDisk::new();
    evening(&officers, &whole);
    for call in 0..whole.calls() {
        for effect in EFFECTS {
            for kind in [ErrorKind::Other, ErrorKind::StorageFull] {
                let disk = FakeDisk::new().fail(call, kind, effect);
                let done = evening(&officers, &disk);
                check(
                    &officers,
                    &disk.fork(),
                    done,
                    &format!("{kind:?}, {effect:?} of call {call}"),
                );
            }
        }
    }
}

#[test]
fn a_second_writer_of_the_same_voucher_or_payment_adds_nothing() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    evening(&officers, &disk);
    let mut ledger = reopen(disk.handle()).unwrap();
    let again = officers.sign("chen", "01T20:00:00", 2, &[gift(100, 1), gift(150, 2)]);
    let refused = append(&mut ledger, &again, "01T21:30:00").unwrap().unwrap_err();
    assert_eq!(refused.code(), "NonceUsed");
    let renewed = officers.sign("chen", "01T21:30:00", 99, &[gift(7, 500), gift(100, 1)]);
    let refused = append(&mut ledger, &renewed, "01T21:30:00").unwrap().unwrap_err();
    assert_eq!(refused.code(), "RefUsed");
    // The first line of the refused voucher left no trace.
    let alone = officers.sign("chen", "01T21:30:00", 100, &[gift(7, 500)]);
    assert_eq!(append(&mut ledger, &alone, "01T21:30:00").unwrap(), Ok(14));
    let other = [
        officers.sign("chen", "01T21:40:00", 101, &[gift(7, 501)]),
        officers.sign("chen", "01T21:40:00", 102, &[gift(8, 501)]),
    ];
    let results = ledger.append(&other, stamp("01T21:40:00")).unwrap();
    assert_eq!((results[0].clone(), results[1].clone().unwrap_err().code()), (Ok(15), "RefUsed"));
}

#[test]
fn a_voucher_signed_by_another_key_or_for_another_fund_is_refused() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    evening(&officers, &disk);
    let mut ledger = reopen(disk.handle()).unwrap();
    let honest = officers.sign("chen", "01T22:00:00", 200, &[gift(1, 600)]);
    for at in 0..64 {
        let mut forged = honest.clone();
        forged.sig.0[at] ^= 1;
        assert_eq!(
            append(&mut ledger, &forged, "01T22:00:00").unwrap().unwrap_err().code(),
            "BadSignature"
        );
    }
    let text = String::from_utf8(honest.voucher.clone()).unwrap();
    let richer =
        Signed { voucher: text.replace("\"fen\":1,", "\"fen\":9,").into_bytes(), sig: honest.sig };
    assert_eq!(
        append(&mut ledger, &richer, "01T22:00:00").unwrap().unwrap_err().code(),
        "BadSignature"
    );
    assert!(append(&mut ledger, &honest, "01T22:00:00").unwrap().is_ok());
}

#[test]
fn an_older_copy_of_the_store_refuses_to_sign() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    evening(&officers, &disk);
    let old = disk.bytes("journal/00000000.jsonl").unwrap();
    let mut ledger = reopen(disk.handle()).unwrap();
    append(&mut ledger, &officers.sign("chen", "01T22:00:00", 300, &[gift(1, 700)]), "01T22:00:00")
        .unwrap()
        .unwrap();
    ledger.sign_checkpoint(&officers.log).unwrap();
    drop(ledger);
    let read = || Ledger::open_on(disk.handle(), &IndexAt::Nowhere, Mode::Read);
    let mut reader = read().unwrap();
    assert!(matches!(reader.append(&[], stamp("01T22:00:00")), Err(Error::Reopen)));
    disk.set("journal/00000000.jsonl", &old);
    match reopen(disk.handle()) {
        Err(Error::Journal(_)) => {}
        Ok(mut ledger) => {
            assert!(matches!(
                ledger.sign_checkpoint(&officers.log),
                Err(Error::Below { size: 14, signed: 15 })
            ));
        }
        Err(other) => panic!("{other:?}"),
    }
    assert!(matches!(read(), Err(Error::Journal(_))), "an older copy is shown as the whole");
}

#[test]
fn an_edited_journal_is_named_damage_and_is_never_repaired() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    evening(&officers, &disk);
    let whole = disk.bytes("journal/00000000.jsonl").unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut edited = whole.clone();
        edited[at] ^= 0x04;
        let copy = disk.fork();
        copy.set("journal/00000000.jsonl", &edited);
        assert!(reopen(copy.handle()).is_err(), "byte {at} was edited unnoticed");
        assert_eq!(copy.bytes("journal/00000000.jsonl").unwrap(), edited, "byte {at} was repaired");
    }
}

#[test]
fn deleting_the_index_or_giving_it_another_funds_changes_no_answer() {
    let officers = Officers::new();
    let home = tempfile::tempdir().unwrap();
    let signed = officers.sign("li", "01T19:30:00", 0, &[officers.found()]);
    let mut ledger = Ledger::found(home.path(), &signed, stamp("01T19:30:00")).unwrap().unwrap();
    for step in steps(&officers) {
        if let Step::Vouchers(vouchers) = step {
            assert!(
                ledger.append(&vouchers, stamp("01T20:00:00")).unwrap().iter().all(Result::is_ok)
            );
        }
    }
    let many: Vec<Signed> = (0..600)
        .map(|k| officers.sign("chen", "01T20:30:00", 5000 + k, &[gift(1, 9000 + k)]))
        .collect();
    ledger.append(&many, stamp("01T20:30:00")).unwrap();
    let held_by = |e: Error| matches!(e, Error::Lock(_));
    assert!(Ledger::open(home.path(), Mode::Write).is_err_and(held_by), "two writers at once");
    let beside = Ledger::open(home.path(), Mode::Read).unwrap();
    let answer = |l: &Ledger| (l.books().clone(), l.replay().tree().root(), l.entry(100).unwrap());
    let truth = answer(&ledger);
    assert!(answer(&beside) == truth);
    drop((ledger, beside));
    assert!(answer(&Ledger::open(home.path(), Mode::Read).unwrap()) == truth);
    std::fs::remove_dir_all(home.path().join("index")).unwrap();
    assert!(answer(&Ledger::open(home.path(), Mode::Write).unwrap()) == truth);
    // Another fund's index, and one that is no index at all.
    std::fs::remove_dir_all(home.path().join("index")).unwrap();
    drop(yishan::storage::index::Index::open(&home.path().join("index"), [3; 32]).unwrap());
    assert!(answer(&Ledger::open(home.path(), Mode::Write).unwrap()) == truth);
}

/// Without a checkpoint the journal alone must tell a crash from a hand that edits.
#[test]
fn what_was_acknowledged_but_not_yet_signed_is_never_cut_off_for_an_edited_byte() {
    let officers = Officers::new();
    let disk = FakeDisk::new();
    let mut ledger = officers.found_on(disk.handle(), "01T19:30:00").unwrap();
    append(&mut ledger, &officers.sign("li", "01T20:00:00", 1, &[OPEN.into()]), "01T20:00:00")
        .unwrap()
        .unwrap();
    for (number, at) in [(2, "01T20:01:00"), (3, "01T20:02:00"), (4, "01T20:03:00")] {
        let one = officers.sign("chen", at, number, &[gift(100, number)]);
        append(&mut ledger, &one, at).unwrap().unwrap();
    }
    drop(ledger);
    let path = "journal/00000000.jsonl";
    let whole = disk.bytes(path).unwrap();
    let lines: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
    for at in (lines[0] + 1..lines[2]).filter(|at| whole[*at] != b'\n').step_by(11) {
        for flip in [0x01, 0x20, 0x80] {
            let mut edited = whole.clone();
            edited[at] ^= flip;
            let copy = disk.fork();
            copy.set(path, &edited);
            assert!(reopen(copy.handle()).is_err(), "byte {at} was edited unnoticed");
            assert_eq!(copy.bytes(path).unwrap(), edited, "byte {at} was cut off");
        }
    }
    // A line that a newer version wrote, even the last one.
    let text = String::from_utf8(whole.clone()).unwrap();
    let at = text.rfind("{\"gift\":").unwrap();
    let newer = format!("{}{{\"gust\":{}", &text[..at], &text[at + 8..]);
    let copy = disk.fork();
    copy.set(path, newer.as_bytes());
    assert!(reopen(copy.handle()).is_err());
    assert_eq!(copy.bytes(path).unwrap(), newer.as_bytes());
    // What a crash leaves of one group is cut, and kept beside.
    let mut torn = whole.clone();
    torn.extend_from_slice(&[0; 300]);
    torn.push(b'\n');
    let copy = disk.fork();
    copy.set(path, &torn);
    assert_eq!(reopen(copy.handle()).unwrap().size(), 5);
    assert_eq!(copy.bytes(path).unwrap(), whole);
    assert!(copy.files().iter().any(|f| f.contains(".cut")), "{:?}", copy.files());
}
