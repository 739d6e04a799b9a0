//! Folders that are served until somebody stops the command, and what is heard of answers.

use super::error::Error;
use super::say::say;
use crate::server::{Base, Hit, Limits, Server, Settings};
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::task::Poll;
use std::time::Instant;

/// So many answers may wait to be logged; more of them are counted only.
const WAITING: usize = 8192;

enum Event {
    Hit(Hit),
    Stop,
}

/// What was served in all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Answers given.
    pub(super) answers: u64,
    /// Bytes of their bodies.
    pub(super) bytes: u64,
    /// Answers that the log was too slow for, or could not be written for.
    pub(super) unlogged: u64,
}

impl Tally {
    fn add(&mut self, hit: Hit, logged: bool) {
        self.answers += 1;
        self.bytes = self.bytes.saturating_add(hit.bytes);
        self.unlogged += u64::from(!logged);
    }
}

/// Servers, and the events of all of them in one place.
pub(super) struct Serving {
    servers: Vec<Server>,
    tell: SyncSender<Event>,
    events: Receiver<Event>,
    unlogged: Arc<AtomicU64>,
}

impl Serving {
    /// None yet.
    pub(super) fn new() -> Serving {
        let (tell, events) = sync_channel(WAITING);
        Serving { servers: Vec::new(), tell, events, unlogged: Arc::default() }
    }

    /// Begins to serve a folder, and gives the address of its first page. From the first one on,
    /// Ctrl-C and the system's wish that the process end stop them all.
    pub(super) fn open(
        &mut self,
        listen: SocketAddr,
        folder: &Path,
        base: &Base,
    ) -> Result<String, Error> {
        let (tell, unlogged) = (self.tell.clone(), Arc::clone(&self.unlogged));
        let settings = Settings {
            folder: folder.to_owned(),
            base: base.clone(),
            limits: Limits::default(),
            now: Instant::now,
            told: Arc::new(move |hit| {
                if tell.try_send(Event::Hit(hit)).is_err() {
                    unlogged.fetch_add(1, Ordering::Relaxed);
                }
            }),
        };
        let server = Server::start(listen, settings).map_err(|why| {
            let text = say!("{listen} 用不了", "cannot listen at {listen}");
            let error = Error::because(text, &why);
            match why.kind() {
                io::ErrorKind::AddrInUse => error.hint(say!(
                    "换一个端口，如 --listen 127.0.0.1:0",
                    "take another port, such as --listen 127.0.0.1:0"
                )),
                _ => error,
            }
        })?;
        if self.servers.is_empty() {
            let stop = self.tell.clone();
            on_signal(move || drop(stop.send(Event::Stop))).map_err(|why| {
                let text = say!("无法等待停止的信号", "cannot wait for the signal to stop");
                Error::because(text, &why)
            })?;
        }
        let url = format!("http://{}{}", server.address(), base.as_str());
        self.servers.push(server);
        Ok(url)
    }

    /// Hears of answers until it is stopped, lets those under way end, and gives the sums. `log` is
    /// told of each, and whether it is the last for now, and says whether it could write it down.
    pub(super) fn until_stopped(self, log: &mut dyn FnMut(Hit, bool) -> bool) -> Tally {
        let Serving { servers, tell, events, unlogged } = self;
        let mut tally = Tally::default();
        let mut next = events.recv().ok();
        while let Some(Event::Hit(hit)) = next {
            let waiting = events.try_recv();
            tally.add(hit, log(hit, waiting.is_err()));
            next = match waiting {
                Ok(event) => Some(event),
                Err(TryRecvError::Empty) => events.recv().ok(),
                Err(TryRecvError::Disconnected) => None,
            };
        }
        drop(tell);
        servers.into_iter().for_each(Server::stop);
        for event in events.try_iter() {
            if let Event::Hit(hit) = event {
                tally.add(hit, log(hit, true));
            }
        }
        let lost = unlogged.load(Ordering::Relaxed);
        Tally { answers: tally.answers + lost, unlogged: tally.unlogged + lost, ..tally }
    }
}

/// Calls `stop` once, at the first signal to end.
fn on_signal(stop: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let signal = {
        let _inside = runtime.enter();
        signal()?
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(signal);
        stop();
    })?;
    Ok(())
}

/// SIGINT or SIGTERM. From here on neither ends the process by itself.
#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut end) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(poll_fn(move |cx| {
        let any = interrupt.poll_recv(cx).is_ready() | end.poll_recv(cx).is_ready();
        if any { Poll::Ready(()) } else { Poll::Pending }
    }))
}

/// Ctrl-C.
#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
