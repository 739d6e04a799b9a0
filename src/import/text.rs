//! Amounts, times and numbers as bills spell them.

use crate::domain::money::{Fen, MoneyError};
use crate::domain::time::Wall;
use chrono::NaiveDate;

/// The longest transaction number any layout has, with room.
const ID_MAX: usize = 128;

/// A cell without the blanks that providers pad it with: ASCII space, TAB, CR, U+3000.
pub(crate) fn trim(cell: &str) -> &str {
    strip(cell, |b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

/// A cell without blanks and without the backtick that keeps a number text.
fn bare(cell: &str) -> &str {
    strip(cell, |b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'`'))
}

/// A cell without U+3000 and the ASCII characters `padding` at either end.
fn strip(cell: &str, padding: impl Fn(u8) -> bool) -> &str {
    const WIDE: &[u8] = "\u{3000}".as_bytes();
    let (mut from, mut rest) = (0, cell.as_bytes());
    loop {
        // Blanks in front are few, those behind fill up a column.
        while let [first, behind @ ..] = rest
            && padding(*first)
        {
            (from, rest) = (from + 1, behind);
        }
        while let Some((before, b"        ")) = rest.split_last_chunk() {
            rest = before;
        }
        while let [before @ .., last] = rest
            && padding(*last)
        {
            rest = before;
        }
        match (rest.strip_prefix(WIDE), rest.strip_suffix(WIDE)) {
            (Some(behind), _) => (from, rest) = (from + WIDE.len(), behind),
            (None, Some(before)) => rest = before,
            (None, None) => break,
        }
    }
    cell.get(from..from + rest.len()).unwrap_or_default()
}

/// A cell as text; `/` is the layouts' way to leave it empty.
pub(crate) fn blank(cell: &str) -> &str {
    let cell = trim(cell);
    if cell == "/" { "" } else { cell }
}

/// A transaction number without padding and without the backtick that keeps it text.
/// `None` if it cannot be one: too long, or in the notation of quantities.
pub(crate) fn id(cell: &str) -> Option<&str> {
    let id = bare(cell);
    let id = if id == "/" { "" } else { id };
    (id.len() <= ID_MAX && !is_scientific(id)).then_some(id)
}

/// `4.00123E+27`: what a spreadsheet makes of a number of 28 digits.
fn is_scientific(text: &str) -> bool {
    let Some(at) = text.bytes().position(|b| matches!(b, b'E' | b'e')) else { return false };
    let (mantissa, exponent) = text.split_at(at);
    let exponent = exponent.get(1..).unwrap_or_default();
    let number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // Without a point and a plus it may be a number of letters and digits that happens to have an
    // E.
    let (signed, exponent) = match exponent.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, exponent),
    };
    number(mantissa) && number(exponent) && (signed || mantissa.contains('.'))
}

/// An amount of a bill and what its own cell says was given back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Amount {
    pub(crate) fen: Fen,
    pub(crate) refunded: Option<Fen>,
    pub(crate) negative: bool,
}

/// Reads `¥1.00`, `￥1.00`, `1,234.56`, `50.0`, `CNY 13.50`, `-1.00` or `131.77(已退款89.84)`.
pub(crate) fn amount(cell: &str) -> Result<Amount, MoneyError> {
    let cell = bare(cell);
    // Nearly every amount is spelled so; the rest of this function reads it alike.
    let marked = cell.strip_prefix('¥').or_else(|| cell.strip_prefix('￥')).unwrap_or(cell);
    if let Some(fen) = Fen::from_plain_yuan(marked.as_bytes()) {
        return Ok(Amount { fen, refunded: None, negative: false });
    }
    any_amount(cell)
}

/// Reads an amount however it is spelled.
fn any_amount(cell: &str) -> Result<Amount, MoneyError> {
    let (main, refunded) = match cell.split_once(['(', '（']) {
        Some((main, note)) => {
            let malformed = || MoneyError::Malformed(cell.chars().take(40).collect());
            (main, Some(refund_note(note).ok_or_else(malformed)?))
        }
        None => (cell, None),
    };
    let main = trim(main);
    let (main, negative) = match main.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (main.strip_prefix('+').unwrap_or(main), false),
    };
    Ok(Amount { fen: yuan(main)?, refunded, negative })
}

/// Reads an unsigned amount with its currency mark and marked thousands.
fn yuan(text: &str) -> Result<Fen, MoneyError> {
    let bare = text.strip_prefix("CNY").unwrap_or(text);
    let bare = trim(bare);
    let bare = bare.strip_prefix(['¥', '￥']).unwrap_or(bare);
    let bare = trim(bare);
    if !bare.contains(',') {
        return Fen::from_yuan(bare);
    }
    // A comma in the wrong place is a damaged amount, not a separator.
    let whole = bare.split_once('.').map_or(bare, |(whole, _)| whole);
    let grouped = whole.split(',').enumerate().all(|(i, group)| match i {
        0 => (1..=3).contains(&group.len()),
        _ => group.len() == 3,
    });
    let behind = bare.len() - whole.len();
    if !grouped || bare.matches(',').count() != whole.matches(',').count() || behind > 3 {
        return Err(MoneyError::Malformed(text.chars().take(40).collect()));
    }
    Fen::from_yuan(&bare.replace(',', ""))
}

/// Reads what follows `已退款`: `(￥2.00)`, `￥2.00`, `(¥2.00)`, `89.84)`.
pub(crate) fn refund_note(text: &str) -> Option<Fen> {
    let (_, rest) = text.split_once("已退款")?;
    let bare = rest.trim_matches(['(', ')', '（', '）', ' ', '\t', '元']);
    yuan(bare).ok()
}

/// What a note says of a fee.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fee {
    Unsaid,
    Said(Fen),
    Garbled,
}

/// Reads `服务费¥0.10`.
pub(crate) fn fee_note(note: &str) -> Fee {
    let Some((_, rest)) = note.split_once("服务费") else { return Fee::Unsaid };
    let bare = rest.trim_start_matches([' ', ':', '：']);
    let end = bare.find(|c: char| !(c.is_ascii_digit() || "¥￥.,".contains(c)));
    let bare = bare.get(..end.unwrap_or(bare.len())).unwrap_or_default();
    yuan(bare.trim_end_matches(',')).map_or(Fee::Garbled, Fee::Said)
}

/// Reads `2026-03-01 09:30:05`, and what spreadsheets make of it: `2026/3/1 9:30`. Also says
/// whether the seconds were there.
pub(crate) fn time(cell: &str) -> Option<(Wall, bool)> {
    let cell = bare(cell);
    match plain_time(cell) {
        Some(time) => Some((time, true)),
        None => any_time(cell),
    }
}

/// Reads `2026-03-01 09:30:05` and nothing else.
pub(crate) fn plain_time(cell: &str) -> Option<Wall> {
    let mut text: [u8; 19] = cell.as_bytes().try_into().ok()?;
    let blank = text.get_mut(10).filter(|b| **b == b' ')?;
    *blank = b'T';
    Wall::parse(&text)
}

/// Reads a time however it is spelled.
fn any_time(cell: &str) -> Option<(Wall, bool)> {
    let (date, clock) = cell.split_once([' ', 'T'])?;
    let mut date = date.split(['-', '/']);
    let (y, m, d) = (date.next()?, date.next()?, date.next()?);
    if date.next().is_some() || y.len() != 4 {
        return None;
    }
    let mut clock = clock.trim_start_matches(' ').split(':');
    let (hour, minute, second) = (clock.next()?, clock.next()?, clock.next());
    if clock.next().is_some() || minute.len() != 2 {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(small(y)?.try_into().ok()?, small(m)?, small(d)?)?;
    let seconds = second.map_or(Some(0), |s| if s.len() == 2 { small(s) } else { None })?;
    let naive = day.and_hms_opt(small(hour)?, small(minute)?, seconds)?;
    Some((Wall::from_naive(naive)?, second.is_some()))
}

/// One to four ASCII digits.
fn small(text: &str) -> Option<u32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_in_every_spelling_bills_use() {
        for (text, fen) in [
            ("¥1.00", 100),
            ("￥1.00", 100),
            ("0.01", 1),
            ("0.00", 0),
            ("50.0", 5000),
            ("1,234.56", 123_456),
            ("¥1,266.66", 126_666),
            ("CNY13.50", 1350),
            ("CNY 13.50", 1350),
            (" 12 \t", 1200),
        ] {
            assert_eq!(amount(text).unwrap().fen.get(), fen, "{text}");
        }
        let both = amount("131.77(已退款89.84)").unwrap();
        assert_eq!((both.fen.get(), both.refunded.unwrap().get()), (13_177, 8984));
        assert!(amount("-0.02").unwrap().negative);
    }

    #[test]
    fn the_short_ways_agree_with_the_long_ones() {
        let amounts = ["0.00", "0.01", "00.10", "7.77", "38178.62", "9999999999999.99"];
        for mark in ["", "¥", "￥"] {
            for text in amounts {
                let cell = format!("{mark}{text}");
                assert_eq!(amount(&cell).unwrap(), any_amount(&cell).unwrap(), "{cell}");
            }
            for odd in ["1", "1.0", "1.000", ".10", "1.", "1,000.00", "99999999999999.99", "-1.00"]
            {
                assert!(Fen::from_plain_yuan(odd.as_bytes()).is_none(), "{odd}");
                let cell = format!("{mark}{odd}");
                assert_eq!(amount(&cell), any_amount(&cell), "{cell}");
            }
        }
        for cell in [
            "2026-03-01 09:30:05",
            "2000-01-01 00:00:00",
            "2199-12-31 23:59:59",
            "1999-12-31 23:59:59",
            "2026-02-29 09:30:05",
            "2026-03-01T09:30:05",
            "2026/03/01 09:30:05",
            "2026-03-01 09:30:60",
            "2026-03-01 9:30:05 ",
        ] {
            assert_eq!(time(cell), any_time(bare(cell)), "{cell}");
        }
    }

    #[test]
    fn padding_is_taken_off_both_ends_and_nothing_from_the_middle() {
        for padding in ["", " ", "\t", "\r\n", "\u{3000}", " \u{3000} \t"] {
            for text in ["", "a", "善", "a \u{3000}b", "\u{e000}\u{3001}", "、", "`a`"] {
                assert_eq!(trim(&format!("{padding}{text}{padding}")), text);
            }
        }
        assert_eq!(bare("` `12`\u{3000}` "), "12");
    }

    #[test]
    fn damaged_amounts_are_refused() {
        for bad in [
            "",
            "¥",
            "1e2",
            "1.001",
            "1,23.4",
            "1,2345.00",
            "12,345,6",
            "1.0,000",
            "--1",
            "1.00(已退)",
            "¥¥1",
            "1 000",
            "1.00.00",
            "１.00",
            "NaN",
        ] {
            assert!(amount(bad).is_err(), "{bad:?} was taken for an amount");
        }
    }

    #[test]
    fn refunds_and_fees_are_read_from_the_words_around_them() {
        for text in ["已退款(￥2.00)", "已退款￥2.00", "已退款(¥2.00)", "已退款（￥2.00）"]
        {
            assert_eq!(refund_note(text).unwrap().get(), 200, "{text}");
        }
        assert_eq!(refund_note("已全额退款"), None);
        let fen = |n| Fee::Said(Fen::new(n).unwrap());
        assert_eq!(fee_note("服务费¥0.10"), fen(10));
        assert_eq!(fee_note("服务费：￥1,000.00，已优惠"), fen(100_000));
        assert_eq!(fee_note("/"), Fee::Unsaid);
        assert_eq!(fee_note("服务费¥0."), Fee::Garbled);
    }

    #[test]
    fn times_are_read_also_when_a_spreadsheet_rewrote_them() {
        for (text, expected, seconds) in [
            ("2026-03-01 09:30:05", "2026-03-01T09:30:05", true),
            ("2026/3/1 9:30", "2026-03-01T09:30:00", false),
            ("2025/12/03  14:06:51", "2025-12-03T14:06:51", true),
        ] {
            let (wall, whole) = time(text).unwrap();
            assert_eq!((wall.to_string().as_str(), whole), (expected, seconds), "{text}");
        }
        for bad in [
            "",
            "2026-03-01",
            "2026-02-30 00:00:00",
            "26-03-01 09:30:05",
            "2026-03-01 9:3:05",
            "2026-03-01 24:00:00",
            "2026-03-01 09:30:05 x",
            "2026-03-01 09:30:5",
        ] {
            assert!(time(bad).is_none(), "{bad:?} was taken for a time");
        }
    }

    #[test]
    fn numbers_lose_their_padding_and_nothing_else() {
        assert_eq!(id("`4200000925202101287`\t"), Some("4200000925202101287"));
        assert_eq!(id("\u{3000}20230210_57 "), Some("20230210_57"));
        assert_eq!(id("/\t"), Some(""));
        assert_eq!(id("4.00123E+27"), None);
        assert_eq!(id("4E+27"), None);
        assert_eq!(id("156823045120240607AQEQJ8ZY4P"), Some("156823045120240607AQEQJ8ZY4P"));
    }
}
