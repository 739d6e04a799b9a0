//! Sealing and opening what is too long for memory: one binary age file, written or read a piece
//! at a time, for a vault's key or a passphrase.

use super::{HEADER_MAX, Identity, Recipient, VaultError};
use crate::keys::{KeyError, Passphrase, WorkFactor, passphrase_refusal};
use age::DecryptError;
use age::stream::{StreamReader, StreamWriter};
use std::io::{self, Chain, Cursor, Read, Write};

/// For whom a stream is sealed.
pub enum Lock<'a> {
    /// For whoever holds a vault's key.
    Vault(&'a Recipient),
    /// For whoever knows a passphrase; the work stands between the file and a guess.
    Passphrase(&'a Passphrase, WorkFactor),
}

/// What opens a sealed stream.
pub enum Unlock<'a> {
    /// A vault's key.
    Vault(&'a Identity),
    /// A passphrase. Costs one scrypt of at most [`WorkFactor::MAX`].
    Passphrase(&'a Passphrase),
}

/// Writes what it is given to `W`, sealed. Without [`Sealer::finish`] the file does not open.
pub struct Sealer<W: Write>(StreamWriter<W>);

impl<W: Write> Sealer<W> {
    /// Begins an age file on `out`.
    pub fn new(out: W, lock: &Lock<'_>) -> io::Result<Sealer<W>> {
        let scrypt;
        let recipient: &dyn age::Recipient = match lock {
            Lock::Vault(recipient) => &recipient.0,
            Lock::Passphrase(passphrase, work) => {
                let mut made = age::scrypt::Recipient::new(passphrase.secret());
                made.set_work_factor(work.log_n());
                scrypt = made;
                &scrypt
            }
        };
        let sealed = age::Encryptor::with_recipients(std::iter::once(recipient));
        Ok(Sealer(sealed.map_err(io::Error::other)?.wrap_output(out)?))
    }

    /// Writes the end of the file and gives back what is below it.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The beginning that was read ahead, then the rest.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// An age file whose header was read, and nothing behind it.
pub struct Sealed<R: Read>(age::Decryptor<Whole<R>>);

impl<R: Read> Sealed<R> {
    /// Reads the header, of ordinary size or refused.
    pub fn read(mut input: R) -> Result<Sealed<R>, VaultError> {
        let mut head = Vec::new();
        let read = input.by_ref().take(HEADER_MAX as u64).read_to_end(&mut head);
        let not = VaultError::NotSealed { len: head.len() };
        if read.is_err() || !head.windows(5).any(|five| five == b"\n--- ") {
            return Err(not);
        }
        age::Decryptor::new(Cursor::new(head).chain(input)).map(Sealed).map_err(|_| not)
    }

    /// Whether a passphrase opens it; else a vault's key does.
    pub fn wants_passphrase(&self) -> bool {
        self.0.is_scrypt()
    }

    /// Opens it. A piece that was altered fails when it is read, before any of it is given out.
    pub fn open(self, with: &Unlock<'_>) -> Result<Unsealed<R>, VaultError> {
        match with {
            Unlock::Vault(identity) => {
                let one: &dyn age::Identity = &identity.0;
                let opened = self.0.decrypt(std::iter::once(one));
                opened.map(Unsealed).map_err(|why| identity.refusal(&why))
            }
            Unlock::Passphrase(passphrase) => {
                let mut identity = age::scrypt::Identity::new(passphrase.secret());
                identity.set_max_work_factor(WorkFactor::MAX.log_n());
                let one: &dyn age::Identity = &identity;
                let opened = self.0.decrypt(std::iter::once(one));
                opened.map(Unsealed).map_err(|why| match why {
                    DecryptError::NoMatchingKeys => KeyError::NotPassphrase.into(),
                    other => passphrase_refusal(other).into(),
                })
            }
        }
    }
}

/// The open content of a sealed stream.
pub struct Unsealed<R: Read>(StreamReader<Whole<R>>);

impl<R: Read> Read for Unsealed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}
