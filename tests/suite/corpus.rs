//! The committed corpus of the fuzz targets, through the same functions on every run of the tests.
//!
//! `UPDATE=1` writes the seeds anew, from the golden vectors and made-up bills; what a fuzzer once
//! found stays beside them. A file `good-…` must be accepted, a file `bad-…` refused.

use crate::fund::Dice;
use crate::mutations::mutate;
use crate::parsers::{SHEET, TARGETS, TEXTS, published, target};
use crate::town::{Town, place};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use yishan::backup::Wanted;
use yishan::domain::entry::Entry;
use yishan::domain::money::Fen;
use yishan::domain::time::Wall;
use yishan::import::Direction;
use yishan::import::sample::{self, Flow, Sample, SampleRow, Trade, Trades};
use yishan::keys::{OfficerKey, Passphrase, WorkFactor, backup_page};
use yishan::publish::{Facts as _, Receipt};
use yishan::storage::archive::Archive;
use yishan::tlog::{
    Checkpoint, EMPTY_ROOT, Hash, HashReader, Signer, TlogProof, Tree, leaf_hash,
    prove_consistency, prove_inclusion, push_entry, root_of,
};
use yishan::vault::Identity;

/// How often a file of each target is changed in a run of all tests.
const CHANGES: u64 = 100;

/// The most bytes of all committed files.
const CORPUS_MAX: usize = 300 << 10;

type Seeds = BTreeMap<String, Vec<u8>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
}

fn repository(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)).unwrap()
}

/// The shortest good record of every kind of line, by what stands before the first colon.
fn records(seeds: &mut Seeds) {
    let text = String::from_utf8(repository("vectors/records.txt")).unwrap();
    let mut shortest: BTreeMap<(String, String), &str> = BTreeMap::new();
    let mut bad = BTreeMap::new();
    for row in text.lines() {
        if let Some((kind, record)) = row.strip_prefix("good ").and_then(|r| r.split_once(' ')) {
            let tag = match record.split_once("\"lines\":[{\"") {
                Some((_, lines)) => lines.split('"').next().unwrap(),
                None => record.split('"').nth(1).unwrap(),
            };
            let kept = shortest.entry((kind.to_owned(), tag.to_owned())).or_insert(record);
            if record.len() < kept.len() {
                *kept = record;
            }
        } else if let Some(rest) = row.strip_prefix("bad ") {
            let [name, kind, record] = rest.splitn(3, ' ').collect::<Vec<_>>()[..] else {
                continue;
            };
            if record.len() < 1_000 {
                bad.insert(format!("{kind}/bad-{name}"), record);
            }
        }
    }
    for ((kind, tag), record) in shortest {
        seeds.insert(format!("{kind}/good-{tag}"), record.into());
    }
    seeds.extend(bad.into_iter().map(|(name, record)| (name, record.into())));
}

/// The log whose entry n is the number n in decimal.
struct Numbers;

impl HashReader for Numbers {
    type Error = ();
    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, ()> {
        let first = index << level;
        Ok(root_of(&leaves(first..first + (1 << level))))
    }
}

fn leaves(numbers: std::ops::Range<u64>) -> Vec<Hash> {
    numbers.map(|n| leaf_hash(n.to_string().as_bytes())).collect()
}

fn root(size: u64) -> Hash {
    if size == 0 { EMPTY_ROOT } else { root_of(&leaves(0..size)) }
}

fn log(seeds: &mut Seeds) {
    let signer = Signer::new("log.example/fund", b"never a real seed: a test vector").unwrap();
    let mut put = |name: &str, bytes: Vec<u8>| seeds.insert(name.into(), bytes);
    for size in [0, 1, 20] {
        let checkpoint = Checkpoint::new("log.example/fund", size, root(size)).unwrap();
        let note = checkpoint.sign(&signer).unwrap();
        put(&format!("checkpoint/good-{size}"), checkpoint.to_string().into());
        put(&format!("checkpoint/good-signed-{size}"), note.clone().into());
        put(&format!("note/good-{size}"), note.clone().into());
        put(&format!("note/bad-cut-{size}"), note[..note.len() - 2].into());
        if size > 0 {
            let path = prove_inclusion(size - 1, size, &mut Numbers).unwrap();
            let proof = TlogProof::new(size - 1, path, &note).unwrap();
            put(&format!("tlog_proof/good-{size}"), proof.to_string().into());
            let extra = proof.with_extra(b"extra").unwrap();
            put(&format!("tlog_proof/good-extra-{size}"), extra.to_string().into());
        }
    }
    for (kind, first, second) in [(0, 0, 1), (0, 6, 7), (0, 19, 20), (1, 3, 7), (1, 16, 20)] {
        let (two, path) = if kind == 0 {
            let leaf = leaf_hash(u64::to_string(&first).as_bytes());
            ([leaf, root(second)], prove_inclusion(first, second, &mut Numbers).unwrap())
        } else {
            let path = prove_consistency(first, second, &mut Numbers).unwrap();
            ([root(first), root(second)], path)
        };
        let mut bytes = vec![kind];
        bytes.extend([first, second].iter().flat_map(|n| n.to_be_bytes()));
        bytes.extend(two.iter().chain(&path).flat_map(|hash| hash.0));
        put(&format!("proof/good-{kind}-{first}-{second}"), bytes);
    }
    for path in ["tile/0/x001/x234/067", "tile/entries/000.p/255", "tile/7/000.p/127"] {
        put(&format!("tile/good-{}", path.replace('/', "-")), path.into());
    }
    let rows = leaves(0..3).iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
    put("tile/good-rows", [&b"tile/0/000.p/3\0"[..], &rows].concat());
    for size in [0_u64, 3, 300] {
        let mut tree = Tree::default();
        for leaf in leaves(0..size) {
            tree.push(leaf, &mut |_, _| ()).unwrap();
        }
        put(&format!("tree/good-{size}"), tree.to_bytes());
    }
    put("vkey/good-log", signer.verifier().to_string().into());
    let other = signer.verifier().to_string().replace("log", "lot");
    put("vkey/bad-other-name", other.into());
}

fn town(seeds: &mut Seeds) {
    let town = Town::grown("Town Fund");
    let receipt = Receipt::make(&town, place("2/1")).unwrap().unwrap();
    seeds.insert("receipt/good-gift".into(), receipt.to_string().into());
    let entries: Vec<Vec<u8>> = seeds
        .iter()
        .filter(|(name, bytes)| name.starts_with("entry/good-") && bytes.len() < 700)
        .map(|(_, bytes)| bytes.clone())
        .take(3)
        .collect();
    assert!(entries.iter().all(|bytes| Entry::decode(bytes).is_ok()));
    let mut bundle = vec![2];
    for entry in &entries {
        push_entry(&mut bundle, entry).unwrap();
    }
    seeds.insert("bundle/good-three".into(), bundle);
    let lines = entries.join(&b'\n');
    seeds.insert("journal/good-torn".into(), lines.clone());
    let two = [&lines[..], b"\n\x1e", &lines, b"\n"].concat();
    seeds.insert("journal/good-two-segments".into(), two);
    seeds.insert("journal/bad-empty-line".into(), [&lines[..], b"\n\n"].concat());
}

/// What a stranger's folder and host may hold, and what is typed from paper.
fn strange(seeds: &mut Seeds) {
    let files = published();
    for path in ["checkpoint", "log.vkey", "tile/0/000.p/2", "tile/entries/000.p/2"] {
        let file = [path.as_bytes(), b"\0", &files[path]].concat();
        let name = path.replace('/', "-");
        seeds.insert(format!("site/bad-{name}"), file[..file.len() - 1].into());
        seeds.insert(format!("site/good-{name}"), file);
    }
    let mut put = |name: &str, bytes: &str| seeds.insert(name.into(), bytes.into());
    put("site/bad-status", "v1/status.json\0{\"size\":2,\"size\":3}");
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    put("http/good-length", &format!("{head}Content-Length: 2\r\n\r\nab"));
    put(
        "http/good-chunks",
        &format!("{head}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
    );
    put("http/bad-cut", &format!("{head}Content-Length: 9\r\n\r\nab"));
    put("http/bad-long", &format!("{head}\r\n{}", "x".repeat(4_097)));
    put("http/bad-status", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    put(
        "http/bad-round",
        "HTTP/1.1 302 Found\r\nLocation: checkpoint\r\nContent-Length: 0\r\n\r\n",
    );
    let host = "HTTP/1.1\r\nHost: a.example\r\n";
    for (name, path, more) in [
        ("good-first-page", "/", "Accept-Encoding: gzip\r\nIf-None-Match: \"0\""),
        ("good-range", "/tile/entries/000.p/2", "Range: bytes=7-20\r\nIf-Range: \"0\""),
        ("good-end", "/checkpoint", "Range: bytes=-9"),
        ("good-escaped", "/%6cog.vkey", "If-Modified-Since: Sun, 22 Nov 2026 08:15:30 GMT"),
        ("bad-beyond", "/checkpoint", "Range: bytes=99999-"),
        ("bad-above", "/../fund.toml", "If-Match: *"),
        ("bad-new", "/checkpoint.new", "Content-Length: 5"),
    ] {
        put(&format!("request/{name}"), &format!("GET {path} {host}{more}"));
    }
    put("request/bad-method", &format!("DELETE / {host}"));
    put("request/bad-hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b");
    put("request/good-head", "HEAD /v1/status.json HTTP/1.0\r\nConnection: keep-alive");
    put("address/good-plain", "https://qianan.example/");
    put("address/good-path", " http://127.0.0.1:8080/funds/qi_an");
    put("address/bad-user", "https://chen@qianan.example/");
    put("address/bad-port", "https://qianan.example:65536/");
    put("code/good-plain", "YS-41-007-K7QM-2PXD-2");
    put("code/good-wide", "ＹＳ－４１－００７－Ｋ７ＱＭ－２ＰＸＤ－２");
    put("code/bad-typo", "YS-14-007-K7QM-2PXD-2");
    put("passphrase/good-words", "MIZU DAPO hexi—lune-kuta-sure");
    put("passphrase/good-other", "cafe\u{301} 一善");
    put("passphrase/bad-empty", "");
    let state = Town::solo("State").replay().to_bytes();
    seeds.insert("state/bad-cut".into(), state[..state.len() - 1].into());
    seeds.insert("state/good-founded".into(), state);
}

fn stored(seeds: &mut Seeds) {
    let disk = crate::fake_disk::FakeDisk::new();
    let mut archive = Archive::create(disk.handle()).unwrap();
    for size in [1_u64, 20] {
        archive.append(size, &seeds[&format!("note/good-{size}")].clone()).unwrap();
    }
    let kept = disk.bytes("checkpoints").unwrap();
    let mut damaged = kept.clone();
    damaged[90] ^= 1;
    seeds.insert("archive/good-torn".into(), kept[..kept.len() - 9].into());
    seeds.insert("archive/good-two".into(), kept);
    seeds.insert("archive/bad-damaged".into(), damaged);
    let mut put = |name: &str, bytes: &str| seeds.insert(name.into(), bytes.into());
    put("fund_toml/good-empty", "");
    put("fund_toml/good-all", "url = \"https://a.example/b\"\npublish = \"out\"\nkeys = \"k\"\n");
    put("fund_toml/bad-unknown", "money = 1\n");
    let key = |name: &str| Signer::new(name, &[9; 32]).unwrap().verifier();
    let (county, village) = (key("a.example/county"), key("a.example/village"));
    let list = format!(
        "name = \"镇原县\"\n\n[[fund]]\nid = \"v\"\nname = \"村\"\nlevel = \"village\"\nparent = \"t\"\nsource = \"v\"\nkey = \"{village}\"\n\n\
         [[fund]]\nid = \"c\"\nname = \"县\"\nlevel = \"county\"\nsource = \"https://a.example/\"\nkey = \"{county}\"\n\n\
         [[fund]]\nid = \"t\"\nname = \"镇\"\nlevel = \"township\"\nparent = \"c\"\n\n\
         [[flow]]\nfrom = \"v\"\npaid = \"4/0\"\nto = \"c\"\nreceived = \"7/1\"\n"
    );
    put("funds_list/good-three", &list);
    put("funds_list/bad-circle", &list.replace("parent = \"c\"", "parent = \"v\""));
    let key = yishan::keys::LogKeyFile::generate("log.example/fund", &mut |s| s.fill(7)).unwrap();
    put("key_text/good-log", &key.to_plain());
    put("key_text/bad-officer", &key.to_plain().replace("log-key", "officer-key"));
    for (name, text) in [
        ("day", "2026-11-22"),
        ("wall", "2026-11-22T08:15:30"),
        ("stamp", "2026-11-22T08:15:30+08:00"),
        ("zone", "-03:30"),
        ("id", "s-7k2mqx9p"),
        ("code", "53130000MJ0123456X"),
        ("origin", "yishan.example/qianan"),
        ("place", "41/0"),
        ("yuan", "38178.62"),
        ("person", "people/a-b.age"),
        ("hash", "IhXorE4rhxwqSBieeXOMlWwIHiOsLyQVv3faGZ39kgw="),
    ] {
        put(&format!("words/good-{name}"), text);
    }
    put("words/bad-accent", "\u{e9}");
    let mut raised = [0; 70];
    seeds.insert("seal/good-unchanged".into(), raised.into());
    raised[40] = 1;
    seeds.insert("seal/bad-bit".into(), raised.into());
}

/// What the vault keeps about people, around the seals.
fn people(seeds: &mut Seeds) {
    let mut put = |name: &str, text: &str| seeds.insert(name.into(), text.into());
    let person = r#"{"kind":"student","name":"\"小\" 花","adult":false,"phones":["13812345678","+4930123456"],"source":"V-1","guardians":["g-a"],"since":"2026-11-22T21:00:00+08:00","consents":[{"scope":"photo","guardian":"g-a","from":"2026-11-22","until":"2027-11-21","withdrawn":"2027-01-01"}],"hold":{"reason":"a","statute":"b","until":"2030-01-01","at":"2026-11-22T21:00:00+08:00","by":"chen"}}"#;
    put("person/good-all", person);
    put("person/bad-phone", &person.replace("+49", "+86"));
    let zeros = "0".repeat(64);
    let line = format!(
        r#"{{"n":0,"prev":"{zeros}","at":"2026-11-22T21:00:00+08:00","by":"chen","act":"show","why":"pay","people":["s-a","s-b"]}}"#
    );
    let hash = yishan::domain::text::Digest(Sha256::digest(&line).into());
    let head = format!(r#"{{"lines":1,"last":"{hash}","mac":"{zeros}"}}"#);
    put("access/good-one", &format!("{head}\n{line}\n"));
    put("access/good-torn", &format!("{head}\n{line}\n{{\"n\":1"));
    put("access/bad-cut", &format!("{head}\n"));
    let grave = format!(
        r#"{{"person":"s-a","at":"2026-11-22T21:00:00+08:00","by":"chen","key":"age1","pieces":["keys/s-a.age"],"name":"{zeros}","marks":["{zeros}"]}}"#
    );
    let version = "yishan/forgotten/v1\n";
    put("forgotten/good-one", &format!("{version}{grave}\n"));
    put("forgotten/bad-twice", &format!("{version}{grave}\n{grave}\n"));
    let signature = format!("{}==", "A".repeat(86));
    let certificate = format!(
        "yishan/forgotten-certificate/v1\nlog yishan.example/q\nperson s-a\nat 2026-11-22T21:00:00+08:00\nby chen\nkey age1\ndestroyed keys/s-a.age\nsignature {signature}\n"
    );
    put("certificate/good-one", &certificate);
    put("certificate/bad-order", &certificate.replace("by chen\nkey age1", "key age1\nby chen"));
}

/// A backup of a fund that was just founded, its seal opened.
fn backup(seeds: &mut Seeds) {
    let disk = crate::fake_disk::FakeDisk::new();
    let officers = crate::fund::Officers::new();
    drop(officers.found_on(disk.handle(), "01T19:30:00").unwrap());
    let wanted = Wanted { fund: disk.handle(), keys: None, now: 1_795_000_000 };
    let mut whole = Vec::new();
    yishan::backup::write(&wanted, &mut whole, &mut |_, _| ()).unwrap();
    let mut damaged = whole.clone();
    damaged[2_000] ^= 1;
    seeds.insert("backup/good-founded".into(), whole);
    seeds.insert("backup/bad-bit".into(), damaged);
}

fn wall(text: &str) -> Wall {
    Wall::parse(text.as_bytes()).unwrap()
}

fn bills(seeds: &mut Seeds) {
    let fen = |n| Fen::new(n).unwrap();
    let time = |n| wall(&format!("2026-11-22T08:15:{n:02}"));
    let mut rows = vec![
        SampleRow::wechat_gift(time(1), "一", fen(100), "1000050001202611220000000001"),
        SampleRow::wechat_gift(time(2), "二", fen(3_817_862), "1000050001202611220000000002"),
    ];
    let mut refund = rows[0].clone();
    (refund.direction, refund.kind) = (Direction::Out, "二维码收款-退款".into());
    (refund.id, refund.other_id) = ("1000050001202611220000000003".into(), String::new());
    rows.push(refund);
    let mut sample = Sample {
        owner: "甲".into(),
        from: wall("2026-11-22T00:00:00"),
        to: wall("2026-11-22T23:59:59"),
        exported_at: wall("2026-11-23T08:00:00"),
        export_kind: "全部".into(),
        rows,
    };
    seeds.insert("bill/good-wechat.csv".into(), sample::wechat_csv(&sample).unwrap());
    let book = sample::wechat_xlsx_2026(&sample).unwrap();
    seeds.insert("sheet/2026".into(), inside(&book));
    seeds.insert("bill/good-2026.xlsx".into(), book);
    let book = sample::wechat_xlsx_2025(&sample).unwrap();
    seeds.insert("sheet/good-2025".into(), inside(&book));
    seeds.insert("bill/good-2025.xlsx".into(), book);
    sample.rows = vec![SampleRow::alipay_gift(time(5), "三", fen(500), "20261122000001")];
    seeds.insert("bill/good-alipay.csv".into(), sample::alipay_csv(&sample).unwrap());
    seeds.insert("bill/bad-text".into(), b"not a bill\n".into());
    let trade = |id: u64, refund: Option<(String, String)>| Trade {
        time: time(10),
        id: format!("4200{id:024}"),
        fen: Fen::new(990).unwrap(),
        fee: "0.05940".into(),
        refund,
    };
    let back = Some((format!("5030{:024}", 1), "SUCCESS".to_owned()));
    let trades = [trade(1, None), trade(2, None), trade(1, back)];
    let flow = |id: u64, kind: &str, inward| Flow {
        time: time(11),
        id: format!("4200{id:024}"),
        order: format!("4200{id:024}"),
        kind: kind.into(),
        inward,
        fen: Fen::new(6).unwrap(),
        note: String::new(),
    };
    let flows = [flow(1, "交易", true), flow(1, "手续费", false), flow(2, "提现", false)];
    let held = Fen::new(60).unwrap();
    for (name, bytes) in [
        ("trades.csv", sample::wechat_trades(Trades::All, &trades)),
        ("funds.csv", sample::wechat_funds(held, &flows)),
        ("business.csv", sample::alipay_trades(&trades)),
        ("account.csv", sample::alipay_account(held, &flows)),
        ("list.zip", sample::alipay_zip(&sample::alipay_trades(&trades)).unwrap()),
    ] {
        seeds.insert(format!("bill/good-{name}"), bytes);
    }
    let corporate = "交易日期,摘要,借方发生额,贷方发生额,余额,对方户名,附言\n2026-11-02,转入,,300.00,300.00,财付通,\n2026-11-21,结息,,0.17,300.17,,\n2026-11-21,短信费,2.00,,298.17,,\n";
    seeds.insert("statement/good-corporate.csv".into(), corporate.into());
    let gap = corporate.replace("0.17,300.17", "0.17,300.18");
    seeds.insert("statement/bad-gap.csv".into(), gap.into());
    let tabs: Vec<u8> = format!("\u{feff}{}", corporate.replace(',', "\t"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    seeds.insert("statement/good-wide.txt".into(), tabs);
    let mapping = repository("bills/jielong.toml");
    let both = [&mapping[..], b"\0", &repository("bills/jielong.csv")].concat();
    seeds.insert("bill_by_mapping/good-jielong".into(), both);
    seeds.insert("mapping/good-jielong".into(), mapping);
    seeds.insert("mapping/bad-unknown".into(), b"channel = \"a\"\nmoney = 1\n".into());
    let decided = "[[row]]\nchannel = \"wechat\"\nid = \"1\"\nas = \"refund-of\"\nof = \"2\"\n\
                   note = \"\"\n\n[[row]]\nfile = \"00\"\nrow = 23\nas = \"withdrawal\"\n\
                   fee = \"1.00\"\nnote = \"a \\\"b\\\"\"\n";
    seeds.insert("decisions/good-two".into(), decided.into());
    seeds.insert("decisions/bad-word".into(), decided.replace("refund-of", "keep").into());
}

/// The sheet of a workbook and its shared texts, as the target takes them.
fn inside(book: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut parts = [SHEET, TEXTS].map(|name| {
        let mut bytes = Vec::new();
        if let Ok(mut part) = archive.by_name(name) {
            part.read_to_end(&mut bytes).unwrap();
        }
        bytes
    });
    parts[0].push(0);
    parts.concat()
}

/// A key file is sealed with fresh randomness, so this seed is made once, like that of the vault.
fn printed_page() -> Vec<u8> {
    let officer = OfficerKey::generate("chen", &mut |seed| seed.fill(7)).unwrap();
    let passphrase = Passphrase::typed("one").unwrap();
    let file = officer.encrypt(&passphrase, WorkFactor::new(1).unwrap()).unwrap();
    backup_page(&file, "chen", "-").unwrap().into()
}

fn write_anew() {
    let mut seeds = Seeds::new();
    for make in [records, log, town, strange, stored, bills, backup, people] {
        make(&mut seeds);
    }
    seeds.insert("page/good-chen".into(), printed_page());
    seeds
        .insert("sealed/good-piece".into(), Identity::generate().recipient().seal(b"one").unwrap());
    for (name, bytes) in seeds {
        let path = folder().join(&name);
        if ["page/", "sealed/"].iter().any(|once| name.starts_with(once)) && path.exists() {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn no_bytes_ever_committed_make_a_parser_panic_or_print_something_else() {
    if std::env::var_os("UPDATE").is_some() {
        write_anew();
    }
    let mut wrong = Vec::new();
    let mut all = 0;
    let mut kinds: BTreeSet<(String, bool)> = BTreeSet::new();
    for item in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let name = item.file_name().into_string().unwrap();
        let parse = target(&name);
        for seed in fs::read_dir(item.path()).unwrap().map(Result::unwrap) {
            let file = seed.file_name().into_string().unwrap();
            let bytes = fs::read(seed.path()).unwrap();
            all += bytes.len();
            let accepted = parse(&bytes);
            kinds.insert((name.clone(), accepted));
            if file.starts_with("good-") && !accepted || file.starts_with("bad-") && accepted {
                wrong.push(format!("{name}/{file}: accepted {accepted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The script runs what has a folder: none may be forgotten.
    let folders: BTreeSet<&str> = kinds.iter().map(|(name, _)| name.as_str()).collect();
    assert!(folders.into_iter().eq(TARGETS.map(|(name, _)| name)));
    assert!(all <= CORPUS_MAX, "the corpus has {all} bytes, {CORPUS_MAX} are enough");
    for (name, _) in TARGETS {
        assert!(kinds.contains(&(name.into(), true)), "no file of {name} is accepted");
    }
}

#[test]
fn every_parser_refuses_the_corpus_of_all_others_or_reads_it_whole() {
    let mut seeds = Vec::new();
    for item in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let files = fs::read_dir(item.path()).unwrap().map(|file| file.unwrap().path());
        seeds.extend(files.map(|file| fs::read(file).unwrap()));
    }
    for (name, parse) in TARGETS {
        // A thousand folders take long on a busy disk.
        for seed in seeds.iter().filter(|_| name != "fund_toml") {
            parse(seed);
            parse(&seed[..seed.len() / 2]);
        }
    }
}

/// Blind changes, which find less than a fuzzer that sees the program, but on every run:
/// `YISHAN_CHANGES=100000` for a long one.
#[test]
fn no_change_of_any_committed_bytes_makes_a_parser_panic() {
    let count = std::env::var("YISHAN_CHANGES").map_or(CHANGES, |text| text.parse().unwrap());
    let seeds = |name: &str| -> Vec<Vec<u8>> {
        let mut paths: Vec<_> = fs::read_dir(folder().join(name)).unwrap().flatten().collect();
        paths.sort_by_key(fs::DirEntry::file_name);
        paths.iter().map(|seed| fs::read(seed.path()).unwrap()).collect()
    };
    let accepted = TARGETS.par_iter().map(|(name, parse)| {
        let (seeds, mut accepted) = (seeds(name), 0_u64);
        for number in 0..count {
            let mut dice = Dice::new(number);
            let mut any = || &seeds[usize::try_from(dice.next()).unwrap() % seeds.len()];
            let (mut bytes, other) = (any().clone(), any());
            for _ in 0..=dice.next() % 4 {
                bytes = mutate(&bytes, other, &mut dice);
            }
            let done = std::panic::catch_unwind(|| parse(&bytes));
            accepted += u64::from(done.unwrap_or_else(|_| panic!("change {number} of {name}")));
        }
        (*name, accepted)
    });
    println!("accepted of {count} each: {:?}", accepted.collect::<BTreeMap<_, _>>());
}
