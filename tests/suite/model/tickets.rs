//! Receipts for offices: the sections `ticket` and `red` of the specification.

use super::drafts::Drafts;
use super::fault::Fault;
use super::line::{Line, Place, day_text, place_text};
use super::rules::{Now, Rules};
use super::view::View;
use crate::days::own;
use yishan::domain::text::Digest;

/// The greatest amount.
const MOST: u64 = (1 << 53) - 1;

/// A line about a receipt; codes and digests are numbers.
#[derive(Clone, Debug)]
pub(super) enum Ticket {
    Issue {
        code: u64,
        number: u64,
        fen: u64,
        on: i64,
        of: Vec<Place>,
        gifts: Option<u64>,
        sha256: Option<u64>,
    },
    Red {
        code: u64,
        number: u64,
        on: i64,
        of: Place,
    },
}

impl Ticket {
    pub(super) fn tag(&self) -> &'static str {
        match self {
            Ticket::Issue { .. } => "ticket",
            Ticket::Red { .. } => "red",
        }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Ticket::Issue { code, number, fen, on, of, gifts, sha256 } => {
                let of: Vec<_> = of.iter().map(|place| place_text(*place)).collect();
                let of =
                    if of.is_empty() { String::new() } else { format!(" of={}", of.join(",")) };
                let gifts = gifts.map_or(String::new(), |gifts| format!(" gifts={gifts}"));
                let sha256 = sha256.map_or(String::new(), |number| format!(" sha256=#{number}"));
                format!("{code} {number:04} {fen} on={}{of}{gifts}{sha256}", day_text(*on))
            }
            Ticket::Red { code, number, on, of } => {
                format!("{code} {number:04} {} on={}", place_text(*of), day_text(*on))
            }
        }
    }

    /// Its code, its number, and the day on it.
    fn name(&self) -> (u64, u64, i64) {
        match self {
            Ticket::Issue { code, number, on, .. } | Ticket::Red { code, number, on, .. } => {
                (*code, *number, *on)
            }
        }
    }
}

impl<'a> View<'a> {
    /// Every receipt, red ones too, with its place.
    fn tickets(self) -> Vec<(Place, &'a Ticket)> {
        let all = self.said.iter().filter_map(|said| match &said.line {
            Line::Ticket(ticket) => Some((said.place, ticket)),
            _ => None,
        });
        all.collect()
    }

    /// The red receipt that voids the one at `place`.
    fn voided(self, place: Place) -> Option<Place> {
        let red = |(_, ticket): &(Place, &Ticket)| matches!(ticket, Ticket::Red { of, .. } if *of == place);
        self.tickets().into_iter().find(red).map(|(place, _)| place)
    }

    /// The receipts that stand: what they are for.
    fn standing(self) -> Vec<(Place, &'a Ticket)> {
        let mut all = self.tickets();
        all.retain(|(place, ticket)| {
            let kept = self.errs(Fault::KeepsVoidReceipts);
            matches!(ticket, Ticket::Issue { .. }) && (kept || self.voided(*place).is_none())
        });
        all
    }

    /// The receipt that the gift at `place` is on.
    fn on_ticket(self, gift: Place) -> Option<Place> {
        let has = |(_, ticket): &(Place, &Ticket)| matches!(ticket, Ticket::Issue { of, .. } if of.contains(&gift));
        self.standing().into_iter().find(has).map(|(place, _)| place)
    }

    /// What is left of the gift at `place`.
    fn left_of_gift(self, place: Place) -> u64 {
        let refunded: u64 = self.refunds(place).iter().map(|refund| refund.1).sum();
        match self.at(place).map(|(_, said)| &said.line) {
            Some(Line::Gift { fen, .. }) => fen.saturating_sub(refunded),
            _ => 0,
        }
    }

    /// What is left of all these gifts, at most what an amount can be.
    fn left_of_gifts(self, of: &[Place]) -> u64 {
        of.iter().map(|gift| self.left_of_gift(*gift)).sum::<u64>().min(MOST)
    }

    /// What is so of receipts.
    pub(super) fn ticket_facts(self) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        for (place, ticket) in self.tickets() {
            let (code, number, on) = ticket.name();
            let (standing, other) = match ticket {
                Ticket::Red { of, .. } => ("red", place_text(*of)),
                Ticket::Issue { .. } => match self.voided(place) {
                    Some(red) => ("void", place_text(red)),
                    None => ("issued", "nothing".into()),
                },
            };
            let value = format!("{} {standing} {other} on {}", place_text(place), day_text(on));
            facts.push((format!("ticket {code} {number:04}"), value));
        }
        for (place, ticket) in self.standing() {
            if let Ticket::Issue { of, sha256, .. } = ticket {
                let on = |gift: &Place| {
                    (format!("on a ticket: {}", place_text(*gift)), place_text(place))
                };
                facts.extend(of.iter().map(on));
                let on = |list: u64| (format!("list {}", Digest(own(list))), place_text(place));
                facts.extend(sha256.map(on));
            }
        }
        facts
    }
}

impl Now<'_> {
    pub(super) fn tickets(&self, ticket: &Ticket, rules: &mut Rules) {
        let (code, number, on) = ticket.name();
        rules.unless(self.has(&["clerk"]), "NoRole");
        let used =
            |(_, other): &(Place, &Ticket)| (other.name().0, other.name().1) == (code, number);
        rules.unless(!self.view.tickets().iter().any(used), "TicketUsed");
        rules.unless(on <= self.voucher.today(), "TicketAhead");
        match ticket {
            Ticket::Issue { fen, of, gifts, sha256, .. } => {
                let named = !of.is_empty() && gifts.is_none() && sha256.is_none();
                let listed = of.is_empty() && gifts.is_some_and(|n| n > 0) && sha256.is_some();
                rules.unless(named || listed, "TicketFor");
                if listed {
                    let same = |(_, other): &(Place, &Ticket)| matches!(other, Ticket::Issue { sha256: other, .. } if other == sha256);
                    rules.unless(!self.view.standing().iter().any(same), "TicketList");
                }
                if named {
                    self.gifts(of, *fen, rules);
                }
            }
            Ticket::Red { of, .. } => {
                let found = self.earlier(*of).map(|said| &said.line);
                rules.unless(found.is_some(), "NoSuchLine");
                let issue = matches!(found, Some(Line::Ticket(Ticket::Issue { .. })));
                rules.unless(issue || found.is_none(), "NotA");
                rules.unless(!issue || self.view.voided(*of).is_none(), "TicketVoid");
            }
        }
    }

    fn gifts(&self, of: &[Place], fen: u64, rules: &mut Rules) {
        rules.unless(of.is_sorted_by(|a, b| a < b), "TicketOrder");
        for gift in of {
            let found = self.earlier(*gift);
            rules.unless(found.is_some(), "NoSuchLine");
            let is = found.is_none_or(|said| matches!(said.line, Line::Gift { .. }));
            rules.unless(is, "NotA");
            rules.unless(self.view.reversed(*gift).is_none(), "AlreadyReversed");
            rules.unless(self.view.on_ticket(*gift).is_none(), "Ticketed");
        }
        rules.unless(self.view.left_of_gifts(of) == fen, "TicketSum");
    }
}

impl Drafts<'_> {
    /// The gifts that a receipt may be for.
    fn unticketed(&self) -> Vec<Place> {
        self.places(|view, said| {
            let gift = matches!(said.line, Line::Gift { .. });
            let place = said.place;
            gift && view.reversed(place).is_none()
                && view.on_ticket(place).is_none()
                && view.left_of_gift(place) > 0
        })
    }

    /// Whether there is what a line of this kind is about.
    pub(super) fn has_for_ticket(&self, kind: &str) -> bool {
        match kind {
            "ticket" => !self.unticketed().is_empty(),
            _ => !self.issued().is_empty(),
        }
    }

    fn issued(&self) -> Vec<Place> {
        self.places(|view, said| {
            let issue = matches!(said.line, Line::Ticket(Ticket::Issue { .. }));
            issue && view.voided(said.place).is_none()
        })
    }

    /// A line of these kinds that may be said now, if there is any.
    pub(super) fn right_ticket(&mut self, kind: &'static str, first: bool) -> Line {
        self.officer(&["clerk"], &[], first);
        let (code, number) = (1 + self.below(2), self.view().tickets().len() as u64);
        let on = self.voucher.today() - i64::try_from(self.below(3)).unwrap();
        Line::Ticket(if kind == "red" {
            let of = self.issued();
            Ticket::Red { code, number, on, of: self.pick(&of).unwrap_or((0, 0)) }
        } else if self.once_in(4) {
            let (gifts, sha256) = (Some(1 + self.below(9)), Some(40 + number));
            Ticket::Issue { code, number, fen: self.amount(900), on, of: vec![], gifts, sha256 }
        } else {
            let all = self.unticketed();
            let mut of: Vec<_> = (0..=self.below(3)).filter_map(|_| self.pick(&all)).collect();
            of.sort_unstable();
            of.dedup();
            if of.is_empty() {
                of.push((0, 0));
            }
            let fen = self.view().left_of_gifts(&of);
            Ticket::Issue { code, number, fen: fen.max(1), on, of, gifts: None, sha256: None }
        })
    }

    /// The line with one thing about its receipt changed.
    pub(super) fn wrong_ticket(&mut self, ticket: &mut Ticket) -> bool {
        let (today, place) = (self.voucher.today(), self.any_place());
        let gone: Vec<_> = self.places(|view, said| view.voided(said.place).is_some());
        let taken: Vec<_> = self.places(|view, said| view.on_ticket(said.place).is_some());
        let reversed: Vec<_> = self.places(|view, said| {
            view.reversed(said.place).is_some() && matches!(said.line, Line::Gift { .. })
        });
        let lists: Vec<u64> = self
            .view()
            .standing()
            .into_iter()
            .filter_map(|(_, ticket)| match ticket {
                Ticket::Issue { sha256, .. } => *sha256,
                Ticket::Red { .. } => None,
            })
            .collect();
        let names: Vec<_> = self.view().tickets().iter().map(|(_, ticket)| ticket.name()).collect();
        match (self.below(10), ticket) {
            (0, Ticket::Issue { code, number, .. } | Ticket::Red { code, number, .. }) => {
                let Some(other) = self.pick(&names) else { return false };
                (*code, *number) = (other.0, other.1);
            }
            (1, Ticket::Issue { on, .. } | Ticket::Red { on, .. }) => *on = today + 1,
            (2..=5, Ticket::Red { of, .. }) => *of = self.pick(&gone).unwrap_or(place),
            (_, Ticket::Red { of, .. }) => *of = place,
            (2, Ticket::Issue { fen, .. }) => *fen = MOST.min(*fen + 1),
            (3, Ticket::Issue { of, fen, .. }) => {
                let Some(first) = of.first().copied() else { return false };
                of.push(first);
                *fen = MOST.min(*fen + self.view().left_of_gift(first));
            }
            (4, Ticket::Issue { gifts, sha256, .. }) => match self.below(3) {
                0 => *gifts = None,
                1 => *sha256 = Some(7),
                _ => *gifts = Some(0),
            },
            (5..=7, Ticket::Issue { sha256: Some(list), .. }) => {
                let Some(other) = self.pick(&lists) else { return false };
                *list = other;
            }
            (5..=7, Ticket::Issue { of, fen, .. }) => {
                let some = if self.once_in(2) { taken } else { reversed };
                let Some(gift) = self.pick(&some) else { return false };
                *of = vec![gift];
                *fen = self.view().left_of_gift(gift).max(1);
            }
            (_, Ticket::Issue { of, fen, .. }) => {
                // What is no gift is worth nothing, and the sum stays right.
                of.push(place);
                of.sort_unstable();
                of.dedup();
                *fen = self.view().left_of_gifts(of).max(1);
            }
        }
        true
    }
}
