//! How fast one evening is, and a fund of a million gifts: `cargo bench` (a few minutes).
//!
//! Every figure is printed beside a baseline measured in the same run: the disk's own append and
//! fdatasync. Figures and the machine's condition are kept in `tests/bench/RESULTS.md`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]
#![allow(missing_docs, clippy::panic, clippy::float_arithmetic, clippy::cast_precision_loss)]

use std::io::Write;
use std::path::Path;
use std::time::Instant;
use yishan::domain::codec::{List, read_all, spelling};
use yishan::domain::entry::{MAX_ENTRY, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::line::gift::Gift;
use yishan::domain::money::Fen;
use yishan::domain::text::{Id, Key, Nonce, Origin, Ref};
use yishan::domain::time::{Day, Stamp, Wall};
use yishan::domain::words::Amount;
use yishan::import::sample::{Sample, SampleRow, wechat_csv};
use yishan::import::{Bill, Decisions, Plan, Policy};
use yishan::keys::OfficerKey;
use yishan::ledger::{Ledger, Mode, Signed};
use yishan::publisher::publish;
use yishan::storage::real_disk::RealDisk;
use yishan::tlog::Signer;
use yishan::verify::{Ask, Folder, Verdict, verify};

const ORIGIN: &str = "yishan.example/bench";
const PER_VOUCHER: u64 = 200;

fn main() {
    let millions: u64 =
        std::env::var("YISHAN_BENCH_GIFTS").ok().map_or(1_000_000, |n| n.parse().unwrap());
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let disk = disk_alone(home.path());
    bill_of_100_000_rows();
    let fund = home.path().join("fund");
    let clerk = OfficerKey::generate("chen", &mut |b| b.fill(7)).unwrap();
    let log = Signer::new(ORIGIN, &[9; 32]).unwrap();
    let mut ledger = found(&fund, &clerk);
    one_voucher_alone(&mut ledger, &clerk, disk);
    timed(
        &format!("append {millions} gifts, {PER_VOUCHER} a voucher, durable and indexed"),
        millions,
        || {
            bulk(&mut ledger, &clerk, millions);
        },
    );
    ledger.commit_index().unwrap();
    close(&mut ledger, &clerk);
    ledger.commit_index().unwrap();
    drop(ledger);
    // The first opening after a bulk load lets the index tidy up; people meet the second.
    drop(Ledger::open(&fund, Mode::Write).unwrap());
    timed("open and read the balance", 1, || {
        let ledger = Ledger::open(&fund, Mode::Read).unwrap();
        assert!(ledger.books().sums.now.free > Fen::ZERO);
    });
    let site = home.path().join("site");
    std::fs::create_dir(&site).unwrap();
    let mut ledger = Ledger::open(&fund, Mode::Write).unwrap();
    timed("publish all of it, verified first", millions, || put_up(&mut ledger, &log, &site));
    timed("verify the folder", millions, || {
        let (source, key) = (Folder::open(&site).unwrap(), log.verifier());
        let ask = Ask { source: &source, key: &key, witnesses: &[], quorum: 0, since: None };
        let (start, mut last) = (Instant::now(), None);
        let report = verify(ask, &mut |progress| {
            if last != Some(progress.check) {
                last = Some(progress.check);
                println!(
                    "    {:?} begins after {:.0} ms",
                    progress.check,
                    start.elapsed().as_secs_f64() * 1e3
                );
            }
        });
        assert!(report.verdict == Verdict::Verified);
    });
}

fn timed(what: &str, count: u64, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {:.1} ms, {:.0}/s", seconds * 1e3, count as f64 / seconds);
}

/// The disk's own append of 400 bytes and fdatasync, in microseconds (median of 500).
fn disk_alone(folder: &Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("alone")).unwrap();
    let median = median_of(500, || {
        file.write_all(&[b'x'; 400]).unwrap();
        file.sync_data().unwrap();
    });
    println!("the disk's own append + fdatasync: {median:.0} us");
    median
}

fn median_of(times: usize, mut work: impl FnMut()) -> f64 {
    let mut all: Vec<f64> = (0..times)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[times / 2]
}

fn bill_of_100_000_rows() {
    let wall = |t: &str| Wall::parse(t.as_bytes()).unwrap();
    let rows = (0..100_000_u32)
        .map(|k| {
            let time = format!("2026-11-01T{:02}:{:02}:{:02}", k / 3600 % 24, k / 60 % 60, k % 60);
            let fen = Fen::new(100).unwrap();
            SampleRow::wechat_gift(wall(&time), "用户", fen, &format!("10001071{k:020}"))
        })
        .collect();
    let sample = Sample {
        owner: "基金".into(),
        from: wall("2026-11-01T00:00:00"),
        to: wall("2026-11-01T23:59:59"),
        exported_at: wall("2026-11-02T00:10:00"),
        export_kind: "全部".into(),
        rows,
    };
    let bytes = wechat_csv(&sample).unwrap();
    timed("read and plan a bill of 100,000 rows", 100_000, || {
        let bill = Bill::read(&bytes, "bill.csv", None).unwrap();
        let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
        assert_eq!(plan.drafts.len(), 100_000);
    });
}

fn stamp(time: &str) -> Stamp {
    Stamp::parse(time.as_bytes()).unwrap()
}

fn sign(clerk: &OfficerKey, nonce: u128, lines: Vec<Line>) -> Signed {
    let by = Id::parse(b"chen").unwrap();
    let made = stamp("2026-11-01T20:00:00+08:00");
    let lines = List::new(lines).unwrap();
    let voucher = Voucher { by, made, nonce: Nonce(nonce.to_be_bytes()), lines };
    Signed::new(clerk, &Origin::parse(ORIGIN.as_bytes()).unwrap(), &voucher)
}

fn line(text: &str) -> Line {
    read_all(text.as_bytes(), MAX_ENTRY).unwrap()
}

fn found(folder: &Path, clerk: &OfficerKey) -> Ledger {
    std::fs::create_dir(folder).unwrap();
    let key = Key(clerk.public());
    let found = format!(
        "{{\"found\":{{\"origin\":\"{ORIGIN}\",\"name\":\"测速\",\"holder\":\"测速\",\"zone\":\"+08:00\",\
         \"policy\":{{\"solo\":true,\"quorum\":1,\"limits\":[{{\"from\":0,\"need\":1}}]}},\"officers\":[{{\"id\":\"chen\",\
         \"key\":\"{key}\",\"roles\":[\"clerk\",\"approver\",\"cashier\",\"steward\"]}}]}}}}"
    );
    let at = stamp("2026-11-01T20:00:00+08:00");
    let mut ledger =
        Ledger::found(folder, &sign(clerk, 0, vec![line(&found)]), at).unwrap().unwrap();
    let open = line(r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#);
    ledger.append(&[sign(clerk, 1, vec![open])], at).unwrap().remove(0).unwrap();
    ledger
}

fn gift(number: u64) -> Line {
    let mut reference = [0; 16];
    reference[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    reference[8..].copy_from_slice(&number.to_be_bytes());
    let paid = Wall::parse(b"2026-11-01T08:00:00").unwrap();
    let fen = Amount::new(Fen::new(100).unwrap()).unwrap();
    Line::Gift(Gift { fen, to: Id::parse(b"wx").unwrap(), paid, reference: Ref(reference) })
}

fn one_voucher_alone(ledger: &mut Ledger, clerk: &OfficerKey, disk: f64) {
    let at = stamp("2026-11-01T20:00:00+08:00");
    let mut vouchers = (0..200)
        .map(|k| sign(clerk, 1 << 70 | k, vec![gift((1 << 60) + u64::try_from(k).unwrap())]));
    let median = median_of(200, || {
        ledger.append(&[vouchers.next().unwrap()], at).unwrap().remove(0).unwrap();
    });
    println!(
        "one voucher of one gift, acknowledged: {median:.0} us, {:.2} times the disk",
        median / disk
    );
}

fn bulk(ledger: &mut Ledger, clerk: &OfficerKey, gifts: u64) {
    let at = stamp("2026-11-01T20:30:00+08:00");
    let vouchers = gifts / PER_VOUCHER;
    for first in (0..vouchers).step_by(500) {
        let group: Vec<Signed> = (first..vouchers.min(first + 500))
            .map(|v| {
                let lines = (v * PER_VOUCHER..(v + 1) * PER_VOUCHER).map(gift).collect();
                sign(clerk, 1 << 80 | u128::from(v), lines)
            })
            .collect();
        assert!(ledger.append(&group, at).unwrap().iter().all(Result::is_ok));
    }
}

fn close(ledger: &mut Ledger, clerk: &OfficerKey) {
    let close =
        Line::Close(Box::new(Close::of(ledger.books(), Day::parse(b"2026-11-01").unwrap())));
    assert!(!spelling(&close).is_empty());
    let at = stamp("2026-11-01T21:00:00+08:00");
    ledger.append(&[sign(clerk, 2, vec![close])], at).unwrap().remove(0).unwrap();
}

fn put_up(ledger: &mut Ledger, log: &Signer, site: &Path) {
    let (disk, there) = (RealDisk::open(site).unwrap(), Folder::open(site).unwrap());
    publish(ledger, log, &disk, &there, &mut |_| ()).unwrap_or_else(|e| panic!("{e}: {e:?}"));
}
