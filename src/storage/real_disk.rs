//! A folder of the operating system as a [`Disk`], and the lock that keeps it to one writer.

use super::disk::{Access, Disk, Error, is_plain};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The name of the lock file in a fund's folder.
pub const LOCK: &str = "lock";

/// The longest process number a lock file is asked for (bytes).
const PID_MAX: u64 = 20;

/// Up to so many files and folders are synced each for itself, more of them with their whole file
/// system: that waits for the disk once, but also for what other programs wrote.
#[cfg(target_os = "linux")]
const EACH_FOR_ITSELF: usize = 64;

/// So many files that were read stay open.
#[cfg(unix)]
const KEPT_OPEN: usize = 8;

/// How often, and how long each time, to wait for a lock of this process's own.
const PATIENCE: u32 = 10;
const MOMENT: Duration = Duration::from_millis(20);

/// The most threads that wait for the disk at a time.
const WAITING: usize = 16;

/// A file that was read: its path, its device and number there, and the file, open.
#[cfg(unix)]
type Known = (String, (u64, u64), Arc<File>);

/// A folder of the operating system.
///
/// The file appended to last stays open, so that acknowledging one more record costs one write
/// and one fdatasync.
#[derive(Debug)]
pub struct RealDisk {
    root: PathBuf,
    last: Mutex<Option<(String, File)>>,
    /// The files read lately, the latest last.
    #[cfg(unix)]
    read: Mutex<Vec<Known>>,
}

impl RealDisk {
    /// Opens the folder `root`, which must exist.
    pub fn open(root: impl Into<PathBuf>) -> Result<RealDisk, Error> {
        let root = root.into();
        match fs::metadata(&root) {
            Ok(found) if found.is_dir() => Ok(RealDisk {
                root,
                last: Mutex::default(),
                #[cfg(unix)]
                read: Mutex::default(),
            }),
            Ok(_) => Err(("open", &root, io::Error::from(io::ErrorKind::NotADirectory))),
            Err(source) => Err(("open", &root, source)),
        }
        .map_err(|(doing, root, source)| Error::new(doing, &root.to_string_lossy(), source))
    }

    fn full(&self, path: &str) -> io::Result<PathBuf> {
        if is_plain(path) {
            Ok(self.root.join(path))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidFilename, "the path is not a plain one"))
        }
    }

    /// Runs `work` on the open file at `path`, opening it unless it was the last one used.
    fn with_file<T>(
        &self,
        path: &str,
        work: impl FnOnce(&mut File) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, file) = match last.take() {
            Some(open) if open.0 == path => last.insert(open),
            _ => {
                let file = OpenOptions::new().append(true).open(self.full(path)?)?;
                last.insert((path.into(), file))
            }
        };
        work(file)
    }

    /// Reads without opening the file anew, if it was read lately and nobody has put another in
    /// its place.
    #[cfg(unix)]
    fn read_file(
        &self,
        path: &str,
        full: &Path,
        offset: u64,
        into: &mut [u8],
    ) -> io::Result<usize> {
        use std::os::unix::fs::{FileExt, MetadataExt};
        let number = |meta: &fs::Metadata| (meta.dev(), meta.ino());
        let there = number(&fs::metadata(full)?);
        let lately = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            lately().iter().find(|(name, number, _)| name == path && *number == there).cloned();
        let file = if let Some((_, _, file)) = known {
            file
        } else {
            let file = Arc::new(File::open(full)?);
            let opened = (path.into(), number(&file.metadata()?), Arc::clone(&file));
            let mut lately = lately();
            lately.retain(|(name, ..)| name != path);
            if lately.len() >= KEPT_OPEN {
                lately.remove(0);
            }
            lately.push(opened);
            file
        };
        fill(into, |rest, done| file.read_at(rest, offset + done as u64))
    }

    #[cfg(not(unix))]
    fn read_file(&self, _: &str, full: &Path, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = File::open(full)?;
        file.seek(io::SeekFrom::Start(offset))?;
        fill(into, |rest, _| file.read(rest))
    }

    /// Lets the operating system write back everything it holds for this file system.
    #[cfg(target_os = "linux")]
    fn sync_at_once(&self) -> Result<(), Error> {
        let sync = || Ok(rustix::fs::syncfs(File::open(&self.root)?)?);
        sync().map_err(|error: io::Error| Error::new("sync everything in", "", error))
    }

    /// Closes the file last used if it is `path`: its name is about to mean another file.
    fn forget(&self, path: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|(open, _)| open == path);
    }
}

impl Disk for RealDisk {
    fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        match self.full(path).and_then(fs::metadata) {
            Ok(found) if found.is_file() => Ok(Some(found.len())),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::new("measure", path, error)),
        }
    }

    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, Error> {
        let read = self.full(path).and_then(|full| self.read_file(path, &full, offset, into));
        read.map_err(|error| Error::new("read", path, error))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Error> {
        let list = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for found in fs::read_dir(self.full(path)?)? {
                // A name that is not UTF-8 is none of ours and cannot be spelled as a path.
                names.extend(found?.file_name().into_string().ok());
            }
            names.sort_unstable();
            Ok(names)
        };
        match list() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(Error::new("list", path, error)),
            Ok(names) => Ok(names),
        }
    }

    fn create_dir(&self, path: &str, access: Access) -> Result<(), Error> {
        match self.full(path).and_then(|full| create_dir(&full, access)) {
            Err(error)
                if error.kind() == io::ErrorKind::AlreadyExists
                    && self.full(path).is_ok_and(|full| full.is_dir()) =>
            {
                Ok(())
            }
            done => done.map_err(|error| Error::new("create the folder", path, error)),
        }
    }

    fn create(&self, path: &str, access: Access) -> Result<(), Error> {
        let file = self.full(path).and_then(|full| create(&full, access));
        let file = file.map_err(|error| Error::new("create", path, error))?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((path.into(), file));
        Ok(())
    }

    fn create_with(&self, path: &str, bytes: &[u8], access: Access) -> Result<(), Error> {
        let file = self.full(path).and_then(|full| create(&full, access));
        let mut file = file.map_err(|error| Error::new("create", path, error))?;
        file.write_all(bytes).map_err(|error| Error::new("append to", path, error))
    }

    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.with_file(path, |file| file.write_all(bytes))
            .map_err(|error| Error::new("append to", path, error))
    }

    fn sync(&self, path: &str) -> Result<(), Error> {
        self.with_file(path, |file| file.sync_data())
            .map_err(|error| Error::new("sync", path, error))
    }

    fn sync_dir(&self, path: &str) -> Result<(), Error> {
        self.full(path)
            .and_then(|full| sync_dir(&full))
            .map_err(|error| Error::new("sync the folder", path, error))
    }

    fn sync_all(&self, files: &[&str], folders: &[&str]) -> Result<(), Error> {
        #[cfg(target_os = "linux")]
        if files.len() + folders.len() > EACH_FOR_ITSELF {
            return self.sync_at_once();
        }
        let all: Vec<_> = files.iter().map(|path| (path, false)).collect();
        let folders = folders.iter().map(|path| (path, true));
        waiting(&all.into_iter().chain(folders).collect::<Vec<_>>(), |(path, is_dir)| {
            if *is_dir {
                return self.sync_dir(path);
            }
            let sync = || OpenOptions::new().append(true).open(self.full(path)?)?.sync_data();
            sync().map_err(|error| Error::new("sync", path, error))
        })
    }

    fn truncate(&self, path: &str, len: u64) -> Result<(), Error> {
        self.with_file(path, |file| file.set_len(len))
            .map_err(|error| Error::new("cut back", path, error))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        self.forget(from);
        self.forget(to);
        let rename = || fs::rename(self.full(from)?, self.full(to)?);
        rename().map_err(|error| Error::new("rename", from, error))
    }

    /// Giving up the file that had the name can mean waiting for the disk.
    fn rename_all(&self, names: &[(String, String)]) -> Result<(), Error> {
        waiting(names, |(from, to)| self.rename(from, to))
    }

    fn remove(&self, path: &str) -> Result<(), Error> {
        self.forget(path);
        self.full(path).and_then(fs::remove_file).map_err(|error| Error::new("remove", path, error))
    }

    /// Over the bytes where they lie, as far as the file system writes in place.
    fn wipe(&self, path: &str) -> Result<(), Error> {
        self.forget(path);
        let wipe = || -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).open(self.full(path)?)?;
            let len = file.metadata()?.len();
            io::copy(&mut io::repeat(0).take(len), &mut file)?;
            file.sync_all()
        };
        wipe().map_err(|error| Error::new("wipe", path, error))
    }
}

/// Does `work` for all, in several threads: whoever waits for the disk leaves the processor free.
fn waiting<T: Sync>(all: &[T], work: impl Fn(&T) -> Result<(), Error> + Sync) -> Result<(), Error> {
    let (each, work) = (all.len().div_ceil(WAITING).max(1), &work);
    if let [one] = all {
        return work(one);
    }
    std::thread::scope(|scope| {
        let threads =
            all.chunks(each).map(|some| scope.spawn(move || some.iter().try_for_each(work)));
        let threads: Vec<_> = threads.collect();
        let stopped = || Err(Error::new("wait for", "", io::Error::other("a thread has stopped")));
        threads.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| stopped()))
    })
}

/// Reads until `into` is full or there is no more; `read` is told how much was read before.
fn fill(
    into: &mut [u8],
    mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match read(rest, done) {
            Ok(0) => break,
            Ok(more) => done += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn create_dir(full: &Path, access: Access) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mode = if access == Access::Private { 0o700 } else { 0o777 };
    fs::DirBuilder::new().mode(mode).create(full)
}

#[cfg(not(unix))]
fn create_dir(full: &Path, _: Access) -> io::Result<()> {
    fs::create_dir(full)
}

fn create(full: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if access == Access::Private { 0o600 } else { 0o666 });
    }
    #[cfg(not(unix))]
    let _ = access;
    options.open(full)
}

#[cfg(unix)]
fn sync_dir(full: &Path) -> io::Result<()> {
    File::open(full)?.sync_all()
}

/// Windows cannot open a folder to sync it; NTFS keeps its names in a log of its own.
#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Why this process may not write.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes here; its number, if the lock file tells.
    #[error("{path} is locked by another process, {}", whose(*.pid))]
    Held {
        /// The lock file.
        path: String,
        /// The process that wrote its number there last.
        pid: Option<u32>,
    },
    /// The lock file could not be used.
    #[error(transparent)]
    Disk(Error),
}

/// The right to write in one folder, given up when dropped or when the process ends.
#[derive(Debug)]
pub struct WriterLock(#[expect(dead_code, reason = "held, never used: closing it unlocks")] File);

impl WriterLock {
    /// Takes the lock of the folder `root`, or says at once who has it.
    ///
    /// The lock is the operating system's (`flock`), not the file: a lock file left behind by a
    /// crash locks nothing, and is never removed, since removing it would let two in.
    pub fn take(root: &Path) -> Result<WriterLock, LockError> {
        let full = root.join(LOCK);
        let path = full.to_string_lossy();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let open = options.open(&full);
        let mut file = open.map_err(|error| LockError::Disk(Error::new("open", &path, error)))?;
        let mut patience = PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    let pid = read_pid(&mut file);
                    if pid != Some(std::process::id()) || patience == 0 {
                        return Err(LockError::Held { path: path.into(), pid });
                    }
                    // A program that this process begins has all its locks until it runs, also
                    // those that were given up meanwhile.
                    patience -= 1;
                    std::thread::sleep(MOMENT);
                }
                Err(TryLockError::Error(error)) => {
                    return Err(LockError::Disk(Error::new("lock", &path, error)));
                }
            }
        }
        // Only a courtesy to whoever finds the lock taken: nothing depends on it.
        let _ = file.set_len(0).and_then(|()| file.rewind());
        let _ = writeln!(file, "{}", std::process::id());
        Ok(WriterLock(file))
    }
}

/// Another process that holds the lock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Writer {
    /// Its number, if the lock file tells.
    pub pid: Option<u32>,
}

/// The process that writes in the folder `root`, if one does. Changes nothing.
pub fn writer(root: &Path) -> Result<Option<Writer>, LockError> {
    let full = root.join(LOCK);
    let path = full.to_string_lossy();
    let mut file = match File::open(&full) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LockError::Disk(Error::new("open", &path, error))),
    };
    match file.try_lock_shared() {
        // Given back when the file is closed, at once.
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(Writer { pid: read_pid(&mut file) })),
        Err(TryLockError::Error(error)) => Err(LockError::Disk(Error::new("lock", &path, error))),
    }
}

fn whose(pid: Option<u32>) -> String {
    pid.map_or_else(|| "which did not leave its number".into(), |pid| format!("number {pid}"))
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(PID_MAX).read_to_string(&mut text).ok()?;
    text.trim_end().parse().ok()
}
