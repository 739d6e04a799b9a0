//! Amounts with their sign in front: what came in, what went out. The colour only repeats it.

use super::yuan;
use crate::domain::money::Fen;
use crate::domain::sums::{Balance, Move, Moves, Tallies};
use crate::publish::money::Way;

/// An amount and the way it went. Printed as `+¥1.00`, `−¥300.00` or `¥0.00`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::publish) struct Amount {
    way: Way,
    fen: Fen,
}

impl Amount {
    pub(super) fn new(way: Way, fen: Fen) -> Amount {
        Amount { way, fen }
    }

    /// What came in: `plus` less `minus`.
    pub(in crate::publish) fn into_fund(plus: &[Fen], minus: &[Fen]) -> Amount {
        let (plus, minus) = (sum(plus), sum(minus));
        match plus.minus(minus) {
            Some(fen) => Amount { way: Way::In, fen },
            None => Amount { way: Way::Out, fen: minus.minus(plus).unwrap_or_default() },
        }
    }

    /// What went out: `done` less what came back.
    pub(super) fn out_of_fund(done: Fen, back: Fen) -> Amount {
        match done.minus(back) {
            Some(fen) => Amount { way: Way::Out, fen },
            None => Amount { way: Way::In, fen: back.minus(done).unwrap_or_default() },
        }
    }

    /// What the fund has more by it, in fen; below zero if it went out.
    pub(super) fn gain(&self) -> i128 {
        let fen = i128::from(self.fen.get());
        match self.way {
            Way::In => fen,
            Way::Out => -fen,
            Way::Within => 0,
        }
    }

    /// How the page marks it.
    pub(in crate::publish) fn class(&self) -> &'static str {
        match self.way {
            _ if self.fen == Fen::ZERO => "none",
            Way::In => "in",
            Way::Out => "out",
            Way::Within => "within",
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.class() {
            "in" => "+",
            "out" => "−",
            _ => "",
        };
        write!(f, "{sign}{}", yuan(self.fen))
    }
}

/// Signs, digits, commas and a point.
impl askama::filters::HtmlSafe for Amount {}

/// All together.
pub(super) fn sum(all: &[Fen]) -> Fen {
    all.iter().fold(Fen::ZERO, |sum, fen| sum.plus(*fen).unwrap_or(Fen::MAX))
}

/// What of the money left is told apart from the rest; empty where nothing is.
pub(super) struct Apart {
    /// Restricted to the purposes of pots, not promised yet.
    pub(super) restricted: String,
    /// Entrusted by sponsors, not passed on yet.
    pub(super) agency: String,
}

impl Apart {
    pub(super) fn of(balance: &Balance) -> Apart {
        let agency = balance.agency.0;
        Apart {
            restricted: if balance.pots.0.0.is_empty() {
                String::new()
            } else {
                yuan(balance.pots.0.total())
            },
            agency: if agency == Fen::ZERO { String::new() } else { yuan(agency) },
        }
    }
}

/// What moved in some time, in the words of a report.
pub(super) struct Summary {
    /// Gifts that stayed: without refunds and reversals.
    pub(super) received: Amount,
    pub(super) interest: Amount,
    pub(super) paid: Amount,
    pub(super) fees: Amount,
    /// Of offices, platforms and sales.
    pub(super) granted: Amount,
    /// Of boxes and squares, differences found later among it.
    pub(super) boxes: Amount,
    /// On programmes and management.
    pub(super) spent: Amount,
    /// Paid to students, and came back.
    pub(super) back: Amount,
    /// Of sponsors: what came to be passed on, less what was.
    pub(super) entrusted: Amount,
    /// How many gifts were recorded.
    pub(super) gifts: u64,
    /// How many payments were recorded.
    pub(super) pays: u64,
}

impl Summary {
    pub(super) fn of(moves: &Moves) -> Summary {
        Summary::all(&[moves])
    }

    /// What moved but gifts, interest, payments and fees.
    fn beside(&self) -> [Amount; 5] {
        [self.granted, self.boxes, self.spent, self.back, self.entrusted]
    }

    /// Whether any of that did.
    pub(super) fn has_others(&self) -> bool {
        self.beside().iter().any(|one| one.class() != "none")
    }

    /// What moved beside gifts, payments and fees, together.
    pub(super) fn others(&self) -> Amount {
        let all = self.beside().into_iter().chain([self.interest]);
        let (came, went): (Vec<_>, Vec<_>) = all.partition(|one| one.way == Way::In);
        let fen = |some: Vec<Amount>| some.iter().map(|one| one.fen).collect::<Vec<_>>();
        Amount::into_fund(&fen(came), &fen(went))
    }

    /// Of several days together.
    pub(super) fn all(moves: &[&Moves]) -> Summary {
        let side = |kind: Move, of: fn(&Moves) -> &Tallies| {
            sum(&moves.iter().map(|moves| of(moves).of(kind).fen).collect::<Vec<_>>())
        };
        let done = |kind: &Move| side(*kind, |moves| &moves.done);
        let undone = |kind: &Move| side(*kind, |moves| &moves.undone);
        // What came by some kinds, less what went back by others.
        let into = |came: &[Move], back: &[Move]| {
            let plus: Vec<_> = came.iter().map(done).chain(back.iter().map(undone)).collect();
            let minus: Vec<_> = came.iter().map(undone).chain(back.iter().map(done)).collect();
            Amount::into_fund(&plus, &minus)
        };
        let out = |kind: Move| Amount::out_of_fund(done(&kind), undone(&kind));
        let count = |of: fn(&Tallies) -> u64| moves.iter().map(|moves| of(&moves.done)).sum();
        Summary {
            received: into(&[Move::Gift], &[Move::Refund]),
            interest: into(&[Move::Interest], &[]),
            paid: out(Move::Pay),
            fees: out(Move::Fee),
            granted: into(&[Move::Grant, Move::Match, Move::Proceeds], &[]),
            boxes: into(&[Move::Collect, Move::Surplus], &[Move::Shortage]),
            spent: out(Move::Spend),
            back: into(&[Move::Clawback], &[]),
            entrusted: into(&[Move::Entrust], &[Move::Pass]),
            gifts: count(|done| done.gift.count),
            pays: count(|done| done.pay.count),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_stands_in_front_and_nothing_has_none() {
        let fen = |n| Fen::new(n).unwrap();
        for (plus, minus, text, class) in [
            (100, 0, "+¥1.00", "in"),
            (0, 30_000, "−¥300.00", "out"),
            (7, 7, "¥0.00", "none"),
            (123_456_789, 0, "+¥1,234,567.89", "in"),
        ] {
            let amount = Amount::into_fund(&[fen(plus)], &[fen(minus)]);
            assert_eq!((amount.to_string().as_str(), amount.class()), (text, class));
        }
        assert_eq!(Amount::out_of_fund(fen(5), fen(0)).to_string(), "−¥0.05");
        assert_eq!(Amount::out_of_fund(fen(0), fen(5)).to_string(), "+¥0.05");
        assert_eq!(Amount::new(Way::Within, fen(5)).to_string(), "¥0.05");
        assert_eq!(
            Amount::into_fund(&[Fen::MAX, Fen::MAX], &[]).to_string(),
            format!("+{}", yuan(Fen::MAX))
        );
    }
}
