//! 红字票据: a receipt in red ink voids an earlier one; its gifts may be on another.

use super::issue::Ticket;
use super::{Check, Known, Name, Serial, Standing, TicketRefusal};
use crate::domain::books::Act;
use crate::domain::line::appoint::Role;
use crate::domain::line::{Kind, Line};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Lang, Place, Text};
use crate::domain::time::Day;
use crate::record;

record! {
    /// A red receipt: it has a number of its own, and voids another for the same amount.
    pub struct Red {
        /// The code of its kind.
        code: Code = "code",
        /// Its number.
        number: Serial = "number",
        /// Its check code.
        check: Check = "check",
        /// The day on it.
        on: Day = "on",
        /// The line of the receipt that it voids.
        of: Place = "of",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Red {
    const NAME: Both = Both("红字票据", "red receipt");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let (of, place, on) = (self.of, act.place, self.on);
        let name = Name { code: self.code.clone(), number: self.number.clone() };
        act.new_ticket(&name, on)?;
        let ticket = match act.earlier(of)? {
            Line::Ticket(ticket) => ticket,
            other => {
                let (found, want) = (other.name(), Ticket::NAME);
                return Err(Refusal::NotA { place: of, found, want });
            }
        };
        let voided = ticket.name();
        let known = act.books.tickets.all.get(&voided).copied();
        let known = known.ok_or(Refusal::NoSuchLine { place: of })?;
        if let Some(other) = known.other {
            return Err(TicketRefusal::TicketVoid { place: of, other }.into());
        }
        let tickets = &mut act.books.tickets;
        for gift in ticket.of.iter().flat_map(|of| of.iter()) {
            tickets.gifts.remove(gift);
        }
        if let Some(list) = &ticket.sha256 {
            tickets.lists.remove(list);
        }
        let void = Known { standing: Standing::Void, other: Some(place), ..known };
        tickets.all.set(voided, void);
        let red = Known { place, on, standing: Standing::Red, other: Some(of), ..known };
        tickets.all.set(name, red);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Red { code, number, of, why, .. } = self;
        lang.pick(
            format!("红字票据 {code} {number}，红冲 {of}（{why}）"),
            format!("red receipt {number} of {code} voids {of} ({why})"),
        )
    }
}
