//! The one read-everything path: opening after a crash, `verify` and rebuilding the index all take
//! entries through here, in order, and believe none of them unchecked.

use crate::domain::books::{Books, Past, Refs};
use crate::domain::codec::{Malformed, read_all, spelling};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Digest, Key, Lang, Origin};
use crate::seal::{self, OfficerPublic};
use crate::tlog::{Hash, TileId, Tree, TreeError, leaf_hash};
use std::collections::BTreeMap;

/// Why an entry was not believed. Each names the entry.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// Its bytes are not an entry.
    #[error("entry {entry} is not an entry: {why}")]
    Form {
        /// The entry's number.
        entry: u64,
        /// What is wrong with the bytes.
        why: Malformed,
    },
    /// It does not name the entry before it.
    #[error("entry {entry} names {stated} as the entry before it, which hashes to {computed}")]
    Chain {
        /// The entry's number.
        entry: u64,
        /// The hash it states.
        stated: Digest,
        /// The leaf hash of the entry before.
        computed: Digest,
    },
    /// The rules refuse it.
    #[error("entry {entry} breaks a rule: {why}")]
    Rule {
        /// The entry's number.
        entry: u64,
        /// The rule and both values.
        why: Refusal,
    },
    /// The tree cannot grow.
    #[error("entry {entry} does not fit the tree")]
    Tree {
        /// The entry's number.
        entry: u64,
        /// Why.
        source: TreeError,
    },
}

impl Wrong {
    /// The entry it is about.
    pub fn entry(&self) -> u64 {
        match self {
            Wrong::Form { entry, .. }
            | Wrong::Chain { entry, .. }
            | Wrong::Rule { entry, .. }
            | Wrong::Tree { entry, .. } => *entry,
        }
    }

    /// The same in the reader's language, with both values.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Wrong::Form { entry, why } => lang.pick(
                format!("第 {entry} 号记录的写法不对：{why}"),
                format!("entry {entry}: {why}"),
            ),
            Wrong::Chain { entry, stated, computed } => lang.pick(
                format!("第 {entry} 号记录写的上一条哈希是 {stated}，重算为 {computed}"),
                self.to_string(),
            ),
            Wrong::Rule { entry, why } => {
                let text = why.text(lang);
                lang.pick(format!("第 {entry} 号记录：{text}"), format!("entry {entry}: {text}"))
            }
            Wrong::Tree { entry, source } => lang.pick(
                format!("第 {entry} 号记录无法加入默克尔树：{source}"),
                format!("entry {entry} does not fit the tree: {source}"),
            ),
        }
    }
}

/// An entry read from its bytes, with everything about it that needs no other entry. Making one is
/// the slow part and can be done for many entries at once.
#[derive(Clone, Debug)]
pub struct Read {
    /// The entry.
    pub entry: Entry,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The key under which the signature was found right ahead of its turn.
    signed_under: Option<Key>,
    /// The exact bytes of the voucher, kept only while the signature is unchecked.
    voucher: Vec<u8>,
}

/// Keys by which signatures are checked, parsed once.
#[derive(Clone, Debug, Default)]
pub struct KeyRing(BTreeMap<Key, OfficerPublic>);

impl KeyRing {
    /// The key, parsed; `None` if it is weak.
    fn get(&mut self, key: Key) -> Option<&OfficerPublic> {
        if let std::collections::btree_map::Entry::Vacant(place) = self.0.entry(key) {
            place.insert(OfficerPublic::parse(key.0).ok()?);
        }
        self.0.get(&key)
    }
}

impl Read {
    /// Reads entry `number` from its bytes. If `guess` names the key that its officer had lately,
    /// the signature is checked here already.
    pub fn new(number: u64, bytes: &[u8], origin: &Origin, guess: &Guess) -> Result<Read, Wrong> {
        let (entry, voucher) =
            Entry::decode(bytes).map_err(|why| Wrong::Form { entry: number, why })?;
        let signed_under = guess.check(origin, &entry, voucher);
        let voucher = if signed_under.is_some() { Vec::new() } else { voucher.to_vec() };
        Ok(Read { entry, leaf: leaf_hash(bytes), signed_under, voucher })
    }
}

/// Who had which key a moment ago: a guess that the rules confirm or not.
#[derive(Clone, Debug, Default)]
pub struct Guess(BTreeMap<crate::domain::text::Id, (Key, OfficerPublic)>);

impl Guess {
    fn check(&self, origin: &Origin, entry: &Entry, voucher: &[u8]) -> Option<Key> {
        let (key, public) = self.0.get(&entry.voucher.by)?;
        seal::check_voucher(public, origin.as_str(), voucher, &entry.sig.0).then_some(*key)
    }
}

/// The state after some entry: books, tree, and the hash the next entry must name.
#[derive(Clone, Debug)]
pub struct Replay {
    origin: Origin,
    books: Books,
    tree: Tree,
    last: Digest,
    ring: KeyRing,
}

impl Replay {
    /// The state before the first entry of the log `origin`.
    pub fn new(origin: Origin) -> Replay {
        Replay::resume(origin, Books::default(), Tree::default(), Digest([0; 32]))
    }

    /// The state after an entry whose leaf hash is `last`.
    pub fn resume(origin: Origin, books: Books, tree: Tree, last: Digest) -> Replay {
        Replay { origin, books, tree, last, ring: KeyRing::default() }
    }

    /// The state as bytes: `<length of the books, 8 bytes, big-endian><books><last leaf hash>
    /// <tree>`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let books = spelling(&self.books).into_bytes();
        let len = (books.len() as u64).to_be_bytes();
        [&len[..], &books, &self.last.0, &self.tree.to_bytes()].concat()
    }

    /// The state of the log `origin` that [`Replay::to_bytes`] wrote; `None` if it is not one.
    /// Whether it is the right one only a checkpoint tells: compare the tree's root.
    pub fn from_bytes(origin: Origin, bytes: &[u8]) -> Option<Replay> {
        let (len, rest) = bytes.split_first_chunk::<8>()?;
        let (books, rest) =
            rest.split_at_checked(usize::try_from(u64::from_be_bytes(*len)).ok()?)?;
        let (last, tree) = rest.split_first_chunk::<32>()?;
        let books: Books = read_all(books, bytes.len()).ok()?;
        let tree = Tree::from_bytes(tree).ok()?;
        (books.size == tree.size()).then(|| Replay::resume(origin, books, tree, Digest(*last)))
    }

    /// Whether both have come to the same state of the same log.
    pub fn agrees(&self, other: &Replay) -> bool {
        let (one, two) = (self, other);
        let log = one.origin == two.origin && one.last == two.last && one.tree == two.tree;
        log && one.books == two.books
    }

    /// The log's name.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The books.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The leaf hash of the last entry; all zero before the first.
    pub fn last(&self) -> Digest {
        self.last
    }

    /// The keys of the officers now in office, for [`Read::new`].
    pub fn guess(&self) -> Guess {
        let keys = self.books.officers.iter();
        let parsed =
            keys.filter_map(|(id, o)| Some((*id, (o.key, OfficerPublic::parse(o.key.0).ok()?))));
        Guess(parsed.collect())
    }

    /// Reads the next entry from its bytes and takes it in.
    pub fn take(
        &mut self,
        bytes: &[u8],
        past: &dyn Past,
        refs: &mut dyn Refs,
        full_tile: &mut impl FnMut(TileId, &[Hash]),
    ) -> Result<Read, Wrong> {
        let read = Read::new(self.books.size, bytes, &self.origin, &Guess::default())?;
        self.enter(&read, past, refs, full_tile)?;
        Ok(read)
    }

    /// Takes in the next entry, which was read before. A refused entry leaves no trace.
    pub fn enter(
        &mut self,
        read: &Read,
        past: &dyn Past,
        refs: &mut dyn Refs,
        full_tile: &mut impl FnMut(TileId, &[Hash]),
    ) -> Result<(), Wrong> {
        let (number, entry) = (self.books.size, &read.entry);
        if entry.prev != self.last {
            return Err(Wrong::Chain { entry: number, stated: entry.prev, computed: self.last });
        }
        let rule = |why| Wrong::Rule { entry: number, why };
        self.check_keys(entry).map_err(rule)?;
        let key = self.books.signer(entry).map_err(rule)?;
        self.check_signature(read, key).map_err(rule)?;
        self.books.enter(entry, past, refs).map_err(rule)?;
        self.tree
            .push(read.leaf, full_tile)
            .map_err(|source| Wrong::Tree { entry: number, source })?;
        self.last = Digest(read.leaf.0);
        Ok(())
    }

    fn check_signature(&mut self, read: &Read, key: Key) -> Result<(), Refusal> {
        if read.signed_under == Some(key) {
            return Ok(());
        }
        let officer = read.entry.voucher.by;
        let public = self.ring.get(key).ok_or(Refusal::WeakKey { key, officer })?;
        // A signature that was right under another key is not right under this one.
        let right = read.signed_under.is_none()
            && seal::check_voucher(public, self.origin.as_str(), &read.voucher, &read.entry.sig.0);
        if right { Ok(()) } else { Err(Refusal::BadSignature { officer, key }) }
    }

    /// Refuses a founding for another log, and weak keys wherever an officer is given one.
    fn check_keys(&self, entry: &Entry) -> Result<(), Refusal> {
        let strong = |officer, key: Key| match OfficerPublic::parse(key.0) {
            Ok(_) => Ok(()),
            Err(_) => Err(Refusal::WeakKey { key, officer }),
        };
        for line in entry.voucher.lines.iter() {
            match line {
                Line::Found(found) => {
                    if found.origin != self.origin {
                        let (found, ours) = (found.origin.clone(), self.origin.clone());
                        return Err(Refusal::OtherOrigin { found, ours });
                    }
                    found.officers.iter().try_for_each(|o| strong(o.id, o.key))?;
                }
                Line::Appoint(appoint) => strong(appoint.officer, appoint.key)?,
                _ => {}
            }
        }
        Ok(())
    }
}
