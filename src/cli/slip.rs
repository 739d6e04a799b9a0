//! What every verb that moves money asks in the same words: the number on the bill, and when.

use super::booked::Payment;
use super::desk::Desk;
use super::error::Error;
use super::value;
use crate::domain::line::Line;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::text::{Id, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::import::number;
use crate::seal::reference;

// The bill or slip of a payment. As a doc comment this would become the text of every such verb.
#[derive(clap::Args)]
pub(super) struct Slip {
    /// The number on the bill or slip
    #[arg(long, visible_alias = "slip", value_name = "NUMBER", value_parser = value::number)]
    number: Option<String>,
    /// When it was paid, now if not said
    #[arg(long, value_name = "TIME", value_parser = value::wall)]
    paid: Option<Wall>,
}

/// What stands behind an account's kind in the name of a channel: one number of a bank may be that
/// of a payment and of the fee it cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Suffix(pub(super) &'static str);

impl Suffix {
    pub(super) const NONE: Suffix = Suffix("");
    pub(super) const REFUND: Suffix = Suffix("-refund");
    pub(super) const OUT: Suffix = Suffix("-out");
    pub(super) const FEE: Suffix = Suffix("-fee");
    pub(super) const INTEREST: Suffix = Suffix("-interest");
    pub(super) const PAY: Suffix = Suffix("-pay");
    pub(super) const GRANT: Suffix = Suffix("-grant");
    pub(super) const MATCH: Suffix = Suffix("-match");

    /// All of them: a bank's statement does not say which was meant.
    pub(super) const ALL: [Suffix; 8] = [
        Suffix::NONE,
        Suffix::REFUND,
        Suffix::OUT,
        Suffix::FEE,
        Suffix::INTEREST,
        Suffix::PAY,
        Suffix::GRANT,
        Suffix::MATCH,
    ];
}

impl Suffix {
    /// That of the number of a line typed by hand.
    pub(super) fn of(line: &Line) -> Suffix {
        match line {
            Line::Refund(_) => Suffix::REFUND,
            Line::Transfer(_) => Suffix::OUT,
            Line::Fee(_) => Suffix::FEE,
            Line::Interest(_) => Suffix::INTEREST,
            Line::Pay(_) | Line::Pass(_) => Suffix::PAY,
            Line::Grant(_) => Suffix::GRANT,
            Line::Match(_) => Suffix::MATCH,
            _ => Suffix::NONE,
        }
    }

    /// Under which of them the same payment may have been booked. What it cost is booked apart and
    /// may have its number.
    pub(super) fn rivals(self) -> &'static [Suffix] {
        const IN: [Suffix; 5] =
            [Suffix::NONE, Suffix::GRANT, Suffix::MATCH, Suffix::INTEREST, Suffix::OUT];
        const OUT: [Suffix; 3] = [Suffix::OUT, Suffix::PAY, Suffix::REFUND];
        const BOTH: [Suffix; 7] = [
            Suffix::NONE,
            Suffix::GRANT,
            Suffix::MATCH,
            Suffix::INTEREST,
            Suffix::OUT,
            Suffix::PAY,
            Suffix::REFUND,
        ];
        match self.0 {
            "-fee" => &[Suffix::FEE],
            "-out" => &BOTH,
            "-pay" | "-refund" => &OUT,
            _ => &IN,
        }
    }

    /// Whether money of this kind comes in.
    pub(super) fn comes_in(self) -> bool {
        !matches!(self.0, "-fee" | "-out" | "-pay" | "-refund")
    }
}

/// The references that the number `typed` may have in the log called `origin`: in an account of
/// any kind or from a receipt written by hand, as money of the kinds in `suffixes`, in plain digits
/// and as it was typed.
pub(super) fn refs(origin: &str, typed: &str, suffixes: &[Suffix]) -> Vec<Ref> {
    let kinds = AccountKind::ALL.iter().map(|kind| kind.word()).chain(["paper"]);
    let mut refs = Vec::new();
    for kind in kinds {
        let plain = number::plain(kind, typed).filter(|plain| *plain != typed);
        let numbers: Vec<_> = plain.into_iter().chain([typed.into()]).collect();
        for Suffix(suffix) in suffixes {
            let channel = format!("{kind}{suffix}");
            let of = |number| reference(origin, &channel, number).ok().map(Ref);
            refs.extend(numbers.iter().filter_map(|number| of(number)));
        }
    }
    refs
}

impl Slip {
    /// The reference of so much on the bill of this account; `suffix` tells what kind of payment.
    pub(super) fn reference(
        &self,
        desk: &mut Desk<'_, '_>,
        (fen, account): (Amount, Id),
        suffix: Suffix,
    ) -> Result<Ref, Error> {
        match &self.number {
            Some(number) => desk.reference(Payment { number, account, suffix, fen: fen.fen() }),
            None => Ok(Ref(desk.random())),
        }
    }

    /// Whether the payment has no number, by which it would be known again.
    pub(super) fn is_bare(&self) -> bool {
        self.number.is_none()
    }

    /// When it was paid.
    pub(super) fn paid(&self, desk: &Desk<'_, '_>) -> Result<Wall, Error> {
        desk.paid(self.paid)
    }
}
