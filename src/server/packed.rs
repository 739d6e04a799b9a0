//! Compressed files, kept in memory within a budget, so that each is compressed once.
//!
//! The budget counts every compressed file that is in memory: those kept for later and those that
//! left the store and are still on their way to a slow client. Where it does not suffice, the file
//! goes out as it is.

use super::files::{Opened, Tag};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Read as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Shorter files gain nothing (bytes).
const MIN: u64 = 256;
/// Longer files take too long while somebody waits (bytes).
const MAX: u64 = 4 << 20;
/// So many files are compressed at a time.
const AT_A_TIME: usize = 2;
/// How long a client waits for its turn before it gets the file as it is.
const TURN: Duration = Duration::from_secs(1);
/// So many files are known, of those that are no shorter compressed too.
const KNOWN: usize = 4096;
/// The level of gzip: as good as the best within a per cent or two, at a third of the time.
const LEVEL: u32 = 6;

/// The store.
pub(super) struct Packed {
    held: Mutex<Held>,
    memory: Arc<Semaphore>,
    turns: Semaphore,
}

#[derive(Default)]
struct Held {
    /// `None`: the file is no shorter compressed.
    files: HashMap<Tag, Option<Bytes>>,
    /// The oldest first.
    order: VecDeque<Tag>,
}

/// A compressed file, with its part of the budget.
struct Kept {
    bytes: Vec<u8>,
    _memory: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// What the store says of a file.
pub(super) enum Known {
    /// It goes out so.
    Packed(Bytes),
    /// It goes out as it is.
    Plain,
    /// It was not compressed yet.
    Not,
}

impl Packed {
    /// A store that uses at most `memory` bytes.
    pub(super) fn new(memory: usize) -> Packed {
        let memory = Arc::new(Semaphore::new(memory.min(Semaphore::MAX_PERMITS)));
        Packed { held: Mutex::default(), memory, turns: Semaphore::new(AT_A_TIME) }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the file.
    pub(super) fn known(&self, file: &Opened) -> Known {
        if !(MIN..=MAX).contains(&file.len) {
            return Known::Plain;
        }
        match self.held().files.get(&file.tag) {
            Some(Some(bytes)) => Known::Packed(bytes.clone()),
            Some(None) => Known::Plain,
            None => Known::Not,
        }
    }

    /// Waits for a turn to compress; none if others take too long.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        timeout(TURN, self.turns.acquire()).await.ok()?.ok()
    }

    /// Compresses the file and keeps it. `None` if it is to go out as it is. Reads the disk.
    pub(super) fn pack(&self, file: &Opened) -> io::Result<Option<Bytes>> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
        let (mut piece, mut left) = (vec![0; 64 << 10], file.len);
        while left > 0 {
            let count = (&file.file).read(&mut piece)?;
            let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            packer.write_all(piece.get(..count).unwrap_or_default())?;
            left -= count as u64;
        }
        let mut bytes = packer.finish()?;
        bytes.shrink_to_fit();
        let shorter = (bytes.len() as u64) < file.len - file.len / 10;
        let mut held = self.held();
        if !shorter {
            held.put(file.tag, None);
            return Ok(None);
        }
        let kept = loop {
            let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            match Arc::clone(&self.memory).try_acquire_many_owned(size) {
                Ok(memory) => break Bytes::from_owner(Kept { bytes, _memory: memory }),
                Err(_) if held.drop_oldest() => {}
                Err(_) => return Ok(None),
            }
        };
        held.put(file.tag, Some(kept.clone()));
        Ok(Some(kept))
    }
}

impl Held {
    fn put(&mut self, tag: Tag, file: Option<Bytes>) {
        while self.order.len() >= KNOWN {
            self.drop_oldest();
        }
        if self.files.insert(tag, file).is_none() {
            self.order.push_back(tag);
        }
    }

    /// Forgets the file kept longest. Its memory is free once nobody is being sent it.
    fn drop_oldest(&mut self) -> bool {
        self.order.pop_front().is_some_and(|tag| self.files.remove(&tag).is_some())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::io::{Seek as _, Write};

    fn file(number: u8, bytes: &[u8]) -> Opened {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        let (len, modified) = (bytes.len() as u64, std::time::SystemTime::UNIX_EPOCH);
        Opened { file, len, modified, tag: [number; 16] }
    }

    fn unpacked(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn a_file_is_compressed_once_and_memory_stays_within_its_budget() {
        let text = |n: u8| format!("{n} {}", "一善 one yuan a day\n".repeat(500)).into_bytes();
        let store = Packed::new(700);
        let one = store.pack(&file(1, &text(1))).unwrap().unwrap();
        assert!(one.len() < 400, "{}", one.len());
        assert_eq!(unpacked(&one), text(1));
        assert!(matches!(store.known(&file(1, &text(1))), Known::Packed(bytes) if bytes == one));
        // Many more: each has its place, the oldest go.
        for n in 2..40 {
            let packed = store.pack(&file(n, &text(n))).unwrap().unwrap();
            assert_eq!(unpacked(&packed), text(n));
        }
        assert!(matches!(store.known(&file(2, &text(2))), Known::Not));
        // What is still being sent counts: with all of it in use nothing more is compressed.
        let mut sent = Vec::new();
        let last = (40..60).map(|n| store.pack(&file(n, &text(n))).unwrap());
        let refused = last.filter_map(|packed| packed.map(|bytes| sent.push(bytes))).count();
        assert!(refused < 20 && store.memory.available_permits() < 400, "{refused}");
        drop((sent, one));
        assert!(store.pack(&file(61, &text(61))).unwrap().is_some());
    }

    #[test]
    fn what_is_no_shorter_goes_out_as_it_is() {
        let store = Packed::new(1 << 20);
        let noise: Vec<u8> = (0_u32..40).flat_map(|n| Sha(n).bytes()).collect();
        assert!(store.pack(&file(1, &noise)).unwrap().is_none());
        assert!(matches!(store.known(&file(1, &noise)), Known::Plain));
        assert!(matches!(store.known(&file(2, b"short")), Known::Plain));
        let cut = Opened { len: 5_000, ..file(3, &[b'a'; 3_000]) };
        assert!(store.pack(&cut).is_err(), "a file that became shorter was served");
    }

    struct Sha(u32);

    impl Sha {
        fn bytes(&self) -> Vec<u8> {
            use sha2::Digest;
            sha2::Sha256::digest(self.0.to_be_bytes()).to_vec()
        }
    }
}
