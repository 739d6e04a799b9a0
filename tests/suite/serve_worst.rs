//! Clients at their worst: paths that lead outside, heads without end, hands that never take.

use crate::forge::Files;
use crate::fund::Dice;
use crate::host::{Host, dial, parse, parse_first, to_the_end};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use yishan::server::Limits;

const PAGE: &[u8] = b"<!doctype html><title>home</title>";

fn files() -> Files {
    let large: Vec<u8> = (0..24_u32 << 20).map(|n| (n >> 3).to_le_bytes()[0]).collect();
    Files::from([
        ("index.html".into(), PAGE.to_vec()),
        ("checkpoint".into(), b"note\n".to_vec()),
        ("tile/0/000".into(), vec![7; 8192]),
        ("tile/entries/000".into(), large),
        ("d/2026-11-22/index.html".into(), PAGE.to_vec()),
    ])
}

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(50);

/// Limits that a test can wait for.
fn short() -> Limits {
    Limits {
        connections: 40,
        head: Duration::from_millis(700),
        window: Duration::from_millis(700),
        stop: Duration::from_millis(700),
        ..Limits::default()
    }
}

#[test]
fn no_path_leads_out_of_the_folder_or_to_what_is_no_file() {
    let host = Host::new(&files(), "/", Limits::default());
    let outside = host.folder.parent().unwrap();
    std::fs::write(outside.join("secret"), "the vault").unwrap();
    std::fs::create_dir(outside.join("keys")).unwrap();
    std::fs::write(outside.join("keys/log.key"), "the key").unwrap();
    std::fs::write(host.folder.join(".hidden"), "the vault").unwrap();
    std::fs::write(host.folder.join("index.html.new"), "the vault").unwrap();
    let mut paths: Vec<String> = [
        "/../secret",
        "/..",
        "/../",
        "/%2e%2e/secret",
        "/%2E%2E%2Fsecret",
        "/..%2fsecret",
        "/.%2e/secret",
        "/d/../../secret",
        "/d/2026-11-22/../../../secret",
        "/%252e%252e/secret",
        "/..%5csecret",
        "/..\\secret",
        "/%5c..%5csecret",
        "/index.html%00",
        "/index.html%00.css",
        "/%00",
        "/.hidden",
        "/%2ehidden",
        "/./.hidden",
        "/d/.",
        "/./index.html",
        "/d//2026-11-22/index.html",
        "/index.html.new",
        "/%c0%ae%c0%ae/secret",
        "/%u002e/secret",
        "/~",
        "/~root",
        "/C:/secret",
        "/index.html::$DATA",
        "/index.html.",
        "/index.html%20",
        "/proc/self/environ",
        "/etc/passwd",
    ]
    .map(String::from)
    .into();
    paths.push(format!("/{}secret", "../".repeat(50)));
    paths.push(format!("/{}", "a".repeat(255)));
    paths.push(format!("/{}", "a".repeat(300)));
    paths.push(format!("{}/{}", outside.display(), "secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;
        symlink(outside.join("secret"), host.folder.join("link")).unwrap();
        symlink(outside.join("keys"), host.folder.join("linked")).unwrap();
        symlink("index.html", host.folder.join("inside.html")).unwrap();
        symlink("loop", host.folder.join("loop")).unwrap();
        symlink(outside.join("keys"), host.folder.join("d/2026-11-23")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(host.folder.join("pipe")).status();
        assert!(pipe.unwrap().success());
        std::mem::forget(UnixListener::bind(host.folder.join("socket")).unwrap());
        let more =
            ["/link", "/linked/log.key", "/inside.html", "/loop", "/pipe", "/socket", "/linked"];
        paths.extend(more.map(String::from));
        paths.push("/d/2026-11-23/log.key".into());
    }
    for path in &paths {
        for method in ["GET", "HEAD"] {
            let answer = host.ask(method, path, &[]);
            assert_eq!(answer.status, 404, "{method} {path}");
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains("the vault") && !text.contains("the key"), "{path}");
        }
    }
    // The same through a path that is no HTTP at all, or names another host first.
    for line in ["GET ../secret HTTP/1.1", "GET secret HTTP/1.1", "GET http://h/../secret HTTP/1.1"]
    {
        let got = host.raw(format!("{line}\r\nHost: h\r\nConnection: close\r\n\r\n").as_bytes());
        let status = parse(&got, false).unwrap().status;
        assert!(status == 400 || status == 404, "{line}: {status}");
    }
    let got =
        host.raw(b"GET http://other/index.html HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_eq!(parse(&got, false).unwrap().body, PAGE);
    assert_eq!(host.get("/index.html").status, 200);
}

#[test]
fn a_request_is_well_formed_and_no_longer_than_it_needs() {
    let mut host = Host::new(&files(), "/", Limits::default());
    let status = |bytes: &[u8]| {
        let got = host.raw(bytes);
        parse_first(&got, false).map(|(answer, _)| answer.status)
    };
    let long =
        |len| format!("GET /{} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "a".repeat(len));
    assert_eq!(status(long(1_024).as_bytes()), Some(414));
    assert_eq!(status(long(8_000).as_bytes()), Some(414));
    assert_eq!(status(long(20_000).as_bytes()), Some(431));
    assert_eq!(status(long(5_000_000).as_bytes()), Some(431));
    let field = format!("GET / HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "a".repeat(20_000));
    assert_eq!(status(field.as_bytes()), Some(431));
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X: y\r\n".repeat(200));
    assert_eq!(status(many.as_bytes()), Some(431));
    for bad in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/3.7\r\nHost: h\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "G\0T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
    ] {
        let mut stream = host.dial();
        stream.write_all(bad.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let got = to_the_end(&mut stream);
        let status = parse_first(&got, false).map(|(answer, _)| answer.status);
        assert!(matches!(status, Some(400 | 405) | None), "{bad:?}: {status:?}");
    }
    // What is sent along is not read as the next request.
    let smuggled = "GET /index.html HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nGET /checkpoint HTTP/1.1\r\nHost: h\r\n\r\n";
    let got = host.raw(smuggled.as_bytes());
    let (first, rest) = parse_first(&got, false).unwrap();
    assert_eq!((&*first.body, rest, first.field("connection")), (PAGE, &b""[..], "close"));
    // Old clients, and several requests at once, are answered in their order.
    let got = host.raw(b"GET /checkpoint HTTP/1.0\r\n\r\n");
    assert_eq!(parse(&got, false).unwrap().body, b"note\n");
    let two = "GET /checkpoint HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let got = host.raw(two.as_bytes());
    let (first, rest) = parse_first(&got, false).unwrap();
    assert_eq!((&*first.body, &*parse(rest, false).unwrap().body), (&b"note\n"[..], PAGE));
    assert!(host.stop().iter().any(|hit| hit.status == 414));
}

/// How long until the server hangs up on a client that does `next` again and again.
fn until_cut(mut stream: TcpStream, mut next: impl FnMut(&mut TcpStream) -> bool) -> Duration {
    let begun = Instant::now();
    while next(&mut stream) {
        assert!(begun.elapsed() < PATIENCE, "never cut");
    }
    begun.elapsed()
}

#[test]
fn a_head_that_never_ends_is_cut_and_so_is_one_that_never_begins() {
    let host = Host::new(&files(), "/", short());
    let (begun, cut) = (b"GET / HTTP/1.1\r\nHost: h\r\nX: ", Duration::from_millis(500));
    // A byte every now and then does not help.
    let mut stream = host.dial();
    stream.write_all(begun).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let took = until_cut(stream, |stream| {
        let alive = stream.write_all(b"a").is_ok();
        alive && !matches!(stream.read(&mut [0; 1]), Ok(0))
    });
    assert!(took >= cut, "cut after {took:?}");
    // Nor does saying nothing, before a first request or after one.
    let begun = Instant::now();
    assert_eq!(to_the_end(&mut host.dial()), b"");
    assert!(begun.elapsed() >= cut);
    let mut stream = host.dial();
    stream.write_all(b"GET /checkpoint HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    let begun = Instant::now();
    let got = to_the_end(&mut stream);
    assert_eq!(parse(&got, false).unwrap().body, b"note\n");
    assert!(begun.elapsed() >= cut);
}

#[test]
fn a_client_that_does_not_take_what_it_asked_for_is_cut_and_one_that_takes_it_slowly_is_not() {
    let mut host = Host::new(&files(), "/", short());
    let ask = b"GET /tile/entries/000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let mut stuck = host.dial();
    stuck.write_all(ask).unwrap();
    let mut slow = host.dial();
    slow.write_all(ask).unwrap();
    let (begun, mut piece) = (Instant::now(), vec![0; 40_000]);
    while host.hits().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "never cut");
        sleep(Duration::from_millis(20));
        // Steady, if slow: far more than the floor in every window.
        let _ = slow.read(&mut piece).unwrap();
    }
    let cut = host.hits()[0];
    assert!(cut.status == 200 && cut.bytes < 24 << 20, "{cut:?}");
    assert!(to_the_end(&mut stuck).len() < 24 << 20);
    assert!(host.stop().len() == 2, "the slow one was told of when it ended");
}

#[test]
fn more_connections_than_there_is_room_for_wait_their_turn() {
    let host = Host::new(&files(), "/", Limits { connections: 2, ..Limits::default() });
    let (one, two) = (host.dial(), host.dial());
    sleep(Duration::from_millis(50));
    let mut third = host.dial();
    third.write_all(b"GET /checkpoint HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    third.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    assert!(third.read(&mut [0; 1]).is_err(), "answered beyond the limit");
    drop((one, two));
    third.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(parse(&to_the_end(&mut third), false).unwrap().body, b"note\n");
}

/// Whoever is stuck for longer than a stop waits is cut with the server.
#[test]
fn a_stop_waits_for_nobody_for_ever() {
    let limits = Limits { stop: Duration::from_millis(300), ..Limits::default() };
    let mut host = Host::new(&files(), "/", limits);
    let mut stuck = host.dial();
    stuck.write_all(b"GET /tile/entries/000 HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    stuck.read_exact(&mut [0; 1]).unwrap();
    let begun = Instant::now();
    let hits = host.stop();
    // Long before the limit for one that takes nothing.
    assert!(begun.elapsed() < Limits::default().window, "{:?}", begun.elapsed());
    assert!(hits.len() == 1 && hits[0].bytes < 24 << 20);
}

#[test]
fn a_stop_lets_answers_end() {
    // What is stuck ends by its own limit, long before the stop's.
    let mut host = Host::new(&files(), "/", Limits { stop: PATIENCE, ..short() });
    let address = host.address();
    let ask = b"GET /tile/entries/000 HTTP/1.1\r\nHost: h\r\n\r\n";
    let (mut reading, mut stuck, mut idle) = (host.dial(), host.dial(), host.dial());
    reading.write_all(ask).unwrap();
    stuck.write_all(ask).unwrap();
    // The answer has begun when its first byte is here.
    reading.read_exact(&mut [0; 1]).unwrap();
    stuck.read_exact(&mut [0; 1]).unwrap();
    let reader = thread::spawn(move || to_the_end(&mut reading).len());
    let begun = Instant::now();
    let hits = host.stop();
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert!(reader.join().unwrap() > 24 << 20, "an answer under way was cut");
    assert_eq!(to_the_end(&mut idle), b"");
    assert_eq!(hits.len(), 2);
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}

/// One of several.
fn any<'t>(dice: &mut Dice, several: &[&'t str]) -> &'t str {
    several[usize::try_from(dice.next()).unwrap() % several.len()]
}

/// A request whose form is right, whatever it asks.
fn formed(dice: &mut Dice) -> String {
    let methods = ["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "X"];
    let names = [
        "index.html",
        "tile",
        "entries",
        "0",
        "000",
        "d",
        "..",
        "%2e",
        "%00",
        "",
        "a",
        "%",
        "checkpoint",
        "x001",
        ".p",
        "%ff",
        "~",
        "\\",
        "2026-11-22",
        ";",
        "%2F",
    ];
    let fields = [
        "Range: bytes=0-1",
        "Range: bytes=-99999999999999999999",
        "Range: bytes=1-0,5-",
        "If-None-Match: *",
        "Range: ",
        "If-Range: \"\"",
        "Accept-Encoding: gzip;q=0.5,*;q=0",
        "If-Modified-Since: x",
        "If-Match: W/\"a\",,",
        "Accept-Encoding: ,;q=,",
        "If-None-Match: \"",
        "Origin: null",
        "Cookie: a=b",
        "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
        "Range: bytes=8191-8191",
    ];
    let mut path = String::new();
    for _ in 0..=dice.next() % 5 {
        path += "/";
        path += any(dice, &names);
    }
    if dice.next().is_multiple_of(4) {
        path += any(dice, &["?", "?from=timeline", "?a=%00", "??"]);
    }
    let mut text = format!("{} {path} HTTP/1.1\r\nHost: h\r\n", any(dice, &methods));
    for _ in 0..dice.next() % 4 {
        text += any(dice, &fields);
        text += "\r\n";
    }
    text + "\r\n"
}

#[test]
fn ten_thousand_odd_requests_are_answered_or_refused() {
    let mut host = Host::new(&files(), "/", Limits::default());
    let (address, answered) = (host.address(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for seed in 0..4 {
            let answered = &answered;
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                for _ in 0..2_500 {
                    let text = formed(&mut dice);
                    let mut bytes =
                        text.replace("Host: h", "Host: h\r\nConnection: close").into_bytes();
                    let damaged = dice.next().is_multiple_of(4);
                    if damaged {
                        for _ in 0..=dice.next() % 3 {
                            let at = usize::try_from(dice.next()).unwrap() % bytes.len();
                            bytes[at] = dice.next().to_le_bytes()[0];
                        }
                    }
                    let mut stream = dial(address);
                    let _ = stream.write_all(&bytes);
                    let _ = stream.shutdown(Shutdown::Write);
                    let got = to_the_end(&mut stream);
                    let answer = parse_first(&got, text.starts_with("HEAD"));
                    let status = answer.map(|(answer, _)| answer.status);
                    let known = [200, 204, 206, 301, 304, 400, 404, 405, 412, 414, 416, 431];
                    assert!(
                        status.is_some_and(|s| known.contains(&s)) || damaged,
                        "{status:?} {text}"
                    );
                    answered.fetch_add(usize::from(status.is_some()), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(host.get("/index.html").body, PAGE);
    let (hits, answered) = (host.stop(), answered.into_inner());
    // Whatever was read as a request was told of once: none was lost in a panic.
    assert!(answered > 8_000 && hits.len() > 7_500, "{answered} answered, {} told", hits.len());
}
