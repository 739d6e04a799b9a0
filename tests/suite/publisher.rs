//! Putting a publication up: a power cut at any moment leaves a log that a stranger can verify, and
//! publishing again finishes the work.

use crate::evening::evening;
use crate::fake_disk::FakeDisk;
use crate::fund::{Officers, append, gift, reopen};
use yishan::ledger::{Ledger, PUBLISHED};
use yishan::publisher::{Error, How, Published, publish, same_history};
use yishan::storage::disk::{Disk, read_whole};
use yishan::tlog::{Checkpoint, Signer};
use yishan::verify::{Ask, Folder, Report, Source, SourceError, Verdict, verify};

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

fn put_up(officers: &Officers, ledger: &mut Ledger, site: &FakeDisk) -> Result<u64, Error> {
    whole(officers, ledger, site).map(|published| published.size)
}

fn whole(officers: &Officers, ledger: &mut Ledger, site: &FakeDisk) -> Result<Published, Error> {
    let disk = site.handle();
    publish(How::default(), ledger, &officers.log, (&*disk, &Web(site.clone())), &mut |_| ())
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

/// Publishes on top of what was published (`known`), or as if nothing were known of it.
fn power_cuts_while_publishing(known: bool) {
    let officers = Officers::new();
    let (fund, published) = one_day_later(&officers);
    if !known {
        fund.set(PUBLISHED, b"");
    }
    let whole = published.fork();
    put_up(&officers, &mut reopen(fund.fork().handle()).unwrap(), &whole).unwrap();
    for cut in 0..=whole.calls() {
        let (site, fund) = (published.fork().cut_before(cut), fund.fork());
        let _ = put_up(&officers, &mut reopen(fund.handle()).unwrap(), &site);
        // Files under their new names are read by nobody, and written again by the next.
        for left in site.after_power_cut_of(|name| name.strip_suffix(".new").is_none()) {
            let note = left.bytes("checkpoint").unwrap();
            let (seen, _) = Checkpoint::open(&note, &officers.log.verifier(), &[]).unwrap();
            assert!([14, 15].contains(&seen.size()), "cut before call {cut}");
            let report = look(&officers, &left);
            assert!(
                report.verdict != Verdict::False,
                "cut before call {cut}: {:?}",
                report.distrust
            );
            put_up(&officers, &mut reopen(fund.fork().handle()).unwrap(), &left).unwrap();
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
fn a_power_cut_while_publishing_never_leaves_a_false_checkpoint_and_the_next_time_finishes() {
    power_cuts_while_publishing(true);
}

#[test]
fn nor_does_a_power_cut_while_everything_is_published_anew() {
    power_cuts_while_publishing(false);
}

#[test]
fn what_was_published_before_is_neither_verified_nor_written_again() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let mut ledger = reopen(fund.handle()).unwrap();
    let calls = site.calls();
    let done = whole(&officers, &mut ledger, &site).unwrap();
    assert_eq!((done.before, done.size), (14, 15));
    let log = site.log()[calls..].join("\n");
    let appended: Vec<&str> = log.lines().filter(|l| l.starts_with("append to find/")).collect();
    assert_eq!(appended.len(), 1, "one gift is one line in one shard:\n{log}");
    assert!(!log.contains("append to d/2026-11-01") && !log.contains("style.css"), "{log}");
    assert!(look(&officers, &site).verdict == Verdict::Verified);
}

/// Once 8,192 more are full, what is recent goes to the old shards: none is lost on the way.
#[test]
fn references_that_are_no_longer_recent_are_found_all_the_same_whatever_happens_on_the_way() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let mut ledger = reopen(fund.handle()).unwrap();
    let mut given = 0_u64..;
    let mut give = |ledger: &mut Ledger, count: usize| {
        let numbers = given.by_ref().take(count);
        let spread = numbers.map(|n| u128::from((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let lines: Vec<String> = spread.map(|number| gift(100, number)).collect();
        let nonce = 1_000 + u128::from(ledger.replay().tree().size());
        let signed = officers.sign("chen", "02T20:00:00", nonce, &lines);
        append(ledger, &signed, "02T20:00:00").unwrap().unwrap();
    };
    // Three times 8,192, less one: the second made the names of old shards longer.
    while ledger.replay().books().refs.count < 24_575 {
        let left = 24_575 - ledger.replay().books().refs.count;
        give(&mut ledger, usize::try_from(left.min(400)).unwrap());
    }
    put_up(&officers, &mut ledger, &site).unwrap();
    let recent = |site: &FakeDisk| -> usize {
        let files = site.files().into_iter();
        let newest = files.filter(|path| path.starts_with("find/new/"));
        newest.map(|path| site.bytes(&path).unwrap().len()).sum()
    };
    assert!(recent(&site) > 8_000 * 30);
    let size = ledger.replay().tree().size();
    give(&mut ledger, 1);
    drop(ledger);
    let trial = site.fork();
    put_up(&officers, &mut reopen(fund.fork().handle()).unwrap(), &trial).unwrap();
    for end in (0..=trial.calls()).step_by(trial.calls() / 12) {
        // The power stays on, so nothing of what was done is lost; of the rest nothing is done.
        let (cut, fund) = (site.fork().cut_before(end), fund.fork());
        let _ = put_up(&officers, &mut reopen(fund.handle()).unwrap(), &cut);
        let left = cut.fork();
        assert!(look(&officers, &left).verdict != Verdict::False, "ended before call {end}");
        put_up(&officers, &mut reopen(fund.handle()).unwrap(), &left).unwrap();
        assert!(look(&officers, &left).verdict == Verdict::Verified, "ended before call {end}");
    }
    let done = whole(&officers, &mut reopen(fund.handle()).unwrap(), &site).unwrap();
    assert!(done.before == size && done.written > 256, "{} files", done.written);
    assert_eq!(recent(&site), 0, "the last of them fills them up and is not recent either");
    assert!(look(&officers, &site).verdict == Verdict::Verified);
}

/// What is kept of a publication is a cache: no byte of it, and no part of it, can make a folder
/// that is not true.
#[test]
fn a_spoilt_memory_of_the_last_publication_only_costs_time() {
    let officers = Officers::new();
    let (fund, published) = one_day_later(&officers);
    let kept = fund.bytes(PUBLISHED).unwrap();
    let flips = (0..kept.len()).step_by(29).map(|at| {
        let mut bytes = kept.clone();
        bytes[at] ^= 0x11;
        bytes
    });
    let cuts = [0, 1, 31, 32, kept.len() / 2, kept.len() - 1].map(|len| kept[..len].to_vec());
    let mut whole_again = 0;
    for bytes in flips.chain(cuts) {
        let (fund, site) = (fund.fork(), published.fork());
        fund.set(PUBLISHED, &bytes);
        let done = whole(&officers, &mut reopen(fund.handle()).unwrap(), &site).unwrap();
        whole_again += usize::from(done.before == 0);
        assert!(look(&officers, &site).verdict == Verdict::Verified);
    }
    assert_eq!(whole_again, kept.len().div_ceil(29) + 6, "all of them were noticed");
    // It is not synced: a power cut leaves the old one, the new one, or something torn.
    for left in fund.after_power_cut() {
        let site = published.fork();
        put_up(&officers, &mut reopen(left.handle()).unwrap(), &site).unwrap();
        assert!(look(&officers, &site).verdict == Verdict::Verified);
    }
}

#[test]
fn whatever_was_damaged_where_the_day_writes_is_made_anew() {
    let officers = Officers::new();
    let (fund, published) = one_day_later(&officers);
    for path in published.files() {
        let bytes = published.bytes(&path).unwrap();
        for spoilt in [&bytes[..bytes.len() / 2], &[&bytes[..], b"x"].concat()] {
            // Older partial tiles are never written again.
            if path == "checkpoint" || path.contains(".p/") || spoilt == bytes {
                continue;
            }
            let (fund, site) = (fund.fork(), published.fork());
            site.set(&path, spoilt);
            let mut ledger = reopen(fund.handle()).unwrap();
            whole(&officers, &mut ledger, &site).unwrap();
            if look(&officers, &site).verdict == Verdict::Verified {
                continue;
            }
            // Of no concern to the day: verified, and mended, on request.
            let disk = site.handle();
            let there = Web(site.clone());
            let how = How { anew: true, ..How::default() };
            let folder: (&dyn Disk, &dyn Source) = (&*disk, &there);
            publish(how, &mut ledger, &officers.log, folder, &mut |_| ()).unwrap();
            let report = look(&officers, &site);
            assert!(report.verdict == Verdict::Verified, "{path}: {:?}", report.distrust);
        }
    }
}

#[test]
fn what_witnesses_added_to_the_checkpoint_stays() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let mut ledger = reopen(fund.handle()).unwrap();
    put_up(&officers, &mut ledger, &site).unwrap();
    let mut note = site.bytes("checkpoint").unwrap();
    note.extend_from_slice("— witness.example/w AAAAAQIDBAUGBwgJ\n".as_bytes());
    site.set("checkpoint", &note);
    put_up(&officers, &mut ledger, &site).unwrap();
    assert_eq!(site.bytes("checkpoint").unwrap(), note);
}

#[test]
fn an_older_copy_of_the_ledger_is_told_by_any_folder_it_would_publish_to() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let older = fund.fork();
    put_up(&officers, &mut reopen(fund.handle()).unwrap(), &site).unwrap();
    let older = reopen(older.handle()).unwrap();
    let asked = same_history(&older, &Web(site.clone()));
    assert!(matches!(&asked, Err(Error::Foreign { size: 15, .. })), "{asked:?}");
    let newer = reopen(fund.handle()).unwrap();
    assert_eq!(same_history(&newer, &Web(site)).unwrap().unwrap().size, 15);
    assert!(same_history(&older, &Web(FakeDisk::new())).unwrap().is_none());
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

/// One publication removes only some of the partial tiles that a full one makes needless: in the
/// end they are gone all the same, and at no moment is the folder anything but true.
#[test]
fn partial_tiles_vanish_in_time_once_their_tile_is_full() {
    let officers = Officers::new();
    let (fund, site) = one_day_later(&officers);
    let mut ledger = reopen(fund.handle()).unwrap();
    let stale = |site: &FakeDisk| {
        let files = site.files().into_iter();
        files.filter(|path| path.contains("/000.p/") && !path.starts_with("tile/1/")).count()
    };
    let mut left = Vec::new();
    for size in (16..=40).chain([250, 257, 258, 259, 260]) {
        while ledger.size() < size {
            let number = u128::from(ledger.size()) + 5_000;
            let one = officers.sign("chen", "02T20:00:00", number, &[gift(100, number)]);
            append(&mut ledger, &one, "02T20:00:00").unwrap().unwrap();
        }
        put_up(&officers, &mut ledger, &site).unwrap();
        left.push(stale(&site));
    }
    assert_eq!(left[left.len() - 5..], [54, 38, 22, 6, 0], "{left:?}");
    assert!(look(&officers, &site).verdict == Verdict::Verified);
}

#[test]
fn a_file_that_is_gone_from_the_folder_is_missed_and_put_back_by_the_next_publication() {
    let officers = Officers::new();
    let (fund, published) = one_day_later(&officers);
    for path in published.files() {
        let (fund, site) = (fund.fork(), published.fork());
        site.handle().remove(&path).unwrap();
        let done = whole(&officers, &mut reopen(fund.handle()).unwrap(), &site).unwrap();
        let report = look(&officers, &site);
        assert!(report.verdict == Verdict::Verified, "{path}: {:?}", report.distrust);
        // Without these two nothing is known of the folder at all.
        let known = !["checkpoint", "v1/status.json"].contains(&&*path);
        assert_eq!((done.before, done.missing.contains(&path)), (0, known), "{path}");
    }
}

#[test]
fn folders_deleted_from_what_is_published_come_back_and_the_treasurer_is_told() {
    let home = crate::home::Home::new();
    home.give(1);
    home.close();
    let before = home.files("public");
    for lang in ["zh_CN.UTF-8", "en_US.UTF-8"] {
        for gone in ["d", "find", "tile/entries"] {
            std::fs::remove_dir_all(home.path("public").join(gone)).unwrap();
        }
        let (code, said) = home.run_in(lang, "publish", &[]);
        assert_eq!(code, 0, "{said}");
        assert!(
            said.contains("公示文件夹里少了文件") || said.contains("files were missing"),
            "{said}"
        );
        assert!(home.files("public") == before, "something did not come back");
    }
    home.give(2);
    let said = home.good("publish");
    assert!(!said.contains("少了文件"), "{said}");
}

#[test]
fn of_a_folder_on_disk_exactly_the_files_that_are_gone_are_missed() {
    let home = crate::home::Home::new();
    home.give(1);
    home.close();
    let folder = Folder::open(&home.path("public")).unwrap();
    let paths = folder.list().unwrap().unwrap();
    assert!(paths.len() > 60 && folder.missing(&paths).unwrap().is_empty());
    for path in &paths {
        let there = home.path("public").join(path);
        let bytes = std::fs::read(&there).unwrap();
        std::fs::remove_file(&there).unwrap();
        assert_eq!(folder.missing(&paths).unwrap(), [path.as_str()]);
        // A folder of that name is not the file.
        std::fs::create_dir(&there).unwrap();
        assert_eq!(folder.missing(&paths).unwrap(), [path.as_str()]);
        std::fs::remove_dir(&there).unwrap();
        std::fs::write(there, bytes).unwrap();
    }
    std::fs::remove_dir_all(home.path("public").join("find")).unwrap();
    let (mut gone, missing) = (paths.clone(), folder.missing(&paths).unwrap());
    gone.retain(|path| path.starts_with("find/"));
    assert!(gone.len() > 16 && missing == gone, "{missing:?}");
}

/// What lies in a published folder is everybody's.
#[test]
fn nothing_is_published_into_a_folder_with_keys_or_with_other_peoples_files() {
    let home = crate::home::Home::new();
    home.give(1);
    home.close();
    let (zh, en) = ("没有公示", "nothing was published");
    std::fs::create_dir(home.path("web")).unwrap();
    std::fs::write(home.path("web/index.html"), "ours").unwrap();
    std::fs::write(home.path("web/about.html"), "ours").unwrap();
    for folder in ["web", "keys", "fund", "."] {
        let before = home.files(folder);
        home.bad(&format!("publish --to {folder}"), 5, zh, en);
        assert!(home.files(folder) == before, "{folder}");
    }
    // A file added beside what was published stays; a key does not.
    std::fs::write(home.path("public/CNAME"), "yishan.example").unwrap();
    home.give(2);
    home.good("publish");
    for key in ["chen.age", "Chen.AGE", "LOG.KEY", "fund.toml"] {
        std::fs::write(home.path("public").join(key), "sealed").unwrap();
        home.bad("publish", 5, key, key);
        std::fs::remove_file(home.path("public").join(key)).unwrap();
    }
    // Nor does the fund that lies in it, though the folder shows this ledger.
    std::fs::copy(home.path("public/checkpoint"), home.path("checkpoint")).unwrap();
    home.bad("publish --to .", 5, "密钥要换新的", "the keys must be replaced");
    std::fs::remove_file(home.path("checkpoint")).unwrap();
    // What was cut short before its checkpoint went up is finished.
    std::fs::rename(home.path("public/checkpoint"), home.path("public/checkpoint.new")).unwrap();
    home.good("publish");
}

#[test]
fn the_text_of_a_day_names_the_fingerprint_after_its_close_and_signs_nothing() {
    let home = crate::home::Home::new();
    home.give(1);
    home.close();
    let first = home.good("text");
    let state = home.files("fund");
    let log = || std::fs::read_to_string(home.path("public/log/index.html")).unwrap();
    let print = first.split("账本指纹 ").nth(1).unwrap().split('（').next().unwrap();
    assert!(log().contains(&format!(">{print}<")), "{first}");
    home.give(2);
    let entry = home.files("fund");
    assert_eq!(home.good("text"), first);
    assert!(home.files("fund") == entry && entry != state, "the text changed the fund");
    home.good("publish");
    assert!(log().contains(&format!(">{print}<")));
    let front = std::fs::read_to_string(home.path("public/index.html")).unwrap();
    assert!(front.contains(&format!(">{print}<")), "the first page names another");
}
