//! 签收: someone other than who paid or handed out confirms that money or goods arrived.

use super::Kind;
use super::appoint::Role;
use super::pay::Payment;
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Lang, Place};
use crate::{record, words};

words! {
    /// How the receipt was confirmed; the evidence itself is in the vault.
    pub enum Way {
        /// A signature on paper.
        Signed = "signed", "签字", "signature";
        /// A telephone call.
        Call = "call", "电话", "call";
        /// A visit.
        Visit = "visit", "上门", "visit";
    }
}

words! {
    /// Who confirmed it.
    pub enum Who {
        /// The student.
        Recipient = "recipient", "本人", "the recipient";
        /// The student's guardian.
        Guardian = "guardian", "监护人", "the guardian";
        /// The school.
        School = "school", "学校", "the school";
    }
}

record! {
    /// Confirms that a payment reached the student's family, or that goods reached their recipient.
    pub struct Acknowledge {
        /// The payment, or the issue of goods.
        of: Place = "of",
        /// How it was confirmed.
        way: Way = "way",
        /// Who confirmed it.
        who: Option<Who> = "who",
        /// The digest of what shows it: a signed list, a recording.
        evidence: Option<Digest> = "sha256",
    }
}

impl Kind for Acknowledge {
    const NAME: Both = Both("签收", "acknowledgement");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        act.is_earlier(self.of)?;
        if act.acknowledge_goods(self.of)? {
            return Ok(());
        }
        let payment = act.books.payments.get(&self.of).copied();
        let payment = payment.ok_or(Refusal::NoSuchLine { place: self.of })?;
        act.not_reversed(self.of)?;
        if let Some(by) = payment.acknowledged {
            return Err(Refusal::Acknowledged { place: self.of, by });
        }
        let (did, now) =
            (Both("支付该笔款", "making the payment"), Both("确认签收", "acknowledging it"));
        act.another_than(payment.by, did, now)?;
        act.books.payments.set(self.of, Payment { acknowledged: Some(act.place), ..payment });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, way) = (self.of, self.way.name(lang));
        match self.who.map(|who| who.name(lang)) {
            Some(who) => lang.pick(
                format!("{who}签收 {of}（{way}）"),
                format!("acknowledgement of {of} by {who}, by {way}"),
            ),
            None => lang
                .pick(format!("签收 {of}（{way}）"), format!("acknowledgement of {of} by {way}")),
        }
    }
}
