//! Where the published files come from: a folder, a host, or files about to be published.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::sync::Arc;

/// The longest path of a published file, in bytes.
pub const MAX_PATH: usize = 200;
/// The most files that a folder is listed with.
pub const MAX_FILES: usize = 4_000_000;
/// How deep a folder is listed.
const MAX_DEPTH: usize = 12;
/// A folder is listed to see which of so many files it has; fewer are asked for one by one.
const MANY: usize = 8;

/// Files by path, relative to the published folder, with `/` between the parts.
pub trait Source: Sync {
    /// The bytes of the file, if it is there and has at most `max` bytes.
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError>;

    /// Does what [`Source::read`] does, into `room`, whose bytes are replaced; false if the file is
    /// not there. Memory used again costs less than memory that is new.
    fn read_into(&self, path: &str, max: u64, room: &mut Vec<u8>) -> Result<bool, SourceError> {
        let found = self.read(path, max)?;
        let there = found.is_some();
        *room = found.unwrap_or_default();
        Ok(there)
    }

    /// The `len` bytes of the file from byte `from` on, or as many of them as it has; `None` if it
    /// is not there, or can only be read as a whole.
    fn read_part(&self, path: &str, from: u64, len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        let _ = (path, from, len);
        Ok(None)
    }

    /// Every path there is, in any order; `None` where that cannot be told.
    fn list(&self) -> Result<Option<Vec<String>>, SourceError>;

    /// Which of these files are not there, in their order; none where that cannot be told.
    fn missing(&self, paths: &[String]) -> Result<Vec<String>, SourceError> {
        let Some(listed) = self.list()? else { return Ok(Vec::new()) };
        let listed: HashSet<String> = listed.into_iter().collect();
        Ok(paths.iter().filter(|path| !listed.contains(*path)).cloned().collect())
    }

    /// Whether what is not there is known to be missing. A host may only not have it yet, or not
    /// now: nobody signed its answer.
    fn at_hand(&self) -> bool;

    /// How many entries there are, if this is a fund's own journal; `None` if it is something
    /// published, with the files that are made from entries.
    fn recorded(&self) -> Option<u64> {
        None
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// More bytes than it can have. Nothing beyond was read.
    #[error("{path} has {len} bytes or more, at most {max} are read")]
    TooLong {
        /// The file.
        path: String,
        /// The length known, in bytes.
        len: u64,
        /// The most that was asked for.
        max: u64,
    },
    /// Not a path of a published file.
    #[error("{path:?} is not a path inside a published folder")]
    Path {
        /// The path.
        path: String,
    },
    /// A link that leads out of the folder, or something that is not a file.
    #[error("{path} is not a file inside the folder")]
    Outside {
        /// The file.
        path: String,
    },
    /// The operating system refused.
    #[error("{path} cannot be read: {why}")]
    Disk {
        /// The file.
        path: String,
        /// What it said.
        why: String,
    },
    /// More files, or deeper, than a published folder has.
    #[error("the folder has more than {max} files or is deeper than {depth}")]
    TooMany {
        /// The most files.
        max: usize,
        /// The greatest depth.
        depth: usize,
    },
    /// The network failed.
    #[error("{url} does not answer: {why}")]
    Network {
        /// The address.
        url: String,
        /// What happened.
        why: String,
    },
    /// The host answered something else than the file.
    #[error("{url} answers with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// A page for people came in place of the file.
    #[error("{url} answers with a web page in place of the file")]
    Page {
        /// The address.
        url: String,
    },
    /// The host sends elsewhere in a way that is not followed.
    #[error("{url} sends on to {to:?}, which is not followed")]
    Redirect {
        /// The address.
        url: String,
        /// Where to.
        to: String,
    },
    /// Not an address of a host.
    #[error("{url:?} is not an http or https address")]
    Url {
        /// The address.
        url: String,
    },
}

/// Refuses a path that is not plainly inside the folder.
pub(super) fn check_path(path: &str) -> Result<(), SourceError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/');
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    if path.len() <= MAX_PATH && path.bytes().all(plain) && path.split('/').all(part) {
        return Ok(());
    }
    Err(SourceError::Path { path: path.chars().take(MAX_PATH).collect() })
}

/// Reads into `room`, behind what is there, to the end, but not beyond `max` bytes in all.
pub(super) fn read_bounded(
    path: &str,
    input: impl Read,
    max: u64,
    room: &mut Vec<u8>,
) -> Result<(), ReadFailed> {
    let left = max.saturating_add(1).saturating_sub(room.len() as u64);
    input.take(left).read_to_end(room).map_err(ReadFailed::Io)?;
    let len = room.len() as u64;
    if len > max {
        return Err(ReadFailed::Long(SourceError::TooLong { path: path.into(), len, max }));
    }
    Ok(())
}

/// The same for a file that has just been asked for its length: one that still has it is read in
/// one go, for a read that is given room for more than it brings has come to the end.
fn read_known(
    path: &str,
    mut file: File,
    len: u64,
    max: u64,
    room: &mut Vec<u8>,
) -> Result<(), ReadFailed> {
    let len = usize::try_from(len).unwrap_or_default();
    // What is in the room already need not be cleared for what comes over it.
    room.truncate(len + 1);
    room.reserve_exact(len + 1 - room.len());
    room.resize(len + 1, 0);
    let read = loop {
        match file.read(room) {
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => {}
            read => break read.map_err(ReadFailed::Io)?,
        }
    };
    room.truncate(read);
    if read == len { Ok(()) } else { read_bounded(path, file, max, room) }
}

/// Why a bounded read ended early.
pub(super) enum ReadFailed {
    /// The reader failed.
    Io(std::io::Error),
    /// There was more.
    Long(SourceError),
}

/// A published folder on a disk. Links that lead out of it are not followed.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// The folder itself, open: a path that begins here is a short one.
    #[cfg(target_os = "linux")]
    dir: Arc<File>,
}

impl Folder {
    /// The folder at `root`, which must be there.
    pub fn open(root: &Path) -> Result<Folder, SourceError> {
        let failed = |error| disk(&root.display().to_string(), &error);
        let root = root.canonicalize().map_err(failed)?;
        #[cfg(target_os = "linux")]
        let dir = Arc::new(File::open(&root).map_err(failed)?);
        Ok(Folder {
            root,
            #[cfg(target_os = "linux")]
            dir,
        })
    }

    /// Opens the file that `path` names, if it is one inside the folder; and says its length.
    fn find(&self, path: &str) -> Result<Option<(File, u64)>, SourceError> {
        // Nearly every file is a plain one in plain folders.
        #[cfg(target_os = "linux")]
        if let Some(found) = self.without_links(path) {
            return Ok(Some(found));
        }
        let real =
            there(self.root.join(path).canonicalize()).map_err(|error| disk(path, &error))?;
        let Some(real) = real else { return Ok(None) };
        // Asked before opening: opening a pipe would wait for its writer.
        let meta = real.metadata().map_err(|error| disk(path, &error))?;
        if !real.starts_with(&self.root) || !meta.is_file() {
            return Err(SourceError::Outside { path: path.into() });
        }
        let file = File::open(&real).map_err(|error| disk(path, &error))?;
        Ok(Some((file, meta.len())))
    }

    /// The same in one step, if no link is on the way and the system has this call; nothing waits
    /// for the other end of a pipe.
    #[cfg(target_os = "linux")]
    fn without_links(&self, path: &str) -> Option<(File, u64)> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let file = File::from(openat2(&self.dir, path, flags, Mode::empty(), inside).ok()?);
        let meta = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((file, meta.len()))
    }

    /// Whether there is a file: one that `path` names itself, links not followed.
    fn has(&self, path: &str) -> std::io::Result<bool> {
        #[cfg(target_os = "linux")]
        let is_dir = {
            use rustix::fs::{AtFlags, FileType, statat};
            let found = statat(&self.dir, path, AtFlags::SYMLINK_NOFOLLOW);
            found.map_err(Into::into).map(|stat| FileType::from_raw_mode(stat.st_mode).is_dir())
        };
        #[cfg(not(target_os = "linux"))]
        let is_dir = self.root.join(path).symlink_metadata().map(|meta| meta.is_dir());
        there(is_dir).map(|is_dir| is_dir == Some(false))
    }

    /// Which of these files, all of them in `folder`, are not in it. Nearly every page has a folder
    /// of its own, and to ask for one file is quicker than to list where it is.
    fn missing_of(&self, folder: &str, paths: &[String]) -> std::io::Result<Vec<String>> {
        if paths.len() < MANY {
            let asked = paths.iter().map(|path| Ok((!self.has(path)?).then(|| path.clone())));
            return asked.filter_map(Result::transpose).collect();
        }
        let mut missing: HashSet<&OsStr> = paths.iter().map(|path| name(path)).collect();
        for item in there(std::fs::read_dir(self.root.join(folder)))?.into_iter().flatten() {
            let item = item?;
            if !item.file_type()?.is_dir() {
                missing.remove(&*item.file_name());
            }
        }
        Ok(paths.iter().filter(|path| missing.contains(name(path))).cloned().collect())
    }

    fn walk(&self, under: &str, depth: usize, out: &mut Vec<String>) -> Result<(), SourceError> {
        let too_many = SourceError::TooMany { max: MAX_FILES, depth: MAX_DEPTH };
        if depth > MAX_DEPTH {
            return Err(too_many);
        }
        let folder = self.root.join(under);
        for item in std::fs::read_dir(folder).map_err(|error| disk(under, &error))? {
            let item = item.map_err(|error| disk(under, &error))?;
            let name = item.file_name().to_string_lossy().into_owned();
            let path = if under.is_empty() { name } else { format!("{under}/{name}") };
            if item.file_type().map_err(|error| disk(&path, &error))?.is_dir() {
                self.walk(&path, depth + 1, out)?;
            } else if out.len() == MAX_FILES {
                return Err(too_many);
            } else {
                out.push(path);
            }
        }
        Ok(())
    }
}

/// The folder that a file is in; nothing for the root.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a file is called in its folder.
fn name(path: &str) -> &OsStr {
    OsStr::new(path.rsplit_once('/').map_or(path, |(_, name)| name))
}

/// What was found, unless nothing is there.
fn there<T>(found: std::io::Result<T>) -> std::io::Result<Option<T>> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn disk(path: &str, error: &std::io::Error) -> SourceError {
    SourceError::Disk { path: path.into(), why: error.to_string() }
}

impl Source for Folder {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let mut bytes = Vec::new();
        Ok(self.read_into(path, max, &mut bytes)?.then_some(bytes))
    }

    fn read_into(&self, path: &str, max: u64, room: &mut Vec<u8>) -> Result<bool, SourceError> {
        check_path(path)?;
        let Some((file, len)) = self.find(path)? else { return Ok(false) };
        if len > max {
            return Err(SourceError::TooLong { path: path.into(), len, max });
        }
        read_known(path, file, len, max, room).map(|()| true).map_err(|failed| match failed {
            ReadFailed::Io(error) => disk(path, &error),
            ReadFailed::Long(error) => error,
        })
    }

    fn read_part(&self, path: &str, from: u64, len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        check_path(path)?;
        let Some((mut file, _)) = self.find(path)? else { return Ok(None) };
        let failed = |error| disk(path, &error);
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        let mut bytes = Vec::with_capacity(len);
        file.take(len as u64).read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(bytes))
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        let mut paths = Vec::new();
        self.walk("", 0, &mut paths)?;
        Ok(Some(paths))
    }

    fn missing(&self, paths: &[String]) -> Result<Vec<String>, SourceError> {
        let mut missing = Vec::new();
        for paths in paths.chunk_by(|path, next| folder(path) == folder(next)) {
            let folder = folder(paths.first().map_or("", String::as_str));
            missing.extend(self.missing_of(folder, paths).map_err(|error| disk(folder, &error))?);
        }
        Ok(missing)
    }

    fn at_hand(&self) -> bool {
        true
    }
}

/// Files in memory.
impl Source for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        check_path(path)?;
        match self.get(path) {
            Some(bytes) if bytes.len() as u64 > max => {
                let len = bytes.len() as u64;
                Err(SourceError::TooLong { path: path.into(), len, max })
            }
            found => Ok(found.cloned()),
        }
    }

    fn read_part(&self, path: &str, from: u64, len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        check_path(path)?;
        let part = |bytes: &Vec<u8>| {
            let rest = bytes.get(usize::try_from(from).ok()?..).unwrap_or_default();
            Some(rest.get(..len).unwrap_or(rest).to_vec())
        };
        Ok(self.get(path).and_then(part))
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(Some(self.keys().cloned().collect()))
    }

    fn at_hand(&self) -> bool {
        true
    }
}

/// New files over those already published: what a folder will be, checked before it goes up.
pub struct Overlay<'a> {
    /// The new files.
    pub over: &'a dyn Source,
    /// The files already there.
    pub under: &'a dyn Source,
}

impl Source for Overlay<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        match self.over.read(path, max)? {
            Some(bytes) => Ok(Some(bytes)),
            None => self.under.read(path, max),
        }
    }

    fn read_into(&self, path: &str, max: u64, room: &mut Vec<u8>) -> Result<bool, SourceError> {
        Ok(self.over.read_into(path, max, room)? || self.under.read_into(path, max, room)?)
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        let (Some(mut paths), Some(more)) = (self.over.list()?, self.under.list()?) else {
            return Ok(None);
        };
        paths.extend(more);
        paths.sort_unstable();
        paths.dedup();
        Ok(Some(paths))
    }

    fn at_hand(&self) -> bool {
        self.over.at_hand() && self.under.at_hand()
    }
}
