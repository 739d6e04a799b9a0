//! The closed days and the entries behind them, read from the facts.

use super::find::{Marks, Shard, Shelves, push_line, undoes};
use super::money::MonthMoney;
use super::path::Month;
use super::{FactError, Facts};
use crate::domain::books::{Books, RECENT};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposal, Proposed};
use crate::domain::line::close::Close;
use crate::domain::text::{Id, Place, Ref};
use crate::domain::time::{Day, Stamp};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// A closed day: its entries are those from `from` to `entry`, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Closed {
    /// The business day.
    pub(super) day: Day,
    /// The first entry it covers.
    pub(super) from: u64,
    /// The entry that closed it.
    pub(super) entry: u64,
}

/// The entries of the days `closed`, which follow each other.
pub(super) fn entries_of(closed: &[Closed]) -> Range<u64> {
    let from = closed.first().map_or(0, |c| c.from);
    from..closed.last().map_or(from, |c| c.entry)
}

/// So many closes are kept once read: those of the last month and the month before.
const KEPT: usize = 64;

/// The facts, with the closed days in order.
pub(super) struct History<'f> {
    pub(super) facts: &'f dyn Facts,
    pub(super) closed: Vec<Closed>,
    /// The closes read so far, by entry: pages, months and numbers ask for the same ones.
    closes: RefCell<BTreeMap<u64, Rc<(Stamp, Close)>>>,
    /// The entries looked at so far that many pages are made from.
    entries: RefCell<BTreeMap<u64, Rc<Entry>>>,
    /// The day read last: its page is wanted in two languages.
    lately: RefCell<Option<(Day, Rc<DayLines>)>>,
    /// The month whose money was listed last.
    pub(super) money: RefCell<Option<(Month, Rc<MonthMoney>)>>,
    /// The marks of all shards, once they were wanted.
    marks: RefCell<Option<Rc<Marks>>>,
    /// The newest shards, once they were wanted.
    newest: RefCell<Option<Rc<Vec<Vec<u8>>>>>,
}

/// One line of a day, with its officer and place.
pub(super) struct Told {
    pub(super) by: Id,
    pub(super) place: Place,
    pub(super) line: Line,
}

/// What the entries of a day say, the close aside.
pub(super) struct DayLines {
    /// Its first gifts, at most as many as a page lists.
    pub(super) gifts: Vec<Told>,
    /// How many more there are.
    pub(super) more_gifts: u64,
    /// All other lines.
    pub(super) others: Vec<Told>,
}

/// What entries since an earlier publication touch.
#[derive(Default)]
pub(super) struct News {
    /// Closed days whose pages may read differently.
    pub(super) days: BTreeSet<Day>,
    /// Allocations and expenses of closed days whose pages and lists may read differently.
    pub(super) proposals: BTreeSet<Place>,
    /// Groups of lines whose own pages may read differently.
    pub(super) groups: Groups,
}

/// Groups of lines that have pages and numbers of their own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Groups {
    /// Volunteering.
    pub(super) hours: bool,
    /// Wishes.
    pub(super) wishes: bool,
}

impl Groups {
    /// All of them.
    pub(super) const ALL: Groups = Groups { hours: true, wishes: true };

    /// Notes what a line is about.
    fn note(&mut self, line: &Line) {
        match line {
            Line::Norms(_)
            | Line::Org(_)
            | Line::Volunteer(_)
            | Line::Duty(_)
            | Line::Serve(_)
            | Line::Correct(_)
            | Line::Certify(_) => self.hours = true,
            Line::Ask(_)
            | Line::Claim(_)
            | Line::Deliver(_)
            | Line::Confirm(_)
            | Line::Escalate(_)
            | Line::Drop(_)
            | Line::Helpers(_)
            | Line::Terms(_) => self.wishes = true,
            _ => {}
        }
    }
}

/// Keeps what was read, and forgets the oldest of too many.
fn keep<T>(kept: &RefCell<BTreeMap<u64, T>>, entry: u64, what: T) {
    let mut kept = kept.borrow_mut();
    if kept.len() >= KEPT {
        kept.pop_first();
    }
    kept.insert(entry, what);
}

impl<'f> History<'f> {
    /// Takes the closed days from the books.
    pub(super) fn new(facts: &'f dyn Facts) -> History<'f> {
        let mut from = 0;
        let closed = facts.replay().books().days.iter().map(|(day, entry)| {
            let closed = Closed { day: *day, from, entry: *entry };
            from = entry + 1;
            closed
        });
        let closed = closed.collect();
        let (closes, entries, lately, money, marks, newest) = Default::default();
        History { facts, closed, closes, entries, lately, money, marks, newest }
    }

    /// The months that have closed days, the oldest first, each with its closed days.
    pub(super) fn months(&self) -> impl DoubleEndedIterator<Item = (Month, &[Closed])> {
        let same = |a: &Closed, b: &Closed| Month::of(a.day) == Month::of(b.day);
        self.closed.chunk_by(same).filter_map(|days| Some((Month::of(days.first()?.day), days)))
    }

    /// The closed days of `month`.
    pub(super) fn in_month(&self, month: Month) -> &[Closed] {
        let from = self.closed.partition_point(|c| c.day < month.first());
        let rest = self.closed.get(from..).unwrap_or_default();
        let end = rest.iter().take(31).take_while(|c| Month::of(c.day) == month).count();
        rest.get(..end).unwrap_or_default()
    }

    /// The number of entries.
    pub(super) fn size(&self) -> u64 {
        self.facts.replay().tree().size()
    }

    /// The closed day `day`.
    pub(super) fn on(&self, day: Day) -> Option<Closed> {
        let at = self.closed.binary_search_by_key(&day, |c| c.day).ok()?;
        self.closed.get(at).copied()
    }

    /// The allocations proposed on closed days, in the order of the ledger.
    pub(super) fn grants(&self) -> impl DoubleEndedIterator<Item = (Place, &Proposal)> {
        self.grants_in(&self.closed)
    }

    /// The allocations proposed on the days `closed`, which follow each other.
    pub(super) fn grants_in(
        &self,
        closed: &[Closed],
    ) -> impl DoubleEndedIterator<Item = (Place, &Proposal)> {
        let allocation = |p: &Proposal| matches!(p.what, Proposed::Allocation(..));
        self.proposals(entries_of(closed)).filter(move |(_, p)| allocation(p))
    }

    /// The allocations and expenses that the entries `within` propose, in the order of the ledger.
    pub(super) fn proposals(
        &self,
        within: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = (Place, &'f Proposal)> + use<'f> {
        let [from, to] = [within.start, within.end].map(|entry| Place { entry, line: 0 });
        let all = self.books().proposals.range(from..to);
        all.filter(|(_, p)| p.what.is_paid()).map(|(place, p)| (*place, p))
    }

    /// Whether an allocation or expense was proposed at `place` on a closed day.
    fn proposed(&self, place: Place) -> bool {
        let proposal = self.books().proposals.get(&place).filter(|p| p.what.is_paid());
        proposal.is_some() && self.of_entry(place.entry).is_some()
    }

    /// The allocation proposed at `place` on a closed day.
    pub(super) fn grant(&self, place: Place) -> Option<&Proposal> {
        self.of_entry(place.entry)?;
        let proposal = self.books().proposals.get(&place)?;
        matches!(proposal.what, Proposed::Allocation(..)).then_some(proposal)
    }

    /// The closed day that entry `number` belongs to, unless its day is still open.
    pub(super) fn of_entry(&self, number: u64) -> Option<Closed> {
        self.closed.get(self.closed.partition_point(|c| c.entry < number)).copied()
    }

    /// The days closed by an entry from number `since` on.
    pub(super) fn closed_since(&self, since: u64) -> &[Closed] {
        self.closed.get(self.closed.partition_point(|c| c.entry < since)..).unwrap_or_default()
    }

    /// Entry `number`, read.
    pub(super) fn entry(&self, number: u64) -> Result<Entry, FactError> {
        let bytes = self.facts.entry(number)?;
        let read = Entry::decode(&bytes).map(|(entry, _)| entry);
        read.map_err(|why| FactError::new(format!("entry {number}"), &why))
    }

    /// The line at `place`.
    pub(super) fn line(&self, place: Place) -> Result<Option<Line>, FactError> {
        if place.entry >= self.size() {
            return Ok(None);
        }
        let entry = self.entry(place.entry)?;
        Ok(entry.voucher.lines.get(usize::from(place.line)).cloned())
    }

    /// The record that closed a day, and when it was taken in.
    pub(super) fn close(&self, closed: Closed) -> Result<Rc<(Stamp, Close)>, FactError> {
        if let Some(known) = self.closes.borrow().get(&closed.entry) {
            return Ok(known.clone());
        }
        let entry = self.entry(closed.entry)?;
        let [Line::Close(close)] = &*entry.voucher.lines else {
            let what = format!("the close of {} in entry {}", closed.day, closed.entry);
            return Err(FactError::new(what, "the entry closes no day"));
        };
        let close = Rc::new((entry.at, (**close).clone()));
        keep(&self.closes, closed.entry, close.clone());
        Ok(close)
    }

    /// Entry `number`, read once for the many pages made from it.
    pub(super) fn kept_entry(&self, number: u64) -> Result<Rc<Entry>, FactError> {
        if let Some(known) = self.entries.borrow().get(&number) {
            return Ok(known.clone());
        }
        let entry = Rc::new(self.entry(number)?);
        keep(&self.entries, number, entry.clone());
        Ok(entry)
    }

    /// The state after the last entry.
    pub(super) fn books(&self) -> &'f Books {
        self.facts.replay().books()
    }

    /// The lines of a closed day, with at most `gifts` gifts.
    pub(super) fn lines(&self, closed: Closed, gifts: usize) -> Result<Rc<DayLines>, FactError> {
        if let Some((day, lines)) = &*self.lately.borrow()
            && *day == closed.day
        {
            return Ok(lines.clone());
        }
        let mut lines = DayLines { gifts: Vec::new(), more_gifts: 0, others: Vec::new() };
        for number in closed.from..closed.entry {
            let full = lines.gifts.len() == gifts;
            if let Some(count) = self.facts.only_gifts(number).filter(|_| full) {
                lines.more_gifts += u64::from(count);
                continue;
            }
            let voucher = self.entry(number)?.voucher;
            let by = voucher.by;
            for (line, at) in voucher.lines.iter().zip(0..) {
                let place = Place { entry: number, line: at };
                let told = || Told { by, place, line: line.clone() };
                match line {
                    Line::Gift(_) if lines.gifts.len() < gifts => lines.gifts.push(told()),
                    Line::Gift(_) => lines.more_gifts += 1,
                    _ => lines.others.push(told()),
                }
            }
        }
        let lines = Rc::new(lines);
        self.lately.replace(Some((closed.day, lines.clone())));
        Ok(lines)
    }

    /// What is new since the first `since` entries were published.
    ///
    /// A mark on an old day's page (refunded, reversed, acknowledged) appears with the entry that
    /// makes it and gets its link when that entry's own day is closed; so entries of the day that
    /// was open then are looked at again.
    pub(super) fn news(&self, since: u64) -> Result<News, FactError> {
        let mut news = News::default();
        let open = self.closed.partition_point(|c| c.entry < since).checked_sub(1);
        let open = open.and_then(|at| self.closed.get(at)).map_or(0, |c| c.entry + 1);
        for number in open..self.size() {
            for (line, at) in self.entry(number)?.voucher.lines.iter().zip(0..) {
                news.groups.note(line);
                for place in self.noted(line)? {
                    news.days.extend(self.of_entry(place.entry).map(|c| c.day));
                }
                let here = Place { entry: number, line: at };
                let about = self.proposal(line, here);
                news.proposals.extend(about.filter(|place| self.proposed(*place)));
            }
        }
        news.days.extend(self.closed_since(since).iter().map(|c| c.day));
        Ok(news)
    }

    /// The allocation or expense that `line`, which stands at `here`, is about.
    fn proposal(&self, line: &Line, here: Place) -> Option<Place> {
        let paid = |place| self.books().payments.get(&place).map(|p| p.of);
        match line {
            Line::Allocate(_) | Line::Expense(_) => Some(here),
            Line::Approve(approve) => Some(approve.of),
            Line::Reject(reject) => Some(reject.of),
            Line::Pay(pay) => Some(pay.of),
            Line::Acknowledge(acknowledge) => paid(acknowledge.of),
            Line::Document(paper) => paper.of.map(|of| paid(of).unwrap_or(of)),
            Line::Clawback(back) => paid(back.of),
            Line::Reverse(reverse) => match self.line(reverse.of) {
                Ok(Some(Line::Clawback(back))) => paid(back.of),
                _ => Some(paid(reverse.of).unwrap_or(reverse.of)),
            },
            _ => None,
        }
    }

    /// What every shard says of lines that were undone. Costs the entries of these.
    pub(super) fn marks(&self) -> Result<Rc<Marks>, FactError> {
        if let Some(known) = &*self.marks.borrow() {
            return Ok(known.clone());
        }
        let mut marks = Vec::new();
        for (of, touched) in self.books().touched.iter() {
            if let Some(reference) = self.line(*of)?.as_ref().and_then(Line::reference) {
                let by = touched.refunds.iter().chain(&touched.reversed);
                marks.extend(by.map(|by| (reference, *by)));
            }
        }
        let marks = Rc::new(Marks::new(marks));
        self.marks.replace(Some(marks.clone()));
        Ok(marks)
    }

    /// What entries say of references, in the order of the ledger: where their lines are, and what
    /// undid them; and how many references are new.
    pub(super) fn hints(&self, entries: Range<u64>) -> Result<(Vec<(Place, Ref)>, u64), FactError> {
        let (mut hints, mut new) = (Vec::new(), 0);
        for number in entries {
            for (line, at) in self.entry(number)?.voucher.lines.iter().zip(0..) {
                let place = Place { entry: number, line: at };
                let own = line.reference();
                new += u64::from(own.is_some());
                hints.extend(own.into_iter().chain(self.mark(line, place)?).map(|r| (place, r)));
            }
        }
        hints.sort_unstable();
        Ok((hints, new))
    }

    /// From which entry on references were recent when there were `size` entries and `count`
    /// references. Costs those that were.
    pub(super) fn recent_at(&self, size: u64, count: u64) -> Result<u64, FactError> {
        let mut rest = count % RECENT;
        if count < RECENT {
            return Ok(0);
        }
        for number in (0..size).rev() {
            // The last full lot ends in this entry.
            let new = self.entry(number)?.references();
            let Some(before) = rest.checked_sub(new) else { return Ok(number + 1) };
            rest = before;
        }
        Ok(0)
    }

    /// The newest shards, by number.
    pub(super) fn newest(&self) -> Result<Rc<Vec<Vec<u8>>>, FactError> {
        if let Some(known) = &*self.newest.borrow() {
            return Ok(known.clone());
        }
        let shelves = Shelves::of(self.books().refs);
        let mut newest: Vec<Vec<u8>> = Shard::newest().map(|_| Vec::new()).collect();
        for (place, reference) in self.hints(shelves.recent..self.size())?.0 {
            if let Some(shard) = newest.get_mut(shelves.shard(reference, place.entry).number()) {
                push_line(shard, reference, place, self.facts.range(place.entry)?);
            }
        }
        let newest = Rc::new(newest);
        self.newest.replace(Some(newest.clone()));
        Ok(newest)
    }

    /// The mark that `line`, which stands at `place`, adds to the shard of the line that it undoes.
    fn mark(&self, line: &Line, place: Place) -> Result<Option<Ref>, FactError> {
        let Some(of) = undoes(line) else { return Ok(None) };
        let touched = self.books().touched.get(&of);
        if !touched.is_some_and(|t| t.reversed == Some(place) || t.refunds.contains(&place)) {
            return Ok(None);
        }
        Ok(self.line(of)?.as_ref().and_then(Line::reference))
    }

    /// The earlier lines that `line` says something of on their days' pages.
    fn noted(&self, line: &Line) -> Result<Vec<Place>, FactError> {
        Ok(match line {
            Line::Refund(refund) => vec![refund.of],
            Line::Acknowledge(acknowledge) => vec![acknowledge.of],
            // A refund booked back also changes what its gift says.
            Line::Reverse(reverse) => match self.line(reverse.of)? {
                Some(Line::Refund(refund)) => vec![reverse.of, refund.of],
                _ => vec![reverse.of],
            },
            _ => Vec::new(),
        })
    }
}
