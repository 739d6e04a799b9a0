//! The one spelling: what is read is what is written, and everything else is refused by name.

use crate::rules::days;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::codec::{Malformed, Spell, read_all, spelling};
use yishan::domain::entry::{Entry, MAX_ENTRY, MAX_LINES, MAX_VOUCHER, Voucher};
use yishan::domain::line::Line;
use yishan::domain::text::{Digest, Id, Nonce, Signature, Text};
use yishan::domain::time::{Stamp, Zone};
use yishan::domain::words::Amount;

/// A bad record's name, as the specification and the vectors write it.
pub(crate) fn code(why: &Malformed) -> String {
    let text = format!("{why:?}");
    text.split([' ', '{']).next().unwrap().to_owned()
}

/// Writes an entry anew from what was read.
pub(crate) fn print_back(entry: &Entry) -> Vec<u8> {
    Entry::encode(entry.seq, &entry.prev, entry.at, &entry.voucher.encode(), &entry.sig)
}

/// Every entry that any day of the rules' tests took in.
fn entries() -> Vec<Vec<u8>> {
    days().flat_map(|day| day.journal).collect()
}

/// The shortest entry with each kind of line.
pub(crate) fn one_of_each() -> Vec<Vec<u8>> {
    let mut shortest: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for bytes in entries() {
        for line in Entry::decode(&bytes).unwrap().0.voucher.lines.iter() {
            let kept = shortest.entry(line.tag()).or_insert_with(|| bytes.clone());
            if (bytes.len(), &bytes) < (kept.len(), kept) {
                kept.clone_from(&bytes);
            }
        }
    }
    assert_eq!(shortest.len(), Line::TAGS.len(), "a kind of line has no sample");
    let each: BTreeSet<_> = shortest.into_values().collect();
    each.into_iter().collect()
}

#[test]
fn every_record_prints_back_as_it_was_read() {
    for bytes in entries() {
        let (entry, voucher) = Entry::decode(&bytes).unwrap();
        assert_eq!(print_back(&entry), bytes);
        assert_eq!(Voucher::decode(voucher).unwrap(), entry.voucher);
        assert_eq!(entry.voucher.encode(), voucher);
        for line in entry.voucher.lines.iter() {
            let text = spelling(line);
            assert_eq!(&read_all::<Line>(text.as_bytes(), MAX_ENTRY).unwrap(), line);
        }
    }
}

/// Bytes that differ in one place are refused, or are another entry spelled exactly so.
fn refused_or_another(changed: &[u8], original: &Entry) {
    if let Ok((entry, _)) = Entry::decode(changed) {
        assert_eq!(print_back(&entry), changed);
        assert!(
            entry != *original,
            "two spellings of one entry: {}",
            String::from_utf8_lossy(changed)
        );
    }
}

#[test]
fn no_changed_byte_goes_unnoticed() {
    for bytes in one_of_each() {
        let original = Entry::decode(&bytes).unwrap().0;
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            for byte in 0..=255 {
                changed[at] = byte;
                if byte != bytes[at] {
                    refused_or_another(&changed, &original);
                }
            }
            changed.remove(at);
            refused_or_another(&changed, &original);
            for byte in *b"0 \"\\,}]\x00a" {
                let mut longer = bytes.clone();
                longer.insert(at, byte);
                refused_or_another(&longer, &original);
            }
            assert!(Entry::decode(&bytes[..at]).is_err(), "half an entry was taken for one");
        }
    }
}

/// A JSON text as serde_json understands it, spelled compactly in the order it came.
struct Echo(String);

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Echo, D::Error> {
        input.deserialize_any(EchoVisitor)
    }
}

struct EchoVisitor;

impl<'de> Visitor<'de> for EchoVisitor {
    type Value = Echo;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON without floats and nulls")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Echo, E> {
        Ok(Echo(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Echo, E> {
        Ok(Echo(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Echo, E> {
        Ok(Echo(serde_json::to_string(value).unwrap()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Echo, A::Error> {
        let mut items = Vec::new();
        while let Some(Echo(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Echo(format!("[{}]", items.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Echo, A::Error> {
        let mut items = Vec::new();
        while let Some((Echo(name), Echo(value))) = map.next_entry()? {
            items.push(format!("{name}:{value}"));
        }
        Ok(Echo(format!("{{{}}}", items.join(","))))
    }
}

/// What serde_json reads in `json`, spelled anew.
pub(crate) fn echo(json: &str) -> String {
    serde_json::from_str::<Echo>(json).unwrap_or_else(|e| panic!("{json}: {e}")).0
}

#[test]
fn any_json_reader_finds_the_same_values() {
    for bytes in entries() {
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(echo(&text), text);
    }
}

/// A gift, well spelled.
pub(crate) const GIFT: &str =
    r#"{"gift":{"fen":100,"to":"wx","paid":"2026-11-22T08:15:30","ref":"AAAAAAAAAAEAAAAAAAAAAA"}}"#;

/// What is changed in [`GIFT`], into what, and the name of the refusal.
pub(crate) const BAD_GIFTS: &[(&str, &str, &str)] = &[
    ("\"fen\":100", "\"fen\":100,\"who\":\"a\"", "Unknown"),
    ("\"fen\"", "\"Fen\"", "Unknown"),
    ("\"fen\":100", "\"fen\":100,\"fen\":100", "Repeated"),
    ("}}", ",\"fen\":100}}", "Repeated"),
    ("\"fen\":100,\"to\":\"wx\"", "\"to\":\"wx\",\"fen\":100", "Order"),
    ("\"fen\":100,", "", "Order"),
    (",\"ref\":\"AAAAAAAAAAEAAAAAAAAAAA\"", "", "Missing"),
    ("{\"gift\":{", "{\"gifts\":{", "UnknownLine"),
    ("{\"gift\":{", "{\"\":{", "UnknownLine"),
    ("\"fen\":100", "\"fen\":0100", "Spelling"),
    ("\"fen\":100", "\"fen\": 100", "Spelling"),
    ("\"fen\":100", "\"fen\" :100", "Spelling"),
    ("\"fen\":100", "\"fen\":1e2", "Spelling"),
    ("\"fen\":100", "\"fen\":100.0", "Spelling"),
    ("\"fen\":100", "\"fen\":+100", "Spelling"),
    ("\"fen\":100", "\"fen\":-100", "Spelling"),
    ("\"fen\":100", "\"fen\":\"100\"", "Spelling"),
    ("\"fen\":100", "\"fen\":null", "Spelling"),
    ("\"fen\":100", "\"fen\":１００", "Spelling"),
    ("\"fen\"", "\"f\\u0065n\"", "Spelling"),
    ("\"gift\"", "\"\\u0067ift\"", "Spelling"),
    ("\"wx\"", "\"\\u0077x\"", "Spelling"),
    ("\"wx\"", "\"w\\/x\"", "Spelling"),
    ("\"wx\"", "\"WX\"", "Spelling"),
    ("\"wx\"", "\"\"", "Spelling"),
    ("\"wx\"", "'wx'", "Spelling"),
    ("{\"gift\"", "{ \"gift\"", "Spelling"),
    ("{\"gift\"", "\u{feff}{\"gift\"", "Spelling"),
    ("T08:15:30", " 08:15:30", "Spelling"),
    ("T08:15:30", "T08:15:30Z", "Spelling"),
    ("T08:15:30", "T08:15:60", "Spelling"),
    ("2026-11-22T", "2026-02-29T", "Spelling"),
    ("2026-11-22T", "1999-11-22T", "Spelling"),
    ("EAAAAAAAAAAA", "EAAAAAAAAAAB", "Spelling"),
    ("EAAAAAAAAAAA", "EAAAAAAAAAAA==", "Spelling"),
    ("EAAAAAAAAAAA", "EAAAAAAAAAA", "Spelling"),
    ("EAAAAAAAAAAA", "E+AAAAAAAAAA", "Spelling"),
    ("}}", "},\"fee\":{}}", "Spelling"),
    ("\"fen\":100", "\"fen\":0", "Range"),
    ("\"fen\":100", "\"fen\":9007199254740992", "Range"),
    ("\"fen\":100", "\"fen\":18446744073709551716", "Range"),
    ("\"fen\":100", "\"fen\":99999999999999999999999999999999999999999", "Range"),
    ("}}", "}} ", "Trailing"),
    ("}}", "}}\n", "Trailing"),
    ("}}", "}}}", "Trailing"),
];

#[test]
fn every_other_spelling_of_a_gift_is_refused_by_name() {
    read_all::<Line>(GIFT.as_bytes(), MAX_ENTRY).unwrap();
    for (old, new, want) in BAD_GIFTS {
        assert!(GIFT.contains(old), "{old}");
        let bad = GIFT.replacen(old, new, 1);
        let why = read_all::<Line>(bad.as_bytes(), MAX_ENTRY).unwrap_err();
        assert_eq!(code(&why), *want, "{bad}: {why}");
    }
}

#[test]
fn a_text_is_refused_by_name_too() {
    let reverse = |why: &str| format!("{{\"reverse\":{{\"of\":\"1/0\",\"why\":\"{why}\"}}}}");
    for (text, want) in [
        ("", "Length"),
        (&"a".repeat(201), "Length"),
        ("a\u{1}b", "Unfit"),
        ("a\nb", "Unfit"),
        ("a\u{202e}b", "Unfit"),
        ("a\u{ad}b", "Unfit"),
        ("a\u{61c}b", "Unfit"),
        (" a", "Unfit"),
        ("a\u{3000}", "Unfit"),
        ("call 13812345678", "Unfit"),
        ("call 138-1234-5678", "Unfit"),
        ("to a@b.example", "Unfit"),
        ("a\\nb", "Spelling"),
        ("\\u5584", "Spelling"),
        ("a\\/b", "Spelling"),
    ] {
        let why = read_all::<Line>(reverse(text).as_bytes(), MAX_ENTRY).unwrap_err();
        assert_eq!(code(&why), want, "{text:?}: {why}");
    }
    for good in ["善", "a \\\"b\\\" \\\\ c", &"a".repeat(200)] {
        let text = reverse(good);
        assert_eq!(spelling(&read_all::<Line>(text.as_bytes(), MAX_ENTRY).unwrap()), text);
    }
}

#[test]
fn optional_fields_keep_their_place_and_are_told_apart_when_they_do_not() {
    let sha = "0".repeat(64);
    let read = |rest: &str| {
        let text = format!("{{\"document\":{{\"sha256\":\"{sha}\",\"kind\":\"bill\"{rest}}}}}");
        read_all::<Line>(text.as_bytes(), MAX_ENTRY).map(|l| assert_eq!(spelling(&l), text))
    };
    for good in ["", ",\"rows\":3", ",\"excluded\":[1,2]", ",\"rows\":3,\"of\":\"1/0\""] {
        read(good).unwrap();
    }
    for (bad, want) in [
        (",\"of\":\"1/0\",\"rows\":3", "Order"),
        (",\"rows\":3,\"rows\":3", "Repeated"),
        (",\"rows\" :3", "Spelling"),
        (",\"rows\":null", "Spelling"),
        (",\"other\":3", "Unknown"),
        (",", "Spelling"),
    ] {
        assert_eq!(code(&read(bad).unwrap_err()), want, "{bad}");
    }
}

fn voucher(lines: &[&str]) -> String {
    format!(
        "{{\"by\":\"chen\",\"made\":\"2026-11-22T20:00:00+08:00\",\"nonce\":\"{}\",\"lines\":[{}]}}",
        Nonce([7; 16]),
        lines.join(",")
    )
}

fn entry(voucher: &str) -> Vec<u8> {
    let at = Stamp::parse(b"2026-11-22T20:00:01+08:00").unwrap();
    Entry::encode(41, &Digest([0; 32]), at, voucher.as_bytes(), &Signature([0; 64]))
}

#[test]
fn every_length_has_its_limit() {
    let lines = |count| voucher(&vec!["{\"admit\":{\"student\":\"s\"}}"; count]);
    assert!(Voucher::decode(lines(MAX_LINES).as_bytes()).is_ok());
    for count in [0, MAX_LINES + 1] {
        assert_eq!(code(&Voucher::decode(lines(count).as_bytes()).unwrap_err()), "Length");
    }
    // The longest voucher: lines filled up to the byte.
    let line =
        |why: usize| format!("{{\"reverse\":{{\"of\":\"1/0\",\"why\":\"{}\"}}}}", "a".repeat(why));
    let filled = |len: usize| {
        let mut all = vec![line(200); (len - 400) / (line(200).len() + 1)];
        let short = len - voucher(&all.iter().map(String::as_str).collect::<Vec<_>>()).len() - 1;
        let each = (short - 2 * line(0).len() - 1) / 2;
        all.push(line(each));
        all.push(line(short - 2 * line(0).len() - 1 - each));
        let text = voucher(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(text.len(), len);
        text
    };
    let longest = filled(MAX_VOUCHER);
    assert!(Voucher::decode(longest.as_bytes()).is_ok());
    assert!(Entry::decode(&entry(&longest)).is_ok(), "a voucher that may be signed may be entered");
    let longer = filled(MAX_VOUCHER + 1);
    assert_eq!(code(&Voucher::decode(longer.as_bytes()).unwrap_err()), "TooLong");
    assert_eq!(code(&Entry::decode(&entry(&longer)).unwrap_err()), "TooLong");
    let over = vec![b' '; MAX_ENTRY + 1];
    assert_eq!(code(&Entry::decode(&over).unwrap_err()), "TooLong");
}

#[test]
fn bytes_that_are_not_utf8_are_told_with_their_place() {
    let mut bytes = entry(&voucher(&[GIFT]));
    assert!(Entry::decode(&bytes).is_ok());
    bytes[30] = 0xff;
    assert_eq!(Entry::decode(&bytes).unwrap_err(), Malformed::NotUtf8 { at: 30 });
}

fn reads<T: Spell>(text: &str) -> Option<String> {
    read_all::<T>(text.as_bytes(), MAX_ENTRY).ok().map(|value| spelling(&value))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_amount_is_1_to_the_limit_and_nothing_else(n: u64, small in 0_u64..3) {
        for n in [n, n >> 11, small] {
            let text = n.to_string();
            let want = (1..=9_007_199_254_740_991).contains(&n).then(|| text.clone());
            prop_assert_eq!(reads::<Amount>(&text), want);
        }
    }

    #[test]
    fn a_text_that_is_taken_reads_the_same_everywhere(text in "\\PC{0,70}|[ a-z\"\\\\善0-9@-]{0,40}") {
        if let Ok(text) = Text::new(&text) {
            let json = spelling(&text);
            prop_assert_eq!(reads::<Text>(&json), Some(json.clone()));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text.as_str());
        }
    }

    #[test]
    fn a_moment_has_one_spelling_in_its_zone(unix in 946_728_000_i64..7_258_000_000, minutes in -840_i32..=840) {
        let (sign, m) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
        let zone = Zone::parse(format!("{sign}{:02}:{:02}", m / 60, m % 60).as_bytes()).unwrap();
        let stamp = Stamp::from_unix(unix, zone).unwrap();
        prop_assert_eq!(stamp.unix(), unix);
        prop_assert_eq!(Stamp::parse(stamp.to_string().as_bytes()), Some(stamp));
    }

    #[test]
    fn a_handle_is_what_its_grammar_says(text in "[a-z0-9-]{0,26}|\\PC{0,6}") {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = (1..=24).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(plain);
        prop_assert_eq!(Id::parse(text.as_bytes()).is_some(), good);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..400) {
        let _ = Entry::decode(&bytes);
        let mut whole = entry(&voucher(&[GIFT]));
        whole.truncate(at);
        whole.append(&mut bytes);
        if let Ok((read, _)) = Entry::decode(&whole) {
            prop_assert_eq!(print_back(&read), whole);
        }
    }
}
