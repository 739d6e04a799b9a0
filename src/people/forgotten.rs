//! `vault/forgotten`: who is forgotten. A line a person, in the order of the pseudonyms.
//!
//! ```text
//! yishan/forgotten/v1
//! {"person":"s-k7p2abcd","at":"2026-11-22T21:00:00+08:00","by":"chen","key":"age1…",
//!   "pieces":["keys/s-k7p2abcd.age"],"name":"…","marks":["…"]}
//! ```
//!
//! It is the one list of them: what it names is destroyed wherever it is found.

use super::mark::Marks;
use super::open::destroy;
use super::{Error, Words};
use crate::domain::codec::{List, Malformed, read_all, spelling};
use crate::domain::text::{Digest, Id};
use crate::domain::time::Stamp;
use crate::record;
use crate::storage::disk::{self, Access, Disk};
use std::collections::BTreeMap;

/// The list's path in the fund's folder.
pub const FORGOTTEN: &str = "vault/forgotten";

/// Its path in the folder of keys: a copy that older backups cannot undo.
const COPY: &str = "forgotten";

/// The longest list (bytes), some thirty thousand people.
pub const FORGOTTEN_MAX: u64 = 16 << 20;

const VERSION: &str = "yishan/forgotten/v1\n";

/// The longest line (bytes).
const LINE_MAX: usize = 4096;

record! {
    /// A person who is forgotten: nothing in it says who.
    pub struct Grave {
        /// The pseudonym.
        person: Id = "person",
        /// When it was decided.
        at: Stamp = "at",
        /// By whom.
        by: Id = "by",
        /// The public half of the key that was destroyed; left out if they had none.
        key: Option<Words> = "key",
        /// What was destroyed, by its path in the vault.
        pieces: List<Words, 0, 4> = "pieces",
        /// The mark of the name.
        name: Option<Digest> = "name",
        /// The marks of name and phone, and of the number elsewhere.
        marks: List<Digest, 0, 6> = "marks",
    }
}

/// Everybody who is forgotten.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Forgotten(BTreeMap<Id, Grave>);

impl Forgotten {
    /// Reads the one spelling.
    pub fn parse(bytes: &[u8]) -> Result<Forgotten, Malformed> {
        let text =
            bytes.strip_prefix(VERSION.as_bytes()).filter(|t| t.is_empty() || t.ends_with(b"\n"));
        let wrong = |found: &str, at| {
            let want = "a list of the forgotten, each line after the one before";
            Malformed::Spelling { want, found: found.to_owned(), at }
        };
        let (mut all, mut at) = (BTreeMap::new(), VERSION.len());
        for line in text.ok_or_else(|| wrong("", 0))?.split_inclusive(|b| *b == b'\n') {
            let grave: Grave = read_all(line.strip_suffix(b"\n").unwrap_or(line), LINE_MAX)?;
            let person = grave.person;
            if all.last_key_value().is_some_and(|(last, _)| *last >= person) {
                return Err(wrong(person.as_str(), at));
            }
            at += line.len();
            all.insert(person, grave);
        }
        Ok(Forgotten(all))
    }

    /// The one spelling.
    pub fn encode(&self) -> Vec<u8> {
        let lines = self.0.values().map(|grave| spelling(grave) + "\n");
        [VERSION.to_owned()].into_iter().chain(lines).collect::<String>().into_bytes()
    }

    /// The list in a fund's folder together with the copy beside its keys.
    pub fn load(fund: &dyn Disk, keys: Option<&dyn Disk>) -> Result<Forgotten, Error> {
        let mut all = Forgotten::default();
        for (disk, path) in [(Some(fund), FORGOTTEN), (keys, COPY)] {
            let Some(disk) = disk else { continue };
            if let Some(bytes) = disk::read_whole(disk, path, FORGOTTEN_MAX)? {
                let path = path.to_owned();
                all.join(Forgotten::parse(&bytes).map_err(|why| Error::Form { path, why })?);
            }
        }
        Ok(all)
    }

    /// Writes the list to both places, the copy first: who is in the list is in the copy.
    pub(super) fn save(&self, fund: &dyn Disk, keys: &dyn Disk) -> Result<(), Error> {
        let bytes = self.encode();
        let (found, max) = (bytes.len() as u64, FORGOTTEN_MAX);
        if found > max {
            return Err(Error::TooMuch { what: "a list of the forgotten", found, max });
        }
        for (disk, path) in [(keys, COPY), (fund, FORGOTTEN)] {
            if disk::read_whole(disk, path, FORGOTTEN_MAX)?.as_ref() != Some(&bytes) {
                disk::atomic_write(disk, path, &bytes, Access::Private)?;
            }
        }
        Ok(())
    }

    /// Takes this list into a fund's folder that came back from a backup and destroys there what
    /// the backup still had of those in it; how many pieces.
    pub fn apply(&self, fund: &dyn Disk) -> Result<usize, Error> {
        let mut all = Forgotten::load(fund, None)?;
        all.join(self.clone());
        if all != Forgotten::default() {
            disk::atomic_write(fund, FORGOTTEN, &all.encode(), Access::Private)?;
        }
        destroy(fund, &all)
    }

    /// Takes in another list. Of one person the earlier line stays.
    pub fn join(&mut self, other: Forgotten) {
        for (person, grave) in other.0 {
            let earlier = self.0.get(&person).is_some_and(|ours| ours.at.unix() <= grave.at.unix());
            if !earlier {
                self.0.insert(person, grave);
            }
        }
    }

    /// The line about `person`.
    pub fn get(&self, person: Id) -> Option<&Grave> {
        self.0.get(&person)
    }

    /// Everybody, in the order of the pseudonyms.
    pub fn iter(&self) -> impl Iterator<Item = &Grave> {
        self.0.values()
    }

    pub(super) fn insert(&mut self, grave: Grave) {
        self.0.insert(grave.person, grave);
    }

    /// Who of them has one of these marks.
    pub(super) fn known(&self, marks: &Marks) -> Option<&Grave> {
        self.iter().find(|grave| grave.name.is_some_and(|name| marks.same(name, &grave.marks)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn grave(person: &str, at: &str) -> Grave {
        Grave {
            person: Id::parse(person.as_bytes()).unwrap(),
            at: Stamp::parse(at.as_bytes()).unwrap(),
            by: Id::parse(b"chen").unwrap(),
            key: None,
            pieces: List::empty(),
            name: Some(Digest([1; 32])),
            marks: List::empty(),
        }
    }

    #[test]
    fn the_list_has_one_spelling_and_joins_in_any_order() {
        let (early, late) = ("2026-11-22T21:00:00+08:00", "2026-11-23T21:00:00+08:00");
        let mut one = Forgotten::default();
        assert_eq!(Forgotten::parse(&one.encode()).unwrap(), one);
        one.insert(grave("s-b", early));
        one.insert(grave("s-a", late));
        let mut other = Forgotten::default();
        other.insert(grave("s-a", early));
        other.insert(grave("s-c", early));
        let (mut a, mut b) = (one.clone(), other.clone());
        a.join(other);
        b.join(one);
        assert_eq!(a, b);
        assert_eq!(a.get(Id::parse(b"s-a").unwrap()).unwrap().at.to_string(), early);
        let text = String::from_utf8(a.encode()).unwrap();
        assert_eq!(Forgotten::parse(text.as_bytes()).unwrap(), a);
        let lines: Vec<_> = text.lines().collect();
        let swapped = [lines[0], lines[2], lines[1], lines[3], ""].join("\n");
        for bad in [text.trim_end(), &text[1..], &swapped, &text.replace("},", "}, "), ""] {
            if bad != text {
                assert!(Forgotten::parse(bad.as_bytes()).is_err(), "{bad}");
            }
        }
    }
}
