//! Opening a file of the folder: never one outside it, never through a link, once for an answer.

use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What stands at a path.
#[derive(Debug)]
pub(super) enum Found {
    /// A regular file, open.
    File(Opened),
    /// A folder.
    Folder,
    /// Nothing that is served: no such file, a link, a pipe, one that may not be read.
    Nothing,
}

/// A file as it was when it was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    /// Its length (bytes).
    pub(super) len: u64,
    pub(super) modified: SystemTime,
    /// Says that it is this file and unchanged, by what the system keeps of it.
    pub(super) tag: Tag,
}

/// The beginning of the SHA-256 of a file's device, number, length and times. Another file at the
/// same path has another number, and one that was written to another time.
pub(super) type Tag = [u8; 16];

/// Opens what stands at `parts` below `root`; each is a single name.
pub(super) fn open(root: &Path, parts: &[String]) -> io::Result<Found> {
    let file = match open_below(root, parts) {
        Ok(file) => file,
        Err(why) if not_served(&why) => return Ok(Found::Nothing),
        Err(why) => return Err(why),
    };
    let meta = file.metadata()?;
    if meta.is_dir() {
        return Ok(Found::Folder);
    }
    if !meta.is_file() {
        return Ok(Found::Nothing);
    }
    let modified = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let (len, tag) = (meta.len(), tag(&meta, modified));
    Ok(Found::File(Opened { file, len, modified, tag }))
}

/// Whether a failure means that there is nothing to serve, rather than that the disk fails.
fn not_served(why: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    let known = matches!(why.kind(), NotFound | NotADirectory | PermissionDenied | InvalidFilename);
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let odd = [Errno::LOOP, Errno::NXIO, Errno::NAMETOOLONG].map(Errno::raw_os_error);
        known || why.raw_os_error().is_some_and(|number| odd.contains(&number))
    }
    #[cfg(not(unix))]
    known
}

/// Goes down folder by folder, each opened in the one above, so that a link put anywhere at any
/// moment leads nowhere. A pipe is opened without waiting for who writes to it.
#[cfg(unix)]
fn open_below(root: &Path, parts: &[String]) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open, openat};
    let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = open(root, folder, Mode::empty())?;
    if let Some((name, above)) = parts.split_last() {
        for name in above {
            at = openat(&at, name.as_str(), folder | OFlags::NOFOLLOW, Mode::empty())?;
        }
        let file =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        at = openat(&at, name.as_str(), file, Mode::empty())?;
    }
    Ok(at.into())
}

/// Looks at every folder on the way; whoever can put a link there in between can write there.
#[cfg(not(unix))]
fn open_below(root: &Path, parts: &[String]) -> io::Result<File> {
    let mut path = root.to_owned();
    for part in parts {
        path.push(part);
        let there = std::fs::symlink_metadata(&path)?;
        if !there.is_file() && !there.is_dir() {
            return Err(io::ErrorKind::NotFound.into());
        }
    }
    File::open(path)
}

#[cfg(unix)]
fn tag(meta: &Metadata, _: SystemTime) -> Tag {
    use std::os::unix::fs::MetadataExt;
    let numbers = [meta.dev(), meta.ino(), meta.len()];
    let times = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
    let times = times.map(i64::cast_unsigned);
    digest(numbers.into_iter().chain(times))
}

#[cfg(not(unix))]
fn tag(meta: &Metadata, modified: SystemTime) -> Tag {
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    digest([meta.len(), since.as_secs(), since.subsec_nanos().into()].into_iter())
}

fn digest(numbers: impl Iterator<Item = u64>) -> Tag {
    let hash = numbers.fold(Sha256::new(), |hash, n| hash.chain_update(n.to_be_bytes()));
    hash.finalize().first_chunk().copied().unwrap_or_default()
}
