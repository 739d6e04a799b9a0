//! 结对: a sponsor and a student, both by pseudonym, and how much a month.

use super::SponsorRefusal;
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::line::student::Stage;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang, Place};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::{record, words};

words! {
    /// Who a sponsor is.
    pub enum Sponsor {
        /// A person.
        Person = "person", "个人", "a person";
        /// An organisation.
        Organisation = "organisation", "单位", "an organisation";
    }
}

record! {
    /// What the books know of a pair.
    #[derive(Copy)]
    pub struct Pair {
        /// The line that made it, to which the sponsor's papers belong.
        opened: Place = "opened",
        /// Who made it.
        by: Id = "by",
        /// The sponsor's pseudonym.
        sponsor: Id = "sponsor",
        /// Who the sponsor is.
        kind: Sponsor = "kind",
        /// The student's pseudonym.
        student: Id = "student",
        /// How much a month, in fen.
        fen: Amount = "fen",
        /// The first day.
        from: Day = "from",
        /// The last day.
        until: Day = "until",
        /// What came from the sponsor so far, in fen.
        received: Fen = "received",
        /// What was passed on or went back so far, in fen.
        passed: Fen = "passed",
        /// What was left at its end and became free by the sponsor's consent, in fen.
        freed: Fen = "freed",
        /// Whether it has ended.
        ended: bool = "ended",
    }
}

impl Pair {
    /// What was entrusted and neither passed on nor freed, in fen.
    pub fn left(&self) -> Fen {
        let kept = self.received.minus(self.passed).unwrap_or_default();
        kept.minus(self.freed).unwrap_or_default()
    }

    /// What should have come by `today`: a month's amount on the first day, and again on the same
    /// day of every month up to the last day of the pair.
    pub fn due(&self, today: Day) -> Fen {
        let last = today.min(self.until);
        let begun = (0..).map_while(|month| self.from.months_later(month));
        let begun = begun.take_while(|day| *day <= last);
        begun.fold(Fen::ZERO, |sum, _| sum.plus(self.fen.fen()).unwrap_or(Fen::MAX))
    }

    /// What is missing of that, in fen.
    pub fn arrears(&self, today: Day) -> Fen {
        self.due(today).minus(self.received).unwrap_or_default()
    }
}

record! {
    /// Makes a pair: a sponsor gives for a student each month.
    pub struct OpenPair {
        /// Its handle.
        pair: Id = "pair",
        /// The sponsor's pseudonym.
        sponsor: Id = "sponsor",
        /// Who the sponsor is.
        kind: Sponsor = "kind",
        /// The student's pseudonym.
        student: Id = "student",
        /// How much a month, in fen.
        fen: Amount = "fen",
        /// The first day.
        from: Day = "from",
        /// The last day.
        until: Day = "until",
    }
}

impl Kind for OpenPair {
    const NAME: Both = Both("结对", "pair");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let OpenPair { pair, sponsor, kind, student, fen, from, until } = *self;
        let pairs = &act.books.sponsors.pairs;
        if pairs.get(&pair).is_some() {
            return Err(SponsorRefusal::PairExists { pair }.into());
        }
        if until < from {
            return Err(SponsorRefusal::PairDays { from, until }.into());
        }
        let known = pairs.iter().find(|(_, other)| other.sponsor == sponsor);
        if let Some((_, other)) = known.filter(|(_, other)| other.kind != kind) {
            let (known, found) = (other.kind.both(), kind.both());
            return Err(SponsorRefusal::SponsorIs { sponsor, known, found }.into());
        }
        act.student_at(student, Stage::Admitted)?;
        let none = Fen::ZERO;
        let new = Pair {
            opened: act.place,
            by: act.by,
            sponsor,
            kind,
            student,
            fen,
            from,
            until,
            received: none,
            passed: none,
            freed: none,
            ended: false,
        };
        act.books.sponsors.pairs.set(pair, new);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let OpenPair { pair, sponsor, student, fen, from, until, .. } = self;
        lang.pick(
            format!("结对 {pair}：{sponsor} 资助 {student}，每月 {fen} 元，{from} 至 {until}"),
            format!("pair {pair}: {sponsor} for {student}, {fen} yuan a month, {from} to {until}"),
        )
    }
}
