//! `find/7f`-like shards: from a payment's reference to the place of its line. A hint, to be
//! checked against the entry once it is fetched.
//!
//! ```text
//! find/new/7        f0AAAAAAAAAAAAAAAAAAAA 41 0 1203 16380
//! find/digits       2
//! find/2/7f         fwAAAAAAAAAAAAAAAAAAAA 17 3 904 16380
//! ```
//!
//! References used lately stand in the sixteen **newest** shards, by their first digit, so that a
//! new day changes sixteen files and not a thousand: those that entries brought after the one that
//! brought the last full `RECENT` of all. When that many are full they go to the **old** shards,
//! each to the end of its own, and the newest begin anew.
//!
//! A line is `<ref> <entry> <line> <offset> <length>`: the entry's bytes are `length` bytes from
//! byte `offset` of the bundle `tile/entries/…` number `entry / 256`, whether it is full or
//! partial, so one request with a range fetches them. Lines are in the order of the ledger and each
//! ends with a newline. So an old shard only ever grows at its end, and so does a newest one until
//! it begins anew. What follows the last newline was cut short and counts for nothing.
//!
//! Whatever reverses or refunds a line that has a reference adds a **mark**: a line of the same
//! reference, with the place of the reversal or refund, which is recent as long as that is. So of a
//! reference's lines, first the old then the newest, the first says where it is, and any after it
//! what became of it, in the two files that a donor's phone reads anyway. Of the refunds of one
//! gift the first `MAX_REFUNDS` are marked.
//!
//! An old shard holds the references whose first `d` hexadecimal digits are its name; `find/digits`
//! holds `d` and a newline. With `n` references `d` is the least of 1 to [`MAX_DIGITS`] for which
//! `n < 1024 * 16^d`, or [`MAX_DIGITS`]. So shards average fewer than 1,024 references up to 67
//! million, and from 16,384 on at least 64. All `16^d` shards exist; one without references is
//! empty, so that «not there» is an answer and not a missing file. References are never taken back,
//! so `d` never falls; the shards of an earlier `d` are left over and may be deleted. It grows at
//! 16,384, 262,144 and 4,194,304 references, three times in a ledger's life, and only then are all
//! shards written anew.

use super::{FactError, Facts};
use crate::domain::books::References;
use crate::domain::codec::{DIGITS_ROOM, write_number_before};
use crate::domain::line::Line;
use crate::domain::text::{Place, Ref};
use std::fmt;

/// The most hexadecimal digits that the name of a shard has.
pub const MAX_DIGITS: u32 = 4;

/// How many shards hold what is recent.
pub const NEWEST: usize = 16;

/// How many references a shard may average before shards are divided by 16.
const AVERAGE: u64 = 1024;

/// The number of hexadecimal digits that name a shard when there are `refs` references.
pub fn find_digits(refs: u64) -> u32 {
    (1..MAX_DIGITS).find(|digits| refs < AVERAGE << (4 * digits)).unwrap_or(MAX_DIGITS)
}

/// The references that begin with the same hexadecimal digits. Printed as `2/7f`, or `new/7`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Shard {
    /// Whether it is one of the old.
    old: bool,
    /// 1 to [`MAX_DIGITS`]; 1 for the newest.
    digits: u32,
    /// Their value.
    prefix: u16,
}

/// How the references of a log are divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shelves {
    /// How many digits name an old shard.
    pub(super) digits: u32,
    /// The entry from which on they are in the newest.
    pub(super) recent: u64,
}

impl Shelves {
    pub(super) fn of(refs: References) -> Shelves {
        Shelves { digits: find_digits(refs.count), recent: refs.recent }
    }

    /// The shard that holds the line of a reference whose place is in entry `entry`.
    pub(super) fn shard(self, reference: Ref, entry: u64) -> Shard {
        let old = entry < self.recent;
        Shard::with(reference, old, if old { self.digits } else { 1 })
    }

    /// All shards, the newest first.
    pub(super) fn all(self) -> impl Iterator<Item = Shard> {
        Shard::newest().chain(Shard::all(self.digits))
    }
}

impl Shard {
    /// Reads `2/7f`; whether it is the one spelling the caller checks by printing it back.
    pub(super) fn parse(text: &str) -> Option<Shard> {
        let (digits, prefix) = text.split_once('/')?;
        let old = digits != "new";
        let digits = if old { digits.parse().ok()? } else { 1 };
        let prefix = u16::from_str_radix(prefix, 16).ok()?;
        let named = (1..=MAX_DIGITS).contains(&digits) && u32::from(prefix) >> (4 * digits) == 0;
        named.then_some(Shard { old, digits, prefix })
    }

    fn with(reference: Ref, old: bool, digits: u32) -> Shard {
        let [first, second, ..] = reference.0;
        Shard { old, digits, prefix: u16::from_be_bytes([first, second]) >> (16 - 4 * digits) }
    }

    /// All old shards of so many digits.
    fn all(digits: u32) -> impl Iterator<Item = Shard> {
        (0..=u16::MAX >> (16 - 4 * digits)).map(move |prefix| Shard { old: true, digits, prefix })
    }

    /// The newest shards.
    pub(super) fn newest() -> impl Iterator<Item = Shard> {
        Shard::all(1).map(|shard| Shard { old: false, ..shard })
    }

    /// Whether the folder has it if references are divided like this.
    pub(super) fn is_of(self, shelves: Shelves) -> bool {
        !self.old || self.digits == shelves.digits
    }

    /// Whether it is one of the newest.
    pub(super) fn is_newest(self) -> bool {
        !self.old
    }

    /// Its place among all shards of a folder.
    pub(super) fn number(self) -> usize {
        usize::from(self.prefix) + if self.old { NEWEST } else { 0 }
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

    /// The file of an old shard; `marks` are those of the whole ledger.
    pub(super) fn old(
        self,
        facts: &dyn Facts,
        marks: &Marks,
        recent: u64,
    ) -> Result<Vec<u8>, FactError> {
        let (from, to) = self.bounds();
        let mut found = Vec::with_capacity(usize::try_from(AVERAGE).unwrap_or_default());
        facts.refs(from, to, &mut |reference, place| {
            if place.entry < recent {
                found.push((key(place), reference));
            }
        })?;
        marks.add(self, recent, &mut found);
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

    /// Adds the marks that the old `shard` holds.
    fn add(&self, shard: Shard, recent: u64, found: &mut Vec<(u64, Ref)>) {
        let (from, to) = shard.bounds();
        let first = self.0.partition_point(|(reference, _)| *reference < from);
        let those = self.0.iter().skip(first).take_while(|(reference, _)| *reference <= to);
        let those = those.filter(|(_, place)| place.entry < recent);
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

/// Makes all old shards, in their order, from one reading of all references.
pub(super) fn each_old<E: From<FactError>>(
    facts: &dyn Facts,
    marks: &Marks,
    Shelves { digits, recent }: Shelves,
    mut each: impl FnMut(Shard, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let mut shards = Shard::all(digits).peekable();
    let (mut found, mut failed) = (Vec::new(), None);
    // Gives away every shard before `next`; what was found is in the first of them.
    let mut give = |found: &mut Vec<(u64, Ref)>, next: Option<Shard>| -> Result<(), E> {
        while let Some(shard) = shards.next_if(|shard| Some(*shard) != next) {
            marks.add(shard, recent, found);
            each(shard, lines(facts, found)?)?;
            found.clear();
        }
        Ok(())
    };
    let mut now = None;
    facts.refs(Ref([0; 16]), Ref([0xff; 16]), &mut |reference, place| {
        if place.entry >= recent {
            return;
        }
        let shard = Shard::with(reference, true, digits);
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
        if self.old {
            write!(f, "{}/{:0width$x}", self.digits, self.prefix)
        } else {
            write!(f, "new/{:x}", self.prefix)
        }
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
                assert!([from, to].iter().all(|r| Shard::with(*r, true, digits) == shard));
                assert_eq!(Shard::parse(&shard.to_string()), Some(shard));
                next = u128::from_be_bytes(to.0).checked_add(1);
            }
            assert_eq!(next, None);
            assert_eq!(Shard::all(digits).count(), 16_usize.pow(digits));
        }
    }
}
