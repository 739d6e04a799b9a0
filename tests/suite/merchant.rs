//! Bills of merchants: gifts, refunds, fees to the fen, and none whose totals are not its rows'.

use std::collections::HashMap;
use yishan::domain::money::Fen;
use yishan::domain::text::Place;
use yishan::domain::time::Wall;
use yishan::import::plan::{Verdict, What};
use yishan::import::reason::{Doubt, Voided};
use yishan::import::sample::{
    Flow, Trade, Trades, alipay_account, alipay_trades, alipay_zip, wechat_funds, wechat_trades,
};
use yishan::import::{
    Bill, BillError, Class, Decisions, Direction, Exact, Format, Known, KnownLine, Plan, Policy,
    Warning,
};

fn fen(text: &str) -> Fen {
    Fen::from_yuan(text).unwrap()
}

fn at(time: &str) -> Wall {
    Wall::parse(format!("2026-03-{time}").as_bytes()).unwrap()
}

fn trade(time: &str, id: u64, yuan: &str, fee: &str) -> Trade {
    let id = format!("4200{id:024}");
    Trade { time: at(time), id, fen: fen(yuan), fee: fee.into(), refund: None }
}

fn back(time: &str, of: u64, number: u64, yuan: &str, fee: &str, state: &str) -> Trade {
    let refund = Some((format!("5030{number:025}"), state.to_owned()));
    Trade { refund, ..trade(time, of, yuan, fee) }
}

/// Three gifts, one of them given back, with a fee of five digits each.
fn wechat() -> Vec<Trade> {
    vec![
        trade("01T08:00:00", 1, "9.90", "0.05940"),
        trade("01T08:00:01", 2, "10.00", "0.06000"),
        trade("01T23:59:59", 3, "0.10", "0.00060"),
        back("02T09:00:00", 1, 1, "9.90", "-0.05940", "SUCCESS"),
        trade("02T10:00:00", 4, "20.00", "0.11940"),
    ]
}

/// A ledger in memory: what a plan drafted is what it knows.
#[derive(Default)]
struct Books(HashMap<(String, String), KnownLine>);

impl Books {
    fn book(&mut self, bill: &Bill<'_>) -> Plan {
        let plan = Plan::make(bill, self, &Decisions::default(), Policy::default());
        for draft in &plan.drafts {
            let row = draft.row(bill).unwrap();
            if let What::Refund(back) = &draft.what {
                let of = (bill.channel().gifts().to_owned(), back.key.clone());
                let gift = self.0.get_mut(&of).unwrap();
                gift.refunded = gift.refunded.plus(row.fen).unwrap();
            }
            let place = Place { entry: row.number.into(), line: 0 };
            let line = KnownLine {
                fen: row.fen,
                time: row.time,
                place,
                refunded: Fen::ZERO,
                reversed: None,
            };
            let key = (draft.channel(bill).to_owned(), draft.key(bill).into_owned());
            assert_eq!(self.0.insert(key, line), None, "{draft:?} was drafted twice");
        }
        plan
    }
}

impl Known for Books {
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine> {
        self.0.get(&(channel.to_owned(), key.to_owned())).copied()
    }

    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine> {
        self.gift(channel, key)
    }
}

fn read(bytes: &[u8]) -> Bill<'_> {
    Bill::read(bytes, "b.csv", None).unwrap()
}

#[test]
fn trades_are_gifts_refunds_and_the_fees_of_each_day() {
    let bytes = wechat_trades(Trades::All, &wechat());
    let bill = read(&bytes);
    assert_eq!((bill.format, bill.counted()), (Format::WechatTrades, 5));
    assert_eq!(bill.total(Direction::In), (4, fen("40.00")));
    assert_eq!(bill.total(Direction::Out), (1, fen("9.90")));
    let mut books = Books::default();
    let plan = books.book(&bill);
    let total = plan.total(&bill);
    assert_eq!((total.gifts, total.refunds), ((4, fen("40.00")), (1, fen("9.90"))));
    // 0.05940 + 0.06000 + 0.00060 is twelve fen; -0.05940 + 0.11940 is six.
    assert_eq!(total.fees, fen("0.18"));
    assert_eq!(bill.warnings, []);
    assert!(books.0.contains_key(&("wechat".into(), format!("4200{:024}", 1))));
    assert!(books.0.contains_key(&("wechat-refund".into(), format!("5030{:025}", 1))));
    // The same again, and a longer bill over the same days: nothing is booked twice (E1, E2, E19).
    assert_eq!(books.book(&bill).drafts, []);
    let mut longer = wechat();
    longer.push(trade("03T10:00:00", 5, "1.00", "0.00600"));
    let bytes = wechat_trades(Trades::All, &longer);
    let bill = read(&bytes);
    let plan = books.book(&bill);
    assert_eq!((plan.total(&bill).gifts, plan.total(&bill).fees), ((1, fen("1.00")), Fen::ZERO));
    let day = at("03T00:00:00").day();
    let sum = bill.warnings.iter().find_map(|w| match w {
        Warning::FeeRest { day: of, sum } if *of == day => Some(sum.to_string()),
        _ => None,
    });
    assert_eq!(sum.as_deref(), Some("0.00600"), "a rest of a fen is declared, not rounded");
}

#[test]
fn every_layout_of_trades_says_the_same() {
    let gifts: Vec<_> = wechat().into_iter().filter(|t| t.refund.is_none()).collect();
    let backs: Vec<_> = wechat().into_iter().filter(|t| t.refund.is_some()).collect();
    for (layout, trades) in [
        (Trades::Success, &gifts),
        (Trades::Refund, &backs),
        (Trades::Revoked, &backs),
        (Trades::All, &wechat()),
        (Trades::Before, &wechat()),
    ] {
        let bytes = wechat_trades(layout, trades);
        let bill = read(&bytes);
        assert_eq!(bill.counted(), trades.len(), "{layout:?}");
        for (row, trade) in bill.rows().zip(trades) {
            assert_eq!((row.time, row.fen), (trade.time, trade.fen), "{layout:?}");
            let (id, class) = match &trade.refund {
                None => (&trade.id, Class::Gift),
                Some((id, _)) => (id, Class::Refund { of: Some((&*trade.id).into()) }),
            };
            assert_eq!((row.id, row.class), (&**id, &class), "{layout:?}");
        }
    }
}

#[test]
fn a_refund_on_its_way_is_asked_about_and_a_failed_one_is_none() {
    let trades = [
        trade("01T08:00:00", 1, "5.00", "0.00000"),
        back("02T08:00:00", 1, 1, "1.00", "0.00000", "PROCESSING"),
        back("02T08:00:00", 1, 2, "2.00", "0.00000", "FAIL"),
        back("02T08:00:00", 1, 3, "4.00", "0.00000", "CHANGE"),
        back("02T08:00:00", 1, 4, "3.00", "0.00000", "SUCCESS"),
        back("02T08:00:00", 1, 5, "2.01", "0.00000", "SUCCESS"),
    ];
    let bytes = wechat_trades(Trades::All, &trades);
    let bill = read(&bytes);
    let classes: Vec<_> = bill.rows().map(|row| row.class.clone()).collect();
    assert_eq!(classes[1], Class::Doubtful(Doubt::RefundOpen));
    assert_eq!(classes[2], Class::Void(Voided::RefundFailed));
    assert_eq!(classes[3], Class::Doubtful(Doubt::RefundOpen));
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    assert_eq!(plan.total(&bill).refunds, (1, fen("3.00")));
    let doubts: Vec<_> = plan.doubtful(&bill).map(|(_, doubt)| doubt.clone()).collect();
    let over = Doubt::RefundTooLarge { left: fen("2.00"), back: fen("2.01") };
    assert_eq!(doubts, [Doubt::RefundOpen, Doubt::RefundOpen, over]);
}

#[test]
fn trades_whose_totals_differ_by_the_smallest_part_are_refused() {
    let good = String::from_utf8(wechat_trades(Trades::All, &wechat())).unwrap();
    assert!(Bill::read(good.as_bytes(), "b.csv", None).is_ok());
    for (what, with) in [
        ("总交易单数", ("`5,", "`6,")),
        ("手续费总金额", ("`0.18000", "`0.18001")),
        ("订单总金额", (",`40.00,`9.90\r\n", ",`40.01,`9.90\r\n")),
        ("申请退款总金额", (",`40.00,`9.90\r\n", ",`40.00,`9.91\r\n")),
    ] {
        let bad = good.replace(with.0, with.1);
        assert_ne!(bad, good);
        let Err(BillError::Totals { column, .. }) = Bill::read(bad.as_bytes(), "b.csv", None)
        else {
            panic!("{what} was not compared");
        };
        assert_eq!(column, what);
    }
    for (bad, why) in [
        (good.replace("手续费,费率,", "费率,"), "MissingColumn"),
        (good.replace("`CNY", "`USD"), "Currency"),
        (good.replace("`0.05940", "`0.059401"), "Amount"),
        (good.replace("`10.00,`0.00,`0,", "`10.001,`0.00,`0,"), "Totals"),
    ] {
        let error = Bill::read(bad.as_bytes(), "b.csv", None).unwrap_err();
        assert!(format!("{error:?}").starts_with(why), "{why}: {error:?}");
    }
}

/// A day without trades is a good bill; a bill without its end is none.
#[test]
fn a_merchants_bill_cut_anywhere_is_refused_or_whole() {
    let flows = account();
    for bytes in [
        wechat_trades(Trades::All, &wechat()),
        wechat_funds(fen("5.00"), &flows),
        alipay_trades(&alipay()),
        alipay_account(fen("5.00"), &flows),
    ] {
        let whole = read(&bytes);
        for end in 0..bytes.len() {
            if let Ok(bill) = Bill::read(&bytes[..end], "b.csv", None) {
                assert!(bill.rows().eq(whole.rows()), "cut at {end}");
            }
        }
    }
    for empty in [
        wechat_trades(Trades::All, &[]),
        wechat_funds(fen("5.00"), &[]),
        alipay_trades(&[]),
        alipay_account(fen("5.00"), &[]),
    ] {
        assert!(read(&empty).is_empty());
    }
}

fn flow(time: &str, id: u64, kind: &str, inward: bool, yuan: &str, note: &str) -> Flow {
    let id = format!("4200{id:024}");
    let (order, kind, note) = (id.clone(), kind.into(), note.into());
    Flow { time: at(time), id, order, kind, inward, fen: fen(yuan), note }
}

/// The same days in the account: every fee in whole fen, and a withdrawal.
fn account() -> Vec<Flow> {
    let order = format!("5030{:025}", 1);
    let note = "退款总金额9.90元;含手续费0.06元";
    vec![
        flow("01T08:00:02", 1, "交易", true, "9.90", ""),
        flow("01T08:00:02", 1, "扣除交易手续费", false, "0.06", ""),
        flow("01T08:00:03", 2, "交易", true, "10.00", ""),
        flow("01T08:00:03", 2, "扣除交易手续费", false, "0.06", ""),
        Flow { order, ..flow("02T09:00:01", 1, "退款", false, "9.84", note) },
        flow("02T10:00:02", 4, "交易", true, "20.00", ""),
        flow("02T10:00:02", 4, "扣除交易手续费", false, "0.12", ""),
        flow("02T11:00:00", 9, "提现", false, "30.00", ""),
    ]
}

#[test]
fn the_account_of_the_money_adds_withdrawals_and_holds_the_rest_against_the_ledger() {
    let mut books = Books::default();
    let trades = wechat_trades(Trades::All, &wechat());
    books.book(&read(&trades));
    let bytes = wechat_funds(fen("5.00"), &account());
    let bill = read(&bytes);
    let plan = books.book(&bill);
    let total = plan.total(&bill);
    assert_eq!((total.gifts.0, total.refunds.0), (0, 0), "no gift twice");
    assert_eq!(total.withdrawn, (1, fen("30.00")));
    // Twelve fen and six: the same fees, by whichever bill they came first.
    assert_eq!(total.fees, Fen::ZERO);
    let known = plan.verdicts().filter(|v| matches!(v, Verdict::Duplicate(_))).count();
    assert_eq!(known, 3 + 1 + 2, "three gifts, a refund, the fees of two days");
    assert_eq!(plan.doubtful(&bill).count(), 0);
    // Before the trades are there, the account asks for them and books the fees.
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    assert_eq!(plan.total(&bill).fees, fen("0.18"));
    assert!(plan.doubtful(&bill).all(|(_, doubt)| *doubt == Doubt::NotBooked));
    assert_eq!(plan.doubtful(&bill).count(), 4);
}

#[test]
fn an_account_whose_balance_or_footer_does_not_follow_is_refused() {
    for good in
        [wechat_funds(fen("5.00"), &account()), utf8(&alipay_account(fen("5.00"), &account()))]
    {
        let good = String::from_utf8(good).unwrap();
        assert!(Bill::read(good.as_bytes(), "b.csv", None).is_ok(), "{good}");
        let line = good.lines().find(|l| l.contains("2026-03-01 08:00:03")).unwrap();
        let without = good.replacen(&format!("{line}\n"), "", 1);
        assert!(Bill::read(without.as_bytes(), "b.csv", None).is_err(), "a row is missing");
        let twice = good.replacen(line, &format!("{line}\n{line}"), 1);
        assert!(Bill::read(twice.as_bytes(), "b.csv", None).is_err(), "a row is there twice");
    }
    // A sample that goes round: three rows declared, two there.
    let two = wechat_funds(fen("5.00"), &account()[..2]);
    let bad = String::from_utf8(two).unwrap().replace("`2.0,", "`3.0,");
    let error = Bill::read(bad.as_bytes(), "b.csv", None).unwrap_err();
    assert!(
        matches!(&error, BillError::Totals { column, .. } if column == "资金流水总笔数"),
        "{error}"
    );
    // The footer may be right and a balance wrong.
    let bad = String::from_utf8(wechat_funds(fen("5.00"), &account())).unwrap();
    let bad = bad.replace("`0.06,`14.84,", "`0.06,`14.85,");
    let error = Bill::read(bad.as_bytes(), "b.csv", None).unwrap_err();
    assert!(matches!(error, BillError::Balance { .. }), "{error}");
}

fn utf8(gbk: &[u8]) -> Vec<u8> {
    encoding_rs::GB18030.decode(gbk).0.into_owned().into_bytes()
}

fn alipay() -> Vec<Trade> {
    let trade = |time: &str, id: u64, yuan: &str| Trade {
        id: format!("2026{id:024}"),
        ..trade(time, id, yuan, "0.00")
    };
    let back = |time: &str, of: u64, batch: &str, yuan: &str| Trade {
        refund: Some((batch.into(), String::new())),
        ..trade(time, of, yuan)
    };
    vec![
        trade("01T08:00:00", 1, "0.04"),
        trade("01T08:00:00", 2, "0.02"),
        back("01T09:00:00", 1, "HZ01RF001", "0.03"),
        back("01T09:00:00", 1, "HZ01RF002", "0.01"),
    ]
}

#[test]
fn alipays_trades_are_read_from_the_list_and_from_the_archive() {
    let list = alipay_trades(&alipay());
    let zip = alipay_zip(&list).unwrap();
    for bytes in [list.clone(), utf8(&list), zip] {
        let bill = read(&bytes);
        assert_eq!(bill.format, Format::AlipayTrades);
        let mut books = Books::default();
        let plan = books.book(&bill);
        let total = plan.total(&bill);
        assert_eq!((total.gifts, total.refunds), ((2, fen("0.06")), (2, fen("0.04"))));
        assert_eq!(books.book(&bill).drafts, []);
        assert!(
            books.0.contains_key(&("alipay-refund".into(), format!("2026{:024}_HZ01RF002", 1)))
        );
        assert!(bill.period.is_some() && bill.exported_at.is_some());
    }
    let good = String::from_utf8(utf8(&list)).unwrap();
    for (good_part, bad_part) in [
        ("共-0.04元", "共-0.05元"),
        ("交易合计：2笔", "交易合计：3笔"),
        ("退款合计：2笔", "退款合计：1笔"),
    ] {
        let bad = good.replace(good_part, bad_part);
        assert_ne!(bad, good);
        let error = Bill::read(bad.as_bytes(), "b.csv", None).unwrap_err();
        assert!(matches!(error, BillError::Totals { .. }), "{bad_part}: {error}");
    }
}

#[test]
fn an_archive_of_two_lists_asks_and_a_bomb_is_not_unpacked() {
    use std::io::{Cursor, Write as _};
    let options = zip::write::SimpleFileOptions::default();
    let mut two = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["a.csv", "../b.CSV"] {
        two.start_file(name, options).unwrap();
        two.write_all(&alipay_trades(&alipay())).unwrap();
    }
    let two = two.finish().unwrap().into_inner();
    let names = vec!["a.csv".to_owned(), "../b.CSV".to_owned()];
    assert_eq!(Bill::read(&two, "b.zip", None).unwrap_err(), BillError::TwoSheets(names));
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("a.csv", options).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    let error = Bill::read(&bomb, "b.zip", None).unwrap_err();
    assert!(matches!(error, BillError::BookTooLarge { .. }), "{error}");
}

#[test]
fn alipays_account_books_what_was_withdrawn_and_charged_once_each() {
    let flows = [
        flow("01T08:00:02", 1, "在线支付", true, "10.00", ""),
        flow("01T08:00:03", 2, "收费", false, "0.06", "服务费"),
        flow("01T09:00:03", 3, "退款", false, "1.00", ""),
        flow("01T10:00:03", 4, "提现", false, "8.00", ""),
        flow("01T10:00:04", 5, "转账", true, "2.00", ""),
    ];
    let bytes = alipay_account(fen("0.00"), &flows);
    let bill = read(&bytes);
    let classes: Vec<_> = bill.rows().map(|row| row.class.clone()).collect();
    let withdrawal = Class::Withdrawal { fee: Fen::ZERO };
    let unknown = Class::Doubtful(Doubt::UnknownKind);
    let void = Class::Void(Voided::InTrades);
    assert_eq!(classes, [Class::Seen, Class::Charge, void, withdrawal, unknown]);
    let mut books = Books::default();
    let plan = books.book(&bill);
    assert_eq!(plan.total(&bill).fees, fen("0.06"));
    assert_eq!(plan.total(&bill).withdrawn, (1, fen("8.00")));
    assert_eq!(books.book(&bill).drafts, []);
}

/// E49: a hundred thousand rows are read, and every tenth of a fen of their fees is counted.
#[test]
fn a_hundred_thousand_trades_add_up() {
    let trades: Vec<_> =
        (1..=100_000).map(|n| trade("01T08:00:00", n, "1.00", "0.00600")).collect();
    let bytes = wechat_trades(Trades::All, &trades);
    let bill = read(&bytes);
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    assert_eq!(plan.total(&bill).gifts, (100_000, fen("100000.00")));
    assert_eq!(plan.total(&bill).fees, fen("600.00"));
    assert_eq!(Exact::default().fen(), Some(Fen::ZERO));
}
