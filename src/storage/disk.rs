//! The one door to the disk: a trait, so that tests can cut the power.

use std::io;

/// The most bytes a reader asks for at once (bytes).
pub const PIECE: usize = 1 << 20;

/// What could not be done to which path, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path:?}")]
pub struct Error {
    /// The verb, as in `cannot sync "journal/00000000.jsonl"`.
    pub doing: &'static str,
    /// The path, relative to the disk's root; empty for the root itself.
    pub path: String,
    /// What the operating system said.
    pub source: io::Error,
}

impl Error {
    /// Names the call and the path an operating system's answer belongs to.
    pub fn new(doing: &'static str, path: &str, source: io::Error) -> Error {
        Error { doing, path: path.into(), source }
    }

    /// Whether the disk, or this user's share of it, is full.
    pub fn is_full(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

/// Who may read what is created.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Whatever the process's umask leaves.
    Public,
    /// The owner only: files 0600, folders 0700 (on Unix).
    Private,
}

/// Files and folders under one root.
///
/// Paths are relative to the root, their parts divided by `/`; `..`, `.`, empty parts,
/// backslashes and NUL are refused. The root itself is the empty path.
///
/// Nothing survives a power cut because it was written: a file's bytes survive after `sync`, and
/// its name (created, renamed or removed) after `sync_dir` of the folder that holds it.
pub trait Disk: Send + Sync {
    /// The file's length in bytes, or `None` if no file has this name.
    fn len(&self, path: &str) -> Result<Option<u64>, Error>;

    /// Reads from `offset` until `into` is full or the file ends; returns the bytes read.
    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, Error>;

    /// The names in a folder, files and folders alike, sorted; none if there is no such folder.
    fn list(&self, path: &str) -> Result<Vec<String>, Error>;

    /// Creates one folder in an existing one; a folder already there is no error.
    fn create_dir(&self, path: &str, access: Access) -> Result<(), Error>;

    /// Creates an empty file; a file already there is an error (`AlreadyExists`).
    fn create(&self, path: &str, access: Access) -> Result<(), Error>;

    /// Creates a file with these bytes: `create`, then `append`.
    fn create_with(&self, path: &str, bytes: &[u8], access: Access) -> Result<(), Error> {
        self.create(path, access)?;
        self.append(path, bytes)
    }

    /// Writes at the end of an existing file. A failed append may have written a part.
    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error>;

    /// Returns once a power cut can no longer take the file's bytes (fdatasync).
    fn sync(&self, path: &str) -> Result<(), Error>;

    /// Returns once a power cut can no longer take the names in this folder.
    fn sync_dir(&self, path: &str) -> Result<(), Error>;

    /// What `sync` does for each of the files and `sync_dir` for each of the folders, in any order
    /// and together: one pass over the disk instead of one for each. If it fails, any of them may
    /// be safe.
    fn sync_all(&self, files: &[&str], folders: &[&str]) -> Result<(), Error> {
        files.iter().try_for_each(|path| self.sync(path))?;
        folders.iter().try_for_each(|path| self.sync_dir(path))
    }

    /// Cuts a file back to `len` bytes.
    fn truncate(&self, path: &str, len: u64) -> Result<(), Error>;

    /// Gives a file another name in the same folder, replacing what had that name, atomically.
    fn rename(&self, from: &str, to: &str) -> Result<(), Error>;

    /// What `rename` does for each pair of names, in any order. If it fails, any of them may have
    /// changed.
    fn rename_all(&self, names: &[(String, String)]) -> Result<(), Error> {
        names.iter().try_for_each(|(from, to)| self.rename(from, to))
    }

    /// Removes a file.
    fn remove(&self, path: &str) -> Result<(), Error>;

    /// Puts zeros in place of a file's bytes and returns once they are on the disk. The disk may
    /// still have an older copy of them: flash writes elsewhere, and snapshots keep what was.
    fn wipe(&self, path: &str) -> Result<(), Error> {
        let len = usize::try_from(self.len(path)?.unwrap_or(0)).unwrap_or(0);
        self.truncate(path, 0)?;
        self.append(path, &vec![0; len.min(PIECE)])?;
        self.sync(path)
    }
}

/// Whether a path stays under the root and has one spelling. The empty path is the root.
pub fn is_plain(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0', ':']);
    path.is_empty() || path.split('/').all(plain)
}

/// The folder that holds `path`.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Reads a whole file of at most `max` bytes; `None` if there is none.
pub fn read_whole(disk: &dyn Disk, path: &str, max: u64) -> Result<Option<Vec<u8>>, Error> {
    let Some(len) = disk.len(path)? else { return Ok(None) };
    if len > max {
        let said = format!("{len} bytes are more than the {max} allowed");
        return Err(Error::new("read", path, io::Error::new(io::ErrorKind::FileTooLarge, said)));
    }
    let mut bytes = Vec::new();
    let mut left = usize::try_from(len).unwrap_or(usize::MAX);
    while left > 0 {
        let from = bytes.len();
        bytes.resize(from + left.min(PIECE), 0);
        let into = bytes.get_mut(from..).unwrap_or_default();
        let read = disk.read_at(path, from as u64, into)?;
        left -= into.len();
        if read < into.len() {
            // Another process cut the file while it was read: what is left is the file.
            bytes.truncate(from + read);
            break;
        }
    }
    Ok(Some(bytes))
}

/// Creates a folder and every missing one above it, and returns once their names are safe.
pub fn create_dirs(disk: &dyn Disk, path: &str, access: Access) -> Result<(), Error> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        let folder = path.get(..end).unwrap_or(path);
        disk.create_dir(folder, access)?;
        disk.sync_dir(parent(folder))?;
    }
    Ok(())
}

/// Puts `bytes` at `path`, so that at any moment, and after a power cut at any moment, `path` is
/// either what it was before or whole.
///
/// The order is the guarantee: the bytes are safe under another name before the name changes
/// hands, and the name is safe before this returns. Neighbours that write the same path at the
/// same time must be kept apart by the caller.
pub fn atomic_write(
    disk: &dyn Disk,
    path: &str,
    bytes: &[u8],
    access: Access,
) -> Result<(), Error> {
    let new = write_beside(disk, path, bytes, access)?;
    disk.sync(&new)?;
    disk.rename(&new, path)?;
    disk.sync_dir(parent(path))
}

/// What [`atomic_write`] does, for each of many files of one folder, with a wait for the disk for
/// all of them together. After a power cut each path by itself is what it was before or whole.
pub fn atomic_write_all(
    disk: &dyn Disk,
    files: &[(String, Vec<u8>)],
    access: Access,
) -> Result<(), Error> {
    let Some((first, _)) = files.first() else { return Ok(()) };
    let mut names = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        names.push((write_beside(disk, path, bytes, access)?, path.clone()));
    }
    let new: Vec<_> = names.iter().map(|(new, _)| new.as_str()).collect();
    disk.sync_all(&new, &[])?;
    disk.rename_all(&names)?;
    disk.sync_dir(parent(first))
}

/// Writes `bytes` under another name beside `path`, and gives the name.
fn write_beside(
    disk: &dyn Disk,
    path: &str,
    bytes: &[u8],
    access: Access,
) -> Result<String, Error> {
    let new = format!("{path}.new");
    if disk.len(&new)?.is_some() {
        disk.remove(&new)?; // left by a crash
    }
    disk.create(&new, access)?;
    disk.append(&new, bytes)?;
    Ok(new)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_the_root() {
        for good in ["", "a", "a/b.jsonl", "日/善", "..a", "a."] {
            assert!(is_plain(good), "{good:?} was refused");
        }
        for bad in ["/", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a\\b", "c:", "a\0"] {
            assert!(!is_plain(bad), "{bad:?} was taken");
        }
    }
}
