//! The tampered twin of the site: the same pages over a log in which somebody changed something,
//! so that everybody can see once what a falsehood looks like.

use super::stage::Stage;
use crate::cli::error::{Error, Kind};
use crate::cli::fund::read;
use crate::cli::say::{Say, say};
use crate::domain::codec::List;
use crate::domain::entry::{Entry, Voucher};
use crate::domain::line::Line;
use crate::domain::line::gift::Gift;
use crate::domain::money::Fen;
use crate::domain::text::{Digest, Place, Ref, Signature};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::keys::{KEY_FILE_MAX, LogKeyFile, OfficerKey, Passphrase};
use crate::seal::sign_voucher;
use crate::tlog::{
    Checkpoint, Hash, Signer, TileId, TileKind, Tree, encode_tile, leaf_hash, push_entry,
};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The longest file that is copied or read (bytes).
const FILE_MAX: u64 = 64 << 20;

/// How the twin is damaged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(super) enum Tamper {
    /// One fen of one gift, by somebody who has the folder.
    #[value(help = None)]
    Entry,
    /// The last day's total, by an officer together with whoever has the log's key.
    #[value(help = None)]
    Total,
    /// Another history of the same length, by an officer together with whoever has the log's key.
    #[value(help = None)]
    Fork,
    /// An officer's signature, by whoever has the log's key.
    #[value(help = None)]
    Sig,
}

impl Tamper {
    /// What a stranger must have kept to find it: another history is true by itself, and only who
    /// saw the first one can tell.
    pub(super) fn asked(self) -> &'static [&'static str] {
        match self {
            Tamper::Fork => &["--since", "site/checkpoint"],
            _ => &[],
        }
    }

    /// How somebody who holds the receipt sees it on the twin's own pages.
    pub(super) fn seen(self) -> Say {
        match self {
            Tamper::Entry => say!("这一笔显示「不一致」", "the gift reads 不一致, false"),
            _ => say!(
                "选择回执文件，显示「不一致」",
                "with the receipt's file chosen, it reads 不一致, false"
            ),
        }
    }
}

/// Makes the folder `tampered` beside `site`, in which something is not true of the gift at
/// `place`, and says what.
pub(super) fn make(
    stage: &mut Stage,
    folder: &Path,
    tamper: Tamper,
    place: Place,
) -> Result<Say, Error> {
    let mut log = Log::read(folder)?;
    let (number, twin) = (place.entry, folder.join("tampered"));
    if tamper != Tamper::Fork {
        copy(&folder.join("site"), &twin)?;
    }
    match tamper {
        Tamper::Entry => {
            let (before, after) = log.change_gift(place, |gift| gift.fen = one_more(gift.fen))?;
            log.write_bundle(&twin, number / 256)?;
            let (before, after) = (before.fen.fen(), after.fen.fen());
            Ok(say!(
                "tampered：第 {number} 条里一笔捐款由 {before:#} 元改成 {after:#} 元，其余照抄",
                "tampered: a gift in entry {number} was changed from {before:#} to {after:#} yuan, all else copied"
            ))
        }
        Tamper::Sig => {
            let (mut entry, voucher) = log.entry(number)?;
            if let Some(byte) = entry.sig.0.first_mut() {
                *byte ^= 1;
            }
            log.put(number, &entry, &voucher);
            log.write(&twin, number)?;
            Ok(say!(
                "tampered：第 {number} 条的经办人签名改了一个字符，账本重新签发",
                "tampered: one character of the officer's signature in entry {number} was changed, and the log signed anew"
            ))
        }
        Tamper::Total => {
            let (last, day) = log.change_total()?;
            log.write(&twin, last)?;
            Ok(say!(
                "tampered：{day} 的日结（第 {last} 条）多报了一分钱，经办人和账本都重新签字",
                "tampered: the close of {day}, entry {last}, states one fen more, signed anew by the officer and the log"
            ))
        }
        Tamper::Fork => {
            let other = |gift: &mut Gift| gift.reference = Ref(gift.reference.0.map(|byte| !byte));
            log.change_gift(place, other)?;
            log.sign_voucher(number)?;
            log.chain(number)?;
            log.publish(stage)?;
            Ok(say!(
                "tampered：同样长的另一本账，第 {number} 条里一笔捐款换了别人的单号，全部重新签字和公示",
                "tampered: another history of the same length, where a gift in entry {number} has somebody else's number, all of it signed and published anew"
            ))
        }
    }
}

/// The month's entries, in the hands of somebody who has every key.
struct Log {
    folder: PathBuf,
    entries: Vec<Vec<u8>>,
}

fn failed(what: impl Display, why: &(dyn std::error::Error + 'static)) -> Error {
    Error::because(say!("改不了 {what}", "cannot change {what}"), why)
}

fn odd(what: &str) -> Error {
    Error::new(Kind::CouldNot, say!("演示里没有 {what}", "the demo has no {what}"))
}

/// A fen more, or at the upper end one less.
fn one_more(amount: Amount) -> Amount {
    let fen = amount.fen().get();
    let near = [fen.checked_add(1), fen.checked_sub(1)].into_iter().flatten();
    near.filter_map(Fen::new).find_map(Amount::new).unwrap_or(amount)
}

impl Log {
    /// Reads the fund's journal, one entry a line.
    fn read(folder: &Path) -> Result<Log, Error> {
        let mut entries: Vec<Vec<u8>> = Vec::new();
        for file in files(&folder.join("fund").join("journal"))? {
            let text = read(&file, FILE_MAX)?;
            let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            entries.extend(lines.map(<[u8]>::to_vec));
        }
        Ok(Log { folder: folder.to_owned(), entries })
    }

    fn bytes(&self, number: u64) -> Result<&Vec<u8>, Error> {
        let at = usize::try_from(number).ok().and_then(|number| self.entries.get(number));
        at.ok_or_else(|| odd(&format!("#{number}")))
    }

    /// An entry, and the exact bytes of its voucher.
    fn entry(&self, number: u64) -> Result<(Entry, Vec<u8>), Error> {
        let read = Entry::decode(self.bytes(number)?);
        let (entry, voucher) = read.map_err(|why| failed(format!("#{number}"), &why))?;
        Ok((entry, voucher.to_vec()))
    }

    /// Puts an entry around a voucher in place of another.
    fn put(&mut self, number: u64, entry: &Entry, voucher: &[u8]) {
        let bytes = Entry::encode(number, &entry.prev, entry.at, voucher, &entry.sig);
        let place = usize::try_from(number).ok().and_then(|number| self.entries.get_mut(number));
        if let Some(place) = place {
            *place = bytes;
        }
    }

    /// Changes one line, and leaves chain and signatures as they were.
    fn change(&mut self, place: Place, change: impl FnOnce(&mut Line)) -> Result<(), Error> {
        let (entry, _) = self.entry(place.entry)?;
        let Voucher { by, made, nonce, ref lines } = entry.voucher;
        let mut lines = lines.to_vec();
        lines.get_mut(usize::from(place.line)).map(change).ok_or_else(|| odd("line"))?;
        let lines = List::new(lines).ok_or_else(|| odd("lines"))?;
        let voucher = Voucher { by, made, nonce, lines }.encode();
        self.put(place.entry, &entry, &voucher);
        Ok(())
    }

    /// Changes the gift at `place`, and gives it as it was and as it is.
    fn change_gift(
        &mut self,
        place: Place,
        change: impl FnOnce(&mut Gift),
    ) -> Result<(Gift, Gift), Error> {
        let mut both = None;
        self.change(place, |line| {
            if let Line::Gift(gift) = line {
                let before = gift.clone();
                change(gift);
                both = Some((before, gift.clone()));
            }
        })?;
        both.ok_or_else(|| odd("gift"))
    }

    /// Lets the last close state a fen more than there is, and gives its entry and day.
    fn change_total(&mut self) -> Result<(u64, Day), Error> {
        let last = (self.entries.len() as u64).saturating_sub(1);
        let mut day = None;
        self.change(Place { entry: last, line: 0 }, |line| {
            if let Line::Close(close) = line {
                let more = Fen::new(1).and_then(|one| close.closing.free.plus(one));
                close.closing.free = more.unwrap_or(Fen::ZERO);
                day = Some(close.day);
            }
        })?;
        self.sign_voucher(last)?;
        Ok((last, day.ok_or_else(|| odd("close"))?))
    }

    /// Signs a voucher with the key of the officer who made it.
    fn sign_voucher(&mut self, number: u64) -> Result<(), Error> {
        let (mut entry, voucher) = self.entry(number)?;
        let file = self.folder.join("keys").join(format!("{}.age", entry.voucher.by));
        let locked = read(&file, KEY_FILE_MAX as u64)?;
        let opened = Passphrase::typed(super::PASSPHRASE)
            .and_then(|passphrase| OfficerKey::open(&locked, &passphrase));
        let key = opened.map_err(|why| failed(file.display(), &why))?;
        entry.sig = Signature(sign_voucher(&key, self.signer()?.name(), &voucher));
        self.put(number, &entry, &voucher);
        Ok(())
    }

    /// The log's own key.
    fn signer(&self) -> Result<Signer, Error> {
        let file = self.folder.join("keys").join("log.key");
        let key = LogKeyFile::parse(&read(&file, KEY_FILE_MAX as u64)?);
        let key = key.map_err(|why| failed(file.display(), &why))?;
        let signer = Signer::new(key.name(), key.signing_key().as_bytes());
        signer.map_err(|why| failed(file.display(), &why))
    }

    /// Chains every entry behind this one anew.
    fn chain(&mut self, number: u64) -> Result<(), Error> {
        for number in number + 1..self.entries.len() as u64 {
            let (mut entry, voucher) = self.entry(number)?;
            entry.prev = Digest(leaf_hash(self.bytes(number - 1)?).0);
            self.put(number, &entry, &voucher);
        }
        Ok(())
    }

    /// Writes everything that follows from a change of this entry: the chain, tiles and bundles,
    /// closes of days, and a checkpoint by the log's own key. The pages stay as they are.
    fn write(&mut self, twin: &Path, number: u64) -> Result<(), Error> {
        self.chain(number)?;
        let (mut tree, mut tiles) = (Tree::default(), Vec::new());
        for entry in &self.entries {
            let mut full = |tile: TileId, hashes: &[Hash]| tiles.push((tile, encode_tile(hashes)));
            tree.push(leaf_hash(entry), &mut full).map_err(|why| failed("tree", &why))?;
        }
        tiles.extend(tree.partial_tiles().map(|(tile, hashes)| (tile, encode_tile(hashes))));
        for (tile, bytes) in tiles {
            put_file(twin, &tile.to_string(), &bytes)?;
        }
        for bundle in number / 256..=(self.entries.len() as u64).saturating_sub(1) / 256 {
            self.write_bundle(twin, bundle)?;
        }
        for number in number..self.entries.len() as u64 {
            if let Some(Line::Close(close)) = self.entry(number)?.0.voucher.lines.first() {
                put_file(twin, &format!("day/{}.json", close.day), self.bytes(number)?)?;
            }
        }
        let signer = self.signer()?;
        let checkpoint = Checkpoint::new(signer.name(), tree.size(), tree.root());
        let note = checkpoint.map_err(|why| failed("checkpoint", &why))?.sign(&signer);
        put_file(twin, "checkpoint", note.map_err(|why| failed("checkpoint", &why))?.as_bytes())
    }

    /// Writes the bundle with this index as it is at the log's size.
    fn write_bundle(&self, twin: &Path, index: u64) -> Result<(), Error> {
        let first = usize::try_from(index * 256).unwrap_or(usize::MAX);
        let entries = self.entries.iter().skip(first).take(256);
        let mut bundle = Vec::new();
        let mut width = 0;
        for entry in entries {
            push_entry(&mut bundle, entry).map_err(|why| failed("bundle", &why))?;
            width += 1;
        }
        let tile = TileId::new(TileKind::Entries, index, width);
        let tile = tile.map_err(|why| failed("bundle", &why))?;
        put_file(twin, &tile.to_string(), &bundle)
    }

    /// Publishes these entries with the program itself: by all that is in the folder it is true.
    fn publish(&self, stage: &mut Stage) -> Result<(), Error> {
        let fund = self.folder.join("forked");
        let file = self.folder.join("fund").join("fund.toml");
        put_file(&fund, "fund.toml", &read(&file, FILE_MAX)?)?;
        let lines: Vec<u8> = self.entries.iter().flat_map(|e| [&**e, b"\n"].concat()).collect();
        put_file(&fund, "journal/00000000.jsonl", &lines)?;
        // The log's key signed nothing yet, as far as this fund knows.
        put_file(&fund, "checkpoints", b"")?;
        stage.in_fund("forked", &["publish", "--to", "tampered", "--since", "none"])?;
        std::fs::remove_dir_all(&fund).map_err(|why| failed(fund.display(), &why))
    }
}

/// Writes a file below `folder`, whatever was there.
fn put_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let file = folder.join(name);
    let parent = file.parent().unwrap_or(folder);
    let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&file, bytes));
    written.map_err(|why| failed(file.display(), &why))
}

/// What lies in a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let there = std::fs::read_dir(folder).map_err(|why| failed(folder.display(), &why))?;
    let mut files: Vec<PathBuf> = there.flatten().map(|file| file.path()).collect();
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    for path in files(from)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            put_file(to, &name, &read(&path, FILE_MAX)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::super::fund::{CLERK, Fund};
    use super::super::stranger::{failed, failure, verify};
    use super::*;

    /// A fund of one gift, published, and the gift's place.
    fn published(folder: &Path) -> (Stage, Place) {
        let passphrase = format!("{}\n", super::super::PASSPHRASE);
        put_file(folder, "keys/passphrase.txt", passphrase.as_bytes()).unwrap();
        let mut stage = Stage::new(folder);
        let eve = Day::parse(b"2026-03-31").unwrap();
        Fund::found(&mut stage, folder, eve).unwrap();
        stage.at(eve.offset(1).unwrap(), "12:00");
        let number = "4200002345202604011111111111";
        let gift = ["give", "--amount", "1.00", "--to", "wx", "--number", number];
        stage.by(CLERK, &gift).unwrap();
        stage.at(eve.offset(1).unwrap(), "21:20");
        stage.by(CLERK, &["close"]).unwrap();
        stage.by(CLERK, &["publish", "--to", "site"]).unwrap();
        std::fs::copy(folder.join("site/log.vkey"), folder.join("log.vkey")).unwrap();
        let receipt = stage.by(CLERK, &["receipt", number]).unwrap();
        (stage, Place::parse(receipt["place"].as_str().unwrap().as_bytes()).unwrap())
    }

    #[test]
    fn every_way_to_tamper_is_found_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let (mut stage, place) = published(folder.path());
        assert_eq!(verify(&mut stage, "site", &[]).0, 0);
        for (tamper, check) in [
            (Tamper::Entry, "bundles"),
            (Tamper::Total, "closes"),
            (Tamper::Fork, "since"),
            (Tamper::Sig, "vouchers"),
        ] {
            let told = make(&mut stage, folder.path(), tamper, place).unwrap();
            assert!(told.zh.starts_with("tampered：") && told.en.starts_with("tampered: "));
            let (code, report) = verify(&mut stage, "tampered", tamper.asked());
            assert_eq!((code, failed(&report)), (1, check), "{tamper:?} {report}");
            assert!(!failure(&report).zh.is_empty());
            // Another history is true by itself: that is why people compare.
            let alone = verify(&mut stage, "tampered", &[]).0;
            assert_eq!(alone, u8::from(tamper != Tamper::Fork), "{tamper:?}");
            // The pages are all there, and say what they said.
            let pages = |name| std::fs::read(folder.path().join(name)).unwrap();
            assert_eq!(pages("tampered/r/index.html"), pages("site/r/index.html"), "{tamper:?}");
            std::fs::remove_dir_all(folder.path().join("tampered")).unwrap();
        }
    }
}
