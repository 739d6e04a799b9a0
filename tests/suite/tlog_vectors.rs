//! `tests/vectors/tlog.txt`: what the log writes, also for other implementations.
//! UPDATE=1 rewrites it.

use std::fmt::{Display, Write};
use yishan::tlog::{
    Checkpoint, Hash, HashReader, MAX_SIZE, Signer, TlogProof, Tree, Verifier, check_consistency,
    check_inclusion, leaf_hash, prove_consistency, prove_inclusion, root_of, sign,
};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/tlog.txt");
const ORIGIN: &str = "log.example/fund";
const SEED: [u8; 32] = *b"never a real seed: a test vector";

/// The log of the numbers from 0 in decimal; a subtree is recomputed from its leaves.
struct Leaves(Vec<Hash>);

impl HashReader for Leaves {
    type Error = ();
    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, ()> {
        let first = usize::try_from(index << level).unwrap();
        Ok(root_of(&self.0[first..first + (1 << level)]))
    }
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(n.to_string().as_bytes())).collect()
}

fn root(size: u64) -> Hash {
    root_of(&leaves(size))
}

fn signer() -> Signer {
    Signer::new(ORIGIN, &SEED).unwrap()
}

fn checkpoint(size: u64) -> String {
    Checkpoint::new(ORIGIN, size, root(size)).unwrap().sign(&signer()).unwrap()
}

fn receipt() -> String {
    let path = prove_inclusion(11, 20, &mut Leaves(leaves(20))).unwrap();
    let proof = TlogProof::new(11, path, &checkpoint(20)).unwrap();
    proof.with_extra(b"not signed").unwrap().to_string()
}

fn hashes(proof: &[Hash]) -> String {
    let text: Vec<String> = proof.iter().map(|hash| hash.to_base64()).collect();
    if text.is_empty() { "-".into() } else { text.join(",") }
}

/// A case of several lines, each behind a bar.
fn block(file: &mut String, head: impl Display, text: &str) {
    writeln!(file, "\n{head}").unwrap();
    text.split_inclusive('\n').for_each(|line| write!(file, "| {line}").unwrap());
    assert!(text.ends_with('\n'));
}

const HEAD: &str = "\
# A log whose entry n is the number n in decimal: RFC 9162, C2SP tlog-checkpoint, tlog-proof.
# One case a line or, behind bars, a file with a newline after every line.
# `bad` is to be refused; why stands behind the hash sign.
#   root SIZE HEX
#   inclusion INDEX SIZE HASHES             the leaf's sibling first; - for none
#   consistency OLD-SIZE NEW-SIZE HASHES
#   checkpoint SIZE                         signed by the key
#   receipt INDEX SIZE                      a tlog-proof of entry INDEX
";

fn lines(file: &mut String) {
    for size in 0..=20 {
        writeln!(file, "root {size} {}", root(size)).unwrap();
    }
    for (index, size) in [(0, 1), (0, 2), (1, 2), (2, 3), (4, 7), (11, 20), (19, 20)] {
        let proof = prove_inclusion(index, size, &mut Leaves(leaves(size))).unwrap();
        writeln!(file, "inclusion {index} {size} {}", hashes(&proof)).unwrap();
        let longer = [&proof[..], &[root(size)]].concat();
        writeln!(file, "bad inclusion {index} {size} {} # a hash more", hashes(&longer)).unwrap();
        if let [first, rest @ ..] = &proof[..] {
            let flipped = Hash(first.0.map(|byte| byte ^ 1));
            writeln!(file, "bad inclusion {index} {size} {} # a hash less", hashes(rest)).unwrap();
            let changed = [&[flipped], rest].concat();
            writeln!(file, "bad inclusion {index} {size} {} # a flipped bit", hashes(&changed))
                .unwrap();
        }
    }
    for (old, new) in [(0, 5), (5, 5), (1, 2), (3, 7), (4, 7), (6, 8), (16, 20), (17, 20)] {
        let proof = prove_consistency(old, new, &mut Leaves(leaves(new))).unwrap();
        writeln!(file, "consistency {old} {new} {}", hashes(&proof)).unwrap();
        let longer = [&proof[..], &[root(new)]].concat();
        writeln!(file, "bad consistency {old} {new} {} # a hash more", hashes(&longer)).unwrap();
        if let [rest @ .., last] = &proof[..] {
            let changed = [rest, &[Hash(last.0.map(|byte| byte ^ 0x80))]].concat();
            writeln!(file, "bad consistency {old} {new} {} # a flipped bit", hashes(&changed))
                .unwrap();
        }
    }
}

/// Damaged checkpoints that are well signed where that is the harder case.
fn bad_checkpoints() -> Vec<(&'static str, String)> {
    let text = Checkpoint::new(ORIGIN, 20, root(20)).unwrap().to_string();
    let signed = |text: &str| sign(text, &signer()).unwrap();
    let note = checkpoint(20);
    let line = note.rsplit_once("\n\n").unwrap().1;
    let stranger = Signer::new("log.example/other", &SEED).unwrap();
    vec![
        ("an extension line", signed(&format!("{text}extension\n"))),
        ("a leading zero", signed(&text.replace("\n20\n", "\n020\n"))),
        ("a sign", signed(&text.replace("\n20\n", "\n+20\n"))),
        ("2^63 entries", signed(&text.replace("\n20\n", &format!("\n{}\n", MAX_SIZE + 1)))),
        ("no padding", signed(&text.replace("=\n", "\n"))),
        ("no entries under the root of some", signed(&text.replace("\n20\n", "\n0\n"))),
        ("another origin than the key's name", signed(&text.replace("fund", "food"))),
        ("a size not signed", note.replace("\n20\n", "\n21\n")),
        ("another key", sign(&text, &stranger).unwrap()),
        ("the same signature twice", format!("{note}{line}")),
        ("no signature", format!("{text}\n")),
        ("no empty line", note.replace("\n\n", "\n")),
        ("a hyphen for the dash", note.replace('—', "-")),
    ]
}

fn bad_receipts() -> Vec<(&'static str, String)> {
    let text = receipt();
    let index = text.lines().position(|line| line == "index 11").unwrap();
    let first = text.lines().nth(index + 1).unwrap();
    vec![
        ("another index", text.replace("index 11", "index 10")),
        ("a leading zero", text.replace("index 11", "index 011")),
        ("a hash less", text.replace(&format!("{first}\n"), "")),
        ("a hash more", text.replace("index 11\n", &format!("index 11\n{first}\n"))),
        ("version 2", text.replace("@v1", "@v2")),
        ("extra data after the index", text.replace("index 11", "index 11\nextra AA==")),
        ("extra data that is empty", text.replace("extra bm90IHNpZ25lZA==", "extra ")),
        ("extra data with stray bits", text.replace("ZWQ=", "ZWR=").replace("ZA==", "ZB==")),
        ("a size not signed", text.replace("\n20\n", "\n21\n")),
    ]
}

fn written() -> String {
    let mut file = String::from(HEAD);
    let seed = Hash(SEED); // for its hex
    writeln!(file, "seed {seed}\nkey {}", signer().verifier()).unwrap();
    lines(&mut file);
    block(&mut file, "checkpoint 0", &checkpoint(0));
    block(&mut file, "checkpoint 20", &checkpoint(20));
    for (why, text) in bad_checkpoints() {
        assert_ne!(text, checkpoint(20), "{why}");
        block(&mut file, format_args!("bad checkpoint 20 # {why}"), &text);
    }
    block(&mut file, "receipt 11 20", &receipt());
    for (why, text) in bad_receipts() {
        assert_ne!(text, receipt(), "{why}");
        block(&mut file, format_args!("bad receipt 11 20 # {why}"), &text);
    }
    file
}

/// Whether the case is accepted.
fn accepted(words: &[&str], text: &str, key: &Verifier) -> bool {
    let number = |place: usize| words[place].parse::<u64>().unwrap();
    let proof = || match words[3] {
        "-" => Vec::new(),
        text => text.split(',').map(|hash| Hash::from_base64(hash).unwrap()).collect(),
    };
    match words[0] {
        "root" => {
            let mut tree = Tree::default();
            for leaf in leaves(number(1)) {
                tree.push(leaf, &mut |_, _| ()).unwrap();
            }
            words[2].parse() == Ok(tree.root())
        }
        "inclusion" => {
            let (index, size) = (number(1), number(2));
            let leaf = leaf_hash(index.to_string().as_bytes());
            check_inclusion(&proof(), index, size, leaf, root(size)).is_ok()
        }
        "consistency" => {
            let (old, new) = (number(1), number(2));
            check_consistency(&proof(), old, root(old), new, root(new)).is_ok()
        }
        "checkpoint" => Checkpoint::open(text.as_bytes(), key, &[])
            .is_ok_and(|(read, _)| (read.size(), read.root()) == (number(1), root(number(1)))),
        "receipt" => TlogProof::parse(text.as_bytes()).is_ok_and(|proof| {
            let leaf = leaf_hash(words[1].as_bytes());
            proof.index() == number(1) && proof.check(leaf, key, &[]).is_ok()
        }),
        other => panic!("{other} is no kind of case"),
    }
}

#[test]
fn the_vectors_are_what_is_written_and_every_bad_one_is_refused() {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PATH, written()).unwrap();
    }
    let file = std::fs::read_to_string(PATH).unwrap();
    assert!(file == written(), "tests/vectors/tlog.txt is not what is written now; see UPDATE=1");

    let vkey = file.lines().find_map(|line| line.strip_prefix("key ")).unwrap();
    let key: Verifier = vkey.parse().unwrap();
    let mut cases: Vec<(&str, String)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("| ") {
            Some(text) => cases.last_mut().unwrap().1.extend([text, "\n"]),
            None => cases.push((line, String::new())),
        }
    }
    let mut refused = 0;
    for (head, text) in
        cases.iter().filter(|(head, _)| !head.starts_with("seed ") && !head.starts_with("key "))
    {
        let words: Vec<&str> = head.split(' ').collect();
        let (good, words) =
            if words[0] == "bad" { (false, &words[1..]) } else { (true, &words[..]) };
        assert_eq!(accepted(words, text, &key), good, "{head}\n{text}");
        refused += usize::from(!good);
    }
    assert!(refused > 40, "only {refused} bad cases");
}
