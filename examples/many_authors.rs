//! Many desks record at once in one ledger: each gift is acknowledged when no power cut can lose
//! it, and those that wait together share one sync of the disk.
//!
//!     cargo run --release --example many_authors -- FOLDER [AUTHORS] [GIFTS]
//!
//! The key is made from fixed bytes, so this is no fund for real money.

use std::{error::Error, fs, path::PathBuf, sync::Arc, thread, time::Instant};
use yishan::domain::codec::{List, read_all};
use yishan::domain::entry::{MAX_ENTRY, Voucher};
use yishan::domain::text::{Id, Key, Nonce, Origin, Ref};
use yishan::domain::time::Stamp;
use yishan::ledger::{Ledger, Mode, Sequencer, Signed};
use yishan::{keys::OfficerKey, seal::reference};

const ORIGIN: &str = "yishan.example/taonan";

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut given = std::env::args().skip(1);
    let folder = PathBuf::from(given.next().ok_or("which folder?")?);
    let mut number = |or| given.next().map_or(Ok(or), |text| text.parse::<u128>());
    let (authors, gifts) = (number(16)?, number(50)?);
    fs::create_dir_all(&folder)?;
    let chen = Arc::new(OfficerKey::generate("chen", &mut |bytes| bytes.fill(7))?);
    let at = Stamp::parse(b"2026-11-22T21:00:00+08:00").ok_or("not a time")?;

    let key = Key(chen.public());
    let found = format!(
        r#"{{"found":{{"origin":"{ORIGIN}","name":"洮南日行一善","holder":"洮南志愿者联合会","zone":"+08:00","policy":{{"solo":true,"quorum":1,"limits":[{{"from":0,"need":1}}]}},"officers":[{{"id":"chen","key":"{key}","roles":["clerk","approver","cashier","steward"]}}]}}}}"#
    );
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    let ledger = Ledger::found(&folder, &voucher(&chen, at, 0, &found)?, at)??;
    // A real desk asks the clock; here it stands still.
    let ledger = Sequencer::new(ledger, move || at);
    ledger.submit(voucher(&chen, at, 1, open)?)?;

    let begun = Instant::now();
    let desks = (1..=authors).map(|author| {
        let (ledger, chen) = (ledger.clone(), Arc::clone(&chen));
        thread::spawn(move || -> Result<(), Failure> {
            for gift in 0..gifts {
                let paid = Ref(reference(ORIGIN, "paper", &format!("{author}-{gift}"))?);
                let line = format!(
                    r#"{{"gift":{{"fen":100,"to":"wx","paid":"2026-11-22T19:04:05","ref":"{paid}"}}}}"#
                );
                ledger.submit(voucher(&chen, at, author << 64 | gift, &line)?)?;
            }
            Ok(())
        })
    });
    for desk in desks.collect::<Vec<_>>() {
        desk.join().map_err(|_| "an author is gone")??;
    }
    println!("{} gifts by {authors} authors in {:?}", authors * gifts, begun.elapsed());
    drop(ledger.into_ledger().ok_or("someone still records")?);
    println!("{} yuan", Ledger::open(&folder, Mode::Read)?.books().sums.now.free.grouped());
    Ok(())
}

/// A voucher of one line as records spell it, signed by `by`.
fn voucher(by: &OfficerKey, at: Stamp, n: u128, line: &str) -> Result<Signed, Failure> {
    let id = Id::parse(by.id().as_bytes()).ok_or("not a handle")?;
    let lines = List::new(vec![read_all(line.as_bytes(), MAX_ENTRY)?]).ok_or("no line")?;
    let voucher = Voucher { by: id, made: at, nonce: Nonce(n.to_be_bytes()), lines };
    Ok(Signed::new(by, &Origin::parse(ORIGIN.as_bytes()).ok_or("not an origin")?, &voucher))
}
