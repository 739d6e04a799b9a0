//! A voucher, and the entry that gives it its place.
//!
//! ```text
//! {"seq":41,"prev":"9f2c…","at":"2026-11-22T21:04:06+08:00","voucher":{"by":"chen",
//!  "made":"2026-11-22T21:04:05+08:00","nonce":"…","lines":[{"gift":{…}}]},"sig":"…"}
//! ```
//! (on one line, without the break). The officer signs the voucher; the sequencer adds the rest.

use super::codec::{List, Malformed, Reader, Spell, read_all};
use super::line::Line;
use super::text::{Digest, Id, Nonce, Signature};
use super::time::Stamp;
use crate::record;

/// The longest entry, in bytes without its newline (C2SP tlog-tiles: a bundle counts in 16 bits).
pub const MAX_ENTRY: usize = 65_535;
/// The longest voucher, in bytes: what an entry has room for beside its own fields.
pub const MAX_VOUCHER: usize = MAX_ENTRY - 300;
/// The most lines in a voucher.
pub const MAX_LINES: usize = 1_000;

record! {
    /// What an officer signs (记账凭证). Its bytes are kept for ever and never written anew.
    pub struct Voucher {
        /// The officer who answers for it.
        by: Id = "by",
        /// When it was made, by the officer's clock.
        made: Stamp = "made",
        /// A random number of its own, so that it cannot be entered twice.
        nonce: Nonce = "nonce",
        /// What happened, 1 to [`MAX_LINES`] lines.
        lines: List<Line, 1, MAX_LINES> = "lines",
    }
}

impl Voucher {
    /// Reads a voucher from its exact bytes.
    pub fn decode(bytes: &[u8]) -> Result<Voucher, Malformed> {
        read_all(bytes, MAX_VOUCHER)
    }

    /// The voucher's exact bytes.
    pub fn encode(&self) -> Vec<u8> {
        // A gift has about a hundred bytes; whatever is longer grows.
        let mut out = Vec::with_capacity(256 + self.lines.len() * 112);
        self.write(&mut out);
        out
    }
}

/// A voucher in its place: one leaf of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The leaf index, counting from 0.
    pub seq: u64,
    /// The RFC 6962 leaf hash of the entry before; all zero for the first.
    pub prev: Digest,
    /// When the ledger took it in; never goes back.
    pub at: Stamp,
    /// What the officer signed.
    pub voucher: Voucher,
    /// The officer's signature.
    pub sig: Signature,
}

impl Entry {
    /// How many of its lines have a reference.
    pub fn references(&self) -> u64 {
        self.voucher.lines.iter().filter(|line| line.reference().is_some()).count() as u64
    }

    /// Reads an entry from its exact bytes and gives the voucher's bytes within them.
    pub fn decode(bytes: &[u8]) -> Result<(Entry, &[u8]), Malformed> {
        let mut r = Reader::new(bytes, MAX_ENTRY)?;
        r.expect("{\"seq\":")?;
        let seq = u64::read(&mut r)?;
        r.expect(",\"prev\":")?;
        let prev = Digest::read(&mut r)?;
        r.expect(",\"at\":")?;
        let at = Stamp::read(&mut r)?;
        r.expect(",\"voucher\":")?;
        let from = r.at();
        let voucher = Voucher::read(&mut r)?;
        let signed = r.since(from);
        if signed.len() > MAX_VOUCHER {
            return Err(Malformed::TooLong { len: signed.len(), max: MAX_VOUCHER });
        }
        r.expect(",\"sig\":")?;
        let sig = Signature::read(&mut r)?;
        r.expect("}")?;
        r.end()?;
        Ok((Entry { seq, prev, at, voucher, sig }, signed))
    }

    /// The entry's exact bytes, without a newline, around a voucher's exact bytes.
    pub fn encode(seq: u64, prev: &Digest, at: Stamp, voucher: &[u8], sig: &Signature) -> Vec<u8> {
        let mut out = Vec::with_capacity(voucher.len() + 300);
        out.extend_from_slice(b"{\"seq\":");
        seq.write(&mut out);
        out.extend_from_slice(b",\"prev\":");
        prev.write(&mut out);
        out.extend_from_slice(b",\"at\":");
        at.write(&mut out);
        out.extend_from_slice(b",\"voucher\":");
        out.extend_from_slice(voucher);
        out.extend_from_slice(b",\"sig\":");
        sig.write(&mut out);
        out.push(b'}');
        out
    }
}
