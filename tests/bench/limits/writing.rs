//! `disk`, `append`, `one` and `authors`: what it costs until a power cut can no longer lose it.

use crate::fund::{Sink, Staff, clock, founded};
use crate::gifts::Shape;
use crate::kept::fresh;
use crate::meter::{Disk, Figure, bytes_in, load, part, raw_write, took};
use std::time::Instant;
use yishan::domain::time::Stamp;
use yishan::ledger::{Ledger, Sequencer, Signed};

/// Bytes of an entry with one gift.
const ENTRY: usize = 450;
/// Threads that wait each for its own voucher.
const AUTHORS: u64 = 64;

/// The disk's own append of one entry + fdatasync.
pub fn disk() {
    let home = fresh("disk");
    let mut disk = Disk::new(&home, ENTRY);
    let mut all: Vec<f64> = (0..500).map(|_| disk.append()).collect();
    for (name, of) in [("median", 0.5), ("p95", 0.95)] {
        let name = format!("the disk's own append + fdatasync: {name}");
        Figure::new(name, 1, part(&mut all, of), "us").print();
    }
    Figure::new("load average", 1, load(), "").print();
    let written = 0.25 / raw_write(&home, 256 << 20);
    Figure::new("the disk's own writing, synced each 4 MiB", 1, written, "GiB/s").print();
}

/// All days of a fund through `Ledger::append`.
pub fn append(shape: Shape) {
    let (home, staff) = (fresh("append"), Staff::new());
    let mut ledger = founded(&home.join("fund"), &staff);
    // Signing is the officers' work: it is done before, and what it takes is not counted.
    staff.beginning(&mut ledger);
    let mut all = Timed { ledger, wall: 0.0, cpu: 0.0 };
    for day in 0..shape.days() {
        let first = day * shape.per_day;
        staff.day(&shape, day, first..shape.gifts.min(first + shape.per_day), &mut all);
    }
    let ((), last) = took(|| all.ledger.commit_index().unwrap());
    let (wall, cpu, gifts) = (all.wall + last.wall, all.cpu + last.cpu, shape.gifts as f64);
    drop(all);
    let written = bytes_in(&home.join("fund/journal"));
    let raw = raw_write(&home, written);
    let figure = |name: &str, value, unit| Figure::new(name, shape.gifts, value, unit);
    figure("append", gifts / wall, "gifts/s").beside("the disk's own writing", wall / raw).print();
    figure("append: CPU", cpu / gifts * 1e9, "ns/gift").print();
    std::fs::remove_dir_all(home).unwrap();
}

/// A ledger, and what entering took.
struct Timed {
    ledger: Ledger,
    wall: f64,
    cpu: f64,
}

impl Sink for Timed {
    fn size(&self) -> u64 {
        self.ledger.size()
    }

    fn books(&self) -> &yishan::domain::books::Books {
        self.ledger.books()
    }

    fn enter(&mut self, group: &[Signed], at: Stamp) {
        let ((), took) = took(|| self.ledger.enter(group, at));
        self.wall += took.wall;
        self.cpu += took.cpu;
    }
}

/// One voucher of one gift, each beside an append of the same length by the disk alone.
pub fn one(shape: Shape, times: u64) {
    let (home, staff) = (fresh("one"), Staff::new());
    let shape = Shape { per_day: times.max(1), ..shape.of(times).single() };
    let mut ledger = founded(&home.join("fund"), &staff);
    staff.beginning(&mut ledger);
    let at = clock(0, "20:30:00");
    let mut disk = Disk::new(&home, ENTRY);
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for voucher in staff.vouchers(&shape, 0..times, at) {
        raw.push(disk.append());
        let start = Instant::now();
        ledger.enter(std::slice::from_ref(&voucher), at);
        ours.push(start.elapsed().as_secs_f64() * 1e6);
    }
    for (name, of) in [("one: median", 0.5), ("one: p95", 0.95)] {
        let (ours, raw) = (part(&mut ours, of), part(&mut raw, of));
        Figure::new(name, times, ours, "us").beside("the disk's own", ours / raw).print();
        Figure::new(format!("{name} of the disk's own"), times, raw, "us").print();
    }
    std::fs::remove_dir_all(home).unwrap();
}

/// Many authors at once: each hands in one voucher of one gift and waits until it is durable.
pub fn authors(shape: Shape, count: u64) {
    let (home, staff) = (fresh("authors"), Staff::new());
    let each = count / AUTHORS;
    let count = each * AUTHORS;
    let shape = Shape { per_day: count, ..shape.of(count).single() };
    let mut ledger = founded(&home.join("fund"), &staff);
    staff.beginning(&mut ledger);
    let raw = Disk::new(&home, ENTRY).median(200);
    let at = clock(0, "20:30:00");
    let mut vouchers = staff.vouchers(&shape, 0..count, at);
    let (before, ours) = (ledger.size(), Sequencer::new(ledger, move || at));
    let (mut waited, all) = took(|| {
        std::thread::scope(|scope| {
            let authors: Vec<_> = (0..AUTHORS)
                .map(|_| {
                    let (own, ours) = (vouchers.split_off(vouchers.len() - each as usize), &ours);
                    scope.spawn(move || author(own, ours))
                })
                .collect();
            let waited = authors.into_iter().flat_map(|author| author.join().unwrap());
            waited.collect::<Vec<f64>>()
        })
    });
    assert_eq!(ours.with(|ledger| ledger.size()), before + count);
    let rate = count as f64 / all.wall;
    let figure = |name: &str, value, unit| Figure::new(name, count, value, unit);
    figure("authors", rate, "vouchers/s").beside("one fsync each", rate * raw / 1e6).print();
    figure("authors: CPU", all.cpu / count as f64 * 1e6, "us/voucher").print();
    for (name, of) in [("authors: waited, median", 0.5), ("authors: waited, p99", 0.99)] {
        figure(name, part(&mut waited, of), "us").print();
    }
    std::fs::remove_dir_all(home).unwrap();
}

/// Hands in one voucher after the other; returns how long each took, in microseconds.
fn author(vouchers: Vec<Signed>, ours: &Sequencer) -> Vec<f64> {
    let one = |voucher| {
        let start = Instant::now();
        ours.submit(voucher).unwrap();
        start.elapsed().as_secs_f64() * 1e6
    };
    vouchers.into_iter().map(one).collect()
}
