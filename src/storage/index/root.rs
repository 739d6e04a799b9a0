//! The one value of the index that everything else hangs on.

use super::{Error, VERSION, store};

/// The root's key.
pub(super) const KEY: [u8; 1] = *b"R";

/// A sorted run of refs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Run {
    pub(super) id: u64,
    /// How often its refs have been merged.
    pub(super) tier: u64,
    /// The number of refs.
    pub(super) count: u64,
}

/// What is committed: generation 0 is the empty index, which is not stored.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Root {
    /// The digest of the fund's first record.
    pub(super) identity: [u8; 32],
    pub(super) snapshot_sha256: [u8; 32],
    /// The number of commits; also names the snapshot's pieces.
    pub(super) generation: u64,
    pub(super) records: u64,
    /// The snapshot's length (bytes).
    pub(super) snapshot_len: u64,
    /// The name the next run gets. Names are never used again.
    pub(super) next_run: u64,
    pub(super) runs: Vec<Run>,
}

impl Root {
    /// Adds the run just written under `next_run`.
    pub(super) fn push(&mut self, tier: u64, count: u64) {
        self.runs.push(Run { id: self.next_run, tier, count });
        self.next_run += 1;
    }

    /// `version (4), identity (32), snapshot SHA-256 (32), generation, records, snapshot length,
    /// next run, then id, tier, count of each run`: big-endian, 8 bytes where nothing is said.
    pub(super) fn encode(&self) -> Vec<u8> {
        let numbers = [self.generation, self.records, self.snapshot_len, self.next_run];
        let runs = self.runs.iter().flat_map(|run| [run.id, run.tier, run.count]);
        let mut bytes = VERSION.to_be_bytes().to_vec();
        bytes.extend(self.identity);
        bytes.extend(self.snapshot_sha256);
        bytes.extend(numbers.into_iter().chain(runs).flat_map(u64::to_be_bytes));
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Root, Error> {
        let damaged = || store::damaged("no root under", &KEY);
        let (version, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let found = u32::from_be_bytes(*version);
        if found != VERSION {
            return Err(Error::Version { found });
        }
        let (identity, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        let (sha256, rest) = rest.split_first_chunk().ok_or_else(damaged)?;
        let (numbers, rest) = rest.as_chunks::<8>();
        let numbers: Vec<u64> = numbers.iter().map(|one| u64::from_be_bytes(*one)).collect();
        let ([generation, records, snapshot_len, next_run, runs @ ..], []) = (&*numbers, rest)
        else {
            return Err(damaged());
        };
        let (runs, []) = runs.as_chunks::<3>() else { return Err(damaged()) };
        Ok(Root {
            identity: *identity,
            snapshot_sha256: *sha256,
            generation: *generation,
            records: *records,
            snapshot_len: *snapshot_len,
            next_run: *next_run,
            runs: runs.iter().map(|&[id, tier, count]| Run { id, tier, count }).collect(),
        })
    }
}
