//! Reading a journal on from a position, a piece at a time, without a copy per record.

use super::disk::{Disk, PIECE};
use super::journal::{Damage, Error, Fault, Position, RECORD_MAX, path};
use std::io::BufRead;
use std::sync::Arc;

/// The first piece (bytes): looking up one record should not cost a whole [`PIECE`].
const FIRST_PIECE: usize = 1 << 16;

/// The records of a journal from some position to the end it had when this was made.
pub struct Records {
    disk: Arc<dyn Disk>,
    /// The segments after the one being read, last first.
    later: Vec<u64>,
    /// The next record.
    at: Position,
    /// The journal's end.
    end: Position,
    /// The segment's length (bytes).
    len: u64,
    /// Bytes of the segment; those before `start` are done with.
    piece: Vec<u8>,
    start: usize,
    /// How much to read next (bytes).
    want: usize,
}

/// The bytes before the first newline, if there is one.
pub(super) fn line_len(bytes: &[u8]) -> Option<usize> {
    // The standard library's memchr, which reads many bytes at a time, is reached this way only.
    let mut rest = bytes;
    let line = rest.skip_until(b'\n').ok()?;
    (bytes.get(line.checked_sub(1)?) == Some(&b'\n')).then(|| line - 1)
}

impl Records {
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        segments: &[u64],
        at: Position,
        end: Position,
    ) -> Result<Records, Error> {
        let no_place = Damage { at, fault: Fault::NoPlace };
        let known = segments.binary_search(&at.segment).map_err(|_| no_place)?;
        let later = segments.iter().skip(known + 1).rev().copied().collect();
        let (piece, start, want) = (Vec::new(), 0, FIRST_PIECE);
        let mut records = Records { disk, later, at, end, len: 0, piece, start, want };
        records.len = records.segment_len()?;
        let mut before = [b'\n'];
        if let Some(offset) = at.offset.checked_sub(1) {
            records.disk.read_at(&path(at.segment), offset, &mut before)?;
        }
        let first = at.number == at.segment;
        if at.offset > records.len || before != *b"\n" || first != (at.offset == 0) {
            return Err(no_place.into());
        }
        Ok(records)
    }

    /// The place of the record that [`Records::next_record`] reads next.
    pub fn position(&self) -> Position {
        let first = self.at.number;
        if self.at.offset == self.len && self.later.last() == Some(&first) {
            // Between two segments, the beginning of the later one.
            return Position { segment: first, offset: 0, number: first };
        }
        self.at
    }

    /// The next record without its newline, or `None` at the end.
    ///
    /// After an error, `position` is still where it was, and the answer stays the same.
    pub fn next_record(&mut self) -> Result<Option<&[u8]>, Error> {
        let line = loop {
            let rest = self.piece.get(self.start..).unwrap_or_default();
            if let Some(line) = line_len(rest) {
                break line;
            }
            if rest.len() > RECORD_MAX {
                return Err(self.damage(Fault::Long));
            }
            if !self.fill()? && !self.next_segment()? {
                return Ok(None);
            }
        };
        if line == 0 || line > RECORD_MAX {
            return Err(self.damage(if line == 0 { Fault::Empty } else { Fault::Long }));
        }
        let from = self.start;
        self.start += line + 1;
        self.at.offset += line as u64 + 1;
        self.at.number += 1;
        Ok(self.piece.get(from..from + line))
    }

    /// Reads more of the segment; false if all of it has been read.
    fn fill(&mut self) -> Result<bool, Error> {
        self.piece.drain(..self.start);
        self.start = 0;
        let held = self.piece.len();
        let from = self.at.offset + held as u64;
        let left = usize::try_from(self.len.saturating_sub(from)).unwrap_or(PIECE);
        let want = self.want.min(left);
        self.want = PIECE.min(self.want * 2);
        self.piece.resize(held + want, 0);
        let into = self.piece.get_mut(held..).unwrap_or_default();
        let read = self.disk.read_at(&path(self.at.segment), from, into);
        self.piece.truncate(held + *read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }

    /// Goes on to the next segment; false at the journal's end.
    fn next_segment(&mut self) -> Result<bool, Error> {
        if self.at.offset < self.len {
            return Err(self.damage(Fault::Torn { len: self.len }));
        }
        let Some(next) = self.later.pop() else {
            let changed = Fault::Changed { head: self.end.number };
            return if self.at == self.end { Ok(false) } else { Err(self.damage(changed)) };
        };
        if next != self.at.number {
            self.later.push(next);
            return Err(self.damage(Fault::Gap { found: next }));
        }
        self.at = Position { segment: next, offset: 0, number: next };
        self.len = self.segment_len()?;
        Ok(true)
    }

    fn segment_len(&self) -> Result<u64, Error> {
        if self.at.segment == self.end.segment {
            return Ok(self.end.offset);
        }
        Ok(self.disk.len(&path(self.at.segment))?.unwrap_or(0))
    }

    fn damage(&self, fault: Fault) -> Error {
        Damage { at: self.at, fault }.into()
    }
}
