//! Bytes that survive: a stranger to what the bytes mean.
//!
//! A record is an opaque line without its newline. [`journal`] and [`archive`] are the truth and
//! are acknowledged only after an fsync; [`index`] is a cache that the journal can rebuild.
//! Everything but the index reaches the disk through [`disk::Disk`], so that tests can cut the
//! power before any call.

pub mod archive;
pub mod disk;
mod fault;
pub mod index;
pub mod journal;
pub mod real_disk;
pub mod records;
pub mod trial_disk;
