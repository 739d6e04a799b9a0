//! A publication on top of one that was verified: what it costs is what is new.

use super::stage::{Stage, remove_old_shards, remove_stale};
use super::state::{Mark, State, mark, mark_of};
use super::{Error, Progress, Published, Work};
use crate::domain::books::{Past, Refs};
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::text::{Place, Ref};
use crate::publish::{Address, Changes, FactError, Facts, Growth, Movers, Site};
use crate::replay::Replay;
use crate::tlog::{Hash, HashReader, TileId, TileReader, encode_tile, leaf_hash};
use crate::verify::{Ask, MAX_FILE, Source, verify_from};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::HashMap;

/// So many missing files are named.
const NAMED: usize = 3;

/// What came of publishing on top of a verified state.
pub(super) enum Outcome {
    /// What is new is there.
    Published(Published),
    /// The folder is as it was, and only verifying all of it can tell more: files are gone that
    /// belong to the state (the first few of them), or what is there, or what the ledger goes by,
    /// is not what was verified then.
    Unknown(Vec<String>),
}

/// Publishes what is new since `state`.
pub(super) fn publish(
    work: &Work<'_>,
    state: State,
    told: &mut dyn FnMut(Progress),
) -> Result<Outcome, Error> {
    let (before, size, there) = (state.replay.tree().size(), work.ledger.size(), work.target.there);
    let left = left(work, &state)?;
    let mut stage = Stage::new(work.target);
    // Which files are gone is asked while the new ones are made. What is in the others only
    // verifying shows.
    let (made, gone) = std::thread::scope(|scope| {
        let gone = scope.spawn(|| there.missing(&left));
        let made = make(work, state, &mut stage);
        (made, gone.join().unwrap_or_else(|_| there.missing(&left)))
    });
    let gone = gone.map(|gone| gone.into_iter().take(NAMED).collect::<Vec<_>>());
    let state = match (gone, made) {
        (Ok(gone), Ok(Some(state))) if gone.is_empty() => state,
        (gone, made) => {
            stage.drop_all();
            return match (gone?, made) {
                (gone, Ok(_) | Err(Error::Fact(_))) => Ok(Outcome::Unknown(gone)),
                (gone, Err(_)) if !gone.is_empty() => Ok(Outcome::Unknown(gone)),
                (_, Err(error)) => Err(error),
            };
        }
    };
    let written = stage.put_up(told)?;
    if size > before {
        let refs = state.replay.books().refs.count;
        state.keep(work.ledger, work.address);
        remove_stale(work.target.disk, before, size)?;
        remove_old_shards(work.target.disk, refs)?;
    }
    let (checkpoint, missing) = (work.checkpoint.clone(), Vec::new());
    Ok(Outcome::Published(Published { checkpoint, size, before, written, missing }))
}

/// The path of every file that the folder was left with at `state`.
fn left(work: &Work<'_>, state: &State) -> Result<Vec<String>, Error> {
    let facts = work.facts()?;
    let facts = Vouched::new(&facts, &state.replay, &state.movers)?;
    let site = Site::new(&facts);
    let proofs = site.day_proofs(None).into_iter().map(|(path, _)| path);
    Ok(site.paths(None)?.into_iter().chain(proofs).collect())
}

/// Verifies the new entries and makes the files that they change; returns the state to keep.
fn make(work: &Work<'_>, state: State, stage: &mut Stage<'_>) -> Result<Option<State>, Error> {
    let before = state.replay.tree().size();
    let key = work.signer.verifier();
    let facts = work.facts()?;
    let ours = Vouched::new(&facts, work.ledger.replay(), &state.movers)?;
    let log = Site::new(&ours);
    for path in log.log(before) {
        if let Some(bytes) = log.file(&path)? {
            stage.add(&path, &bytes)?;
        }
    }
    work.add_checkpoint(stage)?;
    let (mut new, past) = (New::default(), Lines(&ours));
    let since = Some(state.note.as_slice());
    let ask = Ask { source: &*stage, key: &key, witnesses: &[], quorum: 0, since };
    let Ok(replay) = verify_from(ask, state.replay, &mut new, &past) else { return Ok(None) };
    if work.agree(&replay).is_err() || !new.first(work)? {
        return Ok(None);
    }
    // From here on everything is made from what was verified.
    let facts = Vouched::new(&facts, &replay, &state.movers)?;
    let site = Site::new(&facts);
    let changes = site.changes(Some(before))?;
    let marks = shards(work, &site, &changes, state.marks, stage)?;
    for path in &changes.rest {
        if let Some(bytes) = site.file(path)? {
            stage.add(path, &bytes)?;
        }
    }
    work.add_proofs(&site, Some(before), stage)?;
    let (note, movers) = (work.checkpoint.clone().into(), site.movers()?);
    Ok(Some(State { note, replay: replay.clone(), movers, marks }))
}

/// Adds what changes in the shards; returns their marks.
fn shards(
    work: &Work<'_>,
    site: &Site<'_>,
    changes: &Changes,
    mut marks: Vec<Mark>,
    stage: &mut Stage<'_>,
) -> Result<Vec<Mark>, Error> {
    let there = work.target.there;
    if !changes.shards.is_empty() {
        marks.clear();
        site.each_shard(|path, bytes| {
            marks.push(mark_of(&bytes));
            stage.add(path, &bytes)
        })?;
    }
    let known = |growth: &Growth| marks.get(growth.shard).copied();
    let grown: Vec<Option<Mark>> =
        changes.growth.par_iter().map(|g| grow(there, g, known(g))).collect();
    let anew = |path: &str, stage: &mut Stage<'_>| -> Result<Mark, Error> {
        let bytes = site.file(path)?.unwrap_or_default();
        stage.add(path, &bytes)?;
        Ok(mark_of(&bytes))
    };
    for (growth, grown) in changes.growth.iter().zip(grown) {
        let mark = match grown {
            Some(mark) => {
                stage.grow(growth.path.clone(), growth.lines.clone());
                mark
            }
            None => anew(&growth.path, stage)?,
        };
        if let Some(place) = marks.get_mut(growth.shard) {
            *place = mark;
        }
    }
    for (path, place) in changes.newest.iter().zip(&mut marks) {
        *place = anew(path, stage)?;
    }
    Ok(marks)
}

/// The mark of a shard once it has grown; `None` if it is not what was verified: damaged, or grown
/// by a publication that was cut short.
fn grow(there: &dyn Source, growth: &Growth, known: Option<Mark>) -> Option<Mark> {
    // What cannot be read is not what was verified.
    let bytes = there.read(&growth.path, MAX_FILE).ok().flatten()?;
    let mut sum = Sha256::new_with_prefix(&bytes);
    (known == Some(mark(sum.clone()))).then(|| {
        sum.update(&growth.lines);
        mark(sum)
    })
}

/// The references of the new entries. For those before them the index answers.
#[derive(Default)]
struct New(HashMap<Ref, Place>);

impl New {
    /// Whether no entry used one of them before, as the ledger's index has it.
    fn first(&self, work: &Work<'_>) -> Result<bool, Error> {
        let refs: Vec<Ref> = self.0.keys().copied().collect();
        let places = work.ledger.find_all(&refs)?;
        Ok(refs.iter().zip(places).all(|(reference, at)| at.as_ref() == self.0.get(reference)))
    }
}

impl Refs for New {
    fn claim(&mut self, reference: Ref, place: Place) -> Result<(), Place> {
        self.0.insert(reference, place).map_or(Ok(()), Err)
    }
}

/// Earlier lines, for the rules.
struct Lines<'f>(&'f dyn Facts);

impl Past for Lines<'_> {
    fn line(&self, place: Place) -> Option<Line> {
        let bytes = self.0.entry(place.entry).ok()?;
        let (entry, _) = Entry::decode(&bytes).ok()?;
        entry.voucher.lines.get(usize::from(place.line)).cloned()
    }
}

type Fetch<'f> = Box<dyn FnMut(TileId) -> Result<Vec<u8>, FactError> + 'f>;

/// The ledger's facts, of which each entry is looked up in the tree under the state's root: so no
/// page is made from bytes that the disk has changed.
struct Vouched<'f> {
    facts: &'f dyn Facts,
    replay: &'f Replay,
    movers: &'f Movers,
    tiles: RefCell<TileReader<Fetch<'f>>>,
}

impl<'f> Vouched<'f> {
    fn new(
        facts: &'f dyn Facts,
        replay: &'f Replay,
        movers: &'f Movers,
    ) -> Result<Vouched<'f>, Error> {
        let tree = replay.tree();
        let fetch: Fetch<'f> = Box::new(move |tile| {
            if let crate::tlog::TileKind::Hashes(level) = tile.kind()
                && tile.is_full()
            {
                return facts.tile(level, tile.index()).map(|hashes| encode_tile(&hashes));
            }
            let partial = tree.partial_tiles().find(|(id, _)| *id == tile);
            let partial = partial.map(|(_, hashes)| encode_tile(hashes));
            partial.ok_or_else(|| FactError::new(tile.to_string(), "the tree has no such tile"))
        });
        let tiles = TileReader::new(tree.size(), tree.root(), fetch);
        let tiles = tiles.map_err(|why| FactError::new("the tree", &why))?;
        Ok(Vouched { facts, replay, movers, tiles: RefCell::new(tiles) })
    }

    fn leaf(&self, number: u64) -> Result<Hash, FactError> {
        let leaf = self.tiles.borrow_mut().hash(0, number);
        leaf.map_err(|why| FactError::new(format!("the hash of entry {number}"), &why))
    }
}

impl Facts for Vouched<'_> {
    fn replay(&self) -> &Replay {
        self.replay
    }

    fn checkpoint(&self) -> &str {
        self.facts.checkpoint()
    }

    fn vkey(&self) -> &str {
        self.facts.vkey()
    }

    fn address(&self) -> Option<&Address> {
        self.facts.address()
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        let bytes = self.facts.entry(number)?;
        let (computed, stated) = (leaf_hash(&bytes), self.leaf(number)?);
        if computed == stated {
            return Ok(bytes);
        }
        let why = format!("it hashes to {computed}, the tree has {stated}");
        Err(FactError::new(format!("entry {number}"), &why))
    }

    fn may_move(&self, number: u64) -> bool {
        self.movers.may_move(number)
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        self.facts.range(number)
    }

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError> {
        self.facts.tile(level, index)
    }

    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError> {
        self.facts.refs(from, to, each)
    }
}
