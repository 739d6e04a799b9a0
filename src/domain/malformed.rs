//! What is wrong with bytes that are not a record: one variant a cause, each text in both
//! languages.

use super::refusal::{Say, texts};
use super::text::Lang;

/// What a reader expected, as the code names it: the spelling itself, or words for it.
impl Say for &'static str {
    fn say(&self, _: Lang) -> String {
        (*self).to_owned()
    }
}

texts! {
    /// Why bytes are not a record of this ledger. `at` counts bytes from the start of the line.
    /// `TooLong` is one over [`MAX_ENTRY`](super::entry::MAX_ENTRY), or a voucher over
    /// [`MAX_VOUCHER`](super::entry::MAX_VOUCHER); `Order` a known field where an earlier one is
    /// missing or swapped; `Spelling` anything else than the one spelling.
    Malformed:
    TooLong { len: usize, max: usize }
        "有 {len} 字节，最多 {max} 字节",
        "{len} bytes, and at most {max} are allowed";
    NotUtf8 { at: usize }
        "第 {at} 字节不是 UTF-8",
        "byte {at} is not UTF-8";
    Unknown { field: String, want: &'static str, at: usize }
        "第 {at} 字节处的字段 {field:?} 不认识，这里应为 {want:?}",
        "unknown field {field:?} at byte {at}, where {want:?} belongs";
    Repeated { field: String, at: usize }
        "第 {at} 字节处的字段 {field:?} 重复了",
        "field {field:?} at byte {at} stands there twice";
    Order { field: String, want: &'static str, at: usize }
        "第 {at} 字节处的字段 {field:?} 之前缺少 {want:?}，或次序颠倒",
        "field {field:?} at byte {at} stands before {want:?}, which is missing or comes too late";
    Missing { want: &'static str, at: usize }
        "第 {at} 字节处缺少字段 {want:?}",
        "field {want:?} is missing at byte {at}";
    UnknownLine { tag: String, at: usize }
        "第 {at} 字节处是不认识的一类行 {tag:?}",
        "unknown kind of line {tag:?} at byte {at}";
    Spelling { want: &'static str, found: String, at: usize }
        "第 {at} 字节起应为 {want}，实为 {found:?}",
        "byte {at} should begin {want}, and reads {found:?}";
    Range { found: String, min: u64, max: u64, at: usize }
        "第 {at} 字节处的 {found} 不在 {min} 到 {max} 之间",
        "{found} at byte {at} is outside {min} to {max}";
    Length { what: &'static str, len: usize, min: usize, max: usize, at: usize }
        "第 {at} 字节处的 {what} 长度为 {len}，应在 {min} 到 {max} 之间",
        "{what} at byte {at} has length {len}, allowed are {min} to {max}";
    Unfit { found: String, why: &'static str, at: usize }
        "第 {at} 字节处的文字含有 {found:?}，不可公开：{why}",
        "the text at byte {at} holds {found:?}: {why}";
    Trailing { len: usize, at: usize }
        "第 {at} 字节结束之后还有 {len} 字节",
        "{len} bytes follow the end at byte {at}";
}
