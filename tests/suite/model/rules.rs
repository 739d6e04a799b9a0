//! Which rules a line would break, by the names of sections 6 and 8 of the specification: all of
//! them, since where several things are wrong any of their names is right.

use super::fault::Fault;
use super::goods::Good;
use super::hours;
use super::line::{DAY, Founding, Line, Place, ROLES, Voucher};
use super::view::{Said, Stage, Standing, State, View};
use super::wishes;
use super::years::year_of;
use std::collections::BTreeSet;

/// Names of rules.
pub(super) type Broken = BTreeSet<&'static str>;

/// Section 6.2.
pub(super) fn founding(found: &Founding, by: &str) -> Broken {
    let mut rules = Rules::default();
    let count = |role| found.officers.iter().filter(|o| o.2.contains(&role)).count() as u64;
    let rises = found.limits.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let needs = || found.limits.iter().map(|(_, need)| *need);
    rules.unless(found.limits[0].0 == 0 && rises && needs().all(|n| n > 0), "LimitsOrder");
    rules.unless((1..=count("steward")).contains(&found.quorum), "QuorumTooHigh");
    rules.unless(needs().all(|need| need <= count("approver")), "ApprovalsOutOfReach");
    rules.unless(!found.solo || found.officers.len() == 1, "SoloWithMany");
    rules.unless(found.solo || found.officers.len() > 1, "TooFewOfficers");
    rules.unless(found.officers.iter().all(|o| in_order(&o.2)), "RolesOrder");
    let keys: BTreeSet<_> = found.officers.iter().map(|o| o.1).collect();
    rules.unless(keys.len() == found.officers.len(), "KeyInUse");
    let handles: BTreeSet<_> = found.officers.iter().map(|o| &o.0).collect();
    rules.unless(handles.len() == found.officers.len(), "OfficerExists");
    let signs = found.officers.iter().find(|o| o.0 == by);
    rules.unless(signs.is_none_or(|o| o.2.contains(&"steward")), "NoRole");
    rules.0
}

/// Whether roles stand in the order of the specification, none twice.
fn in_order(roles: &[&str]) -> bool {
    let places: Vec<_> = roles.iter().map(|r| ROLES.iter().position(|role| role == r)).collect();
    places.windows(2).all(|pair| pair[0] < pair[1])
}

/// Section 6 up to its postings: what `said` breaks after all the lines in `view`.
pub(super) fn broken(view: View<'_>, voucher: &Voucher, said: &Said) -> Broken {
    Now { view, voucher, said }.broken()
}

/// Broken rules in the making.
#[derive(Default)]
pub(super) struct Rules(Broken);

impl Rules {
    pub(super) fn unless(&mut self, holds: bool, name: &'static str) {
        if !holds {
            self.0.insert(name);
        }
    }
}

/// What the adjusted balances of section 6.53 differ by.
pub(super) fn gap(book: u64, statement: u64, sides: [u64; 4]) -> u64 {
    let [bank_in, bank_out, book_in, book_out] = sides.map(i128::from);
    let books = i128::from(book) + bank_in - bank_out;
    let bank = i128::from(statement) + book_in - book_out;
    u64::try_from((books - bank).abs()).unwrap()
}

/// A line about to be booked, and the state before it.
pub(super) struct Now<'a> {
    pub(super) view: View<'a>,
    pub(super) voucher: &'a Voucher,
    pub(super) said: &'a Said,
}

impl Now<'_> {
    pub(super) fn by(&self) -> &str {
        &self.said.by
    }

    pub(super) fn has(&self, roles: &[&str]) -> bool {
        let officer = self.view.officer(self.by());
        let officer = officer.filter(|officer| officer.standing == Standing::InOffice);
        // Whoever is not in office any more is refused by that name.
        officer.is_none_or(|officer| officer.roles.iter().any(|role| roles.contains(role)))
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each kind of line")]
    fn broken(&self) -> Broken {
        let mut rules = Rules::default();
        let acts = self.view.acts(self.by(), self.voucher.today());
        let acts = acts || self.view.errs(Fault::ForgetsTerms);
        rules.unless(acts || self.in_office(), "UnknownOfficer");
        rules.unless(acts || !self.in_office(), "NotInOffice");
        if let Some(paid) = self.said.line.paid() {
            let wall = self.voucher.at + self.voucher.at_zone * 3_600;
            rules.unless(paid.paid <= wall, "PaidInFuture");
            rules.unless(!self.view.references().contains(&paid.reference), "RefUsed");
        }
        match &self.said.line {
            Line::Found(_) => {}
            Line::Appoint { .. } | Line::Retire { .. } => self.change(&mut rules),
            Line::Open { .. } | Line::Shut { .. } => self.account(&mut rules),
            Line::Gift { to, .. }
            | Line::Interest { to, .. }
            | Line::Grant { to, .. }
            | Line::Match { to, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.open(to, &mut rules);
                self.income(&mut rules);
            }
            Line::Proceeds { .. } | Line::Clawback { .. } => self.comes(&mut rules),
            Line::Fee { from, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.open(from, &mut rules);
            }
            Line::Transfer { from, to, .. } => {
                rules.unless(self.has(&["clerk", "cashier"]), "NoRole");
                self.open(from, &mut rules);
                self.open(to, &mut rules);
                rules.unless(from != to, "SameAccount");
            }
            Line::Refund { of, fen, from, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.open(from, &mut rules);
                self.refund(*of, *fen, &mut rules);
            }
            Line::Nominate { .. }
            | Line::Visit { .. }
            | Line::Admit { .. }
            | Line::Leave { .. } => {
                self.student(&mut rules);
            }
            Line::Allocate { student, fen, pot, within } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                self.helped(student, &mut rules);
                if let Some(within) = within {
                    self.within(student, *fen, within, &mut rules);
                }
                let known = pot.as_ref().is_none_or(|pot| self.view.pot(pot).is_some());
                rules.unless(known, "UnknownPot");
            }
            Line::Pair(_) | Line::Entrust { .. } | Line::Pass { .. } | Line::Unpair { .. } => {
                self.sponsors(&mut rules);
            }
            Line::Campaign(_) | Line::Pot(_) | Line::Rededicate { .. } | Line::Expense { .. } => {
                self.funds(&mut rules);
            }
            Line::Approve { of, clear } => self.approve(*of, *clear, &mut rules),
            Line::Reject { of } => self.reject(*of, &mut rules),
            Line::Pay { of, fen, from, paid } => {
                rules.unless(self.has(&["cashier"]), "NoRole");
                self.open(from, &mut rules);
                self.pay(*of, *fen, paid.paid, &mut rules);
            }
            Line::Acknowledge { of } => self.acknowledge(*of, &mut rules),
            Line::Document { of } => {
                let there = of.is_none_or(|of| self.earlier(of).is_some());
                rules.unless(there, "NoSuchLine");
            }
            Line::Notice { of, was, now } => {
                rules.unless(self.has(&["clerk", "steward", "auditor"]), "NoRole");
                rules.unless(self.earlier(*of).is_some(), "NoSuchLine");
                rules.unless(was != now, "NothingCorrected");
            }
            Line::Reverse { of } => self.reverse(*of, &mut rules),
            Line::Hours(line) => {
                let has = |roles: &[&str]| self.has(roles);
                let line = (self.said, line);
                rules.0.extend(hours::broken(self.view, self.voucher, line, &has));
            }
            Line::Wishes(line) => {
                let has = |roles: &[&str]| self.has(roles);
                rules.0.extend(wishes::broken(self.view, (self.said, line), &has));
            }
            Line::Ticket(ticket) => self.tickets(ticket, &mut rules),
            Line::Statement { .. } => self.statement(&mut rules),
            Line::Reconcile { .. } => self.reconcile(&mut rules),
            Line::Term { .. } | Line::Standard { .. } => self.terms(&mut rules),
            Line::Conflict { .. } | Line::Draw { .. } | Line::Backcheck { .. } => {
                self.care(&mut rules);
            }
            Line::Close { day, changed } => self.close(*day, changed.as_ref(), &mut rules),
            Line::Year { year, changed, why } => {
                self.year(*year, changed.is_some(), *why, &mut rules);
            }
            Line::Goods(good) => self.goods(good, &mut rules),
            Line::Cash(cash) => self.cash(cash, &mut rules),
        }
        rules.0
    }

    fn in_office(&self) -> bool {
        self.view.officer(self.by()).is_some_and(|o| o.standing == Standing::InOffice)
    }

    /// The line at `of`, in an earlier entry.
    pub(super) fn earlier(&self, of: Place) -> Option<&Said> {
        self.view.earlier(of, self.said.place.0)
    }

    pub(super) fn open(&self, id: &str, rules: &mut Rules) {
        rules.unless(self.view.accounts().contains(&id), "UnknownAccount");
        rules.unless(!self.view.shut(id), "AccountShut");
    }

    pub(super) fn another_than(&self, other: &str, rules: &mut Rules) {
        rules.unless(self.by() != other || self.view.solo(), "SamePerson");
    }

    pub(super) fn stage_is(&self, id: &str, need: Stage, rules: &mut Rules) {
        match self.view.stage(id) {
            None => rules.unless(false, "UnknownStudent"),
            Some(stage) => rules.unless(stage == need, "StudentIs"),
        }
    }

    /// Sections 6.3 and 6.4.
    fn change(&self, rules: &mut Rules) {
        rules.unless(self.has(&["steward"]), "NoRole");
        match &self.said.line {
            Line::Appoint { officer, key, roles, until } => {
                let today = self.voucher.today();
                rules.unless(until.is_none_or(|until| until >= today), "TermOver");
                rules.unless(!self.view.solo(), "SoloWithMany");
                rules.unless(in_order(roles), "RolesOrder");
                let named = self.view.appointed().iter().any(|(known, _)| known == key);
                rules.unless(!named, "KeyInUse");
                let known = self.view.officer(officer).map(|officer| officer.standing);
                rules.unless(known.is_none_or(|s| s == Standing::Retired), "OfficerExists");
            }
            Line::Retire { officer } => {
                if self.view.need(self.said) == 0 {
                    self.retires(officer, rules);
                }
                let known = self.view.officer(officer).map(|officer| officer.standing);
                rules.unless(known == Some(Standing::InOffice), "UnknownOfficer");
            }
            _ => unreachable!("a change of officers"),
        }
    }

    /// What must hold when a retirement takes effect.
    fn retires(&self, officer: &str, rules: &mut Rules) {
        let known = self.view.officer(officer).map(|officer| officer.standing);
        rules.unless(known == Some(Standing::InOffice), "UnknownOfficer");
        let left = self.view.stewards_beside(officer, self.voucher.today()) as u64;
        rules.unless(left >= self.view.founding().unwrap().quorum, "TooFewOfficers");
    }

    /// Sections 6.5 and 6.6.
    fn account(&self, rules: &mut Rules) {
        rules.unless(self.has(&["steward"]), "NoRole");
        match &self.said.line {
            Line::Open { account, .. } => {
                let accounts = self.view.accounts();
                rules.unless(!accounts.contains(&account.as_str()), "AccountExists");
                rules.unless(accounts.len() < 200, "TooMany");
            }
            Line::Shut { account } => {
                self.open(account, rules);
                let held = self.view.sums_since(0).held.get(account).copied();
                rules.unless(held.unwrap_or(0) == 0, "AccountNotEmpty");
            }
            _ => unreachable!("about an account"),
        }
    }

    /// Section 6.7.
    fn refund(&self, of: Place, fen: u64, rules: &mut Rules) {
        match self.earlier(of).map(|said| &said.line) {
            None => rules.unless(false, "NoSuchLine"),
            Some(Line::Gift { fen: gift, .. }) => {
                rules.unless(self.view.reversed(of).is_none(), "AlreadyReversed");
                let refunds = self.view.refunds(of);
                let all = u128::from(fen) + refunds.iter().map(|r| u128::from(r.1)).sum::<u128>();
                rules.unless(all <= u128::from(*gift), "RefundTooLarge");
            }
            Some(_) => rules.unless(false, "NotA"),
        }
    }

    /// Sections 6.11 to 6.14.
    fn student(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Nominate { student, .. } => {
                rules.unless(self.has(&["clerk"]), "NoRole");
                rules.unless(self.view.stage(student).is_none(), "StudentExists");
            }
            Line::Visit { student, on, fit } => {
                rules.unless(self.has(&["clerk", "auditor"]), "NoRole");
                let stage = self.view.stage(student);
                rules.unless(stage.is_some(), "UnknownStudent");
                rules.unless(stage != Some(Stage::Left), "StudentIs");
                rules.unless(*on <= self.voucher.today(), "VisitAhead");
                let visitors = self.view.visitors(student);
                let again = visitors.contains(self.by());
                if *fit && again && self.view.unfit(student) {
                    self.another_than(self.by(), rules);
                }
                rules.unless(!fit || again || visitors.len() < 16, "TooMany");
            }
            Line::Admit { student, clear } => {
                rules.unless(self.has(&["approver"]), "NoRole");
                self.stage_is(student, Stage::Visited, rules);
                self.admissible(student, *clear, rules);
                for (_, _, by) in self.view.students().iter().filter(|s| s.0 == student) {
                    self.another_than(by, rules);
                }
                for visitor in self.view.visitors(student) {
                    self.another_than(visitor, rules);
                }
            }
            Line::Leave { student } => {
                rules.unless(self.has(&["clerk", "approver"]), "NoRole");
                self.stage_is(student, Stage::Admitted, rules);
            }
            _ => unreachable!("about a student"),
        }
    }

    /// The proposal at `of`, in an earlier entry.
    fn proposal(&self, of: Place) -> Option<&Said> {
        self.earlier(of).filter(|said| said.line.proposes())
    }

    /// Section 6.16.
    fn approve(&self, of: Place, clear: bool, rules: &mut Rules) {
        let Some(proposal) = self.proposal(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        match &proposal.line {
            Line::Allocate { student, .. } => {
                rules.unless(self.has(&["approver"]), "NoRole");
                self.helped(student, rules);
                self.unbiased(student, rules);
                self.declared(clear, rules);
            }
            line if line.is_about_money() => rules.unless(self.has(&["approver"]), "NoRole"),
            _ => rules.unless(self.has(&["steward"]), "NoRole"),
        }
        rules.unless(self.view.state(of) == Some(State::Waiting), "NotPending");
        if !self.view.errs(Fault::AllowsOwnApproval) {
            self.another_than(&proposal.by, rules);
        }
        let approvals = self.view.approvals(of);
        let again = approvals.iter().any(|(_, officer)| *officer == self.by());
        rules.unless(!again, "SamePerson");
        if let Line::Retire { officer } = &proposal.line
            && approvals.len() + 1 == self.view.need(proposal)
        {
            self.retires(officer, rules);
        }
        if let Line::Unpair { pair, fen, .. } = &proposal.line
            && approvals.len() + 1 == self.view.need(proposal)
        {
            self.whole(pair, *fen, rules);
        }
    }

    /// Section 6.17.
    fn reject(&self, of: Place, rules: &mut Rules) {
        let Some(proposal) = self.proposal(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        let role = if proposal.line.is_about_money() { "approver" } else { "steward" };
        rules.unless(proposal.by == self.by() || self.has(&[role]), "NoRole");
        rules.unless(self.view.state(of) == Some(State::Waiting), "NotPending");
    }

    /// Section 6.18.
    fn pay(&self, of: Place, fen: u64, paid: i64, rules: &mut Rules) {
        let Some(proposal) = self.proposal(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        rules.unless(self.view.state(of) == Some(State::Approved), "NotApproved");
        rules.unless(paid.div_euclid(DAY) >= proposal.today, "PaidBeforeProposed");
        self.another_than(&proposal.by, rules);
        for (_, approver) in self.view.approvals(of) {
            self.another_than(approver, rules);
        }
        if let Line::Allocate { student, .. } = &proposal.line {
            self.unbiased(student, rules);
        }
        rules.unless(i128::from(fen) <= self.view.left(of), "OverAllocated");
        self.caps(proposal, fen, paid, rules);
    }

    /// Section 6.19.
    fn acknowledge(&self, of: Place, rules: &mut Rules) {
        rules.unless(self.has(&["clerk", "auditor"]), "NoRole");
        let payment = self
            .earlier(of)
            .filter(|said| matches!(said.line, Line::Pay { .. } | Line::Goods(Good::Issue { .. })));
        let Some(payment) = payment else {
            return rules.unless(false, "NoSuchLine");
        };
        rules.unless(self.view.reversed(of).is_none(), "AlreadyReversed");
        rules.unless(self.view.acknowledged(of).is_none(), "Acknowledged");
        self.another_than(&payment.by, rules);
    }

    /// Section 6.21.
    fn reverse(&self, of: Place, rules: &mut Rules) {
        let Some(earlier) = self.earlier(of) else {
            return rules.unless(false, "NoSuchLine");
        };
        rules.unless(self.view.reversed(of).is_none(), "AlreadyReversed");
        if let Line::Goods(good) = &earlier.line {
            return self.reverse_good(of, good, rules);
        }
        if let Line::Cash(cash) = &earlier.line {
            return self.reverse_cash(of, cash, rules);
        }
        let role: &[&str] = match &earlier.line {
            Line::Gift { .. }
            | Line::Refund { .. }
            | Line::Fee { .. }
            | Line::Interest { .. }
            | Line::Grant { .. }
            | Line::Entrust { .. }
            | Line::Match { .. }
            | Line::Unpair { fen: None, .. } => &["clerk"],
            Line::Transfer { .. } | Line::Clawback { .. } => &["clerk", "cashier"],
            Line::Statement { .. } => &["clerk", "cashier", "auditor"],
            Line::Allocate { .. } | Line::Expense { .. } | Line::Unpair { .. } => &["approver"],
            Line::Pay { .. } | Line::Pass { .. } | Line::Proceeds { .. } => &["cashier"],
            _ => return rules.unless(false, "NotReversible"),
        };
        rules.unless(self.has(role), "NoRole");
        match &earlier.line {
            Line::Gift { .. } => {
                rules.unless(self.view.refunds(of).is_empty(), "StillNeeded");
            }
            Line::Allocate { .. } | Line::Expense { .. } => {
                rules.unless(self.view.state(of) == Some(State::Approved), "NotApproved");
                rules.unless(self.view.left(of) > 0, "NothingLeft");
            }
            Line::Unpair { fen: Some(_), .. } => {
                rules.unless(self.view.state(of) == Some(State::Approved), "NotApproved");
            }
            Line::Pay { .. } => {
                rules.unless(self.view.came_back(of) == 0, "StillNeeded");
                rules.unless(self.view.acknowledged(of).is_none(), "Acknowledged");
            }
            Line::Statement { account, to, .. } => {
                let last = self.view.statements(account).last().map(|(place, ..)| *place);
                let period = self.view.period(account).map(|(day, ..)| day);
                let free = last == Some(of) && period.is_none_or(|day| day < *to);
                rules.unless(free, "StillNeeded");
            }
            _ => {}
        }
        self.pair_back(&earlier.line, rules);
        // The account that the money comes back to.
        if let Line::Refund { from, .. }
        | Line::Fee { from, .. }
        | Line::Transfer { from, .. }
        | Line::Pass { from, .. }
        | Line::Pay { from, .. } = &earlier.line
        {
            rules.unless(!self.view.shut(from), "AccountShut");
        }
    }

    /// Section 6.52.
    fn statement(&self, rules: &mut Rules) {
        let Line::Statement { account, from, to, opening, .. } = &self.said.line else {
            unreachable!("a statement");
        };
        rules.unless(self.has(&["clerk", "cashier", "auditor"]), "NoRole");
        self.open(account, rules);
        rules.unless(from <= to, "StatementOrder");
        rules.unless(*to < self.voucher.today(), "PeriodAhead");
        if let Some((_, last, closing)) = self.view.statements(account).last() {
            rules.unless(last + 1 == *from && closing == opening, "StatementGap");
        }
    }

    /// Section 6.53.
    fn reconcile(&self, rules: &mut Rules) {
        let Line::Reconcile { account, to, book, statement, sides, odd, unexplained, why } =
            &self.said.line
        else {
            unreachable!("a reconciliation");
        };
        rules.unless(self.has(&["clerk", "auditor"]), "NoRole");
        let cashier = self.view.officer(self.by()).is_some_and(|o| o.roles.contains(&"cashier"));
        rules.unless(!cashier || self.view.solo(), "CashierReconciles");
        let last = self.view.period(account).map(|(day, ..)| day);
        rules.unless(last.is_none_or(|last| last < *to), "PeriodClosed");
        let stated = self.view.statements(account);
        match stated.iter().find(|(_, day, _)| day == to) {
            Some((.., closing)) => rules.unless(closing == statement, "ReconcileDiffers"),
            None => rules.unless(false, "NoStatement"),
        }
        match self.view.held_at_close(account, *to) {
            Some(held) => rules.unless(held == *book, "ReconcileDiffers"),
            None => rules.unless(false, "DayNotClosed"),
        }
        rules.unless(!odd, "TallyOdd");
        rules.unless(gap(*book, *statement, *sides) == *unexplained, "ReconcileDiffers");
        rules.unless(*unexplained == 0 || *why, "Unexplained");
    }

    /// Section 8.
    fn close(&self, day: i64, changed: Option<&(String, String)>, rules: &mut Rules) {
        rules.unless(self.has(&["clerk", "cashier", "steward"]), "NoRole");
        let last = self.view.closes().last().map(|(last, _)| *last);
        rules.unless(last.is_none_or(|last| day > last), "CloseDay");
        let closed = self.view.years().last().map(|(year, _)| *year);
        rules.unless(closed.is_none_or(|year| year_of(day) > year), "YearClosed");
        rules.unless(day <= self.voucher.today(), "CloseAhead");
        let right = self.view.close(day);
        let stated = changed.map(|(old, new)| right.replacen(old, new, 1));
        rules.unless(stated.is_none_or(|stated| stated == right), "CloseDiffers");
    }
}
