//! Other people's bills → rows → drafts with their source row kept. Pure: bytes in, values out.

pub mod row;
pub mod sample;
