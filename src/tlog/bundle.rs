//! Entry bundles: up to 256 entries, each behind its length (C2SP tlog-tiles, "Log Entries").

use thiserror::Error;

/// The longest entry in bytes: its length is written in two.
pub const MAX_ENTRY_LEN: usize = u16::MAX as usize;

/// Why bytes were not taken for a bundle, or an entry not into one.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum BundleError {
    /// An entry does not fit its length field.
    #[error("an entry has {len} bytes, the longest may have {max}")]
    TooLong {
        /// The entry's length in bytes.
        len: usize,
        /// [`MAX_ENTRY_LEN`].
        max: usize,
    },
    /// The bytes end inside an entry, or before it.
    #[error("the bundle ends inside entry {number} of {count}")]
    Short {
        /// The entry's place in the bundle, from 0.
        number: u16,
        /// How many entries there should be.
        count: u16,
    },
    /// Bytes follow the last entry.
    #[error("{len} bytes follow the {count} entries of the bundle")]
    Trailing {
        /// The number of bytes left over.
        len: usize,
        /// How many entries there should be.
        count: u16,
    },
}

/// Appends one entry to the bytes of a bundle; refused, it changes nothing.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BundleError> {
    let len = u16::try_from(entry.len())
        .map_err(|_| BundleError::TooLong { len: entry.len(), max: MAX_ENTRY_LEN })?;
    bundle.extend_from_slice(&len.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// Returns the `count` entries of a bundle, which must end where the last one does.
pub fn decode_bundle(bytes: &[u8], count: u16) -> Result<Vec<&[u8]>, BundleError> {
    let mut rest = bytes;
    let mut entries = Vec::new();
    for number in 0..count {
        let (entry, after) = split_entry(rest).ok_or(BundleError::Short { number, count })?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(BundleError::Trailing { len: rest.len(), count })
    }
}

/// Splits the first entry off, if it is whole.
fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_gives_back_its_entries_and_nothing_shorter_or_longer_does() {
        let entries: [&[u8]; 4] = [b"one", b"", &[0xff; 300], b"\0\x01z"];
        let mut bundle = Vec::new();
        for entry in entries {
            push_entry(&mut bundle, entry).unwrap();
        }
        assert_eq!(bundle.len(), 4 * 2 + 3 + 300 + 3);
        assert_eq!(bundle[..7], *b"\0\x03one\0\0");
        assert_eq!(decode_bundle(&bundle, 4).unwrap(), entries);
        for len in 0..bundle.len() {
            assert!(matches!(decode_bundle(&bundle[..len], 4), Err(BundleError::Short { .. })));
        }
        assert_eq!(decode_bundle(&bundle, 5), Err(BundleError::Short { number: 4, count: 5 }));
        assert_eq!(decode_bundle(&bundle, 3), Err(BundleError::Trailing { len: 5, count: 3 }));
        bundle.push(0);
        assert_eq!(decode_bundle(&bundle, 4), Err(BundleError::Trailing { len: 1, count: 4 }));
        assert_eq!(decode_bundle(b"", 0), Ok(vec![]));
    }

    #[test]
    fn the_longest_entry_fits_and_one_byte_more_does_not() {
        let (longest, longer) = (vec![7; MAX_ENTRY_LEN], vec![7; MAX_ENTRY_LEN + 1]);
        let mut bundle = Vec::new();
        push_entry(&mut bundle, &longest).unwrap();
        assert_eq!(decode_bundle(&bundle, 1).unwrap(), [&longest]);
        let before = bundle.clone();
        assert_eq!(
            push_entry(&mut bundle, &longer),
            Err(BundleError::TooLong { len: 65_536, max: 65_535 })
        );
        assert_eq!(bundle, before);
    }
}
