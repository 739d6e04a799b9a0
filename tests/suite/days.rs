//! A small fund whose days are written as tables: who says what, and what the ledger answers.
//!
//! ```text
//! chen gift 500 wx #1 as g + fee 3 wx #2      ok
//! chen made=-73h gift 100 wx #3               MadeTooEarly
//! chen refund @g 501 wx #4                    RefundTooLarge
//! + 1d
//! = wx 497 free 497 promised 0
//! ```
//!
//! A row is an officer, settings of the voucher, its lines joined by `+`, and after two blanks the
//! answer. `as g` names a line's place, `@g` stands for it, `#1` for a reference, key or digest of
//! its own; `+ 1d` lets time pass; `=` states balances. Entries are chained and signed as real ones
//! are: the key numbered `#1` is that of the seed which begins with the number in eight bytes.

mod words;

pub(crate) use self::words::own;
use self::words::seconds;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::books::{Books, Past, Refs};
use yishan::domain::codec::{read_all, spelling};
use yishan::domain::entry::{Entry, Voucher};
use yishan::domain::line::Line;
use yishan::domain::refusal::Refusal;
use yishan::domain::text::{Digest, Id, Key, Lang, Nonce, Place, Ref, Signature};
use yishan::domain::time::{Stamp, Zone};
use yishan::tlog::{Tree, leaf_hash};

/// The officers of the town: who may do what.
pub(crate) const FOUNDING: &str = "sun found quorum=2 limits=0:1,100000:2 officers=chen:clerk,\
     li:approver,wang:approver+steward,zhao:cashier,sun:steward,zhou:auditor";
/// Its accounts.
pub(crate) const ACCOUNTS: &str =
    "sun open wx wechat federation + open bank bank charity + open cash cash federation";

/// Every line that was taken in.
#[derive(Default)]
pub(crate) struct Lines(pub(crate) Vec<Vec<Line>>);

impl Past for Lines {
    fn line(&self, place: Place) -> Option<Line> {
        self.0.get(usize::try_from(place.entry).ok()?)?.get(usize::from(place.line)).cloned()
    }
}

/// Every reference that was used.
#[derive(Clone, Default)]
pub(crate) struct Used(pub(crate) BTreeMap<Ref, Place>);

impl Refs for Used {
    fn claim(&mut self, reference: Ref, place: Place) -> Result<(), Place> {
        match self.0.insert(reference, place) {
            None => Ok(()),
            Some(before) => {
                self.0.insert(reference, before);
                Err(before)
            }
        }
    }
}

/// A fund in the making.
pub(crate) struct Town {
    pub(crate) books: Books,
    pub(crate) past: Lines,
    pub(crate) refs: Used,
    /// What the ledger's clock shows, in Unix seconds.
    pub(crate) now: i64,
    /// Entries tried so far; each has a nonce of its own unless its row says otherwise.
    tried: u64,
    places: BTreeMap<String, Place>,
    /// The codes of all refusals so far.
    pub(crate) refused: BTreeSet<&'static str>,
    /// The bytes of every entry taken in.
    pub(crate) journal: Vec<Vec<u8>>,
    /// The tree over them.
    tree: Tree,
    /// The bytes of the entry tried last.
    pub(crate) last: Vec<u8>,
    /// The seed of every key that was ever named.
    seeds: RefCell<BTreeMap<Key, SigningKey>>,
}

impl Town {
    /// Nothing yet: 2026-11-22, a quarter past eight in the evening.
    pub(crate) fn unfounded() -> Town {
        Town {
            books: Books::default(),
            past: Lines::default(),
            refs: Used::default(),
            now: Stamp::parse(b"2026-11-22T20:15:00+08:00").unwrap().unix(),
            tried: 0,
            places: BTreeMap::new(),
            refused: BTreeSet::new(),
            journal: Vec::new(),
            tree: Tree::default(),
            last: Vec::new(),
            seeds: RefCell::default(),
        }
    }

    /// Founded, with three empty accounts.
    pub(crate) fn founded() -> Town {
        let mut town = Town::unfounded();
        town.row(&format!("{FOUNDING}  ok"));
        town.row(&format!("{ACCOUNTS}  ok"));
        town
    }

    /// Lives through a table, row by row.
    pub(crate) fn live(&mut self, table: &str) {
        for row in table.lines().map(str::trim).filter(|r| !r.is_empty() && !r.starts_with("//")) {
            match row.split_at(2) {
                ("= ", state) => self.check(state),
                ("+ ", time) => self.now += seconds(time),
                _ => self.row(row),
            }
        }
    }

    fn row(&mut self, row: &str) {
        let (said, want) = row.rsplit_once("  ").unwrap_or_else(|| panic!("no answer: {row}"));
        let got = match self.say(said.trim()) {
            Ok(()) => "ok",
            Err(refusal) => {
                // Both texts must hold up whatever they carry.
                let (zh, en) = (refusal.text(Lang::Zh), refusal.to_string());
                assert!(!zh.is_ascii() && !en.ends_with('.') && zh != en, "{zh} / {en}");
                refusal.code()
            }
        };
        assert_eq!(got, want.trim(), "{row}");
    }

    /// Tries one entry.
    pub(crate) fn say(&mut self, said: &str) -> Result<(), Refusal> {
        self.tried += 1;
        let (by, rest) = said.split_once(' ').unwrap();
        let (mut made, mut at, mut nonce) = (0, 0, self.tried);
        let (mut seq, mut zone, mut made_zone) = (self.books.size, "+08:00", "+08:00");
        let mut words = rest.split(' ').peekable();
        while let Some((name, value)) = words.peek().and_then(|w| w.split_once('=')) {
            match name {
                "made" => made = seconds(value),
                "at" => at = seconds(value),
                "nonce" => nonce = value.parse().unwrap(),
                "seq" => seq = value.parse().unwrap(),
                "zone" => zone = value,
                "made-zone" => made_zone = value,
                _ => panic!("unknown setting {name}"),
            }
            words.next();
        }
        let stamp = |seconds, zone: &str| {
            Stamp::from_unix(seconds, Zone::parse(zone.as_bytes()).unwrap()).unwrap()
        };
        let lines: Vec<_> = words
            .collect::<Vec<_>>()
            .join(" ")
            .split(" + ")
            .zip(0..)
            .map(|(text, number)| self.line(text, Place { entry: seq, line: number }))
            .collect();
        let voucher = spelling(&Made {
            by,
            at: stamp(self.now + at + made, made_zone),
            nonce: Nonce(own(nonce)),
            lines,
        });
        let voucher = Voucher::decode(voucher.as_bytes()).unwrap();
        self.enter(seq, stamp(self.now + at, zone), voucher)
    }

    /// Enters a voucher, and checks what every entry must keep true.
    fn enter(&mut self, seq: u64, at: Stamp, voucher: Voucher) -> Result<(), Refusal> {
        let prev = Digest(self.journal.last().map_or([0; 32], |entry| leaf(entry)));
        let mut entry = Entry { seq, prev, at, voucher, sig: Signature([0; 64]) };
        if let Ok(key) = self.books.signer(&entry) {
            let text = voucher_text(ORIGIN, &entry.voucher.encode());
            entry.sig = Signature(self.seeds.borrow()[&key].sign(text.as_bytes()).to_bytes());
        }
        let bytes = Entry::encode(seq, &prev, at, &entry.voucher.encode(), &entry.sig);
        assert_eq!(Entry::decode(&bytes).unwrap().0, entry);
        self.last.clone_from(&bytes);
        let before = (self.books.clone(), spelling(&self.books), self.refs.clone());
        let result = self
            .books
            .signer(&entry)
            .and_then(|_| self.books.enter(&entry, &self.past, &mut self.refs));
        match &result {
            Ok(()) => {
                self.past.0.push(entry.voucher.lines.to_vec());
                rooted(&mut self.books, &mut self.tree, &bytes, &entry);
                self.journal.push(bytes);
                let now = &self.books.sums.now;
                let funds = [now.free, now.promised, now.pots.0.total(), now.agency.0];
                let funds: u64 = funds.map(yishan::domain::money::Fen::get).iter().sum();
                assert_eq!(now.held.total().get(), funds);
                let snapshot = spelling(&self.books);
                let read: Books = read_all(snapshot.as_bytes(), usize::MAX).unwrap();
                assert!(read == self.books, "the snapshot is the books");
            }
            Err(refusal) => {
                self.refs = before.2;
                self.refused.insert(refusal.code());
                assert!(self.books == before.0, "{refusal} left a trace");
                assert_eq!(
                    spelling(&self.books),
                    before.1,
                    "{refusal} left a trace in the snapshot"
                );
            }
        }
        result
    }

    /// The root of the tree now.
    pub(crate) fn root(&self) -> [u8; 32] {
        self.tree.root().0
    }

    /// Checks stated balances: accounts by name, pots by `pot:name`, `free`, `promised`, `agency`.
    fn check(&self, state: &str) {
        let words: Vec<_> = state.split_whitespace().collect();
        let now = &self.books.sums.now;
        for pair in words.chunks_exact(2) {
            let found = match pair[0] {
                "free" => now.free,
                "promised" => now.promised,
                "agency" => now.agency.0,
                "size" => yishan::domain::money::Fen::new(self.books.size).unwrap(),
                name => match name.strip_prefix("pot:") {
                    Some(pot) => now.pots.0.of(id(pot)).unwrap(),
                    None => now.held.of(id(name)).unwrap(),
                },
            };
            assert_eq!(found.get().to_string(), pair[1], "{} in {state}", pair[0]);
        }
    }
}

/// Grows the tree by an entry just taken in, and tells the books the root if it closed a day.
pub(crate) fn rooted(books: &mut Books, tree: &mut Tree, bytes: &[u8], entry: &Entry) {
    tree.push(leaf_hash(bytes), &mut |_, _| ()).unwrap();
    if matches!(entry.voucher.lines[..], [Line::Close(_)]) {
        let sha256 = |text: &[u8]| Digest(Sha256::digest(text).into());
        books.close_rooted(entry.voucher.by, Digest(tree.root().0), sha256);
    }
}

/// A voucher about to be spelled.
struct Made<'a> {
    by: &'a str,
    at: Stamp,
    nonce: Nonce,
    lines: Vec<Line>,
}

impl yishan::domain::codec::Spell for Made<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let lines: Vec<_> = self.lines.iter().map(spelling).collect();
        let (by, made, nonce, lines) = (self.by, self.at, self.nonce, lines.join(","));
        out.extend_from_slice(
            format!(
                "{{\"by\":\"{by}\",\"made\":\"{made}\",\"nonce\":\"{nonce}\",\"lines\":[{lines}]}}"
            )
            .as_bytes(),
        );
    }

    fn read(
        _: &mut yishan::domain::codec::Reader<'_>,
    ) -> Result<Self, yishan::domain::codec::Malformed> {
        unreachable!("only written")
    }
}

/// The name of the town's log.
pub(crate) const ORIGIN: &str = "yishan.example/qianan";

/// The leaf hash of an entry (RFC 6962 §2.1).
pub(crate) fn leaf(entry: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// What an officer signs.
pub(crate) fn voucher_text(origin: &str, voucher: &[u8]) -> String {
    let digest = Digest(Sha256::digest(voucher).into());
    format!("yishan/voucher/v1\n{origin}\n{digest}\n")
}

/// The officer called `id`.
pub(crate) fn id(id: &str) -> Id {
    Id::parse(id.as_bytes()).unwrap()
}
