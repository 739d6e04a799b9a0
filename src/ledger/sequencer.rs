//! One ledger for many authors at once: whoever waits together shares one sync.
//!
//! ```text
//! author ── read, hash ──┐
//! author ── read, hash ──┤ queue ── one of them leads: signatures of all at once → rules →
//! author ── read, hash ──┘          journal (one write, one sync) → everyone is told
//! ```
//!
//! There is no thread of its own: the author at the head of the queue leads one group, its own
//! voucher among it, and then hands over to the next in the queue. While a group is being synced
//! the next one gathers. Vouchers are entered in the order in which they were queued.
//!
//! Those who were just told are likely to come again. So a leader waits for as many as were there
//! a moment ago, but only [`PATIENCE`] long: without it, busy authors fall into two halves that
//! take turns at the disk.
//!
//! After the first failure nobody knows what the disk holds: everyone who waits is told so, nothing
//! more is taken, and the ledger must be opened again.

use super::append::Ready;
use super::{Error, Ledger, Signed};
use crate::domain::codec::Malformed;
use crate::domain::entry::{MAX_ENTRY, MAX_VOUCHER, Voucher};
use crate::domain::refusal::Refusal;
use crate::domain::time::Stamp;
use crate::seal::voucher_digest;
use crate::storage::journal::GROUP_MAX;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many vouchers wait in the queue at most; whoever comes then waits before it, in turn.
const QUEUE_MAX: usize = 1_024;

/// How long a leader waits for others who came in time for the last group: less than the least
/// that a sync takes.
const PATIENCE: Duration = Duration::from_micros(100);

/// So many bytes of entries make one group at most, so that one sync serves it.
const GROUP_BYTES: usize = GROUP_MAX - MAX_ENTRY - 1;

/// Why a voucher was not entered.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotEntered {
    /// The rules refuse it. Nothing of it is left, and others are not concerned.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ledger failed and must be opened again: then this voucher is there whole, or not at all.
    #[error("the ledger failed and must be opened again")]
    Failed(#[source] Arc<Error>),
}

/// A ledger that many threads record in. Its clones are one and the same.
#[derive(Clone)]
pub struct Sequencer(Arc<Shared>);

/// What the clock shows, in the fund's zone.
type Clock = Box<dyn Fn() -> Stamp + Send + Sync>;

struct Shared {
    ledger: Mutex<Ledger>,
    clock: Clock,
    queue: Mutex<Queue>,
    /// Told whenever there is room in the queue again.
    room: Condvar,
    /// Told when as many have come as the leader waits for.
    full: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arc<Ticket>>,
    /// Whether someone leads a group or has been told to.
    led: bool,
    /// The next turn to be given out, and the one that enters the queue next.
    turns: u64,
    turn: u64,
    /// How many a leader waits for.
    expected: usize,
    /// Why nothing is taken any more.
    failed: Option<Arc<Error>>,
}

/// One voucher in the queue, and what its author is told.
struct Ticket {
    signed: Signed,
    digest: [u8; 32],
    voucher: Mutex<Option<Voucher>>,
    told: Mutex<Told>,
    bell: Condvar,
}

enum Told {
    Nothing,
    Lead,
    Result(Result<u64, NotEntered>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a panicking thread leaves is dealt with by `Leading::drop`.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ticket {
    fn tell(&self, told: Told) {
        *lock(&self.told) = told;
        self.bell.notify_one();
    }

    /// Waits until there is something to be told.
    fn wait(&self) -> Told {
        let told = self.bell.wait_while(lock(&self.told), |told| matches!(told, Told::Nothing));
        std::mem::replace(&mut *told.unwrap_or_else(PoisonError::into_inner), Told::Nothing)
    }

    fn entry_len(&self) -> usize {
        self.signed.voucher.len() + (MAX_ENTRY - MAX_VOUCHER) + 1
    }
}

impl Sequencer {
    /// Lets many threads record in `ledger`, which tells the time by `clock`.
    pub fn new(ledger: Ledger, clock: impl Fn() -> Stamp + Send + Sync + 'static) -> Sequencer {
        Sequencer(Arc::new(Shared {
            ledger: Mutex::new(ledger),
            clock: Box::new(clock),
            queue: Mutex::default(),
            room: Condvar::new(),
            full: Condvar::new(),
        }))
    }

    /// Enters a voucher and returns its entry's number once a power cut can no longer lose it.
    pub fn submit(&self, signed: Signed) -> Result<u64, NotEntered> {
        let refuse = |why: Malformed| NotEntered::Refused(why.into());
        let voucher = Mutex::new(Some(Voucher::decode(&signed.voucher).map_err(refuse)?));
        let digest = voucher_digest(&signed.voucher);
        let (told, bell) = (Mutex::new(Told::Nothing), Condvar::new());
        let ticket = Arc::new(Ticket { signed, digest, voucher, told, bell });
        if self.0.join(&ticket)? {
            self.0.lead();
        }
        loop {
            match ticket.wait() {
                Told::Result(result) => return result,
                Told::Lead => self.0.lead(),
                Told::Nothing => {}
            }
        }
    }

    /// Does something with the ledger between two groups: signs a checkpoint, publishes, looks up.
    pub fn with<T>(&self, work: impl FnOnce(&mut Ledger) -> T) -> T {
        work(&mut lock(&self.0.ledger))
    }

    /// How many vouchers are in the queue: handed in, and in no group yet.
    pub fn waiting(&self) -> usize {
        lock(&self.0.queue).waiting.len()
    }

    /// The ledger itself, for the last of all clones.
    pub fn into_ledger(self) -> Option<Ledger> {
        let shared = Arc::into_inner(self.0)?;
        Some(shared.ledger.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shared {
    /// Puts a ticket in the queue, in the order of coming; true if its author is to lead.
    fn join(&self, ticket: &Arc<Ticket>) -> Result<bool, NotEntered> {
        let mut queue = lock(&self.queue);
        let mine = queue.turns;
        queue.turns += 1;
        let full = |queue: &mut Queue| {
            queue.failed.is_none() && (queue.turn != mine || queue.waiting.len() >= QUEUE_MAX)
        };
        queue = self.room.wait_while(queue, full).unwrap_or_else(PoisonError::into_inner);
        if let Some(failed) = &queue.failed {
            return Err(NotEntered::Failed(Arc::clone(failed)));
        }
        queue.turn += 1;
        if queue.turns > queue.turn {
            // Others wait before the queue, and there may be room for them too.
            self.room.notify_all();
        }
        queue.waiting.push_back(Arc::clone(ticket));
        if queue.waiting.len() == queue.expected {
            self.full.notify_one();
        }
        Ok(!std::mem::replace(&mut queue.led, true))
    }

    /// Enters the vouchers at the head of the queue, tells their authors, and hands over.
    fn lead(&self) {
        let group = self.gather();
        let leading = Leading { shared: self, group: &group, done: false };
        let ready = group.iter().filter_map(|ticket| {
            let voucher = lock(&ticket.voucher).take()?;
            let Ticket { signed, digest, .. } = &**ticket;
            Some(Ready { signed, voucher: Ok(voucher), digest: *digest, signed_under: None })
        });
        let ready: Vec<_> = ready.collect();
        let mut ledger = lock(&self.ledger);
        let results = ledger.append_ready(ready, (self.clock)());
        drop(ledger);
        leading.end(results);
    }

    /// Takes one group from the queue.
    fn gather(&self) -> Vec<Arc<Ticket>> {
        let queue = lock(&self.queue);
        let few = |queue: &mut Queue| queue.waiting.len() < queue.expected;
        let gathered = self.full.wait_timeout_while(queue, PATIENCE, few);
        let mut queue = gathered.unwrap_or_else(PoisonError::into_inner).0;
        let (mut group, mut bytes) = (Vec::new(), 0);
        while let Some(next) = queue.waiting.front() {
            bytes += next.entry_len();
            if bytes > GROUP_BYTES {
                break;
            }
            group.extend(queue.waiting.pop_front());
        }
        if queue.turns > queue.turn {
            self.room.notify_all();
        }
        group
    }

    /// Tells whoever waits that nothing is taken any more.
    fn fail(&self, group: &[Arc<Ticket>], why: Error) {
        let mut queue = lock(&self.queue);
        let why = Arc::clone(queue.failed.get_or_insert_with(|| Arc::new(why)));
        let waiting = std::mem::take(&mut queue.waiting);
        for ticket in group.iter().chain(&waiting) {
            ticket.tell(Told::Result(Err(NotEntered::Failed(Arc::clone(&why)))));
        }
        self.room.notify_all();
    }
}

/// Sees to it that nobody waits for ever, even if the leader panics.
struct Leading<'a> {
    shared: &'a Shared,
    group: &'a [Arc<Ticket>],
    done: bool,
}

impl Leading<'_> {
    fn end(mut self, results: Result<Vec<Result<u64, Refusal>>, Error>) {
        self.done = true;
        let results = match results {
            Ok(results) => results,
            Err(why) => return self.shared.fail(self.group, why),
        };
        // The next group first: it can be led while the authors of this one are told.
        let mut queue = lock(&self.shared.queue);
        queue.expected = (self.group.len() + queue.waiting.len()).min(QUEUE_MAX);
        match queue.waiting.front() {
            Some(next) => next.tell(Told::Lead),
            None => queue.led = false,
        }
        drop(queue);
        for (ticket, result) in self.group.iter().zip(results) {
            ticket.tell(Told::Result(result.map_err(NotEntered::Refused)));
        }
    }
}

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.shared.fail(self.group, Error::Reopen);
        }
    }
}
