//! `verify` and `verify-single`: the whole published folder, as a stranger checks it.

use crate::Ask;
use crate::fund::Staff;
use crate::gifts::Shape;
use crate::kept::published;
use crate::meter::{Figure, peak, read_through, took};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Instant;
use yishan::verify::{Folder, Progress, Verdict, verify};

pub fn run(ask: &Ask, name: &str, shape: Shape) {
    let site = published(&shape);
    let bundles = bundles(&site.join("tile/entries"));
    let (bytes, read) = took(|| {
        let mut bytes = 0;
        for path in &bundles {
            read_through(path, &mut |piece| bytes += piece.len());
        }
        bytes
    });
    let ((), hashed) = took(|| hash_all(&bundles));
    let before = peak(None);
    let (source, staff) = (Folder::open(&site).unwrap(), Staff::new());
    let key = staff.log.verifier();
    let asked =
        yishan::verify::Ask { source: &source, key: &key, witnesses: &[], quorum: 0, since: None };
    let mut stages = Vec::new();
    let (report, all) = took(|| {
        verify(asked, &mut |Progress { check, .. }| {
            if stages.last().is_none_or(|(last, _)| *last != check) {
                stages.push((check, Instant::now()));
            }
        })
    });
    let end = Instant::now();
    assert!(report.verdict == Verdict::Verified, "{:?}", report.distrust);
    let (gifts, size) = (shape.gifts as f64, shape.gifts);
    let per_second = if ask.shape.per_voucher == 1 { "entries/s" } else { "gifts/s" };
    let figure = |what: &str, value, unit| Figure::new(format!("{name}{what}"), size, value, unit);
    figure("", gifts / all.wall, per_second)
        .beside("SHA-256 of the same bytes", all.wall / hashed.wall)
        .print();
    figure(": CPU", all.cpu / gifts * 1e9, "ns/gift")
        .beside("SHA-256 of the same bytes", all.cpu / hashed.cpu)
        .print();
    figure(": peak memory", peak(None), "MiB")
        .beside("before it began", peak(None) / before)
        .print();
    let ends = stages.iter().skip(1).map(|(_, at)| *at).chain([end]);
    for ((check, from), to) in stages.iter().zip(ends) {
        let stage = to.duration_since(*from).as_secs_f64();
        figure(&format!(": stage {check:?}"), stage / all.wall * 100.0, "% of the time").print();
    }
    let rate = |seconds: f64| bytes as f64 / seconds / 1e9;
    figure(": the machine's sequential read", rate(read.wall), "GB/s").print();
    figure(": the machine's SHA-256, all cores", rate(hashed.wall), "GB/s").print();
}

/// Hashes the same bytes on every core.
fn hash_all(bundles: &[PathBuf]) {
    bundles.par_iter().for_each(|path| {
        let mut hash = Sha256::new();
        read_through(path, &mut |piece| hash.update(piece));
        std::hint::black_box(hash.finalize());
    });
}

/// Every bundle of entries.
fn bundles(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if item.file_type().unwrap().is_dir() {
            found.extend(bundles(&item.path()));
        } else {
            found.push(item.path());
        }
    }
    found.sort();
    found
}
