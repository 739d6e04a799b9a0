//! The one write path.
//!
//! ```text
//! read and check signatures (all at once) → rules → journal (fsync) → acknowledged
//!                                                        later, beside it: the index
//! ```
//!
//! Nothing but the journal's write and sync stands between the rules and the acknowledgement. The
//! index takes in what waits for it when there is enough of it, on a thread of its own; opening
//! replays what it has not seen.

use super::past::{self, Claims, Lines, Stored};
use super::snapshot;
use super::{Error, Ledger, Made, Mode, Signed, tile_key};
use crate::domain::codec::Malformed;
use crate::domain::entry::{Entry, MAX_VOUCHER, Voucher};
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::Key;
use crate::domain::time::Stamp;
use crate::replay::{self, Read, Replay};
use crate::seal::voucher_digest;
use crate::storage::index::{self, Batch, NOTE, RefMap, Row};
use crate::storage::journal::{self, Position};
use crate::tlog::{Hash, encode_tile, leaf_hash};
use rayon::prelude::*;

/// So many entries or references wait before the index takes them in.
const DUE_ENTRIES: usize = 1 << 14;
const DUE_REFS: usize = 1 << 18;

/// With so many, appending waits for the index. So whoever opens after a crash has at most these
/// and one group to replay, and those that a commit at work had taken up, which are no more.
const MOST_ENTRIES: usize = 1 << 16;
const MOST_REFS: usize = 1 << 20;

/// With so many, closing gives them to the index, so that the next opening need not replay them.
const LEFT_ENTRIES: usize = 256;
const LEFT_REFS: usize = 1_000;

/// Groups of more bytes are read on all cores (bytes).
const SERIAL: usize = 1 << 14;

/// A voucher read once.
pub(super) struct Ready<'a> {
    pub(super) signed: &'a Signed,
    pub(super) voucher: Result<Voucher, Malformed>,
    /// The SHA-256 of its bytes.
    pub(super) digest: [u8; 32],
    /// The key under which its signature was found right, ahead of its turn.
    pub(super) signed_under: Option<Key>,
}

impl<'a> Ready<'a> {
    /// Reads a voucher.
    pub(super) fn read(signed: &'a Signed) -> Ready<'a> {
        let (voucher, digest) = (Voucher::decode(&signed.voucher), voucher_digest(&signed.voucher));
        Ready { signed, voucher, digest, signed_under: None }
    }

    /// Takes a voucher that was made here as read, unless it is longer than one may be.
    fn made(signed: &'a Signed, voucher: Voucher, digest: [u8; 32]) -> Ready<'a> {
        let len = signed.voucher.len();
        let fits = len <= MAX_VOUCHER;
        let voucher =
            if fits { Ok(voucher) } else { Err(Malformed::TooLong { len, max: MAX_VOUCHER }) };
        Ready { signed, voucher, digest, signed_under: None }
    }

    /// What is said to be signed.
    fn signed(&self) -> Option<replay::Signed<'a>> {
        let by = self.voucher.as_ref().ok()?.by;
        Some(replay::Signed { by, digest: self.digest, sig: &self.signed.sig })
    }
}

/// What a group of vouchers becomes, before it is written.
#[derive(Default)]
struct Group {
    records: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
    notes: Vec<[u8; NOTE]>,
    tiles: Vec<((u8, u64), Vec<u8>)>,
    /// What it claims: one by one, or looked at together.
    refs: RefMap,
    batch: Option<Batch>,
    changes_keys: bool,
}

impl Ledger {
    /// Enters vouchers in their order, each whole or not at all, and returns the entry each became
    /// once a power cut can no longer lose it. One sync serves all of them, or one for each
    /// [`GROUP_MAX`](journal::GROUP_MAX) bytes.
    ///
    /// The order is the guarantee: rules, journal, tree, index. A refused voucher leaves no trace
    /// and does not stop the others. An error means that none was entered, unless it is
    /// [`Error::Partly`], which tells which were.
    pub fn append(
        &mut self,
        vouchers: &[Signed],
        at: Stamp,
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        self.check_open()?;
        let bytes: usize = vouchers.iter().map(|signed| signed.voucher.len()).sum();
        let ready = if bytes > SERIAL && vouchers.len() > 1 {
            vouchers.par_iter().map(Ready::read).collect()
        } else {
            vouchers.iter().map(Ready::read).collect()
        };
        self.append_ready(ready, at)
    }

    /// Enters vouchers that were made here, under [`Ledger::append`]'s promises; their signatures
    /// are checked like all others.
    pub fn append_made(
        &mut self,
        vouchers: Vec<Made>,
        at: Stamp,
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        let split = |made: Made| (made.signed, (made.voucher, made.digest));
        let (signed, read): (Vec<Signed>, Vec<_>) = vouchers.into_iter().map(split).unzip();
        let ready = signed.iter().zip(read);
        let ready = ready.map(|(signed, (voucher, digest))| Ready::made(signed, voucher, digest));
        self.append_ready(ready.collect(), at)
    }

    /// Enters vouchers that were read before, under [`Ledger::append`]'s promises.
    pub(super) fn append_ready(
        &mut self,
        mut vouchers: Vec<Ready<'_>>,
        at: Stamp,
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        self.check_open()?;
        self.check_signatures(&mut vouchers);
        // From here on the books may be ahead of the journal: if anything fails, only reopening
        // helps.
        self.failed = true;
        let (group, results) = self.enter_all(vouchers, at)?;
        let results = self.write(&group.records, &group.notes, results)?;
        self.take_in(group)?;
        self.failed = false;
        // The vouchers are entered, whatever becomes of the index: the next call is told.
        let _ = self.commit_if_due();
        Ok(results)
    }

    /// Notes for each voucher the key under which its signature holds, if it is its officer's. One
    /// that does not hold may still be right under a key that an earlier voucher of the group
    /// appoints: the rules decide.
    fn check_signatures(&self, vouchers: &mut [Ready<'_>]) {
        let signed: Vec<replay::Signed<'_>> = vouchers.iter().filter_map(Ready::signed).collect();
        let keys = self.guess.keys(self.origin(), &signed);
        let read = vouchers.iter_mut().filter(|ready| ready.voucher.is_ok());
        read.zip(keys).for_each(|(ready, key)| ready.signed_under = key);
    }

    fn check_open(&mut self) -> Result<(), Error> {
        if self.failed || self.mode == Mode::Read {
            return Err(Error::Reopen);
        }
        // What the index met with while it worked beside us, after entries were acknowledged.
        let met = self.index.poll();
        self.indexed(met)
    }

    /// Lets the rules take the vouchers in, one after the other.
    fn enter_all(
        &mut self,
        vouchers: Vec<Ready<'_>>,
        at: Stamp,
    ) -> Result<(Group, Vec<Result<u64, Refusal>>), Error> {
        let lines = |ready: &Ready<'_>| ready.voucher.as_ref().map_or(0, |v| v.lines.len());
        self.index.expect(vouchers.iter().map(lines).sum())?;
        let first = self.size();
        let (mut group, mut results) = (Group::default(), Vec::with_capacity(vouchers.len()));
        let Ledger { journal, index, edge, replay, .. } = self;
        let stored = Stored { journal, index, edge };
        // References of many lines are looked at together. If all of them are new, no claim can be
        // refused; if not, each is asked about in its turn, so that the refusal names the place.
        let mut batch = past::claimed(vouchers.iter().map(|ready| ready.voucher.as_ref().ok()));
        if let Some(many) = &mut batch
            && !index.all_new(many)?
        {
            batch = None;
        }
        let mut claims =
            if batch.is_some() { Claims::all_new(index) } else { Claims::new(Some(index)) };
        for ready in vouchers {
            results.push(group.enter(replay, ready, at, stored, first, &mut claims)?);
        }
        group.refs = claims.into_used();
        if let Some(batch) = &mut batch {
            batch.settle(|place| entered_at(&results, place));
        }
        group.batch = batch;
        Ok((group, results))
    }

    /// Writes the group and syncs once; several times only if it is larger than a group may be.
    fn write(
        &mut self,
        records: &[Vec<u8>],
        notes: &[[u8; NOTE]],
        results: Vec<Result<u64, Refusal>>,
    ) -> Result<Vec<Result<u64, Refusal>>, Error> {
        let (before, mut rest, mut notes) = (self.journal.head(), records, notes);
        while !rest.is_empty() {
            let mut len = 0;
            let fits = rest.iter().take_while(|r| {
                len += r.len() + 1;
                len < journal::GROUP_MAX
            });
            let fits = fits.count().max(1);
            let (group, later) = rest.split_at(fits);
            let (with, later_notes) = notes.split_at_checked(fits).unwrap_or((notes, &[]));
            let lines: Vec<&[u8]> = group.iter().map(Vec::as_slice).collect();
            if let Err(source) = self.journal.append(self.journal.head(), &lines) {
                let durable = self.journal.head();
                return Err(if durable == before {
                    source.into()
                } else {
                    Error::Partly { durable, results, source }
                });
            }
            self.note_rows(&lines, with)?;
            (rest, notes) = (later, later_notes);
        }
        Ok(results)
    }

    /// Notes where the records just written stand.
    fn note_rows(&mut self, lines: &[&[u8]], notes: &[[u8; NOTE]]) -> Result<(), Error> {
        let Position { segment, offset: end, number: head } = self.journal.end();
        let len: usize = lines.iter().map(|line| line.len() + 1).sum();
        let mut at = Position {
            segment,
            offset: end.saturating_sub(len as u64),
            number: head.saturating_sub(lines.len() as u64),
        };
        for (line, note) in lines.iter().zip(notes) {
            let len = u16::try_from(line.len()).unwrap_or(u16::MAX);
            self.index.note(Row { at, len, note: *note })?;
            at = Position { offset: at.offset + u64::from(len) + 1, number: at.number + 1, ..at };
        }
        Ok(())
    }

    /// Everything else that follows from entries just written.
    fn take_in(&mut self, group: Group) -> Result<(), Error> {
        self.index.insert(group.refs)?;
        group.batch.map_or(Ok(()), |batch| self.index.insert_batch(batch))?;
        for ((level, number), bytes) in group.tiles {
            self.index.keep_tile(level, number, bytes)?;
        }
        group.leaves.into_iter().for_each(|leaf| self.edge.push(leaf));
        if group.changes_keys {
            self.guess = self.replay.guess();
        }
        Ok(())
    }

    /// Begins a commit of the index if enough waits for it; waits for the one at work only if too
    /// much does.
    pub(super) fn commit_if_due(&mut self) -> Result<(), Error> {
        let (entries, refs) = self.index.waiting();
        let due = entries >= DUE_ENTRIES || refs >= DUE_REFS;
        let late = entries >= MOST_ENTRIES || refs >= MOST_REFS;
        if late || due && !self.index.is_committing() {
            let begun = self.index.begin_commit(snapshot::of(&self.replay));
            return self.indexed(begun);
        }
        Ok(())
    }

    /// Whether so much waits for the index that closing should see to it.
    pub(super) fn leaves_much(&self) -> bool {
        let (entries, refs) = self.index.waiting();
        entries >= LEFT_ENTRIES || refs >= LEFT_REFS
    }
}

impl Group {
    /// Lets the rules take one voucher in.
    fn enter(
        &mut self,
        replay: &mut Replay,
        ready: Ready<'_>,
        at: Stamp,
        stored: Stored<'_>,
        first: u64,
        claims: &mut Claims<'_>,
    ) -> Result<Result<u64, Refusal>, Error> {
        let Ready { signed, voucher, digest, signed_under } = ready;
        let voucher = match voucher {
            Ok(voucher) => voucher,
            Err(why) => return Ok(Err(why.into())),
        };
        let (seq, prev, sig) = (replay.books().size, replay.last(), signed.sig);
        let bytes = Entry::encode(seq, &prev, at, &signed.voucher, &sig);
        let entry = Entry { seq, prev, at, voucher, sig };
        let read = Read { entry, leaf: leaf_hash(&bytes), digest, signed_under };
        let (past, tiles) = (Lines::new(stored, &self.records, first), &mut self.tiles);
        let entered = replay.enter(&read, &past, claims, &mut |tile, hashes| {
            tiles.extend(tile_key(tile).map(|key| (key, encode_tile(hashes))));
        });
        // What could not be looked up is no refusal.
        past.check()?;
        claims.check()?;
        if let Err(wrong) = entered {
            claims.refuse();
            return Ok(Err(past::refusal_of(wrong)));
        }
        claims.accept();
        self.changes_keys |= changes_keys(&read.entry);
        self.notes.push(snapshot::note(&read.entry));
        self.leaves.push(read.leaf);
        self.records.push(bytes);
        Ok(Ok(seq))
    }
}

/// The place in the ledger of a line of the group, unless its voucher was refused.
fn entered_at(results: &[Result<u64, Refusal>], of: index::Place) -> Option<index::Place> {
    let result = results.get(usize::try_from(of.entry).ok()?)?;
    result.as_ref().ok().map(|entry| index::Place { entry: *entry, line: of.line })
}

/// Whether an entry may have changed officers' keys.
pub(super) fn changes_keys(entry: &Entry) -> bool {
    let keys = |line: &Line| {
        matches!(line, Line::Found(_) | Line::Appoint(_) | Line::Approve(_) | Line::Retire(_))
    };
    entry.voucher.lines.iter().any(keys)
}
