//! The two Ed25519 keys of a fund: an officer's, and the log's.

use super::text::{self, KeyKind};
use super::{KeyError, Passphrase, WorkFactor, lock, unlock};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::fmt;
use zeroize::Zeroizing;

/// A named signing key of either kind; the two public types differ in what may be done with it.
struct Named {
    name: String,
    // Wiped when dropped (ed25519-dalek's `zeroize` feature).
    key: SigningKey,
}

impl Named {
    fn generate(name: &str, random: &mut dyn FnMut(&mut [u8])) -> Result<Self, KeyError> {
        text::check_name(name)?;
        let mut seed = Zeroizing::new([0_u8; 32]);
        random(seed.as_mut_slice());
        Ok(Self { name: name.to_string(), key: SigningKey::from_bytes(&seed) })
    }

    fn parse(kind: KeyKind, bytes: &[u8]) -> Result<Self, KeyError> {
        let (name, seed) = text::parse(kind, bytes)?;
        Ok(Self { name, key: SigningKey::from_bytes(&seed) })
    }

    fn text(&self, kind: KeyKind) -> Zeroizing<String> {
        text::write(kind, &self.name, self.key.as_bytes())
    }

    fn debug(&self, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(what).field("name", &self.name).finish_non_exhaustive()
    }
}

/// An officer's id and Ed25519 key. It signs vouchers, and is never written down unlocked.
pub struct OfficerKey(Named);

impl OfficerKey {
    /// Makes a new key for officer `id` from 32 bytes of `random`.
    pub fn generate(id: &str, random: &mut dyn FnMut(&mut [u8])) -> Result<Self, KeyError> {
        Named::generate(id, random).map(Self)
    }

    /// Opens an officer's key file. Costs one scrypt of at most [`WorkFactor::MAX`].
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, KeyError> {
        Named::parse(KeyKind::Officer, &unlock(file, passphrase)?).map(Self)
    }

    /// Returns the armored age file that [`OfficerKey::open`] opens, about 420 bytes.
    pub fn encrypt(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<String, KeyError> {
        lock(self.0.text(KeyKind::Officer).as_bytes(), passphrase, work)
    }

    /// Returns the officer's id, the `by` of a voucher.
    pub fn id(&self) -> &str {
        &self.0.name
    }

    /// Returns the 32 bytes of the public key that an appointment puts into the ledger.
    pub fn public(&self) -> [u8; 32] {
        self.0.key.verifying_key().to_bytes()
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.0.key.verifying_key()
    }

    /// Signs the bytes as they are. The texts that may be signed are written in `seal`, all of
    /// them; nobody else calls this.
    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.key.sign(text).to_bytes()
    }
}

impl fmt::Debug for OfficerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("OfficerKey", f)
    }
}

/// The log's name, which is the origin, and its Ed25519 key. It signs checkpoints.
pub struct LogKeyFile(Named);

impl LogKeyFile {
    /// Makes a new key for the log called `name` from 32 bytes of `random`.
    pub fn generate(name: &str, random: &mut dyn FnMut(&mut [u8])) -> Result<Self, KeyError> {
        Named::generate(name, random).map(Self)
    }

    /// Opens a locked log key file. Costs one scrypt of at most [`WorkFactor::MAX`].
    pub fn open(file: &[u8], passphrase: &Passphrase) -> Result<Self, KeyError> {
        Named::parse(KeyKind::Log, &unlock(file, passphrase)?).map(Self)
    }

    /// Returns the armored age file that [`LogKeyFile::open`] opens.
    pub fn encrypt(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<String, KeyError> {
        lock(self.0.text(KeyKind::Log).as_bytes(), passphrase, work)
    }

    /// Returns the unlocked text, for a file of mode 0600 on the server that signs by itself.
    pub fn to_plain(&self) -> Zeroizing<String> {
        self.0.text(KeyKind::Log)
    }

    /// Parses the unlocked text. The inverse of [`LogKeyFile::to_plain`], one spelling.
    pub fn parse(plain: &[u8]) -> Result<Self, KeyError> {
        Named::parse(KeyKind::Log, plain).map(Self)
    }

    /// Returns the log's name, equal to the origin.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the 32 bytes of the public key.
    pub fn public(&self) -> [u8; 32] {
        self.0.key.verifying_key().to_bytes()
    }

    /// Returns the key for signing notes. Nothing but checkpoints is ever signed with it.
    pub fn signing_key(&self) -> &SigningKey {
        &self.0.key
    }
}

impl fmt::Debug for LogKeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug("LogKeyFile", f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;
