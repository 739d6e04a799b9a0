//! Founds a fund of one person in an empty folder, takes in a gift, publishes, verifies.
//!
//!     cargo run --example give_and_publish -- FOLDER
//!
//! The keys are made from fixed bytes, so this is no fund for real money.

use std::{error::Error, fs, path::PathBuf};
use yishan::domain::codec::{List, read_all};
use yishan::domain::entry::{MAX_ENTRY, Voucher};
use yishan::domain::text::{Id, Key, Nonce, Origin, Place, Ref};
use yishan::domain::time::Stamp;
use yishan::ledger::{Ledger, Signed};
use yishan::publish::Receipt;
use yishan::storage::real_disk::RealDisk;
use yishan::verify::{Ask, Folder, verify};
use yishan::{
    keys::OfficerKey,
    publisher::{How, publish},
    seal::reference,
    tlog::Signer,
};

const ORIGIN: &str = "yishan.example/taonan";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let (fund, public) = (folder.join("fund"), folder.join("public"));
    fs::create_dir_all(&fund)?;
    fs::create_dir_all(&public)?;
    let chen = OfficerKey::generate("chen", &mut |bytes| bytes.fill(7))?;
    let log = Signer::new(ORIGIN, &[9; 32])?;
    let at = Stamp::parse(b"2026-11-22T21:00:00+08:00").ok_or("not a time")?;

    let key = Key(chen.public());
    let found = format!(
        r#"{{"found":{{"origin":"{ORIGIN}","name":"洮南日行一善","holder":"洮南志愿者联合会","zone":"+08:00","policy":{{"solo":true,"quorum":1,"limits":[{{"from":0,"need":1}}]}},"officers":[{{"id":"chen","key":"{key}","roles":["clerk","approver","cashier","steward"]}}]}}}}"#
    );
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    let paid = Ref(reference(ORIGIN, "wechat", "4200002345202611221111111111")?);
    let gift = format!(
        r#"{{"gift":{{"fen":100,"to":"wx","paid":"2026-11-22T19:04:05","ref":"{paid}"}}}}"#
    );
    let mut ledger = Ledger::found(&fund, &voucher(&chen, at, 0, &[&found])?, at)??;
    let entry = ledger.append(&[voucher(&chen, at, 1, &[open, &gift])?], at)?.remove(0)?;

    let (disk, site, key) = (RealDisk::open(&public)?, Folder::open(&public)?, log.verifier());
    let published = publish(How::default(), &mut ledger, &log, (&disk, &site), &mut |_| ())?;
    let ask = Ask { source: &site, key: &key, witnesses: &[], quorum: 0, since: None };
    println!("{} entries: {:?}", published.size, verify(ask, &mut |_| ()).verdict);

    let facts = ledger.facts(published.checkpoint, key.to_string())?;
    let receipt = Receipt::make(&facts, Place { entry, line: 1 })?.ok_or("no such line")?;
    Ok(fs::write(folder.join("receipt"), receipt.to_string())?)
}

/// A voucher of `lines` as records spell them, signed by `by`.
fn voucher(by: &OfficerKey, at: Stamp, n: u128, lines: &[&str]) -> Result<Signed, Box<dyn Error>> {
    let id = Id::parse(by.id().as_bytes()).ok_or("not a handle")?;
    let read = |line: &&str| read_all(line.as_bytes(), MAX_ENTRY);
    let lines = List::new(lines.iter().map(read).collect::<Result<_, _>>()?).ok_or("no line")?;
    let voucher = Voucher { by: id, made: at, nonce: Nonce(n.to_be_bytes()), lines };
    Ok(Signed::new(by, &Origin::parse(ORIGIN.as_bytes()).ok_or("not an origin")?, &voucher))
}
