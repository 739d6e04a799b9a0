//! What may be asked of a published folder that is served, and what must come back.

use crate::host::{Answer, dial, parse, put, to_the_end};
use crate::parsers::published;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use yishan::server::{Base, Limits, Server, Settings};

/// Every status that a request can lead to while the disk is well.
const STATUSES: [u16; 14] = [200, 204, 206, 301, 304, 400, 404, 405, 412, 414, 416, 431, 501, 505];

/// Serves the published folder until the process ends, and says where.
fn host() -> SocketAddr {
    static HOST: LazyLock<(Server, tempfile::TempDir)> = LazyLock::new(|| {
        let kept = tempfile::tempdir().unwrap();
        for (name, bytes) in published() {
            put(kept.path(), name, bytes);
        }
        let settings = Settings {
            folder: kept.path().to_owned(),
            base: Base::default(),
            limits: Limits::default(),
            now: Instant::now,
            told: Arc::new(|_| ()),
        };
        (Server::start("127.0.0.1:0".parse().unwrap(), settings).unwrap(), kept)
    });
    HOST.0.address()
}

/// The head of one request, without the empty line that ends it. Whatever is asked for, only what
/// is published comes back, whole or the part that the answer names; and something always does.
pub(crate) fn request(bytes: &[u8]) -> bool {
    // Blank lines in front are passed over; one behind would begin another request.
    let head = bytes.trim_ascii();
    let blank = |at: &usize| head[*at..].starts_with(b"\n\n") || head[*at..].starts_with(b"\n\r\n");
    let head = &head[..(0..head.len()).find(blank).unwrap_or(head.len())];
    let mut stream = dial(host());
    let end = b"\r\nConnection: close\r\n\r\n";
    // A server that refuses may hang up before it has read everything.
    let _ = stream.write_all(&[head, end].concat());
    let came = to_the_end(&mut stream);
    let bodiless = head.starts_with(b"HEAD ");
    let Some(answer) = parse(&came, bodiless) else {
        // The first line of another protocol's, or an answer that was lost with what was not read.
        assert!(came.is_empty(), "half an answer");
        return false;
    };
    assert!(STATUSES.contains(&answer.status), "{answer:?}");
    assert!(!bodiless && ![204, 304].contains(&answer.status) || answer.body.is_empty());
    match answer.status {
        200 if !bodiless => assert!(is_published(&answer), "{answer:?}"),
        206 => assert!(is_part(&answer), "{answer:?}"),
        // To the same folder with its slash, and to no other host.
        301 => {
            let to =
                answer.field("location").strip_prefix("./").and_then(|to| to.strip_suffix('/'));
            assert!(to.is_some_and(|to| !to.is_empty() && !to.contains('/')), "{answer:?}");
        }
        _ => {}
    }
    matches!(answer.status, 200 | 206 | 301 | 304)
}

fn is_published(answer: &Answer) -> bool {
    let mut plain = Vec::new();
    let bytes = match answer.field("content-encoding") {
        "gzip" => {
            flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut plain).unwrap();
            &plain
        }
        coding => {
            assert_eq!(coding, "");
            &answer.body
        }
    };
    published().values().any(|file| file == bytes)
}

/// Whether the body is what stands at the place in a file that the answer names.
fn is_part(answer: &Answer) -> bool {
    let number = |text: &str| text.parse::<usize>().unwrap();
    let named = answer.field("content-range").strip_prefix("bytes ").unwrap();
    let (range, len) = named.split_once('/').unwrap();
    let (from, last) = range.split_once('-').unwrap();
    let (range, len) = (number(from)..number(last) + 1, number(len));
    published()
        .values()
        .any(|file| file.len() == len && file.get(range.clone()) == Some(&answer.body))
}
