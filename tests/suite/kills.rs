//! SIGKILL at any moment of recording, committing, closing and publishing: what was acknowledged is
//! there, byte for byte, at the next opening.
//!
//! ```text
//! YISHAN_KILLS=5000 cargo test --test suite -- --nocapture kills::
//! ```

use crate::fund::{Dice, Officers};
use crate::recorder::{Orders, STAGES, Told, founded, run};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use yishan::domain::entry::Entry;
use yishan::domain::text::{Digest, Ref};
use yishan::ledger::{IndexAt, Ledger, Mode};
use yishan::publish::Facts;
use yishan::publisher::{How, publish};
use yishan::seal::voucher_digest;
use yishan::storage::real_disk::RealDisk;
use yishan::tlog::{Hash, leaf_hash};
use yishan::verify::{Ask, Folder, Report, Verdict, verify};

/// Kills in a run of all tests.
const KILLS: u64 = 200;
/// So often one fund is killed before another is founded.
const KILLS_A_FUND: u64 = 10;
/// Steps that no process lives to see the end of.
const ENDLESS: u64 = 1_000_000;

/// How long after the beginning of a stage its process is killed at the latest (microseconds).
fn longest(stage: &str) -> u64 {
    match stage {
        "open" | "commit" => 20_000,
        "publish" => 150_000,
        "record" => 40_000,
        _ => 10_000,
    }
}

/// What was tried, and what came of it.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    kills: u64,
    /// Entries acknowledged, and those among the entries that nobody was told of any more.
    acknowledged: u64,
    untold: u64,
    /// Publications found under way, and found whole.
    under_way: u64,
    whole: u64,
    /// Indexes compared with a fresh one.
    compared: u64,
}

impl Figures {
    fn and(self, other: Figures) -> Figures {
        Figures {
            kills: self.kills + other.kills,
            acknowledged: self.acknowledged + other.acknowledged,
            untold: self.untold + other.untold,
            under_way: self.under_way + other.under_way,
            whole: self.whole + other.whole,
            compared: self.compared + other.compared,
        }
    }
}

/// Begins the desk and kills it a seeded while after the stage began.
fn kill_at(home: &Path, seed: u64) -> Told {
    let mut dice = Dice::new(seed);
    let stage = STAGES[usize::try_from(seed % 6).unwrap()];
    let orders = Orders { home, seed, stage, authors: seed % 4, steps: ENDLESS };
    let (wanted, mut aimed) = (format!("at {stage}"), false);
    // Some of the stages pass before the one that is cut off.
    let mut passing = if stage == "open" { 0 } else { dice.next() % 5 };
    let told = run(orders.command(&[]), |said, kill| {
        if said == wanted && passing > 0 {
            passing -= 1;
        } else if said == wanted && !std::mem::replace(&mut aimed, true) {
            let wait = Duration::from_micros(dice.next() % longest(stage));
            let kill = Arc::clone(kill);
            thread::spawn(move || {
                thread::sleep(wait);
                kill();
            });
        }
    });
    assert!(aimed && !told.done, "seed {seed} was not killed at {stage}: {told:?}");
    assert_eq!(told.code, None, "seed {seed} ended by itself: {told:?}");
    assert!(told.failed.is_empty() && told.trouble.is_empty(), "seed {seed}: {told:?}");
    told
}

/// Opens the fund as on any morning: everything acknowledged is there, and nothing that was ever
/// there has changed. Remembers the entries in `known`.
pub(crate) fn assert_kept(home: &Path, told: &Told, known: &mut Vec<Hash>, what: &str) -> Ledger {
    let ledger = Ledger::open(&home.join("fund"), Mode::Write);
    let ledger = ledger.unwrap_or_else(|error| panic!("{what}: {error:?} after {told:?}"));
    for (number, digest) in &told.acknowledged {
        let bytes = ledger.entry(*number).unwrap();
        let bytes = bytes.unwrap_or_else(|| panic!("{what}: entry {number} is lost: {told:?}"));
        let (_, voucher) = Entry::decode(&bytes).unwrap();
        let found = Digest(voucher_digest(voucher));
        assert_eq!(found.to_string(), *digest, "{what}: entry {number}");
    }
    let size = ledger.last_checkpoint().map_or(0, |kept| kept.size);
    assert!(size >= told.signed, "{what}: of checkpoint {} only {size} is known", told.signed);
    let all = (0..ledger.size()).map(|n| leaf_hash(&ledger.entry(n).unwrap().unwrap()));
    let all: Vec<Hash> = all.collect();
    assert!(all.starts_with(known), "{what}: an entry of an earlier day has changed");
    assert_eq!(yishan::tlog::root_of(&all), ledger.replay().tree().root(), "{what}");
    *known = all;
    ledger
}

/// The index is what a fresh replay of the journal makes, and that replay believes every entry.
fn assert_index_is_fresh(home: &Path, ledger: &Ledger, what: &str) {
    let disk = Arc::new(RealDisk::open(home.join("fund")).unwrap());
    let fresh = Ledger::open_on(disk, &IndexAt::Nowhere, Mode::Read).unwrap();
    assert!(ledger.books() == fresh.books(), "{what}");
    assert_eq!(ledger.replay().tree(), fresh.replay().tree(), "{what}");
    let facts = |ledger: &Ledger| {
        let facts = ledger.facts(String::new(), String::new()).unwrap();
        let mut refs = Vec::new();
        facts.refs(Ref([0; 16]), Ref([0xff; 16]), &mut |r, place| refs.push((r, place))).unwrap();
        let ranges: Vec<_> = (0..ledger.size()).map(|n| facts.range(n).unwrap()).collect();
        (facts.replay().books().refs.count, refs, ranges)
    };
    assert!(facts(ledger) == facts(&fresh), "{what}: the index differs from a fresh one");
}

fn look(home: &Path) -> Report {
    let (officers, folder) = (Officers::new(), Folder::open(&home.join("site")).unwrap());
    let key = officers.log.verifier();
    let ask = Ask { source: &folder, key: &key, witnesses: &[], quorum: 0, since: None };
    verify(ask, &mut |_| ())
}

/// Publishes what there is, as the next evening would.
pub(crate) fn assert_published_again(home: &Path, mut ledger: Ledger, what: &str) {
    let (site, officers) = (home.join("site"), Officers::new());
    let (disk, there) = (RealDisk::open(&site).unwrap(), Folder::open(&site).unwrap());
    publish(How::default(), &mut ledger, &officers.log, (&disk, &there), &mut |_| ())
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let report = look(home);
    assert_eq!(report.verdict, Verdict::Verified, "{what}: {:?}", report.distrust);
}

/// The life of one fund whose desk is killed again and again.
fn one_fund(fund: u64, kills: u64) -> Figures {
    let home = founded();
    let (home, mut known, mut figures) = (home.path(), Vec::new(), Figures::default());
    for kill in 0..kills {
        let seed = fund * KILLS_A_FUND + kill;
        let what = format!("fund {fund}, kill {kill}, seed {seed}");
        let told = kill_at(home, seed);
        let before = known.len();
        let ledger = assert_kept(home, &told, &mut known, &what);
        figures.kills += 1;
        figures.acknowledged += told.acknowledged.len() as u64;
        // The two of the founding were acknowledged to this process.
        let new = known.len() - before.max(2);
        figures.untold += (new - told.acknowledged.len()) as u64;
        if kill % 4 == 3 {
            assert_index_is_fresh(home, &ledger, &what);
            figures.compared += 1;
        }
        let report = look(home);
        assert_ne!(report.verdict, Verdict::False, "{what}: {:?}", report.distrust);
        match report.verdict {
            Verdict::Verified => figures.whole += 1,
            _ => figures.under_way += u64::from(home.join("site/checkpoint").exists()),
        }
        if kill + 1 == kills {
            assert_published_again(home, ledger, &what);
        }
    }
    figures
}

#[test]
fn a_desk_killed_at_any_moment_keeps_every_voucher_it_acknowledged() {
    let kills = std::env::var("YISHAN_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let funds: Vec<u64> = (0..kills.div_ceil(KILLS_A_FUND)).collect();
    let of = |fund: u64| one_fund(fund, KILLS_A_FUND.min(kills - fund * KILLS_A_FUND));
    let figures = funds.into_par_iter().map(of).reduce(Figures::default, Figures::and);
    println!("{figures:?}");
    assert_eq!(figures.kills, kills);
    assert!(figures.acknowledged > kills, "hardly anything was recorded: {figures:?}");
}
