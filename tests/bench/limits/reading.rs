//! `open`, `publish-day`, `receipt` and `bytes`: work on a fund that is already large.

use crate::fund::Staff;
use crate::gifts::{Dice, Shape};
use crate::kept::{fresh, home, workload};
use crate::meter::{Disk, Figure, bytes_in, part, peak, took};
use yishan::domain::money::Fen;
use yishan::ledger::{IndexAt, Ledger, Mode};
use yishan::publish::Receipt;
use yishan::publisher::{How, publish};
use yishan::storage::real_disk::RealDisk;
use yishan::verify::{Folder, Verdict};

/// The most gifts whose index is made anew for a figure.
const REBUILT: u64 = 1_000_000;

/// Opens for reading and says what `status` says; then as a writer; then without an index.
pub fn open(shape: Shape) {
    let fund = workload("bulk", &shape, false).join("fund");
    // The first opening after a bulk load lets the index tidy up; people meet the second.
    drop(Ledger::open(&fund, Mode::Write).unwrap());
    for (name, mode) in [("open and status", Mode::Read), ("open for writing", Mode::Write)] {
        let mut all: Vec<f64> = (0..9)
            .map(|_| {
                let (size, took) = took(|| {
                    let ledger = Ledger::open(&fund, mode).unwrap();
                    let books = ledger.books();
                    assert!(books.sums.now.held.total() > Fen::ZERO && books.closed().is_some());
                    ledger.last_checkpoint().map(|kept| kept.size)
                });
                std::hint::black_box(size);
                took.wall * 1e3
            })
            .collect();
        Figure::new(name, shape.gifts, part(&mut all, 0.5), "ms").print();
    }
    Figure::new("open: peak memory", shape.gifts, peak(None), "MiB").print();
    if shape.gifts > REBUILT {
        return;
    }
    let (ledger, anew) = took(|| {
        let disk = std::sync::Arc::new(RealDisk::open(&fund).unwrap());
        Ledger::open_on(disk, &IndexAt::Folder(fresh("index-anew")), Mode::Read).unwrap()
    });
    drop(ledger);
    std::fs::remove_dir_all(home().join("index-anew")).unwrap();
    let rate = shape.gifts as f64 / anew.wall;
    Figure::new("open without an index", shape.gifts, rate, "gifts/s").print();
}

/// So many days, so that on one of them the recent references go to the old shards.
const DAYS: usize = 9;

/// One more day of 1,000 gifts, entered, closed and published, and that again and again.
pub fn publish_day(shape: Shape) {
    let folder = workload("bulk", &shape, true);
    let staff = Staff::new();
    let raw = Disk::new(&folder, 400).median(100);
    let mut ledger = Ledger::open(&folder.join("fund"), Mode::Write).unwrap();
    let public = folder.join("public");
    let (disk, site) = (RealDisk::open(&public).unwrap(), Folder::open(&public).unwrap());
    let mut days = Vec::new();
    for _ in 0..DAYS {
        // The days that were added by earlier runs are there already.
        let day = ledger.books().closed().unwrap().0.since(Shape::day(0)) as u64 + 1;
        let more = Shape { per_day: 1_000, seed: shape.seed + 1 + day, ..shape };
        staff.day(&more, day, day * 1_000..(day + 1) * 1_000, &mut ledger);
        let how = How::default();
        let (done, all) =
            took(|| publish(how, &mut ledger, &staff.log, (&disk, &site), &mut |_| ()).unwrap());
        days.push((all.wall, all.cpu, done.written as f64));
    }
    days.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    let figure = |name: String, value, unit| Figure::new(name, shape.gifts, value, unit);
    for (what, (wall, cpu, written)) in
        [("", days[DAYS / 2]), (" that took longest", days[DAYS - 1])]
    {
        figure(format!("publish-day{what}"), wall * 1e3, "ms")
            .beside("an append + fdatasync for each file", wall * 1e6 / (raw * written))
            .print();
        figure(format!("publish-day{what}: CPU"), cpu * 1e3, "ms").print();
        figure(format!("publish-day{what}: files"), written, "files").print();
    }
    figure("publish-day: peak memory".to_owned(), peak(None), "MiB").print();
    let key = staff.log.verifier();
    let ask =
        yishan::verify::Ask { source: &site, key: &key, witnesses: &[], quorum: 0, since: None };
    assert!(yishan::verify::verify(ask, &mut |_| ()).verdict == Verdict::Verified);
}

/// A receipt for any gift, on an open ledger: from its reference to the file.
pub fn receipt(shape: Shape) {
    let fund = workload("bulk", &shape, true).join("fund");
    let (staff, ledger) = (Staff::new(), Ledger::open(&fund, Mode::Read).unwrap());
    let checkpoint = ledger.last_checkpoint().unwrap();
    assert_eq!(checkpoint.size, ledger.size(), "publish first: the last day has no checkpoint");
    let note = String::from_utf8(checkpoint.note.clone()).unwrap();
    let vkey = staff.log.verifier().to_string();
    let (mut dice, mut all, mut found) = (Dice(7), Vec::new(), Vec::new());
    // The first few warm the cache, as a server's is; all stop when it takes too long.
    while all.len() < 201 && all.iter().sum::<f64>() < 20_000.0 {
        let reference = shape.payment(dice.below(shape.gifts)).reference();
        let (place, looked) = took(|| ledger.find(reference).unwrap().unwrap());
        let (receipt, made) = took(|| {
            let facts = ledger.facts(note.clone(), vkey.clone()).unwrap();
            Receipt::make(&facts, place).unwrap().unwrap()
        });
        receipt.check(&staff.log.verifier()).unwrap();
        all.push((looked.wall + made.wall) * 1e3);
        found.push(looked.wall * 1e3);
    }
    let figure = |name: &str, value, unit| Figure::new(name, shape.gifts, value, unit);
    figure("receipt: median", part(&mut all, 0.5), "ms").print();
    figure("receipt: p95", part(&mut all, 0.95), "ms").print();
    figure("receipt: finding the gift", part(&mut found, 0.5), "ms").print();
}

/// What a gift takes on the disk.
pub fn bytes(shape: Shape) {
    let folder = workload("bulk", &shape, true);
    // The index is compacted when it is closed, not while it grows.
    drop(Ledger::open(&folder.join("fund"), Mode::Write).unwrap());
    let gifts = shape.gifts as f64;
    let each = |part: &str| bytes_in(&folder.join(part)) as f64 / gifts;
    let (journal, index, public) = (each("fund/journal"), each("fund/index"), each("public"));
    let figure = |name: &str, value| Figure::new(name, shape.gifts, value, "bytes/gift").print();
    figure("bytes: journal + index", journal + index);
    figure("bytes: journal", journal);
    figure("bytes: index", index);
    figure("bytes: published folder", public);
}
