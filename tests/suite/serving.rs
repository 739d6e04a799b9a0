//! `yishan serve` as a process, and a published fund seen through it.

use crate::home::Home;
use crate::host::{Answer, dial, parse, to_the_end};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time: a process that begins while a fund is written holds its lock for a moment.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server of its own process, gone with the test.
struct Process(Child, SocketAddr, String);

impl Process {
    fn begin(folder: &Path, more: &[&str]) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yishan"))
            .args(["serve", "--json", "--listen", "127.0.0.1:0"])
            .arg(folder)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&told["schema"], &told["verdict"]), (&1.into(), &"serving".into()));
        let url = told["url"].as_str().unwrap().to_owned();
        let address = url.split('/').nth(2).unwrap().parse().unwrap();
        Process(child, address, url)
    }

    fn get(&self, path: &str, more: &str) -> Answer {
        let mut stream = dial(self.1);
        let head = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{more}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        parse(&to_the_end(&mut stream), false).unwrap()
    }

    /// Sends a signal, and gives the exit code and what was said on standard error.
    fn end(mut self, signal: &str) -> (i32, String) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut said = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.0.wait().unwrap().code().unwrap(), said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A fund of two days, published in `public`.
fn home() -> Home {
    let home = Home::new();
    for day in 0..2 {
        for number in 0..5 {
            home.give(day * 100 + number + 1);
        }
        home.close();
        home.wait(24 * 3600);
    }
    home
}

#[cfg(unix)]
#[test]
fn serving_ends_with_a_signal_and_logs_nothing_of_who_asked() {
    let _alone = alone();
    let home = home();
    for signal in ["-TERM", "-INT"] {
        let process = Process::begin(&home.path("public"), &[]);
        let more = "User-Agent: Secret/1\r\nReferer: http://secret/\r\nCookie: secret=1\r\n";
        assert_eq!(process.get("/d/2026-11-22/index.html?secret=4200002345", more).status, 200);
        assert_eq!(process.get("/secret4200002345", more).status, 404);
        let (code, said) = process.end(signal);
        assert_eq!(code, 0, "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2, "{said}");
        let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
        assert_eq!(words[0][1..4], ["GET", "page", "200"], "{said}");
        assert_eq!(words[1][1..4], ["GET", "-", "404"], "{said}");
        let secret = ["127.0.0.1", "ecret", "42000", "2026-11-22/", "?"];
        assert!(secret.iter().all(|word| !said.contains(word)), "{said}");
    }
    let log = home.path("access.log");
    for _ in 0..2 {
        let process = Process::begin(&home.path("public"), &["--log", log.to_str().unwrap()]);
        process.get("/checkpoint", "");
        assert_eq!(process.end("-TERM"), (0, String::new()));
    }
    let kept = std::fs::read_to_string(log).unwrap();
    assert_eq!(kept.matches(" GET checkpoint 200 ").count(), 2, "{kept}");
}

#[test]
fn only_a_published_folder_is_served_and_only_where_there_is_room() {
    let _alone = alone();
    let home = home();
    for folder in ["fund", "keys", ".", "nowhere"] {
        home.bad(&format!("serve {folder}"), 3, "不是公示文件夹", "is no published folder");
    }
    home.bad("serve public --listen localhost", 2, "地址写成", "an address such as");
    home.bad("serve public --base sub", 2, "路径以 / 开头", "a path that begins");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    home.bad(&format!("serve public --listen {listen}"), 3, "换一个端口", "take another port");
}

/// Every address in a page, a feed or a list of pages, as it stands there.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in ["href=\"", "src=\"", "action=\"", "data-base=\""] {
        let starts = text.match_indices(mark).map(|(at, _)| &text[at + mark.len()..]);
        found.extend(starts.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")));
    }
    // The icon of a page is in it, and is no file.
    found.retain(|link| !link.starts_with("data:image/svg+xml;base64,"));
    found
}

/// Where a relative address in the page at `from` leads.
fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split(['#', '?']).next().unwrap().split('/') {
        match part {
            ".." => assert!(parts.pop().is_some_and(|part| !part.is_empty()), "{link} in {from}"),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn what_is_served_under_a_sub_path_is_what_a_file_host_would_serve() {
    let _alone = alone();
    let home = home();
    let base = "/sub/path/";
    let files = home.files("public");
    let process = Process::begin(&home.path("public"), &["--base", base]);
    assert!(process.2.ends_with("/sub/path/"));
    // Every page that pages lead to, from the first.
    let (mut known, mut waiting) = (BTreeSet::new(), vec![base.to_owned()]);
    let mut served: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        if !known.insert(path.clone()) {
            continue;
        }
        assert!(path.starts_with(base), "{path} leads out of the site");
        let answer = process.get(&path, "");
        assert_eq!(answer.status, 200, "{path}");
        let inside = path.strip_prefix(base).unwrap();
        let slash = inside.is_empty() || inside.ends_with('/');
        let name = if slash { format!("{inside}index.html") } else { inside.to_owned() };
        assert_eq!(&answer.body, &files[&name], "{path}");
        if name.rsplit('.').next() == Some("html") && !name.starts_with("checker.") {
            for link in links(&answer.text()) {
                let scheme = link.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
                assert!(!link.starts_with("http") && !link.starts_with('/'), "{link} in {path}");
                if !scheme && !link.starts_with('#') && !link.is_empty() {
                    waiting.push(resolve(&path, &link));
                }
            }
        }
        served.insert(name, answer.body);
    }
    assert!(served.len() > 15, "pages lead to {} files only: {:?}", served.len(), served.keys());
    // And everything that checkers fetch by themselves.
    for (name, bytes) in &files {
        assert_eq!(&process.get(&format!("{base}{name}"), "").body, bytes, "{name}");
    }
    let (code, text) = home.run(&format!("verify {} --key public/log.vkey", process.2));
    assert_eq!(code, 0, "{text}");
    // Publishing the same again changes no file.
    let again = home.good("--json publish");
    let told: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!(told["written"], 0, "{again}");
    assert_eq!(home.files("public"), files);
    let anew = home.good("--json publish --anew");
    let told: serde_json::Value = serde_json::from_str(&anew).unwrap();
    assert_eq!(told["written"], 0, "{anew}");
    assert_eq!(home.files("public"), files);
}
