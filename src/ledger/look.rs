//! Looking without writing: previews, and entries read one after the other.

use super::past::{Claims, Planned, Stored};
use super::{Error, Ledger};
use crate::domain::books::Books;
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Place, Signature};
use crate::domain::time::{Day, Stamp};
use crate::replay::Wrong;

impl Ledger {
    /// What the books would be if these vouchers were entered at `at`, all of them or none; nothing
    /// is written and no signature is asked for. For previews.
    pub fn preview(&self, vouchers: &[Voucher], at: Stamp) -> Result<Books, Refusal> {
        let first = self.size();
        let line = |place: Place| {
            let voucher = vouchers.get(usize::try_from(place.entry.checked_sub(first)?).ok()?)?;
            voucher.lines.get(usize::from(place.line)).cloned()
        };
        self.preview_each(&mut vouchers.iter().cloned(), &line, at)
    }

    /// The same for vouchers that are made as they are looked at; `line` makes one line of them
    /// again, by the place where it would stand.
    pub fn preview_each(
        &self,
        vouchers: &mut dyn Iterator<Item = Voucher>,
        line: &dyn Fn(Place) -> Option<Line>,
        at: Stamp,
    ) -> Result<Books, Refusal> {
        /// So many vouchers' references are looked up together.
        const TOGETHER: usize = 64;
        let mut books = self.books().clone();
        let (mut claims, first) = (Claims::default(), self.size());
        let stored = Stored { journal: &self.journal, index: &self.index, group: &[], first };
        let past = Planned { stored, line };
        loop {
            let group: Vec<Voucher> = vouchers.take(TOGETHER).collect();
            if group.is_empty() {
                return Ok(books);
            }
            let refs = group.iter().flat_map(|v| v.lines.iter()).filter_map(Line::reference);
            // An index that fails knows nothing here; the real append says so.
            let _ = claims.learn(&self.index, refs.collect());
            for voucher in group {
                let (seq, prev, sig) = (books.size, self.replay.last(), Signature([0; 64]));
                let entry = Entry { seq, prev, at, voucher, sig };
                books.signer(&entry)?;
                books.enter(&entry, &past, &mut claims)?;
                claims.forget();
            }
        }
    }

    /// Shows `each` the bytes of the entries `numbers`, which rise, reading on from one to the next
    /// where that is nearer than looking it up.
    pub fn each_of(
        &self,
        numbers: impl IntoIterator<Item = u64>,
        each: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<(), Error> {
        let mut reading = None;
        for wanted in numbers {
            let near = self.index.place(wanted)?;
            let mut records = match reading.take() {
                Some(records) => records,
                None => self.journal.read_from(near)?,
            };
            if !(near.number..=wanted).contains(&records.position().number) {
                records = self.journal.read_from(near)?;
            }
            loop {
                let number = records.position().number;
                match records.next_record()? {
                    Some(bytes) if number == wanted => break each(number, bytes),
                    Some(_) => {}
                    None => return Ok(()),
                }
            }
            reading = Some(records);
        }
        Ok(())
    }

    /// Shows `each` the bytes of every entry taken in on the day `since` or later, in order.
    pub fn entries_since(&self, since: Day, each: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        // Times never go back, so the first such entry is found by halving.
        let (mut low, mut high) = (0, self.size());
        while low < high {
            let middle = low + (high - low) / 2;
            let bytes = self.entry(middle)?.unwrap_or_default();
            let (entry, _) = Entry::decode(&bytes)
                .map_err(|why| Error::Damaged(Wrong::Form { entry: middle, why }))?;
            if entry.at.wall.day() < since { low = middle + 1 } else { high = middle }
        }
        if low == self.size() {
            return Ok(());
        }
        let mut records = self.journal.read_from(self.index.place(low)?)?;
        loop {
            let number = records.position().number;
            match records.next_record()? {
                Some(bytes) if number >= low => each(bytes),
                Some(_) => {}
                None => return Ok(()),
            }
        }
    }
}
