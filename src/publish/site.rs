//! The folder: which files belong in it, in which order they go up, and the bytes of each.

use super::find::{Shard, find_digits};
use super::history::History;
use super::pages;
use super::path::{Item, Page};
use super::receipt::prove;
use super::{FactError, Facts, v1};
use crate::domain::time::Day;
use crate::tlog::{TILE_WIDTH, TileId, TileKind, encode_tile, new_tiles, push_entry};

/// The published folder of a log at one size.
pub struct Site<'f> {
    history: History<'f>,
}

impl<'f> Site<'f> {
    /// The folder made from `facts`.
    pub fn new(facts: &'f dyn Facts) -> Site<'f> {
        Site { history: History::new(facts) }
    }

    /// The path of every file that belongs in the folder, in the order in which they are published:
    /// tiles and bundles, key and checkpoint, places of references, closes of days, numbers for
    /// programs, pages. A reader at any moment finds an older or a newer state, whole.
    ///
    /// With `since`, the number of entries published before by the same version of this program,
    /// only those that may be new or changed. Costs the entries since the last day closed then.
    pub fn paths(&self, since: Option<u64>) -> Result<Vec<String>, FactError> {
        let size = self.history.size();
        let since = since.unwrap_or(0).min(size);
        let mut items: Vec<Item> = new_tiles(since, size).map(Item::Tile).collect();
        if since == 0 {
            items.push(Item::Vkey);
        }
        items.push(Item::Checkpoint);
        if since < size {
            self.beside_the_log(since, &mut items)?;
        }
        Ok(items.iter().map(Item::to_string).collect())
    }

    /// Adds what may have changed with the entries from number `since` on, tiles aside.
    fn beside_the_log(&self, since: u64, items: &mut Vec<Item>) -> Result<(), FactError> {
        let history = &self.history;
        let closed = history.closed_since(since);
        // At first everything is news, and needs no looking for.
        let (shards, days) = if since == 0 {
            let all = Shard::all(find_digits(history.facts.ref_count())).collect();
            (all, closed.iter().map(|c| c.day).collect())
        } else {
            let news = history.news(since)?;
            (self.shards(&news.refs), news.days)
        };
        items.extend(shards.into_iter().map(Item::Find));
        // Last, so that a reader who learns of a width finds its shards.
        items.push(Item::FindDigits);
        items.extend(closed.iter().map(|c| Item::Day(c.day)));
        items.push(Item::Status);
        if since == 0 || !closed.is_empty() {
            items.push(Item::Days);
            items.extend(Item::both(Page::Days));
        }
        if since == 0 {
            items.push(Item::Style);
        }
        items.extend(days.into_iter().flat_map(|day| Item::both(Page::Day(day))));
        items.extend(Item::both(Page::Home));
        Ok(())
    }

    /// The shards in which the references `new` are, or all if the new ones made them narrower.
    fn shards(&self, new: &[crate::domain::text::Ref]) -> Vec<Shard> {
        let count = self.history.facts.ref_count();
        let digits = find_digits(count);
        let before = count.saturating_sub(u64::try_from(new.len()).unwrap_or(u64::MAX));
        if find_digits(before) != digits {
            return Shard::all(digits).collect();
        }
        let mut shards: Vec<_> = new.iter().map(|r| Shard::of(*r, digits)).collect();
        shards.sort_unstable();
        shards.dedup();
        shards
    }

    /// The bytes of the file at `path`; `None` if no such file belongs in the folder.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, FactError> {
        let (history, facts) = (&self.history, self.history.facts);
        let Some(item) = Item::parse(path) else { return Ok(None) };
        let empty = history.size() == 0;
        match item {
            Item::Tile(tile) => self.tile(tile),
            Item::Checkpoint => Ok(Some(facts.checkpoint().into())),
            Item::Vkey => Ok(Some(format!("{}\n", facts.vkey()).into())),
            // Without the founding there is nothing to say.
            _ if empty => Ok(None),
            Item::FindDigits => Ok(Some(format!("{}\n", find_digits(facts.ref_count())).into())),
            Item::Find(shard) if shard.digits() == find_digits(facts.ref_count()) => {
                shard.file(facts).map(Some)
            }
            Item::Find(_) => Ok(None),
            Item::Day(day) => history.on(day).map(|c| facts.entry(c.entry)).transpose(),
            Item::Status => v1::status(history).map(Some),
            Item::Days => v1::days(history).map(Some),
            Item::Style => Ok(Some(pages::STYLE.into())),
            Item::Page(lang, page) => pages::page(history, lang, page),
        }
    }

    /// The proofs that belong in the folder beside the closes of days, by path, with their days;
    /// with `since`, those of the days closed after that many entries. A proof stays as it was
    /// first published.
    pub fn day_proofs(&self, since: Option<u64>) -> Vec<(String, Day)> {
        let closed = self.history.closed_since(since.unwrap_or(0));
        closed.iter().map(|c| (format!("day/{}.tlog-proof", c.day), c.day)).collect()
    }

    /// The proof, under the checkpoint of now, that the close of `day` is in the log (C2SP
    /// tlog-proof); `None` if the day is not closed.
    pub fn day_proof(&self, day: Day) -> Result<Option<Vec<u8>>, FactError> {
        let Some(closed) = self.history.on(day) else { return Ok(None) };
        prove(self.history.facts, closed.entry).map(|proof| Some(proof.to_string().into()))
    }

    /// The bytes of a tile that the log has at this size.
    fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, FactError> {
        let facts = self.history.facts;
        let (level, rows) = match tile.kind() {
            TileKind::Entries => (None, self.history.size()),
            TileKind::Hashes(level) => (Some(level), self.history.size() >> (8 * u32::from(level))),
        };
        let (full, rest) = (rows / u64::from(TILE_WIDTH), rows % u64::from(TILE_WIDTH));
        let partial = tile.index() == full && u64::from(tile.width()) == rest;
        match level {
            _ if !partial && (!tile.is_full() || tile.index() >= full) => Ok(None),
            None => self.bundle(tile).map(Some),
            Some(level) if !partial => {
                facts.tile(level, tile.index()).map(|h| Some(encode_tile(&h)))
            }
            Some(_) => {
                let mut edge = facts.replay().tree().partial_tiles();
                Ok(edge.find(|(id, _)| *id == tile).map(|(_, hashes)| encode_tile(hashes)))
            }
        }
    }

    fn bundle(&self, tile: TileId) -> Result<Vec<u8>, FactError> {
        let mut out = Vec::new();
        for number in tile.first_row()..tile.first_row() + u64::from(tile.width()) {
            let entry = self.history.facts.entry(number)?;
            push_entry(&mut out, &entry)
                .map_err(|why| FactError::new(format!("entry {number}"), &why))?;
        }
        Ok(out)
    }
}
