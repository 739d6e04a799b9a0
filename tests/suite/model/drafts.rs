//! Vouchers in the making: mostly what may be done now, and every so often what may not.

use super::boxes::Cash;
use super::entry::Model;
use super::funds::SOURCES;
use super::goods::{self, Good};
use super::line::{LEVELS, Line, Paid, Place, ROLES, Voucher, ZONE};
use super::rules::gap;
use super::steps::any_kind;
use super::view::{Said, Stage, Standing, State, View};
use crate::fund::Dice;

/// A voucher being drafted on a copy of the model that already has its lines so far.
pub(super) struct Drafts<'a> {
    model: Model,
    pub(super) dice: &'a mut Dice,
    pub(super) voucher: Voucher,
}

/// The roles of which one is needed for a line of this kind; none for any officer.
fn roles(kind: &str) -> &'static [&'static str] {
    match kind {
        "appoint" | "retire" | "open" | "shut" | "norms" | "org" | "chair" | "terms"
        | "campaign" | "pot" | "box" => &["steward"],
        "difference" => &["approver", "auditor"],
        "gift" | "refund" | "fee" | "interest" | "nominate" | "allocate" | "ask" | "claim"
        | "helpers" | "grant" | "match" | "expense" | "pair" | "entrust" | "unpair" | "ticket"
        | "red" => &["clerk"],
        "transfer" | "deliver" | "clawback" | "unbox" | "collect" | "deposit" => {
            &["clerk", "cashier"]
        }
        "visit" | "acknowledge" | "reconcile" | "confirm" | "backcheck" => &["clerk", "auditor"],
        "admit" | "drop" => &["approver"],
        "leave" | "escalate" => &["clerk", "approver"],
        "draw" | "notice" => &["clerk", "steward", "auditor"],
        "term" | "rededicate" => &["clerk", "steward"],
        "standard" => &["approver", "steward"],
        "conflict" | "year" => &["steward", "auditor"],
        "pay" | "pass" => &["cashier"],
        "close" => &["clerk", "cashier", "steward"],
        kind if is_goods(kind) => goods::roles(kind),
        "statement" => &["clerk", "cashier", "auditor"],
        _ => &[],
    }
}

/// Whether lines of this kind are about goods.
fn is_goods(kind: &str) -> bool {
    goods::KINDS.iter().any(|(tag, _)| *tag == kind)
}

/// Whether the line is a proposal that waits.
fn waits(view: View<'_>, said: &Said) -> bool {
    view.state(said.place) == Some(State::Waiting)
}

/// Whether the line is an allocation of which something is left to pay.
fn payable(view: View<'_>, said: &Said) -> bool {
    view.state(said.place) == Some(State::Approved) && view.left(said.place) > 0
}

/// Whether the line is a payment or an issue of goods that stands.
fn handed(view: View<'_>, said: &Said) -> bool {
    let stands = view.reversed(said.place).is_none();
    stands && matches!(said.line, Line::Pay { .. } | Line::Goods(Good::Issue { .. }))
}

/// Whether the line is a payment or an issue of goods that nobody acknowledged or reversed.
fn unconfirmed(view: View<'_>, said: &Said) -> bool {
    handed(view, said) && view.acknowledged(said.place).is_none()
}

impl<'a> Drafts<'a> {
    pub(super) fn new(model: &Model, dice: &'a mut Dice, voucher: Voucher) -> Drafts<'a> {
        Drafts { model: model.clone(), dice, voucher }
    }

    pub(super) fn view(&self) -> View<'_> {
        self.model.view()
    }

    /// Whether something that happens once in `times` happens now.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.dice.next().is_multiple_of(times)
    }

    /// A number below `count`.
    pub(super) fn below(&mut self, count: u64) -> u64 {
        self.dice.next() % count.max(1)
    }

    /// One of `all`, if there is one.
    pub(super) fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(all.len() as u64)).unwrap();
        all.get(index).cloned()
    }

    /// Drafts a line of `kind`, perhaps more that the same officer may say; of all these those
    /// numbered in `wanted`.
    pub(super) fn draft(&mut self, kind: &'static str, wanted: u16) {
        let count = if self.once_in(4) { 2 + self.below(3) } else { 1 };
        if kind == "open" && self.once_in(25) {
            return self.draft_too_many_accounts();
        }
        let mut kind = kind;
        while let Some(first) = self.missing(kind)
            && !self.once_in(8)
        {
            kind = first;
        }
        for number in 0..count {
            let line = self.right(kind, number == 0);
            let wrong = self.once_in(if count == 1 { 3 } else { 8 });
            let line = if wrong { self.wrong(line) } else { line };
            if wanted & 1 << number != 0 {
                let said = self.voucher.lines.len();
                self.voucher.lines.push(line.clone());
                // What comes after is drafted on what this one leaves.
                self.model.say(&self.voucher, said, line);
            }
            kind = self.next_kind();
        }
        if self.voucher.lines.is_empty() {
            self.voucher.lines = vec![Line::Document { of: None }];
        }
    }

    /// What has to come before a line of `kind` can be right; mostly that is tried instead.
    fn missing(&self, kind: &str) -> Option<&'static str> {
        let view = self.view();
        let student =
            |stage| view.students().iter().any(|student| view.stage(student.0) == Some(stage));
        let line = |wanted: fn(View<'_>, &Said) -> bool| !self.places(wanted).is_empty();
        let (there, first) = match kind {
            "gift" | "interest" | "transfer" | "fee" | "statement" | "match" | "campaign" => {
                (view.accounts().iter().any(|id| !view.shut(id)), "open")
            }
            "visit" => (student(Stage::Nominated), "nominate"),
            "admit" if student(Stage::Visited) => {
                let ready =
                    |id: &str| view.stage(id) == Some(Stage::Visited) && self.may_be_admitted(id);
                (view.students().iter().any(|s| ready(s.0)), self.before_admission())
            }
            "admit" => (false, "visit"),
            "draw" => (view.care().lots.iter().any(|lot| lot.known.is_none()), "close"),
            "backcheck" => (view.care().checks.values().any(|(_, done)| done.is_none()), "close"),
            "conflict" => (!view.students().is_empty(), "nominate"),
            "allocate" | "leave" | "pair" => (student(Stage::Admitted), "admit"),
            "entrust" | "unpair" => (self.has_pair(false), "pair"),
            "pass" => (self.has_pair(true), "entrust"),
            "ticket" => (self.has_for_ticket(kind), "gift"),
            "red" => (self.has_for_ticket(kind), "ticket"),
            "grant" => (view.pots().iter().any(|pot| pot.source == "fiscal"), "pot"),
            "rededicate" => (view.sums_since(0).pots.values().any(|fen| *fen > 0), "gift"),
            "approve" | "reject" => (line(waits), "allocate"),
            "pay" => (line(payable), "approve"),
            "acknowledge" | "clawback" => (line(unconfirmed), "pay"),
            "unbox" | "collect" | "difference" | "deposit" => return self.missing_cash(kind),
            kind if is_goods(kind) => return self.missing_goods(kind),
            "year" => (view.next_year().is_some(), "close"),
            "reconcile" if view.closes().is_empty() => (false, "close"),
            "reconcile" => {
                let stated = |said: &Said| matches!(said.line, Line::Statement { .. });
                (view.said.iter().any(stated), "statement")
            }
            _ => (true, ""),
        };
        (!there)
            .then_some(first)
            .or_else(|| self.missing_for_hours(kind))
            .or_else(|| self.missing_for_wishes(kind))
    }

    /// A kind that the voucher's officer may say; what closes stands alone.
    fn next_kind(&mut self) -> &'static str {
        let has = self.view().officer(&self.voucher.by).map_or(vec![], |officer| officer.roles);
        for _ in 0..20 {
            let kind = any_kind(self.dice);
            let may = roles(kind).iter().any(|role| has.contains(role)) || roles(kind).is_empty();
            if may && (kind != "close" || self.once_in(8)) {
                return kind;
            }
        }
        "document"
    }

    /// More accounts than a ledger may have, in one voucher that leaves none of them behind.
    fn draft_too_many_accounts(&mut self) {
        self.officer(roles("open"), &[], true);
        let open =
            |number| Line::Open { account: format!("a-{number}"), person: false, bank: false };
        self.voucher.lines = (0..201).map(open).collect();
    }

    /// Chooses the officer, if that is still to do: one with one of the roles and none of `but`.
    pub(super) fn officer(&mut self, roles: &[&str], but: &[String], first: bool) {
        if !first {
            return;
        }
        let today = self.voucher.today();
        let mut all: Vec<_> = self.view().appointed().iter().map(|o| o.1.to_owned()).collect();
        all.sort();
        all.dedup();
        all.retain(|id| {
            let known = self.view().officer(id).unwrap();
            let may = roles.is_empty() || known.roles.iter().any(|role| roles.contains(role));
            may && self.view().acts(id, today)
        });
        let others: Vec<_> = all.iter().filter(|id| !but.contains(id)).cloned().collect();
        let by = self.pick(&others).or_else(|| self.pick(&all));
        self.voucher.by = by.unwrap_or_else(|| "sun".to_owned());
    }

    /// The places of all lines that are `wanted`.
    pub(super) fn places(&self, wanted: impl Fn(View<'_>, &Said) -> bool) -> Vec<Place> {
        let (view, seq) = (self.view(), self.voucher.seq);
        let all = view.said.iter().filter(|said| said.place.0 < seq && wanted(view, said));
        all.map(|said| said.place).collect()
    }

    pub(super) fn place(&mut self, wanted: impl Fn(View<'_>, &Said) -> bool) -> Place {
        let places = self.places(wanted);
        // Rather a late one: early ones are often done with.
        let late = places.len().saturating_sub(6);
        let some = if self.once_in(3) { self.pick(&places) } else { self.pick(&places[late..]) };
        some.unwrap_or((0, 0))
    }

    /// An open account, rather one that holds something.
    pub(super) fn account(&mut self, full: bool) -> (String, u64) {
        let held = self.view().sums_since(0).held;
        let open = held.into_iter().filter(|(id, _)| !self.view().shut(id));
        let open: Vec<_> = open.map(|(id, fen)| (id, u64::try_from(fen).unwrap_or(0))).collect();
        let some: Vec<_> = open.iter().filter(|(_, fen)| *fen > 0).cloned().collect();
        let account = if full { self.pick(&some) } else { None };
        account.or_else(|| self.pick(&open)).unwrap_or(("none".to_owned(), 0))
    }

    /// An amount up to `most`, and every so often all of it.
    pub(super) fn amount(&mut self, most: u64) -> u64 {
        if self.once_in(4) { most.max(1) } else { 1 + self.below(most) }
    }

    /// A payment just made, with a reference of its own.
    pub(super) fn paid(&mut self) -> Paid {
        let used = self.view().said.iter().filter(|said| said.line.reference().is_some()).count();
        let wall = self.voucher.at + ZONE * 3_600;
        let early = if self.once_in(4) { self.below(100_000) } else { 0 };
        Paid { paid: wall - i64::try_from(early).unwrap(), reference: 1 + used as u64 }
    }

    /// A student who has come as far as one of `stages`.
    pub(super) fn student(&mut self, stages: &[Stage]) -> String {
        let view = self.view();
        let all = view.students().into_iter().map(|student| student.0.to_owned());
        let all: Vec<_> = all.filter(|id| stages.contains(&view.stage(id).unwrap())).collect();
        let late = all.len().saturating_sub(4);
        self.pick(&all[late..]).unwrap_or_else(|| "s-1".to_owned())
    }

    /// A line of `kind` that may be said now, if there is any; the first chooses the officer.
    fn right(&mut self, kind: &'static str, first: bool) -> Line {
        match kind {
            "approve" | "reject" | "pay" | "acknowledge" | "reverse" | "document" | "notice" => {
                self.right_about_a_line(kind, first)
            }
            "nominate" | "visit" | "admit" | "leave" | "allocate" => {
                self.right_about_a_student(kind, first)
            }
            "norms" | "org" | "chair" | "volunteer" | "duty" | "serve" | "correct" | "certify" => {
                self.right_hours(kind, first)
            }
            "ask" | "claim" | "deliver" | "confirm" | "escalate" | "drop" | "helpers" | "terms" => {
                self.right_wish(kind, first)
            }
            kind if is_goods(kind) => self.right_good(kind, first),
            "statement" | "reconcile" => self.right_about_a_bank(kind, first),
            "conflict" | "draw" | "backcheck" => self.right_care(kind, first),
            "term" | "standard" => self.right_terms(kind, first),
            "ticket" | "red" => self.right_ticket(kind, first),
            "year" => self.right_year(first),
            "clawback" => self.right_clawback(first),
            "box" | "unbox" | "collect" | "difference" | "deposit" => self.right_cash(kind, first),
            "gift" | "refund" | "fee" | "interest" | "transfer" | "grant" | "match" => {
                self.right_money(kind, first)
            }
            "pair" | "entrust" | "pass" | "unpair" => self.right_sponsors(kind, first),
            "campaign" | "pot" | "rededicate" | "expense" => {
                self.officer(roles(kind), &[], first);
                self.right_funds(kind)
            }
            _ => self.right_office(kind, first),
        }
    }

    fn right_office(&mut self, kind: &'static str, first: bool) -> Line {
        self.officer(roles(kind), &[], first);
        match kind {
            "appoint" => {
                let mut roles: Vec<_> = ROLES.to_vec();
                for _ in 0..3 {
                    let gone = usize::try_from(self.below(roles.len() as u64)).unwrap();
                    roles.remove(gone);
                }
                let until = self.voucher.today() + i64::try_from(self.below(6)).unwrap();
                let until = self.once_in(2).then_some(until);
                let (known, number) = (self.view().appointed(), self.view().said.len() as u64);
                let retired =
                    |id: &str| self.view().officer(id).unwrap().standing == Standing::Retired;
                let again = known.iter().find(|o| retired(o.1)).map(|o| o.1.to_owned());
                let again = again.filter(|_| number.is_multiple_of(2));
                let officer = again.unwrap_or_else(|| format!("o-{number}"));
                Line::Appoint { officer, key: 300 + number, roles, until }
            }
            "retire" => {
                let all = self.view().appointed().into_iter().map(|o| o.1.to_owned());
                let in_office =
                    |id: &String| self.view().officer(id).unwrap().standing == Standing::InOffice;
                let mut all: Vec<_> = all.filter(in_office).collect();
                // Founders stay rather longer, or nobody is left to do anything.
                if !self.once_in(4) {
                    all.retain(|id| id.starts_with("o-"));
                }
                Line::Retire { officer: self.pick(&all).unwrap_or_else(|| "li".to_owned()) }
            }
            "open" => {
                let count = self.view().accounts().len();
                let (account, bank) = (format!("wx-{count}"), count % 2 == 1);
                Line::Open { account, person: self.once_in(4), bank }
            }
            "shut" => {
                let sums = self.view().sums_since(0);
                let empty =
                    sums.held.iter().filter(|(_, fen)| **fen == 0).map(|(id, _)| id.clone());
                let empty: Vec<_> = empty.filter(|id| !self.view().shut(id)).collect();
                let account = self.pick(&empty).unwrap_or_else(|| self.account(true).0);
                Line::Shut { account }
            }
            "found" => match self.view().said.first().map(|said| said.line.clone()) {
                Some(found) => found,
                None => Line::Document { of: None },
            },
            _ => Line::Close { day: self.voucher.today(), changed: None },
        }
    }

    fn right_money(&mut self, kind: &'static str, first: bool) -> Line {
        self.officer(roles(kind), &[], first);
        let (paid, (to, _), (from, held)) = (self.paid(), self.account(false), self.account(true));
        match kind {
            "gift" if self.once_in(400) => Line::Gift { fen: (1 << 53) - 1, to, paid, pot: None },
            "gift" => {
                let pot = if self.once_in(2) { self.any_pot(&["raised", "other"]) } else { None };
                Line::Gift { fen: self.amount(9_000), to, paid, pot }
            }
            "interest" => {
                let pot = if self.once_in(3) { self.any_pot(&SOURCES) } else { None };
                Line::Interest { fen: self.amount(90), to, paid, pot }
            }
            "grant" => {
                let pot = self.any_pot(&["fiscal"]).unwrap_or("none".into());
                Line::Grant { fen: self.amount(9_000), to, paid, pot }
            }
            "match" => {
                let pot = if self.once_in(2) { self.any_pot(&["matching"]) } else { None };
                Line::Match { fen: self.amount(900), to, paid, pot }
            }
            "fee" => Line::Fee { fen: self.amount(held.min(50)), from, paid },
            "transfer" => {
                let to = if to == from { self.account(false).0 } else { to };
                Line::Transfer { fen: self.amount(held), from, to, paid }
            }
            _ => {
                let of = self.place(|view, said| {
                    let gift = matches!(said.line, Line::Gift { .. });
                    gift && view.reversed(said.place).is_none()
                });
                let refunded: u64 = self.view().refunds(of).iter().map(|r| r.1).sum();
                let most = match self.view().at(of) {
                    Some((_, Said { line: Line::Gift { fen, .. }, .. })) => {
                        fen.saturating_sub(refunded)
                    }
                    _ => 9,
                };
                let most = if self.once_in(2) { most.min(held) } else { most };
                Line::Refund { of, fen: self.amount(most), from, paid }
            }
        }
    }

    fn right_about_a_student(&mut self, kind: &'static str, first: bool) -> Line {
        let number = self.view().students().len();
        match kind {
            "nominate" => {
                self.officer(roles(kind), &[], first);
                let level = LEVELS[number % LEVELS.len()];
                Line::Nominate { student: format!("s-{}", number + 1), level }
            }
            "visit" => {
                self.officer(roles(kind), &[], first);
                let new = !self.once_in(4);
                let stages: &[_] =
                    if new { &[Stage::Nominated] } else { &[Stage::Admitted, Stage::Visited] };
                let (student, back) = (self.student(stages), self.below(3));
                let on = self.voucher.today() - i64::try_from(back).unwrap();
                Line::Visit { student, on, fit: !self.once_in(6) }
            }
            "admit" => {
                let visited = self.student(&[Stage::Visited]);
                let view = self.view();
                let ready = view.students().into_iter().map(|s| s.0.to_owned());
                let ready: Vec<_> = ready
                    .filter(|id| view.stage(id) == Some(Stage::Visited) && self.may_be_admitted(id))
                    .collect();
                let student = self.pick(&ready).filter(|_| !self.once_in(4)).unwrap_or(visited);
                let view = self.view();
                let mut but: Vec<_> =
                    view.visitors(&student).iter().map(|v| (*v).to_owned()).collect();
                let nominated = view.students().into_iter().filter(|s| s.0 == student);
                but.extend(nominated.map(|s| s.2.to_owned()));
                self.officer(roles(kind), &but, first);
                Line::Admit { student, clear: self.clear() }
            }
            "leave" => {
                self.officer(roles(kind), &[], first);
                Line::Leave { student: self.student(&[Stage::Admitted]) }
            }
            _ => {
                self.officer(roles(kind), &[], first);
                let pot = if self.once_in(3) { self.full_pot() } else { None };
                let free = u64::try_from(self.view().sums_since(0).free).unwrap_or(0);
                let free = pot.as_ref().map_or(free, |(_, held)| *held);
                let most = if self.once_in(2) { free } else { free.min(3_000) };
                let (student, fen) = (self.student(&[Stage::Admitted]), self.amount(most));
                let unfit = self.unfit_in_it();
                let unfit = self.pick(&unfit).filter(|_| self.once_in(2));
                let student = unfit.unwrap_or(student);
                let (fen, within) = self.draft_within(&student, fen);
                Line::Allocate { student, fen, pot: pot.map(|(pot, _)| pot), within }
            }
        }
    }

    /// A statement that ends with a closed day if there is one, and what reconciles it.
    fn right_about_a_bank(&mut self, kind: &'static str, first: bool) -> Line {
        let today = self.voucher.today();
        if kind == "statement" {
            self.officer(roles(kind), &[], first);
            let account = self.account(false).0;
            let last = self.view().statements(&account).last().copied();
            let from = last.map_or(today - 9, |(_, day, _)| day + 1);
            let days = self.view().closes().into_iter().map(|(day, _)| day);
            let days: Vec<_> = days.filter(|day| (from..today).contains(day)).collect();
            let to = self.pick(&days).unwrap_or(from.max(today - 1));
            let opening = last.map_or(50, |(.., closing)| closing);
            let held = self
                .view()
                .held_at_close(&account, to)
                .filter(|_| !self.dice.next().is_multiple_of(3));
            return Line::Statement { account, from, to, opening, closing: held.unwrap_or(77) };
        }
        let cashiers = self.view().appointed().into_iter().map(|o| o.1.to_owned());
        let keeps = |id: &String| self.view().officer(id).unwrap().roles.contains(&"cashier");
        let cashiers: Vec<_> = cashiers.filter(keeps).collect();
        self.officer(roles(kind), &cashiers, first);
        let accounts: Vec<_> = self.view().accounts().into_iter().map(str::to_owned).collect();
        let mut open = Vec::new();
        for account in accounts {
            let view = self.view();
            let last = view.period(&account).map_or(i64::MIN, |(day, ..)| day);
            let stated = view.statements(&account).into_iter().filter(|s| s.1 > last);
            let closed = stated.filter_map(|(_, to, closing)| {
                Some((account.clone(), to, closing, view.held_at_close(&account, to)?))
            });
            open.extend(closed);
        }
        let (account, to, statement, book) =
            self.pick(&open).unwrap_or_else(|| (self.account(false).0, today - 1, 77, 77));
        let mut sides = [0; 4];
        if self.once_in(2) {
            sides = sides.map(|_: u64| self.below(40));
        }
        let unexplained = gap(book, statement, sides);
        let (odd, why) = (false, unexplained > 0);
        Line::Reconcile { account, to, book, statement, sides, odd, unexplained, why }
    }

    /// Whether the officer declares to have no conflict: where it is asked for, mostly.
    fn clear(&mut self) -> bool {
        let asked = self.view().founding().is_some_and(|found| found.declare);
        if asked { !self.once_in(6) } else { self.once_in(4) }
    }

    fn right_about_a_line(&mut self, kind: &'static str, first: bool) -> Line {
        match kind {
            "approve" | "reject" => {
                let of = self.place(waits);
                let proposal = self.view().at(of).map(|(_, said)| said.clone());
                let mut but: Vec<_> = proposal.iter().map(|said| said.by.clone()).collect();
                but.extend(self.view().approvals(of).iter().map(|a| a.1.to_owned()));
                let allocates = proposal.is_some_and(|s| s.line.is_about_money());
                let roles: &[_] = if allocates { &["approver"] } else { &["steward"] };
                self.officer(roles, &but, first);
                if kind == "approve" {
                    Line::Approve { of, clear: self.clear() }
                } else {
                    Line::Reject { of }
                }
            }
            "pay" => {
                let of = self.place(payable);
                let mut but: Vec<_> =
                    self.view().approvals(of).iter().map(|a| a.1.to_owned()).collect();
                but.extend(self.view().at(of).map(|(_, said)| said.by.clone()));
                self.officer(roles(kind), &but, first);
                let (left, (from, held)) = (self.view().left(of), self.account(true));
                let left = u64::try_from(left).unwrap_or(1);
                let most = if self.once_in(9) { left } else { left.min(held) };
                Line::Pay { of, fen: self.amount(most), from, paid: self.paid() }
            }
            "acknowledge" => {
                let of = if self.once_in(8) { handed } else { unconfirmed };
                let of = self.place(of);
                let payer: Vec<_> =
                    self.view().at(of).map(|(_, s)| s.by.clone()).into_iter().collect();
                self.officer(roles(kind), &payer, first);
                Line::Acknowledge { of }
            }
            "notice" => {
                self.officer(roles(kind), &[], first);
                let (of, was) = (self.place(|_, _| true), self.below(200));
                Line::Notice { of, was, now: was + 6 }
            }
            "reverse" => {
                let of = self.reversible();
                let role: &[_] = match self.view().at(of).map(|(_, said)| &said.line) {
                    Some(Line::Goods(Good::Carry { .. })) => &["steward"],
                    Some(Line::Statement { .. } | Line::Cash(Cash::Difference { .. })) => {
                        &["auditor"]
                    }
                    Some(Line::Pay { .. } | Line::Pass { .. } | Line::Proceeds { .. }) => {
                        &["cashier"]
                    }
                    Some(
                        Line::Allocate { .. }
                        | Line::Expense { .. }
                        | Line::Unpair { fen: Some(_), .. },
                    ) => &["approver"],
                    _ => &["clerk"],
                };
                self.officer(role, &[], first);
                Line::Reverse { of }
            }
            _ => {
                self.officer(roles(kind), &[], first);
                let of = self.place(|_, _| true);
                let pairs = self.places(|_, said| matches!(said.line, Line::Pair(_)));
                let of = self.pick(&pairs).filter(|_| self.once_in(2)).unwrap_or(of);
                Line::Document { of: (!self.once_in(3)).then_some(of) }
            }
        }
    }

    /// A line that can be booked back; every kind has its turn.
    fn reversible(&mut self) -> Place {
        let goods = ["carry", "receive", "inspect", "disinfect", "dispatch", "arrive", "issue"];
        let more = ["scrap", "sell", "stocktake", "statement", "proceeds", "clawback"];
        let boxes = ["unbox", "collect", "difference", "deposit"];
        let money = ["gift", "refund", "fee", "interest", "transfer", "allocate", "pay", "pay"];
        let funds = ["grant", "match", "expense", "entrust", "pass", "pass", "unpair", "unpair"];
        // Releases, and payments taken back after them, make the longest story.
        let all = if self.once_in(3) {
            vec!["allocate", "pay", "pay"]
        } else {
            [&money[..], &funds[..], &goods[..], &more[..], &boxes[..]].concat()
        };
        let kind = self.pick(&all).unwrap();
        let grounds = self.grounds();
        if let Some(place) = self.pick(&grounds).filter(|_| self.once_in(2)) {
            return place;
        }
        self.place(|view, said| {
            let stands = view.reversed(said.place).is_none() && said.line.tag() == kind;
            let waits = view.state(said.place).is_some_and(|state| state != State::Approved);
            stands && !waits && view.acknowledged(said.place).is_none()
        })
    }
}
