//! `Q9W1-DFWF-077YM` for `abc`: a key or a root in a form two people can read to each other.
//!
//! The first 8 bytes of SHA-256 in Crockford's base32 (no I, L, O or U), as 4, 4 and 5 characters;
//! the last one carries 4 bits and a zero. It is for comparing by eye and never a proof: 64 bits
//! keep a stranger from matching a given key, but someone who makes both of two texts can make
//! their fingerprints equal with 2^32 tries. Whoever decides compares the whole value.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Returns the 15-character fingerprint of `bytes`: 13 characters in groups of 4, 4 and 5.
pub fn fingerprint(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let head = digest.iter().take(8).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let padded = head << 1; // 64 bits and a zero: 13 characters of 5 bits
    let mut text = String::with_capacity(15);
    for place in (0..13).rev() {
        if place == 8 || place == 4 {
            text.push('-');
        }
        let five = padded >> (5 * place) & 31;
        text.extend(
            ALPHABET
                .iter()
                .zip(0_u128..)
                .filter(|(_, at)| *at == five)
                .map(|(c, _)| char::from(*c)),
        );
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    /// SHA-256 of "abc" begins ba7816bf 8f01cfea (FIPS 180-2, B.1).
    #[test]
    fn the_fingerprint_is_the_first_sixty_four_bits_of_sha_256() {
        let bits = format!("{:064b}0", 0xba78_16bf_8f01_cfea_u64);
        let by_hand: String = bits
            .as_bytes()
            .chunks(5)
            .map(|five| usize::from_str_radix(std::str::from_utf8(five).unwrap(), 2).unwrap())
            .map(|value| char::from(ALPHABET[value]))
            .collect();
        let expected = format!("{}-{}-{}", &by_hand[..4], &by_hand[4..8], &by_hand[8..]);
        assert_eq!(fingerprint(b"abc"), expected);
        assert_eq!(expected, "Q9W1-DFWF-077YM");
    }

    #[test]
    fn fingerprints_of_different_bytes_differ_and_hold_no_letter_that_reads_as_a_digit() {
        let all: std::collections::BTreeSet<String> =
            (0..=255_u8).map(|byte| fingerprint(&[byte])).collect();
        assert_eq!(all.len(), 256);
        assert!(!all.iter().any(|text| text.contains(['I', 'L', 'O', 'U'])), "{all:?}");
    }
}
