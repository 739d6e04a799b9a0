//! Checkpoints: what the log signs (C2SP tlog-checkpoint).
//!
//! ```text
//! log.example/fund
//! 3
//! cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc=
//! ```
//!
//! Origin, number of entries, root. The extension lines C2SP allows after these are refused: no
//! witness vouches for them, and this log writes none.

use super::{
    hash::{Hash, HashError},
    key::{Algorithm, Signer, Verified, Verifier, is_name},
    merkle::{EMPTY_ROOT, MAX_SIZE},
    note::{self, NoteError},
    text::{from_decimal, shown},
};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A log's statement of all it holds. Printed and parsed as its three lines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// Why a checkpoint was not made, or not believed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The origin could not be the name of the log's key.
    #[error("{0:?} is not an origin")]
    Origin(String),
    /// Not a number in its one spelling, or more than [`MAX_SIZE`].
    #[error("{given:?} is not the size of a log, {max} is the most")]
    Size {
        /// The second line.
        given: String,
        /// [`MAX_SIZE`].
        max: u64,
    },
    /// Not a hash.
    #[error("the root of a checkpoint is malformed: {0}")]
    Root(#[from] HashError),
    /// A log without entries has one root only, [`EMPTY_ROOT`].
    #[error("an empty log has the root {EMPTY_ROOT}, the checkpoint says {0}")]
    Empty(Hash),
    /// Not three lines, each with its newline.
    #[error("a checkpoint has {lines} lines instead of 3")]
    Lines {
        /// The number of lines found, counting up to 4.
        lines: usize,
    },
    /// The signed note around it was not believed, or not made.
    #[error("the checkpoint's signatures: {0}")]
    Note(#[from] NoteError),
    /// The log's key has another name than the log.
    #[error("a checkpoint of {origin} cannot be signed by {vkey}")]
    Key {
        /// The checkpoint's origin.
        origin: String,
        /// The key.
        vkey: String,
    },
    /// Witnesses signed, but not the log.
    #[error("the log's key {vkey} is not among the {verified} good signatures")]
    Unsigned {
        /// The log's key.
        vkey: String,
        /// How many other known keys signed.
        verified: usize,
    },
}

impl Checkpoint {
    /// Returns the checkpoint of the log `origin` with `size` entries under `root`.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Checkpoint, CheckpointError> {
        if !is_name(origin) {
            return Err(CheckpointError::Origin(shown(origin)));
        }
        if size > MAX_SIZE {
            return Err(CheckpointError::Size { given: size.to_string(), max: MAX_SIZE });
        }
        if size == 0 && root != EMPTY_ROOT {
            return Err(CheckpointError::Empty(root));
        }
        Ok(Checkpoint { origin: origin.into(), size, root })
    }

    /// Returns the name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the Merkle tree over the entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Returns the checkpoint as a note signed by the log. The signer's name is the origin.
    pub fn sign(&self, signer: &Signer) -> Result<String, CheckpointError> {
        self.is_of(&signer.verifier())?;
        Ok(note::sign(&self.to_string(), signer)?)
    }

    /// Returns the checkpoint in a note that the log signed, and which of `witnesses` cosigned it.
    ///
    /// The key's name must be the checkpoint's origin. How many witnesses are enough, and how old
    /// a cosignature may be, is for the caller to say; each key counts once.
    pub fn open<'v>(
        bytes: &[u8],
        log: &'v Verifier,
        witnesses: &[&'v Verifier],
    ) -> Result<(Checkpoint, Vec<Verified<'v>>), CheckpointError> {
        let known: Vec<&Verifier> = [&[log], witnesses].concat();
        let note = note::open(bytes, &known)?;
        let mut verified = note.verified;
        if !verified.iter().any(|good| good.verifier == log) {
            let verified = verified.len();
            return Err(CheckpointError::Unsigned { vkey: log.to_string(), verified });
        }
        let checkpoint: Checkpoint = note.text.parse()?;
        checkpoint.is_of(log)?;
        // Only a cosignature says what a witness says.
        verified.retain(|good| good.time.is_some());
        Ok((checkpoint, verified))
    }

    /// Checks that `key` is one the log may sign with.
    fn is_of(&self, key: &Verifier) -> Result<(), CheckpointError> {
        if key.name() == self.origin && key.algorithm() == Algorithm::Ed25519 {
            return Ok(());
        }
        Err(CheckpointError::Key { origin: self.origin.clone(), vkey: key.to_string() })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads the one spelling `Display` writes.
    fn from_str(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines: Vec<&str> = text.split_inclusive('\n').take(4).collect();
        let wrong = CheckpointError::Lines { lines: lines.len() };
        let &[origin, size, root] = lines.as_slice() else { return Err(wrong) };
        let root = Hash::from_base64(root.strip_suffix('\n').ok_or(wrong)?)?;
        let size = size.trim_end_matches('\n');
        let number = from_decimal(size)
            .ok_or_else(|| CheckpointError::Size { given: shown(size), max: MAX_SIZE })?;
        Checkpoint::new(origin.trim_end_matches('\n'), number, root)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::text::changes;

    const ORIGIN: &str = "log.example/fund";

    fn checkpoint() -> Checkpoint {
        Checkpoint::new(ORIGIN, 1203, Hash([0x5f; 32])).unwrap()
    }

    fn signer() -> Signer {
        Signer::new(ORIGIN, &[1; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_is_three_lines_of_one_spelling() {
        let text = checkpoint().to_string();
        let root = Hash([0x5f; 32]).to_base64();
        assert_eq!(text, format!("{ORIGIN}\n1203\n{root}\n"));
        assert_eq!(text.parse(), Ok(checkpoint()));
        for bad in [
            String::new(),
            "\n\n\n".into(),
            text.trim_end().into(),
            format!("{text}\n"),
            format!("{text}extension\n"),
            format!("{text}x"),
            format!("\n{text}"),
            text.replace("1203", "01203"),
            text.replace("1203", "+1203"),
            text.replace("1203", ""),
            text.replace("1203", "0"),
            text.replace("1203", "9223372036854775808"),
            text.replace("1203", "1203\n"),
            text.replace('\n', "\r\n"),
            text.replace("log.", "log "),
            text.replace("log.", "log+"),
            text.replace(&root, &root[..43]),
            text.replace(&root, &format!("{root}=")),
        ] {
            assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?} was taken for a checkpoint");
        }
        assert!(Checkpoint::new(ORIGIN, MAX_SIZE, EMPTY_ROOT).is_ok());
        assert!(Checkpoint::new(ORIGIN, MAX_SIZE + 1, EMPTY_ROOT).is_err());
        assert_eq!(
            Checkpoint::new("o", 0, EMPTY_ROOT).unwrap().to_string().parse(),
            Checkpoint::new("o", 0, EMPTY_ROOT)
        );
    }

    #[test]
    fn every_changed_byte_of_the_text_is_another_checkpoint_or_none() {
        let text = checkpoint().to_string();
        for place in 0..text.len() {
            for byte in (0..=127u8).filter(|byte| *byte != text.as_bytes()[place]) {
                let mut changed = text.clone().into_bytes();
                changed[place] = byte;
                let changed = String::from_utf8(changed).unwrap();
                if let Ok(other) = changed.parse::<Checkpoint>() {
                    assert_ne!(other, checkpoint());
                    assert_eq!(other.to_string(), changed);
                }
            }
        }
    }

    #[test]
    fn no_changed_byte_and_no_part_of_a_signed_checkpoint_opens() {
        let (note, key) = (checkpoint().sign(&signer()).unwrap(), signer().verifier());
        assert_eq!(Checkpoint::open(note.as_bytes(), &key, &[]), Ok((checkpoint(), vec![])));
        for place in 0..note.len() {
            for changed in changes(note.as_bytes(), place) {
                assert!(Checkpoint::open(&changed, &key, &[]).is_err(), "byte {place}");
            }
            assert!(Checkpoint::open(&note.as_bytes()[..place], &key, &[]).is_err());
        }
    }

    #[test]
    fn only_the_logs_own_key_signs_for_it() {
        let stranger = Signer::new("log.example/other", &[1; 32]).unwrap();
        assert!(matches!(checkpoint().sign(&stranger), Err(CheckpointError::Key { .. })));
        // A note of the stranger with the log's text is well signed, and not the log's.
        let note = note::sign(&checkpoint().to_string(), &stranger).unwrap();
        let key = stranger.verifier();
        let opened = Checkpoint::open(note.as_bytes(), &key, &[]);
        assert!(matches!(opened, Err(CheckpointError::Key { .. })));
        // Nor is one that only a second known key signed.
        let witness = Signer::new("w.example", &[2; 32]).unwrap();
        let note = note::sign(&checkpoint().to_string(), &witness).unwrap();
        let (key, other) = (signer().verifier(), witness.verifier());
        let opened = Checkpoint::open(note.as_bytes(), &key, &[&other]);
        assert_eq!(opened, Err(CheckpointError::Unsigned { vkey: key.to_string(), verified: 1 }));
        // A witness key in the log's place signs no checkpoint.
        let cosigner = Verifier::new(ORIGIN, Algorithm::CosignatureV1, key.public_key()).unwrap();
        let note = checkpoint().sign(&signer()).unwrap();
        assert!(Checkpoint::open(note.as_bytes(), &cosigner, &[]).is_err());
    }

    #[test]
    fn a_well_signed_text_that_is_no_checkpoint_is_refused() {
        let (signer, key, text) = (signer(), signer().verifier(), checkpoint().to_string());
        for bad in [
            format!("{text}extension\n"),
            text.replace("1203", "01203"),
            format!("\n{text}"),
            "\n".into(),
        ] {
            let note = note::sign(&bad, &signer).unwrap();
            let opened = Checkpoint::open(note.as_bytes(), &key, &[]);
            assert!(opened.is_err() && !matches!(opened, Err(CheckpointError::Note(_))), "{bad:?}");
        }
    }
}
