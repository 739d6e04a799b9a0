//! Workloads: made once, kept in the target folder, and used again by every figure.

use crate::direct::{Direct, put};
use crate::fund::{Sink, Staff, founded};
use crate::gifts::{Payment, Shape};
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use yishan::domain::books::Books;
use yishan::domain::money::Fen;
use yishan::domain::time::{Stamp, Wall};
use yishan::import::sample::{Sample, SampleRow, alipay_csv, wechat_csv};
use yishan::ledger::{Ledger, Signed};
use yishan::publisher::{How, publish};
use yishan::storage::real_disk::RealDisk;
use yishan::verify::Folder;

/// Where workloads are kept.
pub fn home() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("limits");
    std::fs::create_dir_all(&home).unwrap();
    home
}

/// An empty folder of that name, for one figure.
pub fn fresh(name: &str) -> PathBuf {
    let folder = home().join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Removes everything kept.
pub fn clean() {
    std::fs::remove_dir_all(home()).unwrap();
}

/// Where a workload is kept.
fn place(what: &str, shape: &Shape) -> PathBuf {
    let Shape { gifts, per_day, per_voucher, seed } = *shape;
    home().join(format!("{what}-{gifts}-{per_day}-{per_voucher}-{seed}"))
}

/// The folder of a workload, made now by another process if it is not there yet.
pub fn workload(what: &str, shape: &Shape, site: bool) -> PathBuf {
    let folder = place(what, shape);
    let (made, published) = (folder.join("made"), folder.join("published"));
    // What was published also does where that is not asked for.
    if published.exists() || !site && made.exists() {
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    let Shape { gifts, per_day, per_voucher, seed } = *shape;
    let mut make = Command::new(std::env::current_exe().unwrap());
    make.args(["make", what, &gifts.to_string()]).arg(&folder);
    make.args(["--per-day", &per_day.to_string(), "--seed", &seed.to_string()]);
    make.args(["--per-voucher", &per_voucher.to_string()]).args(site.then_some("--site"));
    assert!(make.status().unwrap().success(), "{make:?}");
    put(if site { &published } else { &made }, b"");
    folder
}

/// A published folder of these gifts: a fund's, if one is there, else one made without a fund.
pub fn published(shape: &Shape) -> PathBuf {
    let fund = place("bulk", shape);
    let folder =
        if fund.join("published").exists() { fund } else { workload("tree", shape, false) };
    folder.join("public")
}

/// Makes a workload of so many gifts in `folder`.
pub fn make(what: &str, shape: Shape, folder: &Path, site: bool) {
    let public = folder.join("public");
    match what {
        "bulk" => fund(&shape, &folder.join("fund"), site.then_some(&public)),
        "single" => fund(&shape.single(), &folder.join("fund"), site.then_some(&public)),
        "tree" => {
            let staff = Staff::new();
            let mut direct = Direct::founded(&staff, &public);
            staff.all_days(&shape, &mut direct);
            direct.publish(&staff);
            put(&folder.join("log.vkey"), staff.log.verifier().to_string().as_bytes());
        }
        "evening" => put(&folder.join("wechat.csv"), &wechat(&shape)),
        "csv" => csv(&shape, folder),
        other => panic!("{other} is no workload"),
    }
}

/// A fund with its index; if it is published, at the checkpoint of its last entry.
fn fund(shape: &Shape, folder: &Path, site: Option<&PathBuf>) {
    let staff = Staff::new();
    let ledger = founded(folder, &staff);
    let direct = site.map(|site| Direct::founded(&staff, site));
    let mut both = Both(ledger, direct);
    staff.all_days(shape, &mut both);
    let Both(mut ledger, direct) = both;
    ledger.commit_index().unwrap();
    if let (Some(direct), Some(public)) = (direct, site) {
        direct.publish(&staff);
        ledger.sign_checkpoint(&staff.log).unwrap();
        // Once by the program itself, which verifies it and keeps what it led to.
        let (disk, there) = (RealDisk::open(public).unwrap(), Folder::open(public).unwrap());
        publish(How::default(), &mut ledger, &staff.log, (&disk, &there), &mut |_| ()).unwrap();
    }
}

/// A ledger, and the folder that shows the same.
struct Both(Ledger, Option<Direct>);

impl Sink for Both {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn books(&self) -> &Books {
        self.0.books()
    }

    fn enter(&mut self, group: &[Signed], at: Stamp) {
        let Both(ledger, site) = self;
        let same = || site.iter_mut().for_each(|site| site.enter(group, at));
        rayon::join(|| ledger.enter(group, at), same);
    }
}

/// A WeChat bill, as the treasurer downloads it.
pub fn wechat(shape: &Shape) -> Vec<u8> {
    wechat_csv(&sample(shape, 0..shape.gifts, SampleRow::wechat_gift)).unwrap()
}

/// An Alipay bill of some of the gifts.
pub fn alipay(shape: &Shape, gifts: std::ops::Range<u64>) -> Vec<u8> {
    alipay_csv(&sample(shape, gifts, SampleRow::alipay_gift)).unwrap()
}

type Row = fn(Wall, &str, Fen, &str) -> SampleRow;

fn sample(shape: &Shape, gifts: std::ops::Range<u64>, row: Row) -> Sample {
    let rows: Vec<SampleRow> = gifts
        .map(|n| {
            let Payment { number, donor, fen, time } = shape.payment(n);
            row(time, &format!("捐赠人{donor}"), Fen::new(fen).unwrap(), &number)
        })
        .collect();
    let (from, to) = (rows[0].time.day(), rows[rows.len() - 1].time.day());
    let wall = |day, time| Wall::parse(format!("{day}T{time}").as_bytes()).unwrap();
    Sample {
        owner: "测速".into(),
        from: wall(from, "00:00:00"),
        to: wall(to, "23:59:59"),
        exported_at: wall(to.offset(1).unwrap(), "00:10:00"),
        export_kind: "全部".into(),
        rows,
    }
}

/// A list of gifts as a CSV of its own layout; [`MAPPING`] reads it.
pub fn list(shape: &Shape, gifts: std::ops::Range<u64>) -> Vec<u8> {
    let mut out = String::from("no,donor,time,yuan\n");
    for n in gifts {
        let Payment { number, donor, fen, time } = shape.payment(n);
        let (yuan, fen, time) = (fen / 100, fen % 100, time.to_string().replace('T', " "));
        writeln!(out, "{number},donor-{donor},{time},{yuan}.{fen:02}").unwrap();
    }
    out.into_bytes()
}

/// How [`list`] is read.
pub const MAPPING: &str = "channel = \"liebiao\"\ndates = [\"%Y-%m-%d %H:%M:%S\"]\n\n[columns]\n\
                           time = \"time\"\namount = \"yuan\"\nid = \"no\"\nparty = \"donor\"\n";

/// The gifts for other programs: a table, and the same as plain-text accounts.
fn csv(shape: &Shape, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let file = |name| BufWriter::new(std::fs::File::create(folder.join(name)).unwrap());
    let (mut table, mut hledger, mut beancount) =
        (file("gifts.csv"), file("gifts.journal"), file("gifts.beancount"));
    writeln!(beancount, "2019-01-01 open Assets:WeChat CNY\n").unwrap();
    // Beancount wants every account opened.
    let mut donors: Vec<u64> = (0..shape.gifts).map(|n| shape.payment(n).donor).collect();
    donors.sort_unstable();
    donors.dedup();
    for donor in donors {
        writeln!(beancount, "2019-01-01 open Income:Gift:D{donor} CNY").unwrap();
    }
    for n in 0..shape.gifts {
        let Payment { number, donor, fen, time } = shape.payment(n);
        let (day, yuan, cents) = (time.day(), fen / 100, fen % 100);
        writeln!(table, "{number},{donor},{time},{fen}").unwrap();
        let gift = format!("{yuan}.{cents:02} CNY");
        writeln!(hledger, "{day} ({number}) gift\n  assets:wechat  {gift}").unwrap();
        writeln!(hledger, "  income:gift:d{donor}\n").unwrap();
        writeln!(beancount, "{day} * \"gift\" ^{number}\n  Assets:WeChat  {gift}").unwrap();
        writeln!(beancount, "  Income:Gift:D{donor}\n").unwrap();
    }
}
