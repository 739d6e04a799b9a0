//! Signed notes: a text and the lines of those who signed it (C2SP signed-note).
//!
//! ```text
//! The text, which may have
//!
//! empty lines.
//!
//! — log.example/fund 5LHflOHf…
//! ```
//!
//! The last empty line divides. Signed are the bytes of the text with its last newline.

use super::{
    key::{Signer, Verified, Verifier, is_name},
    text::{from_base64, shown, to_base64},
};
use thiserror::Error;

/// The longest note in bytes, signatures included.
pub const MAX_NOTE_LEN: usize = 1_000_000;

/// The most signature lines of a note; C2SP wants at least 16 accepted.
pub const MAX_SIGNATURES: usize = 100;

/// A note with at least one good signature and no bad one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note<'n, 'v> {
    /// What was signed, with its final newline.
    pub text: &'n str,
    /// The good signatures of known keys, in the order of their lines.
    pub verified: Vec<Verified<'v>>,
}

/// Why a note was not signed, or not believed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_LEN`].
    #[error("a note has {len} bytes, {max} is the most")]
    TooLong {
        /// The length in bytes.
        len: usize,
        /// [`MAX_NOTE_LEN`].
        max: usize,
    },
    /// More lines than [`MAX_SIGNATURES`].
    #[error("a note has {lines} signature lines, {max} is the most")]
    TooManySignatures {
        /// The number of lines.
        lines: usize,
        /// [`MAX_SIGNATURES`].
        max: usize,
    },
    /// Not UTF-8, or with a control character other than the newline.
    #[error("byte {at} of a note is no text")]
    NotText {
        /// Where, counted from 0.
        at: usize,
    },
    /// No text that ends in a newline, or no empty line before the signatures.
    #[error("a note has no text before an empty line and its signatures")]
    NoText,
    /// A line after the text is not a signature.
    #[error("{0:?} is not a signature line")]
    Line(String),
    /// Two keys to check with are the same, or cannot be told apart by name and id.
    #[error("the keys {first} and {second} cannot be told apart")]
    Ambiguous {
        /// One vkey.
        first: String,
        /// The other.
        second: String,
    },
    /// A known key has two lines.
    #[error("the key {vkey} signed line {first} and again line {second}")]
    Duplicate {
        /// The key.
        vkey: String,
        /// The number of its first signature line, from 1.
        first: usize,
        /// The number of its second.
        second: usize,
    },
    /// A known key did not sign this text.
    #[error("signature line {line} was not made by {vkey} for this text")]
    Bad {
        /// The number of the signature line, from 1.
        line: usize,
        /// The key.
        vkey: String,
    },
    /// No known key signed.
    #[error("none of the {lines} signatures is by one of the {keys} keys known")]
    Unverified {
        /// The number of signature lines.
        lines: usize,
        /// The number of known keys.
        keys: usize,
    },
}

/// Returns the note of `text`, which ends in a newline, with one signature line.
pub fn sign(text: &str, signer: &Signer) -> Result<String, NoteError> {
    if !text.ends_with('\n') {
        return Err(NoteError::NoText);
    }
    let note = format!("{text}\n— {} {}\n", signer.name(), to_base64(&signer.sign(text)));
    readable(note.as_bytes())?;
    Ok(note)
}

/// Returns the text of a note and whose signatures on it are good.
///
/// Lines of unknown keys are ignored, whatever their type. One bad line of a known key, or two
/// lines of one, reject the note, and so does having none. No two of `known` may share name and id,
/// or the public key: one key signing under two names would count as two.
pub fn open<'n, 'v>(bytes: &'n [u8], known: &[&'v Verifier]) -> Result<Note<'n, 'v>, NoteError> {
    distinct(known)?;
    let note = readable(bytes)?;
    let blank = note.rfind("\n\n").ok_or(NoteError::NoText)?;
    let (text, rest) = note.split_at_checked(blank + 1).ok_or(NoteError::NoText)?;
    let lines: Vec<&str> = rest.split_inclusive('\n').skip(1).collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(NoteError::TooManySignatures { lines: lines.len(), max: MAX_SIGNATURES });
    }
    let (mut verified, mut seen) = (Vec::new(), Vec::new());
    for (line, number) in lines.iter().zip(1..) {
        let (name, id, signature) = parse_line(line).ok_or_else(|| NoteError::Line(shown(line)))?;
        let Some(key) = known.iter().find(|key| key.name() == name && key.id() == id) else {
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(other, _)| other == key) {
            return Err(NoteError::Duplicate {
                vkey: key.to_string(),
                first: *first,
                second: number,
            });
        }
        seen.push((*key, number));
        let good = key.check(text, &signature);
        verified.push(good.ok_or_else(|| NoteError::Bad { line: number, vkey: key.to_string() })?);
    }
    if verified.is_empty() {
        return Err(NoteError::Unverified { lines: lines.len(), keys: known.len() });
    }
    Ok(Note { text, verified })
}

/// Who signed a note first by its own word, as `name+id`; whether that is true is for [`open`].
pub fn signed_by(bytes: &[u8]) -> Option<String> {
    let note = readable(bytes).ok()?;
    let (_, rest) = note.split_at_checked(note.rfind("\n\n")? + 2)?;
    let (name, id, _) = parse_line(rest.split_inclusive('\n').next()?)?;
    Some(format!("{name}+{id:08x}"))
}

/// Takes `— name base64\n` apart: name, key id, and the signature behind it.
fn parse_line(line: &str) -> Option<(&str, u32, Vec<u8>)> {
    let (name, blob) = line.strip_prefix("— ")?.strip_suffix('\n')?.split_once(' ')?;
    let mut blob = from_base64(blob)?;
    let id = u32::from_be_bytes(*blob.first_chunk()?);
    let signature = blob.split_off(4);
    (is_name(name) && !signature.is_empty()).then_some((name, id, signature))
}

/// Returns the bytes of a note as text.
fn readable(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE_LEN {
        return Err(NoteError::TooLong { len: bytes.len(), max: MAX_NOTE_LEN });
    }
    let text =
        str::from_utf8(bytes).map_err(|error| NoteError::NotText { at: error.valid_up_to() })?;
    match bytes.iter().position(|byte| *byte < b' ' && *byte != b'\n') {
        Some(at) => Err(NoteError::NotText { at }),
        None => Ok(text),
    }
}

/// Checks that a signature can count for one of the keys only.
fn distinct(known: &[&Verifier]) -> Result<(), NoteError> {
    let mut rest = known.iter();
    while let Some(first) = rest.next() {
        let clash = rest.clone().find(|second| {
            (first.name(), first.id()) == (second.name(), second.id())
                || first.public_key() == second.public_key()
        });
        if let Some(second) = clash {
            return Err(NoteError::Ambiguous {
                first: first.to_string(),
                second: second.to_string(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tlog::{Algorithm, MAX_TIME, text::changes};
    use ed25519_dalek::{Signer as _, SigningKey};

    const TEXT: &str = "one yuan\n\na day 日\n";

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::new(name, &[seed; 32]).unwrap()
    }

    fn witness(name: &str, seed: u8) -> Verifier {
        let key = SigningKey::from_bytes(&[seed; 32]).verifying_key();
        Verifier::new(name, Algorithm::CosignatureV1, key.as_bytes()).unwrap()
    }

    /// A cosignature line, put together from the specification.
    fn cosign(witness: &Verifier, seed: u8, time: u64, text: &str) -> String {
        let message =
            [format!("cosignature/v1\ntime {time}\n").as_bytes(), text.as_bytes()].concat();
        let signature = SigningKey::from_bytes(&[seed; 32]).sign(&message).to_bytes();
        let blob = [&witness.id().to_be_bytes()[..], &time.to_be_bytes(), &signature].concat();
        format!("— {} {}\n", witness.name(), to_base64(&blob))
    }

    fn line(note: &str) -> &str {
        note.rsplit_once("\n\n").unwrap().1
    }

    #[test]
    fn a_note_opens_with_its_key_and_with_no_other() {
        let [a, b] = [signer("a", 1), signer("b", 2)];
        let note = sign(TEXT, &a).unwrap();
        let (key, other) = (a.verifier(), b.verifier());
        let opened = open(note.as_bytes(), &[&other, &key]).unwrap();
        assert_eq!(opened.text, TEXT);
        assert_eq!(opened.verified, [Verified { verifier: &key, time: None }]);
        let unverified = Err(NoteError::Unverified { lines: 1, keys: 1 });
        assert_eq!(open(note.as_bytes(), &[&other]), unverified);
        assert_eq!(open(note.as_bytes(), &[&signer("a", 2).verifier()]), unverified);
        assert_eq!(open(note.as_bytes(), &[&signer("b", 1).verifier()]), unverified);
        assert!(matches!(open(note.as_bytes(), &[]), Err(NoteError::Unverified { keys: 0, .. })));
    }

    #[test]
    fn no_changed_byte_of_a_note_passes_unless_it_makes_a_foreign_line_of_another() {
        let [a, b] = [signer("a", 1), signer("b", 2)];
        let note = sign(TEXT, &a).unwrap() + line(&sign(TEXT, &b).unwrap());
        let (key, other) = (a.verifier(), b.verifier());
        let foreign = sign(TEXT, &a).unwrap().len();
        let mut ignored = 0;
        for place in 0..note.len() {
            for changed in changes(note.as_bytes(), place) {
                // Both keys known: a changed line is bad, or of nobody known and its key missing.
                if let Ok(opened) = open(&changed, &[&key, &other]) {
                    assert_eq!((opened.text, opened.verified.len()), (TEXT, 1));
                }
                // One key known: only the other's line may change, and the meaning does not.
                if let Ok(opened) = open(&changed, &[&key]) {
                    assert_eq!((opened.text, opened.verified.len()), (TEXT, 1));
                    assert!(place >= foreign, "byte {place} was {}", note.as_bytes()[place]);
                    ignored += 1;
                }
            }
        }
        assert!(ignored > 100, "foreign lines were not ignored: {ignored}");
    }

    #[test]
    fn no_part_of_a_note_passes() {
        let (a, b) = (signer("a", 1), signer("b", 2));
        let note = sign(TEXT, &a).unwrap();
        let both = note.clone() + line(&sign(TEXT, &b).unwrap());
        let key = a.verifier();
        for len in 0..both.len() {
            let opened = open(&both.as_bytes()[..len], &[&key]).is_ok();
            assert_eq!(opened, len == note.len(), "{len} bytes");
            assert!(len == 0 || open(&both.as_bytes()[len..], &[&key]).is_err(), "from {len}");
        }
        for extra in
            ["\n", " ", "x", "\n\n", "— ", "— a\n", "— a \n", "— a AAAA\n", "— a AAAAAA==\n"]
        {
            assert!(open(format!("{note}{extra}").as_bytes(), &[&key]).is_err(), "{extra:?}");
        }
    }

    #[test]
    fn a_bad_or_repeated_line_of_a_known_key_rejects_the_note() {
        let [a, b] = [signer("a", 1), signer("b", 2)];
        let (key, other) = (a.verifier(), b.verifier());
        let note = sign(TEXT, &a).unwrap();
        let bad = note.clone() + line(&sign("another text\n", &b).unwrap());
        let refused = Err(NoteError::Bad { line: 2, vkey: other.to_string() });
        assert_eq!(open(bad.as_bytes(), &[&key, &other]), refused);
        assert!(open(bad.as_bytes(), &[&key]).is_ok());
        let twice = note.clone() + line(&note);
        let refused = Err(NoteError::Duplicate { vkey: key.to_string(), first: 1, second: 2 });
        assert_eq!(open(twice.as_bytes(), &[&key]), refused);
        // A signature of the right key but with bytes missing or added is a bad one.
        for len in [1, 63, 65] {
            let mut blob = a.sign(TEXT);
            blob.resize(4 + len, 0);
            let note = format!("{TEXT}\n— a {}\n", to_base64(&blob));
            assert!(matches!(open(note.as_bytes(), &[&key]), Err(NoteError::Bad { line: 1, .. })));
        }
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_refused() {
        let note = sign(TEXT, &signer("a", 1)).unwrap();
        let key = signer("a", 1).verifier();
        for same in [key.clone(), signer("b", 1).verifier(), witness("w", 1)] {
            let refused = open(note.as_bytes(), &[&key, &same]);
            assert!(matches!(refused, Err(NoteError::Ambiguous { .. })), "{same}");
        }
    }

    #[test]
    fn a_witness_line_counts_with_its_time() {
        let (a, w) = (signer("a", 1), witness("w.example/1", 3));
        let key = a.verifier();
        let note = sign(TEXT, &a).unwrap();
        for time in [0, 1_795_000_000, MAX_TIME] {
            let cosigned = note.clone() + &cosign(&w, 3, time, TEXT);
            let opened = open(cosigned.as_bytes(), &[&key, &w]).unwrap();
            let times: Vec<_> = opened.verified.iter().map(|good| good.time).collect();
            assert_eq!(times, [None, Some(time)]);
            assert!(open(cosigned.as_bytes(), &[&key]).is_ok());
        }
        for bad in
            [cosign(&w, 3, MAX_TIME + 1, TEXT), cosign(&w, 3, 5, "x\n"), cosign(&w, 4, 5, TEXT)]
        {
            let cosigned = note.clone() + &bad;
            let refused = open(cosigned.as_bytes(), &[&key, &w]);
            assert!(matches!(refused, Err(NoteError::Bad { line: 2, .. })), "{bad}");
        }
        // A changed time is not what the witness signed.
        let line = cosign(&w, 3, 5, TEXT);
        let mut blob = from_base64(line.trim_end().rsplit_once(' ').unwrap().1).unwrap();
        blob[11] ^= 1;
        let moved = format!("{note}— {} {}\n", w.name(), to_base64(&blob));
        assert!(open(moved.as_bytes(), &[&key, &w]).is_err());
    }

    #[test]
    fn sizes_and_counts_are_limited() {
        let a = signer("a", 1);
        let key = a.verifier();
        let note = sign(TEXT, &a).unwrap();
        let filler = "— z AAAAAAA=\n";
        assert!(open((note.clone() + &filler.repeat(99)).as_bytes(), &[&key]).is_ok());
        let many = note + &filler.repeat(100);
        let refused = Err(NoteError::TooManySignatures { lines: 101, max: 100 });
        assert_eq!(open(many.as_bytes(), &[&key]), refused);
        let room = MAX_NOTE_LEN - sign("\n", &a).unwrap().len();
        let longest = sign(&("x".repeat(room) + "\n"), &a).unwrap();
        assert_eq!(longest.len(), MAX_NOTE_LEN);
        assert!(open(longest.as_bytes(), &[&key]).is_ok());
        let refused = NoteError::TooLong { len: MAX_NOTE_LEN + 1, max: MAX_NOTE_LEN };
        assert_eq!(sign(&("x".repeat(room + 1) + "\n"), &a), Err(refused.clone()));
        assert_eq!(open(format!("x{longest}").as_bytes(), &[&key]), Err(refused));
    }

    #[test]
    fn a_text_that_is_no_text_is_not_signed() {
        let a = signer("a", 1);
        for bad in ["", "x", "x\n\0\n", "a\tb\n", "a\r\n"] {
            assert!(sign(bad, &a).is_err(), "{bad:?}");
        }
        let note = sign("\n", &a).unwrap();
        assert_eq!(open(note.as_bytes(), &[&a.verifier()]).unwrap().text, "\n");
    }
}
