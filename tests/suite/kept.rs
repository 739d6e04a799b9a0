//! The bills themselves, sealed in the vault: each that was recorded once, and no other.

use crate::home::Home;
use yishan::domain::money::Fen;
use yishan::domain::time::Wall;
use yishan::import::sample::{Sample, SampleRow, alipay_csv};

/// So many rows that a bill begins to be sealed before the rules have seen all of it.
const ROWS: u64 = 6_000;

/// An Alipay bill of [`ROWS`] gifts with numbers of their own.
fn bill(first: u64) -> Vec<u8> {
    let wall = |text: &str| Wall::parse(text.as_bytes()).unwrap();
    let gift = |n: u64| {
        let time = format!("2026-11-21T{:02}:{:02}:{:02}", 8 + n / 3_600, n / 60 % 60, n % 60);
        let number = format!("202611210000{:012}", first + n);
        SampleRow::alipay_gift(wall(&time), "阿强", Fen::new(100).unwrap(), &number)
    };
    let sample = Sample {
        owner: "记账员".into(),
        from: wall("2026-11-21T00:00:00"),
        to: wall("2026-11-21T23:59:59"),
        exported_at: wall("2026-11-22T08:00:00"),
        export_kind: "全部".into(),
        rows: (0..ROWS).map(gift).collect(),
    };
    alipay_csv(&sample).unwrap()
}

fn bills(home: &Home) -> Vec<String> {
    let files = home.files("fund").into_keys();
    files.filter(|name| name.starts_with("vault/bills/")).collect()
}

#[test]
fn an_import_that_is_refused_leaves_no_bill_in_the_vault_and_one_that_is_recorded_leaves_it() {
    let home = Home::new();
    home.good("account open zfb --kind alipay");
    home.good("account open zfb-2 --kind alipay");
    std::fs::write(home.path("one.csv"), bill(0)).unwrap();
    std::fs::write(home.path("two.csv"), bill(ROWS)).unwrap();
    let before = home.files("fund");
    home.bad("import --commit one.csv two.csv", 2, "--account", "--account");
    let right = std::fs::read(home.path("pw")).unwrap();
    std::fs::write(home.path("pw"), "another\n").unwrap();
    let (code, text) = home.run("import --commit --account zfb one.csv two.csv");
    assert_ne!(code, 0, "{text}");
    assert_eq!(home.files("fund"), before, "something of a refused import stayed");
    std::fs::write(home.path("pw"), right).unwrap();
    home.good("import --commit --account zfb one.csv two.csv");
    let kept = bills(&home);
    assert!(kept.len() == 2 && kept.iter().all(|name| name.contains(".age")), "{kept:?}");
    // What is known already is not sealed again, and adds nothing.
    let after = home.files("fund");
    home.good("import --commit --account zfb one.csv");
    assert_eq!(home.files("fund"), after);
}
