//! Why a key, a passphrase or a backup page was refused.

use super::KeyKind;

/// Why a key could not be made, locked or opened. No variant carries anything secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is larger than any key file or page may be.
    #[error("a key file or page of {len} bytes, the largest is {max}")]
    TooLarge {
        /// Length of what was given, in bytes.
        len: usize,
        /// The stated maximum, in bytes.
        max: usize,
    },
    /// The file does not begin as an age file does, neither armored nor binary.
    #[error("these {len} bytes do not begin as an age file does")]
    NotAge {
        /// Length of what was given, in bytes.
        len: usize,
    },
    /// The age file is locked for a recipient's key; a passphrase cannot open it.
    #[error("the age file is locked with a key, a passphrase cannot open it")]
    NotPassphrase,
    /// The file asks for more scrypt work than is ever done for it; nothing was tried.
    #[error("the key file asks for scrypt work 2^{found}, the most accepted is 2^{max}")]
    Work {
        /// log2 of the N the file asks for.
        found: u8,
        /// log2 of the largest N accepted.
        max: u8,
    },
    /// The passphrase does not open the file. A file damaged in its salt or its locked file key
    /// looks the same: nothing in the format tells the two apart.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The age file is cut short or altered.
    #[error("the key file is damaged: {0}")]
    Damaged(String),
    /// The file opened, and holds a key of another kind.
    #[error("the file holds {found}, {wanted} was asked for")]
    OtherKind {
        /// What the first line says it is.
        found: KeyKind,
        /// What the caller asked to open.
        wanted: KeyKind,
    },
    /// The file opened, and its text is not the one spelling of this kind of key.
    #[error("the text of {kind} is malformed: {what}")]
    Malformed {
        /// What the caller asked to open.
        kind: KeyKind,
        /// The first rule the text breaks.
        what: &'static str,
    },
    /// An officer's id or a log's name that no key can carry.
    #[error(
        "{name:?} cannot name a key: 1 to {max} bytes without spaces, `+` or control characters"
    )]
    Name {
        /// The name refused.
        name: String,
        /// The stated maximum, in bytes.
        max: usize,
    },
    /// A passphrase with nothing in it.
    #[error("the passphrase is empty")]
    PassphraseEmpty,
    /// A passphrase longer than anyone types.
    #[error("a passphrase of {len} bytes, the longest is {max}")]
    PassphraseTooLong {
        /// Length after normalisation, in bytes.
        len: usize,
        /// The stated maximum, in bytes.
        max: usize,
    },
    /// The page does not hold exactly one armored file.
    #[error(
        "the page has {begins} beginnings and {ends} ends of an age file, one of each is needed"
    )]
    Page {
        /// How often the first marker occurs.
        begins: usize,
        /// How often the last marker occurs.
        ends: usize,
    },
    /// What stands between the markers of a page is not base64 text.
    #[error("the text of {len} characters between the page's markers is not whole base64")]
    PageText {
        /// Characters between the markers, white space left out.
        len: usize,
    },
    /// A page made of this armored text would not restore to it, so it is not printed.
    #[error("a backup page of these {len} bytes would not restore to them")]
    PagePair {
        /// Length of the armored text, in bytes.
        len: usize,
    },
    /// The age crate could not lock the bytes.
    #[error("age could not lock the key: {0}")]
    Lock(String),
}
