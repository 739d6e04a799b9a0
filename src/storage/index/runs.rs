//! Sorted runs of refs: packed records in chunks, found by their first ref, merged by streaming.
//!
//! A record is 24 bytes: the ref (16), the entry (6) and the line (2), big-endian, so that
//! records compare as their bytes do. A chunk holds up to [`CHUNK`] of them under the key
//! `r, run (8), first ref (16)`.

use super::Error;
use super::root::Run;
use super::store::{Store, damaged, key};
use sled::IVec;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// 128 bits that name a gift: a part of a SHA-256, so evenly spread.
pub type Ref = [u8; 16];

/// Where a ref stands in the ledger.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The record's number, below 2^48.
    pub entry: u64,
    /// The line within its voucher.
    pub line: u16,
}

/// The largest entry number a record has room for.
pub(super) const ENTRY_MAX: u64 = (1 << 48) - 1;

/// The records of a full chunk.
const CHUNK: usize = 256;

const WIDTH: usize = 24;

/// One ref and its place.
pub(super) type Packed = [u8; WIDTH];

type Packing = Box<dyn Iterator<Item = Result<Packed, Error>>>;

fn pack(reference: Ref, place: Place) -> Packed {
    let mut packed = [0; WIDTH];
    let (first, last) = packed.split_at_mut(16);
    first.copy_from_slice(&reference);
    last.copy_from_slice(&((place.entry << 16) | u64::from(place.line)).to_be_bytes());
    packed
}

fn unpack(packed: &Packed) -> (Ref, Place) {
    let reference = packed.first_chunk().copied().unwrap_or_default();
    let [.., high, low] = *packed;
    let place = u64::from_be_bytes(packed.last_chunk().copied().unwrap_or_default());
    (reference, Place { entry: place >> 16, line: u16::from_be_bytes([high, low]) })
}

fn reference(packed: &Packed) -> &[u8] {
    packed.split_at(16).0
}

/// Packs and sorts refs from memory.
pub(super) fn sorted<'a>(refs: impl Iterator<Item = (&'a Ref, &'a Place)>) -> Vec<Packed> {
    let mut packed: Vec<_> = refs.map(|(one, place)| pack(*one, *place)).collect();
    packed.sort_unstable();
    packed
}

/// Writes ascending records as a run and returns their number.
pub(super) fn write(
    store: &Store,
    run: u64,
    records: impl Iterator<Item = Result<Packed, Error>>,
) -> Result<u64, Error> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut count = 0;
    for record in records {
        chunk.push(record?);
        count += 1;
        if chunk.len() == CHUNK {
            write_chunk(store, run, &chunk)?;
            chunk.clear();
        }
    }
    write_chunk(store, run, &chunk)?;
    Ok(count)
}

fn write_chunk(store: &Store, run: u64, chunk: &[Packed]) -> Result<(), Error> {
    match chunk.first() {
        Some(first) => store.put(&key(b'r', run, reference(first)), chunk.as_flattened()),
        None => Ok(()),
    }
}

/// The records of a chunk.
fn records<'a>(key: &[u8], chunk: &'a IVec) -> Result<&'a [Packed], Error> {
    match chunk.as_chunks() {
        (records, []) if !records.is_empty() && records.len() <= CHUNK => Ok(records),
        _ => Err(damaged("no chunk under", key)),
    }
}

/// Fills in the places of the wanted refs, ascending, that are in a run.
pub(super) fn find(
    store: &Store,
    run: u64,
    wanted: &mut [(&Ref, &mut Option<Place>)],
) -> Result<(), Error> {
    let mut wanted = wanted.iter_mut().peekable();
    while let Some((next, _)) = wanted.peek() {
        // Refs below the run's first have no chunk: one look each is what a miss costs.
        let Some((key, chunk)) = store.at_or_before(&key(b'r', run, *next), 9)? else {
            wanted.next();
            continue;
        };
        let records = records(&key, &chunk)?;
        let last = records.last().map_or(&[][..], reference);
        // The next one even if it lies in the gap behind this chunk, or this would not end.
        let mut first = true;
        while let Some((one, place)) = wanted.next_if(|(one, _)| first || one[..] <= *last) {
            first = false;
            if let Ok(at) = records.binary_search_by(|record| reference(record).cmp(&one[..])) {
                **place = records.get(at).map(|record| unpack(record).1);
            }
        }
    }
    Ok(())
}

/// Refs in ascending order with their places, from all runs at once.
pub struct Scan {
    sources: Vec<Packing>,
    /// The next record of each source that has one.
    heads: BinaryHeap<Reverse<(Packed, usize)>>,
    last: Option<Packed>,
}

impl Scan {
    pub(super) fn new(
        store: &Store,
        runs: &[Run],
        fresh: Vec<Packed>,
        low: Ref,
        high: Ref,
    ) -> Result<Scan, Error> {
        let mut sources = Vec::with_capacity(runs.len() + 1);
        for run in runs {
            sources.push(scan_run(store, *run, low, high)?);
        }
        sources.push(Box::new(fresh.into_iter().map(Ok)));
        let mut scan = Scan { sources, heads: BinaryHeap::new(), last: None };
        for source in 0..scan.sources.len() {
            scan.pull(source)?;
        }
        Ok(scan)
    }

    /// The records as they are stored.
    pub(super) fn packed(mut self) -> impl Iterator<Item = Result<Packed, Error>> {
        std::iter::from_fn(move || self.step().transpose())
    }

    fn pull(&mut self, source: usize) -> Result<(), Error> {
        if let Some(next) = self.sources.get_mut(source).and_then(Iterator::next) {
            self.heads.push(Reverse((next?, source)));
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Packed>, Error> {
        let Some(Reverse((next, source))) = self.heads.pop() else { return Ok(None) };
        // Nobody inserts a ref twice, and runs are sorted: anything else was not written here.
        if self.last.is_some_and(|last| reference(&last) >= reference(&next)) {
            return Err(damaged("refs out of order, or twice:", reference(&next)));
        }
        self.last = Some(next);
        self.pull(source)?;
        Ok(Some(next))
    }
}

impl Iterator for Scan {
    type Item = Result<(Ref, Place), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().map(|next| next.map(|packed| unpack(&packed))).transpose()
    }
}

/// The records of one run from `low` to `high`; a whole run must have as many as the root states.
fn scan_run(store: &Store, run: Run, low: Ref, high: Ref) -> Result<Packing, Error> {
    let from = key(b'r', run.id, &low);
    let from = store.at_or_before(&from, 9)?.map_or(from, |(key, _)| key.to_vec());
    let whole = low == [0; 16] && high == [0xff; 16];
    let mut chunks = store.range(&from, &key(b'r', run.id, &high));
    let (mut chunk, mut at, mut seen) = (IVec::default(), 0, 0);
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            let record: Option<&Packed> = chunk.as_chunks().0.get(at);
            if let Some(record) = record.copied() {
                at += 1;
                if reference(&record) > &high[..] {
                    return None;
                }
                if reference(&record) >= &low[..] {
                    seen += 1;
                    return Some(Ok(record));
                }
                continue;
            }
            match chunks.next() {
                Some(Ok((key, next))) => match records(&key, &next) {
                    Ok(_) => (chunk, at) = (next, 0),
                    Err(error) => return Some(Err(error)),
                },
                Some(Err(error)) => return Some(Err(error)),
                None if whole && seen != run.count => {
                    seen = run.count;
                    return Some(Err(damaged("a run is short:", &key(b'r', run.id, &[]))));
                }
                None => return None,
            }
        }
    })))
}
