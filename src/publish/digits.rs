//! Numbers and references as text, written by hand: shards have a line and pages a row for every
//! gift, and `fmt` would take longer than reading the entries.

use crate::domain::text::Ref;
use crate::domain::time::Wall;
use chrono::{Datelike, Timelike};

/// What eight digits can tell apart.
const EIGHT: u64 = 100_000_000;

/// The characters of base64url (RFC 4648 §5), in the order of their values.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The last eight digits of `number`, one a byte from the lowest byte on, without the `0` of ASCII.
/// All are found at once: halves of four digits, quarters of two, and eighths, side by side.
fn eight(number: u64) -> u64 {
    let number = number % EIGHT;
    let halves = (number / 10_000) | ((number % 10_000) << 32);
    // By 100, in 7 bits beside each other: exact for four digits.
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
    let quarters = hundreds | ((halves - hundreds * 100) << 16);
    // By 10, in 4 bits: exact for two digits.
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((quarters - tens * 10) << 8)
}

/// Writes a number in decimal.
pub(super) fn push_number(out: &mut Vec<u8>, number: u64) {
    let (digits, spare) = if number < EIGHT {
        let digits = eight(number);
        // A zero is one digit.
        (digits, (digits.trailing_zeros() / 8).min(7))
    } else {
        push_number(out, number / EIGHT);
        (eight(number), 0)
    };
    let text = (digits | 0x3030_3030_3030_3030) >> (8 * spare);
    out.extend_from_slice(&text.to_le_bytes());
    // At most seven of the eight just written.
    out.truncate(out.len() - spare as usize);
}

/// Writes a space and a number in decimal.
pub(super) fn push_field(out: &mut Vec<u8>, number: u64) {
    if number >= EIGHT / 10 {
        out.push(b' ');
        return push_number(out, number);
    }
    let digits = eight(number);
    // At least one is spare, and its `0` becomes the space.
    let spare = (digits.trailing_zeros() / 8).min(7) - 1;
    let text = ((digits | 0x3030_3030_3030_3030) >> (8 * spare)) ^ u64::from(b'0' ^ b' ');
    out.extend_from_slice(&text.to_le_bytes());
    out.truncate(out.len() - spare as usize);
}

/// Writes a number below a hundred as two digits.
fn push_two(out: &mut Vec<u8>, number: u32) {
    let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or_default();
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

/// Writes an amount in yuan as people read it: `38,178.62`.
pub(super) fn push_yuan(out: &mut Vec<u8>, fen: u64) {
    push_grouped(out, fen / 100);
    out.push(b'.');
    // Below 100.
    push_two(out, u32::try_from(fen % 100).unwrap_or_default());
}

fn push_grouped(out: &mut Vec<u8>, number: u64) {
    if number < 1_000 {
        return push_number(out, number);
    }
    push_grouped(out, number / 1_000);
    out.push(b',');
    // Below 1,000.
    let rest = u32::try_from(number % 1_000).unwrap_or_default();
    out.push(b'0' + u8::try_from(rest / 100).unwrap_or_default());
    push_two(out, rest % 100);
}

/// Writes a time with a space between day and hour: `2026-11-22 21:04:05`.
pub(super) fn push_clock(out: &mut Vec<u8>, at: Wall) {
    let (day, time) = (at.naive().date(), at.naive().time());
    // Years from 2000 to 2199.
    let year = day.year().unsigned_abs();
    push_two(out, year / 100);
    push_two(out, year % 100);
    let rest = [(b'-', day.month()), (b'-', day.day()), (b' ', time.hour())];
    for (before, number) in rest.into_iter().chain([(b':', time.minute()), (b':', time.second())]) {
        out.push(before);
        push_two(out, number);
    }
}

/// The 22 characters that spell a reference.
pub(super) fn spelled(reference: Ref) -> [u8; 22] {
    let digit = |bits: u32, shift: u32| {
        // Six bits.
        ALPHABET.get((bits >> shift & 63) as usize).copied().unwrap_or_default()
    };
    let mut text = [0; 22];
    let (bytes, last) = reference.0.as_chunks::<3>();
    let (groups, end) = text.as_chunks_mut::<4>();
    for (group, [a, b, c]) in groups.iter_mut().zip(bytes) {
        let bits = u32::from_be_bytes([0, *a, *b, *c]);
        *group = [18, 12, 6, 0].map(|shift| digit(bits, shift));
    }
    if let ([first, second], [last]) = (end, last) {
        let bits = u32::from(*last) << 4;
        (*first, *second) = (digit(bits, 6), digit(bits, 0));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::money::Fen;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = b"<".to_vec();
        write(&mut out);
        String::from_utf8(out).unwrap().split_off(1)
    }

    #[test]
    fn a_number_written_by_hand_reads_like_any_other() {
        let around = (0..20).map(|power| 10_u64.pow(power)).flat_map(|n| [n - 1, n, n + 1, n / 3]);
        for n in (0..100_000).chain(around).chain([u64::MAX, u64::MAX - EIGHT]) {
            assert_eq!(text(|out| push_number(out, n)), n.to_string());
            assert_eq!(text(|out| push_field(out, n)), format!(" {n}"));
            let Some(fen) = Fen::new(n) else { continue };
            assert_eq!(text(|out| push_yuan(out, n)), fen.grouped());
        }
        for n in (0..EIGHT).step_by(9_973) {
            assert_eq!(text(|out| push_number(out, n)), n.to_string());
        }
    }

    #[test]
    fn a_time_and_a_reference_written_by_hand_are_spelled_as_in_the_ledger() {
        for time in ["2000-01-01T00:00:00", "2026-11-22T21:04:05", "2199-12-31T23:59:59"] {
            let wall = Wall::parse(time.as_bytes()).unwrap();
            assert_eq!(text(|out| push_clock(out, wall)), time.replace('T', " "));
        }
        for n in 0..=u8::MAX {
            for reference in [
                [n; 16],
                std::array::from_fn(|at| {
                    n.wrapping_mul(31).wrapping_add(u8::try_from(at).unwrap())
                }),
            ] {
                let reference = Ref(reference);
                assert_eq!(spelled(reference), reference.to_string().as_bytes());
            }
        }
    }
}
