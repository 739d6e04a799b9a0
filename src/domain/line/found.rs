//! 设立: the first entry of a ledger, once.

use super::Kind;
use super::appoint::{Officer, Role, Roles, Standing};
use super::funds::Points;
use super::student::lot::Percent;
use crate::domain::books::Act;
use crate::domain::codec::{List, Rare};
use crate::domain::english::agreed;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Id, Key, Lang, Origin, Text};
use crate::domain::time::Zone;
use crate::record;

/// The most officers a ledger is founded with.
pub const MAX_FOUNDERS: usize = 50;
/// The most steps of approval in a policy.
pub const MAX_LIMITS: usize = 8;

record! {
    /// The founding of a fund: who it is, by what rules it decides, and its first officers.
    pub struct Found {
        /// The log's name; also the name of the key that signs its checkpoints.
        origin: Origin = "origin",
        /// What the fund is called.
        name: Text = "name",
        /// Who runs it.
        holder: Text = "holder",
        /// The zone of every time in the ledger.
        zone: Zone = "zone",
        /// The public-fundraising licence (慈善法 §22), if it has one.
        licence: Option<Code> = "licence",
        /// The filing number of the campaign (慈善法 §24), if it has one.
        filing: Option<Code> = "filing",
        /// How it decides.
        policy: Policy = "policy",
        /// The first officers, no handle twice.
        officers: List<Founder, 1, MAX_FOUNDERS> = "officers",
    }
}

record! {
    /// How a fund decides. A fund of one officer is allowed, and every page says so.
    pub struct Policy {
        /// One officer does everything; nobody else can check.
        solo: bool = "solo",
        /// How many stewards must agree to a change of officers.
        quorum: u64 = "quorum",
        /// How many approvals an allocation needs, by its amount; the first limit starts at 0.
        limits: List<Limit, 1, MAX_LIMITS> = "limits",
        /// What management may cost of a year's spending; a tenth if nothing is said.
        management: Option<Points> = "management",
        /// How many of a hundred visited students are drawn and visited again before any of them is
        /// admitted; without it, only those drawn wait.
        backcheck: Option<Percent> = "backcheck",
        /// Whether who admits a student or approves an allocation must declare to be free of
        /// conflicts of interest.
        declare: Rare<bool> = "declare",
    }
}

record! {
    /// From this amount on, so many officers must approve.
    #[derive(Copy)]
    pub struct Limit {
        /// The amount from which it applies, in fen.
        from: Fen = "from",
        /// How many approvals, each by another officer than the proposer.
        need: u64 = "need",
    }
}

record! {
    /// An officer named at the founding.
    pub struct Founder {
        /// The handle.
        id: Id = "id",
        /// The key that signs their vouchers.
        key: Key = "key",
        /// What they may do.
        roles: Roles = "roles",
    }
}

impl Policy {
    /// What management may cost of a year's spending.
    pub fn management_cap(&self) -> Points {
        self.management.unwrap_or(Points::MANAGEMENT)
    }

    /// How many approvals an allocation of `fen` needs.
    pub fn approvals(&self, fen: Fen) -> u64 {
        self.limits.iter().rfind(|l| l.from <= fen).map_or(1, |l| l.need)
    }

    fn check(&self, found: &Found) -> Result<(), Refusal> {
        let mut previous = None;
        for limit in self.limits.iter() {
            let rises = previous.map_or(limit.from == Fen::ZERO, |p| limit.from > p);
            if !rises || limit.need == 0 {
                return Err(Refusal::LimitsOrder {
                    previous: previous.unwrap_or_default(),
                    next: limit.from,
                });
            }
            previous = Some(limit.from);
        }
        let count = |role| found.officers.iter().filter(|o| o.roles.contains(&role)).count();
        let stewards = count(Role::Steward);
        if self.quorum == 0 || self.quorum > stewards as u64 {
            return Err(Refusal::QuorumTooHigh { quorum: self.quorum, stewards });
        }
        let (approvers, need) =
            (count(Role::Approver), self.limits.iter().map(|l| l.need).max().unwrap_or(1));
        if need > approvers as u64 {
            return Err(Refusal::ApprovalsOutOfReach { need, approvers });
        }
        match (self.solo, found.officers.len()) {
            (true, 1) => Ok(()),
            (true, officers) => Err(Refusal::SoloWithMany { officers }),
            (false, 1) => {
                Err(Refusal::TooFewOfficers {
                    left: 1, need: 2, role: Both("经办人", "officer")
                })
            }
            (false, _) => Ok(()),
        }
    }
}

/// That one person can do what takes two in a fund of this policy, if they can: what to call it,
/// and why.
pub fn alone(solo: bool, quorum: u64) -> Option<(Both, Both)> {
    match (solo, quorum) {
        (true, _) => Some((
            Both("一人基金", "A fund of one person"),
            Both(
                "记账、审批、付款由同一人办理，没有第二人复核",
                "the same person records, approves and pays; nobody else checks",
            ),
        )),
        (false, 1) => Some((
            Both("一人即可任免经办人", "One person alone can appoint officers"),
            Both(
                "任免只需一名管理员同意，一个人因此可以凑齐两个签字",
                "one steward's word is enough, so one person can act as two",
            ),
        )),
        (false, _) => None,
    }
}

impl Kind for Found {
    const NAME: Both = Both("设立", "founding");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        if act.books.fund.is_some() {
            return Err(Refusal::FoundTwice {});
        }
        self.policy.check(self)?;
        for founder in self.officers.iter() {
            let officer = Officer {
                key: founder.key,
                roles: founder.roles.clone(),
                until: None,
                standing: Standing::InOffice,
            };
            act.place_officer(founder.id, officer)?;
        }
        act.books.fund = Some(self.clone());
        act.books.begun = Some(act.today());
        act.needs(&[Role::Steward])
    }

    fn tell(&self, lang: Lang) -> String {
        let (name, origin, count) = (&self.name, &self.origin, self.officers.len());
        lang.pick(
            format!("设立「{name}」，账本 {origin}，经办人 {count} 名"),
            agreed!("founding of {name}, log {origin}, {count} officers"),
        )
    }
}
