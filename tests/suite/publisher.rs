//! Putting a publication up: a power cut at any moment leaves a log that a stranger can verify, and
//! publishing again finishes the work.

use crate::evening::evening;
use crate::fake_disk::FakeDisk;
use crate::fund::{Officers, append, gift, reopen};
use yishan::publisher::{Error, publish};
use yishan::storage::disk::read_whole;
use yishan::tlog::{Checkpoint, Signer};
use yishan::verify::{Ask, Report, Source, SourceError, Verdict, verify};

/// A disk as a stranger reads it.
struct Web(FakeDisk);

impl Source for Web {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let failed = |e: yishan::storage::disk::Error| SourceError::Disk {
            path: path.into(),
            why: e.to_string(),
        };
        read_whole(&*self.0.handle(), path, max).map_err(failed)
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(Some(self.0.files()))
    }

    fn at_hand(&self) -> bool {
        true
    }
}

fn look(officers: &Officers, site: &FakeDisk) -> Report {
    let key = officers.log.verifier();
    let ask = Ask { source: &Web(site.clone()), key: &key, witnesses: &[], quorum: 0, since: None };
    verify(ask, &mut |_| ())
}

/// The fund after the evening, published; then one more gift, not yet published.
fn one_day_later(officers: &Officers) -> (FakeDisk, FakeDisk) {
    let (fund, site) = (FakeDisk::new(), FakeDisk::new());
    evening(officers, &fund);
    let mut ledger = reopen(fund.handle()).unwrap();
    put_up(officers, &mut ledger, &site).unwrap();
    append(
        &mut ledger,
        &officers.sign("chen", "02T20:00:00", 900, &[gift(100, 900)]),
        "02T20:00:00",
    )
    .unwrap()
    .unwrap();
    (fund, site)
}

fn put_up(
    officers: &Officers,
    ledger: &mut yishan::ledger::Ledger,
    site: &FakeDisk,
) -> Result<u64, Error> {
    let disk = site.handle();
    publish(ledger, &officers.log, &*disk, &Web(site.clone()), &mut |_| ()).map(|p| p.size)
}

#[test]
fn a_published_evening_is_verified_by_a_stranger_with_one_key() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let report = look(&officers, &site);
    assert!(report.verdict == Verdict::Verified, "{:?}", report.distrust);
    let totals = &report.summary.unwrap().totals;
    assert_eq!((totals.received, totals.paid, totals.held), (1250, 500, 750));
    let mut ledger = reopen(fund.handle()).unwrap();
    assert_eq!(put_up(&officers, &mut ledger, &site).unwrap(), 15);
    assert!(look(&officers, &site).verdict == Verdict::Verified);
}

#[test]
fn publishing_the_same_again_writes_nothing() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let mut ledger = reopen(fund.handle()).unwrap();
    put_up(&officers, &mut ledger, &site).unwrap();
    let calls = site.calls();
    put_up(&officers, &mut ledger, &site).unwrap();
    assert_eq!(site.calls(), calls, "{:?}", &site.log()[calls..]);
}

#[test]
fn a_power_cut_while_publishing_never_leaves_a_false_checkpoint_and_the_next_time_finishes() {
    let officers = Officers::new();
    let (fund, published) = one_day_later(&officers);
    let whole = published.fork();
    put_up(&officers, &mut reopen(fund.handle()).unwrap(), &whole).unwrap();
    for cut in 0..=whole.calls() {
        let site = published.fork().cut_before(cut);
        let _ = put_up(&officers, &mut reopen(fund.handle()).unwrap(), &site);
        for left in site.after_power_cut() {
            let note = left.bytes("checkpoint").unwrap();
            let (seen, _) = Checkpoint::open(&note, &officers.log.verifier(), &[]).unwrap();
            assert!([14, 15].contains(&seen.size()), "cut before call {cut}");
            let report = look(&officers, &left);
            assert!(
                report.verdict != Verdict::False,
                "cut before call {cut}: {:?}",
                report.distrust
            );
            put_up(&officers, &mut reopen(fund.handle()).unwrap(), &left).unwrap();
            let report = look(&officers, &left);
            assert!(
                report.verdict == Verdict::Verified,
                "cut before call {cut}: {:?}",
                report.distrust
            );
        }
    }
}

#[test]
fn a_folder_of_another_ledger_is_left_alone() {
    let officers = Officers::new();
    let (fund, _) = one_day_later(&officers);
    let site = FakeDisk::new();
    let stranger = Signer::new(crate::fund::ORIGIN, &[8; 32]).unwrap();
    let note = Checkpoint::new(crate::fund::ORIGIN, 0, yishan::tlog::EMPTY_ROOT)
        .unwrap()
        .sign(&stranger)
        .unwrap();
    site.set("checkpoint", note.as_bytes());
    let refused = put_up(&officers, &mut reopen(fund.handle()).unwrap(), &site);
    assert!(matches!(refused, Err(Error::Foreign { .. })), "{refused:?}");
    assert_eq!(site.files(), ["checkpoint"]);
}
