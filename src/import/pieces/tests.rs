//! The same bill, however the file is cut.

use super::super::Decisions;
use super::super::bill::{Bill, read_csv};
use super::super::mapping::Mapping;
use super::super::plan::{Plan, Policy};
use super::super::row::Direction;
use super::super::sample::{Sample, SampleRow, alipay_csv, wechat_csv};
use super::super::sheet::{CELL_MAX, CELLS_MAX};
use super::*;
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use proptest::prelude::*;

/// Names with everything in them that could be cut through: commas, quotes, line ends, characters
/// of four bytes in either encoding.
const NAMES: [&str; 7] =
    ["小李", "a,b", "\"引号\"", "𠮷😀䶮", "换\n\n行,\"又\n换\"", "\"\"", "=1+1\r\n"];

fn sample(rows: u32) -> Sample {
    let at = |text: &str| Wall::parse(text.as_bytes()).unwrap();
    let gift = |n: u32| {
        let time = at(&format!("2026-03-01T{:02}:{:02}:{:02}", n / 3600, n / 60 % 60, n % 60));
        let fen = Fen::new(1 + u64::from(n) * 37 % 123_456).unwrap();
        let name = NAMES[n as usize % NAMES.len()];
        let mut row =
            SampleRow::wechat_gift(time, name, fen, &format!("1000050001202603{:012}", n + 1));
        row.item = "逗号,".repeat(n as usize % 9);
        row
    };
    Sample {
        owner: "记账员".into(),
        from: at("2026-03-01T00:00:00"),
        to: at("2026-03-31T23:59:59"),
        exported_at: at("2026-04-01T08:00:00"),
        export_kind: "全部".into(),
        rows: (0..rows).map(gift).collect(),
    }
}

/// Bills long enough that rows lie behind the first look for a header, and the repository's own.
fn bills() -> Vec<(Vec<u8>, Option<Mapping>)> {
    let alipay = include_str!("../../../tests/bills/alipay.csv");
    let mapping = Mapping::parse(include_str!("../../../tests/bills/jielong.toml")).unwrap();
    vec![
        (wechat_csv(&sample(260)).unwrap(), None),
        (alipay_csv(&sample(260)).unwrap(), None),
        (include_bytes!("../../../tests/bills/wechat.csv").to_vec(), None),
        (alipay.into(), None),
        (encoding_rs::GB18030.encode(alipay).0.into_owned(), None),
        (include_bytes!("../../../tests/bills/jielong.csv").to_vec(), Some(mapping)),
    ]
}

/// Reads `bytes` whole and in pieces of `size`, and asserts that bill and plan are the same.
fn assert_same(bytes: &[u8], mapping: Option<&Mapping>, size: usize) {
    let whole = read_csv(bytes, mapping, usize::MAX);
    let pieces = read_csv(bytes, mapping, size);
    assert!(whole == pieces, "pieces of {size}: {:?} {:?}", whole.err(), pieces.err());
    let (Ok(whole), Ok(pieces)) = (whole, pieces) else { return };
    for direction in [Direction::In, Direction::Out, Direction::Neutral] {
        assert_eq!(whole.total(direction), pieces.total(direction));
    }
    let plan = |bill: &Bill<'_>| Plan::make(bill, &(), &Decisions::default(), Policy::default());
    assert!(plan(&whole) == plan(&pieces), "pieces of {size} are planned otherwise");
}

#[test]
fn a_bill_is_the_same_wherever_it_is_cut() {
    for (bytes, mapping) in bills() {
        assert!(read_csv(&bytes, mapping.as_ref(), usize::MAX).is_ok());
        for size in [1, 2, 3, 7, 16, 61, 64, 100, 255, 1_000, 4_096, 10_007] {
            assert_same(&bytes, mapping.as_ref(), size);
        }
    }
}

#[test]
fn cells_with_line_ends_are_read_whole_when_every_piece_ends_in_one() {
    let bytes = wechat_csv(&sample(250)).unwrap();
    let bill = read_csv(&bytes, None, 1).unwrap();
    assert_eq!(bill.len(), 250);
    for (row, n) in bill.rows().zip(0..) {
        assert_eq!(row.party, super::super::text::blank(NAMES[n % NAMES.len()]));
    }
}

proptest! {
    /// Whatever is damaged: the same refusal, or the same bill.
    #[test]
    fn a_damaged_bill_is_refused_or_read_alike_wherever_it_is_cut(
        which in 0..6_usize,
        size in 1..3_000_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..4),
    ) {
        let (mut bytes, mapping) = bills().swap_remove(which);
        for (at, kind, byte) in damage {
            let at = at.index(bytes.len() - 1);
            let byte = [b'"', b',', b'\n', 0xFF, 0x81, b'0', byte, byte][usize::from(byte % 8)];
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at + 2),
            }
        }
        assert_same(&bytes, mapping.as_ref(), size);
    }
}

/// A file that is one endless row, cell, quote or column of line ends is refused, or read as
/// nothing, having kept next to nothing of it.
#[test]
fn absurd_rows_are_refused_before_they_take_memory() {
    let head = wechat_csv(&sample(0)).unwrap();
    let row = "2026-03-01 08:00:00,二维码收款,x,/,收入,¥1.00,零钱,已收钱,1,/,/";
    let bill = |text: &str| [&head, text.as_bytes()].concat();
    let million = 1 << 20;
    for (text, refusal) in [
        ("x".repeat(million), "cell"),
        (",".repeat(million), "cells"),
        ("\"".repeat(million), "quote"),
        (format!("\"{}", "\n".repeat(million)), "quote"),
        (format!("{row},{}", "y".repeat(CELL_MAX + 1)), "cell"),
        (format!("{row}{}", ",".repeat(CELLS_MAX)), "cells"),
        ("\n".repeat(ROWS_MAX + 1), "rows"),
    ] {
        for size in [4_096, PIECE, usize::MAX] {
            let error = read_csv(&bill(&text), None, size).unwrap_err();
            assert!(error.to_string().contains(refusal), "{error}");
        }
    }
    let blank = read_csv(&bill(&"\n".repeat(million)), None, PIECE).map(|bill| bill.len());
    assert_eq!(blank, Ok(0));
}

#[test]
fn a_word_is_found_wherever_it_stands_and_nowhere_else() {
    let needle = "交易".as_bytes();
    for before in 0..140 {
        for behind in [0, 1, 63, 64, 65] {
            // Its first byte stands all around it.
            let mut bytes = vec![needle[0]; before];
            bytes.extend(needle.iter().chain(&vec![b'x'; behind]));
            assert!(holds(&bytes, needle), "{before} {behind}");
            bytes[before + needle.len() - 1] ^= 1;
            assert!(!holds(&bytes, needle), "{before} {behind}");
            assert!(!holds(&bytes[..before + needle.len() - 1], needle));
        }
    }
}

/// What is decoded is not kept, and what is kept of it is copied.
#[test]
fn a_decoded_bill_says_what_the_same_bill_says_in_utf_8() {
    let decoded = alipay_csv(&sample(260)).unwrap();
    let plain = encoding_rs::GB18030.decode(&decoded).0.into_owned();
    let plain = read_csv(plain.as_bytes(), None, usize::MAX).unwrap();
    for size in [1, 300, 4_096, usize::MAX] {
        let decoded = read_csv(&decoded, None, size).unwrap();
        assert_eq!(decoded.len(), 260);
        assert!(decoded.rows().eq(plain.rows()), "pieces of {size}");
        let at_a_glance = decoded.glances().map(|row| (row.id(), row.time(), row.fen()));
        assert!(at_a_glance.eq(plain.rows().map(|row| (row.id, row.time, row.fen))));
    }
}
