//! 发放: approved money leaves an account for the student.

use super::Kind;
use super::allocate::{Allocate, Proposal, Proposed, State};
use super::appoint::Role;
use crate::domain::books::{Act, Step};
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
    }
}

record! {
    /// Pays an approved allocation, whole or in part; not by who proposed or approved it.
    pub struct Pay {
        /// The allocation.
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
        act.claim(self.reference)?;
        act.post(Move::Pay, self.posting())?;
        act.books.proposals.set(self.of, Proposal { paid, ..proposal });
        act.books.payments.set(act.place, Payment { of: self.of, by: act.by, acknowledged: None });
        act.trace(self.of, Step::Pay);
        Ok(())
    }

    /// Takes a payment back that did not arrive; what was released meanwhile becomes free.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.from)?;
        if let Some(by) = act.books.payments.get(&of).and_then(|p| p.acknowledged) {
            return Err(Refusal::Acknowledged { place: of, by });
        }
        let proposal = act.proposal(self.of)?;
        if let (State::Released, Proposed::Allocation(student, _)) = (proposal.state, proposal.what)
        {
            act.give_back(student, proposal.term, self.fen.fen());
        }
        let (paid, state) = (proposal.paid.minus(self.fen.fen()), proposal.state);
        act.books.proposals.set(self.of, Proposal { paid: paid.unwrap_or(Fen::ZERO), ..proposal });
        act.unpost(Move::Pay, self.posting())?;
        if state == State::Released {
            act.unpost(Move::Promise, Allocate::promise(self.fen.fen()))?;
        }
        Ok(())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, fen, from) = (self.of, self.fen, self.from);
        lang.pick(
            format!("发放 {of} 的拨款 {fen} 元，出 {from}"),
            format!("payment of {fen} yuan on {of}, from {from}"),
        )
    }
}
