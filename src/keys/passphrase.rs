//! `mizu-dapo-hexi-lune-kuta-sure`: passphrases, typed or generated, in one spelling.
//!
//! A generated passphrase is six words of two pinyin syllables, each syllable one of 64: 12 × 6 =
//! 72 bits, exactly, from 9 random bytes. The syllables have two Latin letters each, so any phone
//! can type them, anyone who reads pinyin can say them, and the breaks between words carry nothing:
//! `MIZU DAPO…` and `mizudapo…` are the same passphrase.
//!
//! Anything else that is typed is kept as it is but for Unicode normalisation (NFC), because two
//! keyboards spell the same accented text in different bytes.

use super::KeyError;
use age::secrecy::SecretString;
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// Length of the longest passphrase, in bytes of its NFC form.
pub const PASSPHRASE_MAX: usize = 1024;

/// Entropy of a generated passphrase, in bits.
pub const GENERATED_BITS: u32 = 72;

/// Syllables in a generated passphrase: six words of two.
const SYLLABLES: usize = 12;

/// Pinyin syllables of two letters, sorted; one stands for 6 bits, so there are 64. Left out of
/// the 70 are those that too easily make a word nobody wants to read out.
#[rustfmt::skip]
const SYLLABLE: [&str; 64] = [
    "bo", "bu", "ca", "ce", "ci", "cu", "da", "de", "di", "du", "fa", "fo", "fu", "ga", "ge", "gu",
    "ha", "he", "hu", "ji", "ju", "ka", "ke", "ku", "la", "le", "li", "lu", "me", "mi", "mo", "mu",
    "na", "ne", "ni", "nu", "pa", "po", "pu", "qi", "qu", "re", "ri", "ru", "sa", "se", "su", "ta",
    "te", "ti", "tu", "wa", "wo", "wu", "xi", "xu", "ya", "ye", "yi", "yu", "za", "ze", "zi", "zu",
];

/// A passphrase in its one spelling; wiped when dropped, never in `Debug`.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes what was typed, without its line end. Twelve syllables of a generated passphrase get
    /// the spelling they were shown in; anything else becomes NFC, spaces and case kept.
    pub fn typed(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() {
            return Err(KeyError::PassphraseEmpty);
        }
        // Before any work, so that a hostile form field costs nothing; NFC can also lengthen.
        within_max(text.len())?;
        if let Some(words) = generated(text) {
            return Ok(Self(words));
        }
        // NFC is at most three times as long in UTF-8 (UAX #15): the buffer never moves.
        let mut nfc = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
        nfc.extend(text.nfc());
        within_max(nfc.len())?;
        Ok(Self(nfc))
    }

    /// Makes six words from 9 bytes of `random`: [`GENERATED_BITS`] bits.
    pub fn generate(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 9]);
        random(bytes.as_mut_slice());
        let mut bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let words = spell((0..SYLLABLES).rev().filter_map(|place| {
            usize::try_from(bits >> (6 * place) & 63).ok().and_then(|at| SYLLABLE.get(at)).copied()
        }));
        bits.zeroize();
        Self(words)
    }

    /// Returns the words themselves, to be shown once and typed back.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn secret(&self) -> SecretString {
        SecretString::from(self.0.as_str())
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

fn within_max(len: usize) -> Result<(), KeyError> {
    if len > PASSPHRASE_MAX {
        return Err(KeyError::PassphraseTooLong { len, max: PASSPHRASE_MAX });
    }
    Ok(())
}

/// Joins syllables in pairs with `-` between the words.
fn spell<'a>(syllables: impl Iterator<Item = &'a str>) -> Zeroizing<String> {
    let mut words = Zeroizing::new(String::with_capacity(32));
    for (at, syllable) in syllables.enumerate() {
        if at != 0 && at.is_multiple_of(2) {
            words.push('-');
        }
        words.push_str(syllable);
    }
    words
}

/// Returns the spelling of a generated passphrase, if `text` is one in whatever case, width and
/// spacing; a phone adds capitals, an input method wide letters, an editor long dashes.
fn generated(text: &str) -> Option<Zeroizing<String>> {
    let mut letters = Zeroizing::new(String::with_capacity(2 * SYLLABLES));
    for c in text.nfkc().filter(|c| !is_break(*c)) {
        if !c.is_ascii_alphabetic() || letters.len() == 2 * SYLLABLES {
            return None;
        }
        letters.push(c.to_ascii_lowercase());
    }
    let mut rest = letters.as_str();
    let mut syllables = Vec::with_capacity(SYLLABLES);
    while let Some((head, tail)) = rest.split_at_checked(2) {
        let at = SYLLABLE.binary_search(&head).ok()?;
        syllables.push(*SYLLABLE.get(at)?);
        rest = tail;
    }
    (syllables.len() == SYLLABLES && rest.is_empty()).then(|| spell(syllables.into_iter()))
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |out| {
            for byte in out {
                *byte = next.wrapping_mul(73);
                next = next.wrapping_add(1);
            }
        }
    }

    #[test]
    fn the_sixty_four_syllables_are_distinct_and_sorted_so_every_bit_counts() {
        assert!(SYLLABLE.is_sorted_by(|a, b| a < b));
        assert!(SYLLABLE.iter().all(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_lowercase())));
        assert_eq!(SYLLABLE.len().ilog2() * u32::try_from(SYLLABLES).unwrap(), GENERATED_BITS);
    }

    #[test]
    fn every_one_of_the_seventy_two_bits_changes_the_passphrase() {
        let base = Passphrase::generate(&mut |out| out.fill(0)).reveal().to_string();
        assert_eq!(base, "bobo-bobo-bobo-bobo-bobo-bobo");
        let mut seen = std::collections::BTreeSet::from([base]);
        for bit in 0..72 {
            let one = Passphrase::generate(&mut |out| {
                assert_eq!(out.len(), 9);
                out.fill(0);
                out[bit / 8] = 1 << (bit % 8);
            });
            assert!(seen.insert(one.reveal().to_string()), "bit {bit} is lost");
        }
        let top = Passphrase::generate(&mut |out| out.fill(255));
        assert_eq!(top.reveal(), "zuzu-zuzu-zuzu-zuzu-zuzu-zuzu");
    }

    #[test]
    fn a_generated_passphrase_typed_on_any_keyboard_is_the_same_passphrase() {
        let shown = Passphrase::generate(&mut counting());
        let words = shown.reveal();
        let wide: String =
            words.chars().map(|c| char::from_u32(u32::from(c) - 0x20 + 0xFF00).unwrap()).collect();
        for typed in [
            words.to_string(),
            words.to_uppercase(),
            words.replace('-', " "),
            words.replace('-', ""),
            words.replace('-', "\u{2014}"),
            words.replace('-', "\u{3000}"),
            format!("  {words} \t"),
            wide,
        ] {
            assert_eq!(Passphrase::typed(&typed).unwrap().reveal(), words, "{typed:?}");
        }
    }

    #[test]
    fn other_words_are_kept_with_their_case_and_spaces() {
        for text in [
            "Mizu Dapo",
            "正月 初一 Abc",
            " lead",
            "bobo-bobo-bobo-bobo-bobo-bob",
            "bobo-bobo-bobo-bobo-bobo-bobo-bo",
            "bobo-bobo-bobo-bobo-bobo-boba",
        ] {
            assert_eq!(Passphrase::typed(text).unwrap().reveal(), text);
        }
    }

    #[test]
    fn two_spellings_of_one_accented_word_are_one_passphrase() {
        let composed = Passphrase::typed("caf\u{e9} 一善").unwrap();
        let decomposed = Passphrase::typed("cafe\u{301} 一善").unwrap();
        assert_eq!(composed.reveal(), decomposed.reveal());
    }

    #[test]
    fn empty_and_endless_passphrases_are_refused() {
        assert_eq!(Passphrase::typed("").unwrap_err(), KeyError::PassphraseEmpty);
        assert!(Passphrase::typed(&"x".repeat(PASSPHRASE_MAX)).is_ok());
        let long = Passphrase::typed(&"x".repeat(PASSPHRASE_MAX + 1)).unwrap_err();
        assert_eq!(long, KeyError::PassphraseTooLong { len: 1025, max: 1024 });
        // U+1D160 is 4 bytes and 12 in NFC: within the maximum only before normalisation.
        let grows = Passphrase::typed(&"\u{1D160}".repeat(200)).unwrap_err();
        assert_eq!(grows, KeyError::PassphraseTooLong { len: 2400, max: 1024 });
    }

    #[test]
    fn debug_does_not_show_the_words() {
        let shown = format!("{:?}", Passphrase::typed("open sesame").unwrap());
        assert_eq!(shown, "Passphrase(..)");
    }
}
