//! Bytes under a passphrase: one armored age file (C2SP age, scrypt recipient), fixed work.

use super::{KeyError, Passphrase};
use age::DecryptError;
use age::armor::ArmoredReader;
use std::io::Read;
use zeroize::Zeroizing;

/// Length of the longest key file that is opened, in bytes; a real one has about 500.
pub const KEY_FILE_MAX: usize = 16 * 1024;

pub(super) const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
pub(super) const END: &str = "-----END AGE ENCRYPTED FILE-----";
const BINARY: &str = "age-encryption.org/v1\n";

/// How much scrypt work stands between a key file and a guess: N = 2^this, with r = 8 and p = 1.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// What every key file is made with: 64 MiB and about a third of a second on a PC.
    ///
    /// Left alone, age chooses by the speed of the machine at hand, and a file made on a fast PC
    /// would then not open on a phone.
    pub const FIXED: Self = Self(16);
    /// The most that is done to open a file, 256 MiB: a hostile file must not hang the opener.
    pub const MAX: Self = Self(18);

    /// Returns the factor for N = 2^`log_n`, or `None` outside 1 to [`WorkFactor::MAX`].
    ///
    /// Anything below [`WorkFactor::FIXED`] is for tests, which lock and open many files.
    pub fn new(log_n: u8) -> Option<Self> {
        (1..=Self::MAX.0).contains(&log_n).then_some(Self(log_n))
    }

    /// log2 of N.
    pub(crate) fn log_n(self) -> u8 {
        self.0
    }
}

/// Locks `bytes` and returns the armored file. The inverse of [`unlock`].
pub(crate) fn lock(
    bytes: &[u8],
    passphrase: &Passphrase,
    work: WorkFactor,
) -> Result<String, KeyError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(work.0);
    age::encrypt_and_armor(&recipient, bytes).map_err(|why| KeyError::Lock(one_line(&why)))
}

/// Opens an age passphrase file, armored or binary, of at most [`KEY_FILE_MAX`] bytes.
///
/// Costs one scrypt of at most [`WorkFactor::MAX`], and none if the file is refused before.
pub(crate) fn unlock(file: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if file.len() > KEY_FILE_MAX {
        return Err(KeyError::TooLarge { len: file.len(), max: KEY_FILE_MAX });
    }
    if !file.starts_with(BEGIN.as_bytes()) && !file.starts_with(BINARY.as_bytes()) {
        return Err(KeyError::NotAge { len: file.len() });
    }
    let decryptor = age::Decryptor::new_buffered(ArmoredReader::new(file)).map_err(refusal)?;
    if !decryptor.is_scrypt() {
        return Err(KeyError::NotPassphrase);
    }
    let mut identity = age::scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(WorkFactor::MAX.0);
    let mut reader =
        decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(refusal)?;
    // The text is shorter than the file around it, so the buffer never moves and leaves no copy.
    let mut text = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut text).map_err(|why| KeyError::Damaged(one_line(&why)))?;
    Ok(text)
}

/// Why a passphrase did not open an age file.
pub(crate) fn refusal(error: DecryptError) -> KeyError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            KeyError::WrongPassphrase
        }
        DecryptError::ExcessiveWork { required, .. } if required > WorkFactor::MAX.0 => {
            KeyError::Work { found: required, max: WorkFactor::MAX.0 }
        }
        other => KeyError::Damaged(one_line(&other)),
    }
}

/// The first line of a foreign message; age adds advice for its own command line below.
fn one_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}
