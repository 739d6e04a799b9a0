//! The body of an answer: nothing, bytes in memory, or a file in pieces; and who is told of it when
//! it ends.

use super::{Hit, Told};
use hyper::body::{Bytes, Frame, SizeHint};
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::task::{JoinHandle, spawn_blocking};

/// So many bytes of a file are in memory at a time for one client.
pub(super) const PIECE: u64 = 64 << 10;

/// What is sent.
pub(super) struct Body {
    /// What is at hand.
    now: Option<Bytes>,
    /// What follows from a file.
    rest: Option<Rest>,
    /// How many bytes were handed over.
    sent: u64,
    told: Option<Ticket>,
}

/// Bytes of a file that are still to be read, from where it stands.
struct Rest {
    left: u64,
    next: Next,
}

enum Next {
    At(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    Lost,
}

/// Who is told what, once the answer ends.
pub(super) struct Ticket {
    pub(super) told: Told,
    pub(super) now: fn() -> Instant,
    pub(super) begun: Instant,
    pub(super) hit: Hit,
}

impl Body {
    /// Bytes in memory; none is no body.
    pub(super) fn bytes(bytes: impl Into<Bytes>) -> Body {
        let now = Some(bytes.into()).filter(|bytes| !bytes.is_empty());
        Body { now, rest: None, sent: 0, told: None }
    }

    /// `len` bytes of a file from where it stands. Reads the first piece.
    pub(super) fn file(file: File, len: u64) -> io::Result<Body> {
        let (file, first) = read_piece(file, len)?;
        let left = len - first.len() as u64;
        let rest = (left > 0).then_some(Rest { left, next: Next::At(file) });
        let now = Some(first).filter(|first| !first.is_empty());
        Ok(Body { now, rest, sent: 0, told: None })
    }

    /// The same, with somebody who is told when it ends.
    pub(super) fn told(mut self, ticket: Ticket) -> Body {
        self.told = Some(ticket);
        self
    }

    fn left(&self) -> u64 {
        let now = self.now.as_ref().map_or(0, |bytes| bytes.len() as u64);
        now + self.rest.as_ref().map_or(0, |rest| rest.left)
    }
}

/// The next piece of `left` bytes. A file that became shorter is an error: nothing is made up.
fn read_piece(mut file: File, left: u64) -> io::Result<(File, Bytes)> {
    let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or_default()];
    file.read_exact(&mut piece)?;
    Ok((file, piece.into()))
}

impl Rest {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            match &mut self.next {
                Next::At(_) => {
                    let left = self.left;
                    if let Next::At(file) = std::mem::replace(&mut self.next, Next::Lost) {
                        self.next = Next::Reading(spawn_blocking(move || read_piece(file, left)));
                    }
                }
                Next::Reading(reading) => {
                    let (file, piece) = ready!(Pin::new(reading).poll(cx))??;
                    self.left -= piece.len() as u64;
                    self.next = Next::At(file);
                    return Poll::Ready(Ok(piece));
                }
                Next::Lost => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = match (self.now.take(), &mut self.rest) {
            (Some(bytes), _) => Ok(bytes),
            (None, Some(rest)) => ready!(rest.poll(cx)),
            (None, None) => return Poll::Ready(None),
        };
        if piece.is_err() || self.rest.as_ref().is_some_and(|rest| rest.left == 0) {
            self.rest = None;
        }
        self.sent += piece.as_ref().map_or(0, |bytes| bytes.len() as u64);
        Poll::Ready(Some(piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(Ticket { told, now, begun, hit }) = self.told.take() {
            told(Hit { bytes: self.sent, took: now().saturating_duration_since(begun), ..hit });
        }
    }
}
