//! Bills damaged on purpose: never a panic, never another amount without a word.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use yishan::domain::money::Fen;
use yishan::domain::time::Wall;
use yishan::import::sample::{self, Sample, SampleRow};
use yishan::import::{Bill, BillError, Class, Decisions, Format, Mapping, Plan, Policy, Row};
use zip::write::SimpleFileOptions;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bills");
    std::fs::read(folder.join(name)).unwrap()
}

fn mapping() -> Mapping {
    Mapping::parse(std::str::from_utf8(&fixture("jielong.toml")).unwrap()).unwrap()
}

/// Fixtures of text, each with the mapping it needs.
fn texts() -> Vec<(Vec<u8>, Option<Mapping>)> {
    let alipay = String::from_utf8(fixture("alipay.csv")).unwrap();
    let gb = encoding_rs::GB18030.encode(&alipay).0.into_owned();
    vec![
        (fixture("wechat.csv"), None),
        (alipay.into_bytes(), None),
        (gb, None),
        (fixture("jielong.csv"), Some(mapping())),
    ]
}

/// A small generator, so that a failure can be repeated (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

impl Dice {
    fn byte(&mut self) -> u8 {
        u8::try_from(self.roll(256)).unwrap()
    }
}

/// Reads and plans; nothing of a bill that is read may be lost.
fn try_read<'b>(bytes: &'b [u8], mapping: Option<&Mapping>) -> Option<Bill<'b>> {
    let bill = Bill::read(bytes, "bill", mapping).ok()?;
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    assert_eq!(plan.items(&bill).count() as u64 + plan.excluded.count(), bill.len() as u64);
    Some(bill)
}

/// E47. Whatever is cut off: the rows that are left are the first rows, and a row that may be cut
/// is not booked.
#[test]
fn a_file_cut_anywhere_never_books_another_amount() {
    for (bytes, mapping) in texts() {
        let whole = try_read(&bytes, mapping.as_ref()).unwrap();
        for end in 0..bytes.len() {
            let Some(bill) = try_read(&bytes[..end], mapping.as_ref()) else { continue };
            for (left, row) in bill.rows().zip(whole.rows()) {
                let asked =
                    matches!(left.class, Class::Doubtful(_) | Class::Private(_) | Class::Void(_));
                assert!(asked || left.says_the_same_as(&row), "cut at {end}: {left:?}");
            }
        }
    }
}

#[test]
fn a_changed_byte_changes_no_other_row() {
    let mut dice = Dice(0x5EED_0001);
    for (bytes, mapping) in texts() {
        let whole = try_read(&bytes, mapping.as_ref()).unwrap();
        for _ in 0..6_000 {
            let at = dice.roll(bytes.len());
            let mut damaged = bytes.clone();
            let byte = [b'"', b',', b'0', b'/', 0xFF, 0, b'\t', dice.byte()][dice.roll(8)];
            if bytes[at] == b'\n' || byte == b'\n' {
                continue;
            }
            match dice.roll(3) {
                0 => damaged[at] = byte,
                1 => damaged.insert(at, byte),
                _ => drop(damaged.remove(at)),
            }
            let Some(bill) = try_read(&damaged, mapping.as_ref()) else { continue };
            let line = u32::try_from(bytes[..at].split(|b| *b == b'\n').count()).unwrap();
            for row in bill.rows() {
                let before = whole.rows().find(|r| r.number == row.number);
                let same = before.is_some_and(|before| {
                    // A damaged name of a column that nobody needs hides that column's texts.
                    let header = line < whole.row(0).unwrap().number;
                    let moved = |r: &Row<'_>| (r.time, r.fen, r.direction, r.id.to_owned());
                    before.says_the_same_as(&row) || (header && moved(&before) == moved(&row))
                });
                assert!(same || row.number == line, "line {line}, {byte:#x}: {row:?}");
            }
            assert_eq!(bill.len(), whole.len(), "line {line}, byte {byte:#x}");
        }
    }
}

fn demo() -> Sample {
    let time = Wall::parse(b"2026-09-24T11:40:58").unwrap();
    let gift = |n: u64| {
        let id = format!("10000500012026092400{:08}", n + 1);
        SampleRow::wechat_gift(time, "小李", Fen::new(100 + n * 31).unwrap(), &id)
    };
    let (from, exported_at) = (time, time);
    Sample {
        owner: "记账员".into(),
        from,
        to: time,
        exported_at,
        export_kind: "全部".into(),
        rows: (0..12).map(gift).collect(),
    }
}

#[test]
fn a_damaged_workbook_is_refused_or_reads_the_same() {
    let mut dice = Dice(0x5EED_0002);
    for bytes in
        [sample::wechat_xlsx_2025(&demo()).unwrap(), sample::wechat_xlsx_2026(&demo()).unwrap()]
    {
        let whole = try_read(&bytes, None).unwrap();
        let check = |damaged: &[u8], what: &str| {
            if let Some(bill) = try_read(damaged, None) {
                assert!(bill.rows().eq(whole.rows()), "{what} was read as another bill");
            }
        };
        for end in 0..bytes.len() {
            check(&bytes[..end], &format!("a workbook cut at {end}"));
        }
        for _ in 0..4_000 {
            let at = dice.roll(bytes.len());
            let mut damaged = bytes.clone();
            match dice.roll(3) {
                0 => damaged[at] ^= 1 << dice.roll(8),
                1 => damaged.insert(at, dice.byte()),
                _ => drop(damaged.remove(at)),
            }
            check(&damaged, &format!("a workbook damaged at {at}"));
        }
    }
}

/// Rewrites parts of a workbook.
fn rewrite(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        to.start_file(&*name, SimpleFileOptions::default()).unwrap();
        to.write_all(change(&name, text).as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// The parts of the XML damaged before packing, so that no checksum notices.
#[test]
fn damaged_xml_never_panics() {
    let mut dice = Dice(0x5EED_0003);
    let book = sample::wechat_xlsx_2026(&demo()).unwrap();
    for _ in 0..1_500 {
        let (part, kind, place, byte) =
            (dice.roll(7), dice.roll(3), dice.roll(1 << 20), b' ' + dice.byte() % 95);
        let names = [
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/worksheets/sheet1.xml",
            "xl/styles.xml",
            "xl/sharedStrings.xml",
        ];
        let damaged = rewrite(&book, |name, text| {
            let mut chars: Vec<char> = text.chars().collect();
            if name == names[part] {
                let at = place % chars.len();
                match kind {
                    0 => chars[at] = char::from(byte),
                    1 => chars.insert(at, char::from(byte)),
                    _ => drop(chars.remove(at)),
                }
            }
            chars.into_iter().collect()
        });
        let _ = try_read(&damaged, None);
    }
}

/// E41: a spreadsheet took 28 digits for a quantity.
#[test]
fn numbers_that_a_spreadsheet_damaged_refuse_the_file() {
    let text =
        String::from_utf8(fixture("wechat.csv")).unwrap().replace(",10004\t", ",4.00123E+27");
    let error = Bill::read(text.as_bytes(), "b.csv", None).unwrap_err();
    assert_eq!(error, BillError::DamagedId { row: 18, text: "4.00123E+27".into() });
    let book = sample::wechat_xlsx_2026(&demo()).unwrap();
    let numeric = rewrite(&book, |name, text| {
        if !name.ends_with("sheet1.xml") {
            return text;
        }
        let (before, behind) = text.split_once(r#"<c r="I19" t="s"><v>"#).unwrap();
        let (_, behind) = behind.split_once("</v>").unwrap();
        format!(r#"{before}<c r="I19"><v>1.0000500012026E+27</v>{behind}"#)
    });
    let error = Bill::read(&numeric, "b.xlsx", None).unwrap_err();
    assert!(matches!(error, BillError::DamagedId { row: 19, .. }), "{error}");
}

/// E15, E40: an amount below a fen, a time that is a bare number.
#[test]
fn cells_of_the_wrong_sort_name_their_row() {
    let book = sample::wechat_xlsx_2026(&demo()).unwrap();
    let swap = |from: &str, to: &str| {
        let changed = rewrite(&book, |name, text| {
            if name.ends_with("sheet1.xml") { text.replacen(from, to, 1) } else { text }
        });
        assert_ne!(changed, book);
        Bill::read(&changed, "b.xlsx", None).map(Bill::into_owned)
    };
    let below = swap(r#"<c r="F20" s="2"><v>1.31</v>"#, r#"<c r="F20" s="2"><v>1.315</v>"#);
    assert!(matches!(below, Err(BillError::Amount { row: 20, .. })), "{below:?}");
    let serial = r#"<c r="A20" s="1"><v>46289.48678240741</v>"#;
    let bare = swap(serial, &serial.replace(r#"s="1""#, r#"s="0""#));
    assert!(matches!(bare, Err(BillError::Time { row: 20, .. })), "{bare:?}");
    let noise = swap("<v>1.31</v>", "<v>1.3100000000000001</v>").unwrap();
    assert_eq!(noise.row(1).unwrap().fen, Fen::new(131).unwrap());
}

/// E40: a workbook of the epoch of 1904, and a sheet that is hidden.
#[test]
fn the_epoch_of_1904_and_hidden_sheets_are_understood() {
    let book = sample::wechat_xlsx_2026(&demo()).unwrap();
    let plain = Bill::read(&book, "b.xlsx", None).unwrap();
    let late = rewrite(&book, |name, text| match name {
        "xl/workbook.xml" => text
            .replace("<sheets>", r#"<workbookPr date1904="1"/><sheets>"#)
            .replace(r#"name="Sheet1""#, r#"name="Sheet1" state="hidden""#),
        "xl/worksheets/sheet1.xml" => text.replace("<v>46289.", "<v>44827."),
        _ => text,
    });
    let late = Bill::read(&late, "b.xlsx", None).unwrap();
    assert!(late.rows().eq(plain.rows()));
}

#[test]
fn a_bomb_and_a_locked_archive_are_refused_early() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let error = Bill::read(&bomb, "b.xlsx", None).unwrap_err();
    assert!(matches!(error, BillError::BookTooLarge { .. }), "{error}");

    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bill.pdf", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"secret").unwrap();
    let plain = zip.finish().unwrap().into_inner();
    assert_eq!(Bill::read(&plain, "b.zip", None).unwrap_err(), BillError::Archive);
    // Bit 0 of the flags says "encrypted", in the local header and in the directory.
    let mut locked = plain.clone();
    let directory = plain.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    let error = Bill::read(&locked, "b.zip", None).unwrap_err();
    assert_eq!(error, BillError::Locked);
    assert!(error.text(true).contains("密码") && error.text(false).contains("password"));
}

/// E34, E35, E38, E39: what other programs do to a text file without changing what it says.
#[test]
fn line_ends_marks_and_missing_preambles_change_nothing() {
    let text = String::from_utf8(fixture("wechat.csv")).unwrap();
    let whole = Bill::read(text.as_bytes(), "b.csv", None).unwrap();
    let header = text.find("交易时间,").unwrap();
    for (changed, what) in [
        (format!("\u{feff}{text}"), "a BOM"),
        (text.replace('\n', "\r\n"), "CRLF"),
        (text.replacen('\n', "\r\n", 20), "mixed line ends"),
        (text[header..].to_owned(), "no preamble"),
        (
            text.replace(",备注\n", ",备注,备注\n")
                .replace("\t,/\n", "\t,/,\n")
                .replace("¥0.10\n", "¥0.10,\n"),
            "备注 twice",
        ),
    ] {
        let bill = Bill::read(changed.as_bytes(), "b.csv", None).unwrap();
        assert_eq!(bill.format, Format::WechatCsv);
        assert_eq!(bill.len(), whole.len(), "{what}");
        for (row, before) in bill.rows().zip(whole.rows()) {
            assert!(row.says_the_same_as(&before), "{what}: {row:?}");
        }
    }
}

#[test]
fn an_unquoted_comma_or_a_lost_column_refuses_the_file() {
    let text = String::from_utf8(fixture("wechat.csv")).unwrap();
    let comma = text.replacen("某平台", "某,平台", 1);
    let error = Bill::read(comma.as_bytes(), "b.csv", None).unwrap_err();
    assert!(
        matches!(error, BillError::Amount { row: 25, .. } | BillError::LongRow { row: 25, .. }),
        "{error}"
    );
    let lost = text.replacen(",交易单号,", ",流水,", 1);
    let error = Bill::read(lost.as_bytes(), "b.csv", None).unwrap_err();
    assert_eq!(error, BillError::MissingColumn { row: 14, column: "交易单号".into() });
}
