//! Bills as downloaded: read right, or refused right.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use yishan::domain;
use yishan::domain::money::Fen;
use yishan::domain::time::Wall;
use yishan::import::decisions::{Decided, Decision, Idle, Place};
use yishan::import::plan::{Amended, Difference, Draft, Verdict, What};
use yishan::import::reason::{Doubt, Privacy, Voided};
use yishan::import::sample::{self, Sample, SampleRow};
use yishan::import::{
    Bill, BillError, Class, Decisions, Direction, Foreign, Known, KnownLine, Mapping, Plan, Policy,
    Warning,
};

/// The folder of real sample bills beside the repository, if it is there.
fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|dir| dir.join("shared/bills")).find(|dir| dir.is_dir());
    if found.is_none() {
        println!("no sample bills here: skipped");
    }
    found
}

fn sample(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(samples()?.join(name)).unwrap())
}

fn fen(text: &str) -> Fen {
    Fen::from_yuan(text).unwrap()
}

fn plan(bill: &Bill<'_>) -> Plan {
    Plan::make(bill, &(), &Decisions::default(), Policy::default())
}

/// Every row of the bill is somewhere in its plan, once.
fn assert_nothing_lost(bill: &Bill<'_>, plan: &Plan) {
    assert_eq!(plan.items(bill).count() as u64 + plan.excluded.count(), bill.len() as u64);
}

#[test]
fn the_wechat_csv_sample_is_read_to_the_fen() {
    let Some(bytes) = sample("wechat__example-wechat-records.csv") else { return };
    let bill = Bill::read(&bytes, "wechat.csv", None).unwrap();
    assert_eq!(bill.len(), 27);
    assert_eq!(bill.total(Direction::In), (5, fen("28.49")));
    assert_eq!(bill.total(Direction::Out), (11, fen("2904.53")));
    assert_eq!(bill.total(Direction::Neutral), (11, fen("26100.89")));
    assert!(bill.warnings.contains(&Warning::Count { declared: 43, found: 27, legal: false }));
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    // Its numbers were redacted to 3985734 eight times: two gifts share one, so a person decides.
    assert_eq!(plan.total(&bill).gifts.0, 0);
    assert_eq!(plan.total(&bill).withdrawn, (3, fen("1110.10")));
    assert_eq!(plan.total(&bill).fees, fen("1.20"));
    let repeated = plan.doubtful(&bill).filter(|(item, _)| item.row.direction == Direction::In);
    assert_eq!(repeated.map(|(item, _)| item.row.fen.get()).sum::<u64>(), 35 + 2300 + 500);
}

#[test]
fn the_wechat_xlsx_sample_asks_for_a_sheet_and_both_sheets_say_the_same() {
    let Some(bytes) = sample("wechat__example-wechat-records.xlsx") else { return };
    let names = vec!["example-wechat-records".to_owned(), "Sheet1".to_owned()];
    assert_eq!(Bill::read(&bytes, "b.xlsx", None), Err(BillError::TwoSheets(names.clone())));
    let csv = sample("wechat__example-wechat-records.csv").unwrap();
    let csv = Bill::read(&csv, "wechat.csv", None).unwrap();
    for name in &names {
        let bill = Bill::read_sheet(&bytes, "b.xlsx", None, Some(name)).unwrap();
        assert_eq!(bill.len(), 27);
        for (ours, theirs) in bill.rows().zip(csv.rows()) {
            assert!(ours.says_the_same_as(&theirs), "{ours:?} {theirs:?}");
            assert_eq!(ours.key(), theirs.key());
        }
    }
}

#[test]
fn the_alipay_sample_is_read_to_the_fen() {
    let Some(bytes) = sample("alipay__example-alipay-records.csv") else { return };
    let bill = Bill::read(&bytes, "alipay.csv", None).unwrap();
    assert_eq!(bill.len(), 10);
    assert_eq!(bill.total(Direction::In), (1, fen("222228.50")));
    assert_eq!(bill.total(Direction::Out), (5, fen("211.64")));
    assert_eq!(bill.total(Direction::Neutral), (4, fen("247.37")));
    assert!(bill.warnings.iter().all(|w| !w.is_grave()), "note 6 allows it");
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    assert_eq!(plan.total(&bill).gifts, (1, fen("222228.50")));
    assert_eq!(plan.excluded.count(), 9);
}

#[test]
fn every_foreign_sample_is_refused_by_its_name() {
    for (name, foreign) in [
        ("mt__example-mt-records.csv", Foreign::Meituan),
        ("abc_debit__example-abc_debit-records.csv", Foreign::Abc),
        ("boc__debit__example-boc-records.csv", Foreign::Boc),
        ("bocom_debit__example-bocom_debit-records.csv", Foreign::Bocom),
        ("ccb__交易明细_xxxx_2025xxxx_2025xxxx.xls", Foreign::Ccb),
        ("cmb__debit__example-cmb-records.csv", Foreign::Cmb),
        ("icbc__debit-v1__example-icbc-debit-v1-records.csv", Foreign::Icbc),
        ("icbc__debit-v2__example-icbc-debit-v2-records.csv", Foreign::Icbc),
        ("spdb_debit__example-spdb_debit-records.xls", Foreign::Spdb),
    ] {
        let Some(bytes) = sample(name) else { return };
        assert_eq!(
            Bill::read(&bytes, name, None).unwrap_err(),
            BillError::Foreign(foreign),
            "{name}"
        );
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bills");
    std::fs::read(folder.join(name)).unwrap()
}

fn wall(text: &str) -> Wall {
    Wall::parse(text.as_bytes()).unwrap()
}

fn wechat() -> Bill<'static> {
    Bill::read(&fixture("wechat.csv"), "wechat.csv", None).unwrap().into_owned()
}

/// A ledger in memory: what a plan drafted is what it knows.
#[derive(Default)]
struct Books(HashMap<(String, String), KnownLine>);

impl Books {
    fn book(&mut self, bill: &Bill<'_>, plan: &Plan) {
        for draft in &plan.drafts {
            let row = draft.row(bill).unwrap();
            let mut fen = row.fen;
            match &draft.what {
                What::Refund(back) => {
                    let of = (bill.channel().gifts().to_owned(), back.key.clone());
                    let gift = self.0.get_mut(&of).unwrap();
                    gift.refunded = gift.refunded.plus(row.fen).unwrap();
                }
                What::Withdrawal(fee) => fen = row.fen.minus(*fee).unwrap(),
                What::Gift | What::Charge => {}
            }
            let place = line(row.number);
            let line =
                KnownLine { fen, time: row.time, place, refunded: Fen::ZERO, reversed: None };
            let key = (draft.channel(bill).to_owned(), draft.key(bill).into_owned());
            assert_eq!(self.0.insert(key, line), None, "{draft:?} was drafted twice");
        }
    }
}

/// Where the ledger in memory has what was drafted from a row.
fn line(row: u32) -> domain::text::Place {
    domain::text::Place { entry: row.into(), line: 0 }
}

impl Known for Books {
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine> {
        self.0.get(&(channel.to_owned(), key.to_owned())).copied()
    }

    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine> {
        self.gift(channel, key)
    }
}

/// One row of every kind a treasurer's wallet shows, and what each is for the fund.
#[test]
fn every_wechat_row_is_what_it_is() {
    let bill = wechat();
    assert_eq!(bill.warnings, [], "the fixture's own totals are right");
    let refund = |of: &str| Class::Refund { of: Some(of.into()) };
    let expected = [
        Class::Gift,                             // E46: 23:59:59
        Class::Gift,                             // E6: the same second, amount and name
        Class::Gift,                             // … and another number
        Class::Gift,                             // E37, E28
        Class::Gift,                             // E22, E37: a formula for a name
        refund("10005"),                         // E18: linked by 商户单号
        Class::Gift,                             // E23, E36, partly refunded
        Class::Doubtful(Doubt::NoId),            // E9
        Class::Doubtful(Doubt::UnknownStatus),   //
        Class::Doubtful(Doubt::UnknownKind),     // E26
        Class::Private(Privacy::OtherIncome),    // E8
        Class::Private(Privacy::OwnRefund),      //
        Class::Private(Privacy::Spending),       //
        Class::Doubtful(Doubt::PaidToDonor(18)), // a transfer back to a donor
        Class::Private(Privacy::Spending),       //
        Class::Void(Voided::SentBack),           // E24
        Class::Refund { of: None },              //
        Class::Withdrawal { fee: fen("0.10") },  // E20
        Class::Void(Voided::WithdrawalFailed),   // E20
        Class::Doubtful(Doubt::WalletFund),      // E21
        Class::Private(Privacy::OwnMoney),       // E29
    ];
    for (row, class) in bill.rows().zip(&expected) {
        assert_eq!(row.class, class, "row {}", row.number);
    }
    assert_eq!(bill.row(6).unwrap().refunded, Some(fen("2.00")));
    assert_eq!(bill.row(3).unwrap().party, "王, \"老王\"");
    assert_eq!(bill.row(3).unwrap().number, 18);
    assert_eq!(bill.period, Some((wall("2026-03-01T00:00:00"), wall("2026-03-31T23:59:59"))));
}

#[test]
fn a_plan_has_the_gifts_and_forgets_the_treasurers_life() {
    let bill = wechat();
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    let total = plan.total(&bill);
    assert_eq!(total.gifts, (6, fen("183.00")));
    assert_eq!(total.refunds, (1, fen("20.00")));
    assert_eq!((total.withdrawn, total.fees), ((1, fen("100.00")), fen("0.10")));
    let days = plan.days(&bill);
    assert_eq!(days.values().map(|day| day.gifts.0).sum::<u64>(), 6);
    assert!(plan.drafts.is_sorted_by_key(|draft| draft.row(&bill).unwrap().time));
    assert_eq!(plan.excluded.income, (2, fen("67.00")));
    assert_eq!(plan.excluded.spending, (3, fen("75.00")));
    assert_eq!(plan.excluded.neutral, (1, fen("100.00")));
    assert!(plan.warnings.contains(&Warning::RefundUnseen { row: 21, fen: fen("2.00") }));
    let everything = format!("{plan:?} {:?}", plan.items(&bill).collect::<Vec<_>>());
    for private in ["房东", "超市", "某平台", "30010", "10013", "10021"] {
        assert!(!everything.contains(private), "{private} is still in the plan");
    }
    let drafts = format!("{:?}", plan.drafts);
    assert!(!drafts.contains("老王"), "a nickname left the preview");
}

#[test]
fn the_same_bill_again_adds_nothing() {
    let bill = wechat();
    let mut books = Books::default();
    books.book(&bill, &plan(&bill));
    let again = Plan::make(&bill, &books, &Decisions::default(), Policy::default());
    assert_eq!(again.drafts, []);
    let duplicates = |verdict: &&Verdict| matches!(verdict, Verdict::Duplicate(_));
    assert_eq!(again.verdicts().filter(duplicates).count(), 7);
    // The gift whose status says it was partly given back is shown, not passed over (E4).
    let shown = again.items(&bill).find(|item| item.row.id == "10006").unwrap();
    let what = vec![Difference::Refunded(Fen::ZERO, fen("2.00"))];
    assert_eq!(*shown.verdict, Verdict::Amended(Box::new(Amended { place: line(21), what })));
}

#[test]
fn a_changed_amount_under_a_known_number_is_shown_and_never_booked() {
    let mut books = Books::default();
    let before = wechat();
    books.book(&before, &plan(&before));
    let text = String::from_utf8(fixture("wechat.csv"))
        .unwrap()
        .replace("¥30.00,零钱,已退款(￥2.00)", "¥31.00,零钱,已收钱");
    let bill = Bill::read(text.as_bytes(), "b.csv", None).unwrap();
    let plan = Plan::make(&bill, &books, &Decisions::default(), Policy::default());
    assert_eq!(plan.drafts, []);
    let shown = plan.items(&bill).find(|item| item.row.id == "10006").unwrap();
    let what = vec![Difference::Amount(fen("30.00"), fen("31.00"))];
    assert_eq!(*shown.verdict, Verdict::Amended(Box::new(Amended { place: line(21), what })));
    // And the totals above the rows do not fit any more: a strict import plans nothing.
    let strict = Policy { strict: true, ..Policy::default() };
    let plan = Plan::make(&bill, &(), &Decisions::default(), strict);
    assert!(plan.refused.is_some() && plan.items(&bill).next().is_none());
}

#[test]
fn more_than_is_left_never_goes_back() {
    let text = String::from_utf8(fixture("wechat.csv")).unwrap();
    let line = text.lines().find(|l| l.contains("转账-退款")).unwrap();
    let second = line.replace("¥20.00", "¥31.00").replace("09:00:00", "10:00:00");
    let text = text.replace(line, &format!("{line}\n{second}"));
    let bill = Bill::read(text.as_bytes(), "b.csv", None).unwrap();
    // The number twice with another amount: neither goes back unasked.
    assert_eq!(plan(&bill).total(&bill).refunds.0, 0);
    let text = String::from_utf8(fixture("wechat.csv"))
        .unwrap()
        .replace(line, &line.replace("¥20.00", "¥50.01"));
    let bill = Bill::read(text.as_bytes(), "b.csv", None).unwrap();
    let plan = plan(&bill);
    let doubts: Vec<_> = plan.doubtful(&bill).map(|(_, doubt)| doubt.clone()).collect();
    assert!(doubts.contains(&Doubt::RefundTooLarge { left: fen("50.00"), back: fen("50.01") }));
}

#[test]
fn decisions_are_used_printed_and_reported() {
    let bill = wechat();
    let template = Decisions::template(&bill, &plan(&bill));
    let asked = Decisions::parse(&template).unwrap();
    assert_eq!(asked.list().len(), plan(&bill).doubtful(&bill).count());
    assert!(!template.contains("老王"), "a nickname is in the template");
    let mut text = String::new();
    for decision in asked.list() {
        let decided = match &decision.place {
            Place::Row { .. } => Decided::Gift,
            Place::Id { id, .. } if id == "10012" => Decided::RefundOf("10004".into()),
            Place::Id { id, .. } if id == "10009" => Decided::Skip,
            Place::Id { id, .. } if id == "10008" => Decided::Gift,
            Place::Id { .. } => Decided::Private,
        };
        text += &Decision { decided, note: "问过\"他\"".into(), ..decision.clone() }.to_string();
    }
    let stale = Place::Id { channel: "wechat".into(), id: "99".into() };
    text +=
        &Decision { place: stale.clone(), decided: Decided::Gift, note: String::new() }.to_string();
    let decisions = Decisions::parse(&text).unwrap();
    assert_eq!(decisions.to_string(), text, "printed back");
    let plan = Plan::make(&bill, &(), &decisions, Policy::default());
    assert_nothing_lost(&bill, &plan);
    assert_eq!(plan.doubtful(&bill).count(), 0);
    assert_eq!(plan.total(&bill).gifts, (8, fen("186.00")));
    assert_eq!(plan.total(&bill).refunds, (2, fen("70.00")));
    let idle: Vec<_> = plan.unused.iter().map(|u| (u.place.clone(), u.why)).collect();
    assert_eq!(idle, [(stale, Idle::Absent)]);
    let mut keys = plan.drafts.iter().map(|draft| draft.key(&bill));
    assert!(keys.any(|key| key == format!("file:{}#22", bill.digest())));
}

#[test]
fn decisions_are_read_strictly() {
    let good = "[[row]]\nchannel = \"wechat\"\nid = \"1\"\nas = \"gift\"\nnote = \"\"\n";
    assert!(Decisions::parse(good).is_ok());
    for bad in [
        good.replace("gift", "gifts"),
        good.replace("gift", "refund-of"),
        good.replace("note", "notes"),
        good.replace("id = \"1\"\n", ""),
        good.replace("id = \"1\"", "row = 3"),
        good.replace("note", "of"),
        good.to_owned() + good,
    ] {
        assert!(Decisions::parse(&bad).is_err(), "{bad}");
    }
}

#[test]
fn what_may_be_decided_stands_above_the_questions_and_may_be_typed_in_chinese() {
    let bill = wechat();
    let template = Decisions::template(&bill, &plan(&bill));
    let of = |zh: &str, en: &str, more: &str| {
        assert!(template.contains(zh) && template.contains(en), "{zh} is not said");
        let read = |word| {
            let row = format!("[[row]]\nchannel = \"wechat\"\nid = \"1\"\nas = \"{word}\"\n{more}");
            Decisions::parse(&row).unwrap().to_string()
        };
        assert_eq!(read(zh), read(en));
    };
    of("捐款", "gift", "");
    of("私人", "private", "");
    of("跳过", "skip", "");
    of("退款", "refund-of", "of = \"2\"\n");
    of("提现", "withdrawal", "fee = \"0.10\"\n");
}

#[test]
fn every_alipay_row_is_what_it_is() {
    let utf8 = fixture("alipay.csv");
    let gb = encoding_rs::GB18030.encode(std::str::from_utf8(&utf8).unwrap()).0.into_owned();
    for bytes in [utf8, gb] {
        let bill = Bill::read(&bytes, "alipay.csv", None).unwrap();
        assert_eq!(bill.warnings, []);
        let expected = [
            Class::Gift,
            Class::Gift,
            Class::Refund { of: Some("20260330002".into()) },
            Class::Void(Voided::Closed),
            Class::Void(Voided::Closed),
            Class::Private(Privacy::OwnRefund),
            Class::Doubtful(Doubt::WithdrawalFee),
        ];
        for (row, class) in bill.rows().zip(&expected) {
            assert_eq!(row.class, class, "row {}", row.number);
        }
        assert_eq!(bill.row(1).unwrap().party, "䶮先生");
        let plan = plan(&bill);
        assert_nothing_lost(&bill, &plan);
        assert_eq!(plan.total(&bill).gifts, (2, fen("31.00")));
        assert_eq!(plan.total(&bill).refunds, (1, fen("1.00")));
        assert_eq!(plan.excluded.count(), 2);
    }
}

#[test]
fn a_gift_closed_since_is_an_amendment() {
    let text = String::from_utf8(fixture("alipay.csv")).unwrap();
    let open = text.replace(
        "余额                  ,交易关闭                ,20260329003",
        "余额,交易成功,20260329003",
    );
    let before = Bill::read(open.as_bytes(), "a.csv", None).unwrap();
    let mut books = Books::default();
    books.book(&before, &plan(&before));
    let after = Bill::read(text.as_bytes(), "a.csv", None).unwrap();
    let plan = Plan::make(&after, &books, &Decisions::default(), Policy::default());
    let shown = plan.items(&after).find(|item| item.row.id == "20260329003").unwrap();
    assert!(matches!(shown.verdict, Verdict::Amended(now) if now.what == [Difference::Closed]));
}

#[test]
fn a_mapping_makes_a_bill_of_any_list() {
    let mapping = Mapping::parse(std::str::from_utf8(&fixture("jielong.toml")).unwrap()).unwrap();
    let bytes = fixture("jielong.csv");
    let bill = Bill::read(&bytes, "jielong.csv", Some(&mapping)).unwrap();
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    assert_eq!(plan.total(&bill).gifts, (3, fen("1236.56")));
    assert_eq!(plan.drafts[0].channel(&bill), "jielong");
    assert_eq!(*bill.row(3).unwrap().class, Class::Void(Voided::NotCounted));
    assert!(plan.doubtful(&bill).any(|(_, doubt)| *doubt == Doubt::UnlinkedRefund));
    let unmapped = Bill::read(&fixture("jielong.csv"), "jielong.csv", None).unwrap_err();
    assert_eq!(unmapped, BillError::Unknown { seen: "编号,昵称,时间,金额,状态".into() });
}

fn demo(rows: u32) -> Sample {
    let day = wall("2026-03-01T20:00:00");
    let gift = |n: u32| {
        let time =
            Wall::from_naive(day.naive() + chrono::TimeDelta::seconds(i64::from(n) * 7)).unwrap();
        let names = ["小李", "a,b", "\"引号\"", "𠮷😀", "=1+1", "换\n行", "<&>"];
        let fen = Fen::new(1 + (u64::from(n) * 37) % 123_456).unwrap();
        SampleRow::wechat_gift(
            time,
            names[n as usize % names.len()],
            fen,
            &format!("1000050001202603{:012}", n + 1),
        )
    };
    Sample {
        owner: "记账员".into(),
        from: day,
        to: wall("2026-03-31T23:59:59"),
        exported_at: wall("2026-04-01T08:00:00"),
        export_kind: "全部".into(),
        rows: (0..rows).map(gift).collect(),
    }
}

/// E3: one transaction is one gift, whichever way it was exported.
#[test]
fn what_the_writers_write_is_read_back_alike_from_every_layout() {
    let sample = demo(300);
    let mut keys = Vec::new();
    for bytes in [
        sample::wechat_csv(&sample).unwrap(),
        sample::wechat_xlsx_2025(&sample).unwrap(),
        sample::wechat_xlsx_2026(&sample).unwrap(),
    ] {
        let bill = Bill::read(&bytes, "bill", None).unwrap();
        assert_eq!(bill.warnings, []);
        assert_eq!(bill.len(), sample.rows.len());
        for (row, written) in bill.rows().zip(&sample.rows) {
            assert_eq!((row.time, row.fen), (written.time, written.fen));
            assert_eq!((row.party, row.id), (&*written.party, &*written.id));
        }
        let key = |draft: &Draft| draft.key(&bill).into_owned();
        keys.push(plan(&bill).drafts.iter().map(key).collect::<Vec<_>>());
    }
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[0].len() == 300);
    let mut alipay = demo(300);
    for row in &mut alipay.rows {
        *row = SampleRow::alipay_gift(row.time, &row.party, row.fen, &row.id);
    }
    let bytes = sample::alipay_csv(&alipay).unwrap();
    let bill = Bill::read(&bytes, "bill", None).unwrap();
    assert_eq!(bill.warnings, []);
    assert_eq!(plan(&bill).total(&bill).gifts.0, 300);
}

/// E1 inside one file, E5, E10, E11, and the policy's own question.
#[test]
fn repeated_rows_count_once_and_repeated_numbers_are_asked_about() {
    let gift = |second: u32, fen: u64, id: &str| {
        let time = wall(&format!("2026-03-01T08:00:{second:02}"));
        SampleRow::wechat_gift(time, "小李", Fen::new(fen).unwrap(), id)
    };
    let mut sample = demo(0);
    sample.rows = vec![
        gift(1, 1, "1001"),
        gift(1, 1, "1001"),
        gift(2, 100, "1002"),
        gift(3, 200, "1002"),
        gift(4, 0, "1003"),
        gift(5, 36_500, "1004"),
    ];
    let mut back = gift(6, 1, "1001");
    (back.kind, back.direction) = ("转账-退款".into(), Direction::Out);
    sample.rows.push(back);
    let bytes = sample::wechat_csv(&sample).unwrap();
    let bill = Bill::read(&bytes, "bill", None).unwrap();
    assert_eq!(bill.warnings, [Warning::Repeat { row: 19, first: 18 }]);
    let policy = Policy { ask_above: Some(fen("200.00")), ..Policy::default() };
    let plan = Plan::make(&bill, &(), &Decisions::default(), policy);
    assert_nothing_lost(&bill, &plan);
    let verdicts: Vec<_> = plan.items(&bill).map(|item| item.verdict.clone()).collect();
    let expected = [
        Verdict::New,
        Verdict::Void(Voided::Repeat(18)),
        Verdict::Doubtful(Doubt::RepeatedId(21)),
        Verdict::Doubtful(Doubt::RepeatedId(20)),
        Verdict::Doubtful(Doubt::NoAmount),
        Verdict::Doubtful(Doubt::Large(fen("200.00"))),
        Verdict::Doubtful(Doubt::UnlinkedRefund),
    ];
    assert_eq!(verdicts, expected);
}

/// What a person confirmed is booked, also where the bill itself calls it a gift and only the
/// policy asked.
#[test]
fn a_large_gift_is_booked_once_a_person_confirmed_it() {
    let mut sample = demo(3);
    sample.rows[0].fen = fen("365.00");
    sample.rows[1].party = "陈会计".into();
    let bytes = sample::wechat_csv(&sample).unwrap();
    let bill = Bill::read(&bytes, "bill", None).unwrap();
    let own = ["陈会计".to_owned()];
    let policy = Policy { ask_above: Some(fen("200.00")), own: &own, ..Policy::default() };
    let asked = Plan::make(&bill, &(), &Decisions::default(), policy);
    let doubts: Vec<_> = asked.doubtful(&bill).map(|(_, doubt)| doubt.clone()).collect();
    assert_eq!(doubts, [Doubt::Large(fen("200.00")), Doubt::OwnWallet]);
    let template = Decisions::template(&bill, &asked);
    let decisions = Decisions::parse(&template.replace("\"ask\"", "\"gift\"")).unwrap();
    let decided = Plan::make(&bill, &(), &decisions, policy);
    assert_eq!((decided.doubtful(&bill).count(), decided.drafts.len()), (0, 3));
    assert_eq!(decided.unused, []);
    // Without the question, the same decision changes nothing, and that is said.
    let idle = Plan::make(&bill, &(), &decisions, Policy::default());
    assert_eq!((idle.unused.len(), idle.drafts.len()), (2, 3));
}

/// E44, E48: no gifts on a day is a fact; only income is a warning.
#[test]
fn an_empty_bill_is_a_day_without_gifts() {
    let mut sample = demo(0);
    sample.export_kind = "全部收入".into();
    for bytes in [sample::wechat_csv(&sample).unwrap(), sample::wechat_xlsx_2026(&sample).unwrap()]
    {
        let bill = Bill::read(&bytes, "bill", None).unwrap();
        assert!(bill.is_empty());
        assert_eq!(bill.warnings, [Warning::IncomeOnly("全部收入".into())]);
    }
}

/// E49 in the profile of the tests; a release build is several times faster.
#[test]
fn a_hundred_thousand_rows_are_read_and_planned_in_seconds() {
    let bytes = sample::wechat_csv(&demo(100_000)).unwrap();
    let begun = std::time::Instant::now();
    let bill = Bill::read(&bytes, "bill", None).unwrap();
    let read = begun.elapsed();
    let plan = plan(&bill);
    println!("{} bytes: read {read:?}, read and planned {:?}", bytes.len(), begun.elapsed());
    assert_eq!(plan.drafts.len(), 100_000);
    assert!(begun.elapsed().as_secs() < 20, "took {:?}", begun.elapsed());
}

/// A spreadsheet or an editor changed the number of a gift that may be booked already.
#[test]
fn a_number_that_was_changed_is_asked_about_and_never_counted_as_new() {
    let number = "1000050001202611220000010001";
    let doubts = |id: &str| {
        let mut sample = demo(1);
        sample.rows[0].id = id.into();
        let bytes = sample::wechat_csv(&sample).unwrap();
        let bill = Bill::read(&bytes, "bill", None).unwrap();
        let plan = plan(&bill);
        assert_eq!(plan.drafts.len() + plan.doubtful(&bill).count(), 1, "{id:?}");
        plan.doubtful(&bill).any(|(_, doubt)| *doubt == Doubt::OddId(id.into()))
    };
    assert!(!doubts(number));
    for changed in [
        "1000050001202600000000000000",
        "'1000050001202611220000010001",
        "1000050001202611220000010001\u{a0}",
        "1000050001202611220000010001\u{200b}",
        "１０００050001202611220000010001",
        "1000050001202611 220000010001",
        "=\"1000050001202611220000010001\"",
        "100005000120261122000001000",
        "10000500012026\u{0}11220000010001",
    ] {
        assert!(doubts(changed), "{changed:?} is new");
    }
}
