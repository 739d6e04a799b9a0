//! 收回: money that was paid for a student comes back from the family; never income.

use super::StudentRefusal;
use crate::domain::books::{Act, Step};
use crate::domain::codec::Rare;
use crate::domain::line::allocate::{Allocate, Proposed};
use crate::domain::line::appoint::Role;
use crate::domain::line::funds::expense::Expense;
use crate::domain::line::gift::with_pot;
use crate::domain::line::pay::{Pay, Payment};
use crate::domain::line::{Kind, Line};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::{record, words};

words! {
    /// Why money comes back.
    pub enum Reason {
        /// The student left the programme.
        Left = "left", "已退出", "left the programme";
        /// The same was paid twice.
        Duplicate = "duplicate", "重复发放", "paid twice";
        /// The student was not entitled to it.
        Ineligible = "ineligible", "不符合条件", "not entitled";
        /// The family gave it back.
        Returned = "returned", "家庭退回", "given back";
    }
}

record! {
    /// Money that was paid for a student comes back, whole or in part; all of a payment together
    /// never exceeds it.
    pub struct Clawback {
        /// The payment.
        of: Place = "of",
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// Its own reference.
        reference: Ref = "ref",
        /// Why.
        why: Reason = "why",
        /// The pot that the allocation came from, to which it goes back.
        pot: Option<Id> = "for",
    }
}

impl Clawback {
    fn posting(&self) -> Posting {
        Posting::arrival(self.to, self.pot, self.fen.fen())
    }

    /// The payment and what the books know of it.
    fn payment(&self, act: &Act<'_>) -> Result<(Pay, Payment), Refusal> {
        let line = act.earlier(self.of)?;
        match (line, act.books.payments.get(&self.of).copied()) {
            (Line::Pay(pay), Some(payment)) => Ok((pay, payment)),
            (other, _) => {
                let (place, found, want) = (self.of, other.name(), <Pay as Kind>::NAME);
                Err(Refusal::NotA { place, found, want })
            }
        }
    }
}

impl Kind for Clawback {
    const NAME: Both = Both("收回", "claw-back");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        let (pay, payment) = self.payment(act)?;
        act.not_reversed(self.of)?;
        let (place, proposal) = (payment.of, act.proposal(payment.of)?);
        let Proposed::Allocation(student, _) = proposal.what else {
            let (found, want) = (<Expense as Kind>::NAME, <Allocate as Kind>::NAME);
            return Err(Refusal::NotA { place, found, want });
        };
        if self.pot != proposal.pot {
            let named = |pot: Option<Id>| pot.map_or("-".to_owned(), |pot| pot.to_string());
            let (pot, found) = (named(proposal.pot), named(self.pot));
            return Err(StudentRefusal::NotItsPot { place, pot, found }.into());
        }
        let (back, need) = (payment.back.0, self.fen.fen());
        let left = pay.fen.fen().minus(back).unwrap_or_default();
        let back = back.plus(need).filter(|_| need <= left);
        let back = back.ok_or(StudentRefusal::MoreThanPaid { place: self.of, left, need })?;
        act.claim(self.reference)?;
        let payment = Payment { back: Rare(back), clawback: Some(act.place), ..payment };
        act.books.payments.set(self.of, payment);
        act.give_back(student, proposal.term, need);
        act.unspend(pay.paid.day(), need, None);
        act.trace(place, Step::Back);
        act.post(Move::Clawback, self.posting())
    }

    /// Takes it back: it did not come.
    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Cashier])?;
        let ((pay, payment), fen) = (self.payment(act)?, self.fen.fen());
        let back = payment.back.0.minus(fen).unwrap_or(Fen::ZERO);
        act.books.payments.set(self.of, Payment { back: Rare(back), ..payment });
        let proposal = act.proposal(payment.of)?;
        if let Proposed::Allocation(student, _) = proposal.what {
            act.take_again(student, proposal.term, fen);
        }
        act.spend(pay.paid.day(), fen, None)?;
        act.unpost(Move::Clawback, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, fen, to, why) = (self.of, self.fen, self.to, self.why.name(lang));
        let told = lang.pick(
            format!("收回 {of} 发放的 {fen} 元（{why}），入 {to}"),
            format!("{fen} yuan of the payment {of} clawed back ({why}), into {to}"),
        );
        with_pot(told, self.pot, lang)
    }
}
