//! What every verb that moves money asks in the same words: the number on the bill, and when.

use super::desk::Desk;
use super::error::Error;
use super::value;
use crate::domain::text::{Id, Ref};
use crate::domain::time::Wall;

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
#[derive(Clone, Copy)]
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

impl Slip {
    /// The payment's reference on the bill of `account`; `suffix` tells what kind of payment.
    pub(super) fn reference(
        &self,
        desk: &mut Desk<'_, '_>,
        account: Id,
        suffix: Suffix,
    ) -> Result<Ref, Error> {
        desk.reference(account, suffix, self.number.as_deref())
    }

    /// When it was paid.
    pub(super) fn paid(&self, desk: &Desk<'_, '_>) -> Result<Wall, Error> {
        desk.paid(self.paid)
    }
}
