//! Reads a bill of WeChat or Alipay and says what importing it would add. Records nothing.
//!
//!     cargo run --example import_bill -- BILL
//!
//! Without a bill it reads one it makes itself.

use std::error::Error;
use yishan::domain::money::Fen;
use yishan::domain::time::Wall;
use yishan::import::sample::{Sample, SampleRow, wechat_csv};
use yishan::import::{Bill, Decisions, Plan, Policy};

fn main() -> Result<(), Box<dyn Error>> {
    let (name, bytes) = match std::env::args().nth(1) {
        Some(name) => (name.clone(), std::fs::read(name)?),
        None => ("sample.csv".to_owned(), sample()?),
    };
    let bill = Bill::read(&bytes, &name, None)?;
    // A ledger would answer here which rows it holds already; `()` knows none.
    let plan = Plan::make(&bill, &(), &Decisions::default(), Policy::default());
    let total = plan.total(&bill);
    println!("{} rows in {name}, {}", bill.len(), bill.format.text(false));
    println!("{} gifts, {} yuan", total.gifts.0, total.gifts.1.grouped());
    for (day, of_day) in plan.days(&bill) {
        println!("  {day}  {} gifts, {} yuan", of_day.gifts.0, of_day.gifts.1.grouped());
    }
    for (item, doubt) in plan.doubtful(&bill) {
        println!("  row {}: a person decides: {}", item.row.number, doubt.text(false));
    }
    for warning in &plan.warnings {
        println!("  {}", warning.text(false));
    }
    println!("{} rows of the treasurer's own life are left out", plan.excluded.count());
    Ok(())
}

/// Two gifts of one evening, as WeChat exports them.
fn sample() -> Result<Vec<u8>, Box<dyn Error>> {
    let at = |text: &str| Wall::parse(text.as_bytes()).ok_or("a time");
    let gift = |time, yuan, id| -> Result<SampleRow, Box<dyn Error>> {
        Ok(SampleRow::wechat_gift(at(time)?, "小林", Fen::from_yuan(yuan)?, id))
    };
    Ok(wechat_csv(&Sample {
        owner: "会计小陈".into(),
        from: at("2026-11-22T00:00:00")?,
        to: at("2026-11-22T23:59:59")?,
        exported_at: at("2026-11-23T08:00:00")?,
        export_kind: "全部".into(),
        rows: vec![
            gift("2026-11-22T19:04:05", "1.00", "4200002345202611221111111111")?,
            gift("2026-11-22T19:05:06", "1.01", "4200002345202611222222222222")?,
        ],
    })?)
}
