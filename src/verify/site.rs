//! Everything beside the log itself: days, hints, data and pages, byte for byte, and strays.

use super::check::Check;
use super::distrust::{Distrust, Doubt, Stop};
use super::entries::tile_stop;
use super::files::{Files, MAX_FILE};
use super::kept::Kept;
use super::report::Said;
use super::source::SourceError;
use crate::domain::english::agreed;
use crate::domain::time::Day;
use crate::publish::{Address, FactError, Facts, GENERATOR, NEWEST, Site};
use crate::tlog::{
    Hash, TileId, TileKind, TileReader, TlogProof, TlogProofError, Verifier, check_consistency,
    leaf_hash, prove_consistency,
};
use rayon::prelude::*;
use std::collections::HashSet;

/// The most bytes of a value shown where two files differ.
const SHOWN: usize = 48;
/// How far before a difference the value begins, at most, in bytes.
const BEFORE: usize = 24;
/// How many files one core compares at a time, at most.
const CHUNK: usize = 16;
/// Into how many such pieces files are divided at least, if there are as many.
const PIECES: usize = 32;
/// How many unknown files are named.
const NAMED: usize = 20;

/// Says where the folder is served.
const ADDRESS: &str = "address";

/// Where the folder says that it is served: a line that nobody signs, so it is read strictly, and
/// everything made with it is compared. An empty line says that it is not known.
pub(super) fn address(files: Files<'_>) -> Result<Option<Address>, Stop> {
    // What a folder that has none should have is found missing with all other files.
    let max = Address::MAX as u64 + 1;
    let Some(bytes) = files.find(Check::Machine, ADDRESS, max)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text == "\n" {
        return Ok(None);
    }
    let address = text.strip_suffix('\n').and_then(Address::parse);
    address.map(Some).ok_or_else(|| {
        let (file, stated) = (ADDRESS.to_owned(), excerpt(&bytes, 0));
        Stop::wrong(Check::Machine, Distrust::Address { file, stated })
    })
}

/// Whether a browser shows or runs a file of this name.
fn is_page(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    [".html", ".htm", ".xhtml", ".svg", ".js", ".css"].iter().any(|end| name.ends_with(end))
}

/// The folder as it should be, beside the folder as it is.
pub(super) struct Folder<'k> {
    pub(super) files: Files<'k>,
    pub(super) kept: &'k Kept<'k>,
    pub(super) key: &'k Verifier,
    pub(super) root: Hash,
}

/// What is asked of the status; whatever else stands there takes no room.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Status {
    size: Option<u64>,
    url: Option<String>,
}

/// What a file beside the log is checked as; `None` for the log's own.
fn check_of(path: &str) -> Option<Check> {
    match path.split('/').next()? {
        "tile" | "checkpoint" => None,
        "day" => Some(Check::Days),
        "find" => Some(Check::Find),
        "log.vkey" | "v1" | ADDRESS | "csv" | "feed.xml" | "robots.txt" => Some(Check::Machine),
        name if name.starts_with("sitemap") => Some(Check::Machine),
        _ => Some(Check::Pages),
    }
}

/// How many of `files` files one core compares at a time. In pairs: a page has two languages.
fn chunk(files: usize) -> usize {
    (files / PIECES / 2 * 2).clamp(2, CHUNK)
}

fn lookup(check: Check) -> impl Fn(FactError) -> Stop {
    move |error| Stop::unsure(check, Doubt::Lookup { what: error.what, why: error.why })
}

impl Folder<'_> {
    /// Every path that belongs in the folder, proofs of days aside.
    pub(super) fn paths(&self) -> Result<Vec<String>, Stop> {
        Site::new(self.kept).paths(None).map_err(lookup(Check::Pages))
    }

    /// Compares all files of one check, on every core; says how many.
    pub(super) fn compare(&self, check: Check, paths: &[String]) -> Result<Said, Stop> {
        let ours = paths.iter().filter(|path| check_of(path) == Some(check));
        let ours: Vec<&str> = ours.map(String::as_str).collect();
        let site = || Site::new(self.kept);
        // The newest shards come first and are made from one reading of their entries.
        let least = if check == Check::Find { NEWEST } else { 0 };
        let compared = ours.par_chunks(chunk(ours.len()).max(least));
        let compared = compared.map_init(site, |site, some| self.compare_some(site, check, some));
        let compared: Vec<Result<(), Stop>> = compared.collect();
        // The first in the order of the paths, whichever core was faster.
        compared.into_iter().collect::<Result<(), Stop>>()?;
        if check == Check::Days {
            self.proofs()?;
        }
        let count = ours.len();
        Ok(Said::new(format!("{count} 个文件"), agreed!("{count} files")))
    }

    fn compare_some(&self, site: &Site<'_>, check: Check, paths: &[&str]) -> Result<(), Stop> {
        for path in paths {
            let ours = site.file(path).map_err(lookup(check))?.unwrap_or_default();
            // Another version may write more; what is the same for all versions may not be longer.
            let free = matches!(check, Check::Pages | Check::Machine);
            let max = if free { MAX_FILE } else { ours.len() as u64 };
            let theirs = self.files.must(check, path, max);
            let theirs = theirs.map_err(|stop| self.settle(check, stop))?;
            if theirs != ours {
                return Err(self.settle(check, self.differs(check, path, &theirs, &ours)));
            }
        }
        Ok(())
    }

    fn differs(&self, check: Check, path: &str, theirs: &[u8], ours: &[u8]) -> Stop {
        // What cannot say by which program it was made is as the first page.
        let home = || self.files.source.read("index.html", MAX_FILE).ok().flatten();
        let other = made_by(theirs).or_else(|| made_by(&home()?));
        let file = path.to_owned();
        if let Some(stated) = other.filter(|stated| stated != GENERATOR) {
            let ours = GENERATOR.to_owned();
            return Stop::unsure(check, Doubt::OtherVersion { file, stated, ours });
        }
        let same = theirs.iter().zip(ours).take_while(|(a, b)| a == b).count();
        let (at, stated, computed) = (same as u64, excerpt(theirs, same), excerpt(ours, same));
        Stop::wrong(check, Distrust::Bytes { file, at, stated, computed })
    }

    /// Files that go up after the checkpoint may still be those of the state before: while a
    /// publication is under way, or was cut short, nothing beside the log is false yet. The status
    /// goes up last and tells; on a host the checkpoint may have moved on as well.
    fn settle(&self, check: Check, stop: Stop) -> Stop {
        if matches!(stop, Stop::Unsure(..)) {
            return stop;
        }
        let (source, before) = (self.files.source, self.files.size);
        let now = source.read("checkpoint", crate::tlog::MAX_NOTE_LEN as u64);
        if let Err(why @ SourceError::Page { .. }) = now {
            // The page is that of a network in between, not of this folder.
            return Stop::unsure(check, why.into());
        }
        let now = now.ok().flatten();
        let signed = now.as_deref().unwrap_or_default().split(|b| *b == b'\n').nth(1);
        let signed = signed.and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
        let status = source.read("v1/status.json", MAX_FILE).ok().flatten();
        let status =
            status.map(|bytes| serde_json::from_slice::<Status>(&bytes).unwrap_or_default());
        let complete = match &status {
            Some(status) => status.size,
            None => Some(0),
        };
        // The address goes up first and is in the status: while they differ, it is being changed.
        let told = status.and_then(|status| status.url);
        let stated = self.kept.address().map(ToString::to_string).unwrap_or_default();
        if let Some(before) = told.filter(|told| *told != stated) {
            return Stop::unsure(check, Doubt::Address { before, stated });
        }
        match [signed, complete].into_iter().flatten().find(|size| *size != before) {
            Some(after) => Stop::unsure(check, Doubt::Moving { before, after }),
            None => stop,
        }
    }

    /// Checks the proof beside every day's file, on every core.
    fn proofs(&self) -> Result<(), Stop> {
        let proofs = Site::new(self.kept).day_proofs(None);
        let checked = proofs.par_chunks(chunk(proofs.len())).map(|some| self.proofs_of(some));
        let checked: Vec<Result<(), Stop>> = checked.collect();
        // The first in the order of the days.
        checked.into_iter().collect()
    }

    fn proofs_of(&self, proofs: &[(String, Day)]) -> Result<(), Stop> {
        let fetch = |tile| self.files.hash_tile(tile);
        let tiles = TileReader::new(self.files.size, self.root, fetch);
        let mut tiles = tiles.map_err(tile_stop)?;
        for (path, day) in proofs {
            let bytes = self.files.must(Check::Days, path, MAX_FILE);
            let bytes = bytes.map_err(|stop| self.settle(Check::Days, stop))?;
            self.proof(path, *day, &bytes, &mut tiles)?;
        }
        Ok(())
    }

    /// The proof leads from the day's close to a checkpoint that this log's key signed, and that
    /// checkpoint is the beginning of this log.
    fn proof<F>(
        &self,
        path: &str,
        day: Day,
        bytes: &[u8],
        tiles: &mut TileReader<F>,
    ) -> Result<(), Stop>
    where
        F: FnMut(TileId) -> Result<Vec<u8>, Stop>,
    {
        let wrong = |why| Stop::wrong(Check::Days, why);
        let malformed = |why: TlogProofError| wrong(Distrust::Proof { file: path.into(), why });
        let proof = TlogProof::parse(bytes).map_err(malformed)?;
        let computed = self.kept.replay().books().days.get(&day).copied().unwrap_or_default();
        if proof.index() != computed {
            let (file, stated) = (path.to_owned(), proof.index());
            return Err(wrong(Distrust::ProofIndex { file, stated, computed }));
        }
        let leaf = leaf_hash(&self.kept.entry_again(computed)?);
        let (signed, _) = proof.check(leaf, self.key, &[]).map_err(malformed)?;
        let (old, size) = (signed.size(), self.files.size);
        let history = |why| {
            let (file, stated) = (path.to_owned(), signed.root());
            wrong(Distrust::ProofHistory { file, size: old, stated, why })
        };
        let hashes = match prove_consistency(old, size, tiles) {
            Ok(hashes) => hashes,
            Err(crate::tlog::ProveError::Asked(why)) => return Err(history(why)),
            Err(crate::tlog::ProveError::Read(error)) => return Err(tile_stop(error)),
        };
        check_consistency(&hashes, old, signed.root(), size, self.root).map_err(history)
    }

    /// Looks at what else was `found`: older partial tiles must hold the same data; the rest is
    /// named.
    pub(super) fn strays(
        &self,
        paths: &[String],
        found: Result<Option<Vec<String>>, SourceError>,
    ) -> Result<Option<Said>, Stop> {
        let found = found.map_err(|why| Stop::unsure(Check::Strays, Doubt::Source { why }))?;
        let Some(found) = found else { return Ok(None) };
        let proofs = Site::new(self.kept).day_proofs(None);
        let mut known: HashSet<&str> = paths.iter().map(String::as_str).collect();
        known.extend(proofs.iter().map(|(path, _)| path.as_str()));
        let (mut old, mut unknown) = (0_u64, Vec::new());
        for path in found.iter().filter(|path| !known.contains(path.as_str())) {
            match path.parse().ok().map(|tile| self.same_prefix(path, tile)).transpose()? {
                Some(true) => old += 1,
                _ => unknown.push(path.as_str()),
            }
        }
        // What a browser would show is named before the rest.
        unknown.sort_unstable_by_key(|path| (!is_page(path), *path));
        let names = unknown.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let count = unknown.len();
        Ok(Some(match count {
            0 => Said::new(format!("旧的未满瓦片 {old} 个"), format!("{old} older partial tiles")),
            _ => Said::new(
                format!("旧的未满瓦片 {old} 个；另有 {count} 个不属于账本的文件：{names}"),
                agreed!(
                    "{old} older partial tiles; {count} files that are not the ledger's: {names}"
                ),
            ),
        }))
    }

    /// Whether `tile` is one that this log had when it was that small; it must then hold what this
    /// log has. `false` if it reaches beyond the log.
    fn same_prefix(&self, path: &str, tile: TileId) -> Result<bool, Stop> {
        let end = tile.first_row().saturating_add(tile.width().into());
        match tile.kind() {
            TileKind::Entries if end > self.files.size => Ok(false),
            TileKind::Entries => {
                let bundle = self.kept.bundle_again(tile.index())?;
                self.same_bytes(path, bundle.prefix(tile.width())?).map(|()| true)
            }
            TileKind::Hashes(level) => match self.hashes(level, tile, end)? {
                Some(ours) => self.same_bytes(path, &ours).map(|()| true),
                None => Ok(false),
            },
        }
    }

    fn same_bytes(&self, path: &str, ours: &[u8]) -> Result<(), Stop> {
        let check = Check::Strays;
        let theirs = self.files.must(check, path, ours.len() as u64)?;
        if theirs == ours {
            return Ok(());
        }
        let same = theirs.iter().zip(ours).take_while(|(a, b)| a == b).count();
        let (at, stated, computed) = (same as u64, excerpt(&theirs, same), excerpt(ours, same));
        Err(Stop::wrong(check, Distrust::Bytes { file: path.into(), at, stated, computed }))
    }

    /// The hashes that this log had in `tile`, which ends before row `end`.
    fn hashes(&self, level: u8, tile: TileId, end: u64) -> Result<Option<Vec<u8>>, Stop> {
        let rows = self.files.size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        if end > rows {
            return Ok(None);
        }
        let hashes = if tile.first_row() + 256 <= rows {
            self.kept.full_tile(level, tile.index())?
        } else {
            let mut edge = self.kept.replay().tree().partial_tiles();
            let last = edge.find(|(id, _)| id.kind() == tile.kind());
            last.map(|(_, hashes)| hashes.to_vec()).unwrap_or_default()
        };
        let kept = hashes.get(..usize::from(tile.width())).unwrap_or_default();
        Ok(Some(crate::tlog::encode_tile(kept)))
    }
}

/// The program that a page says it was made by: `<meta name="generator" content="yishan 0.1.0">`.
fn made_by(page: &[u8]) -> Option<String> {
    const MARK: &str = "<meta name=\"generator\" content=\"";
    let head = String::from_utf8_lossy(page.get(..4096).unwrap_or(page)).into_owned();
    let (_, rest) = head.split_once(MARK)?;
    let (name, _) = rest.split_once('"')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '+');
    let ours =
        name.strip_prefix("yishan ").is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    (ours && name.len() <= 64 && name.chars().all(plain)).then(|| name.to_owned())
}

/// The value around byte `at`, from the last mark before it.
fn excerpt(bytes: &[u8], at: usize) -> String {
    let before = bytes.get(at.saturating_sub(BEFORE)..at.min(bytes.len())).unwrap_or_default();
    let mark = |b: &u8| matches!(b, b'\n' | b'>' | b'"' | b',' | b':' | b'{' | b' ');
    let back = before.iter().rev().position(mark).unwrap_or(before.len());
    let from = at.min(bytes.len()) - back;
    let value = bytes.get(from..bytes.len().min(from + SHOWN)).unwrap_or_default();
    format!("{:?}", String::from_utf8_lossy(value))
}
