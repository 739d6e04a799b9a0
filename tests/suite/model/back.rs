//! Money for goods sold, and money that comes back: sections 6.71 and 6.72 of the specification.

use super::drafts::Drafts;
use super::line::{Line, Place};
use super::rules::{Now, Rules};
use super::view::Said;

impl Now<'_> {
    /// Sections 6.71 and 6.72.
    pub(super) fn comes(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Proceeds { of, fen, to, .. } => {
                rules.unless(self.has(&["cashier"]), "NoRole");
                self.open(to, rules);
                self.income(rules);
                self.proceeds(*of, *fen, rules);
            }
            Line::Clawback { of, fen, to, pot, .. } => {
                rules.unless(self.has(&["clerk", "cashier"]), "NoRole");
                self.open(to, rules);
                self.clawback(*of, *fen, pot.as_ref(), rules);
            }
            _ => unreachable!("money that comes"),
        }
    }

    fn clawback(&self, of: Place, fen: u64, pot: Option<&String>, rules: &mut Rules) {
        let Some(earlier) = self.earlier(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        let Line::Pay { of: proposal, fen: paid, .. } = &earlier.line else {
            return rules.unless(false, "NotA");
        };
        rules.unless(self.view.reversed(of).is_none(), "AlreadyReversed");
        match self.view.at(*proposal).map(|(_, said)| &said.line) {
            Some(Line::Allocate { pot: from, .. }) => {
                rules.unless(from.as_ref() == pot, "NotItsPot");
            }
            _ => rules.unless(false, "NotA"),
        }
        let back = u128::from(self.view.came_back(of)) + u128::from(fen);
        rules.unless(back <= u128::from(*paid), "MoreThanPaid");
    }
}

impl Drafts<'_> {
    /// Money of a payment that may come back now.
    pub(super) fn right_clawback(&mut self, first: bool) -> Line {
        self.officer(&["clerk", "cashier"], &[], first);
        let of = self.place(|view, said| match &said.line {
            Line::Pay { of, fen, .. } => {
                let about = view.at(*of).map(|(_, said)| &said.line);
                let allocated = matches!(about, Some(Line::Allocate { .. }));
                let left = view.came_back(said.place) < *fen;
                allocated && left && view.reversed(said.place).is_none()
            }
            _ => false,
        });
        let view = self.view();
        let (mut left, mut pot) = (9, None);
        if let Some((_, Said { line: Line::Pay { of: proposal, fen, .. }, .. })) = view.at(of) {
            left = fen.saturating_sub(view.came_back(of));
            if let Some((_, Said { line: Line::Allocate { pot: from, .. }, .. })) =
                view.at(*proposal)
            {
                pot.clone_from(from);
            }
        }
        let (to, fen) = (self.account(false).0, self.amount(left));
        let why = self.pick(&["left", "duplicate", "ineligible", "returned"]).unwrap();
        Line::Clawback { of, fen, to, paid: self.paid(), why, pot }
    }
}
