//! 轮值: whose turn it is to keep an organisation's hours.

use super::super::Kind;
use super::super::appoint::Role;
use super::{HoursRefusal, period};
use crate::domain::books::Act;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Gives an officer the chair of an organisation from one day to another, both included: who
    /// organises records, and who records certifies (民政部令第 67 号《志愿服务记录与证明出具办法》).
    pub struct Chair {
        /// The organisation.
        org: Id = "org",
        /// The officer.
        officer: Id = "officer",
        /// The first day.
        from: Day = "from",
        /// The last day.
        until: Day = "until",
    }
}

record! {
    /// A turn of the chair, by its organisation and first day.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct TurnKey {
        /// The organisation.
        org: Id = "org",
        /// The first day.
        from: Day = "from",
    }
}

record! {
    /// A turn of the chair.
    #[derive(Copy)]
    pub struct Turn {
        /// The officer.
        officer: Id = "officer",
        /// The last day.
        until: Day = "until",
    }
}

impl Kind for Chair {
    const NAME: Both = Both("轮值", "turn of the chair");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        act.org(self.org)?;
        act.books.in_office(self.officer, act.today())?;
        period(self.from, self.until)?;
        // Turns do not overlap, so the last one that begins by then is the only one in the way.
        let last = act.books.hours.turn(self.org, self.until);
        if let Some((key, turn)) = last.filter(|(_, turn)| turn.until >= self.from) {
            let (org, officer, from, until) = (self.org, turn.officer, key.from, turn.until);
            return Err(HoursRefusal::ChairTaken { org, officer, from, until }.into());
        }
        let key = TurnKey { org: self.org, from: self.from };
        act.books.hours.chairs.set(key, Turn { officer: self.officer, until: self.until });
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Chair { org, officer, from, until } = self;
        lang.pick(
            format!("{org} 由 {officer} 轮值，{from} 至 {until}"),
            format!("{officer} chairs {org} from {from} to {until}"),
        )
    }
}
