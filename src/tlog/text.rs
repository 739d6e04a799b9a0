//! The two spellings the log's text formats share: base64 and decimal numbers.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Returns `bytes` in the standard alphabet with padding (RFC 4648 §4).
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`to_base64`] writes, and no other spelling of the same bytes.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    // Printing it back is the whole grammar: stray bits, missing padding or a line break fail here.
    STANDARD.decode(text).ok().filter(|bytes| to_base64(bytes) == text)
}

/// Reads a number without sign, leading zero or separator.
pub(super) fn from_decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// Returns what an error repeats of a malformed text: its first 80 characters.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Returns copies of `bytes` with another byte at `place`: each bit flipped, and what formats are
/// sensitive to. All 255 would be as many signatures to check.
#[cfg(test)]
pub(super) fn changes(bytes: &[u8], place: usize) -> impl Iterator<Item = Vec<u8>> {
    let (before, after) = (bytes.split_at(place).0, bytes.split_at(place + 1).1);
    let byte = bytes.split_at(place).1.first().copied().unwrap_or_default();
    let others = (0..8).map(move |bit| byte ^ 1 << bit).chain(*b"\n \0\r+=-A0\xff");
    others.filter(move |other| *other != byte).map(move |other| [before, &[other], after].concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_base64_spelling() {
        for len in 0..70u8 {
            let bytes: Vec<u8> = (0..len).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(from_base64(&to_base64(&bytes)), Some(bytes));
        }
        // Unpadded, over-padded, with stray bits, URL alphabet, white space, and not base64.
        for bad in ["AA", "AAA", "AA=", "AAA==", "AB==", "AAB=", "_-8=", "AA==\n", " AAAA", "é"] {
            assert_eq!(from_base64(bad), None, "{bad:?} was taken for base64");
        }
    }

    #[test]
    fn a_number_has_one_decimal_spelling() {
        assert_eq!(from_decimal("0"), Some(0));
        assert_eq!(from_decimal("18446744073709551615"), Some(u64::MAX));
        for bad in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            "-0",
            " 1",
            "1 ",
            "1_0",
            "0x1",
            "１",
            "18446744073709551616",
        ] {
            assert_eq!(from_decimal(bad), None, "{bad:?} was taken for a number");
        }
    }
}
