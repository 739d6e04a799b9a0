//! Connections: accepted within a bound, each with limits on time and length.

use super::Shared;
use super::answer::answer;
use super::steady::Steady;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// What the system holds of an answer for a slow client (bytes; Linux doubles it).
const SEND_BUFFER: u32 = 128 << 10;
/// The longest head of a request (bytes).
const MAX_HEAD: usize = 16 << 10;
/// How long it waits when the system has no more descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// Listens at `address`.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Without it a server that was stopped could not be started again for a minute.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections for ever, as many at a time as there are slots.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok(slot) = Arc::clone(&shared.slots).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&shared), slot));
            }
            Err(_) => sleep(BREATH).await,
        }
    }
}

/// Answers the requests of one connection. Once the server is to stop, the one under way is the
/// last.
async fn serve(stream: TcpStream, shared: Arc<Shared>, _slot: OwnedSemaphorePermit) {
    let (limits, mut stop) = (shared.settings.limits, shared.stop.subscribe());
    // Without it the end of an answer would wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Steady::new(stream, limits.window, limits.floor));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD)
        .half_close(true)
        .serve_connection(io, service_fn(move |request| answer(Arc::clone(&shared), request)));
    let (mut connection, mut stopping) = (pin!(connection), false);
    let mut stop = pin!(stop.wait_for(|stop| *stop));
    // A connection that ends badly is the client's affair.
    let _ = poll_fn(|cx| {
        if !stopping && stop.as_mut().poll(cx).is_ready() {
            stopping = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(cx)
    })
    .await;
}
