//! A file's header and padding as tar archives have them (POSIX.1-1988 ustar), in one spelling.

/// Headers and paddings are of whole blocks (bytes).
pub(super) const BLOCK: usize = 512;

/// The longest path (bytes).
pub(super) const PATH_MAX: usize = 99;

/// Two empty blocks end the archive.
pub(super) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// Where the fields that are not always the same stand.
const SIZE: std::ops::Range<usize> = 124..135;
const CHECK: std::ops::Range<usize> = 148..156;

/// The header of a file of `len` bytes, at most 8 GiB.
pub(super) fn header(path: &str, len: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &str| {
        for (to, byte) in block.iter_mut().skip(at).zip(text.bytes()) {
            *to = byte;
        }
    };
    put(0, path);
    put(100, "0000600\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(SIZE.start, &format!("{len:011o}"));
    put(136, "00000000000");
    put(CHECK.start, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
    for (to, byte) in block.iter_mut().skip(CHECK.start).zip(format!("{sum:06o}\0 ").bytes()) {
        *to = byte;
    }
    block
}

/// Path and length of a header, if it is exactly one that [`header`] writes.
pub(super) fn parse(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let end = block.iter().take(PATH_MAX + 1).position(|byte| *byte == 0)?;
    let path = std::str::from_utf8(block.get(..end)?).ok()?;
    let digits = std::str::from_utf8(block.get(SIZE)?).ok()?;
    let len = u64::from_str_radix(digits, 8).ok()?;
    // Printing it back is the whole grammar: another owner, time, mode or kind fails here.
    (header(path, len) == *block).then(|| (path.to_owned(), len))
}

/// How many zeros follow `len` bytes.
pub(super) fn padding(len: u64) -> usize {
    let over = usize::try_from(len % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}
