//! Refs in blocks of one page: sorted, so that only the differences are written.
//!
//! ```text
//! bits of the refs (4,080 bytes) · how many (2) · zeros (6) · check (8)
//!
//! the first ref    128 bits
//! every other      its distance to the one before, less 1: the part above the low bits as so
//!                  many ones and a zero, then the low bits as they are
//! after each ref   its entry, counted from the run's least, and its line
//! ```
//!
//! Refs are hashes, so distances follow one law and a ref among ten million costs 106 bits instead
//! of 128 (a Rice code). A distance beyond the law costs more, never a wrong answer. The check is
//! the beginning of the SHA-256 over run, block number and the bytes before it.

use sha2::{Digest, Sha256};

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

/// The largest entry number a block has room for.
pub(super) const ENTRY_MAX: u64 = (1 << 48) - 1;

/// The bytes of a block.
pub(super) const BLOCK: usize = 4_096;

/// The bytes of the check.
pub(super) const CHECK: usize = 8;

const CHECKED: usize = BLOCK - CHECK;
/// The bits that refs have room in. What follows them is 16 bytes, which the reader relies on.
const ROOM: usize = (CHECKED - 8) * 8;

/// From so many ones on, the whole distance follows in 128 bits.
const ESCAPE: u32 = 24;

/// A ref and its place. Sorts as the refs do.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Item {
    pub(super) key: u128,
    pub(super) place: Place,
}

impl Item {
    pub(super) fn new(reference: Ref, place: Place) -> Item {
        Item { key: u128::from_be_bytes(reference), place }
    }

    pub(super) fn pair(self) -> (Ref, Place) {
        (self.key.to_be_bytes(), self.place)
    }
}

/// How the refs of one run are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Shape {
    /// How many low bits of a distance are written as they are.
    low: u32,
    /// The least entry.
    base: u64,
    entry_bits: u32,
    line_bits: u32,
}

impl Shape {
    /// For `count` refs in entries from `least` to `greatest` and lines up to `line`.
    pub(super) fn new(count: u64, (least, greatest): (u64, u64), line: u16) -> Shape {
        let width = |most: u64| u64::BITS - most.leading_zeros();
        Shape {
            low: 127 - count.max(1).ilog2(),
            base: least,
            entry_bits: width(greatest.saturating_sub(least)).min(48),
            line_bits: width(line.into()),
        }
    }
}

/// Writes ascending items as blocks.
pub(super) struct Packer {
    run: u64,
    shape: Shape,
    bits: Bits,
    count: u16,
    last: u128,
    /// Whole blocks.
    out: Vec<u8>,
    /// The upper half of each block's first ref.
    firsts: Vec<u64>,
}

impl Packer {
    pub(super) fn new(run: u64, shape: Shape) -> Packer {
        let (out, firsts) = (Vec::new(), Vec::new());
        Packer { run, shape, bits: Bits::default(), count: 0, last: 0, out, firsts }
    }

    /// Adds the next item, which must be greater than all before; false if it is not.
    pub(super) fn push(&mut self, item: Item) -> bool {
        let place_bits = self.shape.entry_bits + self.shape.line_bits;
        if self.count > 0 {
            let Some(distance) = item.key.checked_sub(self.last).and_then(|d| d.checked_sub(1))
            else {
                return false;
            };
            let high = u32::try_from(distance >> self.shape.low).unwrap_or(ESCAPE).min(ESCAPE);
            let rest = if high == ESCAPE { u128::BITS } else { 1 + self.shape.low };
            if self.bits.len() + len_of(high + rest + place_bits) <= ROOM {
                self.write_distance(high, distance);
                self.finish_item(item);
                return true;
            }
            self.end_block();
        }
        let last = self.firsts.last().copied();
        self.firsts.push(low64(item.key >> 64));
        self.bits.push_wide(item.key, u128::BITS);
        let ascending = last.is_none_or(|_| item.key > self.last);
        self.finish_item(item);
        ascending
    }

    fn write_distance(&mut self, high: u32, distance: u128) {
        if high == ESCAPE {
            self.bits.push((1 << ESCAPE) - 1, ESCAPE);
            self.bits.push_wide(distance, u128::BITS);
        } else {
            self.bits.push((1 << (high + 1)) - 2, high + 1);
            self.bits.push_wide(distance, self.shape.low);
        }
    }

    fn finish_item(&mut self, item: Item) {
        let entry = item.place.entry.saturating_sub(self.shape.base);
        self.bits.push(entry, self.shape.entry_bits);
        self.bits.push(item.place.line.into(), self.shape.line_bits);
        self.last = item.key;
        self.count += 1;
    }

    fn end_block(&mut self) {
        let begin = self.out.len();
        self.bits.take_into(&mut self.out);
        self.out.resize(begin + CHECKED - 8, 0);
        self.out.extend(self.count.to_be_bytes());
        self.out.resize(begin + CHECKED, 0);
        let number = self.firsts.len() as u64 - 1;
        let check = check(self.run, number, self.out.get(begin..).unwrap_or_default());
        self.out.extend(check);
        self.count = 0;
    }

    /// The whole blocks so far, which the caller takes.
    pub(super) fn blocks(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// The upper half of each block's first ref. Ends the last block.
    pub(super) fn finish(&mut self) -> &[u64] {
        if self.count > 0 {
            self.end_block();
        }
        &self.firsts
    }
}

/// Reads block `number` of `run` into `items`; false if it is not what was written.
pub(super) fn unpack(
    block: &[u8],
    run: u64,
    number: u64,
    shape: Shape,
    items: &mut Vec<Item>,
) -> bool {
    items.clear();
    let Some((checked, found)) = block.split_at_checked(CHECKED) else { return false };
    let count = checked.get(CHECKED - 8..).and_then(<[u8]>::first_chunk).copied();
    let count = u16::from_be_bytes(count.unwrap_or_default());
    count > 0 && *found == check(run, number, checked) && read(block, shape, count, items).is_some()
}

fn read(block: &[u8], shape: Shape, count: u16, items: &mut Vec<Item>) -> Option<()> {
    let mut bits = BitReader { bytes: block, at: 0 };
    let mut key = bits.take_wide(u128::BITS);
    for number in 0..count {
        if number > 0 {
            let high = bits.peek().leading_ones().min(ESCAPE);
            bits.at += len_of(high);
            let distance = if high == ESCAPE {
                bits.take_wide(u128::BITS)
            } else {
                bits.at += 1;
                (u128::from(high) << shape.low) | bits.take_wide(shape.low)
            };
            key = key.checked_add(distance)?.checked_add(1)?;
        }
        let entry = shape.base.checked_add(bits.take(shape.entry_bits))?;
        let line = u16::try_from(bits.take(shape.line_bits)).ok()?;
        items.push(Item { key, place: Place { entry, line } });
    }
    (bits.at <= ROOM).then_some(())
}

/// The check over `bytes`: block `number` of `run`, or what else of it is checked.
pub(super) fn check(run: u64, number: u64, bytes: &[u8]) -> [u8; CHECK] {
    let hash = Sha256::new().chain_update(run.to_be_bytes()).chain_update(number.to_be_bytes());
    hash.chain_update(bytes).finalize().first_chunk().copied().unwrap_or_default()
}

/// The lower half.
pub(super) fn low64(wide: u128) -> u64 {
    u64::from_be_bytes(wide.to_be_bytes().last_chunk().copied().unwrap_or_default())
}

fn len_of(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Bits written from the most significant on.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// The last `fill` bits, below 64, that make no whole word yet.
    acc: u128,
    fill: u32,
}

impl Bits {
    fn len(&self) -> usize {
        self.bytes.len() * 8 + len_of(self.fill)
    }

    /// Writes the low `count` (at most 64) bits of a value that has no others.
    fn push(&mut self, value: u64, count: u32) {
        self.acc = (self.acc << count) | u128::from(value);
        self.fill += count;
        if self.fill >= 64 {
            self.fill -= 64;
            self.bytes.extend(low64(self.acc >> self.fill).to_be_bytes());
        }
    }

    /// Writes the low `count` bits of a value that may have others.
    fn push_wide(&mut self, value: u128, count: u32) {
        let value = value & u128::MAX.checked_shr(u128::BITS - count).unwrap_or(0);
        if count > 64 {
            self.push(low64(value >> 64), count - 64);
        }
        self.push(low64(value), count.min(64));
    }

    /// Gives the bytes away, the last filled up with zeros, and begins anew.
    fn take_into(&mut self, out: &mut Vec<u8>) {
        self.push(0, (8 - self.fill % 8) % 8);
        out.append(&mut self.bytes);
        while self.fill > 0 {
            self.fill -= 8;
            out.extend(low64(self.acc >> self.fill).to_be_bytes().last());
        }
        self.acc = 0;
    }
}

/// Bits read from the most significant on. Beyond the end there are zeros.
struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl BitReader<'_> {
    /// The next 64 bits, which stay.
    fn peek(&self) -> u64 {
        let here = self.bytes.get(self.at / 8..).and_then(<[u8]>::first_chunk);
        let wide = u128::from_be_bytes(here.copied().unwrap_or_default());
        low64((wide << (self.at % 8)) >> 64)
    }

    /// The next `count` bits, at most 64.
    fn take(&mut self, count: u32) -> u64 {
        let value = self.peek().checked_shr(64 - count).unwrap_or(0);
        self.at += len_of(count);
        value
    }

    /// The next `count` bits, at most 128.
    fn take_wide(&mut self, count: u32) -> u128 {
        let high = if count > 64 { self.take(count - 64) } else { 0 };
        (u128::from(high) << 64) | u128::from(self.take(count.min(64)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(items: &[Item]) -> (Vec<u8>, Vec<u64>, Shape) {
        let entries = items.iter().map(|item| item.place.entry);
        let range = (entries.clone().min().unwrap_or(0), entries.max().unwrap_or(0));
        let line = items.iter().map(|item| item.place.line).max().unwrap_or(0);
        let shape = Shape::new(items.len() as u64, range, line);
        let mut packer = Packer::new(5, shape);
        assert!(items.iter().all(|item| packer.push(*item)));
        let firsts = packer.finish().to_vec();
        (std::mem::take(packer.blocks()), firsts, shape)
    }

    fn read_back(blocks: &[u8], shape: Shape) -> Option<Vec<Item>> {
        let (mut all, mut items) = (Vec::new(), Vec::new());
        for (number, block) in (0..).zip(blocks.chunks(BLOCK)) {
            unpack(block, 5, number, shape, &mut items).then_some(())?;
            all.append(&mut items);
        }
        Some(all)
    }

    fn hashes(count: u64) -> Vec<Item> {
        let key = |n: u64| {
            let hash = Sha256::digest(n.to_be_bytes());
            u128::from_be_bytes(*hash.first_chunk().unwrap())
        };
        let place = |n: u64| Place { entry: n / 200, line: u16::try_from(n % 200).unwrap() };
        let mut items: Vec<_> = (0..count).map(|n| Item { key: key(n), place: place(n) }).collect();
        items.sort_unstable();
        items
    }

    #[test]
    fn a_hundred_thousand_refs_come_back_and_cost_what_was_promised() {
        let items = hashes(100_000);
        let (blocks, firsts, shape) = packed(&items);
        assert_eq!(read_back(&blocks, shape).unwrap(), items);
        assert_eq!(firsts.len(), blocks.len() / BLOCK);
        // 128 - log2(100,000) + 1.5 bits of ref, 9 of entry, 8 of line: 16.3 bytes and a bit.
        assert!(blocks.len() < items.len() * 165 / 10, "{} bytes", blocks.len());
    }

    #[test]
    fn every_flipped_bit_of_a_block_is_noticed() {
        let (blocks, _, shape) = packed(&hashes(250));
        let mut items = Vec::new();
        for bit in 0..blocks.len() * 8 {
            let mut damaged = blocks.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let whole = damaged.chunks(BLOCK).zip(0..);
            let mut whole = whole.map(|(block, n)| unpack(block, 5, n, shape, &mut items));
            assert!(!whole.all(|good| good), "bit {bit}");
        }
        assert!(!unpack(&blocks[..BLOCK], 6, 0, shape, &mut items), "a block of another run");
        assert!(!unpack(&blocks[..BLOCK], 5, 1, shape, &mut items), "a block at another place");
        assert!(!unpack(&blocks[..BLOCK - 1], 5, 0, shape, &mut items), "half a block");
    }

    #[test]
    fn a_block_is_not_written_out_of_order() {
        for keys in [[2_u128, 2], [2, 1], [u128::MAX, 0]] {
            let mut packer = Packer::new(0, Shape::new(2, (0, 0), 0));
            let place = Place { entry: 0, line: 0 };
            assert!(packer.push(Item { key: keys[0], place }));
            assert!(!packer.push(Item { key: keys[1], place }), "{keys:?}");
        }
    }

    proptest! {
        /// Refs that are no hashes, as somebody may choose them: crowded, far apart, at the ends.
        #[test]
        fn refs_of_any_kind_come_back(
            keys in prop::collection::btree_map(
                prop_oneof![any::<u128>(), 0..2_000_u128, (u128::MAX - 9)..=u128::MAX],
                (0..=ENTRY_MAX, any::<u16>()),
                1..900,
            )
        ) {
            let item = |(key, (entry, line))| Item { key, place: Place { entry, line } };
            let items: Vec<_> = keys.into_iter().map(item).collect();
            let (blocks, _, shape) = packed(&items);
            prop_assert_eq!(read_back(&blocks, shape), Some(items));
        }
    }
}
