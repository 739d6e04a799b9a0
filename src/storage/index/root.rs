//! The one value of the index that everything else hangs on.

use super::run::Run;
use super::{Error, VERSION, damaged};

/// The root's key.
pub(super) const KEY: [u8; 1] = *b"R";

/// The numbers that tell about one run.
const RUN: usize = 6;

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
    /// The number of refs in all runs.
    pub(super) fn refs(&self) -> u64 {
        self.runs.iter().fold(0, |sum, run| sum.saturating_add(run.count))
    }

    /// `version (4), identity (32), snapshot SHA-256 (32), generation, records, snapshot length,
    /// next run, then id, count, blocks, least and greatest entry, greatest line of each run`:
    /// big-endian, 8 bytes where nothing is said.
    pub(super) fn encode(&self) -> Vec<u8> {
        let numbers = [self.generation, self.records, self.snapshot_len, self.next_run];
        let runs = self.runs.iter().flat_map(|run| {
            let (least, greatest) = run.entries;
            [run.id, run.count, run.blocks, least, greatest, run.line.into()]
        });
        let mut bytes = VERSION.to_be_bytes().to_vec();
        bytes.extend(self.identity);
        bytes.extend(self.snapshot_sha256);
        bytes.extend(numbers.into_iter().chain(runs).flat_map(u64::to_be_bytes));
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Root, Error> {
        let damaged = || damaged("no root under", &KEY);
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
        let (runs, []) = runs.as_chunks::<RUN>() else { return Err(damaged()) };
        let run = |&[id, count, blocks, least, greatest, line]: &[u64; RUN]| {
            let line = u16::try_from(line).ok()?;
            Some(Run { id, count, blocks, entries: (least, greatest), line })
        };
        Ok(Root {
            identity: *identity,
            snapshot_sha256: *sha256,
            generation: *generation,
            records: *records,
            snapshot_len: *snapshot_len,
            next_run: *next_run,
            runs: runs.iter().map(run).collect::<Option<_>>().ok_or_else(damaged)?,
        })
    }
}
