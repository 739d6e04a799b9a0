//! A folder served on the loopback, and a client that speaks to it byte by byte.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use yishan::server::{Base, Hit, Limits, Server, Settings};

/// How long a client waits for anything before the test fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of a folder of its own.
pub(crate) struct Host {
    pub(crate) folder: PathBuf,
    server: Option<Server>,
    hits: Arc<Mutex<Vec<Hit>>>,
    _kept: tempfile::TempDir,
}

/// An answer: its status, its fields by their names in small letters, its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a field, empty if it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Host {
    /// Serves `files` under `base`.
    pub(crate) fn new(files: &BTreeMap<String, Vec<u8>>, base: &str, limits: Limits) -> Host {
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().join("site");
        std::fs::create_dir(&folder).unwrap();
        for (name, bytes) in files {
            put(&folder, name, bytes);
        }
        let hits: Arc<Mutex<Vec<Hit>>> = Arc::default();
        let told = Arc::clone(&hits);
        let settings = Settings {
            folder: folder.clone(),
            base: Base::parse(base).unwrap(),
            limits,
            now: Instant::now,
            told: Arc::new(move |hit| told.lock().unwrap().push(hit)),
        };
        let server = Server::start("127.0.0.1:0".parse().unwrap(), settings).unwrap();
        Host { folder, server: Some(server), hits, _kept: kept }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().unwrap().address()
    }

    /// A connection.
    pub(crate) fn dial(&self) -> TcpStream {
        dial(self.address())
    }

    /// What comes back for exactly these bytes, until the server hangs up.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.dial();
        // A server that refuses may hang up before it has read everything.
        let _ = stream.write_all(bytes);
        to_the_end(&mut stream)
    }

    /// A request with these further fields.
    pub(crate) fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let line = |all: String, (name, value): &(&str, &str)| all + name + ": " + value + "\r\n";
        let more = fields.iter().fold(String::new(), line);
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{more}\r\n");
        parse(&self.raw(head.as_bytes()), method == "HEAD").unwrap_or_else(|| panic!("{head}"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Stops the server and gives all that it told.
    pub(crate) fn stop(&mut self) -> Vec<Hit> {
        self.server.take().unwrap().stop();
        std::mem::take(&mut self.hits.lock().unwrap())
    }

    /// What it told so far.
    pub(crate) fn hits(&self) -> Vec<Hit> {
        self.hits.lock().unwrap().clone()
    }
}

/// Puts a file up as publishing does: beside, then by its name.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let new = folder.join(format!("{name}.new"));
    std::fs::write(&new, bytes).unwrap();
    std::fs::rename(new, path).unwrap();
}

pub(crate) fn dial(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Everything until the other side hangs up, politely or not.
pub(crate) fn to_the_end(stream: &mut TcpStream) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), vec![0; 65536]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return all,
            Ok(count) => all.extend_from_slice(&piece[..count]),
            Err(why) if why.kind() == ErrorKind::WouldBlock => panic!("the server is silent"),
            Err(_) => return all,
        }
    }
}

/// One whole answer, or none.
pub(crate) fn parse(bytes: &[u8], bodiless: bool) -> Option<Answer> {
    let (answer, rest) = parse_first(bytes, bodiless)?;
    assert!(rest.is_empty(), "{} bytes behind the answer", rest.len());
    Some(answer)
}

/// The first answer, and what follows it.
pub(crate) fn parse_first(bytes: &[u8], bodiless: bool) -> Option<(Answer, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().strip_prefix("HTTP/1.").unwrap()[2..5].parse().unwrap();
    let mut fields = BTreeMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let before = fields.insert(name.to_ascii_lowercase(), value.to_owned());
        assert_eq!(before, None, "{name} stands there twice");
    }
    let none = bodiless || status == 304 || status == 204;
    let len = if none { 0 } else { fields.get("content-length").map_or(0, |n| n.parse().unwrap()) };
    let body = bytes.get(end + 4..end + 4 + len)?.to_vec();
    Some((Answer { status, fields, body }, &bytes[end + 4 + len..]))
}
