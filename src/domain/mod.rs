//! What a gift is and what the ledger refuses. Pure: no clock, no file, no hash.
//!
//! [`entry`] holds a voucher and its place, [`line`](mod@line) what a voucher says, [`books`] the
//! rules' memory and the one way to change it, [`refusal`] everything they refuse, [`codec`] the
//! one spelling.

pub mod books;
pub mod bytes;
pub mod capitals;
pub mod cells;
pub mod codec;
mod dressed;
pub(crate) mod english;
pub mod entry;
pub mod fields;
pub mod line;
pub mod malformed;
pub mod money;
pub mod refusal;
pub mod sums;
pub mod table;
pub mod text;
pub mod time;
pub mod words;
