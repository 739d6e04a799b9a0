//! Expenses: what was proposed for programmes, management and raising funds, and what was paid of
//! it. No student gets it, so the pages tell what it was for.

use super::FactError;
use super::history::History;
use crate::domain::books::Books;
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposal, Proposed};
use crate::domain::line::funds::Spent;
use crate::domain::line::funds::expense::{Class, Expense};
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use std::ops::Range;

/// How many are listed at most, the newest first; the rest is counted. Of each that is listed, the
/// entry that proposes it is read.
pub(super) const MAX_EXPENSES: usize = 200;

/// One expense.
pub(super) struct Spending<'p> {
    /// Where it was proposed.
    pub(super) place: Place,
    /// The business day; while that is open, the day of the calendar.
    pub(super) day: Day,
    /// Whether its business day is closed, and so has a page.
    pub(super) closed: bool,
    /// What was proposed.
    pub(super) line: Box<Expense>,
    /// What became of it.
    pub(super) proposal: &'p Proposal,
    /// The campaign it belongs to: that of its pot, or else the one it states.
    pub(super) campaign: Option<Id>,
}

/// At most `most` of those proposed by the entries `within`, the newest first, and how many more
/// there are.
pub(super) fn latest<'f>(
    history: &History<'f>,
    within: Range<u64>,
    most: usize,
) -> Result<(Vec<Spending<'f>>, usize), FactError> {
    let (mut all, mut rest) = (Vec::new(), 0);
    for (place, proposal) in history.proposals(within).rev() {
        if !matches!(proposal.what, Proposed::Expense(_)) {
            continue;
        }
        if all.len() == most {
            rest += 1;
            continue;
        }
        let entry = history.kept_entry(place.entry)?;
        let Some(Line::Expense(line)) = entry.voucher.lines.get(usize::from(place.line)) else {
            return Err(FactError::new(format!("the expense {place}"), "it is none"));
        };
        let of_pot = line.pot.and_then(|pot| history.books().funds.pots.get(&pot)?.campaign);
        let closed = history.of_entry(place.entry);
        all.push(Spending {
            place,
            day: closed.map_or(proposal.on, |closed| closed.day),
            closed: closed.is_some(),
            line: line.clone(),
            proposal,
            campaign: of_pot.or(line.campaign),
        });
    }
    Ok((all, rest))
}

/// Whether one was ever paid.
pub(super) fn any(books: &Books) -> bool {
    books.sums.ever.done.of(Move::Spend).count > 0
}

/// What was paid since the founding, class by class, in fen; together it is what closes count.
pub(super) fn by_class(books: &Books) -> [(Class, Fen); 3] {
    let sum = |of: fn(&Spent) -> Fen| {
        let years = books.funds.years.iter().map(|(_, spent)| of(spent));
        years.fold(Fen::ZERO, |sum, fen| sum.plus(fen).unwrap_or(Fen::MAX))
    };
    let (management, fundraising) = (sum(|spent| spent.management), sum(|spent| spent.fundraising));
    let others = management.plus(fundraising).unwrap_or(Fen::MAX);
    let programme = books.sums.ever.net(Move::Spend).minus(others).unwrap_or_default();
    [
        (Class::Programme, programme),
        (Class::Management, management),
        (Class::Fundraising, fundraising),
    ]
}
