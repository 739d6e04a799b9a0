//! Entries are read a second time for days and pages: what comes then is believed no more than what
//! came first.

use crate::forge::{Files, town_files};
use crate::town::ORIGIN;
use std::sync::atomic::{AtomicUsize, Ordering};
use yishan::domain::text::Lang;
use yishan::tlog::Signer;
use yishan::verify::{Ask, Check, Folder, Outcome, Report, Source, SourceError, Verdict, verify};

fn audit(source: &dyn Source) -> Report {
    let key = Signer::new(ORIGIN, &[9; 32]).unwrap().verifier();
    verify(Ask { source, key: &key, witnesses: &[], quorum: 0, since: None }, &mut |_| ())
}

/// A folder whose parts of files are not what the files say, in the way of the given number.
struct Parts<'a>(&'a Files, u8, AtomicUsize);

impl Source for Parts<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        self.0.read(path, max)
    }

    fn read_part(&self, path: &str, from: u64, len: usize) -> Result<Option<Vec<u8>>, SourceError> {
        self.2.fetch_add(1, Ordering::Relaxed);
        let mut part = self.0.read_part(path, from, len)?.unwrap();
        match self.1 {
            0 => part.iter_mut().for_each(|b| *b ^= 1),
            1 => drop(part.pop()),
            2 => return self.0.read_part(path, from + 1, len),
            3 => part.push(b'}'),
            4 => return Ok(None),
            _ => return Err(SourceError::Disk { path: path.into(), why: "worn".into() }),
        }
        Ok(Some(part))
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        self.0.list()
    }

    fn at_hand(&self) -> bool {
        true
    }
}

#[test]
fn a_part_of_a_bundle_that_was_not_verified_is_never_believed() {
    let (_, files) = town_files();
    for way in 0..6 {
        let parts = Parts(&files, way, AtomicUsize::new(0));
        let report = audit(&parts);
        assert_eq!(report.verdict, Verdict::Verified, "{way}: {:?}", report.distrust);
        assert!(parts.2.into_inner() > 0);
    }
}

/// A folder whose bundles are others once they have been read and believed.
struct Turning<'a>(&'a Files, AtomicUsize);

impl Source for Turning<'_> {
    fn read(&self, path: &str, max: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let mut bytes = self.0.read(path, max)?;
        if let Some(bytes) = &mut bytes
            && path.starts_with("tile/entries/")
            && self.1.fetch_add(1, Ordering::Relaxed) > 0
        {
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        }
        Ok(bytes)
    }

    fn list(&self) -> Result<Option<Vec<String>>, SourceError> {
        Ok(None)
    }

    fn at_hand(&self) -> bool {
        true
    }
}

#[test]
fn no_page_is_called_right_by_entries_that_changed_after_they_were_verified() {
    let (_, files) = town_files();
    let report = audit(&Turning(&files, AtomicUsize::new(0)));
    assert_ne!(report.verdict, Verdict::Verified);
    assert_ne!(report.check(Check::Pages).unwrap().outcome, Outcome::Passed);
    let texts = report.doubts.iter().map(|doubt| doubt.text(Lang::En)).collect::<String>();
    assert!(texts.contains("hashes to"), "{texts} {:?}", report.distrust);
}

#[test]
fn a_part_of_a_file_is_read_from_the_folder_alone() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    std::fs::create_dir_all(site.join("tile")).unwrap();
    std::fs::write(site.join("tile/one"), b"0123456789").unwrap();
    std::fs::write(dir.path().join("secret"), b"0123456789").unwrap();
    let folder = Folder::open(&site).unwrap();
    let memory = Files::from([("tile/one".to_owned(), b"0123456789".to_vec())]);
    for source in [&folder as &dyn Source, &memory] {
        for (from, len, part) in [(0, 10, "0123456789"), (3, 4, "3456"), (8, 9, "89"), (11, 2, "")]
        {
            let read = source.read_part("tile/one", from, len).unwrap();
            assert_eq!(read.as_deref(), Some(part.as_bytes()), "{from} {len}");
        }
        assert_eq!(source.read_part("tile/two", 0, 1), Ok(None));
        for bad in ["../secret", "/etc/passwd", ""] {
            let read = source.read_part(bad, 0, 1);
            assert!(matches!(read, Err(SourceError::Path { .. })), "{bad:?}");
        }
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret", site.join("link")).unwrap();
        let read = folder.read_part("link", 0, 4);
        assert!(matches!(read, Err(SourceError::Outside { .. })), "{read:?}");
    }
}
