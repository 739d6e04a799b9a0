//! Forgeries by whoever has everything but the keys: entries are changed, and then all is made
//! anew that needs no signature: chain, tiles, bundles, root, closes, shards, days, numbers,
//! pages, proofs. None is believed, and each refusal names its place.
//!
//! ```text
//! YISHAN_FORGERIES=100000 cargo test --release --test suite -- --nocapture unsigned::
//! ```
//!
//! Half of the forgers have the log's own key as well and lack only those of the officers. Such a
//! one can leave out or reorder what officers did sign, where no close tells: that is a second
//! history, which whoever kept an earlier checkpoint refuses (`--since`).

use crate::forge::{Files, key, publish};
use crate::fund::Dice;
use crate::town::{ORIGIN, Town, id};
use rayon::prelude::*;
use std::collections::BTreeMap;
use yishan::domain::codec::List;
use yishan::domain::entry::{Entry, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::text::{Key, Nonce, Place, Signature};
use yishan::domain::time::Stamp;
use yishan::publish::{Facts, Receipt, Site};
use yishan::replay::Replay;
use yishan::seal::sign_voucher;
use yishan::tlog::{Algorithm, Signer, Verifier};
use yishan::verify::{Ask, Doubt, Report, Verdict, verify, verify_from};

/// Forgeries in a run of all tests.
const FORGERIES: u64 = 5_000;

/// A voucher as it was taken in: when, what, and what is said to be its signature.
type Taken = (Stamp, Voucher, Signature);

/// An honest fund, and all that anybody can copy from it.
struct Honest {
    town: Town,
    files: Files,
    vouchers: Vec<Taken>,
    /// The fund as it was an evening earlier: its folder, and the state that was verified then.
    earlier: Files,
    state: Replay,
    size: u64,
}

impl Honest {
    fn of(mut town: Town) -> Honest {
        let (mut earlier, size, state) = (Files::new(), town.size(), town.replay().clone());
        publish(&town, None, &mut earlier);
        let mut files = earlier.clone();
        town.gifts(2);
        town.close();
        town.gifts(1);
        publish(&town, Some(size), &mut files);
        let taken = |bytes: &Vec<u8>| {
            let (entry, _) = Entry::decode(bytes).unwrap();
            (entry.at, entry.voucher, entry.sig)
        };
        let vouchers = town.written().iter().map(taken).collect();
        Honest { town, files, vouchers, earlier, state, size }
    }

    /// A fund of one person, one with every kind of line, and one with full tiles.
    fn all() -> [Honest; 3] {
        let mut small = Town::solo("Town Fund");
        small.gifts(3);
        small.close();
        let mut wide = Town::solo("Wide Fund");
        (0..300).for_each(|_| {
            wide.gifts(1);
        });
        wide.close();
        [small, Town::grown("Town Fund"), wide].map(Honest::of)
    }

    /// Whether an officer signed this voucher as it stands.
    fn has(&self, voucher: &Voucher, sig: &Signature) -> bool {
        self.vouchers.iter().any(|(_, known, signed)| known == voucher && signed == sig)
    }
}

/// One of several, by the dice.
fn pick<'a, T>(of: &'a [T], dice: &mut Dice) -> &'a T {
    &of[below(of.len(), dice)]
}

fn below(end: usize, dice: &mut Dice) -> usize {
    usize::try_from(dice.next()).unwrap() % end.max(1)
}

/// Signatures to be had without the officer's key.
fn signature(old: Signature, voucher: &Voucher, honest: &Honest, dice: &mut Dice) -> Signature {
    let bytes = voucher.encode();
    let mut changed = old;
    match dice.next() % 6 {
        // Another officer's, or a stranger's.
        0 => Signature(sign_voucher(&key("sun"), ORIGIN, &bytes)),
        // The officer's own, for another fund.
        1 => Signature(sign_voucher(&key("chen"), "yishan.example/other", &bytes)),
        2 => pick(&honest.vouchers, dice).2,
        3 => {
            changed.0[below(64, dice)] ^= 1 << below(8, dice);
            changed
        }
        _ => old,
    }
}

/// Writes a number anew somewhere after `field` in the voucher; the same voucher if it has none.
fn with_number(voucher: &Voucher, field: &str, dice: &mut Dice) -> Voucher {
    let text = String::from_utf8(voucher.encode()).unwrap();
    let places: Vec<usize> = text.match_indices(field).map(|(at, _)| at + field.len()).collect();
    if places.is_empty() {
        return voucher.clone();
    }
    let at = *pick(&places, dice);
    let end = at + text[at..].find(|c: char| !c.is_ascii_digit()).unwrap();
    let number: u64 = text[at..end].parse().unwrap();
    let new = [number + 1, number.saturating_sub(1), number * 10, number / 10][below(4, dice)];
    let text = format!("{}{new}{}", &text[..at], &text[end..]);
    Voucher::decode(text.as_bytes()).unwrap_or_else(|_| voucher.clone())
}

/// Changes one thing that an officer signed.
fn change(voucher: &Voucher, honest: &Honest, dice: &mut Dice) -> Voucher {
    let mut new = voucher.clone();
    let mut lines: Vec<Line> = voucher.lines.to_vec();
    match dice.next() % 6 {
        0 | 1 => return with_number(voucher, "\"fen\":", dice),
        2 => new.by = id(["chen", "li", "wang", "zhao"][below(4, dice)]),
        3 => new.nonce = Nonce(u128::from(dice.next()).to_be_bytes()),
        4 if lines.len() > 1 => drop(lines.remove(below(lines.len(), dice))),
        _ => lines.push(pick(&pick(&honest.vouchers, dice).1.lines, dice).clone()),
    }
    new.lines = List::new(lines).unwrap_or(new.lines);
    new
}

/// Changes what the fund says happened.
fn lie(honest: &Honest, dice: &mut Dice) -> Vec<Taken> {
    let mut all = honest.vouchers.clone();
    for _ in 0..=dice.next() % 2 {
        let at = 1 + below(all.len() - 1, dice);
        let (taken, old, sig) = all[at].clone();
        match dice.next() % 8 {
            0..=3 => {
                let new = change(&old, honest, dice);
                all[at] = (taken, new.clone(), signature(sig, &new, honest, dice));
            }
            4 => drop(all.remove(at)),
            5 => {
                let other = 1 + below(all.len() - 1, dice);
                let (one, two) = (all[at].clone(), all[other].clone());
                (all[at], all[other]) = ((one.0, two.1, two.2), (two.0, one.1, one.2));
            }
            6 => all.truncate(at),
            _ => {
                let new = change(&pick(&honest.vouchers, dice).1, honest, dice);
                let new = Voucher { made: taken, ..new };
                all.insert(at, (taken, new.clone(), signature(sig, &new, honest, dice)));
            }
        }
        if all.len() < 2 {
            break;
        }
    }
    all
}

/// Makes everything anew that follows from what is said to have happened. What the rules refuse is
/// left out, and closes are written for what is there.
fn rebuilt(all: &[Taken]) -> Town {
    let mut town = Town::blank();
    for (at, voucher, sig) in all {
        let mut voucher = voucher.clone();
        let lines = voucher.lines.iter().map(|line| match line {
            Line::Close(close) => Line::Close(Box::new(Close::of(town.books(), close.day))),
            other => other.clone(),
        });
        voucher.lines = List::new(lines.collect()).unwrap();
        let _ = town.force(*at, &voucher.encode(), *sig);
    }
    town
}

/// Everybody's key is the forger's own, and everything is signed with it.
fn usurped(honest: &Honest) -> Vec<Taken> {
    let own = key("sun");
    let signed = |(at, voucher, _): &Taken| {
        let mut voucher = voucher.clone();
        let lines = voucher.lines.iter().map(|line| match line {
            Line::Found(found) => {
                let mut found = found.clone();
                let ours = |founder: &_| {
                    let mut founder = Clone::clone(founder);
                    let _: &mut yishan::domain::line::found::Founder = &mut founder;
                    founder.key = Key(own.public());
                    founder
                };
                found.officers = List::new(found.officers.iter().map(ours).collect()).unwrap();
                Line::Found(found)
            }
            other => other.clone(),
        });
        voucher.lines = List::new(lines.collect()).unwrap();
        let sig = Signature(sign_voucher(&own, ORIGIN, &voucher.encode()));
        (*at, voucher, sig)
    };
    honest.vouchers.iter().map(signed).collect()
}

/// The checkpoint of a forgery, as far as the forger can make one. True with the log's own key.
fn claim(lie: &mut Town, honest: &Honest, dice: &mut Dice, keeper: bool) {
    let (now, right) = (lie.unsigned(), honest.town.verifier());
    let other = Signer::new(ORIGIN, &[8; 32]).unwrap();
    let signed_by_other = now.sign(&other).unwrap();
    let old = honest.town.checkpoint().to_owned();
    let last_line = |note: &str| note.lines().last().unwrap().to_owned();
    let mut vkey = right.to_string();
    let note = match dice.next() % 5 {
        _ if keeper => now.sign(&Signer::new(ORIGIN, &[9; 32]).unwrap()).unwrap(),
        0 => old,
        // The old signature below the new text.
        1 => format!("{now}\n{}\n", last_line(&old)),
        2 => {
            vkey = other.verifier().to_string();
            signed_by_other
        }
        // Another key's signature under the id of the right key.
        3 => format!("{now}\n{}\n", under_id(&last_line(&signed_by_other), &right)),
        _ => format!("{now}\n"),
    };
    lie.claim(note, vkey);
}

/// A signature line with the name and id of `key`.
fn under_id(line: &str, key: &Verifier) -> String {
    use base64::Engine;
    let base64 = base64::engine::general_purpose::STANDARD;
    let (head, sig) = line.rsplit_once(' ').unwrap();
    let mut bytes = base64.decode(sig).unwrap();
    bytes[..4].copy_from_slice(&key.id().to_be_bytes());
    format!("{head} {}", base64.encode(bytes))
}

fn audit(source: &dyn yishan::verify::Source, since: Option<&str>) -> Report {
    let public = Signer::new(ORIGIN, &[9; 32]).unwrap().verifier();
    let key = Verifier::new(ORIGIN, Algorithm::Ed25519, public.public_key()).unwrap();
    let since = since.map(str::as_bytes);
    verify(Ask { source, key: &key, witnesses: &[], quorum: 0, since }, &mut |_| ())
}

/// The refusal names its place; what could not be compared is a folder between two states.
fn assert_refused(report: &Report, what: &str) {
    match report.verdict {
        Verdict::False => {
            let why = report.distrust.as_ref().unwrap();
            assert!(why.entry().is_some() || why.file().is_some(), "{what}: {why:?} has no place");
        }
        Verdict::Unchecked => {
            let moving = |d: &Doubt| matches!(d, Doubt::Moving { .. });
            assert!(report.doubts.iter().all(moving), "{what}: {:?}", report.doubts);
        }
        Verdict::Verified => panic!("{what} is verified"),
    }
}

/// Everything that a forger would put up.
fn folder(lie: &Town, honest: &Honest, dice: &mut Dice) -> Files {
    let mut files = Files::new();
    publish(lie, None, &mut files);
    if dice.next().is_multiple_of(4) {
        // Some of what is beside the log as it honestly was.
        for (path, bytes) in honest.files.iter().filter(|(path, _)| !path.starts_with("tile/")) {
            if path.as_str() != "checkpoint" && dice.next().is_multiple_of(2) {
                files.insert(path.clone(), bytes.clone());
            }
        }
    }
    files
}

/// One forgery: the folder, what goes on from an earlier state, and a receipt.
fn forgery(honest: &Honest, dice: &mut Dice, what: &str) -> &'static str {
    let keeper = dice.next().is_multiple_of(2);
    let usurper = !keeper && dice.next().is_multiple_of(8);
    let mut lie = rebuilt(&if usurper { usurped(honest) } else { lie(honest, dice) });
    if lie.written() == honest.town.written() || lie.size() == 0 {
        return "the same";
    }
    claim(&mut lie, honest, dice, keeper);
    let signed = |bytes: &Vec<u8>| {
        let (entry, _) = Entry::decode(bytes).unwrap();
        honest.has(&entry.voucher, &entry.sig)
    };
    let all_signed = lie.written().iter().all(signed);
    let files = folder(&lie, honest, dice);
    let report = audit(&files, None);
    let second_history = report.verdict == Verdict::Verified;
    if second_history {
        assert!(keeper && all_signed, "{what} is verified");
    } else {
        assert_refused(&report, what);
    }
    // Whoever kept a checkpoint is never taken in.
    assert_refused(&audit(&files, Some(honest.town.checkpoint())), what);
    goes_on(&lie, &files, honest, keeper && all_signed, what);
    receipts(&lie, honest, dice, keeper, what);
    match (second_history, keeper) {
        (true, _) => "second histories, seen by whoever kept a checkpoint",
        (false, true) => "refused, with the log's key",
        (false, false) => "refused, without any key",
    }
}

/// Whoever verified an evening ago and goes on from there believes no more than others.
fn goes_on(lie: &Town, files: &Files, honest: &Honest, signed: bool, what: &str) {
    let key = honest.town.verifier();
    let since = Some(&*honest.earlier["checkpoint"]);
    let ask = Ask { source: files, key: &key, witnesses: &[], quorum: 0, since };
    let mut refs = crate::town::used(&honest.town, honest.size);
    if let Ok(state) = verify_from(ask, honest.state.clone(), &mut refs, lie.past()) {
        let size = usize::try_from(honest.size).unwrap();
        assert_eq!(lie.written()[..size], honest.town.written()[..size], "{what} rewrote");
        assert!(signed && state.tree().root() == lie.replay().tree().root(), "{what} went on");
    }
}

/// A receipt for a line of the forgery holds only if the log's key signed it.
fn receipts(lie: &Town, honest: &Honest, dice: &mut Dice, keeper: bool, what: &str) {
    let key = honest.town.verifier();
    let place = Place { entry: dice.next() % lie.size(), line: 0 };
    let forged = Receipt::make(lie, place).unwrap().map(|receipt| receipt.to_string());
    let right = Receipt::make(&honest.town, place).ok().flatten().map(|r| r.to_string());
    let (Some(forged), Some(right)) = (forged, right) else { return };
    let check = |text: &str| Receipt::parse(text.as_bytes()).and_then(|r| r.check(&key));
    let entry = |text: &str| text.lines().nth(2).unwrap().to_owned();
    let checked = check(&forged);
    assert!(keeper || checked.is_err() || forged == right, "{what}: {place} is believed");
    if entry(&forged) != entry(&right) {
        // The forged entry with the honest proof, and the honest entry with the forged one.
        let mixed = right.replacen(&entry(&right), &entry(&forged), 1);
        assert!(check(&mixed).is_err(), "{what}: {place} is believed with another's proof");
        let mixed = forged.replacen(&entry(&forged), &entry(&right), 1);
        // Of the last entry it is the honest proof, if the checkpoint is the old one.
        let honest = mixed == right;
        assert!(
            honest || check(&mixed).is_err(),
            "{what}: {place} is believed with a forged proof"
        );
    }
}

/// Files of two evenings of one honest fund: believed only as the one or the other, whole.
fn mixed(honest: &Honest, dice: &mut Dice, what: &str) -> &'static str {
    let (mut files, share) = (honest.files.clone(), 1 + dice.next() % 12);
    for (path, bytes) in &honest.earlier {
        if dice.next().is_multiple_of(share) {
            files.insert(path.clone(), bytes.clone());
        }
    }
    let lost = (dice.next().is_multiple_of(3)).then(|| {
        let paths: Vec<&String> = honest.files.keys().collect();
        (*pick(&paths, dice)).clone()
    });
    if let Some(path) = &lost {
        files.remove(path);
    }
    let report = audit(&files, None);
    if report.verdict == Verdict::Verified {
        let (right, proofs) = match report.size.unwrap() {
            size if size == honest.size => (&honest.earlier, Vec::new()),
            _ => (&honest.files, Site::new(&honest.town).day_proofs(None)),
        };
        let whole = |(path, bytes): (&String, &Vec<u8>)| {
            let old_tile = path.starts_with("tile/") && honest.files.get(path) == Some(bytes);
            let proof = proofs.iter().any(|(known, _)| known == path);
            files.get(path) == Some(bytes) || old_tile || proof
        };
        assert!(right.iter().all(whole), "{what} is verified, and is neither of the two");
        return "two evenings, one of them whole";
    }
    // A lost checkpoint claims nothing.
    if lost.as_deref() != Some("checkpoint") {
        assert_refused(&report, what);
    }
    "two evenings, neither of them whole"
}

#[test]
fn no_forgery_without_the_keys_is_believed_whatever_is_made_anew_around_it() {
    let count = std::env::var("YISHAN_FORGERIES").map_or(FORGERIES, |text| text.parse().unwrap());
    let seeds: Vec<u64> = (0..count).collect();
    let sums = seeds.par_chunks(64).map(|seeds| {
        let (all, mut sums) = (Honest::all(), BTreeMap::<&str, u64>::new());
        for seed in seeds {
            let mut dice = Dice::new(*seed);
            // The wide one takes longest.
            let honest = &all[[0, 0, 0, 1, 1, 1, 1, 2][below(8, &mut dice)]];
            let what = format!("forgery {seed}");
            let came = match dice.next() % 6 {
                0 => mixed(honest, &mut dice, &what),
                _ => forgery(honest, &mut dice, &what),
            };
            *sums.entry(came).or_default() += 1;
        }
        sums
    });
    let sums = sums.reduce(BTreeMap::new, |mut all, one| {
        for (what, count) in one {
            *all.entry(what).or_default() += count;
        }
        all
    });
    println!("{sums:#?}");
    let refused = |key: &str| sums.get(key).copied().unwrap_or_default() > count / 8;
    assert!(refused("refused, with the log's key") && refused("refused, without any key"));
}
