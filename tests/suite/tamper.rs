//! A published ledger changed in any way by anyone, the keeper of the log included, is not
//! believed.

use crate::forge::{Files, Forge, key, publish, town_files};
use crate::town::{ORIGIN, Town, day, id, place, text};
use rayon::prelude::*;
use yishan::domain::codec::{List, Rare};
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::line::allocate::Allocate;
use yishan::domain::line::appoint::{Appoint, Role};
use yishan::domain::line::approve::Approve;
use yishan::domain::line::close::Close;
use yishan::domain::line::gift::Gift;
use yishan::domain::line::pay::Pay;
use yishan::domain::line::retire::Retire;
use yishan::domain::money::Fen;
use yishan::domain::text::{Key, Lang, Ref, Signature};
use yishan::domain::words::Amount;
use yishan::publish::Facts;
use yishan::tlog::{Checkpoint, Hash, Signer, Verifier};
use yishan::verify::{
    Ask, Check, Distrust, Doubt, Folder, Outcome, Overlay, Report, Source, SourceError, Verdict,
    verify,
};

fn log_key() -> Verifier {
    Signer::new(ORIGIN, &[9; 32]).unwrap().verifier()
}

fn audit(source: &dyn Source, since: Option<&[u8]>) -> Report {
    let key = log_key();
    verify(Ask { source, key: &key, witnesses: &[], quorum: 0, since }, &mut |_| ())
}

/// The audit finds `files` false; returns what it says in English.
fn refused(files: &Files, since: Option<&[u8]>) -> (Check, Distrust, String) {
    let report = audit(files, since);
    assert_eq!(report.verdict, Verdict::False, "{:#?}", report.checks);
    let failed = report.checks.iter().find(|c| c.outcome == Outcome::Failed).unwrap();
    let why = report.distrust.unwrap();
    let (zh, en) = (why.text(Lang::Zh), why.text(Lang::En));
    assert!(zh != en && !zh.contains("{file}") && failed.detail.zh == zh, "{zh}");
    let evidence = report.evidence.unwrap();
    assert_eq!(evidence["check"], failed.check.name());
    assert_eq!(evidence["found"]["text"]["en"], en);
    (failed.check, why, en)
}

/// The same, and the text has all of `parts` in it.
fn refused_with(files: &Files, check: Check, parts: &[&str]) {
    let (failed, _, text) = refused(files, None);
    assert_eq!(failed, check, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

fn amount(fen: u64) -> Amount {
    Amount::new(Fen::new(fen).unwrap()).unwrap()
}

fn gift(forge: &Forge, fen: u64, number: u8) -> Line {
    let (fen, to, paid) = (amount(fen), id("wx"), forge.now().wall);
    Line::Gift(Gift { fen, to, paid, reference: Ref([number; 16]), pot: None })
}

#[test]
fn an_honest_fund_is_verified_with_its_numbers() {
    let (town, files) = town_files();
    let report = audit(&files, None);
    assert_eq!(report.verdict, Verdict::Verified, "{:#?} {:?}", report.checks, report.doubts);
    let (summary, sums) = (report.summary.unwrap(), &town.replay().books().sums);
    assert_eq!(summary.totals.held, sums.now.held.total().get());
    assert_eq!(summary.totals.held, summary.totals.free + summary.totals.promised);
    assert_eq!(summary.totals.received, sums.ever.received().get());
    assert_eq!((summary.days, summary.solo), (town.replay().books().days.len() as u64, false));
    assert_eq!(report.size, Some(town.size()));
    let skipped = [Check::Witnesses, Check::Since];
    for checked in &report.checks {
        let expected =
            if skipped.contains(&checked.check) { Outcome::Skipped } else { Outcome::Passed };
        assert_eq!(checked.outcome, expected, "{:?}", checked.check);
    }
    assert!(
        report.checks.last().unwrap().detail.en.ends_with("older partial tiles"),
        "{:?}",
        report.checks.last()
    );
}

#[test]
fn a_report_is_json_with_stable_names() {
    let (_, files) = town_files();
    let json = serde_json::to_value(audit(&files, None)).unwrap();
    assert_eq!((json["schema"].as_u64(), json["verdict"].as_str()), (Some(1), Some("verified")));
    assert_eq!(json["checks"][0]["check"], "checkpoint");
    assert_eq!(json["checks"][0]["outcome"], "passed");
    assert!(
        json["summary"]["totals"]["held"].is_u64()
            && json["summary"]["students"]["junior"].is_u64()
    );
    assert!(json["distrust"].is_null() && json["doubts"].as_array().unwrap().is_empty());
    let json = serde_json::to_value(audit(&Files::new(), None)).unwrap();
    assert_eq!(
        (json["verdict"].as_str(), json["doubts"][0]["code"].as_str()),
        (Some("unchecked"), Some("Nothing"))
    );
}

#[test]
fn a_fund_with_full_tiles_publishes_over_itself_and_is_verified() {
    let (mut town, mut files) = town_files();
    let (before, since) = (files["checkpoint"].clone(), town.size());
    for _ in 0..520 {
        town.gifts(1);
    }
    town.close();
    let mut new = Files::new();
    publish(&town, Some(since), &mut new);
    // What will be there is checked before it goes up.
    let overlay = Overlay { over: &new, under: &files };
    let report = audit(&overlay, Some(&before));
    assert_eq!(report.verdict, Verdict::Verified, "{:#?} {:?}", report.checks, report.doubts);
    assert_eq!(report.check(Check::Since).unwrap().outcome, Outcome::Passed);
    files.extend(new);
    assert_eq!(audit(&files, Some(&before)).verdict, Verdict::Verified);
    // A partial tile that has gone is in the full one.
    let gone: Vec<_> = files.keys().filter(|p| p.contains("000.p/")).cloned().collect();
    gone.iter().filter(|p| !p.contains("tile/1/")).for_each(|p| drop(files.remove(p)));
    assert_eq!(audit(&files, None).verdict, Verdict::Verified);
    for n in 0..20 {
        assert_refused_change(&files, "tile/entries/001", n * 997);
        assert_refused_change(&files, "tile/0/000", n * 131);
        assert_refused_change(&files, "tile/1/000.p/2", n);
    }
    for path in files.keys().filter(|p| p.starts_with("tile/")) {
        let mut missing = files.clone();
        missing.remove(path);
        let (_, why, _) = refused(&missing, None);
        assert!(matches!(&why, Distrust::Missing { file, .. } if file == path), "{why}");
    }
}

fn assert_refused_change(files: &Files, path: &str, place: usize) {
    let mut changed = files.clone();
    let bytes = changed.get_mut(path).unwrap();
    let place = place % bytes.len();
    bytes[place] ^= 0x11;
    let report = audit(&changed, None);
    let byte = files[path][place] as char;
    // A page that names another version as its maker cannot be compared.
    // A status that states another size looks like a publication under way.
    let unsure = report.verdict == Verdict::Unchecked
        && report.doubts.iter().all(|d| match d {
            Doubt::OtherVersion { .. } => path.contains("index.html"),
            Doubt::Moving { .. } => path == "v1/status.json",
            _ => false,
        });
    assert!(
        report.verdict == Verdict::False || unsure,
        "{path} byte {place} ({byte:?}): {:?}",
        report.doubts
    );
    if let Some(why) = report.distrust {
        assert!(
            why.entry().is_some() || why.file().is_some(),
            "{why:?} names neither entry nor file"
        );
    }
}

#[test]
fn no_byte_of_any_published_file_can_be_changed() {
    let (_, files) = town_files();
    let mut places: Vec<(&String, usize)> = Vec::new();
    for (path, bytes) in files.iter().filter(|(_, bytes)| bytes.len() <= 400) {
        places.extend((0..bytes.len()).map(|place| (path, place)));
    }
    // Every byte of the small files, and 5,000 places drawn from all others.
    let mut large: Vec<(&String, usize)> = Vec::new();
    for (path, bytes) in files.iter().filter(|(_, bytes)| bytes.len() > 400) {
        large.extend((0..bytes.len()).map(|place| (path, place)));
    }
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..5_000 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        places.push(large[(dice >> 33) as usize % large.len()]);
    }
    places.par_iter().for_each(|(path, place)| assert_refused_change(&files, path, *place));
}

#[test]
fn entries_dropped_repeated_swapped_or_changed_are_refused_without_the_log_key() {
    let (town, _) = town_files();
    let (honest, note) = (Forge::of(&town), Forge::of(&town).note());
    let mut cases = Vec::new();
    for change in 0..4 {
        let mut forged = honest.clone();
        match change {
            0 => drop(forged.entries.remove(6)),
            1 => forged.entries.insert(6, honest.entries[6].clone()),
            2 => forged.entries.swap(5, 6),
            _ => forged.entries[2] = replaced(&honest.entries[2], "\"fen\":101", "\"fen\":901"),
        }
        cases.push(forged.clone());
        forged.rechain();
        cases.push(forged);
    }
    for (case, forged) in cases.iter().enumerate() {
        // With the tiles made anew, and with those that are signed.
        let mut files = forged.log(note.clone());
        refused(&files, None);
        let signed = honest.signed();
        files.extend(signed.into_iter().filter(|(path, _)| !path.contains("entries")));
        let (_, why, text) = refused(&files, None);
        if forged.entries.len() == honest.entries.len() {
            assert!(
                matches!(why, Distrust::Leaf { .. }) && text.contains("entry "),
                "{case}: {text}"
            );
        }
        // The key of the log does not help either: the chain or the rules refuse it.
        let (check, why, _) = refused(&forged.signed(), None);
        assert!(why.entry().is_some(), "{case}: {check:?} {why}");
    }
}

fn replaced(entry: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(entry).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn the_log_key_cannot_speak_for_an_officer() {
    let (town, _) = town_files();
    let honest = Forge::of(&town);
    let mut forged = honest.clone();
    let number = forged.write("chen", "li", vec![gift(&forged.clone(), 500, 1)]);
    let entry = format!("entry {number}");
    let chen = Key(key("chen").public()).to_string();
    refused_with(&forged.signed(), Check::Vouchers, &[&entry, "chen", &chen]);
    let mut forged = honest.clone();
    forged.write("chen", "chen", vec![gift(&forged.clone(), 500, 1)]);
    let last = forged.entries.pop().unwrap();
    let (known, _) = Entry::decode(&last).unwrap();
    let none = Signature([0; 64]).to_string();
    forged.entries.push(replaced(&last, &known.sig.to_string(), &none));
    refused_with(&forged.signed(), Check::Vouchers, &[&entry, "chen"]);
    let mut missing = forged.clone();
    missing.entries.pop();
    missing.entries.push(replaced(&last, &format!(",\"sig\":\"{}\"", known.sig), ""));
    refused_with(&missing.signed(), Check::Form, &[&entry, "sig"]);
}

#[test]
fn an_officer_acts_only_while_in_office() {
    let (town, _) = town_files();
    let mut forged = Forge::of(&town);
    let number = forged.write("sun", "sun", vec![gift(&forged.clone(), 500, 1)]);
    refused_with(&forged.signed(), Check::Officers, &[&format!("entry {number}"), "sun"]);
    let mut forged = Forge::of(&town);
    forged.write("wang", "wang", vec![Line::Retire(Retire { officer: id("chen") })]);
    let number = forged.write("chen", "chen", vec![gift(&forged.clone(), 500, 1)]);
    refused_with(&forged.signed(), Check::Officers, &[&format!("entry {number}"), "chen"]);
    // And only in their role.
    let mut forged = Forge::of(&town);
    let number = forged.write("zhao", "zhao", vec![gift(&forged.clone(), 500, 1)]);
    refused_with(
        &forged.signed(),
        Check::Officers,
        &[&format!("entry {number}"), "auditor", "clerk"],
    );
}

fn allocate(fen: u64) -> Line {
    let (student, fen, purpose) = (id("s-1"), amount(fen), text("school meals"));
    Line::Allocate(Allocate { student, fen, purpose, pot: None, within: None })
}

#[test]
fn nobody_approves_their_own_proposal_or_pays_more_than_allocated() {
    let (town, _) = town_files();
    let mut forged = Forge::of(&town);
    let roles = List::new(vec![Role::Clerk, Role::Approver]).unwrap();
    let (officer, key) = (id("sun"), Key(key("sun").public()));
    forged.write("wang", "wang", vec![Line::Appoint(Appoint { officer, key, roles, until: None })]);
    let proposal = forged.write("sun", "sun", vec![allocate(30)]);
    let of = place(&format!("{proposal}/0"));
    let number =
        forged.write("sun", "sun", vec![Line::Approve(Approve { of, clear: Rare(false) })]);
    refused_with(&forged.signed(), Check::Officers, &[&format!("entry {number}"), "sun"]);
    forged.entries.pop();
    forged.write("li", "li", vec![Line::Approve(Approve { of, clear: Rare(false) })]);
    let (from, paid, reference) = (id("wx"), forged.now().wall, Ref([1; 16]));
    let pay = |fen| Line::Pay(Pay { of, fen: amount(fen), from, paid, reference });
    let number = forged.write("wang", "wang", vec![pay(31)]);
    refused_with(&forged.signed(), Check::Rules, &[&format!("entry {number}"), "0.30", "0.31"]);
}

#[test]
fn a_day_close_may_not_be_off_by_one_fen() {
    let (town, _) = town_files();
    let today = Forge::of(&town).now().wall.day();
    let right = Close::of(town.replay().books(), today);
    for (which, field) in ["closing", "closing", "moved", "ever"].into_iter().enumerate() {
        let (mut forged, mut close) = (Forge::of(&town), right.clone());
        let sum = match which {
            0 => &mut close.closing.free,
            1 => &mut close.closing.held.0[0].1,
            2 => &mut close.moved.done.gift.fen,
            _ => &mut close.ever.done.pay.fen,
        };
        *sum = sum.plus(Fen::new(1).unwrap()).unwrap();
        let number = forged.write("wang", "wang", vec![Line::Close(Box::new(close))]);
        refused_with(&forged.signed(), Check::Closes, &[&format!("entry {number}"), field]);
    }
}

#[test]
fn a_checkpoint_of_another_log_or_key_is_refused() {
    let (town, files) = town_files();
    let tree = Forge::of(&town).tree();
    for (origin, seed) in [("yishan.example/other", 9), (ORIGIN, 8)] {
        let signer = Signer::new(origin, &[seed; 32]).unwrap();
        let note =
            Checkpoint::new(origin, tree.size(), tree.root()).unwrap().sign(&signer).unwrap();
        let mut files = files.clone();
        files.insert("checkpoint".into(), note.into_bytes());
        let (check, why, text) = refused(&files, None);
        assert_eq!(check, Check::Checkpoint);
        match why {
            Distrust::Origin { .. } => assert!(text.contains(origin) && text.contains(ORIGIN)),
            _ => assert_eq!(origin, ORIGIN, "{why}"),
        }
    }
}

#[test]
fn an_older_state_and_a_second_history_are_refused() {
    let (town, files) = town_files();
    let old = Forge::of(&town);
    let (mut one, mut two) = (old.clone(), old.clone());
    one.write("chen", "chen", vec![gift(&old, 500, 1)]);
    two.write("chen", "chen", vec![gift(&old, 400, 1)]);
    let (check, why, text) = refused(&files, Some(&one.note()));
    assert_eq!((check, why.code()), (Check::Since, "Older"));
    assert!(
        text.contains(&town.size().to_string()) && text.contains(&(town.size() + 1).to_string())
    );
    let (check, why, text) = refused(&one.signed(), Some(&two.note()));
    assert_eq!((check, why.code()), (Check::Since, "TwoHistories"));
    assert!(
        text.contains(&one.tree().root().to_string())
            && text.contains(&two.tree().root().to_string())
    );
    two.write("chen", "chen", vec![gift(&old, 300, 2)]);
    let (check, why, _) = refused(&two.signed(), Some(&one.note()));
    assert_eq!((check, why.code()), (Check::Since, "Rewritten"));
    // A note of somebody else says nothing about the folder.
    let report = audit(&files, Some(b"not a checkpoint"));
    assert_eq!(report.verdict, Verdict::Unchecked);
    assert!(matches!(report.doubts[..], [Doubt::Earlier { .. }]));
}

#[test]
fn lengths_and_widths_are_exact() {
    let (town, files) = town_files();
    let size = town.size();
    let tiles: Vec<String> =
        ["checkpoint".into(), format!("tile/0/000.p/{size}"), format!("tile/entries/000.p/{size}")]
            .into();
    for path in &tiles {
        for change in 0..3 {
            let mut files = files.clone();
            let bytes = files.get_mut(path).unwrap();
            match change {
                0 => bytes.push(0),
                1 => drop(bytes.pop()),
                _ => bytes.extend([0x20; 32]),
            }
            let (_, why, _) = refused(&files, None);
            assert_eq!(why.file().unwrap(), *path, "{why}");
        }
        let mut missing = files.clone();
        let bytes = missing.remove(path).unwrap();
        let report = audit(&missing, None);
        assert_ne!(report.verdict, Verdict::Verified);
        if path != "checkpoint" {
            // Another width in its place does not help.
            let narrow = path.replace(&format!(".p/{size}"), &format!(".p/{}", size - 1));
            missing.insert(narrow, bytes.clone());
            let (_, why, _) = refused(&missing, None);
            assert!(matches!(&why, Distrust::Missing { file, .. } if file == path), "{why}");
            missing.insert(path.clone(), bytes[..bytes.len() - 32].into());
            assert_eq!(refused(&missing, None).1.file().unwrap(), *path);
        }
    }
    // An entry that claims to be longer than the file.
    let mut long = files.clone();
    long.get_mut(&tiles[2]).unwrap()[..2].copy_from_slice(&[0xff; 2]);
    let (check, why, _) = refused(&long, None);
    assert_eq!((check, why.code()), (Check::Bundles, "Bundle"));
}

#[test]
fn a_checkpoint_that_claims_more_entries_than_any_disk_holds_costs_nothing() {
    let (town, files) = town_files();
    let signer = Signer::new(ORIGIN, &[9; 32]).unwrap();
    for size in [town.size() + 1, 1 << 40, i64::MAX as u64] {
        let root = Forge::of(&town).tree().root();
        let note = Checkpoint::new(ORIGIN, size, root).unwrap().sign(&signer).unwrap();
        let mut files = files.clone();
        files.insert("checkpoint".into(), note.into_bytes());
        let (_, why, text) = refused(&files, None);
        assert!(
            matches!(why, Distrust::Missing { .. }) && text.contains(&size.to_string()),
            "{why}"
        );
    }
}

#[test]
fn no_file_of_another_fund_fits() {
    let (_, files) = town_files();
    let mut other = Town::founded("Another Fund");
    let mut others = Files::new();
    for step in Town::steps() {
        step(&mut other);
    }
    publish(&other, None, &mut others);
    let mut swapped = 0;
    for (path, bytes) in others.iter().filter(|(path, bytes)| files.get(*path) != Some(bytes)) {
        let mut files = files.clone();
        files.insert(path.clone(), bytes.clone());
        let report = audit(&files, None);
        assert_eq!(report.verdict, Verdict::False, "{path}");
        swapped += 1;
    }
    assert!(swapped > 10, "{swapped}");
}

/// A host: what it lacks is not known to be missing, and some of it does not answer.
struct Host<'a>(&'a Files, &'a str);

impl Source for Host<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        if path == self.1 {
            return Err(SourceError::Status { url: path.into(), status: 503 });
        }
        self.0.read(path, max)
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(None)
    }

    fn at_hand(&self) -> bool {
        false
    }
}

#[test]
fn what_a_host_does_not_deliver_is_never_called_false() {
    let (_, files) = town_files();
    let report = audit(&Host(&files, ""), None);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.doubts);
    assert_eq!(report.check(Check::Strays).unwrap().outcome, Outcome::Skipped);
    for path in files.keys() {
        let mut missing = files.clone();
        missing.remove(path);
        for report in [audit(&Host(&files, path), None), audit(&Host(&missing, ""), None)] {
            assert_ne!(report.verdict, Verdict::False, "{path}: {:?}", report.distrust);
        }
    }
    // A page of the state before is no falsehood while the checkpoint is newer than the numbers.
    let (mut town, mut newer) = town_files();
    town.gifts(2);
    publish(&town, None, &mut newer);
    for path in files.keys().filter(|p| !p.starts_with("tile/") && *p != "checkpoint") {
        newer.insert(path.clone(), files[path].clone());
    }
    let report = audit(&Host(&newer, ""), None);
    assert_eq!(report.verdict, Verdict::Unchecked, "{:?}", report.distrust);
    assert!(report.doubts.iter().all(|d| matches!(d, Doubt::Moving { .. })), "{:?}", report.doubts);
    // Nor in a folder: a publication cut short leaves just this.
    assert_eq!(audit(&newer, None).verdict, Verdict::Unchecked);
    // What it does deliver is.
    let mut changed = files.clone();
    changed.get_mut("index.html").unwrap()[900] ^= 1;
    assert_eq!(audit(&Host(&changed, ""), None).verdict, Verdict::False);
}

#[test]
fn witnesses_that_have_not_signed_are_waited_for() {
    let (_, files) = town_files();
    let (key, public) =
        (log_key(), yishan::keys::OfficerKey::generate("w", &mut |b| b.fill(77)).unwrap().public());
    let witness =
        Verifier::new("w.example", yishan::tlog::Algorithm::CosignatureV1, &public).unwrap();
    let ask = Ask { source: &files, key: &key, witnesses: &[&witness], quorum: 1, since: None };
    let report = verify(ask, &mut |_| ());
    assert_eq!(report.verdict, Verdict::Unchecked);
    assert_eq!(report.doubts, [Doubt::Waiting { have: 0, need: 1 }]);
}

#[test]
fn a_folder_on_disk_is_read_and_links_out_of_it_are_not() {
    let (_, files) = town_files();
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in &files {
        let path = dir.path().join("site").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let folder = Folder::open(&dir.path().join("site")).unwrap();
    let report = audit(&folder, None);
    assert_eq!(report.verdict, Verdict::Verified, "{:?} {:?}", report.distrust, report.doubts);
    std::fs::write(dir.path().join("site/notes.txt"), "ours?").unwrap();
    let report = audit(&folder, None);
    assert!(report.check(Check::Strays).unwrap().detail.en.contains("notes.txt"));
    assert_eq!(report.verdict, Verdict::Verified);
    #[cfg(unix)]
    {
        let index = dir.path().join("site/index.html");
        std::fs::rename(&index, dir.path().join("index.html")).unwrap();
        std::os::unix::fs::symlink("../index.html", &index).unwrap();
        assert!(matches!(folder.read("index.html", 1 << 20), Err(SourceError::Outside { .. })));
        assert_eq!(audit(&folder, None).verdict, Verdict::Unchecked);
    }
    assert!(matches!(folder.read("checkpoint", 9), Err(SourceError::TooLong { max: 9, .. })));
    for bad in ["", "/etc/passwd", "../index.html", "d//x", "a\\b", "./x", "nul\0"] {
        assert!(matches!(folder.read(bad, 9), Err(SourceError::Path { .. })), "{bad:?}");
    }
}

#[test]
fn the_day_file_and_its_proof_belong_to_each_other() {
    let (town, files) = town_files();
    let (first, second) = (day("2026-11-20"), day("2026-11-21"));
    assert!(town.replay().books().days.get(&first).is_some());
    let proof = |day| format!("day/{day}.tlog-proof");
    let mut swapped = files.clone();
    swapped.insert(proof(first), files[&proof(second)].clone());
    refused_with(&swapped, Check::Days, &[&proof(first), "entry"]);
    // A proof under a checkpoint of another history, signed by the same key.
    let mut other = Forge::of(&town);
    let close = town.replay().books().days.get(&first).copied().unwrap();
    let close = usize::try_from(close).unwrap();
    other.entries.truncate(close + 1);
    other.write("chen", "chen", vec![gift(&other.clone(), 9, 9)]);
    let leaves: Vec<Hash> = other.entries.iter().map(|e| yishan::tlog::leaf_hash(e)).collect();
    let path =
        yishan::tlog::prove_inclusion(close as u64, leaves.len() as u64, &mut Leaves(leaves))
            .unwrap();
    let note = String::from_utf8(other.note()).unwrap();
    let forged = yishan::tlog::TlogProof::new(close as u64, path, &note).unwrap();
    let mut files = files.clone();
    files.insert(proof(first), forged.to_string().into_bytes());
    let (check, why, _) = refused(&files, None);
    assert_eq!((check, why.code()), (Check::Days, "ProofHistory"));
}

/// Leaf hashes in memory, for making proofs.
struct Leaves(Vec<Hash>);

impl yishan::tlog::HashReader for Leaves {
    type Error = std::convert::Infallible;

    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let width = 1 << level;
        let from = usize::try_from(index).unwrap() * width;
        Ok(yishan::tlog::root_of(&self.0[from..from + width]))
    }
}
