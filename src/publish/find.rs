//! `find/7f`-like shards: from a payment's reference to the place of its line. A hint, to be
//! checked against the entry once it is fetched.
//!
//! ```text
//! find/digits       2
//! find/2/7f         fwAAAAAAAAAAAAAAAAAAAA 41 0 1203 16380
//! ```
//!
//! A line is `<ref> <entry> <line> <offset> <length>`: the entry's bytes are `length` bytes from
//! byte `offset` of the bundle `tile/entries/…` number `entry / 256`, whether it is full or
//! partial, so one request with a range fetches them. Lines are in the order of the ledger and each
//! ends with a newline. So a shard only ever grows at its end: a new day appends one line for each
//! of its references and rewrites nothing. What follows the last newline was cut short and counts
//! for nothing.
//!
//! Whatever reverses or refunds a line that has a reference adds a **mark** to that line's shard: a
//! line of the same reference, with the place of the reversal or refund. So the first line of a
//! reference says where it is, and any after it what became of it, in the file that a donor's phone
//! reads anyway. Of the refunds of one gift the first `MAX_REFUNDS` are marked.
//!
//! A shard holds all references whose first `d` hexadecimal digits are its name; `find/digits`
//! holds `d` and a newline. With `n` references `d` is the least of 1 to [`MAX_DIGITS`] for which
//! `n < 1024 * 16^d`, or [`MAX_DIGITS`]. So shards average fewer than 1,024 references up to 67
//! million, and from 16,384 on at least 64. All `16^d` shards exist; one without references is
//! empty, so that «not there» is an answer and not a missing file. References are never taken back,
//! so `d` never falls; the shards of an earlier `d` are left over and may be deleted. It grows at
//! 16,384, 262,144 and 4,194,304 references, three times in a ledger's life, and only then are all
//! shards written anew.

use super::{FactError, Facts};
use crate::domain::codec::{DIGITS_ROOM, write_number_before};
use crate::domain::line::Line;
use crate::domain::text::{Place, Ref};
use std::fmt;

/// The most hexadecimal digits that the name of a shard has.
pub const MAX_DIGITS: u32 = 4;

/// How many references a shard may average before shards are divided by 16.
const AVERAGE: u64 = 1024;

/// The number of hexadecimal digits that name a shard when there are `refs` references.
pub fn find_digits(refs: u64) -> u32 {
    (1..MAX_DIGITS).find(|digits| refs < AVERAGE << (4 * digits)).unwrap_or(MAX_DIGITS)
}

/// The references that begin with the same hexadecimal digits. Printed as `2/7f`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Shard {
    /// 1 to [`MAX_DIGITS`].
    digits: u32,
    /// Their value.
    prefix: u16,
}

impl Shard {
    /// Reads `2/7f`; whether it is the one spelling the caller checks by printing it back.
    pub(super) fn parse(text: &str) -> Option<Shard> {
        let (digits, prefix) = text.split_once('/')?;
        let digits = digits.parse().ok().filter(|d| (1..=MAX_DIGITS).contains(d))?;
        let prefix = u16::from_str_radix(prefix, 16).ok()?;
        (u32::from(prefix) >> (4 * digits) == 0).then_some(Shard { digits, prefix })
    }

    /// The shard that holds `reference`.
    pub(super) fn of(reference: Ref, digits: u32) -> Shard {
        let [first, second, ..] = reference.0;
        Shard { digits, prefix: u16::from_be_bytes([first, second]) >> (16 - 4 * digits) }
    }

    /// All shards of so many digits.
    pub(super) fn all(digits: u32) -> impl Iterator<Item = Shard> {
        (0..=u16::MAX >> (16 - 4 * digits)).map(move |prefix| Shard { digits, prefix })
    }

    /// How many digits name it.
    pub(super) fn digits(self) -> u32 {
        self.digits
    }

    /// Its place among the shards of as many digits.
    pub(super) fn number(self) -> usize {
        usize::from(self.prefix)
    }

    /// The least and the greatest reference it may hold.
    fn bounds(self) -> (Ref, Ref) {
        let low = self.prefix << (16 - 4 * self.digits);
        let high = low | u16::MAX.checked_shr(4 * self.digits).unwrap_or(0);
        let bound = |head: u16, rest| {
            let ([first, second], mut bytes) = (head.to_be_bytes(), [rest; 16]);
            [bytes[0], bytes[1]] = [first, second];
            Ref(bytes)
        };
        (bound(low, 0), bound(high, u8::MAX))
    }

    /// The shard's file; `marks` are those of the whole ledger.
    pub(super) fn file(self, facts: &dyn Facts, marks: &Marks) -> Result<Vec<u8>, FactError> {
        let (from, to) = self.bounds();
        let mut found = Vec::with_capacity(usize::try_from(AVERAGE).unwrap_or_default());
        facts.refs(from, to, &mut |reference, place| found.push((key(place), reference)))?;
        marks.add(self, &mut found);
        lines(facts, &mut found)
    }
}

/// The marks of a ledger: whose line was undone, and where.
#[derive(Default)]
pub(super) struct Marks(Vec<(Ref, Place)>);

impl Marks {
    /// The marks in any order.
    pub(super) fn new(mut marks: Vec<(Ref, Place)>) -> Marks {
        marks.sort_unstable();
        Marks(marks)
    }

    /// Adds the marks that `shard` holds.
    fn add(&self, shard: Shard, found: &mut Vec<(u64, Ref)>) {
        let (from, to) = shard.bounds();
        let first = self.0.partition_point(|(reference, _)| *reference < from);
        let those = self.0.iter().skip(first).take_while(|(reference, _)| *reference <= to);
        found.extend(those.map(|(reference, place)| (key(*place), *reference)));
    }
}

/// The line that `line` reverses or refunds.
pub(super) fn undoes(line: &Line) -> Option<Place> {
    match line {
        Line::Reverse(line) => Some(line.of),
        Line::Refund(line) => Some(line.of),
        _ => None,
    }
}

/// A place as a number that sorts as places do: an entry has at most 1,000 lines, a log at most
/// 2^48 entries.
fn key(at: Place) -> u64 {
    at.entry << 16 | u64::from(at.line)
}

/// The lines of the references `found`, which are put in the order of the ledger. A refund stands
/// under its own reference and under its gift's; if both are in one shard, in their order.
fn lines(facts: &dyn Facts, found: &mut [(u64, Ref)]) -> Result<Vec<u8>, FactError> {
    found.sort_unstable();
    let mut out = Vec::with_capacity(found.len() * LINE);
    let mut last = None;
    for (key, reference) in found {
        let line = u16::try_from(*key & 0xffff).unwrap_or_default();
        let place = Place { entry: *key >> 16, line };
        let range = match last.filter(|(entry, _)| *entry == place.entry) {
            Some((_, range)) => range,
            None => facts.range(place.entry)?,
        };
        last = Some((place.entry, range));
        push_line(&mut out, *reference, place, range);
    }
    Ok(out)
}

/// Makes all shards of so many digits, in their order, from one reading of all references.
pub(super) fn each_shard<E: From<FactError>>(
    facts: &dyn Facts,
    marks: &Marks,
    digits: u32,
    mut each: impl FnMut(Shard, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let mut shards = Shard::all(digits).peekable();
    let (mut found, mut failed) = (Vec::new(), None);
    // Gives away every shard before `next`; what was found is in the first of them.
    let mut give = |found: &mut Vec<(u64, Ref)>, next: Option<Shard>| -> Result<(), E> {
        while let Some(shard) = shards.next_if(|shard| Some(*shard) != next) {
            marks.add(shard, found);
            each(shard, lines(facts, found)?)?;
            found.clear();
        }
        Ok(())
    };
    let mut now = None;
    facts.refs(Ref([0; 16]), Ref([0xff; 16]), &mut |reference, place| {
        let shard = Shard::of(reference, digits);
        if now.replace(shard) != Some(shard) && failed.is_none() {
            failed = give(&mut found, Some(shard)).err();
        }
        found.push((key(place), reference));
    })?;
    match failed {
        Some(error) => Err(error),
        None => give(&mut found, None),
    }
}

/// About how many bytes a line has.
const LINE: usize = 48;

/// The most bytes of a line: a reference, four numbers, each behind a space, and the newline.
const LONGEST: usize = 22 + 4 * (1 + DIGITS_ROOM) + 1;

/// Writes the line of one reference, whose entry is at `offset` and has `length` bytes. Every gift
/// has a line, so it is laid out from its end in one piece and copied once.
pub(super) fn push_line(out: &mut Vec<u8>, reference: Ref, at: Place, range: (u32, u16)) {
    let (mut line, mut from) = ([b'\n'; LONGEST], LONGEST - 1);
    for number in [range.1.into(), range.0.into(), at.line.into(), at.entry] {
        from = write_number_before(number, &mut line, from).saturating_sub(1);
        if let Some(space) = line.get_mut(from) {
            *space = b' ';
        }
    }
    from = from.saturating_sub(22);
    if let Some(place) = line.get_mut(from..).and_then(<[u8]>::first_chunk_mut) {
        *place = reference.text();
    }
    out.extend_from_slice(line.get(from..).unwrap_or_default());
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = usize::try_from(self.digits).unwrap_or_default();
        write!(f, "{}/{:0width$x}", self.digits, self.prefix)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_divided_when_they_average_1024() {
        for (refs, digits) in [
            (0, 1),
            (16_383, 1),
            (16_384, 2),
            (262_143, 2),
            (262_144, 3),
            (4_194_303, 3),
            (4_194_304, 4),
            (u64::MAX, 4),
        ] {
            assert_eq!(find_digits(refs), digits, "{refs}");
        }
    }

    #[test]
    fn the_shards_of_any_width_divide_all_references_without_gap_or_overlap() {
        for digits in 1..=MAX_DIGITS {
            let mut next = Some(0_u128);
            for shard in Shard::all(digits) {
                let (from, to) = shard.bounds();
                assert_eq!(next, Some(u128::from_be_bytes(from.0)), "{shard}");
                assert!(Shard::of(from, digits) == shard && Shard::of(to, digits) == shard);
                assert_eq!(Shard::parse(&shard.to_string()), Some(shard));
                next = u128::from_be_bytes(to.0).checked_add(1);
            }
            assert_eq!(next, None);
            assert_eq!(Shard::all(digits).count(), 16_usize.pow(digits));
        }
    }
}
