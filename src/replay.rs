//! The one read-everything path: opening after a crash, `verify` and rebuilding the index all take
//! entries through here, in order, and believe none of them unchecked.

use crate::domain::books::{Books, Past, Refs};
use crate::domain::codec::{Malformed, read_all, spelling};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Digest, Id, Key, Lang, Origin, Signature};
use crate::seal::{self, OfficerPublic, Sealed};
use crate::tlog::{Hash, TileId, Tree, TreeError, leaf_hash_beside};
use rayon::prelude::*;
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
    /// The SHA-256 of the voucher's exact bytes, which the officer signed.
    pub digest: [u8; 32],
    /// The key under which the signature was found right ahead of its turn.
    pub signed_under: Option<Key>,
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
    /// Reads entry `number` from its bytes; the signature is left for its turn.
    pub fn new(number: u64, bytes: &[u8]) -> Result<Read, Wrong> {
        let (entry, voucher) =
            Entry::decode(bytes).map_err(|why| Wrong::Form { entry: number, why })?;
        // What the officer signed lies within the leaf, so its bytes are at hand: both at once.
        let (leaf, digest) = leaf_hash_beside(bytes, voucher);
        Ok(Read { entry, leaf, digest, signed_under: None })
    }

    /// Reads many entries on every core, and checks their signatures together under the keys of
    /// `guess`.
    pub fn many(entries: &[(u64, &[u8])], origin: &Origin, guess: &Guess) -> Vec<ReadResult> {
        let mut reads: Vec<ReadResult> =
            entries.par_iter().map(|(number, bytes)| Read::new(*number, bytes)).collect();
        let signed = reads.iter().flatten().map(|read| Signed {
            by: read.entry.voucher.by,
            digest: read.digest,
            sig: &read.entry.sig,
        });
        let keys = guess.keys(origin, &signed.collect::<Vec<_>>());
        for (read, key) in reads.iter_mut().flatten().zip(keys) {
            read.signed_under = key;
        }
        reads
    }
}

/// An entry that was read, or why it is none.
pub type ReadResult = Result<Read, Wrong>;

/// A signature that an entry's place in the ledger asks for.
#[derive(Clone, Debug)]
pub struct Due {
    /// The entry.
    pub entry: u64,
    officer: Id,
    key: Key,
    public: OfficerPublic,
    digest: [u8; 32],
    sig: Signature,
}

impl Due {
    fn sealed(&self) -> Sealed<'_> {
        Sealed { officer: &self.public, digest: self.digest, signature: &self.sig.0 }
    }

    fn holds(&self, origin: &Origin) -> bool {
        let Sealed { officer, digest, signature } = self.sealed();
        seal::check_voucher_digest(officer, origin.as_str(), &digest, signature)
    }

    fn refusal(&self) -> Refusal {
        Refusal::BadSignature { officer: self.officer, key: self.key }
    }

    /// Checks many signatures on every core; the first in order that does not hold is named.
    pub fn check(all: &[Due], origin: &Origin) -> Result<(), Wrong> {
        let wrong = all.par_chunks(share(all.len())).map(|batch| {
            let sealed: Vec<Sealed<'_>> = batch.iter().map(Due::sealed).collect();
            if sealed.len() > 1 && seal::check_vouchers(origin.as_str(), &sealed) {
                return None;
            }
            batch.iter().find(|due| !due.holds(origin))
        });
        match wrong.flatten().min_by_key(|due| due.entry) {
            Some(due) => Err(Wrong::Rule { entry: due.entry, why: due.refusal() }),
            None => Ok(()),
        }
    }
}

/// What an officer is said to have signed.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The officer.
    pub by: Id,
    /// The SHA-256 of the voucher's exact bytes.
    pub digest: [u8; 32],
    /// The signature.
    pub sig: &'a Signature,
}

/// Who had which key a moment ago: a guess that the rules confirm or not.
#[derive(Clone, Debug, Default)]
pub struct Guess(BTreeMap<Id, (Key, OfficerPublic)>);

/// The most signatures that are checked together: more cost hardly less each.
const TOGETHER: usize = 2048;
/// So few are not divided among the cores: together they are cheaper.
const FEW: usize = 32;

/// How many of so many signatures one core checks together.
fn share(signatures: usize) -> usize {
    signatures.div_ceil(rayon::current_num_threads()).clamp(FEW, TOGETHER)
}

impl Guess {
    /// For each voucher the key that its officer had lately, if the signature holds under it. All
    /// cores share the work.
    pub fn keys(&self, origin: &Origin, signed: &[Signed<'_>]) -> Vec<Option<Key>> {
        if signed.len() <= FEW {
            return self.keys_of_batch(origin, signed);
        }
        let batches = signed.par_chunks(share(signed.len()));
        batches.flat_map_iter(|batch| self.keys_of_batch(origin, batch)).collect()
    }

    fn keys_of_batch(&self, origin: &Origin, batch: &[Signed<'_>]) -> Vec<Option<Key>> {
        let known = batch.iter().map(|signed| {
            let (key, officer) = self.0.get(&signed.by)?;
            Some((*key, Sealed { officer, digest: signed.digest, signature: &signed.sig.0 }))
        });
        let known: Vec<Option<(Key, Sealed<'_>)>> = known.collect();
        let all: Vec<Sealed<'_>> = known.iter().flatten().map(|(_, sealed)| *sealed).collect();
        let together = all.len() > 1 && seal::check_vouchers(origin.as_str(), &all);
        let right = |sealed: &Sealed<'_>| {
            let Sealed { officer, digest, signature } = sealed;
            together || seal::check_voucher_digest(officer, origin.as_str(), digest, signature)
        };
        known
            .into_iter()
            .map(|known| known.filter(|(_, sealed)| right(sealed)))
            .map(|k| Some(k?.0))
            .collect()
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

    /// The keys of the officers now in office, for [`Read::many`].
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
        let read = Read::new(self.books.size, bytes)?;
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
        let due = self.due(read)?;
        let rule = |why| Wrong::Rule { entry: self.books.size, why };
        if read.signed_under != Some(due.key) {
            // A signature that was right under another key is not right under this one.
            let right = read.signed_under.is_none() && due.holds(&self.origin);
            right.then_some(()).ok_or_else(|| rule(due.refusal()))?;
        }
        self.enter_unsigned(read, past, refs, full_tile)
    }

    /// What must be signed for the next entry to be taken in: its officer's key decides.
    pub fn due(&mut self, read: &Read) -> Result<Due, Wrong> {
        let entry = self.books.size;
        let rule = |why| Wrong::Rule { entry, why };
        if read.entry.prev != self.last {
            let (stated, computed) = (read.entry.prev, self.last);
            return Err(Wrong::Chain { entry, stated, computed });
        }
        self.check_keys(&read.entry).map_err(rule)?;
        let key = self.books.signer(&read.entry).map_err(rule)?;
        let officer = read.entry.voucher.by;
        let weak = Refusal::WeakKey { key, officer };
        let public = *self.ring.get(key).ok_or_else(|| rule(weak))?;
        Ok(Due { entry, officer, key, public, digest: read.digest, sig: read.entry.sig })
    }

    /// Takes in the next entry without asking for its signature: whoever calls this checks what
    /// [`Replay::due`] said, at the latest before the state is believed.
    pub fn enter_unsigned(
        &mut self,
        read: &Read,
        past: &dyn Past,
        refs: &mut dyn Refs,
        full_tile: &mut impl FnMut(TileId, &[Hash]),
    ) -> Result<(), Wrong> {
        let entry = self.books.size;
        self.books.enter(&read.entry, past, refs).map_err(|why| Wrong::Rule { entry, why })?;
        self.tree.push(read.leaf, full_tile).map_err(|source| Wrong::Tree { entry, source })?;
        self.last = Digest(read.leaf.0);
        if let [Line::Close(_)] = &*read.entry.voucher.lines {
            let root = Digest(self.tree.root().0);
            self.books.close_rooted(read.entry.voucher.by, root, |text| {
                Digest(seal::voucher_digest(text))
            });
        }
        Ok(())
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
