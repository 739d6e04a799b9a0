//! The workbook inside an XLS file: one stream of a compound file (MS-CFB), found within bounds.
//!
//! Sectors are chained by a table as in a FAT disk. No chain is followed for longer than the file
//! has sectors, so that one which bites its own tail ends.

use super::error::BillError;

/// The largest XLS that is looked at, in bytes; statements are a hundred times smaller.
pub(crate) const XLS_MAX: usize = 32 << 20;
/// Numbers from here on end a chain.
const END: u32 = 0xFFFF_FFFA;
/// Bytes of a directory entry, and of a sector in the stream of small streams.
const ENTRY: usize = 128;
const SMALL: usize = 64;
/// Tables of sectors named in the header itself.
const IN_HEADER: usize = 109;

/// Two bytes at `at`, the lower first.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

/// Four bytes at `at`, the lowest first.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

/// A compound file.
struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    fat: Vec<u32>,
}

/// The stream called `Workbook` of a compound file.
pub(crate) fn workbook(bytes: &[u8]) -> Result<Vec<u8>, BillError> {
    if bytes.len() > XLS_MAX {
        return Err(BillError::FileTooLarge { len: bytes.len(), max: XLS_MAX });
    }
    find(bytes).ok_or_else(|| BillError::Book("no workbook in the compound file".into()))
}

fn find(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = Compound::open(bytes)?;
    let directory = file.stream(u32_at(bytes, 48)?, usize::MAX)?;
    let (mut root, mut book) = (None, None);
    for entry in directory.chunks_exact(ENTRY) {
        let len = usize::from(u16_at(entry, 64)?).min(64);
        let (first, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        match entry.get(66)? {
            5 => root = Some((first, size)),
            2 if entry.get(..len)? == utf16("Workbook\0") => book = Some((first, size)),
            _ => {}
        }
    }
    let (first, size) = book?;
    if size >= u32_at(bytes, 56)? as usize {
        return file.stream(first, size);
    }
    // Small streams share one stream, with a table of its own.
    let (root, all) = root?;
    let small = file.stream(root, all)?;
    let table = numbers(&file.stream(u32_at(bytes, 60)?, usize::MAX)?);
    chain(&table, first, size, SMALL, |at| small.get(at * SMALL..(at + 1) * SMALL))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
}

/// Puts the pieces of a chain together until `size` bytes are there or the chain ends.
fn chain<'b>(
    table: &[u32],
    first: u32,
    size: usize,
    piece: usize,
    at: impl Fn(usize) -> Option<&'b [u8]>,
) -> Option<Vec<u8>> {
    let (mut out, mut next) = (Vec::new(), first);
    for _ in 0..=table.len() {
        if next >= END || out.len() >= size {
            let whole = size == usize::MAX || out.len() >= size;
            out.truncate(size);
            return whole.then_some(out);
        }
        out.extend_from_slice(at(next as usize)?.get(..piece)?);
        next = *table.get(next as usize)?;
    }
    None
}

impl<'b> Compound<'b> {
    fn open(bytes: &'b [u8]) -> Option<Compound<'b>> {
        let shift = u16_at(bytes, 30).filter(|shift| matches!(shift, 9 | 12))?;
        let mut file = Compound { bytes, sector: 1 << shift, fat: Vec::new() };
        let count = (u32_at(bytes, 44)? as usize).min(bytes.len() / file.sector);
        let mut tables: Vec<u32> = Vec::new();
        for at in 0..count.min(IN_HEADER) {
            tables.push(u32_at(bytes, 76 + 4 * at)?);
        }
        // More tables than the header names are named in sectors chained by their last number.
        let mut next = u32_at(bytes, 68)?;
        while tables.len() < count && next < END {
            let mut named = numbers(file.sector(next as usize)?);
            next = named.pop()?;
            tables.extend(named);
        }
        for table in tables.into_iter().take(count) {
            file.fat.extend(numbers(file.sector(table as usize)?));
        }
        Some(file)
    }

    /// Sector `at`; the header stands before the first. The last may be short.
    fn sector(&self, at: usize) -> Option<&'b [u8]> {
        let from = at.checked_add(1)?.checked_mul(self.sector)?;
        self.bytes.get(from..from.checked_add(self.sector)?)
    }

    fn stream(&self, first: u32, size: usize) -> Option<Vec<u8>> {
        chain(&self.fat, first, size, self.sector, |at| self.sector(at))
    }
}
