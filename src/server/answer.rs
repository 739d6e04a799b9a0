//! From a request to its answer.

use super::body::{Body, Ticket};
use super::files::{Found, open};
use super::name::{ASK, Asked, Class, Kind, MAX_PATH};
use super::one::{Look, Want};
use super::{Hit, Shared, headers, words};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, LOCATION,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Version};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;

/// The file that stands for its folder.
const INDEX: &str = "index.html";

/// Answers one request, and tells of it when the answer ends.
pub(super) async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let begun = (shared.settings.now)();
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "-",
    };
    let (head, sent) = request.into_parts();
    let (mut response, class) = respond(&shared, head).await;
    headers::add_every(response.headers_mut());
    if !sent.is_end_stream() {
        // Nobody has anything to send here; what is sent all the same is not read.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let status = response.status().as_u16();
    let hit = Hit { method, class, status, bytes: 0, took: Duration::ZERO };
    let (told, now) = (Arc::clone(&shared.settings.told), shared.settings.now);
    Ok(response.map(|body| body.told(Ticket { told, now, begun, hit })))
}

/// The answer, and what kind of file it concerns.
async fn respond(shared: &Arc<Shared>, head: Parts) -> (Response<Body>, Class) {
    let (path, bodiless) = (head.uri.path().to_owned(), head.method == Method::HEAD);
    let refused = |status| (refusal(shared, status, &path, bodiless), Class::Nothing);
    let hosts = head.headers.get_all(HOST).iter().count();
    if hosts > 1 || hosts == 0 && head.version == Version::HTTP_11 {
        return refused(StatusCode::BAD_REQUEST);
    }
    if head.method == Method::OPTIONS {
        let mut response = status_alone(StatusCode::NO_CONTENT);
        headers::add_options(response.headers_mut());
        return (response, Class::Nothing);
    }
    if head.method != Method::GET && !bodiless {
        let (mut response, class) = refused(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(ALLOW, headers::METHODS);
        return (response, class);
    }
    if path.len() > MAX_PATH {
        return refused(StatusCode::URI_TOO_LONG);
    }
    let (mut parts, slash) = match Asked::parse(&path, &shared.settings.base) {
        Asked::Name { parts, slash } => (parts, slash),
        Asked::Base => return (moved(&path), Class::Page),
        Asked::Nothing => return refused(StatusCode::NOT_FOUND),
    };
    if slash {
        parts.push(INDEX.into());
    }
    let kind = Kind::of(&parts.join("/"));
    let want = Want { parts, kind, bodiless, fields: head.headers };
    match fetch(shared, want).await {
        Ok(Look::Done(response)) => (response, kind.class),
        Ok(Look::Refused(status, size)) => {
            let mut response = refusal(shared, status, &path, bodiless);
            response.headers_mut().extend(size);
            (response, kind.class)
        }
        // A page is a folder with its first page in it, and its links are relative to the folder.
        Ok(Look::Folder) if !slash => (moved(&path), Class::Page),
        Ok(_) => refused(StatusCode::NOT_FOUND),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Looks for the file, and lets it be compressed if it is to be. The disk is read on threads that
/// may wait.
async fn fetch(shared: &Arc<Shared>, want: Want) -> io::Result<Look> {
    let own = Arc::clone(shared);
    let look = move || match open(&own.settings.folder, &want.parts)? {
        Found::File(file) => want.look(file, &own.packed),
        Found::Folder => {
            let mut index = want.parts;
            index.push(INDEX.into());
            let there = matches!(open(&own.settings.folder, &index)?, Found::File(_));
            Ok(if there { Look::Folder } else { Look::Nothing })
        }
        Found::Nothing => Ok(Look::Nothing),
    };
    let (want, file) = match spawn_blocking(look).await?? {
        Look::Pack(want, file) => (*want, file),
        look => return Ok(look),
    };
    let turn = shared.packed.turn().await;
    let (own, may) = (Arc::clone(shared), turn.is_some());
    let packed = spawn_blocking(move || want.pack(file, &own.packed, may)).await??;
    drop(turn);
    Ok(packed)
}

/// An answer without a body.
fn status_alone(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::bytes(""));
    *response.status_mut() = status;
    response
}

/// An answer that says in words what its status means.
fn refusal(shared: &Shared, status: StatusCode, path: &str, bodiless: bool) -> Response<Body> {
    let (media, text) = words::refusal(status, path, &shared.settings.base);
    let mut response = status_alone(status);
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static(ASK));
    fields.insert(CONTENT_LENGTH, text.len().into());
    if bodiless { response } else { response.map(|_| Body::bytes(text)) }
}

/// Sends on to the same path with a slash at the end. The address is relative and begins with a
/// dot, so that it names no other host and holds behind a proxy that moves the site.
fn moved(path: &str) -> Response<Body> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut response = status_alone(StatusCode::MOVED_PERMANENTLY);
    let fields = response.headers_mut();
    fields.insert(CACHE_CONTROL, HeaderValue::from_static(ASK));
    // What could not be a field's value was no name either.
    let to = HeaderValue::try_from(format!("./{name}/"));
    fields.extend(to.ok().map(|to| (LOCATION, to)));
    response
}
