//! Published files from a plain web host, under any path.

use super::source::{ReadFailed, Source, SourceError, check_path, read_bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;

/// How often a host may send on to another address.
const MAX_REDIRECTS: usize = 3;
/// How often a request is made again after the host failed (status 500 to 599).
const RETRIES: usize = 2;
/// How long one file may take, connecting included.
const TIMEOUT: Duration = Duration::from_mins(2);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(15);

/// What the names of published pages end with.
const PAGE: &str = ".html";
/// So many bytes of an answer are read at least, or all of it: enough to see a page in it.
const PEEK: u64 = 512;

/// A published folder on a web host.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
    /// Ends with a slash.
    base: String,
    /// Whether it let a request wait for as long as any may: then it is asked nothing more, or an
    /// audit of thousands of files would wait as long for each.
    silent: Arc<AtomicBool>,
}

impl Http {
    /// The folder under the address `base`, `http` or `https`; a query is refused.
    pub fn new(base: &str) -> Result<Http, SourceError> {
        Http::patient(base, TIMEOUT)
    }

    /// The same, with so much time for one file.
    fn patient(base: &str, timeout: Duration) -> Result<Http, SourceError> {
        let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        if host.is_none_or(|rest| {
            rest.is_empty() || rest.starts_with('/') || rest.contains(['?', '#', ' '])
        }) {
            return Err(SourceError::Url { url: base.into() });
        }
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .timeout_connect(Some(CONNECT))
            // Followed here, so that none leads from https back to http.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("yishan/", env!("CARGO_PKG_VERSION")));
        let agent = config.build().new_agent();
        let base = format!("{}/", base.trim_end_matches('/'));
        Ok(Http { agent, base, silent: Arc::default() })
    }

    fn get(&self, url: &str) -> Result<Response<ureq::Body>, SourceError> {
        let mut left = RETRIES;
        loop {
            if self.silent.load(Relaxed) {
                let why = "an earlier request waited in vain, and no more are made".into();
                return Err(SourceError::Network { url: url.into(), why });
            }
            let answer = self.agent.get(url).call();
            let answer = answer.map_err(|error| self.network(url, &error))?;
            if left == 0 || !answer.status().is_server_error() {
                return Ok(answer);
            }
            left -= 1;
        }
    }

    fn network(&self, url: &str, error: &ureq::Error) -> SourceError {
        if matches!(error, ureq::Error::Timeout(_)) {
            self.silent.store(true, Relaxed);
        }
        SourceError::Network { url: url.into(), why: error.to_string() }
    }
}

/// Where a redirect from `url` to `to` leads, unless it leaves https.
fn resolve(url: &str, to: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    let target = if to.contains("://") {
        to.to_owned()
    } else if let Some(other) = to.strip_prefix("//") {
        format!("{scheme}://{other}")
    } else if to.starts_with('/') {
        format!("{scheme}://{host}{to}")
    } else {
        format!("{}/{to}", url.rsplit_once('/')?.0)
    };
    let allowed =
        target.starts_with("https://") || scheme == "http" && target.starts_with("http://");
    allowed.then_some(target)
}

/// Whether an answer is a page for people. A network that wants its users to sign in first, and
/// many a host without the file, send one in place of any file, with status 200. None of ours
/// begins like this but the pages.
fn is_document(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let begins = |tag: &[u8]| {
        let (begin, rest) = bytes.split_at_checked(tag.len()).unwrap_or_default();
        begin.eq_ignore_ascii_case(tag)
            && rest.first().is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace())
    };
    bytes.starts_with(b"<!--")
        || [&b"<!doctype"[..], b"<html", b"<head", b"<meta", b"<title", b"<script", b"<body"]
            .into_iter()
            .any(begins)
}

impl Source for Http {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        check_path(path)?;
        let mut url = format!("{}{path}", self.base);
        for _ in 0..=MAX_REDIRECTS {
            let mut answer = self.get(&url)?;
            let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
            match answer.status().as_u16() {
                200 => {}
                404 | 410 => return Ok(None),
                301 | 302 | 303 | 307 | 308 => {
                    let to = header("location").unwrap_or_default().to_owned();
                    let Some(next) = resolve(&url, &to) else {
                        return Err(SourceError::Redirect { url, to });
                    };
                    url = next;
                    continue;
                }
                status => return Err(SourceError::Status { url, status }),
            }
            let body = answer.body_mut().as_reader();
            let mut bytes = Vec::new();
            let read = read_bounded(path, body, max.max(PEEK), &mut bytes);
            if !path.ends_with(PAGE) && is_document(&bytes) {
                return Err(SourceError::Page { url });
            }
            read.map_err(|failed| match failed {
                ReadFailed::Io(error) => self.network(&url, &error.into()),
                ReadFailed::Long(error) => error,
            })?;
            let len = bytes.len() as u64;
            if len > max {
                return Err(SourceError::TooLong { path: path.into(), len, max });
            }
            return Ok(Some(bytes));
        }
        Err(SourceError::Redirect { url, to: format!("a place after {MAX_REDIRECTS} others") })
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(None)
    }

    fn at_hand(&self) -> bool {
        false
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::MAX_NOTE_LEN;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers each request with what `reply` makes of its path.
    fn host(reply: impl Fn(&str, usize) -> String + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/sub/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (stream, count) in listener.incoming().zip(0..) {
                let mut stream = stream.unwrap();
                let (mut seen, mut one) = (Vec::new(), [0]);
                while !seen.ends_with(b"\r\n\r\n") && stream.read(&mut one).unwrap() > 0 {
                    seen.push(one[0]);
                }
                let path = String::from_utf8(seen).unwrap();
                let path = path.split(' ').nth(1).unwrap().to_owned();
                let _ = stream.write_all(reply(&path, count).as_bytes());
            }
        });
        base
    }

    fn ok(body: &str) -> String {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    fn status(line: &str) -> String {
        format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    #[test]
    fn a_host_is_read_within_bounds_and_its_failures_are_not_answers() {
        let base = host(|path, count| match path {
            "/sub/checkpoint" => ok("hello"),
            "/sub/moved" => status("302 Found\r\nLocation: checkpoint"),
            "/sub/round" => status("301 Moved\r\nLocation: /sub/round"),
            "/sub/late" if count % 3 != 0 => status("503 Busy"),
            "/sub/late" => ok("late"),
            "/sub/down" => status("500 Down"),
            "/sub/closed" => status("403 Forbidden"),
            "/sub/cut" => {
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nab".into()
            }
            _ => status("404 Not Found"),
        });
        let http = Http::new(&base).unwrap();
        assert_eq!(http.read("checkpoint", 5).unwrap().unwrap(), b"hello");
        assert!(matches!(http.read("checkpoint", 4), Err(SourceError::TooLong { max: 4, .. })));
        assert_eq!(http.read("moved", 9).unwrap().unwrap(), b"hello");
        assert_eq!(http.read("none", 9).unwrap(), None);
        assert_eq!(http.read("late", 9).unwrap().unwrap(), b"late");
        assert!(matches!(http.read("round", 9), Err(SourceError::Redirect { .. })));
        assert!(matches!(http.read("down", 9), Err(SourceError::Status { status: 500, .. })));
        assert!(matches!(http.read("closed", 9), Err(SourceError::Status { status: 403, .. })));
        assert!(matches!(http.read("cut", 999), Err(SourceError::Network { .. })));
        assert!(matches!(http.read("../secret", 9), Err(SourceError::Path { .. })));
    }

    #[test]
    fn a_page_in_place_of_a_file_is_no_answer_and_a_page_that_is_asked_for_is_one() {
        let sign_in = "\u{feff}\n <!DOCTYPE html><html><title>登录 sign in</title>".to_owned();
        let pages = [
            sign_in.clone(),
            sign_in + &"…".repeat(5_000),
            "<HTML>".into(),
            "<html lang=\"zh\">".into(),
            "<script>location='/'</script>".into(),
            "<!-- portal --><meta http-equiv=\"refresh\">".into(),
        ];
        let files = ["<?xml version=\"1.0\"?>", "<svg>", "<htmlish", "<3", "{}", "<", ""];
        let sent: Vec<String> =
            pages.iter().map(String::as_str).chain(files).map(str::to_owned).collect();
        let base = host(move |path, _| {
            let number = path.trim_start_matches("/sub/").split(['.', '/']).next().unwrap();
            ok(&sent[number.parse::<usize>().unwrap()])
        });
        let http = Http::new(&base).unwrap();
        for (page, number) in pages.iter().zip(0_usize..) {
            // However short the file should be.
            for max in [1, 32, MAX_NOTE_LEN as u64, 99_999] {
                let read = http.read(&number.to_string(), max);
                assert!(matches!(read, Err(SourceError::Page { .. })), "{number} {max}: {read:?}");
            }
            let asked = http.read(&format!("{number}/index.html"), 99_999).unwrap().unwrap();
            assert_eq!(asked, page.as_bytes());
        }
        for (file, number) in files.iter().zip(pages.len()..) {
            assert_eq!(http.read(&number.to_string(), 99).unwrap().unwrap(), file.as_bytes());
        }
        let read = http.read(&pages.len().to_string(), 3);
        assert!(matches!(read, Err(SourceError::TooLong { len: 21, max: 3, .. })), "{read:?}");
    }

    #[test]
    fn a_host_that_goes_silent_is_not_waited_for_again_and_again() {
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                heard.fetch_add(1, Relaxed);
                // The beginning of an answer, and then nothing.
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nab");
                open.push(stream);
            }
        });
        let http = Http::patient(&base, Duration::from_millis(300)).unwrap();
        for path in ["checkpoint", "tile/0/000", "index.html", "days/index.html"] {
            let failed = http.clone().read(path, 999);
            assert!(matches!(failed, Err(SourceError::Network { .. })), "{path}: {failed:?}");
        }
        assert_eq!(asked.load(Relaxed), 1);
    }

    #[test]
    fn a_redirect_never_leaves_https_and_an_address_is_http() {
        let from = "https://a.example/x/y";
        assert_eq!(resolve(from, "z").unwrap(), "https://a.example/x/z");
        assert_eq!(resolve(from, "/z").unwrap(), "https://a.example/z");
        assert_eq!(resolve(from, "//b.example/z").unwrap(), "https://b.example/z");
        assert_eq!(resolve(from, "http://a.example/z"), None);
        assert_eq!(
            resolve("http://a.example/x", "https://a.example/x").unwrap(),
            "https://a.example/x"
        );
        assert_eq!(resolve(from, "file:///etc/passwd"), None);
        for bad in
            ["", "a.example", "ftp://a.example", "https://", "https:///x", "http://a.example/?q"]
        {
            assert!(Http::new(bad).is_err(), "{bad}");
        }
    }
}
