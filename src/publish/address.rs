//! Where the folder is served: what absolute links begin with.
//!
//! ```text
//! https://qianan.example/
//! https://files.example:8443/funds/qianan/
//! ```
//!
//! It is configuration and decides no number, so nobody signs it: who publishes takes it from
//! `fund.toml`, who verifies from the published file `address`, and every file made with it must
//! then match byte for byte.

use std::fmt;

/// An http or https address that ends with a slash, at most [`Address::MAX`] bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Address(String);

impl Address {
    /// The longest address, in bytes.
    pub const MAX: usize = 200;

    /// Reads the one spelling: a scheme, a host in small letters, perhaps a port, and a path of
    /// plain parts with a slash at its end. No user, no query, no fragment, no percent sign.
    pub fn parse(text: &str) -> Option<Address> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let (authority, path) = rest.split_at(rest.find('/')?);
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let good = text.len() <= Address::MAX
            && host.split('.').all(is_label)
            && port.is_none_or(is_port)
            && path.strip_suffix('/')?.split('/').skip(1).all(is_part);
        good.then(|| Address(text.to_owned()))
    }

    /// The same for an address as people write it, which may lack the slash at its end.
    pub fn from_people(text: &str) -> Option<Address> {
        let text = text.trim();
        Address::parse(text).or_else(|| Address::parse(&format!("{text}/")))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path on its host, from slash to slash.
    pub(super) fn path(&self) -> &str {
        let from = self.0.match_indices('/').nth(2).map_or(self.0.len(), |(at, _)| at);
        self.0.get(from..).unwrap_or("/")
    }

    /// The address of the published file `path`; that of the first page is the folder's own.
    pub(super) fn of(&self, path: &str) -> String {
        let path = if path == "index.html" { "" } else { path };
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Between the points of a host.
fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_port(port: &str) -> bool {
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    digits && !port.starts_with('0') && port.parse::<u16>().is_ok()
}

/// Between the slashes of a path.
fn is_part(part: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        for (good, path) in [
            ("https://qianan.example/", "/"),
            ("http://127.0.0.1:8080/", "/"),
            ("https://files.example:8443/funds/qi_an/", "/funds/qi_an/"),
            ("https://xn--fiqs8s.example/~yishan/v1.0/", "/~yishan/v1.0/"),
            ("http://localhost/", "/"),
        ] {
            let address = Address::parse(good).map(|a| (a.path().to_owned(), a.of("r/index.html")));
            assert_eq!(address, Some((path.to_owned(), format!("{good}r/index.html"))));
            let people = Address::from_people(&format!(" {} ", good.trim_end_matches('/')));
            assert_eq!(people.as_ref().map(Address::as_str), Some(good));
            assert_eq!(people.map(|a| a.of("index.html")), Some(good.to_owned()));
        }
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        let long = format!("https://qianan.example/{}/", "a".repeat(Address::MAX));
        for bad in [
            "",
            "https://",
            "https:///",
            "https://qianan.example",
            "qianan.example/",
            "ftp://qianan.example/",
            "javascript:alert(1)//x/",
            "https://Qianan.example/",
            "https://乾安.example/",
            "https://user@qianan.example/",
            "https://qianan.example:/",
            "https://qianan.example:0/",
            "https://qianan.example:080/",
            "https://qianan.example:65536/",
            "https://-qianan.example/",
            "https://qianan..example/",
            "https://.example/",
            "https://qianan.example//",
            "https://qianan.example/../",
            "https://qianan.example/a/./",
            "https://qianan.example/a b/",
            "https://qianan.example/%2e/",
            "https://qianan.example/?a=/",
            "https://qianan.example/#a/",
            "https://qianan.example/\"><script>/",
            "https://qianan.example/\n",
            "https://qianan.example/a",
            long.as_str(),
        ] {
            assert_eq!(Address::parse(bad), None, "{bad:?} was taken for an address");
        }
        for bad in ["", "qianan.example", "https://qianan.example/?a", "https://a b.example"] {
            assert_eq!(Address::from_people(bad), None, "{bad:?}");
        }
    }
}
