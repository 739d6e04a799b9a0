//! Scratch.
use std::time::Instant;
use yishan::domain::codec::{List, read_all};
use yishan::domain::entry::{MAX_ENTRY, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::gift::Gift;
use yishan::domain::money::Fen;
use yishan::domain::text::{Id, Key, Nonce, Origin, Ref};
use yishan::domain::time::{Stamp, Wall};
use yishan::domain::words::Amount;
use yishan::keys::OfficerKey;
use yishan::ledger::{Ledger, Mode, Signed};
use std::path::Path;
use std::io::Write;

const ORIGIN: &str = "yishan.example/bench";
fn stamp(t: &str) -> Stamp { Stamp::parse(t.as_bytes()).unwrap() }
fn sign(clerk: &OfficerKey, nonce: u128, lines: Vec<Line>) -> Signed {
    let by = Id::parse(b"chen").unwrap();
    let made = stamp("2026-11-01T20:00:00+08:00");
    let voucher = Voucher { by, made, nonce: Nonce(nonce.to_be_bytes()), lines: List::new(lines).unwrap() };
    Signed::new(clerk, &Origin::parse(ORIGIN.as_bytes()).unwrap(), &voucher)
}
fn line(text: &str) -> Line { read_all(text.as_bytes(), MAX_ENTRY).unwrap() }
fn found(folder: &Path, clerk: &OfficerKey) -> Ledger {
    std::fs::create_dir_all(folder).unwrap();
    let key = Key(clerk.public());
    let found = format!("{{\"found\":{{\"origin\":\"{ORIGIN}\",\"name\":\"测速\",\"holder\":\"测速\",\"zone\":\"+08:00\",\"policy\":{{\"solo\":true,\"quorum\":1,\"limits\":[{{\"from\":0,\"need\":1}}]}},\"officers\":[{{\"id\":\"chen\",\"key\":\"{key}\",\"roles\":[\"clerk\",\"approver\",\"cashier\",\"steward\"]}}]}}}}");
    let at = stamp("2026-11-01T20:00:00+08:00");
    let mut ledger = Ledger::found(folder, &sign(clerk, 0, vec![line(&found)]), at).unwrap().unwrap();
    let open = line(r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#);
    ledger.append(&[sign(clerk, 1, vec![open])], at).unwrap().remove(0).unwrap();
    ledger
}
fn reference(number: u64) -> Ref {
    let a = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let a = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let a = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let b = a.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (a >> 32);
    Ref(((u128::from(a) << 64) | u128::from(b)).to_be_bytes())
}
fn gift(number: u64) -> Line {
    let paid = Wall::parse(b"2026-11-01T08:00:00").unwrap();
    Line::Gift(Gift { fen: Amount::new(Fen::new(100).unwrap()).unwrap(), to: Id::parse(b"wx").unwrap(), paid, reference: reference(number) })
}
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn du(p: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(m) = std::fs::metadata(p) else { return 0 };
    if m.is_dir() { std::fs::read_dir(p).unwrap().map(|e| du(&e.unwrap().path())).sum() } else { m.blocks() * 512 }
}
fn main() {
    let millions: u64 = std::env::args().nth(2).map_or(1, |n| n.parse().unwrap());
    let home = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home).unwrap();
    let clerk = OfficerKey::generate("chen", &mut |b| b.fill(7)).unwrap();
    let fund = home.join("fund");
    let mut ledger = found(&fund, &clerk);
    let mut med = |mut all: Vec<f64>| { all.sort_by(f64::total_cmp); all[all.len() / 2] };
    let at = stamp("2026-11-01T20:00:00+08:00");
    {
        let mut file = std::fs::File::create(home.join("alone")).unwrap();
        let vs: Vec<_> = (0..300u64).map(|k| sign(&clerk, (1 << 70) | u128::from(k), vec![gift((1 << 60) + k)])).collect();
        let (mut a, mut b) = (vec![], vec![]);
        for v in &vs {
            let t = Instant::now(); file.write_all(&[b'x'; 400]).unwrap(); file.sync_data().unwrap(); a.push(t.elapsed().as_secs_f64() * 1e6);
            let t = Instant::now(); ledger.append(std::slice::from_ref(v), at).unwrap().remove(0).unwrap(); b.push(t.elapsed().as_secs_f64() * 1e6);
        }
        let (a, b) = (med(a), med(b));
        println!("one voucher {b:.0} us, disk {a:.0} us, ratio {:.2}", b / a);
    }
    let at = stamp("2026-11-01T20:30:00+08:00");
    let total = millions * 1_000_000;
    let (mut wall, mut c) = (0.0, 0.0);
    let mut worst: f64 = 0.0;
    for first in (0..total / 200).step_by(500) {
        use rayon::prelude::*;
        let group: Vec<Signed> = (first..(total / 200).min(first + 500)).into_par_iter().map(|v| sign(&clerk, (1 << 80) | u128::from(v), (v * 200..(v + 1) * 200).map(gift).collect())).collect();
        let (t, c0) = (Instant::now(), cpu());
        assert!(ledger.append(&group, at).unwrap().iter().all(Result::is_ok));
        let e = t.elapsed().as_secs_f64();
        worst = worst.max(e);
        wall += e; c += cpu() - c0;
    }
    println!("append {total} gifts: {wall:.2} s, {:.0}/s, cpu {:.0} ns a gift, worst group {:.0} ms", total as f64 / wall, c * 1e9 / total as f64, worst * 1e3);
    let t = Instant::now(); drop(ledger); println!("close {:.1} ms", t.elapsed().as_secs_f64() * 1e3);
    for i in 0..4 {
        let t = Instant::now();
        let l = Ledger::open(&fund, if i == 3 { Mode::Read } else { Mode::Write }).unwrap();
        let f = l.books().sums.now.free;
        println!("open {i}: {:.1} ms ({f:?})", t.elapsed().as_secs_f64() * 1e3);
        drop(l);
    }
    let (j, x) = (du(&fund.join("journal")), du(&fund.join("index")));
    println!("bytes a gift: journal {:.1}, index {:.1}, both {:.1}", j as f64 / total as f64, x as f64 / total as f64, (j + x) as f64 / total as f64);
    let l = Ledger::open(&fund, Mode::Read).unwrap();
    let mut a: Vec<f64> = vec![];
    let mut e: Vec<f64> = vec![];
    for i in 0..1000u64 {
        let t = Instant::now();
        let p = l.find(reference(i * 7919 % total)).unwrap().unwrap();
        a.push(t.elapsed().as_secs_f64() * 1e6);
        let t = Instant::now();
        assert!(l.line(p).unwrap().is_some());
        e.push(t.elapsed().as_secs_f64() * 1e6);
    }
    println!("find: median {:.1} us, worst {:.0} us; line: {:.1} us, worst {:.0}", med(a.clone()), a.iter().fold(0.0, |x: f64, y| x.max(*y)), med(e.clone()), e.iter().fold(0.0, |x: f64, y| x.max(*y)));
}
