//! Where each record stands, how long it is, and a note of the layer above; 256 records a bundle.
//!
//! ```text
//! segment, offset, number of the first record (8 bytes each)
//! then for each record: 1 if it begins a segment (1 byte), length (2), note (24)
//! ```
//!
//! So any record is read with one call, and what lies in a bundle of the published log is known
//! without reading it.

use crate::storage::journal::Position;

/// The records of a bundle: as many as a tile has hashes.
pub const BUNDLE: u64 = 256;

/// The bytes of a note.
pub const NOTE: usize = 24;

const HEAD: usize = 24;
const WIDTH: usize = 3 + NOTE;

/// One record of the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub at: Position,
    /// Its length (bytes, without the newline).
    pub len: u16,
    /// Whatever the layer above wants to know again when it opens, opaque here.
    pub note: [u8; NOTE],
}

impl Row {
    /// Where the next record stands, if it is in the same segment.
    pub(super) fn after(&self) -> Position {
        let Position { segment, offset, number } = self.at;
        let offset = offset.saturating_add(u64::from(self.len) + 1);
        Position { segment, offset, number: number.saturating_add(1) }
    }
}

/// The bundle of a record.
pub(super) fn bundle_of(number: u64) -> u64 {
    number / BUNDLE
}

/// The place of a record in its bundle.
pub(super) fn place_in_bundle(number: u64) -> usize {
    usize::try_from(number % BUNDLE).unwrap_or(0)
}

/// The consecutive rows of a bundle, from its first record on.
pub(super) fn encode(rows: &[Row]) -> Vec<u8> {
    let first = rows.first().map_or(Position::default(), |row| row.at);
    let mut bytes = [first.segment, first.offset, first.number].map(u64::to_be_bytes).concat();
    for row in rows {
        bytes.push(u8::from(row.at.offset == 0));
        bytes.extend(row.len.to_be_bytes());
        bytes.extend(row.note);
    }
    bytes
}

/// The inverse of [`encode`]; `None` if it is something else.
pub(super) fn decode(bytes: &[u8], bundle: u64) -> Option<Vec<Row>> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let ([segment, offset, number], []) = head.as_chunks::<8>() else { return None };
    let [segment, offset, number] = [segment, offset, number].map(|b| u64::from_be_bytes(*b));
    let mut at = Position { segment, offset, number };
    let (records, []) = rest.as_chunks::<WIDTH>() else { return None };
    if number / BUNDLE != bundle || !number.is_multiple_of(BUNDLE) {
        return None;
    }
    let rows = records.iter().map(|[begins, high, low, note @ ..]| {
        match begins {
            1 => at = Position { segment: at.number, offset: 0, number: at.number },
            0 if at.offset > 0 => {}
            _ => return None,
        }
        let row = Row { at, len: u16::from_be_bytes([*high, *low]), note: *note };
        at = row.after();
        Some(row)
    });
    rows.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_crosses_segments_tells_every_place() {
        let mut at = Position { segment: 300, offset: 1_234, number: 512 };
        let mut rows = Vec::new();
        for len in [5, 65_535, 7, 9] {
            let row = Row { at, len, note: [u8::try_from(len % 251).unwrap(); NOTE] };
            rows.push(row);
            at = row.after();
            if len == 65_535 {
                at = Position { segment: at.number, offset: 0, number: at.number };
            }
        }
        let bytes = encode(&rows);
        assert_eq!(decode(&bytes, 2).unwrap(), rows);
        assert_eq!(decode(&bytes, 3), None);
        assert_eq!(decode(&bytes[..bytes.len() - 1], 2), None);
    }
}
