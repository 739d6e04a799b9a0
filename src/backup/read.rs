//! Reading a backup back, strictly, and proving that what came back is what was there.

use super::manifest::{Listed, MANIFEST_MAX, Manifest, NAME, stated};
use super::{Error, FILE_MAX, FILES_MAX, VERSION, order, rank, tar};
use crate::domain::text::Digest as FileHash;
use crate::ledger::{Ledger, RESTORED};
use crate::storage::disk::{self, Access, Disk, PIECE};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};

/// Reads a backup into the empty folder `into`; everything is durable when it returns. What came
/// back is marked as restored, so that it signs nothing before it is known to be the newest.
///
/// Believes nothing: the files must be those that the manifest lists, in their order, with their
/// lengths and hashes, and nothing else. What the entries say is for [`prove`].
pub fn read(input: &mut dyn Read, into: &dyn Disk) -> Result<Manifest, Error> {
    let mut unpacker =
        Unpacker { input, into, after: String::new(), files: Vec::new(), folders: BTreeSet::new() };
    unpacker.version()?;
    let manifest = loop {
        let (path, len) = unpacker.header()?;
        if path == NAME {
            break unpacker.manifest(len)?;
        }
        unpacker.file(&path, len)?;
    };
    unpacker.end()?;
    let Unpacker { files, folders, .. } = unpacker;
    same(&files, &manifest)?;
    let mark = format!("yishan/restored/v1\nsize {}\n", manifest.size);
    disk::atomic_write(into, RESTORED, mark.as_bytes(), Access::Public)?;
    for folder in folders.iter().rev() {
        into.sync_dir(folder)?;
    }
    into.sync_dir("")?;
    Ok(manifest)
}

/// Holds a ledger that was opened from what came back against the manifest: its name, its size, its
/// root, and the last checkpoint, which it must continue.
pub fn prove(ledger: &Ledger, manifest: &Manifest) -> Result<(), Error> {
    let differs = |path: &str, found: String, expected: &dyn ToString| {
        let expected = expected.to_string();
        if found == expected {
            return Ok(());
        }
        Err(Error::Differs { path: path.to_owned(), found, expected })
    };
    differs("the log's name", ledger.origin().to_string(), &manifest.origin)?;
    differs("the number of entries", ledger.size().to_string(), &manifest.size)?;
    differs("the root", ledger.replay().tree().root().to_string(), &manifest.root)?;
    let kept = ledger.last_checkpoint().map(|kept| kept.note.as_slice());
    if kept != manifest.checkpoint.as_deref().map(str::as_bytes) {
        let tell = |note: Option<&[u8]>| {
            note.map_or_else(|| "none".to_owned(), |n| String::from_utf8_lossy(n).into_owned())
        };
        let expected = tell(manifest.checkpoint.as_deref().map(str::as_bytes));
        differs("the last checkpoint", tell(kept), &expected)?;
    }
    if let Some(note) = kept {
        let wrong = || Error::Layout { after: NAME.to_owned(), why: "its checkpoint is none" };
        let checkpoint = stated(note).ok_or_else(wrong)?;
        differs("the last checkpoint's log", checkpoint.origin().to_owned(), ledger.origin())?;
        ledger.continues(checkpoint.size(), checkpoint.root())?;
    }
    Ok(())
}

/// The files read are exactly those of the manifest.
fn same(files: &[Listed], manifest: &Manifest) -> Result<(), Error> {
    let tell = |file: Option<&Listed>| {
        file.map_or_else(
            || "nothing".to_owned(),
            |f| format!("{} of {} bytes, SHA-256 {}", f.path, f.len, f.sha256),
        )
    };
    for at in 0..files.len().max(manifest.files.len()) {
        let (found, expected) = (files.get(at), manifest.files.get(at));
        if found != expected {
            let path = found.or(expected).map(|file| file.path.clone()).unwrap_or_default();
            return Err(Error::Differs { path, found: tell(found), expected: tell(expected) });
        }
    }
    Ok(())
}

/// The stream, and what came out of it.
struct Unpacker<'a> {
    input: &'a mut dyn Read,
    into: &'a dyn Disk,
    /// The last good file.
    after: String,
    files: Vec<Listed>,
    folders: BTreeSet<String>,
}

impl Unpacker<'_> {
    fn layout(&self, why: &'static str) -> Error {
        Error::Layout { after: self.after.clone(), why }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.input.read_exact(bytes).map_err(|source| match source.kind() {
            ErrorKind::UnexpectedEof => self.layout("it ends too early"),
            _ => Error::Stream { doing: "read", source },
        })
    }

    /// A path and a length that a backup can have, and that follow the one before.
    fn header(&mut self) -> Result<(String, u64), Error> {
        let mut block = [0; tar::BLOCK];
        self.fill(&mut block)?;
        let (path, len) =
            tar::parse(&block).ok_or_else(|| self.layout("no header of a file follows"))?;
        let max = if path == NAME { MANIFEST_MAX } else { FILE_MAX };
        if len > max {
            return Err(Error::TooMuch { what: "a file", found: len, max });
        }
        if path == NAME {
            return Ok((path, len));
        }
        if self.files.len() >= FILES_MAX {
            let found = self.files.len() as u64 + 1;
            return Err(Error::TooMuch { what: "files", found, max: FILES_MAX as u64 });
        }
        if rank(&path).is_none() {
            return Err(self.layout("a file follows that no backup holds"));
        }
        if !self.files.is_empty() && order(&path) <= order(&self.after) {
            return Err(self.layout("a file follows that stands before it"));
        }
        Ok((path, len))
    }

    /// Reads `len` bytes a piece at a time, and the padding behind them.
    fn content(
        &mut self,
        path: &str,
        len: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE.min(usize::try_from(len).unwrap_or(PIECE))];
        let mut left = len;
        while left > 0 {
            let want = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
            let into = piece.get_mut(..want).unwrap_or_default();
            self.fill(into)?;
            hash.update(&*into);
            take(into)?;
            left -= want as u64;
        }
        let mut zeros = [0; tar::BLOCK];
        let padding = zeros.get_mut(..tar::padding(len)).unwrap_or_default();
        self.fill(padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(self.layout("the padding is not empty"));
        }
        path.clone_into(&mut self.after);
        let sha256 = FileHash(hash.finalize().into()).to_string();
        self.files.push(Listed { path: path.to_owned(), len, sha256 });
        Ok(())
    }

    /// The first file, by which another version is told before anything of it is read.
    fn version(&mut self) -> Result<(), Error> {
        let (path, len) = self.header()?;
        if path != VERSION.0 || len > 64 {
            return Err(self.layout("the version does not stand first"));
        }
        let mut found = Vec::new();
        self.content(&path, len, &mut |bytes| {
            found.extend_from_slice(bytes);
            Ok(())
        })?;
        if found == VERSION.1.as_bytes() {
            return Ok(());
        }
        Err(Error::Version { found: String::from_utf8_lossy(&found).trim_end().to_owned() })
    }

    /// One file of the fund, written and synced.
    fn file(&mut self, path: &str, len: u64) -> Result<(), Error> {
        let open = ["vault/bills/", "vault/recipient"].iter().any(|p| path.starts_with(p));
        let private = path.starts_with("keys/") || path.starts_with("vault/") && !open;
        let access = if private { Access::Private } else { Access::Public };
        let disk = self.into;
        let folder = disk::parent(path);
        if !folder.is_empty() && self.folders.insert(folder.to_owned()) {
            disk::create_dirs(disk, folder, access)?;
        }
        disk.create(path, access)?;
        self.content(path, len, &mut |bytes| Ok(disk.append(path, bytes)?))?;
        Ok(disk.sync(path)?)
    }

    fn manifest(&mut self, len: u64) -> Result<Manifest, Error> {
        let mut bytes = Vec::new();
        self.content(NAME, len, &mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        self.files.pop();
        Manifest::decode(&bytes)
    }

    /// Two empty blocks, and nothing behind them.
    fn end(&mut self) -> Result<(), Error> {
        let mut end = [0; tar::END.len()];
        self.fill(&mut end)?;
        let more = self.input.read(&mut [0]);
        let more = more.map_err(|source| Error::Stream { doing: "read", source })?;
        if end != tar::END || more > 0 {
            return Err(self.layout("the end is not where it should be"));
        }
        Ok(())
    }
}
