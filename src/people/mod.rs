//! Who stands behind a pseudonym: personal data, in the vault and nowhere else.
//!
//! ```text
//! vault/keys/s-k7p2abcd.age      their own key, sealed for the vault's: the one place it is in
//! vault/records/s-k7p2abcd.age   name, phone, guardians, consents, sealed for the person's key
//! vault/people/s-k7p2abcd.age    a paper about them, sealed for the same key
//! vault/secret.age               32 random bytes, sealed for the vault's key: marks need them
//! vault/access.jsonl             who looked at whom, when and why; before they saw it
//! vault/access.head              how long that list is, so that no end of it can vanish
//! vault/forgotten                who is forgotten: pseudonym, time, marks; a copy is with the keys
//! ```
//!
//! To forget a person is to destroy their key. The list of the forgotten is written first: from
//! then on nobody reads them, and whatever a crash left of the work is done at the next opening.
//! The copy beside the vault's own key makes an older backup forget again once it is back.
//!
//! Marks are HMACs of a name with a phone, or of the number another system gave: they recognise who
//! comes back, and tell nobody without the vault's key who was there.

mod access;
mod certificate;
mod forgotten;
mod mark;
mod open;
mod person;
mod text;

pub use access::{Access, Act, Head, LOG_MAX, Look, Why, check as check_log};
pub use certificate::{CERTIFICATE_MAX, Certificate};
pub use forgotten::{FORGOTTEN, FORGOTTEN_MAX, Forgotten, Grave};
pub use mark::Secret;
pub use open::{Crowd, Found, Has, Ids, Paper, Vault, ids, seal_paper};
pub use person::{Consent, Hold, Kind, Person, RECORD_MAX, Scope, Unfit};
pub use text::{Phone, Words};

use crate::domain::codec::Malformed;
use crate::domain::text::Id;
use crate::domain::time::{Day, Stamp};
use crate::storage::disk::{self, Disk};
use crate::vault::VaultError;

/// Why something was not done with personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] disk::Error),
    /// A sealed piece does not open, or could not be sealed.
    #[error("{path} does not open")]
    Sealed {
        /// Its path in the fund's folder.
        path: String,
        /// What is wrong with it.
        source: VaultError,
    },
    /// A file is not what this program writes.
    #[error("{path} is not what is written there: {why}")]
    Form {
        /// Its path in the fund's folder.
        path: String,
        /// What is wrong with its bytes.
        why: Malformed,
    },
    /// A file is gone that must be there.
    #[error("{path} is missing")]
    Lost {
        /// Its path in the fund's folder.
        path: String,
    },
    /// The vault is another one's.
    #[error("this key opens the vault of {found}, and this one is of {recipient}")]
    OtherVault {
        /// The recipient of the key that was tried.
        found: String,
        /// The vault's recipient.
        recipient: String,
    },
    /// The vault knows nobody under this pseudonym.
    #[error("the vault has nothing about {person}")]
    Nobody {
        /// The pseudonym.
        person: String,
    },
    /// There is a paper about the person and no record.
    #[error("the vault has a paper about {person}, and no name")]
    Nameless {
        /// The pseudonym.
        person: Id,
    },
    /// The person was forgotten.
    #[error("{person} was forgotten on {at}: nobody can read them any more")]
    Forgotten {
        /// The pseudonym.
        person: Id,
        /// When.
        at: Stamp,
    },
    /// Somebody with the same name and phone, or the same number elsewhere, is in the vault.
    #[error("they are in the vault already, as {person}")]
    Known {
        /// The pseudonym.
        person: Id,
    },
    /// Somebody with the same name and phone, or the same number elsewhere, was forgotten.
    #[error("they were in the vault as {person} and were forgotten on {at}")]
    Back {
        /// The pseudonym they had.
        person: Id,
        /// When they were forgotten.
        at: Stamp,
    },
    /// The law keeps the person's data, and nobody may use or destroy them.
    #[error("{person} is locked until {until}: {statute}")]
    Held {
        /// The pseudonym.
        person: Id,
        /// The last day of the lock.
        until: Day,
        /// The article that demands it.
        statute: Words,
    },
    /// A change that the record does not take.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The list of accesses ends before it should.
    #[error("the access log has {lines} lines and had {had}: its end was cut off")]
    Cut {
        /// Whole lines there.
        lines: u64,
        /// Lines that were there.
        had: u64,
    },
    /// The list of accesses is not the one that was written.
    #[error("line {line} of the access log is not the one that was written")]
    Changed {
        /// The line, counted from 0.
        line: u64,
    },
    /// More than is kept.
    #[error("{what} of {found}, at most {max} are kept")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// The most allowed.
        max: u64,
    },
}

/// Reads a whole file of the fund's folder that must be there.
fn must(disk: &dyn Disk, path: &str, max: u64) -> Result<Vec<u8>, Error> {
    disk::read_whole(disk, path, max)?.ok_or_else(|| Error::Lost { path: path.to_owned() })
}
