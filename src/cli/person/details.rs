//! What is said of a person on the command line.

use super::super::value::{self, Unfit, word};
use crate::domain::codec::List;
use crate::domain::refusal::Both;
use crate::domain::text::Id;
use crate::domain::time::{Day, Stamp};
use crate::people::{Consent, Kind, Person, Phone, Scope, Words};

/// What may be known of a person, beside the name.
#[derive(clap::Args)]
pub(super) struct Details {
    /// A phone number; again for each, at most 5
    #[arg(long, value_name = "PHONE", value_parser = phone)]
    phone: Vec<Phone>,
    /// The number that another system knows them by
    #[arg(long, value_name = "TEXT", value_parser = words)]
    source: Option<Words>,
    /// Their school
    #[arg(long, value_name = "TEXT", value_parser = words)]
    school: Option<Words>,
    /// Where they live
    #[arg(long, value_name = "TEXT", value_parser = words)]
    address: Option<Words>,
    /// The account that money is paid to
    #[arg(long, value_name = "TEXT", value_parser = words)]
    account: Option<Words>,
    /// Anything else that must be known
    #[arg(long, value_name = "TEXT", value_parser = words)]
    note: Option<Words>,
    /// The pseudonym of a guardian; again for each, at most 4
    #[arg(long, value_name = "PERSON", value_parser = super::pseudonym)]
    guardian: Vec<Id>,
}

impl Details {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        let texts = [&self.source, &self.school, &self.address, &self.account, &self.note];
        self.phone.is_empty() && self.guardian.is_empty() && texts.iter().all(|t| t.is_none())
    }

    /// The guardians named.
    pub(super) fn guardians(&self) -> &[Id] {
        &self.guardian
    }

    /// Refuses more than are kept.
    pub(super) fn fits(&self) -> Result<(), Unfit> {
        if self.phone.len() <= 5 && self.guardian.len() <= 4 {
            return Ok(());
        }
        Err(Unfit(Both("电话最多 5 个，监护人最多 4 个", "5 phones and 4 guardians at most")))
    }

    /// Puts what is said, and [`Details::fits`], in place of what was known; the rest stays.
    pub(super) fn put(self, person: &mut Person) {
        if !self.phone.is_empty() {
            person.phones = List::new(self.phone).unwrap_or_default();
        }
        if !self.guardian.is_empty() {
            person.guardians = List::new(self.guardian).unwrap_or_default();
        }
        for (to, from) in [
            (&mut person.source, self.source),
            (&mut person.school, self.school),
            (&mut person.address, self.address),
            (&mut person.account, self.account),
            (&mut person.note, self.note),
        ] {
            if from.is_some() {
                *to = from;
            }
        }
    }
}

/// Consents given together.
#[derive(clap::Args)]
pub(super) struct Agreement {
    /// What they agree to; again for each
    #[arg(long, value_name = "SCOPE", value_parser = word!(Scope), requires = "until")]
    consent: Vec<Scope>,
    #[command(flatten)]
    term: Term,
}

/// For whom and how long a consent speaks.
#[derive(clap::Args)]
pub(super) struct Term {
    /// The guardian who consents for a minor
    #[arg(long, value_name = "PERSON", value_parser = super::pseudonym)]
    by: Option<Id>,
    /// The first day on which the consent counts, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    from: Option<Day>,
    /// The last day on which the consent counts
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    until: Option<Day>,
}

impl Agreement {
    /// Whether anything is agreed to.
    pub(super) fn is_some(&self) -> bool {
        !self.consent.is_empty()
    }

    /// The consents.
    pub(super) fn consents(&self, today: Day) -> Vec<Consent> {
        self.consent.iter().filter_map(|scope| self.term.consent(*scope, today)).collect()
    }
}

impl Term {
    /// A consent to `scope`, if its end is said.
    pub(super) fn consent(&self, scope: Scope, today: Day) -> Option<Consent> {
        let from = self.from.unwrap_or(today);
        Some(Consent { scope, guardian: self.by, from, until: self.until?, withdrawn: None })
    }
}

/// A person of whom nothing but this is known. Students are minors, others are not.
pub(super) fn person(kind: Kind, name: Words, since: Stamp) -> Person {
    Person {
        kind,
        name,
        adult: kind != Kind::Student,
        phones: List::empty(),
        source: None,
        school: None,
        address: None,
        account: None,
        note: None,
        guardians: List::empty(),
        since,
        consents: List::empty(),
        hold: None,
    }
}

/// A private text.
pub(super) fn words(text: &str) -> Result<Words, Unfit> {
    Words::new(text).ok_or(Unfit(Both(
        "一行文字，最多 300 字节，首尾没有空格",
        "a text of at most 300 bytes on one line, without blanks at its ends",
    )))
}

/// A phone number as people write it.
pub(super) fn phone(text: &str) -> Result<Phone, Unfit> {
    Phone::new(text).ok_or(Unfit(Both(
        "电话写成 5 到 20 位数字，如 138 1234 5678",
        "a phone number of 5 to 20 digits, such as 138 1234 5678",
    )))
}
