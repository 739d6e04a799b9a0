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

impl Slip {
    /// The payment's reference on the bill of `account`; `suffix` tells what kind of payment.
    pub(super) fn reference(
        &self,
        desk: &mut Desk<'_, '_>,
        account: Id,
        suffix: &str,
    ) -> Result<Ref, Error> {
        desk.reference(account, suffix, self.number.as_deref())
    }

    /// When it was paid.
    pub(super) fn paid(&self, desk: &Desk<'_, '_>) -> Result<Wall, Error> {
        desk.paid(self.paid)
    }
}
