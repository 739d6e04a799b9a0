//! What a publication keeps for the next one, beside the index and as little the truth as that: a
//! file of the fund's folder that may be deleted at any time. The ledger does not look into it.

use super::{Error, Ledger};
use crate::storage::disk::{self, Access};
use std::io::ErrorKind;

/// The file in the fund's folder.
pub const PUBLISHED: &str = "published";

/// The longest that is read back (bytes): that of a fund of billions of gifts.
const PUBLISHED_MAX: u64 = 1 << 28;

impl Ledger {
    /// What was kept last; `None` if nothing was, or nothing that can be read.
    pub fn published(&self) -> Result<Option<Vec<u8>>, Error> {
        match disk::read_whole(&*self.disk, PUBLISHED, PUBLISHED_MAX) {
            Err(error) if error.source.kind() == ErrorKind::FileTooLarge => Ok(None),
            read => Ok(read?),
        }
    }

    /// Keeps `bytes` instead of what was kept before. Without waiting for the disk: whoever reads
    /// it back must notice by itself if a crash has spoilt it.
    pub fn keep_published(&self, bytes: &[u8]) -> Result<(), Error> {
        let new = format!("{PUBLISHED}.new");
        if self.disk.len(&new)?.is_some() {
            self.disk.remove(&new)?;
        }
        self.disk.create_with(&new, bytes, Access::Public)?;
        Ok(self.disk.rename(&new, PUBLISHED)?)
    }
}
