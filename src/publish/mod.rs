//! Entries → files: the published folder as a value, path → bytes.
//!
//! ```text
//! checkpoint                     the signed checkpoint (C2SP tlog-checkpoint)
//! log.vkey                       the key that signs it, one line (C2SP signed-note)
//! address                        where the folder is served, one line; empty if not known
//! tile/0/000.p/17                hashes (C2SP tlog-tiles)
//! tile/entries/000.p/17          entries, each behind its length in two bytes
//! find/digits                    how many hexadecimal digits a shard's name has: "1\n" … "4\n"
//! find/2/7f                      where the payments are whose references begin with 7f
//! find/new/7                     the same of the payments recorded lately
//! day/2026-11-22.json            the exact bytes of the entry that closed the day
//! day/2026-11-22.tlog-proof      the proof that it is in the log (C2SP tlog-proof)
//! v1/status.json v1/days.json    the numbers of the pages, for programs
//! v1/days/2026-11.json           the closed days of a month, for programs
//! v1/hours.json                  volunteering, for programs, if there is any
//! v1/wishes.json                 wishes, for programs, if there are any
//! v1/goods.json                  goods at the donation stations, if there are any
//! v1/tickets.json                receipts for offices, if there are any
//! v1/years.json                  closed years, for programs, if there are any
//! v1/students.json               students by level and source, for programs, if there are any
//! v1/schema.json                 what those files hold (JSON Schema)
//! csv/2026-11.csv                the money of a month in and out, for a spreadsheet
//! feed.xml                       the last closes (Atom)
//! robots.txt sitemap.xml …       for search engines
//! index.html days/ d/2026-11-22/ pages, in Chinese; the same in English under en/
//! out/ students/ goods/ log/ …   more of them
//! style.css                      how they look
//! ```
//!
//! Who publishes and who verifies make the same files from the same [`Facts`]; verifying a folder
//! is replaying its entries and comparing every byte with what this module makes of them. Two kinds
//! of file are not compared but checked: `checkpoint`, which witnesses may have cosigned since, and
//! the proofs of days, each of which ends in the checkpoint of the moment it was published.
//! Pages, `style.css`, `v1`, `csv`, the feed and the sitemaps are the work of one version of this
//! program, named in [`GENERATOR`]; everything else is the same for all versions.
//!
//! Nothing here reads a file, the network, a clock or randomness.

mod address;
mod boxes;
mod code;
mod cohort;
mod csv;
mod expenses;
mod feed;
mod find;
mod funds;
mod goods;
mod group_text;
mod history;
mod hours;
mod money;
mod pages;
mod path;
mod receipt;
mod site;
mod tickets;
mod tiles;
mod v1;
mod wishes;
mod years;

pub use address::Address;
pub use code::{Code, CodeError};
pub use csv::{table_cell, table_row};
pub use feed::escape;
pub use find::{MAX_DIGITS, NEWEST, find_digits};
pub use group_text::Bulletin;
pub use hours::{Year, Years};
pub use money::Movers;
pub use pages::{GENERATOR, HOME_DAYS, MAX_FLOWS, MAX_GIFTS, MAX_GRANTS, MAX_ROWS, STYLE};
pub use path::may_publish;
pub use receipt::{Checked, MAX_RECEIPT, Receipt, ReceiptError};
pub use site::{Changes, Growth, Site};

use crate::domain::text::{Place, Ref};
use crate::replay::Replay;
use crate::tlog::Hash;

/// What the folder is made from: a log of some size and everything derived from it. The ledger
/// offers it from its own store, the verifier from the entries it has replayed.
pub trait Facts {
    /// The state after the last published entry.
    fn replay(&self) -> &Replay;
    /// The signed checkpoint of that size: a note's exact text.
    fn checkpoint(&self) -> &str;
    /// The key that signed it, as a vkey line without newline (C2SP signed-note).
    fn vkey(&self) -> &str;
    /// The exact bytes of entry `number`.
    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError>;
    /// Where the bytes of entry `number` stand within the entry bundle that holds it: how many
    /// bytes of the bundle come before the entry's first, its own two length bytes among them, and
    /// how many bytes it has. Asked for often; answered without reading the entries before it.
    fn range(&self, number: u64) -> Result<(u32, u16), FactError>;
    /// The 256 hashes of a full tile.
    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError>;
    /// Every reference from `from` to `to`, both included, with its place: those of one shard
    /// ([`find_digits`]) follow each other, in any order, and the shards come in theirs.
    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError>;
    /// Where the folder is served, if that is known: configuration, which nobody signs.
    fn address(&self) -> Option<&Address> {
        None
    }
    /// Whether entry `number` may move money beside gifts; no only if that is known without reading
    /// it.
    fn may_move(&self, _number: u64) -> bool {
        true
    }
    /// How many lines entry `number` has, if it is known without reading it that all of them are
    /// gifts: so that the page of a large day need not be made from all of it.
    fn only_gifts(&self, _number: u64) -> Option<u16> {
        None
    }
}

/// A fact that could not be had: the store or the folder is not what it was a moment ago.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("cannot look up {what}: {why}")]
pub struct FactError {
    /// What was asked for.
    pub what: String,
    /// What happened.
    pub why: String,
}

impl FactError {
    /// The error that `what` could not be had because of `why`.
    pub fn new(what: impl Into<String>, why: &(impl std::fmt::Display + ?Sized)) -> FactError {
        FactError { what: what.into(), why: why.to_string() }
    }
}
