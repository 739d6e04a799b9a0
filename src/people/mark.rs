//! Keyed hashes that recognise a person who comes back, and say nothing to anybody else.
//!
//! ```text
//! HMAC-SHA-256(secret, "yishan/person-mark/v1\nphone\n李小花\n13812345678\n")
//! ```

use super::person::Person;
use crate::domain::text::Digest;
use sha2::{Digest as _, Sha256};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

const MARK_V1: &str = "yishan/person-mark/v1";

/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// Random bytes that only the vault's key opens: without them a mark cannot be tried against a list
/// of names or phones.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Takes 32 bytes of `random`.
    pub fn draw(random: &mut dyn FnMut(&mut [u8])) -> Secret {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice());
        Secret(bytes)
    }

    /// The secret that `bytes` are.
    pub fn read(bytes: &[u8]) -> Option<Secret> {
        let bytes: [u8; 32] = bytes.try_into().ok()?;
        Some(Secret(Zeroizing::new(bytes)))
    }

    /// Its 32 bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// HMAC-SHA-256 over `text`.
    pub fn mac(&self, text: &str) -> Digest {
        mac(self.as_bytes(), text.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// HMAC-SHA-256 (RFC 2104) with a key of at most 64 bytes; of a longer one, the first 64.
fn mac(key: &[u8], text: &[u8]) -> Digest {
    let pad = |with: u8| {
        let mut block = Zeroizing::new([with; BLOCK]);
        block.iter_mut().zip(key).for_each(|(to, byte)| *to ^= byte);
        block
    };
    let inner = Sha256::new_with_prefix(*pad(0x36)).chain_update(text).finalize();
    Digest(Sha256::new_with_prefix(*pad(0x5c)).chain_update(inner).finalize().into())
}

/// The marks of a person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Marks {
    /// Of the name alone: it speaks only where there is nothing better.
    pub(super) name: Digest,
    /// Of the name with each phone, and of the number elsewhere.
    pub(super) strong: Vec<Digest>,
}

impl Marks {
    pub(super) fn of(secret: &Secret, person: &Person) -> Marks {
        let make = |kind: &str, parts: &[&str]| {
            secret.mac(&([&[MARK_V1, kind], parts].concat().join("\n") + "\n"))
        };
        let name = plain(person.name.as_str());
        let phones = person.phones.iter().map(|phone| make("phone", &[&name, phone.as_str()]));
        let source = person.source.iter().map(|source| make("source", &[&plain(source.as_str())]));
        Marks { strong: phones.chain(source).collect(), name: make("name", &[&name]) }
    }

    /// Whether both are of one person, as far as can be told: by a phone or number, or by the name
    /// alone if one of the two had nothing else.
    pub(super) fn same(&self, name: Digest, strong: &[Digest]) -> bool {
        if self.strong.is_empty() || strong.is_empty() {
            return self.name == name;
        }
        self.strong.iter().any(|mark| strong.contains(mark))
    }
}

/// A name without what differs between two ways to type it: width, case, blanks (NFKC).
fn plain(text: &str) -> String {
    let text = text.nfkc().filter(|c| !c.is_whitespace() && *c != '·');
    text.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::person::tests::person;
    use super::*;
    use crate::domain::codec::List;

    /// RFC 4231, test cases 1 and 2.
    #[test]
    fn the_mac_is_that_of_the_standard() {
        let case = |key: &[u8], text: &str| mac(key, text.as_bytes()).to_string();
        assert_eq!(
            case(&[0x0b; 20], "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            case(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn who_comes_back_is_known_by_phone_and_a_namesake_is_not() {
        let secret = Secret::draw(&mut |bytes| bytes.fill(7));
        let first = person("Ａnna · Li", true);
        let again = person("anna li", true);
        let mut namesake = person("Anna Li", true);
        namesake.phones =
            List::new(vec![crate::people::Phone::new("13900000000").unwrap()]).unwrap();
        let mut bare = person("Anna Li", true);
        bare.phones = List::empty();
        let marks = Marks::of(&secret, &first);
        let same = |other| {
            let other = Marks::of(&secret, other);
            marks.same(other.name, &other.strong)
        };
        assert!(same(&again) && same(&bare) && !same(&namesake));
        let other = Marks::of(&Secret::draw(&mut |bytes| bytes.fill(8)), &first);
        assert!(!marks.same(other.name, &other.strong), "without the secret nothing is known");
    }
}
