//! 开票: a receipt for gifts is issued, by another system.

use super::{Check, Known, Name, On, Payer, Serial, Standing, TicketRefusal};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::english::agreed;
use crate::domain::line::appoint::Role;
use crate::domain::line::gift::Gift;
use crate::domain::line::{Kind, Line};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Digest, Lang, Place};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::record;

/// The most gifts that a receipt names; more of them are on a list.
pub const MAX_GIFTS: usize = 200;

record! {
    /// A receipt for gifts, as the system that issued it names it.
    pub struct Ticket {
        /// The code of its kind (票据代码).
        code: Code = "code",
        /// Its number (票据号码).
        number: Serial = "number",
        /// Its check code (校验码).
        check: Check = "check",
        /// Whom it names.
        payer: Payer = "payer",
        /// The day on it.
        on: Day = "on",
        /// How much, in fen: what is left of its gifts.
        fen: Amount = "fen",
        /// The gifts, in the order of the ledger.
        of: Option<List<Place, 1, MAX_GIFTS>> = "of",
        /// How many gifts are on a list that is kept under seal, so that nobody learns which of
        /// them belong together.
        gifts: Option<u64> = "gifts",
        /// The digest of that list.
        sha256: Option<Digest> = "sha256",
    }
}

impl Ticket {
    /// What the receipt is called.
    pub(crate) fn name(&self) -> Name {
        Name { code: self.code.clone(), number: self.number.clone() }
    }

    /// What is left of the gifts that it names, each on no other receipt that stands.
    fn sum(of: &[Place], act: &Act<'_>) -> Result<Fen, Refusal> {
        let (mut sum, mut before) = (Fen::ZERO, None);
        for place in of {
            if let Some(first) = before.filter(|first| first >= place) {
                return Err(TicketRefusal::TicketOrder { first, next: *place }.into());
            }
            before = Some(*place);
            let gift = match act.earlier(*place)? {
                Line::Gift(gift) => gift,
                other => {
                    let (found, want) = (other.name(), Gift::NAME);
                    return Err(Refusal::NotA { place: *place, found, want });
                }
            };
            act.not_reversed(*place)?;
            if let Some(On { ticket }) = act.books.tickets.gifts.get(place) {
                return Err(TicketRefusal::Ticketed { place: *place, by: *ticket }.into());
            }
            sum = sum.plus(gift.left(*place, act)).unwrap_or(Fen::MAX);
        }
        Ok(sum)
    }
}

impl Act<'_> {
    /// Refuses a receipt whose number is used or whose day is not here yet.
    pub(super) fn new_ticket(&self, name: &Name, on: Day) -> Result<(), Refusal> {
        if let Some(known) = self.books.tickets.all.get(name) {
            let (Name { code, number }, place) = (name.clone(), known.place);
            return Err(TicketRefusal::TicketUsed { code, number, place }.into());
        }
        let today = self.today();
        if on > today {
            return Err(TicketRefusal::TicketAhead { on, today }.into());
        }
        Ok(())
    }
}

impl Kind for Ticket {
    const NAME: Both = Both("捐赠票据", "receipt for an office");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let (name, place, on) = (self.name(), act.place, self.on);
        act.new_ticket(&name, on)?;
        let gifts = match (&self.of, self.gifts, self.sha256) {
            (Some(of), None, None) => {
                let (stated, sum) = (self.fen.fen(), Ticket::sum(of, act)?);
                if stated != sum {
                    return Err(TicketRefusal::TicketSum { stated, sum }.into());
                }
                for gift in of.iter() {
                    act.books.tickets.gifts.set(*gift, On { ticket: place });
                }
                of.len() as u64
            }
            (None, Some(gifts), Some(sha256)) if gifts > 0 => {
                if let Some(On { ticket }) = act.books.tickets.lists.get(&sha256) {
                    return Err(TicketRefusal::TicketList { place: *ticket }.into());
                }
                act.books.tickets.lists.set(sha256, On { ticket: place });
                gifts
            }
            _ => return Err(TicketRefusal::TicketFor {}.into()),
        };
        let (payer, fen, standing) = (self.payer, self.fen.fen(), Standing::Issued);
        let known = Known { place, payer, on, fen, gifts, standing, other: None };
        act.books.tickets.all.set(name, known);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Ticket { code, number, fen, .. } = self;
        let (payer, gifts) = (self.payer.name(lang), self.of.as_ref().map(|of| of.len() as u64));
        let gifts = gifts.or(self.gifts).unwrap_or_default();
        lang.pick(
            format!("捐赠票据 {code} {number}：{payer}，{gifts} 笔捐款 {fen} 元"),
            agreed!("receipt {number} of {code}: {payer}, {gifts} gifts of {fen} yuan"),
        )
    }
}
