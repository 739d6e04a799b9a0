//! What is served is what was published, byte for byte, however it is asked for.

use crate::forge::{Files, town_files};
use crate::host::{Answer, Host, put};
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use yishan::server::{Class, Limits};

fn town() -> (Host, Files) {
    let (_, files) = town_files();
    (Host::new(&files, "/", Limits::default()), files)
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn every_published_file_is_served_byte_for_byte() {
    let (mut host, files) = town();
    assert!(files.len() > 60, "only {} files", files.len());
    let mut packed = 0;
    for (name, bytes) in &files {
        let path = format!("/{name}");
        let plain = host.get(&path);
        assert_eq!((plain.status, &plain.body), (200, bytes), "{name}");
        assert_eq!(plain.field("content-length"), bytes.len().to_string());
        assert_eq!(plain.field("content-encoding"), "");
        let head = host.ask("HEAD", &path, &[]);
        assert_eq!((head.status, &*head.body), (200, &b""[..]), "{name}");
        let same = |a: &Answer, b: &Answer| {
            let without = |a: &Answer| {
                a.fields.clone().into_iter().filter(|(n, _)| n != "date").collect::<Vec<_>>()
            };
            assert_eq!(without(a), without(b), "{name}");
        };
        same(&head, &plain);
        // Compressed it is the same file under another tag, and never longer.
        let gzip = [("Accept-Encoding", "gzip, deflate, br")];
        let small = host.ask("GET", &path, &gzip);
        same(&host.ask("HEAD", &path, &gzip), &small);
        assert_eq!(small.status, 200, "{name}");
        if small.field("content-encoding") == "gzip" {
            packed += 1;
            assert_eq!(&unpacked(&small), bytes, "{name}");
            assert_ne!(small.field("etag"), plain.field("etag"));
            assert!(small.body.len() < bytes.len());
            assert_eq!(host.ask("GET", &path, &gzip).body, small.body);
        } else {
            assert_eq!(&small.body, bytes, "{name}");
        }
        // Who has it is not sent it again.
        for (fields, tag) in [(&[][..], plain.field("etag")), (&gzip[..], small.field("etag"))] {
            let fields = [fields, &[("If-None-Match", tag)]].concat();
            let again = host.ask("GET", &path, &fields);
            assert_eq!(
                (again.status, again.field("etag"), again.body.len()),
                (304, tag, 0),
                "{name}"
            );
        }
        let since = [("If-Modified-Since", plain.field("last-modified"))];
        assert_eq!(host.ask("GET", &path, &since).status, 304);
    }
    assert!(packed > 20, "only {packed} files were compressed");
    let hits = host.stop();
    assert!(hits.iter().all(|hit| hit.class != Class::Nothing && hit.bytes <= 1 << 20));
    assert_eq!(hits.len(), files.len() * 7 + packed);
}

#[test]
fn what_never_changes_is_kept_and_what_may_change_is_asked_for() {
    let (host, files) = town();
    let for_ever = "public, max-age=31536000, immutable";
    let mut seen = 0;
    for name in files.keys() {
        let answer = host.ask("HEAD", &format!("/{name}"), &[]);
        let partial = name.contains(".p/");
        let wanted = match name.split('/').next().unwrap() {
            "tile" if partial => "public, max-age=300",
            "tile" | "day" => for_ever,
            _ => "no-cache",
        };
        assert_eq!(answer.field("cache-control"), wanted, "{name}");
        seen += usize::from(wanted == for_ever);
        let media = answer.field("content-type");
        assert_eq!(media == "application/octet-stream", name.starts_with("tile/"), "{name}");
        assert!(media.contains("charset=utf-8") || name.starts_with("tile/"), "{name}: {media}");
    }
    assert!(seen > 3, "{seen} files that never change");
}

#[test]
fn a_page_may_run_only_what_is_published_and_anybody_may_read_it() {
    let (host, files) = town();
    let odd = ["/nothing", "/tile/9/000", "/v1/nothing.json", "/..%2f", "/d"];
    let asked = files.keys().map(|name| format!("/{name}")).chain(odd.map(String::from));
    for path in asked {
        let answer = host.get(&path);
        let policy = answer.field("content-security-policy");
        assert!(policy.starts_with("default-src 'self'; img-src 'self' data:;"), "{path}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert!(policy.contains("base-uri 'none'") && policy.contains("form-action"));
        assert_eq!(answer.field("x-content-type-options"), "nosniff");
        assert_eq!(answer.field("referrer-policy"), "no-referrer");
        assert_eq!(answer.field("access-control-allow-origin"), "*");
        let exposed = answer.field("access-control-expose-headers");
        for name in ["Content-Range", "ETag", "Content-Length"] {
            assert!(exposed.contains(name), "{path}: {name}");
        }
        for name in ["permissions-policy", "cross-origin-opener-policy", "cache-control"] {
            assert_ne!(answer.field(name), "", "{path}: {name}");
        }
    }
    // The checker that carries its own script is for the disk.
    assert_eq!(host.get("/checker.zh.html").field("content-disposition"), "attachment");
    assert_eq!(host.get("/index.html").field("content-disposition"), "");
    let asked = [("Origin", "https://a.example"), ("Access-Control-Request-Headers", "range")];
    let answer = host.ask("OPTIONS", "/tile/entries/000", &asked);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(answer.field("access-control-allow-headers").contains("Range"));
    assert_eq!(answer.field("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    assert_eq!(host.ask("OPTIONS", "*", &[]).status, 204);
}

#[test]
fn a_part_is_the_same_part_of_the_same_file() {
    let bytes: Vec<u8> = (0_u32..100_000).flat_map(u32::to_be_bytes).collect();
    let files = Files::from([("tile/entries/000".into(), bytes.clone()), ("empty".into(), vec![])]);
    let host = Host::new(&files, "/", Limits::default());
    let path = "/tile/entries/000";
    let (len, tag) = (bytes.len(), host.get(path).field("etag").to_owned());
    let part = |range: &str| host.ask("GET", path, &[("Range", range)]);
    for (range, from, to) in [
        ("bytes=0-0", 0, 0),
        ("bytes=5-300000", 5, 300_000),
        ("bytes=65535-65536", 65_535, 65_536),
        ("bytes=-1", len - 1, len - 1),
        ("bytes=399990-", 399_990, len - 1),
        ("bytes=399990-999999999999999999999999", 399_990, len - 1),
    ] {
        // Asked for or not, a part is never compressed.
        let answer = host.ask("GET", path, &[("Range", range), ("Accept-Encoding", "gzip")]);
        assert_eq!((answer.status, answer.field("etag")), (206, &*tag), "{range}");
        assert_eq!(answer.field("content-range"), format!("bytes {from}-{to}/{len}"));
        assert_eq!(answer.field("content-encoding"), "");
        assert!(answer.body == bytes[from..=to], "{range}");
    }
    for range in ["bytes=400000-", "bytes=-0", "bytes=999999999999999999999999-"] {
        let answer = part(range);
        assert_eq!(
            (answer.status, answer.field("content-range")),
            (416, "bytes */400000"),
            "{range}"
        );
    }
    for range in ["bytes=0-1,3-4", "bytes=3-1", "lines=0-1", "bytes=x"] {
        let answer = part(range);
        assert!(answer.status == 200 && answer.body == bytes, "{range}");
    }
    // Only of the file that the client has the beginning of.
    for (condition, status) in
        [(&*tag, 206), ("\"other\"", 200), ("Sun, 22 Nov 2026 13:00:00 GMT", 200)]
    {
        let fields = [("Range", "bytes=0-9"), ("If-Range", condition)];
        assert_eq!(host.ask("GET", path, &fields).status, status, "{condition}");
    }
    let head = host.ask("HEAD", path, &[("Range", "bytes=0-9")]);
    assert_eq!((head.status, head.field("content-length")), (200, "400000"));
    assert_eq!(host.ask("GET", path, &[("If-Match", "\"other\"")]).status, 412);
    assert_eq!(host.ask("GET", path, &[("If-Match", &tag)]).status, 200);
    assert_eq!(host.ask("GET", "/empty", &[("Range", "bytes=0-")]).status, 416);
    assert_eq!((host.get("/empty").status, host.get("/empty").field("content-length")), (200, "0"));
}

#[test]
fn a_folder_leads_to_its_page_and_never_to_another_host() {
    let (host, files) = town();
    let first = host.get("/");
    assert_eq!((first.status, &first.body), (200, &files["index.html"]));
    let day = files.keys().find(|name| name.starts_with("d/")).unwrap();
    let folder = format!("/{}", day.strip_suffix("/index.html").unwrap());
    let moved = host.get(&format!("{folder}?from=timeline"));
    let to = folder.rsplit('/').next().unwrap();
    assert_eq!((moved.status, moved.field("location")), (301, &*format!("./{to}/")));
    assert_eq!(host.get(&format!("{folder}/")).body, files[day]);
    // A folder without a page is nothing, and neither is a file asked for as a folder.
    for path in ["/tile", "/tile/", "/tile/0/", "/index.html/", "/checkpoint/"] {
        assert_eq!(host.get(path).status, 404, "{path}");
    }
    for path in ["//evil.example", "//evil.example/", "//evil.example/%2e%2e", "/\\evil.example"] {
        let answer = host.get(path);
        assert_eq!((answer.status, answer.field("location")), (404, ""), "{path}");
    }
    let sub = Host::new(&files, "/sub/path/", Limits::default());
    let moved = sub.get("/sub/path");
    assert_eq!((moved.status, moved.field("location")), (301, "./path/"));
    assert_eq!(sub.get("/sub/path/").body, files["index.html"]);
    for path in ["/", "/index.html", "/sub/", "/sub/pathindex.html", "/sub/path/../index.html"] {
        assert_eq!(sub.get(path).status, 404, "{path}");
    }
}

#[test]
fn who_asks_for_nothing_is_told_so_in_both_languages() {
    let (host, _) = town();
    let page = host.get("/d/2020-01-01/");
    assert_eq!((page.status, page.field("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.text().contains("没有这一页") && page.text().contains("there is no such page"));
    let json = host.get("/v1/nothing.json");
    let value: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!((json.status, value["status"].as_u64()), (404, Some(404)));
    assert_eq!(host.get("/tile/0/999").field("content-type"), "text/plain; charset=utf-8");
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let answer = host.ask(method, "/index.html", &[]);
        assert_eq!((answer.status, answer.field("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
        assert!(answer.text().contains("这里只供查阅"));
    }
    let head = host.ask("HEAD", "/nothing", &[]);
    assert!(head.status == 404 && head.field("content-length") != "0" && head.body.is_empty());
}

/// Two versions of a page take turns at one name while clients read it.
#[test]
fn a_folder_that_is_published_anew_is_served_whole_in_every_answer() {
    let page = |letter: u8, len: usize| vec![letter; len];
    let (old, new) = (page(b'a', 300_000), page(b'b', 200_001));
    let files = Files::from([("index.html".into(), old.clone())]);
    let host = Host::new(&files, "/", Limits::default());
    let (done, mut seen) = (AtomicBool::new(false), [0_usize; 2]);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let publisher = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                put(&host.folder, "index.html", &new);
                put(&host.folder, "index.html", &old);
            }
        });
        let client = || {
            let ask = |n: usize| match n % 3 {
                0 => host.ask("GET", "/", &[("Range", "bytes=100000-250000")]),
                1 => host.ask("GET", "/", &[("Accept-Encoding", "gzip")]),
                _ => host.get("/"),
            };
            (0..60).map(ask).collect::<Vec<_>>()
        };
        let clients = [scope.spawn(client), scope.spawn(client)];
        let answers = clients.map(|client| client.join().unwrap()).concat();
        done.store(true, Ordering::Relaxed);
        publisher.join().unwrap();
        answers
    });
    let mut tags = std::collections::BTreeMap::new();
    for answer in answers {
        let body = if answer.field("content-encoding") == "gzip" {
            unpacked(&answer)
        } else {
            answer.body.clone()
        };
        let version = usize::from(body[0] == b'b');
        let whole = [&old, &new][version];
        let wanted =
            if answer.status == 206 { &whole[100_000..whole.len().min(250_001)] } else { whole };
        assert!(body == wanted, "neither the old page nor the new one, or both");
        assert_eq!(*tags.entry(answer.field("etag").to_owned()).or_insert(version), version);
        seen[version] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}
