//! A row of a bill, what it moved and what it means for the fund.

/// The way the money went, as the bill says it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Direction {
    /// 收入: money in.
    In,
    /// 支出: money out.
    Out,
    /// `/` or 不计收支: moved between the owner's own pockets.
    Neutral,
    /// A word no known layout uses.
    Unknown,
}
