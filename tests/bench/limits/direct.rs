//! Writes a published folder without a ledger: entries by the replay, straight into bundles. For
//! sizes at which an index would only be in the way.

use crate::fund::{Sink, Staff};
use crate::gifts::ORIGIN;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use yishan::domain::books::{Books, Past, Refs};
use yishan::domain::entry::Entry;
use yishan::domain::line::Line;
use yishan::domain::text::{Origin, Place, Ref};
use yishan::domain::time::Stamp;
use yishan::ledger::Signed;
use yishan::publish::{FactError, Facts, Site};
use yishan::replay::Replay;
use yishan::tlog::{Checkpoint, Hash, TILE_WIDTH, TileId, TileKind, decode_bundle, push_entry};

const WIDTH: u64 = TILE_WIDTH as u64;
/// Bits of a packed place that hold the line.
const LINE_BITS: u32 = 10;

/// Entries so far, and where they go.
pub struct Direct {
    replay: Replay,
    site: PathBuf,
    /// The bundle that is not full yet.
    bundle: Vec<u8>,
    lens: Vec<u16>,
    tiles: BTreeMap<TileId, Vec<Hash>>,
    refs: Known,
    /// The bundle read last.
    last: RefCell<(u64, Vec<u8>)>,
    note: String,
    vkey: String,
}

/// References as they come: nobody asks whether they are new, the gifts see to that.
struct Known(Vec<(Ref, u64)>);

impl Refs for Known {
    fn claim(&mut self, reference: Ref, at: Place) -> Result<(), Place> {
        self.0.push((reference, at.entry << LINE_BITS | u64::from(at.line)));
        Ok(())
    }
}

/// No line of these workloads looks back.
struct Nothing;

impl Past for Nothing {
    fn line(&self, _: Place) -> Option<Line> {
        None
    }
}

impl Direct {
    /// Founds the fund, to be published in the folder `site`.
    pub fn founded(staff: &Staff, site: &Path) -> Direct {
        std::fs::create_dir_all(site).unwrap();
        let mut direct = Direct {
            replay: Replay::new(Origin::parse(ORIGIN.as_bytes()).unwrap()),
            site: site.to_path_buf(),
            bundle: Vec::new(),
            lens: Vec::new(),
            tiles: BTreeMap::new(),
            refs: Known(Vec::new()),
            last: RefCell::new((u64::MAX, Vec::new())),
            note: String::new(),
            vkey: staff.log.verifier().to_string(),
        };
        let (first, at) = staff.founding();
        direct.enter(&[first], at);
        direct
    }

    fn path(&self, file: &str) -> PathBuf {
        self.site.join(file)
    }

    /// Adds an entry to its bundle, and writes that one once it is full.
    fn bundle(&mut self, bytes: &[u8]) {
        let number = self.lens.len() as u64;
        push_entry(&mut self.bundle, bytes).unwrap();
        self.lens.push(u16::try_from(bytes.len()).unwrap());
        if (number + 1).is_multiple_of(WIDTH) {
            let tile = TileId::new(TileKind::Entries, number / WIDTH, TILE_WIDTH).unwrap();
            put(&self.path(&tile.to_string()), &self.bundle);
            self.bundle.clear();
        }
    }

    /// Writes the rest of the published folder under a checkpoint of now.
    pub fn publish(mut self, staff: &Staff) {
        let tree = self.replay.tree();
        let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
        self.note = checkpoint.sign(&staff.log).unwrap();
        self.refs.0.sort_unstable();
        let site = Site::new(&self);
        let full = |path: &str| path.starts_with("tile/entries/") && !path.contains(".p/");
        for path in site.paths(None).unwrap() {
            if !full(&path) {
                put(&self.path(&path), &site.file(&path).unwrap().unwrap());
            }
        }
        for (path, day) in site.day_proofs(None) {
            put(&self.path(&path), &site.day_proof(day).unwrap().unwrap());
        }
    }
}

/// Writes a file and the folders it lies in. Nothing is synced.
pub fn put(path: &Path, bytes: &[u8]) {
    if std::fs::write(path, bytes).is_err() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

impl Sink for Direct {
    fn size(&self) -> u64 {
        self.replay.books().size
    }

    fn books(&self) -> &Books {
        self.replay.books()
    }

    fn enter(&mut self, group: &[Signed], at: Stamp) {
        for signed in group {
            let (number, last) = (self.size(), self.replay.last());
            let bytes = Entry::encode(number, &last, at, &signed.voucher, &signed.sig);
            let tiles = &mut self.tiles;
            let mut full = |id: TileId, hashes: &[Hash]| drop(tiles.insert(id, hashes.to_vec()));
            self.replay.take(&bytes, &Nothing, &mut self.refs, &mut full).unwrap();
            self.bundle(&bytes);
        }
    }
}

impl Facts for Direct {
    fn replay(&self) -> &Replay {
        &self.replay
    }

    fn checkpoint(&self) -> &str {
        &self.note
    }

    fn vkey(&self) -> &str {
        &self.vkey
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        let (index, row) = (number / WIDTH, usize::try_from(number % WIDTH).unwrap());
        let rest = self.lens.len() as u64 - index * WIDTH;
        let count = u16::try_from(rest.min(WIDTH)).unwrap();
        let mut last = self.last.borrow_mut();
        if last.0 != index {
            let tile = TileId::new(TileKind::Entries, index, TILE_WIDTH).unwrap();
            let full = count == TILE_WIDTH;
            let bytes = if full {
                std::fs::read(self.path(&tile.to_string()))
            } else {
                Ok(self.bundle.clone())
            };
            *last = (index, bytes.map_err(|why| FactError::new("a bundle", &why))?);
        }
        Ok(decode_bundle(&last.1, count).unwrap()[row].to_vec())
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        let number = usize::try_from(number).unwrap();
        let before = &self.lens[number - number % usize::from(TILE_WIDTH)..number];
        let offset: u32 = before.iter().map(|len| 2 + u32::from(*len)).sum();
        Ok((offset + 2, self.lens[number]))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError> {
        let tile = TileId::new(TileKind::Hashes(level), index, TILE_WIDTH).unwrap();
        self.tiles.get(&tile).cloned().ok_or_else(|| FactError::new(tile.to_string(), "not full"))
    }

    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError> {
        let all = &self.refs.0;
        let start = all.partition_point(|(reference, _)| *reference < from);
        for (reference, packed) in all[start..].iter().take_while(|(r, _)| *r <= to) {
            let line = u16::try_from(packed & ((1 << LINE_BITS) - 1)).unwrap();
            each(*reference, Place { entry: packed >> LINE_BITS, line });
        }
        Ok(())
    }
}
