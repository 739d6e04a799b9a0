//! sled behind a few calls: every value carries its own checksum, and none is large.
//!
//! sled asserts that what it reads of its own files is right, and that the disk takes what it
//! writes, even while it closes. It keeps a cache, which may be lost: so each of its panics ends
//! here, and is an error like any other.

use super::{Error, damaged};
use crate::contain;
use sha2::{Digest, Sha256};
use sled::{Db, IVec};
use std::path::Path;
use std::sync::Arc;
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

/// Whether a panic now is one of sled, which ends in this module or with a thread of sled's own:
/// the error it becomes says what there is to say.
pub fn panic_is_contained() -> bool {
    let own = std::thread::current().name().is_some_and(|name| name.starts_with("sled-"));
    own || contain::panic_is_contained()
}

/// Calls sled; a panic in there is damage.
fn contain<T>(call: impl FnOnce() -> T) -> Result<T, Error> {
    let done = contain::contain(call);
    done.ok_or_else(|| damaged("sled cannot read or write its own files", &[]))
}

#[derive(Clone)]
pub(super) struct Store(Arc<Handle>);

/// The open files of sled, which it flushes and closes when they are dropped.
struct Handle(Option<Db>);

impl Drop for Handle {
    fn drop(&mut self) {
        let db = self.0.take();
        // What the last flush did not make durable was promised to nobody.
        let _ = contain(|| drop(db));
    }
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Store, Error> {
        // sled's threads keep its lock for a moment after the last handle is dropped.
        let mut patience = PATIENCE;
        loop {
            match Store::try_open(&config().path(path)) {
                Err(Error::Busy { .. }) if patience > 0 => patience -= 1,
                Err(Error::Busy { .. }) => {
                    return Err(Error::Busy { path: path.to_string_lossy().into() });
                }
                done => return done,
            }
            std::thread::sleep(MOMENT);
        }
    }

    fn try_open(config: &sled::Config) -> Result<Store, Error> {
        match contain(|| config.open())? {
            Ok(db) => Ok(Store(Arc::new(Handle(Some(db))))),
            // sled has no variant for it: the lock's own error is only printed into this text.
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                Err(Error::Busy { path: String::new() })
            }
            Err(sled::Error::Corruption { .. }) => {
                Err(damaged("sled cannot read its own files", &[]))
            }
            Err(error) => Err(Error::Sled(error)),
        }
    }

    pub(super) fn temporary() -> Result<Store, Error> {
        Store::try_open(&config().temporary(true))
    }

    /// Asks sled.
    fn ask<T>(&self, question: impl FnOnce(&Db) -> sled::Result<T>) -> Result<T, Error> {
        let db = self.0.0.as_ref().ok_or_else(|| damaged("sled is closed", &[]))?;
        Ok(contain(|| question(db))??)
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<IVec>, Error> {
        self.ask(|db| db.get(key))?.map(|value| checked(key, &value)).transpose()
    }

    pub(super) fn put(&self, key: &[u8], bytes: &[u8]) -> Result<(), Error> {
        let mut value = Vec::with_capacity(CHECK + bytes.len());
        value.extend(checksum(key, bytes));
        value.extend(bytes);
        self.ask(|db| db.insert(key, value)).map(drop)
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
        while let Some((found, _)) = self.ask(|db| db.range(&*from..).next().transpose())? {
            let Some((&[first], rest)) = found.split_first_chunk() else { break };
            let number = rest.first_chunk().map(|number| u64::from_be_bytes(*number));
            let (true, Some(number)) = (first == kind, number) else { break };
            if !live.contains(&number) {
                let all = key(kind, number, &[]);
                self.ask(|db| {
                    db.scan_prefix(all).keys().try_for_each(|old| db.remove(old?).map(drop))
                })?;
            }
            let Some(next) = number.checked_add(1) else { break };
            from = key(kind, next, &[]);
        }
        Ok(())
    }

    pub(super) fn flush(&self) -> Result<(), Error> {
        self.ask(|db| db.flush()).map(drop)
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
