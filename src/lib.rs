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
//! | room | what lives there |
//! |---|---|
//! | [`domain`] | records, rules, books: what a gift is and what the ledger refuses |
//! | [`tlog`] | the transparency log: tree, tiles, notes, checkpoints, proofs |
//! | [`storage`] | bytes that survive: journal, archive of checkpoints, and the index, a cache |
//! | [`seal`], [`keys`], [`vault`] | what is signed, key files, and private things under seal |
//! | [`people`] | who stands behind a pseudonym, and how they are forgotten |
//! | [`replay`] | the one read-everything path: opening, verifying and rebuilding take it |
//! | [`ledger`] | the one write path, where domain, tlog and storage meet |
//! | [`import`] | other people's bills → drafts |
//! | [`publish`], [`publisher`] | entries → files as a value; those files into a folder |
//! | [`export`] | the same entries in the spelling of other people's programs |
//! | [`report`] | the forms that offices ask for |
//! | [`chronicle`] | the ledger's own history, told month by month |
//! | [`backup`] | a whole fund in one file, and back |
//! | [`verify`] | files and a key → verified, false, or could not be checked |
//! | [`rollup`] | several funds, each verified first, as one |
//! | [`server`] | the published folder over HTTP |
//! | [`contain`] | where panics of other people's code end |
//! | [`fingerprint`] | how people compare keys and ledgers |
//! | [`cli`] | the command; sees all of the above and is seen by none |
//!
//! `domain`, `tlog` and `storage` are strangers to each other. Clock, randomness, disk and terminal
//! enter as arguments; only `cli` prints. A test keeps the directions true.

pub mod backup;
pub mod chronicle;
pub mod cli;
pub mod contain;
pub mod domain;
pub mod export;
pub mod fingerprint;
pub mod import;
pub mod keys;
pub mod ledger;
pub mod people;
pub mod publish;
pub mod publisher;
pub mod replay;
pub mod report;
pub mod rollup;
pub mod seal;
pub mod server;
pub mod storage;
pub mod tlog;
pub mod vault;
pub mod verify;
