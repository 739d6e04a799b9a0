//! What is wrong with bytes that are not a record: one variant a cause.

/// Why bytes are not a record of this ledger. `at` counts bytes from the start of the line.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Longer than [`MAX_ENTRY`](super::entry::MAX_ENTRY), or a voucher longer than
    /// [`MAX_VOUCHER`](super::entry::MAX_VOUCHER).
    #[error("{len} bytes, and at most {max} are allowed")]
    TooLong {
        /// Bytes found.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not UTF-8 from byte `at` on.
    #[error("byte {at} is not UTF-8")]
    NotUtf8 {
        /// The first bad byte.
        at: usize,
    },
    /// A field that this record does not have.
    #[error("unknown field {field:?} at byte {at}, where {want:?} belongs")]
    Unknown {
        /// The name found.
        field: String,
        /// What the record has there.
        want: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// A field that was there before.
    #[error("field {field:?} at byte {at} stands there twice")]
    Repeated {
        /// The name found.
        field: String,
        /// Where it stands the second time.
        at: usize,
    },
    /// A known field, but not in its place: an earlier one is missing or they are swapped.
    #[error(
        "field {field:?} at byte {at} stands before {want:?}, which is missing or comes too late"
    )]
    Order {
        /// The name found.
        field: String,
        /// The name that belongs there.
        want: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// The record ends before a field it must have.
    #[error("field {want:?} is missing at byte {at}")]
    Missing {
        /// The missing name.
        want: &'static str,
        /// Where it belongs.
        at: usize,
    },
    /// A line of a kind that this version does not know.
    #[error("unknown kind of line {tag:?} at byte {at}")]
    UnknownLine {
        /// The tag found.
        tag: String,
        /// Where it stands.
        at: usize,
    },
    /// Anything else than the one spelling.
    #[error("byte {at} should begin {want}, and reads {found:?}")]
    Spelling {
        /// What belongs there.
        want: &'static str,
        /// The next characters found.
        found: String,
        /// Where it stands.
        at: usize,
    },
    /// A number beyond its limits.
    #[error("{found} at byte {at} is outside {min} to {max}")]
    Range {
        /// The digits found.
        found: String,
        /// The least allowed.
        min: u64,
        /// The greatest allowed.
        max: u64,
        /// Where it stands.
        at: usize,
    },
    /// A text or list shorter or longer than allowed.
    #[error("{what} at byte {at} has length {len}, allowed are {min} to {max}")]
    Length {
        /// What it is.
        what: &'static str,
        /// Its length, in bytes or items.
        len: usize,
        /// The least allowed.
        min: usize,
        /// The greatest allowed.
        max: usize,
        /// Where it stands.
        at: usize,
    },
    /// A text that could carry something about a person.
    #[error("the text at byte {at} holds {found:?}: {why}")]
    Unfit {
        /// The offending piece.
        found: String,
        /// The rule.
        why: &'static str,
        /// Where the text stands.
        at: usize,
    },
    /// Bytes after the end.
    #[error("{len} bytes follow the end at byte {at}")]
    Trailing {
        /// How many.
        len: usize,
        /// Where the record ended.
        at: usize,
    },
}
