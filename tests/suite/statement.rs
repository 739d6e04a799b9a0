//! Statements of banks: every line read, and a missing, doubled or misplaced one named.

use std::path::{Path, PathBuf};
use yishan::domain::money::Fen;
use yishan::import::statement::{Bank, Break, Proven, Statement, StatementError};
use yishan::import::{BillError, Foreign};

/// The folder of real sample bills beside the repository, if it is there.
fn sample(name: &str) -> Option<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found: Option<PathBuf> =
        here.ancestors().map(|dir| dir.join("shared/bills")).find(|dir| dir.is_dir());
    if found.is_none() {
        println!("no sample bills here: skipped");
    }
    Some(std::fs::read(found?.join(name)).unwrap())
}

fn fen(text: &str) -> Fen {
    Fen::from_yuan(text).unwrap()
}

/// Lines, money in and money out.
fn sums(statement: &Statement) -> (usize, String, String) {
    let sum = |inward: bool| {
        let some = statement.lines.iter().map(|l| l.amount).filter(|a| a.inward() == inward);
        some.fold(Fen::ZERO, |sum, a| sum.plus(a.fen()).unwrap()).to_string()
    };
    (statement.lines.len(), sum(true), sum(false))
}

#[test]
fn every_sample_statement_is_read_to_the_fen() {
    for (name, bank, lines, income, spending) in [
        ("abc_debit__example-abc_debit-records.csv", Bank::Abc, 5, "10000.01", "12355.89"),
        ("bocom_debit__example-bocom_debit-records.csv", Bank::Bocom, 6, "11.25", "114.00"),
        ("cmb__debit__example-cmb-records.csv", Bank::Cmb, 5, "1234.00", "2013.14"),
        ("spdb_debit__example-spdb_debit-records.xls", Bank::Spdb, 4, "10.00", "11.64"),
        ("boc__debit__example-boc-records.csv", Bank::Boc, 17, "9821.00", "9394.30"),
        ("icbc__debit-v1__example-icbc-debit-v1-records.csv", Bank::Icbc, 11, "2841.74", "4241.08"),
        ("icbc__debit-v2__example-icbc-debit-v2-records.csv", Bank::Icbc, 11, "2841.74", "4241.08"),
    ] {
        let Some(bytes) = sample(name) else { return };
        let statement = Statement::read(&bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(statement.bank, bank);
        let (count, ins, outs) = sums(&statement);
        assert_eq!((count, ins.as_str(), outs.as_str()), (lines, income, spending), "{name}");
    }
}

/// What calamine reads of a file that is no bomb, this reader reads too.
#[test]
fn the_cells_of_an_old_workbook_are_those_that_another_reader_finds() {
    use calamine::{Data, Reader, Xls};
    let Some(bytes) = sample("ccb__交易明细_xxxx_2025xxxx_2025xxxx.xls") else { return };
    let statement = Statement::read(&bytes).unwrap();
    assert_eq!((statement.bank, statement.lines.len()), (Bank::Ccb, 6));
    let mut book: Xls<_> = Xls::new(std::io::Cursor::new(&bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    for line in &statement.lines {
        let cell = |column| match sheet.get_value((line.number - 1, column)) {
            Some(Data::Float(number)) => format!("{number:.2}"),
            other => panic!("{other:?}"),
        };
        let column = if line.amount.inward() { 4 } else { 3 };
        assert_eq!(line.amount.fen().to_string(), cell(column));
        assert_eq!(line.balance.unwrap().to_string(), cell(5));
        assert!(
            line.timed
                && !line.party.is_empty()
                && line.wallet().is_some() == line.memo.contains("支付宝")
        );
    }
}

/// Most samples had lines taken out by their publishers, and that is what the balances tell.
#[test]
fn the_balances_tell_which_samples_are_whole() {
    let Some(bytes) = sample("boc__debit__example-boc-records.csv") else { return };
    let whole = Proven { opening: fen("2813.58"), closing: fen("3240.28") };
    assert_eq!(Statement::read(&bytes).unwrap().proof, Ok(whole));
    let bytes = sample("spdb_debit__example-spdb_debit-records.xls").unwrap();
    let whole = Proven { opening: fen("1985.21"), closing: fen("1983.57") };
    assert_eq!(Statement::read(&bytes).unwrap().proof, Ok(whole));
    let bytes = sample("abc_debit__example-abc_debit-records.csv").unwrap();
    let proof = Statement::read(&bytes).unwrap().proof;
    assert!(matches!(proof, Err(Break::Gap { row: 3, .. })), "{proof:?}");
    let bytes = sample("icbc__debit-v1__example-icbc-debit-v1-records.csv").unwrap();
    let proof = Statement::read(&bytes).unwrap().proof;
    assert!(matches!(proof, Err(Break::Unreadable { .. })), "{proof:?}");
}

/// The statement of ICBC with the balances that its publisher blanked, newest line first.
#[test]
fn a_statement_that_runs_backwards_is_turned_round() {
    for name in [
        "icbc__debit-v1__example-icbc-debit-v1-records.csv",
        "icbc__debit-v2__example-icbc-debit-v2-records.csv",
    ] {
        let Some(bytes) = sample(name) else { return };
        let redacted = Statement::read(&bytes).unwrap();
        let mut lines = redacted.lines.clone();
        lines.sort_by_key(|line| line.number);
        let mut text = String::from_utf8(bytes).unwrap();
        let mut balance = 10_000_000;
        for line in &lines {
            let yuan = Fen::new(u64::try_from(balance).unwrap()).unwrap().to_string();
            text = text.replacen("xx,yyyy.zz", &yuan, 1);
            balance -= line.amount.0;
        }
        // The totals under the lines were blanked too: they are those of other lines.
        let proof = Statement::read(text.as_bytes()).unwrap().proof;
        assert!(matches!(proof, Err(Break::Totals { .. })), "{proof:?}");
        let (_, ins, outs) = sums(&redacted);
        let (above, under) = text.split_once("人民币合计").unwrap();
        let under = under.replace("1,234.56", &ins).replace("9,876.54", &outs);
        let text = format!("{above}人民币合计{under}");
        let statement = Statement::read(text.as_bytes()).unwrap();
        assert_eq!(statement.proof.map(|p| p.closing), Ok(fen("100000.00")), "{name}");
        assert!(statement.lines.is_sorted_by_key(|line| line.time));
    }
}

#[test]
fn what_is_no_statement_is_refused_by_its_name() {
    let Some(bytes) = sample("mt__example-mt-records.csv") else { return };
    assert_eq!(Statement::read(&bytes), Err(StatementError::Foreign(Foreign::Meituan)));
    for name in ["wechat__example-wechat-records.csv", "alipay__example-alipay-records.csv"] {
        let bytes = sample(name).unwrap();
        assert_eq!(Statement::read(&bytes), Err(StatementError::Bill), "{name}");
    }
    assert_eq!(Statement::read(b"a,b,c\n1,2,3\n"), Err(StatementError::Unknown));
    assert_eq!(Statement::read(b""), Err(StatementError::File(BillError::Empty)));
    assert_eq!(Statement::read(b"%PDF-1.7"), Err(StatementError::Foreign(Foreign::Pdf)));
}

/// A corporate account, seen from the bank: 贷方 is money in.
const CORPORATE: &str = "\
账号：,3301****0001
交易日期,交易时间,摘要,借方发生额,贷方发生额,余额,对方户名,附言
2026-11-02,,转入,,300.00,800.00,深圳市财付通支付科技有限公司,微信支付提现
2026-11-05,,付款,120.00,,680.00,某学校,助学
2026-11-21,,结息,,0.17,680.17,,
2026-11-25,,短信费,2.00,,678.17,,
2026-11-25,,短信费,2.00,,676.17,,
";

#[test]
fn a_corporate_statement_is_read_from_the_side_of_the_bank() {
    let statement = Statement::read(CORPORATE.as_bytes()).unwrap();
    assert_eq!(statement.bank, Bank::Corporate);
    let whole = Proven { opening: fen("500.00"), closing: fen("676.17") };
    assert_eq!(statement.proof, Ok(whole));
    let amounts: Vec<i64> = statement.lines.iter().map(|line| line.amount.0).collect();
    assert_eq!(amounts, [30_000, -12_000, 17, -200, -200]);
    assert!(statement.lines[2].is_interest() && statement.lines[3].is_charge());
    assert!(statement.lines[0].wallet().is_some());
}

#[test]
fn the_same_statement_in_every_spelling_is_the_same() {
    let plain = Statement::read(CORPORATE.as_bytes()).unwrap();
    let gbk = encoding_rs::GB18030.encode(CORPORATE).0.into_owned();
    let crlf = format!("\u{feff}{}", CORPORATE.replace('\n', "\r\n")).into_bytes();
    let tabs = CORPORATE.replace(',', "\t");
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{tabs}").encode_utf16().flat_map(order).collect()
    };
    for bytes in [gbk, crlf, wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
        let other = Statement::read(&bytes).unwrap();
        assert_eq!((other.lines, other.proof), (plain.lines.clone(), plain.proof.clone()));
    }
    let mut lines: Vec<&str> = CORPORATE.lines().collect();
    lines[2..].reverse();
    let backwards = Statement::read(lines.join("\n").as_bytes()).unwrap();
    assert_eq!(backwards.proof, plain.proof);
}

#[test]
fn a_missing_doubled_changed_or_misplaced_line_is_named() {
    let lines: Vec<&str> = CORPORATE.lines().collect();
    let read = |lines: &[&str]| Statement::read(lines.join("\n").as_bytes()).unwrap().proof;
    let mut missing = lines.clone();
    missing.remove(4);
    assert!(matches!(read(&missing), Err(Break::Gap { row: 5, .. })), "{:?}", read(&missing));
    let mut doubled = lines.clone();
    doubled.insert(4, lines[3]);
    assert_eq!(read(&doubled), Err(Break::Doubled { row: 5, first: 4 }));
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    assert_eq!(read(&swapped), Err(Break::Swapped { row: 4, other: 5 }));
    let changed = CORPORATE.replace("120.00", "120.01");
    let proof = Statement::read(changed.as_bytes()).unwrap().proof;
    assert!(matches!(proof, Err(Break::Gap { row: 4, .. })), "{proof:?}");
    assert_eq!(read(&lines[..2]), Err(Break::Empty));
    for why in [read(&missing), read(&doubled), read(&swapped)] {
        let why = why.unwrap_err();
        assert!(!why.text(true).is_empty() && why.text(false).is_ascii());
    }
}

#[test]
fn what_cannot_be_read_as_a_line_is_refused() {
    for (part, bad, name) in [
        ("300.00", "300.001", "Amount"),
        ("300.00", "3e2", "Amount"),
        (",,300.00", ",1.00,300.00", "Way"),
        ("2026-11-05", "2026-13-05", "Time"),
        ("2026-11-05", "昨天", "Time"),
        ("余额", "结余", "Column"),
        ("附言", "余额", "Twice"),
    ] {
        let text = CORPORATE.replacen(part, bad, 1);
        let error = Statement::read(text.as_bytes()).unwrap_err();
        assert!(format!("{error:?}").starts_with(name), "{bad}: {error:?}");
        assert!(!error.text(true).is_empty());
    }
    let dollars = CORPORATE.replace("附言", "币种").replace("微信支付提现", "美元");
    let error = Statement::read(dollars.as_bytes()).unwrap_err();
    assert!(matches!(error, StatementError::Currency { .. }), "{error:?}");
}

/// E47. Whatever is cut off, what is left is the first lines or no proof.
#[test]
fn a_statement_cut_anywhere_says_nothing_else() {
    let whole = Statement::read(CORPORATE.as_bytes()).unwrap();
    for end in 0..CORPORATE.len() {
        let Ok(cut) = Statement::read(&CORPORATE.as_bytes()[..end]) else { continue };
        if cut.proof.is_ok() {
            for (left, line) in cut.lines.iter().zip(&whole.lines) {
                let said =
                    |l: &yishan::import::statement::StatementLine| (l.time, l.amount, l.balance);
                assert_eq!(said(left), said(line), "cut at {end}");
            }
        }
    }
}

/// An old workbook damaged anywhere is read alike or refused, in bounded memory.
#[test]
fn an_xls_damaged_anywhere_is_refused_or_says_what_stands_there() {
    let Some(good) = sample("spdb_debit__example-spdb_debit-records.xls") else { return };
    for at in (0..good.len()).step_by(7) {
        for byte in [0x00, 0xFF, good[at] ^ 0x01] {
            let mut bad = good.clone();
            bad[at] = byte;
            let _ = Statement::read(&bad);
        }
    }
    for end in (0..good.len()).step_by(61) {
        let _ = Statement::read(&good[..end]);
    }
}

/// A sheet that claims the last row and column there is takes no more room than its cells.
#[test]
fn an_xls_that_claims_a_billion_cells_is_refused() {
    let Some(good) = sample("spdb_debit__example-spdb_debit-records.xls") else { return };
    // LABELSST of the first row: row 0, column 0.
    let label = [0xFD, 0x00, 0x0A, 0x00, 0x00, 0x00, 0x00, 0x00];
    let at = good.windows(8).position(|w| w == label).expect("a cell of text");
    let mut bomb = good.clone();
    bomb[at + 4..at + 8].copy_from_slice(&[0xFE, 0xFF, 0xFE, 0xFF]);
    let error = Statement::read(&bomb).unwrap_err();
    assert!(matches!(error, StatementError::File(BillError::TooWide { .. })), "{error:?}");
}
