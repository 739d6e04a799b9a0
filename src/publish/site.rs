//! The folder: which files belong in it, in which order they go up, and the bytes of each.

use super::find::{self, Shard, Shelves, find_digits, push_line};
use super::history::{Groups, History, entries_of};
use super::hours;
use super::pages;
use super::path::{Item, Month, Page, Script};
use super::receipt::prove;
use super::{
    FactError, Facts, Movers, boxes, cohort, csv, feed, funds, goods, tickets, v1, wishes, years,
};
use crate::domain::text::{Place, Ref};
use crate::domain::time::Day;
use crate::tlog::{TILE_WIDTH, TileId, TileKind, encode_tile, new_tiles, push_entry};
use std::collections::{BTreeMap, BTreeSet};

/// The paths of shards.
fn paths_of(shards: impl Iterator<Item = Shard>) -> Vec<String> {
    shards.map(|shard| Item::Find(shard).to_string()).collect()
}

/// The pages about parts of the programme that the fund has anything to tell of.
pub(super) fn parts(history: &History<'_>) -> impl Iterator<Item = Page> {
    let books = history.books();
    let parts = [
        (Page::Funds, funds::any(books)),
        (Page::Goods, goods::last(books).is_some()),
        (Page::Hours, hours::any(books)),
        (Page::Wishes, wishes::any(books)),
        (Page::Boxes, boxes::any(books)),
        (Page::Tickets, tickets::any(books)),
        (Page::Years, years::last(history).is_some()),
    ];
    parts.into_iter().filter_map(|(page, any)| any.then_some(page))
}

/// What a publication brings, in the order in which it goes up.
#[derive(Debug, Default)]
pub struct Changes {
    /// Paths of tiles and bundles and, at first, of the key. The checkpoint comes after them.
    pub log: Vec<String>,
    /// Paths of shards made anew: all of them, at first and when they are divided.
    pub shards: Vec<String>,
    /// Shards that grow at their end; the others stay as they are.
    pub growth: Vec<Growth>,
    /// The newest shards, in the order of their numbers, if they begin anew: only once the others
    /// have grown by what was in them.
    pub newest: Vec<String>,
    /// Paths of everything else: closes of days, numbers for programs, pages.
    pub rest: Vec<String>,
}

/// What is added at the end of a shard.
#[derive(Debug)]
pub struct Growth {
    /// The shard's path.
    pub path: String,
    /// Its number among all shards, in their order.
    pub shard: usize,
    /// The new lines.
    pub lines: Vec<u8>,
}

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
    /// programs, pages. A reader at any moment finds an older or a newer state, whole. Only the
    /// newest shards, listed before the old, go up after all of this where they begin anew.
    ///
    /// With `since`, the number of entries published before by the same version of this program,
    /// only those that may be new or changed. Costs the entries since the last day closed then.
    pub fn paths(&self, since: Option<u64>) -> Result<Vec<String>, FactError> {
        let changes = self.changes(since)?;
        let grown = changes.growth.into_iter().map(|growth| growth.path);
        let checkpoint = Item::Checkpoint.to_string();
        let log = changes.log.into_iter().chain([checkpoint]);
        let shards = changes.shards.into_iter().chain(grown).chain(changes.newest);
        Ok(log.chain(shards).chain(changes.rest).collect())
    }

    /// The same in parts, and for the shards that grow what they grow by.
    pub fn changes(&self, since: Option<u64>) -> Result<Changes, FactError> {
        let size = self.history.size();
        let since = since.unwrap_or(0).min(size);
        let mut changes = Changes { log: self.log(since), ..Changes::default() };
        if since < size {
            self.beside_the_log(since, &mut changes)?;
        }
        Ok(changes)
    }

    /// The paths of the log's own files that are new since it had `since` entries.
    pub fn log(&self, since: u64) -> Vec<String> {
        let tiles = new_tiles(since, self.history.size()).map(Item::Tile);
        let first = if since == 0 { [Item::Vkey, Item::Address].as_slice() } else { &[] };
        tiles.chain(first.iter().copied()).map(|item| item.to_string()).collect()
    }

    /// Adds what may have changed with the entries from number `since` on, the log aside.
    fn beside_the_log(&self, since: u64, changes: &mut Changes) -> Result<(), FactError> {
        let (history, books) = (&self.history, self.history.books());
        let closed = history.closed_since(since);
        let mut items = Vec::new();
        // At first everything is news, and needs no looking for.
        let (days, proposals, groups) = if since == 0 {
            items.push(Item::FindDigits);
            changes.shards = paths_of(Shelves::of(books.refs).all());
            let proposals = history.proposals(entries_of(closed)).map(|(at, _)| at).collect();
            (closed.iter().map(|c| c.day).collect(), proposals, Groups::ALL)
        } else {
            let news = history.news(since)?;
            if !self.shards_change(since, changes)? {
                items.push(Item::FindDigits);
            }
            (news.days, news.proposals, news.groups)
        };
        items.extend(closed.iter().map(|c| Item::Day(c.day)));
        items.push(Item::Status);
        if !books.students.known.is_empty() {
            items.push(Item::Cohort);
        }
        if since == 0 || !closed.is_empty() {
            let months: BTreeSet<Month> = closed.iter().map(|c| Month::of(c.day)).collect();
            items.push(Item::Days);
            items.extend(months.iter().map(|month| Item::Month(*month)));
            self.for_programs(since, &months, &mut items);
            items.extend(Item::both(Page::Days));
            items.extend(Item::both(Page::Check));
            items.extend(Item::both(Page::Tamper));
            items.extend(months.into_iter().flat_map(|month| Item::both(Page::Month(month))));
        }
        if since == 0 {
            items.push(Item::Style);
            items.extend(Script::ALL.map(Item::Script));
            items.extend(Item::both(Page::How));
        }
        items.extend(days.into_iter().flat_map(|day| Item::both(Page::Day(day))));
        let month_of = |place: &Place| history.of_entry(place.entry).map(|c| Month::of(c.day));
        let months: BTreeSet<Month> = proposals.iter().filter_map(month_of).collect();
        let grants = proposals.into_iter().filter(|place| history.grant(*place).is_some());
        items.extend(grants.flat_map(|place| Item::both(Page::Grant(place))));
        items.extend(months.into_iter().flat_map(|month| Item::both(Page::OutMonth(month))));
        self.of_parts(since, groups, &mut items);
        // What says how much there is now.
        for page in [Page::Out, Page::Students, Page::Log, Page::Home] {
            items.extend(Item::both(page));
        }
        changes.rest = items.iter().map(Item::to_string).collect();
        Ok(())
    }

    /// Adds what tells of parts of the programme, and of whose pages there are.
    fn of_parts(&self, since: u64, groups: Groups, items: &mut Vec<Item>) {
        let (history, books) = (&self.history, self.history.books());
        let new = |entry: Option<u64>| entry.is_some_and(|entry| entry >= since);
        let parts = [
            (new(goods::last(books)), Item::Goods, Page::Goods),
            (new(years::last(history)), Item::Years, Page::Years),
            (groups.hours && hours::any(books), Item::Hours, Page::Hours),
            (groups.wishes && wishes::any(books), Item::Wishes, Page::Wishes),
            (new(tickets::last(books)), Item::Tickets, Page::Tickets),
            (funds::any(books), Item::Funds, Page::Funds),
            (boxes::any(books), Item::Boxes, Page::Boxes),
        ];
        for (_, item, page) in parts.into_iter().filter(|(news, ..)| *news) {
            items.push(item);
            items.extend(Item::both(page));
        }
        if self.history.facts.address().is_some() {
            items.push(Item::Sitemap(None));
        }
    }

    /// Adds what programs other than ours read, where `months` have newly closed days.
    fn for_programs(&self, since: u64, months: &BTreeSet<Month>, items: &mut Vec<Item>) {
        if since == 0 {
            items.extend([Item::Schema, Item::Robots]);
        }
        items.extend(months.iter().map(|month| Item::Csv(*month)));
        items.push(Item::Feed);
        if self.history.facts.address().is_some() {
            items.push(Item::Sitemaps);
            items.extend(months.iter().map(|month| Item::Sitemap(Some(*month))));
        }
    }

    /// Adds what the entries from number `since` on change in the shards; whether these are still
    /// named by as many digits.
    fn shards_change(&self, since: u64, changes: &mut Changes) -> Result<bool, FactError> {
        let (history, refs) = (&self.history, self.history.books().refs);
        let shelves = Shelves::of(refs);
        let (mut hints, new) = history.hints(since..history.size())?;
        let before = refs.count.saturating_sub(new);
        if find_digits(before) != shelves.digits {
            changes.shards = paths_of(shelves.all());
            return Ok(false);
        }
        if shelves.recent > since {
            let from = history.recent_at(since, before)?;
            let (mut moved, _) = history.hints(from..since)?;
            moved.extend(hints.into_iter().filter(|(place, _)| place.entry < shelves.recent));
            hints = moved;
            changes.newest = paths_of(Shard::newest());
        }
        changes.growth = self.growth(&hints, shelves)?;
        Ok(true)
    }

    /// The lines that are added to their shards.
    fn growth(&self, hints: &[(Place, Ref)], to: Shelves) -> Result<Vec<Growth>, FactError> {
        let mut shards: BTreeMap<Shard, Vec<u8>> = BTreeMap::new();
        for (place, reference) in hints {
            let lines = shards.entry(to.shard(*reference, place.entry)).or_default();
            push_line(lines, *reference, *place, self.history.facts.range(place.entry)?);
        }
        let grown = |(shard, lines): (Shard, _)| {
            let path = Item::Find(shard).to_string();
            Growth { path, shard: shard.number(), lines }
        };
        Ok(shards.into_iter().map(grown).collect())
    }

    /// Makes every shard, in the order of their numbers, from one reading of all references.
    pub fn each_shard<E: From<FactError>>(
        &self,
        mut each: impl FnMut(&str, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (history, facts) = (&self.history, self.history.facts);
        let (shelves, marks) = (Shelves::of(history.books().refs), history.marks()?);
        for (shard, bytes) in Shard::newest().zip(&*history.newest()?) {
            each(&Item::Find(shard).to_string(), bytes.clone())?;
        }
        find::each_old(facts, &marks, shelves, |shard, bytes| {
            each(&Item::Find(shard).to_string(), bytes)
        })
    }

    /// Which entries of the newest month move money beside gifts, for the next publication to know.
    pub fn movers(&self) -> Result<Movers, FactError> {
        Movers::newest(&self.history)
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
            Item::Address => {
                let address = facts.address().map(ToString::to_string).unwrap_or_default();
                Ok(Some(format!("{address}\n").into()))
            }
            // Without the founding there is nothing to say.
            _ if empty => Ok(None),
            Item::FindDigits => {
                Ok(Some(format!("{}\n", Shelves::of(history.books().refs).digits).into()))
            }
            Item::Find(shard) => self.shard(shard),
            Item::Day(day) => history.on(day).map(|c| facts.entry(c.entry)).transpose(),
            Item::Status => v1::status(history).map(Some),
            Item::Days => v1::months(history).map(Some),
            Item::Month(month) => v1::month(history, month),
            Item::Hours => hours::file(history),
            Item::Wishes => wishes::file(history),
            Item::Goods => goods::file(history),
            Item::Funds => funds::file(history),
            Item::Boxes => boxes::file(history),
            Item::Years => years::file(history),
            Item::Cohort => cohort::file(history),
            Item::Tickets => tickets::file(history),
            Item::Schema => Ok(Some(v1::SCHEMA_FILE.into())),
            Item::Csv(month) => csv::month(history, month),
            Item::Feed => feed::feed(history).map(Some),
            Item::Robots => Ok(Some(feed::robots(facts.address()))),
            Item::Sitemaps => Ok(feed::sitemaps(history)),
            Item::Sitemap(month) => Ok(feed::sitemap(history, month)),
            Item::Style => Ok(Some(pages::STYLE.into())),
            Item::Script(script) => Ok(Some(pages::script(script).into())),
            Item::Page(lang, page) => pages::page(history, lang, page),
        }
    }

    /// The bytes of a shard, if the folder has it.
    fn shard(&self, shard: Shard) -> Result<Option<Vec<u8>>, FactError> {
        let shelves = Shelves::of(self.history.books().refs);
        if !shard.is_of(shelves) {
            Ok(None)
        } else if shard.is_newest() {
            Ok(self.history.newest()?.get(shard.number()).cloned())
        } else {
            shard.old(self.history.facts, &*self.history.marks()?, shelves.recent).map(Some)
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
