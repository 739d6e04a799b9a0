//! What a witness signs: that it saw a checkpoint at a time (C2SP tlog-cosignature, type 0x04).

/// The latest time a cosignature may state, in seconds since 1970: 2^63 - 1.
pub const MAX_TIME: u64 = i64::MAX.unsigned_abs();

/// Splits a cosignature into its time and its Ed25519 signature.
pub(super) fn split(blob: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = blob.split_first_chunk()?;
    let time = u64::from_be_bytes(*time);
    (time <= MAX_TIME).then_some((time, signature))
}

/// Returns the bytes a witness signs for a note's `text`.
///
/// They do not name the witness, so a key must belong to one name only.
pub(super) fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
