//! The number that WeChat or Alipay gave a payment, as people and spreadsheets dress it up.

use std::borrow::Cow;

/// A WeChat 交易单号 has 28 digits, some kinds more; what has nearly as many has lost some.
const WECHAT: usize = 28;
/// From so many digits on, a number is meant to be a 交易单号.
const NEARLY: usize = 20;
/// So many zeros at the end are a spreadsheet's: it keeps 15 digits.
const ZEROS: usize = 10;

/// The number `typed` for a payment of `channel`, its digits plain where they only were dressed
/// up: quotes or `="…"` around them, blanks, dashes and invisible marks between them, full width.
/// `None` if the number was damaged. Numbers of other channels stay as they are.
pub(crate) fn plain<'t>(channel: &str, typed: &'t str) -> Option<Cow<'t, str>> {
    if !matches!(channel, "wechat" | "alipay") || typed.is_empty() {
        return Some(typed.into());
    }
    // Nearly every number of a bill is so.
    let digits: Option<Cow<'_, str>> = if typed.bytes().all(|b| b.is_ascii_digit()) {
        Some(typed.into())
    } else {
        typed
            .chars()
            .filter(|c| !is_dress(*c))
            .map(digit)
            .collect::<Option<String>>()
            .map(Cow::from)
    };
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else {
        let written = typed.bytes().all(|b| b.is_ascii_graphic());
        return (written && super::text::id(typed).is_some()).then(|| typed.into());
    };
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let short = channel == "wechat" && (NEARLY..WECHAT).contains(&digits.len());
    (zeros < ZEROS && !short).then(|| if digits == typed { typed.into() } else { digits })
}

/// Whether a bill of `channel` gives the number so: neither dressed up nor damaged.
pub(crate) fn is_plain(channel: &str, number: &str) -> bool {
    matches!(plain(channel, number), Some(Cow::Borrowed(_)))
}

/// What may stand around digits and between them without being part of a number.
fn is_dress(c: char) -> bool {
    let invisible = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let blank = c.is_whitespace() && c != '\n';
    invisible || blank || "'\"`=‘’“”-－‐‑–—".contains(c)
}

/// A digit, of whatever width, as ASCII.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn one_payment_has_one_number_however_it_is_typed() {
        let number = "4200002345202611223344556677";
        for dressed in [
            number,
            "'4200002345202611223344556677",
            "=\"4200002345202611223344556677\"",
            "`4200002345202611223344556677`",
            "4200002345202611223344556677\u{a0}",
            "\u{200b}4200002345202611223344556677",
            "4200 0023 4520 2611 2233 4455 6677",
            "4200-0023-4520-2611-2233-4455-6677",
            "４２００００２３４５２０２６１１２２３３４４５５６６７７",
        ] {
            assert_eq!(plain("wechat", dressed).as_deref(), Some(number), "{dressed}");
            assert_eq!(plain("alipay", dressed).as_deref(), Some(number), "{dressed}");
            assert_eq!(plain("paper", dressed).as_deref(), Some(dressed));
        }
        for damaged in [
            "420000234520261122334455667",
            "4200002345202610000000000000",
            "4.20000234520261E+27",
            "交易单号4200002345202611223344556677",
            "4200002345202611\u{0}223344556677",
        ] {
            assert_eq!(plain("wechat", damaged), None, "{damaged:?}");
        }
        for kept in ["20260330002_001", "A-0001", "4200001"] {
            assert_eq!(plain("alipay", kept).as_deref(), Some(kept));
        }
    }
}
