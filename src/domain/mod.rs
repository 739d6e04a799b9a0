//! What a gift is and what the ledger refuses. Pure: no clock, no file, no hash.

pub mod money;
pub mod time;
