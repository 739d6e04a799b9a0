//! What is known of a person, and what they agreed to.

use super::text::{Phone, Words};
use crate::domain::codec::List;
use crate::domain::text::Id;
use crate::domain::time::{Day, Stamp};
use crate::{record, words};

/// The longest record (bytes).
pub const RECORD_MAX: usize = 64 * 1024;

words! {
    /// Why the fund knows a person.
    pub enum Kind {
        /// Gives.
        Donor = "donor", "捐款人", "donor";
        /// Is helped.
        Student = "student", "学生", "student";
        /// Works for the fund.
        Volunteer = "volunteer", "志愿者", "volunteer";
        /// Answers for a minor.
        Guardian = "guardian", "监护人", "guardian";
    }
}

words! {
    /// What a person may agree to. Each needs a consent of its own (PIPL 25, 29).
    pub enum Scope {
        /// Their name in the roll of thanks.
        Thanks = "thanks", "感谢名单署名", "name in the roll of thanks";
        /// Being photographed for the fund's own files.
        Photo = "photo", "拍照存档", "photographs for the files";
        /// Being called or written to.
        Contact = "contact", "联系", "being contacted";
        /// Getting receipts sent.
        Receipts = "receipts", "寄送票据", "receipts by post or message";
    }
}

record! {
    /// A consent: to one thing, for a time.
    pub struct Consent {
        /// To what.
        scope: Scope = "scope",
        /// The guardian who gave it for a minor; left out if the person did.
        guardian: Option<Id> = "guardian",
        /// The first day on which it counts.
        from: Day = "from",
        /// The last.
        until: Day = "until",
        /// The day from which it counts no more.
        withdrawn: Option<Day> = "withdrawn",
    }
}

record! {
    /// A lock that the law demands: the data are kept, and neither used nor destroyed (PIPL 47).
    pub struct Hold {
        /// Why.
        reason: Words = "reason",
        /// Which article demands it.
        statute: Words = "statute",
        /// The last day.
        until: Day = "until",
        /// When it was set.
        at: Stamp = "at",
        /// By whom.
        by: Id = "by",
    }
}

record! {
    /// What is known of a person.
    pub struct Person {
        /// Why the fund knows them.
        kind: Kind = "kind",
        /// Their name.
        name: Words = "name",
        /// Whether they consent for themselves. A minor's guardians do (PIPL 31).
        adult: bool = "adult",
        /// Their phones.
        phones: List<Phone, 0, 5> = "phones",
        /// The number that another system knows them by.
        source: Option<Words> = "source",
        /// Their school.
        school: Option<Words> = "school",
        /// Where they live.
        address: Option<Words> = "address",
        /// The account that money is paid to.
        account: Option<Words> = "account",
        /// Anything else.
        note: Option<Words> = "note",
        /// Who answers for them.
        guardians: List<Id, 0, 4> = "guardians",
        /// When they were taken in.
        since: Stamp = "since",
        /// What they agreed to, in the order in which they did.
        consents: List<Consent, 0, 64> = "consents",
        /// The lock that the law demands.
        hold: Option<Hold> = "hold",
    }
}

/// Why a consent is none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// It ends before it begins.
    #[error("a consent from {from} until {until} counts on no day")]
    Days {
        /// The first day.
        from: Day,
        /// The last.
        until: Day,
    },
    /// A minor cannot give it.
    #[error("for a minor a guardian consents, named with --by")]
    Minor,
    /// Nobody else may give it.
    #[error("an adult consents alone")]
    Adult,
    /// The one who gave it is none of the person's guardians.
    #[error("{guardian} is none of their guardians")]
    Guardian {
        /// Who gave it.
        guardian: Id,
    },
    /// The name of a child is never published, whoever agrees.
    #[error("a child's name is never published, whoever agrees")]
    Child,
    /// So many are kept.
    #[error("{len} consents, at most 64 are kept")]
    Many {
        /// How many there would be.
        len: usize,
    },
    /// There is none to withdraw.
    #[error("there is no consent to withdraw")]
    None,
}

impl Consent {
    /// Whether it counts on `day`.
    pub fn counts(&self, day: Day) -> bool {
        (self.from..=self.until).contains(&day) && self.withdrawn.is_none_or(|end| day < end)
    }
}

impl Person {
    /// The consent to `scope` that counts on `day`. Of several, that which lasts longest.
    pub fn consents_to(&self, scope: Scope, day: Day) -> Option<&Consent> {
        let good = self.consents.iter().filter(|c| c.scope == scope && c.counts(day));
        good.max_by_key(|c| c.until)
    }

    /// Adds a consent, from whoever may give it.
    pub fn consent(&mut self, consent: Consent) -> Result<(), Unfit> {
        let (from, until) = (consent.from, consent.until);
        if from > until {
            return Err(Unfit::Days { from, until });
        }
        if !self.adult && consent.scope == Scope::Thanks {
            return Err(Unfit::Child);
        }
        match consent.guardian {
            None if !self.adult => return Err(Unfit::Minor),
            Some(_) if self.adult => return Err(Unfit::Adult),
            Some(guardian) if !self.guardians.contains(&guardian) => {
                return Err(Unfit::Guardian { guardian });
            }
            _ => {}
        }
        let all: Vec<_> = self.consents.iter().cloned().chain([consent]).collect();
        let len = all.len();
        self.consents = List::new(all).ok_or(Unfit::Many { len })?;
        Ok(())
    }

    /// Takes back every consent to `scope` that counts on `day` or later, from `day` on; how many.
    pub fn withdraw(&mut self, scope: Scope, day: Day) -> Result<usize, Unfit> {
        let mut all = self.consents.to_vec();
        let live = |c: &&mut Consent| {
            c.scope == scope && c.until >= day && c.withdrawn.is_none_or(|end| end > day)
        };
        let count = all.iter_mut().filter(live).map(|c| c.withdrawn = Some(day)).count();
        let len = all.len();
        self.consents = List::new(all).ok_or(Unfit::Many { len })?;
        if count == 0 { Err(Unfit::None) } else { Ok(count) }
    }

    /// The lock that holds on `day`.
    pub fn held(&self, day: Day) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| day <= hold.until)
    }

    /// Whether `what` is their name or a part of it, or the last four digits or more of a phone.
    pub fn answers_to(&self, what: &str) -> bool {
        let digits = what.len() >= 4 && what.bytes().all(|b| b.is_ascii_digit());
        let phone = |phone: &Phone| digits && phone.as_str().ends_with(what);
        self.name.as_str().contains(what) || self.phones.iter().any(phone)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use crate::domain::codec::{read_all, spelling};

    fn day(text: &str) -> Day {
        Day::parse(text.as_bytes()).unwrap()
    }

    pub(in crate::people) fn person(name: &str, adult: bool) -> Person {
        Person {
            kind: Kind::Student,
            name: Words::new(name).unwrap(),
            adult,
            phones: List::new(vec![Phone::new("13812345678").unwrap()]).unwrap(),
            source: None,
            school: None,
            address: None,
            account: None,
            note: None,
            guardians: List::new(vec![Id::parse(b"g-1").unwrap()]).unwrap(),
            since: Stamp::parse(b"2026-11-22T21:00:00+08:00").unwrap(),
            consents: List::empty(),
            hold: None,
        }
    }

    fn consent(scope: Scope, guardian: Option<&str>) -> Consent {
        let guardian = guardian.map(|id| Id::parse(id.as_bytes()).unwrap());
        let (from, until) = (day("2026-11-22"), day("2027-11-21"));
        Consent { scope, guardian, from, until, withdrawn: None }
    }

    #[test]
    fn a_consent_counts_from_its_first_day_to_its_last_unless_withdrawn() {
        let mut person = person("李小花", true);
        person.consent(consent(Scope::Thanks, None)).unwrap();
        let counts =
            |person: &Person, on: &str| person.consents_to(Scope::Thanks, day(on)).is_some();
        for (on, want) in [
            ("2026-11-21", false),
            ("2026-11-22", true),
            ("2027-11-21", true),
            ("2027-11-22", false),
        ] {
            assert_eq!(counts(&person, on), want, "{on}");
        }
        assert!(person.consents_to(Scope::Photo, day("2026-11-22")).is_none(), "another scope");
        assert_eq!(person.withdraw(Scope::Thanks, day("2027-01-01")), Ok(1));
        assert!(counts(&person, "2026-12-31") && !counts(&person, "2027-01-01"));
        assert_eq!(person.withdraw(Scope::Thanks, day("2027-01-02")), Err(Unfit::None));
    }

    #[test]
    fn for_a_child_only_its_own_guardian_consents_and_never_to_its_name() {
        let mut child = person("李小花", false);
        assert_eq!(child.consent(consent(Scope::Photo, None)), Err(Unfit::Minor));
        let other = child.consent(consent(Scope::Photo, Some("g-2"))).unwrap_err();
        assert!(matches!(other, Unfit::Guardian { .. }), "{other}");
        assert_eq!(child.consent(consent(Scope::Thanks, Some("g-1"))), Err(Unfit::Child));
        child.consent(consent(Scope::Photo, Some("g-1"))).unwrap();
        let mut adult = person("李大花", true);
        assert_eq!(adult.consent(consent(Scope::Photo, Some("g-1"))), Err(Unfit::Adult));
    }

    #[test]
    fn a_record_has_one_spelling_and_shows_nothing_in_debug() {
        let mut person = person("李小花", false);
        person.consent(consent(Scope::Contact, Some("g-1"))).unwrap();
        let text = spelling(&person);
        assert_eq!(read_all::<Person>(text.as_bytes(), RECORD_MAX).unwrap(), person);
        assert!(
            read_all::<Person>(text.replace(",\"adult\"", ", \"adult\"").as_bytes(), 999).is_err()
        );
        let shown = format!("{person:?}");
        assert!(!shown.contains("李小花") && !shown.contains("13812345678"), "{shown}");
        assert!(person.answers_to("小花") && person.answers_to("5678"));
        assert!(!person.answers_to("678") && !person.answers_to("1381"));
    }
}
