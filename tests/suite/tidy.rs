//! The house rules, read from the source tree: which module may use which, who touches the world
//! outside, and what every file owes its reader.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The architecture. A module may use the ones named beside it, and nothing else of ours; every
/// one of those stands above it here, so nothing goes round in a circle. `cli` sees all.
const MAY_USE: [(&str, &[&str]); 23] = [
    ("domain", &[]),
    ("tlog", &[]),
    ("contain", &[]),
    ("storage", &["contain"]),
    ("server", &[]),
    ("fingerprint", &[]),
    ("import", &["domain", "contain"]),
    ("keys", &["fingerprint"]),
    ("vault", &["keys"]),
    ("people", &["domain", "storage", "vault"]),
    ("seal", &["keys"]),
    ("replay", &["domain", "tlog", "seal"]),
    ("publish", &["domain", "tlog", "fingerprint", "replay"]),
    ("export", &["domain", "replay", "publish"]),
    ("report", &["domain", "replay", "publish", "export"]),
    ("chronicle", &["domain", "tlog", "replay", "publish", "export"]),
    ("verify", &["domain", "tlog", "storage", "replay", "publish"]),
    ("rollup", &["domain", "tlog", "fingerprint", "publish", "verify", "report"]),
    ("ledger", &["domain", "tlog", "storage", "keys", "seal", "replay", "publish"]),
    ("backup", &["domain", "tlog", "storage", "vault", "people", "ledger"]),
    ("publisher", &["domain", "tlog", "storage", "replay", "ledger", "publish", "verify"]),
    ("cli", &ABOVE_CLI),
    ("main", &["cli"]),
];

const ABOVE_CLI: [&str; 21] = [
    "domain",
    "tlog",
    "contain",
    "storage",
    "server",
    "fingerprint",
    "import",
    "keys",
    "vault",
    "people",
    "seal",
    "replay",
    "publish",
    "export",
    "report",
    "chronicle",
    "verify",
    "rollup",
    "ledger",
    "backup",
    "publisher",
];

/// Of some modules another may see only a few names: the ledger offers facts to whoever publishes,
/// and does not publish.
const ONLY: [(&str, &str, &[&str]); 1] =
    [("ledger", "publish", &["Address", "Facts", "FactError"])];

/// Files at the bottom of their own folder: they use none of their neighbours.
const STRANGERS: [&str; 4] =
    ["src/domain/money.rs", "src/domain/time.rs", "src/storage/disk.rs", "src/tlog/text.rs"];

/// What only some places may touch: a piece of code, and the paths that may hold it.
const DOORS: [(&str, &[&str]); 26] = [
    // Only the command line speaks.
    ("println!", &["src/cli/", "src/main.rs"]),
    ("print!", &["src/cli/", "src/main.rs"]),
    ("io::stdout", &["src/cli/"]),
    ("io::stderr", &["src/cli/"]),
    ("io::stdin", &["src/cli/"]),
    // Clock, randomness and environment enter as arguments.
    ("SystemTime::now", &["src/cli/"]),
    ("Instant::now", &["src/cli/"]),
    ("Utc::now", &["src/cli/"]),
    ("Local::now", &["src/cli/"]),
    ("getrandom::", &["src/cli/"]),
    ("std::env::", &["src/cli/", "src/main.rs"]),
    // The disk and the network, each behind one door.
    (
        "std::fs",
        &[
            "src/cli/",
            "src/storage/real_disk.rs",
            "src/storage/index/mod.rs",
            "src/verify/source.rs",
            "src/verify/refs.rs",
            "src/server/",
        ],
    ),
    ("std::net", &["src/verify/http.rs", "src/server", "src/cli/"]),
    ("ureq::", &["src/verify/http.rs"]),
    // Crates that one module keeps to itself.
    ("sled::", &["src/storage/index/"]),
    ("age::", &["src/keys/", "src/vault"]),
    ("calamine::", &["src/import/"]),
    ("encoding_rs::", &["src/import/"]),
    ("askama::", &["src/publish/pages/", "src/rollup/"]),
    ("clap::", &["src/cli/"]),
    ("fs2::", &["src/cli/"]),
    ("hyper::", &["src/server"]),
    ("tokio::", &["src/server", "src/cli/serving.rs"]),
    ("qrcode::", &["src/cli/picture/"]),
    ("resvg::", &["src/cli/picture/"]),
    ("skrifa::", &["src/cli/picture/"]),
];

/// What stands nowhere, tests included.
const NOWHERE: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// Longest file, longest function, widest comment.
const MAX_LINES: usize = 600;
const MAX_FN: usize = 70;
const MAX_WIDTH: usize = 100;
/// A table of every help text, a line each: as long as there is help.
const TABLE: &str = "src/cli/catalogue.rs";

/// The crates the project is built on, and those that tests hold against it: each group has one
/// reason. Any other has its own.
const GIVEN: [&str; 10] = [
    "serde",
    "sha2",
    "ed25519-dalek",
    "sled",
    "clap",
    "rust_decimal",
    "chrono",
    "ct-merkle",
    "signed_note",
    "tlog_tiles",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every file under `folder` whose name ends with one of `ends`, built and fetched ones aside.
fn files(folder: &str, ends: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = item.path();
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            let aside = ["target", ".git", "node_modules"];
            if aside.contains(&item.file_name().to_str().unwrap()) {
            } else if item.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if ends.iter().any(|end| name.ends_with(end)) {
                // What is not text has no words in it.
                found.extend(fs::read_to_string(path).ok().map(|text| (name, text)));
            }
        }
    }
    found
}

fn rust(folder: &str) -> BTreeMap<String, String> {
    let found = files(folder, &[".rs"]);
    assert!(!found.is_empty(), "no source in {folder}");
    found
}

/// The files under src/ that are not tests, without comments and test modules.
fn code() -> BTreeMap<String, String> {
    let tests = |name: &str| name.ends_with("/tests.rs") || name.contains("/tests/");
    let all = rust("src").into_iter().filter(|(name, _)| !tests(name));
    all.map(|(name, text)| (name, without_tests(&text))).collect()
}

fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            // Up to the end of the item: a brace at the same depth, or a declaration's semicolon.
            let item = |l: &&str| !(*l == end || l.ends_with(';') && l.find(' ') < l.find("mod "));
            lines.by_ref().take_while(item).for_each(drop);
        } else if !line.trim_start().starts_with("//") {
            kept.push_str(line.split(" // ").next().unwrap());
            kept.push('\n');
        }
    }
    kept
}

/// The top-level module a file belongs to.
fn module(name: &str) -> &str {
    let inside = name.strip_prefix("src/").unwrap();
    inside.split('/').next().unwrap().trim_end_matches(".rs")
}

/// What stands behind each `prefix` in `text`, up to the end of the path or group.
fn behind<'t>(text: &'t str, prefix: &str) -> Vec<&'t str> {
    let starts = text.match_indices(prefix).filter(|(at, _)| {
        let before = text[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
    });
    starts.map(|(at, _)| &text[at + prefix.len()..]).collect()
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

/// The names in `{a, b::c}` or the single name `a`.
fn names(text: &str) -> Vec<&str> {
    match text.strip_prefix('{').and_then(|group| group.split_once('}')) {
        Some((group, _)) => group.split(',').map(|name| word(name.trim())).collect(),
        None => vec![word(text)],
    }
}

/// The top-level modules that `text`, the code of file `name`, names.
fn used<'t>(name: &str, text: &'t str) -> BTreeSet<&'t str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for prefix in ["crate::", "yishan::"] {
        found.extend(behind(text, prefix).into_iter().flat_map(names));
    }
    // As many `super` as the file is deep lead to the top as well.
    let depth = name.matches('/').count() - usize::from(name.ends_with("/mod.rs"));
    found.extend(behind(text, &"super::".repeat(depth)).into_iter().flat_map(names));
    found
}

#[test]
fn layers_only_look_down() {
    let mut wrong = Vec::new();
    for (place, (module, uses)) in MAY_USE.iter().enumerate() {
        for below in *uses {
            let above = MAY_USE[..place].iter().any(|(m, _)| m == below);
            assert!(above, "{module} may use {below}, which does not stand above it");
        }
    }
    // The domain's macros live at the top, as macros do.
    let macros = ["record", "words"];
    let table = BTreeMap::from(MAY_USE);
    let known: BTreeSet<&str> = table.keys().copied().collect();
    for (name, text) in code().iter().filter(|(name, _)| *name != "src/lib.rs") {
        let own = module(name);
        let Some(may) = table.get(own) else {
            wrong.push(format!("{name}: the table does not know {own}"));
            continue;
        };
        for other in used(name, text) {
            let its_macro = macros.contains(&other) && (own == "domain" || may.contains(&"domain"));
            let fine = other == own || may.contains(&other) || its_macro;
            if !fine && (known.contains(other) || macros.contains(&other)) {
                wrong.push(format!("{name} uses {other}"));
            }
        }
        for (_, other, only) in ONLY.iter().filter(|(module, _, _)| *module == own) {
            let seen = behind(text, &format!("crate::{other}::")).into_iter().flat_map(names);
            wrong.extend(
                seen.filter(|n| !only.contains(n)).map(|n| format!("{name} uses {other}::{n}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_lies_at_the_bottom_of_a_folder_uses_none_of_its_neighbours() {
    let code = code();
    for name in STRANGERS {
        let text = &code[name];
        let folder = name.rsplit_once('/').unwrap().0;
        let own = format!("crate::{}::", module(name));
        for neighbour in behind(text, "super::").into_iter().chain(behind(text, &own)) {
            for neighbour in names(neighbour) {
                let file = format!("{folder}/{neighbour}.rs");
                let there = code.contains_key(&file) && file != *name;
                assert!(!there, "{name} uses its neighbour {neighbour}");
            }
        }
    }
}

#[test]
fn the_layering_test_sees_every_way_to_name_a_module() {
    let ways = [
        ("src/seal.rs", "use crate::ledger::Mode;"),
        ("src/seal.rs", "use crate::{ledger, tlog};"),
        ("src/seal.rs", "fn f() -> super::ledger::Mode {}"),
        ("src/tlog/note.rs", "use super::super::ledger;"),
        ("src/tlog/mod.rs", "use super::ledger;"),
        ("src/main.rs", "yishan::ledger::nonce();"),
    ];
    for (name, text) in ways {
        assert!(used(name, text).contains("ledger"), "{text} in {name}");
    }
    assert!(!used("src/tlog/note.rs", "use super::ledger;").contains("ledger"));
    let tests = "a\n#[cfg(test)]\nmod tests {\n    crate::ledger\n}\nb\n// crate::ledger\nc // d\n";
    assert_eq!(without_tests(tests), "a\nb\nc\n");
}

#[test]
fn only_the_named_places_touch_the_world_outside() {
    let mut wrong = Vec::new();
    for (name, text) in code() {
        for (what, places) in DOORS {
            let may = places.iter().any(|place| name.starts_with(place));
            if !may && !behind(&text, what).is_empty() {
                wrong.push(format!("{name} has {what}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let mut wrong = Vec::new();
    for (name, text) in ["src", "tests", "examples"].into_iter().flat_map(rust) {
        if !text.starts_with("//! ") {
            wrong.push(format!("{name} does not open with //!"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES && name != TABLE {
            wrong.push(format!("{name} has {lines} lines, {MAX_LINES} are enough"));
        }
        for (number, line) in (1..).zip(text.lines()) {
            // Of code rustfmt takes care, and it leaves long texts whole so that they can be found.
            if line.chars().count() > MAX_WIDTH && line.trim_start().starts_with("//") {
                wrong.push(format!("{name}:{number} is wider than {MAX_WIDTH}"));
            }
        }
        // A test may be one long table.
        let long = functions(&text).into_iter().filter(|(_, lines)| *lines > MAX_FN);
        for (number, lines) in long.filter(|_| !name.starts_with("tests/")) {
            wrong.push(format!("{name}:{number} is a function of {lines} lines"));
        }
        for what in NOWHERE {
            if name != file!() && !behind(&without_tests(&text), what).is_empty() {
                wrong.push(format!("{name} has {what}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The line where each function begins, and how many lines it has; rustfmt's layout is relied on.
fn functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| {
        let code = line.trim_start();
        !code.starts_with("//") && !behind(code, "fn ").is_empty() && !code.contains('"')
    });
    let long = starts.filter_map(|(start, line)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let body = lines[start..].iter().position(|l| l.ends_with(['{', ';', '}']))?;
        if !lines[start + body].ends_with('{') {
            return None;
        }
        let end = lines[start..].iter().position(|l| *l == format!("{indent}}}"))?;
        Some((start + 1, end + 1))
    });
    long.collect()
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    // Spelled in two halves, so that this file does not name them either.
    let places =
        [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/Us", "ers/"), ("/tmp/pro", "mpts")];
    let hosts = [
        ("registry.npm", "js.org"),
        ("npm", "mirror"),
        ("pypi", ".org"),
        ("files.python", "hosted"),
    ];
    for (name, text) in files("", &[""]) {
        for (a, b) in places.iter().chain(&hosts) {
            assert!(!text.contains(&format!("{a}{b}")), "{name} names {a}{b}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let mut seen = 0;
    let mut table = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            table = line;
            continue;
        }
        let Some((name, _)) = line.split_once(" = ").filter(|_| table.contains("dependencies]"))
        else {
            continue;
        };
        seen += 1;
        assert!(GIVEN.contains(&name) || line.contains(" # "), "{name} has no reason beside it");
    }
    assert!(seen > GIVEN.len(), "{seen} dependencies");
}

#[test]
fn every_error_text_occurs_once() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in code() {
        for rest in behind(&text, "error(") {
            let rest = rest.trim_start();
            let Some(message) = rest.strip_prefix('"').and_then(|m| m.split("\")").next()) else {
                continue;
            };
            let message: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
            // An argument only, such as "{0}", is another error's text.
            if !message.contains(' ') {
                continue;
            }
            if let Some(first) = seen.insert(message.clone(), name.clone()) {
                panic!("{message:?} stands in {first} and in {name}");
            }
        }
    }
    assert!(seen.len() > 50, "{} error texts", seen.len());
}

/// The lines between ``` fences that are commands, comments and spare spaces aside.
fn commands(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let command =
            ["cargo ", "yishan ", "tests/run", "git "].iter().any(|c| line.starts_with(c));
        if fenced && command {
            found.push(line.split("  #").next().unwrap().trim_end().to_owned());
        }
    }
    found
}

#[test]
fn both_readmes_say_the_same_in_their_language() {
    let (en, zh) = (read("README.md"), read("README.zh-CN.md"));
    let headings = |text: &str| -> Vec<usize> {
        let lines = text.lines().filter(|line| line.starts_with('#') && line.contains("# "));
        lines.map(|line| line.find("# ").unwrap()).collect()
    };
    assert_eq!(headings(&en), headings(&zh), "sections");
    assert_eq!(commands(&en), commands(&zh), "commands");
    let first: Vec<_> = commands(&en).into_iter().take(2).collect();
    let lead = &en[..en.find("\n## ").unwrap()];
    assert_eq!(commands(lead), first, "both commands stand before the first section");
    assert_eq!(first, ["cargo run --release -- demo", "tests/run"]);
}

/// Each README shows the commands of `tests/cli/readme.txt` and what they print in its language,
/// all but the first, which only writes the passphrase. `UPDATE=1` puts them there.
#[test]
fn what_the_readmes_show_is_what_the_program_prints() {
    for (name, transcript) in
        [("README.md", "tests/cli/readme.en.txt"), ("README.zh-CN.md", "tests/cli/readme.txt")]
    {
        let (text, played) = (read(name), read(transcript).replace("TMP/", ""));
        let shown = &played[played.find("$ yishan ").expect("a command")..];
        let mark = format!("<!-- transcript: {transcript} -->\n```\n");
        let start = text.find(&mark).expect("the transcript's place") + mark.len();
        let end = start + text[start..].find("```\n").expect("its end");
        if text[start..end] != *shown && std::env::var_os("UPDATE").is_some() {
            let new = [&text[..start], shown, &text[end..]].concat();
            fs::write(root().join(name), new).unwrap();
        } else {
            assert_eq!(text[start..end], *shown, "UPDATE=1 puts {transcript} into {name}");
        }
    }
}

#[test]
fn the_changelog_says_what_became_of_the_format() {
    let text = read("CHANGELOG.md");
    let newest = text.split("\n## ").nth(1).expect("a section");
    assert_eq!(newest.lines().filter(|line| line.starts_with("Format: ")).count(), 1, "{newest}");
}

#[test]
fn no_test_file_is_forgotten() {
    let main = read("tests/suite/main.rs");
    for name in rust("tests/suite").into_keys() {
        let own = name.strip_prefix("tests/suite/").unwrap().trim_end_matches(".rs");
        let declared = own.contains('/') || main.contains(&format!("\nmod {own};"));
        assert!(own == "main" || declared, "{name} is in no test binary");
    }
}
