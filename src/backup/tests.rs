//! Hostile backups: paths that lead elsewhere, files out of place, lengths that lie.

use super::*;
use crate::storage::real_disk::RealDisk;

/// A file as a backup holds it.
fn file(path: &str, bytes: &[u8]) -> Vec<u8> {
    let padding = vec![0; tar::padding(bytes.len() as u64)];
    [&tar::header(path, bytes.len() as u64)[..], bytes, &padding].concat()
}

fn version() -> Vec<u8> {
    file(VERSION.0, VERSION.1.as_bytes())
}

/// Reads `bytes` into a new folder; what came of it, and what lies in the folder above.
fn try_read(bytes: &[u8]) -> (String, Vec<String>) {
    let above = tempfile::tempdir().unwrap();
    std::fs::create_dir(above.path().join("into")).unwrap();
    let disk = RealDisk::open(above.path().join("into")).unwrap();
    let told = match read(&mut &bytes[..], &disk) {
        Ok(_) => String::new(),
        Err(why) => why.to_string(),
    };
    let names = std::fs::read_dir(above.path()).unwrap().flatten();
    (told, names.map(|name| name.file_name().into_string().unwrap()).collect())
}

#[test]
fn only_paths_that_a_fund_has_are_taken_and_only_in_one_spelling() {
    let sha = "ab".repeat(32);
    let good = [
        "checkpoints".to_owned(),
        "journal/00000000.jsonl".into(),
        "journal/123456789.jsonl".into(),
        "fund.toml".into(),
        "vault/recipient".into(),
        format!("vault/bills/{sha}.age"),
        "vault/people/k7p2.age".into(),
        "vault/keys/k7p2.age".into(),
        "vault/records/k7p2.age".into(),
        "vault/access.head".into(),
        "vault/access.jsonl".into(),
        "vault/forgotten".into(),
        "vault/secret.age".into(),
        "keys/log.key".into(),
        "keys/chen.age".into(),
    ];
    for path in &good {
        assert!(rank(path).is_some(), "{path} was refused");
    }
    for path in [
        "",
        "/",
        "/etc/passwd",
        "../fund.toml",
        "journal/../fund.toml",
        "./fund.toml",
        "fund.toml/",
        "journal/0.jsonl",
        "journal/+0000000.jsonl",
        "journal/00000000.cut",
        "journal\\00000000.jsonl",
        "vault/bills/x.age",
        "vault/people/../a.age",
        "vault/people/A.age",
        "vault/x",
        "vault/keys/../a.age",
        "vault/records/k7p2.age.new",
        "keys/../log.key",
        "keys/chen",
        "keys/a/b.age",
        "keys/.age",
        "index/db",
        "lock",
        "restored",
        "fund.toml\0",
        "journal",
        "checkpoints.new",
    ] {
        assert!(rank(path).is_none(), "{path:?} was taken");
        let (told, above) = try_read(&[version(), file(path, b"x")].concat());
        assert!(!told.is_empty(), "{path:?} was read");
        assert_eq!(above, ["into"], "{path:?} led out of the folder");
    }
}

#[test]
fn files_stand_in_one_order_and_none_twice() {
    let (archive, journal, toml) =
        (file("checkpoints", b"x"), file("journal/00000000.jsonl", b"x"), file("fund.toml", b"x"));
    for parts in [
        vec![&archive, &archive],
        vec![&journal, &archive],
        vec![&toml, &journal],
        vec![&archive, &journal, &journal],
    ] {
        let bytes = parts.into_iter().fold(version(), |all, part| [&all[..], part].concat());
        let (told, _) = try_read(&bytes);
        assert!(told.contains("a file follows that stands before it"), "{told}");
    }
    let (nine, ten) = ("journal/999999999.jsonl", "journal/1000000000.jsonl");
    assert!(order(nine) < order(ten), "segments stand in the order of their numbers");
    let (told, _) = try_read(&archive);
    assert!(told.contains("the version does not stand first"), "{told}");
}

#[test]
fn a_length_that_lies_takes_no_memory_and_no_disk() {
    let mut huge = version();
    huge.extend_from_slice(&tar::header("fund.toml", FILE_MAX + 1));
    assert!(try_read(&huge).0.contains("at most"));
    let mut short = version();
    short.extend_from_slice(&tar::header("fund.toml", FILE_MAX));
    short.extend_from_slice(b"url = 1");
    assert!(try_read(&short).0.contains("it ends too early"));
    let mut manifest = version();
    manifest.extend_from_slice(&tar::header(manifest::NAME, MANIFEST_MAX + 1));
    assert!(try_read(&manifest).0.contains("at most"));
}

#[test]
fn a_header_has_one_spelling_and_its_inverse() {
    for (path, len) in [("fund.toml", 0), ("checkpoints", 511), ("a", FILE_MAX)] {
        let block = tar::header(path, len);
        assert_eq!(tar::parse(&block), Some((path.to_owned(), len)));
        for at in 0..block.len() {
            let mut other = block;
            other[at] ^= 1;
            assert_ne!(tar::parse(&other), Some((path.to_owned(), len)), "byte {at}");
        }
    }
    assert_eq!((tar::padding(0), tar::padding(1), tar::padding(512)), (0, 511, 0));
}

#[test]
fn a_manifest_has_one_spelling() {
    let manifest = Manifest {
        missing: Vec::new(),
        origin: "yishan.example/q".into(),
        made: "2026-11-22T21:00:00+08:00".into(),
        size: 1,
        root: "00".repeat(32),
        checkpoint: None,
        files: vec![Listed { path: "checkpoints".into(), len: 0, sha256: "11".repeat(32) }],
    };
    let bytes = manifest.encode();
    assert_eq!(Manifest::decode(&bytes).unwrap(), manifest);
    let text = String::from_utf8(bytes).unwrap();
    for bad in [
        text.replace(":1,", ": 1,"),
        text.replace("\"size\":1,", "\"size\":1,\"more\":0,"),
        text.replace("\"size\":1,", "\"size\":1,\"checkpoint\":null,"),
        text.trim_end().to_owned(),
        text.replace("\"size\":1,", ""),
        String::new(),
    ] {
        assert!(Manifest::decode(bad.as_bytes()).is_err(), "{bad}");
    }
}
