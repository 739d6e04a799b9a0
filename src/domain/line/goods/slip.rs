//! Slips that something later follows: a second signature, an arrival, a recipient's word.

use super::{Act, GoodsRefusal, Id, Place, Refusal, record, words};
use crate::domain::codec::Rare;

words! {
    /// What became of a slip.
    pub enum State {
        /// Waiting for a second signature.
        Waiting = "waiting", "待复核", "waiting for a second officer";
        /// On the way.
        Travelling = "travelling", "在途", "on the way";
        /// In effect.
        Done = "done", "已生效", "in effect";
        /// Arrived.
        Arrived = "arrived", "已到站", "arrived";
        /// Taken back by a reversal.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

record! {
    /// What the books know of a slip.
    #[derive(Copy)]
    pub struct Slip {
        /// What became of it.
        state: State = "state",
        /// Who wrote it.
        by: Id = "by",
        /// The line that followed.
        then: Option<Place> = "then",
        /// Whether it is a stocktake that counted a figure taken over.
        counted: Rare<bool> = "counted",
    }
}

impl Act<'_> {
    /// Notes that this line waits for a second signature.
    pub(super) fn wait(&mut self) {
        self.write_slip(State::Waiting);
    }

    pub(super) fn write_slip(&mut self, state: State) {
        let slip = Slip { state, by: self.by, then: None, counted: Rare(false) };
        self.books.goods.slips.set(self.place, slip);
    }

    /// The slip at `place`, in an earlier entry.
    pub(super) fn slip(&self, place: Place) -> Result<Slip, Refusal> {
        self.is_earlier(place)?;
        self.books.goods.slips.get(&place).copied().ok_or(Refusal::NoSuchLine { place })
    }

    /// The slip at `place`, in an earlier entry, in the state `need`.
    pub(super) fn slip_at(&self, place: Place, need: State) -> Result<Slip, Refusal> {
        let slip = self.slip(place)?;
        if slip.state == need {
            return Ok(slip);
        }
        Err(GoodsRefusal::SlipIs { place, state: slip.state.both(), need: need.both() }.into())
    }

    /// Withdraws the slip at `of`; whether it had no effect yet.
    pub(super) fn withdraw(&mut self, of: Place) -> Result<bool, Refusal> {
        let slip = self.slip(of)?;
        self.books.goods.slips.set(of, Slip { state: State::Withdrawn, ..slip });
        Ok(slip.state == State::Waiting)
    }
}
