//! A certificate that a person is forgotten: what was destroyed, when and by whom.
//!
//! ```text
//! yishan/forgotten-certificate/v1
//! log yishan.example/qianan
//! person s-k7p2abcd
//! at 2026-11-22T21:00:00+08:00
//! by chen
//! key age1…
//! destroyed keys/s-k7p2abcd.age
//! destroyed records/s-k7p2abcd.age
//! signature …                          the officer's, over the SHA-256 of the lines before
//! ```
//!
//! It proves that the officer says so, and nothing else.

use super::{Grave, Words};
use crate::domain::codec::List;
use crate::domain::text::{Digest, Id, Origin, Signature};
use crate::domain::time::Stamp;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Write as _};

/// The longest certificate (bytes).
pub const CERTIFICATE_MAX: usize = 4096;

const VERSION: &str = "yishan/forgotten-certificate/v1";

/// What an officer states about a person who is forgotten.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// The log's name.
    pub log: Origin,
    /// The pseudonym.
    pub person: Id,
    /// When it was decided.
    pub at: Stamp,
    /// Who signs.
    pub by: Id,
    /// The public half of the key destroyed, if they had one.
    pub key: Option<Words>,
    /// What was destroyed, by its path in the vault.
    pub pieces: List<Words, 0, 4>,
}

impl Certificate {
    /// The certificate of `grave`, to be signed by `by`.
    pub fn new(log: Origin, grave: &Grave, by: Id) -> Certificate {
        let Grave { person, at, key, pieces, .. } = grave.clone();
        Certificate { log, person, at, by, key, pieces }
    }

    /// What stands for it in the text that is signed.
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.to_string()).into())
    }

    /// With its signature: the whole file.
    pub fn signed(&self, signature: Signature) -> String {
        format!("{self}signature {signature}\n")
    }

    /// Reads a whole file in its one spelling. Whether the signature holds is for the caller.
    pub fn parse(text: &str) -> Option<(Certificate, Signature)> {
        if text.len() > CERTIFICATE_MAX {
            return None;
        }
        let mut lines = text.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name).map(str::to_owned);
        next(VERSION)?;
        let log = Origin::parse(next("log ")?.as_bytes())?;
        let person = Id::parse(next("person ")?.as_bytes())?;
        let at = Stamp::parse(next("at ")?.as_bytes())?;
        let by = Id::parse(next("by ")?.as_bytes())?;
        let (mut key, mut pieces, mut signature) = (None, Vec::new(), None);
        for line in lines {
            match line.split_once(' ')? {
                ("key", text) => key = Some(Words::new(text)?),
                ("destroyed", text) => pieces.push(Words::new(text)?),
                ("signature", text) => signature = Some(Signature::parse(text.as_bytes())?),
                _ => return None,
            }
        }
        let (pieces, signature) = (List::new(pieces)?, signature?);
        let found = Certificate { log, person, at, by, key, pieces };
        // Printing it back is the rest of the grammar.
        (found.signed(signature) == text).then_some((found, signature))
    }
}

/// The lines before the signature.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Certificate { log, person, at, by, .. } = self;
        let mut text = format!("{VERSION}\nlog {log}\nperson {person}\nat {at}\nby {by}\n");
        if let Some(key) = &self.key {
            writeln!(text, "key {key}")?;
        }
        for piece in self.pieces.iter() {
            writeln!(text, "destroyed {piece}")?;
        }
        f.write_str(&text)
    }
}
