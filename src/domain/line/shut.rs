//! 销户: an empty money account is used no more.

use super::Kind;
use super::appoint::Role;
use super::open::Account;
use crate::domain::books::Act;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::record;

record! {
    /// Shuts a money account that holds nothing.
    pub struct Shut {
        /// Its handle.
        account: Id = "account",
    }
}

impl Kind for Shut {
    const NAME: Both = Both("销户", "shutting of an account");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        act.open_account(self.account)?;
        let (account, sums) = (self.account, &act.books.sums);
        let held =
            sums.now.held.0.iter().find(|(id, _)| *id == account).map_or(Fen::ZERO, |(_, h)| *h);
        if held > Fen::ZERO {
            return Err(Refusal::AccountNotEmpty { account, held });
        }
        if let Some(known) = act.books.accounts.get(&account) {
            let known = Account { shut: true, ..*known };
            act.books.accounts.set(account, known);
        }
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let account = self.account;
        lang.pick(format!("销户 {account}"), format!("account {account} shut"))
    }
}
