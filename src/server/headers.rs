//! Fields of every answer: anybody's page may read it, and nothing of it runs anywhere else.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, CONTENT_SECURITY_POLICY,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// What may be asked.
pub(super) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Only what the folder itself holds is loaded or run; `data:` is the photo of a QR code that a
/// donor chose.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const EVERY: [(HeaderName, &str); 8] = [
    // The checkers of others, and the one that opens from a disk, read what is published.
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (
        ACCESS_CONTROL_EXPOSE_HEADERS,
        "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, Date, ETag, Last-Modified",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds what every answer has.
pub(super) fn add_every(headers: &mut HeaderMap) {
    for (name, value) in &EVERY {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Adds what `OPTIONS` asks for: which methods and fields another site's page may use.
pub(super) fn add_options(headers: &mut HeaderMap) {
    headers.insert(ALLOW, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    let fields = "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(fields));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}

/// Whether a client takes gzip (RFC 9110, section 12.5.3).
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(hyper::header::ACCEPT_ENCODING).iter();
    let mut takes = (None, None);
    for one in lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(',')) {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        let (coding, weight) = (coding.trim(), weight.trim());
        // A weight of nothing but zeros is a no.
        let weight = weight.strip_prefix(['q', 'Q']).map_or("", str::trim_start);
        let no = weight.strip_prefix('=').is_some_and(|weight| {
            let weight = weight.trim();
            weight.starts_with('0') && weight.bytes().all(|b| matches!(b, b'0' | b'.'))
        });
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            takes.0 = Some(!no);
        } else if coding == "*" {
            takes.1 = Some(!no);
        }
    }
    takes.0.or(takes.1).unwrap_or(false)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_to_whoever_takes_it() {
        for (list, takes) in [
            ("gzip", true),
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.001", true),
            ("x-gzip", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("*, gzip;q=0", false),
            ("*;q=0, gzip", true),
            ("*;q=0", false),
            ("identity", false),
            ("deflate, br", false),
            ("gzipped", false),
            ("", false),
        ] {
            let name = hyper::header::ACCEPT_ENCODING;
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(list).unwrap())]);
            assert_eq!(takes_gzip(&headers), takes, "{list}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
