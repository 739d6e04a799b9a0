//! What a backup holds, written at its end: a file without it was cut short.

use super::Error;
use serde::{Deserialize, Serialize};

/// The manifest's name in the backup.
pub(super) const NAME: &str = "manifest.json";

/// The longest manifest (bytes).
pub const MANIFEST_MAX: u64 = 64 << 20;

/// A file of the backup.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its path in the fund's folder; keys stand under `keys/`.
    pub path: String,
    /// Its length in bytes.
    pub len: u64,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// What a backup holds.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The log's name.
    pub origin: String,
    /// When it was made, in the fund's zone, by the clock of the computer that made it.
    pub made: String,
    /// Entries in the journal.
    pub size: u64,
    /// The root of the tree over them, 64 lower-case hexadecimal digits.
    pub root: String,
    /// The last checkpoint signed, byte for byte; left out if none was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checkpoint: Option<String>,
    /// The files before the manifest, in their order.
    pub files: Vec<Listed>,
    /// Bills that the entries speak of and the vault did not have, by path in the vault: told when
    /// a backup is written, and not part of it.
    #[serde(skip)]
    pub missing: Vec<String>,
}

impl Manifest {
    /// The one spelling: a JSON object without blanks, and a newline.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Reads the one spelling.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, Error> {
        let wrong = || Error::Layout { after: NAME.to_owned(), why: "it is no manifest" };
        let found: Manifest = serde_json::from_slice(bytes).map_err(|_| wrong())?;
        // Printing it back is the rest of the grammar: blanks, escapes, another order.
        if found.encode() == bytes { Ok(found) } else { Err(wrong()) }
    }

    /// Whether keys are in it.
    pub fn has_keys(&self) -> bool {
        self.files.iter().any(|file| file.path.starts_with("keys/"))
    }

    /// The sum of all lengths, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.len).sum()
    }

    /// How many entries the last checkpoint signs, 0 if there is none.
    pub fn signed(&self) -> u64 {
        let stated = self.checkpoint.as_deref().and_then(|note| stated(note.as_bytes()));
        stated.map_or(0, |checkpoint| checkpoint.size())
    }
}

/// What a signed note states, whoever signed it.
pub(super) fn stated(note: &[u8]) -> Option<crate::tlog::Checkpoint> {
    let text = std::str::from_utf8(note).ok()?;
    let end = text.find("\n\n")?;
    text.get(..=end)?.parse().ok()
}
