//! Writing a backup while the fund goes on recording.

use super::manifest::{Listed, Manifest, NAME, stated};
use super::{Error, FILE_MAX, FILES_MAX, VAULT, VERSION, is_key, tar};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Digest as LeafHash, Id};
use crate::domain::time::Stamp;
use crate::people::Forgotten;
use crate::storage::archive::{self, Archive};
use crate::storage::disk::{self, Disk, PIECE};
use crate::storage::journal::{self, Journal, Position, Role};
use crate::storage::records::Records;
use crate::tlog::{Checkpoint, Tree, leaf_hash};
use crate::vault::Place;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::sync::Arc;

/// How often a file is read anew that changes while it is read.
const TRIES: u32 = 10;

/// What is to be in a backup.
pub struct Wanted<'a> {
    /// The fund's folder.
    pub fund: Arc<dyn Disk>,
    /// The folder of keys, if those are wanted too.
    pub keys: Option<&'a dyn Disk>,
    /// Now, in Unix seconds.
    pub now: i64,
}

/// Bytes of the journal copied, and how many there are.
pub type Told<'a> = &'a mut dyn FnMut(u64, u64);

/// Writes a backup to `out`, which the caller seals, flushes and makes durable. Holds no more of
/// the journal in memory than one piece of it.
///
/// The order is the guarantee: checkpoints are read before the end of the journal is taken, so the
/// journal holds all they sign; and the vault after it, so it holds all that the entries speak of.
pub fn write(wanted: &Wanted<'_>, out: &mut dyn Write, told: Told<'_>) -> Result<Manifest, Error> {
    let fund = &wanted.fund;
    let archive = Archive::open(Arc::clone(fund), false)?;
    let journal = durable(fund)?;
    let signed = archive.last().map_or(0, |kept| kept.size);
    if journal.head() < signed {
        return Err(Error::Behind { size: journal.head(), signed });
    }
    let mut packer = Packer { out, files: Vec::new() };
    packer.bytes(VERSION.0, VERSION.1.as_bytes())?;
    packer.copy(&**fund, archive::FILE, archive::FILE, archive.bytes())?;
    let note = archive.last().map(|kept| kept.note.clone());
    let checkpoint = note.as_deref().and_then(stated);
    let mut check = Check {
        tree: Tree::default(),
        last: LeafHash([0; 32]),
        end: (Position::default(), 0),
        first: None,
        bills: BTreeSet::new(),
    };
    packer.journal(&journal, fund, &mut check, checkpoint.as_ref(), told)?;
    packer.small(&**fund)?;
    if let Some(keys) = wanted.keys {
        packer.keys(keys)?;
    }
    still_there(fund, &journal, &check)?;
    let (origin, zone) = check.first.ok_or(Error::Chain { entry: 0 })?;
    let made = Stamp::from_unix(wanted.now, zone).map(|at| at.to_string()).unwrap_or_default();
    let note = note.map(|note| String::from_utf8_lossy(&note).into_owned());
    let (size, root) = (check.tree.size(), check.tree.root().to_string());
    let files = std::mem::take(&mut packer.files);
    let missing = missing(&check.bills, &files);
    let manifest = Manifest { origin, made, size, root, checkpoint: note, files, missing };
    packer.bytes(NAME, &manifest.encode())?;
    packer.put(&tar::END)?;
    Ok(manifest)
}

/// The bills of which the vault has nothing, by their paths in it.
fn missing(bills: &BTreeSet<LeafHash>, files: &[Listed]) -> Vec<String> {
    let there: BTreeSet<&str> =
        files.iter().filter(|file| file.len > 0).map(|file| file.path.as_str()).collect();
    let places = bills.iter().map(|sha256| Place::Bill(sha256.0).to_string());
    places.filter(|place| !there.contains(&*format!("vault/{place}"))).collect()
}

/// The journal, up to an end that no power cut takes back: what is there is synced here once more,
/// for a writer may be between its write and its sync.
fn durable(fund: &Arc<dyn Disk>) -> Result<Journal, Error> {
    let journal = Journal::open(Arc::clone(fund), Role::Reader)?;
    let last = journal::path(journal.end().segment);
    match fund.sync(&last).and_then(|()| fund.sync_dir(journal::FOLDER)) {
        // Where nobody may write, nothing waits to be synced.
        Err(why)
            if matches!(
                why.source.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) => {}
        done => done?,
    }
    Ok(journal)
}

/// A writer whose disk failed takes its last group back. So what was copied is looked at again.
fn still_there(fund: &Arc<dyn Disk>, copied: &Journal, check: &Check) -> Result<(), Error> {
    let now = Journal::open(Arc::clone(fund), Role::Reader)?;
    let (at, len) = check.end;
    let changed = || Error::Changed { path: journal::path(at.segment) };
    if now.head() < copied.head() {
        return Err(changed());
    }
    let bytes = now.record(at, len)?;
    if leaf_hash(&bytes).0 == check.last.0 { Ok(()) } else { Err(changed()) }
}

/// What the entries copied so far hash to, and what the first one says.
struct Check {
    tree: Tree,
    last: LeafHash,
    /// Where the last one stands, and its length in bytes.
    end: (Position, u16),
    /// The log's name and the fund's zone.
    first: Option<(String, crate::domain::time::Zone)>,
    /// The bills they speak of.
    bills: BTreeSet<LeafHash>,
}

impl Check {
    /// Takes the next entry: whole, in its place, behind the one before.
    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let number = self.tree.size();
        let (entry, _) = Entry::decode(bytes).map_err(|why| Error::Form { entry: number, why })?;
        let chain = Error::Chain { entry: number };
        if entry.seq != number || entry.prev != self.last {
            return Err(chain);
        }
        if number == 0 {
            let Some(Line::Found(found)) = entry.voucher.lines.first() else { return Err(chain) };
            self.first = Some((found.origin.to_string(), found.zone));
        }
        self.bills.extend(entry.voucher.lines.iter().filter_map(Line::sealed_bill));
        let leaf = leaf_hash(bytes);
        self.tree.push(leaf, &mut |_, _| ()).map_err(|_| chain)?;
        self.last = LeafHash(leaf.0);
        Ok(())
    }

    /// Holds the entries so far against the checkpoint, if it signs as many.
    fn hold(&self, checkpoint: Option<&Checkpoint>) -> Result<(), Error> {
        let (size, root) = (self.tree.size(), || self.tree.root());
        match checkpoint.filter(|c| c.size() == size).map(Checkpoint::root) {
            Some(signed) if signed != root() => {
                Err(Error::Root { size, signed: signed.to_string(), computed: root().to_string() })
            }
            _ => Ok(()),
        }
    }
}

/// The stream, and what went into it.
struct Packer<'a> {
    out: &'a mut dyn Write,
    files: Vec<Listed>,
}

impl Packer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(|source| Error::Stream { doing: "written", source })
    }

    /// One file: its header, what `content` writes, hashed on its way, and the padding.
    fn file(
        &mut self,
        path: &str,
        len: u64,
        content: impl FnOnce(&mut Packer<'_>, &mut Sha256) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let limit = |what, found, max| Err(Error::TooMuch { what, found, max });
        if len > FILE_MAX {
            return limit("a file", len, FILE_MAX);
        }
        if self.files.len() >= FILES_MAX {
            return limit("a fund with files", self.files.len() as u64 + 1, FILES_MAX as u64);
        }
        self.put(&tar::header(path, len))?;
        let mut hash = Sha256::new();
        content(self, &mut hash)?;
        self.put(tar::END.get(..tar::padding(len)).unwrap_or_default())?;
        let sha256 = LeafHash(hash.finalize().into()).to_string();
        self.files.push(Listed { path: path.to_owned(), len, sha256 });
        Ok(())
    }

    fn bytes(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.file(path, bytes.len() as u64, |out, hash| {
            hash.update(bytes);
            out.put(bytes)
        })
    }

    /// The first `len` bytes of a file, a piece at a time.
    fn copy(&mut self, disk: &dyn Disk, from: &str, path: &str, len: u64) -> Result<(), Error> {
        self.file(path, len, |out, hash| {
            let mut piece = vec![0; PIECE.min(usize::try_from(len).unwrap_or(PIECE))];
            let mut at = 0;
            while at < len {
                let want = piece.len().min(usize::try_from(len - at).unwrap_or(PIECE));
                let into = piece.get_mut(..want).unwrap_or_default();
                if disk.read_at(from, at, into)? < want {
                    return Err(Error::Changed { path: from.to_owned() });
                }
                hash.update(&*into);
                out.put(into)?;
                at += want as u64;
            }
            Ok(())
        })
    }

    /// Every segment, each entry of it checked on its way.
    fn journal(
        &mut self,
        journal: &Journal,
        fund: &Arc<dyn Disk>,
        check: &mut Check,
        checkpoint: Option<&Checkpoint>,
        told: Told<'_>,
    ) -> Result<(), Error> {
        let end = journal.end();
        let mut lens = Vec::new();
        for first in journal.segments() {
            let whole = fund.len(&journal::path(*first))?.unwrap_or(0);
            lens.push((*first, if *first == end.segment { end.offset } else { whole }));
        }
        let (total, mut done) = (lens.iter().map(|(_, len)| len).sum(), 0);
        let mut records = journal.read_from(Position::default())?;
        for (first, len) in lens {
            let path = journal::path(first);
            self.file(&path, len, |out, hash| {
                let (mut left, mut told) = (len, |left| told(done + len - left, total));
                while left > 0 {
                    left = one(&mut records, left, check, out, hash)
                        .and_then(|left| left.ok_or(Error::Changed { path: path.clone() }))?;
                    check.hold(checkpoint)?;
                    told(left);
                }
                Ok(())
            })?;
            done += len;
        }
        Ok(())
    }

    /// `fund.toml` and the vault. What has another name than the vault's own is not copied, and
    /// nothing of people who are forgotten, even where a crash left it.
    fn small(&mut self, fund: &dyn Disk) -> Result<(), Error> {
        if let Some(len) = fund.len("fund.toml")? {
            self.copy(fund, "fund.toml", "fund.toml", len)?;
        }
        // Listed the other way round than they are written: of whoever is taken in meanwhile there
        // may be a key without anything sealed for it, and never the other way.
        let mut paths = Vec::new();
        for folder in ["bills", "people", "records", "keys"] {
            let names = fund.list(&format!("vault/{folder}"))?;
            let places = names.into_iter().map(|name| format!("{folder}/{name}"));
            paths.extend(places.filter(|place| Place::parse(place).is_ok()));
        }
        let forgotten = Forgotten::load(fund, None)?;
        paths.retain(|path| !is_of(path, &forgotten));
        for name in VAULT {
            self.piece(fund, &format!("vault/{name}"))?;
        }
        paths.sort();
        paths.iter().try_for_each(|path| self.piece(fund, &format!("vault/{path}")))
    }

    /// A file that another may take the place of while it is read, or that may vanish: as it was at
    /// one moment, or not at all.
    fn piece(&mut self, fund: &dyn Disk, path: &str) -> Result<(), Error> {
        for _ in 0..TRIES {
            let Some(len) = fund.len(path)? else { return Ok(()) };
            if len > PIECE as u64 {
                return self.copy(fund, path, path, len);
            }
            // One byte more than there should be: the end of the same file was reached.
            let mut bytes = vec![0; usize::try_from(len).unwrap_or(PIECE) + 1];
            let read = match fund.read_at(path, 0, &mut bytes) {
                Err(why) if why.source.kind() == ErrorKind::NotFound => return Ok(()),
                read => read?,
            };
            if read as u64 == len {
                bytes.truncate(read);
                return self.bytes(path, &bytes);
            }
        }
        Err(Error::Changed { path: path.to_owned() })
    }

    fn keys(&mut self, keys: &dyn Disk) -> Result<(), Error> {
        let mut names: Vec<_> = keys.list("")?.into_iter().filter(|name| is_key(name)).collect();
        names.sort();
        for name in names {
            let missing = || disk::Error::new("measure", &name, ErrorKind::NotFound.into());
            let len = keys.len(&name)?.ok_or_else(missing)?;
            self.copy(keys, &name, &format!("keys/{name}"), len)?;
        }
        Ok(())
    }
}

/// Whether `path` in the vault is of somebody who is forgotten.
fn is_of(path: &str, forgotten: &Forgotten) -> bool {
    let stem = path
        .split_once('/')
        .and_then(|(folder, name)| (folder != "bills").then_some(name)?.strip_suffix(".age"));
    let id = stem.and_then(|stem| Id::parse(stem.as_bytes()));
    id.is_some_and(|id| forgotten.get(id).is_some())
}

/// Copies one entry; how many bytes of the segment are left, or `None` if it goes beyond.
fn one(
    records: &mut Records,
    left: u64,
    check: &mut Check,
    out: &mut Packer<'_>,
    hash: &mut Sha256,
) -> Result<Option<u64>, Error> {
    let at = records.position();
    let Some(bytes) = records.next_record()? else { return Ok(None) };
    check.take(bytes)?;
    check.end = (at, u16::try_from(bytes.len()).unwrap_or(u16::MAX));
    for part in [bytes, b"\n"] {
        hash.update(part);
        out.put(part)?;
    }
    Ok(left.checked_sub(bytes.len() as u64 + 1))
}
