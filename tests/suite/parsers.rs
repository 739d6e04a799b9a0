//! What every parser of outside bytes owes: no panic, bounded memory, and one spelling printed
//! back.
//!
//! Each function takes any bytes, returns whether they were accepted, and panics if something that
//! was accepted does not print back to the same bytes. The fuzz targets in `tests/fuzz` call them
//! with made-up bytes, `corpus` with the committed ones.

use crate::asked;
use crate::fake_disk::FakeDisk;
use crate::fund::{ORIGIN as FUND, Officers, append};
use crate::sealed_people;
use crate::stated;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{LazyLock, Mutex, PoisonError};
use yishan::backup::Manifest;
use yishan::cli::{Context, Scripted, run};
use yishan::domain::codec::{read_all, spelling};
use yishan::domain::entry::{Entry, MAX_ENTRY, Voucher};
use yishan::domain::line::Line;
use yishan::domain::money::Fen;
use yishan::domain::text::{Code, Id, Origin, Place};
use yishan::domain::time::{Day, Stamp, Wall, Zone};
use yishan::import::{Bill, BillError, Decisions, Mapping, Plan, Policy};
use yishan::keys::{LogKeyFile, OfficerKey, Passphrase, WorkFactor, restore_from_page};
use yishan::publish::{Address, Code as ReceiptCode, Receipt, Site};
use yishan::replay::Replay;
use yishan::seal::{self, OfficerPublic, Sealed};
use yishan::storage::archive::Archive;
use yishan::storage::disk::Access;
use yishan::storage::journal::{Journal, Position, Role};
use yishan::tlog::{
    Checkpoint, Hash, Signer, TileId, TileKind, TlogProof, Tree, Verifier, check_consistency,
    check_inclusion, decode_bundle, decode_tile, encode_tile, leaf_hash, open, push_entry, sign,
};
use yishan::vault::{self, Identity, Pseudonym, Recipient, Unlock};
use yishan::verify::{Ask, Http, Overlay, Source as _, Verdict, verify};

/// Takes bytes and returns whether they were accepted.
pub(crate) type Parser = fn(&[u8]) -> bool;

/// Every target by name.
pub(crate) const TARGETS: [(&str, Parser); 39] = [
    ("access", sealed_people::access),
    ("address", address),
    ("archive", archive),
    ("backup", backup),
    ("bill", bill),
    ("bill_by_mapping", bill_by_mapping),
    ("bundle", bundle),
    ("certificate", sealed_people::certificate),
    ("checkpoint", checkpoint),
    ("code", code),
    ("decisions", decisions),
    ("entry", entry),
    ("forgotten", sealed_people::forgotten),
    ("fund_toml", fund_toml),
    ("funds_list", stated::funds_list),
    ("http", http),
    ("journal", journal),
    ("key_text", key_text),
    ("line", line),
    ("mapping", mapping),
    ("note", note),
    ("page", page),
    ("passphrase", passphrase),
    ("person", sealed_people::person),
    ("proof", proof),
    ("receipt", receipt),
    ("request", asked::request),
    ("seal", seal),
    ("sealed", sealed),
    ("sheet", sheet),
    ("site", site),
    ("state", state),
    ("statement", stated::statement),
    ("tile", tile),
    ("tlog_proof", tlog_proof),
    ("tree", tree),
    ("vkey", vkey),
    ("voucher", voucher),
    ("words", words),
];

/// The target called `name`.
pub(crate) fn target(name: &str) -> Parser {
    TARGETS.into_iter().find(|(known, _)| *known == name).expect("a target of this name").1
}

/// The key of the log of `tests/vectors/tlog.txt`.
fn signer() -> Signer {
    Signer::new("log.example/fund", b"never a real seed: a test vector").unwrap()
}

/// Whether `bytes` are text that `parse` takes; what it takes must print back as `bytes`.
fn one_spelling<T: ToString>(bytes: &[u8], parse: impl FnOnce(&str) -> Option<T>) -> bool {
    let Some(read) = std::str::from_utf8(bytes).ok().and_then(parse) else { return false };
    assert_eq!(read.to_string().as_bytes(), bytes, "another spelling was taken");
    true
}

fn archive(bytes: &[u8]) -> bool {
    let disk = FakeDisk::new();
    disk.set("checkpoints", bytes);
    if Archive::open(disk.handle(), true).is_err() {
        assert_eq!(disk.bytes("checkpoints").unwrap(), bytes, "damage was written over");
        return false;
    }
    let all = Archive::open(disk.handle(), false).unwrap().all().unwrap();
    let anew = FakeDisk::new();
    let mut copy = Archive::create(anew.handle()).unwrap();
    for kept in &all {
        // A note that was read without a newline at its end is one that was never appended.
        if copy.append(kept.size, &kept.note).is_err() {
            return false;
        }
    }
    assert_eq!(anew.bytes("checkpoints"), disk.bytes("checkpoints"));
    !all.is_empty()
}

/// Segments are divided by 0x1E, and named after the lines before them.
fn journal(bytes: &[u8]) -> bool {
    let disk = FakeDisk::new();
    disk.handle().create_dir("journal", Access::Public).unwrap();
    let (mut first, mut whole) = (0, Vec::new());
    for part in bytes.split(|byte| *byte == 0x1e) {
        if !whole.is_empty() && !whole.ends_with(b"\n") {
            return false;
        }
        disk.set(&format!("journal/{first:08}.jsonl"), part);
        first += part.split(|byte| *byte == b'\n').count() - 1;
        whole.extend_from_slice(part);
    }
    let start = Position { segment: 0, offset: 0, number: 0 };
    let read = |role| -> Option<(Vec<u8>, u64)> {
        let journal = Journal::open(disk.handle(), role).ok()?;
        let mut records = journal.read_from(start).ok()?;
        let mut read = Vec::new();
        while let Some(record) = records.next_record().ok()? {
            read.extend_from_slice(record);
            read.push(b'\n');
        }
        assert_eq!(records.position().number, journal.head());
        Some((read, journal.torn()))
    };
    let Some((records, torn)) = read(Role::Reader) else { return false };
    assert!(whole.starts_with(&records) && whole.len() as u64 == records.len() as u64 + torn);
    let mut journal = Journal::open(disk.handle(), Role::Writer { durable: 0 }).unwrap();
    journal.append(journal.head(), &[b"one more"]).unwrap();
    let (more, _) = read(Role::Reader).expect("what was written can be read");
    assert_eq!(more, [&records[..], b"one more\n"].concat());
    true
}

/// A backup as it is once its seal is opened. What it lays on the disk is what its manifest lists,
/// and nothing if it is refused half way that a fund would open.
fn backup(bytes: &[u8]) -> bool {
    let disk = FakeDisk::new();
    let Ok(manifest) = yishan::backup::read(&mut &bytes[..], &disk) else { return false };
    let encoded = manifest.encode();
    assert!(bytes.windows(encoded.len()).any(|part| part == encoded), "another manifest was read");
    assert_eq!(Manifest::decode(&encoded).unwrap(), manifest);
    // The first is the line that says what this is, and no file of a fund.
    for listed in manifest.files.iter().skip(1) {
        let file = disk.bytes(&listed.path).expect("a listed file is there");
        assert_eq!(file.len() as u64, listed.len);
    }
    assert_eq!(disk.files().len(), manifest.files.len(), "with the mark of a restored fund");
    true
}

fn bill(bytes: &[u8]) -> bool {
    planned(bytes, None)
}

/// A mapping, a zero byte, and the table to read by it.
fn bill_by_mapping(bytes: &[u8]) -> bool {
    let Some(zero) = bytes.iter().position(|byte| *byte == 0) else { return false };
    let mapping = std::str::from_utf8(&bytes[..zero]).ok().and_then(|t| Mapping::parse(t).ok());
    mapping.is_some_and(|mapping| planned(&bytes[zero + 1..], Some(&mapping)))
}

/// Reads a bill and plans its import: no row is lost, and its questions can be read back.
fn planned(bytes: &[u8], mapping: Option<&Mapping>) -> bool {
    let bill = match Bill::read(bytes, "bill", mapping) {
        Ok(bill) => bill,
        Err(BillError::TwoSheets(names)) => {
            let first = names.first().map(String::as_str);
            let Ok(bill) = Bill::read_sheet(bytes, "bill", mapping, first) else { return false };
            bill
        }
        Err(why) => {
            assert!(!why.text(true).is_empty() && !why.text(false).is_empty());
            return false;
        }
    };
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    assert_eq!(plan.items(&bill).count() as u64 + plan.excluded.count(), bill.len() as u64);
    let asked = Decisions::parse(&Decisions::template(&bill, &plan)).expect("its own questions");
    assert_eq!(asked.list().len(), plan.doubtful(&bill).count());
    plan.days(&bill);
    true
}

/// The XML of a sheet and, after a zero byte, that of the shared texts, in an otherwise sound book.
fn sheet(bytes: &[u8]) -> bool {
    bill(&book(bytes))
}

pub(crate) const SHEET: &str = "xl/worksheets/sheet1.xml";
pub(crate) const TEXTS: &str = "xl/sharedStrings.xml";

/// The parts of a workbook around its one sheet.
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
];

fn book(bytes: &[u8]) -> Vec<u8> {
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    let ours = [(SHEET, halves.next()), (TEXTS, halves.next())];
    let ours = ours.into_iter().filter_map(|(name, part)| Some((name, part?)));
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in PARTS.map(|(name, part)| (name, part.as_bytes())).into_iter().chain(ours) {
        book.start_file(name, stored).unwrap();
        book.write_all(part).unwrap();
    }
    book.finish().unwrap().into_inner()
}

/// The number of entries less one, then the bundle.
fn bundle(bytes: &[u8]) -> bool {
    let Some((count, bytes)) = bytes.split_first() else { return false };
    let Ok(entries) = decode_bundle(bytes, u16::from(*count) + 1) else { return false };
    let mut again = Vec::new();
    for entry in &entries {
        push_entry(&mut again, entry).unwrap();
    }
    assert_eq!(again, bytes);
    true
}

fn note(bytes: &[u8]) -> bool {
    let (signer, key) = (signer(), signer().verifier());
    let Ok(note) = open(bytes, &[&key]) else { return false };
    assert!(bytes.starts_with(note.text.as_bytes()) && note.verified.len() == 1);
    // Nobody but the key's owner makes its line, and that is always the same one.
    let signed = sign(note.text, &signer).unwrap();
    let line = &signed[note.text.len() + 1..];
    assert!(std::str::from_utf8(bytes).unwrap().contains(line));
    true
}

/// The three lines, signed or not.
fn checkpoint(bytes: &[u8]) -> bool {
    let key = signer().verifier();
    let signed = Checkpoint::open(bytes, &key, &[]);
    if let Ok((checkpoint, _)) = &signed {
        assert!(bytes.starts_with(checkpoint.to_string().as_bytes()));
    }
    one_spelling(bytes, |text| text.parse::<Checkpoint>().ok()) || signed.is_ok()
}

fn tlog_proof(bytes: &[u8]) -> bool {
    let Ok(proof) = TlogProof::parse(bytes) else { return false };
    assert_eq!(proof.to_string().as_bytes(), bytes);
    let leaf = leaf_hash(proof.index().to_string().as_bytes());
    let _ = proof.check(leaf, &signer().verifier(), &[]);
    true
}

fn receipt(bytes: &[u8]) -> bool {
    let Ok(receipt) = Receipt::parse(bytes) else { return false };
    assert_eq!(receipt.to_string().as_bytes(), bytes);
    let _ = receipt.check(&signer().verifier());
    true
}

/// Which kind of proof, two numbers of 8 bytes, two hashes, and the hashes of the proof.
fn proof(bytes: &[u8]) -> bool {
    let Some(([consistency], rest)) = bytes.split_first_chunk() else { return false };
    let Some((first, rest)) = rest.split_first_chunk() else { return false };
    let Some((second, rest)) = rest.split_first_chunk() else { return false };
    let (first, second) = (u64::from_be_bytes(*first), u64::from_be_bytes(*second));
    let hashes: Vec<Hash> = rest.as_chunks().0.iter().copied().map(Hash).collect();
    let [a, b, path @ ..] = &hashes[..] else { return false };
    let checked = if *consistency == 1 {
        check_consistency(path, first, *a, second, *b)
    } else {
        check_inclusion(path, first, second, *a, *b)
    };
    assert!(checked.is_err() || path.len() <= 128, "a proof of {} hashes", path.len());
    checked.is_ok()
}

/// A path, a zero byte, and the hashes of that tile.
fn tile(bytes: &[u8]) -> bool {
    let (path, rows) = match bytes.iter().position(|byte| *byte == 0) {
        Some(zero) => (&bytes[..zero], &bytes[zero + 1..]),
        None => (bytes, &[][..]),
    };
    if !one_spelling(path, |text| text.parse::<TileId>().ok()) {
        return false;
    }
    let id: TileId = std::str::from_utf8(path).unwrap().parse().unwrap();
    let hashes = matches!(id.kind(), TileKind::Hashes(_)).then(|| decode_tile(id, rows));
    if let Some(Ok(hashes)) = hashes {
        assert_eq!(encode_tile(&hashes), rows);
    }
    true
}

fn tree(bytes: &[u8]) -> bool {
    let Ok(mut tree) = Tree::from_bytes(bytes) else { return false };
    assert_eq!(tree.to_bytes(), bytes);
    let root = tree.root();
    if tree.push(leaf_hash(bytes), &mut |_, _| ()).is_ok() {
        assert_ne!(tree.root(), root);
        assert_eq!(Tree::from_bytes(&tree.to_bytes()).unwrap().root(), tree.root());
    }
    true
}

fn entry(bytes: &[u8]) -> bool {
    let Ok((entry, voucher)) = Entry::decode(bytes) else { return false };
    assert_eq!(entry.voucher.encode(), voucher);
    assert_eq!(Entry::encode(entry.seq, &entry.prev, entry.at, voucher, &entry.sig), bytes);
    true
}

fn voucher(bytes: &[u8]) -> bool {
    let Ok(voucher) = Voucher::decode(bytes) else { return false };
    assert_eq!(voucher.encode(), bytes);
    true
}

fn line(bytes: &[u8]) -> bool {
    let Ok(line) = read_all::<Line>(bytes, MAX_ENTRY) else { return false };
    assert_eq!(spelling(&line).as_bytes(), bytes);
    true
}

fn mapping(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(mapping) = Mapping::parse(text) else { return false };
    let table = "时间,金额,编号,昵称,状态\n2026/11/22,1.00,a1,陈,成功\n";
    let _ = planned(table.as_bytes(), Some(&mapping));
    true
}

fn decisions(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(decisions) = Decisions::parse(text) else { return false };
    let printed = decisions.to_string();
    let again = Decisions::parse(&printed).unwrap_or_else(|why| panic!("{why} in {printed}"));
    assert_eq!(again, decisions);
    assert_eq!(again.to_string(), printed);
    true
}

/// By the one way a user has to it: a command that opens the fund.
fn fund_toml(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("fund.toml"), bytes).unwrap();
    let terminal = Scripted::default();
    let printed = terminal.printed.clone();
    let mut context = Context {
        clock: Box::new(|| 1_795_352_400),
        random: Box::new(|bytes| bytes.fill(7)),
        terminal: Box::new(terminal),
        env: std::collections::BTreeMap::new(),
        folder: folder.path().to_owned(),
        work: WorkFactor::new(1).unwrap(),
    };
    let args = ["yishan", "-C", ".", "--lang", "en", "status"];
    assert_eq!(run(args.map(Into::into), &mut context), 3, "a folder without a journal");
    let said = printed.take();
    let accepted = said.contains("no fund folder");
    assert_ne!(accepted, said.contains("cannot be read"), "{said}");
    accepted
}

fn key_text(bytes: &[u8]) -> bool {
    let Ok(key) = LogKeyFile::parse(bytes) else { return false };
    assert_eq!(key.to_plain().as_bytes(), bytes);
    true
}

fn vkey(bytes: &[u8]) -> bool {
    one_spelling(bytes, |text| text.parse::<Verifier>().ok())
}

/// What is restored from a page is itself a page, and restores to itself.
fn page(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(armored) = restore_from_page(text) else { return false };
    assert_eq!(restore_from_page(&armored).unwrap(), armored);
    true
}

/// An honest signature changed by 64 bytes, over a voucher that is the rest: one verdict, alone and
/// in every batch. The bytes alone are also tried as a key and as a signature.
fn seal(bytes: &[u8]) -> bool {
    const ORIGIN: &str = "yishan.example/qianan";
    let Some((change, voucher)) = bytes.split_first_chunk::<64>() else { return false };
    if let Some(key) = change.first_chunk::<32>()
        && let Ok(public) = OfficerPublic::parse(*key)
    {
        assert_eq!(public.to_bytes(), *key);
        assert!(!seal::check_voucher(&public, ORIGIN, voucher, change), "a forgery");
    }
    let officer = OfficerKey::generate("chen", &mut |seed| seed.fill(7)).unwrap();
    let public = OfficerPublic::from(&officer);
    let honest = seal::sign_voucher(&officer, ORIGIN, voucher);
    let digest = seal::voucher_digest(voucher);
    let mut changed = honest;
    changed.iter_mut().zip(change).for_each(|(byte, change)| *byte ^= change);
    let mut verdict = true;
    for signature in [changed, *change] {
        verdict = seal::check_voucher_digest(&public, ORIGIN, &digest, &signature);
        let good = Sealed { officer: &public, digest, signature: &honest };
        let tried = Sealed { signature: &signature, ..good };
        for batch in [&[tried][..], &[tried, good, good], &[good, tried], &[tried, tried, good]] {
            assert_eq!(seal::check_vouchers(ORIGIN, batch), verdict);
            assert_eq!(seal::check_vouchers(ORIGIN, batch), verdict, "another run");
        }
        if verdict {
            break;
        }
    }
    verdict
}

/// Every short text with one spelling.
fn words(bytes: &[u8]) -> bool {
    let read = [
        one_spelling(bytes, |text| Day::parse(text.as_bytes())),
        one_spelling(bytes, |text| Wall::parse(text.as_bytes())),
        one_spelling(bytes, |text| Zone::parse(text.as_bytes())),
        one_spelling(bytes, |text| Stamp::parse(text.as_bytes())),
        one_spelling(bytes, |text| Id::parse(text.as_bytes())),
        one_spelling(bytes, |text| Code::parse(text.as_bytes())),
        one_spelling(bytes, |text| Origin::parse(text.as_bytes())),
        one_spelling(bytes, |text| Place::parse(text.as_bytes())),
        one_spelling(bytes, |text| vault::Place::parse(text).ok()),
        one_spelling(bytes, |text| Pseudonym::parse(text).ok().map(|p| p.as_str().to_owned())),
        one_spelling(bytes, |text| Recipient::parse(text).ok()),
        one_spelling(bytes, |text| Hash::from_base64(text).ok().map(Hash::to_base64)),
    ];
    let amount = std::str::from_utf8(bytes).ok().and_then(|text| Fen::from_yuan(text).ok());
    if let Some(fen) = amount {
        assert_eq!(Fen::from_yuan(&fen.to_string()), Ok(fen));
    }
    amount.is_some() || read.contains(&true)
}

/// The address of a site as people write it. What is taken is the one spelling of an address that
/// can be fetched from, and stands in pages without being escaped.
fn address(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let taken = Address::from_people(text);
    if Address::parse(text).is_some() {
        assert_eq!(taken.as_ref().map(Address::as_str), Some(text), "another spelling was taken");
    }
    let Some(address) = taken else { return false };
    let address = address.as_str();
    assert_eq!(Address::parse(address).as_ref().map(Address::as_str), Some(address));
    assert!(text.trim() == address || format!("{}/", text.trim()) == address);
    assert!(address.len() <= Address::MAX && !address.contains(['"', '\'', '<', '>', '&', '%']));
    assert!(Http::new(address).is_ok(), "{address} can be published and not fetched");
    true
}

/// A receipt code as people write it: what is read prints as a code that is read as the same.
fn code(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(code) = ReceiptCode::parse(text) else { return false };
    assert_eq!(ReceiptCode::parse(&code.to_string()).as_ref(), Ok(&code));
    true
}

/// What is typed is kept in one spelling, which typed again is the same.
fn passphrase(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(typed) = Passphrase::typed(text) else { return false };
    assert_eq!(Passphrase::typed(typed.reveal()).unwrap().reveal(), typed.reveal());
    true
}

/// Something under seal, opened by whoever does not hold its key.
fn sealed(bytes: &[u8]) -> bool {
    static IDENTITY: LazyLock<Identity> = LazyLock::new(Identity::generate);
    assert!(IDENTITY.open(bytes).is_err(), "opened by another key");
    let Ok(sealed) = vault::Sealed::read(bytes) else { return false };
    // Opening by a passphrase costs what the file asks for, within a limit.
    if !sealed.wants_passphrase() {
        assert!(sealed.open(&Unlock::Vault(&IDENTITY)).is_err(), "opened by another key");
    }
    true
}

/// The state that is kept beside a fund for the next publication.
fn state(bytes: &[u8]) -> bool {
    let origin = Origin::parse(FUND.as_bytes()).unwrap();
    let Some(replay) = Replay::from_bytes(origin, bytes) else { return false };
    assert_eq!(replay.to_bytes(), bytes);
    let _ = replay.guess();
    true
}

/// A published folder, the same on every run.
pub(crate) fn published() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
        let (officers, disk) = (Officers::new(), FakeDisk::new());
        let mut ledger = officers.found_on(disk.handle(), "01T19:30:00").unwrap();
        let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
        let open = officers.sign("li", "01T19:30:00", 1, &[open.into()]);
        append(&mut ledger, &open, "01T19:31:00").unwrap().unwrap();
        let note = ledger.sign_checkpoint(&officers.log).unwrap();
        let facts = ledger.facts(note, officers.log.verifier().to_string()).unwrap();
        let site = Site::new(&facts);
        let file = |path: String| (path.clone(), site.file(&path).unwrap().unwrap());
        site.paths(None).unwrap().into_iter().map(file).collect()
    });
    &FILES
}

/// A path of a published folder, a zero byte, and what stands there instead: verified only if that
/// is what stood there before.
fn site(bytes: &[u8]) -> bool {
    static KEY: LazyLock<Verifier> = LazyLock::new(|| Officers::new().log.verifier());
    let files = published();
    let Some(zero) = bytes.iter().position(|byte| *byte == 0) else { return false };
    let Ok(path) = std::str::from_utf8(&bytes[..zero]) else { return false };
    let Some(honest) = files.get(path) else { return false };
    let over = BTreeMap::from([(path.to_owned(), bytes[zero + 1..].to_vec())]);
    let source = Overlay { over: &over, under: files };
    let ask = Ask { source: &source, key: &KEY, witnesses: &[], quorum: 0, since: None };
    let verified = verify(ask, &mut |_| ()).verdict == Verdict::Verified;
    let same = &over[path] == honest;
    // Lines of strangers below a checkpoint are nobody's claim.
    assert!(verified == same || verified && path == "checkpoint", "{path}");
    verified
}

/// What a web host answers, every time it is asked. Addresses of other hosts are left out: nothing
/// here may reach them.
fn http(bytes: &[u8]) -> bool {
    static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    static ALONE: Mutex<()> = Mutex::new(());
    static HOST: LazyLock<String> = LazyLock::new(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, mut seen, mut one) = (stream.unwrap(), Vec::new(), [0]);
                while !seen.ends_with(b"\r\n\r\n") && stream.read(&mut one).unwrap_or(0) > 0 {
                    seen.push(one[0]);
                }
                let answer = ANSWER.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = stream.write_all(&answer);
            }
        });
        base
    });
    const MOST: u64 = 4_096;
    if bytes.windows(2).any(|two| two == b"//") {
        return false;
    }
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    *ANSWER.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
    let read = Http::new(&HOST).unwrap().read("checkpoint", MOST);
    assert!(!matches!(&read, Ok(Some(body)) if body.len() as u64 > MOST), "too much was read");
    matches!(read, Ok(Some(_)))
}
