//! Paths: which file of the folder a request asks for, and what kind of file that is.
//!
//! Published names are made of ASCII letters, digits, `-`, `_` and `.`, so nothing else is looked
//! for: no `..`, no dotfile, no backslash, no NUL, however it is escaped.

/// The longest path that is read (bytes).
pub(super) const MAX_PATH: usize = 1024;
/// The longest name of a file or folder (bytes).
const MAX_NAME: usize = 200;
/// The most folders above a file.
const MAX_DEPTH: usize = 12;

/// The path under which a folder is served. Begins and ends with a slash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Base(String);

/// The top.
impl Default for Base {
    fn default() -> Base {
        Base("/".to_owned())
    }
}

impl Base {
    /// Reads `/` or `/some/path/`.
    pub fn parse(text: &str) -> Option<Base> {
        let inside = text.strip_prefix('/')?;
        let fits = text.len() <= MAX_NAME
            && (inside.is_empty() || inside.strip_suffix('/')?.split('/').all(is_name));
        fits.then(|| Base(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a file may have this name. A name that ends in `.new` is one that is being published.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    name.len() <= MAX_NAME
        && name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && name.bytes().all(plain)
        && name.strip_suffix(".new").is_none()
}

/// What a request's path asks for.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// A file or folder under the folder served; `slash` if a slash stood at the end.
    Name {
        /// The names of the folders, then its own.
        parts: Vec<String>,
        /// Whether it was asked for as a folder.
        slash: bool,
    },
    /// The base without its slash.
    Base,
    /// Nothing that could be here.
    Nothing,
}

impl Asked {
    /// Reads the path of an address, still escaped.
    pub(super) fn parse(path: &str, base: &Base) -> Asked {
        let Some(inside) = path.strip_prefix(base.as_str()) else {
            let bare = base.as_str().strip_suffix('/') == Some(path) && !path.is_empty();
            return if bare { Asked::Base } else { Asked::Nothing };
        };
        let (names, slash) = match inside.strip_suffix('/') {
            Some(names) => (names, true),
            None => (inside, inside.is_empty()),
        };
        let parts: Option<Vec<String>> = if inside.is_empty() {
            Some(Vec::new())
        } else {
            names.split('/').map(unescaped).collect()
        };
        match parts {
            Some(parts) if parts.len() <= MAX_DEPTH => Asked::Name { parts, slash },
            _ => Asked::Nothing,
        }
    }
}

/// A name with its escapes resolved once, if it is one that a file may have.
fn unescaped(name: &str) -> Option<String> {
    let (mut out, mut bytes) = (String::with_capacity(name.len()), name.bytes());
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            u8::try_from(digit()? * 16 + digit()?).ok()?
        } else {
            byte
        };
        out.push(char::from(byte));
    }
    is_name(&out).then_some(out)
}

/// What kind of file a path names, for the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// A page for people.
    Page,
    /// What pages look like and run.
    Asset,
    /// Hashes.
    Tile,
    /// Entries.
    Entries,
    /// The signed checkpoint, or the key that signed it.
    Checkpoint,
    /// The close of a day, or its proof.
    Day,
    /// Where payments are.
    Find,
    /// Numbers for programs.
    Data,
    /// Nothing that is there.
    Nothing,
}

impl Class {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Class::Page => "page",
            Class::Asset => "asset",
            Class::Tile => "tile",
            Class::Entries => "entries",
            Class::Checkpoint => "checkpoint",
            Class::Day => "day",
            Class::Find => "find",
            Class::Data => "data",
            Class::Nothing => "-",
        }
    }
}

/// How a file is served.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Kind {
    pub(super) class: Class,
    /// The value of Content-Type.
    pub(super) media: &'static str,
    /// The value of Cache-Control.
    pub(super) cache: &'static str,
    /// Whether it is shorter compressed.
    pub(super) packs: bool,
    /// Whether it is to be kept and not to be opened here: a page with its script inside, made to
    /// be opened from a disk.
    pub(super) keep: bool,
}

/// What never changes once it is there.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A partial tile never changes either, but goes when the full one is there.
const A_WHILE: &str = "public, max-age=300";
/// Asked for again every time, which costs a few bytes while nothing changed.
pub(super) const ASK: &str = "no-cache";

const TEXT: &str = "text/plain; charset=utf-8";

impl Kind {
    /// The kind of the file at `path` in the folder.
    pub(super) fn of(path: &str) -> Kind {
        let (folder, _) = path.split_once('/').unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let (class, media) = match (folder, ending) {
            ("tile", _) if path.starts_with("tile/entries/") => (Class::Entries, OCTETS),
            ("tile", _) => (Class::Tile, OCTETS),
            ("day", "json") => (Class::Day, "application/json; charset=utf-8"),
            ("day", _) => (Class::Day, TEXT),
            ("find", _) => (Class::Find, TEXT),
            ("", "vkey") => (Class::Checkpoint, TEXT),
            ("", "") if name == "checkpoint" => (Class::Checkpoint, TEXT),
            (_, "html") => (Class::Page, "text/html; charset=utf-8"),
            (_, "css") => (Class::Asset, "text/css; charset=utf-8"),
            (_, "js") => (Class::Asset, "text/javascript; charset=utf-8"),
            (_, "svg") => (Class::Asset, "image/svg+xml; charset=utf-8"),
            (_, "png") => (Class::Asset, "image/png"),
            (_, "ico") => (Class::Asset, "image/x-icon"),
            (_, "json") => (Class::Data, "application/json; charset=utf-8"),
            (_, "csv") => (Class::Data, "text/csv; charset=utf-8"),
            (_, "xml") if name == "feed.xml" => {
                (Class::Data, "application/atom+xml; charset=utf-8")
            }
            (_, "xml") => (Class::Data, "application/xml; charset=utf-8"),
            (_, "" | "txt") => (Class::Data, TEXT),
            _ => (Class::Data, OCTETS),
        };
        let cache = match class {
            Class::Tile | Class::Entries if path.contains(".p/") => A_WHILE,
            Class::Tile | Class::Entries | Class::Day => FOR_EVER,
            _ => ASK,
        };
        let packs = media.contains("charset=") || class == Class::Entries;
        Kind { class, media, cache, packs, keep: folder.is_empty() && name.starts_with("checker.") }
    }
}

const OCTETS: &str = "application/octet-stream";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Asked {
        Asked::parse(path, &Base::parse("/").unwrap())
    }

    #[test]
    fn a_path_is_made_of_published_names_or_asks_for_nothing() {
        let name = |parts: &[&str], slash| Asked::Name {
            parts: parts.iter().map(ToString::to_string).collect(),
            slash,
        };
        assert_eq!(asked("/"), name(&[], true));
        assert_eq!(asked("/d/2026-11-22/"), name(&["d", "2026-11-22"], true));
        assert_eq!(
            asked("/tile/0/x001/234.p/7"),
            name(&["tile", "0", "x001", "234.p", "7"], false)
        );
        assert_eq!(asked("/%69ndex%2ehtml"), name(&["index.html"], false));
        for bad in [
            "",
            "*",
            "index.html",
            "//",
            "/a//b",
            "//a",
            "/.",
            "/..",
            "/a/..",
            "/a/../b",
            "/%2e%2e/b",
            "/%2e",
            "/.git/config",
            "/%2egit",
            "/a%2fb",
            "/a%5cb",
            "/a\\b",
            "/..\\b",
            "/a%00",
            "/a%",
            "/a%4",
            "/a%zz",
            "/%252e%252e",
            "/~a",
            "/-a",
            "/a:b",
            "/C:",
            "/a b",
            "/a%20b",
            "/善",
            "/%e5%96%84",
            "/index.html.new",
            "/a;b",
            "/a/b/c/d/e/f/g/h/i/j/k/l/m",
        ] {
            assert_eq!(asked(bad), Asked::Nothing, "{bad:?}");
        }
        let long = "a".repeat(MAX_NAME);
        assert_ne!(asked(&format!("/{long}")), Asked::Nothing);
        assert_eq!(asked(&format!("/{long}a")), Asked::Nothing);
    }

    #[test]
    fn under_a_base_only_what_begins_with_it_is_asked_for() {
        let base = Base::parse("/sub/path/").unwrap();
        let asked = |path| Asked::parse(path, &base);
        assert_eq!(asked("/sub/path/"), Asked::Name { parts: vec![], slash: true });
        assert_eq!(asked("/sub/path"), Asked::Base);
        for bad in ["/", "/sub", "/sub/", "/sub/pathx", "/index.html", "/sub/path/../x", ""] {
            assert_eq!(asked(bad), Asked::Nothing, "{bad:?}");
        }
        for bad in ["", "sub/", "/sub", "//", "/sub//", "/../", "/a b/", "/%61/"] {
            assert_eq!(Base::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_may_change_is_asked_for_again_and_what_cannot_is_not() {
        let (text, octets) = (TEXT, OCTETS);
        let json = "application/json; charset=utf-8";
        for (path, class, media, cache, packs) in [
            ("tile/0/000", "tile", octets, FOR_EVER, false),
            ("tile/0/000.p/17", "tile", octets, A_WHILE, false),
            ("tile/entries/x001/234", "entries", octets, FOR_EVER, true),
            ("tile/entries/000.p/3", "entries", octets, A_WHILE, true),
            ("checkpoint", "checkpoint", text, ASK, true),
            ("log.vkey", "checkpoint", text, ASK, true),
            ("day/2026-11-22.json", "day", json, FOR_EVER, true),
            ("day/2026-11-22.tlog-proof", "day", text, FOR_EVER, true),
            ("find/2/7f", "find", text, ASK, true),
            ("find/new/7", "find", text, ASK, true),
            ("v1/status.json", "data", json, ASK, true),
            ("csv/2026-11.csv", "data", "text/csv; charset=utf-8", ASK, true),
            ("feed.xml", "data", "application/atom+xml; charset=utf-8", ASK, true),
            ("en/index.html", "page", "text/html; charset=utf-8", ASK, true),
            ("check.js", "asset", "text/javascript; charset=utf-8", ASK, true),
        ] {
            let kind = Kind::of(path);
            let found = (kind.class.word(), kind.media, kind.cache, kind.packs);
            assert_eq!(found, (class, media, cache, packs), "{path}");
        }
        assert!(Kind::of("checker.zh.html").keep && !Kind::of("index.html").keep);
    }
}
