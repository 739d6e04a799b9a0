//! The files of a published folder over HTTP/1.1, byte for byte, and nothing else.
//!
//! ```text
//! accept ── request ── name::Asked ── files::open ── conditions, range ── answer ── body
//! bounded   bounded    one spelling   no links       RFC 9110             gzip      64 KiB each
//! ```
//!
//! Every count, length and time has a maximum, in [`Limits`] or beside the code that needs it; a
//! client that is too slow is cut, one that asks for too much waits. A file is opened once for an
//! answer and served from there: a folder that is published anew meanwhile changes nothing in it.
//! Nothing of who asked is told to whoever listens, see [`Hit`].

mod answer;
mod body;
mod conditions;
mod files;
mod headers;
mod listen;
mod name;
mod one;
mod packed;
mod range;
mod steady;
mod words;

pub use name::{Base, Class};

use packed::Packed;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

/// What the server may use, and how long it waits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; more of them wait to be accepted.
    pub connections: usize,
    /// How long a client may take for the whole head of a request, and be idle before it.
    pub head: Duration,
    /// How long a client may take for [`Limits::floor`] bytes of an answer.
    pub window: Duration,
    /// Bytes of an answer that must be taken within [`Limits::window`].
    pub floor: usize,
    /// How long answers under way may go on after a stop.
    pub stop: Duration,
    /// Bytes of compressed files in memory, those on their way to clients included.
    pub memory: usize,
}

impl Default for Limits {
    /// For a small machine: two descriptors a connection stay below the usual 1,024; the slowest
    /// phone network gives a few kilobytes a second.
    fn default() -> Limits {
        Limits {
            connections: 400,
            head: Duration::from_secs(15),
            window: Duration::from_secs(30),
            floor: 30_000,
            stop: Duration::from_secs(5),
            memory: 32 << 20,
        }
    }
}

/// One answer, as it may be told to a log: nothing says who asked, or for whose gift.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hit {
    /// `GET`, `HEAD`, `OPTIONS`, or `-` for any other.
    pub method: &'static str,
    /// What kind of file was asked for.
    pub class: Class,
    /// The status of the answer.
    pub status: u16,
    /// Bytes of its body that were handed over.
    pub bytes: u64,
    /// From the head of the request to the end of the answer.
    pub took: Duration,
}

/// Told of every answer when it ends, from any thread; must not wait.
pub type Told = Arc<dyn Fn(Hit) + Send + Sync>;

/// What is served, and by which clock.
pub struct Settings {
    /// The published folder.
    pub folder: PathBuf,
    /// The path under which it is served.
    pub base: Base,
    /// Bounds on everything.
    pub limits: Limits,
    /// The clock by which answers are timed.
    pub now: fn() -> Instant,
    /// Who is told of answers.
    pub told: Told,
}

/// What every connection needs.
struct Shared {
    settings: Settings,
    packed: Packed,
    /// One for each connection that may be.
    slots: Arc<Semaphore>,
    /// True once no more requests are to be read.
    stop: watch::Sender<bool>,
}

/// A folder that is being served, until this is stopped or dropped.
pub struct Server {
    runtime: Runtime,
    address: SocketAddr,
    accepting: AbortHandle,
    shared: Arc<Shared>,
}

/// The most threads that wait for the disk at a time.
const WAITING: usize = 32;

impl Server {
    /// Begins to listen at `address`; port 0 takes any that is free. Fails if it cannot be had.
    pub fn start(address: SocketAddr, settings: Settings) -> io::Result<Server> {
        let mut runtime = Builder::new_multi_thread();
        runtime.enable_io().enable_time().max_blocking_threads(WAITING).thread_name("serve");
        let runtime = runtime.build()?;
        let listener = {
            let _inside = runtime.enter();
            listen::listen(address)?
        };
        let address = listener.local_addr()?;
        let limits = settings.limits;
        let slots = Arc::new(Semaphore::new(limits.connections));
        let (packed, stop) = (Packed::new(limits.memory), watch::Sender::new(false));
        let shared = Arc::new(Shared { settings, packed, slots, stop });
        let accepting = listen::accept(listener, Arc::clone(&shared));
        let accepting = runtime.spawn(accepting).abort_handle();
        Ok(Server { runtime, address, accepting, shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more, lets answers under way end for [`Limits::stop`], and cuts the rest.
    pub fn stop(self) {
        self.accepting.abort();
        self.shared.stop.send_replace(true);
        let limits = self.shared.settings.limits;
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        // With every slot free again no connection is left.
        let ended = async {
            tokio::time::timeout(limits.stop, self.shared.slots.acquire_many(all)).await.map(drop)
        };
        let _ = self.runtime.block_on(ended);
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}
