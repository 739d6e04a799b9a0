//! Checks a receipt without the site and without the network: one file and the log's public key.
//!
//!     cargo run --example check_receipt -- RECEIPT LOG.VKEY
//!
//! The key should come from somewhere else than the receipt: a printed page, the group, a friend.

use std::error::Error;
use yishan::domain::text::Lang;
use yishan::publish::Receipt;
use yishan::tlog::Verifier;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [receipt, key] = given.as_slice() else {
        return Err("usage: check_receipt RECEIPT LOG.VKEY".into());
    };
    let log: Verifier = std::fs::read_to_string(key)?.trim().parse()?;
    // Nothing is believed before `check`: it recomputes the path and opens the signature.
    let checked = Receipt::parse(&std::fs::read(receipt)?)?.check(&log)?;
    print!("{}", checked.text(Lang::En));
    Ok(())
}
