//! Keys at rest: what an officer, the log and the vault keep, and how people handle it.
//!
//! Every key that a person holds is one age file under a passphrase, so that the command line, the
//! page and any standard age tool open the same bytes. Inside is a short text with one spelling:
//!
//! ```text
//! yishan/officer-key/v1
//! chen
//! nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=
//! ```
//!
//! An officer's key leaves memory only locked. The log's key may also be kept as the plain text, in
//! a file only the server's user can read (mode 0600), because a log signs with nobody at hand.
//!
//! Secrets are wiped when dropped and never appear in `Debug`. Seeds and generated passphrases are
//! drawn from the randomness the caller passes in; the salts and nonces inside age files are drawn
//! by the age crate itself, from the operating system.

mod backup;
mod error;
mod locked;
mod passphrase;
mod signing;
mod text;

pub use crate::fingerprint::fingerprint;
pub use backup::{PAGE_MAX, backup_page, restore_from_page};
pub use error::KeyError;
pub use locked::{KEY_FILE_MAX, WorkFactor};
pub(crate) use locked::{lock, refusal as passphrase_refusal, unlock};
pub use passphrase::{GENERATED_BITS, PASSPHRASE_MAX, Passphrase};
pub use signing::{LogKeyFile, OfficerKey};
pub use text::{KeyKind, NAME_MAX};
