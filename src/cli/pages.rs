//! Lines laid into vouchers as they come, each with the place it will stand at.

use crate::domain::codec::spelling;
use crate::domain::entry::MAX_LINES;
use crate::domain::line::Line;
use crate::domain::text::Place;

/// The most a voucher's lines take together, in bytes: a phone fetches one entry to check one gift.
pub(super) const PAGE_MAX: usize = 16 * 1024;

/// Lines in as many vouchers as they need.
pub(crate) struct Pages {
    /// The entry that the first voucher becomes.
    first: u64,
    laid: Vec<Vec<Line>>,
    /// Bytes on the last page; more than it holds before the first.
    size: usize,
}

impl Pages {
    /// No lines yet; `first` is the entry that the first voucher will be.
    pub(crate) fn new(first: u64) -> Pages {
        Pages { first, laid: Vec::new(), size: usize::MAX }
    }

    /// Lays `line` behind the others and says where it will stand.
    pub(crate) fn push(&mut self, line: Line) -> Place {
        let len = spelling(&line).len() + 1;
        let full = self.laid.last().is_none_or(|page| page.len() == MAX_LINES);
        if full || self.size.saturating_add(len) > PAGE_MAX {
            self.laid.push(Vec::new());
            self.size = 0;
        }
        self.size += len;
        let entry = self.last();
        let Some(page) = self.laid.last_mut() else { return Place { entry, line: 0 } };
        page.push(line);
        // A page holds at most a thousand lines.
        Place { entry, line: u16::try_from(page.len() - 1).unwrap_or(u16::MAX) }
    }

    /// The entry that the last voucher so far will be.
    pub(crate) fn last(&self) -> u64 {
        self.first + (self.laid.len() as u64).saturating_sub(1)
    }

    /// The lines of each voucher.
    pub(crate) fn into_pages(self) -> Vec<Vec<Line>> {
        self.laid
    }
}
