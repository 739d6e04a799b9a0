//! `people/k7p2….age`, `bills/0f5c….age`: private things, sealed with age for one X25519 key.
//!
//! A bill is sealed for the vault's own key. A person has a key of their own, and only that is
//! sealed for the vault's, in one place: `keys/k7p2….age`. Where it is destroyed, nobody reads any
//! more what was sealed for it, not even whoever holds the vault's key.
//!
//! Putting something in needs only the recipient, a public text (`age1…`); so the evening's import
//! asks for no passphrase. Taking it out needs the identity, which rests in an age file under a
//! passphrase like every other key. Inside, the identity is an ordinary age identity file with a
//! comment on its first line: `age -d -i vault-key.age bills/….age` opens a bill without yishan.
//!
//! The ephemeral keys of every seal, and a new identity, are drawn by the age crate itself from the
//! operating system; it takes no randomness from outside.

mod stream;

pub use stream::{Lock, Sealed, Sealer, Unlock, Unsealed};

use crate::keys::{KeyError, KeyKind, Passphrase, WorkFactor, lock, unlock};
use age::secrecy::ExposeSecret;
use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;
use zeroize::Zeroizing;

/// Length of the largest thing the vault holds, in bytes before sealing: 384 MiB, a bill
/// of a million rows.
pub const ITEM_MAX: usize = 384 * 1024 * 1024;

/// Length of the longest header that is read: one X25519 stanza takes about 200 bytes, and every
/// stanza more costs a curve multiplication to try.
const HEADER_MAX: usize = 4096;

/// Header, nonce, and 16 bytes of tag for each 64 KiB chunk (C2SP age, payload).
const SEALED_MAX: usize = ITEM_MAX + HEADER_MAX + 16 + 16 * (ITEM_MAX / 65_536 + 1);

/// Length of the longest sealed key of a person, in bytes; one takes about 300.
pub const PERSON_KEY_MAX: usize = HEADER_MAX + 1024;

/// Length of the longest pseudonym, in bytes.
pub const PSEUDONYM_MAX: usize = 64;

/// Why something could not be put into the vault or taken out.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// More than the vault holds in one piece.
    #[error("{len} bytes for one piece of the vault, the largest is {max}")]
    TooLarge {
        /// Length of what was given, sealed or not, in bytes.
        len: usize,
        /// The stated maximum for it, in bytes.
        max: usize,
    },
    /// The bytes are no binary age file with a header of ordinary size.
    #[error("these {len} bytes are not a sealed piece of a vault")]
    NotSealed {
        /// Length of what was given, in bytes.
        len: usize,
    },
    /// The piece was sealed for another vault's key.
    #[error("the piece is sealed for another key than that of {recipient}")]
    OtherKey {
        /// The recipient of the identity that was tried.
        recipient: String,
    },
    /// The piece is cut short or altered.
    #[error("the sealed piece is damaged: {0}")]
    Damaged(String),
    /// The text is not an age X25519 recipient in its one spelling.
    #[error("{0:?} is not an age recipient")]
    Recipient(String),
    /// The path is not one that the vault uses.
    #[error("{0:?} is not a path in the vault")]
    Path(String),
    /// The pseudonym cannot be a file name.
    #[error("{name:?} is no pseudonym: 1 to {max} characters of a-z, 0-9 and inner `-`")]
    Pseudonym {
        /// The text refused, cut to a printable length.
        name: String,
        /// The stated maximum, in bytes.
        max: usize,
    },
    /// The age crate could not seal the bytes.
    #[error("age could not seal the piece: {0}")]
    Seal(String),
    /// A passphrase does not open what it should.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The public half of a vault: whoever has it can put things in.
#[derive(Clone, Eq, PartialEq)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// Parses the `age1…` text, 62 lower-case characters.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let refused = || VaultError::Recipient(text.chars().take(80).collect());
        let found = age::x25519::Recipient::from_str(text).map_err(|_| refused())?;
        // Bech32 may also be all capitals; printing it back leaves one spelling.
        if found.to_string() == text { Ok(Self(found)) } else { Err(refused()) }
    }

    /// Seals `bytes`, at most [`ITEM_MAX`], into a binary age file. The inverse of
    /// [`Identity::open`].
    pub fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        fits(bytes)?;
        self.seal_to(bytes, Vec::new()).map_err(|why| VaultError::Seal(why.to_string()))
    }

    /// Does what [`Recipient::seal`] does, a piece at a time, and gives back what it wrote to.
    pub fn seal_to<W: Write>(&self, bytes: &[u8], out: W) -> io::Result<W> {
        fits(bytes).map_err(io::Error::other)?;
        let mut sealer = Sealer::new(out, &Lock::Vault(self))?;
        sealer.write_all(bytes)?;
        sealer.finish()
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// Refuses what is larger than anything the vault keeps.
fn fits(bytes: &[u8]) -> Result<(), VaultError> {
    match bytes.len() {
        len if len > ITEM_MAX => Err(VaultError::TooLarge { len, max: ITEM_MAX }),
        _ => Ok(()),
    }
}

/// The secret half of a vault; wiped when dropped, never in `Debug`.
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// Makes a new identity from the operating system's randomness.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Opens the vault's key file. Costs one scrypt of at most [`WorkFactor::MAX`].
    pub fn unlock(file: &[u8], passphrase: &Passphrase) -> Result<Self, KeyError> {
        Self::parse(&unlock(file, passphrase)?, KeyKind::Vault)
    }

    fn parse(text: &[u8], kind: KeyKind) -> Result<Self, KeyError> {
        let line = kind.strip(text)?.strip_suffix('\n').ok_or(kind.malformed("it has no end"))?;
        let identity = age::x25519::Identity::from_str(line)
            .map_err(|_| kind.malformed("it is not an age identity"))?;
        if identity.to_string().expose_secret() != line {
            return Err(kind.malformed("it is not in capitals"));
        }
        Ok(Self(identity))
    }

    /// Returns the armored age file that [`Identity::unlock`] opens.
    pub fn encrypt(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<String, KeyError> {
        lock(self.text(KeyKind::Vault).as_bytes(), passphrase, work)
    }

    fn text(&self, kind: KeyKind) -> Zeroizing<String> {
        let secret = self.0.to_string();
        // Room from the start: a growing string would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(128));
        text.push_str(kind.first_line());
        text.push_str(secret.expose_secret());
        text.push('\n');
        text
    }

    /// Seals this identity, a person's, for the vault's key. The inverse of
    /// [`Identity::open_person`].
    pub fn wrap(&self, vault: &Recipient) -> Result<Vec<u8>, VaultError> {
        vault.seal(self.text(KeyKind::Person).as_bytes())
    }

    /// Opens the identity of a person that was sealed for this one, the vault's.
    pub fn open_person(&self, wrapped: &[u8]) -> Result<Identity, VaultError> {
        let max = PERSON_KEY_MAX;
        match wrapped.len() {
            len if len > max => Err(VaultError::TooLarge { len, max }),
            _ => Ok(Self::parse(&self.open(wrapped)?, KeyKind::Person)?),
        }
    }

    /// Returns the public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// Opens a sealed piece; all of it, or nothing if any byte is not as it was sealed.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if sealed.len() > SEALED_MAX {
            return Err(VaultError::TooLarge { len: sealed.len(), max: SEALED_MAX });
        }
        let header = sealed.get(..HEADER_MAX).unwrap_or(sealed);
        if !header.windows(5).any(|five| five == b"\n--- ") {
            return Err(VaultError::NotSealed { len: sealed.len() });
        }
        let decryptor = age::Decryptor::new_buffered(sealed)
            .map_err(|_| VaultError::NotSealed { len: sealed.len() })?;
        let mut reader = decryptor
            .decrypt(std::iter::once(&self.0 as &dyn age::Identity))
            .map_err(|why| self.refusal(&why))?;
        // Sealed is longer than plain, so the buffer never moves and leaves no copy.
        let mut bytes = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader.read_to_end(&mut bytes).map_err(|why| VaultError::Damaged(why.to_string()))?;
        if bytes.len() > ITEM_MAX {
            return Err(VaultError::TooLarge { len: bytes.len(), max: ITEM_MAX });
        }
        Ok(bytes)
    }

    fn refusal(&self, error: &age::DecryptError) -> VaultError {
        match error {
            age::DecryptError::NoMatchingKeys => {
                VaultError::OtherKey { recipient: self.recipient().to_string() }
            }
            other => VaultError::Damaged(other.to_string()),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(of {})", self.recipient())
    }
}

/// A place in the vault. Its path is relative to the vault's folder, with `/` everywhere.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// A bill as downloaded, under the SHA-256 of its bytes before sealing.
    Bill([u8; 32]),
    /// A paper about a person, under a random pseudonym: sealed for the person's own key, or for
    /// the vault's if the person has none.
    Person(Pseudonym),
    /// A person's own key, sealed for the vault's.
    Key(Pseudonym),
    /// What is known of a person, sealed for their own key.
    Record(Pseudonym),
}

impl Place {
    /// Parses a path as [`Place`] displays it; nothing else, so no path leads out of the vault.
    pub fn parse(path: &str) -> Result<Self, VaultError> {
        let refused = || VaultError::Path(path.chars().take(160).collect());
        let stem = path.strip_suffix(".age").ok_or_else(refused)?;
        match stem.split_once('/').ok_or_else(refused)? {
            ("bills", digits) => parse_sha256(digits).map(Self::Bill).ok_or_else(refused),
            ("people", name) => Pseudonym::parse(name).map(Self::Person),
            ("keys", name) => Pseudonym::parse(name).map(Self::Key),
            ("records", name) => Pseudonym::parse(name).map(Self::Record),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bill(sha256) => {
                f.write_str("bills/")?;
                sha256.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(".age")
            }
            Self::Person(name) => write!(f, "people/{}.age", name.0),
            Self::Key(name) => write!(f, "keys/{}.age", name.0),
            Self::Record(name) => write!(f, "records/{}.age", name.0),
        }
    }
}

/// Sixty-four lower-case hex digits.
fn parse_sha256(digits: &str) -> Option<[u8; 32]> {
    let lower = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 64 || !digits.bytes().all(lower) {
        return None;
    }
    let mut sha256 = [0; 32];
    for (byte, at) in sha256.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(sha256)
}

/// The name a person has in file names: it says nothing about them.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Pseudonym(String);

impl Pseudonym {
    /// Parses 1 to [`PSEUDONYM_MAX`] characters of a-z, 0-9 and `-`, no `-` first or last. Lower
    /// case alone, because some disks take `A` and `a` for one file.
    pub fn parse(name: &str) -> Result<Self, VaultError> {
        let known = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let inner = !name.starts_with('-') && !name.ends_with('-');
        if name.is_empty() || name.len() > PSEUDONYM_MAX || !inner || !name.bytes().all(known) {
            let name = name.chars().take(PSEUDONYM_MAX).collect();
            return Err(VaultError::Pseudonym { name, max: PSEUDONYM_MAX });
        }
        Ok(Self(name.to_string()))
    }

    /// Returns the name as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
