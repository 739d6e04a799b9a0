//! 驳回: a waiting proposal is turned down or withdrawn.

use super::Kind;
use super::allocate::{Proposal, Proposed, State};
use super::appoint::{Role, Standing};
use crate::domain::books::{Act, Step};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Lang, Place, Text};
use crate::record;

record! {
    /// Turns a waiting proposal down; the proposer may withdraw it so.
    pub struct Reject {
        /// The proposal.
        of: Place = "of",
        /// Why; nothing about a person.
        why: Text = "why",
    }
}

impl Kind for Reject {
    const NAME: Both = Both("驳回", "rejection");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        let proposal = act.earlier_proposal(self.of)?;
        act.books.in_office(act.by, act.today())?;
        if act.by != proposal.by {
            act.needs(match proposal.what {
                Proposed::Appoint(_) | Proposed::Retire(_) => &[Role::Steward],
                _ => &[Role::Approver],
            })?;
        }
        if proposal.state != State::Waiting {
            return Err(Refusal::NotPending { place: self.of, state: proposal.state.both() });
        }
        if let Proposed::Appoint(id) = proposal.what {
            act.set_standing(id, Standing::Retired);
        }
        if let Proposed::Allocation(student, fen) = proposal.what {
            act.give_back(student, proposal.term, fen);
        }
        act.books.proposals.set(self.of, Proposal { state: State::Rejected, ..proposal });
        act.trace(self.of, Step::Reject);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, why) = (self.of, &self.why);
        lang.pick(format!("驳回 {of}（{why}）"), format!("rejection of {of} ({why})"))
    }
}
