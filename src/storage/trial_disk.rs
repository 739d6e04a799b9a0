//! A disk that reads another one and keeps every change to itself: for trying what a writer would
//! do, and looking at the outcome, without touching anything.

use super::disk::{Access, Disk, Error, parent};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What became of a path.
#[derive(Clone, Debug)]
enum Change {
    /// The first `kept` bytes of `under`, then `more`.
    File {
        under: String,
        kept: u64,
        more: Vec<u8>,
    },
    Gone,
}

/// The disk. See the top of this file.
pub struct TrialDisk {
    under: Arc<dyn Disk>,
    over: Mutex<BTreeMap<String, Change>>,
}

impl TrialDisk {
    /// A trial on `under`, which is only read.
    pub fn new(under: Arc<dyn Disk>) -> TrialDisk {
        TrialDisk { under, over: Mutex::default() }
    }

    /// The paths that a writer changed.
    pub fn changed(&self) -> Vec<String> {
        self.over().keys().cloned().collect()
    }

    fn over(&self) -> MutexGuard<'_, BTreeMap<String, Change>> {
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `work` change a file, which must be there.
    fn change(
        &self,
        doing: &'static str,
        path: &str,
        work: impl FnOnce(&mut u64, &mut Vec<u8>),
    ) -> Result<(), Error> {
        let missing = || Error::new(doing, path, ErrorKind::NotFound.into());
        let len = self.len(path)?.ok_or_else(missing)?;
        let mut over = self.over();
        let fresh = || Change::File { under: path.to_owned(), kept: len, more: Vec::new() };
        match over.entry(path.to_owned()).or_insert_with(fresh) {
            Change::File { kept, more, .. } => work(kept, more),
            Change::Gone => return Err(missing()),
        }
        Ok(())
    }
}

impl Disk for TrialDisk {
    fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        match self.over().get(path) {
            Some(Change::File { kept, more, .. }) => Ok(Some(kept + more.len() as u64)),
            Some(Change::Gone) => Ok(None),
            None => self.under.len(path),
        }
    }

    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, Error> {
        let over = self.over();
        let (under, kept, more) = match over.get(path) {
            Some(Change::File { under, kept, more }) => (under, *kept, more),
            Some(Change::Gone) => return Err(Error::new("read", path, ErrorKind::NotFound.into())),
            None => return self.under.read_at(path, offset, into),
        };
        let below = usize::try_from(kept.saturating_sub(offset)).unwrap_or(usize::MAX);
        let (first, rest) = into.split_at_mut(below.min(into.len()));
        let read = if first.is_empty() { 0 } else { self.under.read_at(under, offset, first)? };
        if read < first.len() {
            return Ok(read);
        }
        let from = usize::try_from(offset.saturating_sub(kept)).unwrap_or(usize::MAX);
        let more = more.get(from..).unwrap_or_default();
        let copied = rest.iter_mut().zip(more).map(|(to, byte)| *to = *byte).count();
        Ok(read + copied)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Error> {
        let mut names: BTreeSet<String> = self.under.list(path)?.into_iter().collect();
        for (at, change) in self.over().iter().filter(|(at, _)| parent(at) == path) {
            let name = at.rsplit('/').next().unwrap_or(at);
            match change {
                Change::File { .. } => names.insert(name.to_owned()),
                Change::Gone => names.remove(name),
            };
        }
        Ok(names.into_iter().collect())
    }

    fn create_dir(&self, _: &str, _: Access) -> Result<(), Error> {
        Ok(())
    }

    fn create(&self, path: &str, _: Access) -> Result<(), Error> {
        if self.len(path)?.is_some() {
            return Err(Error::new("create", path, ErrorKind::AlreadyExists.into()));
        }
        let empty = Change::File { under: path.to_owned(), kept: 0, more: Vec::new() };
        self.over().insert(path.to_owned(), empty);
        Ok(())
    }

    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.change("append to", path, |_, more| more.extend_from_slice(bytes))
    }

    fn sync(&self, path: &str) -> Result<(), Error> {
        let missing = || Error::new("sync", path, ErrorKind::NotFound.into());
        self.len(path)?.map(|_| ()).ok_or_else(missing)
    }

    fn sync_dir(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn truncate(&self, path: &str, len: u64) -> Result<(), Error> {
        self.change("cut back", path, |kept, more| {
            let above = usize::try_from(len.saturating_sub(*kept)).unwrap_or(usize::MAX);
            more.truncate(above);
            *kept = len.min(*kept);
        })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        self.change("rename", from, |_, _| ())?;
        let mut over = self.over();
        if let Some(change) = over.insert(from.to_owned(), Change::Gone) {
            over.insert(to.to_owned(), change);
        }
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), Error> {
        self.change("remove", path, |_, _| ())?;
        self.over().insert(path.to_owned(), Change::Gone);
        Ok(())
    }
}
