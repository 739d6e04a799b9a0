//! The bills of an import, sealed into the vault beside the rest of the work.

use super::draft::Read;
use crate::cli::error::Error;
use crate::cli::fund::{Fund, Parcel};
use crate::vault::Place;
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};

/// The SHA-256 of a bill, and its bytes.
pub(super) type Whole<'f> = ([u8; 32], &'f [u8]);

/// What begins to seal: the threads it may use end with `scope`.
#[derive(Clone, Copy)]
pub(super) struct Keeper<'s, 'f: 's> {
    pub(super) scope: &'s Scope<'s, 'f>,
    pub(super) fund: &'f Fund,
}

/// Bills that are being sealed, on two threads for each core, of which one waits for the disk. None
/// of them stands in the vault under its name before [`Keeping::finish`]; if that is not called,
/// none ever does.
pub(super) struct Keeping<'s> {
    waiting: Arc<Mutex<VecDeque<Job<'s>>>>,
    threads: Vec<ScopedJoinHandle<'s, Vec<Done>>>,
}

/// Seals one bill.
type Job<'s> = Box<dyn FnOnce() -> Done + Send + 's>;

/// The place of a bill among all, its SHA-256, and the bill under seal.
type Done = (usize, [u8; 32], Result<Parcel, Error>);

impl<'s, 'f: 's> Keeper<'s, 'f> {
    /// Begins to seal bills, each once.
    pub(super) fn begin(self, bills: impl Iterator<Item = Whole<'f>>) -> Keeping<'s> {
        let (fund, mut seen) = (self.fund, HashSet::new());
        let jobs = bills.filter(|(sha256, _)| seen.insert(*sha256)).enumerate();
        let jobs = jobs.map(|(at, (sha256, bytes))| -> Job<'s> {
            Box::new(move || (at, sha256, fund.seal(&Place::Bill(sha256), bytes)))
        });
        let waiting = Arc::new(Mutex::new(jobs.collect::<VecDeque<_>>()));
        let threads = (0..2 * rayon::current_num_threads()).map(|_| {
            let waiting = Arc::clone(&waiting);
            self.scope.spawn(move || std::iter::from_fn(|| Some(next(&waiting)?())).collect())
        });
        Keeping { threads: threads.collect(), waiting }
    }

    /// Begins to seal the bills of which something is to be recorded.
    pub(super) fn begin_read(self, reads: &[Read<'f>]) -> Keeping<'s> {
        let wanted = reads.iter().filter(|read| !read.plan.drafts.is_empty());
        self.begin(wanted.map(|read| (read.bill.sha256, read.bytes)))
    }
}

fn next<'s>(waiting: &Mutex<VecDeque<Job<'s>>>) -> Option<Job<'s>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

impl Keeping<'_> {
    /// Waits until all are sealed, and puts those of which something is to be recorded in their
    /// places. Of several that cannot be kept, the first is told.
    pub(super) fn finish(mut self, reads: &[Read<'_>]) -> Result<(), Error> {
        let mut all = Vec::new();
        for thread in std::mem::take(&mut self.threads) {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all.sort_by_key(|(at, ..)| *at);
        let wanted = reads.iter().filter(|read| !read.plan.drafts.is_empty());
        let wanted: HashSet<[u8; 32]> = wanted.map(|read| read.bill.sha256).collect();
        all.retain(|(_, sha256, _)| wanted.contains(sha256));
        all.into_iter().try_for_each(|(_, _, parcel)| parcel?.put())
    }
}

/// Bills that are not begun yet are not begun any more.
impl Drop for Keeping<'_> {
    fn drop(&mut self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
