//! Damage by the hundred thousand: every mutation of a published folder, journal, receipt, voucher
//! or checkpoint is refused, and the refusal of a folder names its place.
//!
//! ```text
//! YISHAN_MUTATIONS=100000 cargo test --release --test suite -- --nocapture mutations::
//! ```
//!
//! Not covered by anybody's signature, and so not refused: the number of the line in a receipt
//! (what stands there is as it is), and signature lines of strangers below a checkpoint.

use crate::evening::evening;
use crate::fake_disk::FakeDisk;
use crate::forge::{Files, key, publish};
use crate::fund::{Dice, Officers, reopen};
use crate::town::{ORIGIN, Town, place};
use rayon::prelude::*;
use std::collections::BTreeMap;
use yishan::domain::entry::Entry;
use yishan::publish::{Facts, Receipt};
use yishan::seal::{OfficerPublic, check_voucher};
use yishan::tlog::Checkpoint;
use yishan::verify::{Ask, Doubt, Overlay, Verdict, verify};

/// Mutations in a run of all tests.
const MUTATIONS: u64 = 100_000;

/// What is mutated, all of it made once.
struct Whole {
    town: Town,
    files: Files,
    /// Another ledger's folder, to mix with.
    others: Files,
    receipt: Vec<u8>,
    entry: Vec<u8>,
    officers: Officers,
    fund: FakeDisk,
}

fn small(name: &str) -> (Town, Files) {
    let (mut town, mut files) = (Town::solo(name), Files::new());
    town.gifts(3);
    town.close();
    town.gifts(1);
    publish(&town, None, &mut files);
    (town, files)
}

impl Whole {
    fn new() -> Whole {
        let ((town, files), (_, others)) = (small("Town Fund"), small("Other Fund"));
        let receipt = Receipt::make(&town, place("2/1")).unwrap().unwrap().to_string();
        let (entry, officers, fund) = (town.entry(2).unwrap(), Officers::new(), FakeDisk::new());
        evening(&officers, &fund);
        Whole { town, files, others, receipt: receipt.into_bytes(), entry, officers, fund }
    }
}

/// One change, or several: bits, bytes, pieces cut, repeated, moved or taken from `other`.
pub(crate) fn mutate(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![b'x'];
    }
    let mut below = |end: usize| usize::try_from(dice.next()).unwrap() % end.max(1);
    let (mut new, at, len) = (bytes.to_vec(), below(bytes.len()), 1 + below(48));
    let end = (at + len).min(bytes.len());
    match below(8) {
        0..=2 => new[at] ^= 1 << below(8),
        3 => new.truncate(at),
        4 => drop(new.drain(at..end)),
        5 => {
            let to = below(bytes.len());
            new.splice(to..to, bytes[at..end].iter().copied());
        }
        6 => {
            let from = below(other.len());
            let piece = &other[from..(from + len).min(other.len())];
            new.splice(at..end, piece.iter().copied());
        }
        _ => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let (one, two) = (below(lines.len()), below(lines.len()));
            lines.swap(one, two);
            new = lines.concat();
        }
    }
    new
}

/// A folder with one file changed, or some files of another ledger's folder.
fn folder(whole: &Whole, dice: &mut Dice) -> Option<&'static str> {
    let paths: Vec<&String> = whole.files.keys().collect();
    let path = paths[usize::try_from(dice.next()).unwrap() % paths.len()];
    let other = whole.others.get(path).unwrap_or(&whole.receipt);
    let mixed = dice.next().is_multiple_of(10);
    let new = if mixed { other.clone() } else { mutate(&whole.files[path], other, dice) };
    if new == whole.files[path] {
        return None;
    }
    let over = BTreeMap::from([(path.clone(), new)]);
    let (key, source) = (whole.town.verifier(), Overlay { over: &over, under: &whole.files });
    let ask = Ask { source: &source, key: &key, witnesses: &[], quorum: 0, since: None };
    let report = verify(ask, &mut |_| ());
    match report.verdict {
        Verdict::False => {
            let why = report.distrust.unwrap();
            assert!(why.entry().is_some() || why.file().is_some(), "{path}: {why:?} has no place");
        }
        Verdict::Unchecked => {
            // A page of another version; a folder that looks as if a publication were under way.
            let known = |d: &Doubt| matches!(d, Doubt::OtherVersion { .. } | Doubt::Moving { .. });
            assert!(report.doubts.iter().all(known), "{path}: {:?}", report.doubts);
        }
        Verdict::Verified => panic!("{path} was changed and is verified"),
    }
    Some("folders")
}

fn receipt(whole: &Whole, dice: &mut Dice) -> Option<&'static str> {
    let new = mutate(&whole.receipt, &whole.entry, dice);
    let key = whole.town.verifier();
    if let Ok(checked) = Receipt::parse(&new).and_then(|receipt| receipt.check(&key)) {
        let right = Receipt::parse(&whole.receipt).unwrap().check(&key).unwrap();
        assert_eq!((checked.entry, checked.checkpoint), (right.entry, right.checkpoint));
        return None;
    }
    Some("receipts")
}

fn voucher(whole: &Whole, dice: &mut Dice) -> Option<&'static str> {
    let (known, old) = Entry::decode(&whole.entry).unwrap();
    let new = mutate(old, &whole.receipt, dice);
    let key = OfficerPublic::parse(key("chen").public()).unwrap();
    if new == old {
        return None;
    }
    let believed = check_voucher(&key, ORIGIN, &new, &known.sig.0);
    assert!(!believed, "{}", String::from_utf8_lossy(&new));
    Some("vouchers")
}

fn checkpoint(whole: &Whole, dice: &mut Dice) -> Option<&'static str> {
    let (old, key) = (&whole.files["checkpoint"], whole.town.verifier());
    let new = mutate(old, &whole.others["checkpoint"], dice);
    if let Ok((read, _)) = Checkpoint::open(&new, &key, &[]) {
        assert_eq!(read, Checkpoint::open(old, &key, &[]).unwrap().0);
        return None;
    }
    Some("checkpoints")
}

/// A journal whose checkpoint was signed: it is as it was, or it is not signed again.
fn journal(whole: &Whole, dice: &mut Dice) -> Option<&'static str> {
    let path = "journal/00000000.jsonl";
    let (disk, old) = (whole.fund.fork(), whole.fund.bytes(path).unwrap());
    let new = mutate(&old, &whole.entry, dice);
    disk.set(path, &new);
    if let Ok(mut ledger) = reopen(disk.handle())
        && ledger.sign_checkpoint(&whole.officers.log).is_ok()
    {
        let left = disk.bytes(path).unwrap();
        assert_eq!(left, old, "a changed journal was signed");
        return None;
    }
    Some("journals")
}

#[test]
fn no_mutation_of_anything_that_is_kept_or_published_is_believed() {
    let count = std::env::var("YISHAN_MUTATIONS").map_or(MUTATIONS, |text| text.parse().unwrap());
    let kinds: [fn(&Whole, &mut Dice) -> Option<&'static str>; 5] =
        [folder, receipt, voucher, checkpoint, journal];
    let seeds: Vec<u64> = (0..count).collect();
    let sums = seeds.par_chunks(64).map(|seeds| {
        let (own, mut sums) = (Whole::new(), BTreeMap::<&str, u64>::new());
        for seed in seeds {
            let kind = match seed % 100 {
                0..40 => 0,
                98.. => 4,
                other => 1 + usize::try_from(other % 3).unwrap(),
            };
            let refused = kinds[kind](&own, &mut Dice::new(*seed)).unwrap_or("the same");
            *sums.entry(refused).or_default() += 1;
        }
        sums
    });
    let sums = sums.reduce(BTreeMap::new, |mut all, one| {
        for (kind, count) in one {
            *all.entry(kind).or_default() += count;
        }
        all
    });
    println!("{sums:?}");
    assert!(sums.len() == 6 && sums["folders"] > count / 3, "{sums:?}");
}
