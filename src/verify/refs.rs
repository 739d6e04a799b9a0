//! The references of a log: gathered while it is read, compared at its end.
//!
//! They are kept in [`PARTS`] parts by their first byte, each in the order of the log. A part
//! that has [`HELD`] in memory goes to a file without a name, in the folder for temporary files; so
//! memory does not grow with the log. At the end each part is divided into the shards that are
//! published of it: so few references that two uses of one are found by sorting eight bytes each.

use super::check::Check;
use super::distrust::{Doubt, Stop};
use crate::domain::books::Refs;
use crate::domain::text::{Place, Ref};
use crate::publish::find_digits;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many parts there are: one for each value of the first byte: few enough
/// to be written to in turn without waiting for memory.
const PARTS: usize = 256;
/// The most references that a part holds in memory while a log is read: 96 MiB in all parts. A
/// power of two, so that a list that grows by doubling has no room to spare.
const HELD: usize = 1 << 14;
/// How many parts read back are kept for the next question.
const KEPT: usize = 4;
/// The bits of a packed place that hold the line; an entry has at most 1,000 lines.
const LINE_BITS: u32 = 10;

/// The bytes of a reference and its place, in memory and in the file.
const WIDTH: usize = 24;

/// A reference, as two numbers in the order of its bytes, and its place.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Met {
    reference: [u64; 2],
    place: u64,
}

fn halves(reference: Ref) -> [u64; 2] {
    match reference.0.as_chunks().0 {
        [high, low] => [u64::from_be_bytes(*high), u64::from_be_bytes(*low)],
        _ => [0; 2], // 16 bytes are two halves
    }
}

impl Met {
    fn new(reference: Ref, place: Place) -> Met {
        let place = place.entry << LINE_BITS | u64::from(place.line);
        Met { reference: halves(reference), place }
    }

    fn reference(&self) -> Ref {
        let [high, low] = self.reference;
        Ref((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
    }

    fn place(&self) -> Place {
        let line = self.place & ((1 << LINE_BITS) - 1);
        // Ten bits.
        let line = u16::try_from(line).unwrap_or_default();
        Place { entry: self.place >> LINE_BITS, line }
    }

    fn part([high, _]: [u64; 2]) -> usize {
        // Eight bits.
        usize::try_from(high >> 56).unwrap_or_default()
    }

    /// The shard among the `1 << bits` shards of its part; `bits` is at most 8.
    fn shard(&self, bits: u32) -> usize {
        let [high, _] = self.reference;
        usize::try_from((high >> 48 & 0xff) >> (8 - bits)).unwrap_or_default()
    }

    fn to_bytes(self) -> [[u8; 8]; 3] {
        let [high, low] = self.reference;
        [high.to_be_bytes(), low.to_be_bytes(), self.place.to_be_bytes()]
    }

    fn from_bytes([high, low, place]: [[u8; 8]; 3]) -> Met {
        let reference = [u64::from_be_bytes(high), u64::from_be_bytes(low)];
        Met { reference, place: u64::from_be_bytes(place) }
    }
}

/// References while a log is read. Claiming never refuses: [`Gathered::sorted`] finds what was used
/// twice.
pub(super) struct Gathered {
    parts: Vec<Vec<Met>>,
    /// The most that a part holds in memory.
    most: usize,
    count: u64,
    spilled: Option<Spilled>,
    /// Why references could not be put aside; some are lost then.
    trouble: Option<io::Error>,
}

/// References put aside in a file.
struct Spilled {
    file: File,
    len: u64,
    /// Where the records of each part are: offset and length in bytes.
    pieces: Vec<Vec<(u64, usize)>>,
}

/// A reference used a second time.
pub(super) struct Twice {
    pub(super) reference: Ref,
    pub(super) first: Place,
    pub(super) again: Place,
}

impl Refs for Gathered {
    fn claim(&mut self, reference: Ref, place: Place) -> Result<(), Place> {
        let met = Met::new(reference, place);
        let index = Met::part(met.reference);
        if let Some(part) = self.parts.get_mut(index) {
            part.push(met);
            if part.len() >= self.most {
                self.put_aside(index);
            }
        }
        self.count += 1;
        Ok(())
    }
}

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered::holding(HELD)
    }
}

impl Gathered {
    /// Holds at most `most` references of a part in memory.
    fn holding(most: usize) -> Gathered {
        let parts = vec![Vec::new(); PARTS];
        Gathered { parts, most, count: 0, spilled: None, trouble: None }
    }

    /// Puts what a part holds into the file. If that cannot be done, the audit ends in doubt.
    #[cold]
    fn put_aside(&mut self, index: usize) {
        let Some(part) = self.parts.get_mut(index) else { return };
        if self.trouble.is_none() {
            self.trouble = Spilled::add(&mut self.spilled, index, part).err();
        }
        part.clear();
    }

    /// Arranges the references; says which was used a second time first, in the order of the log.
    pub(super) fn sorted(mut self) -> Result<(Sorted, Option<Twice>), Stop> {
        if let Some(why) = self.trouble.take() {
            return Err(no_room(&why));
        }
        // A shard has at least one digit, a part two.
        let bits = 4 * find_digits(self.count).saturating_sub(2);
        let parts = self.parts.into_par_iter();
        let parts = match &self.spilled {
            None => parts.map(|part| Part::new(&part, bits)).collect(),
            // Until it is wanted, the end of a part waits for what comes before it.
            Some(_) => parts.map(|all| Part { all, shards: Vec::new() }).collect(),
        };
        let (spilled, kept) = (self.spilled, Mutex::default());
        let sorted = Sorted { parts, bits, spilled, kept };
        let twice = (0..PARTS).into_par_iter().map(|part| Ok(sorted.part(part)?.get().twice()));
        let twice: Vec<Option<Twice>> =
            twice.collect::<io::Result<_>>().map_err(|e| no_room(&e))?;
        let first = twice.into_iter().flatten().min_by_key(|twice| twice.again);
        Ok((sorted, first))
    }
}

fn no_room(why: &io::Error) -> Stop {
    let (what, why) = ("references put aside in a temporary file".to_owned(), why.to_string());
    Stop::unsure(Check::Rules, Doubt::Lookup { what, why })
}

/// The references of a part: shard after shard, each in the order of the log.
#[derive(Default)]
struct Part {
    all: Vec<Met>,
    /// How many references each shard has.
    shards: Vec<usize>,
}

impl Part {
    /// Divides references into `1 << bits` shards and leaves their order within each.
    fn new(gathered: &[Met], bits: u32) -> Part {
        let mut shards = vec![0_usize; 1 << bits];
        for met in gathered {
            if let Some(count) = shards.get_mut(met.shard(bits)) {
                *count += 1;
            }
        }
        let mut all = vec![Met::default(); gathered.len()];
        let mut next = Vec::with_capacity(shards.len());
        let mut rest = all.as_mut_slice();
        for count in &shards {
            let rest_now = std::mem::take(&mut rest);
            let (shard, after) = rest_now.split_at_mut_checked(*count).unwrap_or_default();
            next.push(shard.iter_mut());
            rest = after;
        }
        for met in gathered {
            if let Some(place) = next.get_mut(met.shard(bits)).and_then(Iterator::next) {
                *place = *met;
            }
        }
        drop(next);
        Part { all, shards }
    }

    /// The references of each shard.
    fn shards(&self) -> impl Iterator<Item = &[Met]> {
        let mut rest = self.all.as_slice();
        self.shards.iter().map(move |count| {
            let (shard, after) = rest.split_at_checked(*count).unwrap_or_default();
            rest = after;
            shard
        })
    }

    /// The reference whose second use comes first in the log.
    fn twice(&self) -> Option<Twice> {
        let mut halves = Vec::new();
        self.shards().filter_map(|shard| twice(shard, &mut halves)).min_by_key(|t| t.again)
    }
}

/// The reference in a shard whose second use comes first; `halves` is room for its upper halves.
fn twice(shard: &[Met], halves: &mut Vec<u64>) -> Option<Twice> {
    halves.clear();
    halves.extend(shard.iter().map(|Met { reference: [high, _], .. }| *high));
    halves.sort_unstable();
    if halves.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut all = shard.to_vec();
    all.sort_unstable();
    let pairs = all.iter().zip(all.iter().skip(1)).filter(|(a, b)| a.reference == b.reference);
    let (first, again) = pairs.min_by_key(|(_, again)| again.place)?;
    Some(Twice { reference: first.reference(), first: first.place(), again: again.place() })
}

/// All references of a log, by shard.
pub(super) struct Sorted {
    parts: Vec<Part>,
    /// A part has `1 << bits` shards.
    bits: u32,
    spilled: Option<Spilled>,
    /// Parts read back lately, the latest last.
    kept: Mutex<Vec<(usize, Arc<Part>)>>,
}

/// A part in memory, or read back.
enum Found<'a> {
    Held(&'a Part),
    Read(Arc<Part>),
}

impl Found<'_> {
    fn get(&self) -> &Part {
        match self {
            Found::Held(part) => part,
            Found::Read(part) => part,
        }
    }
}

impl Sorted {
    /// Every reference from `from` to `to`, both included: shard after shard, those of a shard in
    /// the order of the log.
    pub(super) fn each(
        &self,
        (from, to): (Ref, Ref),
        told: &mut dyn FnMut(Ref, Place),
    ) -> io::Result<()> {
        let [from, to] = [from, to].map(halves);
        for index in Met::part(from)..=Met::part(to) {
            let part = self.part(index)?;
            let head = |number: usize| ((index << 8) + (number << (8 - self.bits))) as u64;
            let [first, last] = [from, to].map(|[high, _]| high >> 48);
            for (number, shard) in part.get().shards().enumerate() {
                if head(number) > last || head(number + 1) <= first {
                    continue;
                }
                for met in shard.iter().filter(|met| (from..=to).contains(&met.reference)) {
                    told(met.reference(), met.place());
                }
            }
        }
        Ok(())
    }

    fn part(&self, index: usize) -> io::Result<Found<'_>> {
        let Some(held) = self.parts.get(index) else { return Ok(Found::Read(Arc::default())) };
        let Some(spilled) = &self.spilled else { return Ok(Found::Held(held)) };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = kept.iter().find(|(known, _)| *known == index) {
            return Ok(Found::Read(Arc::clone(part)));
        }
        drop(kept);
        let mut part = spilled.read(index)?;
        part.extend_from_slice(&held.all);
        let part = Arc::new(Part::new(&part, self.bits));
        kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((index, Arc::clone(&part)));
        Ok(Found::Read(part))
    }
}

impl Spilled {
    /// Puts references of a part at the end of the file, which is made if there is none yet.
    fn add(spilled: &mut Option<Spilled>, index: usize, part: &[Met]) -> io::Result<()> {
        let spilled = match spilled {
            Some(spilled) => spilled,
            none => {
                let (file, pieces) = (tempfile::tempfile()?, vec![Vec::new(); PARTS]);
                none.insert(Spilled { file, len: 0, pieces })
            }
        };
        let bytes: Vec<[[u8; 8]; 3]> = part.iter().map(|met| met.to_bytes()).collect();
        let bytes = bytes.as_flattened().as_flattened();
        (&spilled.file).write_all(bytes)?;
        if let Some(pieces) = spilled.pieces.get_mut(index) {
            pieces.push((spilled.len, bytes.len()));
        }
        spilled.len += bytes.len() as u64;
        Ok(())
    }

    /// The references of a part, in the order of the log.
    fn read(&self, index: usize) -> io::Result<Vec<Met>> {
        let pieces = self.pieces.get(index).map(Vec::as_slice).unwrap_or_default();
        let len: usize = pieces.iter().map(|(_, len)| len / WIDTH).sum();
        let (mut part, mut bytes) = (Vec::with_capacity(len + HELD), Vec::new());
        for (offset, len) in pieces {
            bytes.resize(*len, 0);
            self.file.read_exact_at(&mut bytes, *offset)?;
            let (numbers, _) = bytes.as_chunks::<8>();
            part.extend(numbers.as_chunks::<3>().0.iter().map(|met| Met::from_bytes(*met)));
        }
        Ok(part)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn reference(number: u64) -> Ref {
        let spread = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        Ref(spread.to_be_bytes())
    }

    fn place(number: u64) -> Place {
        Place { entry: number / 7, line: u16::try_from(number % 7).unwrap() }
    }

    fn gathered(most: usize, numbers: impl Iterator<Item = u64>) -> Gathered {
        let mut gathered = Gathered::holding(most);
        for (at, number) in (0..).zip(numbers) {
            gathered.claim(reference(number), place(at)).unwrap();
        }
        gathered
    }

    const ALL: (Ref, Ref) = (Ref([0; 16]), Ref([255; 16]));

    fn all(sorted: &Sorted, range: (Ref, Ref)) -> Vec<(Ref, Place)> {
        let mut seen = Vec::new();
        sorted.each(range, &mut |r, p| seen.push((r, p))).unwrap();
        seen
    }

    #[test]
    fn references_put_aside_come_back_the_same_and_in_order() {
        for count in [1_000, 10_000, 300_000] {
            let sorted = |most| {
                let (sorted, twice) = gathered(most, 0..count).sorted().ok().unwrap();
                assert!(twice.is_none());
                sorted
            };
            let held = sorted(usize::MAX);
            let seen = all(&held, ALL);
            assert_eq!(seen.len() as u64, count);
            let shards = 16_u64.pow(find_digits(count).max(2));
            let shard = |r: Ref| (u64::from(u16::from_be_bytes([r.0[0], r.0[1]])) * shards) >> 16;
            assert!(seen.is_sorted_by_key(|(reference, place)| (shard(*reference), *place)));
            assert_eq!(all(&sorted(1_000), ALL), seen);
            assert_eq!(all(&sorted(3), ALL), seen);
        }
    }

    #[test]
    fn a_range_of_references_has_all_that_lie_in_it_and_no_other() {
        let (sorted, _) = gathered(100, 0..300_000).sorted().ok().unwrap();
        let seen = all(&sorted, ALL);
        for number in (0..300_000).step_by(30_011) {
            let (from, to) = (reference(number), reference(number + 5));
            let within = seen.iter().filter(|(r, _)| (from..=to).contains(r));
            assert_eq!(all(&sorted, (from, to)), within.copied().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_reference_used_twice_is_found_wherever_the_two_uses_are_kept() {
        for most in [1, 2, 3, 7, 11, usize::MAX] {
            let numbers = (0..2_000).chain([77]).chain(2_000..3_000).chain([5, 77]);
            let (_, twice) = gathered(most, numbers).sorted().ok().unwrap();
            let twice = twice.unwrap();
            assert_eq!(twice.reference, reference(77));
            assert_eq!((twice.first, twice.again), (place(77), place(2_000)));
        }
    }

    #[test]
    fn references_that_share_their_first_half_are_not_taken_for_one() {
        let mut gathered = Gathered::default();
        for low in [1, 2, 3] {
            gathered.claim(Ref((7_u128 << 64 | low).to_be_bytes()), place(0)).unwrap();
        }
        assert!(gathered.sorted().ok().unwrap().1.is_none());
    }
}
