//! Golden vectors for other implementations, in `tests/vectors/`. `UPDATE=1` rewrites them.

use crate::days::{ACCOUNTS, FOUNDING, Lines, ORIGIN, Town, Used, leaf, rooted, voucher_text};
use crate::records::{BAD_GIFTS, GIFT, code, one_of_each};
use ed25519_dalek::{Verifier, VerifyingKey};
use std::collections::BTreeMap;
use yishan::domain::books::Books;
use yishan::domain::codec::{Malformed, Spell, read_all, spelling};
use yishan::domain::entry::{Entry, MAX_ENTRY, Voucher};
use yishan::domain::line::Line;
use yishan::domain::text::Digest;
use yishan::tlog::Tree;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");

/// The kept file, after rewriting it if that was asked for.
fn golden(name: &str, made: &str) -> String {
    let path = format!("{FOLDER}/{name}");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(FOLDER).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is not what this version makes; UPDATE=1 rewrites it");
    kept
}

const RECORDS: &str = "\
# Records of a yishan ledger, for other implementations of ledger-spec.md.
#
# good KIND RECORD          the record is read, and written again gives the same bytes
# bad NAME KIND RECORD      the record is refused; NAME is the reason's (ledger-spec.md, section 2)
# bad-hex NAME KIND BYTES   the same for bytes that are not UTF-8, in hexadecimal
#
# KIND is line, voucher or entry. RECORD goes on to the end of the line. No signature is checked.
";

fn records() -> String {
    let mut out = vec![RECORDS.to_owned()];
    let mut lines = BTreeMap::new();
    for bytes in one_of_each() {
        let (entry, voucher) = Entry::decode(&bytes).unwrap();
        for line in entry.voucher.lines.iter() {
            lines.entry(line.tag()).or_insert_with(|| spelling(line));
        }
        out.push(format!("good voucher {}\n", String::from_utf8_lossy(voucher)));
        out.push(format!("good entry {}\n", String::from_utf8_lossy(&bytes)));
    }
    for tag in Line::TAGS {
        out.push(format!("good line {}\n", lines[tag]));
    }
    for (old, new, want) in BAD_GIFTS {
        let bad = GIFT.replacen(old, new, 1);
        if !bad.contains('\n') {
            out.push(format!("bad {want} line {bad}\n"));
        }
    }
    out.extend(bad_texts_and_vouchers());
    out.concat()
}

fn bad_texts_and_vouchers() -> Vec<String> {
    let mut out = Vec::new();
    let text = |why: &str| format!("{{\"reverse\":{{\"of\":\"1/0\",\"why\":\"{why}\"}}}}");
    out.push(format!("good line {}\n", text("a \\\"quoted\\\" \\\\ text 善")));
    for (why, want) in [
        ("", "Length"),
        (" a", "Unfit"),
        ("13812345678", "Unfit"),
        ("138 1234 5678", "Unfit"),
        ("a@b.example", "Unfit"),
        ("a\u{202e}b", "Unfit"),
        ("a\\nb", "Spelling"),
        ("\\u5584", "Spelling"),
    ] {
        out.push(format!("bad {want} line {}\n", text(why)));
    }
    let empty = "{\"by\":\"chen\",\"made\":\"2026-11-22T20:00:00+08:00\",\"nonce\":\"AAAAAAAAAAEAAAAAAAAAAA\",\"lines\":[]}";
    out.push(format!("bad Length voucher {empty}\n"));
    out.push(format!("bad Spelling voucher {}\n", empty.replace("[]", &format!("[{GIFT},]"))));
    out.push(format!("bad Missing voucher {}\n", empty.replace(",\"lines\":[]", "")));
    let gift: Vec<_> = GIFT.replace("wx", "\u{fffd}").bytes().map(|b| format!("{b:02x}")).collect();
    let gift = gift.concat().replacen("efbfbd", "ff", 1);
    out.push(format!("bad-hex NotUtf8 line {gift}\n"));
    out
}

fn back<T: Spell>(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    read_all::<T>(bytes, MAX_ENTRY).map(|value| spelling(&value).into_bytes())
}

/// Reads a record of a kind and writes it again.
pub(crate) fn written_back(kind: &str, bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    match kind {
        "line" => back::<Line>(bytes),
        "voucher" => back::<Voucher>(bytes),
        "entry" => Entry::decode(bytes).map(|(entry, _)| crate::records::print_back(&entry)),
        _ => panic!("{kind} is no kind of record"),
    }
}

#[test]
fn the_records_kept_for_others_are_read_as_they_say() {
    let (mut good, mut bad) = (0, 0);
    for row in golden("records.txt", &records()).lines().filter(|r| !r.starts_with('#')) {
        let (what, rest) = row.split_once(' ').unwrap();
        if what == "good" {
            let (kind, record) = rest.split_once(' ').unwrap();
            assert_eq!(written_back(kind, record.as_bytes()).unwrap(), record.as_bytes(), "{row}");
            good += 1;
            continue;
        }
        let [name, kind, record] = rest.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let bytes = if what == "bad" { record.as_bytes().to_vec() } else { unhex(record) };
        assert_eq!(code(&written_back(kind, &bytes).unwrap_err()), name, "{row}");
        bad += 1;
    }
    assert!(good > 40 && bad > 50, "{good} good and {bad} bad records");
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

const LEDGER: &str = "\
# A short ledger, for other implementations of ledger-spec.md. Its origin is yishan.example/qianan.
#
# entry BYTES         taken in: form, chain, times, signature and rules are right
# leaf HEX            its leaf hash
# sums JSON           balances and movements after it
# refused NAME BYTES  refused by the rule NAME: the ledger is as before, and the next entry follows
#                     the one before. Chain and signature are right where the officer is known.
";

/// Each kind of line once, and some refusals.
const DAYS: &str = "
    chen gift 100 none #1  UnknownAccount
    chen gift 3817862 wx #1 as g + gift 1 cash #2 as h  ok
    chen gift 100 wx #1  RefUsed
    nobody gift 100 wx #3  UnknownOfficer
    zhao gift 100 wx #3  NoRole
    chen made=-259201s gift 100 wx #3  MadeTooEarly
    chen at=-1s gift 100 wx #3  TimeWentBack
    chen refund @g 62 wx #4 as r + fee 3800 wx #5 + interest 17 bank #6  ok
    chen refund @g 3817801 wx #7  RefundTooLarge
    zhao transfer 3000000 wx bank #8  ok
    chen reverse @g  StillNeeded
    chen reverse @h  ok
    chen reverse @h  AlreadyReversed
    sun shut cash  ok
    chen nominate s-7k2mqx9p junior township  ok
    zhou visit s-7k2mqx9p  ok
    li admit s-7k2mqx9p  ok
    chen allocate s-7k2mqx9p 120000 as a  ok
    chen approve @a  NoRole
    li approve @a  ok
    zhao pay @a 60000 bank #9  NotApproved
    wang approve @a  ok
    wang pay @a 60000 bank #9  NoRole
    zhao pay @a 60000 bank #9 as p  ok
    zhao pay @a 60001 bank #10  OverAllocated
    zhou acknowledge @p way=signed  ok
    li reverse @a  ok
    chen allocate s-7k2mqx9p 5000 as b  ok
    li reject @b  ok
    sun appoint ma #300 clerk as m  ok
    wang approve @m  ok
    wang retire chen as q  ok
    sun approve @q  ok
    ma document #11 kind=bill rows=12  ok
    ma close today \"free\":0->\"free\":1  CloseDiffers
    ma close today  ok
    ma close today  CloseDay
    + 1d
    ma leave s-7k2mqx9p finished  ok
    ma close today  ok
    sun norms 1,2,3,4,5 skills=medic + org qianan corps + chair qianan ma 2026-11-01 2026-12-31  ok
    ma volunteer v-1 qianan skills=medic + duty d-1 qianan 2026-11-22 08:00 11:00 places=2  ok
    ma serve v-1 d-1 08:00 11:00 as s  ok
    ma serve v-1 d-1 10:00 11:00  HoursOverlap
    ma correct @s 180 08:00 10:00  ok
    ma certify v-1 2026-11-01 2026-11-22 1 180  HoursDiffer
    ma certify v-1 2026-11-01 2026-11-22 1 120  ok
    ma ask w-1 s-7k2mqx9p + ask w-2 s-7k2mqx9p office=office + claim w-1 volunteer=v-1 + helpers s-7k2mqx9p helpers=v-1  ok
    ma escalate w-1 township  ok
    ma claim w-1  WishRoute
    ma claim w-1 volunteer=v-1 + deliver w-1 #12  ok
    zhou confirm w-1 #13  ok
    li drop w-2  ok
    sun terms 7 15 7 3  ok
    sun site zong main + site fen-1 branch under=zong + site dian point under=fen-1  ok
    sun vacate fen-1  SiteHasBelow
    sun vacate dian  ok
    sun category clothes + category books unit=本 wash=false  ok
    sun carry zong books usable 60 1000 least as o  ok
    ma receive zong clothes 50 as i + receive zong clothes 2 basis=market fen=900 as j  ok
    ma countersign @i  SamePerson
    zhou countersign @o + countersign @i + countersign @j  ok
    ma inspect zong clothes 48 4 as s  ok
    ma disinfect zong clothes 48  ok
    ma reverse @s  NotEnoughGoods
    ma issue zong clothes 49 to=school  NotEnoughGoods
    ma ask w-5 s-7k2mqx9p  ok
    ma issue zong clothes 8 student=s-7k2mqx9p as w + issue zong clothes 30 wish=w-5  ok
    zhou acknowledge @w way=signed  ok
    ma dispatch zong fen-1 books usable 20 as d  ok
    zhou arrive @d 19  ReasonNeeded
    zhou arrive @d 19 why=wet  ok
    ma scrap zong clothes unfit 1 as x  ok
    li countersign @x  ok
    zhou stocktake zong books usable 40 41 why=counted as c  ok
    zhou countersign @c  SamePerson
    ma reverse @c  ok
    ma close today  CloseDay
    + 1d
    ma close today  ok
    ma statement bank 2026-11-22 2026-11-24 0 2940017 4 #12  PeriodAhead
    ma statement bank 2026-11-20 2026-11-22 0 2940017 4 #12  ok
    ma reconcile bank 2026-11-22 2940017 2940017 [0,0] [0,0] [0,0] [0,0] 1  ReconcileDiffers
    ma reconcile bank 2026-11-22 2940017 2940017 [0,0] [0,0] [0,0] [0,0] 0  ok
    ma nominate s-2 primary self + nominate s-3 college civil  ok
    zhou visit s-2 + visit s-3  ok
    sun draw today  NoLot
    + 7d
    sun close today  ok
    zhou conflict s-3 zhou + conflict s-2 zhao  ok
    zhou conflict s-3 zhou  ConflictKnown
    sun draw today \"of\":3->\"of\":4  DrawDiffers
    sun draw today  ok
    sun draw today  Drawn
    ma backcheck drawn  ok
    ma notice 20/0 171 177  ok
    ma term 2026-autumn 2026-09-01 2027-01-20  ok
    sun standard junior 1 75000 from=2026-08-01  ok
    wang campaign autumn filing=A-1 cost=500  ok
    wang pot books campaign=autumn + pot desks + pot county source=fiscal year=2026  ok
    ma gift 500 wx #12 for=none  UnknownPot
    ma gift 500 wx #12 for=books + grant 80000000 bank #13 for=county + match 130000 bank #14  ok
    ma rededicate books 100 to=desks filing=A-2 as c + expense programme 200 from=county as e  ok
    li approve @c + approve @e  ok
    zhao pay @e 200 bank #15 as x  ok
    zhao reverse @x  ok
    li admit s-3  ok
    sun standard college 1 30000 from=2026-08-01  ok
    ma allocate s-3 40000 within=2026-autumn/1/half as more  ok
    li approve @more  ok
    ma pair p-1 d-1 s-3 30000 as m + pair p-2 d-2 s-3 100  ok
    ma entrust p-1 30000 bank #16 + document #12 of=@m as consent  ok
    zhao pass p-1 20000 bank #17  ok
    ma unpair p-1 fen=10000 consent=@consent as u + unpair p-2  ok
    li approve @u  ok
    ma gift 80 wx #48 as k  ok
    ma ticket 11060126 0042 81 of=@k  TicketSum
    ma ticket 11060126 0042 80 of=@k as t  ok
    ma ticket 11060126 0043 80 of=@k  Ticketed
    ma red 11060126 0043 @t  ok
    ma red 11060126 0044 @t  TicketVoid
    ma sell zong clothes unfit 3 250 as s  ok
    li countersign @s  ok
    zhao proceeds @s 251 bank #18  OverSold
    zhao proceeds @s 250 bank #18 as y  ok
    zhao reverse @y  ok
    zhao proceeds @s 250 bank #19 for=desks  ok
    zhao clawback @p 60001 bank #20  MoreThanPaid
    zhao clawback @p 5000 bank #20 why=left as back  ok
    zhao reverse @back  ok
    ma clawback @p 4000 bank #21 why=left  ok
    sun open till cash federation + box hall kind=square for=books  ok
    ma unbox hall 0,0,0,0,0,3,0,0 299  CountDiffers
    ma unbox hall 0,0,0,0,0,3,0,0 300 as u + unbox hall 0,0,0,0,0,1,0,0 100 as w  ok
    ma reverse @w  ok
    zhao collect @u 299 till #22 for=books  CountsDiffer
    zhao collect @u 300 till #22 for=books as k  ok
    zhou difference @u shortage 10 till for=books as x  ok
    zhou difference @u surplus 20 till for=books  ok
    zhou reverse @x  ok
    zhao deposit @u:321 321 till bank #23  MoreThanLeft
    zhao deposit @u:300 300 till bank #23 as y  ok
    zhao reverse @y  ok
    zhao deposit @u:120 120 till bank #24  ok
    + 1d
    sun close today  ok
    + 60d
    sun year 2026  YearUnexplained
    sun year 2026 why  ok
";

fn ledger() -> String {
    let mut town = Town::unfounded();
    let mut out = vec![LEDGER.to_owned()];
    let all = format!("{FOUNDING}  ok\n{ACCOUNTS}  ok\n{DAYS}");
    for row in all.lines().map(str::trim).filter(|r| !r.is_empty()) {
        let before = town.journal.len();
        town.live(row);
        let bytes = String::from_utf8(town.last.clone()).unwrap();
        if town.journal.len() > before {
            let (leaf, sums) = (Digest(leaf(bytes.as_bytes())), spelling(&town.books.sums));
            out.push(format!("entry {bytes}\nleaf {leaf}\nsums {sums}\n"));
        } else if !row.starts_with('+') {
            out.push(format!("refused {} {bytes}\n", row.rsplit_once("  ").unwrap().1));
        }
    }
    out.concat()
}

/// Another ledger, read from bytes: what any implementation does with them.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) books: Books,
    past: Lines,
    refs: Used,
    tree: Tree,
    last: Option<[u8; 32]>,
}

impl Reading {
    /// Takes an entry in if its form, chain, signature and the rules are right.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (entry, voucher) = Entry::decode(bytes).map_err(|e| code(&e))?;
        if entry.prev != Digest(self.last.unwrap_or_default()) {
            return Err("chain".into());
        }
        let key = self.books.signer(&entry).map_err(|e| e.code().to_owned())?;
        let signature = ed25519_dalek::Signature::from_bytes(&entry.sig.0);
        let text = voucher_text(ORIGIN, voucher);
        let key = VerifyingKey::from_bytes(&key.0).unwrap();
        key.verify(text.as_bytes(), &signature).map_err(|_| "BadSignature")?;
        let before = self.refs.clone();
        if let Err(refusal) = self.books.enter(&entry, &self.past, &mut self.refs) {
            self.refs = before;
            return Err(refusal.code().to_owned());
        }
        self.past.0.push(entry.voucher.lines.to_vec());
        rooted(&mut self.books, &mut self.tree, bytes, &entry);
        self.last = Some(leaf(bytes));
        Ok(())
    }
}

#[test]
fn the_ledger_kept_for_others_is_read_as_it_says() {
    let mut reading = Reading::default();
    let mut tags = std::collections::BTreeSet::new();
    for row in golden("books.txt", &ledger()).lines().filter(|r| !r.starts_with('#')) {
        let (what, rest) = row.split_once(' ').unwrap();
        match what {
            "entry" => {
                assert_eq!(reading.take(rest.as_bytes()), Ok(()), "{row}");
                let entry = Entry::decode(rest.as_bytes()).unwrap().0;
                tags.extend(entry.voucher.lines.iter().map(Line::tag));
            }
            "leaf" => assert_eq!(Digest(reading.last.unwrap()).to_string(), rest),
            "sums" => assert_eq!(spelling(&reading.books.sums), rest),
            "refused" => {
                let (name, bytes) = rest.split_once(' ').unwrap();
                assert_eq!(reading.take(bytes.as_bytes()), Err(name.to_owned()), "{row}");
            }
            _ => panic!("{row}"),
        }
    }
    assert_eq!(tags.len(), Line::TAGS.len(), "every kind of line is in the ledger");
}

/// The entries of the kept ledger, by number.
pub(crate) fn entry_rows() -> Vec<String> {
    let kept = std::fs::read_to_string(format!("{FOLDER}/books.txt")).unwrap();
    kept.lines().filter_map(|row| row.strip_prefix("entry ")).map(str::to_owned).collect()
}
