//! The references of a log: gathered while it is read, compared at its end.
//!
//! They are kept in [`PARTS`] parts by their first bits. What is beyond [`HELD`] bytes goes to a
//! file of its own that has no name, in the folder for temporary files; so memory does not grow
//! with the log. A part is sorted when it is wanted, and then two uses of a reference stand side by
//! side.

use super::check::Check;
use super::distrust::{Doubt, Stop};
use crate::domain::books::Refs;
use crate::domain::text::{Place, Ref};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

/// How many parts there are: one for each value of the first byte: few enough
/// to be written to in turn without waiting for memory.
const PARTS: usize = 256;
/// The most bytes of references held in memory while a log is read.
const HELD: usize = 128 << 20;
/// How many parts read back are kept for the next question.
const KEPT: usize = 4;
/// The bits of a packed place that hold the line; an entry has at most 1,000 lines.
const LINE_BITS: u32 = 10;

/// The bytes of a reference and its place, in memory and in the file.
const WIDTH: usize = 24;

/// A reference, as two numbers in the order of its bytes, and its place.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Met {
    reference: [u64; 2],
    place: u64,
}

fn halves(reference: Ref) -> [u64; 2] {
    let all = u128::from_be_bytes(reference.0);
    // The upper and the lower half.
    [all >> 64, all & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or_default())
}

impl Met {
    fn new(reference: Ref, place: Place) -> Met {
        let place = place.entry << LINE_BITS | u64::from(place.line);
        Met { reference: halves(reference), place }
    }

    fn reference(&self) -> Ref {
        let [high, low] = self.reference.map(u128::from);
        Ref((high << 64 | low).to_be_bytes())
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

    fn to_bytes(self) -> [[u8; 8]; 3] {
        let [high, low] = self.reference;
        [high, low, self.place].map(u64::to_be_bytes)
    }

    fn from_bytes(bytes: [[u8; 8]; 3]) -> Met {
        let [high, low, place] = bytes.map(u64::from_be_bytes);
        Met { reference: [high, low], place }
    }
}

/// References while a log is read. Claiming never refuses: [`Gathered::sorted`] finds what was used
/// twice.
pub(super) struct Gathered {
    parts: Vec<Vec<Met>>,
    /// How many are in memory.
    held: usize,
    /// The most that may be.
    max: usize,
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
        if let Some(part) = self.parts.get_mut(Met::part(met.reference)) {
            part.push(met);
        }
        self.held += 1;
        self.count += 1;
        if self.held >= self.max && self.trouble.is_none() {
            self.trouble = self.spill().err();
        }
        Ok(())
    }
}

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered::holding(HELD / size_of::<Met>())
    }
}

impl Gathered {
    /// Holds at most `max` references in memory.
    fn holding(max: usize) -> Gathered {
        let parts = vec![Vec::new(); PARTS];
        Gathered { parts, held: 0, max, count: 0, spilled: None, trouble: None }
    }

    /// Puts what is held into the file.
    fn spill(&mut self) -> io::Result<()> {
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => {
                let (file, pieces) = (tempfile::tempfile()?, vec![Vec::new(); PARTS]);
                none.insert(Spilled { file, len: 0, pieces })
            }
        };
        let mut out = io::BufWriter::with_capacity(1 << 20, &spilled.file);
        for (part, pieces) in self.parts.iter_mut().zip(&mut spilled.pieces) {
            for met in part.iter() {
                out.write_all(met.to_bytes().as_flattened())?;
            }
            let len = part.len() * WIDTH;
            if len > 0 {
                pieces.push((spilled.len, len));
                spilled.len += len as u64;
            }
            part.clear();
        }
        out.flush()?;
        self.held = 0;
        Ok(())
    }

    /// Sorts the references; says which was used a second time first, in the order of the log.
    pub(super) fn sorted(mut self) -> Result<(Sorted, Option<Twice>), Stop> {
        if let Some(why) = self.trouble.take() {
            return Err(no_room(&why));
        }
        self.parts.par_iter_mut().for_each(|part| part.sort_unstable());
        let kept = Mutex::default();
        let sorted = Sorted { parts: self.parts, spilled: self.spilled, count: self.count, kept };
        let twice = (0..PARTS).into_par_iter().map(|part| Ok(sorted.part(part)?.twice()));
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

/// All references of a log in their order.
pub(super) struct Sorted {
    parts: Vec<Vec<Met>>,
    spilled: Option<Spilled>,
    count: u64,
    /// Parts read back lately, the latest last.
    kept: Mutex<Vec<(usize, Arc<Vec<Met>>)>>,
}

/// The references of a part, in order.
enum Part<'a> {
    Held(&'a [Met]),
    Read(Arc<Vec<Met>>),
}

impl Part<'_> {
    fn all(&self) -> &[Met] {
        match self {
            Part::Held(all) => all,
            Part::Read(all) => all,
        }
    }

    /// The reference whose second use comes first in the log.
    fn twice(&self) -> Option<Twice> {
        let all = self.all();
        let pairs = all.iter().zip(all.iter().skip(1)).filter(|(a, b)| a.reference == b.reference);
        let (first, again) = pairs.min_by_key(|(_, again)| again.place)?;
        Some(Twice { reference: first.reference(), first: first.place(), again: again.place() })
    }
}

impl Sorted {
    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Every reference from `from` to `to`, both included, in order.
    pub(super) fn each(
        &self,
        (from, to): (Ref, Ref),
        told: &mut dyn FnMut(Ref, Place),
    ) -> io::Result<()> {
        let [from, to] = [from, to].map(halves);
        for part in Met::part(from)..=Met::part(to) {
            let part = self.part(part)?;
            let start = part.all().partition_point(|met| met.reference < from);
            let rest = part.all().get(start..).unwrap_or_default();
            for met in rest.iter().take_while(|met| met.reference <= to) {
                told(met.reference(), met.place());
            }
        }
        Ok(())
    }

    fn part(&self, index: usize) -> io::Result<Part<'_>> {
        let held = self.parts.get(index).map(Vec::as_slice).unwrap_or_default();
        let Some(spilled) = &self.spilled else { return Ok(Part::Held(held)) };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = kept.iter().find(|(known, _)| *known == index) {
            return Ok(Part::Read(Arc::clone(part)));
        }
        drop(kept);
        let mut part = spilled.read(index)?;
        part.extend_from_slice(held);
        part.sort_unstable();
        let part = Arc::new(part);
        kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((index, Arc::clone(&part)));
        Ok(Part::Read(part))
    }
}

impl Spilled {
    fn read(&self, index: usize) -> io::Result<Vec<Met>> {
        let mut part = Vec::new();
        for (offset, len) in self.pieces.get(index).into_iter().flatten() {
            let mut bytes = vec![0; *len];
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

    fn gathered(max: usize, numbers: impl Iterator<Item = u64>) -> Gathered {
        let mut gathered = Gathered::holding(max);
        for (at, number) in (0..).zip(numbers) {
            gathered.claim(reference(number), place(at)).unwrap();
        }
        gathered
    }

    #[test]
    fn references_put_aside_come_back_the_same_and_in_order() {
        let all = |max| {
            let (sorted, twice) = gathered(max, 0..10_000).sorted().ok().unwrap();
            assert!(twice.is_none());
            assert_eq!(sorted.count(), 10_000);
            let mut seen = Vec::new();
            sorted.each((Ref([0; 16]), Ref([255; 16])), &mut |r, p| seen.push((r, p))).unwrap();
            seen
        };
        let held = all(usize::MAX);
        assert_eq!(held.len(), 10_000);
        assert!(held.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(all(999), held);
        assert_eq!(all(1), held);
    }

    #[test]
    fn a_reference_used_twice_is_found_wherever_the_two_uses_are_kept() {
        for max in [1, 10, 700, 5_000, usize::MAX] {
            let numbers = (0..2_000).chain([77]).chain(2_000..3_000).chain([5, 77]);
            let (_, twice) = gathered(max, numbers).sorted().ok().unwrap();
            let twice = twice.unwrap();
            assert_eq!(twice.reference, reference(77));
            assert_eq!((twice.first, twice.again), (place(77), place(2_000)));
        }
    }
}
