//! A keeper of the log who has its key and breaks the rules: entries written past the books.

use crate::town::{ORIGIN, Town, id};
use std::collections::BTreeMap;
use yishan::domain::codec::List;
use yishan::domain::entry::{Entry, Voucher};
use yishan::domain::line::Line;
use yishan::domain::text::{Digest, Nonce, Signature};
use yishan::domain::time::{Stamp, Zone};
use yishan::keys::OfficerKey;
use yishan::publish::{Facts, Site};
use yishan::seal;
use yishan::tlog::{
    Checkpoint, Hash, Signer, TileId, TileKind, Tree, encode_tile, leaf_hash, push_entry,
};

/// Published files by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The officers in the order in which the town makes their keys, and one who is none.
const PEOPLE: [&str; 5] = ["chen", "li", "wang", "zhao", "sun"];

/// The key of `who`, as the town made it.
pub(crate) fn key(who: &str) -> OfficerKey {
    let at = PEOPLE.iter().position(|known| *known == who).unwrap();
    let at = u8::try_from(at + 1).unwrap();
    OfficerKey::generate(who, &mut |seed| seed.fill(at)).unwrap()
}

/// Publishes what is new since `since` entries into `files`, as it is done every evening.
pub(crate) fn publish(town: &Town, since: Option<u64>, files: &mut Files) {
    let site = Site::new(town);
    for path in site.paths(since).unwrap() {
        let bytes = site.file(&path).unwrap().unwrap();
        files.insert(path, bytes);
    }
    for (path, day) in site.day_proofs(since) {
        files.insert(path, site.day_proof(day).unwrap().unwrap());
    }
}

/// The files of a fund that published after every step: with old partial tiles and old proofs.
pub(crate) fn town_files() -> (Town, Files) {
    let (mut town, mut files, mut since) = (Town::founded("Town Fund"), Files::new(), None);
    for step in Town::steps() {
        step(&mut town);
        publish(&town, since, &mut files);
        since = Some(town.size());
    }
    (town, files)
}

/// A log whose keeper writes what he likes.
#[derive(Clone)]
pub(crate) struct Forge {
    /// The exact bytes of the entries.
    pub(crate) entries: Vec<Vec<u8>>,
    /// Seconds since 1970: the last entry's time.
    pub(crate) clock: i64,
}

impl Forge {
    /// The town's own entries.
    pub(crate) fn of(town: &Town) -> Forge {
        let entries = (0..town.size()).map(|n| town.entry(n).unwrap()).collect();
        Forge { entries, clock: town.now().unix() }
    }

    pub(crate) fn now(&self) -> Stamp {
        Stamp::from_unix(self.clock, Zone::CHINA).unwrap()
    }

    /// Writes what `by` says, signed with the key of `signer`.
    pub(crate) fn write(&mut self, by: &str, signer: &str, lines: Vec<Line>) -> u64 {
        self.clock += 60;
        let number = self.entries.len() as u64;
        let (by, made, nonce) =
            (id(by), self.now(), Nonce((u128::from(number) + 7777).to_be_bytes()));
        let voucher = Voucher { by, made, nonce, lines: List::new(lines).unwrap() }.encode();
        let sig = Signature(seal::sign_voucher(&key(signer), ORIGIN, &voucher));
        self.place(number, &voucher, &sig);
        number
    }

    fn place(&mut self, number: u64, voucher: &[u8], sig: &Signature) {
        let last = self.entries.last().map_or(Hash([0; 32]), |entry| leaf_hash(entry));
        let at = self.now();
        self.entries.push(Entry::encode(number, &Digest(last.0), at, voucher, sig));
    }

    /// Writes chain and numbers anew over the entries as they are now.
    pub(crate) fn rechain(&mut self) {
        for (number, old) in (0..).zip(std::mem::take(&mut self.entries)) {
            let (entry, voucher) = Entry::decode(&old).unwrap();
            self.clock = entry.at.unix();
            self.place(number, voucher, &entry.sig);
        }
    }

    pub(crate) fn tree(&self) -> Tree {
        let mut tree = Tree::default();
        for entry in &self.entries {
            tree.push(leaf_hash(entry), &mut |_, _| ()).unwrap();
        }
        tree
    }

    /// A checkpoint of these entries by the log's own key.
    pub(crate) fn note(&self) -> Vec<u8> {
        let tree = self.tree();
        let signer = Signer::new(ORIGIN, &[9; 32]).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
        checkpoint.sign(&signer).unwrap().into_bytes()
    }

    /// Tiles and bundles, and `note` as the checkpoint: the log without anything beside it.
    pub(crate) fn log(&self, note: Vec<u8>) -> Files {
        let mut files = Files::from([("checkpoint".to_owned(), note)]);
        let mut tree = Tree::default();
        let mut bundle = Vec::new();
        for (number, entry) in (1_u64..).zip(&self.entries) {
            push_entry(&mut bundle, entry).unwrap();
            let mut full = |tile: TileId, hashes: &[Hash]| {
                files.insert(tile.to_string(), encode_tile(hashes));
            };
            tree.push(leaf_hash(entry), &mut full).unwrap();
            if number % 256 == 0 || number == self.entries.len() as u64 {
                let width = u16::try_from((number - 1) % 256 + 1).unwrap();
                let id = TileId::new(TileKind::Entries, (number - 1) / 256, width).unwrap();
                files.insert(id.to_string(), std::mem::take(&mut bundle));
            }
        }
        for (tile, hashes) in tree.partial_tiles() {
            files.insert(tile.to_string(), encode_tile(hashes));
        }
        files
    }

    /// The log, signed with its own key.
    pub(crate) fn signed(&self) -> Files {
        self.log(self.note())
    }
}
