//! What a client has already, and whether that changes the answer (RFC 9110, section 13).

use hyper::header::{
    HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    IF_UNMODIFIED_SINCE,
};
use std::time::{Duration, SystemTime};

/// The tags of a file as it is and, if it would be served so, compressed. Each is a strong one:
/// another file, or the same one changed, has another.
#[derive(Clone, Debug)]
pub(super) struct Tags {
    pub(super) plain: HeaderValue,
    pub(super) packed: Option<HeaderValue>,
}

impl Tags {
    fn all(&self) -> impl Iterator<Item = &HeaderValue> {
        // The compressed one first: it is the one that would be served.
        self.packed.iter().chain([&self.plain])
    }
}

/// What the conditions come to.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// As if there were none.
    Go,
    /// The client has it: the file with this tag.
    Same(HeaderValue),
    /// The client wants another file than this.
    Failed,
}

/// Weighs them in the order of section 13.2.2.
pub(super) fn weigh(headers: &HeaderMap, tags: &Tags, modified: SystemTime) -> Outcome {
    let known = headers.contains_key(IF_MATCH);
    if known && listed(headers, &IF_MATCH, tags, false).is_none() {
        return Outcome::Failed;
    }
    if !known && date(headers, &IF_UNMODIFIED_SINCE).is_some_and(|at| whole_seconds(modified) > at)
    {
        return Outcome::Failed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        return listed(headers, &IF_NONE_MATCH, tags, true).map_or(Outcome::Go, Outcome::Same);
    }
    match date(headers, &IF_MODIFIED_SINCE) {
        Some(at) if whole_seconds(modified) <= at => {
            Outcome::Same(tags.packed.as_ref().unwrap_or(&tags.plain).clone())
        }
        _ => Outcome::Go,
    }
}

/// Whether a range may be served: `If-Range` is absent or names exactly this file. A date never
/// does, for a file may change twice in a second.
pub(super) fn range_holds(headers: &HeaderMap, tags: &Tags) -> bool {
    headers.get(IF_RANGE).is_none_or(|tag| *tag == tags.plain)
}

/// The tag among ours that a list names. `weak`: also if it is marked as a weak one.
fn listed(headers: &HeaderMap, name: &HeaderName, tags: &Tags, weak: bool) -> Option<HeaderValue> {
    let lists = || headers.get_all(name).iter().filter_map(|list| list.to_str().ok());
    let ours = |tag: &&HeaderValue| {
        lists().flat_map(|list| list.split(',')).any(|one| {
            let one = one.trim();
            let one = if weak { one.strip_prefix("W/").unwrap_or(one) } else { one };
            one == "*" || **tag == *one
        })
    };
    tags.all().find(ours).cloned()
}

/// A date; what is none, or stands there twice, says nothing.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let mut all = headers.get_all(name).iter();
    let (one, more) = (all.next()?.to_str().ok()?, all.next());
    if more.is_some() { None } else { httpdate::parse_http_date(one).ok() }
}

/// A time as a date says it.
pub(super) fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 22 Nov 2026 13:00:00 GMT";
    const LATER: &str = "Sun, 22 Nov 2026 13:00:01 GMT";
    const EARLIER: &str = "Sun, 22 Nov 2026 12:59:59 GMT";

    fn judged(fields: &[(HeaderName, &str)]) -> String {
        let tag = HeaderValue::from_static;
        let tags = Tags { plain: tag("\"a\""), packed: Some(tag("\"a-gz\"")) };
        let modified = httpdate::parse_http_date(DATE).expect("a date");
        let modified = modified + Duration::from_millis(999);
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        match weigh(&headers, &tags, modified) {
            Outcome::Go => "go".into(),
            Outcome::Same(tag) => format!("same {tag:?}"),
            Outcome::Failed => "failed".into(),
        }
    }

    #[test]
    fn conditions_are_weighed_in_their_order() {
        let (plain, packed) = (r#"same "\"a\"""#, r#"same "\"a-gz\"""#);
        for (fields, outcome) in [
            (&[][..], "go"),
            (&[(IF_NONE_MATCH, "\"a\"")], plain),
            (&[(IF_NONE_MATCH, "W/\"a-gz\"")], packed),
            (&[(IF_NONE_MATCH, "\"x\", \"y\",\"a\"")], plain),
            (&[(IF_NONE_MATCH, "\"x\""), (IF_NONE_MATCH, "\"a\"")], plain),
            (&[(IF_NONE_MATCH, "*")], packed),
            (&[(IF_NONE_MATCH, "a")], "go"),
            (&[(IF_NONE_MATCH, "\"x\""), (IF_MODIFIED_SINCE, LATER)], "go"),
            (&[(IF_MODIFIED_SINCE, DATE)], packed),
            (&[(IF_MODIFIED_SINCE, LATER)], packed),
            (&[(IF_MODIFIED_SINCE, EARLIER)], "go"),
            (&[(IF_MODIFIED_SINCE, "yesterday")], "go"),
            (&[(IF_MODIFIED_SINCE, DATE), (IF_MODIFIED_SINCE, DATE)], "go"),
            (&[(IF_MATCH, "\"a\"")], "go"),
            (&[(IF_MATCH, "*")], "go"),
            (&[(IF_MATCH, "W/\"a\"")], "failed"),
            (&[(IF_MATCH, "\"x\"")], "failed"),
            (&[(IF_MATCH, "\"a\""), (IF_UNMODIFIED_SINCE, EARLIER)], "go"),
            (&[(IF_UNMODIFIED_SINCE, EARLIER)], "failed"),
            (&[(IF_UNMODIFIED_SINCE, DATE)], "go"),
            (&[(IF_MATCH, "\"x\""), (IF_NONE_MATCH, "\"a\"")], "failed"),
        ] {
            assert_eq!(judged(fields), outcome, "{fields:?}");
        }
    }
}
