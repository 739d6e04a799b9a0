//! 审批: another officer agrees to a proposal.

use super::allocate::{MAX_APPROVALS, Proposal, Proposed, State};
use super::appoint::{Officer, Role, Standing};
use super::found::Policy;
use super::funds::rededicate::Rededicate;
use super::{Kind, Line};
use crate::domain::books::{Act, Step};
use crate::domain::codec::{List, Rare};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::Move;
use crate::domain::text::{Id, Lang, Place};
use crate::record;

record! {
    /// Agrees to a proposal. It takes effect with the last approval that the policy asks for.
    pub struct Approve {
        /// The proposal.
        of: Place = "of",
        /// Whether the officer declares to have no conflict of interest with the student.
        clear: Rare<bool> = "clear",
    }
}

/// How many officers agree to a proposal, and how many must.
pub fn agreed(proposal: &Proposal, policy: &Policy) -> (u64, u64) {
    match proposal.what.fen() {
        Some(fen) => {
            // A second officer looks at what is above the standard or beside it.
            let least = if proposal.above.0 && !policy.solo { 2 } else { 1 };
            (proposal.approvals.len() as u64, policy.approvals(fen).max(least))
        }
        // The steward who proposes agrees by proposing.
        None => (proposal.approvals.len() as u64 + 1, policy.quorum),
    }
}

/// Lets the proposal at `place` take effect if enough officers agree.
pub(crate) fn settle(act: &mut Act<'_>, place: Place) -> Result<(), Refusal> {
    let proposal = act.proposal(place)?;
    let (have, need) = agreed(&proposal, &act.books.founded()?.policy);
    if have < need {
        return Ok(());
    }
    let approved = Proposal { state: State::Approved, ..proposal };
    act.books.proposals.set(place, approved.clone());
    match approved.what {
        Proposed::Allocation(_, fen) | Proposed::Expense(fen) => {
            act.post(Move::Promise, approved.promise(fen))
        }
        Proposed::Rededicate(_) => match act.earlier(place)? {
            Line::Rededicate(change) => change.settle(act),
            Line::Unpair(end) => end.settle(act),
            other => {
                let want = <Rededicate as Kind>::NAME;
                Err(Refusal::NotA { place, found: other.name(), want })
            }
        },
        Proposed::Appoint(id) => {
            act.set_standing(id, Standing::InOffice);
            Ok(())
        }
        Proposed::Retire(id) => retire(act, id),
    }
}

/// Retires an officer, unless the stewards left, terms considered, could not decide any more.
fn retire(act: &mut Act<'_>, officer: Id) -> Result<(), Refusal> {
    let in_office = |o: &Officer| o.standing == Standing::InOffice;
    act.books
        .officers
        .get(&officer)
        .filter(|o| in_office(o))
        .ok_or(Refusal::UnknownOfficer { officer })?;
    let today = act.today();
    let stays = |id: Id, o: &Officer| {
        id != officer && in_office(o) && o.until.is_none_or(|until| today <= until)
    };
    let stewards = act.books.officers.iter().filter(|(_, o)| o.roles.contains(&Role::Steward));
    let left = stewards.filter(|(id, o)| stays(**id, o)).count();
    let need = usize::try_from(act.books.founded()?.policy.quorum).unwrap_or(usize::MAX);
    if left < need {
        return Err(Refusal::TooFewOfficers { left, need, role: Role::Steward.both() });
    }
    act.set_standing(officer, Standing::Retired);
    Ok(())
}

impl Kind for Approve {
    const NAME: Both = Both("审批", "approval");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let proposal = act.earlier_proposal(self.of)?;
        let approve = Both("审批该提案", "approving the proposal");
        match proposal.what {
            Proposed::Allocation(student, _) => {
                act.needs(&[Role::Approver])?;
                act.helped(student)?;
                act.unbiased(student, approve)?;
                act.declared(self.clear.0)?;
            }
            Proposed::Expense(_) | Proposed::Rededicate(_) => act.needs(&[Role::Approver])?,
            Proposed::Appoint(_) | Proposed::Retire(_) => act.needs(&[Role::Steward])?,
        }
        if proposal.state != State::Waiting {
            return Err(Refusal::NotPending { place: self.of, state: proposal.state.both() });
        }
        act.another_than(proposal.by, Both("提出该提案", "proposing it"), approve)?;
        if proposal.approvals.contains(&act.by) {
            let did = Both("审批过该提案", "approving it before");
            return Err(Refusal::SamePerson { officer: act.by, did, now: approve });
        }
        let mut approvals = proposal.approvals.to_vec();
        approvals.push(act.by);
        let what = Both("一项提案的审批", "approvals of one proposal");
        let approvals =
            List::new(approvals).ok_or(Refusal::TooMany { what, max: MAX_APPROVALS })?;
        act.books.proposals.set(self.of, Proposal { approvals, ..proposal });
        act.trace(self.of, Step::Approve);
        settle(act, self.of)
    }

    fn tell(&self, lang: Lang) -> String {
        let of = self.of;
        lang.pick(format!("批准 {of}"), format!("approval of {of}"))
    }
}
