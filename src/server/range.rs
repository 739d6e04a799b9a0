//! Which part of a file is asked for (RFC 9110, section 14).

use hyper::header::{HeaderMap, RANGE};

/// What a request asks for of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// So many bytes, at least one, from there on.
    Some {
        /// The first byte.
        from: u64,
        /// How many.
        len: u64,
    },
    /// Only bytes that it does not have.
    Beyond,
}

impl Part {
    /// Reads the field `Range` for a file of `len` bytes. What is no single range of bytes is no
    /// range, as section 14.2 allows: the answer is then the whole file.
    pub(super) fn read(headers: &HeaderMap, len: u64) -> Part {
        let mut all = headers.get_all(RANGE).iter();
        match (all.next().and_then(|value| value.to_str().ok()), all.next()) {
            (Some(text), None) => parse(text, len).unwrap_or(Part::Whole),
            _ => Part::Whole,
        }
    }
}

fn parse(text: &str, len: u64) -> Option<Part> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.split_once('-').filter(|_| unit.eq_ignore_ascii_case("bytes"))?;
    let end = len.checked_sub(1);
    let (from, to) = match (number(first), number(last)) {
        (Some(from), Some(to)) if from <= to => (from, to),
        (Some(from), None) if last.is_empty() => (from, u64::MAX),
        (None, Some(0)) if first.is_empty() => return Some(Part::Beyond),
        (None, Some(count)) if first.is_empty() => (len.saturating_sub(count), u64::MAX),
        _ => return None,
    };
    let Some(end) = end.filter(|end| from <= *end) else { return Some(Part::Beyond) };
    Some(Part::Some { from, len: to.min(end) - from + 1 })
}

/// A number of digits only; one that is too large for any file is the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn one_range_of_bytes_is_read_and_anything_else_is_the_whole_file() {
        let some = |from, len| Part::Some { from, len };
        let (huge, whole, beyond) = ("9".repeat(40), Part::Whole, Part::Beyond);
        for (text, len, part) in [
            ("bytes=0-0", 10, some(0, 1)),
            ("bytes=0-9", 10, some(0, 10)),
            ("bytes=3-99", 10, some(3, 7)),
            ("Bytes=9-", 10, some(9, 1)),
            ("bytes=-3", 10, some(7, 3)),
            ("bytes=-99", 10, some(0, 10)),
            (&format!("bytes=2-{huge}"), 10, some(2, 8)),
            ("bytes=10-", 10, beyond),
            ("bytes=10-12", 10, beyond),
            (&format!("bytes={huge}-"), 10, beyond),
            ("bytes=-0", 10, beyond),
            ("bytes=0-", 0, beyond),
            ("bytes=-5", 0, beyond),
            ("bytes=5-3", 10, whole),
            ("bytes=0-1,4-5", 10, whole),
            ("bytes=0-1, 0-1", 10, whole),
            ("bytes=", 10, whole),
            ("bytes=-", 10, whole),
            ("bytes=--1", 10, whole),
            ("bytes=+1-2", 10, whole),
            ("bytes= 1-2", 10, whole),
            ("bytes=a-b", 10, whole),
            ("bytes=0x1-2", 10, whole),
            ("lines=0-1", 10, whole),
            ("0-1", 10, whole),
            ("", 10, whole),
        ] {
            let value = HeaderValue::from_str(text).expect("a field's value");
            let mut headers = HeaderMap::from_iter([(RANGE, value.clone())]);
            assert_eq!(Part::read(&headers, len), part, "{text} of {len}");
            headers.append(RANGE, value);
            assert_eq!(Part::read(&headers, len), whole, "{text} twice");
        }
    }
}
