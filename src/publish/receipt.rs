//! The receipt a donor keeps: one file that proves an entry without the site.
//!
//! ```text
//! yishan/receipt/v1
//! 41/7                                     the place: entry 41, line 7 of it, from 0
//! {"seq":41,"prev":"9f2c…", … }            the exact bytes of the entry
//! c2sp.org/tlog-proof@v1                   from here to the end: the .tlog-proof of the entry
//! index 41
//! b4Tmy3VRoKXhQvZ0iGX5cLW7mHfXHkZ7bB5ykr0c3kE=
//!
//! yishan.example/qianan
//! 57
//! …
//! ```
//!
//! Each of the first three lines ends with one newline; an entry never holds one. What follows is a
//! C2SP tlog-proof without extra data, as it is, and any tool for those can check it with the hash
//! of the third line. At most [`MAX_RECEIPT`] bytes.
//!
//! It proves that the log's key signed a ledger with this entry in this place. It does not prove
//! that the officer who signed the entry had the right to, nor any sum: that takes the whole ledger
//! (`yishan verify`).

use super::{FactError, Facts, tiles};
use crate::domain::codec::Malformed;
use crate::domain::entry::{Entry, MAX_ENTRY};
use crate::domain::line::Line;
use crate::domain::text::{Lang, Place};
use crate::tlog::{
    Checkpoint, MAX_NOTE_LEN, MAX_PROOF_LEN, TlogProof, TlogProofError, Verifier, leaf_hash,
    prove_inclusion,
};
use std::fmt;

const VERSION: &str = "yishan/receipt/v1";

/// The longest receipt in bytes: its three lines and a proof without extra data, each at its
/// longest.
pub const MAX_RECEIPT: usize = 128 + MAX_ENTRY + 128 + 45 * MAX_PROOF_LEN + MAX_NOTE_LEN;

/// A line of the ledger, the entry it stands in, and the proof that the entry is in the log.
/// Printed and parsed as one file; nothing is believed before [`Receipt::check`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt {
    place: Place,
    entry: String,
    proof: TlogProof,
}

/// What a receipt proves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checked {
    /// The checkpoint that the log signed.
    pub checkpoint: Checkpoint,
    /// The entry that is in the log.
    pub entry: Entry,
    /// Where the line stands.
    pub place: Place,
    /// The line.
    pub line: Line,
}

/// Why a receipt was not read, or not believed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// Longer than any receipt.
    #[error("{len} bytes are no receipt, {max} is the most")]
    TooLong {
        /// The length in bytes.
        len: usize,
        /// [`MAX_RECEIPT`].
        max: usize,
    },
    /// Not UTF-8, or not three lines before the proof.
    #[error("{len} bytes hold no version, place, entry and proof of a receipt")]
    Lines {
        /// The length in bytes.
        len: usize,
    },
    /// Another format, or another version of this one.
    #[error("a receipt begins with {found:?} instead of {want:?}")]
    Version {
        /// The first line found, cut to 80 characters.
        found: String,
        /// The line of this version.
        want: &'static str,
    },
    /// The second line is not a place.
    #[error("{0:?} is not the place of a line such as 41/7")]
    Place(String),
    /// The third line is longer than any entry.
    #[error("the entry of a receipt has {len} bytes, {max} is the most")]
    Entry {
        /// The length in bytes.
        len: usize,
        /// [`MAX_ENTRY`].
        max: usize,
    },
    /// The proof holds data that nobody vouches for.
    #[error("the proof of a receipt holds {len} bytes of extra data, none belong there")]
    Extra {
        /// The length in bytes.
        len: usize,
    },
    /// The proof was not read, or not believed.
    #[error("the proof of the receipt: {0}")]
    Proof(#[from] TlogProofError),
    /// The proof is about another entry.
    #[error("the receipt is for {place}, its proof for entry {proof}")]
    OtherEntry {
        /// The place on the receipt.
        place: Place,
        /// The entry of the proof.
        proof: u64,
    },
    /// The log holds these bytes, but they are no entry.
    #[error("the entry of the receipt: {0}")]
    Malformed(#[from] Malformed),
    /// The entry itself says that it stands elsewhere.
    #[error("the receipt is for {place}, its entry calls itself {seq}")]
    OtherSeq {
        /// The place on the receipt.
        place: Place,
        /// The number in the entry.
        seq: u64,
    },
    /// The entry has no such line.
    #[error("the receipt is for {place}, its entry has {lines} lines")]
    NoLine {
        /// The place on the receipt.
        place: Place,
        /// How many lines there are.
        lines: usize,
    },
}

/// The proof that entry `number` is in the log, from the tiles.
pub(super) fn prove(facts: &dyn Facts, number: u64) -> Result<TlogProof, FactError> {
    let wrong = |why: String| FactError::new(format!("the proof of entry {number}"), &why);
    let size = facts.replay().tree().size();
    let mut reader = tiles::reader(facts).map_err(|why| wrong(why.to_string()))?;
    let path = prove_inclusion(number, size, &mut reader).map_err(|why| wrong(why.to_string()))?;
    TlogProof::new(number, path, facts.checkpoint()).map_err(|why| wrong(why.to_string()))
}

impl Receipt {
    /// The receipt for the line at `place` under the checkpoint of now; `None` if there is no such
    /// line.
    pub fn make(facts: &dyn Facts, place: Place) -> Result<Option<Receipt>, FactError> {
        if place.entry >= facts.replay().tree().size() {
            return Ok(None);
        }
        let wrong = |why: String| FactError::new(format!("entry {}", place.entry), &why);
        let bytes = facts.entry(place.entry)?;
        let (read, _) = Entry::decode(&bytes).map_err(|why| wrong(why.to_string()))?;
        if usize::from(place.line) >= read.voucher.lines.len() {
            return Ok(None);
        }
        let entry = String::from_utf8(bytes).map_err(|why| wrong(why.to_string()))?;
        Ok(Some(Receipt { place, entry, proof: prove(facts, place.entry)? }))
    }

    /// Where the line is said to stand.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The exact bytes of the entry.
    pub fn entry(&self) -> &[u8] {
        self.entry.as_bytes()
    }

    /// The proof, not checked yet.
    pub fn proof(&self) -> &TlogProof {
        &self.proof
    }

    /// Reads the one spelling `Display` writes.
    pub fn parse(bytes: &[u8]) -> Result<Receipt, ReceiptError> {
        let len = bytes.len();
        if len > MAX_RECEIPT {
            return Err(ReceiptError::TooLong { len, max: MAX_RECEIPT });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ReceiptError::Lines { len })?;
        let shown = |text: &str| text.chars().take(80).collect::<String>();
        let mut parts = text.splitn(4, '\n');
        let version = parts.next().unwrap_or_default();
        if version != VERSION {
            return Err(ReceiptError::Version { found: shown(version), want: VERSION });
        }
        let (Some(place), Some(entry), Some(proof)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(ReceiptError::Lines { len });
        };
        let place =
            Place::parse(place.as_bytes()).ok_or_else(|| ReceiptError::Place(shown(place)))?;
        if entry.len() > MAX_ENTRY {
            return Err(ReceiptError::Entry { len: entry.len(), max: MAX_ENTRY });
        }
        let proof = TlogProof::parse(proof.as_bytes())?;
        if !proof.extra().is_empty() {
            return Err(ReceiptError::Extra { len: proof.extra().len() });
        }
        Ok(Receipt { place, entry: entry.to_owned(), proof })
    }

    /// Checks, without any other file, that the log whose key is `log` holds this entry in this
    /// place and that the entry has this line.
    pub fn check(&self, log: &Verifier) -> Result<Checked, ReceiptError> {
        let place = self.place;
        if self.proof.index() != place.entry {
            return Err(ReceiptError::OtherEntry { place, proof: self.proof.index() });
        }
        let (checkpoint, _) = self.proof.check(leaf_hash(self.entry.as_bytes()), log, &[])?;
        let (entry, _) = Entry::decode(self.entry.as_bytes())?;
        if entry.seq != place.entry {
            return Err(ReceiptError::OtherSeq { place, seq: entry.seq });
        }
        let lines = &entry.voucher.lines;
        let line = lines.get(usize::from(place.line)).cloned();
        let line = line.ok_or(ReceiptError::NoLine { place, lines: lines.len() })?;
        Ok(Checked { checkpoint, entry, place, line })
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}\n{}\n{}\n{}", self.place, self.entry, self.proof)
    }
}

impl Checked {
    /// What was proved, and what was not, in three lines for people.
    pub fn text(&self, lang: Lang) -> String {
        let (line, origin) = (self.line.tell(lang), self.checkpoint.origin());
        let (place, at, size) = (self.place, self.entry.at.wall, self.checkpoint.size());
        lang.pick(
            format!(
                "已入账：{line}\n\
                 已核验：账本 {origin} 共 {size} 条记录，{place} 就是这一笔，{at} 记下，账本签发者不能否认。\n\
                 未核验：经办人当时是否有权记账，以后有没有冲正或退款，以及各项合计。请用 yishan verify 核对整本账。\n"
            ),
            format!(
                "recorded: {line}\n\
                 proved: the ledger {origin} of {size} entries holds this at {place}, taken in at {at}, and whoever signed it cannot deny it.\n\
                 not proved: that the officer had the right to record it, that it was not reversed or refunded later, and any total. Check the whole ledger with yishan verify.\n"
            ),
        )
    }
}
