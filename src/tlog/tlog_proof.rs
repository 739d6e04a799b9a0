//! Offline proof that an entry is in a log (C2SP tlog-proof, version 1).
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 2
//! ywCYnZSlacCmeK4EK2Pc1GJduWRAUX83put5duok7Us=
//!
//! log.example/fund
//! …                          the signed checkpoint, as it is
//! ```
//!
//! With the bytes of the entry, which it does not contain, this is a receipt.

use super::{
    checkpoint::{Checkpoint, CheckpointError},
    hash::{Hash, HashError},
    key::{Verified, Verifier},
    note::MAX_NOTE_LEN,
    proof::{MAX_PROOF_LEN, ProofError, check_inclusion},
    text::{from_base64, from_decimal, shown, to_base64},
};
use std::fmt;
use thiserror::Error;

/// The most extra data in bytes; the specification sets no limit.
pub const MAX_EXTRA_LEN: usize = 65_535;

/// The longest proof in bytes: the lines at their longest, before the longest note.
const MAX_LEN: usize = 64 + MAX_EXTRA_LEN.div_ceil(3) * 4 + 45 * MAX_PROOF_LEN + MAX_NOTE_LEN;

const VERSION: &str = "c2sp.org/tlog-proof@v1";

/// An entry's place in a log, the path from it to the root, and the checkpoint with the root.
/// Printed and parsed as a `.tlog-proof` file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlogProof {
    extra: Vec<u8>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: String,
}

/// Why a proof was not read, or not believed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TlogProofError {
    /// Longer than any proof, or with too much extra data or too many hashes.
    #[error("{what} of {len} in a tlog-proof is too long, {max} is the most")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its length.
        len: usize,
        /// The most there may be.
        max: usize,
    },
    /// Not UTF-8, or without an empty line before the checkpoint.
    #[error("a tlog-proof of {len} bytes has no text, empty line, and checkpoint")]
    Form {
        /// The length in bytes.
        len: usize,
    },
    /// Another format, or another version of this one.
    #[error("a tlog-proof begins with {0:?}")]
    Version(String),
    /// The extra line is empty or no base64.
    #[error("the extra data of a tlog-proof begins with {0:?}")]
    Extra(String),
    /// The index line is missing or not a number in its one spelling.
    #[error("a tlog-proof has {0:?} where its index belongs")]
    Index(String),
    /// A line of the path is not a hash.
    #[error("the path of a tlog-proof: {0}")]
    Path(#[from] HashError),
    /// The checkpoint was not believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead from the entry to the root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Returns the proof that entry `index` is under the root of `checkpoint`, a signed note.
    pub fn new(index: u64, path: Vec<Hash>, checkpoint: &str) -> Result<TlogProof, TlogProofError> {
        within("a path", path.len(), MAX_PROOF_LEN)?;
        within("a checkpoint", checkpoint.len(), MAX_NOTE_LEN)?;
        Ok(TlogProof { extra: Vec::new(), index, path, checkpoint: checkpoint.into() })
    }

    /// Returns the proof with `extra` data, which nobody signs. Empty data is no data.
    pub fn with_extra(self, extra: &[u8]) -> Result<TlogProof, TlogProofError> {
        within("extra data", extra.len(), MAX_EXTRA_LEN)?;
        Ok(TlogProof { extra: extra.into(), ..self })
    }

    /// Returns the data beside the proof, not to be trusted. Empty if there is none.
    pub fn extra(&self) -> &[u8] {
        &self.extra
    }

    /// Returns the number of the entry, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Returns the inclusion proof, the leaf's sibling first.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// Returns the signed checkpoint, not checked yet.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Checks that the entry with hash `leaf` is in the log whose key is `log`, and returns the
    /// checkpoint that says so with the cosignatures of `witnesses` on it.
    pub fn check<'v>(
        &self,
        leaf: Hash,
        log: &'v Verifier,
        witnesses: &[&'v Verifier],
    ) -> Result<(Checkpoint, Vec<Verified<'v>>), TlogProofError> {
        let (checkpoint, seen) = Checkpoint::open(self.checkpoint.as_bytes(), log, witnesses)?;
        check_inclusion(&self.path, self.index, checkpoint.size(), leaf, checkpoint.root())?;
        Ok((checkpoint, seen))
    }

    /// Reads the one spelling `Display` writes. Nothing is believed before [`TlogProof::check`].
    pub fn parse(bytes: &[u8]) -> Result<TlogProof, TlogProofError> {
        within("a file", bytes.len(), MAX_LEN)?;
        let (head, checkpoint) = str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.split_once("\n\n"))
            .ok_or(TlogProofError::Form { len: bytes.len() })?;
        let mut lines = head.split('\n').peekable();
        let version = lines.next().unwrap_or_default();
        if version != VERSION {
            return Err(TlogProofError::Version(shown(version)));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra =
            extra.map(|line| parse_extra(line).ok_or_else(|| TlogProofError::Extra(shown(line))));
        let line = lines.next().unwrap_or_default();
        let index = line.strip_prefix("index ").and_then(from_decimal);
        let index = index.ok_or_else(|| TlogProofError::Index(shown(line)))?;
        // One more than allowed is enough to know.
        let path =
            lines.take(MAX_PROOF_LEN + 1).map(Hash::from_base64).collect::<Result<_, _>>()?;
        TlogProof::new(index, path, checkpoint)?.with_extra(&extra.transpose()?.unwrap_or_default())
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}")?;
        if !self.extra.is_empty() {
            writeln!(f, "extra {}", to_base64(&self.extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

fn parse_extra(line: &str) -> Option<Vec<u8>> {
    from_base64(line.strip_prefix("extra ")?).filter(|extra| !extra.is_empty())
}

fn within(what: &'static str, len: usize, max: usize) -> Result<(), TlogProofError> {
    if len > max { Err(TlogProofError::TooLong { what, len, max }) } else { Ok(()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::{Signer, leaf_hash, node_hash, text::changes};

    fn leaf() -> Hash {
        leaf_hash(b"third")
    }

    fn key() -> Verifier {
        Signer::new("log.example/fund", &[1; 32]).unwrap().verifier()
    }

    /// The receipt of the third of three entries.
    fn proof() -> TlogProof {
        let left = node_hash(leaf_hash(b"first"), leaf_hash(b"second"));
        let checkpoint = Checkpoint::new("log.example/fund", 3, node_hash(left, leaf())).unwrap();
        let signer = Signer::new("log.example/fund", &[1; 32]).unwrap();
        TlogProof::new(2, vec![left], &checkpoint.sign(&signer).unwrap()).unwrap()
    }

    #[test]
    fn a_receipt_is_checked_without_the_log() {
        let (key, proof) = (key(), proof());
        let (checkpoint, seen) = proof.check(leaf(), &key, &[]).unwrap();
        assert_eq!((checkpoint.size(), seen.len()), (3, 0));
        assert!(matches!(
            proof.check(leaf_hash(b"fourth"), &key, &[]),
            Err(TlogProofError::Proof(_))
        ));
        let other = Signer::new("log.example/fund", &[2; 32]).unwrap().verifier();
        assert!(matches!(proof.check(leaf(), &other, &[]), Err(TlogProofError::Checkpoint(_))));
        let with_extra = proof.clone().with_extra(b"\0anything").unwrap();
        for proof in [proof, with_extra] {
            let text = proof.to_string();
            assert_eq!(TlogProof::parse(text.as_bytes()), Ok(proof));
        }
    }

    #[test]
    fn no_changed_byte_and_no_part_of_a_receipt_passes() {
        let (key, text) = (key(), proof().to_string());
        for place in 0..text.len() {
            for changed in changes(text.as_bytes(), place) {
                let read = TlogProof::parse(&changed);
                let checked = read.and_then(|proof| proof.check(leaf(), &key, &[]).map(drop));
                assert!(checked.is_err(), "byte {place}");
            }
            let read = TlogProof::parse(&text.as_bytes()[..place]);
            assert!(read.and_then(|proof| proof.check(leaf(), &key, &[]).map(drop)).is_err());
        }
    }

    #[test]
    fn extra_data_changes_nothing_that_is_believed_and_has_one_spelling() {
        let (key, plain) = (key(), proof());
        let text = plain.clone().with_extra(b"extra!!").unwrap().to_string();
        let mut passed = 0;
        for place in 0..text.len() {
            for byte in (0..=127).filter(|byte| *byte != text.as_bytes()[place]) {
                let mut changed = text.clone().into_bytes();
                changed[place] = byte;
                let Ok(read) = TlogProof::parse(&changed) else { continue };
                assert_eq!(read.to_string().as_bytes(), changed);
                let Ok((checkpoint, _)) = read.check(leaf(), &key, &[]) else { continue };
                assert_eq!(checkpoint, plain.check(leaf(), &key, &[]).unwrap().0);
                assert_ne!(read.extra(), b"extra!!");
                passed += 1;
            }
        }
        assert!(passed > 100, "no other extra data was read: {passed}");
        let plain = plain.to_string();
        for bad in [
            plain.replace("index 2", "extra \nindex 2"),
            plain.replace("index 2", "extra AB==\nindex 2"),
            plain.replace("index 2", "index 2\nextra AA=="),
            plain.replace("index 2", "extra AA==\nextra AA==\nindex 2"),
            plain.replace("index 2", "index 02"),
            plain.replace("index 2", "index +2"),
            plain.replace("index 2\n", ""),
            plain.replace("@v1", "@v2"),
            plain.replace('\n', "\r\n"),
        ] {
            assert!(TlogProof::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn lengths_are_limited() {
        let hashes = |count| vec![leaf(); count];
        assert!(TlogProof::new(0, hashes(MAX_PROOF_LEN), "").is_ok());
        assert!(TlogProof::new(0, hashes(MAX_PROOF_LEN + 1), "").is_err());
        assert!(TlogProof::new(0, vec![], &"x".repeat(MAX_NOTE_LEN + 1)).is_err());
        assert!(proof().with_extra(&vec![0; MAX_EXTRA_LEN + 1]).is_err());
        let longest = TlogProof::new(u64::MAX, hashes(MAX_PROOF_LEN), &"x".repeat(MAX_NOTE_LEN))
            .and_then(|proof| proof.with_extra(&vec![7; MAX_EXTRA_LEN]))
            .unwrap();
        assert_eq!(TlogProof::parse(longest.to_string().as_bytes()), Ok(longest));
        let line = format!("{}\n", leaf().to_base64());
        let long =
            proof().to_string().replace("index 2\n", &format!("index 2\n{}", line.repeat(64)));
        assert!(matches!(
            TlogProof::parse(long.as_bytes()),
            Err(TlogProofError::TooLong { len: 65, .. })
        ));
    }
}
