//! yishan (一善): a transparent ledger for 日行一善, one yuan a day.
//!
//! This page is the map of the house.
//!
//! ```text
//! bill row / command line ── import::Draft ── Voucher (an officer signs it) ── Ledger::append
//!     Ledger::append = rules (domain) → journal (storage, fsync) → tree (tlog) → index (storage)
//! checkpoint (log key) → publish (static files) → verify / receipt / page
//! ```
//!
//! `domain`, `tlog` and `storage` are strangers to each other; what joins them stands below.

pub mod cli;
pub mod domain;
pub mod fingerprint;
pub mod import;
pub mod keys;
pub mod ledger;
pub mod publish;
pub mod publisher;
pub mod replay;
pub mod seal;
pub mod storage;
pub mod tlog;
pub mod vault;
pub mod verify;
