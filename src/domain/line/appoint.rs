//! 任命: an officer and their key, effective once a quorum of stewards agrees.

use super::Kind;
use super::allocate::{Proposal, Proposed};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Key, Lang};
use crate::domain::time::Day;
use crate::{record, words};

words! {
    /// What an officer may do (会计法 §25 keeps these apart).
    pub enum Role {
        /// Records what came in and proposes allocations.
        Clerk = "clerk", "记账", "clerk";
        /// Approves or rejects what others propose.
        Approver = "approver", "审批", "approver";
        /// Pays what was approved.
        Cashier = "cashier", "出纳", "cashier";
        /// Opens accounts and appoints officers.
        Steward = "steward", "管理", "steward";
        /// Visits, confirms and watches.
        Auditor = "auditor", "监督", "auditor";
    }
}

words! {
    /// Whether an officer may act.
    pub enum Standing {
        /// Waiting for other stewards to agree.
        Waiting = "waiting", "待确认", "waiting";
        /// May act until the term ends.
        InOffice = "in-office", "在任", "in office";
        /// May not act any more.
        Retired = "retired", "已卸任", "retired";
    }
}

/// Roles in their order, none twice.
pub type Roles = List<Role, 1, 5>;

record! {
    /// What the books know of an officer.
    pub struct Officer {
        /// The key that signs their vouchers.
        key: Key = "key",
        /// What they may do.
        roles: Roles = "roles",
        /// The last day of the term.
        until: Option<Day> = "until",
        /// Whether they may act now.
        standing: Standing = "standing",
    }
}

record! {
    /// Gives an officer a key and roles.
    pub struct Appoint {
        /// The officer's handle.
        officer: Id = "officer",
        /// A key of their own, never used before.
        key: Key = "key",
        /// What they may do.
        roles: Roles = "roles",
        /// The last day of the term, if it has one.
        until: Option<Day> = "until",
    }
}

impl Act<'_> {
    /// Enters an officer of any standing, after the checks that founding and appointing share.
    pub(crate) fn place_officer(&mut self, id: Id, officer: Officer) -> Result<(), Refusal> {
        if !officer.roles.is_sorted_by(|a, b| a < b) {
            return Err(Refusal::RolesOrder { officer: id, roles: officer.roles.to_vec() });
        }
        if let Some(owner) = self.books.keys.get(&officer.key) {
            return Err(Refusal::KeyInUse { key: officer.key, officer: *owner });
        }
        if self.books.officers.get(&id).is_some_and(|o| o.standing != Standing::Retired) {
            return Err(Refusal::OfficerExists { officer: id });
        }
        self.books.keys.set(officer.key, id);
        self.books.officers.set(id, officer);
        Ok(())
    }

    /// Changes an officer's standing.
    pub(crate) fn set_standing(&mut self, id: Id, standing: Standing) {
        if let Some(officer) = self.books.officers.get(&id) {
            let officer = Officer { standing, ..officer.clone() };
            self.books.officers.set(id, officer);
        }
    }

    /// Puts a change of officers to the stewards; it takes effect here if one is enough.
    pub(crate) fn propose_change(&mut self, what: Proposed) -> Result<(), Refusal> {
        let proposal = Proposal::new(self, what);
        let place = self.place;
        self.books.proposals.set(place, proposal);
        super::approve::settle(self, place)
    }
}

impl Kind for Appoint {
    const NAME: Both = Both("任命", "appointment");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        if let Some(until) = self.until.filter(|until| *until < act.today()) {
            return Err(Refusal::TermOver { until, day: act.today() });
        }
        if act.books.founded()?.policy.solo {
            return Err(Refusal::SoloWithMany { officers: 2 });
        }
        let (key, roles, until) = (self.key, self.roles.clone(), self.until);
        act.place_officer(
            self.officer,
            Officer { key, roles, until, standing: Standing::Waiting },
        )?;
        act.propose_change(Proposed::Appoint(self.officer))
    }

    fn tell(&self, lang: Lang) -> String {
        let roles: Vec<_> = self.roles.iter().map(|r| r.name(lang)).collect();
        let (officer, roles) = (self.officer, roles.join(lang.pick("、", ", ")));
        lang.pick(format!("任命 {officer}：{roles}"), format!("appointment of {officer}: {roles}"))
    }
}
