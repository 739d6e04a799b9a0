//! A disk in memory whose power can be cut, and whose every call can fail.
//!
//! ```text
//! let disk = FakeDisk::new();             // or FakeDisk::default().cut_before(7) / .fail(7, …)
//! one_evening(&disk.handle());            // remember what was acknowledged
//! for left in disk.after_power_cut() {    // every image the platters may hold
//!     open(left.handle());                // what was acknowledged must be there
//! }
//! ```
//!
//! What it promises is what POSIX promises, no more: a file's bytes are safe after `sync`, a name
//! after `sync_dir` of its folder. Without them, after a power cut:
//!
//! - an appended tail may be there up to any byte, be all there but partly zeros or old bytes of
//!   other files (with newlines among them), or be missing;
//! - a cut may not have happened;
//! - each created, renamed or removed name may or may not have changed, alone or with others.
//!
//! After a *failed* sync, as on Linux, a later sync says yes and yet does not save the bytes the
//! failed one was for, unless they were cut off and written again meanwhile.
//!
//! Calls that change something are counted from 0, and can be cut before or made to fail; reads
//! are counted apart. Clones share one disk; [`FakeDisk::fork`] and the images are independent
//! and share unchanged bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use yishan::storage::disk::{Access, Disk, Error, is_plain, parent};

/// Unsynced tails up to this length are tried at every length, longer ones at chosen ones.
const EVERY_LENGTH_UP_TO: usize = 48;

/// A page: what a disk loses or keeps as one (bytes).
const PAGE: usize = 4_096;

/// What a call that fails has done all the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    /// Nothing.
    Nothing,
    /// Half of the bytes (appends; other calls: nothing).
    Half,
    /// Everything: only the answer was lost.
    Everything,
}

/// All of them, for loops.
pub(crate) const EFFECTS: [Effect; 3] = [Effect::Nothing, Effect::Half, Effect::Everything];

#[derive(Clone, Debug, Default)]
struct File {
    data: Arc<Vec<u8>>,
    /// The bytes before this are safe.
    safe: usize,
    /// Safe bytes that were cut off since the last sync, and may come back.
    cut: Vec<u8>,
    /// Bytes that a failed sync gave up on.
    lied: Option<Range<usize>>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Node {
    File(usize),
    Folder,
}

/// A change of names that no `sync_dir` has made safe.
#[derive(Clone, Debug)]
struct Pending {
    folder: String,
    removed: Option<String>,
    put: Option<(String, Node)>,
}

type Names = BTreeMap<String, Node>;

#[derive(Clone, Debug, Default)]
struct State {
    files: Vec<File>,
    names: Names,
    safe_names: Names,
    pending: Vec<Pending>,
    calls: usize,
    reads: usize,
    log: Vec<String>,
    cut_before: Option<usize>,
    faults: BTreeMap<usize, (io::ErrorKind, Effect)>,
    failing_read: Option<usize>,
}

/// The disk. See the top of this file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeDisk(Arc<Mutex<State>>);

impl FakeDisk {
    /// An empty disk that works.
    pub(crate) fn new() -> FakeDisk {
        FakeDisk::default()
    }

    /// Cuts the power before changing call `call`, counted from 0 since the disk was made or
    /// forked: it and all later calls, reads too, fail.
    pub(crate) fn cut_before(self, call: usize) -> FakeDisk {
        self.state().cut_before = Some(call);
        self
    }

    /// Makes changing call `call` fail.
    pub(crate) fn fail(self, call: usize, kind: io::ErrorKind, effect: Effect) -> FakeDisk {
        self.state().faults.insert(call, (kind, effect));
        self
    }

    /// Makes reading call `read` (length, read, list) fail, counted apart from 0.
    pub(crate) fn fail_read(self, read: usize) -> FakeDisk {
        self.state().failing_read = Some(read);
        self
    }

    /// The changing calls so far.
    pub(crate) fn calls(&self) -> usize {
        self.state().calls
    }

    /// The reading calls so far.
    pub(crate) fn reads(&self) -> usize {
        self.state().reads
    }

    /// The changing calls in words, for messages and for tests of their order.
    pub(crate) fn log(&self) -> Vec<String> {
        self.state().log.clone()
    }

    /// What storage takes.
    pub(crate) fn handle(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    /// An independent disk with the same content and the same unsafe bytes, whose calls count from
    /// 0 and do not fail: what a process finds that was started again without a power cut.
    pub(crate) fn fork(&self) -> FakeDisk {
        let mut state = self.state().clone();
        (state.calls, state.reads, state.cut_before, state.failing_read) = (0, 0, None, None);
        state.faults.clear();
        state.log.clear();
        FakeDisk(Arc::new(Mutex::new(state)))
    }

    /// The bytes of a file, for the test's own eyes.
    pub(crate) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let state = self.state();
        state.file(path).map(|file| state.files[file].data.to_vec())
    }

    /// Replaces a file's bytes, safely, without a call: damage.
    pub(crate) fn set(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state();
        let id = state.file(path).unwrap_or_else(|| {
            state.files.push(File::default());
            let node = Node::File(state.files.len() - 1);
            state.names.insert(path.into(), node);
            state.safe_names.insert(path.into(), node);
            state.files.len() - 1
        });
        state.files[id] =
            File { data: Arc::new(bytes.to_vec()), safe: bytes.len(), ..File::default() };
    }

    /// The names of all files.
    pub(crate) fn files(&self) -> Vec<String> {
        let state = self.state();
        let files = state.names.iter().filter(|(_, node)| **node != Node::Folder);
        files.map(|(name, _)| name.clone()).collect()
    }

    /// Every image a power cut now may leave. Where there are too many, the ends and borders are
    /// tried and a few between, and only one file at a time is torn, the others being as they were
    /// synced or as they were written.
    pub(crate) fn after_power_cut(&self) -> Vec<FakeDisk> {
        self.after_power_cut_of(|_| true)
    }

    /// The same where only some files matter: of the others nothing is torn, and images in which
    /// only they differ are one.
    pub(crate) fn after_power_cut_of(&self, matters: impl Fn(&str) -> bool) -> Vec<FakeDisk> {
        let state = self.state();
        let of_use = |names: &Names| -> BTreeSet<usize> {
            let names = names.iter().filter(|(name, _)| matters(name));
            names.filter_map(|(_, node)| node.file()).collect()
        };
        let mut named = of_use(&state.names);
        named.extend(state.possible_names().iter().flat_map(&of_use));
        let unsafe_files: Vec<usize> = (0..state.files.len())
            .filter(|id| state.files[*id].is_unsafe() && named.contains(id))
            .collect();
        let mut contents = vec![BTreeMap::new()];
        for torn in &unsafe_files {
            for variant in state.files[*torn].variants() {
                for others_written in [false, true].into_iter().take(unsafe_files.len()) {
                    let other = |id: &usize| {
                        let file = &state.files[*id];
                        (*id, if others_written { file.data.clone() } else { file.synced() })
                    };
                    let mut content: BTreeMap<_, _> = unsafe_files.iter().map(other).collect();
                    content.insert(*torn, variant.clone());
                    contents.push(content);
                }
            }
        }
        let (mut images, mut told) = (Vec::new(), BTreeSet::new());
        for names in state.possible_names() {
            let shown = names.iter().filter(|(name, _)| matters(name));
            if !told.insert(shown.map(|(name, node)| (name.clone(), *node)).collect::<Vec<_>>()) {
                continue;
            }
            // Files without a safe name are gone, so their tears need not be tried.
            let mut seen = BTreeSet::new();
            let kept: BTreeSet<_> = names.values().copied().filter_map(Node::file).collect();
            for content in &contents {
                let key: Vec<_> = content.iter().filter(|(id, _)| kept.contains(id)).collect();
                if seen.insert(key) {
                    images.push(state.image(names.clone(), content));
                }
            }
        }
        images
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn read<T>(
        &self,
        doing: &'static str,
        path: &str,
        work: impl FnOnce(&State) -> io::Result<T>,
    ) -> Result<T, Error> {
        let mut state = self.state();
        assert!(is_plain(path), "{path:?} is no path");
        state.reads += 1;
        let fails = state.failing_read == Some(state.reads - 1) || state.is_off();
        let done = if fails { Err(eio()) } else { work(&state) };
        done.map_err(|source| Error::new(doing, path, source))
    }

    /// Counts a changing call and does all, half or nothing of it.
    fn change(
        &self,
        doing: &'static str,
        path: &str,
        work: impl FnOnce(&mut State, Effect) -> io::Result<()>,
    ) -> Result<(), Error> {
        let mut state = self.state();
        assert!(is_plain(path), "{path:?} is no path");
        if state.is_off() {
            return Err(Error::new(doing, path, eio()));
        }
        let fault = state.faults.get(&state.calls).copied();
        state.calls += 1;
        state.log.push(format!("{doing} {path}"));
        let effect = fault.map_or(Effect::Everything, |(_, effect)| effect);
        let done = work(&mut state, effect);
        let answer = fault.map_or(done, |(kind, _)| Err(kind.into()));
        answer.map_err(|source| Error::new(doing, path, source))
    }
}

fn eio() -> io::Error {
    io::Error::from_raw_os_error(5)
}

impl Node {
    fn file(self) -> Option<usize> {
        if let Node::File(id) = self { Some(id) } else { None }
    }
}

impl File {
    fn is_unsafe(&self) -> bool {
        self.safe < self.data.len() || !self.cut.is_empty() || self.lied.is_some()
    }

    /// The bytes a power cut cannot take, with those zero that a failed sync gave up on.
    fn synced(&self) -> Arc<Vec<u8>> {
        if self.safe == self.data.len() && self.cut.is_empty() && self.lied.is_none() {
            return self.data.clone();
        }
        let mut bytes = [&self.data[..self.safe], &self.cut].concat();
        if let Some(lied) = &self.lied {
            let end = lied.end.min(self.safe);
            bytes[lied.start.min(end)..end].fill(0);
        }
        Arc::new(bytes)
    }

    fn variants(&self) -> Vec<Arc<Vec<u8>>> {
        let synced = self.synced();
        let tail = &self.data[self.safe..];
        let mut variants = vec![synced.clone(), self.data.clone()];
        let base = &synced[..self.safe];
        let mut add = |tail: &[u8]| variants.push(Arc::new([base, tail].concat()));
        for len in lengths(tail, self.safe) {
            add(&tail[..len]);
            // The length was saved, the bytes were not: zeros, or what lay there before.
            let mut zeros = tail.to_vec();
            zeros[len..].fill(0);
            add(&zeros);
            let old = b"\n{\"seq\":7,\"old\":\"bytes\"}\n\0\0\xff\xfe";
            let mut garbage = tail.to_vec();
            garbage[len..].iter_mut().zip(old.iter().cycle()).for_each(|(to, from)| *to = *from);
            add(&garbage);
            // Pages are saved in any order: the later half without the earlier one.
            let mut late = tail.to_vec();
            late[..len].fill(0);
            add(&late);
        }
        variants
    }
}

/// The lengths at which to tear a tail that begins at `offset`.
fn lengths(tail: &[u8], offset: usize) -> BTreeSet<usize> {
    let len = tail.len();
    if len <= EVERY_LENGTH_UP_TO {
        return (0..=len).collect();
    }
    let lines = tail.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    let lines: Vec<_> = lines.collect();
    let some = lines.len().div_ceil(8).max(1);
    let lines = lines.into_iter().step_by(some).flat_map(|at| [at, at + 1, at + 2]);
    let pages = (offset / PAGE + 1..).map(|page| page * PAGE - offset);
    let pages = pages.take_while(|at| *at < len).step_by((len / PAGE).div_ceil(8).max(1));
    let chosen = lines.chain(pages).chain([0, 1, len / 3, len / 2, len - 1, len]);
    chosen.filter(|at| *at <= len).collect()
}

impl State {
    fn is_off(&self) -> bool {
        self.cut_before.is_some_and(|call| self.calls >= call)
    }

    fn file(&self, path: &str) -> Option<usize> {
        self.names.get(path).copied().and_then(Node::file)
    }

    fn folder(&self, path: &str) -> io::Result<()> {
        match self.names.get(path) {
            _ if path.is_empty() => Ok(()),
            Some(Node::Folder) => Ok(()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn file_mut(&mut self, path: &str) -> io::Result<&mut File> {
        let id = self.file(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(&mut self.files[id])
    }

    fn rename(&mut self, removed: Option<&str>, put: Option<(&str, Node)>) {
        let pending = Pending {
            folder: parent(removed.or(put.map(|(path, _)| path)).unwrap()).into(),
            removed: removed.map(Into::into),
            put: put.map(|(path, node)| (path.into(), node)),
        };
        pending.apply(&mut self.names);
        self.pending.push(pending);
    }

    /// Every way the names may have been saved: each subset of up to 6 changes, beyond that
    /// the first so many.
    fn possible_names(&self) -> Vec<Names> {
        let count = self.pending.len();
        let subsets: Vec<u64> = if count <= 6 {
            (0..1 << count).collect()
        } else {
            (0..=count).map(|first| (1_u64 << first) - 1).collect()
        };
        let mut possible = Vec::new();
        for subset in subsets {
            let mut names = self.safe_names.clone();
            for (at, pending) in self.pending.iter().enumerate() {
                if subset >> at & 1 == 1 {
                    pending.apply(&mut names);
                }
            }
            // What lies in a folder that was not saved is gone with it.
            let all = names.clone();
            names.retain(|path, _| {
                let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
                folders.all(|folder| all.get(folder) == Some(&Node::Folder))
            });
            if !possible.contains(&names) {
                possible.push(names);
            }
        }
        possible
    }

    fn image(&self, names: Names, content: &BTreeMap<usize, Arc<Vec<u8>>>) -> FakeDisk {
        let safe = |(id, file): (usize, &File)| {
            let data = content.get(&id).cloned().unwrap_or_else(|| file.synced());
            File { safe: data.len(), data, ..File::default() }
        };
        let files = self.files.iter().enumerate().map(safe).collect();
        let safe_names = names.clone();
        let state = State { files, names, safe_names, ..State::default() };
        FakeDisk(Arc::new(Mutex::new(state)))
    }
}

impl Pending {
    fn apply(&self, names: &mut Names) {
        if let Some(path) = &self.removed {
            names.remove(path);
        }
        if let Some((path, node)) = &self.put {
            names.insert(path.clone(), *node);
        }
    }
}

impl Disk for FakeDisk {
    fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        self.read("measure", path, |state| {
            Ok(state.file(path).map(|file| state.files[file].data.len() as u64))
        })
    }

    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, Error> {
        self.read("read", path, |state| {
            let file = state.file(path).ok_or(io::ErrorKind::NotFound)?;
            let data = &state.files[file].data;
            let rest = &data[data.len().min(usize::try_from(offset).unwrap())..];
            let read = rest.len().min(into.len());
            into[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Error> {
        self.read("list", path, |state| {
            let inside = state.names.keys().filter(|name| parent(name) == path);
            Ok(inside.map(|name| name.rsplit('/').next().unwrap().into()).collect())
        })
    }

    fn create_dir(&self, path: &str, _: Access) -> Result<(), Error> {
        self.change("create the folder", path, |state, effect| {
            state.folder(parent(path))?;
            match state.names.get(path) {
                Some(Node::Folder) => return Ok(()),
                Some(Node::File(_)) => return Err(io::ErrorKind::AlreadyExists.into()),
                None => {}
            }
            if effect == Effect::Everything {
                state.rename(None, Some((path, Node::Folder)));
            }
            Ok(())
        })
    }

    fn create(&self, path: &str, _: Access) -> Result<(), Error> {
        self.change("create", path, |state, effect| {
            state.folder(parent(path))?;
            if state.names.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            if effect == Effect::Everything {
                state.files.push(File::default());
                let node = Node::File(state.files.len() - 1);
                state.rename(None, Some((path, node)));
            }
            Ok(())
        })
    }

    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.change("append to", path, |state, effect| {
            let done = match effect {
                Effect::Nothing => 0,
                Effect::Half => bytes.len() / 2,
                Effect::Everything => bytes.len(),
            };
            Arc::make_mut(&mut state.file_mut(path)?.data).extend_from_slice(&bytes[..done]);
            Ok(())
        })
    }

    fn sync(&self, path: &str) -> Result<(), Error> {
        self.change("sync", path, |state, effect| {
            let file = state.file_mut(path)?;
            let len = file.data.len();
            if effect != Effect::Everything && file.safe < len {
                let from = file.lied.as_ref().map_or(file.safe, |lied| lied.start);
                file.lied = Some(from..len);
            } else if effect == Effect::Everything {
                (file.safe, file.cut) = (len, Vec::new());
            }
            Ok(())
        })
    }

    fn sync_dir(&self, path: &str) -> Result<(), Error> {
        self.change("sync the folder", path, |state, effect| {
            state.folder(path)?;
            if effect == Effect::Everything {
                let State { pending, safe_names, .. } = state;
                for done in pending.extract_if(.., |pending| pending.folder == path) {
                    done.apply(safe_names);
                }
            }
            Ok(())
        })
    }

    fn truncate(&self, path: &str, len: u64) -> Result<(), Error> {
        self.change("cut back", path, |state, effect| {
            let file = state.file_mut(path)?;
            let len = usize::try_from(len).unwrap();
            assert!(len <= file.data.len(), "{path} is not to be made longer");
            if effect != Effect::Everything {
                return Ok(());
            }
            if len < file.safe {
                let cut = &file.data[len..file.safe];
                file.cut.splice(0..0, cut.iter().copied());
                file.safe = len;
            }
            file.lied = file.lied.take().filter(|lied| lied.start < len);
            if let Some(lied) = &mut file.lied {
                lied.end = lied.end.min(len);
            }
            Arc::make_mut(&mut file.data).truncate(len);
            Ok(())
        })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        assert_eq!(parent(from), parent(to), "files stay in their folder");
        self.change("rename", from, |state, effect| {
            let id = state.file(from).ok_or(io::ErrorKind::NotFound)?;
            if effect == Effect::Everything {
                state.rename(Some(from), Some((to, Node::File(id))));
            }
            Ok(())
        })
    }

    fn remove(&self, path: &str) -> Result<(), Error> {
        self.change("remove", path, |state, effect| {
            state.file(path).ok_or(io::ErrorKind::NotFound)?;
            if effect == Effect::Everything {
                state.rename(Some(path), None);
            }
            Ok(())
        })
    }
}
