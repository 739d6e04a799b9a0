//! 对账单: what a bank stated of an account, proved by its running balance.

use super::{BankRefusal, Stated};
use crate::domain::books::Act;
use crate::domain::english::agreed;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang, Place};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Ties the ledger to a bank's statement, which is kept under seal.
    pub struct Statement {
        /// The account.
        account: Id = "account",
        /// The first day it covers, with lines or without: the one after the last statement's.
        from: Day = "from",
        /// The last.
        to: Day = "to",
        /// What the account held before, in fen.
        opening: Fen = "opening",
        /// What it held after, in fen.
        closing: Fen = "closing",
        /// How many lines it has.
        lines: u64 = "lines",
        /// The file's digest.
        sha256: Digest = "sha256",
    }
}

/// Who may record a statement, and take it back.
const ROLES: [Role; 3] = [Role::Clerk, Role::Cashier, Role::Auditor];

impl Kind for Statement {
    const NAME: Both = Both("对账单", "statement");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&ROLES)?;
        act.open_account(self.account)?;
        let Statement { account, from, to, opening, closing, .. } = *self;
        if from > to {
            return Err(BankRefusal::StatementOrder { from, to }.into());
        }
        act.is_over(to)?;
        if let Some((_, last)) = act.books.bank.latest(account)
            && (last.to.offset(1) != Some(from) || last.closing != opening)
        {
            let (closing, to) = (last.closing, last.to);
            return Err(BankRefusal::StatementGap { account, closing, to, opening, from }.into());
        }
        act.books.bank.statements.set(act.place, Stated { account, to, closing });
        Ok(())
    }

    /// Takes back the account's latest statement, as long as nothing was reconciled with it.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&ROLES)?;
        let later = act.books.bank.latest(self.account).map(|(place, _)| place);
        let period = act.books.bank.periods.get(&self.account);
        let rests = period.filter(|period| period.to >= self.to).map(|period| period.by);
        if let Some(by) = later.filter(|later| *later != of).or(rests) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        act.books.bank.statements.remove(&of);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Statement { account, from, to, opening, closing, lines, .. } = self;
        lang.pick(
            format!("对账单 {account} {from} 至 {to}：{lines} 行，{opening:#} → {closing:#} 元"),
            agreed!(
                "statement of {account}, {from} to {to}: {lines} lines, {opening:#} → {closing:#} yuan"
            ),
        )
    }
}
