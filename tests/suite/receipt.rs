//! Receipts: what a donor keeps is believed whole or not at all.

use crate::town::{Town, place};
use yishan::domain::entry::{Entry, MAX_ENTRY};
use yishan::domain::text::Lang;
use yishan::publish::{Facts, MAX_RECEIPT, Receipt, ReceiptError};
use yishan::tlog::TlogProof;

#[test]
fn a_receipt_damaged_in_any_byte_is_refused_or_says_something_else_that_is_true() {
    let town = Town::grown("Town Fund");
    let (key, of) = (town.verifier(), place("2/1"));
    let receipt = Receipt::make(&town, of).unwrap().unwrap();
    let text = receipt.to_string();
    assert_eq!(Receipt::parse(text.as_bytes()).unwrap(), receipt);
    let checked = receipt.check(&key).unwrap();
    assert_eq!((checked.place, checked.checkpoint.size()), (of, town.size()));
    assert!(checked.text(Lang::Zh).starts_with("已入账：捐款 1.01 元"));
    assert!(checked.text(Lang::En).contains("not proved:"));
    let entry = Entry::decode(&town.entry(2).unwrap()).unwrap().0;
    let mut others = 0;
    for at in 0..text.len() {
        for flip in [0x01, 0x02, 0x03, 0x04, 0x10, 0x20, 0x80] {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= flip;
            let Ok(read) = Receipt::parse(&changed) else { continue };
            let Ok(other) = read.check(&key) else { continue };
            // Only the line's number is nobody's signature; what stands there is as it is.
            assert_eq!(text[..at].matches('\n').count(), 1, "byte {at} of another line");
            assert_eq!((&other.entry, &other.checkpoint), (&checked.entry, &checked.checkpoint));
            assert_eq!(other.line, entry.voucher.lines[usize::from(other.place.line)]);
            assert_ne!(other.place, of);
            others += 1;
        }
        assert!(
            Receipt::parse(&text.as_bytes()[..at]).and_then(|r| r.check(&key)).is_err(),
            "{at}"
        );
    }
    assert_eq!(others, 2, "lines 0 and 2 of the same entry");
    for none in ["2/3", "2/65535", "99/0", "9007199254740991/0"] {
        assert_eq!(Receipt::make(&town, place(none)).unwrap(), None, "{none}");
    }
}

#[test]
fn a_receipt_has_one_spelling() {
    let town = Town::grown("Town Fund");
    let text = Receipt::make(&town, place("2/1")).unwrap().unwrap().to_string();
    let proof = TlogProof::parse(text.splitn(4, '\n').last().unwrap().as_bytes()).unwrap();
    let extra = proof.clone().with_extra(b"for free").unwrap();
    for bad in [
        text.replace("receipt/v1", "receipt/v2"),
        text.replace("2/1\n", "02/1\n"),
        text.replace("2/1\n", "2\n"),
        text.replace("2/1\n", "2/1\r\n"),
        text.replace("{\"seq\":2,", "{\"seq\": 2,"),
        text.replace(&proof.to_string(), &extra.to_string()),
        text.replace("\n2/1", "\n3/0"),
        text.replace("index 2", "index 3"),
        format!("\n{text}"),
        format!("{text}\n"),
        String::new(),
    ] {
        assert_ne!(bad, text);
        let read = Receipt::parse(bad.as_bytes());
        assert!(read.and_then(|read| read.check(&town.verifier())).is_err(), "{bad}");
    }
}

#[test]
fn a_receipt_beyond_its_limits_is_not_read() {
    let town = Town::grown("Town Fund");
    let text = Receipt::make(&town, place("2/1")).unwrap().unwrap().to_string();
    let long = vec![b'x'; MAX_RECEIPT + 1];
    let refused = ReceiptError::TooLong { len: MAX_RECEIPT + 1, max: MAX_RECEIPT };
    assert_eq!(Receipt::parse(&long), Err(refused));
    let entry = text.lines().nth(2).unwrap();
    let longest = "x".repeat(MAX_ENTRY);
    let read = Receipt::parse(text.replace(entry, &longest).as_bytes()).unwrap();
    assert!(matches!(read.check(&town.verifier()), Err(ReceiptError::Proof(_))));
    let longer = text.replace(entry, &format!("{longest}x"));
    let refused = ReceiptError::Entry { len: MAX_ENTRY + 1, max: MAX_ENTRY };
    assert_eq!(Receipt::parse(longer.as_bytes()), Err(refused));
}
