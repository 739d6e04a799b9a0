//! The log against other people's implementations: what they make ours must accept, and back.

use ct_merkle::{RootHash, mem_backed_tree::MemoryBackedTree};
use sha2::{Digest, Sha256};
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use std::collections::BTreeMap;
use tlog_tiles as oracle;
use yishan::tlog::{
    Checkpoint, Hash, Signer, TileId, TileKind, TileReader, Tree, Verifier, check_consistency,
    check_inclusion, encode_tile, leaf_hash, new_tiles, open, prove_consistency, prove_inclusion,
    sign,
};

/// The log that holds the numbers from 0 in decimal, by ours and by two others.
struct Logs {
    leaves: Vec<Hash>,
    tiles: BTreeMap<TileId, Vec<u8>>,
    tree: Tree,
    ct: MemoryBackedTree<Sha256, Vec<u8>>,
    go: Stored,
}

/// What tlog_tiles keeps, in its own order.
struct Stored(Vec<oracle::Hash>);

impl oracle::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<oracle::Hash>, oracle::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

impl Logs {
    fn of(size: u64) -> Logs {
        let mut logs = Logs {
            leaves: Vec::new(),
            tiles: BTreeMap::new(),
            tree: Tree::default(),
            ct: MemoryBackedTree::new(),
            go: Stored(Vec::new()),
        };
        for number in 0..size {
            let entry = number.to_string().into_bytes();
            logs.leaves.push(leaf_hash(&entry));
            let tiles = &mut logs.tiles;
            logs.tree
                .push(leaf_hash(&entry), &mut |tile, hashes| {
                    tiles.insert(tile, encode_tile(hashes));
                })
                .unwrap();
            let stored = oracle::stored_hashes(number, &entry, &logs.go).unwrap();
            logs.go.0.extend(stored);
            logs.ct.push(entry);
        }
        let partial = logs.tree.partial_tiles().map(|(tile, hashes)| (tile, encode_tile(hashes)));
        logs.tiles.extend(partial.collect::<Vec<_>>());
        logs
    }

    fn reader(&self) -> TileReader<impl FnMut(TileId) -> Result<Vec<u8>, String>> {
        let fetch = |tile: TileId| self.tiles.get(&tile).cloned().ok_or(tile.to_string());
        TileReader::new(self.tree.size(), self.tree.root(), fetch).ok().unwrap()
    }
}

fn theirs(hashes: &[Hash]) -> Vec<oracle::Hash> {
    hashes.iter().map(|hash| oracle::Hash(hash.0)).collect()
}

/// Sizes around every change of shape up to some thousands.
const SIZES: [u64; 17] = [1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 255, 256, 257, 511, 513, 1030, 2049];

#[test]
fn three_implementations_agree_on_every_root() {
    let logs = Logs::of(2049);
    let (mut tree, mut ct) = (Tree::default(), MemoryBackedTree::<Sha256, Vec<u8>>::new());
    for number in 0..2049 {
        let size = u64::try_from(number).unwrap();
        if number <= 300 || SIZES.contains(&size) {
            assert_eq!(tree.root().0[..], ct.root().as_bytes()[..], "at size {number}");
            assert_eq!(tree.root().0, oracle::tree_hash(size, &logs.go).unwrap().0);
        }
        tree.push(logs.leaves[number], &mut |_, _| ()).unwrap();
        ct.push(number.to_string().into_bytes());
    }
}

#[test]
fn inclusion_proofs_are_the_same_bytes_and_cross_check() {
    for size in SIZES {
        let logs = Logs::of(size);
        let (root, mut reader) = (logs.tree.root(), logs.reader());
        let ct_root = RootHash::<Sha256>::new(root.0.into(), size);
        for index in (0..size).step_by(usize::try_from(size / 60 + 1).unwrap()) {
            let leaf = logs.leaves[usize::try_from(index).unwrap()];
            let ours = prove_inclusion(index, size, &mut reader).unwrap();
            let ct = logs.ct.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(ct.as_bytes(), encode_tile(&ours), "leaf {index} of {size}");
            assert!(oracle::prove_record(size, index, &logs.go).unwrap() == theirs(&ours));
            let (size_root, leaf_of) = (oracle::Hash(root.0), oracle::Hash(leaf.0));
            oracle::check_record(&theirs(&ours), size, size_root, index, leaf_of).unwrap();
            ct_root.verify_inclusion(&index.to_string(), index, &ct).unwrap();
            check_inclusion(&ours, index, size, leaf, root).unwrap();
        }
    }
}

#[test]
fn consistency_proofs_are_the_same_bytes_and_cross_check() {
    for size in SIZES {
        let logs = Logs::of(size);
        let (root, mut reader) = (logs.tree.root(), logs.reader());
        for old in (1..=size).step_by(usize::try_from(size / 60 + 1).unwrap()) {
            let old_root = Hash(oracle::tree_hash(old, &logs.go).unwrap().0);
            let ours = prove_consistency(old, size, &mut reader).unwrap();
            assert!(oracle::prove_tree(size, old, &logs.go).unwrap() == theirs(&ours));
            let (new_hash, old_hash) = (oracle::Hash(root.0), oracle::Hash(old_root.0));
            oracle::check_tree(&theirs(&ours), size, new_hash, old, old_hash).unwrap();
            check_consistency(&ours, old, old_root, size, root).unwrap();
            if old < size {
                let ct = logs.ct.prove_consistency(usize::try_from(size - old).unwrap());
                assert_eq!(ct.as_bytes(), encode_tile(&ours), "{old} to {size}");
                let [new, old] = [(root, size), (old_root, old)]
                    .map(|(root, size)| RootHash::<Sha256>::new(root.0.into(), size));
                new.verify_consistency(&old, &ct).unwrap();
            }
        }
    }
}

#[test]
fn hash_tiles_have_the_bytes_and_paths_tlog_tiles_gives_them() {
    let logs = Logs::of(2049);
    for (old, new) in [(0, 2049), (0, 1), (255, 256), (256, 257), (300, 900), (512, 2049), (9, 9)] {
        let ours: Vec<TileId> =
            new_tiles(old, new).filter(|tile| tile.kind() != TileKind::Entries).collect();
        let others = oracle::Tile::new_tiles(8, old, new);
        let path = |tile: &oracle::Tile| tile.path().replace("tile/8/", "tile/");
        assert_eq!(
            ours.iter().map(TileId::to_string).collect::<Vec<_>>(),
            others.iter().map(path).collect::<Vec<_>>()
        );
        for (tile, other) in ours.iter().zip(&others).filter(|_| new == 2049) {
            assert_eq!(logs.tiles[tile], other.read_data(&logs.go).unwrap(), "{tile}");
        }
    }
    for index in [0, 999, 1000, 1_234_067, 99_999_999_999_999] {
        let ours = TileId::new(TileKind::Hashes(0), index, 256).unwrap().to_string();
        let other = oracle::Tile::new(8, 0, index, 256, false);
        assert_eq!(ours, other.path().replace("tile/8/", "tile/"));
    }
}

/// The private key in the text form signed_note reads, which is not part of the specification.
fn go_key(signer: &Signer, seed: [u8; 32]) -> String {
    let verifier = signer.verifier().to_string();
    let mut parts = verifier.splitn(3, '+');
    let (name, id) = (parts.next().unwrap(), parts.next().unwrap());
    format!("PRIVATE+KEY+{name}+{id}+{}", base64(&[&[1], &seed[..]].concat()))
}

/// Standard base64, written out so that the test does not lean on what it tests.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .chain(&[0; 2])
            .take(3)
            .fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = char::from(DIGITS[bits >> (18 - 6 * place) & 63]);
            text.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

fn go_verifiers(vkey: &str) -> VerifierList {
    VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).unwrap())])
}

#[test]
fn notes_and_keys_are_those_of_signed_note() {
    for seed in 0..24u8 {
        let (name, seed) = (format!("log.example/{seed}"), [seed; 32]);
        let ours = Signer::new(&name, &seed).unwrap();
        let (vkey, key) = (ours.verifier().to_string(), ours.verifier());
        // Its constructor checks the key id against name and public key.
        let go = StandardSigner::new(&go_key(&ours, seed)).unwrap();
        for text in ["x\n", "one yuan\n\na day 日\n", "\n"] {
            let signed = sign(text, &ours).unwrap();
            let mut other = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
            other.add_sigs(&[&go]).unwrap();
            assert_eq!(String::from_utf8(other.to_bytes()).unwrap(), signed);
            let read = signed_note::Note::from_bytes(signed.as_bytes()).unwrap();
            assert_eq!(read.verify(&go_verifiers(&vkey)).unwrap().0.len(), 1);
            assert_eq!(open(&other.to_bytes(), &[&key]).unwrap().text, text);
        }
        let read: Verifier = vkey.parse().unwrap();
        assert_eq!(read.id(), signed_note::key_id(&name, &[&[1], &read.public_key()[..]].concat()));
    }
}

#[test]
fn a_note_changed_anywhere_is_refused_by_both() {
    let signer = Signer::new("log.example/fund", &[5; 32]).unwrap();
    let (note, key) = (sign("one yuan\n", &signer).unwrap(), signer.verifier());
    let known = go_verifiers(&key.to_string());
    for place in 0..note.len() {
        for flip in [0x01, 0x02, 0x20, 0x80] {
            let mut changed = note.clone().into_bytes();
            changed[place] ^= flip;
            let go = signed_note::Note::from_bytes(&changed);
            assert!(go.is_err() || go.unwrap().verify(&known).is_err());
            assert!(open(&changed, &[&key]).is_err());
        }
    }
}

#[test]
fn checkpoints_are_those_of_tlog_tiles() {
    for size in [1, 1000, u64::try_from(i64::MAX).unwrap()] {
        let root = Hash(Sha256::digest(size.to_be_bytes()).into());
        let ours = Checkpoint::new("log.example/fund", size, root).unwrap();
        let other =
            oracle::Checkpoint::new("log.example/fund", size, oracle::Hash(root.0), "").unwrap();
        assert_eq!(ours.to_string().as_bytes(), other.to_bytes());
        let read = oracle::Checkpoint::from_bytes(ours.to_string().as_bytes()).unwrap();
        assert_eq!((read.size(), read.hash().0, read.extension()), (size, root.0, ""));
    }
}
