//! sled behind a few calls: every value carries its own checksum, and none is large.

use super::{Error, damaged};
use sha2::{Digest, Sha256};
use sled::IVec;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

/// The first bytes of the SHA-256 over key and value that stand before every value.
const CHECK: usize = 8;

/// The longest piece of a cut value (bytes). sled rewrites 16 neighbours together, and puts
/// what then exceeds an eighth of a megabyte into a file of its own.
const PIECE: usize = 4_096;

/// How often, and how long each time, to wait for a lock.
const PATIENCE: u32 = 10;
const MOMENT: Duration = Duration::from_millis(20);

/// What sled may keep in memory (bytes).
const CACHE: u64 = 64 << 20;

#[derive(Clone)]
pub(super) struct Store(sled::Db);

impl Store {
    pub(super) fn open(path: &Path) -> Result<Store, Error> {
        // sled's threads keep its lock for a moment after the last handle is dropped.
        let mut patience = PATIENCE;
        loop {
            match Store::try_open(path) {
                Err(Error::Busy { .. }) if patience > 0 => patience -= 1,
                done => return done,
            }
            std::thread::sleep(MOMENT);
        }
    }

    fn try_open(path: &Path) -> Result<Store, Error> {
        let config = config().path(path);
        // sled asserts what it reads of its own files. A damaged cache is to be rebuilt, so its
        // panic must not end the process that would rebuild it.
        match catch_unwind(AssertUnwindSafe(|| config.open())) {
            Ok(Ok(db)) => Ok(Store(db)),
            // sled has no variant for it: the lock's own error is only printed into this text.
            Ok(Err(sled::Error::Io(error)))
                if error.to_string().contains("could not acquire lock") =>
            {
                Err(Error::Busy { path: path.to_string_lossy().into() })
            }
            Ok(Err(sled::Error::Corruption { .. })) | Err(_) => {
                Err(damaged("sled cannot read its own files", &[]))
            }
            Ok(Err(error)) => Err(Error::Sled(error)),
        }
    }

    pub(super) fn temporary() -> Result<Store, Error> {
        Ok(Store(config().temporary(true).open()?))
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<IVec>, Error> {
        self.0.get(key)?.map(|value| checked(key, &value)).transpose()
    }

    pub(super) fn put(&self, key: &[u8], bytes: &[u8]) -> Result<(), Error> {
        let mut value = Vec::with_capacity(CHECK + bytes.len());
        value.extend(checksum(key, bytes));
        value.extend(bytes);
        self.0.insert(key, value)?;
        Ok(())
    }

    /// Stores a long value in pieces; see [`Store::get_pieces`].
    pub(super) fn put_pieces(&self, prefix: &[u8], bytes: &[u8]) -> Result<(), Error> {
        for (number, bytes) in (0..).zip(bytes.chunks(PIECE)) {
            self.put(&piece(prefix, number), bytes)?;
        }
        Ok(())
    }

    /// Reads a value of `len` bytes stored in pieces.
    pub(super) fn get_pieces(&self, prefix: &[u8], len: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let mut number = 0;
        while (bytes.len() as u64) < len {
            let key = piece(prefix, number);
            let found = self.get(&key)?.filter(|found| !found.is_empty());
            bytes.extend_from_slice(&found.ok_or_else(|| damaged("a piece is missing:", &key))?);
            number += 1;
        }
        if bytes.len() as u64 == len {
            Ok(bytes)
        } else {
            Err(damaged("the pieces are too long:", prefix))
        }
    }

    /// Removes all keys of a kind whose number (the 8 bytes after the kind) is not in `live`.
    pub(super) fn keep_only(&self, kind: u8, live: &[u64]) -> Result<(), Error> {
        let mut from = key(kind, 0, &[]);
        while let Some((found, _)) = self.0.range(&*from..).next().transpose()? {
            let Some((&[first], rest)) = found.split_first_chunk() else { break };
            let number = rest.first_chunk().map(|number| u64::from_be_bytes(*number));
            let (true, Some(number)) = (first == kind, number) else { break };
            if !live.contains(&number) {
                for old in self.0.scan_prefix(key(kind, number, &[])).keys() {
                    self.0.remove(old?)?;
                }
            }
            let Some(next) = number.checked_add(1) else { break };
            from = key(kind, next, &[]);
        }
        Ok(())
    }

    pub(super) fn flush(&self) -> Result<(), Error> {
        // sled asserts that its own writes succeed; on a failing disk they do not.
        match catch_unwind(AssertUnwindSafe(|| self.0.flush())) {
            Ok(done) => Ok(done.map(|_| ())?),
            Err(_) => Err(damaged("sled cannot write its own files", &[])),
        }
    }
}

fn config() -> sled::Config {
    // Nothing is flushed behind our back: the order of flushes is the guarantee.
    sled::Config::new().cache_capacity(CACHE).flush_every_ms(None)
}

/// A key: its kind, a number, and what else tells it apart. Keys sort as these do.
pub(super) fn key(kind: u8, number: u64, rest: &[u8]) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend(number.to_be_bytes());
    key.extend(rest);
    key
}

/// The key of a piece.
pub(super) fn piece(prefix: &[u8], number: u32) -> Vec<u8> {
    [prefix, &number.to_be_bytes()].concat()
}

fn checksum(key: &[u8], bytes: &[u8]) -> [u8; CHECK] {
    let hash = Sha256::new().chain_update(key).chain_update(bytes).finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

/// The value without its checksum, if that is right.
fn checked(key: &[u8], value: &IVec) -> Result<IVec, Error> {
    match value.split_first_chunk() {
        Some((check, bytes)) if *check == checksum(key, bytes) => {
            Ok(value.subslice(CHECK, bytes.len()))
        }
        _ => Err(damaged("a value does not match its checksum:", key)),
    }
}
