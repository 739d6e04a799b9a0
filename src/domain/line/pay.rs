//! 发放: approved money leaves an account for the student.

use super::allocate::{Proposal, Proposed, State};
use super::appoint::Role;
use super::funds::expense::Expense;
use super::{Kind, Line};
use crate::domain::books::{Act, Step};
use crate::domain::codec::Rare;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Book, Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// What the books know of a payment.
    #[derive(Copy)]
    pub struct Payment {
        /// The allocation it pays.
        of: Place = "of",
        /// Who paid.
        by: Id = "by",
        /// The line that acknowledged it.
        acknowledged: Option<Place> = "acknowledged",
        /// What of it came back so far, in fen.
        back: Rare<Fen> = "back",
        /// The last line that says so.
        clawback: Option<Place> = "clawback",
    }
}

record! {
    /// Pays an approved allocation or expense, whole or in part; not by who proposed or approved.
    pub struct Pay {
        /// The allocation or expense.
        of: Place = "of",
        /// How much, in fen.
        fen: Amount = "fen",
        /// The account it left.
        from: Id = "from",
        /// When it was paid.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
    }
}

impl Pay {
    fn posting(&self) -> Posting {
        Posting { debit: Book::Promised, credit: Book::Held(self.from), fen: self.fen.fen() }
    }

    /// The expense that it pays; `None` if it pays a student's allocation.
    fn expense(&self, proposal: &Proposal, act: &Act<'_>) -> Result<Option<Expense>, Refusal> {
        if !matches!(proposal.what, Proposed::Expense(_)) {
            return Ok(None);
        }
        match act.earlier(self.of)? {
            Line::Expense(expense) => Ok(Some(*expense)),
            other => {
                let want = <Expense as Kind>::NAME;
                Err(Refusal::NotA { place: self.of, found: other.name(), want })
            }
        }
    }

    /// As what it counts.
    fn kind(expense: Option<&Expense>) -> Move {
        if expense.is_some() { Move::Spend } else { Move::Pay }
    }
}

impl Kind for Pay {
    const NAME: Both = Both("发放", "payment");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.from)?;
        act.not_ahead(self.paid)?;
        let proposal = act.earlier_proposal(self.of)?;
        let (left, need) = (proposal.left(), self.fen.fen());
        if proposal.state != State::Approved {
            return Err(Refusal::NotApproved { place: self.of, state: proposal.state.both() });
        }
        if self.paid.day() < proposal.on {
            let (place, on, paid) = (self.of, proposal.on, self.paid);
            return Err(Refusal::PaidBeforeProposed { place, on, paid });
        }
        let pay = Both("支付该拨款", "paying it");
        act.another_than(proposal.by, Both("提出该拨款", "proposing the allocation"), pay)?;
        for approver in proposal.approvals.iter() {
            act.another_than(*approver, Both("审批该拨款", "approving the allocation"), pay)?;
        }
        if let Proposed::Allocation(student, _) = proposal.what {
            act.unbiased(student, pay)?;
        }
        let paid = proposal.paid.plus(need).filter(|_| need <= left);
        let paid = paid.ok_or(Refusal::OverAllocated { place: self.of, left, need })?;
        let expense = self.expense(&proposal, act)?;
        if let Some(expense) = &expense {
            expense.pay(act, need)?;
        }
        act.spend(self.paid.day(), need, expense.as_ref().map(|expense| expense.class))?;
        act.claim(self.reference)?;
        act.post(Pay::kind(expense.as_ref()), self.posting())?;
        act.books.proposals.set(self.of, Proposal { paid, ..proposal });
        let payment = Payment {
            of: self.of,
            by: act.by,
            acknowledged: None,
            back: Rare::default(),
            clawback: None,
        };
        act.books.payments.set(act.place, payment);
        act.trace(self.of, Step::Pay);
        Ok(())
    }

    /// Takes a payment back that did not arrive; what was released meanwhile becomes free.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.from)?;
        let payment = act.books.payments.get(&of).copied();
        if let Some(by) = payment.filter(|p| p.back.0 > Fen::ZERO).and_then(|p| p.clawback) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        if let Some(by) = payment.and_then(|p| p.acknowledged) {
            return Err(Refusal::Acknowledged { place: of, by });
        }
        let (proposal, fen) = (act.proposal(self.of)?, self.fen.fen());
        if let (State::Released, Proposed::Allocation(student, _)) = (proposal.state, proposal.what)
        {
            act.give_back(student, proposal.term, fen);
        }
        let expense = self.expense(&proposal, act)?;
        if let Some(expense) = &expense {
            expense.unpay(act, fen)?;
        }
        act.unspend(self.paid.day(), fen, expense.as_ref().map(|expense| expense.class));
        let paid = proposal.paid.minus(fen).unwrap_or_default();
        let released = (proposal.state == State::Released).then(|| proposal.promise(fen));
        act.books.proposals.set(self.of, Proposal { paid, ..proposal });
        act.unpost(Pay::kind(expense.as_ref()), self.posting())?;
        match released {
            Some(promise) => act.unpost(Move::Promise, promise),
            None => Ok(()),
        }
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, fen, from) = (self.of, self.fen, self.from);
        lang.pick(
            format!("按 {of} 发放 {fen} 元，出 {from}"),
            format!("payment of {fen} yuan on {of}, from {from}"),
        )
    }
}
