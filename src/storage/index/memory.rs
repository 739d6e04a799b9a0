//! A disk in memory, for an index that is gone when dropped.

use crate::storage::disk::{Access, Disk, Error, parent};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files by path. Folders exist as soon as they are named.
#[derive(Default)]
pub(super) struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Memory {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        doing: &'static str,
        path: &str,
        work: impl FnOnce(&mut Vec<u8>) -> T,
    ) -> Result<T, Error> {
        let missing = || Error::new(doing, path, io::ErrorKind::NotFound.into());
        self.files().get_mut(path).map(work).ok_or_else(missing)
    }
}

impl Disk for Memory {
    fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        Ok(self.files().get(path).map(|bytes| bytes.len() as u64))
    }

    fn read_at(&self, path: &str, offset: u64, into: &mut [u8]) -> Result<usize, Error> {
        self.with("read", path, |bytes| {
            let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..));
            let rest = rest.unwrap_or_default();
            let len = rest.len().min(into.len());
            into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            len
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Error> {
        let name = |file: &String| file.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(self.files().keys().filter(|file| parent(file) == path).map(name).collect())
    }

    fn create_dir(&self, _: &str, _: Access) -> Result<(), Error> {
        Ok(())
    }

    fn create(&self, path: &str, _: Access) -> Result<(), Error> {
        self.files().insert(path.to_owned(), Vec::new());
        Ok(())
    }

    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.with("append to", path, |file| file.extend_from_slice(bytes))
    }

    fn sync(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn sync_dir(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn truncate(&self, path: &str, len: u64) -> Result<(), Error> {
        self.with("cut back", path, |file| {
            file.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        })
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        let bytes = self.with("rename", from, std::mem::take)?;
        let mut files = self.files();
        files.remove(from);
        files.insert(to.to_owned(), bytes);
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), Error> {
        self.files().remove(path);
        Ok(())
    }
}
