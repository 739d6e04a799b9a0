//! What the books would be: the rules are asked, and nothing is written.

use super::Ledger;
use super::past::{self, Claims, Lines};
use crate::domain::books::Books;
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Place, Signature};
use crate::domain::time::Stamp;

/// Shows vouchers to whoever looks at them, in their order, up to the first that is refused. May be
/// asked to show them again.
pub type EachVoucher<'a> =
    dyn Fn(&mut dyn FnMut(Voucher) -> Result<(), Refusal>) -> Result<(), Refusal> + 'a;

/// Vouchers that are made as they are looked at, for [`Ledger::preview_each`].
pub struct Coming<'a> {
    /// Shows them.
    pub each: &'a EachVoucher<'a>,
    /// About how many lines they have together.
    pub lines: usize,
    /// Whether [`Ledger::all_new`] said so of every reference that they claim.
    pub all_new: bool,
    /// Makes one line of them again, by the place where it would stand.
    pub line: &'a dyn Fn(Place) -> Option<Line>,
}

impl Ledger {
    /// What the books would be if these vouchers were entered at `at`, all of them or none; nothing
    /// is written and no signature is asked for. For previews.
    pub fn preview(&self, vouchers: &[Voucher], at: Stamp) -> Result<Books, Refusal> {
        let first = self.size();
        let line = |place: Place| {
            let voucher = vouchers.get(usize::try_from(place.entry.checked_sub(first)?).ok()?)?;
            voucher.lines.get(usize::from(place.line)).cloned()
        };
        let lines = vouchers.iter().map(|voucher| voucher.lines.len()).sum();
        let each: &EachVoucher<'_> = &|take| vouchers.iter().cloned().try_for_each(take);
        self.preview_each(&Coming { each, lines, all_new: false, line: &line }, at)
    }

    /// The same as [`Ledger::preview`] for vouchers that are made as they are looked at.
    ///
    /// References of many lines are looked at together, after the other rules. If one of them was
    /// used before, or anything is refused, the vouchers are made again, and each is asked about in
    /// its turn: so the refusal is that of the first line that meets one.
    pub fn preview_each(&self, coming: &Coming<'_>, at: Stamp) -> Result<Books, Refusal> {
        let index = &self.index;
        if coming.lines >= past::MANY {
            let mut claims = if coming.all_new {
                Claims::all_new(index)
            } else {
                Claims::put_off(index, coming.lines)
            };
            if let Ok(books) = self.look_at(coming, at, &mut claims)
                && claims.hold()
            {
                return Ok(books);
            }
        }
        // A journal or index that fails knows nothing here; the real append says so.
        self.look_at(coming, at, &mut Claims::new(Some(index)))
    }

    fn look_at(
        &self,
        coming: &Coming<'_>,
        at: Stamp,
        claims: &mut Claims<'_>,
    ) -> Result<Books, Refusal> {
        let mut books = self.books().clone();
        let (first, line) = (self.size(), coming.line);
        let past = past::Planned { stored: Lines::new(self.stored(), &[], first), first, line };
        (coming.each)(&mut |voucher| {
            let (seq, prev, sig) = (books.size, self.replay.last(), Signature([0; 64]));
            let entry = Entry { seq, prev, at, voucher, sig };
            books.signer(&entry)?;
            books.enter(&entry, &past, claims)?;
            claims.accept();
            Ok(())
        })?;
        Ok(books)
    }
}
