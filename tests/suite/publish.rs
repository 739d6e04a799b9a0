//! The published folder: the same however it came about, complete, readable and true.

use crate::town::{Dice, ORIGIN, Town, day, place};
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::text::{Lang, Place, Ref};
use yishan::publish::{Bulletin, Facts, Movers, Receipt, Site, find_digits};
use yishan::tlog::{
    Checkpoint, TileId, TileKind, TileReader, TlogProof, check_inclusion, decode_bundle,
    decode_tile, leaf_hash, prove_inclusion,
};

type Folder = BTreeMap<String, Vec<u8>>;

/// Writes the files at the paths for `since` over those in `folder`.
fn publish(town: &Town, since: Option<u64>, folder: &mut Folder) {
    let site = Site::new(town);
    let paths = site.paths(since).unwrap();
    let once: BTreeSet<&String> = paths.iter().collect();
    assert_eq!(once.len(), paths.len(), "a path is listed twice");
    for path in paths {
        let bytes = site.file(&path).unwrap();
        folder.insert(path.clone(), bytes.unwrap_or_else(|| panic!("{path} is listed only")));
    }
}

fn fresh(town: &Town) -> Folder {
    let mut folder = Folder::new();
    publish(town, None, &mut folder);
    folder
}

fn text<'f>(folder: &'f Folder, path: &str) -> &'f str {
    std::str::from_utf8(folder.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

/// What may be left over of an earlier publication: partial tiles, and shards of another width.
fn may_be_left(path: &str, digits: &str) -> bool {
    let shard = path.strip_prefix("find/").is_some_and(|rest| !rest.starts_with(digits));
    assert!(!path.starts_with("find/new/"), "{path}");
    path.contains(".p/") || shard
}

/// Publishes after every `every` of `steps` and compares with a folder made at once.
fn publications_add_up(mut town: Town, steps: &[fn(&mut Town)], every: usize) {
    let (mut folder, mut since) = (Folder::new(), None);
    for (n, step) in steps.iter().enumerate() {
        step(&mut town);
        if n % every != 0 {
            continue;
        }
        let before = folder.clone();
        publish(&town, since, &mut folder);
        since = Some(town.size());
        let (fresh, step) = (fresh(&town), n);
        let digits = find_digits(town.replay().books().refs.count).to_string();
        for (path, bytes) in &fresh {
            let (made, new) =
                (String::from_utf8_lossy(&folder[path]), String::from_utf8_lossy(bytes));
            assert_eq!(made, new, "{path} after step {step}, every {every}");
        }
        for path in folder.keys().filter(|path| !fresh.contains_key(*path)) {
            assert!(may_be_left(path, &digits), "{path} does not belong there after step {step}");
        }
        let full = |path: &&String| path.starts_with("tile/") && !path.contains(".p/");
        for path in before.keys().filter(full) {
            assert_eq!(before[path], folder[path], "{path} is full and never changes");
        }
    }
}

#[test]
fn publications_in_a_row_leave_the_files_of_one_made_at_once() {
    for every in [1, 2, 3, 5] {
        publications_add_up(Town::founded("Town Fund"), &Town::steps(), every);
    }
}

/// Gifts, allocations, approvals, payments, refunds, reversals of any of them, and closes, in any
/// order that the rules allow.
#[test]
fn publications_add_up_whatever_the_town_does_and_whenever_it_publishes() {
    for seed in 0..6 {
        let (mut town, mut dice) = (Town::founded("Town Fund"), Dice(seed));
        for step in &Town::steps()[..8] {
            step(&mut town);
        }
        let (mut folder, mut since) = (Folder::new(), None);
        for step in 0..150 {
            town.whim(&mut dice);
            if dice.below(3) > 0 {
                continue;
            }
            publish(&town, since, &mut folder);
            since = Some(town.size());
            let movers = Site::new(&town).movers().unwrap();
            town.movers = Movers::default();
            for (path, bytes) in &fresh(&town) {
                let [made, new] = [&folder[path], bytes].map(|b| String::from_utf8_lossy(b));
                assert_eq!(made, new, "{path} after step {step} of {seed}");
            }
            town.movers = movers;
        }
        let undone = town.replay().books().touched.iter().count();
        assert!(undone > 1 && town.size() > 100, "{undone} of {} were touched", town.size());
    }
}

#[test]
fn publications_add_up_where_tiles_fill_and_shards_divide() {
    let mut town = Town::founded("Town Fund");
    for _ in 0..17 {
        for _ in 0..11 {
            town.gifts(1);
        }
        town.close();
    }
    // 16,384 references are too many for the first width.
    while town.replay().books().refs.count < 16_375 {
        town.gifts((16_375 - town.replay().books().refs.count).min(440));
    }
    let (digits, entries) = (find_digits(town.replay().books().refs.count), town.size());
    let steps: Vec<fn(&mut Town)> = vec![
        |town| {
            town.gifts(1);
        };
        20
    ];
    assert!(digits == 1 && (237..256).contains(&entries), "{entries} entries");
    assert_eq!(find_digits(town.replay().books().refs.count + 20), 2);
    publications_add_up(town, &steps, 3);
}

#[test]
fn publications_add_up_where_what_was_recent_makes_room() {
    fn many(town: &mut Town, vouchers: u64) {
        for _ in 0..vouchers {
            town.gifts(440);
        }
    }
    let mut town = Town::founded("Town Fund");
    let room = |town: &Town| 24_570_u64.saturating_sub(town.replay().books().refs.count);
    while room(&town) > 0 {
        town.gifts(room(&town).min(440));
    }
    let mut steps: Vec<fn(&mut Town)> = vec![
        |town| {
            town.gifts(3);
        };
        7
    ];
    // More than is ever recent at once, and twice as much.
    steps.push(|town| many(town, 20));
    steps.push(|town| many(town, 40));
    steps.push(|town| many(town, 1));
    publications_add_up(town, &steps, 1);
}

/// Gifts are reversed while they are recent, once they are not, and by the entry that makes room.
#[test]
fn publications_add_up_where_what_is_undone_was_recent() {
    fn give(town: &mut Town, gifts: u64) {
        town.gifts(gifts);
    }
    fn undo(town: &mut Town, ago: u64, line: u64) {
        let of = format!("{}/{line}", town.size() - ago);
        town.reverse("chen", &of, "came back");
    }
    let steps: [fn(&mut Town); 8] = [
        |town| give(town, 4),
        |town| undo(town, 1, 0),
        // Some fit, some do not.
        |town| give(town, 40),
        |town| undo(town, 1, 39),
        |town| undo(town, 4, 1),
        |town| give(town, 3),
        |town| undo(town, 1, 2),
        |town| undo(town, 9, 7),
    ];
    for every in [1, 2, 3, 7] {
        let mut town = Town::founded("Town Fund");
        let left = |town: &Town| 8_180 - town.replay().books().refs.count;
        while left(&town) > 0 {
            town.gifts(left(&town).min(440));
        }
        publications_add_up(town, &steps, every);
    }
}

#[test]
fn publishing_the_same_again_lists_the_checkpoint_only() {
    let town = Town::grown("Town Fund");
    let paths = Site::new(&town).paths(Some(town.size())).unwrap();
    assert_eq!(paths, ["checkpoint"]);
    assert_eq!(Site::new(&town).paths(Some(0)).unwrap(), Site::new(&town).paths(None).unwrap());
}

#[test]
fn a_fact_that_cannot_be_had_is_an_error_and_never_another_file() {
    let mut town = Town::grown("Town Fund");
    for _ in 0..240 {
        town.gifts(1);
    }
    let (before, site) = (fresh(&town), Site::new(&town));
    town.gone.set(true);
    let mut errors = 0;
    for (path, bytes) in &before {
        match site.file(path) {
            Ok(file) => assert_eq!(file.as_ref(), Some(bytes), "{path}"),
            Err(error) => {
                assert!(error.to_string().ends_with(": the store has gone"), "{error}");
                errors += 1;
            }
        }
    }
    // What is left without the store: checkpoint, key, address, style, digits, months, students,
    // schema, robots, seven scripts, where gifts are checked, how to check, allocations by month,
    // and partial tiles.
    let kept = before.keys().filter(|path| path.starts_with("tile/") && path.contains(".p/"));
    assert_eq!(errors + 22 + kept.filter(|path| !path.contains("entries")).count(), before.len());
    assert!(site.paths(Some(3)).is_err() && site.day_proof(day("2026-11-20")).is_err());
    assert!(Receipt::make(&town, place("2/1")).is_err());
    assert!(Bulletin::of(&town, day("2026-11-20")).is_err());
}

#[test]
fn files_go_up_in_an_order_that_never_names_what_is_not_there_yet() {
    let town = Town::grown("Town Fund");
    let rank = |path: &String| match path.split('/').next().unwrap() {
        "tile" => 0,
        "log.vkey" | "address" => 1,
        "checkpoint" => 2,
        "find" => 3,
        "day" => 4,
        "v1" | "csv" | "feed.xml" | "robots.txt" => 5,
        _ => 6,
    };
    for since in [None, Some(7), Some(20)] {
        let paths = Site::new(&town).paths(since).unwrap();
        assert!(paths.iter().map(rank).is_sorted(), "{paths:#?}");
        assert_eq!(paths.last().unwrap(), "en/index.html");
    }
}

#[test]
fn publishing_a_day_costs_the_day_and_not_the_history() {
    let mut town = Town::founded("Town Fund");
    let mut costs = Vec::new();
    for n in 0..240 {
        let since = town.size();
        town.gifts(3);
        town.close();
        if [59, 119, 239].contains(&n) {
            let site = Site::new(&town);
            town.reads.set(0);
            let changes = site.changes(Some(since)).unwrap();
            let mut bytes: usize = changes.growth.iter().map(|growth| growth.lines.len()).sum();
            assert!(bytes < 3 * 50, "{bytes} bytes for three references");
            for path in changes.rest {
                bytes += site.file(&path).unwrap().unwrap().len();
            }
            // A month has at most 31 days, and of older months only the names are listed.
            assert!(bytes < 450_000, "{bytes} bytes for three gifts");
            costs.push(town.reads.get());
        }
    }
    assert!(costs.iter().all(|cost| *cost < 90), "{costs:?} entries read");
}

#[test]
fn the_tiles_are_the_signed_tree_and_the_bundles_its_leaves() {
    let mut town = Town::founded("Town Fund");
    for _ in 0..298 {
        town.gifts(1);
    }
    let folder = fresh(&town);
    let vkey = text(&folder, "log.vkey").trim_end().parse().unwrap();
    let (checkpoint, _) = Checkpoint::open(&folder["checkpoint"], &vkey, &[]).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 300));
    let fetch = |tile: TileId| folder.get(&tile.to_string()).cloned().ok_or(tile);
    let mut reader = TileReader::new(300, checkpoint.root(), fetch).unwrap();
    for (index, width) in [(0, 256), (1, 44)] {
        let bundle = TileId::new(TileKind::Entries, index, width).unwrap();
        let hashes = TileId::new(TileKind::Hashes(0), index, width).unwrap();
        let leaves = decode_tile(hashes, &folder[&hashes.to_string()]).unwrap();
        let entries = decode_bundle(&folder[&bundle.to_string()], width).unwrap();
        for (n, (entry, leaf)) in (index * 256..).zip(entries.iter().zip(leaves)) {
            assert_eq!(leaf_hash(entry), leaf);
            let path = prove_inclusion(n, 300, &mut reader).unwrap();
            check_inclusion(&path, n, 300, leaf, checkpoint.root()).unwrap();
        }
    }
    let site = Site::new(&town);
    for stranger in [
        "tile/0/001",
        "tile/0/001.p/43",
        "tile/0/000.p/255",
        "tile/entries/002.p/1",
        "tile/2/000.p/1",
        "tile/1/000.p/2",
    ] {
        assert_eq!(site.file(stranger).unwrap(), None, "{stranger}");
    }
}

#[test]
fn every_reference_is_found_by_its_shard_and_one_range() {
    let mut town = Town::grown("Town Fund");
    for _ in 0..260 {
        town.gifts(2);
    }
    let folder = fresh(&town);
    let digits: usize = text(&folder, "find/digits").trim_end().parse().unwrap();
    let mut lines = 0;
    for (reference, at) in town.all_refs() {
        let hex = format!("{:032x}", u128::from_be_bytes(reference.0));
        let shard = text(&folder, &format!("find/new/{}", &hex[..1]));
        let line = shard.lines().find(|line| line.starts_with(&reference.to_string())).unwrap();
        let fields: Vec<&str> = line.split(' ').collect();
        assert_eq!(place(&format!("{}/{}", fields[1], fields[2])), *at);
        let (offset, len): (usize, usize) =
            (fields[3].parse().unwrap(), fields[4].parse().unwrap());
        let width = (town.size() - at.entry / 256 * 256).min(256).try_into().unwrap();
        let bundle = TileId::new(TileKind::Entries, at.entry / 256, width).unwrap();
        let bytes = &folder[&bundle.to_string()][offset..offset + len];
        assert_eq!(Entry::decode(bytes).unwrap().0.seq, at.entry);
        lines += 1;
    }
    let shards = folder.keys().filter(|path| path.starts_with("find/") && *path != "find/digits");
    let all: Vec<&str> = shards.clone().flat_map(|path| text(&folder, path).lines()).collect();
    lines += marks(&town).len();
    let old = 16_usize.pow(u32::try_from(digits).unwrap());
    assert_eq!((all.len(), shards.count()), (lines, old + 16));
    let firsts = all.iter().map(|line| Ref::parse(&line.as_bytes()[..22]).unwrap().0[0] >> 4);
    assert!(firsts.is_sorted(), "shards divide the references");
    assert_eq!(Site::new(&town).file("find/4/0000").unwrap(), None, "of another width");
}

/// Every reversal and refund of a line with a reference: that reference, and its own place.
fn marks(town: &Town) -> Vec<(Ref, Place)> {
    let lines = |number| Entry::decode(&town.entry(number).unwrap()).unwrap().0.voucher.lines;
    let mut marks = Vec::new();
    for number in 0..town.size() {
        for (line, at) in lines(number).iter().zip(0..) {
            let of = match line {
                Line::Reverse(line) => line.of,
                Line::Refund(line) => line.of,
                _ => continue,
            };
            let owner = town.all_refs().iter().find(|(_, place)| **place == of);
            marks.extend(owner.map(|(owner, _)| (*owner, Place { entry: number, line: at })));
        }
    }
    marks
}

#[test]
fn whoever_looks_a_gift_up_is_led_to_its_refunds_and_to_what_reversed_it() {
    let town = Town::grown("Town Fund");
    let marks = marks(&town);
    assert!(marks.len() >= 3, "{marks:?}");
    let folder = fresh(&town);
    let shards = || folder.keys().filter(|path| path.starts_with("find/new/"));
    for (reference, at) in &marks {
        let shard = shards().find(|p| text(&folder, p).contains(&reference.to_string())).unwrap();
        let own = |line: &&str| line.starts_with(&reference.to_string());
        let lines: Vec<&str> = text(&folder, shard).lines().filter(own).collect();
        let first = town.all_refs()[reference];
        assert!(lines[0].contains(&format!(" {} {} ", first.entry, first.line)), "its own first");
        let mark = format!(" {} {} ", at.entry, at.line);
        assert_eq!(lines[1..].iter().filter(|line| line.contains(&mark)).count(), 1, "{mark}");
    }
}

/// What a publication adds to a shard, put behind what is there, is the shard made at once.
#[test]
fn a_shard_only_ever_grows_at_its_end() {
    let mut town = Town::founded("Town Fund");
    let (mut folder, mut since) = (fresh(&town), town.size());
    for step in Town::steps() {
        step(&mut town);
        let changes = Site::new(&town).changes(Some(since)).unwrap();
        since = town.size();
        for growth in changes.growth {
            let shard = folder.get_mut(&growth.path).unwrap();
            shard.extend_from_slice(&growth.lines);
            let hex = growth.path.strip_prefix("find/new/").unwrap();
            assert_eq!(usize::from_str_radix(hex, 16).unwrap(), growth.shard);
            assert!(growth.lines.ends_with(b"\n"));
        }
        let whole = fresh(&town);
        for path in whole.keys().filter(|path| path.starts_with("find/")) {
            assert_eq!(text(&folder, path), text(&whole, path), "{path}");
        }
    }
}

#[test]
fn the_close_of_a_day_is_published_with_its_proof() {
    let town = Town::grown("Town Fund");
    let site = Site::new(&town);
    let proofs = site.day_proofs(None);
    assert_eq!(proofs.len(), 7);
    for (path, day) in &proofs {
        let entry = site.file(&path.replace("tlog-proof", "json")).unwrap().unwrap();
        let proof = TlogProof::parse(&site.day_proof(*day).unwrap().unwrap()).unwrap();
        let (checkpoint, _) = proof.check(leaf_hash(&entry), &town.verifier(), &[]).unwrap();
        assert_eq!(checkpoint.size(), town.size());
        assert_eq!(Entry::decode(&entry).unwrap().0.seq, proof.index());
        assert!(!site.paths(None).unwrap().contains(path));
    }
    let last = Entry::decode(&site.file("day/2026-11-25.json").unwrap().unwrap()).unwrap().0.seq;
    assert_eq!(site.day_proofs(Some(last)), proofs[5..]);
    assert_eq!(site.day_proofs(Some(last + 1)), proofs[6..]);
    assert_eq!(site.day_proofs(Some(town.size())), []);
    assert_eq!(site.day_proof(day("2026-11-27")).unwrap(), None);
    assert_eq!(site.file("day/2026-11-27.json").unwrap(), None);
}

#[test]
fn the_text_for_the_group_is_short_and_has_the_link_on_its_own_line() {
    let town = Town::grown("日行一善");
    let url = "https://yishan.example/town/";
    for (day, lang) in
        [("2026-11-20", Lang::Zh), ("2026-11-24", Lang::Zh), ("2026-11-24", Lang::En)]
    {
        let told = Bulletin::of(&town, crate::town::day(day)).unwrap().unwrap();
        let text = told.text(Some(url), lang);
        assert!(text.lines().count() <= 12 && text.ends_with('\n'), "{text}");
        assert!(text.lines().any(|line| line == url), "{text}");
        assert!(text.contains(day) && text.contains("¥") && !text.contains("哈希"));
        // It is the one that the public page names for that day.
        let page = String::from_utf8(fresh(&town)["log/index.html"].clone()).unwrap();
        let row = page.split("<tr>").find(|row| row.contains(&format!("d/{day}/"))).unwrap();
        assert!(row.contains(&format!(">{}<", told.fingerprint)), "{row}");
        assert!(text.contains(&told.fingerprint), "{text}");
        let without = told.text(None, lang);
        assert_eq!(without.lines().count() + 1, text.lines().count());
    }
    let told = |date| Bulletin::of(&town, day(date)).unwrap().map(|told| told.text(None, Lang::Zh));
    let first = told("2026-11-20").unwrap();
    assert!(
        first.starts_with(
            "【日行一善】2026-11-20 日结\n今日收到 4 笔 ¥4.03\n今日发放 0 笔 ¥0.00\n累计收到 ¥4.03"
        ),
        "{first}"
    );
    let refunds = told("2026-11-24").unwrap();
    assert!(refunds.contains("今日退款 2 笔 ¥0.60，冲正 1 笔\n累计收到 ¥3.63"), "{refunds}");
    assert_eq!(told("2026-11-30"), None);
}

#[test]
fn the_numbers_for_programs_are_whole_fen_and_those_of_the_close() {
    let town = Town::grown("Town Fund");
    let folder = fresh(&town);
    let files = ["v1/status.json", "v1/days.json", "v1/days/2026-11.json"];
    let [status, months, days]: [serde_json::Value; 3] =
        files.map(|p| serde_json::from_slice(&folder[p]).unwrap());
    assert_eq!(
        (&status["schema"], &days["schema"], &months["schema"]),
        (&1.into(), &1.into(), &1.into())
    );
    let month = serde_json::json!({"month": "2026-11", "days": 7, "file": "days/2026-11.json"});
    assert_eq!(months["months"], serde_json::json!([month]));
    assert_eq!(days["month"], "2026-11");
    assert_eq!(status["size"], town.size());
    assert_eq!(status["since_close"], 1);
    assert_eq!(status["closed"], days["days"][6]);
    let closed = &status["closed"];
    let sum = |field: &str| closed["ever"][field]["fen"].as_u64().unwrap();
    let undone = |field: &str| closed["ever"][field]["undone_fen"].as_u64().unwrap();
    let net = |field| sum(field) - undone(field);
    let held = net("gift") - net("refund") + net("interest") - net("fee") - net("pay");
    assert_eq!(closed["closing"]["total"], held);
    assert_eq!(closed["students"]["total"], 2);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    assert!(
        !days
            .to_string()
            .split(',')
            .any(|field| field.contains('.') && digits(field) > 0 && !field.contains('"'))
    );
}
