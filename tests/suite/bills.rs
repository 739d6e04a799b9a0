//! Bills as downloaded: read right, or refused right.

use std::path::{Path, PathBuf};
use yishan::domain::money::Fen;
use yishan::import::{
    Bill, BillError, Class, Decisions, Direction, Foreign, Plan, Policy, Warning,
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

fn plan(bill: &Bill) -> Plan {
    Plan::make(bill, &(), &Decisions::default(), Policy::default())
}

/// Every row of the bill is somewhere in its plan, once.
fn assert_nothing_lost(bill: &Bill, plan: &Plan) {
    assert_eq!(plan.items.len() as u64 + plan.excluded.count(), bill.rows.len() as u64);
}

#[test]
fn the_wechat_csv_sample_is_read_to_the_fen() {
    let Some(bytes) = sample("wechat__example-wechat-records.csv") else { return };
    let bill = Bill::read(&bytes, "wechat.csv", None).unwrap();
    assert_eq!(bill.rows.len(), 27);
    assert_eq!(bill.total(Direction::In), (5, fen("28.49")));
    assert_eq!(bill.total(Direction::Out), (11, fen("2904.53")));
    assert_eq!(bill.total(Direction::Neutral), (11, fen("26100.89")));
    assert!(bill.warnings.contains(&Warning::Count { declared: 43, found: 27, legal: false }));
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    // Its numbers were redacted to 3985734 eight times: two gifts share one, so a person decides.
    assert_eq!(plan.total().gifts.0, 0);
    assert_eq!(plan.total().withdrawn, (3, fen("1110.10")));
    assert_eq!(plan.total().fees, fen("1.20"));
    let repeated = plan.doubtful().filter(|(item, _)| item.direction == Direction::In);
    assert_eq!(repeated.map(|(item, _)| item.fen.get()).sum::<u64>(), 35 + 2300 + 500);
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
        assert_eq!(bill.rows.len(), 27);
        for (ours, theirs) in bill.rows.iter().zip(&csv.rows) {
            assert!(ours.says_the_same_as(theirs), "{ours:?} {theirs:?}");
            assert_eq!(ours.key(), theirs.key());
        }
    }
}

#[test]
fn the_alipay_sample_is_read_to_the_fen() {
    let Some(bytes) = sample("alipay__example-alipay-records.csv") else { return };
    let bill = Bill::read(&bytes, "alipay.csv", None).unwrap();
    assert_eq!(bill.rows.len(), 10);
    assert_eq!(bill.total(Direction::In), (1, fen("222228.50")));
    assert_eq!(bill.total(Direction::Out), (5, fen("211.64")));
    assert_eq!(bill.total(Direction::Neutral), (4, fen("247.37")));
    assert!(bill.warnings.iter().all(|w| !w.is_grave()), "note 6 allows it");
    let plan = plan(&bill);
    assert_nothing_lost(&bill, &plan);
    assert_eq!(plan.total().gifts, (1, fen("222228.50")));
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
